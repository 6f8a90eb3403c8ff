"""Each line of chat is interpreted as a person would expect."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthetic_soul.mind.interpretation import Act, LifeEvent
from synthetic_soul.nlu import interpret

ANY = "*"
CLEAR = 0.15
"""A valence beyond this has a sign."""
NEAR_ZERO = 0.35


def table() -> list[tuple[str, str, str, str]]:
    lines = (Path(__file__).parent / "chat_lines.txt").read_text(encoding="utf-8").splitlines()
    rows = []
    for line in lines:
        if not line.startswith("#"):
            said, acts, sign, life_event = (cell.strip() for cell in line.split("|"))
            rows.append((said, acts, sign, life_event))
    return rows


LINES = table()


def test_the_table_of_lines_is_wide_enough() -> None:
    assert len(LINES) >= 250
    assert len({said for said, *_ in LINES}) == len(LINES)


@pytest.mark.parametrize(("said", "acts", "sign", "life_event"), LINES)
def test_a_line_of_chat_is_interpreted_as_meant(
    said: str, acts: str, sign: str, life_event: str
) -> None:
    interpretation = interpret(said, name="Jasmine")
    if acts != ANY:
        first, *others = (Act(act) for act in acts.split())
        assert interpretation.acts[0] is first
        assert set(others) <= set(interpretation.acts)
    if sign == "+":
        assert interpretation.valence >= CLEAR
    elif sign == "-":
        assert interpretation.valence <= -CLEAR
    elif sign == "0":
        assert abs(interpretation.valence) <= NEAR_ZERO
    assert interpretation.life_event == (LifeEvent(life_event) if life_event else None)
