"""Normalisation and segmentation: chat spelling written out, sentences, clauses, words.

All later steps see sentences of at most ``MAX_SENTENCE_CHARS`` characters out of at most
``MAX_MESSAGE_CHARS``, so that the cost of any pattern is bounded whatever is sent.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from synthetic_soul.nlu.text.regex import compiled
from synthetic_soul.nlu.text.vocabulary import (
    CHAT_SPELLINGS,
    COMMON_WORDS,
    CONTRACTION_ENDINGS,
    EMOJI_EMOTIONS,
    IRREGULAR_CONTRACTIONS,
    IS_AFTER,
    IS_BEFORE,
    PETS,
    RELATIONS,
    STOP_WORDS,
)

MAX_SENTENCES = 60
"""The most sentences that are read."""
MAX_MESSAGE_CHARS = 4_000
"""Characters of a message that are read; the rest is not looked at."""
MAX_SENTENCE_CHARS = 280
"""The longest sentence that any pattern sees; longer ones are cut at a space."""

_SAME = str.maketrans(
    {
        "’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"',
        "»": '"', "？": "?", "！": "!", "。": ".", "\u00a0": " ", "\t": " ", "\r": "\n",
        "\u2028": "\n", "\u2029": "\n", "\u200b": "", "\u200e": "", "\u200f": "",
        "\ufeff": "", "\u2060": "",
    },
)  # fmt: skip
_WORD = compiled(r"[^\W_]++(?:'[^\W_]++)*+")
_LONG = compiled(r"([^\W\d_])\1{2,}+")
_SHORT = compiled(r"\b([^\W_]++)'([a-z]++)\b(?=(\s++[a-z]++)?)", re.IGNORECASE)
_SPACES = compiled(r"[ \f\v]++")
_KIN = "|".join(sorted({*RELATIONS, *PETS}))
_TOGETHER = compiled(
    rf"""
        (?:(?<=^)|(?<=[,;.] )|(?<=but )|(?<=because )|(?<=so ))((?:my|our) (?:\w++ )??(?:{_KIN})
        (?: (?-i:[A-Z])\w++)?|(?-i:[A-Z])\w++|he|she) and (?=i\b)
    """,
    re.IGNORECASE,
)
_JOIN = "\x02and\x02"
"""Stands for the word that joins two into one subject ("my sister and I"), which is no break."""
_BREAK = compiled(r"(?<=[.!?…])\s++|\n++")
_END = compiled(r"[\s.!?…,;:]*+$")
_ABBREVIATION = compiled(r"(?:^|\s)(?:mr|mrs|ms|dr|st|prof|vs|e\.g|i\.e|no)\.$", re.IGNORECASE)
_QUOTED = compiled(r'"([^"]{1,200})"|(?<!\w)\'((?:[^\']|(?<=\w)\'(?=\w)){2,200})\'(?!\w)')
_FIRST_PERSON = compiled(r"\b(?:i|i'm|my|me|we|our)\b", re.IGNORECASE)
_CLAUSE = compiled(
    r"""
        \s*+(?:[,;:]++(?:\s++|$)|[—–()]++\s*+)(?:(?:and|but|so|then|because)\s++)?|\s++-{1,2}\s++
        |\s++(?:but|because|although|though|whereas|except)\s++|\s++(?:and|so|then
        |while)\s++(?=(?:i|my|we|he|she|it|they|you|our|the|now)\b)
    """,
    re.IGNORECASE,
)
_ARE = compiled(r"\br(?= (?:u|you|we|they)\b)|(?<=\bu )r\b", re.IGNORECASE)
_ASKING = compiled(
    r"""
        (?:and |so |but |ok(?:ay)? |well |hey |hi |please |by the way )*(?:(?:what|who|where|why
        |how|which|whose)\b(?! (?:a|an|nice|lovely|sweet|cool|sad|awful|terrible|wonderful|kind
        |funny|great)\b(?! (?:is|are|was|do)\b))|when (?:is|are|was|were|do|does|did|will|can
        |should)\b|(?:do|does|did|is|are|am|was|were|can|could|will|would|should|shall|have|has
        |had)(?: not)? (?:you|i|we|he|she|it|they|the|my|your|this|that|there|any|it)\b)
    """,
)
_REPORTING = compiled(
    r"""
        \b(?:said|says|say|told (?:me|him|her|us|them)|asked|replied|goes|(?:was|is) like|thinks?
        |wrote|yelled|shouted|claims?)(?: that)?$
    """,
    re.IGNORECASE,
)
_TELLS_ANYWAY = compiled(
    r"""
        ^(?:did you know(?: that)?|guess what|(?:do )?you know what(?=[,:!?])
        |can you believe(?: it| that)?)[\s,:!?]*+
    """,
    re.IGNORECASE,
)

_EMOTICONS = sorted(
    (re.escape(mark) for mark in EMOJI_EMOTIONS if mark.isascii()),
    key=lambda mark: (-len(mark), mark),
)
_PICTURES = "".join(sorted(mark for mark in EMOJI_EMOTIONS if len(mark) == 1 and mark > "\x7f"))
_MODIFIERS = "\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
"""Ends of an emoji that choose its form or the colour of its skin."""
_EMOJI = re.compile(
    rf"(?<![\w:/])(?:{'|'.join(_EMOTICONS)})(?![\w/])|[{_PICTURES}][{_MODIFIERS}]*+"
)
_EMOJI_HINT = re.compile(r"[:;=<^_]|[xX]D|T\.T|[^\x00-\x7f]")
"""What every emoji and emoticon contains. Most texts contain none of it and need no search."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence: as ``said``, and ``full`` with contractions written out."""

    said: str
    full: str
    states: bool
    """It says that something is so: no question, nobody else's words."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: as ``said``, in lower case written out (``plain``), as words, as clauses."""

    said: str
    plain: str
    words: tuple[str, ...]
    asks: bool
    clauses: tuple[Clause, ...]


