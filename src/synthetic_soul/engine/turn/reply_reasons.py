"""Why a reply was what it was: what its voice was told, what had no room, and what moved."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from soulscript.text import terms
from synthetic_soul.engine import views
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.memory.access import facts as facts_about
from synthetic_soul.engine.memory.access import memory_view, shared_words
from synthetic_soul.engine.runtime import Runtime, agent_of, lore_id, message_of
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.state.conversation_memories import Kept
from synthetic_soul.engine.state.recollection import ASKED
from synthetic_soul.engine.turn.lore import lore_of, lore_texts
from synthetic_soul.engine.views import FactView, ItemView, LineView, LoreView, PartView, WhyView
from synthetic_soul.errors import NotFound
from synthetic_soul.mind.events import Event, FactForgotten, ItemTold, ReplySpoken
from synthetic_soul.stores.base import Entry
from synthetic_soul.voices.base import Line
from synthetic_soul.voices.composer.fact_clauses import clause


@dataclass(frozen=True, slots=True)
class Sources:
    """What a reply names, by id, as far as it may still be read; ``asked`` is what it answers."""

    asked: str
    lines: dict[str, Line]
    facts: dict[str, FactView]
    memories: dict[str, Kept]
    lore: dict[str, str]


async def why(runtime: Runtime, person: str, message: str) -> WhyView:
    """Return what a reply was based on; ``NotFound`` if there is none of this person."""
    agent, job = await runtime.agents.load(agent_of(message)), message_of(message)
    record = await runtime.store.jobs.get(agent.id, job) if agent else None
    if agent and record and record.person == person and record.outcome:
        entry = await runtime.store.journal.entry(agent.id, record.outcome)
        outcome = views.outcome_of(entry, job)
        if entry and isinstance(outcome, ReplySpoken):
            return await _why(runtime, agent, person, outcome, entry)
    raise NotFound("there is no such reply", code="message_not_found")


async def _why(
    runtime: Runtime, agent: Agent, person: str, reply: ReplySpoken, entry: Entry
) -> WhyView:
    sources = await _sources(runtime, agent, person, reply, entry)
    recalled = views.recalled_for(reply)
    memories = (sources.memories.get(each) for each in recalled)
    return WhyView(
        message_id=reply.id,
        recalled=_recalled(sources, recalled),
        memories=[memory_view(each, sources.asked) for each in memories if each is not None],
        lore=[
            LoreView(
                id=each.id, says=sources.lore[each.id], why=each.why, key=each.key, back=each.back
            )
            for each in lore_of(reply)
            if each.id in sources.lore and lore_id(each.id) in recalled
        ],
        items=[_item(each, sources) for each in reply.told],
        moved=views.impulse_views(entry, person),
        left_out=[PartView.model_validate(part.model_dump()) for part in reply.left_out],
    )


async def _sources(
    runtime: Runtime, agent: Agent, person: str, reply: ReplySpoken, entry: Entry
) -> Sources:
    conversation = await runtime.conversations.get_whole(agent.id, reply.conversation)
    facts = [
        *await facts_about(runtime, agent, person, past=True),
        *await facts_about(runtime, agent, person),
    ]
    named = dict.fromkeys([*reply.recalled, *(each.id for each in reply.told)])
    lines = await _lines(runtime, conversation, named)
    asked = await _lines(runtime, conversation, [each.message for each in reply.answers])
    # What was kept from before something was forgotten may hold just that.
    may_tell_kept = reply.lore_texts is None or not await _has_forgotten_since(
        runtime, agent, person, entry
    )
    kept = [conversation.memories.get(each) for each in named]
    return Sources(
        asked=" ".join(line.text for line in asked.values()),
        lines=lines,
        facts={fact.id: fact for fact in facts},
        memories={each.id: each for each in kept if each is not None},
        lore=lore_texts(agent.soul, reply, with_kept=may_tell_kept),
    )


async def _has_forgotten_since(runtime: Runtime, agent: Agent, person: str, reply: Entry) -> bool:
    """Return whether the person asked to forget something with a reply or later.

    It may have been told, and be forgotten, in any conversation.
    """
    since = runtime.store.journal.involving_by_chunk(agent.id, person, after=reply.seq - 1)
    async for entries in since:
        if any(_is_asked(event, person) for entry in entries for event in entry.events):
            return True
    return False


def _is_asked(event: Event, person: str) -> bool:
    return isinstance(event, FactForgotten) and (event.person, event.cause) == (person, ASKED)


async def _lines(
    runtime: Runtime, conversation: Conversation, ids: Iterable[str]
) -> dict[str, Line]:
    found = [await conversation.recallable_line(runtime.store, each) for each in ids]
    return {line.id: line for line in found if line is not None}


def _recalled(sources: Sources, ids: Sequence[str]) -> list[LineView | FactView]:
    found: list[LineView | FactView] = []
    for each in ids:
        fact, line = sources.facts.get(each), sources.lines.get(each)
        if fact is not None:
            found.append(fact)
        elif line is not None:
            found.append(
                LineView(id=line.id, from_agent=line.mine, message=line.text, timestamp=line.at)
            )
    return found


def _item(each: ItemTold, sources: Sources) -> ItemView:
    text, shared = _words_of(each, sources)
    return ItemView.model_validate(
        {
            **each.model_dump(),
            "text": text,
            "told": not each.left_out,
            "words": shared_words(sources.asked, shared),
        }
    )


def _words_of(each: ItemTold, sources: Sources) -> tuple[str, AbstractSet[str]]:
    """Return what an item says, and the terms by which it may have been chosen."""
    text = ""
    match each.kind:
        case "fact" if fact := sources.facts.get(each.id):
            text = clause(fact.topic, fact.value)
        case "line" if line := sources.lines.get(each.id):
            text = line.text
        case "memory" if memory := sources.memories.get(each.id):
            return memory.text, memory.terms
        case "lore":
            text = sources.lore.get(each.id, "")
        case _:
            pass
    return text, {*terms(text)}
