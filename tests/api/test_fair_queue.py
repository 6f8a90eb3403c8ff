"""Requests begin in a fair order of their addresses."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.api.middleware.fair_queue import FairQueue, FairQueueMiddleware

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

    from tests.api.conftest import RunningApi

pytestmark = pytest.mark.anyio


class Order:
    """An application that notes in which order requests began."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._app = FairQueueMiddleware(self)

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        self.begun.append(scope["path"])

    async def ask(self, address: str, path: str) -> None:
        async def receive() -> Message:
            return {"type": "http.disconnect"}

        async def send(_message: Message) -> None:
            pass

        scope = {"type": "http", "client": (address, 4711), "path": path}
        await self._app(scope, receive, send)


async def test_a_request_waits_for_one_of_each_other_address_and_not_for_its_flood() -> None:
    order = Order()
    flood = [order.ask(f"192.0.2.{number % 4}", "flood") for number in range(400)]
    await asyncio.gather(*flood, order.ask("198.51.100.7", "other"))
    assert order.begun.index("other") <= 4
    assert order.begun.count("flood") == 400


async def test_requests_of_one_address_begin_in_their_order() -> None:
    order = Order()
    await asyncio.gather(*(order.ask("192.0.2.1", str(number)) for number in range(50)))
    assert order.begun == [str(number) for number in range(50)]


async def test_addresses_of_one_ipv6_network_are_one() -> None:
    order = Order()
    flood = [order.ask(f"2001:db8::{number:x}", "flood") for number in range(100)]
    await asyncio.gather(*flood, order.ask("2001:db8:1::1", "other"))
    assert order.begun.index("other") <= 1


async def test_a_request_that_was_cancelled_holds_up_nobody_and_nothing_is_kept() -> None:
    queue = FairQueue()
    tasks = [asyncio.create_task(queue.wait("a")) for _ in range(5)]
    await asyncio.sleep(0)
    for task in tasks[1:4]:
        task.cancel()
    for task in tasks:
        with suppress(asyncio.CancelledError):
            await task
    assert [task.cancelled() for task in tasks] == [False, True, True, True, False]
    for _ in range(3):
        await asyncio.sleep(0)
    assert queue._waiting == {}


async def test_the_api_answers_one_of_each_address_first(api: RunningApi) -> None:
    answered: list[str] = []

    async def ask(address: str) -> None:
        assert (await api.client(address).get("/v1/meta/ping")).status_code == 200
        answered.append(address)

    await asyncio.gather(*(ask("192.0.2.1") for _ in range(100)), ask("192.0.2.2"))
    assert answered.index("192.0.2.2") < 50
