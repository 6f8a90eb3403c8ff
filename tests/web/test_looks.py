"""Small screens, the keyboard, dark mode, and words that would like to be code."""

import json

import pytest
from playwright.sync_api import expect

from tests.web.conftest import Visitors
from tests.web.soul_server import SoulServer
from tests.web.visits import Visit

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
WICKED = "<img src=x onerror=document.title='owned'><script>document.title='owned'</script>"
WIDTHS = """() => {
  const lines = document.getElementById("lines");
  return [document.documentElement.scrollWidth, lines.scrollWidth - lines.clientWidth];
}"""
# The contrast of each text in sight with what lies behind them (WCAG 2, relative luminance).
CONTRASTS = """() => {
  const parts = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (colour) => {
    const [r, g, b] = parts(colour).slice(0, 3).map((v) => v / 255)
      .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if ((parts(colour)[3] ?? 1) === 1) return colour;
    }
    return "rgb(255, 255, 255)";
  };
  const ratio = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
    const field = element.matches("textarea, input, select");
    if (!(own || field) || element.matches("option, title, script")) continue;
    if (!element.checkVisibility() || element.closest(".hidden, .skip")) continue;
    const style = getComputedStyle(element);
    const colour = element.namespaceURI.endsWith("svg") ? style.fill : style.color;
    const name = `${element.tagName}#${element.id}.${element.className}`;
    found.push([name, ratio(colour, behind(element))]);
    const placeholder = getComputedStyle(element, "::placeholder").color;
    if (field) found.push([`placeholder of ${name}`, ratio(placeholder, behind(element))]);
  }
  return found;
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_can_be_read_in(scheme: str, visitors: Visitors, server: SoulServer) -> None:
    ann = visitors(server.url, color_scheme=scheme)
    ground = ann.page.evaluate("() => getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(246, 242, 238)", "dark": "rgb(21, 17, 20)"}[scheme]
    ann.say("My name is Ann. My dog died yesterday.")
    ann.page.get_by_role("button", name="why?").click()
    expect(ann.at(".why")).to_contain_text("What moved")
    expect(ann.memories).not_to_have_count(0)
    low = [pair for pair in ann.page.evaluate(CONTRASTS) if pair[1] < 4.5]
    assert low == []
    ann.page.click("#open-account")
    ann.page.click("#erase")
    shown = [pair for pair in ann.page.evaluate(CONTRASTS) if pair[1] < 4.5]
    assert shown == []


def test_on_a_phone_all_fits_and_the_input_is_in_sight(
    visitors: Visitors, server: SoulServer
) -> None:
    ann = visitors(server.url, **PHONE)
    ann.say("My name is Ann. " + "Averyveryverylongwordwithoutend" * 10)
    assert ann.page.evaluate(WIDTHS) == [390, 0]
    for selector in ("#message", "#say button", "#small-face", "#agents"):
        expect(ann.at(selector)).to_be_in_viewport(ratio=1)
    expect(ann.at("#inner")).to_be_hidden()
    ann.page.click("#open-inner")
    expect(ann.at("#emotions")).to_be_visible()
    expect(ann.at("#open-memory-inside")).to_be_visible()
    assert ann.page.evaluate(WIDTHS)[0] == 390
    ann.page.keyboard.press("Escape")
    expect(ann.at("#message")).to_be_in_viewport(ratio=1)
    ann.page.click("#open-account")
    assert ann.page.evaluate(WIDTHS)[0] == 390
    expect(ann.at("#close-account")).to_be_in_viewport(ratio=1)


def test_a_phone_on_its_side_and_a_small_tablet_fit_too(
    visitors: Visitors, server: SoulServer
) -> None:
    for width, height in ((844, 390), (320, 568), (768, 1024)):
        ann = visitors(server.url, viewport={"width": width, "height": height})
        assert ann.page.evaluate("() => document.documentElement.scrollWidth") == width
        expect(ann.at("#message")).to_be_in_viewport(ratio=1)


def focused(visit: Visit) -> str:
    return str(
        visit.page.evaluate("() => document.activeElement.id || document.activeElement.className")
    )


def test_everything_can_be_done_from_the_keyboard(ann: Visit) -> None:
    keys = ann.page.keyboard
    keys.type("Hello!")
    keys.press("Shift+Enter")
    keys.type("It is me.")
    keys.press("Enter")
    expect(ann.replies).to_have_count(1)
    assert ann.said.first.inner_text() == "Hello!\nIt is me."
    assert focused(ann) == "message"
    expect(ann.at("#message")).to_have_value("")

    ann.reload()
    ann.page.focus(".skip")
    order = []
    for _ in range(7):
        keys.press("Tab")
        order.append(focused(ann))
    assert order == [
        "agents",
        "open-memory",
        "open-account",
        "lines",
        "link",
        "message",
        "",
    ]  # why?, Send

    ann.page.focus("#open-account")
    keys.press("Enter")
    expect(ann.at("#account")).to_be_visible()
    keys.press("Escape")
    expect(ann.at("#account")).to_be_hidden()
    assert focused(ann) == "open-account"


def test_an_empty_message_is_not_sent(ann: Visit) -> None:
    ann.type("")
    ann.type("   ")
    assert ann.said.count() == 0
    assert not [url for url in ann.requests if url.endswith("/submit")]


def test_words_that_look_like_code_are_words(ann: Visit) -> None:
    ann.say(WICKED)
    ann.say(f"My name is Ann. I love {WICKED}")
    assert ann.said.first.inner_text() == WICKED
    ann.page.get_by_role("button", name="why?").last.click()
    expect(ann.at(".why").last).to_be_visible()
    ann.reload()
    expect(ann.page).to_have_title("Jasmine")
    assert ann.at("#lines img, #lines script, #memories img, #memories script").count() == 0
    assert ann.complaints == []


def test_memories_and_names_that_look_like_code_are_words(ann: Visit) -> None:
    """Whatever the server were to send: the page writes text, never markup."""

    def wicked(body: dict[str, object]) -> str:
        return json.dumps(body)

    fact = {"id": "f", "topic": WICKED, "value": WICKED, "since": 1, "source": None}
    fact |= {"kind": "said", "certain": True, "until": None, "used": 1, "last_used": 1}
    topics = [{"topic": WICKED, "facts": [fact | {"hidden": False}]}]
    subject = {"id": "s", "text": WICKED, "since": 1}
    me = {"user_id": "u", "username": WICKED, "sid": "s", "guest": False}
    thought = {"id": "t", "agent": "jasmine", "thought": WICKED, "vibe": "v", "timestamp": 1}
    for path, body in (
        ("**/profile", {"topics": topics, "hidden_subjects": [subject]}),
        ("**/auth/me", me),
        ("**/thoughts/latest*", thought),
    ):
        ann.page.route(
            path,
            lambda route, _request, body=body: route.fulfill(
                body=wicked(body), content_type="application/json"
            ),
        )
    ann.reload()
    expect(ann.memories).to_contain_text(WICKED)
    expect(ann.at("#who")).to_have_text(WICKED)
    ann.say("Hello!")
    expect(ann.at("#thought")).to_have_text(WICKED)
    expect(ann.page).to_have_title("Jasmine")
    assert ann.at("body img").count() == 0


def test_the_page_runs_no_code_but_its_own(ann: Visit) -> None:
    answer = ann.page.request.get(ann.page.url, headers={"Accept": "text/html"})
    policy = answer.headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    text = answer.text()
    assert "style=" not in text
    assert "onclick" not in text
