"""Lossless round trips between foreign documents and souls.

A soul that was read keeps its whole original under ``soul:source``; writing it in that format again
merges what has changed since into the original. A document of another format that cannot hold all
of a soul keeps the whole soul under ``soul:soul``; reading it merges what has changed since into
that soul. A format provides no more than a ``Codec``.
"""

import copy
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Protocol

from pydantic import JsonValue, ValidationError

from soulscript.errors import NotASoulError, Problem, whole_text
from soulscript.formats.base import (
    MEMORIES_KEY,
    SOUL_KEY,
    SOURCE_KEY,
    Export,
    Import,
    Source,
    json_bytes,
)
from soulscript.formats.redaction import without_secrets
from soulscript.jsontext.parser import JsonObject, as_object, fits
from soulscript.model.memory import Memory
from soulscript.model.soul import MAX_SOUL_BYTES, Soul, compact
from soulscript.report import Note, Report

BASELINE_KEY: Final = "soul:seen"
"""Key beside ``soul:soul``: what the document alone read as when it was written.

Present only where the carried soul, written anew, would read otherwise.
"""
_MAX_FORMATS_TRACED: Final = 8  # through which a soul went one after the other
_MAX_CARRIER_DEPTH: Final = 3  # nested objects in which a carried soul is looked for


def _unchanged(original: JsonObject) -> JsonObject:
    return original


class Macros(Protocol):
    """The macros that the tools of a format expand."""

    def write(self, document: JsonObject, soul: Soul) -> JsonObject:
        """Return a document that was made of a soul with all other macros written out."""

    def notes(self, before: JsonObject, after: JsonObject) -> Iterable[Note]:
        """Return a note for each macro that was written out of a document."""


@dataclass(frozen=True, slots=True)
class Codec:
    """Conversion between the documents of a format and souls.

    ``to_soul`` returns a complete, valid soul document and a note for each field; it must ignore
    ``soul:soul``. ``from_soul`` writes a soul without an original and must not modify the soul.
    ``formats`` names the formats whose originals ``upgrade`` brings into this layout. ``carrier``
    is the path of keys to the object that may hold ``soul:soul``. ``external`` are top-level keys
    of the soul that are stored outside the document, such as the avatar of a PNG card.
    ``macros`` says which macros the tools of the format expand; None: those of cards.
    """

    formats: frozenset[str]
    to_soul: Callable[[JsonObject], tuple[JsonObject, Sequence[Note]]]
    from_soul: Callable[[Soul], JsonObject]
    carrier: tuple[str, ...] = ()
    upgrade: Callable[[JsonObject], JsonObject] = _unchanged
    external: frozenset[str] = frozenset()
    macros: Macros | None = None

    def write(self, soul: Soul) -> JsonObject:
        """Write a soul without an original as the tools of the format understand it."""
        document = self.from_soul(soul)
        return document if self.macros is None else self.macros.write(document, soul)


# -- files of one JSON document --------------------------------------------------------------------


def import_document(
    codec: Codec, name: str, document: JsonObject, source: Source, *, by_key: bool = True
) -> Import:
    """Read a document, leaving its secrets out of the soul and of the original.

    ``by_key`` is as in ``without_secrets``. Raises ``NotASoulError`` for each wrong field.
    """
    try:
        redacted, dropped = without_secrets(document, by_key=by_key)
        result = read_document(codec, redacted, format=name, source=source.name)
    except NotASoulError as error:
        located = (replace(problem, source=source.name) for problem in error.problems)
        raise NotASoulError(located) from error
    return replace(result, report=result.report + dropped)


def export_document(codec: Codec, imported: Import, name: str) -> Export:
    """Write a soul as one JSON document of this name, with its assets beside it."""
    document, report = write_document(codec, required_soul(imported, name))
    return Export({name: json_bytes(document), **imported.assets}, report)


def required_soul(
    imported: Import,
    source: str,
    message: str = "there are memories here but no character",
    mend: str = "bring a soul as well",
) -> Soul:
    """Return the soul with all memories; ``NotASoulError`` with this message if there is none."""
    if imported.soul is None:
        raise NotASoulError([whole_text("no_soul", message, mend, source)])
    return with_memories(imported.soul, imported.memories)


# -- reading ---------------------------------------------------------------------------------------


def read_document(codec: Codec, original: JsonObject, *, format: str, source: str) -> Import:
    """Make a soul, with its memories, of a document and keep the document in it.

    Raises ``NotASoulError`` where the soul with its original would be too large to be read again.
    """
    document, notes, problems = _read(codec, original, source)
    document[SOURCE_KEY] = {"format": format, "original": original}
    soul = Soul.model_validate(document)
    written = soul.dump()
    # Without indentation the standard library writes much faster, and the limit is that of it.
    if len(compact(written).encode()) > MAX_SOUL_BYTES or not fits(written):
        message = "the soul, with its original kept whole, passes a limit of size, depth or count"
        raise NotASoulError([whole_text("too_large", message, "shorten the original", source)])
    return Import(format, soul, memories_of(soul), Report(tuple(notes)), tuple(problems))


