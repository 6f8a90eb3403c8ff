"""Answers from memory: only what is known or recalled, and a plain word where nothing is."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from soulscript.text import stem
from synthetic_soul.mind.interpretation import Act
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.situation import LOST
from synthetic_soul.voices.composer.situation import root as root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from synthetic_soul.voices.base import KnownFact, Line
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

ALL: Final = "*"
_PLAN: Final = re.compile(r"(?i)\b(?:where (?:am i|i'?m|i am) going|my plans?|i planned)\b")
_SINGLE: Final = frozenset({
    "name", "age", "birthday", "home", "origin", "work", "study", "allergy", "language",
})  # fmt: skip
_SOMEBODY: Final = frozenset({"person:", "pet:"})
_MOST: Final = 4
_CONTENT: Final = 3
_PLAIN: Final = frozenset(
    grammar.words(
        "what when where which who whom whose how why did do does have has had was were are is "
        "the and you your yours remember recall know tell told said say mention about that this "
        "with for from name names called again still ever something anything much yesterday "
        "today last week time thing things just really did not can could will would please "
        "everything all me my mine i'm it's don't like love hate want think going get got"
    )
)


def answer(scene: Situation, choose: PhraseSelector) -> list[str]:
    """Answer what the person asks of her memory."""
    asks = [word for word in scene.brief.interpretation.question_topics if word]
    if "name" in asks and not _other_name(scene):
        return [_their_name(scene, choose)]
    if not asks or ALL in asks:
        asks = ["plan"] if _PLAN.search(scene.text) else _content(scene.text)
        if not matching(scene.brief.known_facts, asks):
            return _everything(scene, choose)
    held = matching(scene.brief.known_facts, asks)
    lost = [fact for fact in held if root_of(fact) in LOST]
    if held and not lost:
        # "What was her name?" means one: the last who was spoken of.
        return [_held(scene, choose, held[:1] if _SOMEBODY.issuperset(asks) else held)]
    # A plain fact is known or it is not; an old line would be a guess, or what was to be forgotten.
    plain = all(word in _SINGLE or word.startswith("favourite:") for word in asks)
    line = None if plain or scene.has("called", "name") else best_line(scene, _roots(asks), least=1)
    if line:
        return [quote(scene, choose, line)]
    return [_held(scene, choose, lost)] if lost else [choose.say("recall.none")]


def _other_name(scene: Situation) -> bool:
    """Whether the name asked for is somebody else's."""
    return any(":" in word for word in scene.brief.interpretation.question_topics)


def _their_name(scene: Situation, choose: PhraseSelector) -> str:
    fact = scene.known("name")
    name = fact.value if fact else scene.brief.person_name
    if not name:
        return choose.say("recall.none.name")
    return choose.say("recall.fact", **_told(scene, "name", name, fact))


def _told(scene: Situation, topic: str, value: str, fact: KnownFact | None) -> dict[str, str]:
    told = fact_clauses.tell(scene.brief, fact) if fact else fact_clauses.clause(topic, value)
    found = {"fact": told, "Fact": told[:1].upper() + told[1:]}
    if fact:
        found["ago"] = scene.ago(fact.at)
    return found


def _everything(scene: Situation, choose: PhraseSelector) -> list[str]:
    """Who the person is to her: what is known, or a line they said, or that they have met."""
    if (
        scene.has("remember me", "know me", "know who i am")
        and not scene.brief.relationship.messages
    ):
        return [choose.say("recall.unmet")]
    held = _weightiest(scene)
    if held:
        told = fact_clauses.clauses(scene.brief, held)
        return [choose.say("recall.facts", facts=told, Facts=told[:1].upper() + told[1:])]
    line = best_line(scene, frozenset(), least=0)
    if line:
        return [quote(scene, choose, line)]
    met = scene.brief.relationship.met_at
    if met is not None and scene.has("remember me", "know me", "know who i am"):
        return [choose.say("recall.met", met=scene.ago(met), ago=scene.ago(met))]
    return [choose.say("recall.none.me")]


_ORDER: Final = (
    "name", "home", "work", "study", "person", "pet", "plan", "favourite", "like", "hobby",
    "diet", "dislike", "allergy",
)  # fmt: skip


def weighty(held: Sequence[KnownFact]) -> list[KnownFact]:
    """Facts, the most telling first, and of those the newest."""

    def weight(fact: KnownFact) -> tuple[int, int, str]:
        root = fact.topic.partition(":")[0]
        return (_ORDER.index(root) if root in _ORDER else len(_ORDER), -fact.at, fact.id)

    return sorted(held, key=weight)


def _weightiest(scene: Situation) -> list[KnownFact]:
    held = weighty(
        [
            fact
            for fact in scene.brief.known_facts
            if fact_clauses.worth(scene.brief.known_facts, fact)
        ]
    )
    if scene.brief.person_name and not scene.known("name"):
        return held[:_MOST]
    return held[: _MOST + 1]


def _held(scene: Situation, choose: PhraseSelector, held: Sequence[KnownFact]) -> str:
    if len(held) == 1:
        fact = held[0]
        found = fact_clauses.fields(fact)
        if fact_clauses.gone(scene.brief, fact):
            return choose.say("recall.lost", **found | _told(scene, fact.topic, fact.value, fact))
        if {"called", "names"} & found.keys() and scene.has("called", "name"):
            return choose.say("recall.called", **found)
        return choose.say("recall.fact", **_told(scene, fact.topic, fact.value, fact))
    told = fact_clauses.clauses(scene.brief, held[:_MOST])
    return choose.say("recall.facts", facts=told, Facts=told[:1].upper() + told[1:])


