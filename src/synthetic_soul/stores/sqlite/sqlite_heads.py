"""The heads of the journals, in a file beside the SQLite file.

To SQLite the write-ahead log ends at the first frame with a wrong checksum. A byte that a disk has
changed there takes away every commit behind it, and what is left looks whole. So the place and hash
of each journal's last entry, and the number of commits, are also kept here: written after each
commit and before it is acknowledged. Wherever the process is killed, a head is never ahead of the
log, so that none is missed without a loss.

A head is overwritten in place and not synced with each commit, which would take as long as the
commit itself. After a loss of power it may be some seconds old: then a loss of those seconds is not
noticed, but none is invented.
"""

import json
import os
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from synthetic_soul.stores.base import Loss
from synthetic_soul.stores.sqlite.sqlite_schema import version_of

SLOT_BYTES: Final = 512
"""The size of a head's place: a part of a disk's sector, so that none is ever half written."""
SYNC_INTERVAL_MS: Final = 5_000
"""The least time between two syncs of the file while entries are written."""
MAX_LOSSES: Final = 64
_encode: Final = json.JSONEncoder(ensure_ascii=False).encode
FIRST_COUNTING: Final = 4
"""The version of the tables from which on commits are counted."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Head:
    """The last acknowledged entry of a journal; agent "" only counts commits."""

    agent: str
    seq: int
    hash: str
    commits: int


@dataclass(slots=True)
class KeptHeads:
    """What the file of heads holds: the heads by agent, and earlier losses."""

    heads: dict[str, Head] = field(default_factory=dict)
    losses: list[Loss] = field(default_factory=list)

    @property
    def commits(self) -> int:
        """The number of commits that were acknowledged."""
        return max((head.commits for head in self.heads.values()), default=0)


def heads_path(database: Path) -> Path:
    """Return the path of the heads of a database file."""
    return database.with_name(f"{database.name}.heads")


def read_heads(path: Path) -> KeptHeads:
    """Read a file of heads; slots that are damaged are passed over, none where there is no file."""
    kept = KeptHeads()
    with suppress(FileNotFoundError):
        whole = path.read_bytes()
        for start in range(0, len(whole), SLOT_BYTES):
            record = _unpack(whole[start : start + SLOT_BYTES])
            if isinstance(record, Head):
                kept.heads[record.agent] = record
            elif record is not None:
                kept.losses.append(record)
    return kept


def missing(db: sqlite3.Connection, kept: KeptHeads) -> list[Loss]:
    """Return what the heads say was acknowledged and the database does not have."""
    losses = [
        loss for head in kept.heads.values() if head.agent and (loss := _missing_after(db, head))
    ]
    if not losses and kept.commits and version_of(db) >= FIRST_COUNTING:
        (commits,) = db.execute("SELECT commits FROM fence").fetchone()
        if commits < kept.commits:
            losses.append(Loss("", commits + 1, kept.commits))
    return sorted(losses, key=lambda loss: loss.agent)


def _missing_after(db: sqlite3.Connection, head: Head) -> Loss | None:
    sql = "SELECT seq, hash FROM entries WHERE agent = ? AND seq <= ? ORDER BY seq DESC LIMIT 1"
    seq, hash_ = db.execute(sql, (head.agent, head.seq)).fetchone() or (0, "")
    if seq == head.seq and hash_ == head.hash:
        return None
    return Loss(head.agent, min(seq + 1, head.seq), head.seq)


class Heads:
    """The open file of heads of the process that owns the database.

    A file that cannot be written is logged once and keeps nothing from being acknowledged.
    """

    def __init__(self, path: Path, elapsed: Callable[[], int]) -> None:
        self._path = path
        self._elapsed = elapsed
        self._file: int | None = None
        self._slots: dict[str, int] = {}
        self._places = 0
        self._synced_at = elapsed()
        self._failing = False

    def open(self, db: sqlite3.Connection) -> list[Loss]:
        """Return every loss known so far, once the heads have been set to what ``db`` holds."""
        losses: list[Loss] = []
        with self._failures_logged():
            kept = read_heads(self._path)
            losses = [*kept.losses, *missing(db, kept)][:MAX_LOSSES]
            self._rewrite(db, losses)
        return losses

    def _rewrite(self, db: sqlite3.Connection, losses: Sequence[Loss]) -> None:
        (commits,) = db.execute("SELECT commits FROM fence").fetchone()
        rows = db.execute("SELECT agent, seq, hash FROM journals ORDER BY agent")
        heads = [Head("", 0, "", commits)]
        heads += [Head(agent, seq, hash_, commits) for agent, seq, hash_ in rows]
        temporary = self._path.with_name(f"{self._path.name}.new")
        temporary.unlink(missing_ok=True)
        with os.fdopen(
            os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as new:
            new.writelines([*map(_pack, losses), *map(_pack, heads)])
            new.flush()
            os.fsync(new.fileno())
        temporary.replace(self._path)
        self._slots = {head.agent: len(losses) + place for place, head in enumerate(heads)}
        self._places = len(losses) + len(heads)
        self._file = os.open(self._path, os.O_RDWR | getattr(os, "O_BINARY", 0))

    def put(self, commits: int, ends: Mapping[str, tuple[int, int, str]]) -> None:
        """Record the ends (seq, at, hash) of the journals that a commit has changed."""
        if self._file is None:
            return
        heads = [Head(agent, seq, hash_, commits) for agent, (seq, _, hash_) in ends.items()]
        with self._failures_logged():
            for head in heads or [Head("", 0, "", commits)]:
                os.lseek(self._file, self._place(head.agent) * SLOT_BYTES, os.SEEK_SET)
                os.write(self._file, _pack(head))
            if self._elapsed() - self._synced_at > SYNC_INTERVAL_MS:
                self._synced_at = self._elapsed()
                os.fsync(self._file)
            self._failing = False

    def _place(self, agent: str) -> int:
        if agent not in self._slots:
            self._slots[agent] = self._places
            self._places += 1
        return self._slots[agent]

    def close(self) -> None:
        """Sync and close the file."""
        file, self._file = self._file, None
        if file is not None:
            with self._failures_logged():
                os.fsync(file)
            os.close(file)

    @contextmanager
    def _failures_logged(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            if not self._failing:
                log.warning("heads_not_kept", file=str(self._path), reason=error.strerror)
            self._failing = True


def _pack(record: Head | Loss) -> bytes:
    """Return a slot: checksum and JSON; an empty one for a name that is too long for it."""
    agent = _encode(record.agent)
    if isinstance(record, Head):  # at each commit: four times as fast as a dictionary's JSON
        place = f'"seq":{record.seq},"hash":"{record.hash}"'
        text = f'{{"agent":{agent},{place},"commits":{record.commits}}}'
    else:
        text = f'{{"agent":{agent},"first":{record.first},"last":{record.last}}}'
    content = text.encode("utf-8", "surrogatepass")
    slot = b"%08x %s" % (zlib.crc32(content), content)
    return slot.ljust(SLOT_BYTES - 1)[: SLOT_BYTES - 1] + b"\n"


def _unpack(slot: bytes) -> Head | Loss | None:
    """Return what ``_pack`` wrote; None for an empty or damaged slot."""
    checksum, _, text = slot.rstrip().partition(b" ")
    if checksum != b"%08x" % zlib.crc32(text):
        return None
    fields = json.loads(text)
    return Head(**fields) if "hash" in fields else Loss(**fields)
