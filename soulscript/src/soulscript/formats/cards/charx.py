"""CHARX: a zip archive with a character card, ``card.json``, and the images that it names."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from soulscript.errors import UnreadableError, whole_text
from soulscript.formats.base import Export, Files, Import, Source, json_bytes
from soulscript.formats.cards.card import read_card, write_archived_card
from soulscript.formats.sources import is_relative
from soulscript.jsontext.parser import parse
from soulscript.report import Note, Report

_CARD: Final = "card.json"
_COVER: Final = "cover.jpg"  # asset of the JPEG image that an archive was appended to
_ZIP: Final = b"PK\x03\x04"
_JPEG: Final = b"\xff\xd8\xff"
_END_RECORD: Final = struct.Struct("<4s4H2LH")  # "end of central directory"
_END_SIGNATURE: Final = b"PK\x05\x06"
_ZIP64_LOCATOR: Final = b"PK\x06\x07"
_ZIP64_LOCATOR_BYTES: Final = 20  # it stands directly before the end record
_MAX_COMMENT_BYTES: Final = 65_536  # behind the end record
_MAX_ENTRIES: Final = 2_000
_MAX_DIRECTORY_BYTES: Final = 1 << 20
_MAX_UNPACKED_BYTES: Final = 48 << 20  # of all entries together
_MAX_RATIO: Final = 200  # of an entry over 1 MiB; text compresses about 10 times
_MIN_RATIO_BYTES: Final = 1 << 20
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError)
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the earliest in a zip; equal souls give equal bytes
_UNIX: Final = 3


def detect(source: Source) -> bool:
    """Detect a zip archive, or a JPEG image with one behind it."""
    raw = source.single or b""
    return raw.startswith(_ZIP) or (raw.startswith(_JPEG) and _end_record(raw) >= 0)


def decode(source: Source) -> Import:
    """Read the card of an archive; every other entry becomes an asset.

    Raises ``UnreadableError`` for an archive over the limits, or with an entry outside its folder,
    a link, an encrypted entry, two entries of one name, or an archive within the archive.
    """
    files = dict(_unpack(source.single or b"", source.name))
    if _CARD not in files:
        raise _unreadable(f"there is no {_CARD} in it", "bring a CHARX archive", source.name)
    document = parse(files.pop(_CARD), source=f"{source.name}/{_CARD}")
    imported = read_card(document, "charx", source.name)
    notes = [Note("kept", name, name, "comes along as it is") for name in files]
    return replace(imported, assets=files, report=imported.report + notes)


def _unpack(raw: bytes, source: str) -> Iterator[tuple[str, bytes]]:
    _check_end_record(raw, source)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            _check_entries(entries, source)
            for entry in entries:
                with archive.open(entry) as file:
                    content = file.read(_MAX_UNPACKED_BYTES)
                if content.startswith(_ZIP):
                    message = f"{entry.filename} is an archive itself"
                    raise _unreadable(message, "unpack it", source)
                yield entry.filename, content
    except _DAMAGE as error:
        raise _unreadable(f"the archive is damaged: {error}", "fetch it anew", source) from error
    if raw.startswith(_JPEG):
        yield _COVER, raw.partition(_ZIP)[0]


def _end_record(raw: bytes) -> int:
    """Return the offset of the end record, -1 if there is none.

    The search equals that of Python's zipfile: otherwise an archive with two end records could
    pass the check with one of them and be unpacked by the other.
    """
    if raw[-_END_RECORD.size :][:4] == _END_SIGNATURE and raw.endswith(b"\0\0"):
        return len(raw) - _END_RECORD.size
    return raw.rfind(_END_SIGNATURE, max(0, len(raw) - _END_RECORD.size - _MAX_COMMENT_BYTES))


def _check_end_record(raw: bytes, source: str) -> None:
    """Refuse too many entries before zipfile makes an object of each."""
    at = _end_record(raw)
    is_odd = at < 0 or at + _END_RECORD.size > len(raw)
    if is_odd or _ZIP64_LOCATOR in raw[max(0, at - _ZIP64_LOCATOR_BYTES) : at]:
        raise _unreadable("the end of the archive is missing or odd", "fetch it anew", source)
    _, _, _, _, count, directory_bytes, _, _ = _END_RECORD.unpack_from(raw, at)
    if count > _MAX_ENTRIES or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise _unreadable(f"there are more than {_MAX_ENTRIES} entries", "leave some out", source)


def _check_entries(entries: list[zipfile.ZipInfo], source: str) -> None:
    names: set[str] = set()
    for entry in entries:
        name = entry.orig_filename
        if fault := _fault(entry):
            raise _unreadable(f"{name[:80]!r} {fault}", "take it out", source)
        if name.casefold() in names:
            raise _unreadable(f"{name[:80]!r} is there twice", "keep one of them", source)
        names.add(name.casefold())
    if sum(entry.file_size for entry in entries) > _MAX_UNPACKED_BYTES:
        message = f"it unpacks to over {_MAX_UNPACKED_BYTES} bytes"
        raise _unreadable(message, "make it smaller", source)


def _fault(entry: zipfile.ZipInfo) -> str:
    """Return what is wrong with an entry, by its record in the directory."""
    if not is_relative(entry.orig_filename):
        return "is no name of a file within the archive"
    if stat.S_ISLNK(entry.external_attr >> 16):
        return "is a link"
    if entry.flag_bits & 1:
        return "is encrypted"
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        return "is packed in an unusual way"
    if entry.file_size > max(_MIN_RATIO_BYTES, _MAX_RATIO * entry.compress_size):
        return "grows too much when it is unpacked"
    return ""


def encode(imported: Import, stem: str) -> Export:
    """Write a soul as a card of V3 with all its images; equal souls give equal bytes."""
    card, report = write_archived_card(imported)
    files: Files = {_CARD: json_bytes(card), **imported.assets}
    notes = [Note("kept", name, name, "goes along as it is") for name in imported.assets]
    return Export({f"{stem}.charx": _pack(files)}, report + Report(tuple(notes)))


def _pack(files: Files) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.create_system = _UNIX  # on every system, so that the bytes are equal
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED if name == _CARD else zipfile.ZIP_STORED
            archive.writestr(entry, content)
    return buffer.getvalue()


def _unreadable(message: str, mend: str, source: str) -> UnreadableError:
    return UnreadableError([whole_text("bad_archive", message, mend, source)])
