"""What every store promises of the pictures of agents."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.errors import TooLarge
from synthetic_soul.stores.base import MAX_PICTURE_BYTES, MAX_PICTURES

if TYPE_CHECKING:
    from synthetic_soul.stores.base import Store
    from tests.contracts.backends import Backend

pytestmark = pytest.mark.anyio

SMILE, TEAR = b"\0smile\xff", b"tear" * 1000


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


async def test_pictures_are_found_by_agent_expression_and_digest(store: Store) -> None:
    await store.pictures.replace("ada", {"joy": SMILE, "sad": TEAR, "内気": SMILE})
    await store.pictures.replace("bob", {"joy": TEAR})
    known = {"joy": digest(SMILE), "sad": digest(TEAR), "内気": digest(SMILE)}
    assert await store.pictures.digests("ada") == known
    assert await store.pictures.read("ada", digest(SMILE)) == SMILE
    assert await store.pictures.read("ada", digest(TEAR)) == TEAR
    assert await store.pictures.digests("bob") == {"joy": digest(TEAR)}
    assert await store.pictures.read("bob", digest(SMILE)) is None
    assert await store.pictures.digests("nobody") == {}
    assert await store.pictures.read("nobody", digest(SMILE)) is None


async def test_new_pictures_replace_all_old_ones_and_none_remove_them(store: Store) -> None:
    await store.pictures.replace("ada", {"joy": SMILE, "sad": TEAR})
    await store.pictures.replace("ada", {"sad": SMILE})
    assert await store.pictures.digests("ada") == {"sad": digest(SMILE)}
    assert await store.pictures.read("ada", digest(TEAR)) is None
    await store.pictures.replace("ada", {})
    assert await store.pictures.digests("ada") == {}
    assert await store.pictures.read("ada", digest(SMILE)) is None


async def test_what_was_replaced_is_gone_from_the_disk(backend: Backend) -> None:
    store = await backend.open()
    await store.pictures.replace("ada", {"joy": b"a face to forget" * 3})
    assert await store.pictures.digests("ada")
    await store.pictures.replace("ada", {})
    await store.texts.erase("ada", ["0" * 64])  # it empties the write-ahead log of SQLite
    assert b"a face to forget" not in await backend.raw()


async def test_pictures_outlive_the_process(backend: Backend) -> None:
    store = await backend.open()
    await store.pictures.replace("ada", {"joy": SMILE})
    await store.close()
    again = await backend.open()
    assert await again.pictures.read("ada", digest(SMILE)) == SMILE


async def test_an_agent_has_a_bounded_number_of_pictures_and_bytes(store: Store) -> None:
    most = {f"face {number:02}": bytes([number]) for number in range(MAX_PICTURES)}
    await store.pictures.replace("ada", most)
    for more in ({**most, "one more": b"x"}, {"joy": bytes(MAX_PICTURE_BYTES), "sad": b"x"}):
        with pytest.raises(TooLarge):
            await store.pictures.replace("ada", more)
    assert len(await store.pictures.digests("ada")) == MAX_PICTURES
    await store.pictures.replace("ada", {"joy": bytes(MAX_PICTURE_BYTES)})
    assert await store.pictures.read("ada", digest(bytes(MAX_PICTURE_BYTES))) is not None
