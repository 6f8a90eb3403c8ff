"""The dialogue situation of one reply: closeness, burden, the open question."""

import hashlib
import re
from dataclasses import dataclass, replace
from typing import Final

from soulscript import EngineNotes
from synthetic_soul.caches import LRUCache
from synthetic_soul.mind.interpretation import Act, Interpretation, Signal, Signals
from synthetic_soul.nlu.acts.talk_labels import TalkLabels, read_labels
from synthetic_soul.nlu.facts.verb_group import is_predicate
from synthetic_soul.nlu.life_events import grief_in, mentions_death
from synthetic_soul.nlu.mention_wishes import subject_of
from synthetic_soul.nlu.safety.crisis import detect_crisis
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.nlu.text.sentences import normalise
from synthetic_soul.voices.base import Brief, KnownFact, Line
from synthetic_soul.voices.composer import grammar
from synthetic_soul.voices.composer.selection import Character, Draw, PhraseSelector, character

MIN_HURT: Final = 0.35
MIN_WARY_HURT: Final = 0.15
_MIN_DEAR_LIKING: Final = 0.6
_MIN_FRIEND_LIKING: Final = 0.3
_MAX_COLD_LIKING: Final = -0.3
_NEW_UNTIL_MESSAGES: Final = 3
_TENDER_FOR: Final = 3 * grammar.HOUR
_ANSWER_WITHIN: Final = 6 * grammar.HOUR
_CLEARLY: Final = 0.55
_READ_AS: Final = {
    "greet": Act.GREET, "farewell": Act.FAREWELL, "thank": Act.THANK, "apologise": Act.APOLOGISE,
    "praise": Act.PRAISE, "comfort": Act.COMFORT, "affection": Act.LOVE,
    "ask_memory": Act.ASK_MEMORY, "ask_taste": Act.ASK_ABOUT_YOU, "ask_life": Act.ASK_ABOUT_YOU,
    "ask_advice": Act.ASK_OPINION, "ask_view": Act.ASK_OPINION, "ask_world": Act.ASK,
}  # fmt: skip
"""Acts of talk that have moves of their own."""
_PLAIN: Final = frozenset({Act.TELL, Act.SMALL_TALK, Act.LAUGH})
_HEAVY_LINES: Final = 5
_WORRY_LINES: Final = 3
_DANGER_LINES: Final = 3
_MIN_WORDS_ELSEWHERE: Final = 6
"""Whoever tells so much of something else, and nothing sad, is not asked after the danger again."""
"""After so many lines about something else, what is told is taken up again, gently."""
_BEREAVED_FOR: Final = 7 * 24 * grammar.HOUR
_MIN_NAME_CHARS: Final = 3
_NAME_SHARE: Final = 0.3
_MAX_EXTRA_CHARS: Final = 4
LOSS_ROOTS: Final = frozenset({"lost", "late"})
"""The roots of facts about the dead: who died lately, or long ago."""
_OF_THEM: Final = frozenset(plain_words("he him his she her hers it its they them their"))

_BURDENS: Final[LRUCache[bytes, str]] = LRUCache(4096)
"""Burdens of lines read lately, by the SHA-256 of their text: no words are kept."""


