"""A model's answer about a stretch of conversation, read tolerantly.

Small models keep to the outline of a schema more than to its bounds, which few servers enforce.
So numbers are clamped, texts are cut, surplus items are left out, and an item that cannot be saved
costs no other. The schema still states every bound, and ``LIMITS`` puts them into words.
"""

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Final, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from synthetic_soul.mind.dynamics import clamp
from synthetic_soul.nlu.text.sentences import clip, split_sentences

MAX_FACTS: Final = 6
MAX_OBSERVATIONS: Final = 4
MAX_SENTIMENTS: Final = 4
MAX_VALUE_CHARS: Final = 120
MAX_TEXT_CHARS: Final = 300
MAX_TOPIC_ROOT_CHARS: Final = 20
MAX_TOPIC_NAME_CHARS: Final = 30
MAX_RANGE_LINES: Final = 24
"""The longest range, such as "3-7", that is read as line numbers."""

LIMITS: Final = (
    f"At most {MAX_FACTS} facts, {MAX_OBSERVATIONS} observations and {MAX_SENTIMENTS} sentiments. "
    f"A fact's value has at most {MAX_VALUE_CHARS} characters, an observation's text at most "
    f"{MAX_TEXT_CHARS}. importance, valence and amount are numbers from -1 to 1. line and lines "
    'are the numbers of the lines. type is "observation" or "reflection".'
)

_NUMBER: Final = re.compile(r"[-+−]?\d+(?:[.,]\d+)?")
_LINES: Final = re.compile(r"(\d{1,4})(?:\s*(?:-|–|to)\s*(\d{1,4}))?")
_ENDS: Final = (".", "!", "?", "…", "。", "！", "？", '"', "”", "»")
_WORDS: Final = re.compile(r"[a-z]+")
_LEVELS: Final[Mapping[str, float]] = {
    "positive": 0.5,
    "negative": -0.5,
    "pleasant": 0.5,
    "unpleasant": -0.5,
    "good": 0.5,
    "bad": -0.5,
    "happy": 0.5,
    "sad": -0.5,
    "high": 0.8,
    "medium": 0.5,
    "moderate": 0.5,
    "low": 0.2,
    "neutral": 0.0,
    "mixed": 0.0,
    "none": 0.0,
}
_STRONGER: Final = frozenset({"very", "strongly", "extremely", "highly"})
_STRONGER_BY: Final = 1.6

T = TypeVar("T", bound=BaseModel)


def level_of(value: object) -> object:
    """Return a number or a word for one ("80 %", "7/10", "very positive") as -1..1.

    What is none of these is returned as it is.
    """
    if isinstance(value, bool) or value is None:
        return float(value or 0)
    if isinstance(value, int | float):
        return clamp(float(value), -1, 1) if value == value else 0.0  # noqa: PLR0124 - not a number
    return _level_in(value.casefold()) if isinstance(value, str) else value


def _level_in(text: str) -> object:
    numbers = [float(n.replace(",", ".").replace("−", "-")) for n in _NUMBER.findall(text)]
    if numbers:
        number, *scale = numbers
        if "%" in text:
            number /= 100
        elif scale and "/" in text and scale[0] > 0:
            number /= scale[0]
        return clamp(number, -1, 1)
    words = _WORDS.findall(text)
    found = next((_LEVELS[word] for word in words if word in _LEVELS), None)
    if found is None:
        return text
    return clamp(found * (_STRONGER_BY if _STRONGER.intersection(words) else 1), -1, 1)


def line_numbers(value: object) -> list[int]:
    """Return the line numbers in a number, a text ("line 3", "2-4") or a list of either."""
    if isinstance(value, list):
        return list(dict.fromkeys(number for item in value for number in line_numbers(item)))
    if isinstance(value, int | float):
        is_whole = not isinstance(value, bool) and value == value // 1
        return [int(value)] if is_whole and abs(value) < float("inf") else []
    numbers: list[int] = []
    for first, last in _LINES.findall(value) if isinstance(value, str) else ():
        start, end = int(first), int(last or first)
        numbers += range(start, min(end, start + MAX_RANGE_LINES) + 1)
    return numbers


def _first_line(value: object) -> int:
    return next(iter(line_numbers(value)), 0)


