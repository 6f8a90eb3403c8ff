"""Retry what may pass: within the deadline, after the pause that the provider asks for.

A failure is a value until the last attempt is over: a vendor's exception holds the key and the
prompt in its request, so none may be the cause or context of ours.
"""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, TypeVar

from synthetic_soul.errors import ModelError
from synthetic_soul.llm.diagnosis.provider_report import Report

MAX_RETRIES = 2

_Result = TypeVar("_Result")
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_PART: Final = (
    r"\d+(?:\.\d+)?\s*(?:ms|milliseconds?|d(?:ays?)?|h(?:ours?)?|m(?:in(?:ute)?s?)?"
    r"|s(?:ec(?:ond)?s?)?)(?![A-Za-z])"
)
_DURATION: Final = re.compile(rf"(?i)(?:{_PART}\s*)+")
_DURATION_PART: Final = re.compile(r"(?i)(\d+(?:\.\d+)?)\s*(ms|milli|[a-z])")
_ADVICE: Final = re.compile(
    rf"(?i)(?:try|retry|retried|retrying|wait|available|reset\w*)\b(?: \w+){{0,3}}? "
    rf"(?:in|after|for|about)?\s*((?:{_PART}\s*)+)"
)
_RETRY_DELAY: Final = re.compile(rf'(?i)"retry_?(?:delay|after)"\s*:\s*"?({_PART}|\d+(?:\.\d+)?)')
_RESETS: Final = re.compile(r"(?i)(?:x-|anthropic-)?ratelimit-(?:reset(?:-(.+))?|(.+)-reset)$")
_EPOCH_SECONDS: Final = 1_000_000_000.0
"""A reset of this many seconds or more is a point in time (some are in milliseconds)."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why one request failed.

    A ``retryable`` one is worth another attempt, after ``retry_after`` seconds if the provider
    named a time. ``refusal`` is what the provider says where it blames the request; once the
    request ``is_adapted`` to that, it is sent again at once, which counts as no retry.
    """

    error: ModelError
    retryable: bool = False
    retry_after: float | None = None
    refusal: Report | None = None
    is_adapted: bool = False


async def with_retries(
    attempt: Callable[[], Awaitable[_Result | Failure]],
    *,
    timed_out: Callable[[], ModelError],
    until: float,
    backoff: float,
) -> tuple[_Result, int]:
    """Return the result of ``attempt`` and the number of attempts made.

    Retryable failures are retried, ``MAX_RETRIES`` times at most, each after the pause that the
    provider asked for, else after ``backoff`` seconds, doubled each time. A pause that would
    reach past ``until`` (on the event loop's clock) is not begun: the error is raised at once.
    """
    clock = asyncio.get_running_loop().time
    attempts = adapted = 0
    while True:
        attempts += 1
        try:
            async with asyncio.timeout_at(until):
                outcome = await attempt()
        except TimeoutError:
            outcome = Failure(timed_out())
        if not isinstance(outcome, Failure):
            return outcome, attempts
        if outcome.is_adapted:
            adapted += 1
            continue
        pause = outcome.retry_after
        if pause is None:
            pause = backoff * 2.0 ** (attempts - adapted - 1)
        is_last = attempts - adapted > MAX_RETRIES or clock() + pause >= until
        if not outcome.retryable or is_last:
            raise outcome.error
        await asyncio.sleep(pause)


def wait_of(headers: Mapping[str, str], body: str = "", *, limited: bool) -> float | None:
    """Return the seconds that a response asks to wait, None where it does not say.

    ``headers`` must be case-insensitive. Read, in this order: ``retry-after-ms``; ``Retry-After``
    (RFC 9110, 10.2.3: seconds, or a date, compared with the response's own ``Date`` rather than
    this machine's clock); and where ``limited`` says that a limit was reached, the reset of the
    one that is used up (``x-ratelimit-reset-*`` and its relatives), or what the body's words say.
    """
    now = _parse_date(headers.get("date", ""))
    wait = _scaled(headers.get("retry-after-ms", ""), 0.001)
    if wait is None:
        wait = _moment(headers.get("retry-after", "").strip(), now)
    if wait is None and limited:
        wait = _reset(headers, now)
        wait = _advised(body) if wait is None else wait
    return wait


def _reset(headers: Mapping[str, str], now: datetime | None) -> float | None:
    """Return when the limit that is used up begins anew; else the shortest that is named."""
    used_up: list[float] = []
    others: list[float] = []
    for name, value in headers.items():
        match = _RESETS.match(name)
        wait = _moment(value.strip(), now) if match else None
        if match is None or wait is None:
            continue
        remaining = name.lower().replace("reset", "remaining")
        (used_up if headers.get(remaining, "").strip() == "0" else others).append(wait)
    return max(used_up) if used_up else min(others, default=None)


def _moment(value: str, now: datetime | None) -> float | None:
    """Return seconds from a number, a duration (``6m0s``), a time since 1970, or a date."""
    wait = _scaled(value, 1.0)
    if wait is None and _DURATION.fullmatch(value):
        return _seconds(value)
    then = _parse_date(value) if wait is None else None
    if wait is not None and wait >= _EPOCH_SECONDS:
        is_milliseconds = wait >= 100 * _EPOCH_SECONDS
        then = datetime.fromtimestamp(wait / 1000 if is_milliseconds else wait, tz=UTC)
    if then is None:
        return wait
    return max(0.0, (then - now).total_seconds()) if now is not None else None


def _scaled(value: str, unit: float) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return max(0.0, number * unit) if number < float("inf") else None


def _advised(body: str) -> float | None:
    match = _RETRY_DELAY.search(body) or _ADVICE.search(body)
    if match is None:
        return None
    number = _scaled(match[1], 1.0)
    return _seconds(match[1]) if number is None else number


def _seconds(duration: str) -> float:
    return sum(
        float(number) * _UNITS["ms" if unit[1:] else unit.lower()]
        for number, unit in _DURATION_PART.findall(duration)
    )


def _parse_date(text: str) -> datetime | None:
    try:
        date = parsedate_to_datetime(text)
    except ValueError:
        try:
            date = datetime.fromisoformat(text)
        except ValueError:
            return None
    return date if date.tzinfo is not None else None
