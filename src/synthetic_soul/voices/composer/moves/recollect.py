"""Answers from memory: only what is known or recalled, and a plain word where nothing is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

from soulscript.text import stem, terms
from synthetic_soul.caches import personal_cache
from synthetic_soul.mind.interpretation import Act, Signal
from synthetic_soul.nlu.acts.questions import EVERYTHING
from synthetic_soul.nlu.facts.asked import ANYBODY, EXPERIENCE, SPEAKER, Asked, asked_of, with_names
from synthetic_soul.nlu.facts.sought import sought_in
from synthetic_soul.nlu.facts.verb_group import third_person
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.nlu.text.sentences import split_sentences
from synthetic_soul.nlu.text.vocabulary import RELATION_KINDS
from synthetic_soul.voices.base import KnownFact, Line, rank_facts
from synthetic_soul.voices.composer import earlier_lines, fact_clauses, grammar
from synthetic_soul.voices.composer.selection import PhraseSelector
from synthetic_soul.voices.composer.situation import LOSS_ROOTS, Situation

_SINGLE: Final = frozenset({
    "name", "age", "birthday", "home", "origin", "work", "study", "allergy", "language",
})  # fmt: skip
_ORDER: Final = (
    "name", "home", "work", "study", "person", "pet", "plan", "favourite", "like", "hobby",
    "diet", "dislike", "allergy",
)  # fmt: skip
_SOMEBODY: Final = frozenset({"person:", "pet:"})
_PEOPLE: Final = frozenset({"person", "pet"})
_ONCE: Final = re.compile(
    r"(?i)\bused? to\b|\bdid (?:i|we) \w+ (?:before|earlier|in the past|back then)\b"
    r"|\bformer(?:ly)?\b|\bmy (?:old|last|previous|former) (?:job|work|home|flat|house|address)\b"
    r"|\bwas i before\b"
)
"""Asks after what held once."""
_ONE_VALUE: Final = frozenset({"live", "work", "come"})
"""Verbs that are true of one place at a time: who lives in Ghent does not live in Lyon."""
_ANY_VERB: Final = frozenset({"do", "be"})
_STATES: Final = frozenset({
    "is", "are", "was", "has", "have", "had", "lives", "likes", "loves", "hates", "prefers",
})  # fmt: skip
"""What a fact begins with that does not tell what somebody does."""
_IS_ONE: Final = re.compile(r"(?:is|are|was|were) an? ")
"""Says of somebody what they are, which tells what they do."""
_GENITIVE: Final = re.compile(r"(?i)\bmy (?:\w+ )?[\w-]+['’]s\b")
_EXPERIENCE_OF: Final = {"home": "lived", "work": "worked", "study": "studied"}
_ASPECTS: Final = {
    "*age": re.compile(r"(?i)\bhow old\b|\bwhat age\b"),
    "*home": re.compile(r"(?i)\bwhere (?:do|does)\b.*\blive|\bwhere is\b"),
    "*work": re.compile(r"(?i)\bwhat (?:do|does)\b.*\bdo\b|\bwhere (?:do|does)\b.*\bwork"),
    "*name": re.compile(r"(?i)\bname\b|\bcalled\b|^who is\b"),
}
_ASPECT_OF: Final = {
    "*age": re.compile(
        r"^(?:is|are|was|were) (?:\d+|[a-z]+(?:-[a-z]+)?)(?: (?:years?|months?).*)?$"
    ),
    "*home": re.compile(r"^(?:lives?|is|are) (?:in|near|at|on)\b"),
    "*work": re.compile(r"^(?:works?|teach(?:es)?|runs?|drives?|an?)\b"),
    "*name": re.compile(r"^(?:[A-Z]|.* called )"),
}
"""How the value of a fact about somebody looks that answers such a question."""
_FAMILY: Final = frozenset(terms("family relatives"))
_ASKED_OF_ALL: Final = frozenset(terms("kind sort type"))
_MAX_FACTS: Final = 4
_MAX_LISTED: Final = 6
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
    if situation.avoids(situation.text):
        return [selector.say("recall.hidden")]
    return _answer(situation, selector)


def _answer(situation: Situation, selector: PhraseSelector) -> list[str]:  # noqa: PLR0911 - one return for each source
    asks = _of_owner(situation, [x for x in situation.interpretation.question_topics if x])
    history = _history(situation, asks) if _ONCE.search(situation.text) else []
    if history:
        return [selector.say("recall.facts", facts=history_list(history))]
    if "name" in asks and not any(":" in word for word in asks):
        return [_their_name(situation, selector)]
    if not asks or EVERYTHING in asks:
        asks = ["plan"] if situation.has(Signal.OWN_PLANS) else _content(situation.text)
        if not matching(situation.brief.known_facts, asks):
            return _everything(situation, selector)
    facts = matching(_known_of(situation), [*asks, *_aspects(situation)])
    lost = [fact for fact in facts if fact.root in LOSS_ROOTS]
    if facts and not lost and _lacks_what_is_sought(situation, facts):
        said = from_lines(situation, selector)
        if said:
            return [said]
    if facts and not lost:
        # "What was the name?" means one: of whom the person spoke last.
        one = _SOMEBODY.issuperset(asks)
        return [_tell_facts(situation, selector, facts[:1] if one else facts)]
    # A plain fact is known or it is not; an old line would be a guess, or what was to be forgotten.
    plain = all(word in _SINGLE or word.startswith("favourite:") for word in asks)
    said = "" if plain or situation.has(Signal.CALLED) else _said(situation, selector, asks)
    if said:
        return [said]
    return [_tell_facts(situation, selector, lost)] if lost else [selector.say("recall.none")]


def _lacks_what_is_sought(situation: Situation, facts: Iterable[KnownFact]) -> bool:
    """Return whether an amount or a time is asked for, and none of the facts tells one."""
    sought = sought_in(situation.text)
    if sought is None or sought.kind not in {"amount", "span", "time"}:
        return False
    return not any(fact.when or sought.looks_in(fact.value) for fact in facts)


def _said(situation: Situation, selector: PhraseSelector, asks: Iterable[str]) -> str:
    """Quote what the person said of what is asked, or return ""."""
    said = from_lines(situation, selector)
    line = None if said else best_line(situation, _roots(asks), least=1)
    return quote(situation, selector, line) if line else said


def from_lines(situation: Situation, selector: PhraseSelector) -> str:
    """Answer by the sentence that the person said of what is asked, or return ""."""
    said = earlier_lines.found(situation)
    if said is None:
        return ""
    quoted = quote(situation, selector, said.line)
    return f"{said.who}. {quoted}" if said.who else quoted


def _known_of(situation: Situation) -> Sequence[KnownFact]:
    """Return what is known; of somebody else alone, where they are asked about."""
    known, asked = situation.brief.known_facts, _asked(situation)
    if asked is None or asked.who in {SPEAKER, ANYBODY}:
        return known
    theirs = _topics_of(known, asked.who)
    of_them = [x for x in known if x.topic.casefold() in theirs or x.root in LOSS_ROOTS]
    return [x for x in of_them if x.root in LOSS_ROOTS or _settles(x, asked)]


def _settles(fact: KnownFact, asked: Asked) -> bool:
    """Return whether a fact about somebody answers a question about them.

    It is about what is named; where only the verb is asked for, or it is true of one place at a
    time, it says something of the verb.
    """
    held = _keys(f"{fact.topic.replace(':', ' ')} {fact.value}")
    if not {*terms(" ".join(asked.words))}.isdisjoint(held):
        return True
    if asked.verb in _ANY_VERB:
        says_what = asked.verb == "do" and _IS_ONE.match(fact.value)
        is_state = fact.value.partition(" ")[0] in _STATES and not says_what
        return asked.is_open and not is_state
    is_enough = asked.is_open or asked.verb in _ONE_VALUE
    verb = _keys(asked.verb) | _keys(third_person(asked.verb))
    return is_enough and not verb.isdisjoint(held)


def _topics_of(known: Sequence[KnownFact], who: str) -> set[str]:
    """Return the topics of what is known of somebody by relation or name, folded."""
    topics = {*_with_names(known, [who]), *(f"{root}:{who}" for root in _PEOPLE)}
    return {topic.casefold() for topic in topics}


def from_facts(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Answer a question that is read as a statement of a fact would be; nothing where none fits."""
    if situation.has(Signal.FIRST_PERSON) and situation.avoids(situation.text):
        return [selector.say("recall.hidden")]
    asked = _asked(situation)
    facts = _asked_for(situation.brief.known_facts, asked) if asked else []
    return [_tell_facts(situation, selector, facts)] if facts else []


