"""Normalisation and segmentation: chat spelling written out, sentences, clauses, words.

All later steps see sentences of at most ``MAX_SENTENCE_CHARS`` characters out of at most
``MAX_MESSAGE_CHARS``, so that the cost of any pattern is bounded whatever is sent.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from soulscript.text import terms
from synthetic_soul.caches import personal_cache
from synthetic_soul.nlu.resources import compiled, compiled_ignorecase
from synthetic_soul.nlu.text.normal_form import STRETCHED
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
MAX_MESSAGE_CHARS = 4_000
"""Characters of a message that are used; the rest is ignored."""
MAX_SENTENCE_CHARS = 280
"""Longer sentences are cut at a space before any pattern sees them."""

_UNSEEN_CATEGORIES = {"Cc", "Cf", "Cs", "Mc", "Me", "Mn", "Zl", "Zp", "Zs"}
_UNSEEN_LETTERS = set("\u115f\u1160\u2800\u3164\uffa0")  # fillers and the empty Braille pattern

_EQUIVALENT_CHARACTERS = str.maketrans(
    {
        "’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"',
        "»": '"', "？": "?", "！": "!", "。": ".", "\u00a0": " ", "\t": " ", "\r": "\n",
        "\u2028": "\n", "\u2029": "\n", "\u200b": "", "\u200e": "", "\u200f": "",
        "\ufeff": "", "\u2060": "",
    },
)  # fmt: skip
_WORD = compiled(r"[^\W_]++(?:'[^\W_]++)*+")
_CONTRACTION = compiled_ignorecase(r"\b([^\W_]++)'([a-z]++)\b(?=(\s++[a-z]++)?)")
_SPACES = compiled(r"[ \f\v]++")
_KIN = "|".join(sorted({*RELATIONS, *PETS}))
_JOINT_SUBJECT = compiled_ignorecase(rf"""
    (?:(?<=^)|(?<=[,;.] )|(?<=but )|(?<=because )|(?<=so ))((?:my|our) (?:\w++ )??(?:{_KIN})
    (?: (?-i:[A-Z])\w++)?|(?-i:[A-Z])\w++|he|she) and (?=i\b)
""")
_JOINT_AND = "\x02and\x02"
"""Stands for the "and" of one subject ("my sister and I"), which does not part two clauses."""
_SENTENCE_BREAK = compiled(r"(?<=[.!?…])\s++|\n++")
END_MARKS = compiled(r"[\s.!?…,;:]*+$")
MAX_STARTS = 64
"""Places of a text from which ``fitting_sentences`` may quote."""
CUT_MARK = "[…]"
"""Stands where a text was cut."""
SENTENCE_END = compiled(r"(?<![.!?…؟।])[.!?…؟।]++[\"”’')\]*]*+(?=\s|$)|[。！？]++[」』”）]*+|\n")
"""Where a sentence ends, in any script, with the marks that close it."""
_CUT_EDGES = " \t\r\n.,;:!?…–—-"
_ABBREVIATION = compiled_ignorecase(r"(?:^|\s)(?:mr|mrs|ms|dr|st|prof|vs|e\.g|i\.e|no)\.$")
_QUOTED = compiled(r'"([^"]{1,200})"|(?<!\w)\'((?:[^\']|(?<=\w)\'(?=\w)){2,200})\'(?!\w)')
_FIRST_PERSON = compiled_ignorecase(r"\b(?:i|i'm|my|me|we|our)\b")
_CLAUSE_BREAK = compiled_ignorecase(r"""
    \s*+(?:[,;:]++(?:\s++|$)|[—–()]++\s*+)(?:(?:and|but|so|then|because)\s++)?|\s++-{1,2}\s++
    |\s++(?:but|because|although|though|whereas|except)\s++|\s++(?:and|so|then
    |while)\s++(?=(?:i|my|we|he|she|it|they|you|our|the|now)\b)
""")
_ARE = compiled_ignorecase(r"\br(?= (?:u|you|we|they)\b)|(?<=\bu )r\b")
_QUESTION_START = compiled(r"""
    (?:and |so |but |ok(?:ay)? |well |hey |hi |please |by the way )*(?:(?:what|who|where|why
    |how|which|whose)\b(?! (?:a|an|nice|lovely|sweet|cool|sad|awful|terrible|wonderful|kind
    |funny|great)\b(?! (?:is|are|was|do)\b))|when (?:is|are|was|were|do|does|did|will|can
    |should)\b|(?:do|does|did|is|are|am|was|were|can|could|will|would|should|shall|have|has
    |had)(?: not)? (?:you|i|we|he|she|it|they|the|my|your|this|that|there|any|it)\b)
""")
_REPORTING_END = compiled_ignorecase(r"""
    \b(?:said|says|say|told (?:me|him|her|us|them)|asked|replied|goes|(?:was|is) like|thinks?
    |wrote|yelled|shouted|claims?)(?: that)?$
""")
_RHETORICAL_QUESTION = compiled_ignorecase(r"""
    ^(?:did you know(?: that)?|guess what|(?:do )?you know what(?=[,:!?])
    |can you believe(?: it| that)?)[\s,:!?]*+
