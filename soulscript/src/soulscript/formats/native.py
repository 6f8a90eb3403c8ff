"""Soulscript's own files: a soul, with or without its memories, and a graph of memories."""

from collections.abc import Mapping

from pydantic import JsonValue

from soulscript.formats.base import FILES_KEY, Export, Import, Source, json_bytes
from soulscript.formats.round_trip import memories_of
from soulscript.formats.sources import image_files
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.memory.graph import MemoryGraph
from soulscript.model.memory import Memory
from soulscript.model.soul import Soul, write
from soulscript.reading.memories import read_memories
from soulscript.reading.souls import read
from soulscript.report import Note, Report

_STATS = "stats"
_SOUL_SUFFIX = ".soul"
_MEMORIES_SUFFIX = ".memories.json"
_CONTENT_KEYS = ("core_memory", "memory", "content", "fragments")  # a memory has one (D11)


def detect_soul(source: Source) -> bool:
    """Detect an object with a personality or an entity as in the specification."""
    document = source.document
    if not isinstance(document, dict):
        return False
    personality = document.get("personality")
    if isinstance(personality, dict) and ("core_traits" in personality or "traits" in personality):
        return True
    return isinstance(document.get("entity"), dict)


def decode_soul(source: Source) -> Import:
    """Read a soul tolerantly, with the memories under its ``soul:memories``."""
    reading = read(source.single or b"", source=source.name)
    memories = memories_of(reading.soul)
    return Import("soul", reading.soul, memories, reading.report, reading.problems)


def encode_soul(imported: Import, stem: str) -> Export:
    """Write a soul, and beside it the memories that it does not carry itself."""
    soul = imported.soul
    if soul is None:
        return encode_memories(imported, stem)
    images = image_files(soul)
    names: list[JsonValue] = [*imported.assets]
    named = soul
    if any(name not in images for name in names):
        named = Soul.model_validate(soul.dump() | {FILES_KEY: names})
    files = {stem + _SOUL_SUFFIX: write(named).encode(), **imported.assets}
    notes = [Note("kept", "$", stem + _SOUL_SUFFIX, "the soul, in the specification's layout")]
    message = "lies beside the soul, and is read again with it"
    notes += [Note("kept", name, name, message) for name in imported.assets]
    carried = {memory.id: memory for memory in memories_of(soul)}
    further = tuple(memory for memory in imported.memories if carried.get(memory.id) != memory)
    if further:
        name = stem + _MEMORIES_SUFFIX
        files[name] = json_bytes(_graph_document(further, imported.extra))
        notes.append(Note("kept", "", name, f"{len(further)} memories that came with the soul"))
    return Export(files, Report(tuple(notes)))


def _graph_document(memories: tuple[Memory, ...], extra: Mapping[str, JsonValue]) -> JsonObject:
    """Return the document of §5.2, with the number of memories counted anew."""
    document = MemoryGraph(memories).dump()
    stats = as_object(extra.get(_STATS)) | {"total_memories": len(memories)}
    return document | dict(extra) | {_STATS: as_object(document[_STATS]) | stats}


def detect_memories(source: Source) -> bool:
    """Detect an object or a list of memories, at the root or under ``memories``."""
    document = source.document
    memories = document.get("memories", document) if isinstance(document, dict) else document
    items = list(memories.values()) if isinstance(memories, dict) else memories
    if not isinstance(items, list):
        return False
    if not items:
        return isinstance(document, dict) and memories is not document
    return all(isinstance(item, dict) and any(k in item for k in _CONTENT_KEYS) for item in items)


def decode_memories(source: Source) -> Import:
    """Read a graph tolerantly; its further keys and its statistics become ``extra``."""
    reading = read_memories(source.single or b"", source=source.name)
    document = reading.graph.dump()
    extra = {key: document[key] for key in document if key not in {"memories", "indices"}}
    notes = [
        Note(
            "defaulted" if problem.code == "defaulted" else "changed",
            problem.path,
            problem.path,
            problem.message,
            problem.rule,
        )
        for problem in reading.problems
    ]
    notes += [
        Note("kept", path, path, "an extension, kept as it is", "D10") for path in reading.kept
    ]
    report = Report(tuple(notes))
    return Import("memories", None, tuple(reading.graph), report, reading.problems, extra=extra)


def encode_memories(imported: Import, stem: str) -> Export:
    """Write memories as the graph of §5.2, with the original that they came from, if any."""
    name = stem + _MEMORIES_SUFFIX
    message = f"{len(imported.memories)} memories with their indices"
    notes = [Note("kept", "memories", name, message)]
    if imported.soul is not None:
        notes.append(Note("dropped", "$", "", "a graph holds no soul; write it as one beside this"))
    message = "a graph holds no files"
    notes += [Note("dropped", asset, "", message) for asset in imported.assets]
    document = _graph_document(imported.memories, imported.extra)
    return Export({name: json_bytes(document)}, Report(tuple(notes)))
