"""Entries of lorebooks as memories, and memories as entries.

An entry becomes a memory of the kind lore: its content is what is remembered, its keys are the
topics. Its further fields are kept in the memory, named as in character cards (``secondary_keys``,
``constant``, ``insertion_order``, ``extensions`` …), whatever tool wrote the book.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import MODERATE, as_number, as_text, as_texts
from soulscript.formats.round_trip import merge
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.memory import Memory

ENTRY_KEY: Final = "st:entry"
"""Key of a memory for the further fields of its entry, named as in cards."""
MEMORY_KEY: Final = "soul:memory"
"""Key under an entry's ``extensions`` for the id of the memory that it was written from."""
_LORE: Final = "lore"  # kind of memory
_READ_FIELDS: Final = frozenset({"content", "keys", "enabled", "disable"})
_CONSTANT_IMPORTANCE: Final = 0.9  # of an entry that is always in the context
_MIN_IMPORTANCE: Final = 0.1
_MAX_IMPORTANCE: Final = 0.99
_DEFAULT_PRIORITY: Final = 10  # as tools set it


def _same(entry: JsonObject) -> JsonObject:
    return entry


@dataclass(frozen=True, slots=True)
class EntryLayout:
    """How one kind of lorebook names the fields of an entry.

    ``defaults`` returns the fields that a card's entry of some id has by default. ``to_common``
    gives an entry the fields of a card before it is read, and ``from_common`` an
    entry with those the fields of its kind; both return a new object. ``tool`` is the key under the
    ``extensions`` of a card's entry for the fields that cards have not. ``is_numbered``: ids are
    whole numbers, each used once.
    """

    defaults: Callable[[JsonValue], JsonObject]
    to_common: Callable[[JsonObject], JsonObject] = _same
    from_common: Callable[[JsonObject], JsonObject] = _same
    tool: str = ""
    is_numbered: bool = False


def card_defaults(own_id: JsonValue) -> JsonObject:
    """Return the fields that a card's entry of an id has by default."""
    return {
        "id": own_id,
        "enabled": True,
        "insertion_order": 100,
        "selective": False,
        "secondary_keys": [],
        "constant": False,
        "position": "before_char",
        "extensions": {},
    }


CARD: Final = EntryLayout(card_defaults)
"""The entries of a card's book."""


def is_disabled(entry: JsonObject) -> bool:
    """Return whether an entry is turned off."""
    return entry.get("enabled") is False or entry.get("disable") is True


# -- entries -> memories ---------------------------------------------------------------------------


def read_entries(
    entries: Sequence[JsonValue], layout: EntryLayout, at: int
) -> tuple[Memory | None, ...]:
    """Return a memory for each entry, None for a disabled or an empty one.

    ``at`` is the time of the memories in milliseconds since 1970.
    """
    common = _common(entries, layout)
    return tuple(_memory(entry, key, at) for entry, key in zip(common, _ids(common), strict=True))


def _common(entries: Iterable[JsonValue], layout: EntryLayout) -> list[JsonObject]:
    return [layout.to_common(as_object(entry)) for entry in entries]


def _ids(entries: Sequence[JsonObject]) -> list[str]:
    """Return a unique memory id for each entry, stable as long as the entry's own id is."""
    ids: dict[str, None] = {}
    repeats: Counter[str] = Counter()
    for index, entry in enumerate(entries):
        own = as_text(entry.get("id")) or str(index)
        wanted = as_text(as_object(entry.get("extensions")).get(MEMORY_KEY)) or f"lore_{own}"
        unique = wanted
        while unique in ids:
            repeats[wanted] += 1
            unique = f"{wanted}_{repeats[wanted] + 1}"
        ids[unique] = None
    return list(ids)


def _memory(entry: JsonObject, id: str, at: int) -> Memory | None:
    content = as_text(entry.get("content")).strip()
    if is_disabled(entry) or not content:
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
            "metadata": {"topic_tags": as_texts(entry.get("keys")), "memory_type": _LORE},
            ENTRY_KEY: _further_fields(entry),
        }
    )


def _further_fields(entry: JsonObject) -> JsonObject:
    return {key: value for key, value in entry.items() if key not in _READ_FIELDS}


def _importance(entry: JsonObject) -> float:
    """Return the importance of an entry, p / (p + 10) for a priority p.

    Priorities have no upper end; the default of 10 gives ``MODERATE``.
    """
    if entry.get("constant") is True:
        return _CONSTANT_IMPORTANCE
    priority = as_number(entry.get("priority"))
    if priority is None:
        return MODERATE
    if priority <= 0:
        return _MIN_IMPORTANCE
    return max(_MIN_IMPORTANCE, round(priority / (priority + _DEFAULT_PRIORITY), 2))


