"""CHARX: a zip archive that holds a character card, ``card.json``, and the pictures it names."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from soulscript.errors import UnreadableError, whole_text
from soulscript.formats.base import Export, Files, Import, Source
from soulscript.formats.cards.card import card_from, packed_card
from soulscript.formats.images import is_relative
from soulscript.formats.round_trip import text_of
from soulscript.jsontext.parser import parse
from soulscript.report import Note, Report

CARD: Final = "card.json"
COVER: Final = "cover.jpg"
"""The picture that an archive was appended to."""
_ZIP: Final = b"PK\x03\x04"
_JPEG: Final = b"\xff\xd8\xff"
_END: Final = struct.Struct("<4s4H2LH")  # the record at the end of an archive
_END_SIGN: Final = b"PK\x05\x06"
_END_64: Final = b"PK\x06\x07"
_MOST: Final = 2_000  # entries
_LONGEST_DIRECTORY: Final = 1 << 20  # bytes of the list of entries
_LARGEST: Final = 48 << 20  # bytes of all entries, unpacked
_BOMB: Final = 200  # times that an entry of some size may grow; text grows about 10 times
_SMALL: Final = 1 << 20
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError)
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the first that an archive can hold


def sees(source: Source) -> bool:
    """Whether it is a zip archive, or a JPEG picture with one behind it."""
    raw = source.single or b""
    return raw.startswith(_ZIP) or (raw.startswith(_JPEG) and _end(raw) >= 0)


def reads(source: Source) -> Import:
    """Read the card of an archive; all else in it becomes an asset.

    ``UnreadableError`` refuses archives that are too large, or hostile: entries that leave the
    folder, links, encrypted ones, two of one name, archives within the archive.
    """
    files = dict(_unpacked(source.single or b"", source.name))
    if CARD not in files:
        raise _refused(f"there is no {CARD} in it", "bring a CHARX archive", source.name)
    document = parse(files.pop(CARD), source=f"{source.name}/{CARD}")
    read = card_from(document, "charx", source.name)
    notes = [Note("kept", name, name, "comes along as it is") for name in files]
    return replace(read, assets=files, report=read.report + notes)


def _unpacked(raw: bytes, source: str) -> Iterator[tuple[str, bytes]]:
    _look_at_the_end(raw, source)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = [one for one in archive.infolist() if not one.filename.endswith("/")]
            _look_at_entries(entries, source)
            for entry in entries:
                with archive.open(entry) as file:
                    content = file.read(_LARGEST)
                if content.startswith(_ZIP):
                    raise _refused(f"{entry.filename} is an archive itself", "unpack it", source)
                yield entry.filename, content
    except _DAMAGE as error:
        raise _refused(f"the archive is damaged: {error}", "fetch it anew", source) from error
    if raw.startswith(_JPEG):
        yield COVER, raw.partition(_ZIP)[0]


def _end(raw: bytes) -> int:
    """Find the record at the end of an archive, where Python's zipfile finds it; -1: nowhere."""
    if raw[-_END.size :][:4] == _END_SIGN and raw.endswith(b"\0\0"):
        return len(raw) - _END.size
    return raw.rfind(_END_SIGN, max(0, len(raw) - _END.size - 65_536))


def _look_at_the_end(raw: bytes, source: str) -> None:
    """Refuse what has too many entries before a list of them is made."""
    at = _end(raw)
    if at < 0 or at + _END.size > len(raw) or _END_64 in raw[max(0, at - 20) : at]:
        raise _refused("the end of the archive is missing or odd", "fetch it anew", source)
    _, _, _, _, number, directory, _, _ = _END.unpack_from(raw, at)
    if number > _MOST or directory > _LONGEST_DIRECTORY:
        raise _refused(f"there are more than {_MOST} entries", "leave some out", source)


def _look_at_entries(entries: list[zipfile.ZipInfo], source: str) -> None:
    """Refuse entries that no card has, by what the archive says of them."""
    names: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        if fault := _fault(entry):
            raise _refused(f"{name[:80]!r} {fault}", "take it out", source)
        if name.casefold() in names:
            raise _refused(f"{name[:80]!r} is there twice", "keep one of them", source)
        names.add(name.casefold())
    if sum(entry.file_size for entry in entries) > _LARGEST:
        raise _refused(f"it unpacks to over {_LARGEST} bytes", "make it smaller", source)


def _fault(entry: zipfile.ZipInfo) -> str:
    if not is_relative(entry.orig_filename):
        return "is no name of a file within the archive"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link"
    if entry.flag_bits & 1:
        return "is encrypted"
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "is packed in an unusual way"
    if entry.file_size > max(_SMALL, _BOMB * entry.compress_size):
        return "grows too much when it is unpacked"
    return ""


def writes(what: Import, stem: str) -> Export:
    """Write a soul as a card of V3 with all its pictures; equal souls give equal bytes."""
    card, report = packed_card(what)
    files: Files = {CARD: text_of(card), **what.assets}
    notes = Report(tuple(Note("kept", name, name, "goes along as it is") for name in what.assets))
    return Export({f"{stem}.charx": _packed(files)}, report + notes)


def _packed(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.create_system = 3  # as on Unix, wherever it is written
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            text = name == CARD
            entry.compress_type = zipfile.ZIP_DEFLATED if text else zipfile.ZIP_STORED
            archive.writestr(entry, content)
    return buffer.getvalue()


def _refused(message: str, mend: str, source: str) -> UnreadableError:
    return UnreadableError([whole_text("bad_archive", message, mend, source)])
