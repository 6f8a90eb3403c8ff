"""Build briefs from mind, bond and recall: the one border that a person's words cross.

Everything in a brief is taken from one conversation and from one person's bond. Facts told in
private never enter a group's brief; a group's lines never enter a private brief.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType

from soulscript import Soul
from soulscript.prompts import depends_on, expanded, instructions_of
from soulscript.text import terms
from synthetic_soul.caches import personal_cache
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.memory.hidden import NOTHING, Hidden
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.state.conversation import MAX_RECENT_LINES, UNDECIDED, Conversation
from synthetic_soul.engine.state.conversation_memories import Kept
from synthetic_soul.engine.state.text_vectors import Meaning
from synthetic_soul.engine.turn.due_facts import due_facts
from synthetic_soul.engine.turn.scene import chance_seed, make_scene
from synthetic_soul.mind import state
from synthetic_soul.mind.interpretation import Interpretation
from synthetic_soul.mind.state import Bond, Mind
from synthetic_soul.voices.base import (
    Brief,
    DueFact,
    KnownFact,
    Line,
    Lore,
    Observation,
    Relationship,
)
from synthetic_soul.voices.composer.selection import SoulKey

MAX_RECALLED_LINES = 20
"""Lines in a brief; in a prompt at most as many as have room."""
_SEARCHED_LINES = 60
MAX_REMEMBERED = 6
"""Fragments and memories in a brief."""
_SHOWN_CHARS = 40
CARE_FOR = 72 * 60 * 60 * 1000
"""Milliseconds for which somebody who was told where help is, is met gently."""
MINUTE = 60_000
SOMEBODY = "them"


@dataclass(frozen=True, slots=True)
class Subject:
    """What an utterance is about; fields as in ``Brief``, with ids of persons as speakers."""

    interpretation: Interpretation
    relationship: Relationship
    messages: Sequence[Line] = ()
    known_facts: Sequence[KnownFact] = ()
    past_facts: Sequence[KnownFact] = ()
    learned_facts: Sequence[KnownFact] = ()
    forgotten_facts: Sequence[KnownFact] = ()
    causes: Sequence[str] = ()
    person_name: str = ""
    thought: str = ""
    purpose: str = "reply"
    time_zone: str = "UTC"
    unmentioned: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Recalled:
    """The lines just before the messages, the talk, and older lines that they bring back.

    ``memories`` are the fragments and memories that they bring back, the best first;
    ``confidence`` (0 to 1) is how sure it is that the older lines answer the messages.
    """

    recent_lines: Sequence[Line] = ()
    talk_lines: Sequence[Line] = ()
    older_lines: Sequence[Line] = ()
    memories: Sequence[Kept] = ()
    confidence: float = UNDECIDED


def relationship_to(bond: Bond | None, waiting: int, now: int) -> Relationship:
    """Return the relationship to a person as before the turn's ``waiting`` messages."""
    if bond is None:
        return Relationship()
    earlier = bond.messages - waiting
    return Relationship(
        label=state.relationship(bond, now),
        liking=state.liking(bond, now),
        sentiments=state.sentiments(bond, now),
        met_at=bond.met_at if earlier > 0 else None,
        away=bond.away,
        messages=max(0, earlier),
        hurt=state.hurt(bond, now),
        in_care=bond.referred_at is not None and now - bond.referred_at <= CARE_FOR,
        country=bond.country,
    )


async def recall(
    runtime: Runtime,
    conversation: Conversation,
    messages: Sequence[Line],
    interpretation: Interpretation,
    names: Mapping[str, str] = MappingProxyType({}),
    *,
    hidden: Hidden = NOTHING,
) -> Recalled:
    """Return what the messages recall; without messages, the recent lines alone.

    ``names`` maps what agent and person are called to their ids. Nothing is about what is
    ``hidden``.
    """
    unseen = {line.id for line in messages} | conversation.unanswered
    recent = conversation.recent_lines(runtime.settings.message_retention, without=unseen)
    talk = recent
    if "message_retention" not in runtime.settings.model_fields_set:
        talk = conversation.recent_lines(MAX_RECENT_LINES, without=unseen)
    recent, talk = hidden.without_lines(recent), hidden.without_lines(talk)
    if not messages:
        return Recalled(recent, talk)
    older, confidence = await conversation.recall(
        runtime.store,
        interpretation.text,
        person=messages[-1].speaker,
        now=runtime.clock(),
        without=unseen | {line.id for line in recent},
        limit=_SEARCHED_LINES,
        names=names,
        meaning=await _meaning(runtime, messages[-1].speaker),
    )
    older = _each_once(hidden.without_lines(older))[:MAX_RECALLED_LINES]
    memories = _remembered(conversation, interpretation.text, older, recent, hidden)
    return Recalled(recent, talk, older, memories, confidence)


async def _meaning(runtime: Runtime, person: str) -> Meaning | None:
    """Return the embedding model, where there is one and the person has calls left."""
    if runtime.meaning is None:
        return None
    is_guest = await runtime.lookups.is_guest(person)
    return runtime.meaning if await runtime.usage.affords(person, is_guest=is_guest) else None


