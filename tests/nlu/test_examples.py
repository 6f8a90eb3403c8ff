"""The examples in the data files: each shows what its patterns are for."""

from __future__ import annotations

import pytest

from synthetic_soul.mind.interpretation import Act, LifeEvent, RequestKind, SelfTopic
from synthetic_soul.nlu import interpret
from synthetic_soul.nlu.resources import ResourceTable, load

QUESTIONS = {
    "back": Act.ASK_FEELING,
    "opinion": Act.ASK_OPINION,
    "memory": Act.ASK_MEMORY,
    "feeling": Act.ASK_FEELING,
    "about_agent": Act.ASK_ABOUT_YOU,
}


def examples(table: ResourceTable) -> list[tuple[str, str]]:
    rows = [(key, text) for key in table for text in table.table(key).texts("examples")]
    assert {key for key, _ in rows} == set(table), f"{table.entry} has an entry without examples"
    return rows


def test_each_event_has_patterns() -> None:
    assert set(load("life_events").table("events")) == set(LifeEvent)


@pytest.mark.parametrize(("kind", "text"), examples(load("life_events").table("events")))
def test_an_event_is_found(kind: str, text: str) -> None:
    assert interpret(text).life_event == kind


@pytest.mark.parametrize("text", load("life_events").table("exceptions").texts("examples"))
def test_what_did_not_happen_to_somebody_is_no_event(text: str) -> None:
    assert interpret(text).life_event is None


@pytest.mark.parametrize(
    ("act", "text"), [*examples(load("acts").table("acts")), *examples(load("acts").table("news"))]
)
def test_an_act_is_found(act: str, text: str) -> None:
    assert act in interpret(text).acts


def test_a_question_after_what_the_agent_is_and_a_jibe_are_found() -> None:
    for text in load("acts").table("asks_nature").texts("examples"):
        assert Act.ASK_NATURE in interpret(text).acts, text
    for text in load("acts").table("jibe").texts("examples"):
        assert interpret(text).attitude < 0, text
        assert Act.INSULT not in interpret(text).acts, text
    for text in load("acts").table("polite_answer").texts("examples"):
        assert Act.THANK not in interpret(text).acts, text


@pytest.mark.parametrize(("kind", "text"), examples(load("questions").table("questions")))
def test_a_question_has_a_kind(kind: str, text: str) -> None:
    assert QUESTIONS[kind] in interpret(text).acts


def test_requests_are_found() -> None:
    for text in load("questions").table("requests").texts("examples"):
        assert Act.REQUEST in interpret(text).acts, text
    for text in load("questions").table("forget").texts("examples"):
        assert Act.FORGET in interpret(text).acts, text


@pytest.mark.parametrize(("kind", "text"), examples(load("signals").table("requests")))
def test_a_request_has_a_kind(kind: str, text: str) -> None:
    assert interpret(text).signals.request == kind


@pytest.mark.parametrize(("topic", "text"), examples(load("signals").table("self_topics")))
def test_a_question_after_the_inner_life_has_a_topic(topic: str, text: str) -> None:
    assert interpret(text).signals.self_topic == topic


def test_manipulation_and_unsettled_questions_are_found() -> None:
    for text in load("signals").table("manipulation").texts("examples"):
        assert interpret(text).signals.manipulates, text
    for text in load("signals").table("unsettled").texts("examples"):
        assert interpret(text).signals.unsettled, text


def test_each_kind_of_request_and_topic_has_patterns() -> None:
    assert set(load("signals").table("requests")) == set(RequestKind)
    assert set(load("signals").table("self_topics")) == set(SelfTopic)