def _read(
    codec: Codec, original: JsonObject, source: str = ""
) -> tuple[JsonObject, list[Note], list[Problem]]:
    """Return the soul document of an original, without ``soul:source``."""
    after, notes = codec.to_soul(original)
    path = ".".join((*codec.carrier, SOUL_KEY))
    holder = _carrier(codec, original)
    if SOUL_KEY not in holder:
        return dict(after), list(notes), []
    try:
        embedded = Soul.model_validate(holder[SOUL_KEY])
    except ValidationError:
        message, mend = f'what stands under "{SOUL_KEY}" is no soul', "take it away"
        problem = Problem("bad_carried_soul", "warning", path, 1, 1, message, mend, source)
        return dict(after), [*notes, Note("kept", path, SOURCE_KEY, message)], [problem]
    baseline = holder.get(BASELINE_KEY)
    before = baseline if isinstance(baseline, dict) else codec.to_soul(codec.write(embedded))[0]
    # Every part of the merge comes from a valid soul, so the result is valid too.
    document = as_object(merge(without_source(embedded), before, after))
    message = "the soul that was carried along; what has changed since is merged into it"
    return document, [*notes, Note("kept", path, "$", message)], []


def _carrier(codec: Codec, document: JsonObject) -> JsonObject:
    """Return the object that holds the carried soul: the codec's carrier, else the root."""
    inner: JsonValue = document
    for key in codec.carrier:
        inner = inner.get(key) if isinstance(inner, dict) else None
    return inner if isinstance(inner, dict) and SOUL_KEY in inner else document


# -- writing ---------------------------------------------------------------------------------------


def write_document(
    codec: Codec, soul: Soul, from_soul: Callable[[Soul], JsonObject] | None = None
) -> tuple[JsonObject, Report]:
    """Write a soul, into its original where it has one of the codec's formats.

    ``from_soul`` replaces the codec's; reading stays the codec's. The report notes for each part
    of the soul where it is stored.
    """
    origin = original_of(soul, codec.formats)
    write_soul = from_soul or codec.write
    document = write_soul(soul)
    if origin is not None:
        base = codec.upgrade(origin)
        original: JsonObject = {SOURCE_KEY: {"format": min(codec.formats), "original": base}}
        before = write_soul(Soul.model_validate(_read(codec, base)[0] | original))
        document = as_object(merge(base, before, document))
    wanted = without_source(soul)
    readable = _read(codec, document)[0]
    foreign = origin is None and SOURCE_KEY in (soul.model_extra or {})
    if foreign or _without(readable, codec.external) != _without(wanted, codec.external):
        document = _embed(codec, document, soul.dump() if foreign else wanted)
    notes = [*_notes(codec, wanted, readable, origin, soul)]
    if origin is None and codec.macros is not None:
        notes += codec.macros.notes(codec.from_soul(soul), document)
    return document, Report(tuple(notes))


def _without(document: JsonObject, keys: Iterable[str]) -> JsonObject:
    return {key: value for key, value in document.items() if key not in keys}


def _embed(codec: Codec, document: JsonObject, soul: JsonObject) -> JsonObject:
    """Put the whole soul into the document, so that reading it returns that soul."""
    path: list[str] = []
    inner: JsonObject = document
    for key in codec.carrier:
        child = inner.get(key)
        if child is not None and not isinstance(child, dict):
            path, inner = [], document
            break
        path.append(key)
        inner = child or {}
    inner = _without(inner, (BASELINE_KEY,)) | {SOUL_KEY: soul}
    written = _replaced(document, path, inner)
    if _read(codec, written)[0] != _without(soul, (SOURCE_KEY,)):
        baseline = codec.to_soul(document)[0]
        written = _replaced(document, path, inner | {BASELINE_KEY: baseline})
    return written


def _replaced(document: JsonObject, path: Sequence[str], inner: JsonObject) -> JsonObject:
    if not path:
        return inner
    return document | {path[0]: _replaced(as_object(document.get(path[0])), path[1:], inner)}


def _notes(
    codec: Codec, wanted: JsonObject, readable: JsonObject, origin: JsonObject | None, soul: Soul
) -> Iterator[Note]:
    """Note for each part whether it is in the format's own fields or in the carried soul."""
    carrier = ".".join((*codec.carrier, SOUL_KEY))
    for path, value in _parts(wanted):
        top, _, rest = path.partition(".")
        stored = as_object(readable.get(top)).get(rest) if rest else readable.get(top)
        if stored == value or top in codec.external:
            yield Note("kept", path, "", "stands in the format's own fields")
        else:
            message = "the format has no field for it; it is carried whole"
            yield Note("kept", path, carrier, message)
    source = (soul.model_extra or {}).get(SOURCE_KEY)
    if source is None:
        return
    if origin is None:
        message = "the original of another format is carried along"
        yield Note("kept", SOURCE_KEY, carrier, message)
    elif as_object(source).get("format") in codec.formats:
        yield Note("kept", SOURCE_KEY, "$", "its own original, with what has changed since")
    else:
        message = "the older original of this format goes back; what only the later one holds stays"
        yield Note("dropped", SOURCE_KEY, "", message)


