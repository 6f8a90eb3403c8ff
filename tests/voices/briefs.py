"""Briefs made by hand, for what no talk happens to reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import Act, Interpretation
from synthetic_soul.voices.base import Brief, Known, Line, Lore, Standing
from tests.voices.souls import DAY, START, soul

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from soulscript import Soul

STANDINGS: Mapping[str, Standing] = {
    "new": Standing(),
    "known": Standing("acquaintance", 0.1, met_at=START - DAY, messages=20),
    "friend": Standing("friend", 0.4, met_at=START - 9 * DAY, messages=90),
    "dear": Standing("best friend", 0.7, met_at=START - 90 * DAY, messages=900),
    "cold": Standing("enemy", -0.5, met_at=START - DAY, messages=30),
    "wary": Standing("acquaintance", 0.0, met_at=START - DAY, messages=30, hurt=0.2),
    "hurt": Standing("acquaintance", -0.1, met_at=START - DAY, messages=30, hurt=0.7),
    "back": Standing("friend", 0.4, met_at=START - 9 * DAY, away=3 * DAY, messages=90),
}


def fact(topic: str, value: str, *, age: int = DAY, id: str = "") -> Known:
    return Known(id or f"{topic}={value}", topic, value, START - age)


def heard(text: str, *acts: Act, **more: object) -> Interpretation:
    """An interpretation as ``nlu`` would write it; ``more`` are its other fields."""
    return Interpretation(text=text, acts=acts or (Act.SMALL_TALK,), **more)  # type: ignore[arg-type]  # fields by name


def brief(
    interpretation: Interpretation,
    *,
    of: Soul | None = None,
    standing: Standing | None = None,
    known: Sequence[Known] = (),
    tail: Sequence[Line] = (),
    recalled: Sequence[Line] = (),
    learned: Sequence[Known] = (),
    forgotten: Sequence[Known] = (),
    emotions: Mapping[str, float] | None = None,
    mood: tuple[float, float, float] = (0.1, 0.0, 0.0),
    person: str = "",
    said: Sequence[str] = (),
    lore: Sequence[Lore] = (),
    purpose: str = "reply",
    group: bool = False,
    now: int = START,
) -> Brief:
    of = of or soul("jasmine")
    return Brief(
        soul=of,
        name=of.name,
        interpretation=interpretation,
        now=now,
        purpose=purpose,
        heard=(Line("h", person or "guest", interpretation.text, now),)
        if purpose == "reply"
        else (),
        tail=tail,
        recalled=recalled,
        known=known,
        learned=learned,
        forgotten=forgotten,
        emotions=emotions or {},
        mood=mood,
        standing=standing or STANDINGS["known"],
        person=person,
        said=said,
        lore=lore,
        group=group,
    )
