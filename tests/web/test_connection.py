"""The server goes away and comes back; the page goes on."""

from playwright.sync_api import Route, expect

from tests.support.fake_model import FakeModel
from tests.web.conftest import StartServer, Visitors
from tests.web.soul_server import SoulServer

SLOW = "A sentence that takes its time. Then it is cut in two by a server that dies."
ANEW = "Begun again, and this time nothing comes between."
# Keeps every state of the reply that is ever shown.
WATCH = """() => {
  window.shown = [];
  new MutationObserver(() => {
    const bubbles = document.querySelectorAll(".line.agent .words");
    window.shown.push([...bubbles].at(-1)?.textContent ?? "");
  }).observe(document.getElementById("lines"), { childList: true, subtree: true });
}"""


def test_the_page_goes_on_after_the_server_was_killed(
    start_server: StartServer, visitors: Visitors
) -> None:
    server = start_server()
    ann = visitors(server.url)
    first = ann.say("Hello!")
    server.kill()
    expect(ann.at("#away")).to_be_visible()
    ann.type("Are you there?")
    expect(ann.at(".line.user").last).to_contain_text("still trying")
    server.open()
    expect(ann.replies).to_have_count(2, timeout=20_000)
    expect(ann.at("#away")).to_be_hidden(timeout=10_000)
    expect(ann.at(".trouble")).to_have_count(0)
    ann.say("Good.")
    ann.reload()
    assert ann.said.all_inner_texts() == ["Hello!", "Are you there?", "Good."]
    assert ann.replies.first.inner_text() == first
    assert ann.replies.count() == 3


def test_a_reply_cut_in_two_is_begun_anew_in_the_same_bubble(
    start_server: StartServer, visitors: Visitors
) -> None:
    with FakeModel() as model:
        server = start_server(LLM_BASE_URL=model.base_url, LLM_MODEL="soul-1")
        ann = visitors(server.url)
        first = ann.say("Hello!")  # the first reply of an unknown model comes whole
        model.reply, model.piece_delay = SLOW, 0.2
        ann.type("And?")
        expect(ann.at(".line.agent .words").last).to_contain_text("A sentence")
        server.kill()
        model.reply = ANEW
        ann.page.evaluate(WATCH)
        server.open()
        expect(ann.replies).to_have_text([first, ANEW], timeout=30_000)
        expect(ann.at(".line.agent")).to_have_count(2)
        shown = ann.page.evaluate("() => window.shown")
        assert any("Begun" in text for text in shown)
        assert not [text for text in shown if "Begun" in text and "sentence" in text]
        ann.reload()
        expect(ann.replies).to_have_text([first, ANEW])


def test_a_message_whose_receipt_was_lost_is_heard_once(
    visitors: Visitors, server: SoulServer
) -> None:
    ann = visitors(server.url)
    lost: list[int] = []

    def lose(route: Route) -> None:
        """The server takes the message, but its answer does not arrive."""
        if lost:
            route.continue_()
            return
        lost.append(route.fetch().status)
        route.abort()

    ann.page.route("**/messages/submit", lose)
    ann.say("Hello!")
    assert lost == [202]
    ann.reload()
    expect(ann.said).to_have_text(["Hello!"])
    expect(ann.replies).to_have_count(1)
