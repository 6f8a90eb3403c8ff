"""Facts about a person in words: clauses, names, fields of phrases."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from synthetic_soul.nlu.calendar.date_reader import dates_in, without_dates
from synthetic_soul.nlu.facts.verb_group import is_predicate
from synthetic_soul.voices.base import Brief, KnownFact
from synthetic_soul.voices.composer.grammar import DAY, an, join_list, quoted
from synthetic_soul.voices.composer.situation import LOSS_ROOTS, clean, has_died
from synthetic_soul.voices.composer.spoken_dates import spoken_date

_PREPOSITION: Final = re.compile(r"(?i)(?:in|at|on|near|by|outside|with|for|as|from|off|under)\b")
_DETERMINED: Final = re.compile(r"(?i)(?:an?|the|my|your|our|some|two|three|four|five|\d+)\b")
_VERB: Final = re.compile(
    r"(?i)(?:bake|teach|run|work|drive|write|build|make|sell|design|cook|paint|code|program|study|"
    r"clean|own|manage|lead|fix|repair|grow|nurse|research|translate|play|sing|deliver|look after|"
    r"take care|care for|help|serve|train|coach|edit|fly|farm|stay|am|have|do|keep|volunteer|"
    r"freelance|raise|brew|restore|carve|tend|photograph|direct|produce|compose|collect)\b"
)
_VERB_ING: Final = re.compile(r"(?i)[a-z]+ing\b")
_NAME: Final = re.compile(r"(?:[A-Z][\w'’-]*)(?: (?:[A-Z][\w'’-]*|and|van|de|von|the))*")
_PLAN_VERB: Final = re.compile(
    r"(?i)(?:to|be|see|visit|go|start|move|meet|have|take|buy|get|learn|finish|make|write|run|fly|"
    r"travel)\b"
)
_TRADE: Final = re.compile(
    r"(?i)(?:research|program|design|care|train|work)\w* (?:assistant|manager|scientist|worker)"
)
_ASK_AFTER: Final = 14 * DAY
"""How long after it was told one may ask how a plan without a date went, in milliseconds."""
_STATE: Final = re.compile(
    r"(?i)(?:autistic|deaf|blind|diabetic|dys\w+ic|epileptic|asthmatic|bipolar|an?aemic|agoraphobic"
    r"|colou?r|left|disabled|asexual|gay|lesbian|bisexual|trans|non|sober|on)\b"
)
_CREED: Final = re.compile(
    r"(?i)(?:an? |practi|lapsed|devout|strict|christian|catholic|muslim|jew|hindu|buddhist|sikh"
    r"|quaker|mormon|atheist|agnostic|pagan|protestant|orthodox)"
)
_PLURAL_KINDS: Final = frozenset({"children", "parents"})
_UNKNOWN_ARTICLE: Final = frozenset({"retired", "unemployed", "self-employed", "freelance"})


def name_in(value: str) -> str:
    """Return the proper name a value begins with ("Miso", "Ada"), or ""."""
    match = _NAME.match(clean(value))
    return match[0] if match else ""


def clause(topic: str, value: str) -> str:
    """Return a fact as a clause that begins with "you" or "your": "you live in Ghent"."""
    value = clean(value)
    first, _, kind = topic.partition(":")
    if first in {"person", "pet", "favourite"}:
        return _of_kind(first, kind or "one", value)
    if first == "work":
        return _work(value)
    if first == "appointment":
        return f"you said {quoted(value)}" if kind else value
    if first in _CLAUSES:
        return _CLAUSES[first](value)
    if first in LOSS_ROOTS:
        name = name_in(value)
        return f"you lost {name or f'your {value}'}"
    lead = _LEADS.get(first, f"your {first} is")
    return f"{lead} {re.sub(r'(?i)^(?:on|from|to) ', '', value)}"


def _home(value: str) -> str:
    return f"you live {value}" if _PREPOSITION.match(value) else f"you live in {value}"


def _hobby(value: str) -> str:
    if value.startswith("playing "):
        return f"you play {value.removeprefix('playing ')}"
    return f"you're {value}" if value.startswith("learning ") else f"you enjoy {value}"


def _diet(value: str) -> str:
    if value.startswith("no "):
        return f"you don't eat {value.removeprefix('no ')}"
    names_food = value.startswith(("halal", "kosher", "plant", "gluten-f", "gluten f"))
    return f"you eat {value}" if names_food else f"you're {value}"


def _condition(value: str) -> str:
    return f"you're {value}" if _STATE.match(value) else f"you have {value}"


def _belief(value: str) -> str:
    return f"you're {value}" if _CREED.match(value) else f"you believe in {value}"


_CLAUSES: Final[Mapping[str, Callable[[str], str]]] = {
    "home": _home,
    "hobby": _hobby,
    "diet": _diet,
    "condition": _condition,
    "belief": _belief,
    "relationship": lambda value: f"you're {value}",
    "habit": lambda value: f"you {value}",
    "plan": lambda value: f"you were {plan_clause(value)}",
    "age": lambda value: f"you're {value}",
    "experience": lambda value: f"you've {value}" if value.startswith("been ") else f"you {value}",
}
_LEADS: Final = {
    "name": "you're called", "birthday": "your birthday is", "origin": "you come from",
    "study": "you study", "like": "you like", "dislike": "you don't like",
    "allergy": "you're allergic to", "fear": "you're afraid of", "language": "you speak",
    "possession": "you have",
}  # fmt: skip
_VERB_OF_CONTRACTION: Final = {"you're": "is", "you've": "has"}
_THIRD_PERSON: Final = {
    "am": "is", "are": "is", "have": "has", "were": "was", "had": "had", "don't": "doesn't",
}  # fmt: skip
_TOLD_IN_THE_PAST: Final = frozenset({"experience", *LOSS_ROOTS})


def is_named(topic: str) -> bool:
    """Return whether a fact stands under somebody's name ("person:Olly"), not their relation."""
    root, _, kind = topic.partition(":")
    return root in {"person", "pet"} and bool(kind) and not kind[:1].islower()


