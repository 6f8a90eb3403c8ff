"""Events to append, and short words for appending and reading them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul.mind.events import (
    Answered,
    Felt,
    Impulse,
    MessageHeard,
    MessageRetried,
    ReplySpoken,
    SilenceKept,
    SoulAdopted,
    ThoughtHad,
    TurnFailed,
    Words,
)

if TYPE_CHECKING:
    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.base import Entry, Store

START = 1_700_000_000_000
_count = itertools.count()


@dataclass
class Clock:
    """Milliseconds that stand still until moved."""

    now: int = START

    def __call__(self) -> int:
        return self.now


def fresh(prefix: str = "id") -> str:
    return f"{prefix}{next(_count)}"


def sealed(text: str, owner: str = "") -> Words:
    return Words.seal(text, owner=owner, salt=next(_count).to_bytes(16, "big"))


def heard(
    text: str = "hello",
    *,
    person: str = "ann",
    conversation: str = "dm",
    key: str | None = None,
    message: str | None = None,
) -> MessageHeard:
    return MessageHeard(
        id=message or fresh("m"),
        conversation=conversation,
        person=person,
        words=sealed(text, person),
        key=key,
    )


def reply(*answers: MessageHeard, attempt: int = 0, text: str = "well") -> ReplySpoken:
    first = answers[0]
    return ReplySpoken(
        id=fresh("r"),
        conversation=first.conversation,
        person=first.person,
        answers=tuple(Answered(message=m.id, attempt=attempt) for m in answers),
        words=sealed(text, first.person),
        expression="calm",
    )


def silence(*answers: MessageHeard) -> SilenceKept:
    return SilenceKept(
        conversation=answers[0].conversation,
        answers=tuple(Answered(message=m.id) for m in answers),
        reason="not_addressed",
    )


def failure(message: MessageHeard, attempt: int = 0) -> TurnFailed:
    return TurnFailed(
        conversation=message.conversation,
        answers=(Answered(message=message.id, attempt=attempt),),
        code="model_error",
    )


def retry(message: MessageHeard, attempt: int = 1) -> MessageRetried:
    return MessageRetried(
        id=message.id, conversation=message.conversation, person=message.person, attempt=attempt
    )


def felt(amount: float = 0.5, person: str | None = None) -> Felt:
    impulses = (Impulse(dimension="joy", amount=amount, cause="greeting"),)
    return Felt(person=person, impulses=impulses)


def adopted(digest: str = "d", *, given: bool = False) -> SoulAdopted:
    return SoulAdopted(name="J", digest=digest, soul={"a": 1}, traits={}, given=given)


def thought(text: str = "hm", audience: str | None = None) -> ThoughtHad:
    return ThoughtHad(
        id=fresh("t"), words=sealed(text, audience or ""), vibe="calm", audience=audience
    )


async def append(store: Store, *events: Event, at: int = START, agent: str = "jasmine") -> Entry:
    return await store.journal.append(agent, events, at=at)


async def journal(store: Store, agent: str = "jasmine", after: int = 0) -> list[Entry]:
    return [entry async for entry in store.journal.entries(agent, after=after)]
