"""Facts are taken from what people state of themselves, and from nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.nlu import interpret

if TYPE_CHECKING:
    from synthetic_soul.mind.interpretation import FactMention


def marked(text: str) -> list[tuple[str, str]]:
    return [
        (marks_of(fact) + fact.topic, fact.value)
        for fact in interpret(text, name="Jasmine").fact_mentions
    ]


def marks_of(fact: FactMention) -> str:
    certain = "" if fact.certain else "?"
    return certain + ("-" if fact.retracts else "") + ("+" if fact.corrects else "")


def expected(cell: str) -> list[tuple[str, str]]:
    if cell == "nothing":
        return []
    pairs = [pair.partition(" = ") for pair in cell.split("; ")]
    return [(topic, value) for topic, _, value in pairs]


def table() -> list[tuple[str, str]]:
    lines = (Path(__file__).parent / "fact_mentions.txt").read_text(encoding="utf-8").splitlines()
    cells = [line.rpartition(" | ") for line in lines if not line.startswith("#")]
    return [(said, facts) for said, _, facts in cells]


LINES = table()


def test_the_table_of_facts_is_wide_enough() -> None:
    assert len(LINES) >= 100
    assert sum(facts == "nothing" for _, facts in LINES) >= 40


@pytest.mark.parametrize(("said", "facts"), LINES)
def test_a_line_states_these_facts_and_no_other(said: str, facts: str) -> None:
    assert marked(said) == expected(facts)
