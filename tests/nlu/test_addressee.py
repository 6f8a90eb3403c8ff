"""In a group, the agent can tell whether it is spoken to."""

from __future__ import annotations

import pytest

from synthetic_soul.nlu import interpret
from synthetic_soul.nlu.acts.addressee import (
    CALLED,
    EVERYONE,
    MENTIONED,
    QUESTION,
    SECOND_PERSON,
    SOMEBODY_ELSE,
    STATEMENT,
)

LINES = (
    ("Jasmine, what do you think?", CALLED),
    ("hey jasmine", CALLED),
    ("@jasmine look at this", CALLED),
    ("what do you think, Jasmine?", CALLED),
    ("thanks Jasmine!", CALLED),
    ("good morning Jasmine", CALLED),
    ("<@4711> are you there", CALLED),
    ("what does <@!4711> think", CALLED),
    ("<@U02ABCDE>: the bus is late", CALLED),
    ("Tom, <@&99> and I are off", CALLED),
    ("<@> or < @4711 > is no mention", SOMEBODY_ELSE),
    ("<#4711> is a room", STATEMENT),
    ("Tom said hi\nJasmine, did you see that?", CALLED),
    ("I like Jasmine", MENTIONED),
    ("Jasmine is funny", MENTIONED),
    ("Jasmine's jokes are bad", MENTIONED),
    ("did you see what Jasmine wrote?", EVERYONE),
    ("does anyone know a good film?", EVERYONE),
    ("hi everyone", EVERYONE),
    ("what do you guys think", EVERYONE),
    ("@tom can you call me?", SOMEBODY_ELSE),
    ("Tom, can you bring the cake?", SOMEBODY_ELSE),
    ("hey Tom how are you", SOMEBODY_ELSE),
    ("thanks Tom", SOMEBODY_ELSE),
    ("how are you?", SECOND_PERSON),
    ("your turn", SECOND_PERSON),
    ("what time is it?", QUESTION),
    ("the bus is late", STATEMENT),
    ("Well, that was odd", STATEMENT),
    ("Jasminette, come here", SOMEBODY_ELSE),
)


@pytest.mark.parametrize(("said", "score"), LINES)
def test_a_line_in_a_group_is_addressed_as_it_sounds(said: str, score: float) -> None:
    assert interpret(said, name="Jasmine", group=True).addressed == score


def test_in_a_private_talk_every_word_is_for_the_agent() -> None:
    assert all(interpret(said, name="Jasmine").addressed == 1.0 for said, _ in LINES)


def test_an_agent_without_a_name_goes_by_the_other_signs() -> None:
    assert interpret("hi everyone", group=True).addressed == EVERYONE
    assert interpret("the bus is late", group=True).addressed == STATEMENT


def test_a_name_with_marks_of_a_pattern_is_only_a_name() -> None:
    assert interpret("hello C.(3", name="C.(3", group=True).addressed >= SECOND_PERSON
    assert interpret("hello Cx(3", name="C.(3", group=True).addressed <= SOMEBODY_ELSE
