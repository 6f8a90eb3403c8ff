"""Lorebooks as memories: SillyTavern's world files, books of cards, Agnai's books.

A world file has its ``entries`` as an object by ``uid``, with ``key``, ``order`` and ``disable``.
The book of a card and the standalone ``lorebook_v3`` have a list, with ``keys``,
``insertion_order`` and ``enabled``. Agnai's books have ``keywords``, ``entry`` and ``weight``.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotAGraphError, whole_text
from soulscript.formats.base import (
    MEMORIES_KEY,
    MODERATE,
    SOURCE_KEY,
    Export,
    Import,
    Source,
    as_number,
    as_text,
    as_texts,
    json_bytes,
)
from soulscript.formats.round_trip import memories_of, merge, parse_memories
from soulscript.formats.text_interpretation import expand_macros
from soulscript.jsontext.parser import JsonObject, as_object, parse
from soulscript.model.memory import Memory
from soulscript.report import Note, Report

_NAME: Final = "lorebook"
_ENTRY_KEY: Final = "st:entry"
"""Key of a memory for the further fields of its entry, named as in cards."""
_MEMORY_KEY: Final = "soul:memory"
"""Key under an entry's ``extensions`` for the id of the memory that it was written from."""
_LORE: Final = "lore"  # kind of memory
_CONSTANT_IMPORTANCE: Final = 0.9  # of an entry that is always in the context
_MIN_IMPORTANCE: Final = 0.1
_MAX_IMPORTANCE: Final = 0.99
_DEFAULT_PRIORITY: Final = 10  # as tools set it


# -- entries ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntryLayout:
    """How one kind of lorebook names the fields of an entry.

    ``renamed`` gives its names for fields that cards name otherwise. ``defaults`` returns the
    further fields of the ``n``-th entry.
    """

    content: str
    keys: str
    renamed: Mapping[str, str]
    defaults: Callable[[int], JsonObject]


def _card_defaults(number: int) -> JsonObject:
    return {
        "id": number,
        "enabled": True,
        "insertion_order": 100,
        "selective": False,
        "secondary_keys": [],
        "constant": False,
        "position": "before_char",
        "extensions": {},
    }


def _world_defaults(number: int) -> JsonObject:
    return {
        "uid": number,
        "keysecondary": [],
        "constant": False,
        "selective": False,
        "order": 100,
        "position": 0,
        "disable": False,
    }


def _agnai_defaults(_: int) -> JsonObject:
    return {"enabled": True, "priority": 10, "weight": 0}


_WORLD_NAMES: Final = {"id": "uid", "secondary_keys": "keysecondary", "insertion_order": "order"}
CARD: Final = EntryLayout("content", "keys", {}, _card_defaults)
WORLD: Final = EntryLayout("content", "key", _WORLD_NAMES, _world_defaults)
AGNAI: Final = EntryLayout("entry", "keywords", {"insertion_order": "weight"}, _agnai_defaults)

Expand = Callable[[str], str]
"""Expands the macros of a text."""


def is_disabled(entry: JsonObject) -> bool:
    """Return whether an entry is turned off."""
    return entry.get("enabled") is False or entry.get("disable") is True


def read_entries(
    entries: Sequence[JsonValue], layout: EntryLayout, at: int, expand: Expand
) -> tuple[Memory | None, ...]:
    """Return a memory for each entry, None for a disabled or an empty one.

    ``at`` is the time of the memories in milliseconds since 1970.
    """
    pairs = zip(entries, _ids(entries, layout), strict=True)
    return tuple(_memory(as_object(entry), layout, key, at, expand) for entry, key in pairs)


