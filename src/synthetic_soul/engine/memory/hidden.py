"""What a person wants not to be mentioned: facts, and subjects by what they called them.

Both stay known and are listed to the person. No brief holds them, nor lines, memories or thoughts
that are about them; what is told of such a subject later is hidden, too.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from synthetic_soul.engine.memory.fact_changes import is_meant
from synthetic_soul.engine.state.conversation_ids import is_private
from synthetic_soul.engine.state.recollection import ASKED, mention
from synthetic_soul.mind.events import FactForgotten, SubjectHidden, SubjectShown
from synthetic_soul.nlu.acts.questions import EVERYTHING
from synthetic_soul.nlu.mention_wishes import Subject, subject_of

if TYPE_CHECKING:
    from synthetic_soul.engine.runtime import ReadsTexts, Runtime
    from synthetic_soul.engine.state.conversation_memories import Kept
    from synthetic_soul.mind.interpretation import Interpretation
    from synthetic_soul.mind.state import Bond
    from synthetic_soul.voices.base import KnownFact, Line

MAX_SUBJECTS: Final = 100
"""Subjects that one person may hide; beyond them the oldest may be mentioned again."""
_MIN_VALUE_CHARS: Final = 3  # a shorter value stands in too many lines by chance
_NAMING: Final = frozenset({"person", "pet"})


@dataclass(frozen=True, slots=True)
class HiddenSubject:
    """A subject that was asked not to be mentioned, in the ``conversation`` named, at a time (ms).

    ``subject`` is what it is understood to mean, ``digest`` that of what it was called.
    """

    id: str
    digest: str
    subject: Subject
    conversation: str
    at: int

    def means(self, fact: KnownFact) -> bool:
        """Return whether a fact is about it, or its value names it."""
        if not self.subject.is_part and any(is_meant(fact, x) for x in self.subject.topics):
            return True
        kind = "" if fact.root == "favourite" else fact.topic.replace(":", " ")
        return self.subject.is_touched_by(f"{kind} {fact.value}")


async def hidden_subjects(
    runtime: ReadsTexts, agent: str, bond: Bond | None
) -> list[HiddenSubject]:
    """Return the subjects that a person has hidden, oldest first."""
    hidden = bond.hidden if bond else ()
    texts = await runtime.lookups.texts(agent, [each.digest for each in hidden]) if hidden else {}
    return [
        HiddenSubject(
            each.id, each.digest, subject_of(texts[each.digest]), each.conversation, each.at
        )
        for each in hidden
        if each.digest in texts
    ]


def marked(facts: Iterable[KnownFact], subjects: Sequence[HiddenSubject]) -> list[KnownFact]:
    """Return facts, with those hidden that one of the subjects means.

    Whoever is hidden by what they are ("my brother") is hidden by name, too.
    """
    facts = [
        replace(fact, hidden=fact.hidden or any(subject.means(fact) for subject in subjects))
        for fact in facts
    ]
    named = {topic for fact in facts if fact.hidden for topic in named_by(fact)}
    return [replace(fact, hidden=fact.hidden or fact.topic in named) for fact in facts]


def named_by(fact: KnownFact) -> tuple[str, ...]:
    """Return the topic under which more is known of whom a fact names: "person:Tom"."""
    return (f"{fact.root}:{fact.value}",) if fact.root in _NAMING else ()


@dataclass(frozen=True, slots=True)
class Hidden:
    """All that is not to be mentioned to a person: subjects, facts, and the lines that told these.

    ``lines`` are ids of messages; ``silent`` are the persons of whom nothing at all is to be
    mentioned. ``is_shared``: it is that of several persons.
    """

    subjects: tuple[HiddenSubject, ...] = ()
    facts: tuple[KnownFact, ...] = ()
    lines: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    is_shared: bool = False

    def touches(self, text: str) -> bool:
        """Return whether a text is about something hidden, or names it."""
        if self.silent and not self.is_shared:
            return True  # whatever is said between the two is about the person
        if any(each.subject.is_touched_by(text) for each in self.subjects):
            return True
        values = (fact.value for fact in self.facts)
        return any(len(x) >= _MIN_VALUE_CHARS and mention(x).search(text) for x in values)

    def without_lines(self, lines: Sequence[Line]) -> list[Line]:
        """Return the lines that may be told."""
        if not self:
            return [*lines]
        told = (x for x in lines if x.id not in self.lines and x.speaker not in self.silent)
        return [x for x in told if not self.touches(x.text)]

    def without_kept(self, kept: Sequence[Kept]) -> Sequence[Kept]:
        """Return the memories that may be told."""
        if not self:
            return kept
        return [x for x in kept if not x.rests_on(self.lines) and not self.touches(x.text)]

    def joined(self, other: Hidden) -> Hidden:
        """Return all that is not to be mentioned to two persons who are both there."""
        return Hidden(
            (*self.subjects, *other.subjects),
            (*self.facts, *other.facts),
            self.lines | other.lines,
            self.silent | other.silent,
            is_shared=True,
        )

    def labels(self, conversation: str) -> tuple[str, ...]:
        """Return what is not to be spoken of, in words; in a group what was said there alone.

        Of a fact that is its topic, never what is known.
        """
        private = is_private(conversation)
        said = [x.subject.text for x in self.subjects if private or x.conversation == conversation]
        apart = (fact for fact in self.facts if not any(x.means(fact) for x in self.subjects))
        return tuple(dict.fromkeys([*said, *(_label(fact.topic) for fact in apart if private)]))

    def __bool__(self) -> bool:
        """Return whether anything is hidden."""
        return bool(self.subjects or self.facts or self.lines)


NOTHING: Final = Hidden()


def mentionable(facts: Iterable[KnownFact]) -> tuple[KnownFact, ...]:
    """Return the facts that may be mentioned."""
    return tuple(fact for fact in facts if not fact.hidden)


def _label(topic: str) -> str:
    """Return a topic in words: "person:sister" as "my sister"; a name is no topic."""
    root, _, kind = topic.partition(":")
    if kind and root in _NAMING:
        return f"my {kind}" if kind[:1].islower() else "somebody I know"
    return f"my {root} {kind}".strip() if root == "favourite" else root


@dataclass(frozen=True, slots=True)
class MentionChanges:
    """The events by which a message hides and shows, and the subjects that are hidden after them.

    ``shown`` are the ids of facts, ``erased`` the digests of texts to be erased.
    """

    events: tuple[SubjectHidden | SubjectShown | FactForgotten, ...] = ()
    subjects: tuple[HiddenSubject, ...] = ()
    shown: frozenset[str] = frozenset()
    erased: tuple[str, ...] = ()

    def applied_to(self, facts: Iterable[KnownFact]) -> tuple[KnownFact, ...]:
        """Return facts, marked as they are after these events."""
        freed = (replace(x, hidden=False) if x.id in self.shown else x for x in facts)
        return tuple(marked(freed, self.subjects))


async def change_mentions(
    runtime: Runtime,
    agent: str,
    bond: Bond | None,
    interpretation: Interpretation,
    facts: Sequence[KnownFact],
    *,
    person: str,
    conversation: str,
    at: int,
) -> MentionChanges:
    """Return what a person's own messages hide and show; ``facts`` are all that are known then."""
    before = await hidden_subjects(runtime, agent, bond)
    forgotten = _meant(interpretation.forget_topics, before)
    before = [each for each in before if each not in forgotten]
    events: list[SubjectHidden | SubjectShown | FactForgotten] = []
    lifted, freed = _shown(interpretation.shown_subjects, before, facts)
    kept = [each for each in before if each.id not in lifted]
    for text in interpretation.hidden_subjects:
        subject = subject_of(text)
        if any(each.subject.topics == subject.topics for each in kept):
            continue
        words = runtime.seal(text, person)
        new = HiddenSubject(runtime.new_id(agent), words.digest, subject, conversation, at)
        kept.append(new)
        events.append(
            SubjectHidden(
                id=new.id,
                person=person,
                conversation=conversation,
                facts=tuple(fact.id for fact in facts if not fact.hidden and new.means(fact)),
                subject=words,
            )
        )
    lifted = (*lifted, *(each.id for each in kept[:-MAX_SUBJECTS]))
    if lifted or freed:
        event = SubjectShown(
            person=person, conversation=conversation, facts=freed, subjects=tuple(lifted)
        )
        events.insert(0, event)
    events += (
        FactForgotten(id=each.id, person=person, conversation=each.conversation, cause=ASKED)
        for each in forgotten
    )
    return MentionChanges(
        tuple(events),
        tuple(kept[-MAX_SUBJECTS:]),
        frozenset(freed),
        tuple(each.digest for each in forgotten),
    )


def _meant(topics: Collection[str], subjects: Sequence[HiddenSubject]) -> list[HiddenSubject]:
    """Return the subjects that share a topic with those named."""
    return [
        each
        for each in subjects
        if EVERYTHING in topics or not set(topics).isdisjoint(each.subject.topics)
    ]


def _shown(
    texts: Sequence[str], subjects: Sequence[HiddenSubject], facts: Sequence[KnownFact]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of the subjects and of the facts that may be mentioned again."""
    topics = {topic for text in texts for topic in subject_of(text).topics}
    lifted = _meant(topics, subjects)
    freed = [
        fact.id
        for fact in facts
        if fact.hidden
        and (any(is_meant(fact, x) for x in topics) or any(x.means(fact) for x in lifted))
    ]
    return tuple(each.id for each in lifted), tuple(freed)
