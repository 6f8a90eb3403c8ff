"""A streamed reply: the response as it arrives, its end, and what it cost."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, TypeVar

from typing_extensions import override

from synthetic_soul.errors import ModelError
from synthetic_soul.llm import chat_completions
from synthetic_soul.llm.base import ModelStream, Usage
from synthetic_soul.llm.chat_completions import MalformedResponse, ResponsePart
from synthetic_soul.llm.diagnosis.failures import Reporter
from synthetic_soul.llm.diagnosis.provider_report import Report
from synthetic_soul.llm.diagnosis.retries import Failure, with_retries
from synthetic_soul.llm.dialect import RequestBody
from synthetic_soul.llm.token_estimate import estimate_tokens

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import httpx2  # loaded with ``openai``, at the first endpoint

_DRAIN_SECONDS = 0.1
_LAST_WORDS_SECONDS = 1.0
"""How long usage and ``[DONE]`` may take once the provider has named the end of the answer."""

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds.

    ``total`` caps every call's deadline, ``idle`` the silence between two reads of a stream that
    has begun; ``backoff`` is the first pause before a retry.
    """

    total: float = 60.0
    idle: float = 20.0
    backoff: float = 0.5


class Call(Protocol):
    """One call, which may take several requests: what is sent, and who describes failures."""

    @property
    def body(self) -> RequestBody:
        """The request before it is adapted to the model."""

    @property
    def reporter(self) -> Reporter:
        """What describes the failures of this call."""

    @property
    def connection_errors(self) -> tuple[type[Exception], ...]:
        """The errors of a broken connection."""

    async def request(
        self, read: Callable[[httpx2.Response], Awaitable[R | Failure]]
    ) -> R | Failure:
        """Send the request, and have ``read`` read and close the response."""


class _ResponseReader:
    """Reads one streamed response."""

    def __init__(self, response: httpx2.Response, *, until: float, idle: float) -> None:
        self._until = until
        self._idle = idle
        self._clock = asyncio.get_running_loop().time
        self._response = response
        self._chunks = response.aiter_raw()
        self._events = chat_completions.EventReader()
        self._half_pair = ""
        self._text_bytes = 0
        self._at_end = False
        self.text = ""
        self.tokens: tuple[int, int] | None = None
        self.finish_reason: str | None = None
        self.done = False
        self.was_cut = False
        self.refused: str | None = None
        self.reasoned = False
        self.called_tool = False
        self.error: Report | None = None

    async def next_text(self) -> str:
        """Return the text that arrived next, all of it at once; "" at the end.

        Raises ``TimeoutError``, ``MalformedResponse``, and the library's errors for a broken
        connection. The first words may take until the deadline: small machines read long prompts
        slowly. After that, silence is a fault, but where the end has been named already.
        """
        while not self.done and not self._at_end:
            chunk = await self._next_chunk()
            text = self._take(self._events.feed(chunk)) if chunk else self._finish()
            if text:
                return text
        return ""

    async def _next_chunk(self) -> bytes:
        if self.finish_reason is not None:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_LAST_WORDS_SECONDS):
                    return await anext(self._chunks, b"")
            return b""
        patience = self._clock() + self._idle if self.text else self._until
        async with asyncio.timeout_at(min(patience, self._until)):
            return await anext(self._chunks, b"")

    def _finish(self) -> str:
        """Return the text of what the end of the response completes.

        A last event that is no JSON was cut off with the connection.
        """
        self._at_end = True
        try:
            return self._take(self._events.finish(), is_last=True)
        except MalformedResponse:
            if self.text:
                return ""
            raise

    def _take(self, payloads: list[bytes], *, is_last: bool = False) -> str:
        parts = [chat_completions.parse_event(payload) for payload in payloads]
        for part in parts:
            self._note(part)
        text = self._half_pair + "".join(part.text for part in parts)
        self._half_pair = ""
        if text and not is_last and chat_completions.is_half_pair(text[-1]):
            text, self._half_pair = text[:-1], text[-1]
        text = chat_completions.replace_surrogates(text)
        self._text_bytes += len(text.encode())
        self.text += text
        if self._text_bytes > chat_completions.MAX_TEXT_BYTES:
            raise MalformedResponse(chat_completions.TOO_LONG)
        return text

    def _note(self, part: ResponsePart) -> None:
        self.finish_reason = part.finish_reason or self.finish_reason
        self.was_cut |= part.was_cut
        self.tokens = part.tokens or self.tokens
        self.refused = self.refused or part.refused
        self.error = self.error or part.error
        self.reasoned |= part.reasoned
        self.called_tool |= part.called_tool
        self.done |= part.done

    @property
    def complete(self) -> bool:
        """Whether the provider said that the answer was at its end."""
        return self.done or self.finish_reason is not None

    def without_text(self, reporter: Reporter) -> Failure:
        """Say why the response holds no text."""
        if self.error:
            return reporter.reported(self.error)
        if self.refused is not None:
            return reporter.filtered(self.refused)
        if not self.complete and not self.reasoned:
            return reporter.garbled("the answer is empty", report=self._events.report())
        return reporter.empty(self)

    async def drain(self) -> None:
        """Read the last bytes after ``[DONE]``, so that the connection can be reused."""
        async with asyncio.timeout(_DRAIN_SECONDS):
            async for _ in self._chunks:
                pass

    async def aclose(self) -> None:
        """Close the response; if it is unread, its connection closes too."""
        await self._chunks.aclose()
        await self._response.aclose()


