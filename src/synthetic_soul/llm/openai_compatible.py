"""Models behind the OpenAI API: the one home of the ``openai`` library.

The library is loaded when the first ``Endpoint`` is made, so that an engine without a model does
not carry its 30 MB. Its typed streaming builds a pydantic object for every token, which costs
about 11 ms of processor time for a short reply against 3 ms on the path taken here: the
documented ``client.post`` with the HTTP response itself as the result type, and the events read
by ``chat_completions.py``. Its aiohttp transport takes two thirds of the time of its usual one
(1.4 against 2.1 ms a call, 32 at once). Its retries are off; ours are in ``failures.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from pydantic import BaseModel
from typing_extensions import override

from synthetic_soul.errors import ModelError
from synthetic_soul.llm import chat_completions
from synthetic_soul.llm.base import (
    Completion,
    Message,
    Model,
    ModelStream,
    Structured,
    T,
    Usage,
    estimate_tokens,
)
from synthetic_soul.llm.chat_completions import MalformedResponse, ResponsePart
from synthetic_soul.llm.dialect import Dialect, Mode
from synthetic_soul.llm.failures import Reporter
from synthetic_soul.llm.outgoing_proxy import proxy_for
from synthetic_soul.llm.provider_report import Report
from synthetic_soul.llm.retries import Failure, with_retries
from synthetic_soul.llm.structured import Format, ask_structured

if TYPE_CHECKING:
    import httpx2  # loaded with ``openai``, at the first endpoint

_CONNECT_SECONDS = 5.0
_DRAIN_SECONDS = 0.1
_MAX_CONNECTIONS = 512

R = TypeVar("R")
RequestBody = dict[str, object]


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long to wait, in seconds.

    ``total`` caps every call's deadline, ``idle`` the silence between two reads of a stream that
    has begun; ``backoff`` is the first pause before a retry.
    """

    total: float = 60.0
    idle: float = 20.0
    backoff: float = 0.5


class _ErrorStatus(Exception):
    """The provider answered with a status of 300 or more; ``body`` is its beginning."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(status)
        self.status, self.headers, self.body = status, headers, body


async def _raise_for_status(response: httpx2.Response) -> None:
    """Read a bounded part of an error's body; the library would read all of it."""
    if response.status_code < 300:  # noqa: PLR2004 - the HTTP status classes
        return
    body = b""
    async with contextlib.aclosing(response.aiter_raw()) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > chat_completions.MAX_TEXT_BYTES:
                break
    raise _ErrorStatus(response.status_code, response.headers, body)


class Endpoint:
    """A provider's address, key and connection pool, shared by its models.

    Belongs to the event loop it is first used on. Raises ``ImportError`` without the library, and
    ``Misconfigured`` where the environment names a proxy for it that cannot be used.
    """

    def __init__(self, dialect: Dialect, *, base_url: str, api_key: str | None) -> None:
        import httpx2  # noqa: PLC0415 - see the module's docstring
        import openai  # noqa: PLC0415 - as above

        self.dialect = dialect
        self.provider = dialect.name
        self._secrets = (api_key,) if api_key else ()
        self._response_type = httpx2.Response
        self._stream_type: type[openai.AsyncStream[object]] = openai.AsyncStream
        self._timeout_error = openai.APITimeoutError
        self.connection_errors = (openai.APIError, httpx2.RequestError, ssl.SSLError)
        self._client = openai.AsyncOpenAI(
            api_key=api_key or "none",  # the library insists on one; the headers below decide
            base_url=base_url,
            max_retries=0,
            http_client=openai.DefaultAioHttpClient(
                limits=httpx2.Limits(
                    max_connections=_MAX_CONNECTIONS, max_keepalive_connections=_MAX_CONNECTIONS
                ),
                timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
                # The library fails on kinds of proxies that it does not know, used or not.
                proxy=proxy_for(base_url),
                trust_env=False,
                verify=httpx2.create_ssl_context(),
                event_hooks={"response": [_raise_for_status]},
            ),
        )

        omit = openai.Omit()
        headers: dict[str, str | openai.Omit] = {
            "Accept-Encoding": "identity",  # chunks are small, and a compressed bomb is impossible
            "Authorization": f"Bearer {api_key}" if api_key else omit,
        }
        if self.provider != "openai":  # else the library sends OPENAI_ORG_ID to every provider
            headers |= {"OpenAI-Organization": omit, "OpenAI-Project": omit}
        self._options: openai.RequestOptions = {"headers": headers}

    @override
    def __repr__(self) -> str:
        """Return the provider's name and nothing secret."""
        return f"Endpoint({self.provider!r})"

    def reporter(self, prompt: Sequence[str]) -> Reporter:
        """Return what describes the failures of a call with that prompt."""
        return Reporter(self.dialect, self._secrets, prompt)

    async def request(
        self,
        body: RequestBody,
        reporter: Reporter,
        read: Callable[[httpx2.Response], Awaitable[R | Failure]],
    ) -> R | Failure:
        """Request one chat completion, and have ``read`` read and close the response."""
        try:
            response = await self._post(body)
            return await read(response)
        except _ErrorStatus as answer:
            return reporter.refused(answer.status, answer.headers, answer.body)
        except MalformedResponse as problem:
            return reporter.garbled(str(problem))
        except self.connection_errors as error:
            if isinstance(error, self._timeout_error) and _is_timeout(error):
                return reporter.connect_timeout()
            return reporter.unreachable()

    async def _post(self, body: RequestBody) -> httpx2.Response:
        response: object = await self._client.post(
            "/chat/completions",
            cast_to=self._response_type,
            body=body,
            options=self._options,
            stream=True,
            stream_cls=self._stream_type,
        )
        # With its own type as ``cast_to`` the response comes back whole; the overload hides that.
        return cast("httpx2.Response", response)

    async def aclose(self) -> None:
        """Close every connection; a second call does nothing."""
        await self._client.close()


