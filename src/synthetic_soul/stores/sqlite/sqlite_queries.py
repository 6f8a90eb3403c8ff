"""Queries of a SQLite journal: each is answered by an index, never by a scan."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING

from synthetic_soul.errors import JournalBroken
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import BondSnapshot, JobRecord, Waiting

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from synthetic_soul.stores.base import Entry

_Row = tuple[int, str, str, bytes]

END = 2**63 - 1
"""Greater than any seq or time."""

_ROWS = "SELECT seq, previous, hash, CAST(body AS BLOB) FROM entries WHERE agent = ? AND"
_PICKED = (
    "SELECT e.seq, e.previous, e.hash, CAST(e.body AS BLOB) FROM json_each(?) AS picked "
    "CROSS JOIN entries AS e ON e.agent = ? AND e.seq = picked.value"
)
_TEXTS = (
    "SELECT w.digest, CAST(w.salt AS BLOB), CAST(w.text AS BLOB) FROM json_each(?) AS picked "
    "CROSS JOIN words AS w ON w.agent = ? AND w.digest = picked.value WHERE w.erased = 0"
)
_JOB = "SELECT id, agent, conversation, person, attempt, status, heard, outcome FROM jobs WHERE"


def end(db: sqlite3.Connection, agent: str) -> tuple[int, int, str]:
    """Return ``seq``, ``at`` and ``hash`` of the last entry; ``(0, 0, "")`` where there is none."""
    row = db.execute("SELECT seq, at, hash FROM journals WHERE agent = ?", (agent,)).fetchone()
    return row or (0, 0, "")


def agents(db: sqlite3.Connection) -> list[str]:
    """Return all agents with a journal, sorted."""
    return [agent for (agent,) in db.execute("SELECT agent FROM journals ORDER BY agent")]


def adoptions(db: sqlite3.Connection, agent: str | None) -> dict[str, int]:
    """Return the newest entry with a soul of each agent, or of one."""
    if agent is None:
        return dict(db.execute("SELECT agent, max(seq) FROM souls GROUP BY agent"))
    sql = "SELECT agent, max(seq) FROM souls WHERE agent = ? GROUP BY agent"
    return dict(db.execute(sql, (agent,)))


def stretch(db: sqlite3.Connection, agent: str, after: int, limit: int) -> list[Entry]:
    """Return the next entries after ``after``, in order, at most ``limit``; none at the end.

    Those before one that cannot be read are given first: only then does that one raise.
    """
    sql = f"{_ROWS} seq > ? ORDER BY seq LIMIT ?"
    rows = db.execute(sql, (agent, after, limit)).fetchall()
    try:
        return _entries(db, agent, rows)
    except JournalBroken:
        readable = list(_until_broken(db, agent, rows))
        if not readable:
            raise
        return readable


def _until_broken(db: sqlite3.Connection, agent: str, rows: Sequence[_Row]) -> Iterator[Entry]:
    with suppress(JournalBroken):
        for row in rows:
            yield from _entries(db, agent, [row])


def picked(db: sqlite3.Connection, agent: str, seqs: Iterable[int]) -> list[Entry]:
    """Return the entries with these seqs, in order."""
    rows = db.execute(_PICKED, (json.dumps(list(seqs)), agent)).fetchall()
    return _entries(db, agent, sorted(rows))


def _entries(db: sqlite3.Connection, agent: str, rows: Sequence[_Row]) -> list[Entry]:
    bodies = [
        (codec.parse(agent, seq, body), body, before, hash_) for seq, before, hash_, body in rows
    ]
    digests = [str(words.get("digest")) for parsed, *_ in bodies for words in parsed.references]
    known = texts(db, agent, digests)
    return [codec.finish(*parts, known) for parts in bodies]


def texts(db: sqlite3.Connection, agent: str, digests: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Return salt (hex) and text by digest; erased ones are absent."""
    rows = db.execute(_TEXTS, (json.dumps(sorted(set(digests))), agent))
    return {digest: (salt.hex(), codec.bytes_text(text)) for digest, salt, text in rows}


def tail(
    db: sqlite3.Connection, agent: str, conversation: str, limit: int, before: int
) -> list[Entry]:
    """Return the last entries with a message or reply, in order."""
    seqs = db.execute(
        "SELECT seq FROM lines WHERE agent = ? AND conversation = ? AND spoken = 1 AND seq < ? "
        "ORDER BY seq DESC LIMIT ?",
        (agent, conversation, before, limit),
    )
    return picked(db, agent, [seq for (seq,) in seqs])


def conversation(
    db: sqlite3.Connection, agent: str, conversation: str, after: int, limit: int = END
) -> list[int]:
    """Return seqs of the first ``limit`` entries of the conversation after ``after``."""
    rows = db.execute(
        "SELECT seq FROM lines WHERE agent = ? AND conversation = ? AND spoken IN (0, 1) "
        "AND seq > ? ORDER BY seq LIMIT ?",
        (agent, conversation, after, limit),
    )
    return [seq for (seq,) in rows]


