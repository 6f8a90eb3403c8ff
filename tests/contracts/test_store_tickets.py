"""A ticket for a stream is spent for all processes of a store."""

import asyncio

import pytest

from synthetic_soul.auth.tickets import Tickets
from synthetic_soul.errors import Unauthenticated
from synthetic_soul.stores.base import Store

pytestmark = pytest.mark.anyio

KEY = b"k" * 32


async def test_of_many_who_show_a_ticket_one_is_let_in(store: Store) -> None:
    processes = [Tickets(KEY, store.counters, lambda: 1_700_000_000_000) for _ in range(4)]
    ticket = processes[0].issue(user_id="ann", sid="s", job="jasmine.1")

    shown = [each.redeem(ticket, job="jasmine.1", resuming=False) for each in processes * 3]
    outcomes = await asyncio.gather(*shown, return_exceptions=True)
    refusals = [one.code for one in outcomes if isinstance(one, Unauthenticated)]
    assert refusals == ["ticket_used"] * (len(shown) - 1)
