"""Find the chat models of an Ollama that runs here, and say how to use one.

Formats: https://github.com/ollama/ollama/blob/main/docs/api.md#list-local-models, and OLLAMA_HOST
as Ollama's own ``envconfig`` reads it.
"""

import asyncio
import json
import os
import ssl
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final

from synthetic_soul.networks import DEFAULT_PORTS

TIMEOUT_S: Final = 1.0
"""Seconds for the whole look-up."""
MAX_ANSWER_BYTES: Final = 1 << 20
MAX_NAMED_MODELS: Final = 3
MAX_NAME_CHARS: Final = 80
MAX_PORT: Final = 65_535
DEFAULT_PORT: Final = 11_434

_EMBEDDING_FAMILIES: Final = ("bert", "embed")
_EMBEDDING_NAMES: Final = ("embed", "minilm", "rerank", "bge-", "e5-", "gte-", "paraphrase-")


@dataclass(frozen=True, slots=True)
class Address:
    """Where Ollama listens, as a client on this machine reaches it; ``host`` has no brackets."""

    scheme: str
    host: str
    port: int
    path: str = ""

    @property
    def url(self) -> str:
        """The address without a slash at its end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}{self.path}"


def address(environ: Mapping[str, str]) -> Address:
    """Return the address in ``OLLAMA_HOST``; an address of all interfaces becomes loopback."""
    setting = environ.get("OLLAMA_HOST", "").strip().strip("\"'").strip()
    scheme, separator, rest = setting.partition("://")
    if not separator:
        scheme, rest = "http", setting
    port = DEFAULT_PORTS.get(scheme, DEFAULT_PORT) if separator else DEFAULT_PORT
    host, slash, path = rest.partition("/")
    path = (slash + path).rstrip("/")
    name, colon, number = host.rpartition(":")
    if colon and (":" not in name or name.endswith("]")):
        host = name
        if number.isdecimal() and int(number) <= MAX_PORT:
            port = int(number)
    host = host.strip("[]") or "127.0.0.1"
    with suppress(ValueError):
        ip = ip_address(host)
        if ip.is_unspecified:
            host = "127.0.0.1" if ip.version == 4 else "::1"  # noqa: PLR2004 - of the protocol
    return Address("https" if scheme == "https" else "http", host, port, path)


async def hint(environ: Mapping[str, str] = os.environ) -> str:
    """Return a line on the models that answer there, "" where there are none or nothing answers."""
    where = address(environ)
    names = chat_models(await _tags(where))
    if not names:
        return ""
    others = ", ".join(names[1:MAX_NAMED_MODELS])
    more = f"; it also has {others}" if others else ""
    use = f"LLM_BASE_URL={where.url}/v1 LLM_MODEL={names[0]}"
    return f"Ollama runs here: {use} speaks through it{more}"


def chat_models(tags: object) -> Sequence[str]:
    """Return the names of the models in an answer of ``/api/tags`` that can chat, newest first."""
    models = tags.get("models") if isinstance(tags, dict) else None
    found = [model for model in models or () if isinstance(model, dict) and _chats(model)]
    found.sort(key=lambda model: str(model.get("modified_at", "")), reverse=True)
    return [_name(model) for model in found]


def _name(model: Mapping[str, object]) -> str:
    return str(model.get("model") or model.get("name") or "")


def _chats(model: Mapping[str, object]) -> bool:
    """Return whether a model chats: by its capabilities, or where they are not told by its kind."""
    name = _name(model)
    if not (name.isascii() and name.isprintable()) or " " in name or len(name) > MAX_NAME_CHARS:
        return False
    capabilities = model.get("capabilities")
    if isinstance(capabilities, list) and capabilities:
        return bool(name) and "completion" in capabilities
    details = model.get("details")
    details = details if isinstance(details, dict) else {}
    families = json.dumps([details.get("family"), details.get("families")]).casefold()
    short = name.rpartition("/")[2].casefold()
    return bool(name) and not (
        any(kind in families for kind in _EMBEDDING_FAMILIES)
        or any(part in short for part in _EMBEDDING_NAMES)
    )


async def _tags(where: Address) -> object:
    """Return the answer of ``/api/tags``; None where there is none in time."""
    context = ssl.create_default_context() if where.scheme == "https" else None
    with suppress(OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(TIMEOUT_S):
            reader, writer = await asyncio.open_connection(where.host, where.port, ssl=context)
            try:
                # By HTTP/1.0 the answer comes in one piece and ends with the connection.
                host = where.url.partition("://")[2].partition("/")[0]
                request = f"GET {where.path}/api/tags HTTP/1.0\r\nHost: {host}\r\n\r\n"
                writer.write(request.encode("ascii"))
                return _body(await _all_of(reader))
            finally:
                writer.close()
    return None


async def _all_of(reader: asyncio.StreamReader) -> bytes:
    answer = b""
    while chunk := await reader.read(MAX_ANSWER_BYTES):
        answer += chunk
        if len(answer) > MAX_ANSWER_BYTES:
            raise ValueError("the answer is too long")
    return answer


def _body(answer: bytes) -> object:
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    return json.loads(body) if status == [b"200"] else None
