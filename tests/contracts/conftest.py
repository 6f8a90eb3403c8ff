"""Each store runs the whole contract: a new one adds a parameter here."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from synthetic_soul.stores.base import Store
from tests.contracts.houses import House, MongoHouse, SqliteHouse
from tests.simulation.memory_store import MemoryHouse

SERVERS = {"mongo": "mongo_standalone", "replica": "mongo_replica_set"}


@pytest.fixture(params=["sqlite", "memory", *SERVERS])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[House]:
    kind: str = request.param
    made: House
    if kind in SERVERS:
        made = MongoHouse(request.getfixturevalue(SERVERS[kind]))
    else:
        made = MemoryHouse(tmp_path) if kind == "memory" else SqliteHouse(tmp_path)
    yield made
    await made.close()


@pytest.fixture
async def store(house: House) -> Store:
    return await house.open()


@pytest.fixture(params=SERVERS)
async def mongo_house(request: pytest.FixtureRequest) -> AsyncIterator[MongoHouse]:
    made = MongoHouse(request.getfixturevalue(SERVERS[request.param]))
    yield made
    await made.close()
