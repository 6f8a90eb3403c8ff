"""What is erased by age was old by two looks at the clock, and no clock that jumped erases it."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from synthetic_soul import clocks
from synthetic_soul.api import expiry as expiry_module
from synthetic_soul.api.expiry import Expiry
from synthetic_soul.auth.auth import Auth
from synthetic_soul.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from synthetic_soul.auth.auth import Grant
    from tests.api.conftest import RunningApi, StartApi
    from tests.support.servers import MongoServer

pytestmark = pytest.mark.anyio

HOUR = 3_600_000
DAY = 24 * HOUR
TTL = 30 * DAY


@dataclass
class World:
    """A server whose clocks the test sets: the wall's, and the time since it was switched on."""

    api: RunningApi
    now: int = field(default_factory=clocks.now)
    passed: int = 5_000
    expiry: Expiry = field(init=False)

    def __post_init__(self) -> None:
        self.api.state.engine.runtime.clock = lambda: self.now
        self.boot()

    def boot(self, *, ahead: int = 0) -> None:
        """Start the process anew, with a clock that was set meanwhile."""
        self.now += ahead
        self.passed = 5_000
        state = self.api.state
        self.expiry = Expiry(state.engine, state.auth, state.settings, lambda: self.passed)

    async def run(self, duration: int, step: int = 6 * HOUR) -> int:
        """Let time pass, with a look now and then; return how many guests were erased."""
        erased = await self.expiry.expire()
        for _ in range(duration // step):
            self.now += step
            self.passed += step
            erased += await self.expiry.expire()
        return erased

    async def guest(self) -> Grant:
        return await self.api.state.auth.guest()

    async def is_there(self, grant: Grant) -> bool:
        store = self.api.state.engine.store
        session = await store.sessions.get(grant.sid)
        return session is not None and await store.accounts.get(session.account) is not None


@asynccontextmanager
async def _world(start_api: StartApi, **chosen: object) -> AsyncIterator[World]:
    chosen = {"refresh_token_ttl": 90 * 86_400, **chosen}
    async with start_api(**chosen) as api:
        await asyncio.sleep(0)
        await api.state.engine.store.marks.write("sightings", "[]")  # those of the real clock
        yield World(api)


@pytest.fixture
async def world(start_api: StartApi) -> AsyncIterator[World]:
    async with _world(start_api) as made:
        yield made


async def test_a_guest_who_stays_away_is_erased_with_all_words_and_this_is_logged(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    who = await world.api.client().sign_in()
    await who.outcome(await who.say("Call me Wilhelmina."))
    assert await world.run(TTL - DAY) == 0
    assert await world.run(4 * DAY) == 1
    folder = world.api.state.settings.data_dir
    assert not any(b"Wilhelmina" in path.read_bytes() for path in folder.iterdir())
    logged = [line for line in capsys.readouterr().out.splitlines() if "guests_erased" in line]
    assert len(logged) == 1
    assert "count=1" in logged[0]
    assert "because=idle" in logged[0]
    assert "Wilhelmina" not in logged[0]
    assert who.username not in logged[0]


async def test_who_comes_back_is_not_erased(world: World) -> None:
    grant = await world.guest()
    for _ in range(3):
        assert await world.run(20 * DAY, step=DAY) == 0
        (session,) = [await world.api.state.engine.store.sessions.get(grant.sid)]
        assert session is not None
        await world.api.state.engine.store.accounts.touch(session.account, world.now)
    assert await world.is_there(grant)


@pytest.mark.parametrize("ahead", [3 * DAY, 6 * DAY, 40 * DAY, 400 * DAY, 40_000 * DAY])
async def test_one_start_with_a_clock_that_is_ahead_erases_nobody_for_good(
    world: World, ahead: int
) -> None:
    await world.run(10 * DAY, step=DAY)
    old, young = await world.guest(), None
    await world.run(26 * DAY, step=DAY)
    young = await world.guest()
    world.boot(ahead=ahead)
    assert await world.run(HOUR, step=HOUR) == 0
    world.boot()
    assert await world.run(HOUR, step=HOUR) == 0
    world.boot(ahead=-ahead)
    assert await world.run(2 * DAY) == 0
    assert await world.is_there(old)
    assert await world.is_there(young)
    assert await world.run(5 * DAY) == 1
    assert not await world.is_there(old)
    assert await world.is_there(young)


@pytest.mark.parametrize("jump", [40 * DAY, 6 * DAY, DAY, -40 * DAY, -6 * DAY, -HOUR])
async def test_a_clock_that_is_set_while_the_server_runs_erases_nobody(
    world: World, jump: int, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.run(10 * DAY, step=DAY)
    guest = await world.guest()
    await world.run(29 * DAY, step=DAY)
    world.now += jump
    assert await world.run(DAY) == 0
    world.now -= jump
    assert await world.run(0) == 0
    assert await world.is_there(guest)
    assert "clock_not_trusted" in capsys.readouterr().out


async def test_a_machine_that_starts_in_1970_until_the_network_is_there_erases_nobody(
    world: World,
) -> None:
    await world.run(10 * DAY, step=DAY)
    right = world.now
    world.boot(ahead=-right)
    await world.run(HOUR, step=HOUR)
    await world.guest()
    await world.run(HOUR, step=HOUR)
    world.now += right
    assert await world.run(20 * DAY, step=DAY) == 0
    assert await world.run(14 * DAY, step=DAY) == 1


async def test_a_machine_that_was_off_for_months_waits_for_two_days(world: World) -> None:
    await world.run(3 * DAY, step=DAY)
    guest = await world.guest()
    world.boot(ahead=90 * DAY)
    assert await world.run(DAY) == 0
    assert await world.is_there(guest)
    assert await world.run(2 * DAY) == 1


@pytest.mark.parametrize("off", [16 * HOUR, 3 * DAY, 6 * DAY])
async def test_a_machine_that_is_often_off_erases_too(world: World, off: int) -> None:
    await world.guest()
    erased, began = 0, world.now
    while not erased and world.now < began + 2 * TTL:
        world.boot(ahead=off)
        erased += await world.run(8 * HOUR, step=4 * HOUR)
        assert not erased or world.now >= began + TTL
    assert erased == 1


async def test_a_journal_that_is_ahead_of_the_clock_keeps_everybody(world: World) -> None:
    await world.run(10 * DAY, step=DAY)
    guest = await world.guest()
    world.boot(ahead=40 * DAY)
    who = await world.api.client().sign_in()
    await who.outcome(await who.say("Hello!"))
    world.boot(ahead=-40 * DAY)
    assert await world.run(35 * DAY, step=DAY) == 0
    assert await world.is_there(guest)


async def test_sessions_outlast_a_clock_that_is_ahead(start_api: StartApi) -> None:
    async with _world(start_api, refresh_token_ttl=7 * 86_400) as world:
        auth, sessions = world.api.state.auth, world.api.state.engine.store.sessions
        await world.run(10 * DAY, step=DAY)
        grant = await world.guest()
        world.boot(ahead=40 * DAY)
        await world.run(HOUR, step=HOUR)
        await world.guest()
        world.boot(ahead=-40 * DAY)
        renewed = await auth.refresh(grant.refresh_token, cookie=grant.csrf, header=grant.csrf)
        assert renewed.sid == grant.sid
        await world.run(6 * DAY, step=DAY)
        assert await sessions.get(grant.sid) is not None
        await world.run(6 * DAY, step=DAY)
        assert await sessions.get(grant.sid) is None


async def test_a_clock_that_is_not_the_database_servers_erases_nobody(
    start_api: StartApi, mongo_standalone: MongoServer, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"expiry_{uuid4().hex}"
    chosen = {"mongo_connection": mongo_standalone.uri, "database_name": name}
    async with _world(start_api, **chosen) as world:
        server = await world.api.state.engine.store.server_time()
        assert server is not None
        world.now = server - 50 * DAY
        guest = await world.guest()
        world.now = server + 40 * DAY
        assert await world.run(20 * DAY, step=DAY) == 0
        assert await world.is_there(guest)
        assert "database server" in capsys.readouterr().out
        world.now = server
        world.boot()
        assert await world.expiry.expire() == 0
        assert await world.api.state.engine.store.marks.read("sightings") == f"[{server}]"


async def test_a_wrong_clock_is_logged_once_and_not_at_each_look(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    await world.run(DAY)
    who = await world.api.client().sign_in()
    await who.outcome(await who.say("Hello!"))
    world.boot(ahead=-5 * DAY)
    await world.run(DAY, step=HOUR)
    assert capsys.readouterr().out.count("clock_not_trusted") <= 2


async def test_few_looks_are_kept(world: World) -> None:
    await world.run(8 * DAY, step=HOUR)
    note = await world.api.state.engine.store.marks.read("sightings")
    assert note is not None
    assert note.count(",") < 12


async def test_expiry_continues_after_a_failure(
    start_api: StartApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(expiry_module, "MIN_INTERVAL", 0.02)
    monkeypatch.setattr(expiry_module, "MAX_INTERVAL", 0.02)
    calls = 0

    async def away(_: Auth, before: int) -> list[str]:
        nonlocal calls
        calls += before > 0
        raise Unavailable("the store is away")

    monkeypatch.setattr(Auth, "guests_idle_since", away)
    monkeypatch.setattr("synthetic_soul.stores.sightings.MAX_GAP_MS", 1)
    async with start_api(), asyncio.timeout(20):
        while calls < 2:  # noqa: ASYNC110 - the server counts
            await asyncio.sleep(0.01)
