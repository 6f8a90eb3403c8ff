"""Read memory graphs, strictly or tolerantly, with the place of every problem."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, TypeGuard, get_args

from pydantic import BaseModel, JsonValue, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from soulscript.errors import NotAGraphError, NotJsonError, Path, Problem
from soulscript.jsontext.parser import JsonObject, Parsed, decoded
from soulscript.jsontext.scanner import MAX_DEPTH, MAX_VALUES
from soulscript.memory.graph import MemoryGraph, gc_paused, near_1970
from soulscript.model.memory import ALIAS, LATEST, MILLISECONDS, Memory
from soulscript.model.soul import Part
from soulscript.reading.document import AnnotatedDocument
from soulscript.reading.memory_dialects import DOCUMENT_RULES, MEMORIES, MEMORY_RULES
from soulscript.report import Report

MAX_BYTES: Final = 16 << 20
_MIN_MEMORY_VALUES: Final = 20  # what a memory counts for at least
_NEEDED: Final = {name for name, field in Memory.model_fields.items() if field.is_required()}


@dataclass(frozen=True, slots=True)
class MemoryReading:
    """A graph as read, what was changed on the way, and which unknown keys were kept.

    Fields are those of a soul's ``Reading``.
    """

    graph: MemoryGraph
    problems: tuple[Problem, ...] = ()
    kept: tuple[str, ...] = ()
    report: Report = field(default_factory=Report)


def read_memories(
    text: str | bytes,
    *,
    strict: bool = False,
    source: str = "<text>",
    most_bytes: int = MAX_BYTES,
    most_values: int = MAX_VALUES,
) -> MemoryReading:
    """Read memories from JSON (§5.2); bytes are UTF-8.

    Strict reading takes the layout of §5.2 only. Tolerant reading also takes the spellings of
    ``memory_dialects.py`` and gives a warning for each thing it changed or defaulted. Indices and
    stats are derived anew. Raises ``NotJsonError`` or ``NotAGraphError`` with all problems found.
    ``most_bytes`` and ``most_values`` may be raised for trusted texts; each memory counts for at
    least twenty values.
    """
    decoded_text = decoded(text, source, most_bytes)
    with gc_paused():
        document = AnnotatedDocument(
            decoded_text, Parsed(decoded_text, MAX_DEPTH, most_values), strict, source
        )
        kind = NotJsonError if document.failed else NotAGraphError
        graph = _graph(document) if document.parsed.whole else None
    if graph is None or document.failed:
        raise kind(document.problems())
    kept = tuple(map(document.kept, _unknown(graph)))
    report = Report((*document.notes(), *kept))
    return MemoryReading(graph, document.problems(), tuple(note.path for note in kept), report)


def _graph(document: AnnotatedDocument) -> MemoryGraph | None:
    """Bring the document into the layout of §5.2; return its graph, or None."""
    if isinstance(document.parsed.value, list):
        document.root = {MEMORIES: document.parsed.value}
        document.moved({(MEMORIES,): ()})
    elif not isinstance(document.parsed.value, dict):
        document.error("wrong_type", (), "an object is needed here", "write { … }")
        return None
    for rule in DOCUMENT_RULES:
        rule(document)
    values = document.root.get(MEMORIES)
    if not isinstance(values, dict):
        code = "wrong_type" if MEMORIES in document.root else "missing"
        document.error(code, (MEMORIES,), "memories are needed", "write { id: memory, … }")
        return None
    most = document.parsed.count // _MIN_MEMORY_VALUES
    if len(values) > most:
        message = f"there are more than {most} memories"
        document.error("too_many", (MEMORIES,), message, "leave some out, or allow more values")
        return None
    nulls = "null" in document.text
    memories = [
        memory
        for key, value in values.items()
        for memory in _memory(document, key, value, nulls=nulls)
    ]
    if document.failed:
        return None
    graph = MemoryGraph(memories)
    _state(document, graph)
    _compare(document, graph)
    _note_unresolved(document, graph)
    return graph


def _memory(
    document: AnnotatedDocument, key: str, value: JsonValue, *, nulls: bool
) -> Iterator[Memory]:
    """Yield the memory of one value, unless it is none; ``nulls``: it may hold null."""
    path: Path = (MEMORIES, key)
    if not isinstance(value, dict):
        document.error("wrong_type", path, "a memory is an object", "write { … }")
        return
    plain = None if nulls else _in_layout(key, value)
    if plain is not None:
        yield plain
        return
    for rule in MEMORY_RULES:
        rule(document, path, value)
    try:
        yield Memory.model_validate(value)
    except ValidationError as error:
        reported = set()
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            code, where, message, mend = _in_words(path, fault)
            if where not in reported:
                document.error(code, where, message, mend)
            reported.add(where)


def _in_layout(key: str, value: JsonObject) -> Memory | None:
    """Return the memory of a value that no rule would change, which skips the slow rules."""
    if not value.keys() >= _NEEDED:
        return None
    try:
        memory = Memory.model_validate(value)
    except ValidationError:
        return None
    last = max((part.timestamp for part in memory.fragments), default=memory.creation_date)
    sound = memory.id == key and memory.last_accessed >= last and not near_1970(memory)
    return memory if sound else None


def _in_words(path: Path, fault: ErrorDetails) -> tuple[str, Path, str, str]:
    """Return code, path, message and mend for an error of pydantic."""
    inner, field = _field(Memory, fault["loc"])
    wanted = field.description or ""
    name = next(step for step in reversed(inner) if isinstance(step, str))
    if fault["type"] == "missing":
        return "missing", (*path, *inner), f'"{name}" is missing', f'add "{name}": {wanted}'
    if fault["type"] == "string_too_short":
        return "empty", (*path, *inner), "there is nothing in it", f"write {wanted}"
    return "wrong_type", (*path, *inner), f'"{name}" cannot hold this', f"write {wanted}"


def _field(part: type[BaseModel], loc: Path) -> tuple[Path, FieldInfo]:
    """Return the innermost field on a path, and the path to it."""
    name, *rest = loc
    field = part.model_fields[str(name)]
    places = [step for step in rest[:1] if isinstance(step, int)]
    inner = [step for step in rest[len(places) :] if isinstance(step, str)]
    for kind in (field.annotation, *get_args(field.annotation)):
        if inner and isinstance(kind, type) and issubclass(kind, Part):
            path, innermost = _field(kind, tuple(rest[len(places) :]))
            return (name, *places, *path), innermost
    return (name, *places), field


def _state(document: AnnotatedDocument, graph: MemoryGraph) -> None:
    """Copy the personality's state (D19), the stats and unknown keys to the graph."""
    state = _inner(document, "personality_state")
    for name, level in _inner(document, "personality_state", "base_traits").items():
        where = ("personality_state", "base_traits", name)
        if name == "last_evolution" and _is_moment(level):
            graph.last_evolution = level
        elif name == "last_evolution":
            document.error(
                "wrong_type", where, "a time is needed here", "write milliseconds", "D19"
            )
        elif isinstance(level, int | float) and not isinstance(level, bool):
            graph.base_traits[name] = float(level)
        else:
            document.error("wrong_type", where, "a number is needed here", "write -1 to 1")
    last = _inner(document, "stats").get("last_consolidation")
    if _is_moment(last):
        graph.last_consolidation = last
    elif last is not None:
        message, place = "this is no time; it is made anew", ("stats", "last_consolidation")
        document.warn("stale_stats", place, message, "leave it out", "D18", fate="changed")
    own = (MEMORIES, "indices", MILLISECONDS)
    graph.extra = {key: value for key, value in document.root.items() if key not in own}
    state.pop("base_traits", None)


