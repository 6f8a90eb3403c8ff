"""An answer that comes when the user has turned elsewhere changes nothing any more."""

import json
import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import expect

from soulscript import write
from soulscript.formats import Source, read_source
from tests.web.conftest import Visitors
from tests.web.soul_server import SoulServer
from tests.web.visits import PASSWORD, SETTLED_MS, Visit

EMAIL = "olive@example.com"
WREN, BRAM = (f"/v1/agents/{name}" for name in ("wren", "bram"))
LINES = "/v1/messages/conversation"
ASKED = [  # when the operator turns to Wren
    ("/v1/auth/me", 1),
    (WREN, 1),
    (LINES, 1),
    (f"{WREN}/instructions", 1),
    (WREN, 2),
    (f"{WREN}/profile", 1),
    ("/v1/thoughts/latest", 1),
]
STREAMS = {f"{WREN}/live"}
SHOWN = """() => ({
  title: document.title,
  agent: document.getElementById("agents").value,
  placeholder: document.getElementById("message").placeholder,
  texts: ["who", "disclosure", "lines", "trouble", "occupation", "thought", "standing", "memories",
    "instructions"].map((id) => document.getElementById(id).innerText),
  names: [...document.querySelectorAll(".agent-name")].map((name) => name.textContent),
  applied: document.getElementById("apply-instructions").checked,
})"""


def soul_file(name: str) -> str:
    fields = {
        "name": name,
        "description": f"{{{{char}}}} keeps the lighthouse of {name}.",
        "first_mes": f"Here is {name}.",
        "system_prompt": f"Write as {name}.",
    }
    card = {"spec": "chara_card_v2", "spec_version": "2.0", "data": fields}
    soul = read_source(Source("card.json", {"card.json": json.dumps(card).encode()})).soul
    assert soul is not None
    return write(soul)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoulServer]:
    """One that serves Wren and Bram, too, who have instructions, and has olive as operator."""
    folder = tmp_path_factory.mktemp("server")
    (folder / "souls").mkdir()
    for name in ("Wren", "Bram"):
        (folder / "souls" / f"{name.lower()}.soul").write_text(soul_file(name), encoding="utf-8")
    opened = SoulServer(folder, THINKING_RATE="0.5", EMOTIONAL_DECAY_RATE="0.5").open()
    headers = {"X-Requested-With": "fetch"}
    with httpx.Client(base_url=opened.url, headers=headers) as client:
        token = client.post("/v1/auth/guest").json()["access_token"]
        form = {"email": EMAIL, "username": "olive", "password": PASSWORD}
        headers = {"Authorization": f"Bearer {token}"}
        client.post("/v1/auth/claim", json=form, headers=headers).raise_for_status()
    opened.make_operator("olive")
    yield opened
    opened.close()


@pytest.fixture
def olive(ann: Visit) -> Visit:
    """The operator, with Bram; Wren knows something of her."""
    ann.login(EMAIL)
    expect(ann.at("#who")).to_have_text("olive")
    ann.choose("wren")
    expect(ann.at("#instructions")).to_contain_text("Write as Wren.")
    if not ann.said.count():
        ann.say("My name is Olive and I love hiking.")
    expect(ann.memories).not_to_have_count(0)
    expect(ann.at("#thought")).not_to_contain_text("No thought yet", timeout=15_000)
    turn_to_bram(ann)
    return ann


def turn_to_bram(olive: Visit) -> None:
    olive.choose("bram")
    expect(olive.at("#instructions")).to_contain_text("Write as Bram.")
    expect(olive.at("#standing")).to_contain_text("0 messages")
    expect(olive.memories).to_have_count(0)


def test_these_are_all_requests_of_a_meeting(olive: Visit) -> None:
    olive.requests.clear()
    olive.choose("wren")
    expect(olive.memories).not_to_have_count(0)
    expect(olive.at("#thought")).not_to_contain_text("No thought yet")
    paths = {urlsplit(url).path for url in olive.requests}
    assert {path for path in paths if path.startswith("/v1/")} - STREAMS == dict(ASKED).keys()


@pytest.mark.parametrize(("path", "nth"), ASKED)
def test_an_answer_for_the_agent_chosen_before_changes_nothing(
    olive: Visit, path: str, nth: int
) -> None:
    before = olive.page.evaluate(SHOWN)
    held = olive.hold(path, nth)
    olive.page.select_option("#agents", "wren")
    held.wait()
    turn_to_bram(olive)
    held.release()
    assert olive.page.evaluate(SHOWN) == before
    assert olive.complaints == []


def test_a_refusal_for_the_agent_chosen_before_is_not_told(olive: Visit) -> None:
    held = olive.hold(WREN)
    olive.page.select_option("#agents", "wren")
    held.wait()
    turn_to_bram(olive)
    held.release(status=500)
    expect(olive.at("#trouble")).to_be_hidden()


