"""Each store runs the whole contract: a new one adds a parameter here."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from synthetic_soul.stores.base import Store
from tests.contracts.journals import SqliteHouse


@pytest.fixture(params=[SqliteHouse], ids=["sqlite"])
async def house(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[SqliteHouse]:
    made: SqliteHouse = request.param(tmp_path)
    yield made
    await made.close()


@pytest.fixture
async def store(house: SqliteHouse) -> Store:
    return await house.open()
