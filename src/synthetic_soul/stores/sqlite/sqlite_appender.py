"""Appending to a SQLite journal, and what the process that owns the file holds in memory.

One process owns the file, so the ends of the journals, the leases and a cache of the latest jobs,
entries and texts stay in step with its transactions: what a batch changes is staged until its
commit. The cache is bounded, and all texts leave it when any are erased.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from synthetic_soul.caches import LRUCache
from synthetic_soul.errors import AlreadyAnswered, Conflict, FenceBroken
from synthetic_soul.mind.events import MessageHeard, MessageRetried
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import Entry, JobRecord, Lease
from synthetic_soul.stores.codec import IndexEntries, Settled, Step

MAX_JOBS: Final = 4096
MAX_ENTRIES: Final = 512
MAX_TEXTS: Final = 4096


class JournalCache:
    """The latest jobs, entries and texts, and every job that is queued."""

    def __init__(self, queued: Iterable[JobRecord] = ()) -> None:
        self._jobs: LRUCache[tuple[str, str], JobRecord] = LRUCache(MAX_JOBS)
        self._entries: LRUCache[tuple[str, int], Entry] = LRUCache(MAX_ENTRIES)
        self._words: LRUCache[tuple[str, str], str] = LRUCache(MAX_TEXTS)
        self._queued: dict[tuple[str, str], dict[str, JobRecord]] = {}
        for job in queued:
            self.put_job(job)

    def job(self, agent: str, job: str) -> JobRecord | None:
        """Return a job as of the last commit."""
        return self._jobs.get((agent, job))

    def put_job(self, job: JobRecord) -> None:
        """Cache a job as of this commit."""
        self._jobs.put((job.agent, job.id), job)
        place = (job.agent, job.conversation)
        if job.status == "queued":
            self._queued.setdefault(place, {})[job.id] = job
        elif place in self._queued:
            self._queued[place].pop(job.id, None)
            if not self._queued[place]:
                del self._queued[place]

    def queued(self, agent: str, conversation: str) -> list[JobRecord]:
        """Return the conversation's jobs without an outcome, oldest first."""
        found = self._queued.get((agent, conversation), {})
        return sorted(found.values(), key=lambda job: (job.heard, job.id))

    def entries(self, agent: str, seqs: Sequence[int]) -> list[Entry] | None:
        """Return these entries in order, if all of them are cached."""
        found = [entry for seq in sorted(seqs) if (entry := self._entries.get((agent, seq)))]
        return found if len(found) == len(seqs) else None

    def put_entry(self, entry: Entry) -> None:
        """Cache an entry with its texts."""
        self._entries.put((entry.agent, entry.seq), entry)

    def words(self, agent: str, digests: Sequence[str]) -> dict[str, str] | None:
        """Return these texts, if all of them are cached."""
        found = {
            digest: text
            for digest in digests
            if (text := self._words.get((agent, digest))) is not None
        }
        return found if len(found) == len(set(digests)) else None

    def put_words(self, agent: str, words: Iterable[tuple[str, str]]) -> None:
        """Cache texts by their digests."""
        for digest, text in words:
            self._words.put((agent, digest), text)

    def clear_texts(self) -> None:
        """Drop all texts: some have just been erased."""
        self._entries.clear()
        self._words.clear()


MIN_LEASES_TO_SWEEP = 10_000


@dataclass(slots=True)
class _HeldLease:
    lease: Lease
    holder: str
    until: int
    spent: bool = False


class MemoryLeases:
    """Leases in memory; their tokens come from one counter that starts at the clock or ``floor``.

    ``floor`` is the highest token that an earlier run may have written with, so that tokens grow
    over restarts even where the clock went back. By ``elapsed`` (ms) leases expire, so that one
    that nobody renews ends in time even then.
    """

    def __init__(
        self, clock: Callable[[], int], elapsed: Callable[[], int], *, floor: int = 0
    ) -> None:
        self._clock = clock
        self._elapsed = elapsed
        self._held: dict[tuple[str, str], _HeldLease] = {}
        self.last = floor

    def acquire(self, agent: str, name: str, *, ttl: int, holder: str) -> Lease | None:
        """Take or renew a lease; None while another holds it."""
        at = self._elapsed()
        held = self._held.get((agent, name))
        if held is not None and held.holder == holder:
            held.until = at + ttl
            return held.lease
        if held is not None and held.until > at:
            return None
        self.last = max(self.last + 1, self._clock())
        lease = Lease(agent, name, self.last)
        self._held[agent, name] = _HeldLease(lease, holder, at + ttl)
        if len(self._held) > MIN_LEASES_TO_SWEEP:
            self._held = {n: h for n, h in self._held.items() if h.until > at}
        return lease

    def release(self, lease: Lease) -> None:
        """Release a lease that still holds."""
        if self._of(lease) is not None:
            del self._held[lease.agent, lease.name]

    def holds(self, lease: Lease) -> bool:
        """Return whether an entry may be committed under the lease.

        It may under an expired one that nobody has taken since. A lease that has been used for one
        entry still keeps others away, but commits no more.
        """
        held = self._of(lease)
        return held is not None and not held.spent

    def spend(self, lease: Lease) -> None:
        """Record that the lease's single commit has been used."""
        held = self._of(lease)
        if held is not None:
            held.spent = True

    def _of(self, lease: Lease) -> _HeldLease | None:
        held = self._held.get((lease.agent, lease.name))
        return held if held is not None and held.lease == lease else None


