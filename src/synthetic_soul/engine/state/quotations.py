"""The agent's replies in a group that hold words of a person whom they were not addressed to.

A reply's text belongs to its addressee and goes with them. It also goes with each other person
whose lines it was made from: those that its event names, and those whose words it repeats.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from soulscript.text import terms, words
from synthetic_soul.engine.state.conversation_ids import MAIN_GROUP
from synthetic_soul.mind.events import FactLearned, MessageHeard, ReplySpoken
from synthetic_soul.stores.base import Store

QUOTED_WORDS: Final = 4
"""So many words in a row, the same as in a person's line, are a quotation."""
QUOTED_PAIRS: Final = 8
"""The same for pairs of neighbouring characters, in scripts without spaces."""
PAGE_ENTRIES: Final = 200


async def replies_made_of(store: Store, agent: str, person: str) -> list[str] | None:
    """Return the digests of the texts of others' replies that were made of the person's lines.

    None if the person has not spoken in the group. To be asked before the person's words are
    erased, and again by whoever finishes an erasure.
    """
    lines: set[str] = set()
    quotable: set[tuple[str, ...]] = set()
    async for chunk in store.journal.involving_by_chunk(agent, person):
        for event in (event for entry in chunk for event in entry.events):
            if isinstance(event, MessageHeard) and event.group and event.person == person:
                lines.add(event.id)
                quotable.update(runs_of(event.words.text or ""))
    if not lines:
        return None
    return [
        reply.words.digest
        for reply in await _group_replies(store, agent)
        if reply.person != person and _is_made_of(reply, person, lines, quotable)
    ]


async def told_of(store: Store, agent: str, person: str) -> list[str]:
    """Return the digests of what others told of a person, whatever became of it."""
    return [
        event.value.digest
        async for chunk in store.journal.involving_by_chunk(agent, person)
        for entry in chunk
        for event in entry.events
        if isinstance(event, FactLearned) and event.hearsay and event.person == person
    ]


def _is_made_of(
    reply: ReplySpoken, person: str, lines: set[str], quotable: set[tuple[str, ...]]
) -> bool:
    return (
        person in reply.sources
        or not lines.isdisjoint(reply.recalled)
        or not lines.isdisjoint(answered.message for answered in reply.answers)
        or not quotable.isdisjoint(runs_of(reply.words.text or ""))
    )


async def _group_replies(store: Store, agent: str) -> list[ReplySpoken]:
    """Return the group's replies that still have a text."""
    found: list[ReplySpoken] = []
    before: int | None = None
    while page := await store.journal.tail(agent, MAIN_GROUP, limit=PAGE_ENTRIES, before=before):
        events = (event for entry in page for event in entry.events)
        found += [
            event
            for event in events
            if isinstance(event, ReplySpoken)
            and event.conversation == MAIN_GROUP
            and event.words.text is not None
        ]
        before = min(entry.seq for entry in page)
    return found


def runs_of(text: str) -> Iterable[tuple[str, ...]]:
    """Yield the stretches of a text that are quotations where they stand elsewhere."""
    said = words(text)
    yield from _windows(said, QUOTED_WORDS)
    for word in said:
        yield from _windows(terms(word), QUOTED_PAIRS)  # one term, where spaces part words


def _windows(parts: Sequence[str], size: int) -> Iterable[tuple[str, ...]]:
    return (tuple(parts[start : start + size]) for start in range(len(parts) - size + 1))
