"""Answers from memory: only what is known or recalled, and a plain word where nothing is."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from soulscript.text import stem
from synthetic_soul.mind.interpretation import Act, Cue
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.situation import LOSS_ROOTS
from synthetic_soul.voices.composer.situation import root as root_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from collections.abc import Set as AbstractSet

    from synthetic_soul.voices.base import KnownFact, Line
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

EVERYTHING: Final = "*"
_SINGLE: Final = frozenset({
    "name", "age", "birthday", "home", "origin", "work", "study", "allergy", "language",
})  # fmt: skip
_SOMEBODY: Final = frozenset({"person:", "pet:"})
_MAX_FACTS: Final = 4
_MIN_CONTENT_CHARS: Final = 3
_STOP_WORDS: Final = frozenset(
    plain_words(
        "what when where which who whom whose how why did do does have has had was were are is "
        "the and you your yours remember recall know tell told said say mention about that this "
        "with for from name names called again still ever something anything much yesterday "
        "today last week time thing things just really did not can could will would please "
        "everything all me my mine i'm it's don't like love hate want think going get got"
    )
)


def answer(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Answer a question to the agent's memory."""
    asks = [word for word in situation.interpretation.question_topics if word]
    if "name" in asks and not _other_name(situation):
        return [_their_name(situation, selector)]
    if not asks or EVERYTHING in asks:
        asks = ["plan"] if situation.has(Cue.OWN_PLANS) else _content(situation.text)
        if not matching(situation.brief.known_facts, asks):
            return _everything(situation, selector)
    held = matching(situation.brief.known_facts, asks)
    lost = [fact for fact in held if root_of(fact) in LOSS_ROOTS]
    if held and not lost:
        # "What was the name?" means one: of whom the person spoke last.
        return [_tell_facts(situation, selector, held[:1] if _SOMEBODY.issuperset(asks) else held)]
    # A plain fact is known or it is not; an old line would be a guess, or what was to be forgotten.
    plain = all(word in _SINGLE or word.startswith("favourite:") for word in asks)
    line = (
        None if plain or situation.has(Cue.CALLED) else best_line(situation, _roots(asks), least=1)
    )
    if line:
        return [quote(situation, selector, line)]
    return [_tell_facts(situation, selector, lost)] if lost else [selector.say("recall.none")]


def _other_name(situation: Situation) -> bool:
    """Return whether the name asked for is somebody else's."""
    return any(":" in word for word in situation.interpretation.question_topics)


def _their_name(situation: Situation, selector: PhraseSelector) -> str:
    fact = situation.known("name")
    name = fact.value if fact else situation.brief.person_name
    if not name:
        return selector.say("recall.none.name")
    return selector.say("recall.fact", **_fact_fields(situation, "name", name, fact))


def _fact_fields(
    situation: Situation, topic: str, value: str, fact: KnownFact | None
) -> dict[str, str]:
    told = (
        fact_clauses.current_clause(situation.brief, fact)
        if fact
        else fact_clauses.clause(topic, value)
    )
    found = {"fact": told, "Fact": grammar.upper_first(told)}
    if fact:
        found["ago"] = situation.ago(fact.at)
    return found


