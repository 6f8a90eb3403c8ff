"""The panel "Memory": what the agent knows of a person, and what the person does with it."""

import json

import pytest
from playwright.sync_api import Locator, expect

from tests.web.conftest import Visitors
from tests.web.soul_server import SoulServer
from tests.web.test_looks import CONTRASTS, PHONE, focused
from tests.web.visits import Visit

TOLD = "My name is Ann and I love hiking."
SIDEWAYS = """() => {
  const panel = document.getElementById("memory");
  const wide = [...panel.querySelectorAll("*")].filter((x) => x.scrollWidth > x.clientWidth + 1
    && getComputedStyle(x).overflowX !== "visible" && !x.matches("input, .hidden"));
  return [document.documentElement.scrollWidth, wide.map((x) => x.id || x.className)];
}"""


def opened(visit: Visit, *lines: str) -> Visit:
    for line in lines or (TOLD,):
        visit.say(line)
    visit.page.click("#open-memory")
    expect(visit.at("#memory")).to_be_visible()
    return visit


def row(visit: Visit, text: str) -> Locator:
    return visit.page.locator("#memory li[data-id]", has_text=text)


def press(visit: Visit, name: str) -> None:
    visit.page.get_by_role("button", name=name, exact=True).click()


def known(visit: Visit) -> list[dict[str, object]]:
    """What the server has, whatever the page shows."""
    visit.reload()
    with visit.page.expect_response("**/profile*") as waiting:
        visit.page.click("#open-memory")
    topics = json.loads(waiting.value.text())["topics"]
    return [fact for topic in topics for fact in topic["facts"]]


def test_facts_are_grouped_and_say_since_when(ann: Visit) -> None:
    opened(ann, TOLD, "My cat is called Miso.", "I live in York.", "I moved to Leeds last week.")
    titles = ann.at("#memories h4").all_inner_texts()
    assert [title.casefold() for title in titles] == ["name", "home", "animals", "what you like"]
    expect(row(ann, "Miso")).to_contain_text("your cat")
    expect(row(ann, "Leeds")).to_contain_text("you told it today")
    expect(row(ann, "York")).to_contain_text("over since today")
    expect(ann.at("#memory-count")).to_have_text("5 things about you")
    assert ann.complaints == []


def test_a_search_finds_facts_and_memories(ann: Visit) -> None:
    opened(ann, TOLD, "My cat is called Miso.")
    ann.page.fill("#memory-added", "I fear spiders in the cellar.")
    ann.page.press("#memory-added", "Enter")
    expect(row(ann, "spiders")).to_be_visible()
    ann.page.click("#tab-facts")
    ann.page.fill("#memory-search", "the cat?")
    expect(ann.memories).to_have_count(1)
    expect(ann.memories).to_contain_text("Miso")
    expect(ann.at("#no-kept")).to_have_text("Nothing that fits.")
    ann.page.fill("#memory-search", "cellar")
    expect(ann.at("#kept li[data-id]")).to_have_count(1)
    ann.page.fill("#memory-search", "volcano")
    expect(ann.memories).to_have_count(0)
    expect(ann.at("#no-facts")).to_have_text("Nothing that fits.")
    expect(ann.at("#memory-count")).to_have_text("3 things about you")


def test_a_fact_is_corrected_in_place_by_the_keyboard(ann: Visit) -> None:
    opened(ann)
    keys = ann.page.keyboard
    ann.page.get_by_role("button", name="correct Ann").focus()
    keys.press("Enter")
    field = ann.at("#memories textarea")
    expect(field).to_be_focused()
    keys.type("Anne")
    keys.press("Escape")
    expect(ann.at("#memory")).to_be_visible()
    expect(row(ann, "Ann")).to_have_count(1)
    keys.press("Enter")  # the focus is back
    keys.type("Anne")
    keys.press("Enter")
    expect(row(ann, "Anne")).to_have_count(1)
    expect(ann.at("#memory-spoken")).to_have_text("Corrected: Ann")
    assert "Anne" in [fact["value"] for fact in known(ann)]