def _each_once(lines: Sequence[Line]) -> list[Line]:
    """Return lines without those that say what a better one says in the same words, or nothing."""
    best: dict[tuple[str, ...], Line] = {}
    for line in lines:
        if said := tuple(terms(line.text)):
            best.setdefault(said, line)
    return [*best.values()]


def _remembered(
    conversation: Conversation,
    text: str,
    older: Sequence[Line],
    recent: Sequence[Line],
    hidden: Hidden,
) -> Sequence[Kept]:
    """Return what is kept that fits the words, without what only quotes a line told anyway."""
    near = {line.id for line in older}
    found = conversation.memories.search(text, limit=2 * MAX_REMEMBERED, recalled=near)
    told = {line.id: line.text for line in (*older, *recent)}
    told_of = hidden.without_kept([each for each, _ in found])
    fresh = [each for each in told_of if not _only_quotes(each, told)]
    return fresh[:MAX_REMEMBERED]


def _only_quotes(each: Kept, told: Mapping[str, str]) -> bool:
    quoted = [told[line][:_SHOWN_CHARS] in each.text for line in each.sources if line in told]
    return bool(quoted) and all(quoted) and len(quoted) == len(each.sources)


async def build_brief(
    runtime: Runtime,
    agent: Agent,
    conversation: Conversation,
    mind: Mind,
    subject: Subject,
    *,
    recalled: Recalled,
    lore: Sequence[Lore] = (),
) -> Brief:
    """Return the brief for one utterance; ``mind`` is that after the appraisal."""
    lines = [*subject.messages, *recalled.talk_lines, *recalled.older_lines]
    name = await _naming(runtime, conversation, lines, subject.person_name)
    now = runtime.clock()
    mood = state.mood(mind, now)
    # In a group a person's own name is private, and there are several persons.
    person = "" if conversation.is_group else subject.person_name
    return Brief(
        soul=(soul := soul_in_scene(agent, conversation.id, person, now)),
        instructions=instructions_of(soul) if agent.trusted else (),
        name=agent.name,
        interpretation=subject.interpretation,
        now=now,
        purpose=subject.purpose,
        messages=name(subject.messages),
        recent_lines=name(recalled.recent_lines),
        talk_lines=name(recalled.talk_lines),
        recalled_lines=name(recalled.older_lines),
        recall_confidence=recalled.confidence,
        known_facts=subject.known_facts,
        past_facts=subject.past_facts,
        forgotten_facts=subject.forgotten_facts,
        learned_facts=subject.learned_facts,
        emotions=state.emotions(mind, now),
        mood=(mood.pleasure, mood.arousal, mood.dominance),
        traits=state.traits(mind, now),
        feeling=state.describe(mind, now),
        expression=state.expression(mind, now, subject.interpretation),
        relationship=_shown_relationship(conversation, subject),
        person_name=subject.person_name,
        observations=_observations(recalled),
        earlier_replies=conversation.replies,
        thought=subject.thought,
        lore=lore,
        causes=subject.causes,
        is_group=conversation.is_group,
        time_zone=subject.time_zone,
        due_facts=_due_facts(conversation, subject, now),
        unmentioned=subject.unmentioned,
    )


def _observations(recalled: Recalled) -> Sequence[Observation]:
    best_last = reversed(recalled.memories)
    return tuple(Observation(each.id, each.text, each.importance) for each in best_last)


def _shown_relationship(conversation: Conversation, subject: Subject) -> Relationship:
    """Return the relationship: what somebody told in private does not show in a group."""
    in_care = subject.relationship.in_care and not conversation.is_group
    return replace(subject.relationship, in_care=in_care)


def _due_facts(conversation: Conversation, subject: Subject, now: int) -> Sequence[DueFact]:
    """Return what the agent is to speak of; before others nobody is reminded of what they do."""
    return () if conversation.is_group else due_facts(subject.known_facts, now)


def soul_in_scene(agent: Agent, conversation: str, person: str, now: int) -> Soul:
    """Return the agent's soul as this conversation knows it, with all macros expanded.

    What is random in its texts is drawn once for a conversation, so that a prompt's beginning
    stays the same.
    """
    tells_time, draws_chance = _depends_on(SoulKey(agent.soul))
    return _expanded(
        SoulKey(agent.soul),
        person,
        chance_seed(agent.id, conversation) if draws_chance else "",
        now // MINUTE * MINUTE if tells_time else None,
    )


@lru_cache(maxsize=64)
def _depends_on(same: SoulKey) -> tuple[bool, bool]:
    return depends_on(same.soul)


@personal_cache(256)
def _expanded(same: SoulKey, person: str, seed: str, now: int | None) -> Soul:
    return expanded(same.soul, make_scene(person, now, lasting_seed=seed))


async def _naming(
    runtime: Runtime, conversation: Conversation, lines: Sequence[Line], person_name: str
) -> Callable[[Sequence[Line]], list[Line]]:
    """Return a function that replaces the ids of speakers by names, in a group by usernames."""
    names: dict[str, str] = {}
    for speaker in sorted({line.speaker for line in lines if not line.mine}):
        account = await runtime.lookups.account(speaker) if conversation.is_group else None
        fallback = speaker if conversation.is_group else person_name or SOMEBODY
        names[speaker] = account.username if account else fallback
    return lambda lines: [replace(x, speaker=names.get(x.speaker, "")) for x in lines]
