"""What is particular to accounts in MongoDB: races of processes, expiry, steps that are cut off."""

from __future__ import annotations

import asyncio
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from bson import json_util
from pymongo import MongoClient
from pymongo.errors import WriteError

from synthetic_soul.errors import Conflict, InvalidInput, Unavailable
from synthetic_soul.stores.base import Account, Session
from synthetic_soul.stores.mongo import mongo_accounts
from synthetic_soul.stores.mongo.mongo_accounts import KEEP_EXPIRED_SESSIONS_S, LAST_RESORT_MS
from synthetic_soul.stores.mongo.mongo_store import MongoStore
from tests.support.servers import MongoServer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from pymongo.database import Database

pytestmark = pytest.mark.anyio

SOON = 30.0
DAY = 86_400_000
NOW = time.time_ns() // 1_000_000
GUEST = Account("a1", "guest-1", "guest-1", NOW, NOW)
ANN = replace(
    GUEST, username="Annabel", name_key="annabel", email="ann@example.com", password="$argon2$"
)
SESSION = Session("s1", "a1", "token-1", "csrf-1", NOW, NOW + DAY)


@pytest.fixture(params=["mongo_standalone", "mongo_replica_set"])
def server(request: pytest.FixtureRequest) -> MongoServer:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, MongoServer)
    return found


@pytest.fixture
def raw(server: MongoServer) -> Iterator[Database[dict[str, Any]]]:
    """The database as the server holds it."""
    with MongoClient[dict[str, Any]](server.uri) as client:
        name = f"accounts_{uuid4().hex}"
        yield client[name]
        client.drop_database(name)


@pytest.fixture
async def stores(
    server: MongoServer, raw: Database[dict[str, Any]]
) -> AsyncIterator[list[MongoStore]]:
    """Four processes' stores of one database, opened at once while it was empty."""
    made = [MongoStore(server.uri, raw.name) for _ in range(4)]
    async with AsyncExitStack() as undo:
        for store in made:
            undo.push_async_callback(store.close)
        await asyncio.gather(*(store.open() for store in made))
        yield made


async def eventually(raw: Database[dict[str, Any]], collection: str, count: int) -> None:
    deadline = time.monotonic() + SOON
    while raw[collection].count_documents({}) != count:
        assert time.monotonic() < deadline, f"{collection} never had {count} documents"
        await asyncio.sleep(0.1)


async def test_of_many_processes_one_claims_a_guest_and_one_takes_a_name(
    stores: list[MongoStore],
) -> None:
    for n in range(4):
        await stores[0].accounts.add(Account(f"g{n}", f"G{n}", f"g{n}", NOW, NOW))
    same = [replace(ANN, id="g0", name_key=f"n{n}", email=f"{n}@example.com") for n in range(4)]
    claims = await asyncio.gather(
        *(store.accounts.claim(each) for store, each in zip(stores, same, strict=False))
    )
    assert sorted(claims) == [False] * 3 + [True]
    named = [replace(ANN, id=f"g{n}", email=f"x{n}@example.com") for n in range(1, 4)]
    tries = await asyncio.gather(
        *(store.accounts.claim(each) for store, each in zip(stores, named, strict=False)),
        return_exceptions=True,
    )
    assert sorted(str(getattr(each, "code", each)) for each in tries) == [
        "True",
        "username_taken",
        "username_taken",
    ]


