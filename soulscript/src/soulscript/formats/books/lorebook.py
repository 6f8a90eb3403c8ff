"""Lorebooks as memories: world files, books of cards, and the lorebooks of other tools.

A world file of SillyTavern has its ``entries`` as an object by ``uid``, with ``key``, ``order`` and
``disable``. The book of a card and the standalone ``lorebook_v3`` have a list, with ``keys``,
``insertion_order`` and ``enabled``. The entries of Agnai, NovelAI, RisuAI, KoboldAI and AI Dungeon
are described in the modules beside this one. A bare list of entries of any kind is a book, too, and
so is a module of RisuAI. Macros in a text stay as they were written.

Lore is written into the book that it came from, else as a world file, which most tools import;
``world`` and ``lorebook-v3`` are written whatever it came from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotAGraphError, spell, whole_text
from soulscript.formats.base import (
    MEMORIES_KEY,
    SOURCE_KEY,
    Export,
    Import,
    Source,
    as_text,
    json_bytes,
)
from soulscript.formats.books import novelai
from soulscript.formats.books.agnai_book import AGNAI
from soulscript.formats.books.ai_dungeon import AI_DUNGEON, AI_DUNGEON_OLD
from soulscript.formats.books.book_entries import (
    CARD,
    ENTRY_KEY,
    EntryLayout,
    card_defaults,
    entry_fields,
    entry_of,
    in_container,
    is_disabled,
    read_entries,
    write_entries,
)
from soulscript.formats.books.koboldai_world import KOBOLDAI
from soulscript.formats.books.risuai_book import RISUAI
from soulscript.formats.books.sillytavern_world import WORLD
from soulscript.formats.round_trip import memories_of, merge, parse_memories
from soulscript.jsontext.parser import JsonObject, as_object, parse
from soulscript.model.memory import Memory
from soulscript.model.soul import Soul
from soulscript.report import Note, Report

_NAME: Final = "lorebook"


_RISUAI: Final = "risu"
"""``type`` of RisuAI's lorebooks."""
RISUAI_MODULE: Final = "risuModule"
"""``type`` of RisuAI's modules."""
_SPEC_V3: Final = "lorebook_v3"
_V3_FIELDS: Final = (
    "name", "description", "scan_depth", "token_budget", "recursive_scanning", "extensions",
)  # fmt: skip
_WORLD_FIELDS: Final = ("name", "description")
_OF_MEMORIES: Final = frozenset({"core_memory", "fragments"})  # keys that no entry has
_OF_RISUAI: Final = frozenset({"insertorder", "alwaysActive", "secondkey"})
_OF_KOBOLDAI: Final = frozenset(
    {"keysecondary", "keyanti", "selective", "constant", "widisabled", "folder"}
)


_IN_OBJECTS: Final = (  # the layouts of books that are objects, by two fields of an entry
    (WORLD, {"content", "key"}),
    (CARD, {"content", "keys"}),
    (AGNAI, {"entry", "keywords"}),
)


@dataclass(frozen=True, slots=True)
class _Book:
    """The layout of a lorebook, the path of keys to its entries, and the entries.

    The path of a bare list is empty.
    """

    layout: EntryLayout
    path: tuple[str, ...]
    entries: list[JsonValue]


# -- detection -------------------------------------------------------------------------------------


def _book(document: JsonValue) -> _Book | None:
    if isinstance(document, list):
        layout = _layout_of_list(document)
        return _Book(layout, (), [*map(_without_carried, document)]) if layout else None
    if not isinstance(document, dict):
        return None
    entries = document.get("entries")
    if "lorebookVersion" in document and isinstance(entries, list):
        return _Book(novelai.layout_of(document), ("entries",), entries)
    if book := _book_of_risuai(document):
        return book
    cards = _list(document.get("storyCards"))
    layout = _layout_of_list(cards)
    if layout is AI_DUNGEON or layout is AI_DUNGEON_OLD:
        return _Book(layout, ("storyCards",), cards)
    return _book_with_entries(document)


