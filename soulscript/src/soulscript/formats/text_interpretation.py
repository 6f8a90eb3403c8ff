"""Interpretation of texts about a character.

Sentences and their qualities, lists of facts and traits, greetings. Texts are only analysed, never
obeyed. All patterns are linear in the length of the text.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from soulscript.formats.base import MODERATE
from soulscript.text.analysis import word_lines
from soulscript.text.listed import entries_in

_MAX_CLAUSE_CHARS: Final = 200
_MAX_TEXT_CHARS: Final = 65_536  # that are analysed; the rest of a text is kept as it is
_MAX_TRAIT_WORDS: Final = 3
MAX_TRAITS: Final = 24


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# -- sentences -------------------------------------------------------------------------------------

_SENTENCE_ENDS: Final = (".", "!", "?", "…", ":", "”", '"')
_MAX_NAME_WORDS: Final = 4  # of a principle
_TRAILING_WORDS: Final = _words("""
a an the and or of to in on at for with by that which who my your our his her its their not is are
be as but than from
""")
_VERBS: Final = _words("""
is are was were be should must shall can could will would has have had do does may might needs need
deserves deserve
""")
_PRONOUNS: Final = _words("i you we he she they it there this that those these")


def sentence(text: str) -> str:
    """Return a text on one line, ended as a sentence."""
    line = " ".join(text.split())
    return line if line.endswith(_SENTENCE_ENDS) else f"{line}."


def without_full_stop(text: str) -> str:
    """Return a text on one line without the full stop at its end."""
    line = " ".join(text.split())
    return line[:-1] if line.endswith(".") and not line.endswith("..") else line


def lower_first(text: str) -> str:
    """Return a text as within a sentence: its first word in lower case.

    "I" and words with further capitals stay.
    """
    first = re.match(r"[^\W\d_]+", text)
    if first is None or first[0] == "I" or first[0][1:] != first[0][1:].lower():
        return text
    return text[0].lower() + text[1:]


def principle_name(belief: str) -> str:
    """Name a principle after the subject of its sentence, else after its first words."""
    words = without_full_stop(belief).split()
    verb = next((n for n, word in enumerate(words[:7]) if word.casefold() in _VERBS), 0)
    if words and words[0].casefold() in _PRONOUNS:
        verb = 0
    name = words[:verb] or words[:_MAX_NAME_WORDS]
    while len(name) > 1 and name[-1].casefold() in _TRAILING_WORDS:
        name.pop()
    return " ".join(name).rstrip(",;:") or "principle"


# -- the quality that a sentence names -------------------------------------------------------------

UNNAMED_QUALITY: Final = "distinctive"
"""Quality of sentences that name none by an adjective."""
_MAX_SENTENCE_CHARS: Final = 200  # in which a quality is looked for
SUBJECT: Final = r"(?:you|i|he|she|they|[A-Z][\w'’-]{0,40})"
_DEGREES: Final = {
    "very": 0.8, "extremely": 0.8, "highly": 0.8, "really": 0.8, "deeply": 0.8,
    "incredibly": 0.8, "always": 0.8, "notably": 0.8, "quite": MODERATE, "generally": MODERATE,
    "usually": MODERATE, "often": MODERATE, "naturally": MODERATE, "also": MODERATE,
    "somewhat": 0.3, "slightly": 0.3, "sometimes": 0.3, "occasionally": 0.3, "a bit": 0.3,
    "a little": 0.3,
}  # fmt: skip
_ADJECTIVE: Final = rf"(?:({'|'.join(_DEGREES)}) )?([a-z][a-z-]{{2,30}})"
_IS_ADJECTIVE: Final = re.compile(rf"{SUBJECT} (?:are|am|is) {_ADJECTIVE}(?![\w-])", re.IGNORECASE)
_IS_PERSON: Final = re.compile(
    rf"{SUBJECT} (?:are|am|is) an? {_ADJECTIVE} (?:person|individual|man|woman|human|soul)\b",
    re.IGNORECASE,
)
_HUMOR: Final = re.compile(rf"{SUBJECT} (?:have|has) an? ([a-z-]{{3,30}}) sense of", re.IGNORECASE)
_NOT_QUALITIES: Final = _words("""
able the not someone something always never known going one more less who what very from with and
but because afraid here there used about trying working living interested your his her their its
prone likely still just now only more most
""")
_SENTENCE_BREAK: Final = re.compile(r"(?<=[.!?])\s+|\n+")
_CONTRACTION: Final = re.compile(r"\A(I|You)['’](?:m|re)\b")


def quality_of(text: str) -> tuple[str, float, bool]:
    """Return the quality of a sentence, its strength, and whether the text is its bare name.

    "You are very organized and like to plan." gives ``("organized", 0.8, False)``.
    """
    start = " ".join(text[:_MAX_SENTENCE_CHARS].split())
    match = _IS_PERSON.match(start) or _IS_ADJECTIVE.match(start)
    if match and match[2].casefold() not in _NOT_QUALITIES:
        degree = (match[1] or "quite").casefold()
        return match[2].casefold(), _DEGREES.get(degree, MODERATE), False
    if humor := _HUMOR.match(start):
        return humor[1].casefold(), MODERATE, False
    words = without_full_stop(start).split()
    is_sentence = {"you", "i", "is", "are"} & {word.casefold() for word in words}
    if len(words) <= _MAX_TRAIT_WORDS and not is_sentence:
        return lower_first(" ".join(words)), MODERATE, True
    return UNNAMED_QUALITY, MODERATE, False


def qualities_in(text: str) -> list[tuple[str, float]]:
    """Return the qualities, with their strengths, that a person's own words name.

    "I'm curious about people." gives ``[("curious", 0.5)]``.
    """
    named: dict[str, float] = {}
    for part in _SENTENCE_BREAK.split(text):
        spelled_out = _CONTRACTION.sub(r"\1 are", part.strip()[:_MAX_SENTENCE_CHARS])
        name, strength, bare = quality_of(spelled_out)
        # The name is in lower case, so "I am Sam." names no quality.
        if name != UNNAMED_QUALITY and not bare and name in part:
            named.setdefault(name, strength)
    return [*named.items()][:MAX_TRAITS]


def split_degree(text: str) -> tuple[str, float]:
    """Split the degree from a quality: "very dry" gives ``("dry", 0.8)``."""
    for degree, strength in _DEGREES.items():
        if text.casefold().startswith(f"{degree} "):
            return text[len(degree) :].strip(), strength
    return lower_first(text), MODERATE


# -- descriptions ----------------------------------------------------------------------------------


def _phrase(text: str) -> str:
    """Return the pattern of a phrase: of whole words, where its script parts them."""
    return rf"\b{re.escape(text)}\b" if text.isascii() else re.escape(text)


_FOR_EXAMPLE: Final = re.compile(
    "|".join(_phrase(" ".join(words)) for words in word_lines("for_example")), re.IGNORECASE
)
"""Words of a sentence that names what somebody may be, not what the character is."""
_TRAIT_HEADS = ("personality", "traits", "mind", "nature", "temperament")


@dataclass(frozen=True, slots=True)
class Description:
    """What a description says in lists: facts by their head, in lower case, and qualities.

    ``lists`` are the pieces of the text that list the qualities.
    """

    facts: dict[str, str]
    qualities: tuple[str, ...]
    lists: tuple[str, ...]


def parse_description(text: str) -> Description:
    """Read the attribute lists of a description: ``Age: 31``, ``[Mia's job= "baker"]``, W++."""
    lists: list[str] = []
    qualities: list[str] = []
    facts: dict[str, str] = {}
    for entry in entries_in(text):
        if entry.label.endswith(_TRAIT_HEADS):
            items = entry.items if len(entry.items) > 1 else entry.items[0].split(",")
            lead = entry.raw.partition(entry.items[0])[0]
            if not _FOR_EXAMPLE.search(lead + items[0]):
                lists.append(entry.raw)
                qualities.extend(item for item in items if not _FOR_EXAMPLE.search(item))
        else:
            facts.setdefault(entry.label, entry.items[0])
    return Description(facts, tuple(qualities), tuple(lists))


# -- texts about a personality ---------------------------------------------------------------------

_CLAUSE = re.compile(r"[,;/|+、，；・•()]|\band\b|\bbut\b|\byet\b|\s[–—-]\s")
_LEAD = re.compile(
    r"\A(?:(?:she|he|they|it|i|you|\{\{char\}\})\s+|[A-Z][\w'’-]*\s+)?"
    r"(?:is|are|am|can be|tends to be|seems)\s+",
    re.IGNORECASE,
)
_DEGREE = re.compile(
    r"\A(?:(?:a bit|a little|kind of|sort of|an?|also|very|quite|always|often|both|rather|really"
    r"|extremely|so|too)"
    r"\s+)+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:towards?|to|when|with|about|for|in|of|at|if|who|that|which|by|as|because|around|on"
    r"|person|individual|girl|boy|woman|man|personality|nature|attitude|demeanou?r)\b.*",
    re.IGNORECASE | re.DOTALL,
)
_MODIFIER = re.compile(r"[a-z]{2,}ly|very|quite|highly|too|so|overly", re.IGNORECASE)
_COMPOUND = re.compile(
    r"[a-z]+-(?:hearted|minded|natured|tempered|headed|spirited|witted|mannered|willed|humou?red"
    r"|going|centred|centered|assured|confident|conscious|spoken|loving|driven)"
)
_GRADED: Final = (  # as the writer of cards words strengths
    (re.compile(r"notably (.+)"), 0.8),
    (re.compile(r"somewhat (.+)"), 0.5),
    (re.compile(r"less (.+) than usual"), -0.3),
    (re.compile(r"avoids being (.+)"), -0.8),
)
_QUALITIES: Final = "qualities"


def interpret_personality(text: str, listed: Sequence[str] = ()) -> tuple[tuple[str, float], ...]:
    """Return the qualities that a text about a personality names, with their strengths.

    Only words that are known to name a quality count (``data/qualities``): from prose, everything
    else would be a guess. ``listed`` are further items of lists.
    """
    sentences = _SENTENCE_BREAK.split(text[:_MAX_TEXT_CHARS])
    parts = [sentence for sentence in sentences if not _FOR_EXAMPLE.search(sentence)]
    clauses = [clause for part in (*parts, *listed) for clause in _CLAUSE.split(part)]
    found: dict[str, tuple[str, float]] = {}
    for clause in clauses:
        name, strength = _graded(clause.strip().rstrip(".")) or (_quality_name(clause), MODERATE)
        if name:
            found.setdefault(name.casefold(), (name, strength))
    return tuple(found.values())[:MAX_TRAITS]


def _graded(clause: str) -> tuple[str, float] | None:
    """Return a trait as the writer of cards words one: it may have any name."""
    for pattern, strength in _GRADED:
        if (match := pattern.fullmatch(clause)) and len(match[1].split()) <= _MAX_TRAIT_WORDS:
            return match[1], strength
    return None


def _quality_name(clause: str) -> str:
    """Return the quality that a clause names, in lower case; an empty string for none."""
    if len(clause) > _MAX_CLAUSE_CHARS:
        return ""
    bare = _LEAD.sub("", clause.strip(" .!?\"'*()[]<>#:_~`-“”"))
    bare = _TAIL.sub("", _DEGREE.sub("", bare)).strip().lower()
    *modifiers, last = bare.split() or [""]
    if bare in _known_qualities():
        return bare
    is_known = last in _known_qualities() or _COMPOUND.fullmatch(last)
    if is_known and len(modifiers) < _MAX_TRAIT_WORDS and all(map(_MODIFIER.fullmatch, modifiers)):
        return bare
    return ""


@cache
def _known_qualities() -> frozenset[str]:
    """Return the words of all languages that name a quality of a person."""
    folder = files("soulscript") / "data" / _QUALITIES
    texts = (file.read_text(encoding="utf-8") for file in folder.iterdir())
    return frozenset(line for text in texts for line in text.splitlines())
