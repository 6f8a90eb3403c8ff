"""Tasks brought to their end, whatever they are waiting for."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

AGAIN = 0.5  # seconds


async def cancel_all(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks until they are over; what they end with no longer matters.

    Once is not enough: where a result comes at the same moment as the cancel, ``asyncio.wait_for``
    gives the result and forgets the cancel (Python before 3.12), and libraries wait with it.
    """
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=AGAIN)
    await asyncio.gather(*tasks, return_exceptions=True)