_JobName = tuple[str, str]
_End = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an entry goes: what its steps and indexes need of it."""

    agent: str
    seq: int
    at: int


class Appender:
    """Writes entries, and stages what each batch changes until its commit.

    ``commits`` counts those of the file.
    """

    def __init__(
        self, leases: MemoryLeases, cache: JournalCache | None = None, *, commits: int = 0
    ) -> None:
        self.leases = leases
        self.cache = cache or JournalCache()
        self._token = self._staged_token = leases.last
        self.commits = commits
        self._ends: dict[str, _End] = {}
        self._staged_ends: dict[str, _End] = {}
        self._staged_jobs: dict[_JobName, JobRecord] = {}
        self._staged_entries: list[tuple[Entry, codec.Draft]] = []
        self._staged_spent: set[Lease] = set()

    def last(self, db: sqlite3.Connection, agent: str) -> _End:
        """Return ``seq``, ``at`` and ``hash`` of a journal's last entry, this batch included."""
        known = self._staged_ends.get(agent) or self._ends.get(agent)
        return known or end_of(db, agent)

    def append(
        self,
        db: sqlite3.Connection,
        agent: str,
        draft: codec.Draft,
        index: IndexEntries,
        *,
        at: int,
        lease: Lease | None,
    ) -> Entry:
        """Write one entry with its indexes and jobs; errors as in ``Journal.append``."""
        if lease is not None and (lease in self._staged_spent or not self.leases.holds(lease)):
            raise FenceBroken(f"the lease on {lease.name} has passed on or has been used")
        seq, before, hash_ = self.last(db, agent)
        owners = sorted({words.owner for words in draft.words} - {""})
        if gone := erased_among(db, agent, owners):
            draft = codec.without(draft, gone)
        entry = codec.seal(agent, seq + 1, max(at, before), draft, hash_)
        self._put(db, entry, draft, index)
        if lease is not None:
            self._staged_spent.add(lease)
        return entry

    def adopt(
        self, db: sqlite3.Connection, entry: Entry, draft: codec.Draft, index: IndexEntries
    ) -> None:
        """Write an entry exactly as another store holds it."""
        seq, before, hash_ = self.last(db, entry.agent)
        if (entry.seq, entry.previous) != (seq + 1, hash_) or entry.at < before:
            raise Conflict(
                f"entry {entry.seq} of {entry.agent} does not follow from entry {seq} here",
                code="out_of_place",
            )
        self._put(db, entry, draft, index)

    def _put(
        self, db: sqlite3.Connection, entry: Entry, draft: codec.Draft, index: IndexEntries
    ) -> None:
        place = _Place(entry.agent, entry.seq, entry.at)
        _write_entry(db, entry, draft)
        jobs = [job for step in index.steps if (job := _take_step(db, place, step)) is not None]
        _write_indexes(db, place, index, jobs)
        self._staged_ends[entry.agent] = entry.seq, entry.at, entry.hash
        self._staged_jobs.update({(entry.agent, job.id): job for job in jobs})
        self._staged_entries.append((entry, draft))

    @property
    def staged_ends(self) -> Mapping[str, _End]:
        """The ends of the journals that the current batch has changed."""
        return self._staged_ends

    def settle(self, db: sqlite3.Connection) -> None:
        """Write what is written once a batch: the journals' ends, the highest token, the count."""
        db.executemany(
            "INSERT OR REPLACE INTO journals (agent, seq, at, hash) VALUES (?, ?, ?, ?)",
            [(agent, *end) for agent, end in self._staged_ends.items()],
        )
        self._staged_token = max(self._token, self.leases.last)
        counted = self._staged_token, self.commits + 1
        db.execute("UPDATE fence SET token = ?, commits = ? WHERE one = 1", counted)

    def committed(self) -> None:
        """Apply the state staged by a committed batch."""
        self._token = self._staged_token
        self.commits += 1
        self._ends.update(self._staged_ends)
        for job in self._staged_jobs.values():
            self.cache.put_job(job)
        for entry, draft in self._staged_entries:
            self.cache.put_entry(entry)
            texts = ((w.digest, w.text) for w in draft.words if w.text is not None)
            self.cache.put_words(entry.agent, texts)
        for lease in self._staged_spent:
            self.leases.spend(lease)
        self.rolled_back()

    def rolled_back(self) -> None:
        """Discard the state staged by a rolled-back batch."""
        self._staged_ends.clear()
        self._staged_jobs.clear()
        self._staged_entries.clear()
        self._staged_spent.clear()


