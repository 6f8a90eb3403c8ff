"""Readers: each turns the match of one pattern into the facts it states."""

import re
from collections.abc import Iterator

from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.nlu.acts.questions import canonical_thing
from synthetic_soul.nlu.affect.emotion_scores import WORD_EMOTIONS, WORD_VALENCE
from synthetic_soul.nlu.facts.fact_values import (
    NO_MORE,
    NOW,
    Denial,
    Reader,
    Statement,
    capital_names,
    given_name,
    is_trade,
)
from synthetic_soul.nlu.resources import compiled, load, lower
from synthetic_soul.nlu.text.vocabulary import (
    CRAFTS,
    LANGUAGES,
    LEARNERS,
    NATIONS,
    NOT_NAMES,
    PETS,
    POSSESSIONS,
    TRADES,
)


def _pattern(name: str) -> re.Pattern[str]:
    return load("facts").table("values").pattern(name, flags=re.IGNORECASE)


_NO_WORK, _NO_PLACE, _NO_SUBJECT = map(_pattern, ("no_work", "no_place", "no_subject"))
_VAGUE, _ROUTINE, _HOW_OFTEN = map(_pattern, ("vague", "routine", "how_often"))
_DWELLING, _DATE, _TIME = map(_pattern, ("dwelling", "date", "time"))
_SKILL, _MADE, _SPORTS = map(_pattern, ("skill", "made", "sports"))


def named(match: re.Match[str]) -> Iterator[Statement]:
    """Read "my name is Bo", and "my name isn't Bob"."""
    if match.groupdict().get("no"):
        yield FactMention("name", given_name(match["value"]), retracts=True)
        yield Denial("name")
        return
    yield FactMention("name", given_name(match["value"]))


def called(match: re.Match[str]) -> Iterator[Statement]:
    """Read "call me Max"; only a capital tells it from "call me later"."""
    yield FactMention("name", capital_names(match["value"]))


