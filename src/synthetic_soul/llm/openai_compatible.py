"""Models that speak the OpenAI API: the one home of the ``openai`` library.

The library is loaded when the first ``Endpoint`` is made, so that an engine without a model does
not carry its 30 MB. Its typed streaming builds a pydantic object for every token, which costs
about 11 ms of processor time for a short reply against 3 ms on the path taken here: the
documented ``client.post`` with the HTTP response itself as the result type, and the events read by
``wire.py``. Its aiohttp transport takes two thirds of the time of its usual one (1.4 against
2.1 ms a call, 32 at once). Its retries are off; ours are in ``failures.py``.
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import TYPE_CHECKING, Protocol, cast

from synthetic_soul.llm import failures, wire
from synthetic_soul.llm.base import Completion, Message, Structured, T
from synthetic_soul.llm.failures import Failure, persist
from synthetic_soul.llm.structured import Format, Mode, ask_structured
from synthetic_soul.llm.text_stream import Body, Incoming, Limits, TextStream, usage_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import httpx2
    from pydantic import BaseModel

_CONNECT_SECONDS = 5.0
_CONNECTIONS = 512


class Traits(Protocol):
    """What is particular about a provider: the part of a row of ``registry.py`` used here."""

    @property
    def name(self) -> str:
        """The provider, for people."""
        ...

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The ways it gives structured answers, the best first."""
        ...

    @property
    def limit_field(self) -> str:
        """Its name for the bound on the reply's tokens."""
        ...

    @property
    def usage_in_stream(self) -> bool:
        """Whether it takes ``stream_options.include_usage``."""
        ...


class _Answered(Exception):
    """The provider answered with a status of 300 or more; ``body`` is its beginning."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        super().__init__(status)
        self.status, self.headers, self.body = status, headers, body


async def _stop_at_bad_status(response: httpx2.Response) -> None:
    """Read no more of an error's body than we take of an answer; the library would read it all."""
    if response.status_code < 300:  # noqa: PLR2004 - the HTTP status classes
        return
    body = b""
    async with contextlib.aclosing(response.aiter_raw()) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > wire.TEXT_LIMIT:
                break
    raise _Answered(response.status_code, response.headers, body)


def _timed_out(error: BaseException | None) -> bool:
    """Whether time ran out: the transport calls every connection that breaks a time-out."""
    while error is not None:
        if isinstance(error, TimeoutError):
            return True
        error = error.__cause__
    return False


class Endpoint:
    """A provider's address, key and pool of connections, shared by its models.

    Belongs to the event loop it is first used on. Raises ``ImportError`` without the library.
    """

    def __init__(self, traits: Traits, *, base_url: str, api_key: str | None) -> None:
        import httpx2  # noqa: PLC0415 - see the module's docstring
        import openai  # noqa: PLC0415 - as above

        self.traits = traits
        self.provider = traits.name
        self._response_type = httpx2.Response
        self._stream_type: type[openai.AsyncStream[object]] = openai.AsyncStream
        self._slow = (openai.APITimeoutError,)
        self.broken = (openai.APIError, httpx2.RequestError, ssl.SSLError)
        self._client = openai.AsyncOpenAI(
            api_key=api_key or "none",  # the library insists on one; the headers below decide
            base_url=base_url,
            max_retries=0,
            http_client=openai.DefaultAioHttpClient(
                limits=httpx2.Limits(
                    max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS
                ),
                timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),
                event_hooks={"response": [_stop_at_bad_status]},
            ),
        )

        nothing = openai.Omit()
        headers: dict[str, str | openai.Omit] = {
            "Accept-Encoding": "identity",  # pieces are small; and there is no bomb to unpack
            "Authorization": f"Bearer {api_key}" if api_key else nothing,
        }
        if self.provider != "openai":  # the library would tell everybody what OPENAI_ORG_ID says
            headers |= {"OpenAI-Organization": nothing, "OpenAI-Project": nothing}
        self._options: openai.RequestOptions = {"headers": headers}

    def __repr__(self) -> str:
        """Return the provider's name and nothing secret."""
        return f"Endpoint({self.provider!r})"

    async def post(self, body: Body) -> Incoming | Failure:
        """Ask for a chat completion; the response's body is still to be read, and closed."""
        try:
            response: object = await self._client.post(
                "/chat/completions",
                cast_to=self._response_type,
                body=body,
                options=self._options,
                stream=True,
                stream_cls=self._stream_type,
            )
        except _Answered as answer:
            return failures.of_status(self.provider, answer.status, answer.headers, answer.body)
        except self._slow as error:
            known = failures.not_connected if _timed_out(error) else failures.unreachable
            return known(self.provider)
        except self.broken:
            return failures.unreachable(self.provider)
        # Asked for as its own type, the response comes back whole, which the overload hides.
        return cast("httpx2.Response", response)

    async def aclose(self) -> None:
        """Close every connection; a second time does nothing."""
        await self._client.close()


