"""Pictures by agent and expression, before a store that other processes write, too."""

from collections.abc import Callable

import pytest

from soulscript import Soul
from synthetic_soul.avatars.avatars import Avatars
from synthetic_soul.avatars.portraits import portraits
from tests.contracts.journals import Clock
from tests.simulation.memory_disk import MemoryDisk
from tests.simulation.memory_store import MemoryStore
from tests.support.pictures import BLUE, GREEN, RED, WHITE, picture, shows
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


def beside(files: dict[str, bytes]) -> Callable[[str], dict[str, bytes]]:
    return lambda _: files


async def version(avatars: Avatars, soul: Soul) -> str:
    return await avatars.version("kea", soul, uploaded=False)


async def test_the_version_changes_with_any_picture_and_with_the_usual_one() -> None:
    clock = Clock()
    store = MemoryStore(MemoryDisk(clock))
    await store.open()
    files = {"a.png": picture(GREEN), "b.png": picture(RED)}
    images = {"neutral": "a.png", "joy": "b.png"}
    seen = []
    for soul, changed in (
        (with_images("neutral", images), {}),
        (with_images("neutral", images), {"b.png": picture(BLUE)}),
        (with_images("joy", images), {}),
        (with_images("neutral", images | {"sad": "b.png"}), {}),
    ):
        avatars = Avatars(store.pictures, beside(files | changed), clock)
        seen.append(await version(avatars, soul))
        assert await version(avatars, soul) == seen[-1]
    assert len(set(seen)) == len(seen)
    avatars = Avatars(store.pictures, lambda _: {}, clock)
    assert await version(avatars, sample_soul()) == ""


@pytest.mark.parametrize(
    ("default", "images", "usual"),
    [
        ("joy", ["neutral", "joy"], "joy"),
        ("gone", ["sad", "neutral"], "neutral"),
        (None, ["anger", "joy"], "joy"),
        (None, ["front", "back"], "front"),
    ],
)
async def test_the_usual_picture_is_the_default_else_a_calm_one_else_the_first(
    default: str | None, images: list[str], usual: str
) -> None:
    clock = Clock()
    store = MemoryStore(MemoryDisk(clock))
    await store.open()
    files = {f"{name}.png": picture(GREEN if name == usual else RED) for name in images}
    soul = with_images(default, {name: f"{name}.png" for name in images})
    avatars = Avatars(store.pictures, beside(files), clock)
    shown = await avatars.get("kea", soul, "", uploaded=False)
    assert shown is not None
    assert shows(shown.body, GREEN)


async def test_a_soul_in_a_file_and_an_uploaded_one_show_the_same() -> None:
    clock = Clock()
    store = MemoryStore(MemoryDisk(clock))
    await store.open()
    names = ["smile_2", "angry_left", "smile", "angry"]
    colours = dict(zip(names, (RED, BLUE, GREEN, WHITE), strict=True))
    files = {f"{name}.png": picture(colour) for name, colour in colours.items()}
    soul = with_images("angry", {name: f"{name}.png" for name in names})
    await store.pictures.replace("kea", portraits(soul, files).pictures)
    avatars = Avatars(store.pictures, beside(files), clock)
    for expression in ("joy_happy", "anger_frustration", "", "unheard"):
        shown = [
            await Avatars(store.pictures, beside(files), clock).get(
                "kea", soul, expression, uploaded=uploaded
            )
            for uploaded in (False, True)
        ]
        assert shown[0] == shown[1]
    happy = await avatars.get("kea", soul, "joy_happy", uploaded=True)
    assert happy is not None
    assert shows(happy.body, GREEN)


def with_images(default: str | None, images: dict[str, str]) -> Soul:
    avatar = {"images": images} | ({"default": default} if default else {})
    return sample_soul(more={"avatar": avatar})  # type: ignore[dict-item]  # plain JSON
