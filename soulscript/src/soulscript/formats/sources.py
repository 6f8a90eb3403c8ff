"""Files and folders as sources: bounded in size and number, and never by way of links."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from soulscript.errors import UnreadableError, whole_text
from soulscript.formats.base import Source
from soulscript.formats.images import files_of
from soulscript.model.soul import Soul

LARGEST: Final = 32 << 20  # bytes of one file, and of all files of a folder together
_MOST: Final = 256  # files of a folder, and pictures of a soul
_DEPTH: Final = 4  # folders within folders


def source_at(path: Path) -> Source:
    """Read the file or the folder at a path; ``UnreadableError`` says why it cannot be read."""
    if not path.is_dir():
        return Source(path.name, {path.name: _bytes(path, LARGEST, follow=True)})
    files: dict[str, bytes] = {}
    room = LARGEST
    for place in _files(path, _DEPTH):
        files[place.relative_to(path).as_posix()] = raw = _bytes(place, room)
        room -= len(raw)
        if len(files) > _MOST:
            raise _unreadable(path, f"there are more than {_MOST} files", "leave some out")
    return Source(path.name, files)


def memories_beside(path: Path) -> Source | None:
    """Find the memories of a soul: ``x.memories.json`` beside ``x.soul`` or ``x.agent.soul``."""
    stem = path.name.removesuffix(".soul").removesuffix(".agent")
    name = f"{stem}.memories.json"
    place = path.with_name(name)
    return Source(name, {name: _bytes(place, LARGEST)}) if _is_file(place) else None


def pictures_beside(path: Path, soul: Soul) -> dict[str, bytes]:
    """Read the pictures that a soul names and that lie in its folder or below it."""
    found: dict[str, bytes] = {}
    room = LARGEST
    for name in files_of(soul)[:_MOST]:
        parts = name.split("/")
        way = [path.parent.joinpath(*parts[:length]) for length in range(1, len(parts) + 1)]
        if not any(step.is_symlink() for step in way) and _is_file(way[-1]):
            found[name] = _bytes(way[-1], room)
            room -= len(found[name])
    return found


def _files(folder: Path, depth: int) -> Iterator[Path]:
    try:
        inner = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise _unreadable(folder, error.strerror or "", "name a folder that can be read") from error
    for entry in inner:
        if entry.name.startswith("."):
            continue
        if entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
        elif depth and entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path), depth - 1)


def _is_file(path: Path) -> bool:
    """Whether a plain file is there, not a link to one."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _bytes(path: Path, room: int, *, follow: bool = False) -> bytes:
    """Read a file, refusing what is larger than there is room for, and pipes and the like."""
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _unreadable(path, "this is no file", "name a file")
            raw = file.read(room + 1)
    except OSError as error:
        reason = error.strerror or "the file cannot be opened"
        raise _unreadable(path, reason, "name a file that can be read") from error
    if len(raw) > room:
        raise _unreadable(path, f"this is larger than {room} bytes", "make it smaller")
    return raw


def _unreadable(path: Path, message: str, mend: str) -> UnreadableError:
    return UnreadableError([whole_text("unreadable", message, mend, str(path))])
