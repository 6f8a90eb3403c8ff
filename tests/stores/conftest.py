"""An open SQLite store in a folder of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "soul.db"


@pytest.fixture
async def store(path: Path) -> AsyncIterator[SqliteStore]:
    made = SqliteStore(path)
    await made.open()
    yield made
    await made.close()
