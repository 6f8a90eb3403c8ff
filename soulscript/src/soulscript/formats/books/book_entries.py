"""Entries of lorebooks as memories, and memories as entries.

An entry becomes a memory of the kind lore: its content is what is remembered, its keys are the
topics. Its further fields are kept in the memory, named as in character cards (``secondary_keys``,
``constant``, ``insertion_order``, ``extensions`` …), whatever tool wrote the book.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
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
_CONSTANT_IMPORTANCE: Final = 0.9  # of an entry that is always in the context
_MIN_IMPORTANCE: Final = 0.1
_MAX_IMPORTANCE: Final = 0.99
_DEFAULT_PRIORITY: Final = 10  # as tools set it


def _same(entry: JsonObject) -> JsonObject:
    return entry


@dataclass(frozen=True, slots=True)
class EntryLayout:
    """How one kind of lorebook names the fields of an entry.

    ``renamed`` gives its names for fields that cards name otherwise. ``defaults`` returns the
    further fields of an entry of some id. ``to_common`` brings an entry whose fields mean something
    else than those of cards into this layout before it is read, and ``from_common`` an entry in
    this layout back after it was made; both return a new object. ``tool`` is the key under the
    ``extensions`` of such an entry for the fields that cards have not.
    """

    content: str
    keys: str
    renamed: Mapping[str, str]
    defaults: Callable[[JsonValue], JsonObject]
    to_common: Callable[[JsonObject], JsonObject] = _same
    from_common: Callable[[JsonObject], JsonObject] = _same
    tool: str = ""


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


def _world_defaults(own_id: JsonValue) -> JsonObject:
    return {
        "uid": own_id,
        "keysecondary": [],
        "constant": False,
        "selective": False,
        "order": 100,
        "position": 0,
        "disable": False,
    }


_WORLD_NAMES: Final = {"id": "uid", "secondary_keys": "keysecondary", "insertion_order": "order"}
CARD: Final = EntryLayout("content", "keys", {}, card_defaults)
"""The entries of a card's book."""
WORLD: Final = EntryLayout("content", "key", _WORLD_NAMES, _world_defaults)
"""The entries of SillyTavern's world files."""


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
    pairs = zip(common, _ids(common, layout), strict=True)
    return tuple(_memory(entry, layout, key, at) for entry, key in pairs)


def _common(entries: Iterable[JsonValue], layout: EntryLayout) -> list[JsonObject]:
    return [layout.to_common(as_object(entry)) for entry in entries]


def _ids(entries: Sequence[JsonObject], layout: EntryLayout) -> list[str]:
    """Return a unique memory id for each entry, stable as long as the entry's own id is."""
    ids: dict[str, None] = {}
    repeats: Counter[str] = Counter()
    for index, entry in enumerate(entries):
        own = as_text(entry.get(layout.renamed.get("id", "id"))) or str(index)
        wanted = as_text(as_object(entry.get("extensions")).get(MEMORY_KEY)) or f"lore_{own}"
        unique = wanted
        while unique in ids:
            repeats[wanted] += 1
            unique = f"{wanted}_{repeats[wanted] + 1}"
        ids[unique] = None
    return list(ids)


def _memory(entry: JsonObject, layout: EntryLayout, id: str, at: int) -> Memory | None:
    content = as_text(entry.get(layout.content)).strip()
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
            "metadata": {"topic_tags": as_texts(entry.get(layout.keys)), "memory_type": _LORE},
            ENTRY_KEY: _further_fields(entry, layout),
        }
    )


def _further_fields(entry: JsonObject, layout: EntryLayout) -> JsonObject:
    card_names = {own: card for card, own in layout.renamed.items()}
    read = {layout.content, layout.keys, "enabled", "disable"}
    return {card_names.get(key, key): value for key, value in entry.items() if key not in read}


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
    ids = _ids(common, layout)
    id_key = layout.renamed.get("id", "id")
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
            own_id = common[index].get(id_key, index)
            old, new = (entry_of(memory, layout, own_id) for memory in (before, after))
            written.append((index, merge(entry, old, new)))
    taken = {as_text(entry.get(id_key)) for entry in common}
    free = (number for number in count() if str(number) not in taken)
    known_ids = {memory.id for memory in known if memory}
    for memory in (memory for key, memory in memories.items() if key not in known_ids):
        wanted.append(memory.id)
        written.append((None, entry_of(memory, layout, next(free))))
    return _with_ids(written, wanted, layout)


def _free_id(own: str, memories: Mapping[str, Memory]) -> str:
    """Return an id for an entry that is off, other than that of any memory."""
    while own in memories:
        own += "_off"
    return own


def _with_ids(
    written: Sequence[tuple[int | None, JsonValue]], wanted: Sequence[str], layout: EntryLayout
) -> list[tuple[int | None, JsonValue]]:
    """Name the memory in each entry that would otherwise be read under another id."""
    ids = _ids(_common((entry for _, entry in written), layout), layout)
    result: list[tuple[int | None, JsonValue]] = []
    for (index, entry), named, own in zip(written, wanted, ids, strict=True):
        if named != own and isinstance(entry, dict):
            extensions = as_object(entry.get("extensions")) | {MEMORY_KEY: named}
            result.append((index, entry | {"extensions": extensions}))
        else:
            result.append((index, entry))
    return result


def entry_of(memory: Memory, layout: EntryLayout, own_id: JsonValue) -> JsonObject:
    """Return a new entry for a memory, of this id unless the memory knows its own."""
    further = as_object((memory.model_extra or {}).get(ENTRY_KEY))
    entry = layout.defaults(own_id)
    entry |= {layout.renamed.get(key, key): value for key, value in further.items()}
    entry[layout.content] = memory.core_memory
    entry[layout.keys] = list(memory.topics)
    if _importance(further) != memory.importance_score:
        entry["priority"] = _priority(memory.importance_score)
    if memory.id != f"lore_{further.get('id')}":
        entry["extensions"] = as_object(entry.get("extensions")) | {MEMORY_KEY: memory.id}
    return layout.from_common(entry)


def in_container(before: JsonValue, entries: Sequence[tuple[int | None, JsonValue]]) -> JsonValue:
    """Return entries in an object under their former keys if they were in one, else in a list."""
    if not isinstance(before, dict):
        return [entry for _, entry in entries]
    keys = list(before)
    free = (str(number) for number in count() if str(number) not in before)
    return {next(free) if index is None else keys[index]: entry for index, entry in entries}


def _priority(importance: float) -> int:
    """Return the priority that gives about this importance: the inverse of ``_importance``."""
    level = min(max(importance, 0.0), _MAX_IMPORTANCE)
    return round(_DEFAULT_PRIORITY * level / (1 - level))