def write_entries(
    entries: Sequence[JsonValue],
    memories: Mapping[str, Memory],
    layout: EntryLayout,
    at: int = 0,
    expand: Expand = str,
) -> list[tuple[int | None, JsonValue]]:
    """Update entries with the memories made of them, remove those without, append new ones.

    Returns each entry with its former index, None for a new one.
    """
    written: list[tuple[int | None, JsonValue]] = []
    known = read_entries(entries, layout, at, expand)
    for index, (entry, before) in enumerate(zip(entries, known, strict=True)):
        if before is None:
            written.append((index, entry))
        elif before.id in memories:
            versions = (before, memories[before.id])
            old, new = (_entry_of(memory, layout, index) for memory in versions)
            written.append((index, merge(entry, old, new)))
    known_ids = {memory.id for memory in known if memory}
    added = (memory for key, memory in memories.items() if key not in known_ids)
    id_key = layout.renamed.get("id", "id")
    taken = {as_text(as_object(entry).get(id_key)) for entry in entries}
    free = (number for number in count() if str(number) not in taken)
    return [*written, *((None, _entry_of(memory, layout, next(free))) for memory in added)]


def in_container(before: JsonValue, entries: Sequence[tuple[int | None, JsonValue]]) -> JsonValue:
    """Return entries in an object under their former keys if they were in one, else in a list."""
    if not isinstance(before, dict):
        return [entry for _, entry in entries]
    keys = list(before)
    free = (str(number) for number in count() if str(number) not in before)
    return {next(free) if index is None else keys[index]: entry for index, entry in entries}


def _entry_of(memory: Memory, layout: EntryLayout, number: int) -> JsonObject:
    further = as_object((memory.model_extra or {}).get(_ENTRY_KEY))
    entry = layout.defaults(number)
    entry |= {layout.renamed.get(key, key): value for key, value in further.items()}
    entry[layout.content] = memory.core_memory
    entry[layout.keys] = list(memory.topics)
    if _importance(further) != memory.importance_score:
        entry["priority"] = _priority(memory.importance_score)
    if memory.id != f"lore_{further.get('id')}":
        entry["extensions"] = as_object(entry.get("extensions")) | {_MEMORY_KEY: memory.id}
    return entry


def _ids(entries: Sequence[JsonValue], layout: EntryLayout) -> list[str]:
    """Return a unique memory id for each entry, stable as long as the entry's own id is."""
    ids: dict[str, None] = {}
    repeats: Counter[str] = Counter()
    for index, value in enumerate(entries):
        entry = as_object(value)
        own = as_text(entry.get(layout.renamed.get("id", "id"))) or str(index)
        wanted = as_text(as_object(entry.get("extensions")).get(_MEMORY_KEY)) or f"lore_{own}"
        unique = wanted
        while unique in ids:
            repeats[wanted] += 1
            unique = f"{wanted}_{repeats[wanted] + 1}"
        ids[unique] = None
    return list(ids)


def _memory(
    entry: JsonObject, layout: EntryLayout, id: str, at: int, expand: Expand
) -> Memory | None:
    content = expand(as_text(entry.get(layout.content))).strip()
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
            _ENTRY_KEY: _further_fields(entry, layout),
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


def _priority(importance: float) -> int:
    """Return the priority that gives about this importance: the inverse of ``_importance``."""
    level = min(max(importance, 0.0), _MAX_IMPORTANCE)
    return round(_DEFAULT_PRIORITY * level / (1 - level))


# -- books -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Book:
    """The layout of a lorebook, the path to the object with the entries, and the entries."""

    layout: EntryLayout
    path: tuple[str, ...]
    entries: list[JsonValue]


def _book(document: JsonValue) -> _Book | None:
    if not isinstance(document, dict):
        return None
    path = ("data",) if str(document.get("spec")).startswith("lorebook") else ()
    holder = as_object(document.get("data")) if path else document
    container = holder.get("entries")
    entries = list(container.values()) if isinstance(container, dict) else container
    if not isinstance(entries, list):
        return None
    if not entries:
        return _Book(WORLD if isinstance(container, dict) else CARD, path, [])
    for layout in (WORLD, CARD, AGNAI):
        if any({layout.content, layout.keys} <= as_object(entry).keys() for entry in entries):
            return _Book(layout, path, entries)
    return None


def _expand(text: str) -> str:
    return expand_macros(text, "the character", "the person")


def detect(source: Source) -> bool:
    """Detect an object with the entries of a lorebook."""
    return _book(source.document) is not None


