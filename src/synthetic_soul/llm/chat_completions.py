"""Parse chat completion responses: bytes in, text and metadata out, no I/O.

A streamed response is a sequence of server-sent events whose payloads are JSON objects, ended by
``[DONE]``; a plain one is a single JSON object, which some servers send though a stream was asked
for. Formats: the chat completions reference of the OpenAI API;
https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream (the line
ends LF and CRLF are supported, a lone CR is not). Servers deviate: what means the same is read.
"""

import json
from collections.abc import Mapping
from typing import Final, NamedTuple

from synthetic_soul.llm.diagnosis.provider_report import Report, read_report, read_value

MAX_TEXT_BYTES = 64 * 1024
"""The longest reply accepted, in bytes of UTF-8."""

MAX_RESPONSE_BYTES = 4 * 1024 * 1024
"""The most read for one response: each token of text comes in some 300 bytes of framing."""

TOO_LONG = "the answer is too long"

_DONE: Final = b"[DONE]"
_BOM: Final = b"\xef\xbb\xbf"
_FIRST_BYTES: Final = 4096
"""Bytes that are kept of a response, to tell what it is where it is no chat completion."""

_CUT: Final = frozenset({"length", "max_tokens", "model_length", "max_output_tokens", "limit"})
_FILTERED: Final = frozenset(
    {
        "content_filter", "safety", "refusal", "sensitive", "prohibited_content", "blocklist",
        "recitation", "spii", "moderation", "guardrail_intervened", "content_filtered",
    }
)  # fmt: skip
_FAILED: Final = frozenset(
    {
        "error", "abort", "aborted", "cancelled", "canceled", "network_error", "timeout",
        "insufficient_system_resource", "malformed_function_call",
    }
)  # fmt: skip
_TOOLS: Final = ("tool_calls", "function_call")
_REASONING: Final = ("reason", "think", "thought")
"""Parts of the names of fields, and of the types of content, that hold reasoning."""


class MalformedResponse(ValueError):
    """The bytes are no chat completion; the message quotes none of them, ``report`` does."""

    def __init__(self, problem: str, report: Report | None = None) -> None:
        super().__init__(problem)
        self.report = report


class ResponsePart(NamedTuple):
    """What one event, or one plain response, says.

    ``text`` may hold half of a surrogate pair at either end. ``tokens`` counts those of the
    prompt and the reply. ``refused`` is the model's refusal, or why a filter ended the answer.
    ``error`` is a failure that the provider reports in place of an answer. ``reasoned`` and
    ``called_tool`` say that there was reasoning, or a call of a tool, beside the text.
    """

    text: str = ""
    finish_reason: str | None = None
    tokens: tuple[int, int] | None = None
    refused: str | None = None
    error: Report | None = None
    done: bool = False
    reasoned: bool = False
    called_tool: bool = False

    @property
    def was_cut(self) -> bool:
        """Whether the provider ended the answer for its length."""
        return self.finish_reason in _CUT


class EventReader:
    """Split a byte stream, chunked anywhere, into the payloads of its events.

    A response that is no event stream is one payload, which ``finish`` returns.
    """

    def __init__(self) -> None:
        self._incomplete_line = b""
        self._data_lines: list[bytes] = []
        self._bytes_read = 0
        self._first_bytes = b""
        self._is_plain: bool | None = None

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the payloads that the chunk completes; raise ``MalformedResponse`` if too long."""
        self._bytes_read += len(chunk)
        if self._bytes_read > MAX_RESPONSE_BYTES:
            raise MalformedResponse(TOO_LONG)
        if len(self._first_bytes) < _FIRST_BYTES:
            self._first_bytes += chunk[:_FIRST_BYTES]
        self._incomplete_line += chunk
        if self._is_plain is None:
            self._begin()
        if self._is_plain is not False:
            return []
        *lines, self._incomplete_line = self._incomplete_line.split(b"\n")
        ends = (line for line in lines if not self._take(line.removesuffix(b"\r")))
        payloads = [payload for _ in ends for payload in self._payloads()]
        return [payload for payload in payloads if payload.strip(b" ")]

    def finish(self) -> list[bytes]:
        """Return what the end of the response completes: the last event, or a plain response."""
        rest, self._incomplete_line = self._incomplete_line, b""
        if self._is_plain:
            return _objects(rest)
        self._take(rest.strip())
        return self._payloads()

    def report(self) -> Report:
        """Return what the response says, where it is no chat completion."""
        return read_report(self._first_bytes)

    def _begin(self) -> None:
        start = self._incomplete_line.removeprefix(_BOM).lstrip()
        if start and not _BOM.startswith(start):
            self._incomplete_line = start
            self._is_plain = start[:1] in b"{[<"

    def _take(self, line: bytes) -> bytes:
        """Take a line of an event; return b"" for the blank one that ends it."""
        if line.startswith(b"data:"):
            self._data_lines.append(line[5:].removeprefix(b" "))
        elif line.startswith(b"error:"):  # llama.cpp's own name of a field
            self._data_lines.append(b'{"error":%b}' % line[6:].strip())
        return line

    def _payloads(self) -> list[bytes]:
        """Return the event's payload; several where blank lines were left out between them."""
        lines = self._data_lines
        self._data_lines = []
        if not lines or all(map(_is_whole, lines)):
            return lines
        return [b"\n".join(lines)]