def counts_of(db: sqlite3.Connection) -> tuple[int, int]:
    """Return the highest lease token written, and the number of commits."""
    token, commits = db.execute("SELECT token, commits FROM fence").fetchone()
    return token, commits


def end_of(db: sqlite3.Connection, agent: str) -> _End:
    """Return ``seq``, ``at`` and ``hash`` of the last entry; ``(0, 0, "")`` where there is none."""
    row = db.execute("SELECT seq, at, hash FROM journals WHERE agent = ?", (agent,)).fetchone()
    return row or (0, 0, "")


def erased_among(db: sqlite3.Connection, agent: str, persons: Iterable[str]) -> list[str]:
    """Return those of the persons who have been erased."""
    sql = "SELECT 1 FROM gone WHERE agent = ? AND person = ?"
    return [person for person in persons if db.execute(sql, (agent, person)).fetchone()]


def jobs_where(db: sqlite3.Connection, where: str, *values: str) -> list[JobRecord]:
    """Return the jobs that a condition of ours selects."""
    columns = "id, agent, conversation, person, attempt, status, heard, outcome"
    rows = db.execute(f"SELECT {columns} FROM jobs WHERE {where}", values)  # noqa: S608 - our own
    return [JobRecord(*row) for row in rows]


def job_of(db: sqlite3.Connection, agent: str, id: str) -> JobRecord | None:
    """Return the job of a message."""
    return next(iter(jobs_where(db, "agent = ? AND id = ?", agent, id)), None)


def queued_jobs(db: sqlite3.Connection) -> list[JobRecord]:
    """Return every job without an outcome."""
    return jobs_where(db, "status = 'queued'")


def _write_entry(db: sqlite3.Connection, entry: Entry, draft: codec.Draft) -> None:
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
            for words in draft.words
        ],
    )


def _write_indexes(
    db: sqlite3.Connection, place: _Place, index: IndexEntries, jobs: list[JobRecord]
) -> None:
    agent, seq = place.agent, place.seq
    db.executemany(
        "INSERT INTO lines (agent, conversation, spoken, seq) VALUES (?, ?, ?, ?)",
        [(agent, name, spoken, seq) for name, spoken in index.lines],
    )
    persons = sorted({*index.persons, *(job.person for job in jobs)})
    db.executemany(
        "INSERT INTO involved (agent, person, seq) VALUES (?, ?, ?)",
        [(agent, person, seq) for person in persons],
    )
    if index.audiences:
        db.executemany(
            "INSERT INTO thoughts (agent, audience, seq) VALUES (?, ?, ?)",
            [(agent, audience, seq) for audience in index.audiences],
        )
    if index.adopts:
        db.execute("INSERT INTO souls (agent, seq) VALUES (?, ?)", (agent, seq))
    if index.erased:
        db.executemany(
            "INSERT OR IGNORE INTO gone (agent, person) VALUES (?, ?)",
            [(agent, person) for person in index.erased],
        )


def _take_step(db: sqlite3.Connection, place: _Place, step: Step) -> JobRecord | None:
    """Change the job of a step and return it; None for a message this journal never had."""
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
        if job_of(db, place.agent, heard.id):
            raise Conflict("a message with this id was heard before", code="id_taken") from None
        raise Conflict("this key has made a message before", code="key_reused") from None
    return record


def _retry(db: sqlite3.Connection, place: _Place, retried: MessageRetried) -> JobRecord:
    job = job_of(db, place.agent, retried.id)
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
    job = job_of(db, place.agent, settled.message)
    if job is None or job.attempt != settled.attempt:
        return None
    db.execute(
        "UPDATE jobs SET status = ?, outcome = ? WHERE agent = ? AND id = ?",
        (settled.status, place.seq, place.agent, settled.message),
    )
    return replace(job, status=settled.status, outcome=place.seq)