class OpenAICompatible:
    """One model behind an endpoint; see ``base.Model`` for what it does."""

    def __init__(self, endpoint: Endpoint, model: str, limits: Limits) -> None:
        self.name = f"{endpoint.provider}/{model}"
        self._endpoint = endpoint
        self._model = model
        self._limits = limits
        self._modes: dict[type[BaseModel], Mode] = {}

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, deadline: float
    ) -> TextStream:
        """Answer in pieces."""
        body = self._body(messages, max_tokens) | {"stream": True}
        if self._endpoint.traits.usage_in_stream:
            body["stream_options"] = {"include_usage": True}
        until = self._until(deadline)
        return TextStream(self._endpoint, body, until=until, limits=self._limits)

    async def complete(
        self, messages: Sequence[Message], *, max_tokens: int, deadline: float
    ) -> Completion:
        """Answer in one piece."""
        body = self._body(messages, max_tokens)
        completion = await self._ask(body, self._until(deadline))
        if not completion.text.strip():
            raise failures.garbled(self._endpoint.provider, "the answer is empty").error
        return completion

    async def structured(
        self, messages: Sequence[Message], schema: type[T], *, max_tokens: int, deadline: float
    ) -> Structured[T]:
        """Answer with a value of ``schema``, asking in the mode that worked for it before."""
        until = self._until(deadline)

        async def ask(said: Sequence[Message], response_format: Format) -> Completion:
            body = self._body(said, max_tokens)
            if response_format is not None:
                body["response_format"] = response_format
            return await self._ask(body, until)

        modes = self._endpoint.traits.modes
        known = self._modes.get(schema)
        start = modes.index(known) if known else 0
        answer, self._modes[schema] = await ask_structured(
            ask, messages, schema, modes=modes[start:]
        )
        return answer

    async def aclose(self) -> None:
        """Close the endpoint's connections."""
        await self._endpoint.aclose()

    def _until(self, deadline: float) -> float:
        return asyncio.get_running_loop().time() + min(deadline, self._limits.total)

    def _body(self, messages: Sequence[Message], max_tokens: int) -> Body:
        return {
            "model": self._model,
            "messages": [{"role": said.role, "content": said.content} for said in messages],
            self._endpoint.traits.limit_field: max_tokens,
        }

    async def _ask(self, body: Body, until: float) -> Completion:
        part, calls = await persist(
            lambda: self._answer(body),
            provider=self._endpoint.provider,
            until=until,
            backoff=self._limits.backoff,
        )
        return Completion(part.text, usage_of(body, part.tokens, len(part.text), calls))

    async def _answer(self, body: Body) -> wire.Part | Failure:
        """Send one request and read the whole answer."""
        provider = self._endpoint.provider
        response = await self._endpoint.post(body)
        if isinstance(response, Failure):
            return response
        try:
            part = wire.read_answer(await _read(response))
        except wire.GarbledError as problem:
            return failures.garbled(provider, str(problem))
        except self._endpoint.broken:
            return failures.unreachable(provider)
        finally:
            await response.aclose()
        if part.error:
            return failures.reported(provider)
        if not part.text and (part.refused or part.finish == wire.FILTERED):
            return failures.filtered(provider)
        return part


async def _read(response: Incoming) -> bytes:
    """Return the whole body, which must not be longer than the limit."""
    body = bytearray()
    async with contextlib.aclosing(response.aiter_raw()) as chunks:
        async for chunk in chunks:
            body += chunk
            if len(body) > wire.WIRE_LIMIT:
                raise wire.GarbledError(wire.TOO_LONG)
    return bytes(body)
