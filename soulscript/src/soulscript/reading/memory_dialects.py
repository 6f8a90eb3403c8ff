"""Dialects of memory files (D5, D10 to D19): one function a rule.

They bring a document into the layout of §5.2, as ``soul_dialects.py`` does for souls. D13
(connections that lead nowhere are kept) and D14 (any type of fragment is one) change nothing here.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path
from soulscript.jsontext.parser import JsonObject
from soulscript.memory.consolidation import felt
from soulscript.model.memory import (
    ALIAS,
    MILLISECONDS,
    SECONDS,
    Context,
    Fragment,
    Memory,
    MemoryNotes,
    Signature,
)
from soulscript.model.soul import known_keys
from soulscript.reading.document import AnnotatedDocument
from soulscript.reading.soul_dialects import DEFAULT_IMPORTANCE, clamp

MEMORIES: Final = "memories"
_CORE_NAMES: Final = ("core_memory", "memory", "content")
_FRAGMENT: Final = known_keys(Fragment)
_LEVELS: Final = ("importance", "emotional_valence")

# -- the document --------------------------------------------------------------------------------


def d12_layout(document: AnnotatedDocument) -> None:
    """Take memories as an object or a list, bare or under ``memories``; the key is the identity."""
    if MEMORIES not in document.root and _bare(document.root):
        message, mend = "memories stand under no key", f'put them under "{MEMORIES}"'
        document.change("bare_memories", (), message, mend, "D12")
        document.moved({(MEMORIES, key): (key,) for key in document.root})
        document.root = {MEMORIES: document.root}
    found = document.root.get(MEMORIES)
    if isinstance(found, list):
        message, mend = "memories are an object", "write { id: memory, … }"
        document.change("not_an_object", (MEMORIES,), message, mend, "D12")
        named = _named(found)
        document.moved({(MEMORIES, name): (MEMORIES, at) for at, name in enumerate(named)})
        document.root[MEMORIES] = dict(zip(named, found, strict=True))


def _bare(root: JsonObject) -> bool:
    """Return whether every value is an object that holds what a memory holds."""
    telling = {"fragments", *_CORE_NAMES}
    return bool(root) and all(
        isinstance(value, dict) and not telling.isdisjoint(value) for value in root.values()
    )


def _named(found: list[JsonValue]) -> list[str]:
    """Return the items of a list by their ids; those without one of their own, by their place."""
    named: dict[str, None] = {}
    for place, item in enumerate(found, 1):
        given = item.get("id") if isinstance(item, dict) else None
        names = (f"mem_{place}{'_' * extra}" for extra in count())
        free = given if isinstance(given, str) and given and given not in named else None
        named[free or next(name for name in names if name not in named)] = None
    return list(named)


def d19_base_traits(document: AnnotatedDocument) -> None:
    """Clamp base traits; ``last_evolution`` among them is a time."""
    state = document.root.get("personality_state")
    traits = state.get("base_traits") if isinstance(state, dict) else None
    if isinstance(traits, dict):
        where = ("personality_state", "base_traits")
        clamp(document, where, traits, [key for key in traits if key != "last_evolution"])
        _moment(document, where, traits, "last_evolution")
    stats = document.root.get("stats")
    if isinstance(stats, dict):
        _moment(document, ("stats",), stats, "last_consolidation")


# -- one memory ----------------------------------------------------------------------------------


def d10_null(document: AnnotatedDocument, path: Path, memory: JsonObject) -> None:
    """Take a known key that holds null for absent."""
    for where, part, known in _parts(path, memory):
        if None in part.values():
            for key in known:
                if key in part and part[key] is None:
                    message, mend = f'"{key}" is null', "give it a value or leave it out"
                    document.change("null", (*where, key), message, mend, "D10")
                    del part[key]


def d12_identity(document: AnnotatedDocument, path: Path, memory: JsonObject) -> None:
    """Take the key for the id; a different ``id`` is kept as a second name."""
    given = memory.get("id")
    if given == path[-1]:
        return
    if isinstance(given, str):
        message = '"id" is not the key that the memory stands under; it is kept as an alias'
        document.change("other_id", (*path, "id"), message, "write the key", "D12")
        memory.setdefault(ALIAS, given)
        memory["id"] = path[-1]
    document.default(memory, (*path, "id"), path[-1], "D12")


def d11_core(document: AnnotatedDocument, path: Path, memory: JsonObject) -> None:
    """Take ``memory`` and ``content`` for other names of ``core_memory``.

    A fragment that stands where a memory should (§4.1) becomes a memory of that one fragment.
    """
    if "core_memory" in memory:
        return
    if "fragments" not in memory and {"type", "content", "timestamp"} <= memory.keys():
        message, mend = "a fragment stands here", 'write a memory with "fragments"'
        document.change("fragment_alone", path, message, mend, "D11")
        part: JsonObject = {key: memory.pop(key) for key in _FRAGMENT if key in memory}
        document.moved({(*path, "fragments", 0): path, (*path, "core_memory"): (*path, "content")})
        memory["fragments"] = [part]
        memory["core_memory"] = part["content"]
    for name in _CORE_NAMES[1:]:
        if name in memory and "core_memory" not in memory:
            message, mend = f'what is remembered is called "{name}"', 'call it "core_memory"'
            document.change("other_name", (*path, name), message, mend, "D11")
            document.moved({(*path, "core_memory"): (*path, name)})
            memory["core_memory"] = memory.pop(name)


def d14_shapes(document: AnnotatedDocument, path: Path, memory: JsonObject) -> None:
    """Take a text for a context that is a topic, or for a list of one; no fragments for none."""
    if "fragments" not in memory:
        document.default(memory, (*path, "fragments"), [], "D11")
    for where, part in fragments(path, memory):
        document.default(part, (*where, "type"), "observation", "D14")
        context = part.get("context")
        if isinstance(context, str):
            message, mend = "a context is an object", 'write { "topic": … }'
            document.change("not_an_object", (*where, "context"), message, mend, "D14")
            part["context"] = {"topic": context}
    notes = memory.get("metadata")
    for holder, where, keys in (
        (memory, path, ("connections",)),
        (notes, (*path, "metadata"), ("topic_tags", "personality_influence")),
    ):
        for key in keys:
            value = holder.get(key) if isinstance(holder, dict) else None
            if isinstance(value, str) and isinstance(holder, dict):
                message, mend = f'"{key}" is a list', "put it within [ ]"
                document.change("not_a_list", (*where, key), message, mend, "D14")
                holder[key] = [value]


def d15_times(document: AnnotatedDocument, path: Path, memory: JsonObject) -> None:
    """Take seconds and fractions for milliseconds."""
    _moment(document, path, memory, "creation_date")
    _moment(document, path, memory, "last_accessed")
    for where, part in fragments(path, memory):
        _moment(document, where, part, "timestamp")


def _moment(document: AnnotatedDocument, path: Path, holder: JsonObject, key: str) -> None:
    at = holder.get(key)
    if isinstance(at, bool) or not isinstance(at, int | float):
        return
    if -SECONDS < at < SECONDS and at and not document.root.get(MILLISECONDS):
        message, mend = "this is read as seconds", "write milliseconds"
        document.change("seconds", (*path, key), message, mend, "D15")
        holder[key] = round(at * 1000)
    elif isinstance(at, float):
        message, mend = "a time is a whole number", "leave the fraction out"
        document.change("fraction", (*path, key), message, mend, "D15")
        holder[key] = round(at)


def d5_levels(document: AnnotatedDocument, path: Path, memory: JsonObject) -> None:
    """Move levels outside -1..1 to the nearer end."""
    clamp(document, path, memory, ("importance_score",))
    for where, part in fragments(path, memory):
        clamp(document, where, part, _LEVELS)
    signature, notes = memory.get("emotional_signature"), memory.get("metadata")
    if isinstance(signature, dict):
        clamp(document, (*path, "emotional_signature"), signature, ("valence", "intensity"))
    moved = notes.get("personality_influence") if isinstance(notes, dict) else None
    if isinstance(moved, dict):
        clamp(document, (*path, "metadata", "personality_influence"), moved, list(moved))


def d16_defaults(document: AnnotatedDocument, path: Path, memory: JsonObject) -> None:
    """Take times from the fragments, and for what they lack, baselines (D6, D16)."""
    began = memory.get("creation_date")
    for where, part in fragments(path, memory):
        document.default(part, (*where, "timestamp"), began if isinstance(began, int) else 0, "D16")
        document.default(part, (*where, "importance"), DEFAULT_IMPORTANCE, "D6")
        document.default(part, (*where, "emotional_valence"), 0.0, "D17")
    parts = [part for _, part in fragments(path, memory)]
    times = [at for part in parts if isinstance(at := part["timestamp"], int)]
    document.default(memory, (*path, "creation_date"), min(times, default=0), "D16")
    last = max(times, default=memory["creation_date"])
    document.default(memory, (*path, "last_accessed"), last, "D16")
    accessed = memory["last_accessed"]
    if isinstance(accessed, int) and isinstance(last, int) and accessed < last:
        message = "the memory was last accessed before its last fragment; that one's time is taken"
        document.change("too_early", (*path, "last_accessed"), message, f"write {last}", "D16")
        memory["last_accessed"] = last
    weights = [w for part in parts if isinstance(w := part["importance"], int | float)]
    weight = max(weights, default=DEFAULT_IMPORTANCE)
    document.default(memory, (*path, "importance_score"), weight, "D6")


def d17_signature(document: AnnotatedDocument, path: Path, memory: JsonObject) -> None:
    """Take the mean valence of the fragments, and its mean absolute value for the intensity."""
    document.default(memory, (*path, "emotional_signature"), {}, "D17")
    found = memory["emotional_signature"]
    if not isinstance(found, dict) or {"valence", "intensity"} <= found.keys():
        return
    parts = (part["emotional_valence"] for _, part in fragments(path, memory))
    valences = [v for v in parts if isinstance(v, int | float) and not isinstance(v, bool)]
    where = (*path, "emotional_signature")
    for key, level in zip(("valence", "intensity"), felt(valences), strict=True):
        document.default(found, (*where, key), level, "D17")


def fragments(path: Path, memory: JsonObject) -> Iterator[tuple[Path, JsonObject]]:
    """Iterate over the fragments of a memory that are objects."""
    listed = memory.get("fragments")
    for place, part in enumerate(listed if isinstance(listed, list) else ()):
        if isinstance(part, dict):
            yield (*path, "fragments", place), part


_INNER: Final = (
    ("emotional_signature", known_keys(Signature)),
    ("metadata", known_keys(MemoryNotes)),
)
_CONTEXT: Final = known_keys(Context)
_MEMORY: Final = known_keys(Memory)


def _parts(path: Path, memory: JsonObject) -> Iterator[tuple[Path, JsonObject, tuple[str, ...]]]:
    """Iterate over a memory and its parts, with the keys that each may have."""
    yield path, memory, _MEMORY
    for key, known in _INNER:
        inner = memory.get(key)
        if isinstance(inner, dict):
            yield (*path, key), inner, known
    for where, part in fragments(path, memory):
        yield where, part, _FRAGMENT
        context = part.get("context")
        if isinstance(context, dict):
            yield (*where, "context"), context, _CONTEXT


# Applied in this order: to the document, then to each memory.
DOCUMENT_RULES: tuple[Callable[[AnnotatedDocument], None], ...] = (d12_layout, d19_base_traits)
MEMORY_RULES: tuple[Callable[[AnnotatedDocument, Path, JsonObject], None], ...] = (
    d10_null,
    d12_identity,
    d11_core,
    d14_shapes,
    d15_times,
    d5_levels,
    d16_defaults,
    d17_signature,
)