def _objects(body: bytes) -> list[bytes]:
    """Return a plain body as one payload, or as one a line where each line is an object."""
    lines = [line for line in body.splitlines() if line.strip()]
    return lines if len(lines) > 1 and all(map(_is_whole, lines)) else [body]


def _is_whole(line: bytes) -> bool:
    """Tell whether a line is a payload by itself."""
    bare = line.strip()
    return bare == _DONE or (bare.startswith(b'{"') and bare.endswith(b"}"))


def parse_event(payload: bytes) -> ResponsePart:
    """Parse one event of a streamed response, or a plain one."""
    bare = payload.strip(b' \t"')
    if bare.upper() == _DONE:
        return ResponsePart(done=True)
    return ResponsePart() if bare == b"null" else _parse(payload)


def parse_response(body: bytes) -> ResponsePart:
    """Parse a plain response."""
    part = _parse(body)
    is_empty = part.finish_reason is None and part.refused is None and not part.text
    if part.error is None and is_empty and not part.reasoned and not part.called_tool:
        raise MalformedResponse("the answer holds no message", read_report(body))
    text = replace_surrogates(part.text)
    if len(text.encode()) > MAX_TEXT_BYTES:
        raise MalformedResponse(TOO_LONG)
    return part._replace(text=text)


def _parse(payload: bytes) -> ResponsePart:
    """Parse an object whose text is in its first choice."""
    try:
        # One broken character, or a control character that is not escaped, is no broken answer.
        response = json.loads(payload.decode("utf-8", "replace"), strict=False)
    except (ValueError, RecursionError):
        response = None
    if isinstance(response, list) and len(response) == 1:
        response = response[0]
    if not isinstance(response, dict):
        raise MalformedResponse("the answer is not JSON", read_report(payload))
    if _is_error(response):
        return ResponsePart(error=read_value(response))
    tokens = _token_counts(response.get("usage"))
    choice = _first_choice(response.get("choices"))
    if choice is None:
        return ResponsePart(tokens=tokens)
    part = _parse_choice(choice)
    return part._replace(tokens=tokens) if tokens else part


def _is_error(response: Mapping[str, object]) -> bool:
    """Tell whether an object reports a failure, under a key or in place of an answer."""
    if response.get("error") or response.get("errors"):
        return True
    if "choices" in response or "usage" in response:
        return False
    told = (response.get(key) for key in ("message", "detail", "msg", "error_message"))
    return response.get("type") == "error" or any(isinstance(each, str) for each in told)


def _first_choice(choices: object) -> Mapping[str, object] | None:
    """Return the choice of index 0; one without an index counts as such."""
    if not isinstance(choices, list):
        return None
    first = (x for x in choices if isinstance(x, dict) and str(x.get("index") or 0) == "0")
    return next(first, None)


def _parse_choice(choice: Mapping[str, object]) -> ResponsePart:
    message = next((x for x in (choice.get("delta"), choice.get("message")) if x), None)
    if not isinstance(message, dict):
        message = {"content": choice.get("text")}
    text, reasoned = _text_of(message.get("content"))
    reasoned = reasoned or any(value and _is_reasoning(key) for key, value in message.items())
    finish = choice.get("finish_reason")
    finish_reason = finish.casefold() if isinstance(finish, str) else None
    error = choice.get("error") or message.get("error")
    if finish_reason in _FAILED and not error:
        error = {"message": f"finish_reason: {finish}"}
    refusal = message.get("refusal")
    if not refusal and finish_reason in _FILTERED:
        refusal = f"finish_reason: {finish}"
    return ResponsePart(
        text=text,
        finish_reason=finish_reason,
        refused=str(refusal) if refusal else None,
        error=read_value({"error": error}) if error else None,
        reasoned=reasoned,
        called_tool=any(message.get(key) for key in _TOOLS) or finish_reason in _TOOLS,
    )


def _text_of(content: object) -> tuple[str, bool]:
    """Return the text of a message's content, and whether there is reasoning in it."""
    match content:
        case str():
            return content, False
        case list():
            parts = [_text_of(part) for part in content]
            return "".join(text for text, _ in parts), any(reasoned for _, reasoned in parts)
        case {"type": str(kind)} if _is_reasoning(kind):
            return "", True
        case {"text": part} | {"content": part} | {"value": part}:
            return _text_of(part)
    return "", False


def _is_reasoning(name: str) -> bool:
    return any(part in name for part in _REASONING)


def _token_counts(usage: object) -> tuple[int, int] | None:
    if not isinstance(usage, dict):
        return None
    prompt = usage.get("prompt_tokens", usage.get("input_tokens"))
    reply = usage.get("completion_tokens", usage.get("output_tokens"))
    return (prompt, reply) if isinstance(prompt, int) and isinstance(reply, int) else None


def is_half_pair(char: str) -> bool:
    """Tell whether a character is the first half of a surrogate pair."""
    return "\ud800" <= char <= "\udbff"


def replace_surrogates(text: str) -> str:
    """Replace lone surrogates, which JSON can carry and UTF-8 cannot, by U+FFFD."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text