def _parts(document: JsonObject) -> Iterator[tuple[str, JsonValue]]:
    for key, value in document.items():
        if isinstance(value, dict) and ":" not in key:
            yield from ((f"{key}.{inner}", part) for inner, part in value.items())
        else:
            yield key, value


# -- three-way merge -------------------------------------------------------------------------------


def merge(base: JsonValue, before: JsonValue, after: JsonValue) -> JsonValue:
    """Apply to ``base`` what differs between ``before`` and ``after``: a three-way merge.

    Objects are merged key by key. An item of a list is merged with the one that it was before: the
    equal one, else the one at its index; a new item is taken as it is. Any other value is replaced.
    """
    if before == after:
        return copy.deepcopy(base)
    if isinstance(base, list) and isinstance(before, list) and isinstance(after, list):
        return _merge_lists(base, before, after)
    if not (isinstance(base, dict) and isinstance(before, dict) and isinstance(after, dict)):
        return copy.deepcopy(after)
    result: JsonObject = {}
    for key in dict.fromkeys([*base, *after]):
        if key not in after:
            if key not in before:
                result[key] = copy.deepcopy(base[key])
        elif key not in before:
            result[key] = copy.deepcopy(after[key])
        elif key in base or before[key] != after[key]:
            result[key] = merge(base.get(key), before[key], after[key])
    return result


def _merge_lists(
    base: Sequence[JsonValue], before: Sequence[JsonValue], after: Sequence[JsonValue]
) -> JsonValue:
    # Lists of different lengths do not correspond, so nothing tells which items belong together.
    if len(base) != len(before):
        return copy.deepcopy(list(after))
    indexes: dict[str, list[int]] = {}
    for index in reversed(range(len(before))):
        indexes.setdefault(_canonical(before[index]), []).append(index)
    equal = (indexes.get(_canonical(item)) for item in after)
    origins = [candidates.pop() if candidates else None for candidates in equal]
    free = set(range(len(before))) - set(origins)
    result: list[JsonValue] = []
    for index, (origin, item) in enumerate(zip(origins, after, strict=True)):
        if origin is None and index in free:
            result.append(merge(base[index], before[index], item))
        else:
            result.append(copy.deepcopy(item if origin is None else base[origin]))
    return result


def _canonical(value: JsonValue) -> str:
    return json.dumps(value, sort_keys=True)


# -- originals and memories of a soul --------------------------------------------------------------


def without_source(soul: Soul) -> JsonObject:
    """Return the soul's document without its original."""
    return _without(soul.dump(), (SOURCE_KEY,))


def original_of(soul: Soul, formats: frozenset[str]) -> JsonObject | None:
    """Find the original of one of some formats: the soul's own, or one that it came through."""
    document: JsonObject = soul.dump()
    for _ in range(_MAX_FORMATS_TRACED):
        source = as_object(document.get(SOURCE_KEY))
        original = source.get("original")
        if not isinstance(original, dict):
            return None
        if source.get("format") in formats:
            return original
        document = _carried_soul(original, _MAX_CARRIER_DEPTH)
    return None


def _carried_soul(document: JsonObject, depth: int) -> JsonObject:
    """Find the soul that a document of any format carries; an empty object where there is none."""
    if isinstance(document.get(SOUL_KEY), dict):
        return as_object(document[SOUL_KEY])
    inner = (value for value in document.values() if depth and isinstance(value, dict))
    return next(filter(None, (_carried_soul(as_object(value), depth - 1) for value in inner)), {})


def memories_of(soul: Soul) -> tuple[Memory, ...]:
    """Return the memories that a soul carries, without ill-formed ones."""
    return tuple(parse_memories((soul.model_extra or {}).get(MEMORIES_KEY)).values())


def parse_memories(value: JsonValue) -> dict[str, Memory]:
    """Parse an object id -> memory, as under ``soul:memories``, without ill-formed ones."""
    memories = (_memory(name, memory) for name, memory in as_object(value).items())
    return {memory.id: memory for memory in memories if memory is not None}


def _memory(id: str, value: JsonValue) -> Memory | None:
    try:
        return Memory.model_validate({"id": id, **as_object(value)})
    except ValidationError:
        return None


def with_memories(soul: Soul, memories: Iterable[Memory]) -> Soul:
    """Return the soul with these memories added; one of the same id is replaced."""
    own = as_object((soul.model_extra or {}).get(MEMORIES_KEY))
    known = parse_memories(own)
    added: JsonObject = {m.id: m.dump() for m in memories if known.get(m.id) != m}
    if not added:
        return soul
    return Soul.model_validate(soul.dump() | {MEMORIES_KEY: own | added})
