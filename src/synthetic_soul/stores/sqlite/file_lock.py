"""One process owns a journal file: a lock beside it, which dies with its process."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from synthetic_soul.errors import Misconfigured

if TYPE_CHECKING:
    from pathlib import Path

_FAR = 1 << 30  # Windows locks bytes of the file: one beyond the note inside stays readable


class Ownership:
    """The lock on ``<file>.lock``, held from ``take`` until ``release`` or the process's end."""

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(f"{path.name}.lock")
        self._file: int | None = None

    def take(self) -> None:
        """Own the file from now on; ``Misconfigured`` says which process does already."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise Misconfigured(f"{self._path} cannot be written: {error.strerror}") from error
        try:
            _lock(file)
        except OSError:
            holder = os.pread(file, 32, 0) if hasattr(os, "pread") else os.read(file, 32)
            os.close(file)
            raise Misconfigured(
                f"{self._path.with_suffix('')} is in use by process {holder.decode().strip()}: "
                "stop that one, or set another DATA_DIR for this one",
                code="in_use",
            ) from None
        os.ftruncate(file, 0)
        os.write(file, b"%d\n" % os.getpid())
        self._file = file

    def release(self) -> None:
        """Let go; the file stays, so that two who wait for it lock the same one."""
        if self._file is not None:
            os.close(self._file)
            self._file = None


if sys.platform == "win32":  # pragma: no cover - the suite runs on POSIX
    import msvcrt

    def _lock(file: int) -> None:
        os.lseek(file, _FAR, os.SEEK_SET)
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        os.lseek(file, 0, os.SEEK_SET)

else:
    import fcntl

    def _lock(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
