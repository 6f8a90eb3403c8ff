"""The page in headless Chromium, before a real server."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.web.soul_server import SoulServer
from tests.web.visits import Visit

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Visitors = Callable[..., Visit]
StartServer = Callable[..., SoulServer]


@contextmanager
def launched(*flags: str) -> Iterator[Browser]:
    """A browser with more flags; skips the test where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("there is no chromium on PATH; the page is tested where there is one")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=[*FLAGS, *flags])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for each file: while Playwright runs, no other event loop can run in this thread."""
    with launched() as opened:
        yield opened


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SoulServer]:
    """A server with the composer, shared by a file; every visitor is somebody else."""
    opened = SoulServer(tmp_path_factory.mktemp("server")).open()
    yield opened
    opened.close()


@pytest.fixture
def start_server(tmp_path: Path) -> Iterator[StartServer]:
    """Servers of a test's own."""
    opened: list[SoulServer] = []

    def open_one(**settings: str) -> SoulServer:
        opened.append(SoulServer(tmp_path / f"server{len(opened)}", **settings).open())
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.fixture
def visitors(browser: Browser) -> Iterator[Visitors]:
    """Visitors, each in a context of their own (or in that of ``beside``)."""
    contexts = []

    def visit(url: str, *, beside: Visit | None = None, **look: object) -> Visit:
        if beside is not None:
            return Visit(beside.page.context.new_page()).open(url)
        look = {"viewport": {"width": 1280, "height": 860}, **look}
        contexts.append(browser.new_context(**look))  # type: ignore[arg-type]  # Playwright checks them
        return Visit(contexts[-1].new_page()).open(url)

    yield visit
    for context in contexts:
        context.close()


@pytest.fixture
def ann(visitors: Visitors, server: SoulServer) -> Visit:
    return visitors(server.url)
