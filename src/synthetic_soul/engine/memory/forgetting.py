"""A fact forgotten because its person asked: held no more, and nothing that told it comes back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul.engine.memory.facts import ALIASES, EVERYTHING, ONE_ONLY
from synthetic_soul.engine.state.conversation import ASKED
from synthetic_soul.mind.events import FactForgotten, FactLearned, FragmentKept, PersonErased
from synthetic_soul.mind.interpretation import Act

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from synthetic_soul.engine.runtime import Agent, Runtime
    from synthetic_soul.engine.state.conversation import Conversation
    from synthetic_soul.mind.interpretation import Interpretation
    from synthetic_soul.mind.state import Fact
    from synthetic_soul.stores.base import Entry, Store


@dataclass(frozen=True, slots=True)
class Forgetting:
    """What is to be recorded, and the digests of the words that are to go after that."""

    events: tuple[FactForgotten, ...]
    digests: tuple[str, ...]


async def forgetting(
    parts: Runtime,
    agent: Agent,
    person: str,
    fact: Fact,
    *,
    talk: Conversation | None = None,
    reply: str = "",
) -> Forgetting:
    """All that it takes to forget ``fact``, told in ``talk`` or in another conversation.

    Hidden are the lines that told it, those that name its value, what was noted of them, and the
    ``reply`` in ``talk`` that says so.
    """
    words = await parts.store.texts.read(agent.id, [fact.digest])
    told_in = await parts.conversations.whole(agent.id, fact.conversation)
    talks = {told_in.id: told_in} | ({talk.id: talk} if talk else {})
    events: list[FactForgotten] = []
    digests = [fact.digest]
    for place in talks.values():
        lines = [*place.telling(fact.id), *place.mentions(words.get(fact.digest, ""))]
        hidden = tuple(dict.fromkeys([*lines, reply] if reply and place is talk else lines))
        digests += place.noted_of(hidden)
        if hidden or place is told_in:
            events.append(
                FactForgotten(
                    id=fact.id, person=person, conversation=place.id, cause=ASKED, hidden=hidden
                )
            )
    return Forgetting(tuple(events), tuple(digests))


_TOPICS = ONE_ONLY | ALIASES.keys()


def lines_meant(
    talk: Conversation, person: str, interpretation: Interpretation, heard: Collection[str]
) -> tuple[str, ...]:
    """The lines, besides those of facts, that a person asks to have forgotten.

    All of theirs for "everything"; those that name a word; the last one where nothing is named.
    """
    if not interpretation.does(Act.FORGET):
        return ()
    theirs = talk.said_by(person)
    if EVERYTHING in interpretation.forget_topics:
        own = [line.id for line in talk.lines if line.mine and not talk.group]
        return (*theirs, *own)
    if not interpretation.forget_topics:
        return tuple(line for line in theirs if line not in heard)[-1:]
    words = [
        what for what in interpretation.forget_topics if ":" not in what and what not in _TOPICS
    ]
    found = {line for word in words for line in talk.mentions(word)}
    return tuple(sorted(line for line in found if not talk.group or line in theirs))


async def finish(store: Store, agent: str, *, after: int) -> None:
    """Remove the words that a killed process had recorded as forgotten but not removed yet."""
    asked: dict[str, list[FactForgotten]] = {}
    async for entry in store.journal.entries(agent, after=after):
        for event in entry.events:
            if isinstance(event, PersonErased):
                await store.texts.erase_person(agent, event.person)
            elif isinstance(event, FactForgotten) and event.cause == ASKED:
                asked.setdefault(event.person, []).append(event)
    for person, forgotten in asked.items():
        digests = _left_of(forgotten, await store.journal.involving(agent, person))
        if await store.texts.read(agent, digests):
            await store.texts.erase(agent, digests)


def _left_of(forgotten: Sequence[FactForgotten], entries: Sequence[Entry]) -> list[str]:
    """The digests of the forgotten facts, and of what was noted of the lines that told them."""
    facts = {event.id for event in forgotten}
    hidden = {line for event in forgotten for line in event.hidden}
    found: list[str] = []
    for event in (event for entry in entries for event in entry.events):
        if isinstance(event, FactLearned) and event.id in facts:
            found.append(event.value.digest)
        elif isinstance(event, FragmentKept) and not hidden.isdisjoint(event.sources):
            found.append(event.words.digest)
    return found
