"""Lorebooks alone, as memories: SillyTavern's world files, books of cards, Agnai's books.

A world file has its ``entries`` as an object by ``uid``; the book of a card and the standalone
``lorebook_v3`` have a list; Agnai's have ``kind: memory``. The original is kept in the graph.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotAGraphError, whole_text
from soulscript.formats.base import MEMORIES, SOURCE, Export, Import, JsonObject, Source, merged
from soulscript.formats.cards.lore_entries import (
    AGNAI,
    CARD,
    ENTRY,
    WORLD,
    Spelling,
    entry_of,
    held_as,
    is_off,
    read_entries,
    write_entries,
)
from soulscript.formats.round_trip import held_memories, memories_of, text_of
from soulscript.formats.text.coerce import number, table
from soulscript.formats.text.text_interpretation import named
from soulscript.jsontext.parser import parse
from soulscript.model.memory import Memory
from soulscript.report import Note, Report

NAME: Final = "lorebook"


@dataclass(frozen=True, slots=True)
class _Book:
    """A lorebook: its spelling, the keys on the way to what holds the entries, the entries."""

    spelling: Spelling
    way: tuple[str, ...]
    entries: list[JsonValue]


def sees(source: Source) -> bool:
    """Whether it is an object with entries of a lorebook."""
    return _book(source.document) is not None


def _book(document: JsonValue) -> _Book | None:
    if not isinstance(document, dict):
        return None
    way = ("data",) if str(document.get("spec")).startswith("lorebook") else ()
    holder = table(document.get("data")) if way else document
    found = holder.get("entries")
    entries = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(entries, list):
        return None
    if not entries:
        return _Book(WORLD if isinstance(found, dict) else CARD, way, [])
    for spelling in (WORLD, CARD, AGNAI):
        if any({spelling.content, spelling.keys} <= table(entry).keys() for entry in entries):
            return _Book(spelling, way, entries)
    return None


def _said(said: str) -> str:
    return named(said, "the character", "the person")


def reads(source: Source) -> Import:
    """Read a lorebook: each entry that is on becomes a memory of type lore."""
    document = parse(source.single or b"", source=source.name)
    book = _book(document)
    if book is None:
        message, mend = "this is no lorebook", "write entries with keys and content"
        raise NotAGraphError([whole_text("not_a_lorebook", message, mend, source.name)])
    found = _memories(table(document), book)
    return Import(
        NAME,
        None,
        tuple(memory for memory in found if memory),
        Report(tuple(_notes(table(document), book, found))),
        extra={SOURCE: {"format": NAME, "original": document}},
    )


def _memories(document: JsonObject, book: _Book) -> tuple[Memory | None, ...]:
    """Make a memory of each entry; None for one that is turned off or says nothing."""
    carried = held_memories(document.get(MEMORIES))
    found = read_entries(book.entries, book.spelling, 0, _said)
    return tuple(memory and _carried(memory, carried, book.spelling) for memory in found)


def _carried(memory: Memory, carried: Mapping[str, Memory], spelling: Spelling) -> Memory:
    """Give the whole memory that an entry was written from, with what has changed since."""
    whole = carried.get(memory.id)
    if whole is None:
        return memory
    place = number(table((memory.model_extra or {}).get(ENTRY)).get("id"))
    alone = read_entries([entry_of(whole, spelling, int(place or 0))], spelling, 0, _said)[0]
    before = alone.dump() if alone else {}
    return Memory.model_validate(merged(whole.dump(), before, memory.dump()))


def _notes(document: JsonObject, book: _Book, found: tuple[Memory | None, ...]) -> Iterator[Note]:
    place = ".".join((*book.way, "entries"))
    for place_of_it, (entry, memory) in enumerate(zip(book.entries, found, strict=True)):
        path = f"{place}[{place_of_it}]"
        if memory is not None:
            yield Note("changed", path, f"memories.{memory.id}", "a memory, found by its keys")
        elif is_off(table(entry)):
            yield Note("kept", path, SOURCE, "no memory: it is turned off")
        else:
            yield Note("kept", path, SOURCE, "no memory: it says nothing")
    for key in document:
        if key not in {"entries", *book.way}:
            yield Note("kept", key, SOURCE, "held in the original alone")


def writes(what: Import, stem: str) -> Export:
    """Write memories as a lorebook: into the one they came from, else as a world file."""
    carried = memories_of(what.soul) if what.soul else ()
    memories = {memory.id: memory for memory in (*carried, *what.memories)}
    source = table(what.extra.get(SOURCE))
    original = source.get("original") if source.get("format") == NAME else None
    fresh: JsonObject = {"entries": {}}
    document = _into(table(original) or fresh, memories)
    message = f"{len(memories)} memories as entries, found by their topics"
    notes = [Note("changed", "memories", "entries", message)]
    if what.soul is not None:
        notes.append(
            Note("dropped", "$", "", "a lorebook holds no soul; write it as one beside this")
        )
    return Export({f"{stem}.json": text_of(document)}, Report(tuple(notes)))


def _into(original: JsonObject, memories: Mapping[str, Memory]) -> JsonObject:
    """Carry memories into a book; those of which an entry says too little are carried whole."""
    book = _book(original) or _Book(WORLD, (), [])
    written = write_entries(book.entries, memories, book.spelling, 0, _said)
    holder = table(original["data"]) if book.way else original
    holder = holder | {"entries": held_as(holder.get("entries"), written)}
    document = original | {"data": holder} if book.way else holder
    again = replace(book, entries=[entry for _, entry in written])
    known = {memory.id: memory for memory in _memories(document, again) if memory}
    rest: JsonObject = {
        name: memory.dump() for name, memory in memories.items() if known.get(name) != memory
    }
    return document | {MEMORIES: table(document.get(MEMORIES)) | rest} if rest else document
