"""Several processes fold one journal and read the snapshots that others saved."""

import shutil
import sqlite3
from pathlib import Path

import pytest

from synthetic_soul.engine.state.agent_state import AgentState, replay_journal
from synthetic_soul.mind.events import Event, Felt, Impulse, MessageHeard, PersonErased, SoulAdopted
from synthetic_soul.mind.state import VERSION, bond_from_json
from synthetic_soul.stores.base import Snapshot, Store
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore
from tests.contracts.journals import Clock, fresh, sealed

pytestmark = pytest.mark.anyio

AT = 1_760_000_000_000
BORN = SoulAdopted(name="Jasmine", digest="d", soul={}, traits={})
JOY = Felt(person="ann", by="m", impulses=(Impulse(dimension="hope", amount=0.3, cause="praise"),))


def message(person: str = "ann") -> Event:
    """A new message of a person's."""
    words = sealed("hello", person)
    return MessageHeard(id=fresh("m"), conversation=f"dm:{person}", person=person, words=words)


async def opened(path: Path) -> Store:
    store = SqliteStore(path, clock=Clock())
    await store.open()
    return store


@pytest.fixture
async def store(tmp_path: Path) -> Store:
    return await opened(tmp_path / "soul.db")


async def open_state(store: Store) -> AgentState:
    agent_state = AgentState(store, "jasmine")
    await agent_state.open()
    return agent_state


async def as_replayed(store: Store, *states: AgentState) -> None:
    """Check that each of them has the state that the journal folds to."""
    replayed = await replay_journal(store, "jasmine", verify=True)
    for each in states:
        assert await each.hash() == (replayed.entries, replayed.hash)


async def test_two_who_append_in_turns_come_to_the_same_state(store: Store) -> None:
    one = await open_state(store)
    await one.append([BORN], at=AT)
    two = await open_state(store)
    for number in range(6):
        await (one, two)[number % 2].append([message(), JOY, message("bob")], at=AT + number)
    await as_replayed(store, one, two)


async def test_a_bond_that_another_process_has_saved_is_not_moved_twice(store: Store) -> None:
    one = await open_state(store)
    await one.append([BORN], at=AT)
    late = await open_state(store)
    for number in range(5):
        await one.append([message(), JOY], at=AT + number)
    await one.save_snapshot()
    bond = await late.bond("ann")
    assert bond is not None
    assert bond.messages == 5
    assert late.seq == 1
    await late.append([message()], at=AT + 9)
    assert (after := await late.bond("ann")) is not None
    assert after.messages == 6
    await late.save_snapshot()
    await as_replayed(store, late, one)


async def test_bonds_that_were_saved_without_their_mind_are_used_as_they_are(
    store: Store, tmp_path: Path
) -> None:
    one = await open_state(store)
    await one.append([BORN], at=AT)
    await one.append([message()], at=AT)
    await one.save_snapshot()
    early = await store.snapshots.mind("jasmine", VERSION)
    assert early is not None
    await one.append([message(), message("bob")], at=AT + 1)
    await one.save_snapshot()
    # As a process leaves it that was killed between the two.
    with sqlite3.connect(tmp_path / "soul.db") as db:
        db.execute("UPDATE snapshots SET seq = ?", (early[0],))
    two = await open_state(store)
    assert two.seq == 3
    assert (ann := await two.bond("ann")) is not None
    assert ann.messages == 2
    await as_replayed(store, two)


async def test_an_evicted_bond_is_read_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic_soul.engine.state.agent_state.MAX_BONDS", 1)
    one = await open_state(store)
    await one.append([BORN], at=AT)
    for person in ("ann", "bob", "cleo"):
        await one.append([message(person)], at=AT)
    await one.save_snapshot()
    assert one._bonds == {}
    await one.append([message("bob")], at=AT)
    saved = await store.snapshots.bonds("jasmine", VERSION)
    assert bond_from_json(saved["bob"].bond).messages == 1
    await as_replayed(store, one)


async def test_entries_that_a_crashed_database_lost_are_removed_from_the_state(
    store: Store, tmp_path: Path
) -> None:
    one = await open_state(store)
    await one.append([BORN], at=AT)
    await one.append([message()], at=AT)
    await store.close()
    shutil.copy(tmp_path / "soul.db", tmp_path / "before.db")
    await store.open()
    dropped: list[str | None] = []
    two = AgentState(store, "jasmine", on_erased=dropped.append)
    await two.open()
    await two.append([message("bob"), JOY], at=AT)
    shorter = await opened(tmp_path / "before.db")
    two._store = shorter
    assert await two.hash() == (2, (await replay_journal(shorter, "jasmine")).hash)
    assert await two.bond("bob") is None
    assert dropped == [None]
    other = await shorter.journal.append("jasmine", [message("cleo")], at=AT)
    two._store = store
    await two.catch_up()
    two._store = shorter
    await two.append([message("cleo")], at=AT)
    assert other.seq == 3
    await as_replayed(shorter, two)


async def test_a_snapshot_is_saved_now_and_then_and_read_at_the_next_start(store: Store) -> None:
    one = await open_state(store)
    await one.append([BORN], at=AT)
    for _ in range(300):
        await one.append([message()], at=AT)
    saved = await store.snapshots.mind("jasmine", VERSION)
    assert saved is not None
    assert 250 < saved[0] < 300
    await store.snapshots.save("jasmine", VERSION, Snapshot(saved[0], saved[1], {}))
    await as_replayed(store, await open_state(store))


async def test_erased_persons_are_reported(store: Store) -> None:
    left: list[str | None] = []
    one = AgentState(store, "jasmine", on_erased=left.append)
    await one.open()
    await one.append([BORN], at=AT)
    await one.append([message()], at=AT)
    await store.journal.append("jasmine", [PersonErased(person="ann")], at=AT)
    await one.catch_up()
    assert left == ["ann"]
