"""Questions that are answered by what the person said before, and by nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from synthetic_soul import nlu
from synthetic_soul.voices.base import Line
from synthetic_soul.voices.composer import earlier_lines
from synthetic_soul.voices.composer.situation import assess
from tests.voices.briefs import brief
from tests.voices.souls import DAY, MINUTE, START

if TYPE_CHECKING:
    from collections.abc import Sequence

LOAN = "my sister Elena borrowed 200 euros from me in May"
BUS = "the bus was late again"
BOAT = "my brother Ray has a boat"
UMBRELLA = "I lost my umbrella on the tram"
RENT = "my landlord put the rent up on Friday"
MARIO = "is Mario coming too?"
LYON = "she moved to Lyon with Bert"
TOLD = (LOAN, BUS, BOAT, UMBRELLA, RENT, MARIO, LYON)
LONG = (
    "so yesterday the man came to look at everything and he was very friendly, and the roof cost "
    "4,000 pounds, but the chimney is fine they say and we were all glad"
)


def lines(told: Sequence[str], *, ago: int, mine: bool = False) -> tuple[Line, ...]:
    who = "Jasmine" if mine else "Tomas"
    return tuple(
        Line(f"{who}-{ago}-{n}", who, text, START - ago + n, mine=mine)
        for n, text in enumerate(told)
    )


def found(
    question: str,
    told: Sequence[str] = TOLD,
    *,
    recalled: Sequence[str] = (),
    own: Sequence[str] = (),
    unmentioned: Sequence[str] = (),
) -> earlier_lines.Answer | None:
    """What answers; ``told`` was said lately, ``recalled`` long ago, ``own`` by the agent."""
    made = brief(
        nlu.interpret(question, name="Jasmine"),
        recent_lines=(*lines(told, ago=MINUTE), *lines(own, ago=MINUTE // 2, mine=True)),
        recalled_lines=lines(recalled, ago=3 * DAY),
    )
    return earlier_lines.found(assess(replace(made, unmentioned=tuple(unmentioned))))


@pytest.mark.parametrize(
    ("question", "line"),
    [
        ("how much did I lend her?", LOAN),
        ("how much did Elena borrow?", LOAN),
        ("who has a boat?", BOAT),
        ("where did I lose my umbrella?", UMBRELLA),
        ("when did my landlord put the rent up?", RENT),
        ("who did she move to Lyon with?", LYON),
        ("what was late?", BUS),
        ("hm. who has a boat, then?", BOAT),
    ],
)
def test_a_question_is_answered_by_the_line_that_holds_it(question: str, line: str) -> None:
    answer = found(question)
    assert answer is not None
    assert answer.line.text == line


@pytest.mark.parametrize(
    "question",
    [
        "who has a parrot?",
        "when is my exam?",
        "where is my passport?",
        "what colour is my bike?",
        "is Mario coming?",
    ],
)
def test_what_was_not_told_is_answered_by_nothing(question: str) -> None:
    assert found(question) is None


@pytest.mark.parametrize("text", ["I have a boat.", "tell me more", ""])
def test_what_asks_nothing_is_answered_by_nothing(text: str) -> None:
    assert found(text) is None


def test_neither_its_own_words_nor_questions_answer() -> None:
    assert found("who has a boat?", (), own=("my aunt Vera has a boat",)) is None
    assert found("who has a boat?", ("does my brother Ray have a boat?",)) is None


def test_the_subject_of_a_line_is_whom_its_pronoun_means() -> None:
    answer = found("who has a boat?", ("my brother came by", "he has a boat"))
    assert answer is not None
    assert answer.line.text == "he has a boat"
    assert answer.who == "Your brother"


@pytest.mark.parametrize("subject", ["my brother", "boats"])
def test_what_the_person_wants_unmentioned_is_not_quoted(subject: str) -> None:
    assert found("who has a boat?", unmentioned=(subject,)) is None


def test_other_subjects_may_still_be_quoted() -> None:
    answer = found("who has a boat?", unmentioned=("the weather", "my job"))
    assert answer is not None
    assert answer.line.text == BOAT


def test_a_recalled_line_answers_and_of_equal_ones_the_newest() -> None:
    old, new = "my brother Ray has a boat in Ghent", "my brother Ray has a boat in Bruges"
    alone = found("where does Ray have a boat?", (), recalled=(old,))
    both = found("where does Ray have a boat?", (new,), recalled=(old,))
    assert alone is not None
    assert both is not None
    assert (alone.line.text, both.line.text) == (old, new)


def test_of_a_long_line_the_part_is_quoted_that_answers() -> None:
    answer = found("how much did the roof cost?", (LONG,))
    assert answer is not None
    assert answer.line.text == "the roof cost 4,000 pounds"