def test_forgetting_can_be_undone_for_a_while(ann: Visit) -> None:
    opened(ann)
    press(ann, "forget hiking")
    expect(ann.page.get_by_role("button", name="keep hiking")).to_be_focused()
    expect(ann.at("#memory-spoken")).to_contain_text("Forgotten: hiking")
    ann.page.keyboard.press("Enter")
    expect(ann.page.get_by_role("button", name="forget hiking")).to_be_focused()
    assert "hiking" in [fact["value"] for fact in known(ann)]


def test_what_is_not_undone_is_forgotten(ann: Visit) -> None:
    opened(ann)
    with ann.page.expect_response(lambda answer: answer.request.method == "DELETE"):
        press(ann, "forget hiking")
    expect(row(ann, "hiking")).to_have_count(0)
    expect(ann.page.get_by_role("button", name="correct Ann")).to_be_focused()
    assert [fact["value"] for fact in known(ann)] == ["Ann"]


@pytest.mark.parametrize("leave", ["close", "reload", "another agent"])
def test_whoever_turns_away_has_it_forgotten_at_once(ann: Visit, leave: str) -> None:
    opened(ann)
    press(ann, "forget hiking")
    if leave == "close":
        press(ann, "Close")
    elif leave == "another agent":
        ann.page.evaluate("""() => {
          const agents = document.getElementById("agents");
          agents.value = "halvard";
          agents.dispatchEvent(new Event("change"));
        }""")
        expect(ann.page).to_have_title("Halvard")
        expect(ann.at("#memory")).to_be_hidden()
        ann.page.evaluate("() => sessionStorage.setItem('agent', 'jasmine')")
    ann.reload()
    expect(ann.at("#memories")).to_contain_text("Ann")
    ann.reload()  # the first one may have been answered before it was forgotten
    expect(ann.at("#memories")).to_contain_text("Ann")
    expect(ann.at("#memories")).not_to_contain_text("hiking")


def test_a_fact_is_hidden_and_shown_again(ann: Visit) -> None:
    opened(ann)
    press(ann, "never mention hiking")
    expect(row(ann, "hiking")).to_contain_text("never mentioned")
    again = ann.page.get_by_role("button", name="let hiking be mentioned again")
    expect(again).to_be_focused()
    press(ann, "Close")
    assert "hiking" not in ann.say("What do you know about me?")
    ann.page.click("#open-memory")
    again.click()
    expect(row(ann, "hiking")).not_to_contain_text("never mentioned")


def test_a_subject_is_hidden_by_talking_or_here_and_lifted(ann: Visit) -> None:
    opened(ann, "I work as a baker.", "Never bring up my brother.")
    expect(ann.at("#subjects li")).to_have_count(1)
    ann.page.fill("#subject", "my job")
    ann.page.press("#subject", "Enter")
    expect(ann.at("#subjects li")).to_have_count(2)
    expect(row(ann, "a baker")).to_contain_text("never mentioned")
    expect(ann.at("#subject")).to_have_value("")
    press(ann, "let my job be mentioned again")
    expect(ann.at("#subjects li")).to_have_count(1)
    expect(row(ann, "a baker")).not_to_contain_text("never mentioned")
    ann.page.fill("#subject", "the")
    ann.page.press("#subject", "Enter")
    expect(ann.at("#memory-trouble")).to_contain_text("name a subject")
    expect(ann.at("#subject")).to_have_value("the")


