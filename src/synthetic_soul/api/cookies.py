"""The three cookies: which session, the refresh token, and the value that proves one's own page.

On plain-HTTP loopback they are ``sid``, ``rtoken`` and ``refresh_csrf``. Over HTTPS all are
Secure, and the refresh token's name begins with ``__Host-``: no other host can set it.
"""

from fastapi import Request
from fastapi.responses import Response

from synthetic_soul.auth.auth import Grant

REFRESH = "rtoken"
SESSION = "sid"
CSRF = "refresh_csrf"
CSRF_HEADER = "X-CSRF-Token"


def refresh_name(*, secure: bool) -> str:
    """The name under which the refresh token is kept."""
    return f"__Host-{REFRESH}" if secure else REFRESH


def refresh_token(request: Request, *, secure: bool) -> str:
    """The refresh token that was sent, or nothing."""
    return request.cookies.get(refresh_name(secure=secure), "")


def put(response: Response, grant: Grant, *, secure: bool) -> None:
    """Give the client its cookies, and the CSRF value in a header for pages of other origins."""
    _set(response, refresh_name(secure=secure), grant.refresh_token, grant.lasts, secure=secure)
    _set(response, SESSION, grant.sid, grant.lasts, secure=secure)
    _set(response, CSRF, grant.csrf, grant.lasts, secure=secure, readable=True)
    response.headers[CSRF_HEADER] = grant.csrf


def drop(response: Response, *, secure: bool) -> None:
    """Take the cookies back."""
    for name in (refresh_name(secure=secure), SESSION, CSRF):
        _set(response, name, "", 0, secure=secure, readable=name == CSRF)


def _set(
    response: Response, name: str, value: str, lasts: int, *, secure: bool, readable: bool = False
) -> None:
    response.set_cookie(
        name, value, max_age=lasts, path="/", secure=secure, httponly=not readable, samesite="lax"
    )
