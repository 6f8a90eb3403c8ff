"""A reply as it streams in: what arrives, for how long we wait, and how it may end."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from synthetic_soul.llm import failures, wire
from synthetic_soul.llm.base import Usage, estimate_tokens
from synthetic_soul.llm.failures import Failure, persist

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator

    from synthetic_soul.errors import ModelError

_DRAIN_SECONDS = 0.1

Body = dict[str, object]
"""A request's JSON object."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds.

    ``total`` caps every call's deadline, ``idle`` the silence between two reads of a stream that
    has begun, ``backoff`` is the first pause before a retry.
    """

    total: float = 60.0
    idle: float = 20.0
    backoff: float = 0.5


class Incoming(Protocol):
    """A response whose body is still to be read."""

    def aiter_raw(self) -> AsyncGenerator[bytes, None]:
        """Yield the body's bytes as they arrive."""
        ...

    async def aclose(self) -> None:
        """Release the connection; a second time does nothing."""
        ...


class Line(Protocol):
    """The way to a provider."""

    @property
    def provider(self) -> str:
        """The provider's name, for people."""
        ...

    @property
    def broken(self) -> tuple[type[Exception], ...]:
        """What is raised where a response breaks off."""
        ...

    async def post(self, body: Body) -> Incoming | Failure:
        """Send a request; an answer other than success comes back as a failure."""
        ...


class _Reading:
    """One streamed response on its way in."""

    def __init__(self, response: Incoming, *, until: float, idle: float) -> None:
        self._until = until
        self._idle = idle
        self._clock = asyncio.get_running_loop().time
        self._response = response
        self._chunks = response.aiter_raw()
        self._events = wire.EventReader()
        self._bytes = 0
        self.characters = 0
        self.tokens: tuple[int, int] | None = None
        self.finish: str | None = None
        self.done = False
        self.held_back = False
        self.error = False

    async def text(self) -> str:
        """Return what came next, all that arrived together at once; "" at the end.

        Raises ``TimeoutError``, ``wire.GarbledError``, and the library's errors for a connection
        that broke. The first words may take until the deadline: small machines read long prompts
        slowly. From then on, silence is a fault.
        """
        while not self.done:
            patience = self._clock() + self._idle if self.characters else self._until
            async with asyncio.timeout_at(min(patience, self._until)):
                chunk = await anext(self._chunks, b"")
            if not chunk:
                return ""
            text = self._take(chunk)
            if text:
                return text
        return ""

    def _take(self, chunk: bytes) -> str:
        texts = []
        for payload in self._events.feed(chunk):
            part = wire.read_event(payload)
            texts.append(part.text)
            self.finish = part.finish or self.finish
            self.tokens = part.tokens or self.tokens
            self.held_back |= part.refused or part.finish == wire.FILTERED
            self.error |= part.error
            self.done |= part.done
        text = "".join(texts)
        self._bytes += len(text.encode())
        self.characters += len(text)
        if self._bytes > wire.TEXT_LIMIT:
            raise wire.GarbledError(wire.TOO_LONG)
        return text

    @property
    def whole(self) -> bool:
        """Whether the provider said that the answer was at its end."""
        return self.done or self.finish is not None

    async def drain(self) -> None:
        """Read the last bytes after ``[DONE]``, so that the connection can be used again."""
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in self._chunks:
                pass

    async def aclose(self) -> None:
        """Give up the response; unread, it takes its connection along."""
        await self._chunks.aclose()
        await self._response.aclose()


class TextStream:
    """A reply as it comes. The first ``__anext__`` sends the request, and retries it if need be."""

    def __init__(self, line: Line, body: Body, *, until: float, limits: Limits) -> None:
        self._line = line
        self._provider = line.provider
        self._body = body
        self._until = until
        self._limits = limits
        self._reading: _Reading | None = None
        self._calls = 0
        self._over = False

    @property
    def usage(self) -> Usage:
        """The provider's own count if it gave one, else an estimate from the text so far."""
        if self._reading is None:
            return Usage(calls=self._calls)
        return usage_of(self._body, self._reading.tokens, self._reading.characters, self._calls)

    def __aiter__(self) -> AsyncIterator[str]:
        """Return the stream itself."""
        return self

    async def __anext__(self) -> str:
        """Return the next piece; see ``base.ModelStream``."""
        if self._over:
            raise StopAsyncIteration
        text = ""
        try:
            text = await (self._begin() if self._reading is None else self._go_on(self._reading))
        finally:
            if not text:
                await self.aclose()
        if not text:
            raise StopAsyncIteration
        return text

    async def aclose(self) -> None:
        """Give up the connection; a second time does nothing."""
        self._over = True
        if self._reading is not None:
            await self._reading.aclose()

    async def _begin(self) -> str:
        opened, self._calls = await persist(
            self._attempt,
            provider=self._provider,
            until=self._until,
            backoff=self._limits.backoff,
        )
        self._reading, text = opened
        return text

    async def _attempt(self) -> tuple[_Reading, str] | Failure:
        """Send the request and wait for the first text, which tells that no retry is wanted."""
        response = await self._line.post(self._body)
        if isinstance(response, Failure):
            return response
        async with contextlib.AsyncExitStack() as closing:
            reading = _Reading(response, until=self._until, idle=self._limits.idle)
            closing.push_async_callback(reading.aclose)
            try:
                text = await reading.text()
            except wire.GarbledError as problem:
                return failures.garbled(self._provider, str(problem))
            except self._line.broken:
                return failures.unreachable(self._provider)
            if not text or reading.error:
                return self._why_nothing(reading)
            closing.pop_all()
            return reading, text

    def _why_nothing(self, reading: _Reading) -> Failure:
        if reading.error:
            return failures.reported(self._provider)
        if reading.held_back:
            return failures.filtered(self._provider)
        return failures.garbled(self._provider, "the answer is empty")

    async def _go_on(self, reading: _Reading) -> str:
        """Return the next text, or "" at the end of a whole answer."""
        error: ModelError
        try:
            text = await reading.text()
        except TimeoutError:
            error = failures.late(self._provider)
        except wire.GarbledError as problem:
            error = failures.garbled(self._provider, str(problem)).error
        except self._line.broken:
            error = failures.interrupted(self._provider)
        else:
            if reading.error or (not text and not reading.whole):
                error = failures.interrupted(self._provider)
            elif reading.held_back:
                error = failures.filtered(self._provider).error
            else:
                if not text:
                    with contextlib.suppress(TimeoutError, *self._line.broken):
                        await reading.drain()
                return text
        raise error


def usage_of(body: Body, tokens: tuple[int, int] | None, characters: int, calls: int) -> Usage:
    """Return what a call cost: by the provider's count if it gave one, else estimated."""
    if tokens is not None:
        return Usage(*tokens, calls)
    messages = body["messages"]
    asked = sum(len(part["content"]) for part in messages) if isinstance(messages, list) else 0
    return Usage(estimate_tokens(asked), estimate_tokens(characters), calls)
