"""Parse chat completion responses: bytes in, text and metadata out, no I/O.

A streamed response is a sequence of server-sent events whose payloads are JSON objects, ended by
``[DONE]``; a plain one is a single JSON object. Formats: the chat completions reference of the
OpenAI API; https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
(the line ends LF and CRLF are supported, a lone CR is not).
"""

import json
from typing import NamedTuple

from synthetic_soul.llm.provider_report import Report, read_value

MAX_TEXT_BYTES = 64 * 1024
"""The longest reply accepted, in bytes of UTF-8."""

MAX_RESPONSE_BYTES = 4 * 1024 * 1024
"""The most read for one response: each token of text comes in some 300 bytes of framing."""

TOO_LONG = "the answer is too long"
CONTENT_FILTER = "content_filter"
"""The ``finish_reason`` of a response that the provider's policy cut off."""

_DONE = b"[DONE]"


class MalformedResponse(ValueError):
    """The bytes are no chat completion; the message quotes none of them."""


class ResponsePart(NamedTuple):
    """What one event, or one plain response, says.

    ``tokens`` counts those of the prompt and the reply. ``error`` is a failure that the provider
    reports in place of an answer.
    """

    text: str = ""
    finish_reason: str | None = None
    tokens: tuple[int, int] | None = None
    refused: bool = False
    error: Report | None = None
    done: bool = False


class EventReader:
    """Split a byte stream, chunked anywhere, into the payloads of its events."""

    def __init__(self) -> None:
        self._incomplete_line = b""
        self._data_lines: list[bytes] = []
        self._bytes_read = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the payloads that the chunk completes; raise ``MalformedResponse`` if too long."""
        self._bytes_read += len(chunk)
        if self._bytes_read > MAX_RESPONSE_BYTES:
            raise MalformedResponse(TOO_LONG)
        *lines, self._incomplete_line = (self._incomplete_line + chunk).split(b"\n")
        payloads = []
        for line in lines:
            field = line.removesuffix(b"\r")
            if field.startswith(b"data:"):
                self._data_lines.append(field[5:].removeprefix(b" "))
            elif not field and self._data_lines:
                payloads.append(b"\n".join(self._data_lines))
                self._data_lines.clear()
        return payloads


def parse_event(payload: bytes) -> ResponsePart:
    """Parse one event of a streamed response."""
    if payload.strip() == _DONE:
        return ResponsePart(done=True)
    return _parse(payload, "delta")


def parse_response(body: bytes) -> ResponsePart:
    """Parse a plain response."""
    part = _parse(body, "message")
    if not part.error and part.finish_reason is None and not part.text:
        raise MalformedResponse("the answer holds no message")
    if len(part.text.encode()) > MAX_TEXT_BYTES:
        raise MalformedResponse(TOO_LONG)
    return part


def _parse(payload: bytes, message_key: str) -> ResponsePart:
    """Parse an object whose text is at ``choices[0][message_key].content``."""
    try:
        response = json.loads(payload)
    except (ValueError, RecursionError):
        response = None
    if not isinstance(response, dict):
        raise MalformedResponse("the answer is not JSON")
    if response.get("error"):
        return ResponsePart(error=read_value(response))
    tokens = _token_counts(response.get("usage"))
    choices = response.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return ResponsePart(tokens=tokens)
    message, finish_reason = choice.get(message_key), choice.get("finish_reason")
    if not isinstance(message, dict):
        message = {}
    text = message.get("content")
    return ResponsePart(
        text=replace_surrogates(text) if isinstance(text, str) else "",
        finish_reason=finish_reason if isinstance(finish_reason, str) else None,
        tokens=tokens,
        refused=bool(message.get("refusal")),
    )


def _token_counts(usage: object) -> tuple[int, int] | None:
    if not isinstance(usage, dict):
        return None
    prompt, reply = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return (prompt, reply) if isinstance(prompt, int) and isinstance(reply, int) else None


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which JSON can carry and UTF-8 cannot, by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
