"""What a ticket opens, and what it does not."""

import jwt
import pytest

from synthetic_soul.auth.tickets import TICKET_SECONDS
from synthetic_soul.errors import Unauthenticated
from tests.auth.conftest import AuthUnderTest

pytestmark = pytest.mark.anyio

JOB = "jasmine.1"


async def refusal(
    env: AuthUnderTest, ticket: str, job: str = JOB, *, resuming: bool = False
) -> str:
    with pytest.raises(Unauthenticated) as refused:
        await env.auth.redeem_ticket(ticket, job=job, resuming=resuming)
    return refused.value.code


async def test_a_ticket_names_its_holder_once(env: AuthUnderTest) -> None:
    _, who = await env.guest()
    ticket = env.auth.issue_ticket(who, JOB)
    assert await env.auth.redeem_ticket(ticket, job=JOB, resuming=False) == who
    assert await refusal(env, ticket) == "ticket_used"


async def test_a_stream_that_broke_is_resumed_with_the_same_ticket(env: AuthUnderTest) -> None:
    _, who = await env.guest()
    ticket = env.auth.issue_ticket(who, JOB)
    for resuming in (False, True, True):
        assert await env.auth.redeem_ticket(ticket, job=JOB, resuming=resuming) == who
    env.clock.pass_seconds(TICKET_SECONDS)
    assert await refusal(env, ticket, resuming=True) == "ticket_expired"


async def test_a_ticket_lasts_half_a_minute(env: AuthUnderTest) -> None:
    _, who = await env.guest()
    first, second = env.auth.issue_ticket(who, JOB), env.auth.issue_ticket(who, JOB)
    env.clock.pass_seconds(TICKET_SECONDS - 1)
    await env.auth.redeem_ticket(first, job=JOB, resuming=False)
    env.clock.pass_seconds(1)
    assert await refusal(env, second) == "ticket_expired"


async def test_a_ticket_opens_its_own_job_alone(env: AuthUnderTest) -> None:
    _, who = await env.guest()
    ticket = env.auth.issue_ticket(who, JOB)
    for job in ("jasmine.2", "", JOB + " ", "halvard.1"):
        assert await refusal(env, ticket, job) == "ticket_invalid"
    await env.auth.redeem_ticket(ticket, job=JOB, resuming=False)


async def test_a_ticket_ends_with_its_session(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    ticket = env.auth.issue_ticket(who, JOB)
    await env.auth.logout(access_token=grant.access_token)
    assert await refusal(env, ticket) == "session_over"


async def test_tickets_and_access_tokens_are_not_taken_for_each_other(env: AuthUnderTest) -> None:
    grant, who = await env.guest()
    with pytest.raises(Unauthenticated):
        await env.auth.authenticate(env.auth.issue_ticket(who, JOB))
    assert await refusal(env, grant.access_token) == "ticket_invalid"


async def test_what_is_no_ticket_is_refused(env: AuthUnderTest) -> None:
    _, who = await env.guest()
    head, body, mark = env.auth.issue_ticket(who, JOB).split(".")
    claims = jwt.decode(f"{head}.{body}.{mark}", options={"verify_signature": False})
    forged = [
        "",
        "x.y.z",
        f"{head}.{body}.",
        f"{head}.{body}.{mark[::-1]}",
        jwt.encode(claims, "k" * 32, algorithm="HS256"),
        jwt.encode(claims, None, algorithm="none"),
        "é" * 10,
        "a" * 100_000,
    ]
    for ticket in forged:
        assert await refusal(env, ticket) == "ticket_invalid"


async def test_a_ticket_does_not_last_longer_where_the_clock_went_back(env: AuthUnderTest) -> None:
    _, who = await env.guest()
    ticket = env.auth.issue_ticket(who, JOB)
    env.clock.pass_seconds(-3600)
    assert await refusal(env, ticket) == "ticket_expired"
