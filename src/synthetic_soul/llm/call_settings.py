"""Read what an operator adds to every call of a model, as people write it."""

import json
import re
from collections.abc import Mapping
from typing import Final

from synthetic_soul.errors import Misconfigured
from synthetic_soul.llm.dialect import MAX_STOPS, CallOptions

_OWN_FIELDS: Final = ("messages", "model", "stream", "response_format")
"""Fields of a request that the engine sets itself."""
_OWN_HEADERS: Final = ("content-length", "content-type", "transfer-encoding", "accept-encoding")
_HEADER_NAME: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_ESCAPES: Final = {"\\n": "\n", "\\r": "\r", "\\t": "\t"}


def call_options(
    *,
    temperature: float | None,
    top_p: float | None,
    stop: str,
    extra_body: str,
    extra_headers: str,
) -> CallOptions:
    """Return the settings of calls; ``Misconfigured`` names the setting and a valid form."""
    return CallOptions(
        temperature=temperature,
        top_p=top_p,
        stop=_stops(stop),
        extra_body=_body(extra_body),
        extra_headers=_headers(extra_headers),
    )


def _stops(text: str) -> tuple[str, ...]:
    """Return the texts of ``LLM_STOP``: a JSON list, one JSON string, or parted by commas."""
    text = text.strip(" ")
    if text[:1] in {"[", '"'}:
        try:
            value = json.loads(text)
        except ValueError:
            value = None
        stops = [value] if isinstance(value, str) else value
        if not isinstance(stops, list) or not all(isinstance(each, str) for each in stops):
            raise Misconfigured(
                'LLM_STOP is no list of texts: write it as ["\\nUser:", "###"] or as \\nUser:, ###.'
            )
    else:
        stops = [_unescaped(each.strip(" ")) for each in text.split(",")]
    found = tuple(dict.fromkeys(each for each in stops if each))
    if len(found) > MAX_STOPS:
        raise Misconfigured(f"LLM_STOP holds {len(found)} texts; a provider takes {MAX_STOPS}.")
    return found


def _unescaped(text: str) -> str:
    for written, char in _ESCAPES.items():
        text = text.replace(written, char)
    return text


def _body(text: str) -> Mapping[str, object]:
    value = _object("LLM_EXTRA_BODY", text, '{"top_k": 40}')
    own = [name for name in value if name in _OWN_FIELDS]
    if own:
        raise Misconfigured(f"LLM_EXTRA_BODY may not set {own[0]!r}: the engine sets it itself.")
    return value


def _headers(text: str) -> Mapping[str, str]:
    example = '{"X-Title": "Synthetic Soul"}'
    headers: dict[str, str] = {}
    for name, value in _object("LLM_EXTRA_HEADERS", text, example).items():
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OWN_HEADERS:
            raise Misconfigured(f"LLM_EXTRA_HEADERS: {name!r} is no header that can be set.")
        shown = str(value) if isinstance(value, str | int | float) else ""
        if isinstance(value, bool) or not (shown.isascii() and shown.isprintable()) or not shown:
            raise Misconfigured(
                f"LLM_EXTRA_HEADERS: the value of {name!r} must be a text of plain letters, "
                f"such as {example}."
            )
        headers[name] = shown
    return headers


def _object(setting: str, text: str, example: str) -> dict[str, object]:
    if not text.strip():
        return {}
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        place = f" at character {error.pos + 1}" if isinstance(error, json.JSONDecodeError) else ""
        raise Misconfigured(f"{setting} is not valid JSON{place}: write {example}.") from None
    if not isinstance(value, dict):
        raise Misconfigured(f"{setting} must be a JSON object, such as {example}.")
    return value