def _keys(text: str) -> set[str]:
    """Return the terms and the stems of a text: "lives" is a form of "life", too."""
    return {*terms(text), *map(stem, plain_words(text))}


def _asked(situation: Situation) -> Asked | None:
    """Return what the last question asks for that asks for a fact of the present."""
    names = {name.casefold() for name in _names(situation.brief.known_facts)}
    told = "\n".join(line.text for line in situation.brief.recent_lines if not line.mine)
    for plain in reversed(split_sentences(situation.text)):
        sentence = with_names(plain, told)
        asked = asked_of(sentence, names) if not _ONCE.search(sentence) else None
        if asked is not None:
            return asked
    return None


def _names(known: Iterable[KnownFact]) -> Iterator[str]:
    for fact in known:
        if fact.root in _PEOPLE:
            yield (
                fact.topic.partition(":")[2]
                if fact_clauses.is_named(fact.topic)
                else (fact_clauses.name_in(fact.value))
            )


def _asked_for(known: Sequence[KnownFact], asked: Asked) -> list[KnownFact]:
    """Return the facts that a question asks for, the newest first."""
    words = {*terms(" ".join(asked.words))} - _ASKED_OF_ALL
    verb = set() if asked.verb == "be" else _keys(asked.verb)
    theirs = _topics_of(known, asked.who)
    shared = {}
    for fact in known:
        held = _keys(f"{fact.topic.replace(':', ' ')} {fact.value}")
        does = not verb or not verb.isdisjoint(held)
        if asked.who == SPEAKER:
            needs_word = not asked.is_open or fact.topic == EXPERIENCE
            is_meant = any(
                (topic == fact.topic or topic == fact.root not in _PEOPLE)
                and fact.value.startswith(lead)
                for topic, lead in asked.topics
            ) and (not needs_word or bool((words | verb) & held))
        elif asked.who == ANYBODY:
            is_meant = fact.root in _PEOPLE and does and words <= held | _FAMILY
        else:
            settles = _settles(fact, asked) if asked.verb in _ANY_VERB else bool(verb) and does
            is_meant = fact.topic.casefold() in theirs and settles
        if is_meant:
            shared[fact] = len((words | verb) & held)
    most = max(shared.values(), default=0)
    best = [fact for fact, count in shared.items() if count == most]
    return sorted(best, key=lambda fact: (-fact.at, fact.id))


