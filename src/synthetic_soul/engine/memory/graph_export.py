"""What an agent remembers of a person, as a memory graph that other tools can read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soulscript import Fragment, MemoryGraph
from soulscript.memory import EPISODE
from synthetic_soul.mind.events import FragmentKept

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import JsonValue

    from synthetic_soul.stores.base import Entry


def graph_of(entries: Sequence[Entry], person: str) -> dict[str, JsonValue]:
    """The document of Soulscript §5.2: what was kept of a person, one memory a reflection.

    Nothing of anybody else is in it, nor what has been forgotten since.
    """
    graph = MemoryGraph()
    graph.integrate(part for entry in entries for part in _fragments(entry, person))
    return graph.dump()


def _fragments(entry: Entry, person: str) -> Iterator[Fragment]:
    for event in entry.events:
        if isinstance(event, FragmentKept) and event.person == person and event.words.text:
            yield Fragment.model_validate(
                {
                    "type": event.type,
                    "content": event.words.text,
                    "timestamp": entry.at,
                    "importance": event.importance,
                    "emotional_valence": event.valence,
                    EPISODE: f"{entry.agent}.{entry.seq}",
                }
            )
