"""Whether the store can be read and written, and what it has lost.

A write is tried when somebody asks, at most once in ``PROBE_INTERVAL_MS``, and waited for
``PROBE_TIMEOUT_S`` long: a store may answer every question and refuse every message.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from synthetic_soul.errors import SoulError, StorageFull
from synthetic_soul.stores.base import READ_ONLY, Store

PROBE_INTERVAL_MS: Final = 5_000
PROBE_TIMEOUT_S: Final = 3.0
PROBE: Final = "health"
"""The name of the note that is written."""
PROBE_CHARS: Final = 8_192
"""As long as a message with its indexes: less may find a place on a disk that is full."""
HOLD_MS: Final = 15_000
"""How long a refused message counts, while no other is accepted."""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class StoreState:
    """``state`` is ok, away (cannot be read), full, read_only or not_writable; ``reason`` why."""

    state: str
    reason: str = ""


_OK: Final = StoreState("ok")


class StoreHealth:
    """The state of a store; ``elapsed`` gives milliseconds."""

    def __init__(self, store: Store, elapsed: Callable[[], int]) -> None:
        self._store = store
        self._elapsed = elapsed
        self._lock = asyncio.Lock()
        self._state = _OK
        self._next_probe: int | None = None
        self._refused = _OK
        self._refused_until = 0

    def refused(self, error: SoulError) -> None:
        """Note that a message was refused."""
        self._refused = _state_of(error)
        self._refused_until = self._elapsed() + HOLD_MS

    def accepted(self) -> None:
        """Note that a message was accepted."""
        self._refused = _OK

    async def check(self) -> StoreState:
        """Return the state now, or as of the last write that was tried."""
        if not await self._store.healthy():
            self._next_probe = None
            return StoreState("away", "the store cannot be read")
        async with self._lock:
            if self._next_probe is None or self._elapsed() >= self._next_probe:
                state = await self._probe()
                self._next_probe = self._elapsed() + PROBE_INTERVAL_MS
                self._change(state)
        holds = self._state is _OK and self._elapsed() < self._refused_until
        return self._refused if holds else self._state

    async def _probe(self) -> StoreState:
        try:
            async with asyncio.timeout(PROBE_TIMEOUT_S):
                await self._store.marks.write(PROBE, "." * PROBE_CHARS)
        except TimeoutError:
            return StoreState("not_writable", f"a write takes longer than {PROBE_TIMEOUT_S:g} s")
        except SoulError as error:
            return _state_of(error)
        return _OK

    def _change(self, state: StoreState) -> None:
        before, self._state = self._state, state
        if state.state == before.state:
            return
        if state is _OK:
            log.info("store_takes_writes_again")
        else:
            log.error("store_refuses_writes", state=state.state, reason=state.reason)

    async def lost(self) -> str:
        """Return what has been lost, as a text; "" for nothing."""
        return "; ".join(map(str, await self._store.losses()))


def _state_of(error: SoulError) -> StoreState:
    if isinstance(error, StorageFull):
        return StoreState("full", error.message)
    return StoreState(READ_ONLY if error.code == READ_ONLY else "not_writable", error.message)
