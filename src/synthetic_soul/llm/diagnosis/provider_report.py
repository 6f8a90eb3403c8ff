"""What a provider says about a failure: an error's body in any known layout, read as one value.

Bodies differ in layout and hardly in their words: ``{"error": {"message", "type", "code"}}``,
``{"error": "text"}``, ``{"detail": …}``, ``{"message": …}``, a list of one of these, JSON within a
string of another, plain text, or the page of a proxy. So they are walked, not matched.
"""

import contextlib
import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MAX_DEPTH: Final = 8
_MAX_STRINGS: Final = 24
_MAX_TEXT_CHARS: Final = 4_000
_MESSAGE_KEYS: Final = (
    "message", "msg", "error", "errors", "detail", "details", "error_message", "error_msg",
    "error_description", "errormessage", "description", "title", "raw", "innererror",
)  # fmt: skip
_CODE_KEYS: Final = ("code", "type", "status", "error_code", "reason", "__type")
_PLACE_KEYS: Final = ("param", "loc", "field", "parameter")
_CONTAINER_KEYS: Final = ("metadata", "response")
_KEYS: Final = frozenset((*_MESSAGE_KEYS, *_CODE_KEYS, *_PLACE_KEYS, *_CONTAINER_KEYS))
_MARKUP: Final = re.compile(
    r"(?is)<(script|style|head\b(?!er))[^>]*>.*?</\1>|<!--.*?-->|</?[a-z!][^>]*>"
)
_PAGE: Final = re.compile(rb"(?i)^\s*(?:<!doctype|<html|<\?xml|<head|<body)")
_TITLE: Final = re.compile(r"(?is)<title[^>]*>(.*?)</title>")


@dataclass(frozen=True, slots=True)
class Report:
    """An error's body: its messages as one text, its codes in lower case, the fields it names.

    ``status`` is an HTTP status that the body itself states; ``is_page`` marks HTML.
    """

    text: str = ""
    codes: frozenset[str] = frozenset()
    fields: tuple[str, ...] = ()
    status: int | None = None
    is_page: bool = False
    body: str = ""


def read_report(body: bytes) -> Report:
    """Read the body of an error; whatever it is, some report comes out."""
    if _PAGE.match(body):
        return _page(body.decode("utf-8", "replace"))
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        text = _plain(body.decode("utf-8", "replace"))
        return Report(text=text, body=text)
    return read_value(value)


def read_value(value: object) -> Report:
    """Read an error that is parsed already."""
    texts: list[str] = []
    codes: list[str] = []
    fields: list[str] = []
    for key, found in _strings(value, "", 0):
        if key in _CODE_KEYS:
            codes.append(found)
        elif key in _PLACE_KEYS:
            fields.append(found)
        else:
            texts.append(found)
    words = [text for text in dict.fromkeys(map(_plain, texts)) if text]
    whole = [text for text in words if not any(text != x and text in x for x in words)]
    return Report(
        text=": ".join(whole)[:_MAX_TEXT_CHARS],
        codes=frozenset(code.casefold() for code in codes if not code.isdigit()),
        fields=tuple(fields),
        status=next((int(code) for code in codes if re.fullmatch(r"[45]\d\d", code)), None),
        body=json.dumps(value, ensure_ascii=False)[: 2 * _MAX_TEXT_CHARS],
    )


def _page(text: str) -> Report:
    title = _TITLE.search(text)
    shown = _plain(f"{title[1] if title else ''} {_TITLE.sub(' ', text)}")
    return Report(text=shown[:_MAX_TEXT_CHARS], is_page=True, body=shown[:_MAX_TEXT_CHARS])


def _plain(text: str) -> str:
    """Return a text on one line, without markup and characters that no screen shows."""
    bare = html.unescape(_MARKUP.sub(" ", text[: 4 * _MAX_TEXT_CHARS]))
    shown = "".join(char if char.isprintable() else " " for char in bare)
    return " ".join(shown.replace("\ufffd", " ").split())


def _strings(value: object, key: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield the strings that tell something, each with the key that it stands under."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, dict):
        for name, child in list(value.items())[:_MAX_STRINGS]:
            if (known := str(name).casefold()) in _KEYS:
                yield from _strings(child, known, depth + 1)
    elif isinstance(value, list):
        for child in value[:_MAX_STRINGS]:
            yield from _strings(child, key, depth + 1)
    elif isinstance(value, str):
        yield from _string(value, key, depth)
    elif isinstance(value, int) and key in _CODE_KEYS:
        yield key, str(value)


def _string(value: str, key: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield a string, or what is in it where it is JSON itself, as gateways pass it on."""
    if key in _CONTAINER_KEYS:
        return
    within: list[tuple[str, str]] = []
    start = value.find("{") if key in _MESSAGE_KEYS else -1
    if start >= 0:
        with contextlib.suppress(ValueError, RecursionError):
            inner, _ = json.JSONDecoder().raw_decode(value, start)
            within = list(_strings(inner, "", depth + 1))
    if within:
        yield key, value[:start].strip(" -:\n")
        yield from within
    else:
        yield key, value
