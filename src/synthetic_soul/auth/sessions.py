"""Sessions on the server: begin, look up, rotate, revoke.

A session is one family of refresh tokens. Each refresh replaces the token. The previous token,
shown within ten seconds (by a second tab, or after a lost response), gets the current one; any
older token was stolen, or its successor was: the family ends.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import uuid4

from synthetic_soul.auth.tokens import AccessTokens, Claims, RefreshTokens
from synthetic_soul.caches import LRUCache
from synthetic_soul.errors import Forbidden, Unauthenticated
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Account, Session, Store

REUSE_MS = 10_000  # in which the previous token gets the current one
CACHE_MS = 500  # for which a session that was looked up counts as live
MAX_CACHED_SESSIONS = 16_384
TOUCH_MS = 3_600_000  # between two updates of when an account was last seen
MAX_ROTATION_ATTEMPTS = 16  # each failed one means that another request rotated


@dataclass(frozen=True, slots=True)
class Principal:
    """The signed-in user as of now; ``role`` is user or operator."""

    user_id: str
    username: str
    sid: str
    role: str
    guest: bool


@dataclass(frozen=True, slots=True)
class Grant:
    """The tokens for a client.

    ``expires_in`` and ``lasts`` (of the refresh token) are seconds.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    csrf: str = field(repr=False)
    username: str
    sid: str
    expires_in: int
    lasts: int


