"""Occasions: what people say of their days, and the replies."""

from pathlib import Path

import pytest

from synthetic_soul.nlu.acts.talk_labels import read_labels
from synthetic_soul.nlu.interpret import interpret
from synthetic_soul.voices.composer.occasions import OCCASIONS, occasions, read_occasions

MIN_OCCASIONS = 600
MIN_PHRASES = 5


def test_the_shipped_occasions_are_many_and_without_fault() -> None:
    found, faults = read_occasions(sorted(OCCASIONS.glob("*.txt")))
    assert faults == []
    assert len(found) >= MIN_OCCASIONS
    assert all(len(each.phrases) >= MIN_PHRASES for each in found)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[wrok.x]\nacts: event\nany: A.", "has no known theme; did you mean 'work'?"),
        ("[work.x]\nany: A.", "names no acts"),
        ("[work.x]\nacts: evnt\nany: A.", "unknown act 'evnt'; did you mean 'event'?"),
        ("[work.x]\nacts: event\nwarm: A.", "no phrase for everyone"),
        ("[work.x]\nacts: event\nany: A {nmae}.", "unknown field {nmae}"),
    ],
)
def test_faults_are_named(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "work.txt"
    file.write_text(text, encoding="utf-8")
    _, faults = read_occasions([file])
    assert any(fault in str(each) for each in faults), faults
    assert all(str(each).startswith(str(file)) or "work.txt:" in str(each) for each in faults)


def best(text: str) -> str:
    found = occasions().matches(text, read_labels(interpret(text)))
    return found[0].occasion.key if found else ""


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("hello? are you still there?", "agent.there"),
        ("what are you most afraid of?", "agent.afraid"),
        ("kiss me now", "agent.kiss"),
    ],
)
def test_a_message_near_an_example_finds_its_occasion(text: str, key: str) -> None:
    assert best(text) == key


def test_a_sad_message_meets_no_glad_occasion() -> None:
    for text in ("my boss took my project away from me", "I failed my exam and mum is angry"):
        labels = read_labels(interpret(text))
        for match in occasions().matches(text, labels):
            acts = {*match.occasion.acts}
            glad = acts & {"good_news", "pride"} and not acts & {"bad_news", "complaint", "worry"}
            assert not glad or labels.polarity["-"] <= 0.35, match.occasion.key