def test_memories_stand_by_day_with_why_and_where_from(ann: Visit) -> None:
    opened(ann)
    ann.page.fill("#memory-added", "I fear spiders in the cellar.")
    ann.page.press("#memory-added", "Enter")
    ann.page.get_by_role("tab", name="From your talks").focus()
    ann.page.keyboard.press("ArrowRight")
    expect(ann.at("#memories")).to_be_visible()
    ann.page.keyboard.press("ArrowLeft")
    expect(ann.page.get_by_role("tab", name="From your talks")).to_be_focused()
    kept = ann.at("#kept li[data-id]")
    expect(kept).to_contain_text("spiders in the cellar")
    expect(kept).to_contain_text("you asked for it")
    expect(ann.at("#kept h4")).to_have_text("Today")
    ann.page.keyboard.press("ArrowLeft")
    trace = ann.page.get_by_role("button", name="where hiking is from")
    trace.click()
    expect(trace).to_have_attribute("aria-expanded", "true")
    expect(row(ann, "hiking").locator("q")).to_have_text(TOLD)
    trace.click()
    expect(row(ann, "hiking").locator("q")).to_be_hidden()


def test_an_answer_that_comes_late_moves_nobody(ann: Visit) -> None:
    opened(ann)
    held = ann.hold("/v1/agents/jasmine/memories", method="POST")
    ann.page.fill("#memory-added", "I fear spiders in the cellar.")
    ann.page.press("#memory-added", "Enter")
    held.wait()
    ann.page.click("#tab-facts")
    ann.page.fill("#memory-added", "I fear moths.")
    held.release()
    expect(ann.at("#memory-spoken")).to_contain_text("I fear spiders")
    expect(ann.at("#memories")).to_be_visible()
    expect(ann.at("#memory-added")).to_have_value("I fear moths.")


def test_a_failure_is_told_and_nothing_is_lost(ann: Visit) -> None:
    opened(ann)
    ann.page.route("**/memories/*", lambda route: route.abort())
    press(ann, "never mention hiking")
    expect(ann.at("#memory-trouble")).to_contain_text("cannot be reached")
    press(ann, "correct hiking")
    ann.page.keyboard.type("hiking at night")
    with ann.page.expect_event("requestfailed"):
        ann.page.keyboard.press("Enter")
    expect(ann.at("#memories textarea")).to_have_value("hiking at night")
    ann.page.unroute("**/memories/*")
    press(ann, "Save")
    expect(row(ann, "hiking at night")).to_have_count(1)
    expect(ann.at("#memory-trouble")).to_be_hidden()


def test_a_reply_that_comes_meanwhile_takes_no_correction_away(ann: Visit) -> None:
    ann.say(TOLD)
    ann.type("My cat is called Miso.")
    ann.page.click("#open-memory")
    press(ann, "correct hiking")
    ann.page.keyboard.type("hiking uphill")
    expect(row(ann, "Miso")).to_have_count(1)
    expect(ann.at("#memories textarea")).to_have_value("hiking uphill")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_panel_fits_a_phone_and_can_be_read_in(
    scheme: str, visitors: Visitors, server: SoulServer
) -> None:
    ann = visitors(server.url, color_scheme=scheme, **PHONE)
    opened(ann, "I work as a baker.", "Don't mention my job.", "I love " + "verylong" * 20 + ".")
    press(ann, "correct a baker")
    assert ann.page.evaluate(SIDEWAYS) == [390, []]
    for selector in ("#close-memory", "#memory-search", "#memory-added"):
        expect(ann.at(selector)).to_be_in_viewport(ratio=1)
    assert [pair for pair in ann.page.evaluate(CONTRASTS) if pair[1] < 4.5] == []
    ann.page.click("#tab-timeline")
    assert ann.page.evaluate(SIDEWAYS) == [390, []]


def test_escape_closes_the_panel_and_gives_the_focus_back(ann: Visit) -> None:
    ann.page.focus("#open-memory")
    ann.page.keyboard.press("Enter")
    expect(ann.at("#memory")).to_be_visible()
    ann.page.keyboard.press("Escape")
    expect(ann.at("#memory")).to_be_hidden()
    assert focused(ann) == "open-memory"
