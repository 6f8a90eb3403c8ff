"""Somebody who has opened the page in a browser of their own."""

import re
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import urlsplit

from playwright.sync_api import APIResponse, ConsoleMessage, Locator, Page, Request, Route, expect

PASSWORD = "correct-horse-battery"
READY = "body[data-ready=yes]"
WAITS, WAIT_MS = 500, 20
SETTLED_MS = 500


@dataclass
class HeldAnswer:
    """What the server has answered at once, and the page gets late."""

    page: Page
    route: Route | None = None
    answer: APIResponse | None = None

    def wait(self) -> None:
        """Wait until the server has answered."""
        for _ in range(WAITS):
            if self.answer is not None:
                return
            self.page.wait_for_timeout(WAIT_MS)
        raise AssertionError("that was not asked for")

    def release(self, status: int | None = None) -> None:
        """Give it to the page, under another status if one is named, and time to act on it."""
        assert self.route is not None
        self.route.fulfill(response=self.answer, status=status)
        self.page.wait_for_timeout(SETTLED_MS)


@dataclass
class Visit:
    """The page, and what the browser complained about on the way."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.set_default_timeout(10_000)
        self.page.on("console", self._noted)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._asked)

    def _noted(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"{message.text} {message.location['url']}")

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)

    def open(self, url: str) -> Self:
        self.page.goto(url)
        self.page.wait_for_selector(READY)
        return self

    def reload(self) -> None:
        self.page.reload()
        self.page.wait_for_selector(READY)

    def hold(self, path: str, nth: int = 1, method: str = "GET") -> HeldAnswer:
        """Hold back the answer to the nth request to this path from now on."""
        held, asked = HeldAnswer(self.page), 0

        def take(route: Route) -> None:
            nonlocal asked
            asked += route.request.method == method
            if asked != nth or held.route or route.request.method != method:
                route.fallback()
                return
            held.route = route
            held.answer = route.fetch()

        self.page.route(lambda url: urlsplit(url).path == path, take)
        return held

    def at(self, selector: str) -> Locator:
        return self.page.locator(selector)

    @property
    def replies(self) -> Locator:
        """Those that are complete."""
        return self.at(".line.agent:has(time) .words")

    @property
    def said(self) -> Locator:
        return self.at(".line.user .words")

    def say(self, text: str) -> str:
        """Say something and wait for the reply."""
        before = self.replies.count()
        self.type(text)
        expect(self.replies).to_have_count(before + 1, timeout=15_000)
        return self.replies.last.inner_text()

    def type(self, text: str) -> None:
        self.page.fill("#message", text)
        self.page.press("#message", "Enter")

    @property
    def memories(self) -> Locator:
        return self.at("#memories li[data-id]")

    def mood(self) -> dict[str, int]:
        """The bars: emotion -> percent."""
        return {
            str(row.get_attribute("data-emotion")): int(
                str(row.locator("[role=meter]").get_attribute("aria-valuenow"))
            )
            for row in self.at("#emotions li").all()
        }

    def claim(self, email: str, username: str) -> None:
        self.page.click("#open-account")
        form = self.at("#claim")
        form.locator("[name=email]").fill(email)
        form.locator("[name=username]").fill(username)
        form.locator("[name=password]").fill(PASSWORD)
        form.locator("[type=submit]").click()

    def login(self, email: str, password: str = PASSWORD) -> None:
        self.page.click("#open-account")
        self.page.click("#returning summary")
        form = self.at("#login")
        form.locator("[name=email]").fill(email)
        form.locator("[name=password]").fill(password)
        form.locator("[type=submit]").click()

    def who(self) -> str:
        return self.at("#who").inner_text()

    def choose(self, agent: str) -> None:
        self.page.select_option("#agents", agent)
        expect(self.page).to_have_title(re.compile(agent, re.IGNORECASE))
