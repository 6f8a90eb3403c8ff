"""After somebody spoke of danger, in any language, the next reply is tender; else it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthetic_soul import nlu
from synthetic_soul.voices.base import Line
from synthetic_soul.voices.composer.composer import compose
from synthetic_soul.voices.composer.situation import Situation, assess
from tests.voices.briefs import brief
from tests.voices.souls import MINUTE, START

ROWS = [
    row.split(" | ")
    for row in (Path(__file__).parents[1] / "nlu" / "crisis.txt").read_text("utf-8").splitlines()
    if not row.startswith("#")
]
IN_CRISIS = [text for _, kind, text in ROWS if kind != "no"]
HARMLESS = [text for _, kind, text in ROWS if kind == "no"]
SAD = {"my dog died", "my grandpa had a stroke last year"}
"""Harmless lines that are answered tenderly for another reason."""
NEXT = ("I had soup", "tell me a joke", "thanks")


def situation_after(line: str, text: str) -> Situation:
    before = (
        Line("1", "guest", line, START - 2 * MINUTE),
        Line("2", "Jasmine", "I hear you.", START - MINUTE, mine=True),
    )
    return assess(brief(nlu.interpret(text), recent_lines=before))


def replies_after(line: str) -> list[str]:
    return [compose(situation_after(line, text).brief) for text in NEXT]


TENDER = replies_after("I want to die")
ORDINARY = replies_after("I like tea")


def test_tender_and_ordinary_replies_differ() -> None:
    assert all(tender != plain for tender, plain in zip(TENDER, ORDINARY, strict=True))
    assert len(IN_CRISIS) > 60


@pytest.mark.parametrize("line", IN_CRISIS)
def test_the_reply_after_a_crisis_is_tender(line: str) -> None:
    assert situation_after(line, "anyway, what are you up to?").tender
    assert replies_after(line) == TENDER


@pytest.mark.parametrize("line", HARMLESS)
def test_the_reply_after_harmless_words_is_not(line: str) -> None:
    if line in SAD:
        assert replies_after(line)[0] != TENDER[0]
        return
    assert not situation_after(line, "anyway, what are you up to?").tender
    assert replies_after(line) == ORDINARY
