"""A browser's own ``EventSource``, which can send no header, follows a job by its ticket."""

from playwright.sync_api import Page

from tests.web.conftest import Visitors
from tests.web.soul_server import SoulServer

SUBMIT = """async (text) => {
  const post = async (path, body, token) => {
    const headers = { "Content-Type": "application/json" };
    if (token) headers.Authorization = `Bearer ${token}`;
    return (await fetch(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
  };
  const { access_token: token } = await post("v1/auth/guest", {});
  const { job_id: job } = await post("v1/messages/submit", { message: text }, token);
  const { ticket } = await post("v1/auth/ticket", { job_id: job }, token);
  return { url: `v1/jobs/${job}/events?ticket=${ticket}`, token };
}"""
# Listens until `done`, or until so many reconnections of its own, or until it is refused.
LISTEN = """({ url, reconnects }) => new Promise((resolve) => {
  const seen = { opened: 0, ids: [], text: "", reply: null };
  const source = new EventSource(url);
  const end = () => { source.close(); resolve(seen); };
  source.onopen = () => {
    seen.opened += 1;
    if (reconnects && seen.opened > reconnects) end();
  };
  source.onerror = () => { if (source.readyState === EventSource.CLOSED) end(); };
  source.addEventListener("text", (event) => {
    seen.ids.push(event.lastEventId);
    seen.text += JSON.parse(event.data).text;
  });
  source.addEventListener("done", (event) => {
    seen.reply = JSON.parse(event.data).result.response;
    if (!reconnects) end();
  });
})"""


def listen(page: Page, url: str, reconnects: int = 0) -> dict[str, object]:
    seen: dict[str, object] = page.evaluate(LISTEN, {"url": url, "reconnects": reconnects})
    return seen


def test_an_event_source_reads_the_reply_and_reconnects_without_repeating_it(
    visitors: Visitors, server: SoulServer
) -> None:
    page = visitors(server.url).page
    asked = page.evaluate(SUBMIT, "Hello! How are you?")
    seen = listen(page, asked["url"], reconnects=1)
    assert seen["opened"] == 2
    assert seen["text"] == seen["reply"]
    assert seen["reply"]


def test_an_event_source_with_a_spent_ticket_or_a_token_is_refused(
    visitors: Visitors, server: SoulServer
) -> None:
    page = visitors(server.url).page
    asked = page.evaluate(SUBMIT, "Hello!")
    assert listen(page, asked["url"])["reply"]
    path = asked["url"].partition("?")[0]
    for url in (asked["url"], f"{path}?access_token={asked['token']}", path):
        assert listen(page, url)["opened"] == 0
