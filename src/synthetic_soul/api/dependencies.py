"""What routes depend on: the application's state, the signed-in user, and request helpers."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address
from typing import Annotated, cast

from fastapi import Depends, Query, Request, Security
from fastapi.openapi.models import HTTPBearer
from fastapi.responses import Response
from fastapi.security import APIKeyCookie, APIKeyQuery
from fastapi.security.base import SecurityBase
from pydantic import BaseModel
from typing_extensions import override

from synthetic_soul.api.faces.pictures import FacePictures
from synthetic_soul.api.rate_limits import RateLimits, ReadSlots
from synthetic_soul.api.sse import OpenStreams
from synthetic_soul.auth.auth import Auth, Principal
from synthetic_soul.engine.engine import Engine
from synthetic_soul.errors import Forbidden, NotFound, Unauthenticated
from synthetic_soul.networks import read_address
from synthetic_soul.settings import Settings

MAX_ID_CHARS = 128
OPERATOR_ROLE = "operator"
TICKET_PARAMETER = "ticket"  # of the query


@dataclass(frozen=True, slots=True)
class AppState:
    """What all routes share; ``shutdown`` is set when the server begins to stop."""

    engine: Engine
    auth: Auth
    settings: Settings
    rate_limits: RateLimits
    shutdown: asyncio.Event
    faces: FacePictures = field(default_factory=FacePictures)
    read_slots: ReadSlots = field(default_factory=ReadSlots)
    open_streams: OpenStreams = field(default_factory=OpenStreams)


def app_state(request: Request) -> AppState:
    """Return the state of the application that serves this request."""
    return cast("AppState", request.app.state.app_state)


async def authenticate(request: Request) -> Principal:
    """Return the holder of the request's access token; raise ``Unauthenticated``."""
    token = bearer_token(request)
    if not token:
        raise Unauthenticated("send Authorization: Bearer with the access token")
    return await app_state(request).auth.authenticate(token)


class BearerToken(SecurityBase):
    """Dependency: the holder of the access token in ``Authorization: Bearer``."""

    def __init__(self) -> None:
        self.model = HTTPBearer(
            bearerFormat="JWT", description="the access_token of guest, login, claim or refresh"
        )
        self.scheme_name = "accessToken"

    async def __call__(self, request: Request) -> Principal:
        """Return the holder; raise ``Unauthenticated``."""
        return await authenticate(request)


class OperatorToken(BearerToken):
    """Dependency: the holder of an operator's access token; ``Forbidden`` for anybody else."""

    @override
    async def __call__(self, request: Request) -> Principal:
        user = await authenticate(request)
        if user.role != OPERATOR_ROLE:
            raise Forbidden("this is for the operator: soul operator USERNAME", code="not_operator")
        return user


class StreamToken(BearerToken):
    """Dependency: the holder of the access token, else of the ticket in the query.

    An access token in the query is ignored: URLs are written into logs.
    """

    @override
    async def __call__(self, request: Request) -> Principal:
        ticket = request.query_params.get(TICKET_PARAMETER)
        if ticket is None or bearer_token(request):
            return await authenticate(request)
        return await app_state(request).auth.redeem_ticket(
            ticket, job=request.path_params["job_id"], resuming="last-event-id" in request.headers
        )


CurrentUser = Annotated[Principal, Security(BearerToken())]
CurrentOperator = Annotated[Principal, Security(OperatorToken())]
StreamUser = Annotated[Principal, Security(StreamToken())]
# Only declared here, for the OpenAPI document, as what may stand instead of the access token.
TICKET = Security(
    APIKeyQuery(
        name=TICKET_PARAMETER,
        scheme_name="eventsTicket",
        description="the ticket of POST /v1/auth/ticket: one job, one stream, 30 seconds",
        auto_error=False,
    )
)
# Only declared here, too: the route reads the cookie itself.
REFRESH_COOKIE = Security(
    APIKeyCookie(
        name="rtoken",
        scheme_name="refreshCookie",
        description="set by guest, login, claim and refresh; __Host-rtoken over HTTPS",
        auto_error=False,
    )
)
AgentId = Annotated[
    str | None,
    Query(max_length=MAX_ID_CHARS, description="an agent's id; the active one if absent"),
]


async def _take_read_slot(request: Request, user: CurrentUser) -> AsyncIterator[None]:
    async with app_state(request).read_slots.taken(user.user_id, client_address(request)):
        yield


# Of a route whose answer is large: it is held until the answer has been sent.
READ_SLOT = Depends(_take_read_slot, scope="request")


def bearer_token(request: Request) -> str:
    """Return the access token of the request, or ""."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def client_address(request: Request) -> str:
    """Return the key for rate limits by address: an IPv4 address or an IPv6 /64."""
    host = request.client.host if request.client else "unknown"
    address = read_address(host)
    if address is None:
        return host
    return address.exploded[:19] if isinstance(address, IPv6Address) else str(address)


def valid_id(id: str) -> str:
    """Return the id; raise ``NotFound`` if it is too long or unprintable to be anything's."""
    if len(id) > MAX_ID_CHARS or not id.isprintable():
        raise NotFound("no such thing")
    return id


def json_response(
    view: BaseModel | None, status: int = 200, headers: dict[str, str] | None = None
) -> Response:
    """Return a view as the response, without the second validation that FastAPI would do."""
    body = "null" if view is None else view.model_dump_json()
    return Response(body, status_code=status, headers=headers, media_type="application/json")
