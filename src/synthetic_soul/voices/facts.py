"""Facts about a person as words: whole clauses, the names in them, what to call them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.voices.grammar import DAY, HOUR, an, listed
from synthetic_soul.voices.scene import clean, mourned

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_soul.voices.base import Brief, Known

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
_DUE: Final = tuple(
    (re.compile(rf"(?i)\b(?:{words})\b"), wait)
    for words, wait in (
        ("tonight|this (?:morning|afternoon|evening)|today|later", 12 * HOUR),
        ("the day after", 2 * DAY),
        ("tomorrow", DAY),
        ("next week|in a week", 8 * DAY),
        ("next month|in a month", 35 * DAY),
        ("next (?:year|summer|winter|spring|autumn)", 200 * DAY),
        (r"weekend|this week|\w+day", 5 * DAY),
    )
)
_UNKNOWN_ARTICLE: Final = frozenset({"retired", "unemployed", "self-employed", "freelance"})


def called(value: str) -> str:
    """The proper name a value begins with ("Miso", "Ada"), or "" where there is none."""
    match = _NAME.match(clean(value))
    return match[0] if match else ""


def clause(  # noqa: PLR0911 - one return for each sort of topic
    topic: str, value: str
) -> str:
    """A fact as a clause that begins with "you" or "your": "you live in Ghent"."""
    value = clean(value)
    root, _, kind = topic.partition(":")
    if root in {"person", "pet", "favourite"}:
        return _of_kind(root, kind or "one", value)
    if root == "work":
        return _work(value)
    if root == "home":
        return f"you live {value}" if _PREPOSITION.match(value) else f"you live in {value}"
    if root == "plan":
        return f"you were {doing(value)}"
    if root == "age":
        return f"you're {value}"
    if root == "hobby":
        return f"you're {value}" if value.startswith("learning ") else f"you enjoy {value}"
    if root == "experience":
        return f"you've {value}" if value.startswith("been ") else f"you {value}"
    lead = _LEADS.get(root, f"your {root} is")
    return f"{lead} {re.sub(r'(?i)^(?:on|from|to) ', '', value)}"


_LEADS: Final = {
    "name": "you're called", "birthday": "your birthday is", "origin": "you come from",
    "study": "you study", "like": "you like", "dislike": "you don't like",
    "allergy": "you're allergic to", "language": "you speak", "possession": "you have",
}  # fmt: skip


def _of_kind(root: str, kind: str, value: str) -> str:
    if root == "favourite":
        return f"your favourite {kind} is {value}"
    name = called(value)
    if name and name == value:
        return f"you have {an(kind)} called {value}" if root == "pet" else (
            f"your {kind} is called {value}")  # fmt: skip
    if not value or value.casefold() == kind:
        return f"you have {an(kind)}"
    if root == "pet":
        return f"you have {an(kind)}, {value}" if name else f"you have {value}"
    if _DETERMINED.match(value):
        return f"your {kind} is {value}"
    return f"your {kind}: {value}" if name else f"your {kind} {value}"


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
    return f"you work in {value}" if first in {"it", "tech", "finance", "retail"} else (
        f"you're {an(value)}")  # fmt: skip


def doing(value: str) -> str:
    """A plan so that it can follow "you were": "going to Rome", "planning to move"."""
    if _VERB_ING.match(value):
        return value
    bare = _PLAN_VERB.match(value) and not value.casefold().startswith("to ")
    return f"planning to {value}" if bare else f"planning {value}"


def due(plan: str) -> int:
    """How long after it was told one may ask how a plan went, in milliseconds."""
    return next((wait for pattern, wait in _DUE if pattern.search(plan)), 14 * DAY)


def past(told: str) -> str:
    """A clause of somebody who is no more: "you have a dog" -> "you had a dog"."""
    return re.sub(r"\bis called\b", "was called", re.sub(r"^you have\b", "you had", told))


def clauses(brief: Brief, facts: Sequence[Known]) -> str:
    """Several facts as running text; likes share one clause."""
    likes = [clean(fact.value) for fact in facts if fact.topic == "like"]
    told = [tell(brief, fact) for fact in facts if fact.topic != "like"]
    return listed([*told, f"you like {listed(likes)}"] if likes else told)


def tell(brief: Brief, fact: Known) -> str:
    """A fact as a clause, in the past where whoever it is about is mourned."""
    told = clause(fact.topic, fact.value)
    close = fact.topic.startswith(("pet:", "person:"))
    lost = close and mourned(brief, called(fact.value) or fact.topic.partition(":")[2])
    return past(told) if lost else told


def noun(topic: str, value: str) -> str:
    """What to call a fact that is let go: "your name", "where you live", "your cat Miso"."""
    root, _, kind = topic.partition(":")
    if root in {"person", "pet"}:
        name = called(value)
        return f"your {kind} {name}".rstrip() if name else f"what you told me of your {kind}"
    if root == "favourite":
        return f"your favourite {kind}"
    plain = clean(value)
    return {
        "home": "where you live", "origin": "where you come from", "work": "what you do for work",
        "study": "what you study", "like": f"that you like {plain}",
        "dislike": f"that you don't like {plain}", "plan": f"that you were {doing(plain)}",
        "allergy": "what you're allergic to", "language": f"that you speak {plain}",
        "hobby": f"that you enjoy {plain}", "possession": f"that you have {plain}",
        "experience": "what you told me you'd done",
    }.get(root, f"your {root}")  # fmt: skip


def fields(fact: Known) -> dict[str, str]:
    """The fields that phrases about a fact may use."""
    root, _, kind = fact.topic.partition(":")
    value = clean(fact.value)
    told = clause(fact.topic, fact.value)
    found = {"value": value, "fact": told, "Value": _upper(value), "Fact": _upper(told)}
    if kind:
        found["kind"] = kind
    if root in {"pet", "person"} and (name := called(fact.value)):
        found["called"] = name
    if root == "plan":
        found["doing"] = doing(value)
    if root in {"home", "origin"}:
        place = re.sub(r"(?i)^(?:in|at|near|from|on) ", "", value)
        place = re.split(r"(?i),| (?:with|and|near|but|since|for|in|on) ", place)[0].strip()
        if place[:1].isupper():
            found["place"] = place
    return {key: text for key, text in found.items() if text}


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]