def _of_kind(first: str, kind: str, value: str) -> str:
    if first == "favourite":
        return f"your favourite {kind} is {value}"
    named = is_named(f"{first}:{kind}")
    if named or is_predicate(value):
        subject = kind if named else f"your {kind}"
        return f"{subject} {value}" if is_predicate(value) else f"{subject} is {value}"
    return _of_relation(first, kind, value)


def _of_relation(first: str, kind: str, value: str) -> str:
    name = name_in(value)
    if name and name == value:
        return _named(first, kind, name)
    if not value or value.casefold() == kind:
        return f"you have {an(kind)}"
    if first == "pet":
        return f"you have {an(kind)}, {value}" if name else f"you have {value}"
    if _DETERMINED.match(value):
        return f"your {kind} is {value}"
    return f"your {kind}: {value}" if name else f"your {kind} {value}"


def _named(first: str, kind: str, name: str) -> str:
    if is_several(kind, name):
        return f"your {kind if kind in _PLURAL_KINDS else f'{kind}s'} are called {name}"
    if first == "pet":
        return f"you have {an(kind)} called {name}"
    return f"your {kind} is called {name}"


def _work(value: str) -> str:
    first = value.split(" ", 1)[0].casefold()
    if first in _UNKNOWN_ARTICLE or _DETERMINED.match(value):
        return f"you're {value}"
    if _PREPOSITION.match(value):
        return f"you work {value}"
    if " " in value and _VERB.match(value) and not _TRADE.match(value):
        return f"you {value}"
    if _VERB_ING.match(value):
        return f"your work is {value}"
    is_branch = first in {"it", "tech", "finance", "retail"}
    return f"you work in {value}" if is_branch else f"you're {an(value)}"


def is_several(kind: str, value: str) -> bool:
    """Return whether a fact is about several people or animals: "Ben and Lucy"."""
    return kind in _PLURAL_KINDS or " and " in value


def undated(fact: KnownFact) -> str:
    """Return the value of a fact without the date that it was told with, where that is resolved."""
    value = clean(fact.value)
    # Where words of another language are kept as they were said, the date stays in them.
    if fact.when is None or fact.root not in {"plan", "appointment"} or ":" in fact.topic:
        return value
    return without_dates(value, dates_in(value, fact.at, fact.when.zone)) or value


def plan_clause(value: str) -> str:
    """Return a plan so that it can follow "you were": "going to Rome", "planning to move"."""
    if _VERB_ING.match(value):
        return value
    bare = _PLAN_VERB.match(value) and not value.casefold().startswith("to ")
    return f"planning to {value}" if bare else f"planning {value}"


def is_over(fact: KnownFact, now: int) -> bool:
    """Return whether a plan is over: its date is past, or without one it was told long ago."""
    if fact.when is None:
        return now - fact.at >= _ASK_AFTER
    return fact.when.is_over(now)


def history_clause(fact: KnownFact) -> str:
    """Return a fact that no longer holds as a clause: "you used to live in Ghent"."""
    present = clause(fact.topic, fact.value)
    if fact.ended_at is None:  # an experience, which is told in the past anyway
        return present
    subject, _, rest = present.partition(" ")
    if subject == "you":
        return f"you used to {rest}"
    if subject in _VERB_OF_CONTRACTION:
        return f"you used to {_INFINITIVE[subject]} {rest}"
    return re.sub(r" (?:is|are) ", " was ", present, count=1)


_INFINITIVE: Final = {"you're": "be", "you've": "have"}


def past_clause(present: str) -> str:
    """Return a clause about the dead in the past: "you have a dog" as "you had a dog"."""
    past = re.sub(r"^you have\b", "you had", present)
    return re.sub(r"\bare called\b", "were called", re.sub(r"\bis called\b", "was called", past))


def clause_list(brief: Brief, facts: Sequence[KnownFact]) -> str:
    """Return several facts as running text; likes share one clause."""
    likes = [clean(fact.value) for fact in facts if fact.topic == "like"]
    dislikes = [current_clause(brief, fact) for fact in facts if fact.topic == "dislike"]
    others = [fact for fact in facts if fact.topic not in {"like", "dislike"}]
    clauses = [current_clause(brief, fact) for fact in others if is_worth_telling(facts, fact)]
    clauses += [f"you like {join_list(likes)}"] if likes else []
    return join_list([*clauses, *dislikes])


