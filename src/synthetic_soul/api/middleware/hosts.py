"""Requests are served under names of this server alone; any other name gets 421.

A page of any site can let its own name point to an address in a visitor's network ("DNS
rebinding"), and their browser then takes this server for that site's. The name stands in ``Host``.
So a name counts only where its owner is known: names of loopback and of this machine, and what
``ALLOWED_HOSTS`` and ``WEB_UI_DOMAIN`` name. An address counts always, for no name points to it.

A proxy serves names of its own choice. Where the peer is a trusted one and ``ALLOWED_HOSTS`` is
not set, the choice is left to it.
"""

import socket
from collections.abc import Iterable
from typing import Final

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from synthetic_soul.api.origins import read_origin
from synthetic_soul.api.problems import MisdirectedRequest
from synthetic_soul.networks import read_address
from synthetic_soul.settings import ANY_HOST, Settings

log = structlog.get_logger()

LOOPBACK_NAMES: Final = frozenset(
    {"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"}
)
CONTAINER_NAMES: Final = frozenset({"host.docker.internal", "host.containers.internal"})
"""Names by which containers call the machine that they run on."""
MAX_SHOWN_CHARS: Final = 100


class AllowedHosts:
    """The names under which this server is asked; ``*.example.org`` stands for all below it."""

    def __init__(self, settings: Settings) -> None:
        own = {socket.gethostname().lower(), settings.host.lower()}
        origins = filter(None, map(read_origin, settings.origins))
        self._names = {
            *LOOPBACK_NAMES,
            *CONTAINER_NAMES,
            *(name for each in own for name in (each, f"{each}.local")),
            *settings.hosts,
            *(origin.host for origin in origins),
        }
        self._domains = tuple(
            name.removeprefix("*") for name in (*self._names, "*.localhost") if "*." in name
        )
        self.include_any = ANY_HOST in settings.hosts
        self.leave_to_proxy = not settings.hosts

    def include(self, host: str) -> bool:
        """Tell whether a ``Host``, with or without a port, names this server."""
        if self.include_any or not host:  # no browser leaves it out
            return True
        origin = read_origin(f"http://{host}")
        if origin is None:
            return False
        name = origin.host.lower().rstrip(".")
        return name in self._names or read_address(name) is not None or name.endswith(self._domains)


class HostMiddleware:
    """ASGI middleware within ``ProxyMiddleware``; raises ``MisdirectedRequest``."""

    def __init__(self, app: ASGIApp, *, allowed: AllowedHosts) -> None:
        self._app = app
        self._allowed = allowed
        self._has_warned = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request that names this server."""
        if scope["type"] == "http" and not self._is_vouched_for(scope):
            state = scope.get("state", {})
            self._check(state.get("hosts", ()))
        await self._app(scope, receive, send)

    def _is_vouched_for(self, scope: Scope) -> bool:
        if not self._allowed.leave_to_proxy:
            return False
        by_proxy: bool = scope.get("state", {}).get("by_proxy", False)
        return by_proxy or _is_secure_browser(scope)

    def _check(self, hosts: Iterable[str]) -> None:
        for host in hosts:
            if not self._allowed.include(host):
                shown = "".join(filter(str.isprintable, host))[:MAX_SHOWN_CHARS]
                if not self._has_warned:
                    self._has_warned = True
                    log.warning(
                        "foreign_host_refused", host=shown, hint="if it is yours: ALLOWED_HOSTS"
                    )
                raise MisdirectedRequest(
                    f"host: {shown} is no name of this server; if it is, name it in ALLOWED_HOSTS, "
                    "or its proxy in TRUSTED_PROXIES"
                )


def _is_secure_browser(scope: Scope) -> bool:
    """Tell whether a browser sent the request over HTTPS, as only it can say."""
    headers = Headers(scope=scope)
    origin = headers.get("origin", "")
    return "sec-fetch-site" in headers and (not origin or origin.startswith("https://"))
