"""How a foreign document and a soul carry each other, so that no way there and back loses a thing.

A soul that was read keeps its whole original under ``soul:source``; writing it again merges into
that original what has changed since. A document of another format that cannot hold all of a soul
keeps the whole soul under ``soul:soul``; reading it merges into that soul what has changed since.
The formats themselves only say what a document means and how a soul would be written anew.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue, ValidationError

from soulscript.errors import NotASoulError, Problem, whole_text
from soulscript.formats.base import MEMORIES, SOUL, SOURCE, Import, JsonObject, merged
from soulscript.jsontext.parser import fits
from soulscript.model.memory import Memory
from soulscript.model.soul import MAX_SOUL_BYTES, Soul, write
from soulscript.report import Note, Report

SEEN: Final = "soul:seen"
"""Key beside ``soul:soul``: what a reading of the document alone gave when it was written.

It stands there only where the carried soul, written anew, would read otherwise.
"""
_HOPS: Final = 8  # formats that a soul went through, one after the other, and is traced back over
_REACH: Final = 3  # objects within objects in which a carried soul is looked for


def _as_it_is(original: JsonObject) -> JsonObject:
    return original


@dataclass(frozen=True, slots=True)
class Codec:
    """The documents of one format: what they mean, and how a soul is written as one.

    ``soul_of`` gives a whole, valid soul document and what became of each field; it must not look
    at ``soul:soul``. ``document_of`` writes a soul anew and must not change what it is given.
    ``place`` are the keys on the way to the object that may hold ``soul:soul``. ``names`` are the
    formats whose originals ``base`` brings into this shape. ``beside`` are top-level keys of the
    soul that are held outside the document, such as the avatar of a picture.
    """

    names: frozenset[str]
    soul_of: Callable[[JsonObject], tuple[JsonObject, Sequence[Note]]]
    document_of: Callable[[Soul], JsonObject]
    place: tuple[str, ...] = ()
    base: Callable[[JsonObject], JsonObject] = _as_it_is
    beside: frozenset[str] = frozenset()


# -- reading ---------------------------------------------------------------------------------------


def soul_from(shape: Codec, original: JsonObject, *, format: str, source: str) -> Import:
    """Make a soul of a document, keep the whole document in it, and give it with its memories.

    Raises ``NotASoulError`` where the soul with its original would be too large to be read again.
    """
    document, notes, problems = _read(shape, original, source)
    document[SOURCE] = {"format": format, "original": original}
    soul = Soul.model_validate(document)
    _refuse_what_is_too_large(soul, source)
    return Import(format, soul, memories_of(soul), Report(tuple(notes)), tuple(problems))


def _read(
    shape: Codec, original: JsonObject, source: str = ""
) -> tuple[JsonObject, list[Note], list[Problem]]:
    """Give the soul document of an original, without the original itself."""
    after, notes = shape.soul_of(original)
    path = ".".join((*shape.place, SOUL))
    holder = _holder(shape, original)
    if SOUL not in holder:
        return dict(after), list(notes), []
    embedded = _valid(holder[SOUL])
    if embedded is None:
        message, mend = f'what stands under "{SOUL}" is no soul', "take it away"
        problem = Problem("bad_carried_soul", "warning", path, 1, 1, message, mend, source)
        return dict(after), [*notes, Note("kept", path, SOURCE, message)], [problem]
    seen = holder.get(SEEN)
    before = seen if isinstance(seen, dict) else _alone(shape, shape.document_of(embedded))
    # Each part of what comes out is one of a valid soul, so it is a valid soul itself.
    document = _object(merged(bare(embedded), before, after))
    message = "the soul that was carried along; what has changed since is merged into it"
    return document, [*notes, Note("kept", path, "$", message)], []


def _alone(shape: Codec, document: JsonObject) -> JsonObject:
    return shape.soul_of(document)[0]


def _valid(value: JsonValue) -> Soul | None:
    try:
        return Soul.model_validate(value)
    except ValidationError:
        return None


def _holder(shape: Codec, document: JsonObject) -> JsonObject:
    """Find the object that holds the carried soul: at the shape's place, else at the root."""
    inner = _object_at(document, shape.place)
    return inner if inner is not None and SOUL in inner else document


def _object_at(document: JsonObject, place: Iterable[str]) -> JsonObject | None:
    inner: JsonValue = document
    for key in place:
        inner = inner.get(key) if isinstance(inner, dict) else None
    return inner if isinstance(inner, dict) else None


def _refuse_what_is_too_large(soul: Soul, source: str) -> None:
    """What is read must be readable again, once it has been written as a soul."""
    if len(write(soul).encode()) <= MAX_SOUL_BYTES and fits(soul.dump()):
        return
    message = "the soul, with its original kept whole, passes a limit of size, depth or count"
    raise NotASoulError([whole_text("too_large", message, "shorten the original", source)])


# -- writing ---------------------------------------------------------------------------------------


