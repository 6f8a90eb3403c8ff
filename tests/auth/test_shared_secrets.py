"""Processes that share a database agree on the secrets: a token of one is valid for all."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from synthetic_soul.auth.auth import Auth
from synthetic_soul.errors import Misconfigured, Unauthenticated, Unavailable
from synthetic_soul.stores.mongo.mongo_store import MongoStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from synthetic_soul.settings import Settings
    from tests.support.servers import MongoServer

    MakeSettings = Callable[..., Settings]
    Machine = Callable[..., Settings]

pytestmark = pytest.mark.anyio

PASSWORD = "tea with honey"
GOOD = "kV3yT0p-9zQmXw7RbLhN2sDfGjUaEcIo5B8"
GOOD_TOO = "Zr4uW1q-8yPnVx6SaKgM3tCeHiTbFdJp7A9"


def now() -> int:
    return time.time_ns() // 1_000_000


@pytest.fixture
async def store(mongo_standalone: MongoServer) -> AsyncIterator[MongoStore]:
    name = f"auth_{uuid4().hex}"
    store = MongoStore(mongo_standalone.uri, name)
    await store.open()
    yield store
    await store.database._connected().drop_database(name)
    await store.close()


@pytest.fixture
def machine(make_settings: MakeSettings, mongo_standalone: MongoServer, tmp_path: Path) -> Machine:
    """Settings as a machine has them: a folder of its own, a database shared with others."""

    def settings(name: str, **chosen: object) -> Settings:
        shared = make_settings(mongo_connection=mongo_standalone.uri, **chosen)
        return shared.model_copy(update={"data_dir": tmp_path / name})

    return settings


async def opened(store: MongoStore, settings: Settings) -> Auth:
    auth = Auth(store, settings, now)
    await auth.open()
    return auth


async def test_two_machines_without_secrets_agree_on_the_first_ones(
    store: MongoStore, machine: Machine
) -> None:
    one, two = [await opened(store, machine(name)) for name in ("one", "two")]
    grant = await one.guest()
    who = await two.authenticate(grant.access_token)
    await two.claim(who, email="ann@example.com", username="annabel", password=PASSWORD)
    granted = await one.login("ann@example.com", PASSWORD)
    turned = await two.refresh(granted.refresh_token, cookie=granted.csrf, header=granted.csrf)
    assert (await one.authenticate(turned.access_token)).username == "annabel"
    one.close()
    two.close()


async def test_what_one_process_revokes_is_over_for_the_other(
    store: MongoStore, machine: Machine
) -> None:
    one, two = [await opened(store, machine(name)) for name in ("one", "two")]
    grant = await one.guest()
    await two.logout(access_token=grant.access_token)
    with pytest.raises(Unauthenticated):
        await one.refresh(grant.refresh_token, cookie=grant.csrf, header=grant.csrf)
    one.close()
    two.close()


async def test_a_configured_secret_is_used_and_not_stored_in_the_database(
    store: MongoStore, machine: Machine
) -> None:
    settings = machine("one", jwt_secret=GOOD, password_pepper=GOOD_TOO)
    auth = await opened(store, settings)
    assert await store.database.collection("secrets").count_documents({}) == 0
    grant = await auth.guest()
    stranger = await opened(store, machine("two"))
    with pytest.raises(Unauthenticated):
        await stranger.authenticate(grant.access_token)
    auth.close()
    stranger.close()


async def test_with_sqlite_the_store_gives_no_secret(
    store: MongoStore, make_settings: MakeSettings
) -> None:
    (await opened(store, make_settings())).close()
    assert await store.database.collection("secrets").count_documents({}) == 0


async def test_a_bad_secret_in_the_database_is_named(store: MongoStore, machine: Machine) -> None:
    await store.secrets.get_or_create("password_pepper", "short")
    with pytest.raises(Misconfigured, match="PASSWORD_PEPPER"):
        await opened(store, machine("one"))


async def test_beyond_loopback_nothing_is_proposed(store: MongoStore, machine: Machine) -> None:
    with pytest.raises(Misconfigured, match="JWT_SECRET"):
        Auth(store, machine("one", host="192.0.2.1"), now)


async def test_without_its_store_auth_does_not_open(store: MongoStore, machine: Machine) -> None:
    auth = Auth(store, machine("one"), now)
    await store.close()
    with pytest.raises(Unavailable):
        await auth.open()
    await store.open()
