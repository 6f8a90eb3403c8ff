"""Entries of lorebooks and memories: the same thing in several spellings.

Cards have ``keys``, ``content``, ``insertion_order`` and ``enabled``, SillyTavern's world files
``key``, ``order`` and ``disable``, Agnai's books ``keywords``, ``entry`` and ``weight``.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import JsonObject, merged
from soulscript.formats.text.coerce import number, table, text, texts
from soulscript.model.memory import Memory

ENTRY: Final = "st:entry"
"""Key of a memory that was an entry: what else the entry said, in the spelling of cards."""
OF: Final = "soul:memory"
"""Key under an entry's ``extensions`` that names the memory it was written from."""
_LORE: Final = "lore"
_ALWAYS: Final = 0.9  # importance of an entry that is always there
_USUAL: Final = 0.5
_LEAST: Final = 0.1
_MOST: Final = 0.99
_USUAL_PRIORITY: Final = 10


@dataclass(frozen=True, slots=True)
class Spelling:
    """How one kind of book calls what an entry says.

    ``others`` says for what cards call otherwise how this kind calls it. ``fresh`` gives what a new
    entry needs besides its text and keys, by its number.
    """

    content: str
    keys: str
    others: Mapping[str, str]
    fresh: Callable[[int], JsonObject]


def _card_entry(place: int) -> JsonObject:
    return {
        "id": place,
        "enabled": True,
        "insertion_order": 100,
        "selective": False,
        "secondary_keys": [],
        "constant": False,
        "position": "before_char",
        "extensions": {},
    }


def _world_entry(place: int) -> JsonObject:
    return {
        "uid": place,
        "keysecondary": [],
        "constant": False,
        "selective": False,
        "order": 100,
        "position": 0,
        "disable": False,
    }


def _agnai_entry(_: int) -> JsonObject:
    return {"enabled": True, "priority": 10, "weight": 0}


CARD: Final = Spelling("content", "keys", {}, _card_entry)
WORLD: Final = Spelling(
    "content",
    "key",
    {"id": "uid", "secondary_keys": "keysecondary", "insertion_order": "order"},
    _world_entry,
)
AGNAI: Final = Spelling("entry", "keywords", {"insertion_order": "weight"}, _agnai_entry)

Said = Callable[[str], str]
"""Puts names into a text."""


def is_off(entry: JsonObject) -> bool:
    """Whether an entry is turned off."""
    return entry.get("enabled") is False or entry.get("disable") is True


def read_entries(
    entries: Sequence[JsonValue], spelling: Spelling, at: int, said: Said
) -> tuple[Memory | None, ...]:
    """Make a memory of each entry; None for one that is turned off or says nothing.

    ``at`` is the moment from which the lore is known, in milliseconds.
    """
    named = _ids(entries, spelling)
    pairs = zip(entries, named, strict=True)
    return tuple(_memory(entry, spelling, name, at, said) for entry, name in pairs)


def write_entries(
    entries: Sequence[JsonValue],
    memories: Mapping[str, Memory],
    spelling: Spelling,
    at: int = 0,
    said: Said = str,
) -> list[tuple[int | None, JsonValue]]:
    """Carry memories into the entries they came from, take out what is gone, add what is new.

    Each entry comes with the place that it had, None for a new one.
    """
    written: list[tuple[int | None, JsonValue]] = []
    known = read_entries(entries, spelling, at, said)
    for place, (entry, before) in enumerate(zip(entries, known, strict=True)):
        if before is None:
            written.append((place, entry))
        elif before.id in memories:
            two = (entry_of(memory, spelling, place) for memory in (before, memories[before.id]))
            written.append((place, merged(entry, *two)))
    there = {memory.id for memory in known if memory}
    new = (memory for name, memory in memories.items() if name not in there)
    key = spelling.others.get("id", "id")
    taken = {text(table(entry).get(key)) for entry in entries}
    free = (place for place in count() if str(place) not in taken)
    return [*written, *((None, entry_of(memory, spelling, next(free))) for memory in new)]


def held_as(before: JsonValue, written: Sequence[tuple[int | None, JsonValue]]) -> JsonValue:
    """Put entries into an object under the keys they had, if it was one; else into a list."""
    if not isinstance(before, dict):
        return [entry for _, entry in written]
    keys = list(before)
    free = (str(place) for place in count() if str(place) not in before)
    return {next(free) if place is None else keys[place]: entry for place, entry in written}


def entry_of(memory: Memory, spelling: Spelling, place: int) -> JsonObject:
    """Write a memory as an entry of its own, the ``place``-th of its book."""
    rest = table((memory.model_extra or {}).get(ENTRY))
    entry = spelling.fresh(place)
    entry |= {spelling.others.get(key, key): value for key, value in rest.items()}
    entry[spelling.content] = memory.core_memory
    entry[spelling.keys] = list(memory.topics)
    if _importance(rest) != memory.importance_score:
        entry["priority"] = _priority(memory.importance_score)
    if memory.id != f"lore_{rest.get('id')}":
        entry["extensions"] = table(entry.get("extensions")) | {OF: memory.id}
    return entry


def _ids(entries: Sequence[JsonValue], spelling: Spelling) -> list[str]:
    """Give each entry an id that stays the same as long as the entry's own does."""
    given: dict[str, None] = {}
    times: Counter[str] = Counter()
    for place, value in enumerate(entries):
        entry = table(value)
        own = text(entry.get(spelling.others.get("id", "id"))) or str(place)
        named = wanted = text(table(entry.get("extensions")).get(OF)) or f"lore_{own}"
        while named in given:
            times[wanted] += 1
            named = f"{wanted}_{times[wanted] + 1}"
        given[named] = None
    return list(given)


def _memory(value: JsonValue, spelling: Spelling, id: str, at: int, said: Said) -> Memory | None:
    entry = table(value)
    content = said(text(entry.get(spelling.content))).strip()
    if is_off(entry) or not content:
        return None
    importance = _importance(entry)
    fragment = {
        "type": "memory",
        "content": content,
        "timestamp": at,
        "importance": importance,
        "emotional_valence": 0.0,
    }
    return Memory.model_validate(
        {
            "id": id,
            "core_memory": content,
            "fragments": [fragment],
            "emotional_signature": {"valence": 0.0, "intensity": 0.0},
            "importance_score": importance,
            "creation_date": at,
            "last_accessed": at,
            "metadata": {"topic_tags": texts(entry.get(spelling.keys)), "memory_type": _LORE},
            ENTRY: _rest(entry, spelling),
        }
    )


def _rest(entry: JsonObject, spelling: Spelling) -> JsonObject:
    """Give what an entry says beside its text and keys, as cards call it."""
    cards = {theirs: ours for ours, theirs in spelling.others.items()}
    said = {spelling.content, spelling.keys, "enabled", "disable"}
    return {cards.get(key, key): value for key, value in entry.items() if key not in said}


def _importance(entry: JsonObject) -> float:
    """Say how important an entry is: what is always there is most, else its priority says it.

    A priority of 10, which tools give by default, stands for what is usual; it has no upper end.
    """
    if entry.get("constant") is True:
        return _ALWAYS
    priority = number(entry.get("priority"))
    if priority is None:
        return _USUAL
    return (
        max(_LEAST, round(priority / (priority + _USUAL_PRIORITY), 2)) if priority > 0 else _LEAST
    )


def _priority(importance: float) -> int:
    """Give the priority from which ``_importance`` makes about this importance."""
    level = min(max(importance, 0.0), _MOST)
    return round(_USUAL_PRIORITY * level / (1 - level))
