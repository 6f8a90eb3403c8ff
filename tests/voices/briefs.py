"""Briefs made by hand, for what no talk happens to reach."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import Act, Interpretation
from synthetic_soul.nlu.acts.signals import read_signals
from synthetic_soul.nlu.acts.tongues import read_tongue
from synthetic_soul.voices.base import Brief, KnownFact, Line, Lore, Relationship
from tests.voices.souls import DAY, START, terse_soul

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from soulscript import Soul

RELATIONSHIPS: Mapping[str, Relationship] = {
    "new": Relationship(),
    "known": Relationship("acquaintance", 0.1, met_at=START - DAY, messages=20),
    "friend": Relationship("friend", 0.4, met_at=START - 9 * DAY, messages=90),
    "dear": Relationship("best friend", 0.7, met_at=START - 90 * DAY, messages=900),
    "cold": Relationship("enemy", -0.5, met_at=START - DAY, messages=30),
    "wary": Relationship("acquaintance", 0.0, met_at=START - DAY, messages=30, hurt=0.2),
    "hurt": Relationship("acquaintance", -0.1, met_at=START - DAY, messages=30, hurt=0.7),
    "back": Relationship("friend", 0.4, met_at=START - 9 * DAY, away=3 * DAY, messages=90),
}


def fact(topic: str, value: str, *, age: int = DAY, id: str = "") -> KnownFact:
    return KnownFact(id or f"{topic}={value}", topic, value, START - age)


def heard(text: str, *acts: Act, **more: object) -> Interpretation:
    """An interpretation as ``nlu`` would write it; ``more`` are its other fields."""
    read = {"signals": read_signals(text), "language": read_tongue(text).language}
    return Interpretation(text=text, acts=acts or (Act.SMALL_TALK,), **(read | more))  # type: ignore[arg-type]  # fields by name


def brief(
    interpretation: Interpretation,
    *,
    of: Soul | None = None,
    relationship: Relationship | None = None,
    known_facts: Sequence[KnownFact] = (),
    recent_lines: Sequence[Line] = (),
    recalled_lines: Sequence[Line] = (),
    learned_facts: Sequence[KnownFact] = (),
    forgotten_facts: Sequence[KnownFact] = (),
    emotions: Mapping[str, float] | None = None,
    mood: tuple[float, float, float] = (0.1, 0.0, 0.0),
    person_name: str = "",
    earlier_replies: Sequence[str] = (),
    lore: Sequence[Lore] = (),
    purpose: str = "reply",
    is_group: bool = False,
    now: int = START,
) -> Brief:
    of = of or terse_soul("jasmine")
    return Brief(
        soul=of,
        name=of.name,
        interpretation=interpretation,
        now=now,
        purpose=purpose,
        messages=(Line("h", person_name or "guest", interpretation.text, now),)
        if purpose == "reply"
        else (),
        recent_lines=recent_lines,
        recalled_lines=recalled_lines,
        known_facts=known_facts,
        learned_facts=learned_facts,
        forgotten_facts=forgotten_facts,
        emotions=emotions or {},
        mood=mood,
        relationship=relationship or RELATIONSHIPS["known"],
        person_name=person_name,
        earlier_replies=earlier_replies,
        lore=lore,
        is_group=is_group,
    )
