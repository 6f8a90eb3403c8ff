"""What needs no language model: sums, dice, a coin, the time and the day."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from synthetic_soul.nlu.acts.small_questions import SmallQuestion, small_question
from synthetic_soul.nlu.calendar.civil_time import local, zone_of
from synthetic_soul.voices.composer import grammar
from synthetic_soul.voices.composer.spoken_dates import day_and_year

if TYPE_CHECKING:
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_DECIMALS = 4
_UTC = "UTC"


def answer(situation: Situation, selector: PhraseSelector) -> str:
    """Return the answer to a small question, or "" where none is asked."""
    asked = small_question(situation.text)
    if asked is None:
        return ""
    match asked.kind:
        case "sum":
            return selector.say("small.sum", value=_decimal(asked.result))
        case "dice":
            return _roll(asked, selector)
        case "coin":
            return selector.say(
                "small.coin", value=("heads", "tails")[_chance(selector, "coin", 2)]
            )
        case "time" | "day":
            return _clock(situation, selector, asked)


def _decimal(value: Fraction) -> str:
    """Return a number as it is written: with at most four decimals, "about" where it has more."""
    rounded = round(value, _DECIMALS)
    text = f"{float(rounded):,.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return text if rounded == value else f"about {text}"


def _chance(selector: PhraseSelector, slot: str, options: int) -> int:
    """Return a number below ``options``, all as likely, the same for the same message."""
    return int.from_bytes(selector.draw.order(slot)) % options


def _roll(asked: SmallQuestion, selector: PhraseSelector) -> str:
    rolled = [1 + _chance(selector, f"dice{place}", asked.sides) for place in range(asked.count)]
    if len(rolled) == 1:
        return selector.say("small.die", value=str(rolled[0]))
    told = grammar.join_list([str(number) for number in rolled])
    return selector.say("small.dice", value=told, count=str(sum(rolled)))


def _clock(situation: Situation, selector: PhraseSelector, asked: SmallQuestion) -> str:
    """Tell the time or the day where the person is; without a zone of theirs, that of UTC."""
    brief = situation.brief
    here = local(brief.now, zone_of(brief.time_zone))
    told = f"{here:%H:%M}" if asked.kind == "time" else day_and_year(here)
    key = f"small.{asked.kind}" + (".utc" if brief.time_zone == _UTC else "")
    return selector.say(key, value=told)
