"""A person talks, and watches."""

import re

from playwright.sync_api import expect

from tests.support.fake_model import FakeModel
from tests.web.conftest import StartServer, Visitors
from tests.web.soul_server import SoulServer, free_port
from tests.web.visits import Visit

SLOW = "One word after the other. Whoever watches can read along. It comes as it is written."


def test_the_page_opens_for_a_guest_without_a_complaint_or_a_foreign_request(
    ann: Visit, server: SoulServer
) -> None:
    assert ann.who() == "Guest"
    expect(ann.page).to_have_title("Jasmine")
    expect(ann.at("#disclosure")).to_contain_text("Jasmine is an AI, not a human being")
    expect(ann.at("#message")).to_be_focused()
    assert len(ann.replies.all()) == 0
    assert ann.complaints == []
    assert ann.requests
    assert all(url.startswith(server.url) for url in ann.requests)


def test_an_opening_can_be_chosen_instead_of_written(ann: Visit) -> None:
    ann.at(".openings button").first.click()
    expect(ann.replies).to_have_count(1)
    expect(ann.said).to_have_text("Hello!")
    expect(ann.at(".welcome")).to_have_count(0)


def test_a_message_is_answered_in_one_bubble_that_grows(
    start_server: StartServer, visitors: Visitors
) -> None:
    with FakeModel() as model:
        server = start_server(LLM_BASE_URL=model.base_url, LLM_MODEL="soul-1")
        ann = visitors(server.url)
        ann.say("Hello!")  # the first reply of an unknown model comes whole
        model.reply, model.piece_delay = SLOW, 0.15
        ann.type("And?")
        expect(ann.at(".line.agent")).to_have_count(2)
        growing = ann.at(".line.agent .words").last
        expect(growing).to_have_text(re.compile("^One word"))
        assert growing.inner_text() != SLOW
        expect(growing).to_have_text(SLOW, timeout=15_000)
        expect(ann.at(".line.agent")).to_have_count(2)
        expect(ann.at("#spoken")).to_have_text(f"Jasmine: {SLOW}")


def test_two_quick_messages_keep_their_order_and_each_is_answered(ann: Visit) -> None:
    ann.type("Hello!")
    ann.type("My name is Ann.")
    expect(ann.memories).to_have_count(1)
    expect(ann.at(".waiting")).to_have_count(0)
    assert ann.said.all_inner_texts() == ["Hello!", "My name is Ann."]
    shown = ann.at(".line .words").all_inner_texts()
    assert ann.at(".line").last.get_attribute("class") == "line agent"
    ann.reload()
    assert sorted(ann.at(".line .words").all_inner_texts()) == sorted(shown)


def test_messages_sent_while_the_agent_speaks_are_answered_together(
    start_server: StartServer, visitors: Visitors
) -> None:
    with FakeModel(reply=SLOW, piece_delay=0.1) as model:
        ann = visitors(start_server(LLM_BASE_URL=model.base_url, LLM_MODEL="soul-1").url)
        for text in ("One.", "Two.", "Three.", "Four.", "Five.", "Six.", "Seven."):
            ann.type(text)
        expect(ann.at(".line.agent .foot time")).to_have_count(2, timeout=20_000)
        expect(ann.at(".waiting")).to_have_count(0)
        assert len(ann.said.all()) == 7


def test_face_mood_bars_and_curve_change_with_what_is_said(ann: Visit) -> None:
    ann.say("Hello!")
    before, face = ann.mood(), ann.at("#face").get_attribute("data-expression")
    points = int(str(ann.at("#plot").get_attribute("data-points")))
    ann.say("My little brother died yesterday.")
    expect(ann.at("#emotions [data-emotion=compassion]")).to_have_count(1)
    expect(ann.at("#face")).not_to_have_attribute("data-expression", str(face))
    after = ann.mood()
    assert after["compassion"] > before.get("compassion", 0) + 20
    assert int(str(ann.at("#plot").get_attribute("data-points"))) > points
    expect(ann.at("#legend")).to_contain_text("compassion")
    expect(ann.at(".portrait .feeling")).to_contain_text("compassion")
    assert ann.at("#face").get_attribute("aria-label", timeout=1000) == (
        f"Jasmine's face: {str(ann.at('#face').get_attribute('data-expression')).replace('_', ' ')}"
    )


