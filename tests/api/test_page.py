from pathlib import Path

import pytest

from synthetic_soul.api.static_files import Page
from synthetic_soul.errors import NotFound
from tests.api.conftest import House, OpenHouse

pytestmark = pytest.mark.anyio

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def page(tmp_path: Path) -> Page:
    web = tmp_path / "web"
    (web / "static" / "deep").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html><title>Jasmine</title>")
    (web / "static" / "app.js").write_text("export {};")
    (web / "static" / "deep" / "face.svg").write_text("<svg/>")
    (web / "static" / "secret.py").write_text("never")
    (tmp_path / "outside.js").write_text("never")
    return Page(web)


async def test_a_program_gets_a_thought(house: House) -> None:
    answer = await house.client().get("/")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["thought"]
    assert answer.headers["vary"] == "Accept"


async def test_a_browser_gets_the_page(open_house: OpenHouse, page: Page) -> None:
    async with open_house(page) as house:
        answer = await house.client().get("/", headers=BROWSER)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "Jasmine" in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-cache"
        known = {**BROWSER, "If-None-Match": answer.headers["etag"]}
        again = await house.client().get("/", headers=known)
        assert (again.status_code, again.content) == (304, b"")


async def test_without_a_page_a_browser_gets_the_thought(
    open_house: OpenHouse, tmp_path: Path
) -> None:
    async with open_house(Page(tmp_path / "nowhere")) as house:
        assert (await house.client().get("/", headers=BROWSER)).json()["thought"]


async def test_static_files_have_their_types(open_house: OpenHouse, page: Page) -> None:
    async with open_house(page) as house:
        for path, kind in (("app.js", "text/javascript"), ("deep/face.svg", "image/svg+xml")):
            answer = await house.client().get(f"/static/{path}")
            assert answer.headers["content-type"].startswith(kind)
            assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "secret.py",
        "../outside.js",
        "%2e%2e/outside.js",
        "..%2f..%2foutside.js",
        "..%5coutside.js",
        "//etc/passwd",
        "deep",
        "",
        "app.js%00",
        "../index.html",
    ],
)
async def test_nothing_else_can_be_asked_for(open_house: OpenHouse, page: Page, path: str) -> None:
    async with open_house(page) as house:
        assert (await house.client().get(f"/static/{path}")).status_code == 404


def test_the_page_of_the_package_is_found() -> None:
    assert "index.html" in Page()
    with pytest.raises(NotFound):
        Page().serve("index.py", "")
