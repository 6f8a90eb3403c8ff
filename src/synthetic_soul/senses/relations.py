"""The people and animals of somebody's life: who they are to the speaker, and their names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthetic_soul.senses.found import Found, is_trade
from synthetic_soul.senses.known import IN_LAWS, NOT_NAMES, PETS, RELATIONS
from synthetic_soul.senses.patterns import compiled, lower, wide, word_set
from synthetic_soul.senses.values import capital_names, given_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORDS = "|".join(sorted({*RELATIONS, *PETS}, key=lambda word: (-len(word), word)))
_ONE = wide(rf"""
        \b(?:my|our) (?:(?:little|big|older|younger|elder|twin|baby|best|old|new|oldest|eldest
        |youngest|late|dear|lovely|first|second|other|good|close|childhood|half|step|only|cute
        |sweet|beloved|crazy|ginger|black|white|grey|rescue
        |great) ){{0,2}}?(?P<kind>{_WORDS})(?P<law>[- ]in[- ]law)?(?!-)\b
""")
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


def mentioned(said: str) -> str:
    """Return the topic of the last one of the speaker's that a clause mentions, or nothing."""
    topic = ""
    for match in _MENTION.finditer(said):
        kind = match["kind"] or match["kind2"]
        topic = key_of(kind, in_law=bool(match["law"]), best=bool(_BEST.search(match[0])))
    return topic


def named_after(said: str, topic: str) -> Found | None:
    """Read "her name is Miso", said after one under ``topic`` was mentioned."""
    match = _HERS.match(said)
    name = _name(match["rest"] or match["called"], loose=True) if match and topic else ""
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
