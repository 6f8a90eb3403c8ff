"""Whom words mean that stand for somebody of the speaker's: "she", "my dog Rex", "mum".

Patterns stand in ``data/facts.toml``.
"""

import re

from synthetic_soul.nlu.facts.fact_values import capital_names
from synthetic_soul.nlu.resources import compiled_ignorecase, load, lower
from synthetic_soul.nlu.text.vocabulary import IN_LAWS, PETS, RELATIONS

_KINDS = "|".join(sorted({*RELATIONS, *PETS}, key=lambda word: (-len(word), word)))
_FILE = load("facts")
_PEOPLE = _FILE.table("people")
_FRAGMENTS = _FILE.fragments({"relation": _KINDS})


def _pattern(name: str) -> re.Pattern[str]:
    return _PEOPLE.pattern(name, _FRAGMENTS, flags=re.IGNORECASE)


_OF_MINE, _MENTION, _NOT_INTRODUCED = map(_pattern, ("of_mine", "mention", "not_introduced"))
_BEST_FRIEND = compiled_ignorecase(r"\bbest (?:friend|mate)\b")
_FEMALE, _MALE, _PLURAL = (frozenset(_PEOPLE.words(name)) for name in ("female", "male", "plural"))
_EXCLUDED = {
    "she": _MALE | _PLURAL, "her": _MALE | _PLURAL,
    "he": _FEMALE | _PLURAL, "him": _FEMALE | _PLURAL, "his": _FEMALE | _PLURAL,
    "it": _FEMALE | _MALE | _PLURAL, "they": frozenset[str](),
}  # fmt: skip
"""Relations that a pronoun cannot refer to."""


def resolve_pronoun(pronoun: str, before: str) -> tuple[str, str]:
    """Return the topic and the words ("my sister") of whom ``pronoun`` refers to in ``before``.

    Both are empty where nobody fitting is mentioned; "my sister's house" mentions no sister.
    """
    excluded = _EXCLUDED.get(pronoun.lower())
    if excluded is None:
        return "", ""
    for match in reversed(list(_MENTION.finditer(before))):
        # "My sister is having a baby" mentions the sister, and nobody who has a name yet.
        unborn = (match["kind2"] or "").lower() in ("baby", "child", "kid")
        becoming = match["kind2"] and _NOT_INTRODUCED.search(before[: match.start()].rstrip())
        if unborn or becoming:
            continue
        topic = _topic_in(match)
        relation = topic.partition(":")[2]
        owns = before[match.end() :].startswith("'s")
        if relation not in excluded and not owns:
            return topic, f"my {relation}"
    return "", ""


def resolve_subject(subject: str) -> tuple[str, str]:
    """Return the topic and the name of somebody: of "my dog Rex", "mum" or "Rex".

    Either is empty where the words do not say it.
    """
    match = _OF_MINE.match(subject)
    if match:
        return _topic_in(match), capital_names(match["rest"] or "")
    relation = RELATIONS.get(lower(subject))
    if relation:
        return f"person:{relation}", ""
    return "", capital_names(subject) if subject[:1].isupper() and " " not in subject else ""


def _topic_in(match: re.Match[str]) -> str:
    groups = match.groupdict()
    kind = groups["kind"] or groups["kind2"] or ""
    best = bool(_BEST_FRIEND.search(match[0]))
    return _topic(kind, in_law=bool(groups["law"]), best=best)


def _topic(kind: str, *, in_law: bool = False, best: bool = False) -> str:
    word = lower(kind)
    if word in ("married", "engaged"):
        return "person:partner"
    if word in PETS:
        return f"pet:{PETS[word]}"
    relation = RELATIONS[word]
    if in_law and relation in IN_LAWS:
        return f"person:{relation}-in-law"
    return "person:best friend" if best and relation == "friend" else f"person:{relation}"
