import pytest
from structlog.testing import capture_logs

from synthetic_soul.api.middleware.headers import HeadersMiddleware
from synthetic_soul.errors import JournalBroken, StorageFull
from tests.api.conftest import RunningApi

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/v1/nothing", 404, "not_found"),
        ("GET", "/nothing/at/all", 404, "not_found"),
        ("GET", "/static/../app.py", 404, "not_found"),
        ("GET", "/v1/auth/guest", 405, "method_not_allowed"),
        ("PATCH", "/v1/jobs/x", 405, "method_not_allowed"),
        ("GET", "/v1/jobs/x", 401, "unauthenticated"),
        ("GET", "/v1/auth/me/", 404, "not_found"),
    ],
)
async def test_every_problem_comes_in_the_envelope(
    api: RunningApi, method: str, path: str, status: int, code: str
) -> None:
    answer = await api.client().ask(method, path)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["request_id"] == answer.headers["x-request-id"]
    if status == 405:
        assert answer.headers["allow"]


async def test_every_response_has_the_fixed_headers(api: RunningApi) -> None:
    for path in ("/v1/meta/ping", "/v1/nothing", "/"):
        answer = await api.client().get(path)
        assert answer.headers["x-api-version"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["x-frame-options"] == "DENY"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(("sent", "kept"), [("abc-1.2_Z", True), ("a b", False), ("x" * 65, False)])
async def test_a_valid_request_id_is_kept(api: RunningApi, sent: str, kept: bool) -> None:  # noqa: FBT001 - a table
    answer = await api.client().get("/v1/meta/ping", headers={"X-Request-ID": sent})
    assert (answer.headers["x-request-id"] == sent) is kept


async def test_an_internal_error_reveals_nothing_and_is_logged_without_words(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = await api.client().sign_in()

    async def broken(**_: object) -> None:
        raise RuntimeError("the secret of the sphinx")

    monkeypatch.setattr(api.state.engine, "submit", broken)
    with capture_logs() as logs:
        answer = await who.post("/v1/messages/submit", json={"message": "a private word"})
    assert answer.status_code == 500
    assert answer.json()["error"]["code"] == "internal"
    assert "sphinx" not in answer.text
    (entry,) = logs
    assert entry["error"] == "RuntimeError"
    assert entry["request_id"] == answer.headers["x-request-id"]
    assert "sphinx" not in str(entry)
    assert "private" not in str(entry)
    assert who.token not in str(entry)


async def test_a_full_disk_is_507(api: RunningApi, monkeypatch: pytest.MonkeyPatch) -> None:
    who = await api.client().sign_in()

    async def full(**_: object) -> None:
        raise StorageFull("no space is left")

    monkeypatch.setattr(api.state.engine, "submit", full)
    answer = await who.post("/v1/messages/submit", json={"message": "x"})
    assert answer.status_code == 507
    assert answer.json()["error"]["code"] == "storage_full"


async def test_a_broken_journal_reveals_no_detail(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = await api.client().sign_in()

    async def damaged(**_: object) -> None:
        raise JournalBroken("entry 7 does not follow from entry 6")

    monkeypatch.setattr(api.state.engine, "submit", damaged)
    answer = await who.post("/v1/messages/submit", json={"message": "x"})
    assert answer.status_code == 500
    assert "entry" not in answer.text


async def test_half_a_response_is_cut_off_not_completed() -> None:
    async def halves(_scope: object, _receive: object, send: object) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})  # type: ignore[operator]  # an ASGI send
        raise RuntimeError

    sent: list[dict[str, object]] = []

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {"type": "http", "path": "/", "headers": []}
    with capture_logs() as logs:
        await HeadersMiddleware(halves, version="1", strict_transport=False)(scope, None, send)  # type: ignore[arg-type]  # enough of ASGI
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert logs