def _their_name(situation: Situation, selector: PhraseSelector) -> str:
    fact = situation.known("name")
    if fact:
        return selector.say("recall.fact", **_fact_fields(situation, fact))
    name = situation.brief.person_name
    if not name:
        return selector.say("recall.none.name")
    return selector.say("recall.fact", fact=fact_clauses.clause("name", name))


def _fact_fields(situation: Situation, fact: KnownFact) -> dict[str, str]:
    clause = fact_clauses.current_clause(situation.brief, fact)
    return {"fact": clause, "ago": situation.ago(fact.at)}


def _everything(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Tell what is known of the person, or a line of theirs, or when they met."""
    if situation.has(Signal.ACQUAINTANCE) and not situation.brief.relationship.messages:
        return [selector.say("recall.unmet")]
    facts = _weightiest(situation)
    if facts:
        clauses = fact_clauses.clause_list(situation.brief, facts)
        return [selector.say("recall.facts", facts=clauses)]
    line = best_line(situation, set(), least=0)
    if line:
        return [quote(situation, selector, line)]
    met = situation.brief.relationship.met_at
    if met is not None and situation.has(Signal.ACQUAINTANCE):
        return [selector.say("recall.met", met=situation.ago(met), ago=situation.ago(met))]
    return [selector.say("recall.none.me")]


def by_weight(facts: Iterable[KnownFact]) -> list[KnownFact]:
    """Return facts, the most telling first, and of those the newest."""
    return rank_facts(facts, _ORDER)


def _weightiest(situation: Situation) -> list[KnownFact]:
    known = situation.brief.known_facts
    facts = by_weight(fact for fact in known if fact_clauses.is_worth_telling(known, fact))
    nameless = situation.brief.person_name and not situation.known("name")
    return facts[: _MAX_FACTS if nameless else _MAX_FACTS + 1]


def _tell_facts(situation: Situation, selector: PhraseSelector, facts: Sequence[KnownFact]) -> str:
    if len(facts) > 1:
        clauses = fact_clauses.clause_list(situation.brief, facts[:_MAX_FACTS])
        return selector.say("recall.facts", facts=clauses)
    fact = facts[0]
    fields = fact_clauses.phrase_fields(fact)
    if fact_clauses.is_of_the_dead(situation.brief, fact):
        return selector.say("recall.lost", **fields | _fact_fields(situation, fact))
    if {"called", "names"} & fields.keys() and situation.has(Signal.CALLED):
        return selector.say("recall.called", **fields)
    return selector.say("recall.fact", **_fact_fields(situation, fact))


def _of_owner(situation: Situation, asks: Sequence[str]) -> list[str]:
    """Return what is asked for; of "my sister's dog" the dog is a word about the sister."""
    somebody = [ask for ask in asks if ask.startswith(tuple(_SOMEBODY))]
    if len(somebody) < 2 or not _GENITIVE.search(situation.text):  # noqa: PLR2004 - owner and owned
        return list(asks)
    return [x if x == somebody[0] else x.rpartition(":")[2] for x in asks]


def _history(situation: Situation, asks: Sequence[str]) -> list[KnownFact]:
    """Return what held once and is asked for, the latest first."""
    told = [fact for fact in situation.brief.known_facts if fact.topic == "experience"]
    verbs = [verb for topic, verb in _EXPERIENCE_OF.items() if topic in asks]
    lived = [fact for fact in told if any(fact.value.startswith(verb) for verb in verbs)]
    past = [fact for fact in situation.brief.past_facts if fact.topic in asks]
    past = past or ([] if verbs else matching(situation.brief.past_facts, asks))
    return sorted([*past, *lived], key=lambda fact: (-(fact.ended_at or fact.at), fact.id))


def history_list(facts: Sequence[KnownFact]) -> str:
    """Return facts that no longer hold as running text."""
    clauses = dict.fromkeys(fact_clauses.history_clause(fact) for fact in facts[:_MAX_FACTS])
    return grammar.join_list(list(clauses))


def _aspects(situation: Situation) -> list[str]:
    """Return which side of somebody is asked for: "how old is my daughter?" asks their age."""
    return [aspect for aspect, pattern in _ASPECTS.items() if pattern.search(situation.text)]


def _with_names(known: Sequence[KnownFact], asks: Sequence[str]) -> list[str]:
    """Return the topics asked for, and those of the same people by name: my daughter is Emma."""
    kinds = (RELATION_KINDS.get(ask.removeprefix("person:"), ()) for ask in asks)
    asks = [*asks, *(f"person:{kind}" for kind in chain.from_iterable(kinds))]
    names = [
        f"{fact.root}:{name}"
        for fact in known
        if fact.topic in asks and (name := fact_clauses.name_in(fact.value))
    ]
    named = [fact.topic for fact in known if fact_clauses.is_named(fact.topic)]
    by_name = {topic.partition(":")[2].casefold(): topic for topic in named}
    return [*asks, *names, *(by_name[ask] for ask in asks if ask in by_name)]


def matching(known: Sequence[KnownFact], asks: Sequence[str]) -> list[KnownFact]:
    """Return the facts that fit best what is asked, newest first."""
    asks = _with_names(known, asks)
    scored = [(_fit_score(fact, asks), fact) for fact in known]
    best = max((score for score, _ in scored), default=0)
    if best == 0:
        return []
    fitting = [fact for score, fact in scored if score == best]
    return sorted(fitting, key=lambda fact: (-fact.at, fact.id))


def _fit_score(fact: KnownFact, asks: Sequence[str]) -> int:
    root, _, kind = fact.topic.partition(":")
    wanted = _roots(ask for ask in asks if not ask.startswith("*"))
    score = 6 * (fact.topic in asks) + 4 * (f"{root}:" in asks)
    score += 4 * (bool(kind) and bool(wanted & stems(kind)))
    # "pets" and "family" ask for a whole kind of fact.
    score += 3 * (root == "pet" and bool(wanted & {"pet", "anim"}))
    score += 3 * (root == "person" and bool(wanted & {"famili", "sibl", "rel"}))
    score += 2 * len(wanted & stems(fact.value))
    if root in _PEOPLE and score:
        score += 3 * any(
            pattern.search(fact.value) for aspect, pattern in _ASPECT_OF.items() if aspect in asks
        )
    narrowed = len([ask for ask in asks if ask != root]) > 0
    score += 1 if root in asks and not narrowed else 0
    # A loss is told where there is nothing else of whoever was lost.
    return score - 1 if root in LOSS_ROOTS and score else score


def stems(text: str) -> set[str]:
    """Return the stems of the content words in ``text``."""
    return {stem(word) for word in _content(text)}


@personal_cache(1 << 11)
def own_stems(text: str) -> frozenset[str]:
    """Return the same for a text of a soul, cached; what people say is never cached."""
    return frozenset(stems(text))


def _content(text: str) -> list[str]:
    spoken = plain_words(text.replace("'s", ""))
    return [word for word in spoken if len(word) >= _MIN_CONTENT_CHARS and word not in _STOP_WORDS]


def _roots(asks: Iterable[str]) -> set[str]:
    return {stem(word) for ask in asks for word in plain_words(ask.replace(":", " "))}


def best_line(situation: Situation, wanted: set[str], *, least: int) -> Line | None:
    """Return the best recalled line of a person that shares ``least`` stems with ``wanted``."""
    messages = {line.text for line in situation.brief.messages}
    for line in situation.brief.recalled_lines:
        text = line.text.strip()
        if line.mine or text in messages or text.endswith("?") or not plain_words(text):
            continue
        if len(wanted & stems(text)) >= least:
            return line
    return None


def quote(
    situation: Situation, selector: PhraseSelector, line: Line, key: str = "recall.line"
) -> str:
    """Tell a recalled line, in reported speech where that is safe, else word for word."""
    fields = {"ago": situation.ago(line.at), "quote": grammar.quoted(line.text)}
    brief = situation.brief
    speakers = {message.speaker for message in brief.messages} | {brief.person_name}
    if brief.is_group and line.speaker not in speakers:
        return selector.say("recall.other", speaker=line.speaker, **fields)
    turned = situation.turn(line.text) if starts_as_clause(line.text) else None
    if turned and key == "recall.line":
        return selector.say("recall.that", clause=grammar.lower_first(turned), **fields)
    return selector.say(key, **fields)


def starts_as_clause(text: str) -> bool:
    """Return whether the text begins with the speaker doing something, so that "that …" fits."""
    spoken = plain_words(text)
    return bool(spoken) and spoken[0] in {
        "i", "i'm", "i've", "we", "we're", "we've", "i'd", "i'll",
    }  # fmt: skip


def forgot(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Say what was forgotten, or that there was nothing to forget."""
    gone, topics = situation.brief.forgotten_facts, situation.interpretation.forget_topics
    if not gone:
        return [selector.say("forget.none" if topics else "forget.last")]
    nouns = list(dict.fromkeys(fact_clauses.noun(fact.topic, fact.value) for fact in gone))
    if EVERYTHING in topics and len(gone) > 1:
        return [selector.say("forget.all", things=grammar.join_list(nouns[:_MAX_LISTED]))]
    return [selector.say("forget.done", thing=grammar.join_list(nouns[:_MAX_FACTS]))]


def hid(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Say that something is not mentioned any more, or may be again; ask what, if that is unclear.

    The subject is not named: to name it is to mention it.
    """
    said = situation.interpretation
    if said.does(Act.HIDE):
        return [selector.say("hide.done" if said.hidden_subjects else "hide.what")]
    return [selector.say("show.done" if said.shown_subjects else "show.what")]


def learned(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Acknowledge what was learned or corrected in this turn, two things at most."""
    learned_facts = by_weight(situation.brief.learned_facts)
    new = [fact for fact in learned_facts if fact.root not in LOSS_ROOTS]
    phrases = [_take_note(situation, selector, fact) for fact in new]
    if not new and situation.brief.forgotten_facts and not situation.does(Act.FORGET):
        fact = situation.brief.forgotten_facts[0]
        keys = (f"correct.gone.{fact.root}", "correct.gone")
        phrases = [selector.say(*keys, fact=fact_clauses.clause(fact.topic, fact.value))]
    return [phrase for phrase in phrases if phrase][:2]


def _take_note(situation: Situation, selector: PhraseSelector, fact: KnownFact) -> str:
    """Acknowledge a fact that is new, or that replaces a forgotten one."""
    root, fields = fact.root, fact_clauses.phrase_fields(fact)
    for old in situation.brief.forgotten_facts:
        if old.topic == fact.topic:
            value = fact_clauses.phrase_fields(old).get("value", "")
            return selector.say(f"correct.{root}", "correct", old=value, **fields)
    return selector.say(f"learn.{root}", "learn", **fields)
