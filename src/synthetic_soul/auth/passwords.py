"""Passwords: what is accepted, and how it is kept.

Argon2id with 19 MiB, two passes and one lane (the OWASP minimum; RFC 9106 for the function), a
salt for each hash, and a pepper mixed in by HMAC-SHA-256 first. Hashing runs in two threads of
its own: the event loop never waits for it, and twenty logins at once leave the rest alone.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from synthetic_soul.auth.password_strength import guessable
from synthetic_soul.errors import InvalidInput, TooMany

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

T = TypeVar("T")

SHORTEST = 8
LONGEST = 256
MEMORY = 19_456  # KiB
PASSES = 2
LANES = 1
THREADS = 2
QUEUE = 64  # hashes under way or waiting; at some 30 ms each the last one waits a second

# No password has this hash. Where an account is missing it is verified instead, so that the
# answer takes as long as for an account that exists.
NOBODY = (
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWF0LWFsbC4uLg"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)


def check_password(password: str, *, own: Iterable[str] = ()) -> None:
    """Refuse what is too short, too long or easily guessed; ``InvalidInput`` says which.

    ``own`` are the account's other words (username, email): a password made of one of them is
    refused too. Length is counted in code points after NFKC, 8..256. Spaces and emoji are fine.
    """
    text = _normal(password)
    if len(text) < SHORTEST:
        raise InvalidInput(f"password: use at least {SHORTEST} characters", code="weak_password")
    if len(text) > LONGEST:
        raise InvalidInput(f"password: use at most {LONGEST} characters", code="weak_password")
    if guessable(text.casefold(), own):
        raise InvalidInput(
            "password: this is one of the first that anybody would guess; choose another",
            code="weak_password",
        )


class Passwords:
    """Hashes and verifies, two at a time; ``TooMany`` when more than 64 are asked for at once."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper
        self._argon = PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY, parallelism=LANES, hash_len=32, salt_len=16
        )
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        self._pending = 0

    async def hash(self, password: str) -> str:
        """The encoded hash, salt and parameters included."""
        peppered = self._peppered(password)
        return await self._run(lambda: self._argon.hash(peppered))

    async def verify(self, password: str, kept: str | None) -> bool:
        """Whether ``password`` made the hash; with None it takes as long and says no."""
        peppered = self._peppered(password)
        return await self._run(lambda: self._matches(kept or NOBODY, peppered))

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown(wait=False)

    def _matches(self, kept: str, peppered: bytes) -> bool:
        try:
            return self._argon.verify(kept, peppered)
        except (VerificationError, InvalidHashError):
            return False

    def _peppered(self, password: str) -> bytes:
        text = _normal(password).encode("utf-8", "surrogatepass")
        return hmac.new(self._pepper, text, hashlib.sha256).digest()

    async def _run(self, work: Callable[[], T]) -> T:
        if self._pending >= QUEUE:
            raise TooMany("many people are signing in; try again in a moment", retry_after=2)
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._pending -= 1


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