def test_a_late_answer_to_consent_leaves_the_switch_of_another_agent_alone(olive: Visit) -> None:
    olive.choose("wren")
    box = olive.at("#apply-instructions")
    expect(olive.at("#instructions")).to_contain_text("Write as Wren.")
    expect(box).not_to_be_checked()
    held = olive.hold(f"{WREN}/instructions", method="PUT")
    box.click()
    held.wait()
    expect(box).to_be_disabled()  # a second decision might overtake the first
    turn_to_bram(olive)
    expect(box).to_be_enabled()
    expect(box).not_to_be_checked()
    held.release(status=500)
    expect(box).not_to_be_checked()
    expect(olive.at("#instructions-trouble")).to_be_empty()
    olive.choose("wren")
    expect(box).to_be_checked()


def test_memories_of_who_was_here_before_are_not_shown(
    visitors: Visitors, server: SoulServer
) -> None:
    ann = visitors(server.url)
    ann.say("My name is Ann.")
    ann.choose("bram")
    held = ann.hold("/v1/agents/jasmine/profile")
    ann.choose("jasmine")
    held.wait()
    ann.page.click("#open-account")
    ann.page.get_by_role("button", name="Start over").click()
    expect(ann.at("#standing")).to_contain_text("0 messages")
    expect(ann.memories).to_have_count(0)
    held.release()
    expect(ann.memories).to_have_count(0)
    expect(ann.said).to_have_count(0)


def test_who_is_here_is_what_was_asked_for_last(visitors: Visitors, server: SoulServer) -> None:
    ann = visitors(server.url)
    ann.claim("anna@example.com", "anna")
    expect(ann.at("#who")).to_have_text("anna")
    held = ann.hold("/v1/auth/me")
    ann.page.click("#open-account")
    held.wait()
    ann.page.get_by_role("button", name="Sign out").click()
    expect(ann.at("#who")).to_have_text("Guest")
    held.release()
    expect(ann.at("#who")).to_have_text("Guest")


def test_what_is_written_before_the_agent_is_there_is_said_to_nobody(
    visitors: Visitors, server: SoulServer
) -> None:
    ann = visitors(server.url)
    ann.say("Hello!")
    held = ann.hold(LINES)
    ann.page.select_option("#agents", "wren")
    held.wait()
    ann.type("For Wren alone.")
    expect(ann.at("#message")).to_have_value("For Wren alone.")
    expect(ann.said).to_have_count(0)
    held.release()
    expect(ann.replies).to_have_text(["Here is Wren."])
    ann.page.press("#message", "Enter")
    expect(ann.replies).to_have_count(2, timeout=15_000)
    expect(ann.said).to_have_text(["For Wren alone."])
    ann.choose("jasmine")
    expect(ann.said).to_have_text(["Hello!"])


def test_an_agent_that_cannot_be_met_can_be_tried_again(
    visitors: Visitors, server: SoulServer
) -> None:
    ann = visitors(server.url)
    ann.say("Hello!")
    held = ann.hold(WREN)
    ann.page.select_option("#agents", "wren")
    held.wait()
    held.release(status=500)
    expect(ann.at("#trouble")).to_contain_text("the server answered 500. Try again")
    expect(ann.said).to_have_count(0)
    ann.type("Is anybody there?")
    expect(ann.at("#message")).to_have_value("Is anybody there?")
    ann.page.get_by_role("button", name="Try again").click()
    expect(ann.page).to_have_title("Wren")
    expect(ann.replies).to_have_text(["Here is Wren."])
    expect(ann.at("#trouble")).to_be_hidden()
    expect(ann.at("#standing")).to_have_text(re.compile("0 messages"))


@pytest.mark.parametrize("leave", ["login", "logout"])
def test_a_renewal_that_is_answered_late_brings_nobody_back(
    visitors: Visitors, server: SoulServer, leave: str
) -> None:
    """Who signs in or out while a token is renewed is who they said, with the cookies, too."""
    ann = visitors(server.url)
    if leave == "logout":
        ann.claim("ines@example.com", "ines")
        expect(ann.at("#who")).to_have_text("ines")
    ann.page.route("**/v1/auth/me", lambda route: route.fulfill(status=401, json={}), times=1)
    held = ann.hold("/v1/auth/refresh", method="POST")
    if leave == "login":
        ann.login(EMAIL)
    else:
        ann.page.click("#open-account")
        ann.page.get_by_role("button", name="Sign out").click()
    held.wait()
    ann.page.wait_for_timeout(SETTLED_MS)
    held.release()
    name = "olive" if leave == "login" else "Guest"
    expect(ann.at("#who")).to_have_text(name)
    ann.choose("bram")
    ann.choose("jasmine")
    ann.page.click("#open-account")
    signed_in = "You are signed in as olive." if leave == "login" else "guest"
    expect(ann.at("#signed-in")).to_contain_text(signed_in)
    ann.reload()
    expect(ann.at("#who")).to_have_text(name)


def test_a_double_click_shows_earlier_lines_once(visitors: Visitors, server: SoulServer) -> None:
    ann = visitors(server.url)
    ann.say("Hello!")
    said = [f"Line {number}." for number in range(34)]
    for text in said:
        ann.say(text)
    ann.reload()
    offer = ann.page.get_by_role("button", name="Show what was said earlier")
    held = ann.hold(LINES)
    offer.dblclick()
    held.wait()
    held.release()
    expect(ann.said).to_have_text(["Hello!", *said])
