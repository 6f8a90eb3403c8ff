"""What a cue asks for: its terms, the speaker it means, and the times it names.

Times are half-open ranges of milliseconds in UTC. Months and years are looked for over the whole
span of the lines, relative times before ``now``.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from soulscript.text import stop_words, terms, words

Range = tuple[int, int]

# Polite frames around a question: their "you" and "me" do not tell who said the answer.
_FRAMES: Final = re.compile(
    r"\b(?:(?:do|don|did|didn|can|could|will|would) )?you (?:still |even |ever |happen to )?"
    r"(?:remember|recall|know|tell|remind|think|guess|forget)(?: me| us)?\b"
    r"|\b(?:tell|told|telling|remind|ask|asked|show|showed|promise|promised) (?:me|you)\b"
    r"|\b(?:say|said|mention|mentioned|talk|talked|speak) (?:to|with) (?:me|you)\b"
    r"|\b(?:to|with|for) (?:me|you)$"
)
# Words about the conversation, or of mere courtesy: no topic in a cue, though perhaps in a line.
_NO_TOPIC: Final = {
    "remember", "recall", "remind", "say", "said", "tell", "told", "mention", "mentioned", "talk",
    "talked", "talking", "thing", "things", "nice", "cool", "great", "awesome", "good", "fine",
    "sure", "sound", "sounds", "morning", "evening", "night", "lot", "bit",
}  # fmt: skip
# "What is my dog called?" and "a dog whose name is Rufus" mean the same with different words.
_NAMING: Final = frozenset({"call", "name"})
_FIRST_PERSON: Final = frozenset({"i", "me", "my", "mine", "myself", "im", "ive"})
_SECOND_PERSON: Final = frozenset({"you", "your", "yours", "yourself", "u", "ur"})


@dataclass(frozen=True, slots=True)
class Speakers:
    """The speaker of the cue, and the one who is addressed.

    ``asks`` and ``asked`` are speakers as in ``Line.speaker``, None if unknown ("I" and "you"
    then mean nobody). ``names`` maps further names to speakers, where those are ids.
    """

    asks: str | None = None
    asked: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue as read: stemmed terms in alphabetical order, the one speaker meant, time ranges."""

    terms: tuple[str, ...]
    speaker: str | None
    times: tuple[Range, ...]


def read(
    text: str, *, speakers: Speakers, present: Collection[str], now: int | None, span: Range
) -> Cue:
    """Read a cue against the speakers that are ``present`` and the ``span`` of their lines."""
    plain, times = named_times(" ".join(words(text)), now, span)
    cue_words = _FRAMES.sub(" ", plain).split()
    owners = _owners(speakers, present)
    named = sorted({owners[word] for word in cue_words if word in owners})
    content = [word for word in cue_words if word not in _NO_TOPIC]
    topic = terms(" ".join(word for word in content if word not in owners))
    cue_terms = set(topic or terms(" ".join(content)))
    if cue_terms & _NAMING:
        cue_terms |= _NAMING
    return Cue(tuple(sorted(cue_terms)), _meant(named, set(cue_words), speakers), times)


def _owners(speakers: Speakers, present: Collection[str]) -> dict[str, str]:
    """Map each word of a name to its speaker, without words that two speakers share."""
    owners: dict[str, str] = {}
    shared: set[str] = set()
    for name, speaker in [*((each, each) for each in present), *speakers.names.items()]:
        for word in words(name):
            if word not in stop_words() and owners.setdefault(word, speaker) != speaker:
                shared.add(word)
    return {word: speaker for word, speaker in owners.items() if word not in shared}


def _meant(named: list[str], cue_words: set[str], speakers: Speakers) -> str | None:
    """Return the one speaker a cue is about: by name, else by "I" or "you"; None if not one."""
    others = [name for name in named if name != speakers.asked]
    if others:
        return others[0] if len(others) == 1 else None
    about_asker = not cue_words.isdisjoint(_FIRST_PERSON)
    about_asked = not cue_words.isdisjoint(_SECOND_PERSON)
    if about_asker != about_asked:
        return speakers.asks if about_asker else speakers.asked
    # "Luna, where is my hat?" addresses Luna; "what does Luna eat?" is about Luna.
    return speakers.asked if named and not about_asker else None


# -- times -----------------------------------------------------------------------------------------

