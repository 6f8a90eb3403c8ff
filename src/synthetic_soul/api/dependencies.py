"""What routes ask for: the doors' keys, who is asking, and from where."""

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from typing import Annotated, cast

from fastapi import Request, Security
from fastapi.openapi.models import APIKey, APIKeyIn, HTTPBearer
from fastapi.responses import Response
from fastapi.security.base import SecurityBase
from pydantic import BaseModel

from synthetic_soul.api.rate_limits import Gates
from synthetic_soul.api.shutdown import Stopping
from synthetic_soul.auth.auth import Auth, Principal
from synthetic_soul.engine.engine import Engine
from synthetic_soul.errors import Forbidden, NotFound, Unauthenticated
from synthetic_soul.settings import Settings

LONGEST_ID = 128
OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Doors:
    """Everything a route may hold."""

    engine: Engine
    auth: Auth
    settings: Settings
    gates: Gates
    stopping: Stopping

    @property
    def secure(self) -> bool:
        """Whether cookies go over HTTPS only."""
        chosen = self.settings.secure_cookies
        return not self.settings.loopback if chosen is None else chosen


def doors(request: Request) -> Doors:
    """The doors of the app that serves this request."""
    return cast("Doors", request.app.state.doors)


class BearerToken(SecurityBase):
    """Gives who holds the access token in ``Authorization: Bearer``."""

    def __init__(self) -> None:
        self.model = HTTPBearer(
            bearerFormat="JWT", description="the access_token of guest, login, claim or refresh"
        )
        self.scheme_name = "accessToken"

    async def __call__(self, request: Request) -> Principal:
        """Look the token and its session up."""
        return await holder(request)


class RefreshCookie(SecurityBase):
    """Only says in the OpenAPI document that a route reads the refresh cookie."""

    def __init__(self) -> None:
        self.model = APIKey.model_validate(
            {
                "in": APIKeyIn.cookie,
                "name": "rtoken",
                "description": "set by guest, login, claim and refresh; __Host-rtoken over HTTPS",
            }
        )
        self.scheme_name = "refreshCookie"

    async def __call__(self) -> None:
        """The route reads it itself."""


async def holder(request: Request) -> Principal:
    """Who holds the access token of a request; ``Unauthenticated`` if nobody."""
    token = bearer(request)
    if not token:
        raise Unauthenticated("send Authorization: Bearer with the access token")
    return await doors(request).auth.authenticate(token)


class OwnersToken(BearerToken):
    """Gives who holds the access token, if they have the operator's role; else ``Forbidden``."""

    async def __call__(self, request: Request) -> Principal:
        """Look the token, its session and the role up."""
        who = await holder(request)
        if who.role != OPERATOR:
            raise Forbidden("this is for the operator: soul operator USERNAME", code="not_operator")
        return who


Person = Annotated[Principal, Security(BearerToken())]
Owner = Annotated[Principal, Security(OwnersToken())]
HoldsCookie = Security(RefreshCookie())


def bearer(request: Request) -> str:
    """The access token that was sent, or nothing."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def address(request: Request) -> str:
    """Where a request comes from, for rate limits: an IPv4 address or an IPv6 /64."""
    host = request.client.host if request.client else "unknown"
    try:
        ip = ip_address(host)
    except ValueError:
        return host
    if isinstance(ip, IPv6Address):
        return str(ip.ipv4_mapped or ip.exploded[:19])
    return host


def sane(id: str) -> str:
    """An id as it could be; ``NotFound`` for what can be nobody's."""
    if len(id) > LONGEST_ID or not id.isprintable():
        raise NotFound("no such thing")
    return id


def as_json(
    view: BaseModel | None, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """A view as the answer, without validating a second time what is valid by its type."""
    body = "null" if view is None else view.model_dump_json()
    return Response(body, status_code=status, headers=headers, media_type="application/json")
