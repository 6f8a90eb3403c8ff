"""``soul prompt``: what a model is told about who it is, with what it remembers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import soulscript
from soulscript import MemoryGraph, evolve
from synthetic_soul.cli.commands.agents import brought
from synthetic_soul.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path

    from soulscript.formats import Import

RECALLED = 5  # memories that a cue brings back where no number is given


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the prompt shall hold: how many memories, on what, as of when (milliseconds)."""

    full: bool = False
    count: int | None = None
    about: str = ""
    at: int | None = None


def prompt(path: Path, wanted: Wanted) -> str:
    """Make the prompt of a soul in any format; its memories move how its traits show."""
    found, soul = brought(path)
    graph = MemoryGraph(
        memory
        for memory in found.memories
        if wanted.at is None or memory.creation_date <= wanted.at
    )
    graph.base_traits = base_traits(found)
    if len(graph):
        soul = evolve(soul, graph, at=wanted.at).expressed
    count = (RECALLED if wanted.about else 0) if wanted.count is None else wanted.count
    recalled = graph.query(wanted.about, limit=count) if count else ()
    remembered = [one.memory.core_memory for one in recalled]
    return soulscript.prompt(soul, memories=remembered, full=wanted.full)


def base_traits(found: Import) -> dict[str, float]:
    """Give the traits that the memories' own document begins with (§5.2), if it has any."""
    state = found.extra.get("personality_state")
    traits = state.get("base_traits") if isinstance(state, dict) else None
    levels = traits.items() if isinstance(traits, dict) else ()
    return {
        name: level
        for name, level in levels
        if name != "last_evolution" and isinstance(level, int | float)
    }


def moment(written: str) -> int:
    """Read a moment: milliseconds, or a date as in ISO 8601, in UTC where it names no zone."""
    try:
        return int(written)
    except ValueError:
        pass
    try:
        at = datetime.fromisoformat(written)
    except ValueError as error:
        raise InvalidInput(f"{written!r} is no moment; write 2024-05-01 or milliseconds") from error
    return int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp() * 1000)
