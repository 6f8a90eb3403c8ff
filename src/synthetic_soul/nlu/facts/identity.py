"""Readers of who somebody is: name, age, work, study, home, origin, birthday, languages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthetic_soul.nlu.affect.lexicon import FELT, WORTH
from synthetic_soul.nlu.facts.candidates import NO_MORE, NOW, Found, is_trade
from synthetic_soul.nlu.facts.fact_values import capital_names, given_name
from synthetic_soul.nlu.text.regex import compiled, wide
from synthetic_soul.nlu.text.vocabulary import LEARNERS, NATIONS, NOT_NAMES, TONGUES, TRADES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthetic_soul.nlu.facts.candidates import Reader


_NO_TRADE = compiled(
    r"""
            (?:from home|hard|a lot|too|so|out|on (?:it|this|that|my)|every|all|at (?:night|home)
            |late|with you|fine|well|like|(?-i:it)\b|this\b|that\b|for (?:it|that|free|hours|me))\b
        """,
    re.IGNORECASE,
)
_NO_PLACE = compiled(
    r"""
                (?:fear|hope|denial|pain|hell|peace|the (?:moment|past|future|present|dark)
                |my (?:head|mind|own)|a (?:simulation|dream|bubble|world)|harmony|sin|constant
                |here|there|you)\b
            """,
    re.IGNORECASE,
)
_DWELLING = compiled(
    r"""
        (?:a|the|my) (?:\w+ )?(?:house|flat|apartment|village|city|town|farm|coast|country
        |place)\b
    """,
    re.IGNORECASE,
)
_DATE = compiled(
    r"""
            \d|january|february|march|april|\bmay\b|june|july|august|september|october|november
            |december|christmas|new year|halloween
        """,
    re.IGNORECASE,
)
_SKILL = compiled(
    r"""
            (?:to play|to (?:cook|sew|knit|swim|dance|paint|draw|code|drive|surf|ski)
            |(?:the )?(?:guitar|piano|violin|drums|flute|cello|ukulele))\b
        """,
    re.IGNORECASE,
)
_NO_SUBJECT = compiled(
    r"""
            (?:for|hard|every|all|a lot|too|late|with|alone|on|so|right|and|today|tonight|this
            |that|it|here|like|to)\b
        """,
    re.IGNORECASE,
)


def named(match: re.Match[str]) -> Iterator[Found]:
    """Read "my name is Bo", and "my name isn't Bob"."""
    if match.groupdict().get("no"):
        yield Found("name", given_name(match["value"]), retracts=True)
        yield Found("name", "", denied=True)
        return
    yield Found("name", given_name(match["value"]))


def called(match: re.Match[str]) -> Iterator[Found]:
    """Read "call me Max"; only a capital tells it from "call me later"."""
    yield Found("name", capital_names(match["value"]))


def introduced(match: re.Match[str]) -> Iterator[Found]:
    """Read "I'm Tomas from Ghent"."""
    name = capital_names(match["value"])
    if name:
        yield Found("name", name)
        yield Found("origin", match["place"])


_OTHER_STATE = compiled(r"(?:ing|ed|ly|ful|less|ous|ish|able|ible|y|est|er|ic|al|ive)$")
_SHORTEST_NAME = 3


def maybe_name(value: str, *, greeted: bool) -> Found | None:
    """Read the name in "I'm Bo": sure with a capital after a greeting, else a guess or nothing."""
    words = value.split()
    name = capital_names(value)
    whole = name and len(name.split()) == len(words)
    if name.isupper() and len(name) > 1:
        return None
    if whole and not _known(name.lower()):
        return Found("name", name, certain=greeted)
    low = value.lower()
    guess = greeted and len(words) == 1 and low.isalpha() and len(low) >= _SHORTEST_NAME
    if guess and low not in NOT_NAMES and not _known(low) and not _OTHER_STATE.search(low):
        return Found("name", value, certain=False)
    return None


def _known(word: str) -> bool:
    return word in FELT or word in WORTH or word in NATIONS or word in TRADES or word in LEARNERS


def age(match: re.Match[str]) -> Iterator[Found]:
    """Read "I'm 34 years old"."""
    number = match["value"]
    if 3 <= int(number) <= 120:  # noqa: PLR2004 - the ages of people who write
        yield Found("age", number, renews=bool(match.groupdict().get("turned")))


def work(match: re.Match[str]) -> Iterator[Found]:
    """Read "I work as a baker", "I no longer work at the bank"."""
    value = NOW.sub("", match["value"])
    if _NO_TRADE.match(value):
        return
    preposition = (match.groupdict().get("where") or "").lower()
    text = f"{preposition} {value}" if preposition and preposition != "as" else value
    no = (match.groupdict().get("no") or "").strip().lower()
    gone = no == "no longer" or bool(NO_MORE.search(value))
    text = NO_MORE.sub("", text).strip()
    if no and not gone:
        yield Found("work", "", denied=True)
        return
    yield Found("work", text, retracts=gone, renews=value != match["value"])


def am_a(match: re.Match[str]) -> Iterator[Found]:
    """Read "I'm a nurse": a trade or a course of study, else nothing."""
    value = match["value"]
    bare = NO_MORE.sub("", NOW.sub("", value)).strip()
    last = re.split(r"\s(?:at|in|of|from|and)\s", bare.lower(), maxsplit=1)[0].split()[-1:]
    topic = "work" if is_trade(bare) else "study" if last and last[0] in LEARNERS else ""
    no = (match["no"] or "").strip().lower()
    if not topic:
        return
    if no:
        gone = no == "no longer" or bool(NO_MORE.search(value))
        yield Found(topic, bare if gone else "", retracts=gone, denied=not gone)
        return
    yield Found(topic, bare, renews=bool(NOW.search(value)))


def place(topic: str) -> Reader:
    """Return a reader of where somebody lives or comes from."""

    def read(match: re.Match[str]) -> Iterator[Found]:
        value = match["value"]
        no = (match.groupdict().get("no") or "").strip().lower()
        gone = no == "no longer" or (bool(no) and bool(NO_MORE.search(value)))
        bare = NO_MORE.sub("", NOW.sub("", value)).strip()
        if _NO_PLACE.match(bare):
            return
        if no and not gone:
            yield Found(topic, "", denied=True)
            return
        renews = bare != value
        yield Found(topic, bare, retracts=gone, renews=renews and not gone)

    return read


def moved(match: re.Match[str]) -> Iterator[Found]:
    """Read "we moved to Bruges", but not "moved to tears"."""
    if match["value"][:1].isupper() or _DWELLING.match(match["value"]):  # fmt: skip
        yield Found("home", NOW.sub("", match["value"]), renews=True)


def nation(match: re.Match[str]) -> Iterator[Found]:
    """Read "I'm Italian"."""
    if match["value"].lower() in NATIONS and match["value"][:1].isupper():
        yield Found("origin", match["value"])


def birth(match: re.Match[str]) -> Iterator[Found]:
    """Read a date of birth, or a place of it."""
    value = match["value"]
    dated = _DATE.search(value)
    if dated:
        yield Found("birthday", value)
    elif match.groupdict().get("place") and value[:1].isupper():
        yield Found("origin", value)


def speak(match: re.Match[str]) -> Iterator[Found]:
    """Read "I speak Dutch and French"."""
    words = re.findall(r"\w+", match["value"].lower())
    if words and any(word in TONGUES for word in words[:4]):
        yield Found("language", match["value"])


def learn(match: re.Match[str]) -> Iterator[Found]:
    """Read "I'm learning Spanish"."""
    value = match["value"]
    first = value.lower().split()[0].strip(".,!")
    if first in TONGUES:
        yield Found("study", value)
    elif _SKILL.match(value):
        yield Found("hobby", f"learning {value}")


def study(match: re.Match[str]) -> Iterator[Found]:
    """Read "I study biology"."""
    value = match["value"]
    if not _NO_SUBJECT.match(value):
        yield Found("study", NOW.sub("", value))


DIETS = wide(r"""
    (?:vegan|vegetarian|veggie|pescatarian|pescetarian|flexitarian|c(?:o)?eliac
    |lactose[- ]intolerant|gluten[- ]intolerant|diabetic)
""")
"""What somebody is who does not eat everything."""
FARE = wide(r"""
    (?:meat|fish|pork|beef|dairy|gluten|eggs?|sugar|seafood|shellfish|nuts|wheat|bread|cheese|milk
    |chicken|animals|animal products|alcohol)
""")
"""What people leave out of their food, and say so."""


def diet(match: re.Match[str]) -> Iterator[Found]:
    """Read "I'm vegan", "I'm not a vegetarian any more"."""
    no, more = (match["no"] or "").strip().lower(), match["more"]
    gone = no == "no longer" or bool(no and more)
    if no and not gone:
        yield Found("diet", "", denied=True)
        return
    yield Found("diet", match["value"].lower(), retracts=gone)


def avoids(match: re.Match[str]) -> Iterator[Found]:
    """Read "I don't eat meat"."""
    value = re.sub(r"^any ", "", match["value"].lower())
    yield Found("diet", f"no {re.sub(r',? (?:and|or) ', ' or ', value)}")


def quits(_: re.Match[str]) -> Iterator[Found]:
    """Read "I quit my job": whatever work was told of, it is no more."""
    yield Found("work", "", retracts=True)
