"""Modules of RisuAI (``.risum``): a lorebook with scripts and files, each part packed.

After a magic number and a version, one byte each, comes the length of the module in four bytes,
little-endian, and the module itself: ``{"type": "risuModule", "module": {name, description,
lorebook, regex, trigger, backgroundEmbedding, customModuleToggle, assets, …}}``. Then for each
asset that the module lists follow a 1, a length and the file; a 0 ends it. "Packed" (RPack) means
that another byte stands for each, by a fixed table. Entries of the lorebook become memories;
scripts are never run.
"""

import re
import uuid
from collections.abc import Iterator
from typing import Final

from soulscript.errors import Problem, UnreadableError, whole_text
from soulscript.formats.base import SOURCE_KEY, Export, Import, Source, as_text, json_bytes
from soulscript.formats.books.lorebook import RISUAI_MODULE, export_book, import_book, original_book
from soulscript.jsontext.parser import JsonObject, as_object, parse_noting
from soulscript.report import Note, Report

_NAME: Final = "risum"
_HEAD: Final = b"o\0"  # magic number and version
_LENGTH_BYTES: Final = 4
_ASSET: Final = 1
_END: Final = 0
_MAX_ASSETS: Final = 2_000
_FOLDER: Final = "assets"
_NOT_IN_NAME: Final = re.compile(r"[^\w.-]+")
_MAX_NAME_CHARS: Final = 80
_ASSET_PARTS: Final = 3  # name, place, kind
_MEANINGS: Final = {
    "name": "the name of the module",
    "description": "what its author says of it",
    "regex": "scripts that change texts, which are not run",
    "trigger": "scripts, which are not run",
    "cjs": "a script, which is not run",
    "backgroundEmbedding": "HTML behind the chat, which is not shown",
    "customModuleToggle": "switches of RisuAI's menu",
    "assets": "the names of its files",
    "lowLevelAccess": "a right that its scripts ask for, and are not given",
    "mcp": "a server of tools, which is not called",
}
_UNPACKED: Final = bytes.fromhex(  # what each byte stands for: RisuAI, src/ts/rpack
    """
    2cf7848bc965fbb69faeb3032d0169741fe4a3ecee5c3421934a0f6ae262029e
    229cfd3cfc71c7c6ad596705706d8a4412fa24865fafd17a47cefe5063dd5106
    6f18e052a8099d56734cb8536cc3a00e19cf3e0d7e07326846ea48f9992eaba4
    49205e5535380cbcd3b1581679280a1ae1f2cdc439dba2ba6072767d95ef7fc8
    c0de3794bfb51481922545ace7f566a72b365ac113e34b3ae88d831b7c27b09a
    42eb87aadc548e7826d25729d4b7f82f8f8975f04177c21effd81511e5049717
    f331d09b00d7cab44f2a3bd9b26bda5da13f3061bd913d4ee6dfbe4d828c1d23
    109864f485337b9043bba988f1d6a51cf6cc6eb95b0b96edd5e9c5cb08a68040
    """
)
_PACKED: Final = bytes(map(_UNPACKED.index, range(256)))


def detect(source: Source) -> bool:
    """Detect a module by its head and the brace with which its JSON begins."""
    raw = source.single or b""
    start = len(_HEAD) + _LENGTH_BYTES
    return raw.startswith(_HEAD) and raw[start : start + 1].translate(_UNPACKED) == b"{"


def decode(source: Source) -> Import:
    """Read a module: its entries of lore become memories, its files assets.

    Raises ``UnreadableError`` for one that is cut short, ``NotJsonError`` for one without JSON.
    """
    document, contents, problems = unpack_module(source.single or b"", source.name)
    imported = import_book(document, _NAME)
    names = _asset_names(document)
    assets = dict(zip(names, contents, strict=False))
    notes = [note for note in imported.report if note.path != "module"]
    notes += _notes(document)
    notes += [Note("kept", name, name, "comes along as it is") for name in assets]
    message = "the module lists it, but it is not in the file"
    notes += [Note("dropped", name, "", message) for name in names[len(contents) :]]
    return Import(
        _NAME,
        None,
        imported.memories,
        Report(tuple(notes)),
        tuple(problems),
        assets,
        imported.extra,
    )


