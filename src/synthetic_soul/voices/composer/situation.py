"""The scene of one reply: how close they are, what hangs in the air, what was just asked."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from synthetic_soul.caches import LRUCache
from synthetic_soul.mind.interpretation import Act, Cue, Cues
from synthetic_soul.nlu.affect.grief import grief_in, mentions_death
from synthetic_soul.nlu.safety.crisis import detect_crisis
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.nlu.text.sentences import normalise
from synthetic_soul.voices.composer import grammar
from synthetic_soul.voices.composer.grammar import HOUR
from synthetic_soul.voices.composer.selection import Character, PhraseSelector, character

if TYPE_CHECKING:
    from synthetic_soul.voices.base import Brief, KnownFact, Line

HURT: Final = 0.35
WARY: Final = 0.15
_DEAR: Final = 0.6
_FRIEND: Final = 0.3
_COLD: Final = -0.3
_FEW: Final = 3
_TENDER_FOR: Final = 3 * HOUR
_ANSWER_WITHIN: Final = 6 * HOUR
_WATCHFUL_FOR: Final = 72 * HOUR
_STILL: Final = 5
_STILL_WORRIED: Final = 3
_BEREAVED_FOR: Final = 7 * 24 * HOUR
_LIGHT: Final = 0.4
_NAME_SHARE: Final = 0.3
_MARKS: Final = 4
LOST: Final = frozenset({"lost", "late"})
"""The roots of facts about somebody who is no more, lately or long since."""
_OF_THEM: Final = frozenset(plain_words("he him his she her hers it its they them their"))

_WEIGHTS: Final[LRUCache[bytes, str]] = LRUCache(4096)
"""What weighs on lines read lately, by the SHA-256 of their text: no words are kept."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the moves ask of a brief, worked out once.

    ``closeness`` is new, known, friend, dear or cold; ``temper`` the same, or wary or hurt
    while something rankles. ``spoken`` is the words in one line, with a space at both ends.
    ``weight`` is what weighs on the talk: grief, worry, danger or nothing; ``lost`` who is
    grieved for (turned, may be empty). ``asked`` is the question she put last.
    """

    brief: Brief
    who: Character
    text: str
    words: tuple[str, ...]
    closeness: str
    temper: str
    weight: str
    lost: str
    asked: str
    again: int = 0
    """How often the person said just this shortly before."""

    def does(self, *acts: Act) -> bool:
        """Whether what was heard does any of ``acts``."""
        return self.brief.interpretation.does(*acts)

    def has(self, *cues: Cue) -> bool:
        """Return whether any of the cues stands in what was said."""
        return self.cues.has(*cues)

    @property
    def cues(self) -> Cues:
        """What the words show beyond their acts."""
        return self.brief.interpretation.cues

    @property
    def tender(self) -> bool:
        """Whether grief or danger was spoken of just before."""
        return bool(self.weight)

    @property
    def bereaved(self) -> bool:
        """Whether somebody of theirs died a few days ago at most, as far as is known."""
        return _fresh_loss(self.brief, _BEREAVED_FOR)

    @property
    def pressed(self) -> bool:
        """Whether her last two replies both asked something, so that a question is one too many."""
        mine = [line.text for line in self.brief.recent_lines if line.mine][-2:]
        return len(mine) > 1 and all("?" in text for text in mine)

    @property
    def guarded(self) -> bool:
        """Whether she keeps her distance."""
        return self.temper in {"wary", "hurt", "cold"}

    @property
    def light(self) -> bool:
        """Whether play has its place here."""
        return not (self.tender or self.guarded)

    def ago(self, at: int) -> str:
        """When ``at`` was, seen from now."""
        return grammar.ago(max(0, self.brief.now - at))

    def known(self, topic: str) -> KnownFact | None:
        """The newest fact held under ``topic``, if one is."""
        found = [fact for fact in self.brief.known_facts if fact.topic == topic]
        return max(found, key=lambda fact: (fact.at, fact.id)) if found else None


def assess(brief: Brief) -> Situation:
    """Take in the scene of ``brief``."""
    text = brief.interpretation.text or "\n".join(line.text for line in brief.messages)
    closeness = _closeness(brief)
    hurt = brief.relationship.hurt
    temper = "hurt" if hurt >= HURT else "wary" if hurt >= WARY else closeness
    weight, lost = _weight(brief)
    words = plain_words(text)
    return Situation(
        brief=brief,
        who=character(brief.soul),
        text=text,
        words=tuple(words),
        closeness=closeness,
        temper=temper,
        weight=weight,
        lost=lost,
        asked=_asked(brief),
        again=_again(brief, text),
    )


def _again(brief: Brief, text: str) -> int:
    """How many of the lines just before say the same, but for case and marks."""
    near = [line.text for line in _theirs(brief) if abs(len(line.text) - len(text)) <= _MARKS]
    return sum(plain_words(line) == plain_words(text) for line in near)


def _closeness(brief: Brief) -> str:
    standing = brief.relationship
    if standing.label == "enemy" or standing.liking <= _COLD:
        return "cold"
    if standing.label in {"best friend", "romantic partner"} or standing.liking >= _DEAR:
        return "dear"
    if standing.label == "friend" or standing.liking >= _FRIEND:
        return "friend"
    return "new" if standing.messages < _FEW else "known"


def _weight(brief: Brief) -> tuple[str, str]:
    """What weighs on the conversation, and on account of whom (turned, may be empty)."""
    interpretation = brief.interpretation
    before = [] if interpretation.does(Act.LAUGH, Act.GOOD_NEWS) else _theirs(brief)[:_STILL]
    weights = [weight_of(line.text) for line in before]
    for line, weight in zip(before, weights, strict=True):
        if weight == "danger" and brief.now - line.at <= _WATCHFUL_FOR:
            return "danger", ""
    for place, (line, weight) in enumerate(zip(before, weights, strict=True)):
        near = place < _STILL_WORRIED or interpretation.does(Act.FAREWELL)
        lasting = weight in {"death", "parting"} or (weight == "worry" and near)
        if lasting and brief.now - line.at <= _TENDER_FOR:
            grief = grief_in(line.text)
            lost = (grammar.turn(grief.whom) if grief else None) or ""
            return ("grief" if weight == "death" else "worry"), lost
    # "We buried him today": what is said now may be heavy without being news.
    if interpretation.does(Act.BAD_NEWS, Act.LAUGH, Act.GOOD_NEWS) or "?" in interpretation.text:
        return "", ""
    heavy = interpretation.grief or _still_of_it(brief)
    return ("grief", "") if heavy else ("", "")


def weight_of(text: str) -> str:
    """What weighs on whoever said ``text``: danger, death, parting, worry, or ""."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    weight = _WEIGHTS.get(digest)
    if weight is None:
        if detect_crisis(normalise(text)):
            weight = "danger"
        else:
            grief = grief_in(text)
            weight = grief.kind if grief else ""
        _WEIGHTS.put(digest, weight)
    return weight


