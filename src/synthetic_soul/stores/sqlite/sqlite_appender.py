"""The appending side of a SQLite journal: what one append writes, and what is remembered of it.

One process owns the file, so the ends of the journals and the latest of all else can be held in
memory, in step with the transactions: what a batch changes is fresh until its commit, then known.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from synthetic_soul.errors import AlreadyAnswered, Conflict, FenceBroken
from synthetic_soul.mind.events import MessageHeard, MessageRetried
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import JobRecord
from synthetic_soul.stores.sqlite import sqlite_queries
from synthetic_soul.stores.sqlite.sqlite_cache import Memory

if TYPE_CHECKING:
    from synthetic_soul.stores.base import Entry, Lease
    from synthetic_soul.stores.index_entries import IndexEntries, Settled, Step
    from synthetic_soul.stores.sqlite.memory_leases import Leases

_JobName = tuple[str, str]
_End = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry goes: what its steps and indexes need to know of it."""

    agent: str
    seq: int
    at: int


class Ledger:
    """The ends of the journals, the leases, what is remembered, and how an entry is written."""

    def __init__(self, leases: Leases, memory: Memory | None = None) -> None:
        self.leases = leases
        self.memory = memory or Memory()
        self._token = self._fresh_token = leases.last
        self._ends: dict[str, _End] = {}
        self._fresh_ends: dict[str, _End] = {}
        self._fresh_jobs: dict[_JobName, JobRecord] = {}
        self._fresh_entries: list[tuple[Entry, codec.Draft]] = []
        self._fresh_spent: set[Lease] = set()

    def last(self, db: sqlite3.Connection, agent: str) -> _End:
        """``seq``, ``at`` and ``hash`` of a journal's last entry, those of this batch included."""
        known = self._fresh_ends.get(agent) or self._ends.get(agent)
        return known or sqlite_queries.end(db, agent)

    def append(
        self,
        db: sqlite3.Connection,
        agent: str,
        ready: codec.Draft,
        made: IndexEntries,
        *,
        at: int,
        lease: Lease | None,
    ) -> Entry:
        """Write one entry and all that it makes; errors as ``Journal.append`` says."""
        if lease is not None and (lease in self._fresh_spent or not self.leases.holds(lease)):
            raise FenceBroken(f"the lease on {lease.name} has passed on or has been used")
        seq, before, hash_ = self.last(db, agent)
        owners = sorted({words.owner for words in ready.words} - {""})
        if gone := sqlite_queries.gone(db, agent, owners):
            ready = codec.without(ready, gone)
        entry = codec.seal(agent, seq + 1, max(at, before), ready, hash_)
        self._put(db, entry, ready, made)
        if lease is not None:
            self._fresh_spent.add(lease)
        return entry

    def adopt(
        self, db: sqlite3.Connection, entry: Entry, ready: codec.Draft, made: IndexEntries
    ) -> None:
        """Write an entry as another store holds it."""
        seq, before, hash_ = self.last(db, entry.agent)
        if (entry.seq, entry.previous) != (seq + 1, hash_) or entry.at < before:
            raise Conflict(
                f"entry {entry.seq} of {entry.agent} does not follow from entry {seq} here",
                code="out_of_place",
            )
        self._put(db, entry, ready, made)

    def _put(
        self, db: sqlite3.Connection, entry: Entry, ready: codec.Draft, made: IndexEntries
    ) -> None:
        """Write an entry and all that it makes."""
        place = _Place(entry.agent, entry.seq, entry.at)
        _write_entry(db, entry, ready)
        jobs = [job for step in made.steps if (job := _take_step(db, place, step)) is not None]
        _write_indexes(db, place, made, jobs)
        self._fresh_ends[entry.agent] = entry.seq, entry.at, entry.hash
        self._fresh_jobs.update({(entry.agent, job.id): job for job in jobs})
        self._fresh_entries.append((entry, ready))

    def settle(self, db: sqlite3.Connection) -> None:
        """Write what stands once a batch: the journals' ends and the highest token used."""
        db.executemany(
            "INSERT OR REPLACE INTO journals (agent, seq, at, hash) VALUES (?, ?, ?, ?)",
            [(agent, *end) for agent, end in self._fresh_ends.items()],
        )
        self._fresh_token = self.leases.last
        if self._fresh_token > self._token:
            db.execute("UPDATE fence SET token = ?", (self._fresh_token,))

    def committed(self) -> None:
        """What the batch wrote now holds."""
        self._token = self._fresh_token
        self._ends.update(self._fresh_ends)
        for job in self._fresh_jobs.values():
            self.memory.put_job(job)
        for entry, ready in self._fresh_entries:
            self.memory.put_entry(entry)
            texts = ((w.digest, w.text) for w in ready.words if w.text is not None)
            self.memory.put_words(entry.agent, texts)
        for lease in self._fresh_spent:
            self.leases.spend(lease)
        self.rolled_back()

    def rolled_back(self) -> None:
        """What the batch wrote never was."""
        self._fresh_ends.clear()
        self._fresh_jobs.clear()
        self._fresh_entries.clear()
        self._fresh_spent.clear()