_MONTHS: Final = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7,
    "august": 8, "september": 9, "october": 10, "november": 11, "december": 12,
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9,
    "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
# Words with other meanings: months only as in "in May" or "May 2023".
_AMBIGUOUS_MONTHS: Final = {"may", "march", "jan", "mar", "apr", "jun", "sep", "oct", "dec"}
_TIME_PREPOSITIONS: Final = {
    "in", "of", "last", "this", "since", "during", "until", "till", "by", "early", "late",
}  # fmt: skip
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_NUMERALS: Final = {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}
_UNIT_DAYS: Final = {"day": 1, "week": 7, "month": 30, "year": 365}
_AGO: Final = re.compile(rf"\b(\d\d?|{'|'.join(_NUMERALS)}) (day|week|month|year)s? ago\b")
_LAST: Final = re.compile(
    r"\b(day before yesterday|yesterday|last (?:night|weekend|week|month|year))\b"
)
_DAY: Final = timedelta(days=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# Times are clamped to 1970-2200; anything beyond is taken for a mistake.
_LATEST: Final = 7_258_118_400_000


def named_times(plain: str, now: int | None, span: Range) -> tuple[str, tuple[Range, ...]]:
    """Return the text without the relative times it names, and all times it names.

    ``plain`` is folded words with single spaces; ``span`` holds the times of the first and the
    last line. Without ``now`` relative times stay in the text and give no range.
    """
    ranges = _calendar(plain.split(), span)
    if now is None:
        return plain, ranges
    today = _moment(now).replace(hour=0, minute=0, second=0, microsecond=0)
    for match in _AGO.finditer(plain):
        count = _NUMERALS.get(match[1]) or int(match[1])
        ranges += (_ago(today, count, match[2]),)
    for match in _LAST.finditer(plain):
        ranges += (_last(today, match[1]),)
    return _LAST.sub(" ", _AGO.sub(" ", plain)), ranges


def _calendar(words: list[str], span: Range) -> tuple[Range, ...]:
    """Return the months of the year named beside them, else of every year; and "in 2022"."""
    first, last = (_moment(at).year for at in span)
    ranges: tuple[Range, ...] = ()
    for index, word in enumerate(words):
        lead = words[index - 1] if index else ""
        after = words[index + 1] if index + 1 < len(words) else ""
        year = int(after) if _YEAR.fullmatch(after) else None
        if word in _MONTHS and (
            word not in _AMBIGUOUS_MONTHS or lead in _TIME_PREPOSITIONS or year
        ):
            years = (year,) if year else range(first, last + 1)
            ranges += tuple(_month(each, _MONTHS[word]) for each in years)
        elif lead in _TIME_PREPOSITIONS and _YEAR.fullmatch(word):
            ranges += ((_month(int(word), 1)[0], _month(int(word), 12)[1]),)
    return ranges


def _ago(today: datetime, count: int, unit: str) -> Range:
    """Return the very day for days; for longer units, half a unit to both sides."""
    length = _UNIT_DAYS[unit] * _DAY
    middle = today - count * length
    if unit == "day":
        return _range(middle, middle + _DAY)
    return _range(middle - length / 2, middle + length / 2)


def _last(today: datetime, phrase: str) -> Range:
    monday = today - today.weekday() * _DAY
    first = today.replace(day=1)
    new_year = first.replace(month=1)
    spans = {
        "yesterday": (today - _DAY, today),
        "day before yesterday": (today - 2 * _DAY, today - _DAY),
        "last night": (today - _DAY / 2, today + _DAY / 4),
        "last weekend": (monday - 2 * _DAY, monday),
        "last week": (monday - 7 * _DAY, monday),
        "last month": ((first - _DAY).replace(day=1), first),
        "last year": ((new_year - _DAY).replace(month=1, day=1), new_year),
    }
    return _range(*spans[phrase])


def _month(year: int, month: int) -> Range:
    start = datetime(year, month, 1, tzinfo=UTC)
    return _range(start, (start + 31 * _DAY).replace(day=1))


def _range(start: datetime, end: datetime) -> Range:
    millisecond = timedelta(milliseconds=1)
    return (start - _EPOCH) // millisecond, (end - _EPOCH) // millisecond


def _moment(at: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=min(max(at, 0), _LATEST))
