"""Counters in the memory of the process that owns the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio

MINUTE = 60_000


async def test_a_window_is_opened_by_its_first_count_and_counting_begins_anew_after_it(
    tmp_path: Path,
) -> None:
    now = 7
    store = SqliteStore(tmp_path / "soul.db", elapsed=lambda: now)
    await store.open()
    assert await store.counters.increment("a", window=MINUTE) == (1, MINUTE)
    now += MINUTE - 1
    assert await store.counters.increment("a", window=MINUTE, by=2) == (3, 1)
    now += 1
    assert await store.counters.increment("a", window=MINUTE) == (1, MINUTE)
    await store.close()