def _write_entry(db: sqlite3.Connection, entry: Entry, ready: codec.Draft) -> None:
    db.execute(
        "INSERT INTO entries (agent, seq, previous, hash, body) VALUES (?, ?, ?, ?, ?)",
        (entry.agent, entry.seq, entry.previous, entry.hash, entry.body),
    )
    db.executemany(
        "INSERT INTO words (agent, digest, owner, salt, text) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (agent, digest) DO NOTHING",
        [
            (
                entry.agent,
                words.digest,
                words.owner,
                bytes.fromhex(words.salt or ""),
                codec.text_bytes(words.text or ""),
            )
            for words in ready.words
        ],
    )


def _write_indexes(
    db: sqlite3.Connection, place: _Place, made: IndexEntries, jobs: list[JobRecord]
) -> None:
    agent, seq = place.agent, place.seq
    db.executemany(
        "INSERT INTO lines (agent, conversation, spoken, seq) VALUES (?, ?, ?, ?)",
        [(agent, name, spoken, seq) for name, spoken in made.lines],
    )
    persons = sorted({*made.persons, *(job.person for job in jobs)})
    db.executemany(
        "INSERT INTO involved (agent, person, seq) VALUES (?, ?, ?)",
        [(agent, person, seq) for person in persons],
    )
    if made.audiences:
        db.executemany(
            "INSERT INTO thoughts (agent, audience, seq) VALUES (?, ?, ?)",
            [(agent, audience, seq) for audience in made.audiences],
        )
    if made.adopts:
        db.execute("INSERT INTO souls (agent, seq) VALUES (?, ?)", (agent, seq))
    if made.erased:
        db.executemany(
            "INSERT OR IGNORE INTO gone (agent, person) VALUES (?, ?)",
            [(agent, person) for person in made.erased],
        )


def _take_step(db: sqlite3.Connection, place: _Place, step: Step) -> JobRecord | None:
    """Change the job that a step concerns; None for a message this journal never heard."""
    match step:
        case MessageHeard():
            return _hear(db, place, step)
        case MessageRetried():
            return _retry(db, place, step)
        case _:
            return _settle(db, place, step)


def _hear(db: sqlite3.Connection, place: _Place, heard: MessageHeard) -> JobRecord:
    record = JobRecord(
        heard.id, place.agent, heard.conversation, heard.person, 0, "queued", place.seq
    )
    try:
        db.execute(
            "INSERT INTO jobs (agent, id, conversation, person, key, attempt, status, heard, since)"
            " VALUES (?, ?, ?, ?, ?, 0, 'queued', ?, ?)",
            (
                place.agent,
                heard.id,
                heard.conversation,
                heard.person,
                heard.key,
                place.seq,
                place.at,
            ),
        )
    except sqlite3.IntegrityError:
        if sqlite_queries.job(db, place.agent, heard.id):
            raise Conflict("a message with this id was heard before", code="id_taken") from None
        raise Conflict("this key has made a message before", code="key_reused") from None
    return record


def _retry(db: sqlite3.Connection, place: _Place, retried: MessageRetried) -> JobRecord:
    job = sqlite_queries.job(db, place.agent, retried.id)
    if job is None or job.status != "failed" or retried.attempt <= job.attempt:
        raise Conflict("only a failed message can be retried", code="not_failed")
    db.execute(
        "UPDATE jobs SET attempt = ?, status = 'queued', outcome = NULL, since = ? "
        "WHERE agent = ? AND id = ?",
        (retried.attempt, place.at, place.agent, retried.id),
    )
    return replace(job, attempt=retried.attempt, status="queued", outcome=None)


def _settle(db: sqlite3.Connection, place: _Place, settled: Settled) -> JobRecord | None:
    try:
        db.execute(
            "INSERT INTO tickets (agent, ticket, seq) VALUES (?, ?, ?)",
            (place.agent, settled.ticket, place.seq),
        )
    except sqlite3.IntegrityError:
        raise AlreadyAnswered(f"message {settled.message} has its outcome") from None
    job = sqlite_queries.job(db, place.agent, settled.message)
    if job is None or job.attempt != settled.attempt:
        return None
    db.execute(
        "UPDATE jobs SET status = ?, outcome = ? WHERE agent = ? AND id = ?",
        (settled.status, place.seq, place.agent, settled.message),
    )
    return replace(job, status=settled.status, outcome=place.seq)
