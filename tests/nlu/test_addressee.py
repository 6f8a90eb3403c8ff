"""In a group, the agent can tell whether the words are hers to answer."""

from __future__ import annotations

import pytest

from synthetic_soul.nlu import interpret
from synthetic_soul.nlu.acts.addressee import (
    ASKED,
    CALLED,
    EVERYONE,
    NAMED,
    OTHER,
    SAID,
    YOU,
)

LINES = (
    ("Jasmine, what do you think?", CALLED),
    ("hey jasmine", CALLED),
    ("@jasmine look at this", CALLED),
    ("what do you think, Jasmine?", CALLED),
    ("thanks Jasmine!", CALLED),
    ("good morning Jasmine", CALLED),
    ("Tom said hi\nJasmine, did you see that?", CALLED),
    ("I like Jasmine", NAMED),
    ("Jasmine is funny", NAMED),
    ("Jasmine's jokes are bad", NAMED),
    ("did you see what Jasmine wrote?", EVERYONE),
    ("does anyone know a good film?", EVERYONE),
    ("hi everyone", EVERYONE),
    ("what do you guys think", EVERYONE),
    ("@tom can you call me?", OTHER),
    ("Tom, can you bring the cake?", OTHER),
    ("hey Tom how are you", OTHER),
    ("thanks Tom", OTHER),
    ("how are you?", YOU),
    ("your turn", YOU),
    ("what time is it?", ASKED),
    ("the bus is late", SAID),
    ("Well, that was odd", SAID),
    ("Jasminette, come here", OTHER),
)


@pytest.mark.parametrize(("said", "surely"), LINES)
def test_a_line_in_a_group_is_addressed_as_it_sounds(said: str, surely: float) -> None:
    assert interpret(said, name="Jasmine", group=True).addressed == surely


def test_in_a_dm_every_word_is_for_her() -> None:
    assert all(interpret(said, name="Jasmine").addressed == 1.0 for said, _ in LINES)


def test_an_agent_without_a_name_goes_by_the_rest() -> None:
    assert interpret("hi everyone", group=True).addressed == EVERYONE
    assert interpret("the bus is late", group=True).addressed == SAID


def test_a_name_with_marks_of_a_pattern_is_only_a_name() -> None:
    assert interpret("hello C.(3", name="C.(3", group=True).addressed >= YOU
    assert interpret("hello Cx(3", name="C.(3", group=True).addressed <= OTHER