def latest(
    db: sqlite3.Connection, agent: str, conversation: str, within: tuple[int, int], limit: int
) -> list[int]:
    """Return seqs of the newest ``limit`` entries of the conversation between two seqs."""
    seqs: list[int] = []
    for spoken in (0, 1):
        rows = db.execute(
            "SELECT seq FROM lines WHERE agent = ? AND conversation = ? AND spoken = ? "
            "AND seq > ? AND seq < ? ORDER BY seq DESC LIMIT ?",
            (agent, conversation, spoken, *within, limit),
        )
        seqs.extend(seq for (seq,) in rows)
    return sorted(seqs)[-limit:]


def involving(db: sqlite3.Connection, agent: str, person: str) -> list[int]:
    """Return seqs of all entries that concern the person."""
    rows = db.execute(
        "SELECT seq FROM involved WHERE agent = ? AND person = ? ORDER BY seq", (agent, person)
    )
    return [seq for (seq,) in rows]


def gone(db: sqlite3.Connection, agent: str, persons: Iterable[str]) -> list[str]:
    """Return those of the persons who have been erased."""
    sql = "SELECT 1 FROM gone WHERE agent = ? AND person = ?"
    return [person for person in persons if db.execute(sql, (agent, person)).fetchone()]


def thoughts(db: sqlite3.Connection, agent: str, person: str | None, limit: int) -> list[Entry]:
    """Return the entries with a thought for everybody or for the person, newest first."""
    seqs: set[int] = set()
    for audience in {"", person or ""}:
        rows = db.execute(
            "SELECT seq FROM thoughts WHERE agent = ? AND audience = ? ORDER BY seq DESC LIMIT ?",
            (agent, audience, limit),
        )
        seqs.update(seq for (seq,) in rows)
    newest = sorted(seqs, reverse=True)[:limit]
    return picked(db, agent, newest)[::-1]


def job(db: sqlite3.Connection, agent: str, id_: str) -> JobRecord | None:
    """Return one job."""
    row = db.execute(f"{_JOB} agent = ? AND id = ?", (agent, id_)).fetchone()
    return row and JobRecord(*row)


def by_key(db: sqlite3.Connection, agent: str, person: str, key: str) -> JobRecord | None:
    """Return the job that the person's idempotency key made."""
    row = db.execute(
        f"{_JOB} agent = ? AND person = ? AND key = ?", (agent, person, key)
    ).fetchone()
    return row and JobRecord(*row)


def unanswered(db: sqlite3.Connection, agent: str, conversation: str) -> list[JobRecord]:
    """Return the conversation's jobs without an outcome, oldest first."""
    rows = db.execute(
        f"{_JOB} agent = ? AND conversation = ? AND status = 'queued' ORDER BY heard, id",
        (agent, conversation),
    )
    return [JobRecord(*row) for row in rows]


def queued(db: sqlite3.Connection) -> list[JobRecord]:
    """Return every job without an outcome."""
    rows = db.execute(f"{_JOB} status = 'queued'")
    return [JobRecord(*row) for row in rows]


def waiting(db: sqlite3.Connection, agents: Sequence[str], limit: int) -> list[Waiting]:
    """Return conversations with a message that waits, oldest first."""
    rows = db.execute(
        "SELECT agent, conversation, min(since) FROM jobs INDEXED BY jobs_since "
        "WHERE status = 'queued' "
        "AND agent IN (SELECT value FROM json_each(?) AS picked) "
        "GROUP BY agent, conversation ORDER BY min(since), agent, conversation LIMIT ?",
        (json.dumps(list(agents)), limit),
    )
    return [Waiting(*row) for row in rows]


def snapshot(
    db: sqlite3.Connection, agent: str, version: str
) -> tuple[int, Mapping[str, object]] | None:
    """Return seq and mind of the snapshot of that version."""
    row = db.execute(
        "SELECT seq, mind FROM snapshots WHERE agent = ? AND version = ?", (agent, version)
    ).fetchone()
    return row and (row[0], codec.unpack(row[1]))


def bonds(
    db: sqlite3.Connection, agent: str, version: str, person: str | None = None
) -> dict[str, BondSnapshot]:
    """Return the bond snapshots of that version, all or one."""
    sql = "SELECT person, seq, bond FROM bonds WHERE agent = ? AND version = ?"
    if person is None:
        rows = db.execute(f"{sql} ORDER BY person", (agent, version))
    else:
        rows = db.execute(f"{sql} AND person = ?", (agent, version, person))
    return {name: BondSnapshot(seq, codec.unpack(bond)) for name, seq, bond in rows}