def _everything(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Tell what is known of the person, or a line of theirs, or when they met."""
    if situation.has(Cue.ACQUAINTANCE) and not situation.brief.relationship.messages:
        return [selector.say("recall.unmet")]
    held = _weightiest(situation)
    if held:
        told = fact_clauses.clause_list(situation.brief, held)
        return [selector.say("recall.facts", facts=told, Facts=grammar.upper_first(told))]
    line = best_line(situation, frozenset(), least=0)
    if line:
        return [quote(situation, selector, line)]
    met = situation.brief.relationship.met_at
    if met is not None and situation.has(Cue.ACQUAINTANCE):
        return [selector.say("recall.met", met=situation.ago(met), ago=situation.ago(met))]
    return [selector.say("recall.none.me")]


_ORDER: Final = (
    "name", "home", "work", "study", "person", "pet", "plan", "favourite", "like", "hobby",
    "diet", "dislike", "allergy",
)  # fmt: skip


def by_weight(held: Sequence[KnownFact]) -> list[KnownFact]:
    """Return facts, the most telling first, and of those the newest."""

    def weight(fact: KnownFact) -> tuple[int, int, str]:
        root = fact.topic.partition(":")[0]
        return (_ORDER.index(root) if root in _ORDER else len(_ORDER), -fact.at, fact.id)

    return sorted(held, key=weight)


def _weightiest(situation: Situation) -> list[KnownFact]:
    held = by_weight(
        [
            fact
            for fact in situation.brief.known_facts
            if fact_clauses.is_worth_telling(situation.brief.known_facts, fact)
        ]
    )
    if situation.brief.person_name and not situation.known("name"):
        return held[:_MAX_FACTS]
    return held[: _MAX_FACTS + 1]


def _tell_facts(situation: Situation, selector: PhraseSelector, held: Sequence[KnownFact]) -> str:
    if len(held) == 1:
        fact = held[0]
        found = fact_clauses.phrase_fields(fact)
        if fact_clauses.is_of_the_dead(situation.brief, fact):
            return selector.say(
                "recall.lost", **found | _fact_fields(situation, fact.topic, fact.value, fact)
            )
        if {"called", "names"} & found.keys() and situation.has(Cue.CALLED):
            return selector.say("recall.called", **found)
        return selector.say("recall.fact", **_fact_fields(situation, fact.topic, fact.value, fact))
    told = fact_clauses.clause_list(situation.brief, held[:_MAX_FACTS])
    return selector.say("recall.facts", facts=told, Facts=grammar.upper_first(told))


def matching(known: Sequence[KnownFact], asks: Sequence[str]) -> list[KnownFact]:
    """Return the facts that fit best what is asked, newest first."""
    scored = [(_fit_score(fact, asks), fact) for fact in known]
    best = max((score for score, _ in scored), default=0)
    if best == 0:
        return []
    held = [fact for score, fact in scored if score == best]
    return sorted(held, key=lambda fact: (-fact.at, fact.id))


def _fit_score(fact: KnownFact, asks: Sequence[str]) -> int:
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
    return score - 1 if root in LOSS_ROOTS and score else score


def stems(text: str) -> set[str]:
    """Return the stems of the content words in ``text``."""
    return {stem(word) for word in _content(text)}


@lru_cache(maxsize=1 << 11)
def own_stems(text: str) -> frozenset[str]:
    """Return the same for a text of a soul, cached; what people say is never cached."""
    return frozenset(stems(text))


def _content(text: str) -> list[str]:
    spoken = plain_words(text.replace("'s", ""))
    return [word for word in spoken if len(word) >= _MIN_CONTENT_CHARS and word not in _STOP_WORDS]


def _roots(asks: Iterable[str]) -> set[str]:
    return {stem(word) for ask in asks for word in plain_words(ask.replace(":", " "))}


def best_line(situation: Situation, wanted: AbstractSet[str], *, least: int) -> Line | None:
    """Return the best recalled line of a person that shares ``least`` stems with ``wanted``."""
    heard = {line.text for line in situation.brief.messages}
    for line in situation.brief.recalled_lines:
        spoken = line.text.strip()
        if line.mine or spoken in heard or spoken.endswith("?") or not plain_words(spoken):
            continue
        if len(wanted & stems(spoken)) >= least:
            return line
    return None


def said_by_person(situation: Situation, line: Line) -> bool:
    """Return whether the person who is answered said the line."""
    speakers = {heard.speaker for heard in situation.brief.messages} | {situation.brief.person_name}
    return not situation.brief.is_group or line.speaker in speakers


def quote(
    situation: Situation, selector: PhraseSelector, line: Line, key: str = "recall.line"
) -> str:
    """Tell a recalled line, in reported speech where that is safe, else word for word."""
    ago = situation.ago(line.at)
    found = {"ago": ago, "Ago": grammar.upper_first(ago), "quote": grammar.quoted(line.text)}
    if not said_by_person(situation, line):
        return selector.say("recall.other", speaker=line.speaker, **found)
    turned = situation.turn(line.text) if starts_as_clause(line.text) else None
    if turned and key == "recall.line":
        return selector.say("recall.that", clause=grammar.lower_first(turned), **found)
    return selector.say(key, **found)


def starts_as_clause(text: str) -> bool:
    """Return whether the text begins with the speaker doing something, so that "that …" fits."""
    spoken = plain_words(text)
    return bool(spoken) and spoken[0] in {
        "i", "i'm", "i've", "we", "we're", "we've", "i'd", "i'll",
    }  # fmt: skip


def forgot(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Say what was forgotten, or that there was nothing to forget."""
    gone = situation.brief.forgotten_facts
    if not gone:
        return [
            selector.say("forget.none" if situation.interpretation.forget_topics else "forget.last")
        ]
    things = [fact_clauses.noun(fact.topic, fact.value) for fact in gone]
    if EVERYTHING in situation.interpretation.forget_topics and len(things) > 1:
        return [
            selector.say("forget.all", things=grammar.join_list(list(dict.fromkeys(things))[:6]))
        ]
    thing = grammar.join_list(list(dict.fromkeys(things))[:_MAX_FACTS])
    return [selector.say("forget.done", thing=thing, Thing=grammar.upper_first(thing))]


def learned(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Acknowledge what was learned or corrected in this turn, two things at most."""
    gone = situation.brief.forgotten_facts
    new = [
        fact for fact in by_weight(situation.brief.learned_facts) if root_of(fact) not in LOSS_ROOTS
    ]
    said = [_corrected(selector, fact, gone) for fact in new]
    told = [text for text in said if text][:2]
    if not new and gone and situation.does(Act.FORGET) is False:
        fact = gone[0]
        keys = (f"correct.gone.{root_of(fact)}", "correct.gone")
        told.append(selector.say(*keys, fact=fact_clauses.clause(fact.topic, fact.value)))
    return [text for text in told if text]


def _corrected(selector: PhraseSelector, fact: KnownFact, gone: Sequence[KnownFact]) -> str:
    root = fact.topic.partition(":")[0]
    old = next((old for old in gone if old.topic == fact.topic), None)
    if old:
        return selector.say(
            f"correct.{root}", "correct", old=fact_clauses.phrase_fields(old).get("value", ""),
            **fact_clauses.phrase_fields(fact),
        )  # fmt: skip
    return selector.say(f"learn.{root}", "learn", **fact_clauses.phrase_fields(fact))
