"""Sessions on the server: begin, look up, rotate, revoke.

A session is one family of refresh tokens. Each refresh replaces the token. The previous token gets
the current one again for as long as nobody has used what replaced it (the response was lost), and
for ten seconds even then (a second tab). Used means that an access token issued with it was shown;
a refresh with it makes the previous token an older one. Any other old token was stolen, or its
successor was: the family ends (RFC 9700, section 4.14.2).
"""

import hmac
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from uuid import uuid4

from synthetic_soul.auth.tokens import AccessTokens, RefreshTokens
from synthetic_soul.caches import LRUCache
from synthetic_soul.errors import Forbidden, SoulError, Unauthenticated
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Account, Session, Store

REUSE_MS = 10_000  # in which the previous token gets the current one, used or not
USED = "~"  # before a sealed successor that somebody has used
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


@dataclass(frozen=True, slots=True)
class _Live:
    """A session that was looked up at ``at``; ``unused_since`` its rotation, until that is used."""

    at: int
    who: Principal
    unused_since: int | None


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
        self._live: LRUCache[str, _Live] = LRUCache(MAX_CACHED_SESSIONS)

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
        claims = self._access.read(token, self._clock())
        known = await self._known(claims.sid, claims.user_id)
        if known.unused_since is not None and claims.issued_at >= known.unused_since // 1000:
            await self._mark_used(claims.sid, known)
        return known.who

    async def holder(self, sid: str, user_id: str) -> Principal:
        """Return who holds a session of that account; ``Unauthenticated`` if it is over."""
        return (await self._known(sid, user_id)).who

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
        for sid in [sid for sid, known in self._live.items() if known.who.user_id == user_id]:
            self.forget(sid)

    async def _known(self, sid: str, user_id: str) -> _Live:
        now = self._clock()
        known = self._live.get(sid)
        if known is None or not 0 <= now - known.at < CACHE_MS or known.who.user_id != user_id:
            known = await self._look_up(sid, user_id, now)
        return known

    async def _look_up(self, sid: str, user_id: str, now: int) -> _Live:
        session = await self._store.sessions.get(sid)
        if session is None or session.account != user_id or not _is_valid(session, now):
            raise _session_over()
        account = await self._store.accounts.get(session.account)
        if account is None:
            raise Unauthenticated("this account is gone", code="session_over")
        if now - account.seen_at >= min(TOUCH_MS, self._settings.guest_ttl * 250):
            await self._store.accounts.touch(account.id, now)
        who = Principal(account.id, account.username, sid, account.role, account.guest)
        is_unused = session.successor is not None and not session.successor.startswith(USED)
        live = _Live(now, who, session.rotated_at if is_unused else None)
        self._live.put(sid, live)
        return live

    async def _mark_used(self, sid: str, live: _Live) -> None:
        """Note that the current tokens are in use: from now on the previous one is suspicious.

        One write for each rotation. A store that cannot write must not keep anybody from reading.
        """
        with suppress(SoulError):
            session = await self._store.sessions.get(sid)
            if session is None or session.successor is None or session.successor.startswith(USED):
                return
            used = replace(session, successor=USED + session.successor)
            await self._store.sessions.rotate(used, session.token)
            self._live.put(sid, replace(live, unused_since=None))

    async def _advance(self, session: Session, token: str) -> Grant | None:
        """Return the next grant for the token's holder; None if another request rotated first."""
        shown = self._refresh.digest(token)
        account = await self._store.accounts.get(session.account)
        if account is None:
            raise Unauthenticated("this account is gone", code="session_over")
        if hmac.compare_digest(shown, session.token):
            return await self._rotate(session, account)
        if self._may_have_successor(session, shown) and session.successor:
            sealed = session.successor.removeprefix(USED)
            return self._grant(account, session, self._refresh.unseal(sealed, shown, session.id))
        await self._revoke(session.id)
        raise Unauthenticated(
            "this refresh token was used before, so its session has been ended; sign in again",
            code="refresh_reused",
        )

    def _may_have_successor(self, session: Session, shown: str) -> bool:
        """Tell whether the holder of the token with this digest gets the current one again."""
        if not (session.parent and session.successor and _same(session.parent, shown)):
            return False
        recent = 0 <= self._clock() - session.rotated_at <= REUSE_MS
        return recent or not session.successor.startswith(USED)

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
        self.forget(session.id)  # whoever is remembered there has not used the new tokens
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
