"""The page shows the picture that a character brings; else the drawn face, as ever."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.support.pictures import BLUE, GREEN, picture
from tests.support.sample_souls import sample_soul
from tests.web.conftest import StartServer, Visitors
from tests.web.soul_server import SoulServer
from tests.web.visits import Visit

DRAWN = "#face .orb"
SHOWN = "#face image.picture"
NATURAL = """async (address) => {
  const image = new Image();
  image.src = address;
  await image.decode();
  return [image.naturalWidth, image.naturalHeight];
}"""


@pytest.fixture
def gallery(tmp_path: Path, start_server: StartServer) -> SoulServer:
    """A server whose first agent has pictures, and Jasmine none."""
    images = {"neutral": "kea.png", "joy": "joy.png"}
    soul = sample_soul("Kea", more={"avatar": {"default": "neutral", "images": dict(images)}})
    folder = tmp_path / "server0" / "souls"
    folder.mkdir(parents=True)
    (folder / "kea.soul").write_text(json.dumps(soul.dump()), encoding="utf-8")
    (folder / "kea.png").write_bytes(picture(BLUE, size=(300, 450)))
    (folder / "joy.png").write_bytes(picture(GREEN, size=(300, 450)))
    return start_server(BOT_NAME="Kea")


def address(visit: Visit) -> str:
    return str(visit.at(SHOWN).get_attribute("href"))


def test_a_character_with_pictures_is_seen_by_them_and_another_as_ever(
    visitors: Visitors, gallery: SoulServer
) -> None:
    ann = visitors(gallery.url)
    expect(ann.at(SHOWN)).to_be_visible()
    expect(ann.at(DRAWN)).to_have_count(0)
    assert ann.page.evaluate(NATURAL, address(ann)) == [300, 450]
    expression = ann.at("#face").get_attribute("data-expression")
    assert f"/static/expressions/kea/{expression}.webp?v=" in address(ann)
    label = str(ann.at("#face").get_attribute("aria-label"))
    assert label == f"Kea's face: {str(expression).replace('_', ' ')}"
    before = address(ann)
    ann.say("I love you, you are wonderful! Thank you so much!")
    expect(ann.at(SHOWN)).not_to_have_attribute("href", before)
    expect(ann.at(".line.agent svg.face image.picture")).to_have_count(1)
    ann.page.select_option("#agents", "jasmine")
    expect(ann.at(DRAWN)).to_have_count(1)
    expect(ann.at(SHOWN)).to_have_count(0)
    ann.page.select_option("#agents", "kea")
    expect(ann.at(SHOWN)).to_have_count(1)
    assert ann.complaints == []


def test_where_a_picture_does_not_come_the_face_is_drawn(
    visitors: Visitors, gallery: SoulServer
) -> None:
    ann = visitors(gallery.url)
    expect(ann.at(SHOWN)).to_be_visible()
    ann.page.context.route("**/static/expressions/**", lambda route: route.abort())
    ann.say("I love you, you are wonderful! Thank you so much!")
    expect(ann.at(DRAWN)).to_have_count(1)
    expect(ann.at(".line.agent svg.face .orb")).to_have_count(1)