def decode(source: Source) -> Import:
    """Read a lorebook: each enabled entry becomes a memory of the kind lore.

    Raises ``NotAGraphError`` for any other JSON.
    """
    document = parse(source.single or b"", source=source.name)
    book = _book(document)
    if book is None:
        message, mend = "this is no lorebook", "write entries with keys and content"
        raise NotAGraphError([whole_text("not_a_lorebook", message, mend, source.name)])
    memories = _book_memories(as_object(document), book)
    return Import(
        _NAME,
        None,
        tuple(filter(None, memories)),
        Report(tuple(_notes(as_object(document), book, memories))),
        extra={SOURCE_KEY: {"format": _NAME, "original": document}},
    )


def _book_memories(document: JsonObject, book: _Book) -> tuple[Memory | None, ...]:
    """Return a memory for each entry, with what the book carries of it beside the entry."""
    carried = parse_memories(document.get(MEMORIES_KEY))
    memories = read_entries(book.entries, book.layout, 0, _expand)
    return tuple(memory and _completed(memory, carried, book.layout) for memory in memories)


def _completed(memory: Memory, carried: Mapping[str, Memory], layout: EntryLayout) -> Memory:
    """Return the carried memory that an entry was written from, with what has changed since."""
    whole = carried.get(memory.id)
    if whole is None:
        return memory
    number = as_number(as_object((memory.model_extra or {}).get(_ENTRY_KEY)).get("id"))
    alone = read_entries([_entry_of(whole, layout, int(number or 0))], layout, 0, _expand)[0]
    before = alone.dump() if alone else {}
    return Memory.model_validate(merge(whole.dump(), before, memory.dump()))


def _notes(
    document: JsonObject, book: _Book, memories: tuple[Memory | None, ...]
) -> Iterator[Note]:
    entries_path = ".".join((*book.path, "entries"))
    for index, (entry, memory) in enumerate(zip(book.entries, memories, strict=True)):
        path = f"{entries_path}[{index}]"
        if memory is not None:
            yield Note("changed", path, f"memories.{memory.id}", "a memory, found by its keys")
        elif is_disabled(as_object(entry)):
            yield Note("kept", path, SOURCE_KEY, "no memory: it is turned off")
        else:
            yield Note("kept", path, SOURCE_KEY, "no memory: it says nothing")
    for key in document:
        if key not in {"entries", *book.path}:
            yield Note("kept", key, SOURCE_KEY, "held in the original alone")


def encode(imported: Import, stem: str) -> Export:
    """Write memories into the lorebook that they came from, else as a world file."""
    carried = memories_of(imported.soul) if imported.soul else ()
    memories = {memory.id: memory for memory in (*carried, *imported.memories)}
    source = as_object(imported.extra.get(SOURCE_KEY))
    original = source.get("original") if source.get("format") == _NAME else None
    document = _updated(as_object(original) or {"entries": {}}, memories)
    message = f"{len(memories)} memories as entries, found by their topics"
    notes = [Note("changed", "memories", "entries", message)]
    if imported.soul is not None:
        message = "a lorebook holds no soul; write it as one beside this"
        notes.append(Note("dropped", "$", "", message))
    return Export({f"{stem}.json": json_bytes(document)}, Report(tuple(notes)))


def _updated(original: JsonObject, memories: Mapping[str, Memory]) -> JsonObject:
    """Write memories into a book, and those that their entries do not hold beside the entries."""
    book = _book(original) or _Book(WORLD, (), [])
    entries = write_entries(book.entries, memories, book.layout, 0, _expand)
    holder = as_object(original["data"]) if book.path else original
    holder = holder | {"entries": in_container(holder.get("entries"), entries)}
    document = original | {"data": holder} if book.path else holder
    written = replace(book, entries=[entry for _, entry in entries])
    known = {memory.id: memory for memory in _book_memories(document, written) if memory}
    rest: JsonObject = {
        key: memory.dump() for key, memory in memories.items() if known.get(key) != memory
    }
    if not rest:
        return document
    return document | {MEMORIES_KEY: as_object(document.get(MEMORIES_KEY)) | rest}
