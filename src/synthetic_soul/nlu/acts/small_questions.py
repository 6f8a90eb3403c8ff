"""Questions that need no knowledge: sums, dice, a coin, the time and the day."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Final, Literal

from synthetic_soul.nlu.resources import load, lower

MAX_CHARS: Final = 200
"""Characters of the longest message that is read so."""
MAX_DICE: Final = 20
MAX_SIDES: Final = 1_000
_MAX_DIGITS: Final = 15
_MAX_POWER: Final = 32
_USUAL_SIDES: Final = 6
_FILE: Final = load("small_questions")
_TOKEN: Final = re.compile(r"\d[\d,]*(?:\.\d+)?|[-+*/^()]")
_TENS_AND_UNITS: Final = re.compile(r"\b([2-9]0)[\s-]+([1-9])\b")
_OPERATOR: Final = re.compile(r"[-+*/^]")
_COUNTS: Final = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6}

SmallKind = Literal["sum", "dice", "coin", "time", "day"]


_ASKED: Final = _FILE.table("asked")
_DICE: Final = _ASKED.patterns("dice", {})
_SUM: Final = _ASKED.pattern("sum")
_PLAIN: Final[tuple[tuple[SmallKind, re.Pattern[str]], ...]] = (
    ("coin", _ASKED.pattern("coin")),
    ("time", _ASKED.pattern("time")),
    ("day", _ASKED.pattern("day")),
)


@dataclass(frozen=True, slots=True)
class SmallQuestion:
    """What is asked: ``result`` is that of a sum; ``count`` and ``sides`` are those of dice."""

    kind: SmallKind
    result: Fraction = Fraction(0)
    count: int = 1
    sides: int = _USUAL_SIDES


def small_question(text: str) -> SmallQuestion | None:
    """Return what a message asks that needs no knowledge, or None; never raises on any text."""
    if len(text) > MAX_CHARS:
        return None
    plain = lower(text)
    if match := next(filter(None, (dice.search(plain) for dice in _DICE)), None):
        return _dice(match)
    for kind, asked in _PLAIN:
        if asked.search(plain):
            return SmallQuestion(kind)
    result = _result(plain) if _SUM.search(plain) else None
    return None if result is None else SmallQuestion("sum", result=result)


def _dice(match: re.Match[str]) -> SmallQuestion:
    groups = match.groupdict()
    named = groups.get("count") or "a"
    count = _COUNTS.get(named) or int(named)
    sides = int(groups.get("sides") or _USUAL_SIDES)
    return SmallQuestion(
        "dice", count=min(max(count, 1), MAX_DICE), sides=min(max(sides, 2), MAX_SIDES)
    )


def _result(plain: str) -> Fraction | None:
    """Return the result of the longest sum in a text; None without one, or past the limits."""
    runs = [run for run in _runs(_as_symbols(plain)) if any(map(_OPERATOR.fullmatch, run[1:]))]
    if not runs:
        return None
    try:
        return _Sum(max(runs, key=len)).result()
    except (ValueError, ZeroDivisionError):
        return None


def _as_symbols(plain: str) -> str:
    """Return a text with the words of sums written as symbols."""
    pattern, symbols = _words_of_sums()
    written = pattern.sub(lambda match: f" {symbols[match[0]]} ", plain)
    return _TENS_AND_UNITS.sub(lambda match: str(int(match[1]) + int(match[2])), written)


@cache
def _words_of_sums() -> tuple[re.Pattern[str], dict[str, str]]:
    symbols = {word: str(symbol) for word, symbol in _FILE.table("sums").values.items()}
    words = sorted(symbols, key=len, reverse=True)
    return re.compile(rf"(?<![a-z])(?:{'|'.join(map(re.escape, words))})(?![a-z])"), symbols


def _runs(text: str) -> Iterator[list[str]]:
    """Yield the tokens of sums that follow each other with nothing but blanks between."""
    run: list[str] = []
    end = 0
    for match in _TOKEN.finditer(text):
        if run and text[end : match.start()].strip():
            yield run
            run = []
        run.append(match[0].replace(",", ""))
        end = match.end()
    yield run


class _Sum:
    """A recursive descent over the tokens of a sum; ValueError where they make none."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens = [*reversed(tokens)]

    def result(self) -> Fraction:
        """Return the value of all tokens."""
        value = self._terms()
        if self._tokens:
            raise ValueError("something is left")
        return value

    def _terms(self) -> Fraction:
        return self._chain(self._factors, {"+": Fraction.__add__, "-": Fraction.__sub__})

    def _factors(self) -> Fraction:
        return self._chain(self._power, {"*": Fraction.__mul__, "/": Fraction.__truediv__})

    def _chain(
        self,
        part: Callable[[], Fraction],
        operators: dict[str, Callable[[Fraction, Fraction], Fraction]],
    ) -> Fraction:
        value = part()
        while self._tokens and self._tokens[-1] in operators:
            operator = operators[self._tokens.pop()]
            value = _bounded(operator(value, part()))
        return value

    def _power(self) -> Fraction:
        base = self._atom()
        if not self._tokens or self._tokens[-1] != "^":
            return base
        self._tokens.pop()
        exponent = self._power()
        if exponent.denominator != 1 or abs(exponent) > _MAX_POWER:
            raise ValueError("no such power is reckoned here")
        return _bounded(Fraction(base ** int(exponent)))

    def _atom(self) -> Fraction:
        part = self._tokens.pop() if self._tokens else ""
        if part == "-":
            return -self._atom()
        if part == "(":
            value = self._terms()
            if not self._tokens or self._tokens.pop() != ")":
                raise ValueError("a bracket is open")
            return value
        if len(part) > _MAX_DIGITS:
            raise ValueError("the number is too long")
        return Fraction(part)


def _bounded(value: Fraction) -> Fraction:
    if max(abs(value.numerator), value.denominator) >= 10**_MAX_DIGITS:
        raise ValueError("the result is too long")
    return value
