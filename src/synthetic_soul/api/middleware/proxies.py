"""Requests that come through a proxy are served as the client sent them.

A proxy tells in ``X-Forwarded-*`` or ``Forwarded`` (RFC 7239) whom it serves, by which scheme and
under which host. Anybody can write these headers, so they count only where the peer is a trusted
proxy. The client is the rightmost address that is no trusted proxy itself: what stands left of it
was written by that client. A proxy that knows one kind of header passes the other kind on as the
client wrote it; so if the two disagree on the client, neither is believed.

A path prefix (``ROOT_PATH``) is taken off here, whether or not the proxy has done so already.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from synthetic_soul.caches import LRUCache
from synthetic_soul.networks import PRIVATE_NETWORKS, Network, is_within, read_address

log = structlog.get_logger()

FORWARDED_HEADERS: Final = frozenset(
    b"forwarded x-forwarded-for x-forwarded-host x-forwarded-port x-forwarded-proto".split()
)
UVICORN_TRUSTS: Final = "127.0.0.1"
MAX_KNOWN_PEERS: Final = 1024
SCHEMES: Final = frozenset({"http", "https"})
_PARAMETER: Final = re.compile(r'\s*([\w!#$%&\'*+.^`|~-]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s,;"]+)\s*')


@dataclass(frozen=True, slots=True)
class Forwarded:
    """What trusted proxies say of a request; "" for what they do not say.

    ``hosts`` are all names under which the client may have asked, with their port if known.
    """

    client: str
    scheme: str
    hosts: tuple[str, ...]


class TrustedProxies:
    """The proxies whose word counts."""

    def __init__(self, networks: Sequence[Network]) -> None:
        self._peers = networks
        self._known: LRUCache[str, bool] = LRUCache(MAX_KNOWN_PEERS)
        # If everybody may be the proxy, public addresses in its list are still clients.
        trusts_all = any(network.prefixlen == 0 for network in networks)
        self._hops = PRIVATE_NETWORKS if trusts_all else networks

    def include(self, peer: str) -> bool:
        """Tell whether the peer of a connection is a trusted proxy."""
        known = self._known.get(peer)
        if known is None:
            address = read_address(peer)
            known = address is not None and is_within(address, self._peers)
            self._known.put(peer, known)
        return known

    def __bool__(self) -> bool:
        return bool(self._peers)

    def is_hop(self, node: str) -> bool:
        """Tell whether a forwarded address is that of a proxy, not of the client."""
        address = read_address(node)
        return address is not None and is_within(address, self._hops)


def read_forwarded(headers: Headers, trusted: TrustedProxies) -> Forwarded:
    """Read both kinds of headers of a request whose peer is trusted."""
    elements = _elements(",".join(headers.getlist("forwarded")))
    nodes = _items(headers.getlist("x-forwarded-for"))
    listed, named = _client(nodes, trusted), _client(_values(elements, "for"), trusted)
    client = "" if listed and named and listed != named else listed or named
    schemes = [*_items(headers.getlist("x-forwarded-proto")), *_values(elements, "proto")]
    return Forwarded(
        client=client,
        scheme=next((scheme.lower() for scheme in schemes if scheme.lower() in SCHEMES), ""),
        hosts=_hosts(headers, elements),
    )


def _items(lines: Iterable[str]) -> list[str]:
    return [item.strip() for line in lines for item in line.split(",") if item.strip()]


def _hosts(headers: Headers, elements: list[dict[str, str]]) -> tuple[str, ...]:
    hosts = [headers.get("host", ""), *_items(headers.getlist("x-forwarded-host"))]
    hosts += _values(elements, "host")
    for port in _items(headers.getlist("x-forwarded-port")):
        hosts += [f"{host}:{port}" for host in hosts if host and not re.search(r":\d*$", host)]
    return tuple(dict.fromkeys(filter(None, hosts)))


def _client(nodes: Sequence[str], trusted: TrustedProxies) -> str:
    """Return the rightmost address that is no proxy's; the leftmost if all are; else ""."""
    client = ""
    for node in reversed(nodes):
        address = read_address(_without_port(node))
        if address is None:  # hidden or unknown: what stands left of it is not vouched for
            break
        client = str(address)
        if not trusted.is_hop(client):
            break
    return client


def _without_port(node: str) -> str:
    if node.startswith("["):
        return node[1:].partition("]")[0]
    return node.partition(":")[0] if node.count(":") == 1 else node


