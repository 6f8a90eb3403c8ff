"""A store that refuses every write: health says so, each refusal has a reason, and it recovers."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import asynccontextmanager, closing
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

import pytest
from pymongo import MongoClient

from synthetic_soul.errors import StorageFull, Unavailable
from synthetic_soul.stores import store_health
from synthetic_soul.stores.mongo import mongo_database
from synthetic_soul.stores.refusals import LOG_INTERVAL_MS, RefusalLog
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore
from synthetic_soul.stores.store_health import StoreHealth

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from contextlib import AbstractAsyncContextManager

    from tests.api.conftest import Client, RunningApi, StartApi
    from tests.support.servers import MongoServer

pytestmark = pytest.mark.anyio


class Refusal(Protocol):
    """Makes a store refuse writes while it is entered."""

    def __call__(self, store: SqliteStore) -> AbstractAsyncContextManager[None]: ...


def writing(store: SqliteStore) -> sqlite3.Connection:
    assert store.database._writer is not None
    return store.database._writer._db


@asynccontextmanager
async def full(store: SqliteStore) -> AsyncIterator[None]:
    db = writing(store)
    pages = db.execute("PRAGMA page_count").fetchone()[0]
    db.execute(f"PRAGMA max_page_count = {pages}")
    yield
    db.execute("PRAGMA max_page_count = 1000000")


@asynccontextmanager
async def read_only(store: SqliteStore) -> AsyncIterator[None]:
    writing(store).execute("PRAGMA query_only = ON")
    yield
    writing(store).execute("PRAGMA query_only = OFF")


@asynccontextmanager
async def locked(store: SqliteStore) -> AsyncIterator[None]:
    writing(store).execute("PRAGMA busy_timeout = 1")
    path = store.database._path
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@asynccontextmanager
async def interrupted(store: SqliteStore) -> AsyncIterator[None]:
    db = writing(store)
    db.set_progress_handler(lambda: 1, 1)
    yield
    db.set_progress_handler(None, 0)


@asynccontextmanager
async def removed(store: SqliteStore) -> AsyncIterator[None]:
    path = store.database._path
    path.rename(path.with_name("elsewhere"))
    yield
    path.with_name("elsewhere").rename(path)


@asynccontextmanager
async def replaced(store: SqliteStore) -> AsyncIterator[None]:
    path = store.database._path
    path.rename(path.with_name("elsewhere"))
    path.write_bytes(path.with_name("elsewhere").read_bytes())
    yield
    path.with_name("elsewhere").replace(path)


REFUSALS = [
    (removed, "not_writable", "removed or replaced"),
    (replaced, "not_writable", "removed or replaced"),
    (read_only, "read_only", "read-only"),
    (locked, "not_writable", "another program has locked"),
    (interrupted, "not_writable", "SQLITE_INTERRUPT"),
]


def store_of(api: RunningApi) -> SqliteStore:
    store = api.state.engine.store
    assert isinstance(store, SqliteStore)
    return store


async def submitted(who: Client) -> int:
    return (await who.post("/v1/messages/submit", json={"message": "Hello!"})).status_code


@pytest.mark.parametrize("how", REFUSALS)
async def test_a_refused_write_is_told_logged_once_and_forgotten_when_it_is_over(
    api: RunningApi,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    how: tuple[Refusal, str, str],
) -> None:
    refuse, state, reason = how
    monkeypatch.setattr(store_health, "PROBE_INTERVAL_MS", 0)
    who = await api.client().sign_in()
    assert (await who.get("/v1/meta/health")).json()["status"] == "ok"
    async with refuse(store_of(api)):
        for _ in range(3):
            assert await submitted(who) == 503
        assert (await api.client().post("/v1/auth/guest")).status_code == 503
        told = await who.get("/v1/meta/health")
        assert told.status_code == 200
        assert (told.json()["status"], told.json()["store"]) == ("degraded", state)
        assert reason in told.json()["reason"]
        metrics = (await api.client("127.0.0.1").get("/metrics")).text
        assert 'soul_up{part="store"} 0.0' in metrics
        assert (await who.get("/v1/auth/me")).status_code == 200
    assert await submitted(who) == 202
    assert (await who.get("/v1/meta/health")).json()["status"] == "ok"
    log = capsys.readouterr().out
    lines = [line for line in log.splitlines() if "request_refused" in line]
    assert len([line for line in lines if "/messages/submit" in line]) == 1
    assert len([line for line in lines if "/auth/guest" in line]) == 1
    assert all(reason in line for line in lines)
    assert log.count("store_refuses_writes") == 1
    assert log.count("store_takes_writes_again") == 1


async def test_a_full_disk_is_507_and_health_names_it(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_health, "PROBE_INTERVAL_MS", 0)
    who = await api.client().sign_in()
    async with full(store_of(api)):
        long = {"message": "x" * 4000}
        statuses = [
            (await who.post("/v1/messages/submit", json=long)).status_code for _ in range(30)
        ]
        assert statuses[-1] == 507
        told = (await who.get("/v1/meta/health")).json()
        assert (told["status"], told["store"]) == ("degraded", "full")
        assert "no space" in told["reason"]
    assert await submitted(who) == 202
    assert (await who.get("/v1/meta/health")).json()["status"] == "ok"


async def test_writes_are_tried_rarely_and_only_when_somebody_asks(api: RunningApi) -> None:
    who = await api.client().sign_in()
    commits: list[str] = []
    writing(store_of(api)).set_trace_callback(
        lambda sql: commits.append(sql) if sql == "COMMIT" else None
    )
    for _ in range(50):
        assert (await who.get("/v1/meta/health")).json()["status"] == "ok"
    assert len(commits) <= 1


async def test_a_write_that_hangs_is_not_waited_for(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_health, "PROBE_TIMEOUT_S", 0.2)
    monkeypatch.setattr(store_health, "PROBE_INTERVAL_MS", 0)
    store = store_of(api)
    writing(store).execute("PRAGMA busy_timeout = 60000")
    with closing(sqlite3.connect(store.database._path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        scrub = asyncio.ensure_future(store.texts.erase_person("jasmine", "ann"))  # in its thread
        await asyncio.sleep(0.05)
        told = (await api.client().get("/v1/meta/health")).json()
        assert (told["status"], told["store"]) == ("degraded", "not_writable")
        assert "longer than 0.2 s" in told["reason"]
        other.execute("ROLLBACK")
    await scrub
    assert (await api.client().get("/v1/meta/health")).json()["status"] == "ok"


def test_refusals_of_one_kind_are_logged_once_a_minute_with_their_number(
    capsys: pytest.CaptureFixture[str],
) -> None:
    now = 0
    log = RefusalLog(lambda: now)
    for number in range(200):
        now = number * LOG_INTERVAL_MS // 100
        log.note("POST /v1/messages/submit", StorageFull("no space is left"))
    log.note("POST /v1/messages/submit", Unavailable("the disk fails"))
    log.note("POST /v1/auth/guest", Unavailable("the disk fails"))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 4
    assert [line.rpartition("times=")[2] for line in lines] == ["1", "100", "1", "1"]
    assert "no space is left" in lines[0]


@pytest.fixture
async def on_mongo(
    start_api: StartApi, mongo_standalone: MongoServer, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[RunningApi, Any]]:
    """The API over MongoDB, and its database as it is without a store before it."""
    monkeypatch.setattr(store_health, "PROBE_INTERVAL_MS", 0)
    monkeypatch.setattr(mongo_database, "RETRY_S", 0.2)
    name = f"refused_{uuid4().hex}"
    chosen = {"mongo_connection": mongo_standalone.uri, "database_name": name}
    with MongoClient[dict[str, Any]](mongo_standalone.uri) as client:
        async with start_api(**chosen) as api:
            yield api, client[name]
        client.drop_database(name)


async def test_a_mongodb_that_refuses_writes_is_told_and_recovers(
    on_mongo: tuple[RunningApi, Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    api, db = on_mongo
    who = await api.client().sign_in()
    nothing = {"no_document": {"$exists": True}}
    kept = {
        each["name"]: each["options"].get("validator", {})
        for each in db.list_collections()
        if each["name"] in {"entries", "marks"}
    }
    for name in kept:
        db.command("collMod", name, validator=nothing)
    for _ in range(3):
        assert await submitted(who) == 503
    told = (await who.get("/v1/meta/health")).json()
    assert (told["status"], told["store"]) == ("degraded", "not_writable")
    assert "code 121" in told["reason"]
    db.command("collMod", "marks", validator={})
    assert (await who.get("/v1/meta/health")).json()["store"] == "not_writable"
    monkeypatch.setattr(store_health, "HOLD_MS", 0)
    assert await submitted(who) == 503
    assert (await who.get("/v1/meta/health")).json()["status"] == "ok"
    db.command("collMod", "entries", validator=kept["entries"])
    assert await submitted(who) == 202
    assert capsys.readouterr().out.count("request_refused") == 1


async def test_a_mongodb_whose_writes_hang_is_told(
    on_mongo: tuple[RunningApi, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    api, db = on_mongo
    monkeypatch.setattr(store_health, "PROBE_TIMEOUT_S", 0.3)
    db.client.admin.command("fsync", lock=True)
    try:
        told = (await api.client().get("/v1/meta/health")).json()
    finally:
        db.client.admin.command("fsyncUnlock")
    assert (told["status"], told["store"]) == ("degraded", "not_writable")
    assert (await api.client().get("/v1/meta/health")).json()["status"] == "ok"


async def test_a_check_under_way_is_shared(api: RunningApi) -> None:
    now = 0
    checked = StoreHealth(api.state.engine.store, lambda: now)
    probes: list[str] = []
    writing(store_of(api)).set_trace_callback(
        lambda sql: probes.append(sql) if "." * store_health.PROBE_CHARS in sql else None
    )
    states = await asyncio.gather(*(checked.check() for _ in range(20)))
    assert {each.state for each in states} == {"ok"}
    assert len(probes) == 1
