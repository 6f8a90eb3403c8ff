"""The gate: each line of chat reads as a person would expect."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthetic_soul.mind.interpretation import Act, LifeEvent
from synthetic_soul.nlu import interpret

ANY = "*"
SURE = 0.15
"""A valence beyond this has a sign."""
NEAR_NOUGHT = 0.35


def table() -> list[tuple[str, str, str, str]]:
    lines = (Path(__file__).parent / "gate.txt").read_text(encoding="utf-8").splitlines()
    rows = []
    for line in lines:
        if not line.startswith("#"):
            said, acts, sign, happening = (cell.strip() for cell in line.split("|"))
            rows.append((said, acts, sign, happening))
    return rows


LINES = table()


def test_the_gate_is_wide_enough() -> None:
    assert len(LINES) >= 250
    assert len({said for said, *_ in LINES}) == len(LINES)


@pytest.mark.parametrize(("said", "acts", "sign", "happening"), LINES)
def test_a_line_of_chat_reads_as_meant(said: str, acts: str, sign: str, happening: str) -> None:
    interpretation = interpret(said, name="Jasmine")
    if acts != ANY:
        first, *others = (Act(act) for act in acts.split())
        assert interpretation.acts[0] is first
        assert set(others) <= set(interpretation.acts)
    if sign == "+":
        assert interpretation.valence >= SURE
    elif sign == "-":
        assert interpretation.valence <= -SURE
    elif sign == "0":
        assert abs(interpretation.valence) <= NEAR_NOUGHT
    assert interpretation.life_event == (LifeEvent(happening) if happening else None)
