"""``GET /metrics`` for a scraper on this machine or in its private network; for nobody else.

To everybody else the path does not exist. A request that a proxy passed on counts as public,
whatever address the proxy has.
"""

from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from fastapi import Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException
from starlette.routing import Route

from synthetic_soul import metrics

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from starlette.types import Receive, Scope, Send

    from synthetic_soul.engine.engine import Engine

PATH = "/metrics"
PASSED_ON = ("forwarded", "via", "x-forwarded-for", "x-real-ip")
PRIVATE = [
    ip_network(net)
    for net in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "169.254.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
]


def route(engine: "Engine") -> Route:
    """The route over an engine; it is no part of the OpenAPI document."""
    return Route(PATH, Scrape(engine), include_in_schema=False)


class Scrape:
    """An ASGI application: unlike a function it is given every method, and can deny them all."""

    def __init__(self, engine: "Engine") -> None:
        self._engine = engine
        self._registry: CollectorRegistry | None = None

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """The metrics as text; 404 for strangers."""
        request = Request(scope, receive)
        if not _near(request):
            raise HTTPException(404)
        if request.method not in {"GET", "HEAD"}:
            raise HTTPException(405, headers={"Allow": "GET, HEAD"})
        if self._registry is None:
            self._registry = metrics.registry(self._engine)
        body = await metrics.text(self._registry)
        await Response(body, media_type=metrics.CONTENT_TYPE)(scope, receive, send)


def _near(request: Request) -> bool:
    if request.client is None or any(name in request.headers for name in PASSED_ON):
        return False
    try:
        ip = ip_address(request.client.host)
    except ValueError:
        return False
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return any(ip in net for net in PRIVATE)
