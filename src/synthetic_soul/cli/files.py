"""Files onto the disk: all of them or none, and never over what is there unless told so."""

from __future__ import annotations

import os
import secrets
from typing import TYPE_CHECKING

from synthetic_soul.errors import Conflict, InvalidInput

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def put(files: Mapping[Path, bytes], *, force: bool) -> None:
    """Write each file whole; a name that is taken is refused before anything is written.

    A file that holds just that already is left alone.
    ``Conflict`` names what is there already, ``InvalidInput`` what cannot be written.
    """
    files = {path: content for path, content in files.items() if not _holds(path, content)}
    there = [str(path) for path in files if path.exists() or path.is_symlink()]
    if there and not force:
        raise Conflict(f"{', '.join(there)} is there already; --force writes over it")
    made: list[tuple[Path, Path]] = []
    try:
        for path, content in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            made.append((_beside(path, content), path))
        while made:
            made[0][0].replace(made[0][1])
            made.pop(0)
    except OSError as error:
        raise InvalidInput(f"{error.filename or ''}: {error.strerror}") from error
    finally:
        for fresh, _ in made:
            fresh.unlink(missing_ok=True)


def _holds(path: Path, content: bytes) -> bool:
    try:
        same = path.stat().st_size == len(content)
        return same and not path.is_symlink() and path.read_bytes() == content
    except OSError:
        return False


def _beside(path: Path, content: bytes) -> Path:
    """Write a file of another name in the same folder, safe on the disk."""
    fresh = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}")
    with fresh.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return fresh
