"""Models behind the OpenAI API: the one home of the ``openai`` library.

The library is loaded when the first ``Endpoint`` is made, so that an engine without a model does
not carry its 30 MB. Its typed streaming builds a pydantic object for every token, which costs
about 11 ms of processor time for a short reply against 3 ms on the path taken here: the
documented ``client.post`` with the HTTP response itself as the result type, and the events read
by ``chat_completions.py``. Its aiohttp transport takes two thirds of the time of its usual one
(1.4 against 2.1 ms a call, 32 at once). Its retries are off; ours are in ``diagnosis``.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import math
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, TypeVar, cast

from pydantic import BaseModel
from typing_extensions import override

from synthetic_soul.llm import chat_completions
from synthetic_soul.llm.adaptation import Adaptation
from synthetic_soul.llm.base import Completion, Embedded, Embedder, Message, Model, Structured, T
from synthetic_soul.llm.chat_completions import MalformedResponse, ResponsePart
from synthetic_soul.llm.diagnosis.failures import Reporter
from synthetic_soul.llm.diagnosis.provider_report import read_report
from synthetic_soul.llm.diagnosis.retries import Failure, with_retries
from synthetic_soul.llm.dialect import MAX_STOPS, CallOptions, Dialect, Mode, RequestBody
from synthetic_soul.llm.egress_proxy import proxy_for
from synthetic_soul.llm.marks import without_reasoning
from synthetic_soul.llm.structured import Format, ask_structured
from synthetic_soul.llm.text_stream import TextStream, Timeouts, texts_of, usage_of

if TYPE_CHECKING:
    import httpx2  # loaded with ``openai``, at the first endpoint

_CONNECT_SECONDS = 5.0
_MAX_CONNECTIONS = 512
MAX_DIMENSIONS: Final = 1_536
"""The longest vector that is kept."""
_SECRET_HEADERS: Final = ("auth", "key", "token", "secret", "cookie")
"""Parts of the names of headers whose values no message may repeat."""

R = TypeVar("R")


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

    def __init__(
        self,
        dialect: Dialect,
        *,
        base_url: str,
        api_key: str | None,
        options: CallOptions | None = None,
    ) -> None:
        import httpx2  # noqa: PLC0415 - see the module's docstring
        import openai  # noqa: PLC0415 - as above

        self.dialect = dialect
        self.provider = dialect.name
        self.options = options or CallOptions()
        self._secrets = _secrets(api_key, self.options.extra_headers)
        self._adaptations: dict[str, Adaptation] = {}
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
            "Authorization": f"Bearer {api_key}" if api_key else omit
        }
        if self.provider != "openai":  # else the library sends OPENAI_ORG_ID to every provider
            headers |= {"OpenAI-Organization": omit, "OpenAI-Project": omit}
        headers |= self.options.extra_headers
        headers["Accept-Encoding"] = "identity"  # chunks are small; no compressed bomb is possible
        self._request_options: openai.RequestOptions = {"headers": headers}

    @override
    def __repr__(self) -> str:
        """Return the provider's name and nothing secret."""
        return f"Endpoint({self.provider!r})"

    def adaptation(self, model: str) -> Adaptation:
        """Return what that model has refused so far; the same for all who use it."""
        name = f"{self.provider}/{model}"
        return self._adaptations.setdefault(model, Adaptation(name))

    def reporter(self, body: RequestBody) -> Reporter:
        """Return what describes the failures of a call."""
        return Reporter(self.dialect, self._secrets, texts_of(body))

    async def request(
        self,
        body: RequestBody,
        reporter: Reporter,
        read: Callable[[httpx2.Response], Awaitable[R | Failure]],
        path: str = "/chat/completions",
    ) -> R | Failure:
        """Send one request, and have ``read`` read and close the response."""
        try:
            response = await self._post(path, body)
            return await read(response)
        except _ErrorStatus as answer:
            return reporter.refused(answer.status, answer.headers, answer.body)
        except MalformedResponse as problem:
            return reporter.garbled(str(problem), report=problem.report)
        except self.connection_errors as error:
            if isinstance(error, self._timeout_error) and _is_timeout(error):
                return reporter.connect_timeout()
            return reporter.unreachable()

    async def _post(self, path: str, body: RequestBody) -> httpx2.Response:
        response: object = await self._client.post(
            path,
            cast_to=self._response_type,
            body=body,
            options=self._request_options,
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


def _secrets(api_key: str | None, headers: Mapping[str, str]) -> tuple[str, ...]:
    """Return what no message may repeat: the key, and headers that authorise."""
    named = (
        value
        for name, value in headers.items()
        if any(part in name.casefold() for part in _SECRET_HEADERS)
    )
    return tuple(secret for secret in (api_key, *named) if secret)


@dataclass(frozen=True, slots=True)
class _Call:
    """One call to one model; a request that it refuses is adapted and sent again."""

    endpoint: Endpoint
    adaptation: Adaptation
    body: RequestBody
    reporter: Reporter

    @property
    def connection_errors(self) -> tuple[type[Exception], ...]:
        """The errors of a broken connection."""
        return self.endpoint.connection_errors

    async def request(
        self, read: Callable[[httpx2.Response], Awaitable[R | Failure]]
    ) -> R | Failure:
        """Send the request, and have ``read`` read and close the response."""
        sent = self.adaptation.adapt(self.body)
        outcome = await self.endpoint.request(sent, self.reporter, read)
        if isinstance(outcome, Failure) and outcome.refusal is not None:
            is_adapted = self.adaptation.learn(sent, outcome.refusal)
            return replace(outcome, is_adapted=is_adapted)
        return outcome


class OpenAICompatible(Model):
    """One model of an endpoint."""

    def __init__(self, endpoint: Endpoint, model: str, timeouts: Timeouts) -> None:
        self._endpoint = endpoint
        self._model = model
        self._timeouts = timeouts
        self._adaptation = endpoint.adaptation(model)
        self._modes: dict[type[BaseModel], Mode] = {}  # the mode that worked, by schema

    @property
    @override
    def name(self) -> str:
        return f"{self._endpoint.provider}/{self._model}"

    @property
    @override
    def separates_reasoning(self) -> bool:
        return self._endpoint.dialect.separates_reasoning

    @override
    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        deadline: float,
        stop: Sequence[str] = (),
    ) -> TextStream:
        body = self._body(messages, max_tokens) | {"stream": True}
        if stops := list(dict.fromkeys((*self._endpoint.options.stop, *stop)))[:MAX_STOPS]:
            body["stop"] = stops
        if self._endpoint.dialect.usage_in_stream:
            body["stream_options"] = {"include_usage": True}
        until = self._until(deadline)
        return TextStream(self._call(body), until=until, timeouts=self._timeouts)

    @override
    async def complete(
        self, messages: Sequence[Message], *, max_tokens: int, deadline: float
    ) -> Completion:
        body = self._body(messages, max_tokens)
        completion = await self._request(body, self._until(deadline))
        if not completion.text.strip():
            raise self._endpoint.reporter(body).garbled("the answer is empty").error
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
        options = self._endpoint.options
        return {
            "model": self._model,
            "messages": [{"role": part.role, "content": part.content} for part in messages],
            self._endpoint.dialect.limit_field: max_tokens,
            **options.fields(),
            **options.extra_body,
        }

    def _call(self, body: RequestBody) -> _Call:
        return _Call(self._endpoint, self._adaptation, body, self._endpoint.reporter(body))

    async def _request(self, body: RequestBody, until: float) -> Completion:
        call = self._call(body)

        async def read(response: httpx2.Response) -> ResponsePart | Failure:
            return _checked(await _read(response), call.reporter)

        part, calls = await with_retries(
            lambda: call.request(read),
            timed_out=call.reporter.timed_out,
            until=until,
            backoff=self._timeouts.backoff,
        )
        return Completion(
            without_reasoning(part.text), usage_of(body, part.tokens, part.text, calls)
        )


