"""Tickets for event streams, for clients that can send no header, such as ``EventSource``.

A ticket stands in the URL, where servers and proxies write it into their logs. So it opens the
stream of one job of one person, once, within ``TICKET_SECONDS``, and nothing else. It is a token
signed with a key of its own; the store counts its uses over all processes.
"""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from uuid import uuid4

import jwt
from jwt.types import Options

from synthetic_soul.auth.tokens import ALGORITHM, HEADER, MAX_TOKEN_CHARS, derived_key
from synthetic_soul.errors import Unauthenticated
from synthetic_soul.stores.base import CounterStore

TICKET_SECONDS = 30
CHECKS = Options(verify_exp=False, verify_iat=False, verify_nbf=False, verify_jti=False)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket opens: the stream of a person's ``job``, while their session ``sid`` lasts.

    ``jti`` is its own id; ``exp`` is in seconds since 1970.
    """

    jti: str
    job: str
    sid: str
    user_id: str
    exp: int


class Tickets:
    """Issues tickets, and redeems each once; ``clock`` gives milliseconds."""

    def __init__(self, key: bytes, counters: CounterStore, clock: Callable[[], int]) -> None:
        self._key = derived_key(key, b"event stream ticket")
        self._counters = counters
        self._clock = clock
        self._jwt = jwt.PyJWT()

    def issue(self, *, user_id: str, sid: str, job: str) -> str:
        """Return a ticket for the job's stream."""
        expires_at = self._clock() // 1000 + TICKET_SECONDS
        ticket = Ticket(uuid4().hex, job, sid, user_id, expires_at)
        return self._jwt.encode(asdict(ticket), self._key, algorithm=ALGORITHM)

    async def redeem(self, text: str, *, job: str, resuming: bool) -> Ticket:
        """Return whose ticket it is; ``Unauthenticated`` if it does not open this job's stream.

        ``resuming`` says that the client has seen a part of the stream: ``EventSource`` comes
        back to the same URL after a broken connection. That is no new use, as long as the ticket
        lasts.
        """
        ticket = self._read(text)
        if ticket.job != job:
            raise _invalid()
        left = ticket.exp - self._clock() // 1000
        if not 0 < left <= 2 * TICKET_SECONDS:  # more where the clock went back: uses are forgotten
            raise Unauthenticated(
                f"a ticket lasts {TICKET_SECONDS} seconds; get a new one", code="ticket_expired"
            )
        window = 2 * TICKET_SECONDS * 1000  # beyond the ticket's end, also where clocks differ
        uses, _ = await self._counters.increment(f"ticket:{ticket.jti}", window=window)
        if uses > 1 and not resuming:
            raise Unauthenticated("a ticket opens one stream; get a new one", code="ticket_used")
        return ticket

    def _read(self, text: str) -> Ticket:
        if len(text) > MAX_TOKEN_CHARS:
            raise _invalid()
        try:
            decoded = self._jwt.decode_complete(
                text, self._key, algorithms=[ALGORITHM], options=CHECKS
            )
            ticket = Ticket(**decoded["payload"])
        except (jwt.PyJWTError, ValueError, TypeError, RecursionError):
            raise _invalid() from None
        if decoded["header"] != HEADER:
            raise _invalid()
        return ticket


def _invalid() -> Unauthenticated:
    return Unauthenticated("the ticket is not valid for this job", code="ticket_invalid")