def _is_moment(value: JsonValue) -> TypeGuard[int]:
    """Return whether a value is a time in milliseconds that a memory could have."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LATEST


def _inner(document: AnnotatedDocument, *path: str) -> JsonObject:
    """Return the object at a path; an empty one where there is none."""
    value: JsonValue = document.root
    for step in path:
        value = value.get(step, {}) if isinstance(value, dict) else {}
    if isinstance(value, dict):
        return value
    document.error("wrong_type", path, "an object is needed here", "write { … }")
    return {}


def _compare(document: AnnotatedDocument, graph: MemoryGraph) -> None:
    """Warn of indices or stats that differ from the memories; they are derived again (D18)."""
    indices = _inner(document, "indices")
    for name in indices:
        listed = _ids(_inner(document, "indices", name))
        missing = name != "semantic" and len(listed.intersection(graph.memories)) < len(graph)
        if listed and (missing or not listed <= graph.memories.keys()):
            message = "the index is not that of the memories; it is made anew"
            document.warn(
                "stale_index", ("indices", name), message, "leave it out", "D18", fate="changed"
            )
    total = _inner(document, "stats").get("total_memories", len(graph))
    if total != len(graph):
        message = f"there are {len(graph)} memories; the number is taken from them"
        where = ("stats", "total_memories")
        document.warn("stale_stats", where, message, f"write {len(graph)}", "D18", fate="changed")


def _ids(index: JsonObject) -> set[str]:
    """Return the ids in an index, either bucket -> ids or id -> value."""
    buckets = [value for value in index.values() if isinstance(value, list)]
    if not buckets:
        return set(index)
    return {id_ for bucket in buckets for id_ in bucket if isinstance(id_, str)}


def _note_unresolved(document: AnnotatedDocument, graph: MemoryGraph) -> None:
    """Warn of connections to missing memories; they are kept (D13)."""
    unresolved = (
        (memory.id, place, link)
        for memory in graph.memories.values()
        for place, link in enumerate(memory.connections)
        if graph.get(link) is None
    )
    for holder, place, link in unresolved:
        message = f'there is no memory "{link[:40]}"; the connection is kept as unresolved'
        path = (MEMORIES, holder, "connections", place)
        document.warn("dangling", path, message, "name a memory that is there", "D13")


def _unknown(graph: MemoryGraph) -> Iterator[Path]:
    """Iterate over the keys that the specification does not know."""
    for memory in graph.memories.values():
        path: Path = (MEMORIES, memory.id)
        yield from ((*path, key) for key in memory.model_extra or () if key != ALIAS)
        for name, part in (
            ("emotional_signature", memory.emotional_signature),
            ("metadata", memory.metadata),
        ):
            if part is not None:
                yield from ((*path, name, key) for key in part.model_extra or ())
        for place, fragment in enumerate(memory.fragments):
            here = (*path, "fragments", place)
            yield from ((*here, key) for key in fragment.model_extra or ())
            if fragment.context is not None:
                yield from ((*here, "context", key) for key in fragment.context.model_extra or ())
    yield from ((key,) for key in graph.extra if key not in ("personality_state", "stats"))
