"""What every store promises of the indexes that conversations are recalled by."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.errors import Misconfigured, Unavailable
from synthetic_soul.stores.base import StoredIndex

if TYPE_CHECKING:
    from synthetic_soul.stores.base import IndexStore, Store
    from tests.contracts.backends import Backend

pytestmark = pytest.mark.anyio

SEEDS = (78, 104, 123)
"""With these SQLite leaves copies of rows behind that it moves, where nothing is done about it."""
LARGE = bytes(range(256)) * 800
KEPT = StoredIndex(5, b"\0head", (b"zero", b"", LARGE))


async def put(
    indexes: IndexStore,
    parts: dict[int, bytes],
    *,
    expected: int = 0,
    seq: int,
    head: bytes = b"",
    count: int = 3,
    conversation: str = "dm",
) -> bool:
    return await indexes.write(
        "ada", conversation, expected=expected, seq=seq, head=head, parts=parts, count=count
    )


async def keep(indexes: IndexStore) -> None:
    """Write ``KEPT``."""
    assert await put(indexes, dict(enumerate(KEPT.parts)), seq=KEPT.seq, head=KEPT.head)


async def test_an_index_is_read_as_it_was_written_by_agent_and_conversation(store: Store) -> None:
    assert await store.indexes.read("ada", "dm") is None
    await keep(store.indexes)
    assert await put(store.indexes, {}, seq=1, count=0, conversation="会話")
    assert await store.indexes.read("ada", "dm") == KEPT
    assert await store.indexes.read("ada", "会話") == StoredIndex(1, b"", ())
    assert await store.indexes.read("ada", "other") is None
    assert await store.indexes.read("bob", "dm") is None


async def test_parts_are_replaced_by_number_and_the_others_stay(store: Store) -> None:
    await keep(store.indexes)
    changed = {3: b"three", 1: b"one"}
    assert await put(store.indexes, changed, expected=5, seq=9, head=b"new", count=4)
    kept = StoredIndex(9, b"new", (b"zero", b"one", LARGE, b"three"))
    assert await store.indexes.read("ada", "dm") == kept


async def test_what_an_index_is_as_of_is_told_without_reading_it(store: Store) -> None:
    assert await store.indexes.seq_of("ada", "dm") == 0
    await keep(store.indexes)
    assert await store.indexes.seq_of("ada", "dm") == 5
    assert await store.indexes.seq_of("ada", "other") == 0
    await store.indexes.remove("ada", "dm", seq=7)
    assert await store.indexes.seq_of("ada", "dm") == 7


async def test_more_than_ten_parts_come_in_the_order_of_their_numbers(store: Store) -> None:
    parts = {number: b"%d" % number for number in reversed(range(120))}
    assert await put(store.indexes, parts, seq=1, count=120)
    found = await store.indexes.read("ada", "dm")
    assert found is not None
    assert found.parts == tuple(b"%d" % number for number in range(120))


async def test_parts_from_the_count_on_are_dropped(store: Store) -> None:
    await keep(store.indexes)
    assert await put(store.indexes, {0: b"a", 2: b"beyond"}, expected=5, seq=6, count=1)
    assert await store.indexes.read("ada", "dm") == StoredIndex(6, b"", (b"a",))
    assert not await put(store.indexes, {2: b"c"}, expected=6, seq=7, count=3)
    assert await put(store.indexes, {1: b"b"}, expected=6, seq=7, count=2)
    assert await store.indexes.read("ada", "dm") == StoredIndex(7, b"", (b"a", b"b"))


async def test_an_index_may_be_written_again_as_of_the_same_entry(store: Store) -> None:
    await keep(store.indexes)
    assert await put(store.indexes, {0: b"a"}, expected=5, seq=5, count=1)
    assert await store.indexes.read("ada", "dm") == StoredIndex(5, b"", (b"a",))


@pytest.mark.parametrize(
    ("expected", "seq", "count"), [(4, 6, 3), (6, 6, 3), (0, 6, 3), (5, 4, 3), (5, 6, 5)]
)
async def test_what_does_not_follow_on_the_index_changes_nothing(
    store: Store, expected: int, seq: int, count: int
) -> None:
    await keep(store.indexes)
    changed = {0: b"changed", 4: b"more"}
    assert not await put(store.indexes, changed, expected=expected, seq=seq, count=count)
    assert await store.indexes.read("ada", "dm") == KEPT


@pytest.mark.parametrize(("expected", "parts"), [(3, {0: b"a"}), (0, {1: b"b"})])
async def test_what_follows_on_nothing_writes_nothing(
    store: Store, expected: int, parts: dict[int, bytes]
) -> None:
    assert not await put(store.indexes, parts, expected=expected, seq=4, count=len(parts))
    assert await store.indexes.read("ada", "dm") is None


@pytest.mark.parametrize(("seq", "later"), [(9, 9), (2, 5)])
async def test_a_removed_index_is_empty_as_of_the_later_entry(
    store: Store, seq: int, later: int
) -> None:
    await keep(store.indexes)
    assert await put(store.indexes, {0: b"other"}, seq=5, count=1, conversation="other")
    await store.indexes.remove("ada", "dm", seq=seq)
    assert await store.indexes.read("ada", "dm") == StoredIndex(later, b"", ())
    assert await store.indexes.read("ada", "other") == StoredIndex(5, b"", (b"other",))
    assert not await put(store.indexes, {0: b"a"}, expected=later, seq=later + 1)  # 1 and 2 lack
    assert await put(store.indexes, {0: b"a"}, expected=later, seq=later + 1, count=1)
    assert await store.indexes.read("ada", "dm") == StoredIndex(later + 1, b"", (b"a",))


@pytest.mark.parametrize("expected", [0, 5])
async def test_who_holds_an_index_from_before_a_removal_cannot_write_it(
    store: Store, expected: int
) -> None:
    if expected:
        await keep(store.indexes)
    await store.indexes.remove("ada", "dm", seq=9)
    everything = dict(enumerate(KEPT.parts))
    assert not await put(store.indexes, everything, expected=expected, seq=10)
    assert await store.indexes.read("ada", "dm") == StoredIndex(9, b"", ())


@pytest.mark.parametrize("seed", SEEDS)
async def test_what_was_replaced_or_removed_is_gone_from_the_disk(
    backend: Backend, seed: int
) -> None:
    store = await backend.open()
    rng = random.Random(seed)  # noqa: S311 - any sizes will do
    secrets = {"dm": b"<forget me>", "one": b"<keep this>", "two": b"<keep this>"}
    last: dict[str, int] = {}
    for seq, conversation in enumerate([*secrets, *rng.choices(list(secrets), k=21)], 1):
        secret = secrets[conversation]
        changed = rng.sample(range(20), rng.randint(1, 20)) if conversation in last else range(20)
        assert await put(
            store.indexes,
            {number: secret * rng.choice((1, 9, 90, 200, 300, 350, 900)) for number in changed},
            expected=last.get(conversation, 0),
            seq=seq,
            head=secret * rng.choice((1, 50, 300)),
            count=20,
            conversation=conversation,
        )
        last[conversation] = seq
    assert b"<forget me>" in await backend.raw()
    await store.indexes.remove("ada", "dm", seq=99)
    raw = await backend.raw()
    assert b"forget me" not in raw
    assert b"<keep this>" in raw


async def test_indexes_outlive_the_process(backend: Backend) -> None:
    store = await backend.open()
    await keep(store.indexes)
    await store.close()
    again = await backend.open()
    assert await again.indexes.read("ada", "dm") == KEPT


async def test_a_closed_store_is_unavailable(backend: Backend) -> None:
    store = await backend.open()
    await store.close()
    with pytest.raises(Unavailable):
        await store.indexes.read("ada", "dm")
    with pytest.raises(Unavailable):
        await put(store.indexes, {}, seq=1, count=0)
    with pytest.raises(Unavailable):
        await store.indexes.remove("ada", "dm", seq=1)


async def test_of_writers_that_race_exactly_one_wins_and_all_of_it_is_read(
    backend: Backend, stores: list[Store]
) -> None:
    seq = 0
    for _ in range(25):
        racers = [b"%d" % number for number in range(6)]
        won = await asyncio.gather(
            *(
                put(
                    stores[number % len(stores)].indexes,
                    dict.fromkeys(range(3), racer * 100),
                    expected=seq,
                    seq=seq + 1 + number,
                    head=racer,
                )
                for number, racer in enumerate(racers)
            )
        )
        assert sum(won) == 1
        winner = won.index(True)
        seq += 1 + winner
        body = racers[winner] * 100
        for store in stores:
            found = await store.indexes.read("ada", "dm")
            assert found == StoredIndex(seq, racers[winner], (body, body, body))
    await stores[0].indexes.remove("ada", "dm", seq=seq)
    assert racers[0] * 100 not in await backend.raw()  # what the losers wrote


async def test_writers_as_of_the_same_entry_leave_an_index_of_whole_writes(
    stores: list[Store],
) -> None:
    assert await put(stores[0].indexes, dict.fromkeys(range(3), b"0"), seq=1)
    for _ in range(10):
        won = await asyncio.gather(
            *(
                put(stores[n % len(stores)].indexes, {n % 3: b"%d" % n}, expected=1, seq=1)
                for n in range(6)
            )
        )
        assert all(won)
        found = await stores[-1].indexes.read("ada", "dm")
        assert found is not None
        assert [int(part) % 3 for part in found.parts] == [0, 1, 2]


async def test_who_reads_while_another_writes_sees_one_write_whole(stores: list[Store]) -> None:
    writer, reader = stores[0].indexes, stores[-1].indexes
    going = True
    seen = set()

    async def write() -> None:
        for seq in range(1, 61):
            parts = dict.fromkeys(range(seq % 7 + 1), b"%d" % seq * 2000)
            assert await put(
                writer, parts, expected=seq - 1, seq=seq, head=b"%d" % seq, count=len(parts)
            )
            await asyncio.sleep(0)

    async def read() -> None:
        while going:
            found = await reader.read("ada", "dm")
            if found is not None:
                assert found.head == b"%d" % found.seq
                assert found.parts == (found.head * 2000,) * (found.seq % 7 + 1)
                seen.add(found.seq)
            await asyncio.sleep(0)

    reading = [asyncio.create_task(read()) for _ in range(2)]
    await write()
    going = False
    await asyncio.gather(*reading)
    assert len(seen) > 5


@pytest.fixture
async def stores(backend: Backend) -> list[Store]:
    """Stores of the same journals, in several processes where that can be."""
    first = await backend.open()
    try:
        return [first, await backend.open()]
    except Misconfigured:  # one process owns a SQLite file
        return [first]