class OpenAIEmbedder(Embedder):
    """One embedding model of an endpoint."""

    def __init__(self, endpoint: Endpoint, model: str, timeouts: Timeouts) -> None:
        self._endpoint = endpoint
        self._model = model
        self._timeouts = timeouts

    @property
    @override
    def name(self) -> str:
        return f"{self._endpoint.provider}/{self._model}"

    @override
    async def embed(self, texts: Sequence[str], *, deadline: float) -> Embedded:
        body: RequestBody = {"model": self._model, "input": list(texts)}
        reporter = self._endpoint.reporter(body)

        async def read(response: httpx2.Response) -> list[list[float]]:
            return _vectors(await _read_body(response), len(texts))

        vectors, calls = await with_retries(
            lambda: self._endpoint.request(body, reporter, read, path="/embeddings"),
            timed_out=reporter.timed_out,
            until=asyncio.get_running_loop().time() + min(deadline, self._timeouts.total),
            backoff=self._timeouts.backoff,
        )
        return Embedded(vectors, usage_of(body, None, "", calls))


def _vectors(body: bytes, count: int) -> list[list[float]]:
    """Return the vectors that an answer of ``/embeddings`` holds, by their ``index``."""
    try:
        rows = sorted(json.loads(body)["data"], key=lambda row: row["index"])
        vectors = [[float(number) for number in row["embedding"]] for row in rows]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise MalformedResponse("the answer holds no vectors", read_report(body)) from None
    if len(vectors) != count or len({len(each) for each in vectors}) != 1:
        raise MalformedResponse("the answer does not hold a vector for each text")
    if not 0 < len(vectors[0]) <= MAX_DIMENSIONS:
        raise MalformedResponse(f"its vectors have more than {MAX_DIMENSIONS} numbers, or none")
    if not all(math.isfinite(number) for each in vectors for number in each):
        raise MalformedResponse("its vectors hold what is no number")
    return vectors


async def _read(response: httpx2.Response) -> ResponsePart:
    """Read a whole answer, and close the response."""
    return chat_completions.parse_response(await _read_body(response))


async def _read_body(response: httpx2.Response) -> bytes:
    body = bytearray()
    async with contextlib.aclosing(response), contextlib.aclosing(response.aiter_raw()) as raw:
        async for chunk in raw:
            body += chunk
            if len(body) > chat_completions.MAX_RESPONSE_BYTES:
                raise MalformedResponse(chat_completions.TOO_LONG)
    return bytes(body)


def _checked(part: ResponsePart, reporter: Reporter) -> ResponsePart | Failure:
    """Return the answer, or why it is none."""
    if part.error:
        return reporter.reported(part.error)
    if not part.text and part.refused is not None:
        return reporter.filtered(part.refused)
    if not part.text and (part.reasoned or part.called_tool):
        return reporter.empty(part)
    return part
