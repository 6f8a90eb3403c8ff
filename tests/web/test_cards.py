"""On the page a card's character begins the talk, and its author's instructions want consent."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.web.conftest import StartServer, Visitors
from tests.web.soul_server import SoulServer
from tests.web.visits import PASSWORD

CARD: dict[str, Any] = {
    "spec": "chara_card_v2",
    "spec_version": "2.0",
    "data": {
        "name": "Wren",
        "description": "{{char}} keeps a lighthouse.",
        "first_mes": "Mind the third step.",
        "alternate_greetings": ["The kettle is on.", "Not a word is said."],
        "system_prompt": "Write in the present tense.",
    },
}


@pytest.fixture
def lighthouse(tmp_path: Path, start_server: StartServer) -> SoulServer:
    card = tmp_path / "wren.json"
    card.write_text(json.dumps(CARD), encoding="utf-8")
    return start_server(SOUL=str(card))


def test_the_user_chooses_how_the_character_begins(
    visitors: Visitors, lighthouse: SoulServer
) -> None:
    ann = visitors(lighthouse.url)
    first = ann.at(".line.agent .words")
    expect(first).to_have_text(["Mind the third step."])
    expect(ann.at(".choice")).to_contain_text("beginning 1 of 3")
    ann.page.get_by_label("The beginning before this one").click()
    expect(first).to_have_text(["Not a word is said."])
    ann.page.get_by_label("The next beginning").click()
    ann.page.get_by_label("The next beginning").click()
    expect(first).to_have_text(["The kettle is on."])
    ann.say("Good evening.")
    expect(ann.at(".choice")).to_have_count(0)
    ann.reload()
    expect(first.first).to_have_text("The kettle is on.")
    expect(ann.at(".choice")).to_have_count(0)
    assert ann.complaints == []


def test_the_opening_that_is_shown_is_the_one_that_counts(
    visitors: Visitors, lighthouse: SoulServer
) -> None:
    ann = visitors(lighthouse.url)
    held = ann.hold("/v1/messages/conversation")
    ann.page.get_by_label("The next beginning").click()
    held.wait()
    ann.say("Good evening.")
    held.release()
    first = ann.at(".line.agent .words").first
    expect(first).to_have_text("Mind the third step.")
    ann.reload()
    expect(first).to_have_text("Mind the third step.")


def test_of_openings_asked_for_in_haste_the_last_is_shown(
    visitors: Visitors, lighthouse: SoulServer
) -> None:
    ann = visitors(lighthouse.url)
    first, following = ann.at(".line.agent .words"), ann.page.get_by_label("The next beginning")
    held = ann.hold("/v1/messages/conversation")
    following.click()
    held.wait()
    following.click()
    expect(first).to_have_text(["Not a word is said."])
    held.release()
    expect(first).to_have_text(["Not a word is said."])
    expect(ann.at(".choice")).to_contain_text("beginning 3 of 3")


def test_an_opening_that_does_not_come_is_told_and_asked_for_again(
    visitors: Visitors, lighthouse: SoulServer
) -> None:
    ann = visitors(lighthouse.url)
    held = ann.hold("/v1/messages/conversation")
    ann.page.get_by_label("The next beginning").click()
    held.wait()
    held.release(status=500)
    expect(ann.at(".choice")).to_contain_text("the server answered 500")
    ann.page.get_by_label("The next beginning").click()
    expect(ann.at(".line.agent .words")).to_have_text(["The kettle is on."])
    expect(ann.at(".choice")).to_contain_text("beginning 2 of 3")


def test_the_operator_alone_sees_and_switches_the_authors_instructions(
    visitors: Visitors, lighthouse: SoulServer
) -> None:
    ann = visitors(lighthouse.url)
    expect(ann.at("#instructions")).to_be_hidden()
    ann.claim("olive@example.com", "olive")
    expect(ann.at("#who")).to_have_text("olive")
    lighthouse.make_operator("olive")
    ann.reload()
    section, box = ann.at("#instructions"), ann.at("#apply-instructions")
    expect(section).to_contain_text("Write in the present tense.")
    expect(box).not_to_be_checked()
    box.check()
    ann.reload()
    expect(box).to_be_checked()
    box.uncheck()
    ann.reload()
    expect(section).to_be_visible()
    expect(box).not_to_be_checked()


def test_consent_to_instructions_that_were_replaced_meanwhile_shows_the_new_ones(
    visitors: Visitors, lighthouse: SoulServer
) -> None:
    ann = visitors(lighthouse.url)
    ann.claim("olive@example.com", "olive")
    expect(ann.at("#who")).to_have_text("olive")
    lighthouse.make_operator("olive")
    with httpx.Client(base_url=lighthouse.url, headers={"X-Requested-With": "fetch"}) as client:
        form = {"email": "olive@example.com", "password": PASSWORD}
        grant = client.post("/v1/auth/login", json=form).json()
        client.headers["Authorization"] = f"Bearer {grant['access_token']}"
        upload(client, "Write in the present tense.")
        ann.reload()
        ann.choose("bram")
        section, box = ann.at("#instructions"), ann.at("#apply-instructions")
        expect(section).to_contain_text("Write in the present tense.")
        upload(client, "Shout.")
        box.click()
        expect(ann.at("#instructions-trouble")).to_contain_text("the soul was replaced")
        expect(section).to_contain_text("Shout.")
        expect(section).not_to_contain_text("present tense")
        expect(box).not_to_be_checked()
        assert not client.get("/v1/agents/bram/instructions").json()["applied"]
        box.check()
        expect(ann.at("#instructions-trouble")).to_be_empty()
        expect(box).to_be_enabled()
        assert client.get("/v1/agents/bram/instructions").json()["applied"]


def upload(client: httpx.Client, instructions: str) -> None:
    """Make Bram, or replace him, with these instructions."""
    data = {**CARD["data"], "name": "Bram", "system_prompt": instructions}
    client.post(
        "/v1/agents", params={"replace": True}, json={**CARD, "data": data}
    ).raise_for_status()
