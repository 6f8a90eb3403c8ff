"""Plain HTTP in a local network, and what becomes of a message when a session ends."""

import json
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.web.conftest import Visitors, launched
from tests.web.soul_server import SoulServer
from tests.web.visits import READY, Visit

SECRET = "kV3yT0p-9zQmXw7RbLhN2sDfGjUaEcIo5B8"
EXPIRED = json.dumps({"error": {"code": "token_expired", "message": "the token has expired"}})
FOREIGN = json.dumps({"error": {"code": "foreign_origin", "message": "not with these cookies"}})


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoulServer]:
    opened = SoulServer(
        tmp_path_factory.mktemp("server"),
        HOST="0.0.0.0",  # noqa: S104 - as in a local network
        ALLOWED_HOSTS="soul.test",
        JWT_SECRET=SECRET,
        PASSWORD_PEPPER=SECRET[::-1],
    ).open()
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched("--host-resolver-rules=MAP soul.test 127.0.0.1") as opened:
        yield opened


@pytest.fixture
def ann(visitors: Visitors, server: SoulServer) -> Visit:
    """She comes by a name, over HTTP: to the browser that is no secure context."""
    return visitors(f"http://soul.test:{server.port}/")


def answering(status: int, body: str, times: int) -> Callable[[Route], None]:
    """Answer the first requests in the server's place."""
    left = [times]

    def answer(route: Route) -> None:
        if left[0] == 0:
            route.continue_()
            return
        left[0] -= 1
        kind = "application/json" if body.startswith("{") else "text/html"
        route.fulfill(status=status, body=body, content_type=kind)

    return answer


def test_over_plain_http_a_reload_keeps_guest_and_conversation(ann: Visit) -> None:
    ann.say("My name is Tomas.")
    for _ in range(2):
        ann.reload()
        expect(ann.said).to_have_text(["My name is Tomas."])
        expect(ann.memories).to_have_count(1)
    assert "Tomas" in ann.say("What is my name?")
    assert ann.complaints == []


def test_the_page_says_that_a_plain_connection_is_not_private(
    ann: Visit, visitors: Visitors, server: SoulServer
) -> None:
    expect(ann.at("#insecure")).to_contain_text("This connection is not private")
    for name in ("127.0.0.1", "localhost"):
        expect(visitors(f"http://{name}:{server.port}/").at("#insecure")).to_be_hidden()


@pytest.mark.parametrize("times", [1, 2])
def test_a_message_after_the_access_token_has_ended_is_sent_once_it_is_renewed(
    ann: Visit, times: int
) -> None:
    ann.say("Hello!")
    ann.page.route("**/messages/submit", answering(401, EXPIRED, 1))
    ann.page.route("**/auth/refresh", answering(503, "away", times - 1))
    ann.say("My name is Tomas.")
    expect(ann.said).to_have_text(["Hello!", "My name is Tomas."])
    expect(ann.at(".trouble")).to_have_count(0)
    ann.reload()
    expect(ann.said).to_have_text(["Hello!", "My name is Tomas."])


@pytest.mark.parametrize("texts", [["For you alone."], ["One.", "Two.", "Three."]])
def test_what_could_not_be_sent_stays_in_the_box_and_is_said_by_nobody_else(
    ann: Visit, texts: list[str]
) -> None:
    ann.say("Hello!")
    ann.page.context.clear_cookies()
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    ann.page.route("**/messages/submit", hold, times=1)
    for text in texts:
        ann.type(text)
    expect(ann.said).to_have_count(1 + len(texts))
    held[0].fulfill(status=401, body=EXPIRED, content_type="application/json")
    expect(ann.at("#trouble")).to_contain_text("could not be opened again")
    expect(ann.at("#message")).to_have_value("\n".join(texts))
    expect(ann.said).to_have_count(0)
    ann.page.press("#message", "Enter")
    expect(ann.said).to_have_text(["\n".join(texts)])
    expect(ann.replies).to_have_count(1)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_message_waits_while_the_proxy_says_that_the_server_is_away(
    ann: Visit, status: int
) -> None:
    ann.page.route("**/messages/submit", answering(status, "<h1>Bad gateway</h1>", 2))
    ann.say("Are you there?")
    expect(ann.at(".trouble")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (403, "<h1>Forbidden</h1>"),
        (401, "<h1>Authorization required</h1>"),
        (403, FOREIGN),
        (429, "<h1>Too many requests</h1>"),
        (500, "<h1>Oops</h1>"),
    ],
)
def test_no_refusal_on_the_way_makes_a_new_guest_of_anybody(
    ann: Visit, status: int, body: str
) -> None:
    ann.say("Hello!")
    ann.page.route("**/auth/refresh", answering(status, body, 1))
    ann.page.reload()
    expect(ann.at("#trouble")).to_contain_text("Reload the page to try again")
    ann.page.reload()
    ann.page.wait_for_selector(READY)
    expect(ann.said).to_have_text(["Hello!"])


def test_a_refresh_whose_answer_was_lost_long_ago_is_repeated(ann: Visit) -> None:
    ann.say("Hello!")
    lost: list[int] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        here = route.request.url.replace("soul.test", "127.0.0.1")  # its cookies do not return
        lost.append(route.fetch(url=here).status)
        route.abort()

    ann.page.route("**/auth/refresh", lose)
    ann.page.reload()
    expect(ann.at("#trouble")).to_contain_text("cannot be reached")
    assert lost == [200]
    ann.reload()
    expect(ann.said).to_have_text(["Hello!"])


def test_a_session_over_https_on_the_same_host_does_not_keep_one_over_http_from_lasting(
    ann: Visit,
) -> None:
    ann.say("Hello!")
    ann.page.context.add_cookies(
        [
            {"name": name, "value": "of-https", "domain": "soul.test", "path": "/", "secure": True}
            for name in ("refresh_csrf", "sid")
        ]
    )
    for _ in range(2):  # the second refresh is of what the first one could set
        ann.reload()
        expect(ann.said).to_have_text(["Hello!"])
    kept = {cookie["name"]: cookie["value"] for cookie in ann.page.context.cookies()}
    assert kept["refresh_csrf"] == "of-https"