def _book_of_risuai(document: JsonObject) -> _Book | None:
    if document.get("type") == _RISUAI and isinstance(document.get("data"), list):
        return _Book(RISUAI, ("data",), [*_list(document["data"])])
    if document.get("type") != RISUAI_MODULE:
        return None
    # In its archive the module is an object of its own; as JSON the type stands within it.
    if "module" not in document:
        return _Book(RISUAI, ("lorebook",), _list(document.get("lorebook")))
    entries = _list(as_object(document["module"]).get("lorebook"))
    return _Book(RISUAI, ("module", "lorebook"), entries)


def _book_with_entries(document: JsonObject) -> _Book | None:
    path = ("data",) if str(document.get("spec")).startswith("lorebook") else ()
    container = (as_object(document.get("data")) if path else document).get("entries")
    entries = list(container.values()) if isinstance(container, dict) else container
    if not isinstance(entries, list):
        return None
    if not entries:
        return _Book(WORLD if isinstance(container, dict) else CARD, (*path, "entries"), [])
    for layout, fields in _IN_OBJECTS:
        if any(fields <= as_object(entry).keys() for entry in entries):
            return _Book(layout, (*path, "entries"), entries)
    return None


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _layout_of_list(entries: Sequence[JsonValue]) -> EntryLayout | None:
    """Return the layout of a bare list of entries; None for a list of anything else."""
    if not all(isinstance(entry, dict) for entry in entries):
        return None
    return next(filter(None, map(_layout_of, map(as_object, entries))), None)


def _layout_of(entry: JsonObject) -> EntryLayout | None:  # noqa: PLR0911 - one for each tool
    names = entry.keys()
    if names & _OF_MEMORIES:
        return None
    if isinstance(entry.get("key"), str) and "content" in entry:
        if names & _OF_RISUAI:
            return RISUAI
        return KOBOLDAI if names & _OF_KOBOLDAI else None
    if isinstance(entry.get("key"), list) and "content" in entry:
        return WORLD
    if isinstance(entry.get("keywords"), list) and "entry" in entry:
        return AGNAI
    if not isinstance(entry.get("keys"), str | list):
        return None
    texts = (
        ("content", CARD),
        ("text", novelai.layout_of({})),
        ("value", AI_DUNGEON),
        ("entry", AI_DUNGEON_OLD),
    )
    return next((layout for name, layout in texts if isinstance(entry.get(name), str)), None)


def detect(source: Source) -> bool:
    """Detect the entries of a lorebook, in an object or as a bare list."""
    return _book(source.document) is not None


# -- reading ---------------------------------------------------------------------------------------


def decode(source: Source) -> Import:
    """Read a lorebook: each enabled entry becomes a memory of the kind lore.

    Raises ``NotAGraphError`` for any other JSON.
    """
    document = parse(source.single or b"", source=source.name)
    if _book(document) is None:
        message, mend = "this is no lorebook", "write entries with keys and content"
        raise NotAGraphError([whole_text("not_a_lorebook", message, mend, source.name)])
    return import_book(document, _NAME)


def import_book(document: JsonValue, format: str) -> Import:
    """Read the document of a lorebook; one of no known layout holds no entries."""
    book = _book(document) or _Book(WORLD, ("entries",), [])
    memories = _book_memories(document, book)
    return Import(
        format,
        None,
        tuple(filter(None, memories)),
        Report(tuple(_notes(document, book, memories))),
        extra={SOURCE_KEY: {"format": format, "original": document}},
    )


def _book_memories(document: JsonValue, book: _Book) -> tuple[Memory | None, ...]:
    """Return a memory for each entry, with what the book carries of it beside the entry."""
    carried = parse_memories(_carried(document))
    memories = read_entries(book.entries, book.layout, 0)
    return tuple(memory and _completed(memory, carried, book.layout) for memory in memories)


def _carried(document: JsonValue) -> JsonObject:
    """Return the memories that a book carries; a bare list has them in its entries."""
    if not isinstance(document, list):
        return as_object(as_object(document).get(MEMORIES_KEY))
    each = (as_object(as_object(entry).get(MEMORIES_KEY)) for entry in document)
    return {key: memory for memories in each for key, memory in memories.items()}


