"""Zip archives of one character: unpacked within limits, packed deterministically."""

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from soulscript.errors import UnreadableError, whole_text
from soulscript.formats.base import Files
from soulscript.formats.sources import is_relative
from soulscript.report import Note

ZIP: Final = b"PK\x03\x04"
"""The first bytes of an archive that is not empty."""
_END_RECORD: Final = struct.Struct("<4s4H2LH")  # "end of central directory"
_END_SIGNATURE: Final = b"PK\x05\x06"
_ZIP64_LOCATOR: Final = b"PK\x06\x07"
_ZIP64_LOCATOR_BYTES: Final = 20  # it stands directly before the end record
_MAX_COMMENT_BYTES: Final = 65_536  # behind the end record
_MAX_ENTRIES: Final = 2_000
_MAX_DIRECTORY_BYTES: Final = 1 << 20
_MAX_ENTRY_BYTES: Final = 64 << 20
_MAX_UNPACKED_BYTES: Final = 96 << 20  # of all entries together
_MAX_RATIO: Final = 200  # of an entry over 1 MiB; text compresses about 10 times
_MIN_RATIO_BYTES: Final = 1 << 20
_PACKINGS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_DAMAGE: Final = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError)
_NO_DATE: Final = (1980, 1, 1, 0, 0, 0)  # the earliest in a zip; equal souls give equal bytes
_UNIX: Final = 3
_SYSTEM_NAMES: Final = frozenset({"__macosx", ".ds_store", "thumbs.db", "desktop.ini"})


# -- unpacking -------------------------------------------------------------------------------------


def names_of(raw: bytes) -> frozenset[str]:
    """Return the names in an archive without unpacking it; none if it cannot be read."""
    try:
        _check_end_record(raw, "")
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            return frozenset(map(_name, archive.infolist()))
    except (UnreadableError, *_DAMAGE):
        return frozenset()


def unpack(raw: bytes, source: str, marker: str) -> tuple[dict[str, bytes], list[Note]]:
    """Return the files of an archive by name, and a note for each thing that was done to them.

    What macOS and Windows leave in archives is dropped. A folder around the ``marker``, a file
    that stands at the root of such an archive, is taken off. An archive within it stays packed.
    Raises ``UnreadableError`` for an archive over the limits, or with an entry outside its folder,
    a link, an encrypted entry, or two entries of one name.
    """
    files: dict[str, bytes] = {}
    notes: list[Note] = []
    for name, content in _entries(raw, source):
        if any(_is_of_system(part) for part in name.split("/")):
            notes.append(Note("dropped", name, "", "an operating system left it there"))
        else:
            files[name] = content
    around = [name for name in files if name.endswith(f"/{marker}") and name.count("/") == 1]
    if marker not in files and len(around) == 1:
        folder = around[0].removesuffix(marker)
        files = {name.removeprefix(folder): content for name, content in files.items()}
        notes.append(Note("changed", folder, "", "a folder around the files, taken off"))
    for name, content in files.items():
        if content.startswith(ZIP):
            notes.append(Note("kept", name, name, "an archive itself, which stays packed"))
    return files, notes


def _is_of_system(part: str) -> bool:
    return part.casefold() in _SYSTEM_NAMES or part.startswith("._")


def _entries(raw: bytes, source: str) -> Iterator[tuple[str, bytes]]:
    _check_end_record(raw, source)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = [entry for entry in archive.infolist() if not _name(entry).endswith("/")]
            _check_entries(entries, source)
            for entry in entries:
                with archive.open(entry) as file:
                    yield _name(entry), file.read(_MAX_ENTRY_BYTES)
    except _DAMAGE as error:
        raise _unreadable(f"the archive is damaged: {error}", "fetch it anew", source) from error


def _name(entry: zipfile.ZipInfo) -> str:
    # Some tools on Windows write backslashes, against the specification of zip.
    return entry.orig_filename.replace("\\", "/")


def end_record(raw: bytes) -> int:
    """Return the offset of the end record, -1 if there is none.

    The search equals that of Python's zipfile: otherwise an archive with two end records could
    pass the check with one of them and be unpacked by the other.
    """
    if raw[-_END_RECORD.size :][:4] == _END_SIGNATURE and raw.endswith(b"\0\0"):
        return len(raw) - _END_RECORD.size
    return raw.rfind(_END_SIGNATURE, max(0, len(raw) - _END_RECORD.size - _MAX_COMMENT_BYTES))


def _check_end_record(raw: bytes, source: str) -> None:
    """Refuse too many entries before zipfile makes an object of each."""
    at = end_record(raw)
    is_odd = at < 0 or at + _END_RECORD.size > len(raw)
    if is_odd or _ZIP64_LOCATOR in raw[max(0, at - _ZIP64_LOCATOR_BYTES) : at]:
        raise _unreadable("the end of the archive is missing or odd", "fetch it anew", source)
    _, _, _, _, count, directory_bytes, _, _ = _END_RECORD.unpack_from(raw, at)
    if count > _MAX_ENTRIES or directory_bytes > _MAX_DIRECTORY_BYTES:
        raise _unreadable(f"there are more than {_MAX_ENTRIES} entries", "leave some out", source)


def _check_entries(entries: list[zipfile.ZipInfo], source: str) -> None:
    names: set[str] = set()
    for entry in entries:
        name = _name(entry)
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
    faults = {
        "is no name of a file within the archive": not is_relative(_name(entry)),
        "is a link": stat.S_ISLNK(entry.external_attr >> 16),
        "is encrypted": entry.flag_bits & 1,
        "is packed in an unusual way": entry.compress_type not in _PACKINGS,
        f"has over {_MAX_ENTRY_BYTES} bytes": entry.file_size > _MAX_ENTRY_BYTES,
        "grows too much when it is unpacked": entry.file_size
        > max(_MIN_RATIO_BYTES, _MAX_RATIO * entry.compress_size),
    }
    return next((fault for fault, is_there in faults.items() if is_there), "")


# -- packing ---------------------------------------------------------------------------------------


def pack(files: Files) -> bytes:
    """Return an archive of files; equal files give equal bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, _NO_DATE)
            entry.create_system = _UNIX  # on every system, so that the bytes are equal
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            is_packed = name.endswith(".json") and not _packs_too_well(content)
            entry.compress_type = zipfile.ZIP_DEFLATED if is_packed else zipfile.ZIP_STORED
            archive.writestr(entry, content)
    return buffer.getvalue()


def _packs_too_well(content: bytes) -> bool:
    """Return whether an archive with this file, packed, would be refused as a bomb."""
    if len(content) <= _MIN_RATIO_BYTES:
        return False
    return len(content) > _MAX_RATIO * len(zlib.compress(content))


def _unreadable(message: str, mend: str, source: str) -> UnreadableError:
    return UnreadableError([whole_text("bad_archive", message, mend, source)])