""")

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
    """A part of a sentence: as ``said``, and ``full`` with contractions written out.

    ``states``: it says that something is so; it is no question and nobody else's words.
    """

    said: str
    full: str
    states: bool


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: as ``said``, ``plain`` (in lower case, written out), as words, as clauses.

    ``asks``: it is a question.
    """

    said: str
    plain: str
    words: tuple[str, ...]
    asks: bool
    clauses: tuple[Clause, ...]


def is_blank(text: str) -> bool:
    """Return whether nothing of a text can be seen: spaces, control and zero-width characters."""
    return all(
        unicodedata.category(char) in _UNSEEN_CATEGORIES or char in _UNSEEN_LETTERS for char in text
    )


def normalise(text: str) -> str:
    """Return the part of ``text`` that is used, with one form of quotes, spaces and marks."""
    text = text[:MAX_MESSAGE_CHARS].translate(_EQUIVALENT_CHARACTERS)
    text = unicodedata.normalize("NFC", text)[:MAX_MESSAGE_CHARS]
    return _SPACES.sub(" ", text).strip()


def segment(text: str, name: str = "") -> tuple[Sentence, ...]:
    """Split a normalised text into sentences; ``name`` is the listener's."""
    pieces = split_sentences(text)[:MAX_SENTENCES]
    return tuple(_sentence(_without_vocative(piece, name)) for piece in pieces)


def split_sentences(text: str) -> list[str]:
    """Split a normalised text into bounded sentences; the marks at their ends are kept."""
    pieces: list[str] = []
    unfinished = ""
    for part in _SENTENCE_BREAK.split(text):
        piece = f"{unfinished} {part}".strip()
        unfinished = ""
        if len(piece) < MAX_SENTENCE_CHARS and _ABBREVIATION.search(piece):
            unfinished = piece
            continue
        while len(piece) > MAX_SENTENCE_CHARS:
            cut = piece.rfind(" ", 1, MAX_SENTENCE_CHARS)
            cut = cut if cut > 0 else MAX_SENTENCE_CHARS
            pieces.append(piece[:cut].strip())
            piece = piece[cut:].strip()
        if piece:
            pieces.append(piece)
    return [*pieces, unfinished] if unfinished else pieces


def clip(text: str, limit: int) -> str:
    """Return ``text`` on one line of at most ``limit`` characters, cut between words with "…"."""
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    return flat[: limit - 1].rsplit(" ", 1)[0].rstrip(_CUT_EDGES) + "…"


def first_sentences(text: str, limit: int) -> str:
    """Return the first sentences of ``text`` on one line, of at most ``limit`` characters.

    A first sentence that is longer is returned whole up to twice the limit, else cut between words
    with ``CUT_MARK``, which nobody takes for a pause in speech, as models do with "…".
    """
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    ends = [match.end() for match in SENTENCE_END.finditer(flat)]
    fitting = [end for end in ends if end <= limit] or [end for end in ends[:1] if end <= 2 * limit]
    if fitting:
        return flat[: fitting[-1]].rstrip()
    return f"{clip(flat, limit).removesuffix('…')} {CUT_MARK}"


def fitting_sentences(text: str, cue: str, limit: int) -> str:
    """Return the sentences in a row of ``text`` that share most terms with ``cue``, on one line.

    They have at most ``limit`` characters together, and are the first ones where no others share
    more; what is left out before them is marked with ``CUT_MARK``. They begin at one of at most
    ``MAX_STARTS`` places spread over the text.
    """
    flat = " ".join(text.split())
    if len(flat) <= limit:
        return flat
    start = _best_start(flat, frozenset(terms(cue)), limit)
    found = first_sentences(flat[start:], limit)
    return f"{CUT_MARK} {found}" if start else found


def _best_start(flat: str, wanted: frozenset[str], limit: int) -> int:
    """Return where the sentences begin that share most terms with ``wanted``, 0 for none.

    Each sentence is read once: a window of whole sentences slides over the text.
    """
    spans = _spans(flat)
    shared = [wanted.intersection(terms(first_sentences(flat[a:b], limit))) for a, b in spans]
    in_window: Counter[str] = Counter()
    best, most, last = 0, 0, 0
    for first, (start, _) in enumerate(spans):
        while last < len(spans) and (last == first or spans[last][1] - start <= limit):
            in_window.update(shared[last])
            last += 1
        if len(in_window) > most:
            best, most = start, len(in_window)
        in_window -= Counter(shared[first])
    return best


