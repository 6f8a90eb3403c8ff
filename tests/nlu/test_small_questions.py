"""Small questions: sums, dice, a coin, the time and the day, and what is none."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic_soul.nlu.acts.small_questions import MAX_CHARS, MAX_DICE, MAX_SIDES, small_question


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("what is 7x8 btw", 56),
        ("what's 12 * 14?", 168),
        ("how much is 3 + 4 * 2", 11),
        ("what is (3 + 4) * 2?", 14),
        ("what is 10 divided by 4?", Fraction(5, 2)),
        ("what's 2 to the power of 10?", 1024),
    ],
)
def test_sums_are_reckoned(text: str, result: Fraction) -> None:
    asked = small_question(text)
    assert asked is not None
    assert (asked.kind, asked.result) == ("sum", result)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("whats the time", "time"),
        ("can you tell me what time it is?", "time"),
        ("Can you tell me what day it is today", "day"),
        ("what's the date?", "day"),
        ("flip a coin", "coin"),
        ("roll a die", "dice"),
    ],
)
def test_other_small_questions_are_recognised(text: str, kind: str) -> None:
    asked = small_question(text)
    assert asked is not None
    assert asked.kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "we had 118 so what's that now",
        "what day is my exam?",
        "I'm 44 and she is 47",
        "what is 7?",
        "what's 1/0?",
        "what is 9 ^ 9 ^ 9?",
        "time flies",
    ],
)
def test_what_is_none_is_left_alone(text: str) -> None:
    assert small_question(text) is None


@pytest.mark.parametrize(
    ("text", "count", "sides"),
    [
        ("roll a die", 1, 6),
        ("roll two dice", 2, 6),
        ("throw 3d20", 3, 20),
        ("roll 999 dice", MAX_DICE, 6),
        ("roll 2d9999", 2, MAX_SIDES),
        ("roll 0d1", 1, 2),
    ],
)
def test_dice_have_a_number_and_sides_within_bounds(text: str, count: int, sides: int) -> None:
    asked = small_question(text)
    assert asked is not None
    assert (asked.kind, asked.count, asked.sides) == ("dice", count, sides)


@pytest.mark.parametrize("text", ["what is 1 + 1" + " " * MAX_CHARS, "what is " + "(" * 900])
def test_a_message_that_is_too_long_is_not_read(text: str) -> None:
    assert small_question(text) is None


@given(st.text())
def test_any_text_may_be_read(text: str) -> None:
    small_question(text)
    small_question(f"what is {text}")


@given(st.text(alphabet="what is 0123456789+-*/^().d,? roll", max_size=120))
def test_nothing_raises_and_everything_is_bounded(text: str) -> None:
    asked = small_question(text)
    if asked is not None:
        assert asked.count <= MAX_DICE
        assert asked.sides <= MAX_SIDES