class Sessions:
    """The sessions in a store, cached for half a second."""

    def __init__(
        self, store: Store, settings: Settings, key: bytes, clock: Callable[[], int]
    ) -> None:
        self._store = store
        self._settings = settings
        self._clock = clock
        self._access = AccessTokens(key, settings)
        self._refresh = RefreshTokens(key)
        self._live: LRUCache[str, tuple[int, Principal]] = LRUCache(MAX_CACHED_SESSIONS)

    def begin(self, account: Account) -> tuple[Session, Grant]:
        """Return a new session of the account, not yet stored, and the grant for its client."""
        now = self._clock()
        sid = uuid4().hex
        token = self._refresh.make(sid)
        session = Session(
            id=sid,
            account=account.id,
            token=self._refresh.digest(token),
            csrf=secrets.token_urlsafe(32),
            created_at=now,
            expires_at=now + self._settings.refresh_token_ttl * 1000,
        )
        return session, self._grant(account, session, token)

    async def authenticate(self, token: str) -> Principal:
        """Return the token's holder; ``Unauthenticated`` if it or its session is over."""
        now = self._clock()
        claims = self._access.read(token, now)
        known = self._live.get(claims.sid)
        if (
            known is not None
            and 0 <= now - known[0] < CACHE_MS
            and known[1].user_id == claims.user_id
        ):
            return known[1]
        return await self._look_up(claims.sid, claims, now)

    async def live(self, sid: str) -> bool:
        """Tell whether a session is still valid, bypassing the cache; for open streams."""
        session = await self._store.sessions.get(sid)
        return session is not None and _is_valid(session, self._clock())

    async def refresh(self, token: str, *, cookie: str, header: str) -> Grant:
        """Rotate the tokens; ``cookie`` and ``header`` must both be the session's CSRF value.

        ``Unauthenticated`` for a token that is unknown, over, or reused (code
        ``refresh_reused``: the family has been ended); ``Forbidden`` (code ``csrf_failed``).
        """
        sid = self._refresh.session(token)
        for _ in range(MAX_ROTATION_ATTEMPTS):
            session = await self._store.sessions.get(sid) if sid else None
            if session is None or not _is_valid(session, self._clock()):
                break
            if not (_same(session.csrf, header) and _same(session.csrf, cookie)):
                raise Forbidden(
                    "send the refresh_csrf cookie's value as X-CSRF-Token", code="csrf_failed"
                )
            grant = await self._advance(session, token)
            if grant is not None:
                return grant
        raise _session_over()

    async def renew(self, sid: str, account: Account) -> Grant:
        """Rotate without a refresh token, for an account that has just been claimed."""
        for _ in range(MAX_ROTATION_ATTEMPTS):
            session = await self._store.sessions.get(sid)
            if session is None or not _is_valid(session, self._clock()):
                break
            grant = await self._rotate(session, account)
            if grant is not None:
                self.forget(sid)
                return grant
        raise _session_over()

    async def end(self, *, refresh_token: str = "", access_token: str = "") -> None:
        """Revoke the sessions of the given tokens; ignore invalid ones."""
        sids = {self._refresh.session(refresh_token)}
        try:
            sids.add(self._access.read(access_token, self._clock()).sid)
        except Unauthenticated:
            sids.discard(None)
        for sid in sorted(filter(None, sids)):
            await self._revoke(sid)

    def forget(self, sid: str) -> None:
        """Drop the session from the cache."""
        self._live.pop(sid)

    def forget_account(self, user_id: str) -> None:
        """Drop all sessions of the account from the cache."""
        for sid in [sid for sid, known in self._live.items() if known[1].user_id == user_id]:
            self.forget(sid)

    async def _look_up(self, sid: str, claims: Claims, now: int) -> Principal:
        session = await self._store.sessions.get(sid)
        if session is None or session.account != claims.user_id or not _is_valid(session, now):
            raise _session_over()
        account = await self._store.accounts.get(session.account)
        if account is None:
            raise Unauthenticated("this account is gone", code="session_over")
        if now - account.seen_at >= min(TOUCH_MS, self._settings.guest_ttl * 250):
            await self._store.accounts.touch(account.id, now)
        who = Principal(account.id, account.username, sid, account.role, account.guest)
        self._live.put(sid, (now, who))
        return who

    async def _advance(self, session: Session, token: str) -> Grant | None:
        """Return the next grant for the token's holder; None if another request rotated first."""
        shown = self._refresh.digest(token)
        account = await self._store.accounts.get(session.account)
        if account is None:
            raise Unauthenticated("this account is gone", code="session_over")
        if hmac.compare_digest(shown, session.token):
            return await self._rotate(session, account)
        recent = 0 <= self._clock() - session.rotated_at <= REUSE_MS
        if recent and session.parent and session.successor and _same(session.parent, shown):
            current = self._refresh.unseal(session.successor, shown, session.id)
            return self._grant(account, session, current)
        await self._revoke(session.id)
        raise Unauthenticated(
            "this refresh token was used before, so its session has been ended; sign in again",
            code="refresh_reused",
        )

    async def _rotate(self, session: Session, account: Account) -> Grant | None:
        now = self._clock()
        token = self._refresh.make(session.id)
        rotated = replace(
            session,
            token=self._refresh.digest(token),
            parent=session.token,
            rotated_at=now,
            successor=self._refresh.seal(token, session.token),
            expires_at=now + self._settings.refresh_token_ttl * 1000,
        )
        if not await self._store.sessions.rotate(rotated, session.token):
            return None
        return self._grant(account, rotated, token)

    async def _revoke(self, sid: str) -> None:
        await self._store.sessions.revoke(sid, self._clock())
        self.forget(sid)

    def _grant(self, account: Account, session: Session, refresh_token: str) -> Grant:
        access = self._access.issue(
            user_id=account.id, username=account.username, sid=session.id, now=self._clock()
        )
        return Grant(
            access_token=access,
            refresh_token=refresh_token,
            csrf=session.csrf,
            username=account.username,
            sid=session.id,
            expires_in=self._settings.access_token_ttl,
            lasts=self._settings.refresh_token_ttl,
        )


def _session_over() -> Unauthenticated:
    return Unauthenticated("this session is over; sign in again", code="session_over")


def _is_valid(session: Session, now: int) -> bool:
    return session.revoked_at is None and now < session.expires_at


def _same(left: str, right: str) -> bool:
    return hmac.compare_digest(left.encode(), right.encode("utf-8", "surrogatepass"))
