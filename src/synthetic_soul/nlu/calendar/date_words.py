"""The words that name dates, one data file a language, and a text as items of such words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from synthetic_soul.nlu.resources import ResourceTable, load, lower, names

_TOKEN: Final = re.compile(r"\d+|[^\W\d_]+|[^\w\s]")
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
"""Kana and Chinese characters, which are written without spaces between words."""
_ANCHORS: Final = frozenset(
    ("weekday", "month", "unit", "day", "daypart", "holiday", "season", "clock")
)
"""Kinds of words without which a text names no date, but for one in digits."""
_NO_ANCHORS: Final = frozenset(("at", "am", "pm"))


@dataclass(frozen=True, slots=True)
class Item:
    """A word or phrase of a text at ``begin`` to ``finish``: what it may mean, by kind.

    ``number`` is what its digits say. A word that names nothing has no meanings.
    """

    begin: int
    finish: int
    text: str
    meanings: Mapping[str, str] = field(default_factory=dict)

    @property
    def number(self) -> int | None:
        """The number in digits or in words."""
        if self.text.isdecimal():
            return int(self.text)
        word = self.meanings.get("number")
        return None if word is None else int(word)

    def get(self, kind: str) -> str:
        """Return what the word means as a word of this kind, "" if it is none."""
        return self.meanings.get(kind, "")

    @property
    def is_known(self) -> bool:
        """Whether the word may be part of a date."""
        return bool(self.meanings) or self.text.isdecimal()


@dataclass(frozen=True, slots=True)
class Dialect:
    """What one language calls dates: ``phrases`` by their tokens, and how its dates are written.

    ``past`` finds the words by which a clause speaks of what was; ``bare_months`` may stand without
    a preposition; ``half_is_to``: "half eight" is half past seven; ``twelve_hours``: "at three" is
    in the afternoon; ``month_first``: "3/4" is 4 March. ``hours`` are those of the parts of a day.
    """

    language: str
    phrases: Mapping[tuple[str, ...], Mapping[str, str]]
    longest: int
    past: re.Pattern[str]
    ambiguous_months: frozenset[str]
    hours: Mapping[str, tuple[int, int]]
    twelve_hours: bool
    month_first: bool
    spaced: bool

    def items(self, text: str) -> list[Item]:
        """Return the words of a text in order, known phrases as one item each."""
        tokens = list(_tokens(text))
        found: list[Item] = []
        at = 0
        while at < len(tokens):
            count, meanings = self._longest_phrase(tokens, at)
            begin, finish = tokens[at][1], tokens[at + count - 1][2]
            found.append(Item(begin, finish, text[begin:finish], meanings))
            at += count
        return found

    def _longest_phrase(
        self, tokens: Sequence[tuple[str, int, int]], at: int
    ) -> tuple[int, Mapping[str, str]]:
        for count in range(min(self.longest, len(tokens) - at), 0, -1):
            words = tuple(token for token, _, _ in tokens[at : at + count])
            if words in self.phrases:
                return count, self.phrases[words]
        return 1, {}


def _tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield words, numbers and marks, in lower case, with their places."""
    for match in _TOKEN.finditer(text):
        word = match[0]
        if _UNSPACED.search(word):
            for place, letter in enumerate(word, match.start()):
                yield letter, place, place + 1
        else:
            yield lower(word), match.start(), match.end()


def _keys(phrase: str) -> tuple[str, ...]:
    return tuple(token for token, _, _ in _tokens(phrase))


@cache
def dialect(language: str) -> Dialect:
    """Return the words of a language; ``ResourceError`` where it has no file or a faulty one."""
    table = load(f"calendar/{language}")
    phrases: dict[tuple[str, ...], dict[str, str]] = {}
    for kind, value, phrase in _entries(table):
        phrases.setdefault(_keys(phrase), {})[kind] = value
    form = table.table("form")
    common = load("calendar/common").table("hours")
    hours = {part: _hours(common.text(part)) for part in common}
    if "hours" in table:
        hours |= {part: _hours(table.table("hours").text(part)) for part in table.table("hours")}
    return Dialect(
        language=language,
        phrases=phrases,
        longest=max(map(len, phrases)),
        past=form.pattern("past", flags=re.IGNORECASE),
        ambiguous_months=frozenset(form.words("ambiguous")) if "ambiguous" in form else frozenset(),
        hours=hours,
        twelve_hours="twelve_hours" in form,
        month_first="month_first" in form,
        spaced="unspaced" not in form,
    )


def _entries(table: ResourceTable) -> Iterator[tuple[str, str, str]]:
    """Yield the kind, the value and each phrase of a language's words."""
    for kind in table:
        if kind not in {"form", "hours"}:
            words = table.table(kind)
            for value in words:
                for phrase in words.phrases(value):
                    yield kind, value, phrase


def _hours(text: str) -> tuple[int, int]:
    first, last = text.split()
    return int(first), int(last)


@cache
def languages() -> tuple[str, ...]:
    """Return the ISO 639-1 codes of the languages whose dates can be read."""
    return tuple(name for name in names("calendar") if name != "common")


@cache
def _anchors() -> Mapping[str, frozenset[str]]:
    """Return, by the longest word of each phrase that can name a date, its languages."""
    found: dict[str, set[str]] = {}
    for language in languages():
        for phrase, meanings in dialect(language).phrases.items():
            kinds = {kind for kind, value in meanings.items() if value not in _NO_ANCHORS}
            if not _ANCHORS.isdisjoint(kinds):
                # One word of each, since the others ("of the", "i") are in most texts.
                found.setdefault(max(phrase, key=len), set()).add(language)
    return {word: frozenset(of) for word, of in found.items()}


def possible_languages(text: str) -> dict[str, int]:
    """Return the languages in which the text may name a date, with how many words speak for each.

    Cheap, for every message. A number in digits may name one in any language.
    """
    found: dict[str, int] = {}
    anchors = _anchors()
    for word, _, _ in _tokens(text):
        for language in anchors.get(word, ()):
            found[language] = found.get(language, 0) + 1
        if word.isdecimal():
            found = dict.fromkeys(languages(), 0) | found
    return found
