"""Accounts and sessions: guest, claim, login, refresh, logout, me."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response, StreamingResponse

from synthetic_soul.api.dependencies import (
    OPERATOR_ROLE,
    READ_SLOT,
    REFRESH_COOKIE,
    CurrentUser,
    app_state,
    bearer_token,
    client_address,
    json_response,
    valid_id,
)
from synthetic_soul.api.problems import BODY_STATUSES, problems
from synthetic_soul.api.schemas import (
    AccessToken,
    ClaimForm,
    LoginForm,
    Me,
    Ok,
    StreamTicket,
    TicketForm,
)
from synthetic_soul.api.session_cookies import (
    SessionCookies,
    csrf_cookie,
    refresh_token,
    set_cookies,
)
from synthetic_soul.auth.auth import Grant
from synthetic_soul.auth.tickets import TICKET_SECONDS

router = APIRouter(prefix="/v1/auth", tags=["auth"])

CSRF_HEADER = "X-CSRF-Token"
EXPORT: dict[str, Any] = {"type": "object", "additionalProperties": True}


@router.post("/guest", response_model=AccessToken, responses=problems(408, 413, 415, 422, 429, 507))
async def guest(request: Request) -> Response:
    """Create a guest account and sign in; claim it later to keep it."""
    state = app_state(request)
    await state.rate_limits.guest.hit(client_address(request))
    return _grant_response(request, await state.auth.guest())


@router.post(
    "/login", response_model=AccessToken, responses=problems(401, *BODY_STATUSES, 429, 507)
)
async def login(request: Request, form: LoginForm) -> Response:
    """Sign in to a claimed account."""
    state = app_state(request)
    await state.rate_limits.login.hit(client_address(request))
    return _grant_response(request, await state.auth.login(form.email, form.password))


@router.post(
    "/claim",
    response_model=AccessToken,
    responses=problems(401, 403, 404, 409, *BODY_STATUSES, 429, 507),
)
async def claim(request: Request, user: CurrentUser, form: ClaimForm) -> Response:
    """Turn a guest's account into a permanent one; what the agents know about you stays."""
    state = app_state(request)
    await state.rate_limits.claim.hit(client_address(request))
    agents = await state.engine.agents()
    grant = await state.auth.claim(
        user,
        email=form.email,
        username=form.username,
        password=form.password,
        reserved=[name for agent in agents for name in (agent.id, agent.name)],
    )
    return _grant_response(request, grant)


@router.post(
    "/refresh",
    response_model=AccessToken,
    dependencies=[REFRESH_COOKIE],
    responses=problems(401, 403, *BODY_STATUSES, 507),
)
async def refresh(
    request: Request,
    x_csrf_token: Annotated[str, Header(description="the value of the refresh_csrf cookie")] = "",
) -> Response:
    """Get the next access token; the refresh cookie is replaced too."""
    state = app_state(request)
    grant = await state.auth.refresh(
        refresh_token(request), cookie=csrf_cookie(request, x_csrf_token), header=x_csrf_token
    )
    return _grant_response(request, grant)


@router.post("/logout", response_model=Ok, responses=problems(403, *BODY_STATUSES, 507))
async def logout(request: Request) -> Response:
    """End the session of the cookie, of the access token, or of both; never fails for old ones."""
    state = app_state(request)
    await state.auth.logout(
        refresh_token=refresh_token(request), access_token=bearer_token(request)
    )
    return _signed_out_response(request)


@router.post(
    "/ticket", response_model=StreamTicket, responses=problems(401, 404, *BODY_STATUSES, 429)
)
async def ticket(request: Request, user: CurrentUser, form: TicketForm) -> Response:
    """Get a ticket that opens the event stream of one job of yours, once, within 30 seconds."""
    state = app_state(request)
    await state.rate_limits.poll.hit(user.user_id)
    view = await state.engine.job(user.user_id, valid_id(form.job_id))
    issued = state.auth.issue_ticket(user, view.job_id)
    return json_response(StreamTicket(ticket=issued, expires_in=TICKET_SECONDS))


@router.get("/me", response_model=Me, responses=problems(401))
async def me(user: CurrentUser) -> Response:
    """Get the signed-in user."""
    return json_response(
        Me(
            user_id=user.user_id,
            username=user.username,
            sid=user.sid,
            guest=user.guest,
            operator=user.role == OPERATOR_ROLE,
        )
    )


@router.delete("/me", response_model=Ok, responses=problems(401, *BODY_STATUSES, 507))
async def leave(request: Request, user: CurrentUser) -> Response:
    """Erase the account and every word said to any agent, at once and for good."""
    state = app_state(request)
    await state.engine.erase(user.user_id)
    await state.auth.erase(user.user_id)
    return _signed_out_response(request)


@router.get(
    "/me/export",
    response_model=None,
    dependencies=[READ_SLOT],
    responses={
        200: {"content": {"application/json": {"schema": EXPORT}}},
        **problems(401, 404, 429),
    },
)
async def export(request: Request, user: CurrentUser) -> Response:
    """Export everything that is stored about you, as JSON."""
    state = app_state(request)
    await state.rate_limits.export.hit(user.user_id)
    account = await state.auth.about(user)
    pieces = _exported(account, state.engine.export_pieces(user.user_id))
    return StreamingResponse(pieces, media_type="application/json")


async def _exported(
    account: Mapping[str, object], pieces: AsyncIterator[str]
) -> AsyncIterator[bytes]:
    """Yield the export piece by piece, each when the client has taken the one before."""
    yield f'{{"account":{json.dumps(account, ensure_ascii=False)},'.encode()
    async for piece in pieces:
        yield piece.encode()
    yield b"}"


def _grant_response(request: Request, grant: Grant) -> Response:
    """Return the access token and set the cookies.

    The CSRF value is also in a header, for pages of other origins.
    """
    response = json_response(
        AccessToken(
            access_token=grant.access_token, username=grant.username, expires_in=grant.expires_in
        )
    )
    cookies = SessionCookies(grant.refresh_token, grant.sid, grant.csrf)
    set_cookies(request, response, cookies, max_age=grant.lasts)
    response.headers[CSRF_HEADER] = grant.csrf
    return response


def _signed_out_response(request: Request) -> Response:
    response = json_response(Ok())
    set_cookies(request, response, SessionCookies("", "", ""), max_age=0)
    return response