@lru_cache(maxsize=4096)
def _spelled(word: str) -> str:
    low = word.lower()
    if low in CHAT_SPELLINGS and word not in ("RN", "BC"):
        return CHAT_SPELLINGS[low]
    if not _LONG.search(low) or word in ("III", "AAA", "WWW", "www"):
        return word
    twice, once = _LONG.sub(r"\1\1", word), _LONG.sub(r"\1", word)
    for shorter in (twice, once):
        plain = shorter.lower()
        if plain in CHAT_SPELLINGS:
            return CHAT_SPELLINGS[plain]
        if plain in STOP_WORDS or plain in COMMON_WORDS:
            return shorter
    return once


def _short_form(match: re.Match[str]) -> str:
    whole = match[0].lower()
    if whole in IRREGULAR_CONTRACTIONS:
        return IRREGULAR_CONTRACTIONS[whole]
    host, ending = match[1], match[2].lower()
    if ending == "t" and host.lower().endswith("n"):
        return f"{host[:-1]} not"
    if ending in CONTRACTION_ENDINGS:
        return f"{host} {CONTRACTION_ENDINGS[ending]}"
    if ending == "s":
        follower = (match[3] or "").strip().lower()
        if host.lower() in IS_AFTER or follower in IS_BEFORE:
            return f"{host} has" if follower == "been" else f"{host} is"
    return match[0]


def written_out(text: str) -> str:
    """Return ``text`` with its contractions in full: "I'm" as "I am", "don't" as "do not"."""
    return _SHORT.sub(_short_form, text) if "'" in text else text


def straight(text: str) -> str:
    """Return the part of ``text`` that is read, with one form of quotes, spaces and marks."""
    kept = unicodedata.normalize("NFC", text[:MAX_MESSAGE_CHARS].translate(_SAME))[
        :MAX_MESSAGE_CHARS
    ]
    return _SPACES.sub(" ", kept).strip()


@lru_cache(maxsize=64)
def _vocative(name: str) -> re.Pattern[str]:
    # A line break in a name would be taken for one of the pattern's own.
    said = re.escape(" ".join(name.split()))
    greeting = r"(?:hi|hey|hello|hiya|yo|ok|okay|oh|thanks|thank you|please|dear|good morning)"
    return compiled(
        rf"""
            ^@?{said}\s*[,:!-]+\s*|^(?P<greeting>{greeting}),? @?{said}\b[,!:]*
            |,\s*@?{said}(?=\s*[.!?…]*$)|@{said}\b
        """,
        re.IGNORECASE,
    )


