"""Whose page sent a request: one of this server's own, or another's.

``Sec-Fetch-Site`` is the browser's own word and final, whatever a proxy did to ``Host``. Browsers
send it over HTTPS and on loopback only. Without it the page's ``Origin`` must be an address of this
server (``Host``, or what a trusted proxy says), or configured; or else the request must carry a
header that a page of another origin cannot send: that takes a CORS preflight, which is refused.
"""

from collections.abc import Collection
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.types import Scope
from typing_extensions import override

from synthetic_soul.networks import DEFAULT_PORTS

OWN_PAGE_HEADER: Final = "x-requested-with"
"""Never to be allowed to other origins: it is how the page shows that it is this server's own."""


class Origin(NamedTuple):
    """An origin with its host in lower case and ASCII, and its port written out."""

    scheme: str
    host: str
    port: int

    @override
    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_default = DEFAULT_PORTS.get(self.scheme, 0) == self.port
        return f"{self.scheme}://{host}" if is_default else f"{self.scheme}://{host}:{self.port}"


def read_origin(text: str) -> Origin | None:
    """Return the origin of a URL; None for ``null`` and whatever else is none."""
    try:
        parts = urlsplit(text.strip())
        return _origin(parts, parts.scheme.lower())
    except ValueError:
        return None


def _origin(parts: SplitResult, scheme: str) -> Origin | None:
    host = (parts.hostname or "").removesuffix(".")
    if not host or "@" in parts.netloc:
        return None
    port = parts.port or DEFAULT_PORTS.get(scheme, 0)
    return Origin(scheme, host if host.isascii() else host.encode("idna").decode(), port)


def is_own_page(scope: Scope, configured: Collection[Origin]) -> bool:
    """Tell whether the page that sent the request, if any did, may use the cookies."""
    headers = Headers(scope=scope)
    origin = read_origin(headers.get("origin", ""))
    if origin is not None and origin in configured:
        return True
    site = headers.get("sec-fetch-site", "").lower()
    if site:
        return site in {"same-origin", "none"}
    return (
        "origin" not in headers
        or (origin is not None and _is_served_at(scope, origin))
        or bool(headers.get(OWN_PAGE_HEADER))
    )


def page_scheme(request: Request) -> str:
    """Return the scheme by which the client has sent the request, as its browser says.

    The server's own page knows best: not every proxy says by which scheme it was asked. Without
    such a page it is the connection's, or what a trusted proxy says.
    """
    origin = read_origin(request.headers.get("origin", ""))
    is_own = request.headers.get("sec-fetch-site", "").lower() == "same-origin"
    if origin is not None and (is_own or _is_served_at(request.scope, origin)):
        return origin.scheme
    return str(request.scope["scheme"])


def _is_served_at(scope: Scope, origin: Origin) -> bool:
    """Tell whether the client asked for this origin's host and port, by whichever scheme.

    A proxy may have left out the port (nginx with ``Host $host``).
    """
    if origin.scheme not in DEFAULT_PORTS:
        return False
    state = scope.get("state", {})
    asked = [read_origin(f"{origin.scheme}://{host}") for host in state.get("hosts", ())]
    if state.get("by_proxy"):
        default = DEFAULT_PORTS.get(origin.scheme, 0)
        asked += [
            known._replace(port=origin.port) for known in asked if known and known.port == default
        ]
    return origin in asked