def _is_timeout(error: BaseException | None) -> bool:
    """Tell whether time ran out: the transport calls every broken connection a timeout."""
    while error is not None:
        if isinstance(error, TimeoutError):
            return True
        error = error.__cause__
    return False


class _ResponseReader:
    """Reads one streamed response."""

    def __init__(self, response: httpx2.Response, *, until: float, idle: float) -> None:
        self._until = until
        self._idle = idle
        self._clock = asyncio.get_running_loop().time
        self._response = response
        self._chunks = response.aiter_raw()
        self._events = chat_completions.EventReader()
        self._text_bytes = 0
        self.characters = 0
        self.tokens: tuple[int, int] | None = None
        self.finish_reason: str | None = None
        self.done = False
        self.filtered = False
        self.error: Report | None = None

    async def next_text(self) -> str:
        """Return the text that arrived next, all of it at once; "" at the end.

        Raises ``TimeoutError``, ``MalformedResponse``, and the library's errors for a broken
        connection. The first words may take until the deadline: small machines read long prompts
        slowly. After that, silence is a fault.
        """
        while not self.done:
            patience = self._clock() + self._idle if self.characters else self._until
            async with asyncio.timeout_at(min(patience, self._until)):
                chunk = await anext(self._chunks, b"")
            if not chunk:
                return ""
            text = self._parse(chunk)
            if text:
                return text
        return ""

    def _parse(self, chunk: bytes) -> str:
        texts = []
        for payload in self._events.feed(chunk):
            part = chat_completions.parse_event(payload)
            texts.append(part.text)
            self.finish_reason = part.finish_reason or self.finish_reason
            self.tokens = part.tokens or self.tokens
            self.filtered |= _is_filtered(part)
            self.error = self.error or part.error
            self.done |= part.done
        text = "".join(texts)
        self._text_bytes += len(text.encode())
        self.characters += len(text)
        if self._text_bytes > chat_completions.MAX_TEXT_BYTES:
            raise MalformedResponse(chat_completions.TOO_LONG)
        return text

    @property
    def complete(self) -> bool:
        """Whether the provider said that the answer was at its end."""
        return self.done or self.finish_reason is not None

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

    def __init__(
        self, endpoint: Endpoint, body: RequestBody, *, until: float, timeouts: Timeouts
    ) -> None:
        self._endpoint = endpoint
        self._reporter = endpoint.reporter(_texts(body))
        self._body = body
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
        return _usage(self._body, self._reader.tokens, self._reader.characters, self._calls)

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
            lambda: self._endpoint.request(self._body, self._reporter, self._first_text),
            timed_out=self._reporter.timed_out,
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
            if reader.error:
                return self._reporter.reported(reader.error)
            if not text and reader.filtered:
                return self._reporter.filtered()
            if not text:
                return self._reporter.garbled("the answer is empty")
            stack.pop_all()
            return reader, text

    async def _continue(self, reader: _ResponseReader) -> str:
        """Return the next text, or "" at the end of a complete answer."""
        error: ModelError
        try:
            text = await reader.next_text()
        except TimeoutError:
            error = self._reporter.timed_out()
        except MalformedResponse as problem:
            error = self._reporter.garbled(str(problem)).error
        except self._endpoint.connection_errors:
            error = self._reporter.interrupted()
        else:
            if reader.error or (not text and not reader.complete):
                error = self._reporter.interrupted(reader.error)
            elif reader.filtered:
                error = self._reporter.filtered().error
            else:
                if not text:
                    with contextlib.suppress(TimeoutError, *self._endpoint.connection_errors):
                        await reader.drain()
                return text
        # Raised outside of the handlers: a vendor's exception must not become its context.
        raise error