def _fresh_loss(brief: Brief, within: int) -> bool:
    return any(root(fact) == "lost" and brief.now - fact.at <= within for fact in brief.known_facts)


def _still_of_it(brief: Brief) -> bool:
    """Whether what is said soon after a death was told is still about the dead, or takes leave."""
    if not _fresh_loss(brief, HOUR) or brief.interpretation.does(Act.LAUGH, Act.GOOD_NEWS):
        return False
    spoken = set(plain_words(brief.interpretation.text))
    kinds = {fact.topic.rpartition(":")[2] for fact in brief.known_facts if root(fact) == "lost"}
    names = {fact.value.casefold() for fact in brief.known_facts if root(fact) == "lost"}
    return bool(spoken & (_OF_THEM | kinds | names)) or brief.interpretation.does(Act.FAREWELL)


def root(fact: KnownFact) -> str:
    """The first part of a fact's topic: "pet" of "pet:dog"."""
    return fact.topic.partition(":")[0]


def mourned(brief: Brief, *names: str) -> bool:
    """Whether somebody of these names (or kinds) is known as dead, or was spoken of so."""
    lines = [
        line.text
        for line in (*brief.recent_lines, *brief.recalled_lines, *brief.messages)
        if not line.mine
    ]
    gone = [text.casefold() for text in (*lines, *brief.observations) if mentions_death(text)]
    lost = {fact.value.casefold() for fact in brief.known_facts if root(fact) in LOST}
    keys = [name.casefold().removeprefix("your ") for name in names if name]
    return any(
        key in lost or any(re.search(rf"\b{re.escape(key)}\b", text) for text in gone)
        for key in keys
    )


def departed(brief: Brief, fact: KnownFact, name: str) -> bool:
    """Whether the one that a fact of a person or an animal is about is no more."""
    kind = fact.topic.partition(":")[2]
    if mourned(brief, name or kind):
        return True
    # "My dog died": if there is one dog only, it is that one.
    alone = sum(other.topic == fact.topic for other in brief.known_facts) == 1
    gone = {f"{word}:{fact.topic}" for word in LOST}
    return alone and any(other.topic in gone and other.value == kind for other in brief.known_facts)


def _theirs(brief: Brief) -> list[Line]:
    """What others said just before, newest first."""
    return [line for line in reversed(brief.recent_lines) if not line.mine]


def _asked(brief: Brief) -> str:
    """The question at the end of her last line, unless it is too long ago to be answered."""
    if not brief.recent_lines or not brief.recent_lines[-1].mine:
        return ""
    last = brief.recent_lines[-1]
    found = re.search(r"([^.!?]+\?)[\s”\"]*$", last.text)
    fresh = brief.now - last.at <= _ANSWER_WITHIN
    return found[1].strip() if found and fresh else ""


def phrase_selector(situation: Situation, attempt: int = 0) -> PhraseSelector:
    """The chooser for one try at a reply to this scene."""
    brief = situation.brief
    said = [text.casefold() for text in brief.earlier_replies]
    selector = PhraseSelector(
        character=situation.who,
        seed=f"{brief.purpose}\x1f{situation.text}\x1f{len(said)}\x1f{brief.relationship.messages}",
        said=said,
        fields={"me": brief.name, "comma": ""},
        temper=situation.temper,
        sober=situation.tender,
        attempt=attempt,
    )
    name = clean(brief.person_name)
    if name and not any(name.casefold() in text for text in said[:2]):
        selector.fields["name"] = name
        if brief.is_group or selector.chance("name", _NAME_SHARE):
            selector.fields["comma"] = f", {name}"
    if situation.lost:
        selector.fields["lost"] = situation.lost
    return selector


def clean(value: str) -> str:
    """A value fit to stand in a sentence: one line, no braces, no stop at its end."""
    return " ".join(re.sub(r"[{}\[\]<>\x00-\x1f\"“”]", " ", value).split()).rstrip(".,;:!? ")
