"""Access tokens (JWT, short-lived) and refresh tokens (opaque, rotating).

An access token says who and which session; it grants nothing by itself, for the session is
looked up on the server. The algorithm is fixed (RFC 8725): HS256, whatever a token's head says.
A refresh token is ``session.secret.mark``: 256 bits of chance, and a mark by which the server
knows its own old tokens from made-up ones, so that only a true old token ends its family
(RFC 9700). The server keeps keyed digests of them, never the tokens.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jwt

from synthetic_soul.errors import Unauthenticated

if TYPE_CHECKING:
    from synthetic_soul.settings import Settings

ALGORITHM = "HS256"
LONGEST = 2048  # characters of a token worth decoding
DECODED = 16_384  # tokens remembered as decoded
SECRET = 32  # bytes
CLAIMS = ("user_id", "username", "sid", "aud", "iss", "iat", "exp")
CHECKS = {"require": list(CLAIMS), "verify_exp": False, "verify_iat": False, "verify_nbf": False}


@dataclass(frozen=True, slots=True)
class Claims:
    """What an access token says; ``expires_at`` in milliseconds."""

    user_id: str
    username: str
    sid: str
    expires_at: int


class AccessTokens:
    """Issues and reads access tokens."""

    def __init__(self, key: bytes, settings: Settings) -> None:
        self._key = key
        self._audience = settings.jwt_aud
        self._issuer = settings.jwt_iss
        self._ttl = settings.access_token_ttl
        self._jwt = jwt.PyJWT()
        self._decoded: dict[str, Claims] = {}

    def issue(self, *, user_id: str, username: str, sid: str, now: int) -> str:
        """A token that holds for ``ACCESS_TOKEN_TTL`` seconds from ``now`` (ms)."""
        issued = now // 1000
        claims = {
            "user_id": user_id,
            "username": username,
            "sid": sid,
            "aud": self._audience,
            "iss": self._issuer,
            "iat": issued,
            "exp": issued + self._ttl,
        }
        return self._jwt.encode(claims, self._key, algorithm=ALGORITHM)

    def read(self, token: str, now: int) -> Claims:
        """What a good token says; ``Unauthenticated`` for any other, without saying why."""
        claims = self._decoded.get(token)
        if claims is None:
            claims = self._decode(token)
            if len(self._decoded) >= DECODED:
                del self._decoded[next(iter(self._decoded))]
            self._decoded[token] = claims
        if claims.expires_at <= now:
            del self._decoded[token]
            raise Unauthenticated("the access token has expired", code="token_expired")
        return claims

    def _decode(self, token: str) -> Claims:
        if len(token) > LONGEST:
            raise _bad_token()
        try:
            said = self._jwt.decode(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                options=CHECKS,  # type: ignore[arg-type]  # a shared, frozen-by-habit dict
            )
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise _bad_token() from None
        names = (said["user_id"], said["username"], said["sid"])
        exp = said["exp"]
        if not all(isinstance(name, str) for name in names) or not isinstance(exp, int):
            raise _bad_token()
        return Claims(*names, expires_at=exp * 1000)


class RefreshTokens:
    """Makes refresh tokens and tells its own from others."""

    def __init__(self, key: bytes) -> None:
        self._mark_key = _derive(key, b"refresh mark")
        self._digest_key = _derive(key, b"refresh digest")
        self._seal_key = _derive(key, b"refresh seal")

    def make(self, sid: str) -> str:
        """A new token of the session."""
        return self._token(sid, secrets.token_bytes(SECRET))

    def session(self, token: str) -> str | None:
        """The session that a token was made for; None for a token that is not ours."""
        sid, _, rest = token.partition(".")
        secret, _, mark = rest.partition(".")
        if len(token) > LONGEST or not token.isascii():
            return None
        good = hmac.compare_digest(mark, self._mark(sid, secret))
        return sid if good else None

    def digest(self, token: str) -> str:
        """What is kept of a token."""
        return hmac.new(self._digest_key, token.encode(), hashlib.sha256).hexdigest()

    def seal(self, token: str, parent: str) -> str:
        """Lock a token so that only the server and its parent's digest open it.

        The pad is used once: each parent has one successor.
        """
        return _text(_xor(_bytes(token.split(".")[1]), self._pad(parent)))

    def unseal(self, sealed: str, parent: str, sid: str) -> str:
        """The token that ``seal`` locked."""
        return self._token(sid, _xor(_bytes(sealed), self._pad(parent)))

    def _token(self, sid: str, secret: bytes) -> str:
        text = _text(secret)
        return f"{sid}.{text}.{self._mark(sid, text)}"

    def _mark(self, sid: str, secret: str) -> str:
        whole = hmac.new(self._mark_key, f"{sid}.{secret}".encode(), hashlib.sha256)
        return _text(whole.digest()[:16])

    def _pad(self, parent: str) -> bytes:
        return hmac.new(self._seal_key, parent.encode(), hashlib.sha256).digest()


def _bad_token() -> Unauthenticated:
    return Unauthenticated("the access token is not valid", code="token_invalid")


def _derive(key: bytes, purpose: bytes) -> bytes:
    return hmac.new(key, purpose, hashlib.sha256).digest()


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