def document_from(
    shape: Codec, soul: Soul, anew: Callable[[Soul], JsonObject] | None = None
) -> tuple[JsonObject, Report]:
    """Write a soul as a document: into its own original where it has one of these formats.

    ``anew`` writes a soul otherwise than the shape does; reading is the shape's all the same.

    The report says of each part of the soul where it stands now.
    """
    origin = origin_of(soul, shape.names)
    document_of = anew or shape.document_of
    document = document_of(soul)
    if origin is not None:
        base = shape.base(origin)
        original: JsonObject = {SOURCE: {"format": min(shape.names), "original": base}}
        before = document_of(Soul.model_validate(_read(shape, base)[0] | original))
        document = _object(merged(base, before, document))
    wanted = bare(soul)
    held = _read(shape, document)[0]
    foreign = origin is None and SOURCE in (soul.model_extra or {})
    inside = {key: value for key, value in wanted.items() if key not in shape.beside}
    if {key: value for key, value in held.items() if key not in shape.beside} != inside or foreign:
        document = _embedded(shape, document, soul.dump() if foreign else wanted)
    return document, Report(tuple(_fates(shape, wanted, held, origin, soul)))


def _embedded(shape: Codec, document: JsonObject, soul: JsonObject) -> JsonObject:
    """Put the whole soul into the document, so that reading it gives that soul again."""
    way: list[str] = []
    inner: JsonObject = document
    for key in shape.place:
        found = inner.get(key)
        if found is not None and not isinstance(found, dict):
            way, inner = [], document
            break
        way.append(key)
        inner = found or {}
    inner = {key: value for key, value in inner.items() if key != SEEN} | {SOUL: soul}
    written = _with(document, way, inner)
    if _read(shape, written)[0] != {key: soul[key] for key in soul if key != SOURCE}:
        written = _with(document, way, inner | {SEEN: _alone(shape, document)})
    return written


def _with(document: JsonObject, way: Sequence[str], inner: JsonObject) -> JsonObject:
    """Copy a document with another object at the end of the way."""
    if not way:
        return inner
    return document | {way[0]: _with(_object(document.get(way[0])), way[1:], inner)}


def _fates(
    shape: Codec, wanted: JsonObject, held: JsonObject, origin: JsonObject | None, soul: Soul
) -> Iterator[Note]:
    """Say of each part where it stands: in the format's own fields, or carried along whole."""
    place = ".".join((*shape.place, SOUL))
    for path, value in _parts(wanted):
        top, _, rest = path.partition(".")
        there = _object(held.get(top)).get(rest) if rest else held.get(top)
        if there == value or top in shape.beside:
            yield Note("kept", path, "", "stands in the format's own fields")
        else:
            yield Note("kept", path, place, "the format has no field for it; it is carried whole")
    source = (soul.model_extra or {}).get(SOURCE)
    if source is None:
        return
    if origin is None:
        yield Note("kept", SOURCE, place, "the original of another format is carried along")
    elif _object(source).get("format") in shape.names:
        yield Note("kept", SOURCE, "$", "its own original, with what has changed since")
    else:
        message = "the older original of this format goes back; what only the later one holds stays"
        yield Note("dropped", SOURCE, "", message)


def _parts(document: JsonObject) -> Iterator[tuple[str, JsonValue]]:
    for key, value in document.items():
        if isinstance(value, dict) and ":" not in key:
            yield from ((f"{key}.{inner}", part) for inner, part in value.items())
        else:
            yield key, value


# -- souls and what they carry ---------------------------------------------------------------------


def bare(soul: Soul) -> JsonObject:
    """Give the soul's document without the original that it came from."""
    return {key: value for key, value in soul.dump().items() if key != SOURCE}


def origin_of(soul: Soul, names: frozenset[str]) -> JsonObject | None:
    """Find the original of one of some formats: the soul's own, or one that it came through."""
    document: JsonObject = soul.dump()
    for _ in range(_HOPS):
        source = _object(document.get(SOURCE))
        original = source.get("original")
        if not isinstance(original, dict):
            return None
        if source.get("format") in names:
            return original
        document = _carried(original, _REACH)
    return None


def _carried(document: JsonObject, reach: int) -> JsonObject:
    """Find the soul that a document of any format carries; an empty object where there is none."""
    if isinstance(document.get(SOUL), dict):
        return _object(document[SOUL])
    inner = (value for value in document.values() if reach and isinstance(value, dict))
    return next(filter(None, (_carried(_object(value), reach - 1) for value in inner)), {})


def memories_of(soul: Soul) -> tuple[Memory, ...]:
    """Give the memories that a soul brings along; what is ill-formed there counts as absent."""
    return tuple(held_memories((soul.model_extra or {}).get(MEMORIES)).values())


def held_memories(value: JsonValue) -> dict[str, Memory]:
    """Read an object of memories by id, as it stands under ``soul:memories``."""
    made = (_memory(name, memory) for name, memory in _object(value).items())
    return {memory.id: memory for memory in made if memory is not None}


def _memory(id: str, value: JsonValue) -> Memory | None:
    try:
        return Memory.model_validate({"id": id, **_object(value)})
    except ValidationError:
        return None


def with_memories(soul: Soul, memories: Iterable[Memory]) -> Soul:
    """Give the soul with further memories along; one of the same id is replaced."""
    own = _object((soul.model_extra or {}).get(MEMORIES))
    known = held_memories(own)
    added: JsonObject = {m.id: m.dump() for m in memories if known.get(m.id) != m}
    if not added:
        return soul
    return Soul.model_validate(soul.dump() | {MEMORIES: own | added})


def text_of(document: Mapping[str, JsonValue]) -> bytes:
    """Write a document as indented JSON in UTF-8, ending with a line break."""
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}
