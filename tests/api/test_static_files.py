from pathlib import Path

import pytest

from synthetic_soul.api.static_files import StaticFiles
from synthetic_soul.errors import NotFound
from synthetic_soul.nlu.text.sentences import MAX_MESSAGE_CHARS
from tests.api.conftest import RunningApi, StartApi

pytestmark = pytest.mark.anyio

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def page(tmp_path: Path) -> StaticFiles:
    web = tmp_path / "web"
    (web / "static" / "deep").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html><title>Jasmine</title>")
    (web / "static" / "app.js").write_text("export {};")
    (web / "static" / "deep" / "face.svg").write_text("<svg/>")
    (web / "static" / "secret.py").write_text("never")
    (tmp_path / "outside.js").write_text("never")
    return StaticFiles(web)


async def test_a_program_gets_a_thought(api: RunningApi) -> None:
    answer = await api.client().get("/")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["thought"]
    assert answer.headers["vary"] == "Accept"


async def test_a_browser_gets_the_page(start_api: StartApi, page: StaticFiles) -> None:
    async with start_api(page) as api:
        answer = await api.client().get("/", headers=BROWSER)
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert "Jasmine" in answer.text
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-cache"
        known = {**BROWSER, "If-None-Match": answer.headers["etag"]}
        again = await api.client().get("/", headers=known)
        assert (again.status_code, again.content) == (304, b"")


async def test_without_a_page_a_browser_gets_the_thought(
    start_api: StartApi, tmp_path: Path
) -> None:
    async with start_api(StaticFiles(tmp_path / "nowhere")) as api:
        assert (await api.client().get("/", headers=BROWSER)).json()["thought"]


async def test_static_files_have_their_types(start_api: StartApi, page: StaticFiles) -> None:
    async with start_api(page) as api:
        for path, kind in (("app.js", "text/javascript"), ("deep/face.svg", "image/svg+xml")):
            answer = await api.client().get(f"/static/{path}")
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
async def test_no_other_file_can_be_requested(
    start_api: StartApi, page: StaticFiles, path: str
) -> None:
    async with start_api(page) as api:
        assert (await api.client().get(f"/static/{path}")).status_code == 404


def test_the_page_of_the_package_is_found() -> None:
    assert "index.html" in StaticFiles()
    with pytest.raises(NotFound):
        StaticFiles().response("index.py", "")


def test_the_page_allows_as_many_characters_as_a_message_may_have() -> None:
    assert (
        f'maxlength="{MAX_MESSAGE_CHARS}"'.encode() in StaticFiles().response("index.html", "").body
    )
