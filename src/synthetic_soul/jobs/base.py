"""The runner that is told where work waits, and the wire on which a reply travels.

Both may lose what they carry at any time: the journal is the truth, a sweep finds what is
unanswered, and a listener who missed a piece reads the outcome from the journal.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Literal, Protocol

Work = Callable[[str, str], Awaitable[None]]
"""Answers everything that waits in (agent, conversation); safe to call once too often."""

GiveUp = Callable[[str, str, Exception], Awaitable[None]]
"""Records a visible failure for what waits in (agent, conversation)."""


class Runner(Protocol):
    """Runs the work of a conversation, one at a time each, many side by side."""

    async def start(self, work: Work, give_up: GiveUp) -> None:
        """Begin; rings that came before count."""
        ...

    def notify(self, agent: str, conversation: str) -> None:
        """Say that something waits there. Cheap, never blocks, may be lost."""
        ...

    async def stop(self, grace: float) -> None:
        """Take no more, wait up to ``grace`` seconds for what runs, then cancel it."""
        ...

    @property
    def running(self) -> int:
        """How many conversations are being worked on."""
        ...


@dataclass(frozen=True, slots=True)
class Chunk:
    """One step of a turn, as it happens.

    ``epoch`` is the turn's fencing token; ``covers`` are the ids of the messages that the turn
    answers; ``texts`` are the next chunks of the reply, the first being number ``number``.
    """

    epoch: int
    kind: Literal["begun", "text", "ended"]
    covers: tuple[str, ...] = ()
    number: int = 0
    texts: tuple[str, ...] = ()


class Listener(Protocol):
    """An endless stream of one topic's pieces; close it when done."""

    def __aiter__(self) -> AsyncIterator[Chunk]:
        """Itself."""
        ...

    async def __anext__(self) -> Chunk:
        """The next piece, waiting for it."""
        ...

    async def aclose(self) -> None:
        """Stop listening."""
        ...


class EventBus(Protocol):
    """Carries the pieces of a conversation's turns to whoever listens."""

    async def publish(self, topic: str, piece: Chunk) -> None:
        """Send a piece; nobody need be listening."""
        ...

    def follow(self, topic: str) -> Listener:
        """The pieces that the turn under way has published so far, then those that come.

        Listening begins with the call, not with the first step.
        """
        ...

    async def covered(self, topic: str) -> tuple[str, ...]:
        """The messages that the turn under way answers, as far as is known; () if none is."""
        ...

    async def open(self) -> None:
        """Connect, where there is something to connect to; it may be away."""
        ...

    async def close(self) -> None:
        """Let go."""
        ...

    async def healthy(self) -> bool:
        """Whether pieces and rings arrive now."""
        ...
