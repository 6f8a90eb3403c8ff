"""After somebody was told where help is, replies are tender for as long as they are in care."""

from __future__ import annotations

from dataclasses import replace

import pytest

from synthetic_soul import nlu
from synthetic_soul.voices.base import Relationship
from synthetic_soul.voices.composer.composer import compose
from synthetic_soul.voices.composer.situation import Situation, assess
from tests.voices.briefs import RELATIONSHIPS, brief

NEXT = ("I had soup", "tell me a joke", "thanks", "haha that's funny", "I got the job!")


def situation(text: str, relationship: Relationship) -> Situation:
    return assess(brief(nlu.interpret(text), relationship=relationship))


@pytest.mark.parametrize("text", NEXT)
@pytest.mark.parametrize("name", ["known", "friend", "dear", "cold"])
def test_replies_in_care_are_tender_whoever_it_is(text: str, name: str) -> None:
    usual = RELATIONSHIPS[name]
    in_care = replace(usual, in_care=True)
    assert not situation(text, usual).tender
    assert situation(text, in_care).tender
    assert compose(situation(text, usual).brief) != compose(situation(text, in_care).brief)
