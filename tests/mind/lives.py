"""Helpers for the tests of the mind: an agent, a person, and short histories."""

from __future__ import annotations

from typing import TYPE_CHECKING

from synthetic_soul.mind import reduce
from synthetic_soul.mind.appraisal import appraise
from synthetic_soul.mind.events import (
    Answered,
    FactLearned,
    Felt,
    Impulse,
    MessageHeard,
    ReplySpoken,
    SentimentsMoved,
    SoulAdopted,
    TraitsMoved,
    Words,
)
from synthetic_soul.mind.interpretation import Act, Interpretation, LifeEvent
from synthetic_soul.mind.tables.traits import TRAITS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from synthetic_soul.mind.events import Event
    from synthetic_soul.mind.state import Bond, Mind

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
BIRTH = 1_750_000_000_000
ADA = "ada"

WARM = {
    "friendliness": 0.8,
    "humor": 0.6,
    "curiosity": 0.8,
    "optimism": 0.5,
    "affection": 0.5,
    "empathy": 0.6,
    "compassion": 0.5,
    "sociability": 0.5,
    "resilience": 0.3,
    "forgiveness": 0.4,
}

SMALL_TALK = Interpretation("")
GREETING = Interpretation("", acts=(Act.GREET,), valence=0.2, arousal=0.2)
TELLING = Interpretation("", acts=(Act.TELL,), valence=0.1, arousal=0.2)
PRAISE = Interpretation("", acts=(Act.PRAISE,), attitude=0.7, valence=0.7, arousal=0.4)
THANKS = Interpretation("", acts=(Act.THANK,), attitude=0.4, valence=0.5, arousal=0.3)
LOVE = Interpretation("", acts=(Act.LOVE,), attitude=0.9, valence=0.8, arousal=0.6)
INSULT = Interpretation(
    "", acts=(Act.INSULT,), attitude=-0.9, valence=-0.8, arousal=0.6, feelings={"anger": 0.7}
)
APOLOGY = Interpretation("", acts=(Act.APOLOGISE,), attitude=0.2, arousal=0.2)
THREAT = Interpretation("", acts=(Act.THREATEN,), attitude=-1.0, valence=-0.9, arousal=0.8)
GRIEF = Interpretation(
    "",
    acts=(Act.BAD_NEWS, Act.TELL),
    life_event=LifeEvent.DEATH,
    event_subject="my dog",
    valence=-0.8,
    arousal=0.4,
    feelings={"sadness": 0.8, "love": 0.4},
)
JOY = Interpretation(
    "",
    acts=(Act.GOOD_NEWS, Act.TELL),
    life_event=LifeEvent.JOB,
    event_subject="I",
    valence=0.9,
    arousal=0.8,
    feelings={"excitement": 0.7, "happiness": 0.5},
)


def words(text: str = "", owner: str = ADA) -> Words:
    """Sealed words with a fixed salt."""
    return Words.seal(text, owner=owner, salt=bytes(16))


def adoption(traits: dict[str, float] | None = None, digest: str = "d1") -> SoulAdopted:
    """The event an agent begins with."""
    return SoulAdopted(
        name="Jasmine", digest=digest, soul={}, traits=WARM if traits is None else traits
    )


def born(traits: dict[str, float] | None = None, at: int = BIRTH) -> Mind:
    """A mind that has just adopted its soul."""
    return reduce.step(None, None, adoption(traits), at)[0]


def impulses(*pairs: tuple[str, float]) -> tuple[Impulse, ...]:
    """Impulses of one cause."""
    return tuple(Impulse(dimension=name, amount=amount, cause="test") for name, amount in pairs)


def message_heard(at: int, person: str = ADA) -> MessageHeard:
    """A message of the person."""
    return MessageHeard(id=f"m{at}", conversation=f"dm:{person}", person=person, words=words())


def reply_spoken(at: int, person: str = ADA) -> ReplySpoken:
    """The reply to that message."""
    return ReplySpoken(
        conversation=f"dm:{person}",
        answers=(Answered(message=f"m{at}"),),
        id=f"r{at}",
        person=person,
        words=words(owner=person),
        expression="polite_smile",
    )


def fact_learned(
    fact: str,
    *,
    person: str = ADA,
    replaces: tuple[str, ...] = (),
    ends: tuple[str, ...] = (),
    certain: bool = True,
) -> FactLearned:
    """A fact about the person."""
    return FactLearned(
        id=fact,
        person=person,
        conversation=f"dm:{person}",
        topic="name",
        value=words(fact, person),
        by="m1",
        replaces=replaces,
        ends=ends,
        certain=certain,
    )


def live(mind: Mind, bond: Bond | None, events: Iterable[Event], at: int) -> tuple[Mind, Bond]:
    """Mind and bond after events that concern one person."""
    for event in events:
        mind, bond = reduce.step(mind, bond, event, at)
    assert bond is not None
    return mind, bond


def turn(
    mind: Mind, bond: Bond | None, interpretation: Interpretation, at: int
) -> tuple[Mind, Bond, list[Event]]:
    """One message and its reply; with the events, as a journal would hold them."""
    events: list[Event] = [message_heard(at)]
    mind, bond = live(mind, bond, events, at)
    appraisal = appraise(interpretation, mind, bond, at)
    more: list[Event] = [
        Felt(person=ADA, impulses=appraisal.emotions),
        SentimentsMoved(person=ADA, impulses=appraisal.sentiments),
        TraitsMoved(impulses=appraisal.traits),
        reply_spoken(at),
    ]
    mind, bond = live(mind, bond, more, at)
    return mind, bond, events + more


def talk(
    interpretations: Iterable[Interpretation],
    *,
    mind: Mind | None = None,
    bond: Bond | None = None,
    start: int = BIRTH,
    every: int = 3 * MINUTE,
) -> tuple[Mind, Bond, int]:
    """A conversation, one turn ``every`` ms; with the time of its last turn."""
    mind = mind or born(at=start)
    at = start
    for count, interpretation in enumerate(interpretations):
        at = start + count * every
        mind, bond, _ = turn(mind, bond, interpretation, at)
    assert bond is not None
    return mind, bond, at


def levels(value: float) -> dict[str, float]:
    """Every trait at the same level."""
    return dict.fromkeys(TRAITS, value)