def test_the_feelings_of_a_second_tab_move_too(
    ann: Visit, visitors: Visitors, server: SoulServer
) -> None:
    beside = visitors(server.url, beside=ann)
    beside.page.bring_to_front()
    points = int(str(beside.at("#plot").get_attribute("data-points")))
    ann.say("You are wonderful, thank you so much!")
    expect(beside.at("#plot")).not_to_have_attribute("data-points", str(points))


def test_what_the_agent_remembers_appears_and_can_be_forgotten(ann: Visit) -> None:
    ann.say("My name is Ann and I love hiking.")
    expect(ann.memories).to_have_count(2)
    expect(ann.at("#memories")).to_contain_text("hiking")
    ann.page.click("#open-memory")
    ann.page.get_by_role("button", name="forget hiking").click()
    ann.page.click("#close-memory")
    expect(ann.memories).to_have_count(1)
    expect(ann.at("#memories")).not_to_contain_text("hiking")
    ann.reload()
    expect(ann.memories).to_have_count(1)


def test_why_opens_and_closes_under_a_reply(ann: Visit) -> None:
    ann.say("My cat is called Tiger.")
    ann.say("My cat died yesterday.")
    button = ann.page.get_by_role("button", name="why?").last
    button.click()
    panel = ann.at(".why").last
    expect(panel).to_contain_text("What moved")
    expect(panel).to_contain_text("compassion")
    expect(panel).to_contain_text("Tiger")
    expect(button).to_have_attribute("aria-expanded", "true")
    button.click()
    expect(panel).to_be_hidden()


def test_the_last_thought_is_shown_once_there_is_one(
    start_server: StartServer, visitors: Visitors
) -> None:
    ann = visitors(start_server(THINKING_RATE="0.5", EMOTIONAL_DECAY_RATE="0.5").url)
    expect(ann.at("#thought")).to_contain_text("No thought yet")
    ann.say("I planted tomatoes on my balcony today.")
    expect(ann.at("#thought")).not_to_contain_text("No thought yet", timeout=15_000)
    assert ann.at("#thought").inner_text()


def test_a_reload_keeps_the_conversation(ann: Visit) -> None:
    reply = ann.say("Hello!")
    ann.reload()
    assert ann.said.all_inner_texts() == ["Hello!"]
    assert ann.replies.all_inner_texts() == [reply]
    assert ann.complaints == []


def test_another_agent_has_another_conversation(ann: Visit) -> None:
    ann.say("Hello!")
    ann.choose("halvard")
    expect(ann.at("#occupation")).to_have_text("lighthouse keeper")
    expect(ann.at(".welcome")).to_contain_text("Halvard")
    assert ann.said.count() == 0
    ann.say("Good evening.")
    ann.reload()
    expect(ann.page).to_have_title("Halvard")
    assert ann.said.all_inner_texts() == ["Good evening."]
    ann.choose("jasmine")
    expect(ann.said).to_have_text(["Hello!"])


def test_a_failed_reply_can_be_tried_again(start_server: StartServer, visitors: Visitors) -> None:
    port = free_port()
    server = start_server(
        LLM_BASE_URL=f"http://127.0.0.1:{port}/v1", LLM_MODEL="m", LLM_TIMEOUT="20"
    )
    ann = visitors(server.url)
    ann.type("Hello!")
    again = ann.page.get_by_role("button", name="Try again")
    expect(again).to_be_visible(timeout=20_000)
    said = ann.at(".line.user.failed")
    expect(said).to_contain_text("cannot be reached. Ask me again in a few minutes. Try")
    expect(ann.at(".line.agent")).to_have_count(0)
    ann.reload()  # the failure is still told, and can still be mended
    with FakeModel(reply="I hear you now.", port=port):
        again.click()
        expect(ann.replies).to_have_text(["I hear you now."], timeout=20_000)
    expect(ann.at(".failed")).to_have_count(0)
    assert ann.said.count() == 1


def test_earlier_lines_of_a_long_conversation_can_be_fetched(ann: Visit) -> None:
    for number in range(35):
        ann.say(f"Number {number}.")
    ann.reload()
    assert ann.at(".line").count() == 60
    ann.page.get_by_role("button", name="Show what was said earlier").click()
    expect(ann.at(".line")).to_have_count(70)
    assert ann.said.first.inner_text() == "Number 0."
    expect(ann.page.get_by_role("button", name="earlier")).to_have_count(0)