def introduced(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I'm Tomas from Ghent"."""
    name = capital_names(match["value"])
    if name:
        yield FactMention("name", name)
        yield FactMention("origin", match["place"])


_ADJECTIVE_ENDING = compiled(r"(?:ing|ed|ly|ful|less|ous|ish|able|ible|y|est|er|ic|al|ive)$")
_MIN_NAME_CHARS = 3


def maybe_name(value: str, *, greeted: bool) -> FactMention | None:
    """Read "I'm Bo": certain with a capital after a greeting, else a guess or nothing."""
    words = value.split()
    name = capital_names(value)
    whole = name and len(name.split()) == len(words)
    if name.isupper() and len(name) > 1:
        return None
    if whole and not _is_known_word(name.lower()):
        return FactMention("name", name, certain=greeted)
    low = value.lower()
    guess = greeted and len(words) == 1 and low.isalpha() and len(low) >= _MIN_NAME_CHARS
    if (
        guess
        and low not in NOT_NAMES
        and not _is_known_word(low)
        and not _ADJECTIVE_ENDING.search(low)
    ):
        return FactMention("name", value, certain=False)
    return None


def _is_known_word(word: str) -> bool:
    tables = (WORD_EMOTIONS, WORD_VALENCE, NATIONS, TRADES, LEARNERS)
    return any(word in table for table in tables)


def age(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I'm 34 years old"."""
    number = match["value"]
    if 3 <= int(number) <= 120:  # noqa: PLR2004 - the ages of people who write
        yield FactMention("age", number, corrects=bool(match.groupdict().get("turned")))


def work(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I work as a baker", "I no longer work at the bank"."""
    value = NOW.sub("", match["value"])
    if _NO_WORK.match(value):
        return
    preposition = (match.groupdict().get("where") or "").lower()
    text = f"{preposition} {value}" if preposition and preposition != "as" else value
    negation = (match.groupdict().get("no") or "").strip().lower()
    no_longer = negation == "no longer" or bool(NO_MORE.search(value))
    text = NO_MORE.sub("", text).strip()
    if negation and not no_longer:
        yield Denial("work")
        return
    yield FactMention("work", text, retracts=no_longer, corrects=value != match["value"])


def am_a(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I'm a nurse": a trade or a course of study, else nothing."""
    value = match["value"]
    bare = NO_MORE.sub("", NOW.sub("", value)).strip()
    last = re.split(r"\s(?:at|in|of|from|and)\s", bare.lower(), maxsplit=1)[0].split()[-1:]
    topic = "work" if is_trade(bare) else "study" if last and last[0] in LEARNERS else ""
    negation = (match["no"] or "").strip().lower()
    if not topic:
        return
    if negation:
        no_longer = negation == "no longer" or bool(NO_MORE.search(value))
        yield FactMention(topic, bare, retracts=True) if no_longer else Denial(topic)
        return
    yield FactMention(topic, bare, corrects=bool(NOW.search(value)))


def place(topic: str) -> Reader:
    """Return a reader of where somebody lives or comes from."""

    def read(match: re.Match[str]) -> Iterator[Statement]:
        value = match["value"]
        negation = (match.groupdict().get("no") or "").strip().lower()
        no_longer = negation == "no longer" or (bool(negation) and bool(NO_MORE.search(value)))
        bare = NO_MORE.sub("", NOW.sub("", value)).strip()
        if _NO_PLACE.match(bare):
            return
        if negation and not no_longer:
            yield Denial(topic)
            return
        is_new = bare != value
        yield FactMention(topic, bare, retracts=no_longer, corrects=is_new and not no_longer)

    return read


def moved(match: re.Match[str]) -> Iterator[Statement]:
    """Read "we moved to Bruges", but not "moved to tears"."""
    if match["value"][:1].isupper() or _DWELLING.match(match["value"]):
        yield FactMention("home", NOW.sub("", match["value"]), corrects=True)


def nation(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I'm Italian"."""
    if match["value"].lower() in NATIONS and match["value"][:1].isupper():
        yield FactMention("origin", match["value"])


def birth(match: re.Match[str]) -> Iterator[Statement]:
    """Read a date or a place of birth."""
    value = match["value"]
    dated = _DATE.search(value)
    if dated:
        yield FactMention("birthday", value)
    elif match.groupdict().get("place") and value[:1].isupper():
        yield FactMention("origin", value)


def speak(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I speak Dutch and French"."""
    words = re.findall(r"\w+", match["value"].lower())
    if words and any(word in LANGUAGES for word in words[:4]):
        yield FactMention("language", match["value"])


def learn(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I'm learning Spanish"."""
    value = match["value"]
    first = value.lower().split()[0].strip(".,!")
    if first in LANGUAGES:
        yield FactMention("study", value)
    elif _SKILL.match(value):
        yield FactMention("hobby", f"learning {value}")


def study(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I study biology"."""
    value = match["value"]
    if not _NO_SUBJECT.match(value):
        yield FactMention("study", NOW.sub("", value))


def diet(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I'm vegan", "I'm not a vegetarian any more"."""
    negation, more = (match["no"] or "").strip().lower(), match["more"]
    no_longer = negation == "no longer" or bool(negation and more)
    if negation and not no_longer:
        yield Denial("diet")
        return
    yield FactMention("diet", match["value"].lower(), retracts=no_longer)


def avoids(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I don't eat meat"."""
    value = re.sub(r"^any ", "", match["value"].lower())
    yield FactMention("diet", f"no {re.sub(r',? (?:and|or) ', ' or ', value)}")


def quits(_: re.Match[str]) -> Iterator[Statement]:
    """Read "I quit my job", which retracts whatever work is known."""
    yield FactMention("work", "", retracts=True)


def liked(topic: str) -> Reader:
    """Return a reader of tastes: "I love hiking", "I don't like olives any more"."""
    other = {"like": "dislike", "dislike": "like"}[topic]

    def read(match: re.Match[str]) -> Iterator[Statement]:
        value = match["value"]
        no_longer = bool(NO_MORE.search(value))
        value = NO_MORE.sub("", value).strip()
        if _VAGUE.match(value):
            return
        if no_longer:
            yield FactMention(other, value, retracts=True)
        else:
            yield FactMention(topic, value)

    return read


def no_longer_like(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I no longer like tea"."""
    if not _VAGUE.match(match["value"]):
        topic = "dislike" if match["verb"].lower() in ("hate", "dislike") else "like"
        yield FactMention(topic, NO_MORE.sub("", match["value"]), retracts=True)


def not_hate(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I don't hate olives any more"."""
    if NO_MORE.search(match["value"]) and not _VAGUE.match(match["value"]):
        yield FactMention("dislike", NO_MORE.sub("", match["value"]), retracts=True)


def favourite(match: re.Match[str]) -> Iterator[Statement]:
    """Read "my favourite colour is green"."""
    value = match["value"]
    if not re.match(r"(?:not|that|when|you|what|probably not|the one)\b", value, re.IGNORECASE):
        thing = canonical_thing(match["thing"])
        yield FactMention(
            f"favourite:{thing}", re.sub(r"^(?:definitely|probably|still) ", "", value)
        )


def going(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I'm going to Lisbon next week": a time or a place makes it worth keeping."""
    value = match["value"]
    verb = lower(match["verb"])
    rest = re.sub(r"^(?:to|for) ", "", value)
    to_place = re.match(r"to (?:the )?[A-Z]", value)
    if _ROUTINE.match(rest) or not (_TIME.search(value) or to_place) or "would" in value:
        return
    yield FactMention("plan", f"{verb} {value}")


def planned(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I'm planning to learn the cello"."""
    value = match["value"]
    if not _ROUTINE.match(value) or _TIME.search(value):
        verb = (match.groupdict().get("verb") or "").lower()
        yield FactMention("plan", f"{'hoping' if verb == 'hoping' else 'planning'} to {value}")


def will(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I'll visit my aunt on Sunday"."""
    value = match["value"]
    if _TIME.search(value) and not _ROUTINE.match(value):
        yield FactMention("plan", f"going to {value}")


def having(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I have an exam tomorrow"."""
    if _TIME.search(match["value"]):
        yield FactMention("plan", f"having {match['value']}")


def fixed(match: re.Match[str]) -> Iterator[Statement]:
    """Read "my exam is on Monday"."""
    if _TIME.search(match["when"]):
        yield FactMention("plan", f"having my {match['value']} {match['when']}")


def play(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I play the guitar"."""
    if _SPORTS.match(match["value"]):
        yield FactMention("hobby", f"playing {match['value']}")


def craft(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I write poetry", "I swim every Sunday"."""
    rest = match["value"].strip()
    verb = lower(match["verb"])
    often = _HOW_OFTEN.match(rest)
    made = _MADE.match(rest)
    if often or made:
        thing = "" if often else f" {rest}"
        yield FactMention("hobby", f"{CRAFTS[verb]}{thing}", certain=bool(made))


def own(match: re.Match[str]) -> Iterator[Statement]:
    """Read "we have two cats"."""
    value = NOW.sub("", match["value"])
    head = re.split(r"\s(?:with|in|on|from|called|named|that|and|at|of|by)\s", value, maxsplit=1)[0]
    last = head.lower().split()[-1].strip(".,!") if head.split() else ""
    singular = last.removesuffix("s")
    kin = r"(?:kids?|children|child|sons?|daughters?|brothers?|sisters?|siblings?|cousins?|twins)$"
    named = re.search(r"\b(?:called|named)\b", value)
    if (last in POSSESSIONS or singular in POSSESSIONS or last in PETS or singular in PETS
            or re.search(kin, last)) and not named:  # fmt: skip
        yield FactMention("possession", value)


def sold(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I sold my car"."""
    if match["value"].lower().split()[-1] in POSSESSIONS:
        yield FactMention("possession", match["value"], retracts=True)


def once(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I used to live in Paris"."""
    verb = lower(match["verb"])
    past = {"study": "studied"}.get(verb, f"{verb.removesuffix('e')}ed")
    yield FactMention("experience", f"{past} {match['value']}")


def been(match: re.Match[str]) -> Iterator[Statement]:
    """Read "I've been to Japan"."""
    if re.match(r"(?:to |with )?(?:the )?[A-Z]", match["value"]) or match["verb"].lower() != "been":
        yield FactMention("experience", f"{match['verb']} {match['value']}")


def plain(topic: str) -> Reader:
    """Return a reader that takes the group ``value`` as it stands."""

    def read(match: re.Match[str]) -> Iterator[Statement]:
        value = match["value"]
        if value.lower().startswith(("not ", "no ")):
            return
        yield FactMention(topic, NOW.sub("", value), corrects=bool(NOW.search(value)))

    return read
