"""The profile of a person: what an agent knows of them, by topic, and what they want unmentioned.

It is a view over facts, for the person themselves; hidden ones are listed like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from pydantic import Field

from soulscript.text import terms
from synthetic_soul.engine.memory.facts import all_facts
from synthetic_soul.engine.memory.hidden import (
    MAX_SUBJECTS,
    HiddenSubject,
    hidden_subjects,
    named_by,
)
from synthetic_soul.engine.state.conversation_ids import private_conversation
from synthetic_soul.engine.views import LineView, View
from synthetic_soul.errors import InvalidInput, NotFound
from synthetic_soul.mind.events import SubjectHidden, SubjectShown
from synthetic_soul.nlu.mention_wishes import MAX_SUBJECT_CHARS, subject_of

if TYPE_CHECKING:
    from synthetic_soul.engine.agents import Agent
    from synthetic_soul.engine.runtime import ReadsTexts, Runtime
    from synthetic_soul.mind.state import Bond, Fact
    from synthetic_soul.voices.base import KnownFact

_ORDER: Final = (
    "name", "age", "birthday", "home", "origin", "work", "study", "relationship", "person", "pet",
    "lost", "plan", "hobby", "like", "dislike", "favourite",
)  # fmt: skip
"""Roots of topics in the order of a profile; others follow by name."""


class ProfileFact(View):
    """A fact as a profile shows it to the person whom it is about."""

    id: str
    topic: str
    value: str
    kind: Literal["said", "inferred", "hearsay"] = Field(
        description="said: told by you; inferred: found by reflection in what you said; "
        "hearsay: told by another person in a group that you are in"
    )
    told_by: str | None = Field(
        default=None, description="the username of who told hearsay; null else"
    )
    told_in: str | None = Field(default=None, description="the group it was told in; null else")
    certain: bool = Field(description="false where only a weak sign told it")
    since: int = Field(description="when it was learned, in milliseconds since 1970")
    until: int | None = Field(description="when it ceased to hold; null while it holds")
    source: str | None = Field(description="id of the message, or note, that told it")
    used: int = Field(description="replies that had its words")
    last_used: int | None = Field(description="when the last of them was; null: never")
    hidden: bool = Field(description="true: the agent never mentions it")


class ProfileTopic(View):
    """What is known of one topic: what holds first, the newest first."""

    topic: str = Field(description="what the topics of its facts have in common", examples=["pet"])
    facts: list[ProfileFact]


class HiddenSubjectView(View):
    """A subject that the agent never mentions, as you called it."""

    id: str
    text: str
    since: int = Field(description="when you asked for it, in milliseconds since 1970")


class ProfileView(View):
    """What an agent knows of the person who asks, and what it does not mention."""

    topics: list[ProfileTopic]
    hidden_subjects: list[HiddenSubjectView]


async def profile(runtime: Runtime, agent: Agent, person: str, search: str = "") -> ProfileView:
    """Return what an agent knows of a person; with ``search`` what shares words with it."""
    await agent.state.catch_up()
    return await profile_of(runtime, agent.id, await agent.state.bond(person), search)


async def profile_of(
    reads: ReadsTexts, agent: str, bond: Bond | None, search: str = ""
) -> ProfileView:
    """Return the profile of the person of a bond: topics in order, in each what holds first."""
    kept = {fact.id: fact for fact in bond.facts} if bond else {}
    facts = _found(await all_facts(reads, agent, bond), search)
    facts.sort(key=lambda fact: (*_place(fact.root), fact.ended_at is not None, -fact.at, fact.id))
    subjects = await hidden_subjects(reads, agent, bond)
    views = {each.id: await _fact_view(reads, agent, each, kept[each.id]) for each in facts}
    return ProfileView(
        topics=[
            ProfileTopic(topic=root, facts=[views[each.id] for each in group])
            for root, group in groupby(facts, key=lambda fact: fact.root)
        ],
        hidden_subjects=[_subject_view(each) for each in subjects],
    )


def _found(facts: Iterable[KnownFact], search: str) -> list[KnownFact]:
    asked = set(terms(search))
    return [
        fact
        for fact in facts
        if not search.strip()
        or not asked.isdisjoint(terms(f"{fact.topic.replace(':', ' ')} {fact.value}"))
    ]


def _place(root: str) -> tuple[int, str]:
    return (_ORDER.index(root) if root in _ORDER else len(_ORDER)), root


async def _fact_view(reads: ReadsTexts, agent: str, known: KnownFact, fact: Fact) -> ProfileFact:
    """Return a fact as the profile shows it: its words, and what the state holds of it."""
    kind: Literal["said", "inferred", "hearsay"] = "inferred" if fact.inferred else "said"
    told_by = None
    if fact.hearsay:
        kind = "hearsay"
        told_by = await _username(reads, await reads.lookups.speaker(agent, fact.by or ""))
    return ProfileFact(
        id=known.id,
        topic=known.topic,
        value=known.value,
        kind=kind,
        told_by=told_by,
        told_in=fact.conversation if fact.hearsay else None,
        certain=fact.certain,
        since=known.at,
        until=known.ended_at,
        source=fact.by,
        used=fact.used,
        last_used=fact.used_at,
        hidden=known.hidden,
    )


async def _username(reads: ReadsTexts, person: str) -> str | None:
    account = await reads.lookups.account(person) if person else None
    return account.username if account else None


def _subject_view(each: HiddenSubject) -> HiddenSubjectView:
    return HiddenSubjectView(id=each.id, text=each.subject.text, since=each.at)


async def set_hidden(
    runtime: Runtime, agent: Agent, person: str, id: str, *, hidden: bool
) -> ProfileFact:
    """Hide a fact, or let it be mentioned again; ``NotFound`` where there is none.

    With the latter the subjects that mean it are taken back.
    """
    known, bond = await _known(runtime, agent, person, id)
    everything = await all_facts(runtime, agent.id, bond)
    if known.hidden is not hidden:
        event: SubjectHidden | SubjectShown
        conversation = private_conversation(person)
        if hidden:
            event = SubjectHidden(
                id=runtime.new_id(agent.id), person=person, conversation=conversation, facts=(id,)
            )
        else:
            freed = [known, *(x for x in everything if x.hidden and known.topic in named_by(x))]
            subjects = await hidden_subjects(runtime, agent.id, bond)
            event = SubjectShown(
                person=person,
                conversation=conversation,
                facts=tuple(fact.id for fact in freed),
                subjects=tuple(x.id for x in subjects if any(x.means(fact) for fact in freed)),
            )
        await agent.state.append([event], at=runtime.clock())
        known, bond = await _known(runtime, agent, person, id)
    fact = next(fact for fact in bond.facts if fact.id == id)
    return await _fact_view(runtime, agent.id, known, fact)


async def _known(runtime: Runtime, agent: Agent, person: str, id: str) -> tuple[KnownFact, Bond]:
    await agent.state.catch_up()
    bond = await agent.state.bond(person)
    for fact in await all_facts(runtime, agent.id, bond):
        if fact.id == id and bond is not None:
            return fact, bond
    raise NotFound("there is no such fact", code="memory_not_found")


async def hide_subject(runtime: Runtime, agent: Agent, person: str, text: str) -> HiddenSubjectView:
    """Hide a subject by what the person calls it, with all that is known and will be told of it.

    ``InvalidInput`` for words that name nothing, or beyond ``MAX_SUBJECTS``.
    """
    await agent.state.catch_up()
    bond = await agent.state.bond(person)
    if bond is not None and bond.erased:
        raise NotFound("there is nobody to remember", code="person_not_found")
    said = " ".join(text.split())
    subject = subject_of(said)
    if not subject.topics or len(said) > MAX_SUBJECT_CHARS:
        raise InvalidInput(
            f"name a subject in up to {MAX_SUBJECT_CHARS} characters", code="bad_subject"
        )
    subjects = await hidden_subjects(runtime, agent.id, bond)
    same = next((x for x in subjects if x.subject.topics == subject.topics), None)
    if same is not None:
        return _subject_view(same)
    if len(subjects) >= MAX_SUBJECTS:
        raise InvalidInput(f"up to {MAX_SUBJECTS} subjects can be hidden", code="too_many_subjects")
    words = runtime.seal(said, person)
    conversation = private_conversation(person)
    new = HiddenSubject(runtime.new_id(agent.id), words.digest, subject, conversation, 0)
    facts = await all_facts(runtime, agent.id, bond)
    event = SubjectHidden(
        id=new.id,
        person=person,
        conversation=conversation,
        facts=tuple(fact.id for fact in facts if not fact.hidden and new.means(fact)),
        subject=words,
    )
    entry = await agent.state.append([event], at=runtime.clock())
    return HiddenSubjectView(id=new.id, text=said, since=entry.at)


async def show_subject(runtime: Runtime, agent: Agent, person: str, id: str) -> None:
    """Let a subject, and the facts that it means, be mentioned again; ``NotFound`` without it.

    Two requests at once may have hidden the same subject twice; both are taken back.
    """
    await agent.state.catch_up()
    bond = await agent.state.bond(person)
    subjects = await hidden_subjects(runtime, agent.id, bond)
    subject = next((each for each in subjects if each.id == id), None)
    if subject is None:
        raise NotFound("there is no such subject", code="subject_not_found")
    facts = await all_facts(runtime, agent.id, bond)
    event = SubjectShown(
        person=person,
        conversation=subject.conversation,
        facts=tuple(fact.id for fact in facts if fact.hidden and subject.means(fact)),
        subjects=tuple(x.id for x in subjects if x.subject.topics == subject.subject.topics),
    )
    await agent.state.append([event], at=runtime.clock())


async def sources(runtime: Runtime, agent: Agent, person: str, id: str) -> list[LineView]:
    """Return the lines that a fact or a memory rests on, as far as they are still there.

    ``NotFound`` where there is neither.
    """
    await agent.state.catch_up()
    bond = await agent.state.bond(person)
    fact = next((fact for fact in bond.facts if fact.id == id), None) if bond else None
    if fact is not None:
        return await _lines(runtime, agent, fact.conversation, [fact.by] if fact.by else [])
    private = private_conversation(person)
    conversation = await runtime.conversations.get_whole(agent.id, private)
    kept = next((each for each in conversation.memories.live if each.id == id), None)
    if kept is None:
        raise NotFound("there is no such memory", code="memory_not_found")
    return await _lines(runtime, agent, private, kept.sources)


async def _lines(
    runtime: Runtime, agent: Agent, conversation_id: str, ids: Sequence[str]
) -> list[LineView]:
    conversation = await runtime.conversations.get_whole(agent.id, conversation_id)
    found = [await conversation.recallable_line(runtime.store, each) for each in ids]
    names = {
        line.speaker: await _username(runtime, line.speaker) if conversation.is_group else None
        for line in found
        if line is not None
    }
    return [
        LineView(
            id=line.id,
            from_agent=line.mine,
            username=names[line.speaker] or "",
            message=line.text,
            timestamp=line.at,
        )
        for line in found
        if line is not None
    ]
