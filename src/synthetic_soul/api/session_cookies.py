"""The three cookies of a session: its id, the refresh token, and the CSRF value.

A page of this server can read the CSRF value. Over plain HTTP they are ``sid``, ``rtoken`` and
``refresh_csrf``. Over HTTPS all are Secure, and the refresh token's is ``__Host-rtoken``, or
``__Secure-rtoken`` below a ``ROOT_PATH``: whoever listens in on plain HTTP can neither read nor
replace it, and a token that came over plain HTTP is not taken there. ``SECURE_COOKIES`` decides for
all requests alike.
"""

from typing import Final, NamedTuple

from fastapi import Request
from fastapi.responses import Response

from synthetic_soul.api.dependencies import app_state
from synthetic_soul.api.origins import page_scheme

REFRESH_COOKIE: Final = "rtoken"
SESSION_COOKIE: Final = "sid"
CSRF_COOKIE: Final = "refresh_csrf"
PLAIN_CSRF_COOKIE: Final = "plain_csrf"  # set by the page itself


class SessionCookies(NamedTuple):
    """The values; all "" to remove the cookies."""

    refresh_token: str
    sid: str
    csrf: str


def set_cookies(
    request: Request, response: Response, values: SessionCookies, *, max_age: int
) -> None:
    """Set all three for ``max_age`` seconds."""
    secure = _is_secure(request)
    names = (_refresh_cookie(request, secure=secure), SESSION_COOKIE, CSRF_COOKIE)
    for name, value in zip(names, values, strict=True):
        response.set_cookie(
            name,
            value,
            max_age=max_age,
            path=app_state(request).settings.root_path or "/",
            secure=secure,
            httponly=name != CSRF_COOKIE,
            samesite="lax",
        )


def refresh_token(request: Request) -> str:
    """Return the refresh token of the request, or "".

    Over HTTPS a token from plain HTTP is not taken, since anybody on the way may have planted it;
    except where the connection itself is no HTTPS and just the page says that the proxy's is.
    """
    secure = _is_secure(request)
    token = _cookie(request, _refresh_cookie(request, secure=secure))
    is_certain = request.scope["scheme"] == "https" or app_state(request).settings.secure_cookies
    if secure and not token and not is_certain:
        return _cookie(request, REFRESH_COOKIE)
    return token


def csrf_cookie(request: Request, header: str) -> str:
    """Return the cookie that is to equal the header.

    Where this host has a Secure ``refresh_csrf``, a browser keeps no plain one beside it, and does
    not send that one over plain HTTP. There the page keeps the value in a cookie of its own.
    """
    plain = "" if _is_secure(request) else _cookie(request, PLAIN_CSRF_COOKIE)
    return plain if plain and plain == header else _cookie(request, CSRF_COOKIE)


def _is_secure(request: Request) -> bool:
    """Tell whether the request's cookies are those for HTTPS only."""
    decided = app_state(request).settings.secure_cookies
    return page_scheme(request) == "https" if decided is None else decided


def _refresh_cookie(request: Request, *, secure: bool) -> str:
    if not secure:
        return REFRESH_COOKIE
    # The prefix __Host- binds a cookie to the path /.
    kind = "__Secure-" if app_state(request).settings.root_path else "__Host-"
    return kind + REFRESH_COOKIE


def _cookie(request: Request, name: str) -> str:
    """Return the first cookie of that name, which is the one for the longest path; or ""."""
    for line in request.headers.getlist("cookie"):
        for pair in line.split(";"):
            key, _, value = pair.partition("=")
            if key.strip() == name:
                return value.strip().removeprefix('"').removesuffix('"')
    return ""