@dataclass(frozen=True, slots=True)
class Situation:
    """What the moves need of a brief, assessed once.

    ``closeness`` is new, known, friend, dear or cold; ``temper`` is the same, or wary or hurt after
    an insult. ``burden`` is the grief, worry or danger told lately, or ""; ``lost`` is whom that
    befell (turned, may be empty). ``open_question`` is what the agent asked last;
    ``repetitions`` counts how often the person said just this shortly before. ``labels`` are what
    the message was read as; None for a thought.
    """

    brief: Brief
    character: Character
    text: str
    words: tuple[str, ...]
    closeness: str
    temper: str
    burden: str
    lost: str
    open_question: str
    repetitions: int = 0
    labels: TalkLabels | None = None

    def does(self, *acts: Act) -> bool:
        """Return whether the message does any of ``acts``, by rules or as it was read."""
        return self.brief.interpretation.does(*acts) or self.read_as in acts

    @property
    def read_as(self) -> Act | None:
        """What a message clearly does that the rules took for nothing in particular."""
        if self.labels is None or not _PLAIN.issuperset(self.brief.interpretation.acts):
            return None
        act, share = max(self.labels.acts.items(), key=lambda item: item[1])
        return _READ_AS.get(act) if share >= _CLEARLY else None

    def has(self, *signals: Signal) -> bool:
        """Return whether any of the signals stands in the message."""
        return self.signals.has(*signals)

    @property
    def interpretation(self) -> Interpretation:
        """The interpretation of the messages."""
        return self.brief.interpretation

    @property
    def signals(self) -> Signals:
        """What the messages show beyond their acts."""
        return self.brief.interpretation.signals

    @property
    def notes(self) -> EngineNotes:
        """What the soul's author noted for the engine: favourites, opinions, stories and more."""
        return self.character.notes

    def seems(self, *acts: str) -> float:
        """Return the probability that the message does any of these acts of talk, 0..1."""
        return sum(self.labels.acts[act] for act in acts) if self.labels else 0.0

    @property
    def tender(self) -> bool:
        """Whether grief or danger was spoken of just before."""
        return bool(self.burden)

    @property
    def bereaved(self) -> bool:
        """Whether somebody of theirs died within the last days, as far as is known."""
        return _fresh_loss(self.brief, _BEREAVED_FOR)

    @property
    def asked_twice(self) -> bool:
        """Whether the last two replies both asked something, so that one more is too many."""
        mine = [line.text for line in self.brief.recent_lines if line.mine][-2:]
        return len(mine) > 1 and all("?" in text for text in mine)

    @property
    def guarded(self) -> bool:
        """Whether the agent keeps its distance."""
        return self.temper in {"wary", "hurt", "cold"}

    @property
    def light(self) -> bool:
        """Whether play has its place here."""
        return not (self.tender or self.guarded)

    def ago(self, at: int) -> str:
        """When ``at`` was, seen from now."""
        return grammar.time_ago(max(0, self.brief.now - at))

    def turn(self, text: str) -> str | None:
        """Change the person of a text, or return None, also where it names the agent."""
        name = {word for word in plain_words(self.brief.name) if len(word) >= _MIN_NAME_CHARS}
        return None if name.intersection(plain_words(text)) else grammar.turn_person(text)

    def avoids(self, text: str) -> bool:
        """Return whether a text is about what the person wants not to be mentioned."""
        return any(subject_of(x).is_touched_by(text) for x in self.brief.unmentioned)

    def known(self, topic: str) -> KnownFact | None:
        """Return the newest fact of ``topic``, if one is known."""
        facts = [fact for fact in self.brief.known_facts if fact.topic == topic]
        return max(facts, key=lambda fact: (fact.at, fact.id), default=None)


def assess(brief: Brief) -> Situation:
    """Assess the situation of ``brief``."""
    text = brief.interpretation.text or "\n".join(line.text for line in brief.messages)
    closeness = _closeness(brief)
    hurt = brief.relationship.hurt
    if brief.relationship.in_care:  # no grudge counts against somebody in danger
        closeness, hurt = ("known" if closeness == "cold" else closeness), 0.0
    temper = "hurt" if hurt >= MIN_HURT else "wary" if hurt >= MIN_WARY_HURT else closeness
    burden, lost = _burden(brief)
    return Situation(
        brief=brief,
        character=character(brief.soul),
        text=text,
        words=tuple(plain_words(text)),
        closeness=closeness,
        temper=temper,
        burden=burden,
        lost=lost,
        open_question=_open_question(brief),
        repetitions=_repetitions(brief, text),
        labels=read_labels(brief.interpretation) if brief.messages else None,
    )


def _repetitions(brief: Brief, text: str) -> int:
    """Return how many of the lines just before say the same, but for case and marks."""
    earlier = [line.text for line in lines_of_others(brief)]
    near = [line for line in earlier if abs(len(line) - len(text)) <= _MAX_EXTRA_CHARS]
    return sum(plain_words(line) == plain_words(text) for line in near)


def _closeness(brief: Brief) -> str:
    label, liking = brief.relationship.label, brief.relationship.liking
    if label == "enemy" or liking <= _MAX_COLD_LIKING:
        return "cold"
    if label in {"best friend", "romantic partner"} or liking >= _MIN_DEAR_LIKING:
        return "dear"
    if label == "friend" or liking >= _MIN_FRIEND_LIKING:
        return "friend"
    return "new" if brief.relationship.messages < _NEW_UNTIL_MESSAGES else "known"


def _burden(brief: Brief) -> tuple[str, str]:
    """Return the burden of the conversation, and whom it befell (turned, may be empty)."""
    interpretation = brief.interpretation
    if brief.relationship.in_care:
        told = lines_of_others(brief)[:_DANGER_LINES]
        grave = len(told) < _DANGER_LINES or any(burden_of(x.text) == "danger" for x in told)
        low = interpretation.valence < 0 or interpretation.crisis is not None
        elsewhere = len(plain_words(interpretation.text)) >= _MIN_WORDS_ELSEWHERE
        return ("worry" if elsewhere and not low else "danger" if grave or low else "worry"), ""
    is_glad = interpretation.does(Act.LAUGH, Act.GOOD_NEWS)
    before = [] if is_glad else lines_of_others(brief)[:_HEAVY_LINES]
    burdens = [(line, burden_of(line.text)) for line in before]
    for place, (line, burden) in enumerate(burdens):
        near = place < _WORRY_LINES or interpretation.does(Act.FAREWELL)
        lasting = burden in {"death", "parting"} or (burden == "worry" and near)
        if lasting and brief.now - line.at <= _TENDER_FOR:
            grief = grief_in(line.text)
            lost = (grammar.turn_person(grief.whom) if grief else None) or ""
            return ("grief" if burden == "death" else "worry"), lost
    # "We buried him today": what is said now may be heavy without being news.
    if is_glad or interpretation.does(Act.BAD_NEWS) or "?" in interpretation.text:
        return "", ""
    heavy = interpretation.grief or _still_of_the_dead(brief)
    return ("grief", "") if heavy else ("", "")