def _without_carried(entry: JsonValue) -> JsonValue:
    return {key: value for key, value in as_object(entry).items() if key != MEMORIES_KEY}


def _completed(memory: Memory, carried: Mapping[str, Memory], layout: EntryLayout) -> Memory:
    """Return the carried memory that an entry was written from, with what has changed since."""
    whole = carried.get(memory.id)
    if whole is None:
        return memory
    own_id = entry_fields(memory).get("id", 0)
    alone = read_entries([entry_of(whole, layout, own_id)], layout, 0)[0]
    before = alone.dump() if alone else {}
    return Memory.model_validate(merge(whole.dump(), before, memory.dump()))


def _notes(document: JsonValue, book: _Book, memories: tuple[Memory | None, ...]) -> Iterator[Note]:
    for index, (entry, memory) in enumerate(zip(book.entries, memories, strict=True)):
        path = spell((*book.path, index))
        if memory is not None:
            yield Note("changed", path, f"memories.{memory.id}", "a memory, found by its keys")
        elif is_disabled(book.layout.to_common(as_object(entry))):
            yield Note("kept", path, SOURCE_KEY, "no memory: it is turned off")
        else:
            yield Note("kept", path, SOURCE_KEY, "no memory: it says nothing")
    entries = (entry_fields(memory) for memory in memories if memory)
    extensions = (as_object(entry.get("extensions")) for entry in entries)
    own = {name: None for each in extensions for name in as_object(each.get(book.layout.tool))}
    for name in own:
        where = f"{ENTRY_KEY}.extensions.{book.layout.tool}.{name}"
        yield Note("kept", f"{spell(book.path)}[].{name}", where, "cards have no such field")
    for key in as_object(document):
        if key not in book.path:
            yield Note("kept", key, SOURCE_KEY, "held in the original alone")


# -- writing ---------------------------------------------------------------------------------------


def encode(imported: Import, stem: str) -> Export:
    """Write memories into the lorebook that they came from, else as a world file."""
    original = original_book(imported, _NAME)
    if original is None:
        return encode_world(imported, stem)
    return _export(*export_book(original, imported), imported, stem)


def encode_world(imported: Import, stem: str) -> Export:
    """Write memories as a world file of SillyTavern."""
    return _encode_anew(imported, stem, WORLD, _WORLD_FIELDS)


def encode_v3(imported: Import, stem: str) -> Export:
    """Write memories as a standalone lorebook of V3."""
    return _encode_anew(imported, stem, CARD, _V3_FIELDS)


def _encode_anew(imported: Import, stem: str, layout: EntryLayout, fields: Sequence[str]) -> Export:
    """Write memories as a book of this layout, with these fields of the book that they had."""
    before, old = _former_book(imported)
    kept = {key: before[key] for key in fields if key in before}
    silent = [*_silent(old, layout)] if old else []
    if layout is WORLD:
        entries = in_container({}, [(None, entry) for entry in silent])
        document: JsonObject = {**kept, "entries": entries}
    else:
        data: JsonObject = {"extensions": {}, **kept, "entries": silent}
        document = {"spec": _SPEC_V3, "data": data}
    written, notes = export_book(document, imported, layout)
    for key in before:
        if key not in kept and old is not None and key not in {*old.path, MEMORIES_KEY}:
            notes.append(Note("dropped", key, "", "a book of this kind has no field for it"))
    return _export(written, notes, imported, stem)


def _export(
    document: JsonObject | list[JsonValue], notes: list[Note], imported: Import, stem: str
) -> Export:
    message = "a lorebook holds no files"
    dropped = (Note("dropped", name, "", message) for name in imported.assets)
    return Export({f"{stem}.json": json_bytes(document)}, Report((*notes, *dropped)))


def original_book(imported: Import, format: str) -> JsonValue:
    """Return the document that memories came from; None where it was of another format."""
    source = as_object(imported.extra.get(SOURCE_KEY))
    return source.get("original") if source.get("format") == format else None


