"""The pictures of a soul: which count, which do not, and why."""

import base64

import pytest

from soulscript import Soul
from synthetic_soul.avatars import portraits as module
from synthetic_soul.avatars.portraits import portraits
from synthetic_soul.stores.base import MAX_PICTURES
from tests.support.pictures import BLUE, GREEN, RED, SVG, hostile, picture, shows
from tests.support.sample_souls import sample_soul


def soul_with(images: dict[str, str], default: str | None = None) -> Soul:
    return sample_soul(more={"avatar": {"default": default, "images": dict(images)}})


def data_uri(raw: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(raw).decode()}"


def test_files_and_data_are_pictures_by_expression_the_default_first() -> None:
    images = {"Joy": "a/joy.webp", "sad": data_uri(picture(BLUE)), "neutral": "n.png"}
    assets = {"a/joy.webp": picture(GREEN, "WEBP"), "n.png": picture(RED), "other.png": b"?"}
    found = portraits(soul_with(images, "neutral"), assets)
    assert list(found.pictures) == ["neutral", "joy", "sad"]
    for name, colour in (("neutral", RED), ("joy", GREEN), ("sad", BLUE)):
        assert shows(found.pictures[name], colour)
    assert found.faults == {}


def test_a_broken_picture_takes_no_other_away_and_is_named_with_its_reason() -> None:
    images = {
        "joy": "joy.png",
        "a": "missing.png",
        "b": "https://example.org/b.png",
        "c": data_uri(SVG, "svg+xml"),
        "d": "data:image/png;base64,AAA",
        "e": "script.png",
    }
    found = portraits(soul_with(images), {"joy.png": picture(), "script.png": SVG})
    assert list(found.pictures) == ["joy"]
    assert set(found.faults) == {"a", "b", "c", "d", "e"}
    assert "not there" in found.faults["a"]
    assert "not fetched" in found.faults["b"]
    assert "no PNG, JPEG, WebP or GIF" in found.faults["c"]
    assert "base64" in found.faults["d"]


def test_no_hostile_picture_becomes_one() -> None:
    files = {f"{number}.png": raw for number, raw in enumerate(hostile().values())}
    found = portraits(soul_with({name: name for name in files}), files)
    assert found.pictures == {}
    assert set(found.faults) >= set(files)


def test_where_the_avatar_gives_none_the_first_picture_among_the_files_is_the_neutral_one() -> None:
    assets = {"readme.txt": picture(BLUE), "bad.png": SVG, "cover.jpg": picture(GREEN, "JPEG")}
    for soul in (sample_soul(), soul_with({"joy": "bad.png"})):
        found = portraits(soul, assets)
        assert list(found.pictures) == ["neutral"]
        assert shows(found.pictures["neutral"], GREEN)


def test_a_soul_without_pictures_has_none() -> None:
    assert portraits(sample_soul(), {}).pictures == {}


def test_number_pixels_and_bytes_of_one_soul_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    images = {f"face {number}": "one.png" for number in range(MAX_PICTURES + 2)}
    found = portraits(soul_with(images), {"one.png": picture(size=(9, 9))})
    assert len(found.pictures) == MAX_PICTURES
    assert set(found.faults) == {f"face {MAX_PICTURES}", f"face {MAX_PICTURES + 1}"}
    two = {"a": "a.png", "b": "b.png"}
    files = {"a.png": picture(size=(10, 10)), "b.png": picture(GREEN, size=(10, 10))}
    with monkeypatch.context() as patch:
        patch.setattr(module, "MAX_TOTAL_PIXELS", 150)
        assert list(portraits(soul_with(two), files).pictures) == ["a"]
    size = len(portraits(soul_with(two), files).pictures["a"])
    with monkeypatch.context() as patch:
        patch.setattr(module, "MAX_PICTURE_BYTES", size)
        assert list(portraits(soul_with(two), files).pictures) == ["a"]


def test_of_two_names_that_are_one_the_default_or_first_counts() -> None:
    images = {"joy": "a.png", "Joy!": "b.png", "—": "a.png"}
    files = {"a.png": picture(RED), "b.png": picture(GREEN)}
    found = portraits(soul_with(images), files)
    assert list(found.pictures) == ["joy"]
    assert shows(found.pictures["joy"], RED)
    assert shows(portraits(soul_with(images, "Joy!"), files).pictures["joy"], GREEN)
