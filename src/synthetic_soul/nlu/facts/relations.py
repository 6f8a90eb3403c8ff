"""The people and animals of somebody's life: who they are to the speaker, and their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthetic_soul.nlu.facts.fact_values import Found, capital_names, given_name, is_trade
from synthetic_soul.nlu.text.regex import compiled, lower, wide, word_set
from synthetic_soul.nlu.text.vocabulary import IN_LAWS, NOT_NAMES, PETS, RELATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = "|".join(sorted({*RELATIONS, *PETS}, key=lambda word: (-len(word), word)))
_ONE = wide(rf"""
        \b(?:my|our) (?:(?:little|big|older|younger|elder|twin|baby|best|old|new|oldest|eldest
        |youngest|late|dear|lovely|first|second|other|good|close|childhood|half|step|only|cute
        |sweet|beloved|crazy|ginger|black|white|grey|rescue
        |great) ){{0,2}}?(?P<kind>{_WORDS})(?P<law>[- ]in[- ]law)?(?!-)\b
""")
_OF_MINE = compiled(rf"{_ONE}(?: (?P<rest>(?-i:[A-Z])[\w'-]+))?$", re.IGNORECASE)
_BY_NAME = compiled(rf"{_ONE}(?:,| is| was)? (?P<rest>(?-i:[^\W\d_a-z][\w'-]*).*)", re.IGNORECASE)
_CALLED = compiled(
    rf"""
        {_ONE}(?:'s name is| is called| is named| was called|,? who is called|,? called|,? named
        |'s called|'s named|'s name's|'s name was) (?P<rest>.+)
    """,
    re.IGNORECASE,
)
_HAVE = compiled(
    rf"""
        \b(?:a|an|one) (?:(?:little|big|older|younger|elder|twin|baby|new|old|cute|small|pet
        |best) ){{0,2}}(?P<kind>{_WORDS})(?P<law>),? \(?(?:called|named
        |whose name is) (?=(?P<rest>[\w'-]+(?: [\w'-]+){{0,3}}))
    """,
    re.IGNORECASE,
)
_OURS = compiled(r"^(?:i|we)\b", re.IGNORECASE)
_IS_MY = compiled(
    rf"^(?P<rest>(?-i:[^\W\d_a-z])[\w'-]*(?: (?-i:[^\W\d_a-z])[\w'-]*)?) is {_ONE}(?!'s)",
    re.IGNORECASE,
)
_MARRIED = compiled(r"^(?:i'm|i am) (?P<kind>married|engaged) to (?P<law>)(?P<rest>.+)",
                      re.IGNORECASE)  # fmt: skip
_DOES = compiled(
    rf"^{_ONE} (?:is|works as) (?P<rest>(?:a|an) (?:\w+ ){{0,2}}?\w+)(?: (?:at|in|for) .*)?$",
    re.IGNORECASE,
)
_HERS = compiled(
    r"""
        ^(?:her|his|its|their|the (?:\w+)'s) name(?:'s| is) (?P<rest>.+)$|^(?:she|he|it|they)(?:'s
        | is| are|'re) (?:called|named) (?P<called>.+)$
    """,
    re.IGNORECASE,
)
_MENTION = compiled(
    rf"(?:{_ONE}|\b(?:a|an|one) (?:\w+ ){{0,2}}?(?P<kind2>{_WORDS})\b)", re.IGNORECASE
)
_BEST = compiled(r"\bbest (?:friend|mate)\b", re.IGNORECASE)
_NOT_NAMED = word_set("god jesus monday english internet mum dad")


def key_of(kind: str, *, in_law: bool = False, best: bool = False) -> str:
    """Return the topic under which somebody of this kind is kept."""
    low = lower(kind)
    if low in ("married", "engaged"):
        return "person:partner"
    if low in PETS:
        return f"pet:{PETS[low]}"
    relation = RELATIONS[low]
    if in_law and relation in IN_LAWS:
        return f"person:{relation}-in-law"
    return "person:best friend" if best and relation == "friend" else f"person:{relation}"


def _name(rest: str, *, loose: bool) -> str:
    name = given_name(rest) if loose else capital_names(rest)
    name = name.removesuffix("'s")
    first = name.split()[0].lower() if name else ""
    shouted = name.isupper() and len(name) > 1
    return "" if first in _NOT_NAMED or first in NOT_NAMES or (shouted and not loose) else name


_SEVERAL = compiled(
    rf"""
        ^(?:i|we) have (?:two|three|four|five|six|\d+) (?:(?:little|big|older|younger|small|lovely
        |old) )?(?P<kind>kids|children|(?:{_WORDS})s)(?:,|:| called| named|,? they are| -)+[ ]
        (?P<rest>(?-i:[A-Z])[\w'-]+(?:,? (?:and )?(?-i:[A-Z])[\w'-]+){{1,5}})$
    """,
    re.IGNORECASE,
)


def several_named(said: str) -> Found | None:
    """Read "I have two kids, Ben and Lucy"."""
    match = _SEVERAL.match(said)
    if not match:
        return None
    kind = lower(match["kind"])
    return Found(key_of(kind if kind in RELATIONS else kind.removesuffix("s")), match["rest"])


_SHE = word_set("""
    mother sister grandmother wife girlfriend daughter aunt niece granddaughter stepmother
    stepsister godmother mother-in-law sister-in-law daughter-in-law
""")
_HE = word_set("""
    father brother grandfather husband boyfriend son uncle nephew grandson stepfather stepbrother
    godfather father-in-law brother-in-law son-in-law
""")
_MANY = word_set("parents children")
_NOT_SO = {"she": _HE | _MANY, "her": _HE | _MANY, "he": _SHE | _MANY, "him": _SHE | _MANY,
           "his": _SHE | _MANY, "they": frozenset[str](), "it": _SHE | _HE | _MANY}  # fmt: skip
"""Whom each pronoun cannot mean."""
_SUBJECT = {"her": "she", "his": "he", "its": "it", "their": "they"}
_BECOMING = compiled(r"\b(?:be|become|becoming|am|i'm|was|is|as|like|another|not)$", re.IGNORECASE)


def meant(pronoun: str, before: str, *, owners: bool = False) -> tuple[str, str]:
    """Return the topic and the words ("my sister") of whom ``pronoun`` means after ``before``.

    Both are empty where nobody fitting was mentioned. ``owners``: somebody of whom only a thing
    was mentioned ("my sister's house") counts too.
    """
    unfit = _NOT_SO.get(pronoun.lower())
    if unfit is None:
        return "", ""
    for match in reversed(list(_MENTION.finditer(before))):
        # "She is having a baby" brings up her, not somebody who could be called by name.
        unborn = (match["kind2"] or "").lower() in ("baby", "child", "kid")
        becoming = match["kind2"] and _BECOMING.search(before[: match.start()].rstrip())
        if unborn or becoming:
            continue
        topic = key_of(match["kind"] or match["kind2"], in_law=bool(match["law"]),
                       best=bool(_BEST.search(match[0])))  # fmt: skip
        kind = topic.partition(":")[2]
        owns = before[match.end() :].startswith("'s")
        if kind not in unfit and (owners or not owns):
            return topic, f"my {kind}"
    return "", ""


def mentioned(said: str) -> str:
    """Return the topic of the last one of the speaker's that a clause mentions, or nothing."""
    topic = ""
    for match in _MENTION.finditer(said):
        kind = match["kind"] or match["kind2"]
        topic = key_of(kind, in_law=bool(match["law"]), best=bool(_BEST.search(match[0])))
    return topic


def belongs(whom: str) -> tuple[str, str]:
    """Return the topic and the name in words for somebody: "my dog Rex", "mum", "Rex".

    Either is empty where the words do not say it.
    """
    match = _OF_MINE.match(whom)
    if match:
        topic = key_of(match["kind"], in_law=bool(match["law"]), best=bool(_BEST.search(whom)))
        return topic, capital_names(match["rest"] or "")
    kind = RELATIONS.get(lower(whom))
    if kind:
        return f"person:{kind}", ""
    return "", capital_names(whom) if whom[:1].isupper() and " " not in whom else ""


def named_after(said: str, topic: str, before: str = "") -> Found | None:
    """Read "her name is Miso", said after one under ``topic`` was mentioned, or in ``before``."""
    match = _HERS.match(said)
    if not match:
        return None
    pronoun = re.split(r"[ ']", said, maxsplit=1)[0].lower()
    pronoun = _SUBJECT.get(pronoun, pronoun)
    if not topic or topic.partition(":")[2] in _NOT_SO.get(pronoun, ()):
        topic = meant(pronoun, before, owners=True)[0]
    name = _name(match["rest"] or match["called"], loose=True) if topic else ""
    return Found(topic, name) if name else None


def people_and_pets(said: str) -> Iterator[Found]:
    """Yield a fact for each person or animal of the speaker that the clause names."""
    named = False
    for match in _HAVE.finditer(said) if _OURS.match(said) else ():
        name = _name(match["rest"], loose=True)
        if name:
            named = True
            yield Found(key_of(match["kind"], best=bool(_BEST.search(match[0]))), name)
    if not named:
        yield from _named_one(said)


def _named_one(said: str) -> Iterator[Found]:
    for pattern, loose in ((_CALLED, True), (_MARRIED, False), (_IS_MY, False), (_BY_NAME, False)):
        match = pattern.search(said)
        name = _name(match["rest"], loose=loose) if match else ""
        if match and name:
            # "my ex" and "my friend" may be many; the name still says which.
            best = bool(_BEST.search(match[0]))
            yield Found(key_of(match["kind"], in_law=bool(match["law"]), best=best), name)
            return
    match = _DOES.match(said)
    if match and lower(match["kind"]) in RELATIONS and is_trade(match["rest"]):
        best = bool(_BEST.search(said))
        yield Found(key_of(match["kind"], in_law=bool(match["law"]), best=best), match["rest"])