def _former_book(imported: Import) -> tuple[JsonObject, _Book | None]:
    """Return the fields of the book that memories were in, and the book; of a card, its own."""
    source = as_object(imported.extra.get(SOURCE_KEY))
    original = source.get("original")
    if imported.soul is not None:
        original = _book_of_card(imported.soul)
    book = _book(original)
    if book is None or book.path[-1:] != ("entries",):
        return {}, book
    holder = as_object(original)
    for key in book.path[:-1]:
        holder = as_object(holder.get(key))
    return holder, book


def _book_of_card(soul: Soul) -> JsonValue:
    source = as_object((soul.model_extra or {}).get(SOURCE_KEY))
    original = as_object(source.get("original"))
    return (as_object(original.get("data")) or original).get("character_book")


def _silent(book: _Book, layout: EntryLayout) -> Iterator[JsonValue]:
    """Yield the entries that are no memories, in another layout: those turned off, or empty."""
    memories = read_entries(book.entries, book.layout, 0)
    taken: set[str] = set()
    for index, (entry, memory) in enumerate(zip(book.entries, memories, strict=True)):
        if memory is None:
            common: JsonObject = {**card_defaults(index), "keys": [], "content": ""}
            common |= book.layout.to_common(as_object(entry))
            is_free = isinstance(common["id"], int) and as_text(common["id"]) not in taken
            common["id"] = common["id"] if is_free else index
            taken.add(as_text(common["id"]))
            yield layout.from_common(common)


def export_book(
    original: JsonValue, imported: Import, layout: EntryLayout | None = None
) -> tuple[JsonObject | list[JsonValue], list[Note]]:
    """Return a lorebook with memories written into it, and a note for each part of them.

    ``layout`` is that of new entries, by default the book's own. What is no lorebook becomes a
    world file.
    """
    carried = memories_of(imported.soul) if imported.soul else ()
    memories = {memory.id: memory for memory in (*carried, *imported.memories)}
    book = _book(original)
    if book is None:
        original, book = as_object(original) | {"entries": {}}, _Book(WORLD, ("entries",), [])
    book = replace(book, layout=layout or book.layout)
    document, rest = _updated(original, book, memories)
    message = f"{len(memories)} memories as entries, found by their topics"
    notes = [Note("changed", "memories", spell(book.path), message)]
    if rest:
        message = f"{len(rest)} memories are carried whole as well: their entries cannot hold all"
        notes.append(Note("kept", "memories", MEMORIES_KEY, message))
    if imported.soul is not None:
        message = "a lorebook holds no soul; write it as one beside this"
        notes.append(Note("dropped", "$", "", message))
    return document, notes


def _updated(
    original: JsonValue, book: _Book, memories: Mapping[str, Memory]
) -> tuple[JsonObject | list[JsonValue], JsonObject]:
    """Write memories into a book.

    Returns the document, and the memories that their entries do not hold, which it carries whole.
    """
    written = write_entries(book.entries, memories, book.layout)
    entries = [entry for _, entry in written]
    document = _placed(original, book.path, written)
    found = _book_memories(document, replace(book, entries=entries))
    known = {memory.id: memory for memory in found if memory}
    rest: JsonObject = {
        key: memory.dump() for key, memory in memories.items() if known.get(key) != memory
    }
    if not isinstance(document, list):
        carried = as_object(as_object(document).get(MEMORIES_KEY)) | rest
        return as_object(document) | ({MEMORIES_KEY: carried} if rest else {}), rest
    for index, memory in enumerate(found):
        if memory is not None and memory.id in rest:
            carried = {memory.id: rest[memory.id]}
            entries[index] = as_object(entries[index]) | {MEMORIES_KEY: carried}
    return entries, rest


def _placed(
    document: JsonValue, path: Sequence[str], entries: Sequence[tuple[int | None, JsonValue]]
) -> JsonValue:
    """Return the document with entries in the container at a path."""
    if not path:
        return in_container(document, entries)
    inner = as_object(document).get(path[0])
    return as_object(document) | {path[0]: _placed(inner, path[1:], entries)}
