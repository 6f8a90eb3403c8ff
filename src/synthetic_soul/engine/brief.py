"""Mind, bond and recall made into a brief: the one border that a person's words cross.

Everything here is taken from one conversation and from one person's bond. Facts told in private
enter a group's brief never; a group's lines enter no private brief.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from synthetic_soul.mind import state
from synthetic_soul.voices.base import Brief, Known, Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from synthetic_soul.engine.conversation import Conversation
    from synthetic_soul.engine.parts import Agent, Parts
    from synthetic_soul.mind.reading import Reading
    from synthetic_soul.mind.state import Bond, Mind
    from synthetic_soul.voices.base import Line

RECALLED = 6
SOMEBODY = "them"


async def known_facts(parts: Parts, agent: str, bond: Bond | None, audience: str) -> list[Known]:
    """What is held of a person and may be said in the conversation ``audience``, oldest first."""
    if bond is None:
        return []
    facts = [f for f in bond.facts if f.conversation == audience or audience.startswith("dm:")]
    words = await parts.store.words(agent, [fact.digest for fact in facts])
    return [
        Known(fact.id, fact.topic, words[fact.digest], fact.at)
        for fact in facts
        if fact.digest in words
    ]


def standing(bond: Bond | None, waiting: int, now: int) -> Standing:
    """How the agent stands to a person of whom ``waiting`` messages are being answered."""
    if bond is None:
        return Standing()
    earlier = bond.messages - waiting
    return Standing(
        label=state.relationship(bond, now),
        liking=state.liking(bond, now),
        sentiments=state.sentiments(bond, now),
        met_at=bond.met_at if earlier > 0 else None,
        away=bond.away,
        messages=max(0, earlier),
        hurt=state.hurt(bond, now),
    )


def name_of(known: Sequence[Known], username: str) -> str:
    """What to call the person: the name they gave, else the name they signed up with."""
    names = [fact.value for fact in known if fact.topic == "name"]
    return names[-1] if names else username


async def _namer(
    parts: Parts, talk: Conversation, lines: Sequence[Line], person: str
) -> Callable[[Sequence[Line]], list[Line]]:
    """Gives the speakers of lines the names they go by: in a group those they signed up with."""
    names: dict[str, str] = {}
    for speaker in sorted({line.speaker for line in lines if not line.mine}):
        account = await parts.store.account(speaker) if talk.group else None
        alone = speaker if talk.group else person or SOMEBODY
        names[speaker] = account.username if account else alone
    return lambda lines: [replace(x, speaker=names.get(x.speaker, "")) for x in lines]


async def build(
    parts: Parts,
    agent: Agent,
    talk: Conversation,
    *,
    reading: Reading,
    mind: Mind,
    standing: Standing,
    heard: Sequence[Line] = (),
    known: Sequence[Known] = (),
    learned: Sequence[Known] = (),
    forgotten: Sequence[Known] = (),
    causes: Sequence[str] = (),
    person: str = "",
    thought: str = "",
    purpose: str = "reply",
) -> Brief:
    """The brief for one utterance in ``talk``; ``person`` is the name to call them by."""
    now = parts.clock()
    unseen = {line.id for line in heard} | talk.waiting
    tail = talk.tail(parts.settings.message_retention, without=unseen)
    shown = unseen | {line.id for line in tail}
    cue = reading.text if heard else ""
    recalled = (
        talk.recall(cue, person=heard[-1].speaker, now=now, without=shown, limit=RECALLED)
        if cue
        else []
    )
    mood = state.mood(mind, now)
    named = await _namer(parts, talk, [*heard, *tail, *recalled], person)
    return Brief(
        soul=agent.soul,
        name=agent.soul.name,
        reading=reading,
        now=now,
        purpose=purpose,
        heard=named(heard),
        tail=named(tail),
        recalled=named(recalled),
        known=known,
        forgotten=forgotten,
        learned=learned,
        emotions=state.emotions(mind, now),
        mood=(mood.pleasure, mood.arousal, mood.dominance),
        traits=state.traits(mind, now),
        feeling=state.describe(mind, now),
        expression=state.expression(mind, now, reading),
        standing=standing,
        person=person,
        noted=tuple(talk.noted),
        said=tuple(talk.said),
        thought=thought,
        causes=causes,
        group=talk.group,
    )
