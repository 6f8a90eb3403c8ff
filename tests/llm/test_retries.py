"""What may pass is tried again, after the pause that the provider asks for."""

import asyncio

import pytest

from synthetic_soul.errors import ModelTimeout
from synthetic_soul.llm.diagnosis.failures import Reporter
from synthetic_soul.llm.diagnosis.retries import Failure, wait_of, with_retries
from synthetic_soul.llm.dialect import Dialect

pytestmark = pytest.mark.anyio
REPORTER = Reporter(Dialect("openai", modes=("prompt",)))
DATE = "Wed, 21 Oct 2026 07:28:00 GMT"


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("2", 2.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("7s", 7.0),
        ("soon", None),
        ("", None),
        ("inf", None),
        ("nan", None),
    ],
)
def test_a_retry_after_in_seconds_is_read(value: str, wait: float | None) -> None:
    assert wait_of({"retry-after": value}, limited=True) == wait
    assert wait_of({"retry-after": value}, limited=False) == wait


def test_a_retry_after_date_is_compared_with_the_responses_own_date() -> None:
    def wait(until: str, date: str = DATE) -> float | None:
        return wait_of({"retry-after": until, "date": date}, limited=False)

    assert wait("Wed, 21 Oct 2026 07:28:10 GMT") == 10.0
    assert wait("Wed, 21 Oct 2026 07:27:00 GMT") == 0.0
    assert wait("2026-10-21T07:29:00Z") == 60.0
    assert wait("Wed, 21 Oct 2026 07:28:10 GMT", date="") is None
    assert wait("Wed, 21 Oct 2026 07:28:10 GMT", date="Wed, 21 Oct 2026 07:28:00") is None


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"x-ratelimit-reset-requests": "6m0s", "x-ratelimit-remaining-requests": "0"}, 360.0),
        (
            {
                "x-ratelimit-reset-requests": "8h",
                "x-ratelimit-remaining-requests": "99",
                "x-ratelimit-reset-tokens": "120ms",
                "x-ratelimit-remaining-tokens": "0",
            },
            0.12,
        ),
        ({"x-ratelimit-reset-tokens": "3.5s"}, 3.5),
        ({"ratelimit-reset": "12", "ratelimit-remaining": "0"}, 12.0),
        ({"x-ratelimit-reset": "1792567690000", "date": DATE}, 10.0),
        ({"x-ratelimit-reset": "1792567690", "date": DATE}, 10.0),
        (
            {
                "anthropic-ratelimit-tokens-reset": "2026-10-21T07:28:30Z",
                "anthropic-ratelimit-tokens-remaining": "0",
                "date": DATE,
            },
            30.0,
        ),
    ],
)
def test_the_reset_of_the_used_up_limit_is_read(headers: dict[str, str], wait: float) -> None:
    assert wait_of(headers, limited=True) == pytest.approx(wait)


@pytest.mark.parametrize(
    ("body", "wait"),
    [
        ("Please try again in 20s.", 20.0),
        ("Please retry in 38.5 seconds", 38.5),
        ("Retry after 6 seconds", 6.0),
        ("please wait 2 minutes", 120.0),
        ("try again in 1m30s", 90.0),
        ("try again in 250ms", 0.25),
        ('{"retryDelay": "38s"}', 38.0),
        ('{"retry_after": 7}', 7.0),
        ("You have sent 20 messages in a day.", None),
    ],
)
def test_the_wait_that_words_ask_for_is_read(body: str, wait: float | None) -> None:
    assert wait_of({}, body, limited=True) == wait
    assert wait_of({}, body, limited=False) is None


async def test_pauses_double_unless_the_provider_names_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []

    async def note(pause: float) -> None:
        pauses.append(pause)

    monkeypatch.setattr("asyncio.sleep", note)
    failure = REPORTER.connect_timeout()
    outcomes: list[str | Failure] = [failure, failure, "reply"]

    async def attempt() -> str | Failure:
        return outcomes.pop(0)

    until = asyncio.get_running_loop().time() + 60
    got = await with_retries(attempt, timed_out=REPORTER.timed_out, until=until, backoff=0.5)
    assert got == ("reply", 3)
    assert pauses == [0.5, 1.0]


async def test_a_deadline_already_past_is_a_timeout() -> None:
    async def attempt() -> str | Failure:
        await asyncio.sleep(5)
        return "never"

    until = asyncio.get_running_loop().time() - 1
    with pytest.raises(ModelTimeout):
        await with_retries(attempt, timed_out=REPORTER.timed_out, until=until, backoff=0.5)
