"""Mind, bond and recall made into a brief: the one border that a person's words cross.

Everything here is taken from one conversation and from one person's bond. Facts told in private
enter a group's brief never; a group's lines enter no private brief.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from synthetic_soul.mind import state
from synthetic_soul.voices.base import Brief, KnownFact, Lore, Relationship
from synthetic_soul.voices.composer import grammar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from synthetic_soul.engine.runtime import Agent, Runtime
    from synthetic_soul.engine.state.conversation import Conversation
    from synthetic_soul.mind.interpretation import Interpretation
    from synthetic_soul.mind.state import Bond, Mind
    from synthetic_soul.voices.base import Line

RECALLED = 6
LORE = 3
LONGEST_LORE = 300
SOMEBODY = "them"


async def known_facts(
    parts: Runtime, agent: str, bond: Bond | None, audience: str
) -> list[KnownFact]:
    """What is held of a person and may be said in the conversation ``audience``, oldest first."""
    if bond is None:
        return []
    facts = [f for f in bond.facts if f.conversation == audience or audience.startswith("dm:")]
    words = await parts.recent.texts(agent, [fact.digest for fact in facts])
    return [
        KnownFact(fact.id, fact.topic, words[fact.digest], fact.at)
        for fact in facts
        if fact.digest in words
    ]


def standing(bond: Bond | None, waiting: int, now: int) -> Relationship:
    """How the agent stands to a person of whom ``waiting`` messages are being answered."""
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
    )


def name_of(known: Sequence[KnownFact], username: str) -> str:
    """What to call the person: the name they gave, else the name they signed up with."""
    names = [fact.value for fact in known if fact.topic == "name"]
    return names[-1] if names else username


async def _namer(
    parts: Runtime, talk: Conversation, lines: Sequence[Line], person: str
) -> Callable[[Sequence[Line]], list[Line]]:
    """Gives the speakers of lines the names they go by: in a group those they signed up with."""
    names: dict[str, str] = {}
    for speaker in sorted({line.speaker for line in lines if not line.mine}):
        account = await parts.recent.account(speaker) if talk.group else None
        alone = speaker if talk.group else person or SOMEBODY
        names[speaker] = account.username if account else alone
    return lambda lines: [replace(x, speaker=names.get(x.speaker, "")) for x in lines]


@dataclass(frozen=True, slots=True)
class Matter:
    """What an utterance is about; fields as in ``Brief``, with ids of persons as speakers."""

    interpretation: Interpretation
    standing: Relationship
    heard: Sequence[Line] = ()
    known: Sequence[KnownFact] = ()
    learned: Sequence[KnownFact] = ()
    forgotten: Sequence[KnownFact] = ()
    causes: Sequence[str] = ()
    person: str = ""
    thought: str = ""
    purpose: str = "reply"


def _brought_back(
    parts: Runtime, talk: Conversation, matter: Matter
) -> tuple[Sequence[Line], Sequence[Line]]:
    """The conversation's tail, and the older lines that what was heard brings back."""
    unseen = {line.id for line in matter.heard} | talk.waiting
    tail = talk.tail(parts.settings.message_retention, without=unseen)
    if not matter.heard:
        return tail, ()
    shown = unseen | {line.id for line in tail}
    recalled = talk.recall(
        matter.interpretation.text,
        person=matter.heard[-1].speaker,
        now=parts.clock(),
        without=shown,
        limit=RECALLED,
    )
    return tail, recalled


def lore_of(agent: Agent, matter: Matter) -> tuple[Lore, ...]:
    """What the words heard bring back of the memories that the soul brought along.

    They are its author's, so anybody may hear of them; where somebody is in danger they are no
    matter.
    """
    if not matter.heard or matter.interpretation.crisis is not None:
        return ()
    found = agent.lore.query(matter.interpretation.text, limit=LORE)
    return tuple(
        Lore(each.memory.id, grammar.clip(each.memory.core_memory, LONGEST_LORE))
        for each in found
        if each.score > 0
    )


async def build(
    parts: Runtime, agent: Agent, talk: Conversation, mind: Mind, matter: Matter
) -> Brief:
    """The brief for one utterance in ``talk``, with ``mind`` as it is once all is taken in."""
    tail, recalled = _brought_back(parts, talk, matter)
    named = await _namer(parts, talk, [*matter.heard, *tail, *recalled], matter.person)
    return replace(
        _as_felt(agent, talk, mind, matter, parts.clock()),
        messages=named(matter.heard),
        recent_lines=named(tail),
        recalled_lines=named(recalled),
        lore=lore_of(agent, matter),
    )


def _as_felt(agent: Agent, talk: Conversation, mind: Mind, matter: Matter, now: int) -> Brief:
    """The brief but for the lines of the conversation."""
    mood = state.mood(mind, now)
    return Brief(
        soul=agent.soul,
        name=agent.soul.name,
        interpretation=matter.interpretation,
        now=now,
        purpose=matter.purpose,
        known_facts=matter.known,
        forgotten_facts=matter.forgotten,
        learned_facts=matter.learned,
        emotions=state.emotions(mind, now),
        mood=(mood.pleasure, mood.arousal, mood.dominance),
        traits=state.traits(mind, now),
        feeling=state.describe(mind, now),
        expression=state.expression(mind, now, matter.interpretation),
        relationship=matter.standing,
        person_name=matter.person,
        observations=tuple(talk.noted),
        earlier_replies=tuple(talk.said),
        thought=matter.thought,
        causes=matter.causes,
        is_group=talk.group,
    )