def _values(elements: list[dict[str, str]], name: str) -> list[str]:
    return [element[name] for element in elements if element.get(name)]


def _elements(text: str) -> list[dict[str, str]]:
    """Return the parameters of each element of ``Forwarded``; none at all if it is malformed."""
    elements: list[dict[str, str]] = [{}]
    at = 0
    while at < len(text):
        match = _PARAMETER.match(text, at)
        if match is None:
            return []
        value = match[2]
        if value.startswith('"'):
            value = re.sub(r"\\(.)", r"\1", value[1:-1])
        elements[-1][match[1].lower()] = value
        at = match.end()
        if at < len(text) and text[at] not in ",;":
            return []
        if text[at : at + 1] == ",":
            elements.append({})
        at += 1
    return elements


class ProxyMiddleware:
    """ASGI middleware that sets client, scheme, path, and two things in the request's state.

    These are ``hosts``, the names that the client may have asked for, and ``by_proxy``, whether a
    trusted proxy has sent the request.
    ``root_path`` is the prefix, such as ``/soul``, or "".
    """

    def __init__(self, app: ASGIApp, *, trusted: TrustedProxies, root_path: str) -> None:
        self._app = app
        self._trusted = trusted
        self._root_path = root_path
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve the request as the client sent it; send ``/soul`` to ``/soul/``."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = _below(_below(scope["path"], scope.get("root_path", "")), self._root_path)
        if not path and self._root_path and scope["method"] in {"GET", "HEAD"}:
            await self._redirect(scope, send)
            return
        # In place: the server's access log tells the client, and nothing that is struck out of the
        # query by those who come after.
        scope.update(root_path="", path=path or "/")
        self._read_headers(scope)
        if self._root_path:
            send = self._with_prefix(send)
        await self._app(scope, receive, send)

    def _read_headers(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        hosts: tuple[str, ...] = tuple(headers.getlist("host"))
        by_proxy = self._is_trusted(scope)
        if not FORWARDED_HEADERS.isdisjoint(name for name, _ in scope["headers"]):
            if by_proxy:
                forwarded = read_forwarded(headers, self._trusted)
                hosts = forwarded.hosts
                scope["scheme"] = forwarded.scheme or scope["scheme"]
                if forwarded.client:
                    scope["client"] = (forwarded.client, 0)
            else:
                self._warn_once(scope)
        scope["state"] = {**scope.get("state", {}), "hosts": hosts, "by_proxy": by_proxy}

    def _is_trusted(self, scope: Scope) -> bool:
        """Tell whether the peer is a trusted proxy.

        Where uvicorn reads the headers itself (``uvicorn synthetic_soul.main:app``), it has put
        the client in the trusted peer's place, with port 0, which no connection comes from. By
        default it trusts loopback, unasked: then that is undone.
        """
        host, port = scope.get("client") or ("", 0)
        is_replaced = bool(host) and port == 0
        if is_replaced and not self._trusted:
            scope["client"], scope["scheme"] = (UVICORN_TRUSTS, 0), "http"
            return False
        return self._trusted.include(host) or is_replaced

    def _warn_once(self, scope: Scope) -> None:
        if not self._has_warned:
            self._has_warned = True
            peer = (scope.get("client") or ("unknown",))[0]
            log.warning(
                "forwarded_headers_ignored", peer=peer, hint="if it is your proxy: TRUSTED_PROXIES"
            )

    async def _redirect(self, scope: Scope, send: Send) -> None:
        query = b"?" + scope["query_string"] if scope.get("query_string") else b""
        headers = [
            (b"location", self._root_path.encode() + b"/" + query),
            (b"content-length", b"0"),
            (b"cache-control", b"no-store"),
        ]
        await send({"type": "http.response.start", "status": 307, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _with_prefix(self, send: Send) -> Send:
        """Return a ``send`` that puts the prefix before a ``Location`` on this server."""
        prefix = self._root_path.encode()

        async def prefixed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [
                    (name, prefix + value if name == b"location" and value[:1] == b"/" else value)
                    for name, value in message["headers"]
                ]
            await send(message)

        return prefixed


def _below(path: str, prefix: str) -> str:
    """Return a path without a prefix, where it has that: "" for the prefix itself."""
    has_prefix = path == prefix or path.startswith(f"{prefix}/")
    return path[len(prefix) :] if prefix and has_prefix else path
