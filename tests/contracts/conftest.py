"""Each store runs the whole contract: a new one adds a parameter here."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from synthetic_soul.stores.base import Store
from tests.contracts.backends import Backend, MongoBackend, SqliteBackend
from tests.simulation.memory_store import MemoryBackend

SERVERS = {"mongo": "mongo_standalone", "replica": "mongo_replica_set"}


@pytest.fixture(params=["sqlite", "memory", *SERVERS])
async def backend(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Backend]:
    kind: str = request.param
    made: Backend
    if kind in SERVERS:
        made = MongoBackend(request.getfixturevalue(SERVERS[kind]))
    else:
        made = MemoryBackend(tmp_path) if kind == "memory" else SqliteBackend(tmp_path)
    yield made
    await made.close()


@pytest.fixture
async def store(backend: Backend) -> Store:
    return await backend.open()


@pytest.fixture(params=SERVERS)
async def mongo_backend(request: pytest.FixtureRequest) -> AsyncIterator[MongoBackend]:
    made = MongoBackend(request.getfixturevalue(SERVERS[request.param]))
    yield made
    await made.close()
