"""What a person may do with what is kept about them: read, add, correct, have forgotten.

Facts are what they told of themselves; memories are what the agent made of their talk, and the
notes that they left. Everybody has access to their own alone.
"""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import chain
from typing import Final

from soulscript.text import terms, words
from synthetic_soul import nlu
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.memory.fact_changes import reconcile
from synthetic_soul.engine.memory.facts import bounded, fact_learned, known_facts
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.state.conversation_ids import private_conversation
from synthetic_soul.engine.state.conversation_memories import Kept, kept
from synthetic_soul.engine.state.recollection import ASKED
from synthetic_soul.engine.views import FactView, MemoryPage, MemoryView, MovedView
from synthetic_soul.errors import InvalidInput, NotFound
from synthetic_soul.mind.events import (
    FactForgotten,
    FactLearned,
    FragmentKept,
    Impulse,
    TraitsMoved,
)
from synthetic_soul.mind.interpretation import Interpretation
from synthetic_soul.mind.state import Bond, Fact
from synthetic_soul.voices.composer.grammar import quoted

MAX_NOTE_CHARS: Final = 300
NOTE_IMPORTANCE: Final = 0.8
"""That of what a person asked to be remembered."""
_STIRRING: Final = 0.3  # the valence from which on something is said to have moved the agent
_WEIGHTY: Final = 0.5  # the importance from which on it is said to have mattered


@dataclass(frozen=True, slots=True)
class PageAsked:
    """A page of memories: without ``search`` the newest first, with it the best first.

    ``before`` is the id of the last memory of the page before; ``since`` and ``until`` (ms,
    ``until`` excluded) bound when it was kept.
    """

    search: str = ""
    limit: int = 50
    before: str | None = None
    since: int | None = None
    until: int | None = None

    def holds(self, at: int) -> bool:
        """Return whether a time is within the bounds."""
        return (self.since is None or at >= self.since) and (self.until is None or at < self.until)


FIRST_PAGE: Final = PageAsked()


async def facts(
    runtime: Runtime, agent: Agent, person: str, *, past: bool = False
) -> list[FactView]:
    """Return what an agent knows about the person, oldest first; or what held in the ``past``."""
    await agent.state.catch_up()
    bond = await agent.state.bond(person)
    kept = {fact.id: fact for fact in bond.facts} if bond else {}
    known = await known_facts(runtime, agent.id, bond, private_conversation(person), past=past)
    return [
        FactView(
            id=fact.id,
            topic=fact.topic,
            value=fact.value,
            since=fact.at,
            source=kept[fact.id].by,
            until=fact.ended_at,
            certain=kept[fact.id].certain,
            hidden=fact.hidden,
        )
        for fact in known
    ]


async def page(runtime: Runtime, agent: Agent, person: str, asked: PageAsked) -> MemoryPage:
    """Return a page of what is kept; ``NotFound`` if there is no memory of the id ``before``."""
    conversation = await _conversation(runtime, agent, person)
    rows = [each for each in conversation.memories.ranked(asked.search) if asked.holds(each.at)]
    if asked.before is not None:
        places = [place for place, each in enumerate(rows) if each.id == asked.before]
        if not places:
            raise NotFound("there is no such memory", code="memory_not_found")
        rows = rows[places[0] + 1 :]
    found = rows[: asked.limit]
    return MemoryPage(
        kept=[
            memory_view(each, asked.search, await _moved_by(runtime, conversation, each))
            for each in found
        ],
        next=found[-1].id if len(rows) > asked.limit else None,
    )


async def _moved_by(runtime: Runtime, conversation: Conversation, each: Kept) -> list[Impulse]:
    """Return how the messages behind a memory, and then it itself, moved traits."""
    seqs = {*each.seqs, *chain.from_iterable(x.seqs for x in conversation.memories.parts_of(each))}
    for message in each.sources:
        record = await runtime.store.jobs.get(conversation.agent, message)
        seqs |= {record.outcome} if record and record.outcome else set()
    entries = await runtime.store.journal.picked(conversation.agent, sorted(seqs))
    events = chain.from_iterable(entry.events for entry in entries)
    moves = {event.by: event.impulses for event in events if isinstance(event, TraitsMoved)}
    return [impulse for by in (*each.sources, *each.parts) for impulse in moves.get(by, ())]


def memory_view(each: Kept, asked: str = "", moved: Sequence[Impulse] = ()) -> MemoryView:
    """Return how a memory is shown, with how it ``moved`` traits.

    ``asked`` are the words that brought it back, if any did.
    """
    return MemoryView(
        id=each.id,
        type="note" if each.is_note else each.type,
        text=each.text,
        since=each.at,
        importance=each.importance,
        valence=each.valence,
        sources=[] if each.is_note else list(each.sources),
        parts=list(each.parts),
        trait=each.trait,
        why=list(_reasons(each)),
        words=shared_words(asked, each.terms),
        moved=[
            MovedView.model_validate({**impulse.model_dump(), "of": "trait"}) for impulse in moved
        ],
    )


def _reasons(each: Kept) -> Iterable[str]:
    """Yield in a word each why it is kept."""
    if each.is_note:
        yield "asked"
    if len(each.parts) > 1:
        yield "repeated"
    if each.importance >= _WEIGHTY:
        yield "important"
    if abs(each.valence) >= _STIRRING:
        yield "moving"
    if each.type == "reflection":
        yield "reflected"


def shared_words(text: str, shared: AbstractSet[str]) -> list[str]:
    """Return the words of a text whose terms are among those ``shared``, each once."""
    found = (word for word in words(text) if not shared.isdisjoint(terms(word)))
    return list(dict.fromkeys(found))


