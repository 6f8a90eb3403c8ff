"""What the sentences about a TinyTroupe person say: traits, skills, temperament, background.

All patterns are linear in the length of the text, and nothing is looked at beyond its first part.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from pydantic import JsonValue

from soulscript.formats.fields import MODERATE, trait
from soulscript.formats.text.phrasing import lowered, sentence, unended

PLAIN: Final = "distinctive"
"""Name of the trait that gathers sentences which name no quality by an adjective."""
_READ: Final = 200  # characters of a sentence in which its quality is looked for
_WHO: Final = r"(?:you|i|he|she|they|[A-Z][\w'’-]{0,40})"
_HOW: Final = {
    "very": 0.8, "extremely": 0.8, "highly": 0.8, "really": 0.8, "deeply": 0.8,
    "incredibly": 0.8, "always": 0.8, "notably": 0.8, "quite": MODERATE, "generally": MODERATE,
    "usually": MODERATE, "often": MODERATE, "naturally": MODERATE, "also": MODERATE,
    "somewhat": 0.3, "slightly": 0.3, "sometimes": 0.3, "occasionally": 0.3, "a bit": 0.3,
    "a little": 0.3,
}  # fmt: skip
_BEING: Final = re.compile(
    rf"{_WHO} (?:are|am|is) (?:({'|'.join(_HOW)}) )?([a-z][a-z-]{{2,30}})(?![\w-])", re.IGNORECASE
)
_HUMOR: Final = re.compile(rf"{_WHO} (?:have|has) an? ([a-z-]{{3,30}}) sense of", re.IGNORECASE)
_KIND: Final = re.compile(
    rf"{_WHO} (?:are|am|is) an? (?:({'|'.join(_HOW)}) )?([a-z][a-z-]{{2,30}}) "
    r"(?:person|individual|man|woman|human|soul)\b",
    re.IGNORECASE,
)
_NO_QUALITIES: Final = """
able the not someone something always never known going one more less who what very from with and
but because afraid here there used about trying working living interested your his her their its
prone likely still just now only more most
"""
_NO_QUALITY: Final = frozenset(_NO_QUALITIES.split())
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+|\n+")
_SHORTENED: Final = re.compile(r"\A(I|You)['’](?:m|re)\b")
_MOST_QUALITIES: Final = 24
_MOST_WORDS: Final = 3  # of a trait that is a bare name

_SKILLED: Final = re.compile(
    rf"(?:{_WHO} (?:are|am|is) )?(?:(?:very|highly|quite|extremely) )?"
    r"(?:familiar with|proficient (?:in|with|at)|fluent in|skilled (?:in|at|with)|adept (?:at|in)|"
    r"experienced (?:in|with|at)|(?:an )?experts? (?:in|on|at)|good (?:at|with)|great (?:at|with)|"
    r"knowledgeable (?:about|in)|competent (?:in|at|with)|trained in|excellent at) ",
    re.IGNORECASE,
)
_CAPABLE: Final = re.compile(
    rf"(?:{_WHO} (?:(?:are|am|is) able to|can|knows? how to) |able to |can |knows? how to )",
    re.IGNORECASE,
)

DISPOSITIONS: Final = {
    "openness": "openness",
    "conscientiousness": "discipline",
    "extraversion": "sociability",
    "agreeableness": "friendliness",
    "neuroticism": "neuroticism",
}
"""The big five -> the dispositions of ``soul:engine`` that come nearest."""
LEVELS: Final = {"low": -MODERATE, "medium": 0.0, "high": MODERATE}
_GRADES: Final = {
    "low": "low", "medium": "medium", "high": "high", "moderate": "medium", "average": "medium",
    "balanced": "medium", "moderately": "medium", "very": "", "extremely": "", "fairly": "",
}  # fmt: skip
_SCALES: Final = ((0.0, 1.0), (1.0, 5.0), (0.0, 10.0), (0.0, 100.0))  # the first that holds it
_LOW, _HIGH = 1 / 3, 2 / 3


# -- lists -----------------------------------------------------------------------------------------

_SAYS: Final = frozenset(
    ("trait", "interest", "skill", "belief", "behavior", "fact", "text", "description", "value")
)
"""Keys of objects that say one thing; what stands under others needs its key to be understood."""


def flat(value: JsonValue) -> list[str]:
    """Give what a value says as texts: one for each item of a list, however it is written."""
    if isinstance(value, list):
        return [text for item in value if (text := "; ".join(flat(item)))]
    if isinstance(value, dict):
        return [
            text if key in _SAYS else f"{key.replace('_', ' ')}: {text}"
            for key, inner in value.items()
            for text in flat(inner)
        ]
    if value is None or isinstance(value, bool):
        return []
    return [str(value)] if str(value).strip() else []


# -- traits ----------------------------------------------------------------------------------------


def traits_of(sentences: Iterable[str]) -> list[JsonValue]:
    """Make a trait of each quality that sentences name; each sentence is a rule of its trait."""
    found: dict[str, tuple[str, float, list[str]]] = {}
    for text in sentences:
        name, strength, bare = quality(text)
        held = found.setdefault(name.casefold(), (name, strength, []))
        if not bare:
            held[2].append(text)
    return [trait(*held) for held in found.values()]


def quality(text: str) -> tuple[str, float, bool]:
    """Find the quality of a sentence, how strong it is, and whether the text is its bare name.

    "You are very organized and like to plan." is "organized" at 0.8.
    """
    start = " ".join(text[:_READ].split())
    being = _KIND.match(start) or _BEING.match(start)
    if being and being[2].casefold() not in _NO_QUALITY:
        return being[2].casefold(), _HOW.get((being[1] or "quite").casefold(), MODERATE), False
    if humor := _HUMOR.match(start):
        return humor[1].casefold(), MODERATE, False
    words = unended(start).split()
    if len(words) <= _MOST_WORDS and not {"you", "i", "is", "are"} & {w.casefold() for w in words}:
        return lowered(" ".join(words)), MODERATE, True
    return PLAIN, MODERATE, False


def qualities_in(text: str) -> list[JsonValue]:
    """Make a trait of each quality that somebody's own words name: "I'm curious about people."."""
    named: dict[str, float] = {}
    for part in _SENTENCE.split(text):
        name, strength, bare = quality(_SHORTENED.sub(r"\1 are", part.strip()[:_READ]))
        # "I am Sam." names no quality.
        if name != PLAIN and not bare and name in part:
            named.setdefault(name, strength)
    return [trait(*found) for found in [*named.items()][:_MOST_QUALITIES]]


