"""The server goes away and comes back; the page goes on."""

from playwright.sync_api import Route, expect

from tests.support.fake_model import FakeModel
from tests.web.conftest import Houses, Visitors
from tests.web.houses import House

SLOW = "A sentence that takes its time, and is cut in two by a server that dies."
ANEW = "Begun again, and this time nothing comes between."
# Keeps every state of her words that is ever shown.
WATCH = """() => {
  window.shown = [];
  new MutationObserver(() => {
    window.shown.push(document.querySelector(".line.hers .words")?.textContent ?? "");
  }).observe(document.getElementById("lines"), { childList: true, subtree: true });
}"""


def test_the_page_goes_on_after_the_server_was_killed(houses: Houses, visitors: Visitors) -> None:
    house = houses()
    ann = visitors(house.url)
    first = ann.say("Hello!")
    house.kill()
    expect(ann.at("#away")).to_be_visible()
    ann.type("Are you there?")
    expect(ann.at(".line.mine").last).to_contain_text("still trying")
    house.open()
    expect(ann.replies).to_have_count(2, timeout=20_000)
    expect(ann.at("#away")).to_be_hidden(timeout=10_000)
    expect(ann.at(".trouble")).to_have_count(0)
    ann.say("Good.")
    ann.reload()
    assert ann.said.all_inner_texts() == ["Hello!", "Are you there?", "Good."]
    assert ann.replies.first.inner_text() == first
    assert ann.replies.count() == 3


def test_a_reply_cut_in_two_is_begun_anew_in_the_same_bubble(
    houses: Houses, visitors: Visitors
) -> None:
    with FakeModel(reply=SLOW, piece_delay=0.2) as model:
        house = houses(LLM_BASE_URL=model.base_url, LLM_MODEL="soul-1")
        ann = visitors(house.url)
        ann.type("Hello!")
        expect(ann.at(".line.hers .words")).to_contain_text("A sentence")
        house.kill()
        model.reply = ANEW
        ann.page.evaluate(WATCH)
        house.open()
        expect(ann.replies).to_have_text([ANEW], timeout=30_000)
        expect(ann.at(".line.hers")).to_have_count(1)
        shown = ann.page.evaluate("() => window.shown")
        assert any(text.startswith("Begun") and text != ANEW for text in shown)
        assert not [text for text in shown if "Begun" in text and "sentence" in text]
        ann.reload()
        expect(ann.replies).to_have_text([ANEW])


def test_a_message_whose_receipt_was_lost_is_heard_once(visitors: Visitors, house: House) -> None:
    ann = visitors(house.url)
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