def _spans(flat: str) -> list[tuple[int, int]]:
    """Return where the sentences of a text begin and end, of many short ones several as one."""
    ends = [match.end() for match in SENTENCE_END.finditer(flat)]
    if not ends or ends[-1] < len(flat):
        ends.append(len(flat))
    least = -(-len(flat) // MAX_STARTS) if len(ends) > MAX_STARTS else 0
    spans: list[tuple[int, int]] = []
    start = 0
    for end in ends:
        if end - start >= least or end == len(flat):
            # The space between two sentences belongs to neither.
            spans.append((start + (flat[start] == " "), end))
            start = end
    return spans


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of any text in lower case, contractions written out."""
    return tuple(match[0] for match in _WORD.finditer(_written_out(text).lower()))


def content_words(words: Iterable[str]) -> tuple[str, ...]:
    """Return the words that say what a text is about, in order, each once."""
    bare = (word.removesuffix("'s") for word in words)
    content = (word for word in bare if word not in STOP_WORDS and not word.isdigit())
    return tuple(dict.fromkeys(content))


def find_emoji(text: str) -> list[str]:
    """Return the known emoji and emoticons of ``text`` in order, without modifiers."""
    if not _EMOJI_HINT.search(text):
        return []
    return [match[0].rstrip(_MODIFIERS) for match in _EMOJI.finditer(text)]


def without_emoji(text: str) -> str:
    """Return ``text`` with a space in place of each known emoji and emoticon."""
    return _EMOJI.sub(" ", text) if _EMOJI_HINT.search(text) else text


@personal_cache(4096)
def _respelled(word: str) -> str:
    low = word.lower()
    if low in CHAT_SPELLINGS and word not in ("RN", "BC"):
        return CHAT_SPELLINGS[low]
    if not STRETCHED.search(low) or word in ("III", "AAA", "WWW", "www"):
        return word
    twice, once = STRETCHED.sub(r"\1\1", word), STRETCHED.sub(r"\1", word)
    for shorter in (twice, once):
        plain = shorter.lower()
        if plain in CHAT_SPELLINGS:
            return CHAT_SPELLINGS[plain]
        if plain in STOP_WORDS or plain in COMMON_WORDS:
            return shorter
    return once


def _written_out(text: str) -> str:
    """Return ``text`` with its contractions in full: "I'm" as "I am", "don't" as "do not"."""
    return _CONTRACTION.sub(_full_form, text) if "'" in text else text


def _full_form(match: re.Match[str]) -> str:
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


@lru_cache(maxsize=64)
def _vocative(name: str) -> re.Pattern[str]:
    # A line break in a name would be taken for one of the pattern's own.
    said = re.escape(" ".join(name.split()))
    greeting = r"(?:hi|hey|hello|hiya|yo|ok|okay|oh|thanks|thank you|please|dear|good morning)"
    return compiled_ignorecase(rf"""
            ^@?{said}\s*[,:!-]+\s*|^(?P<greeting>{greeting}),? @?{said}\b[,!:]*
            |,\s*@?{said}(?=\s*[.!?…]*$)|@{said}\b
        """)


def _without_vocative(text: str, name: str) -> str:
    """Return ``text`` without the listener's name where it only addresses the listener."""
    if not name or name.lower() not in text.lower():
        return text
    bare = _vocative(name).sub(lambda match: (match["greeting"] or "") + " ", text)
    return bare.strip() or text


def _sentence(piece: str) -> Sentence:
    said = _WORD.sub(lambda match: _respelled(match[0]), _ARE.sub("are", piece))
    plain = _written_out(said).lower()
    words = tuple(match[0] for match in _WORD.finditer(plain))
    # "Guess what, I got the job" states something, though it begins like a question.
    stated = _RHETORICAL_QUESTION.sub("", said)
    rhetorical = stated != said and bool(stated)
    asks = not rhetorical and (
        said.rstrip("\"') !").endswith("?")
        or "?!" in said[-4:]
        or bool(_QUESTION_START.match(plain))
    )
    stated = stated or said
    if '"' in stated or "'" in stated:
        stated = _QUOTED.sub(_unquoted, stated)
    return Sentence(said, plain, words, asks, _clauses(without_emoji(stated), asks=asks))


def opens_question(plain: str) -> bool:
    """Return whether words in lower case, written out, begin as a question does."""
    return bool(_QUESTION_START.match(plain))


def _unquoted(match: re.Match[str]) -> str:
    inside = match[1] or match[2]
    # What another says of themselves is no fact of the speaker; a title in quotes is a plain word.
    return "…" if _FIRST_PERSON.search(inside) else inside


def _clauses(said: str, *, asks: bool) -> tuple[Clause, ...]:
    said = END_MARKS.sub("", said)
    # Searched for only where it can stand: the pattern knows every word for kin and is slow.
    if " and i" in said.lower():
        said = _JOINT_SUBJECT.sub(rf"\1{_JOINT_AND}", said)
    parts = [part.replace(_JOINT_AND, " and ") for part in _CLAUSE_BREAK.split(said) if part]
    opens = bool(parts) and bool(_QUESTION_START.match(_written_out(parts[0]).lower()))
    clauses: list[Clause] = []
    for index, part in enumerate(parts):
        full = _written_out(part)
        question = bool(_QUESTION_START.match(full.lower()))
        if asks:
            question = question or opens or index == len(parts) - 1
        reported = index > 0 and bool(_REPORTING_END.search(parts[index - 1]))
        clauses.append(Clause(part, full, states=not (question or reported)))
    return tuple(clauses)
