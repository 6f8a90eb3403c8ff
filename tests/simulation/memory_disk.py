"""What a cluster of simulated processes shares: journals in memory, without any waiting.

Each method is one atomic step and does what ``stores/base.py`` says of the store's method of the
same name.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from synthetic_soul.errors import AlreadyAnswered, Conflict, FenceBroken
from synthetic_soul.mind.events import MessageHeard, MessageRetried
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import BondSnapshot, Entry, JobRecord, Lease, Snapshot, Waiting
from synthetic_soul.stores.codec import index_entries
from synthetic_soul.stores.sqlite.sqlite_appender import MemoryLeases
from tests.simulation.memory_accounts import MemoryAccounts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.codec import IndexEntries, Settled, Step

END = 2**63


@dataclass(frozen=True, slots=True)
class _Text:
    owner: str
    salt: str
    text: str


@dataclass(slots=True)
class _Version:
    """What is kept of one version of the dynamics."""

    mind: tuple[int, bytes] | None = None
    bonds: dict[str, tuple[int, bytes]] = field(default_factory=dict)


@dataclass(slots=True)
class _Changes:
    """The jobs as one entry leaves them, before it is known that nothing forbids it."""

    jobs: dict[str, JobRecord] = field(default_factory=dict)
    since: set[str] = field(default_factory=set)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Journal:
    """One agent's; ``words`` holds None where a text was erased."""

    agent: str
    bodies: list[tuple[bytes, str, str]] = field(default_factory=list)
    read: dict[int, Entry] = field(default_factory=dict)
    at: int = 0
    words: dict[str, _Text | None] = field(default_factory=dict)
    jobs: dict[str, JobRecord] = field(default_factory=dict)
    since: dict[str, int] = field(default_factory=dict)
    keys: dict[tuple[str, str], str] = field(default_factory=dict)
    tickets: set[str] = field(default_factory=set)
    lines: dict[str, dict[int, bool]] = field(default_factory=dict)
    involved: dict[str, list[int]] = field(default_factory=dict)
    thoughts: dict[str, list[int]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    soul: int = 0
    versions: dict[str, _Version] = field(default_factory=dict)

    @property
    def last(self) -> tuple[int, str]:
        return (len(self.bodies), self.bodies[-1][2]) if self.bodies else (0, "")

    def entry(self, seq: int) -> Entry:
        """An entry as it is read, with the words still there."""
        if seq not in self.read:
            body, previous, hash_ = self.bodies[seq - 1]
            parsed = codec.parse(self.agent, seq, body)
            found = (
                (str(r["digest"]), self.words.get(str(r["digest"]))) for r in parsed.references
            )
            texts = {digest: (text.salt, text.text) for digest, text in found if text}
            self.read[seq] = codec.finish(parsed, body, previous, hash_, texts)
        return self.read[seq]

    def picked(self, seqs: Iterable[int]) -> list[Entry]:
        return [self.entry(seq) for seq in seqs]

    def put(self, entry: Entry, ready: codec.Draft, made: IndexEntries, changes: _Changes) -> None:
        """Keep an entry and all that it makes."""
        self.bodies.append((entry.body, entry.previous, entry.hash))
        self.at = entry.at
        for words in ready.words:
            text = _Text(words.owner, words.salt or "", words.text or "")
            self.words.setdefault(words.digest, text)
        self.jobs |= changes.jobs
        self.since |= dict.fromkeys(changes.since, entry.at)
        self.keys |= changes.keys
        self.tickets |= changes.tickets
        for name, spoken in made.lines:
            self.lines.setdefault(name, {})[entry.seq] = spoken
        settled = {job.person for job in changes.jobs.values()}
        for person in {*made.persons, *settled}:
            self.involved.setdefault(person, []).append(entry.seq)
        for audience in made.audiences:
            self.thoughts.setdefault(audience, []).append(entry.seq)
        self.gone.update(made.erased)
        self.soul = entry.seq if made.adopts else self.soul

    def change(self, made: IndexEntries, seq: int) -> _Changes:
        """What an entry's steps make of the jobs; raises where one may not be."""
        changes = _Changes()
        for step in made.steps:
            self._step(step, seq, changes)
        return changes

    def _step(self, step: Step, seq: int, changes: _Changes) -> None:
        match step:
            case MessageHeard():
                self._hear(step, seq, changes)
            case MessageRetried():
                job = self._job(step.id, changes)
                if job is None or job.status != "failed" or step.attempt <= job.attempt:
                    raise Conflict("only a failed message can be retried", code="not_failed")
                again = replace(job, attempt=step.attempt, status="queued", outcome=None)
                changes.jobs[step.id] = again
                changes.since.add(step.id)
            case _:
                self._settle(step, seq, changes)

    def _job(self, id: str, changes: _Changes) -> JobRecord | None:
        return changes.jobs.get(id) or self.jobs.get(id)

    def _hear(self, heard: MessageHeard, seq: int, changes: _Changes) -> None:
        if self._job(heard.id, changes):
            raise Conflict("a message with this id was heard before", code="id_taken")
        if heard.key is not None:
            key = (heard.person, heard.key)
            if key in self.keys or key in changes.keys:
                raise Conflict("this key has made a message before", code="key_reused")
            changes.keys[key] = heard.id
        changes.jobs[heard.id] = JobRecord(
            heard.id, self.agent, heard.conversation, heard.person, 0, "queued", seq
        )
        changes.since.add(heard.id)

    def _settle(self, settled: Settled, seq: int, changes: _Changes) -> None:
        if settled.ticket in self.tickets or settled.ticket in changes.tickets:
            raise AlreadyAnswered(f"message {settled.message} has its outcome")
        changes.tickets.add(settled.ticket)
        job = self._job(settled.message, changes)
        if job is not None and job.attempt == settled.attempt:
            changes.jobs[job.id] = replace(job, status=settled.status, outcome=seq)

    def wipe(self, digests: Iterable[str]) -> int:
        """Remove texts; how many were there."""
        there = {digest for digest in digests if self.words.get(digest) is not None}
        self.words |= dict.fromkeys(there, None)
        if there:
            self.read.clear()
        return len(there)


class MemoryDisk(MemoryAccounts):
    """All that is kept. ``clock`` is the store's own, by which leases run out."""

    def __init__(self, clock: Callable[[], int]) -> None:
        super().__init__(clock)
        self._journals: dict[str, _Journal] = {}
        self.leases = MemoryLeases(clock, clock)

    def _of(self, agent: str) -> _Journal:
        return self._journals.get(agent) or _Journal(agent)

    def append(self, agent: str, events: Sequence[Event], at: int, lease: Lease | None) -> Entry:
        ready, made = codec.draft(events), index_entries(events)
        if lease is not None and not self.leases.holds(lease):
            raise FenceBroken(f"the lease on {lease.name} has passed on or has been used")
        journal = self._of(agent)
        ready = codec.without(ready, journal.gone)
        seq, hash_ = journal.last
        changes = journal.change(made, seq + 1)
        entry = codec.seal(agent, seq + 1, max(at, journal.at), ready, hash_)
        self._journals[agent] = journal
        journal.put(entry, ready, made, changes)
        if lease is not None:
            self.leases.spend(lease)
        return entry

    def adopt(self, entries: Sequence[Entry]) -> None:
        for entry in entries:
            journal = self._of(entry.agent)
            if (entry.seq - 1, entry.previous) != journal.last or entry.at < journal.at:
                raise Conflict("an entry that does not follow", code="out_of_place")
            made = index_entries(entry.events)
            changes = journal.change(made, entry.seq)
            self._journals[entry.agent] = journal
            journal.put(entry, codec.redraft(entry), made, changes)

    def stretch(self, agent: str, after: int, limit: int) -> list[Entry]:
        """The next entries, at most so many."""
        journal = self._of(agent)
        return journal.picked(range(after + 1, min(after + limit, journal.last[0]) + 1))

    def entry(self, agent: str, seq: int) -> Entry | None:
        journal = self._of(agent)
        return journal.entry(seq) if 0 < seq <= journal.last[0] else None

    def tail(self, agent: str, conversation: str, limit: int, before: int | None) -> list[Entry]:
        journal, end = self._of(agent), END if before is None else before
        lines = journal.lines.get(conversation, {})
        seqs = [seq for seq, spoken in lines.items() if spoken and seq < end]
        return journal.picked(seqs[-limit:])

    def conversation(
        self, place: tuple[str, str], within: tuple[int, int], limit: int, *, unspoken: bool
    ) -> list[Entry]:
        """Return the first ``limit`` entries of a conversation, or the last ones if it is < 0."""
        agent, conversation = place
        journal = self._of(agent)
        lines = journal.lines.get(conversation, {})
        seqs = [
            seq
            for seq, spoken in lines.items()
            if within[0] < seq < within[1] and not (unspoken and spoken)
        ]
        return journal.picked(seqs[max(0, len(seqs) + limit) :] if limit < 0 else seqs[:limit])

    def job(self, agent: str, job: str) -> JobRecord | None:
        return self._of(agent).jobs.get(job)

    def by_key(self, agent: str, person: str, key: str) -> JobRecord | None:
        journal = self._of(agent)
        return journal.jobs.get(journal.keys.get((person, key), ""))

    def unanswered(self, agent: str, conversation: str) -> list[JobRecord]:
        jobs = self._of(agent).jobs.values()
        found = [j for j in jobs if j.conversation == conversation and j.status == "queued"]
        return sorted(found, key=lambda job: (job.heard, job.id))

    def waiting(self, agents: Sequence[str], limit: int) -> list[Waiting]:
        oldest: dict[tuple[str, str], int] = {}
        for agent in agents:
            journal = self._of(agent)
            for job in journal.jobs.values():
                since = journal.since[job.id]
                if job.status == "queued":
                    place = (agent, job.conversation)
                    oldest[place] = min(since, oldest.get(place, since))
        found = [Waiting(agent, name, since) for (agent, name), since in oldest.items()]
        return sorted(found, key=lambda w: (w.since, w.agent, w.conversation))[:limit]

    def gone(self, agent: str, person: str) -> bool:
        return person in self._of(agent).gone

    def agents(self) -> list[str]:
        return sorted(self._journals)

    def adoptions(self, agent: str | None) -> dict[str, int]:
        journals = self._journals.values() if agent is None else [self._of(agent)]
        return {journal.agent: journal.soul for journal in journals if journal.soul}

    def last(self, agent: str) -> tuple[int, str]:
        return self._of(agent).last

    def thoughts(self, agent: str, person: str | None, limit: int) -> list[Entry]:
        journal = self._of(agent)
        seqs = {seq for each in {"", person or ""} for seq in journal.thoughts.get(each, ())}
        return journal.picked(sorted(seqs, reverse=True)[:limit])

    def involving(self, agent: str, person: str) -> list[Entry]:
        journal = self._of(agent)
        return journal.picked(journal.involved.get(person, ()))

    def words(self, agent: str, digests: Sequence[str]) -> dict[str, str]:
        words = self._of(agent).words
        return {digest: text.text for digest in digests if (text := words.get(digest))}

    def erase(self, agent: str, person: str) -> int:
        journal = self._of(agent)
        return journal.wipe(
            [d for d, t in journal.words.items() if t and person and t.owner == person]
        )

    def forget(self, agent: str, digests: Sequence[str]) -> int:
        return self._of(agent).wipe(digests)

    def _kept(self, agent: str, version: str) -> _Version:
        return self._of(agent).versions.get(version) or _Version()

    def snapshot(self, agent: str, version: str) -> tuple[int, Mapping[str, object]] | None:
        mind = self._kept(agent, version).mind
        return mind and (mind[0], codec.unpack(mind[1]))

    def bonds(self, agent: str, version: str) -> dict[str, BondSnapshot]:
        kept = sorted(self._kept(agent, version).bonds.items())
        return {person: BondSnapshot(seq, codec.unpack(bond)) for person, (seq, bond) in kept}

    def keep(self, agent: str, version: str, snapshot: Snapshot) -> None:
        journal, kept = self._of(agent), self._kept(agent, version)
        self._journals[agent] = journal
        journal.versions = {version: kept}
        for person, bond in snapshot.bonds.items():
            if person not in kept.bonds or kept.bonds[person][0] <= snapshot.seq:
                kept.bonds[person] = (snapshot.seq, codec.pack(bond))
        if kept.mind is None or kept.mind[0] <= snapshot.seq:
            kept.mind = (snapshot.seq, codec.pack(snapshot.mind))

    def raw(self) -> bytes:
        """All bytes that are kept."""
        found = [self.raw_accounts()]
        found += [part for kept in self.indexes.values() for part in (kept.head, *kept.parts)]
        for journal in self._journals.values():
            found += [body for body, _, _ in journal.bodies]
            texts = [text for text in journal.words.values() if text]
            found += [bytes.fromhex(t.salt) + codec.text_bytes(t.text) for t in texts]
            for kept in journal.versions.values():
                found += [kept.mind[1]] if kept.mind else []
                found += [bond for _, bond in kept.bonds.values()]
        return b"\n".join(found)