def matching(known: Sequence[KnownFact], asks: Sequence[str]) -> list[KnownFact]:
    """The facts that fit best what is asked, newest first; none where nothing fits."""
    scored = [(_fit(fact, asks), fact) for fact in known]
    best = max((score for score, _ in scored), default=0)
    if best == 0:
        return []
    held = [fact for score, fact in scored if score == best]
    return sorted(held, key=lambda fact: (-fact.at, fact.id))


def _fit(fact: KnownFact, asks: Sequence[str]) -> int:
    root, _, kind = fact.topic.partition(":")
    wanted = _roots(asks)
    score = 6 * (fact.topic in asks) + 4 * (f"{root}:" in asks)
    score += 4 * (bool(kind) and bool(wanted & stems(kind)))
    # "pets" and "family" ask for a whole kind of fact.
    score += 3 * (root == "pet" and bool(wanted & {"pet", "anim"}))
    score += 3 * (root == "person" and bool(wanted & {"famili", "sibl", "rel"}))
    score += 2 * len(wanted & stems(fact.value))
    narrowed = len([ask for ask in asks if ask != root]) > 0
    score += 1 if root in asks and not narrowed else 0
    # A loss is told where there is nothing else of whoever was lost.
    return score - 1 if root in LOST and score else score


def stems(text: str) -> set[str]:
    """The stems of the words in ``text`` that say something."""
    return {stem(word) for word in _content(text)}


@lru_cache(maxsize=1 << 11)
def own_stems(text: str) -> frozenset[str]:
    """The same for a text of a soul, kept; what people say is never kept so."""
    return frozenset(stems(text))


def _content(text: str) -> list[str]:
    spoken = grammar.words(text.replace("'s", ""))
    return [word for word in spoken if len(word) >= _CONTENT and word not in _PLAIN]


def _roots(asks: Iterable[str]) -> set[str]:
    return {stem(word) for ask in asks for word in grammar.words(ask.replace(":", " "))}


def best_line(scene: Situation, wanted: AbstractSet[str], *, least: int) -> Line | None:
    """The best recalled line of a person that shares ``least`` stems with ``wanted``."""
    heard = {line.text for line in scene.brief.messages}
    for line in scene.brief.recalled_lines:
        spoken = line.text.strip()
        if line.mine or spoken in heard or spoken.endswith("?") or not grammar.words(spoken):
            continue
        if len(wanted & stems(spoken)) >= least:
            return line
    return None


def theirs(scene: Situation, line: Line) -> bool:
    """Whether the person who is answered said the line."""
    speakers = {heard.speaker for heard in scene.brief.messages} | {scene.brief.person_name}
    return not scene.brief.is_group or line.speaker in speakers


def quote(scene: Situation, choose: PhraseSelector, line: Line, key: str = "recall.line") -> str:
    """A recalled line, in reported speech where that is safe, else word for word."""
    ago = scene.ago(line.at)
    found = {"ago": ago, "Ago": ago[:1].upper() + ago[1:], "quote": grammar.quoted(line.text)}
    if not theirs(scene, line):
        return choose.say("recall.other", speaker=line.speaker, **found)
    turned = grammar.turn(line.text) if starts_as_clause(line.text) else None
    if turned and key == "recall.line":
        return choose.say("recall.that", clause=grammar.lowered(turned), **found)
    return choose.say(key, **found)


def starts_as_clause(text: str) -> bool:
    """Whether the text begins with somebody doing something, so that "that …" can go before it."""
    spoken = grammar.words(text)
    return bool(spoken) and spoken[0] in {
        "i", "i'm", "i've", "we", "we're", "we've", "i'd", "i'll",
    }  # fmt: skip


def forgot(scene: Situation, choose: PhraseSelector) -> list[str]:
    """Say what was let go, or that there was nothing to let go of."""
    gone = scene.brief.forgotten_facts
    if not gone:
        return [
            choose.say("forget.none" if scene.brief.interpretation.forget_topics else "forget.last")
        ]
    things = [fact_clauses.noun(fact.topic, fact.value) for fact in gone]
    if ALL in scene.brief.interpretation.forget_topics and len(things) > 1:
        return [choose.say("forget.all", things=grammar.listed(list(dict.fromkeys(things))[:6]))]
    thing = grammar.listed(list(dict.fromkeys(things))[:_MOST])
    return [choose.say("forget.done", thing=thing, Thing=thing[:1].upper() + thing[1:])]


def learned(scene: Situation, choose: PhraseSelector) -> list[str]:
    """Acknowledge what was learned or put right in this turn, two things at most."""
    gone = scene.brief.forgotten_facts
    new = [fact for fact in weighty(scene.brief.learned_facts) if root_of(fact) not in LOST]
    said = [_corrected(choose, fact, gone) for fact in new]
    told = [text for text in said if text][:2]
    if not new and gone and scene.does(Act.FORGET) is False:
        fact = gone[0]
        keys = (f"correct.gone.{root_of(fact)}", "correct.gone")
        told.append(choose.say(*keys, fact=fact_clauses.clause(fact.topic, fact.value)))
    return [text for text in told if text]


def _corrected(choose: PhraseSelector, fact: KnownFact, gone: Sequence[KnownFact]) -> str:
    root = fact.topic.partition(":")[0]
    old = next((old for old in gone if old.topic == fact.topic), None)
    if old:
        return choose.say(
            f"correct.{root}", "correct", old=fact_clauses.fields(old).get("value", ""),
            **fact_clauses.fields(fact),
        )  # fmt: skip
    return choose.say(f"learn.{root}", "learn", **fact_clauses.fields(fact))
