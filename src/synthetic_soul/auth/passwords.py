"""Password policy and password hashing.

A password is guessable when, in lower case,

- it is a common one (leet spelling undone) with only digits and signs around it;
- it is one of the account's own words with only digits and signs around it;
- it is a short piece repeated;
- it is made of runs along a keyboard row, the alphabet or the digits;
- it is fewer than twelve digits and nothing else.

The hash is Argon2id with 19 MiB, two passes and one lane (the OWASP minimum; RFC 9106 for the
function), a salt for each hash, and a pepper mixed in by HMAC-SHA-256 first. Hashing runs in two
threads of its own: it never blocks the event loop, and twenty logins at once do not slow the rest.
"""

import asyncio
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from synthetic_soul.auth.usernames import read_lines
from synthetic_soul.errors import InvalidInput, TooMany

T = TypeVar("T")

MIN_PASSWORD_CHARS = 8
MAX_PASSWORD_CHARS = 256
MIN_DIGITS = 12  # all shorter numbers can be tried within hours, even against Argon2
MIN_RUN_CHARS = 3  # along a row
MAX_REPEATED_CHARS = 4  # of a piece that is guessable when repeated
MIN_OWN_WORD_CHARS = 3

MEMORY_COST = 19_456  # KiB
TIME_COST = 2  # passes
PARALLELISM = 1  # lanes
THREADS = 2
MAX_PENDING = 64  # hashes running or waiting; at some 30 ms each the last one waits a second

# No password has this hash. It is verified where an account is missing, so that the response
# takes as long as for an account that exists.
DUMMY_HASH = (
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWF0LWFsbC4uLg"
    "$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
)

ROWS = tuple(read_lines("keyboard_rows.txt"))
ROWS_BOTH_WAYS = tuple(way for row in ROWS for way in (row, row[::-1]))
LEET = str.maketrans("013457@$!|+€", "oieastasiite")
REPEATED = re.compile(r"(.{1,64}?)\1+", re.DOTALL)


def check_password(password: str, *, own_words: Iterable[str] = ()) -> None:
    """Raise ``InvalidInput`` (``weak_password``) if it is too short, too long or guessable.

    ``own_words`` are the account's username and email. The length is counted in code points
    after NFKC. Spaces and emoji are allowed.
    """
    text = _normalize(password)
    if len(text) < MIN_PASSWORD_CHARS:
        raise _weak(f"use at least {MIN_PASSWORD_CHARS} characters")
    if len(text) > MAX_PASSWORD_CHARS:
        raise _weak(f"use at most {MAX_PASSWORD_CHARS} characters")
    if is_guessable(text.casefold(), own_words):
        raise _weak("this is one of the first that anybody would guess; choose another")


def is_guessable(folded: str, own_words: Iterable[str] = ()) -> bool:
    """Tell whether a password in lower case would be among the first guesses."""
    if folded.isdigit() and len(folded) < MIN_DIGITS:
        return True
    words = common_passwords() | frozenset(_variants(own_words))
    return _is_word(folded, words) or _is_repeated(folded) or _is_made_of_runs(folded)


@cache
def common_passwords() -> frozenset[str]:
    """Return the words of ``data/common_passwords.txt``."""
    return frozenset(read_lines("common_passwords.txt"))


def _variants(own_words: Iterable[str]) -> Iterator[str]:
    for word in own_words:
        folded = word.casefold()
        for part in (folded, folded.partition("@")[0]):
            if len(part) >= MIN_OWN_WORD_CHARS:
                yield part
                yield _core(part).translate(LEET)


def _is_word(folded: str, words: frozenset[str]) -> bool:
    core = _core(folded)
    candidates = {folded, core, core.translate(LEET), _core(folded.translate(LEET))}
    return not words.isdisjoint(candidates)


def _core(folded: str) -> str:
    """Return the text from its first letter to its last."""
    start = next((i for i, char in enumerate(folded) if char.isalpha()), len(folded))
    end = next((i for i in range(len(folded), 0, -1) if folded[i - 1].isalpha()), start)
    return folded[start:end]


def _is_repeated(folded: str) -> bool:
    match = REPEATED.fullmatch(folded)
    if match is None:
        return False
    return len(match[1]) <= MAX_REPEATED_CHARS or _is_word(match[1], common_passwords())


def _is_made_of_runs(folded: str) -> bool:
    at = 0
    while at < len(folded):
        length = MIN_RUN_CHARS
        while at + length <= len(folded) and _is_run(folded[at : at + length]):
            length += 1
        if length == MIN_RUN_CHARS:
            return False
        at += length - 1
    return True


def _is_run(text: str) -> bool:
    return any(text in row for row in ROWS_BOTH_WAYS)


class Passwords:
    """Hashes and verifies, two at a time; ``TooMany`` when more than 64 are pending."""

    def __init__(self, pepper: bytes) -> None:
        self._pepper = pepper
        self._hasher = PasswordHasher(
            time_cost=TIME_COST,
            memory_cost=MEMORY_COST,
            parallelism=PARALLELISM,
            hash_len=32,
            salt_len=16,
        )
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="password")
        self._pending = 0

    async def hash(self, password: str) -> str:
        """Return the encoded hash, salt and parameters included."""
        peppered = self._add_pepper(password)
        return await self._run(lambda: self._hasher.hash(peppered))

    async def verify(self, password: str, stored_hash: str | None) -> bool:
        """Tell whether the password has the hash; None takes as long and is False."""
        peppered = self._add_pepper(password)
        return await self._run(lambda: self._matches(stored_hash or DUMMY_HASH, peppered))

    def close(self) -> None:
        """Stop the threads."""
        self._threads.shutdown(wait=False)

    def _matches(self, stored_hash: str, peppered: bytes) -> bool:
        try:
            return self._hasher.verify(stored_hash, peppered)
        except (VerificationError, InvalidHashError):
            return False

    def _add_pepper(self, password: str) -> bytes:
        text = _normalize(password).encode("utf-8", "surrogatepass")
        return hmac.new(self._pepper, text, hashlib.sha256).digest()

    async def _run(self, work: Callable[[], T]) -> T:
        if self._pending >= MAX_PENDING:
            raise TooMany("many people are signing in; try again in a moment", retry_after=2)
        self._pending += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._pending -= 1


def _normalize(password: str) -> str:
    return unicodedata.normalize("NFKC", password)


def _weak(mend: str) -> InvalidInput:
    return InvalidInput(f"password: {mend}", code="weak_password")
