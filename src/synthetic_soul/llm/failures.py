"""What can go wrong on the way, what it is called, and whether it is worth another try.

A failure is a value until the last try is over: a vendor's exception holds the key and the prompt
in its request, so none may hang on ours as cause or context.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from synthetic_soul.errors import (
    ModelError,
    ModelGarbled,
    ModelRateLimited,
    ModelRefused,
    ModelTimeout,
)

RETRIES = 2
"""How often a failed request is sent again, at most."""

BAD_REQUEST = "model_bad_request"
"""The code of a ``ModelRefused`` that blames what was sent, such as an unknown answer format."""

_TOO_MANY = 429
_SERVER_ERRORS = 500
_RESULT = TypeVar("_RESULT")


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one request came to nothing.

    ``passing`` failures are worth another try, after ``wait`` seconds if the provider named a
    time, which is then also the error's ``retry_after``.
    """

    error: ModelError
    passing: bool = False
    wait: float | None = None


_REFUSALS = {
    400: "did not accept the request",
    401: "did not accept the key",
    402: "says the account's balance is used up",
    403: "does not allow this key to use the model",
    404: "does not know the model or the address",
    413: "says the prompt is too long",
    422: "did not accept the request",
}
_REASONS = {
    "content_filter": "refused the prompt on grounds of policy",
    "content_policy_violation": "refused the prompt on grounds of policy",
    "context_length_exceeded": "says the prompt is too long",
    "insufficient_quota": "says the account's quota is used up",
}
_CODE = re.compile(rb'"code"\s*:\s*"([a-z_]{1,40})"')


def of_status(provider: str, status: int, headers: Mapping[str, str], body: bytes) -> Failure:
    """Name the failure behind an HTTP status of 300 or more.

    ``headers`` must be read without regard to case. Of ``body`` only error codes known here are
    looked at: it may repeat the prompt or the key.
    """
    found = _CODE.search(body)
    reason = _REASONS.get(found[1].decode()) if found else None
    if reason is not None:
        return Failure(ModelRefused(f"{provider} {reason} ({status})."))
    if status == _TOO_MANY:
        wait = _retry_after(headers)
        slow = ModelRateLimited(f"{provider} asks to slow down ({status}).", retry_after=wait)
        return Failure(slow, passing=True, wait=wait)
    if status >= _SERVER_ERRORS:
        failed = ModelError(f"{provider} failed ({status}).")
        return Failure(failed, passing=True, wait=_retry_after(headers))
    says = _REFUSALS.get(status, "did not answer the request")
    code = BAD_REQUEST if status in {400, 422} else None
    return Failure(ModelRefused(f"{provider} {says} ({status}).", code=code))


def unreachable(provider: str) -> Failure:
    """Name a connection that was refused or broke before the answer began."""
    error = ModelError(f"{provider} cannot be reached.", code="model_unreachable")
    return Failure(error, passing=True)


def not_connected(provider: str) -> Failure:
    """Name a connection that was not made in time."""
    return Failure(ModelTimeout(f"{provider} did not take the connection in time."), passing=True)


def reported(provider: str) -> Failure:
    """Name an error that the provider reports in the body of an answer."""
    return Failure(ModelError(f"{provider} reported an error of its own."), passing=True)


def garbled(provider: str, why: str) -> Failure:
    """Name an answer that cannot be used; asking again would cost and hardly help."""
    return Failure(ModelGarbled(f"{provider}: {why}."))


def late(provider: str) -> ModelTimeout:
    """Name an answer that was not complete at the deadline, or fell silent on the way."""
    return ModelTimeout(f"{provider} did not answer in time.")


def interrupted(provider: str) -> ModelError:
    """Name an answer that broke off after its first words."""
    return ModelError(f"{provider} broke off in mid-answer.", code="model_interrupted")


def filtered(provider: str) -> Failure:
    """Name an answer that the provider's own policy held back."""
    return Failure(ModelRefused(f"{provider} held the answer back on grounds of policy."))


async def persist(
    attempt: Callable[[], Awaitable[_RESULT | Failure]],
    *,
    provider: str,
    until: float,
    backoff: float,
) -> tuple[_RESULT, int]:
    """Return what ``attempt`` brings, and the number of tries it took.

    Tries again after passing failures, ``RETRIES`` times at most, each time pausing as long as the
    provider asked for, else ``backoff`` seconds, doubled with each try. A pause that would reach
    past ``until`` (the event loop's time) is not begun: the failure's error is raised at once.
    """
    clock = asyncio.get_running_loop().time
    tries = 0
    while True:
        tries += 1
        try:
            async with asyncio.timeout_at(until):
                outcome = await attempt()
        except TimeoutError:
            outcome = Failure(late(provider))
        if not isinstance(outcome, Failure):
            return outcome, tries
        pause = outcome.wait if outcome.wait is not None else backoff * 2.0 ** (tries - 1)
        if not outcome.passing or tries > RETRIES or clock() + pause >= until:
            raise outcome.error
        await asyncio.sleep(pause)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds the provider asks us to wait.

    RFC 9110, 10.2.3: a number of seconds, or a date, which is held against the answer's own
    ``Date`` rather than this machine's clock.
    """
    told = headers.get("retry-after", "").strip()
    try:
        wait = float(told)
    except ValueError:
        then, now = _date(told), _date(headers.get("date", ""))
        if then is None or now is None:
            return None
        wait = (then - now).total_seconds()
    return max(0.0, wait) if wait < float("inf") else None


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
