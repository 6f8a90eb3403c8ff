"""What must hold once the faults have stopped and everything has come to rest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from synthetic_soul.engine.runtime import agent_of
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.mind import reduce
from synthetic_soul.mind.events import (
    Felt,
    MessageHeard,
    MessageRetried,
    Outcome,
    Reflected,
    ReplySpoken,
    SentimentsMoved,
    TraitsMoved,
)
from tests.simulation.memory_store import MemoryStore
from tests.simulation.users import mark

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthetic_soul.stores.base import Entry
    from tests.simulation.cluster import Cluster
    from tests.simulation.users import Memory

MOST = 100_000


def waits(cluster: Cluster) -> list[str]:
    """The messages that have no outcome yet, by the journals themselves."""
    waiting: dict[str, None] = {}
    for agent in cluster.agents:
        for event in (event for entry in journal(cluster, agent) for event in entry.events):
            if isinstance(event, MessageHeard | MessageRetried):
                waiting[event.id] = None
            elif isinstance(event, Outcome):
                for answer in event.answers:
                    waiting.pop(answer.message, None)
    return list(waiting)


def journal(cluster: Cluster, agent: str) -> list[Entry]:
    """All entries of an agent's."""
    return cluster.disk.stretch(agent, 0, MOST)


async def complaints(cluster: Cluster, memory: Memory) -> list[str]:
    """Everything in which this history breaks the promise; nothing if it keeps it."""
    store = MemoryStore(cluster.disk)
    await store.open()
    found = list(memory.complaints)
    found += [f"{host.name} did not come back" for host in cluster.hosts if not host.up]
    found += [f"{job} was followed and never done" for job in sorted(memory.followed - memory.done)]
    found += [f"{job} still waits" for job in waits(cluster)]
    found += [f"{w.conversation} still waits" for w in await store.jobs.waiting(cluster.agents)]
    raw = cluster.disk.raw()
    gone = sorted(memory.erased)
    found += [f"words of {person} are left" for person in gone if mark(person).encode() in raw]
    for agent in cluster.agents:
        entries = journal(cluster, agent)
        for law in (_outcomes, _order, _keys, _impulses, _counts):
            found += law(entries)
        found += _acknowledged(entries, agent, memory)
        found += _epochs(entries, [b for b in cluster.begun if b[0].startswith(f"{agent}/")])
        found += await _states(cluster, store, agent)
    return found


async def _states(cluster: Cluster, store: MemoryStore, agent: str) -> list[str]:
    """Every process holds what a replay gives."""
    while True:
        last = await store.journal.last(agent)
        found = [
            (host.name, await host.process.run(host.engine.state_hash(agent)))
            for host in cluster.hosts
            if host.engine is not None
        ]
        replayed = await replay_journal(store, agent, verify=True)
        whole = (replayed.entries, replayed.hash)
        if last == await store.journal.last(agent):  # else a thought has come in between
            wrong = [(name, live) for name, live in found if live != whole]
            return [f"{name} is at {live}, the replay at {whole}" for name, live in wrong]


def _attempts(entries: list[Entry]) -> dict[str, int]:
    """From each message heard to its last attempt."""
    attempts: dict[str, int] = {}
    for event in (event for entry in entries for event in entry.events):
        if isinstance(event, MessageHeard):
            attempts[event.id] = 0
        elif isinstance(event, MessageRetried):
            attempts[event.id] += 1
    return attempts


def _acknowledged(entries: list[Entry], agent: str, memory: Memory) -> Iterator[str]:
    """What was acknowledged is there."""
    attempts = _attempts(entries)
    for job in (job for job in memory.acknowledged if agent_of(job) == agent):
        if job not in attempts:
            yield f"{job} was acknowledged and is lost"
        elif attempts[job] < memory.retried.get(job, 0):
            yield f"a retry of {job} was acknowledged and is lost"


def _outcomes(entries: list[Entry]) -> Iterator[str]:
    """Each attempt at a message has one outcome."""
    outcomes: Counter[tuple[str, int]] = Counter()
    for event in (event for entry in entries for event in entry.events):
        if isinstance(event, Outcome):
            outcomes.update((answer.message, answer.attempt) for answer in event.answers)
    due = {(job, n) for job, last in _attempts(entries).items() for n in range(last + 1)}
    for job, attempt in sorted(due | outcomes.keys()):
        if outcomes[job, attempt] != 1 or (job, attempt) not in due:
            yield f"attempt {attempt} at {job} has {outcomes[job, attempt]} outcomes"


def _order(entries: list[Entry]) -> Iterator[str]:
    """The first outcomes of a conversation come in its order."""
    heard: dict[str, list[str]] = {}
    settled: dict[str, dict[str, None]] = {}
    for event in (event for entry in entries for event in entry.events):
        if isinstance(event, MessageHeard):
            heard.setdefault(event.conversation, []).append(event.id)
        elif isinstance(event, Outcome):
            answered = dict.fromkeys(answer.message for answer in event.answers)
            settled.setdefault(event.conversation, {}).update(answered)
    for conversation, order in settled.items():
        if list(order) != heard[conversation][: len(order)]:
            yield f"{conversation} was not answered in order"


def _keys(entries: list[Entry]) -> Iterator[str]:
    """No key makes two messages."""
    keys = Counter(
        (event.person, event.key)
        for entry in entries
        for event in entry.events
        if isinstance(event, MessageHeard) and event.key
    )
    yield from (f"a key of {who} made {n} messages" for (who, _), n in keys.items() if n > 1)


def _epochs(entries: list[Entry], begun: list[tuple[str, int, int]]) -> Iterator[str]:
    """The epochs of a conversation grow, and none is below one that was begun before."""
    highest: dict[str, int] = {}
    for entry in entries:
        for event in entry.events:
            if isinstance(event, Outcome):
                name, epoch = event.conversation, event.epoch
                if epoch <= highest.get(name, 0):
                    yield f"entry {entry.seq}: epoch {epoch} after {highest[name]}"
                highest[name] = epoch
                for topic, other, last in begun:
                    if topic.partition("/")[2] == name and last < entry.seq and other > epoch:
                        yield f"entry {entry.seq}: epoch {epoch}, but {other} had begun"


def _impulses(entries: list[Entry]) -> Iterator[str]:
    """What a message moved is recorded once, whatever became of the turns that tried to."""
    moves: Counter[tuple[str, str | None, str]] = Counter()
    for entry in entries:
        if not any(isinstance(event, Reflected) for event in entry.events):
            for event in entry.events:
                if isinstance(event, Felt | SentimentsMoved | TraitsMoved) and event.by:
                    moves[event.kind, getattr(event, "person", None), event.by] += 1
    yield from (f"{by} moved {kind} {n} times" for (kind, _, by), n in moves.items() if n > 1)


def _counts(entries: list[Entry]) -> Iterator[str]:
    """Every message and every reply has been counted once in the bond of its person."""
    messages: Counter[str] = Counter()
    replies: Counter[str] = Counter()
    for entry in entries:
        for event in entry.events:
            messages.update([event.person] if isinstance(event, MessageHeard) else [])
            replies.update([event.person] if isinstance(event, ReplySpoken) else [])
    for bond in reduce.fold((entry.at, entry.events) for entry in entries).bonds.values():
        counted, said = (bond.messages, bond.replies), (messages[bond.person], replies[bond.person])
        if counted != said:
            yield f"of {bond.person} {counted} were counted, not {said}"
