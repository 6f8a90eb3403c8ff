"""Access tokens (JWT, short-lived) and refresh tokens (opaque, rotating).

An access token names a user and a session; it grants nothing by itself, for the session is
looked up on the server. The algorithm is fixed (RFC 8725): HS256, whatever a token's header says.
A refresh token is ``session.secret.mac``: 256 random bits, and a MAC by which the server tells
its own old tokens from forged ones, so that only a genuine old token ends its family (RFC 9700).
The server stores keyed digests of them, never the tokens.
"""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Final

import jwt
from jwt.types import Options

from synthetic_soul.caches import LRUCache
from synthetic_soul.errors import Unauthenticated
from synthetic_soul.settings import Settings

ALGORITHM = "HS256"
HEADER: Final = {"alg": ALGORITHM, "typ": "JWT"}
"""The header of our own tokens; one that says anything else was made for something else."""
MAX_TOKEN_CHARS = 2048
MAX_DECODED_TOKENS = 16_384  # in the cache
SECRET_BYTES = 32
MAC_BYTES = 16
CLAIMS = ("user_id", "username", "sid", "aud", "iss", "iat", "exp")
CHECKS = Options(require=list(CLAIMS), verify_exp=False, verify_iat=False, verify_nbf=False)


@dataclass(frozen=True, slots=True)
class Claims:
    """The content of an access token; ``issued_at`` in seconds, ``expires_at`` in milliseconds."""

    user_id: str
    username: str
    sid: str
    issued_at: int
    expires_at: int


class AccessTokens:
    """Issues and verifies access tokens."""

    def __init__(self, key: bytes, settings: Settings) -> None:
        self._key = key
        self._audience = settings.jwt_aud
        self._issuer = settings.jwt_iss
        self._ttl = settings.access_token_ttl
        self._jwt = jwt.PyJWT()
        self._decoded: LRUCache[str, Claims] = LRUCache(MAX_DECODED_TOKENS)

    def issue(self, *, user_id: str, username: str, sid: str, now: int) -> str:
        """Return a token that is valid for ``ACCESS_TOKEN_TTL`` seconds from ``now`` (ms)."""
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
        """Return the claims of a valid token; ``Unauthenticated``, without a reason, for others."""
        claims = self._decoded.get(token)
        if claims is None:
            claims = self._decode(token)
            self._decoded.put(token, claims)
        if claims.expires_at <= now:
            self._decoded.pop(token)
            raise Unauthenticated("the access token has expired", code="token_expired")
        return claims

    def _decode(self, token: str) -> Claims:
        if len(token) > MAX_TOKEN_CHARS:
            raise _bad_token()
        try:
            decoded = self._jwt.decode_complete(
                token,
                self._key,
                algorithms=[ALGORITHM],
                audience=self._audience,
                issuer=self._issuer,
                options=CHECKS,
            )
        except (jwt.PyJWTError, ValueError, RecursionError):
            raise _bad_token() from None
        payload = decoded["payload"]
        if decoded["header"] != HEADER:
            raise _bad_token()
        names = (payload["user_id"], payload["username"], payload["sid"])
        times = (payload["iat"], payload["exp"])
        if not (
            all(isinstance(name, str) for name in names)
            and all(isinstance(time, int) for time in times)
        ):
            raise _bad_token()
        return Claims(*names, issued_at=times[0], expires_at=times[1] * 1000)


class RefreshTokens:
    """Makes refresh tokens, and recognises its own."""

    def __init__(self, key: bytes) -> None:
        self._mac_key = derived_key(key, b"refresh mark")
        self._digest_key = derived_key(key, b"refresh digest")
        self._seal_key = derived_key(key, b"refresh seal")

    def make(self, sid: str) -> str:
        """Return a new token of the session."""
        return self._token(sid, secrets.token_bytes(SECRET_BYTES))

    def session(self, token: str) -> str | None:
        """Return the session that a token was made for; None for a forged token."""
        sid, _, rest = token.partition(".")
        secret, _, mac = rest.partition(".")
        if len(token) > MAX_TOKEN_CHARS or not token.isascii():
            return None
        return sid if hmac.compare_digest(mac, self._mac(sid, secret)) else None

    def digest(self, token: str) -> str:
        """Return the digest that is stored of a token."""
        return hmac.new(self._digest_key, token.encode(), hashlib.sha256).hexdigest()

    def seal(self, token: str, parent: str) -> str:
        """Encrypt a token so that the server can decrypt it given its parent's digest.

        The pad is used once: each parent has one successor.
        """
        return _encode(_xor(_decode_bytes(token.split(".")[1]), self._pad(parent)))

    def unseal(self, sealed: str, parent: str, sid: str) -> str:
        """Return the token that ``seal`` encrypted."""
        return self._token(sid, _xor(_decode_bytes(sealed), self._pad(parent)))

    def _token(self, sid: str, secret: bytes) -> str:
        text = _encode(secret)
        return f"{sid}.{text}.{self._mac(sid, text)}"

    def _mac(self, sid: str, secret: str) -> str:
        mac = hmac.new(self._mac_key, f"{sid}.{secret}".encode(), hashlib.sha256)
        return _encode(mac.digest()[:MAC_BYTES])

    def _pad(self, parent: str) -> bytes:
        return hmac.new(self._seal_key, parent.encode(), hashlib.sha256).digest()


def _bad_token() -> Unauthenticated:
    return Unauthenticated("the access token is not valid", code="token_invalid")


def derived_key(key: bytes, purpose: bytes) -> bytes:
    """Return the key for one purpose, from which neither ``key`` nor another can be told."""
    return hmac.new(key, purpose, hashlib.sha256).digest()


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decode_bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
