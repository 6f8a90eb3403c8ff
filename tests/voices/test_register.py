from __future__ import annotations

import pytest

from soulscript import Soul
from synthetic_soul.voices.composer.register import Register, register
from synthetic_soul.voices.composer.selection import character
from tests.voices.souls import soul


def made(trait: str = "", strength: float = 0.5, *, style: str = "", tone: str = "") -> Soul:
    return Soul.model_validate({
        "version": "0.1",
        "entity": {"form": "human", "occupation": "clerk"},
        "personality": {"name": "Clerk", "core_traits": [{"trait": trait, "strength": strength}]},
        "values": [],
        "voice": {"style": style, "tone": tone, "qualities": [], "patterns": []},
        "relationship": {"style": "", "boundaries": []},
    })  # fmt: skip


@pytest.mark.parametrize(
    ("name", "manner"),
    [
        ("jasmine", "playful"),
        ("dr_luna", "dry"),
        ("halvard", "gruff"),
        ("ottilie", "warm"),
        ("pemmican", "measured"),
    ],
)
def test_the_shipped_souls_speak_each_their_way(name: str, manner: str) -> None:
    assert manner in register(soul(name)).manners


@pytest.mark.parametrize(
    ("trait", "manner"),
    [
        ("sarcastic", "dry"),
        ("gruff", "gruff"),
        ("kind", "warm"),
        ("whimsical", "playful"),
        ("scholarly", "measured"),
    ],
)
def test_a_trait_makes_a_manner(trait: str, manner: str) -> None:
    assert register(made(trait)).manners == (manner,)


def test_a_trait_that_is_avoided_makes_none() -> None:
    assert register(made("sarcastic", -0.9)).manners == ("measured", "warm")


def test_a_soul_that_says_nothing_of_it_is_measured_and_warm() -> None:
    assert register(made("left-handed")) == Register(("measured", "warm"), quiet=True)


def test_formal_speech_is_spelled_out() -> None:
    formal = register(made("polite", style="formal"))
    assert formal.formal
    said = formal.voiced("Don't you see? I'm here, it's been fun, and isn't it? Who's there!")
    assert said == ("Do you not see? I am here, it has been fun, and is it not? Who is there.")


def test_plain_speech_stays_as_it_is() -> None:
    assert Register(("playful",)).voiced("I'm here!") == "I'm here!"


def test_a_phrase_suits_by_its_manners() -> None:
    warm = Register(("warm",))
    assert [warm.rank(marks) for marks in (("warm",), ("warm", "playful"), ("any",), ("dry",))] == [
        0,
        0,
        1,
        None,
    ]


def test_a_soul_is_read_once() -> None:
    assert character(soul("jasmine")) is character(soul("jasmine"))
    assert character(soul("jasmine")) is not character(soul("ottilie"))
