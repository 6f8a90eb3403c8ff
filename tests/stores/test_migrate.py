"""Migration: everything arrives unchanged, also after interruptions."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.compose import open_store
from synthetic_soul.errors import AlreadyAnswered, Conflict, JournalBroken
from synthetic_soul.mind.events import PersonErased
from synthetic_soul.mind.state import VERSION
from synthetic_soul.stores import migrate
from synthetic_soul.stores.base import Account, Session, Snapshot
from synthetic_soul.stores.codec import verify
from synthetic_soul.stores.migrate import ACCOUNTS, Step, copy_store
from tests.contracts.journals import (
    START,
    append,
    failure,
    felt,
    fresh,
    heard,
    journal,
    reply,
    retry,
    thought,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from synthetic_soul.stores.base import Store

pytestmark = pytest.mark.anyio

FAR = 4_000_000_000_000  # ms: the year 2096; a session that has expired may go at any moment
AGENTS = ("jasmine", "halvard")
WAYS = ("sqlite to sqlite", "sqlite to mongo", "mongo to sqlite", "mongo to mongo")


@dataclass(frozen=True, slots=True)
class Stores:
    """A store that holds something, and the one that it is copied to."""

    source: Store
    target: Store


class Killed(Exception):
    """The migration ends here."""


@pytest.fixture(params=WAYS)
async def stores(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Stores]:
    monkeypatch.setattr(migrate, "MAX_BATCH", 3)
    monkeypatch.setattr(migrate, "MAX_CONCURRENT_ACCOUNTS", 2)
    async with AsyncExitStack() as stack:
        opened = []
        for number, kind in enumerate(request.param.split(" to ")):
            url = f"{tmp_path}/backend{number}"
            if kind == "mongo":
                server = request.getfixturevalue("mongo_standalone")
                url = f"{server.uri}/{fresh(f'moving_{tmp_path.name[-12:]}_')}"
            opened.append(await stack.enter_async_context(open_store(url)))
        yield Stores(*opened)


def account(name: str, **more: str) -> Account:
    return Account(name, name.title(), name, START, START + 1, **more)


def session(id: str, owner: str) -> Session:
    return Session(id, owner, f"token-{id}", "csrf", START, FAR, "parent", 7, "next")


async def live(store: Store) -> None:
    """Two journals, accounts, sessions, a snapshot."""
    for agent in AGENTS:
        for number in range(4):
            said = heard(f"words {number}", person="ann", key=f"key {number}")
            await append(store, said, felt(person="ann"), agent=agent, at=START + number)
            await append(store, reply(said), thought("hm", "ann"), agent=agent)
        await append(store, heard("still waiting", person="bob", message="m-waiting"), agent=agent)
        broken = heard("half a pair: \ud800", person="bob", message="m-failed", conversation="b")
        await append(store, broken, agent=agent)
        await append(store, failure(broken), agent=agent)
        kept = Snapshot(10, {"mind": agent}, {"ann": {"trust": 0.5}, "bob": {"trust": -1.0}})
        await store.snapshots.save(agent, VERSION, kept)
        await store.pictures.replace(agent, {"joy": agent.encode(), "sad": b"\0"})
    await store.accounts.add(account("ann", email="ann@example.com", password="hash"))
    await store.accounts.add(account("op", email="o@e.org", password="hash", role="operator"))
    await store.accounts.add_guest(account("guest"), session("s0", "guest"))
    await store.sessions.add(session("s1", "ann"))
    await store.sessions.add(session("s2", "ann"))
    await store.sessions.revoke("s2", START + 5)


async def members(store: Store) -> dict[str, tuple[Account, set[Session]]]:
    return {who.id: (who, set(theirs)) async for who, theirs in store.accounts.members()}


def ignore(_: Step) -> None:
    """Ignore the progress."""


def kill_at(act: str, what: str, done: int) -> Callable[[Step], None]:
    def tell(step: Step) -> None:
        if (step.act, step.what) == (act, what) and step.done >= done:
            raise Killed

    return tell


async def check_same(source: Store, target: Store) -> None:
    assert await target.journal.agents() == await source.journal.agents()
    for agent in await source.journal.agents():
        old, new = await journal(source, agent), await journal(target, agent)
        assert new == old
        assert [entry.body for entry in new] == [entry.body for entry in old]
        assert await target.journal.last(agent) == await source.journal.last(agent)
        assert await target.snapshots.mind(agent, VERSION) == await source.snapshots.mind(
            agent, VERSION
        )
        assert await target.snapshots.bonds(agent, VERSION) == await source.snapshots.bonds(
            agent, VERSION
        )
        faces = await source.pictures.digests(agent)
        assert await target.pictures.digests(agent) == faces
        for face in faces.values():
            assert await target.pictures.read(agent, face) == await source.pictures.read(
                agent, face
            )
        same = (
            await verify(target.journal.entries(agent)),
            await verify(source.journal.entries(agent)),
        )
        assert same[0] == same[1]
    assert await target.jobs.waiting(AGENTS) == await source.jobs.waiting(AGENTS)
    assert await members(target) == await members(source)


async def test_everything_arrives_as_it_was(stores: Stores) -> None:
    await live(stores.source)
    await copy_store(stores.source, stores.target, ignore)
    await check_same(stores.source, stores.target)


async def test_pictures_that_the_source_has_no_more_go_at_the_target_too(stores: Stores) -> None:
    await live(stores.source)
    await copy_store(stores.source, stores.target, ignore)
    await stores.source.pictures.replace("jasmine", {"sad": b"newer"})
    await stores.source.pictures.replace("halvard", {})
    await copy_store(stores.source, stores.target, ignore)
    await check_same(stores.source, stores.target)
    assert await stores.target.pictures.digests("halvard") == {}


async def test_the_target_is_used_as_the_source_was(stores: Stores) -> None:
    await live(stores.source)
    await copy_store(stores.source, stores.target, ignore)
    target = stores.target
    first = await target.jobs.by_key("jasmine", "ann", "key 0")
    assert first is not None
    assert first.status == "succeeded"
    with pytest.raises(Conflict, match="key"):
        await append(target, heard("again", person="ann", key="key 0"))
    said = heard("", message=first.id)
    with pytest.raises(AlreadyAnswered):
        await append(target, reply(said))
    failed = heard("", person="bob", message="m-failed", conversation="b")
    await append(target, retry(failed))
    await append(target, reply(failed, attempt=1))
    assert [job.id for job in await target.jobs.unanswered("jasmine", "dm")] == ["m-waiting"]
    assert await target.sessions.rotate(session("s1", "ann"), "token-s1")
    assert not await target.sessions.rotate(session("s2", "ann"), "token-s2")
    assert await target.texts.erase_person("jasmine", "ann") == 12


async def test_moving_there_and_back_and_twice_changes_nothing(
    stores: Stores, tmp_path: Path
) -> None:
    await live(stores.source)
    await copy_store(stores.source, stores.target, ignore)
    await copy_store(stores.source, stores.target, ignore)
    async with open_store(f"{tmp_path}/third") as third:
        await copy_store(stores.target, third, ignore)
        await check_same(stores.source, third)


@pytest.mark.parametrize(
    ("act", "what", "done"),
    [
        ("copy", "halvard", 3),
        ("copy", "jasmine", 9),
        ("compare", "halvard", 6),
        ("copy", ACCOUNTS, 2),
    ],
)
async def test_a_move_that_ended_half_way_goes_on_where_it_was(
    stores: Stores, act: str, what: str, done: int
) -> None:
    await live(stores.source)
    with pytest.raises(Killed):
        await copy_store(stores.source, stores.target, kill_at(act, what, done))
    steps: list[Step] = []
    await copy_store(stores.source, stores.target, steps.append)
    await check_same(stores.source, stores.target)
    assert next(step for step in steps if step.what == "halvard").done >= 3
    assert {step.what: step.done for step in steps} == {"halvard": 11, "jasmine": 11, ACCOUNTS: 3}


async def test_erased_words_stay_erased_and_those_erased_meanwhile_go(stores: Stores) -> None:
    await live(stores.source)
    await stores.source.texts.erase_person("halvard", "bob")
    with pytest.raises(Killed):
        await copy_store(stores.source, stores.target, kill_at("compare", "jasmine", 11))
    await append(stores.source, PersonErased(person="ann"))
    assert await stores.source.texts.erase_person("jasmine", "ann") == 12
    await copy_store(stores.source, stores.target, ignore)
    await check_same(stores.source, stores.target)
    assert (await verify(stores.target.journal.entries("halvard"))).erased == 2
    assert (await verify(stores.target.journal.entries("jasmine"))).erased == 12


async def test_who_left_meanwhile_is_gone_and_the_name_is_another_s(stores: Stores) -> None:
    await live(stores.source)
    await copy_store(stores.source, stores.target, ignore)
    await stores.source.accounts.remove("ann")
    again = account("ann", email="ann@example.com", password="hash")
    await stores.source.accounts.add(replace(again, id="ann2"))
    await copy_store(stores.source, stores.target, ignore)
    assert set(await members(stores.target)) == {"ann2", "guest", "op"}
    await check_same(stores.source, stores.target)
    assert await stores.target.sessions.get("s1") is None


async def test_a_target_with_other_entries_is_refused_by_agent_and_entry(stores: Stores) -> None:
    await live(stores.source)
    await append(stores.target, felt(), agent="jasmine")
    with pytest.raises(Conflict, match="entry 1 of jasmine, which is not") as refused:
        await copy_store(stores.source, stores.target, ignore)
    assert refused.value.code == "another_journal"
    assert await stores.target.journal.agents() == ["jasmine"]
    assert await members(stores.target) == {}


async def test_a_target_that_grew_is_refused(stores: Stores) -> None:
    await live(stores.source)
    await copy_store(stores.source, stores.target, ignore)
    await append(stores.target, felt(), agent="halvard")
    with pytest.raises(Conflict, match="entry 12 of halvard, but the source's last is 11"):
        await copy_store(stores.source, stores.target, ignore)


async def test_a_target_with_another_journal_is_refused(stores: Stores) -> None:
    await live(stores.source)
    await append(stores.target, felt(), agent="other")
    with pytest.raises(Conflict, match="entry 1 of other, but the source has no such"):
        await copy_store(stores.source, stores.target, ignore)


async def test_a_text_that_did_not_arrive_is_found(stores: Stores) -> None:
    await live(stores.source)
    await copy_store(stores.source, stores.target, ignore)
    await stores.target.texts.erase_person("halvard", "ann")
    with pytest.raises(JournalBroken, match="entry 1 of halvard: a text"):
        await copy_store(stores.source, stores.target, ignore)


async def test_a_source_that_grows_meanwhile_is_told(stores: Stores) -> None:
    await live(stores.source)
    await copy_store(stores.source, stores.target, ignore)
    await append(stores.source, felt(), agent="jasmine")
    with pytest.raises(Conflict, match="has grown meanwhile: stop what serves it"):
        await migrate._reconcile(stores.source, stores.target, "jasmine", total=11, report=ignore)
    await copy_store(stores.source, stores.target, ignore)
    await check_same(stores.source, stores.target)


async def test_an_empty_store_is_migrated(stores: Stores) -> None:
    steps: list[Step] = []
    await copy_store(stores.source, stores.target, steps.append)
    assert {(step.what, step.done, step.total) for step in steps} == {(ACCOUNTS, 0, 0)}
    assert await stores.target.journal.agents() == []
