"""CHARX: a zip archive with a character card, ``card.json``, and the images that it names."""

from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotJsonError, UnreadableError, whole_text
from soulscript.formats.base import Export, Files, Import, Source, json_bytes
from soulscript.formats.books.lorebook import import_book
from soulscript.formats.books.risuai_module import unpack_module
from soulscript.formats.cards.archive import ZIP, end_record, pack, unpack
from soulscript.formats.cards.card import read_card, write_archived_card
from soulscript.formats.cards.signatures import zip_kind
from soulscript.formats.round_trip import memories_of, with_memories
from soulscript.jsontext.parser import as_object, parse_noting
from soulscript.report import Note, Report

_CARD: Final = "card.json"
_MODULE: Final = "module.risum"
_ABOUT_MODULE: Final = (
    "a module of RisuAI, kept as it is: the card has a book of its own, and scripts are never run"
)
_LORE_OF_MODULE: Final = (
    "a module of RisuAI, kept as it is: its lore is read, scripts are never run"
)
_COVER: Final = "cover.jpg"  # asset of the JPEG image that an archive was appended to
_JPEG: Final = b"\xff\xd8\xff"


def detect(source: Source) -> bool:
    """Detect a zip archive, or a JPEG image with one behind it."""
    raw = source.single or b""
    return raw.startswith(ZIP) or (raw.startswith(_JPEG) and end_record(raw) >= 0)


def decode(source: Source) -> Import:
    """Read the card of an archive; every other entry becomes an asset.

    Raises ``UnreadableError`` as ``unpack`` does, and where the archive has no card.
    """
    raw = source.single or b""
    files, notes = unpack(raw, source.name, _CARD)
    if raw.startswith(_JPEG):
        files[_COVER] = raw.partition(ZIP)[0]
    if _CARD not in files:
        kind = zip_kind(files)
        message = f"this is {kind.name}: there is no {_CARD} in it"
        raise UnreadableError([whole_text("bad_archive", message, kind.mend, source.name)])
    path = f"{source.name}/{_CARD}"
    document, problems = parse_noting(files.pop(_CARD), source=path)
    imported = read_card(document, "charx", source.name)
    if _MODULE in files:
        imported, message = _with_module(imported, document, files[_MODULE], source.name)
        notes.append(Note("kept", _MODULE, _MODULE, message))
    named = {note.path for note in notes}
    kept = [Note("kept", name, name, "comes along as it is") for name in files if name not in named]
    return replace(
        imported,
        assets=files,
        report=Report((*imported.report, *notes, *kept)),
        problems=(*imported.problems, *problems),
    )


def _with_module(
    imported: Import, document: JsonValue, raw: bytes, source: str
) -> tuple[Import, str]:
    """Add the lore of a module to a character whose card has no book; say what was done with it."""
    fields = as_object(as_object(document).get("data"))
    if imported.soul is None or as_object(fields.get("character_book")).get("entries"):
        return imported, _ABOUT_MODULE
    try:
        module, _, problems = unpack_module(raw, f"{source}/{_MODULE}")
    except (UnreadableError, NotJsonError) as error:
        warnings = (replace(problem, severity="warning") for problem in error.problems)
        message = "a module of RisuAI that cannot be read, kept as it is"
        return replace(imported, problems=(*imported.problems, *warnings)), message
    lore = import_book(module, "risum")
    soul = with_memories(imported.soul, lore.memories)
    return replace(
        imported,
        soul=soul,
        memories=memories_of(soul),
        report=imported.report + lore.report.of("changed"),
        problems=(*imported.problems, *problems),
    ), _LORE_OF_MODULE


def encode(imported: Import, stem: str) -> Export:
    """Write a soul as a card of V3 with all its images; equal souls give equal bytes."""
    card, report = write_archived_card(imported)
    files: Files = {_CARD: json_bytes(card), **imported.assets}
    notes = [Note("kept", name, name, "goes along as it is") for name in imported.assets]
    return Export({f"{stem}.charx": pack(files)}, report + Report(tuple(notes)))
