"""The jobs, lines, thoughts and persons by which every store indexes an entry alike."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from synthetic_soul.mind.events import MessageHeard, MessageRetried
from synthetic_soul.stores.codec import EVENT_CLASSES, PLACES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_soul.mind.events import Event

Settlement = Literal["succeeded", "failed"]


def _having(*fields: str) -> dict[str, tuple[str, ...]]:
    """Return, by kind of event, those of these fields that it has.

    Looked up here and not with ``isinstance`` or ``hasattr``, which are slow on models.
    """
    return {
        cls.model_fields["kind"].default: tuple(f for f in fields if f in cls.model_fields)
        for cls in EVENT_CLASSES
    }


_SPOKEN = frozenset({"message_heard", "reply_spoken"})
_CONVERSATIONS = _having("conversation")
_PERSONS = _having("person", "audience")


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of one attempt at a message; ``ticket`` is used at most once."""

    message: str
    attempt: int
    ticket: str
    status: Settlement


Step = MessageHeard | MessageRetried | Settled


@dataclass(frozen=True, slots=True)
class IndexEntries:
    """What the indexes hold of one entry.

    ``steps`` change jobs, in this order. ``lines`` are the conversations touched, with whether
    something was said in them; ``audiences`` those of its thoughts ("" is everybody);
    ``persons`` all whom the entry names; ``erased`` those who left with it; ``adopts`` whether a
    soul was adopted with it.
    """

    steps: tuple[Step, ...]
    lines: tuple[tuple[str, bool], ...]
    audiences: tuple[str, ...]
    persons: tuple[str, ...]
    erased: tuple[str, ...]
    adopts: bool


def index_entries(events: Sequence[Event]) -> IndexEntries:
    """Return the index entries of events that are appended as one entry."""
    steps: list[Step] = []
    lines: dict[str, bool] = {}
    named: set[str | None] = set()
    for event in events:
        kind = event.kind
        steps.extend(_steps(event))
        for field in _CONVERSATIONS[kind]:
            name = getattr(event, field)
            lines[name] = lines.get(name, False) or kind in _SPOKEN
        named.update(getattr(event, field) for field in _PERSONS[kind])
        named.update(getattr(event, place).owner for place in PLACES.get(kind, ()))
    return IndexEntries(
        steps=tuple(steps),
        lines=tuple(sorted(lines.items())),
        audiences=tuple(sorted({e.audience or "" for e in events if e.kind == "thought_had"})),
        persons=tuple(sorted(person for person in named if person)),
        erased=tuple(event.person for event in events if event.kind == "person_erased"),
        adopts=any(event.kind == "soul_adopted" for event in events),
    )


def _steps(event: Event) -> Sequence[Step]:
    match event.kind:
        case "message_heard" | "message_retried":
            return (event,)
        case "reply_spoken" | "silence_kept":
            return [Settled(a.message, a.attempt, a.ticket, "succeeded") for a in event.answers]
        case "turn_failed":
            return [Settled(a.message, a.attempt, a.ticket, "failed") for a in event.answers]
        case _:
            return ()
