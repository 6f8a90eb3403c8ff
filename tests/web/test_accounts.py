"""Guests, accounts, and leaving for good."""

import json
from pathlib import Path

from playwright.sync_api import expect

from tests.web.conftest import StartServer, Visitors
from tests.web.soul_server import SoulServer
from tests.web.visits import PASSWORD, Visit


def test_a_guest_claims_the_account_signs_out_and_comes_back(ann: Visit) -> None:
    ann.say("My name is Ann.")
    ann.claim("ann@example.com", "ann-k")
    expect(ann.at("#who")).to_have_text("ann-k")
    expect(ann.at("#account")).to_be_hidden()
    expect(ann.said).to_have_text(["My name is Ann."])

    ann.page.click("#open-account")
    expect(ann.at("#signed-in")).to_have_text("You are signed in as ann-k.")
    expect(ann.at("#claim")).to_be_hidden()
    ann.page.get_by_role("button", name="Sign out").click()
    expect(ann.at("#who")).to_have_text("Guest")
    expect(ann.said).to_have_count(0)
    expect(ann.memories).to_have_count(0)

    ann.login("ann@example.com")
    expect(ann.at("#who")).to_have_text("ann-k")
    expect(ann.said).to_have_text(["My name is Ann."])
    expect(ann.memories).to_have_count(1)


def test_an_account_is_the_same_in_another_browser(
    ann: Visit, visitors: Visitors, server: SoulServer
) -> None:
    ann.say("My name is Berta.")
    ann.claim("berta@example.com", "berta")
    expect(ann.at("#who")).to_have_text("berta")
    elsewhere = visitors(server.url)
    elsewhere.login("berta@example.com")
    expect(elsewhere.said).to_have_text(["My name is Berta."])


def test_a_wrong_password_and_a_taken_name_are_told_in_the_dialog(
    ann: Visit, visitors: Visitors, server: SoulServer
) -> None:
    ann.claim("carl@example.com", "carl-x")
    expect(ann.at("#who")).to_have_text("carl-x")
    other = visitors(server.url)
    other.login("carl@example.com", "quite-wrong-indeed")
    trouble = other.at("#account-trouble")
    expect(trouble).to_be_visible()
    other.page.keyboard.press("Escape")
    other.claim("else@example.com", "carl-x")
    expect(trouble).to_contain_text("name")
    assert other.at("#account").is_visible()
    assert other.who() == "Guest"


def test_everything_of_mine_can_be_downloaded(ann: Visit, tmp_path: Path) -> None:
    ann.say("My name is Dora.")
    ann.page.click("#open-account")
    with ann.page.expect_download() as waiting:
        ann.page.get_by_role("button", name="Download everything of mine").click()
    waiting.value.save_as(tmp_path / "mine.json")
    mine = json.loads((tmp_path / "mine.json").read_text(encoding="utf-8"))
    assert "My name is Dora." in json.dumps(mine["agents"]["jasmine"]["journal"])


def test_erasing_asks_once_more_and_then_leaves_nothing(
    start_server: StartServer, visitors: Visitors
) -> None:
    server = start_server()
    ann = visitors(server.url)
    ann.say("My name is Zephyrine.")
    ann.page.click("#open-account")
    ann.page.click("#erase")
    ann.page.get_by_role("button", name="Keep it").click()
    expect(ann.at("#sure")).to_be_hidden()
    ann.page.click("#erase")
    ann.page.click("#erase-surely")
    expect(ann.at("#account")).to_be_hidden()
    expect(ann.said).to_have_count(0)
    expect(ann.memories).to_have_count(0)
    assert ann.who() == "Guest"
    ann.say("Hello, I am new here.")
    kept = b"".join(path.read_bytes() for path in server.folder.glob("soul.db*"))
    assert b"Zephyrine" not in kept


def test_a_session_that_ended_elsewhere_is_told_and_nothing_is_said_as_somebody_else(
    ann: Visit, visitors: Visitors, server: SoulServer
) -> None:
    ann.say("My name is Emil.")
    ann.claim("emil@example.com", "emil")
    expect(ann.at("#who")).to_have_text("emil")
    beside = visitors(server.url, beside=ann)
    beside.page.click("#open-account")
    beside.page.get_by_role("button", name="Sign out").click()
    expect(beside.at("#who")).to_have_text("Guest")
    ann.type("This is for you alone.")
    expect(ann.at("#trouble")).to_contain_text("emil", timeout=15_000)
    assert ann.who() == "Guest"
    expect(ann.said).to_have_count(0)
    expect(ann.at("#message")).to_have_value("This is for you alone.")
    ann.page.locator("#trouble button").click()
    ann.at("#login [name=email]").fill("emil@example.com")
    ann.at("#login [name=password]").fill(PASSWORD)
    ann.page.keyboard.press("Enter")
    expect(ann.said).to_have_text(["My name is Emil."])