class TextStream(ModelStream):
    """A streamed reply. The first ``__anext__`` sends the request, and retries it if need be."""

    def __init__(self, call: Call, *, until: float, timeouts: Timeouts) -> None:
        self._call = call
        self._until = until
        self._timeouts = timeouts
        self._reader: _ResponseReader | None = None
        self._calls = 0
        self._closed = False

    @property
    @override
    def usage(self) -> Usage:
        if self._reader is None:
            return Usage(calls=self._calls)
        return usage_of(self._call.body, self._reader.tokens, self._reader.text, self._calls)

    @property
    @override
    def was_cut(self) -> bool:
        return self._reader is not None and self._reader.was_cut

    @property
    @override
    def reasoned(self) -> bool:
        return self._reader is not None and self._reader.reasoned

    @override
    def __aiter__(self) -> AsyncIterator[str]:
        return self

    @override
    async def __anext__(self) -> str:
        if self._closed:
            raise StopAsyncIteration
        text = ""
        try:
            text = await (self._open() if self._reader is None else self._continue(self._reader))
        finally:
            if not text:
                await self.aclose()
        if not text:
            raise StopAsyncIteration
        return text

    @override
    async def aclose(self) -> None:
        self._closed = True
        if self._reader is not None:
            await self._reader.aclose()

    async def _open(self) -> str:
        (self._reader, text), self._calls = await with_retries(
            lambda: self._call.request(self._first_text),
            timed_out=self._call.reporter.timed_out,
            until=self._until,
            backoff=self._timeouts.backoff,
        )
        return text

    async def _first_text(self, response: httpx2.Response) -> tuple[_ResponseReader, str] | Failure:
        """Wait for the first text; after it nothing is retried."""
        async with contextlib.AsyncExitStack() as stack:
            reader = _ResponseReader(response, until=self._until, idle=self._timeouts.idle)
            stack.push_async_callback(reader.aclose)
            text = await reader.next_text()
            if reader.error or not text:
                return reader.without_text(self._call.reporter)
            stack.pop_all()
            return reader, text

    async def _continue(self, reader: _ResponseReader) -> str:
        """Return the next text, or "" at the end of a complete answer."""
        reporter = self._call.reporter
        error: ModelError
        try:
            text = await reader.next_text()
        except TimeoutError:
            error = reporter.timed_out()
        except MalformedResponse as problem:
            error = reporter.garbled(str(problem), report=problem.report).error
        except self._call.connection_errors:
            error = reporter.interrupted()
        else:
            if reader.error or (not text and not reader.complete):
                error = reporter.interrupted(reader.error)
            elif reader.refused is not None:
                error = reporter.filtered(reader.refused).error
            else:
                if not text:
                    with contextlib.suppress(TimeoutError, *self._call.connection_errors):
                        await reader.drain()
                return text
        # Raised outside of the handlers: a vendor's exception must not become its context.
        raise error


def usage_of(body: RequestBody, tokens: tuple[int, int] | None, text: str, calls: int) -> Usage:
    """Return what a call cost: by the provider's count if it gave one, else estimated."""
    if tokens is not None:
        return Usage(*tokens, calls)
    prompt = sum(map(estimate_tokens, texts_of(body)))
    return Usage(prompt, estimate_tokens(text), calls)


def texts_of(body: RequestBody) -> Sequence[str]:
    """Return the texts of the messages, or those to be embedded."""
    messages, texts = body.get("messages"), body.get("input")
    if isinstance(messages, list):
        return [part["content"] for part in messages]
    return texts if isinstance(texts, list) else []
