"""CHARX: a zip archive with a character card, ``card.json``, and the images that it names."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Problem, UnreadableError, whole_text
from soulscript.formats.base import Export, Files, Import, Source, json_bytes
from soulscript.formats.cards.archive import ZIP, end_record, pack, unpack
from soulscript.formats.cards.card import read_card, write_archived_card
from soulscript.formats.cards.signatures import zip_kind
from soulscript.jsontext.parser import as_object, parse_noting
from soulscript.report import Note, Report

_CARD: Final = "card.json"
_MODULE: Final = "module.risum"
_ABOUT_MODULE: Final = (
    "a module of RisuAI, which stays packed: RisuAI writes its lorebook into the card too, and its "
    "scripts are never run"
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
        notes.append(Note("kept", _MODULE, _MODULE, _ABOUT_MODULE))
        problems = (*problems, *_module_warnings(document, source.name))
    named = {note.path for note in notes}
    kept = [Note("kept", name, name, "comes along as it is") for name in files if name not in named]
    return replace(
        imported,
        assets=files,
        report=Report((*imported.report, *notes, *kept)),
        problems=(*imported.problems, *problems),
    )


def _module_warnings(document: JsonValue, source: str) -> Iterator[Problem]:
    """Yield a warning for a module beside a card without a book, whose lore may be there alone."""
    fields = as_object(as_object(document).get("data"))
    if not as_object(fields.get("character_book")).get("entries"):
        message = f"the card has no book, and that of {_MODULE}, if any, is not read"
        mend = "export the lorebook from RisuAI as JSON and bring it too"
        problem = whole_text("bad_archive", message, mend, source)
        yield replace(problem, severity="warning", path=_MODULE)


def encode(imported: Import, stem: str) -> Export:
    """Write a soul as a card of V3 with all its images; equal souls give equal bytes."""
    card, report = write_archived_card(imported)
    files: Files = {_CARD: json_bytes(card), **imported.assets}
    notes = [Note("kept", name, name, "goes along as it is") for name in imported.assets]
    return Export({f"{stem}.charx": pack(files)}, report + Report(tuple(notes)))
