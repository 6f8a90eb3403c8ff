"""Accounts: guest, claim, login, refresh, logout, me; independent of HTTP.

An account's ``id`` is the person's id in every mind. An email address grants nothing: it is a
name to sign in with, never verified, never a role.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from uuid import uuid4

from synthetic_soul.auth.passwords import MAX_PASSWORD_CHARS, Passwords, check_password
from synthetic_soul.auth.secrets import agree_on_secrets, read_secrets
from synthetic_soul.auth.sessions import Grant, Principal, Sessions
from synthetic_soul.auth.tickets import Tickets
from synthetic_soul.auth.usernames import name_key, read_email, read_username
from synthetic_soul.errors import Conflict, InvalidInput, NotFound, Unauthenticated
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Account, Store

__all__ = ["Auth", "Grant", "Principal"]


class Auth:
    """Accounts and sessions over a store.

    The constructor reads the secrets and raises ``Misconfigured`` for bad ones. It is ready once
    ``open`` returns. ``clock`` gives milliseconds since 1970. ``earliest`` is a moment that has
    passed, whatever the clock says: no new guest is recorded as seen before it.
    """

    _passwords: Passwords
    _sessions: Sessions
    _tickets: Tickets

    def __init__(self, store: Store, settings: Settings, clock: Callable[[], int]) -> None:
        self._secrets = read_secrets(settings)
        self.earliest = 0
        self._store = store
        self._settings = settings
        self._clock = clock

    async def open(self) -> None:
        """Agree on the secrets with all processes of the store, which must be open."""
        secrets = await agree_on_secrets(self._secrets, self._settings, self._store)
        self._passwords = Passwords(secrets.pepper)
        self._sessions = Sessions(self._store, self._settings, secrets.signing, self._clock)
        self._tickets = Tickets(secrets.signing, self._store.counters, self._clock)

    async def guest(self) -> Grant:
        """Create a guest with a session, in one write."""
        now = max(self._clock(), self.earliest)
        username = f"guest_{uuid4().hex}"
        account = Account(
            id=uuid4().hex,
            username=username,
            name_key=name_key(username),
            created_at=now,
            seen_at=now,
        )
        session, grant = self._sessions.begin(account)
        await self._store.accounts.add_guest(account, session)
        return grant

    async def claim(
        self,
        who: Principal,
        *,
        email: str,
        username: str,
        password: str,
        reserved: Iterable[str] = (),
    ) -> Grant:
        """Turn a guest's account into a permanent one; its session continues with new tokens.

        ``InvalidInput`` for a bad username, address or password; ``Conflict`` with code
        ``already_claimed``, ``username_taken`` or ``email_taken``. Of concurrent claims one wins.
        """
        name, key = read_username(username, reserved=reserved)
        address = read_email(email)
        check_password(password, own_words=(name, address))
        account = await self._account(who.user_id)
        if not account.guest:
            raise _already_claimed()
        await self._check_free(key, address)
        claimed = replace(
            account,
            username=name,
            name_key=key,
            email=address,
            password=await self._passwords.hash(password),
            seen_at=self._clock(),
        )
        if not await self._store.accounts.claim(claimed):
            raise _already_claimed()
        return await self._sessions.renew(who.sid, claimed)

    async def login(self, email: str, password: str) -> Grant:
        """Begin a session; every failure gives the same ``Unauthenticated`` after the same time."""
        try:
            account = await self._store.accounts.by_email(read_email(email))
        except InvalidInput:
            account = None
        stored_hash = account.password if account else None
        matches = await self._passwords.verify(password[:MAX_PASSWORD_CHARS], stored_hash)
        if account is None or not matches or len(password) > MAX_PASSWORD_CHARS:
            raise Unauthenticated("email or password is wrong", code="login_failed")
        await self._store.accounts.touch(account.id, self._clock())
        session, grant = self._sessions.begin(account)
        await self._store.sessions.add(session)
        return grant

    async def refresh(self, token: str, *, cookie: str, header: str) -> Grant:
        """Return the next tokens of a session; see ``Sessions.refresh``."""
        return await self._sessions.refresh(token, cookie=cookie, header=header)

    async def logout(self, *, refresh_token: str = "", access_token: str = "") -> None:
        """End the sessions of the given tokens; ignore invalid ones."""
        await self._sessions.end(refresh_token=refresh_token, access_token=access_token)

    async def authenticate(self, token: str) -> Principal:
        """Return the token's holder; ``Unauthenticated`` within a second of a revocation."""
        return await self._sessions.authenticate(token)

    def issue_ticket(self, who: Principal, job: str) -> str:
        """Return a ticket for the stream of a job; the caller has checked whose job it is."""
        return self._tickets.issue(user_id=who.user_id, sid=who.sid, job=job)

    async def redeem_ticket(self, ticket: str, *, job: str, resuming: bool) -> Principal:
        """Return the ticket's holder; see ``Tickets.redeem``."""
        holder = await self._tickets.redeem(ticket, job=job, resuming=resuming)
        return await self._sessions.holder(holder.sid, holder.user_id)

    async def live(self, who: Principal) -> bool:
        """Tell whether the session is still valid."""
        return await self._sessions.live(who.sid)

    async def about(self, who: Principal) -> dict[str, object]:
        """Return everything stored in the account, except digests of secrets."""
        account = await self._account(who.user_id)
        return {
            "user_id": account.id,
            "username": account.username,
            "email": account.email,
            "guest": account.guest,
            "role": account.role,
            "created_at": account.created_at,
            "seen_at": account.seen_at,
        }

    async def erase(self, user_id: str) -> None:
        """Remove the account and its sessions, if it exists."""
        await self._store.accounts.remove(user_id)
        self._sessions.forget_account(user_id)

    async def guests_idle_since(self, before: int) -> list[str]:
        """Return ids of guests not seen since that moment (ms), some hundreds at a time."""
        return await self._store.accounts.idle_guests(before)

    def close(self) -> None:
        """Stop the password threads."""
        self._passwords.close()

    async def _account(self, user_id: str) -> Account:
        account = await self._store.accounts.get(user_id)
        if account is None:
            raise NotFound("this account is gone")
        return account

    async def _check_free(self, key: str, address: str) -> None:
        """Fail early, before hashing; the store decides finally."""
        if await self._store.accounts.by_name(key) is not None:
            raise Conflict("username: this name is taken; choose another", code="username_taken")
        if await self._store.accounts.by_email(address) is not None:
            raise Conflict("email: this address has an account; log in", code="email_taken")


def _already_claimed() -> Conflict:
    return Conflict("this account is already somebody's own; log in", code="already_claimed")
