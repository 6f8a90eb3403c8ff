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

    ``Conflict`` names what is there already, ``InvalidInput`` what cannot be written.
    """
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


def _beside(path: Path, content: bytes) -> Path:
    """Write a file of another name in the same folder, safe on the disk."""
    fresh = path.with_name(f".{path.name[:80]}.{secrets.token_hex(4)}")
    with fresh.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    return fresh
