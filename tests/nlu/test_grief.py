"""Grief is found in what somebody tells, and not in what only sounds like it."""

from __future__ import annotations

import pytest

from synthetic_soul import nlu
from synthetic_soul.nlu.life_events import grief_in, mentions_death


@pytest.mark.parametrize(
    ("text", "kind", "whom"),
    [
        ("my dog Rex died yesterday", "death", "my dog Rex"),
        ("he passed away", "death", "he"),
        ("we buried him today", "death", ""),
        ("I had a miscarriage", "death", ""),
        ("I was at her funeral", "death", ""),
        ("she broke up with me", "parting", ""),
        ("my cat Miso is sick", "worry", "my cat Miso"),
        ("mum's in hospital", "worry", "mum"),
        ("I lost my job", "worry", ""),
    ],
)
def test_grief_is_found(text: str, kind: str, whom: str) -> None:
    grief = grief_in(text)
    assert grief is not None
    assert grief.kind == kind
    assert whom in ("", grief.whom)
    assert nlu.interpret(text).grief == grief


@pytest.mark.parametrize(
    "text",
    [
        "I almost died laughing",
        "my phone is dying",
        "my phone died",
        "in the film the dog dies",
        "you are dead wrong",
        "I have a headache",
        "is your dog dead?",
        "I like tea",
    ],
)
def test_what_only_sounds_heavy_is_not(text: str) -> None:
    assert grief_in(text) is None


def test_a_word_of_death_is_noticed_also_where_none_is_reported() -> None:
    assert mentions_death("I dreamed that Rex died")
    assert not mentions_death("I lost my keys")