async def _conversation(runtime: Runtime, agent: Agent, person: str) -> Conversation:
    return await runtime.conversations.get_whole(agent.id, private_conversation(person))


async def add_note(runtime: Runtime, agent: Agent, person: str, text: str) -> MemoryView:
    """Keep what a person asks to be remembered, and the facts about them that it states.

    ``InvalidInput`` for a text that says nothing or is too long.
    """
    bond = await _bond(agent, person)
    conversation = await _conversation(runtime, agent, person)
    note, said = _note(runtime, agent, person, text)
    facts = await _facts(runtime, conversation, person, bond, said, by=note.id)
    entry = await agent.state.append([note, *facts], at=runtime.clock())
    return memory_view(kept(note, note.words.text or "", entry.at, (entry.seq,)))


async def _bond(agent: Agent, person: str) -> Bond | None:
    await agent.state.catch_up()
    bond = await agent.state.bond(person)
    if bond is not None and bond.erased:
        raise NotFound("there is nobody to remember", code="person_not_found")
    return bond


def _note(
    runtime: Runtime, agent: Agent, person: str, text: str
) -> tuple[FragmentKept, Interpretation]:
    """Return the event of a note, which rests on itself, and how its text was understood."""
    said = " ".join(text.split())
    if not terms(said) or len(said) > MAX_NOTE_CHARS:
        raise InvalidInput(
            f"say in up to {MAX_NOTE_CHARS} characters what is to be remembered", code="bad_note"
        )
    interpretation = nlu.interpret(said, name=agent.name, group=False)
    note_id = runtime.new_id(agent.id)
    quote = quoted(said, MAX_NOTE_CHARS)
    note = FragmentKept(
        id=note_id,
        conversation=private_conversation(person),
        person=person,
        type="memory",
        words=runtime.seal(f"They asked me to remember: {quote}.", person),
        importance=NOTE_IMPORTANCE,
        valence=round(interpretation.valence, 3),
        sources=(note_id,),
    )
    return note, interpretation


async def _facts(
    runtime: Runtime,
    conversation: Conversation,
    person: str,
    bond: Bond | None,
    said: Interpretation,
    *,
    by: str,
) -> list[FactLearned]:
    known = await known_facts(runtime, conversation.agent, bond, conversation.id)
    learned = bounded(reconcile(said.fact_mentions, (), known).learned, bond, ())
    return [fact_learned(runtime, conversation, person, new, by=by) for new in learned]


async def correct(
    runtime: Runtime, agent: Agent, person: str, id: str, text: str
) -> FactView | MemoryView:
    """Replace a fact's value, or a memory's text, by what the person says it is.

    The old words of a memory are erased. ``NotFound`` where there is neither; ``InvalidInput`` as
    in ``add_note``.
    """
    bond = await _bond(agent, person)
    fact = next((fact for fact in bond.facts if fact.id == id), None) if bond else None
    if fact is not None:
        return await _correct_fact(runtime, agent, person, fact, text)
    conversation = await _conversation(runtime, agent, person)
    gone = _gone(conversation, id)
    note, said = _note(runtime, agent, person, text)
    facts = await _facts(runtime, conversation, person, bond, said, by=note.id)
    forgotten = _forgotten(runtime, conversation, person, gone)
    entry = await agent.state.append([forgotten, note, *facts], at=runtime.clock())
    await _erase(runtime, agent, conversation, gone)
    return memory_view(kept(note, note.words.text or "", entry.at, (entry.seq,)))


async def _correct_fact(
    runtime: Runtime, agent: Agent, person: str, fact: Fact, text: str
) -> FactView:
    value = " ".join(text.split())
    if not value or len(value) > MAX_NOTE_CHARS:
        raise InvalidInput(f"a fact has up to {MAX_NOTE_CHARS} characters", code="bad_note")
    event = FactLearned(
        id=runtime.new_id(agent.id),
        person=person,
        # What a person says of hearsay they say in private, wherever that was told.
        conversation=private_conversation(person) if fact.hearsay else fact.conversation,
        topic=fact.topic,
        value=runtime.seal(value, person),
        replaces=(fact.id,),
    )
    entry = await agent.state.append([event], at=runtime.clock())
    if fact.hearsay:
        await runtime.lookups.erase_texts(agent.id, [fact.digest])
    return FactView(id=event.id, topic=event.topic, value=value, since=entry.at, source=None)


async def forget_memory(runtime: Runtime, agent: Agent, person: str, id: str) -> None:
    """Forget a memory or note, its words included; ``NotFound`` where there is none."""
    conversation = await _conversation(runtime, agent, person)
    gone = _gone(conversation, id)
    event = _forgotten(runtime, conversation, person, gone)
    await agent.state.append([event], at=runtime.clock())
    await _erase(runtime, agent, conversation, gone)


def _gone(conversation: Conversation, id: str) -> tuple[str, ...]:
    """Return the ids of the fragments that a memory consists of."""
    each = next((each for each in conversation.memories.live if each.id == id), None)
    if each is None:
        raise NotFound("there is no such memory", code="memory_not_found")
    return each.parts or (each.id,)


def _forgotten(
    runtime: Runtime, conversation: Conversation, person: str, gone: tuple[str, ...]
) -> FactForgotten:
    return FactForgotten(
        id=runtime.new_id(conversation.agent),
        person=person,
        conversation=conversation.id,
        cause=ASKED,
        hidden=gone,
    )


async def _erase(
    runtime: Runtime, agent: Agent, conversation: Conversation, gone: Sequence[str]
) -> None:
    digests = await conversation.observation_digests(runtime.store, gone)
    await runtime.lookups.erase_texts(agent.id, digests)
    await runtime.conversations.keep_up(agent.id, conversation.id)
