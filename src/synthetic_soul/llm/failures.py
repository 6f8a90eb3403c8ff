"""Name what can go wrong in a model call, and retry what may pass.

A failure is a value until the last attempt is over: a vendor's exception holds the key and the
prompt in its request, so none may be the cause or context of ours.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

from synthetic_soul.errors import (
    ModelError,
    ModelGarbled,
    ModelRateLimited,
    ModelRefused,
    ModelTimeout,
)

MAX_RETRIES = 2

BAD_REQUEST = "model_bad_request"
"""The code of a ``ModelRefused`` that blames the request, such as an unknown response format."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one request failed.

    A ``retryable`` one is worth another attempt, after ``retry_after`` seconds if the provider
    named a time.
    """

    error: ModelError
    retryable: bool = False
    retry_after: float | None = None


_STATUS_TEXTS = {
    400: "did not accept the request",
    401: "did not accept the key",
    402: "says the account's balance is used up",
    403: "does not allow this key to use the model",
    404: "does not know the model or the address",
    413: "says the prompt is too long",
    422: "did not accept the request",
}
_CODE_TEXTS = {
    "content_filter": "refused the prompt on grounds of policy",
    "content_policy_violation": "refused the prompt on grounds of policy",
    "context_length_exceeded": "says the prompt is too long",
    "insufficient_quota": "says the account's quota is used up",
}
_CODE = re.compile(rb'"code"\s*:\s*"([a-z_]{1,40})"')


def from_status(provider: str, status: int, headers: Mapping[str, str], body: bytes) -> Failure:
    """Return the failure that an HTTP status of 300 or more means.

    ``headers`` must be case-insensitive. Only known error codes are taken from ``body``: it may
    repeat the prompt or the key.
    """
    match = _CODE.search(body)
    text = _CODE_TEXTS.get(match[1].decode()) if match else None
    if text is not None:
        return Failure(ModelRefused(f"{provider} {text} ({status})."))
    wait = _retry_after(headers)
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        error = ModelRateLimited(f"{provider} asks to slow down ({status}).", retry_after=wait)
        return Failure(error, retryable=True, retry_after=wait)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Failure(ModelError(f"{provider} failed ({status})."), True, wait)
    text = _STATUS_TEXTS.get(status, "did not answer the request")
    code = BAD_REQUEST if status in {400, 422} else None
    return Failure(ModelRefused(f"{provider} {text} ({status}).", code=code))


def unreachable(provider: str) -> Failure:
    """Describe a connection that was refused or broke before the answer began."""
    error = ModelError(f"{provider} cannot be reached.", code="model_unreachable")
    return Failure(error, retryable=True)


def connect_timeout(provider: str) -> Failure:
    """Describe a connection that was not made in time."""
    return Failure(ModelTimeout(f"{provider} did not take the connection in time."), retryable=True)


def reported(provider: str) -> Failure:
    """Describe an error that the provider reports in the body of an answer."""
    return Failure(ModelError(f"{provider} reported an error of its own."), retryable=True)


def garbled(provider: str, reason: str) -> Failure:
    """Describe an unusable answer; asking again would cost and hardly help."""
    return Failure(ModelGarbled(f"{provider}: {reason}."))


def filtered(provider: str) -> Failure:
    """Describe an answer that the provider's own policy held back."""
    return Failure(ModelRefused(f"{provider} held the answer back on grounds of policy."))


def timed_out(provider: str) -> ModelTimeout:
    """Describe an answer that was incomplete at the deadline, or fell silent."""
    return ModelTimeout(f"{provider} did not answer in time.")


def interrupted(provider: str) -> ModelError:
    """Describe an answer that broke off after its first words."""
    return ModelError(f"{provider} broke off in mid-answer.", code="model_interrupted")


async def with_retries(
    attempt: Callable[[], Awaitable[_Result | Failure]],
    *,
    provider: str,
    until: float,
    backoff: float,
) -> tuple[_Result, int]:
    """Return the result of ``attempt`` and the number of attempts made.

    Retryable failures are retried, ``MAX_RETRIES`` times at most, each after the pause that the
    provider asked for, else after ``backoff`` seconds, doubled each time. A pause that would
    reach past ``until`` (on the event loop's clock) is not begun: the error is raised at once.
    """
    clock = asyncio.get_running_loop().time
    attempts = 0
    while True:
        attempts += 1
        try:
            async with asyncio.timeout_at(until):
                outcome = await attempt()
        except TimeoutError:
            outcome = Failure(timed_out(provider))
        if not isinstance(outcome, Failure):
            return outcome, attempts
        pause = outcome.retry_after
        if pause is None:
            pause = backoff * 2.0 ** (attempts - 1)
        if not outcome.retryable or attempts > MAX_RETRIES or clock() + pause >= until:
            raise outcome.error
        await asyncio.sleep(pause)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds that the provider asks to wait.

    RFC 9110, 10.2.3: a number of seconds, or a date, which is compared with the response's own
    ``Date`` rather than this machine's clock.
    """
    value = headers.get("retry-after", "").strip()
    try:
        wait = float(value)
    except ValueError:
        then, now = _parse_date(value), _parse_date(headers.get("date", ""))
        if then is None or now is None:
            return None
        wait = (then - now).total_seconds()
    return max(0.0, wait) if wait < float("inf") else None


def _parse_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        return None
    return date if date.tzinfo is not None else None
