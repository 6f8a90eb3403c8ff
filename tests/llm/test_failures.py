import asyncio

import pytest

from synthetic_soul.errors import ModelRefused, ModelTimeout
from synthetic_soul.llm.failures import (
    BAD_REQUEST,
    Failure,
    connect_timeout,
    from_status,
    with_retries,
)

pytestmark = pytest.mark.anyio


def wait_of(headers: dict[str, str], status: int = 429) -> float | None:
    return from_status("openai", status, headers, b"").retry_after


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("2", 2.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("soon", None),
        ("", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_a_retry_after_in_seconds_is_read(value: str, wait: float | None) -> None:
    assert wait_of({"retry-after": value}) == wait
    assert wait_of({"retry-after": value}, status=503) == wait


def test_a_retry_after_date_is_compared_with_the_responses_own_date() -> None:
    until = "Wed, 21 Oct 2026 07:28:10 GMT"
    assert wait_of({"retry-after": until, "date": "Wed, 21 Oct 2026 07:28:00 GMT"}) == 10.0
    assert wait_of({"retry-after": until, "date": "Wed, 21 Oct 2026 07:29:00 GMT"}) == 0.0
    assert wait_of({"retry-after": until}) is None
    assert wait_of({"retry-after": until, "date": "Wed, 21 Oct 2026 07:28:00"}) is None


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (301, "model_refused", "did not answer"),
        (400, BAD_REQUEST, "did not accept the request"),
        (401, "model_refused", "key"),
        (402, "model_refused", "balance"),
        (403, "model_refused", "allow"),
        (404, "model_refused", "model"),
        (413, "model_refused", "too long"),
        (422, BAD_REQUEST, "did not accept the request"),
        (451, "model_refused", "did not answer"),
    ],
)
def test_a_refusal_says_what_is_wrong_and_is_final(status: int, code: str, says: str) -> None:
    failure = from_status("openai", status, {}, b"")
    assert isinstance(failure.error, ModelRefused)
    assert failure.error.code == code
    assert says in failure.error.message
    assert str(status) in failure.error.message
    assert not failure.retryable


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (429, "insufficient_quota", "quota"),
        (400, "context_length_exceeded", "prompt is too long"),
        (400, "content_filter", "policy"),
    ],
)
def test_a_reason_known_by_its_code_is_reported_and_final(
    status: int, code: str, says: str
) -> None:
    body = b'{"error": {"message": "secret", "code": "%b"}}' % code.encode()
    failure = from_status("openai", status, {}, body)
    assert says in failure.error.message
    assert failure.error.code == "model_refused"
    assert not failure.retryable


def test_an_unknown_reason_is_not_repeated() -> None:
    failure = from_status("openai", 500, {}, b'{"code": "hunter_two"}')
    assert "hunter" not in failure.error.message
    assert failure.retryable


async def test_pauses_double_unless_the_provider_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def note(pause: float) -> None:
        pauses.append(pause)

    monkeypatch.setattr("asyncio.sleep", note)
    outcomes: list[str | Failure] = [connect_timeout("openai"), connect_timeout("openai"), "reply"]

    async def attempt() -> str | Failure:
        return outcomes.pop(0)

    until = asyncio.get_running_loop().time() + 60
    got = await with_retries(attempt, provider="openai", until=until, backoff=0.5)
    assert got == ("reply", 3)
    assert pauses == [0.5, 1.0]


async def test_a_deadline_already_past_is_a_timeout() -> None:
    async def attempt() -> str | Failure:
        await asyncio.sleep(5)
        return "never"

    until = asyncio.get_running_loop().time() - 1
    with pytest.raises(ModelTimeout):
        await with_retries(attempt, provider="openai", until=until, backoff=0.5)
