"""Blocks of Letta agents, wherever they stand: in the file, within the agent, as an object."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from soulscript.formats.base import MEMORIES, SOURCE
from soulscript.formats.fields import Fields

PERSONA: Final = ("persona", "agent_persona")
"""Labels of the block that says who the agent is."""
WITHIN: Final = ("core_memory", "memory_blocks")
"""Keys of an agent that lists its blocks itself."""


@dataclass(frozen=True, slots=True)
class Block:
    """A block of memory: where it stands among those of its list, and what it says."""

    place: int
    id: str
    label: str
    value: str


def blocks(root: Fields, agent: Fields) -> tuple[str, list[Block], int]:
    """Give where the agent's blocks stand, those that say something, and how long their list is."""
    for key in WITHIN:
        if agent.value.get(key):
            return key, *_listed(agent.each(key), None)
    inner = agent.inner("memory")
    if inner.value:
        return "memory", *_of_memory(inner)
    ids = set(agent.texts("block_ids")) if agent.value.get("block_ids") is not None else None
    return "blocks", *_listed(root.each("blocks"), ids)


def _listed(items: Sequence[Fields], ids: set[str] | None) -> tuple[list[Block], int]:
    """Read blocks; ``ids`` names those that are the agent's, None stands for all."""
    found: list[Block] = []
    for place, item in enumerate(items):
        if ids is not None and item.text("id") not in ids:
            message = "a block of another agent is held in the original"
            item.account.note("kept", item.path, SOURCE, message)
            continue
        found += _block(item, place, item.text("label") or item.text("name"))
    return found, len(items)


def _of_memory(inner: Fields) -> tuple[list[Block], int]:
    """Read blocks under ``memory``: a list of them, or an object with a key for each."""
    if inner.value.get("blocks") is not None:
        return _listed(inner.each("blocks"), None)
    found: list[Block] = []
    for place, key in enumerate(inner.value):
        if isinstance(inner.value[key], str):
            text = inner.text(key, _became(key))
            found += [Block(place, "", key, text)] if text else []
        else:
            found += _block(inner.inner(key), place, key)
    return found, len(inner.value)


def _block(item: Fields, place: int, label: str) -> Iterator[Block]:
    value = item.text("value", _became(label))
    known_as = item.text("id")
    item.rest()
    if value:
        yield Block(place, known_as, label or "block", value)


def _became(label: str) -> str:
    return "entity.background" if label in PERSONA else MEMORIES
