"""Signing in and out: guest, claim, login, refresh, logout, me."""

from typing import Annotated

from fastapi import APIRouter, Header, Request
from fastapi.responses import Response

from synthetic_soul.api import cookies
from synthetic_soul.api.dependencies import (
    Doors,
    HoldsCookie,
    Person,
    address,
    as_json,
    bearer,
    doors,
)
from synthetic_soul.api.problems import BODY, problems
from synthetic_soul.api.schemas import ClaimForm, Granted, LoginForm, Me, Ok
from synthetic_soul.auth.auth import Grant

router = APIRouter(prefix="/v1/auth", tags=["auth"])


@router.post("/guest", response_model=Granted, responses=problems(408, 413, 415, 422, 429, 507))
async def guest(request: Request) -> Response:
    """Begin as somebody without a name; claim the account later to keep it."""
    house = doors(request)
    await house.gates.guest.enter(address(request))
    return _granted(house, await house.auth.guest())


@router.post("/login", response_model=Granted, responses=problems(401, *BODY, 429, 507))
async def login(request: Request, form: LoginForm) -> Response:
    """Sign in to an account that was claimed."""
    house = doors(request)
    await house.gates.login.enter(address(request))
    return _granted(house, await house.auth.login(form.email, form.password))


@router.post(
    "/claim", response_model=Granted, responses=problems(401, 403, 404, 409, *BODY, 429, 507)
)
async def claim(request: Request, who: Person, form: ClaimForm) -> Response:
    """Turn a guest's account into one's own; what the agents know of one stays."""
    house = doors(request)
    await house.gates.claim.enter(address(request))
    agents = await house.engine.agents()
    grant = await house.auth.claim(
        who,
        email=form.email,
        username=form.username,
        password=form.password,
        reserved=[name for agent in agents for name in (agent.id, agent.name)],
    )
    return _granted(house, grant)


@router.post(
    "/refresh",
    response_model=Granted,
    dependencies=[HoldsCookie],
    responses=problems(401, 403, *BODY, 507),
)
async def refresh(
    request: Request,
    x_csrf_token: Annotated[str, Header(description="the value of the refresh_csrf cookie")] = "",
) -> Response:
    """Get the next access token; the refresh cookie is replaced as well."""
    house = doors(request)
    grant = await house.auth.refresh(
        cookies.refresh_token(request, secure=house.secure),
        cookie=request.cookies.get(cookies.CSRF, ""),
        header=x_csrf_token,
    )
    return _granted(house, grant)


@router.post("/logout", response_model=Ok, responses=problems(403, *BODY, 507))
async def logout(request: Request) -> Response:
    """End the session of the cookie, of the access token, or of both; never fails for old ones."""
    house = doors(request)
    await house.auth.logout(
        refresh_token=cookies.refresh_token(request, secure=house.secure),
        access_token=bearer(request),
    )
    response = as_json(Ok())
    cookies.drop(response, secure=house.secure)
    return response


@router.get("/me", response_model=Me, responses=problems(401))
async def me(who: Person) -> Response:
    """Who is asking."""
    return as_json(Me(user_id=who.user_id, username=who.username, sid=who.sid, guest=who.guest))


@router.delete("/me", response_model=Ok, responses=problems(401, *BODY, 507))
async def leave(request: Request, who: Person) -> Response:
    """Erase the account and every word said, with every agent, at once and for good."""
    house = doors(request)
    await house.engine.erase(who.user_id)
    await house.auth.erase(who.user_id)
    response = as_json(Ok())
    cookies.drop(response, secure=house.secure)
    return response


@router.get("/me/export", responses=problems(401, 404))
async def export(request: Request, who: Person) -> dict[str, object]:
    """Everything kept of the one who asks, machine-readable."""
    house = doors(request)
    account = await house.auth.about(who)
    return {"account": account, **await house.engine.export(who.user_id)}


def _granted(house: Doors, grant: Grant) -> Response:
    response = as_json(
        Granted(
            access_token=grant.access_token, username=grant.username, expires_in=grant.expires_in
        )
    )
    cookies.put(response, grant, secure=house.secure)
    return response