def without_name(text: str, name: str) -> str:
    """Return ``text`` without the listener's name where it only calls her."""
    if not name or name.lower() not in text.lower():
        return text
    bare = _vocative(name).sub(lambda match: (match["greeting"] or "") + " ", text)
    return bare.strip() or text


def split_sentences(text: str) -> list[str]:
    """Split straightened ``text`` into bounded sentences; the marks at their ends are kept."""
    found: list[str] = []
    joined = ""
    for part in _BREAK.split(text):
        piece = f"{joined} {part}".strip()
        joined = ""
        if len(piece) < MAX_SENTENCE_CHARS and _ABBREVIATION.search(piece):
            joined = piece
            continue
        while len(piece) > MAX_SENTENCE_CHARS:
            cut = piece.rfind(" ", 1, MAX_SENTENCE_CHARS)
            cut = cut if cut > 0 else MAX_SENTENCE_CHARS
            found.append(piece[:cut].strip())
            piece = piece[cut:].strip()
        if piece:
            found.append(piece)
    return [*found, joined] if joined else found


def find_emoji(text: str) -> list[str]:
    """Return the known emoji and emoticons of ``text`` in order, without modifiers."""
    if not _EMOJI_HINT.search(text):
        return []
    return [match[0].rstrip(_MODIFIERS) for match in _EMOJI.finditer(text)]


def without_emoji(text: str) -> str:
    """Return ``text`` with a space in place of each emoji and emoticon."""
    return _EMOJI.sub(" ", text) if _EMOJI_HINT.search(text) else text


def _unquoted(match: re.Match[str]) -> str:
    inside = match[1] or match[2]
    # What another says of themselves is no fact of the speaker; a title in quotes is a plain word.
    return "…" if _FIRST_PERSON.search(inside) else inside


def _clauses(said: str, *, asks: bool) -> tuple[Clause, ...]:
    joined = _END.sub("", said)
    # Looked for only where it can stand: the pattern knows every word for kin and is slow.
    if " and i" in said.lower():
        joined = _TOGETHER.sub(rf"\1{_JOIN}", joined)
    parts = [part.replace(_JOIN, " and ") for part in _CLAUSE.split(joined) if part]
    opens = bool(parts) and bool(_ASKING.match(written_out(parts[0]).lower()))
    found: list[Clause] = []
    for index, part in enumerate(parts):
        full = written_out(part)
        question = bool(_ASKING.match(full.lower()))
        if asks:
            question = question or opens or index == len(parts) - 1
        reported = index > 0 and bool(_REPORTING.search(parts[index - 1]))
        found.append(Clause(part, full, states=not (question or reported)))
    return tuple(found)


def _sentence(piece: str) -> Sentence:
    spelled = _WORD.sub(lambda match: _spelled(match[0]), _ARE.sub("are", piece))
    plain = written_out(spelled).lower()
    words = tuple(match[0] for match in _WORD.finditer(plain))
    told = _TELLS_ANYWAY.sub("", spelled)
    tells_anyway = told != spelled and bool(told)
    asks = not tells_anyway and (
        spelled.rstrip("\"') !").endswith("?") or "?!" in spelled[-4:] or bool(_ASKING.match(plain))
    )
    stated = told or spelled
    if '"' in stated or "'" in stated:
        stated = _QUOTED.sub(_unquoted, stated)
    stated = without_emoji(stated)
    clauses = _clauses(stated, asks=asks)
    return Sentence(spelled, plain, words, asks, clauses)


def sentences(text: str, name: str = "") -> tuple[Sentence, ...]:
    """Cut a straightened text into sentences; ``name`` is whom it is spoken to."""
    return tuple(
        _sentence(without_name(piece, name)) for piece in split_sentences(text)[:MAX_SENTENCES]
    )


def content(words: tuple[str, ...] | list[str]) -> tuple[str, ...]:
    """Return the words that carry content, in order, each once."""
    bare = (word.removesuffix("'s") for word in words)
    return tuple(
        dict.fromkeys(word for word in bare if word not in STOP_WORDS and not word.isdigit())
    )


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of any text in lower case, contractions in full."""
    return tuple(match[0] for match in _WORD.finditer(written_out(text).lower()))
