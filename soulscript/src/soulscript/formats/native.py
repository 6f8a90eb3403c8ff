"""Soulscript's own files: a soul, with or without its memories, and a graph of memories."""

from collections.abc import Mapping

from pydantic import JsonValue

from soulscript.errors import Problem
from soulscript.formats.base import Export, Import, JsonObject, Source
from soulscript.formats.round_trip import memories_of, text_of
from soulscript.formats.text.coerce import table
from soulscript.memory.graph import MemoryGraph
from soulscript.model.memory import Memory
from soulscript.model.soul import write
from soulscript.reading.memories import read_memories
from soulscript.reading.souls import read
from soulscript.report import Fate, Note, Report

_STATS = "stats"
SOUL_ENDING = ".soul"
MEMORIES_ENDING = ".memories.json"
_TEXTS = ("core_memory", "memory", "content", "fragments")  # of which a memory has one (D11)


def sees_soul(source: Source) -> bool:
    """Whether it is an object with a personality or an entity as the specification has them."""
    document = source.document
    if not isinstance(document, dict):
        return False
    personality = document.get("personality")
    if isinstance(personality, dict) and ("core_traits" in personality or "traits" in personality):
        return True
    return isinstance(document.get("entity"), dict)


def reads_soul(source: Source) -> Import:
    """Read a soul tolerantly; its memories are those it carries itself."""
    reading = read(source.single or b"", source=source.name)
    memories = memories_of(reading.soul)
    return Import("soul", reading.soul, memories, reading.report, reading.problems)


def writes_soul(what: Import, stem: str) -> Export:
    """Write a soul, and beside it the memories that it does not carry itself."""
    soul = what.soul
    if soul is None:
        return writes_memories(what, stem)
    files = {stem + SOUL_ENDING: write(soul).encode(), **what.assets}
    notes = [Note("kept", "$", stem + SOUL_ENDING, "the soul, in the specification's layout")]
    carried = {memory.id: memory for memory in memories_of(soul)}
    further = tuple(memory for memory in what.memories if carried.get(memory.id) != memory)
    if further:
        name = stem + MEMORIES_ENDING
        files[name] = text_of(_graph(further, what.extra))
        notes.append(Note("kept", "", name, f"{len(further)} memories that came with the soul"))
    return Export(files, Report(tuple(notes)))


def _graph(memories: tuple[Memory, ...], extra: Mapping[str, JsonValue]) -> JsonObject:
    """Give the document of §5.2; how many memories there are is counted anew."""
    document = MemoryGraph(memories).dump()
    kept = table(extra.get(_STATS)) | {"total_memories": len(memories)}
    return document | dict(extra) | {_STATS: table(document[_STATS]) | kept}


def reads_memories(source: Source) -> Import:
    """Read a graph tolerantly; its further keys and its state come along as ``extra``."""
    reading = read_memories(source.single or b"", source=source.name)
    graph = reading.graph
    document = graph.dump()
    extra = {key: document[key] for key in document if key not in {"memories", "indices"}}
    changed = (
        Note(_fate(problem), problem.path, problem.path, problem.message, problem.rule)
        for problem in reading.problems
    )
    kept = (Note("kept", path, path, "an extension, kept as it is", "D10") for path in reading.kept)
    report = Report((*changed, *kept))
    return Import("memories", None, tuple(graph), report, reading.problems, extra=extra)


def _fate(problem: Problem) -> Fate:
    return "defaulted" if problem.code == "defaulted" else "changed"


def writes_memories(what: Import, stem: str) -> Export:
    """Write the memories as the graph of §5.2, in which an original of theirs is kept."""
    name = stem + MEMORIES_ENDING
    message = f"{len(what.memories)} memories with their indices"
    notes = [Note("kept", "memories", name, message)]
    if what.soul is not None:
        notes.append(Note("dropped", "$", "", "a graph holds no soul; write it as one beside this"))
    document = _graph(what.memories, what.extra)
    return Export({name: text_of(document)}, Report(tuple(notes)))


def sees_memories(source: Source) -> bool:
    """Whether it is an object or a list of memories, bare or under ``memories``."""
    document = source.document
    held = document.get("memories", document) if isinstance(document, dict) else document
    items = list(held.values()) if isinstance(held, dict) else held
    if not isinstance(items, list):
        return False
    wrapped = isinstance(document, dict) and held is not document
    if not items:
        return wrapped
    return all(isinstance(item, dict) and any(key in item for key in _TEXTS) for item in items)
