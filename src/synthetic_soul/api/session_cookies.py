"""The three cookies of a session: its id, the refresh token, and the CSRF value.

A page of this server can read the CSRF value. Over plain HTTP they are ``sid``, ``rtoken`` and
``refresh_csrf``. Over HTTPS all are Secure, and the refresh token's is ``__Host-rtoken``, or
``__Secure-rtoken`` below a ``ROOT_PATH``: whoever listens in on plain HTTP can neither read nor
replace it. ``SECURE_COOKIES`` decides for all requests alike.
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
    if secure and not _secure_token(request) and _plain_token(request):
        response.delete_cookie(REFRESH_COOKIE, path=_path(request))  # it is an old one from now on
    names = (_refresh_cookie(request, secure=secure), SESSION_COOKIE, CSRF_COOKIE)
    for name, value in zip(names, values, strict=True):
        response.set_cookie(
            name,
            value,
            max_age=max_age,
            path=_path(request),
            secure=secure,
            httponly=name != CSRF_COOKIE,
            samesite="lax",
        )


def refresh_token(request: Request) -> str:
    """Return the refresh token of the request, or ""."""
    if not _is_secure(request):
        return _cookie(request, REFRESH_COOKIE)
    return _secure_token(request) or _plain_token(request)


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


def _secure_token(request: Request) -> str:
    return _cookie(request, _refresh_cookie(request, secure=True))


def _plain_token(request: Request) -> str:
    """Return a refresh token that came over plain HTTP, where it may be taken over HTTPS; or "".

    Anybody on the way may have planted it. So it may only where the scheme was not known, or where
    the server listens on loopback alone: sessions there began as plain ones before a proxy told
    that it speaks HTTPS.
    """
    settings = app_state(request).settings
    is_known = request.scope["scheme"] == "https" and not settings.loopback
    return "" if settings.secure_cookies or is_known else _cookie(request, REFRESH_COOKIE)


def _path(request: Request) -> str:
    return app_state(request).settings.root_path or "/"


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
