"""Files and folders as sources, within limits of size and number, and the images of a soul.

The images are those of the extension ``avatar`` (§2.6), read tolerantly:
``{"default": "neutral", "images": {"neutral": "portrait.png"}}``.
"""

import os
import stat
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Final

from soulscript.errors import UNREADABLE, UnreadableError, whole_text
from soulscript.formats.base import Source
from soulscript.jsontext.parser import JsonObject, is_utf16
from soulscript.model.soul import Soul

MAX_BYTES: Final = 64 << 20  # of one file
_MAX_FOLDER_BYTES: Final = 128 << 20  # of all files of a folder together, or images of a soul
_MAX_FILES: Final = 256  # of a folder
_MAX_NAMED_FILES: Final = 2_000  # beside a soul
_MAX_DEPTH: Final = 4  # of nested folders
DEFAULT_EXPRESSION: Final = "neutral"
_SYSTEM_FILES: Final = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx"})
_DRAFT_ENDINGS: Final = (".bak", ".orig", ".swp", ".swo", ".tmp", ".part", ".crdownload")


def source_at(path: Path) -> Source:
    """Read a file or a folder. Raises ``UnreadableError``."""
    if not path.is_dir():
        return in_utf8(Source(path.name, {path.name: _read(path, MAX_BYTES, follow=True)}))
    files: dict[str, bytes] = {}
    bytes_left = _MAX_FOLDER_BYTES
    for file in _files(path, _MAX_DEPTH):
        files[file.relative_to(path).as_posix()] = raw = _read(file, min(bytes_left, MAX_BYTES))
        bytes_left -= len(raw)
        if len(files) > _MAX_FILES:
            raise _unreadable(path, f"there are more than {_MAX_FILES} files", "leave some out")
    return in_utf8(Source(path.name, files))


def in_utf8(source: Source) -> Source:
    """Return a source with each text in UTF-16 as UTF-8; what cannot be decoded stays."""
    files = {name: _in_utf8(raw) for name, raw in source.files.items()}
    changed = any(files[name] is not raw for name, raw in source.files.items())
    return Source(source.name, files) if changed else source


def _in_utf8(raw: bytes) -> bytes:
    if not is_utf16(raw):
        return raw
    try:
        return raw.decode("utf-16").encode()
    except UnicodeDecodeError:
        return raw


def memories_beside(path: Path) -> Source | None:
    """Read ``x.memories.json`` beside ``x.soul`` or ``x.agent.soul``; None if there is none."""
    name = path.name.removesuffix(".soul").removesuffix(".agent") + ".memories.json"
    file = path.with_name(name)
    return Source(name, {name: _read(file, MAX_BYTES)}) if _is_file(file) else None


def files_beside(path: Path, names: Iterable[str]) -> dict[str, bytes]:
    """Read files by their names relative to a soul's folder, without following links.

    What is not there, or has a name that leaves the folder, is left out.
    """
    files: dict[str, bytes] = {}
    bytes_left = _MAX_FOLDER_BYTES
    for name in islice(filter(is_relative, names), _MAX_NAMED_FILES):
        parts = name.split("/")
        steps = [path.parent.joinpath(*parts[:length]) for length in range(1, len(parts) + 1)]
        if not any(step.is_symlink() for step in steps) and _is_file(steps[-1]):
            files[name] = _read(steps[-1], min(bytes_left, MAX_BYTES))
            bytes_left -= len(files[name])
    return files


def is_leftover(name: str) -> bool:
    """Return whether a file's name is of what systems and editors leave beside others.

    Such as ``.DS_Store``, ``._x.soul`` and ``Thumbs.db``; backups, locks and drafts of editors.
    """
    return (
        name.casefold() in _SYSTEM_FILES
        or name.startswith((".", "~$", "#"))
        or name.endswith(("~", "#"))
        or name.casefold().endswith(_DRAFT_ENDINGS)
    )


def _files(folder: Path, depth: int) -> Iterator[Path]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError as error:
        raise _unreadable(folder, error.strerror or "", "name a folder that can be read") from error
    for entry in entries:
        if is_leftover(entry.name):
            continue
        if entry.is_file(follow_symlinks=False):
            yield Path(entry.path)
        elif depth and entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path), depth - 1)


def _is_file(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _read(path: Path, max_bytes: int, *, follow: bool = False) -> bytes:
    # O_NONBLOCK: opening a pipe must not wait for its writer. Checking the open file, not the
    # path, leaves no time in which the path could become a link or a pipe.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not follow:
        flags |= getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _unreadable(path, "this is no file", "name a file")
            raw = file.read(max_bytes + 1)
    except OSError as error:
        reason = error.strerror or "the file cannot be opened"
        raise _unreadable(path, reason, "name a file that can be read") from error
    if len(raw) > max_bytes:
        raise _unreadable(path, f"this is larger than {max_bytes} bytes", "make it smaller")
    return raw


def _unreadable(path: Path, message: str, mend: str) -> UnreadableError:
    return UnreadableError([whole_text(UNREADABLE, message, mend, str(path))])


# -- images ----------------------------------------------------------------------------------------


def images_of(soul: Soul) -> dict[str, str]:
    """Return the soul's images: expression -> location, the default expression first."""
    avatar = soul.avatar
    if avatar is None:
        return {}
    images = dict(avatar.images)
    return {key: images[key] for key in dict.fromkeys([avatar.default, *images]) if key in images}


def image_files(soul: Soul) -> tuple[str, ...]:
    """Return the names of the images that are files in the soul's folder or below it."""
    return tuple(dict.fromkeys(filter(is_relative, images_of(soul).values())))


def is_relative(name: str) -> bool:
    """Return whether a name stays in its folder or below it, on any operating system."""
    if not name or name.startswith("/") or any(sign in name for sign in '\\:*?"<>|\0\r\n'):
        return False
    return all(part not in {"", ".", ".."} for part in name.split("/"))


def avatar_of(images: Iterable[tuple[str, str]]) -> JsonObject:
    """Return the avatar of (expression, location) pairs; the first of each expression counts.

    The default is the neutral expression if it is there, else the first.
    """
    named: JsonObject = {}
    for expression, location in images:
        named.setdefault(expression, location)
    default = DEFAULT_EXPRESSION if DEFAULT_EXPRESSION in named else next(iter(named))
    return {"default": default, "images": named}


def extension_of(name: str) -> str:
    """Return the extension of a file name in lower case, without the dot."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()
