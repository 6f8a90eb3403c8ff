"""Invariants of a cluster, checked after faults.

Each acknowledged message stands in the journal once and has one outcome, in the order of its
conversation; no run with an older epoch ever followed a newer one; the chain verifies; what the
servers show is the journal folded, with every impulse that was recorded.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from synthetic_soul.engine import views
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.mind import reduce
from synthetic_soul.mind.events import Answered, MessageHeard, MessageRetried, Outcome, ReplySpoken
from synthetic_soul.mind.reduce import State
from synthetic_soul.stores.base import Entry, Store
from tests.support.cluster import Cluster
from tests.support.load_client import Guest, LoadClients, eventually

AGENT = "jasmine"
COMPARED_GUESTS = 6  # guests whose relationship is compared at each server

Entries = Sequence[Entry]


def check_heard(entries: Entries, said: Mapping[str, Iterable[str]]) -> None:
    """Of these persons the messages that were acknowledged were heard, in that order, each once."""
    heard: dict[str, list[str]] = {person: [] for person in said}
    for entry in entries:
        for event in entry.events:
            if isinstance(event, MessageHeard) and event.person in heard:
                heard[event.person].append(event.id)
    assert heard == {person: list(jobs) for person, jobs in said.items()}


def check_outcomes(entries: Entries) -> dict[str, Outcome]:
    """Each attempt at a message has one outcome, in the order of its conversation.

    Gives the last outcome of each message.
    """
    waiting: dict[str, list[Answered]] = {}
    outcomes: dict[str, Outcome] = {}
    epochs: dict[str, int] = {}
    for entry in entries:
        for event in entry.events:
            match event:
                case MessageHeard():
                    waiting.setdefault(event.conversation, []).append(Answered(message=event.id))
                case MessageRetried():
                    again = Answered(message=event.id, attempt=event.attempt)
                    waiting[event.conversation].append(again)
                case Outcome():
                    queue, count = waiting[event.conversation], len(event.answers)
                    assert tuple(queue[:count]) == event.answers, entry.seq
                    del queue[:count]
                    assert event.epoch > epochs.get(event.conversation, 0), entry.seq
                    epochs[event.conversation] = event.epoch
                    outcomes.update((answer.message, event) for answer in event.answers)
                case _:
                    pass
    left = [answer.message for queue in waiting.values() for answer in queue]
    assert left == [], "without an outcome"
    return outcomes


def state_of(entries: Entries) -> State:
    """Return the state folded from a journal."""
    return reduce.fold((entry.at, entry.events) for entry in entries)


def check_shown(state: State, shown: Mapping[str, Any], person: str) -> None:
    """What a server shows of the agent to a person is this state."""
    now = shown["feeling"]["at"]
    assert state.mind is not None
    assert shown["feeling"] == views.feeling_view(state.mind, now).model_dump()
    standing = views.relationship_view(state.bonds.get(person), now)
    assert shown["standing"] == standing.model_dump()


def check_moved(entries: Entries, guest: Guest, moved: Mapping[str, Sequence[Any]]) -> None:
    """What each reply is said to have moved is what was recorded with it; each moved something.

    ``moved`` is by the reply's id.
    """
    recorded = {
        event.id: [moved.model_dump() for moved in views.impulse_views(entry, guest.person)]
        for entry in entries
        for event in entry.events
        if isinstance(event, ReplySpoken) and event.id in moved
    }
    assert recorded == dict(moved)


async def journal_of(store: Store, agent: str = AGENT) -> list[Entry]:
    """Return all entries of the journal."""
    return [entry async for entry in store.journal.entries(agent)]


async def check_guarantees(cluster: Cluster, clients: LoadClients) -> list[Entry]:
    """Check all invariants over the store and at each server; return the journal's entries."""
    await settled(clients)
    async with cluster.journal() as store:
        entries = await journal_of(store)
        check_heard(entries, {guest.person: guest.said for guest in clients.guests})
        outcomes = check_outcomes(entries)
        for guest in clients.guests:
            check_job_results(outcomes, guest)
        state = state_of(entries)
        for url in cluster.urls:
            for guest in clients.guests[:COMPARED_GUESTS]:
                shown = (await guest.ask("GET", "/v1/agents/active", at=url)).json()
                check_shown(state, shown, guest.person)
        for guest in clients.guests[:COMPARED_GUESTS]:
            check_moved(entries, guest, await reported_impulses(guest))
        assert await store.jobs.waiting([AGENT]) == []
    await check_journal(cluster)
    return entries


async def check_journal(cluster: Cluster) -> None:
    """The chain verifies, and what was kept of mind and bonds is the journal folded so far."""
    async with cluster.journal() as store:
        await replay_journal(store, AGENT, verify=True)


def check_job_results(outcomes: Mapping[str, Outcome], guest: Guest) -> None:
    """What a guest was told of a job is its outcome."""
    for job, told in guest.done.items():
        outcome = outcomes[job]
        if isinstance(outcome, ReplySpoken):
            assert told["status"] == "succeeded"
            assert told["result"]["message_id"] == outcome.id
            assert told["result"]["response"] == outcome.words.text
        else:
            assert told["status"] == "failed" or told["result"]["silent"]


async def reported_impulses(guest: Guest) -> dict[str, list[Any]]:
    """What each of a guest's replies is said to have moved, by the reply's id."""
    replies = {told["result"]["message_id"] for told in guest.done.values() if told["result"]}
    moved = {}
    for reply in sorted(replies - {""}):
        why = (await guest.ask("GET", f"/v1/messages/{reply}/why")).json()
        assert why["moved"], reply
        moved[reply] = why["moved"]
    return moved


async def settled(clients: LoadClients) -> None:
    """Wait until no message waits for its outcome."""

    async def nothing_waits() -> bool:
        return not (await clients.guests[0].ask("GET", "/v1/meta/queue")).json()["waiting"]

    await eventually(nothing_waits)