def unpack_module(raw: bytes, source: str) -> tuple[JsonObject, list[bytes], list[Problem]]:
    """Return the document of a module, the files that it has, and warnings.

    A file beyond those that the module lists is left out, as RisuAI does not write one. Raises as
    ``decode``.
    """
    pieces = list(_pieces(raw, source))
    document, problems = parse_noting(pieces[0], source=source)
    listed = len(_asset_names(as_object(document)))
    return as_object(document), pieces[1 : listed + 1], list(problems)


def _pieces(raw: bytes, source: str) -> Iterator[bytes]:
    """Yield the module's JSON, then each file."""
    at = len(_HEAD)
    for number in range(_MAX_ASSETS + 1):
        start = at + _LENGTH_BYTES
        end = start + int.from_bytes(raw[at:start], "little")
        if end >= len(raw):
            raise _unreadable("the module is cut short", "fetch it anew", source)
        yield raw[start:end].translate(_UNPACKED)
        at = end + 1
        if raw[end] == _END:
            return
        if raw[end] != _ASSET:
            message = f"there is neither a file nor the end behind part {number + 1}"
            raise _unreadable(message, "fetch it anew", source)
    raise _unreadable(f"there are more than {_MAX_ASSETS} files", "leave some out", source)


def _asset_names(document: JsonObject) -> list[str]:
    """Return a name for each file that a module lists: unique, and relative to a folder."""
    listed = as_object(document.get("module")).get("assets")
    names: list[str] = []
    for index, item in enumerate(listed if isinstance(listed, list) else []):
        parts = [as_text(part) for part in item] if isinstance(item, list) else []
        name, _, kind = [*parts, "", "", ""][:_ASSET_PARTS]
        stem = _NOT_IN_NAME.sub("_", name)[:_MAX_NAME_CHARS].strip(".")
        kind = _NOT_IN_NAME.sub("_", kind)[:_MAX_NAME_CHARS].strip(".")
        ending = f".{kind}" if kind and not stem.endswith(f".{kind}") else ""
        names.append(f"{_FOLDER}/{index}_{stem}{ending}")
    return names


def _notes(document: JsonObject) -> Iterator[Note]:
    for key, value in as_object(document.get("module")).items():
        if key != "lorebook" and value not in ("", [], {}, None, False):
            message = _MEANINGS.get(key, "held in the original alone")
            yield Note("kept", f"module.{key}", SOURCE_KEY, message)


def encode(imported: Import, stem: str) -> Export:
    """Write memories as a module, with the scripts and files of the one that they came from."""
    original = original_book(imported, _NAME)
    document, notes = export_book(original or _new_module(stem), imported)
    names = _asset_names(as_object(document))
    content = pack_module(as_object(document), [imported.assets.get(name, b"") for name in names])
    for name in names:
        if name in imported.assets:
            notes.append(Note("kept", name, name, "goes along as it is"))
        else:
            notes.append(Note("dropped", name, name, "it did not come along: an empty file"))
    message = "a module has no place for a file that it does not list"
    others = imported.assets.keys() - {*names}
    notes += [Note("dropped", name, "", message) for name in sorted(others)]
    return Export({f"{stem}.risum": content}, Report(tuple(notes)))


def _new_module(name: str) -> JsonObject:
    # RisuAI gives a module a new id when it takes one in; equal names give equal bytes here.
    own_id = str(uuid.uuid5(uuid.NAMESPACE_URL, f"soulscript:{name}"))
    module: JsonObject = {"name": name, "description": "", "id": own_id, "lorebook": []}
    return {"module": module, "type": RISUAI_MODULE}


def pack_module(document: JsonObject, files: list[bytes]) -> bytes:
    """Return a module as a file."""
    parts = [json_bytes(document), *files]
    packed = (_length(part) + part.translate(_PACKED) for part in parts)
    return _HEAD + bytes([_ASSET]).join(packed) + bytes([_END])


def _length(part: bytes) -> bytes:
    return len(part).to_bytes(_LENGTH_BYTES, "little")


def _unreadable(message: str, mend: str, source: str) -> UnreadableError:
    return UnreadableError([whole_text("bad_archive", message, mend, source)])