def topic_of(value: object) -> object:
    """Return a topic in the form ``root`` or ``root:name``: "Pet (Cat)" is "pet:cat"."""
    if not isinstance(value, str):
        return value
    words = _WORDS.findall(value.casefold())
    root, name = (words[0], " ".join(words[1:])) if words else ("", "")
    root, name = root[:MAX_TOPIC_ROOT_CHARS], name[:MAX_TOPIC_NAME_CHARS].strip()
    return f"{root}:{name}" if len(name) > 1 else root


def _value_of(value: object) -> object:
    """Return a text of one line out of a text, a number or a list of them."""
    if isinstance(value, list):
        return _value_of(", ".join(str(_value_of(item)) for item in value))
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return clip(value, MAX_VALUE_CHARS) if isinstance(value, str) else value


def text_of(value: object) -> object:
    """Return a text cut after the last sentence that fits, or between words where none does."""
    if not isinstance(value, str):
        return value
    flat = " ".join(value.split())
    if len(flat) <= MAX_TEXT_CHARS:
        return flat
    whole = ""
    for sentence in split_sentences(flat):
        longer = f"{whole} {sentence}".strip()
        if len(longer) > MAX_TEXT_CHARS:
            break
        whole = longer
    return whole if whole.endswith(_ENDS) else clip(flat, MAX_TEXT_CHARS)


def _type_of(value: object) -> str:
    return "reflection" if value == "reflection" else "observation"


def _folded(value: object) -> object:
    return value.strip().casefold() if isinstance(value, str) else value


def _items(item: type[T], limit: int, *, named: tuple[str, str] | None = None) -> BeforeValidator:
    """Return a validator that keeps the first ``limit`` items that can be saved.

    A single object counts as a list of it; with ``named`` an object of names and values as a list
    of objects with these two fields.
    """

    def salvage(value: object) -> list[T]:
        if isinstance(value, dict):
            is_one = named is None or set(named) <= value.keys()
            value = (
                [value]
                if is_one
                else [dict(zip(named or (), x, strict=True)) for x in value.items()]
            )
        kept: list[T] = []
        for each in value if isinstance(value, list) else ():
            try:
                kept.append(each if isinstance(each, item) else item.model_validate(each))
            except ValidationError:
                continue
        return kept[:limit]

    return BeforeValidator(salvage)


def _read_by(read: Callable[[object], object]) -> BeforeValidator:
    return BeforeValidator(read)


Level = Annotated[float, Field(ge=-1, le=1), _read_by(level_of)]


class LearnedFact(BaseModel):
    """A fact that the person stated of themselves; ``line`` is the number of the line."""

    topic: Annotated[str, Field(pattern=r"^[a-z]{2,20}(:[a-z ]{2,30})?$"), _read_by(topic_of)]
    value: Annotated[str, Field(min_length=1, max_length=MAX_VALUE_CHARS), _read_by(_value_of)]
    line: Annotated[int, _read_by(_first_line)]


class Observation(BaseModel):
    """An observation about the stretch; ``lines`` are the numbers of the lines it rests on."""

    type: Annotated[Literal["observation", "reflection"], _read_by(_type_of)] = "observation"
    text: Annotated[str, Field(min_length=1, max_length=MAX_TEXT_CHARS), _read_by(text_of)]
    importance: Level = 0.0
    valence: Level = 0.0
    lines: Annotated[list[int], _read_by(line_numbers)]


class Feeling(BaseModel):
    """A change of a sentiment towards the person."""

    dimension: Annotated[str, _read_by(_folded)]
    amount: Level


class Reflection(BaseModel):
    """The model's answer about a stretch of conversation."""

    facts: Annotated[
        list[LearnedFact], Field(max_length=MAX_FACTS), _items(LearnedFact, MAX_FACTS)
    ] = []
    observations: Annotated[
        list[Observation], Field(max_length=MAX_OBSERVATIONS), _items(Observation, MAX_OBSERVATIONS)
    ] = []
    sentiments: Annotated[
        list[Feeling],
        Field(max_length=MAX_SENTIMENTS),
        _items(Feeling, MAX_SENTIMENTS, named=("dimension", "amount")),
    ] = []