def graded(text: str) -> tuple[str, float]:
    """Take the word of degree from a quality: "very dry" is "dry" at 0.8."""
    for how, strength in _HOW.items():
        if text.casefold().startswith(f"{how} "):
            return text[len(how) :].strip(), strength
    return lowered(text), MODERATE


def told(name: str, strength: float, rules: Sequence[str]) -> list[JsonValue]:
    """Write a trait as sentences: its rules, or one that says how strong it is."""
    if rules:
        return list(rules)
    if strength < 0:
        return [f"You are not {name}."]
    return [f"You are {'very ' if strength > MODERATE else ''}{name}."]


# -- temperament -----------------------------------------------------------------------------------


def level(value: JsonValue) -> float | None:
    """Read "High. …", "low" or a number of a usual scale as a level; None where it says nothing."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    if isinstance(value, str):
        words = re.findall(r"[a-z]+", value[:_READ].casefold())
        return next((LEVELS[grade] for word in words if (grade := _GRADES.get(word))), None)
    for least, most in _SCALES:
        if least <= value <= most:
            share = (value - least) / (most - least)
            return -MODERATE if share < _LOW else MODERATE if share > _HIGH else 0.0
    return None


def grade(strength: float) -> str:
    """Write a level as TinyTroupe does: "High.", "Medium." or "Low."."""
    return "High." if strength > _LOW else "Low." if strength < -_LOW else "Medium."


# -- skills and background -------------------------------------------------------------------------


def skill(text: str) -> str:
    """Say what is known, without "You are proficient in": "Python", "how to write reports"."""
    line = unended(text)
    if found := _SKILLED.match(line):
        return line[found.end() :]
    if found := _CAPABLE.match(line):
        return f"how to {line[found.end() :]}"
    return line


def listed(head: str, items: Sequence[str]) -> list[str]:
    """Say a list in one line, ``You like: …; …``; nothing of an empty one."""
    return [sentence(f"{head}: {'; '.join(map(unended, items))}")] if items else []


def at_home(nationality: str, residence: str) -> list[str]:
    """Say where a person comes from and lives."""
    come = f"You are {nationality}" if nationality else ""
    live = f"live in {residence}" if residence else ""
    if come and live:
        return [sentence(f"{come} and {live}")]
    return [sentence(come or f"You {live}")] if come or live else []


def at_work(title: str, organization: str, description: str) -> list[str]:
    """Say what a person does, in the words of the description if there is one."""
    if description:
        return [sentence(description)]
    return [sentence(f"You work for {organization}")] if title and organization else []


def common_noun(title: str, description: str) -> str:
    """Write a title in lower case where its description does so: "Linguist" is "linguist"."""
    return title.lower() if title.lower() in description else title
