"""Pictures by agent and expression, before a store that other processes write, too."""

import pytest

from synthetic_soul.avatars.avatars import Avatars
from tests.contracts.journals import Clock
from tests.simulation.memory_disk import MemoryDisk
from tests.simulation.memory_store import MemoryStore
from tests.support.pictures import GREEN, picture, shows
from tests.support.sample_souls import sample_soul

pytestmark = pytest.mark.anyio


class Forgetful(MemoryStore):
    """A store whose pictures are always replaced between the list and the reading."""

    async def nothing(self, agent: str, digest: str) -> None:
        del agent, digest


async def test_a_picture_that_never_can_be_read_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    store = Forgetful(MemoryDisk(clock))
    await store.open()
    await store.pictures.replace("kea", {"joy": picture()})
    monkeypatch.setattr(store.pictures, "read", store.nothing)
    avatars = Avatars(store.pictures, lambda _: {}, clock)
    assert await avatars.get("kea", sample_soul(), "joy", uploaded=True) is None


async def test_files_are_read_once_for_a_soul() -> None:
    clock = Clock()
    store = MemoryStore(MemoryDisk(clock))
    await store.open()
    asked: list[str] = []

    def read(agent: str) -> dict[str, bytes]:
        asked.append(agent)
        return {"kea.png": picture(GREEN)}

    avatars = Avatars(store.pictures, read, clock)
    for _ in range(3):
        clock.now += 100_000
        for png in (False, True):
            shown = await avatars.get("kea", sample_soul(), "", uploaded=False, png=png)
            assert shown is not None
            assert shows(shown.body, GREEN)
    assert asked == ["kea"]
