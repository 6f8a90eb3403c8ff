"""The protocols of jobs: the runner that does the work, and the event bus that carries replies.

Both may lose what they carry at any time: the journal is the truth, a sweep finds what is
unanswered, and a listener who missed a chunk reads the outcome from the journal.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from dataclasses import dataclass
from typing import Any, Literal, Protocol, Self

from typing_extensions import override

MAX_BACKLOG = 4096  # chunks that a listener may lag behind
CANCEL_AGAIN_S = 0.5

Work = Callable[[str, str], Awaitable[bool]]
"""Takes a turn in (agent, conversation), and tells whether anything waits there still.

It is safe to call once too often.
"""

GiveUp = Callable[[str, str, Exception], Awaitable[None]]
"""Records a visible failure for what waits in (agent, conversation)."""


class Runner(Protocol):
    """Runs the work of conversations: one task at a time for each, many side by side."""

    async def start(self, work: Work, give_up: GiveUp) -> None:
        """Start, with the notifications that came before."""

    def notify(self, agent: str, conversation: str) -> None:
        """Tell that something waits there. Cheap, never blocks; the notification may be lost."""

    async def stop(self, grace: float) -> None:
        """Start nothing more, wait up to ``grace`` seconds for running work, then cancel it."""

    @property
    def running(self) -> int:
        """How many conversations are being worked on."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """One step of a turn, as it happens.

    ``epoch`` is the turn's fencing token; ``covers`` are the ids of the messages that the turn
    answers; ``texts`` are the next parts of the reply, the first being number ``number``.
    """

    epoch: int
    kind: Literal["begun", "text", "ended"]
    covers: tuple[str, ...] = ()
    number: int = 0
    texts: tuple[str, ...] = ()


class Listener(Protocol):
    """An endless stream of one topic's chunks; close it when done."""

    def __aiter__(self) -> AsyncIterator[Chunk]: ...

    async def __anext__(self) -> Chunk: ...

    async def aclose(self) -> None:
        """Stop listening."""


class EventBus(Protocol):
    """Carries the chunks of a conversation's turns to its listeners."""

    async def publish(self, topic: str, chunk: Chunk) -> None:
        """Send a chunk; nobody need be listening."""

    def follow(self, topic: str) -> Listener:
        """Return a stream of the chunks of the current turn so far, then of those that come.

        Listening begins with the call, not with the first step.
        """

    async def covered(self, topic: str) -> tuple[str, ...]:
        """Return the ids of the messages that the current turn answers; () if none is known."""

    async def open(self) -> None:
        """Connect, where there is something to connect to; it may be away."""

    async def close(self) -> None:
        """Disconnect."""

    async def healthy(self) -> bool:
        """Return whether chunks and notifications arrive now."""


class QueueListener(Listener):
    """A listener with a queue; one too slow to keep up reads the journal instead."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Chunk] = asyncio.Queue(MAX_BACKLOG)

    @override
    def __aiter__(self) -> Self:
        return self

    @override
    async def __anext__(self) -> Chunk:
        return await self._queue.get()

    def put(self, chunk: Chunk) -> None:
        """Queue a chunk, unless the queue is full."""
        if not self._queue.full():
            self._queue.put_nowait(chunk)


async def cancel_all(tasks: Collection[asyncio.Task[Any]]) -> None:
    """Cancel tasks and wait until they have ended, however they end.

    Whoever is cancelled while it waits here still waits, and is cancelled then.
    """
    # Once is not enough: where a result comes at the same moment as the cancel,
    # ``asyncio.wait_for`` returns the result and drops the cancel (Python before 3.12).
    left = set(tasks)
    cancelled: asyncio.CancelledError | None = None
    while left:
        for task in left:
            task.cancel()
        try:
            _, left = await asyncio.wait(left, timeout=CANCEL_AGAIN_S)
        except asyncio.CancelledError as error:
            cancelled = error
    await asyncio.gather(*tasks, return_exceptions=True)
    if cancelled is not None:
        raise cancelled