async def test_processes_count_together_and_agree_on_a_secret(
    stores: list[MongoStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mongo_accounts, "COUNT_TIMEOUT_S", SOON)  # a hundred take long under load
    counts = await asyncio.gather(
        *(store.counters.increment("login:ann", window=DAY) for store in stores for _ in range(25))
    )
    assert sorted(counted for counted, _ in counts) == list(range(1, 101))
    secrets = await asyncio.gather(
        *(
            store.secrets.get_or_create("jwt_secret", f"proposal {n}")
            for n, store in enumerate(stores)
        )
    )
    assert len(set(secrets)) == 1


async def test_counting_begins_anew_when_the_window_has_closed(stores: list[MongoStore]) -> None:
    store = stores[0]
    counted, left = await store.counters.increment("a", window=300, by=3)
    assert (counted, left) == (3, 300)
    deadline = time.monotonic() + SOON
    while (again := await store.counters.increment("a", window=300, by=0))[0]:
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    assert again == (0, 300)


async def test_counters_that_have_closed_are_dropped(
    stores: list[MongoStore], raw: Database[dict[str, Any]]
) -> None:
    await stores[0].counters.increment("short", window=1)
    await stores[0].counters.increment("long", window=DAY)
    await eventually(raw, "counters", 1)
    assert [each["_id"] for each in raw["counters"].find()] == ["long"]


async def test_sessions_that_nobody_removes_are_dropped_long_after_they_expire(
    stores: list[MongoStore], raw: Database[dict[str, Any]]
) -> None:
    rest = KEEP_EXPIRED_SESSIONS_S * 1000 + LAST_RESORT_MS
    old = replace(SESSION, id="s2", account="a2", expires_at=NOW - rest - 5_000)
    late = replace(SESSION, id="s3", account="a3", expires_at=NOW - rest + DAY)
    for session in (SESSION, old, late):
        await stores[0].sessions.add(session)
    await eventually(raw, "sessions", 2)
    async with asyncio.timeout(SOON):  # a majority knows of it a little later than the primary
        while await stores[1].sessions.get("s2") is not None:  # noqa: ASYNC110 - the server's doing
            await asyncio.sleep(0.1)
    assert await stores[1].sessions.get("s3") == late
    assert await stores[1].sessions.rotate(replace(old, id="s3", token="t"), "token-1")
    await eventually(raw, "sessions", 1)


async def test_a_guest_cut_off_half_way_leaves_nobody(
    stores: list[MongoStore], raw: Database[dict[str, Any]]
) -> None:
    store = stores[0]

    async def cut(_account: Account) -> None:
        raise Unavailable("the server went away")

    store.accounts.add = cut  # type: ignore[method-assign, assignment]  # never arrives
    with pytest.raises(Unavailable):
        await store.accounts.add_guest(GUEST, SESSION)
    assert raw["accounts"].count_documents({}) == 0
    assert [member async for member in store.accounts.members()] == []
    assert raw["sessions"].find_one({}, {"expires": 1, "_id": 0}) is not None


async def test_nothing_of_an_erased_account_remains_in_any_document(
    stores: list[MongoStore], raw: Database[dict[str, Any]]
) -> None:
    await stores[0].accounts.add_guest(GUEST, SESSION)
    await stores[0].accounts.claim(ANN)
    assert "Annabel" in everything(raw)
    await stores[0].accounts.remove("a1")
    left = everything(raw)
    for trace in ("nnabel", "guest-1", "ann@example.com", "$argon2$", "token-1", "a1"):
        assert trace not in left


def everything(raw: Database[dict[str, Any]]) -> str:
    return json_util.dumps([list(raw[name].find()) for name in raw.list_collection_names()])


async def test_whatever_is_asked_goes_by_an_index(
    stores: list[MongoStore], raw: Database[dict[str, Any]]
) -> None:
    await stores[0].accounts.add_guest(GUEST, SESSION)
    raw.command("profile", 2)
    store = stores[1]
    await store.accounts.get("a1")
    await store.accounts.by_email("ann@example.com")
    await store.accounts.by_name("guest-1")
    await store.accounts.claim(ANN)
    await store.accounts.idle_guests(NOW + 1)
    await store.sessions.add(replace(SESSION, id="s2"))
    await store.sessions.rotate(replace(SESSION, token="token-2"), "token-1")
    await store.sessions.revoke_all("a1", NOW)
    _ = [member async for member in store.accounts.members()]
    await store.counters.increment("a", window=DAY)
    await store.accounts.remove("a1")
    raw.command("profile", 0)
    ours = raw["system.profile"].find({"ns": {"$not": {"$regex": "system|[$]cmd"}}})
    plans = [each["planSummary"] for each in ours if "planSummary" in each]
    assert len(plans) >= 12
    assert not [plan for plan in plans if not plan.startswith(("IXSCAN", "IDHACK"))], plans


async def test_a_document_that_is_no_account_is_refused(
    stores: list[MongoStore], raw: Database[dict[str, Any]]
) -> None:
    assert stores
    good = {"username": "x", "name_key": "x", "created_at": 1, "seen_at": 1, "role": "user"}
    raw["accounts"].insert_one({"_id": "x", **good})
    for bad in ({"role": "queen"}, {"seen_at": "now"}, {"extra": 1}):
        with pytest.raises(WriteError):
            raw["accounts"].insert_one({"_id": "y", **good, "name_key": "y", **bad})
    with pytest.raises(WriteError):
        raw["sessions"].insert_one({"_id": "y", "account": "x"})


async def test_half_a_surrogate_pair_is_nobodys_name(stores: list[MongoStore]) -> None:
    half = "\ud800"
    store = stores[0]
    assert await store.accounts.by_email(half) is None
    assert await store.sessions.get(half) is None
    with pytest.raises(InvalidInput):
        await store.accounts.add(replace(GUEST, username=half))


async def test_what_is_durable_survives_the_killing_of_the_server(
    stores: list[MongoStore], server: MongoServer
) -> None:
    store = stores[0]
    await store.accounts.add_guest(GUEST, SESSION)
    secret = await store.secrets.get_or_create("jwt_secret", "first")
    await store.counters.increment("a", window=DAY)
    server.kill()
    try:
        tries = (
            store.accounts.get("a1"),
            store.accounts.claim(ANN),
            store.counters.increment("a", window=DAY),
        )
        for refused in await asyncio.gather(*tries, return_exceptions=True):
            assert isinstance(refused, Unavailable)
    finally:
        server.start()
    assert await store.accounts.get("a1") == GUEST
    assert await store.sessions.get("s1") == SESSION
    assert await store.secrets.get_or_create("jwt_secret", "second") == secret
    with pytest.raises(Conflict):
        await stores[1].accounts.add_guest(replace(GUEST, id="a2"), replace(SESSION, id="s2"))