def is_worth_telling(facts: Sequence[KnownFact], fact: KnownFact) -> bool:
    """Return whether a fact adds something: a loss is told with the fact of whom it was."""
    if fact.root not in LOSS_ROOTS:
        return True
    topic, name = fact.topic.partition(":")[2], fact.value.casefold()
    living = [other for other in facts if other.root not in LOSS_ROOTS]
    return not any(other.value.casefold() == name or other.topic == topic for other in living)


def current_clause(brief: Brief, fact: KnownFact, *, dated: bool = True) -> str:
    """Return a fact as a clause, in the past where its subject is mourned or it is over.

    ``dated`` tells the date that it is due, as one would say it now.
    """
    if fact.root in {"plan", "appointment"}:
        return _dated_clause(fact, brief.now, dated=dated)
    present = clause(fact.topic, fact.value)
    return past_clause(present) if is_of_the_dead(brief, fact) else present


def _dated_clause(fact: KnownFact, now: int, *, dated: bool) -> str:
    """Return a plan or an appointment as a clause."""
    value, tense = undated(fact), "were" if is_over(fact, now) else "are"
    when = f" {spoken_date(fact.when.near(now), now)}" if fact.when and dated else ""
    if fact.root == "appointment":
        told = clause(fact.topic, value)
        # Clauses of any verb are not put into the past: what was said is told instead.
        return (
            f"you said that {told}{when}" if tense == "were" and told == value else f"{told}{when}"
        )
    lead = "you were" if tense == "were" else "you're"
    return f"{lead} {plan_clause(value)}{when}"


def clause_about(brief: Brief, fact: KnownFact, name: str, *, dated: bool = True) -> str:
    """Return a fact as a clause about the person by name: "Ada lives in Ghent"."""
    said = current_clause(brief, fact, dated=dated)
    if is_named(fact.topic):
        return said
    first, _, rest = said.partition(" ")
    if first == "your":
        return f"{name}'s {rest}"
    if first in _VERB_OF_CONTRACTION:
        return f"{name} {_VERB_OF_CONTRACTION[first]} {rest}"
    verb, _, rest = rest.partition(" ")
    if fact.root not in _TOLD_IN_THE_PAST and verb != "said":
        verb = _third_person(verb)
    return f"{name} {verb} {rest.replace('your ', 'their ')}"


def _third_person(verb: str) -> str:
    """Return a verb as it follows a name: "live" as "lives"; one in the past stays."""
    if verb in _THIRD_PERSON:
        return _THIRD_PERSON[verb]
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else f"{verb}s"


def is_of_the_dead(brief: Brief, fact: KnownFact) -> bool:
    """Return whether a fact is about somebody who has died."""
    if fact.root in LOSS_ROOTS:
        return True
    close = fact.topic.startswith(("pet:", "person:"))
    return close and has_died(brief, fact, name_in(fact.value))


def _of_the_lost(value: str) -> str:
    return f"what you told me of {name_in(value) or f'your {value}'}"


def noun(topic: str, value: str) -> str:
    """Return what to call a forgotten fact: "your name", "where you live", "your cat Miso"."""
    first, _, kind = topic.partition(":")
    if is_named(topic):
        return f"what you told me of {kind}"
    if first in {"person", "pet"}:
        name = name_in(value)
        return f"your {kind} {name}".rstrip() if name else f"what you told me of your {kind}"
    if first == "favourite":
        return f"your favourite {kind}"
    plain = clean(value)
    return {
        "home": "where you live", "origin": "where you come from", "work": "what you do for work",
        "study": "what you study", "like": f"that you like {plain}",
        "dislike": f"that you don't like {plain}", "plan": f"that you were {plan_clause(plain)}",
        "diet": "what you eat", "appointment": f"what you told me: {plain}",
        "lost": _of_the_lost(plain), "late": _of_the_lost(plain),
        "allergy": "what you're allergic to", "language": f"that you speak {plain}",
        "hobby": f"that you enjoy {plain}", "possession": f"that you have {plain}",
        "experience": "what you told me you'd done",
    }.get(first, f"your {first}")  # fmt: skip


def phrase_fields(fact: KnownFact) -> dict[str, str]:
    """Return the fields that phrases about a fact may use."""
    first, _, kind = fact.topic.partition(":")
    value = clean(fact.value)
    fields = {"value": value, "fact": clause(fact.topic, fact.value), "kind": kind}
    if first in {"pet", "person"} and (name := name_in(fact.value)):
        fields["names" if is_several(kind, name) else "called"] = name
    if first == "plan":
        fields["doing"] = plan_clause(undated(fact))
    if first in {"home", "origin"}:
        place = re.sub(r"(?i)^(?:in|at|near|from|on) ", "", value)
        place = re.split(r"(?i),| (?:with|and|near|but|since|for|in|on) ", place)[0].strip()
        if place[:1].isupper():
            fields["place"] = place
    return {name: text for name, text in fields.items() if text}