class OpenAICompatible(Model):
    """One model of an endpoint."""

    def __init__(self, endpoint: Endpoint, model: str, timeouts: Timeouts) -> None:
        self._endpoint = endpoint
        self._model = model
        self._timeouts = timeouts
        self._modes: dict[type[BaseModel], Mode] = {}  # the mode that worked, by schema

    @property
    @override
    def name(self) -> str:
        return f"{self._endpoint.provider}/{self._model}"

    @override
    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, deadline: float
    ) -> TextStream:
        body = self._body(messages, max_tokens) | {"stream": True}
        if self._endpoint.dialect.usage_in_stream:
            body["stream_options"] = {"include_usage": True}
        until = self._until(deadline)
        return TextStream(self._endpoint, body, until=until, timeouts=self._timeouts)

    @override
    async def complete(
        self, messages: Sequence[Message], *, max_tokens: int, deadline: float
    ) -> Completion:
        body = self._body(messages, max_tokens)
        completion = await self._request(body, self._until(deadline))
        if not completion.text.strip():
            raise self._endpoint.reporter(()).garbled("the answer is empty").error
        return completion

    @override
    async def structured(
        self, messages: Sequence[Message], schema: type[T], *, max_tokens: int, deadline: float
    ) -> Structured[T]:
        until = self._until(deadline)

        async def ask(prompt: Sequence[Message], response_format: Format) -> Completion:
            body = self._body(prompt, max_tokens)
            if response_format is not None:
                body["response_format"] = response_format
            return await self._request(body, until)

        modes = self._endpoint.dialect.modes
        known = self._modes.get(schema)
        start = modes.index(known) if known else 0
        answer, self._modes[schema] = await ask_structured(
            ask, messages, schema, modes=modes[start:]
        )
        return answer

    @override
    async def aclose(self) -> None:
        await self._endpoint.aclose()

    def _until(self, deadline: float) -> float:
        return asyncio.get_running_loop().time() + min(deadline, self._timeouts.total)

    def _body(self, messages: Sequence[Message], max_tokens: int) -> RequestBody:
        return {
            "model": self._model,
            "messages": [{"role": part.role, "content": part.content} for part in messages],
            self._endpoint.dialect.limit_field: max_tokens,
        }

    async def _request(self, body: RequestBody, until: float) -> Completion:
        reporter = self._endpoint.reporter(_texts(body))

        async def read(response: httpx2.Response) -> ResponsePart | Failure:
            return _checked(await _read(response), reporter)

        part, calls = await with_retries(
            lambda: self._endpoint.request(body, reporter, read),
            timed_out=reporter.timed_out,
            until=until,
            backoff=self._timeouts.backoff,
        )
        return Completion(part.text, _usage(body, part.tokens, len(part.text), calls))


async def _read(response: httpx2.Response) -> ResponsePart:
    """Read a whole answer, and close the response."""
    body = bytearray()
    async with contextlib.aclosing(response), contextlib.aclosing(response.aiter_raw()) as raw:
        async for chunk in raw:
            body += chunk
            if len(body) > chat_completions.MAX_RESPONSE_BYTES:
                raise MalformedResponse(chat_completions.TOO_LONG)
    return chat_completions.parse_response(bytes(body))


def _checked(part: ResponsePart, reporter: Reporter) -> ResponsePart | Failure:
    """Return the answer, or why it is none."""
    if part.error:
        return reporter.reported(part.error)
    if not part.text and _is_filtered(part):
        return reporter.filtered()
    return part


def _is_filtered(part: ResponsePart) -> bool:
    return part.refused or part.finish_reason == chat_completions.CONTENT_FILTER


def _usage(body: RequestBody, tokens: tuple[int, int] | None, characters: int, calls: int) -> Usage:
    """Return what a call cost: by the provider's count if it gave one, else estimated."""
    if tokens is not None:
        return Usage(*tokens, calls)
    prompt = sum(map(len, _texts(body)))
    return Usage(estimate_tokens(prompt), estimate_tokens(characters), calls)


def _texts(body: RequestBody) -> list[str]:
    """Return the texts of the messages."""
    messages = body["messages"]
    return [part["content"] for part in messages] if isinstance(messages, list) else []