def burden_of(text: str) -> str:
    """Return the burden of whoever said ``text``: danger, death, parting, worry, or ""."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    burden = _BURDENS.get(digest)
    if burden is None:
        if detect_crisis(normalise(text)):
            burden = "danger"
        else:
            grief = grief_in(text)
            burden = grief.kind if grief else ""
        _BURDENS.put(digest, burden)
    return burden


def _fresh_loss(brief: Brief, within: int) -> bool:
    lost = [fact for fact in brief.known_facts if fact.root == "lost"]
    return any(brief.now - fact.at <= within for fact in lost)


def _still_of_the_dead(brief: Brief) -> bool:
    """Return whether the message, soon after a death was told, is still about the dead."""
    if not _fresh_loss(brief, grammar.HOUR):
        return False
    lost = [fact for fact in brief.known_facts if fact.root == "lost"]
    kinds = {fact.topic.rpartition(":")[2] for fact in lost}
    names = {fact.value.casefold() for fact in lost}
    words = set(plain_words(brief.interpretation.text))
    return bool(words & (_OF_THEM | kinds | names)) or brief.interpretation.does(Act.FAREWELL)


def is_mourned(brief: Brief, *names: str) -> bool:
    """Return whether somebody of these names (or kinds) is known or was told to be dead."""
    lines = (*brief.recent_lines, *brief.recalled_lines, *brief.messages)
    texts = [line.text for line in lines if not line.mine]
    texts += [observation.text for observation in brief.observations]
    deaths = "\n".join(text.casefold() for text in texts if mentions_death(text))
    lost = {fact.value.casefold() for fact in brief.known_facts if fact.root in LOSS_ROOTS}
    keys = [name.casefold().removeprefix("your ") for name in names if name]
    return any(key in lost or re.search(rf"\b{re.escape(key)}\b", deaths) for key in keys)


def has_died(brief: Brief, fact: KnownFact, name: str) -> bool:
    """Return whether the subject of a fact about a person or an animal has died."""
    kind = fact.topic.partition(":")[2]
    if is_mourned(brief, name or kind):
        return True
    # "My dog died": if there is one dog only, it is that one.
    named = [other for other in brief.known_facts if not is_predicate(other.value)]
    alone = sum(other.topic == fact.topic for other in named) <= 1
    gone = {f"{word}:{fact.topic}" for word in LOSS_ROOTS}
    return alone and any(other.topic in gone and other.value == kind for other in brief.known_facts)


def lines_of_others(brief: Brief) -> list[Line]:
    """Return the lines of others just before the messages, newest first."""
    return [line for line in reversed(brief.recent_lines) if not line.mine]


def _open_question(brief: Brief) -> str:
    """Return the question at the end of the agent's last line, unless that is too long ago."""
    if not brief.recent_lines or not brief.recent_lines[-1].mine:
        return ""
    last = brief.recent_lines[-1]
    question = re.search(r"([^.!?]+\?)[\s”\"]*$", last.text)
    is_fresh = brief.now - last.at <= _ANSWER_WITHIN
    return question[1].strip() if question and is_fresh else ""


def phrase_selector(situation: Situation, attempt: int = 0) -> PhraseSelector:
    """Return the selector for one attempt at a reply (or thought) in this situation."""
    brief = situation.brief
    thinks = brief.purpose == "thought"
    earlier = [text.casefold() for text in brief.earlier_replies]
    count = f"{len(earlier)}\x1f{brief.relationship.messages}"
    seed = f"{brief.purpose}\x1f{situation.text}\x1f{count}"
    draw = Draw(situation.character.digest, seed, attempt)
    fields = {"me": brief.name, "comma": ""}
    name = clean(brief.person_name)
    if name and not any(name.casefold() in text for text in earlier[:2]):
        fields["name"] = name
        if brief.is_group or draw.chance("name", _NAME_SHARE):
            fields["comma"] = f", {name}"
    if situation.lost:
        fields["lost"] = situation.lost
    return PhraseSelector(
        character=situation.character,
        # Thoughts have no message to differ by, so the time of each goes into its seed.
        draw=replace(draw, seed=f"{seed}\x1f{brief.now}") if thinks else draw,
        earlier=earlier,
        fields=fields,
        temper=situation.temper,
        sober=situation.tender,
        free=thinks,
    )


def clean(value: str) -> str:
    """Return a value fit for a sentence: one line, no braces, no stop at its end."""
    return " ".join(re.sub(r"[{}\[\]<>\x00-\x1f\"“”]", " ", value).split()).rstrip(".,;:!? ")