# -- memories -> entries ---------------------------------------------------------------------------


def write_entries(
    entries: Sequence[JsonValue], memories: Mapping[str, Memory], layout: EntryLayout, at: int = 0
) -> list[tuple[int | None, JsonValue]]:
    """Update entries with the memories made of them, remove those without, append new ones.

    Returns each entry with its former index, None for a new one.
    """
    written: list[tuple[int | None, JsonValue]] = []
    common = _common(entries, layout)
    ids = _ids(common)
    wanted: list[str] = []
    known = read_entries(entries, layout, at)
    for index, (entry, before) in enumerate(zip(entries, known, strict=True)):
        if before is not None and before.id not in memories:
            continue
        wanted.append(ids[index] if before else _free_id(ids[index], memories))
        after = before and memories[before.id]
        if before is None or after is None:
            written.append((index, entry))
        else:
            own_id = common[index].get("id", index)
            old, new = (entry_of(memory, layout, own_id) for memory in (before, after))
            written.append((index, merge(entry, old, new)))
    taken = {as_text(entry.get("id")) for entry in common}
    known_ids = {memory.id for memory in known if memory}
    for memory in (memory for key, memory in memories.items() if key not in known_ids):
        own_id = _new_id(memory, layout, taken)
        taken.add(as_text(own_id))
        wanted.append(memory.id)
        written.append((None, entry_of(memory, layout, own_id)))
    return _with_ids(written, wanted, layout)


def _new_id(memory: Memory, layout: EntryLayout, taken: Container[str]) -> JsonValue:
    """Return the id of a new entry: the memory's own where a book of the layout can have it."""
    own = entry_fields(memory).get("id")
    is_number = isinstance(own, int) and not isinstance(own, bool) and as_text(own) not in taken
    if own is not None and (is_number or not layout.is_numbered):
        return own
    return next(number for number in count() if str(number) not in taken)


def _free_id(own: str, memories: Mapping[str, Memory]) -> str:
    """Return an id for an entry that is off, other than that of any memory."""
    while own in memories:
        own += "_off"
    return own


def _with_ids(
    written: Sequence[tuple[int | None, JsonValue]], wanted: Sequence[str], layout: EntryLayout
) -> list[tuple[int | None, JsonValue]]:
    """Name the memory in each entry that would otherwise be read under another id."""
    ids = _ids(_common((entry for _, entry in written), layout))
    result: list[tuple[int | None, JsonValue]] = []
    for (index, entry), named, own in zip(written, wanted, ids, strict=True):
        if named != own and isinstance(entry, dict):
            extensions = as_object(entry.get("extensions")) | {MEMORY_KEY: named}
            result.append((index, entry | {"extensions": extensions}))
        else:
            result.append((index, entry))
    return result


def entry_fields(memory: Memory) -> JsonObject:
    """Return the further fields of the entry that a memory was read from, if any."""
    return as_object((memory.model_extra or {}).get(ENTRY_KEY))


def entry_of(memory: Memory, layout: EntryLayout, own_id: JsonValue) -> JsonObject:
    """Return a new entry for a memory, of this id where entries of the layout have one."""
    further = entry_fields(memory)
    entry = layout.defaults(own_id) | further
    if "id" in entry:
        entry["id"] = own_id
    entry["content"] = memory.core_memory
    entry["keys"] = list(memory.topics)
    if _importance(further) != memory.importance_score:
        entry["priority"] = _priority(memory.importance_score)
    if further.get("id") != own_id or memory.id != f"lore_{own_id}":
        entry["extensions"] = as_object(entry.get("extensions")) | {MEMORY_KEY: memory.id}
    return layout.from_common(entry)


def in_container(before: JsonValue, entries: Sequence[tuple[int | None, JsonValue]]) -> JsonValue:
    """Return entries in an object under their former keys if they were in one, else in a list.

    The key of a new entry is its number (``uid``), where that is free.
    """
    if not isinstance(before, dict):
        return [entry for _, entry in entries]
    keys = list(before)
    free = (str(number) for number in count() if str(number) not in before)
    placed: JsonObject = {}
    for index, entry in entries:
        key = as_text(as_object(entry).get("uid")) if index is None else keys[index]
        if index is None and (not key or key in before or key in placed):
            key = next(number for number in free if number not in placed)
        placed[key] = entry
    return placed


def _priority(importance: float) -> int:
    """Return the priority that gives about this importance: the inverse of ``_importance``."""
    level = min(max(importance, 0.0), _MAX_IMPORTANCE)
    return round(_DEFAULT_PRIORITY * level / (1 - level))
