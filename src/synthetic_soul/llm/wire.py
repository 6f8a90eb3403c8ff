"""What comes over the wire, read without touching it: bytes in, text and facts out.

A streamed answer is a row of server-sent events whose payloads are JSON objects, closed by
``[DONE]``; a plain one is a single JSON object. Formats: the chat completions reference of the
OpenAI API; https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
(of which the line ends LF and CRLF are read, a lone CR is not).
"""

import json
from typing import NamedTuple

TEXT_LIMIT = 64 * 1024
"""The longest reply taken, in bytes of UTF-8."""

WIRE_LIMIT = 4 * 1024 * 1024
"""The most read for one answer, in bytes: a token of text travels in some 300 bytes of frame."""

TOO_LONG = "the answer is too long"
FILTERED = "content_filter"
"""The ``finish`` of an answer that the provider's policy cut off."""

_DONE = b"[DONE]"


class GarbledError(ValueError):
    """These bytes are not what a provider sends; the message is safe to show."""


class Part(NamedTuple):
    """What one event, or one plain answer, says.

    ``finish`` is the provider's reason to stop, ``tokens`` the tokens of prompt and reply, and
    ``error`` tells that the provider reports a failure of its own in place of an answer.
    """

    text: str = ""
    finish: str | None = None
    tokens: tuple[int, int] | None = None
    refused: bool = False
    error: bool = False
    done: bool = False


class EventReader:
    """Cuts a byte stream, chunked anywhere, into the payloads of its events."""

    def __init__(self) -> None:
        self._rest = b""
        self._payload: list[bytes] = []
        self._read = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """Take some bytes and return the payloads they complete."""
        self._read += len(chunk)
        if self._read > WIRE_LIMIT:
            raise GarbledError(TOO_LONG)
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        payloads = []
        for line in lines:
            field = line.removesuffix(b"\r")
            if field.startswith(b"data:"):
                self._payload.append(field[5:].removeprefix(b" "))
            elif not field and self._payload:
                payloads.append(b"\n".join(self._payload))
                self._payload.clear()
        return payloads


def read_event(payload: bytes) -> Part:
    """Read one event of a streamed answer."""
    return Part(done=True) if payload.strip() == _DONE else _read(payload, "delta")


def read_answer(body: bytes) -> Part:
    """Read a plain answer."""
    part = _read(body, "message")
    if not part.error and part.finish is None and not part.text:
        raise GarbledError("the answer holds no message")
    if len(part.text.encode()) > TEXT_LIMIT:
        raise GarbledError(TOO_LONG)
    return part


def _read(payload: bytes, place: str) -> Part:
    """Read an object whose text stands in ``choices[0][place]``."""
    try:
        told = json.loads(payload)
    except (ValueError, RecursionError):
        told = None
    if not isinstance(told, dict):
        raise GarbledError("the answer is not JSON")
    if told.get("error"):
        return Part(error=True)
    tokens = _tokens(told.get("usage"))
    choices = told.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return Part(tokens=tokens)
    inner, finish = choice.get(place), choice.get("finish_reason")
    words = inner if isinstance(inner, dict) else {}
    text = words.get("content")
    return Part(
        text=mend(text) if isinstance(text, str) else "",
        finish=finish if isinstance(finish, str) else None,
        tokens=tokens,
        refused=bool(words.get("refusal")),
    )


def _tokens(usage: object) -> tuple[int, int] | None:
    if not isinstance(usage, dict):
        return None
    asked, said = usage.get("prompt_tokens"), usage.get("completion_tokens")
    return (asked, said) if isinstance(asked, int) and isinstance(said, int) else None


def mend(text: str) -> str:
    """Replace lone surrogates, which JSON can carry and UTF-8 cannot, by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
