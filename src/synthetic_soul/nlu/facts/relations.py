"""People and pets that are close to the speaker: their relations and names.

Patterns stand in ``data/facts.toml``.
"""

import re
from collections.abc import Iterator

from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.nlu.facts.fact_values import capital_names, given_name, is_trade
from synthetic_soul.nlu.resources import compiled_ignorecase, load, lower
from synthetic_soul.nlu.text.vocabulary import IN_LAWS, NOT_NAMES, PETS, RELATIONS

_KINDS = "|".join(sorted({*RELATIONS, *PETS}, key=lambda word: (-len(word), word)))
_FILE = load("facts")
_PEOPLE = _FILE.table("people")
_FRAGMENTS = _FILE.fragments({"relation": _KINDS})


def _pattern(name: str) -> re.Pattern[str]:
    return _PEOPLE.pattern(name, _FRAGMENTS, flags=re.IGNORECASE)


_CALLED, _BY_NAME, _IS_MY, _OF_MINE = map(_pattern, ("called", "by_name", "is_my", "of_mine"))
_HAVE_CALLED, _SEVERAL, _MARRIED = map(_pattern, ("have_called", "several", "married"))
_DOES, _PRONOUN_NAMED, _MENTION = map(_pattern, ("does", "pronoun_named", "mention"))
_NOT_INTRODUCED = _pattern("not_introduced")
_FIRST_PERSON = compiled_ignorecase(r"^(?:i|we)\b")
_BEST_FRIEND = compiled_ignorecase(r"\bbest (?:friend|mate)\b")
_NO_GIVEN_NAMES, _FEMALE, _MALE, _PLURAL = (
    frozenset(_PEOPLE.words(name)) for name in ("no_given_names", "female", "male", "plural")
)
_EXCLUDED = {
    "she": _MALE | _PLURAL, "her": _MALE | _PLURAL,
    "he": _FEMALE | _PLURAL, "him": _FEMALE | _PLURAL, "his": _FEMALE | _PLURAL,
    "it": _FEMALE | _MALE | _PLURAL, "they": frozenset[str](),
}  # fmt: skip
"""Relations that a pronoun cannot refer to."""
_SUBJECT_FORM = {"her": "she", "his": "he", "its": "it", "their": "they"}


def people_and_pets(clause: str) -> Iterator[FactMention]:
    """Yield a fact for each person or pet of the speaker that the clause names."""
    named = False
    for match in _HAVE_CALLED.finditer(clause) if _FIRST_PERSON.match(clause) else ():
        name = _name(match["rest"], loose=True)
        if name:
            named = True
            yield FactMention(_topic_in(match), name)
    if not named:
        yield from _named_one(clause)


def named_together(clause: str) -> FactMention | None:
    """Read "I have two kids, Ben and Lucy"."""
    match = _SEVERAL.match(clause)
    if not match:
        return None
    kind = lower(match["kind"])
    return FactMention(_topic(kind if kind in RELATIONS else kind.removesuffix("s")), match["rest"])


def named_by_pronoun(clause: str, topic: str, before: str = "") -> FactMention | None:
    """Read "her name is Miso", said after one of ``topic`` was mentioned, or in ``before``."""
    match = _PRONOUN_NAMED.match(clause)
    if not match:
        return None
    pronoun = re.split(r"[ ']", clause, maxsplit=1)[0].lower()
    pronoun = _SUBJECT_FORM.get(pronoun, pronoun)
    if not topic or topic.partition(":")[2] in _EXCLUDED.get(pronoun, ()):
        topic = resolve_pronoun(pronoun, before, owners=True)[0]
    name = _name(match["rest"] or match["called"], loose=True) if topic else ""
    return FactMention(topic, name) if name else None


def topic_of_last_mention(clause: str) -> str:
    """Return the topic of the last person or pet that a clause mentions, or an empty string."""
    topics = [_topic_in(match) for match in _MENTION.finditer(clause)]
    return topics[-1] if topics else ""


def resolve_pronoun(pronoun: str, before: str, *, owners: bool = False) -> tuple[str, str]:
    """Return the topic and the words ("my sister") of whom ``pronoun`` refers to in ``before``.

    Both are empty where nobody fitting is mentioned. ``owners``: somebody of whom only a thing is
    mentioned ("my sister's house") counts too.
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
        if relation not in excluded and (owners or not owns):
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


def _named_one(clause: str) -> Iterator[FactMention]:
    for pattern, loose in ((_CALLED, True), (_MARRIED, False), (_IS_MY, False), (_BY_NAME, False)):
        match = pattern.search(clause)
        name = _name(match["rest"], loose=loose) if match else ""
        if match and name:
            # "my ex" and "my friend" may be many; the name still says which.
            yield FactMention(_topic_in(match), name)
            return
    match = _DOES.match(clause)
    if match and lower(match["kind"]) in RELATIONS and is_trade(match["rest"]):
        yield FactMention(_topic_in(match), match["rest"])


def _name(rest: str, *, loose: bool) -> str:
    """Return the name that ``rest`` begins with; ``loose``: it may be in lower case."""
    name = given_name(rest) if loose else capital_names(rest)
    name = name.removesuffix("'s")
    first = name.split()[0].lower() if name else ""
    shouted = name.isupper() and len(name) > 1
    return "" if first in _NO_GIVEN_NAMES or first in NOT_NAMES or (shouted and not loose) else name


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
