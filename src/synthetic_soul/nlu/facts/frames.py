"""Frames: which verbs, with which words after them, state something worth remembering.

They stand in ``data/fact_frames.toml``. A check is a test of a value that a pattern cannot make.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from synthetic_soul.nlu.facts.fact_values import NOW, capital_names, given_name, is_trade
from synthetic_soul.nlu.facts.verb_group import VerbGroup
from synthetic_soul.nlu.resources import ResourceTable, load, lower
from synthetic_soul.nlu.text.vocabulary import (
    CALENDAR,
    LANGUAGES,
    LEARNERS,
    NATIONS,
    PETS,
    POSSESSIONS,
)

_FILE = load("facts")
_VALUES = _FILE.table("values")
_NUMBER = "|".join(load("fact_frames").table("grammar").words("numbers"))
_FRAGMENTS = _FILE.fragments({"number": _NUMBER})


def _pattern(name: str) -> re.Pattern[str]:
    return _VALUES.pattern(name, _FRAGMENTS, flags=re.IGNORECASE)


VAGUE, ROUTINE, TIME, MY_EVENT = map(_pattern, ("vague", "routine", "time", "my_event"))
ENDED_WHEN, RESTRICTION, _PLACE_ENDS = map(_pattern, ("ended_when", "restriction", "place_ends"))
_DWELLING, _DATE, _SKILL, _REGULAR = map(_pattern, ("dwelling", "date", "skill", "regular"))
_AN_EVENT, _OF_THE_MOMENT = map(_pattern, ("an_event", "of_the_moment"))
_DIET, _DIET_ENDS, _AGE_ENDS, _COUNTED = map(_pattern, ("diet", "diet_ends", "age_ends", "counted"))
_NO_WORK = re.compile(_FRAGMENTS["no_work"], re.IGNORECASE)
_KIN = frozenset(_FILE.table("people").words("had"))
_AGE = re.compile(
    rf"(?:a |an )?(?P<age>\d{{1,3}}|(?:{_NUMBER})(?:[- ](?:one|{_NUMBER}))?)"
    r"(?:[- ](?:years?|yrs?|y/?o)(?:[- ](?:old|young))?|yo)?(?P<rest>\b.*)$",
    re.IGNORECASE,
)
_BORN = re.compile(r"(?:and (?:raised|bred) )?(?:in|on|at|near) ", re.IGNORECASE)
_STATUS_NEVER = re.compile(r"(?:\w+ )?(?:by|with|in) (?:this|the|that|it|a|my)\b", re.IGNORECASE)
_NAMED = re.compile(r"\b(?:[Cc]alled|[Nn]amed)\b|[,:] [A-Z][\w'-]+(?:,| and |$)")
MIN_AGE, MAX_AGE = 3, 120


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame; for its fields see the data file."""

    form: str
    drop: tuple[str, ...]
    keep: tuple[str, ...]
    must: re.Pattern[str] | None
    never: re.Pattern[str] | None
    check: str
    topic: str
    negated: str
    past: str
    lead: str
    lead_past: str
    lead_verb: bool
    lead_ing: bool
    lead_past_verb: bool
    others: bool
    own: bool

    def value(self, text: str, group: VerbGroup) -> str | None:
        """Return the value in the words after the verb, or ``None`` where the frame does not fit.

        The value may be "" where the verb alone says enough.
        """
        if self.must is not None and not self.must.match(text):
            return None
        value = self._after_preposition(text)
        if value is None or (self.never is not None and self.never.match(value)):
            return None
        found = CHECKS[self.check](value, group) if self.check else value or None
        if found is not None and self.topic == "home" and found[:1].isupper():
            return _PLACE_ENDS.sub("", found)
        return found

    def _after_preposition(self, text: str) -> str | None:
        low = lower(text)
        for words in self.drop:
            if low.startswith(f"{words} ") and len(text) > len(words) + 1:
                return text[len(words) + 1 :]
        for words in self.keep:
            if words == "-" or low.startswith(f"{words} ") or low == words:
                return text
        return None


def _flag(row: ResourceTable, key: str, *, default: bool) -> bool:
    return bool(row.values.get(key, default))


def _phrases(row: ResourceTable, key: str) -> tuple[str, ...]:
    phrases = row.words(key) if key in row else []
    spaced = [phrase if phrase == "-" else phrase.replace("-", " ") for phrase in phrases]
    return tuple(sorted(spaced, key=len, reverse=True))


def _frame(row: ResourceTable) -> Frame:
    def text(key: str) -> str:
        return str(row.values.get(key, ""))

    def pattern(key: str) -> re.Pattern[str] | None:
        return row.pattern(key, _FRAGMENTS, flags=re.IGNORECASE) if key in row else None

    return Frame(
        form=text("form"),
        drop=_phrases(row, "drop"),
        keep=_phrases(row, "keep") or (() if "drop" in row else ("-",)),
        must=pattern("must"),
        never=pattern("never"),
        check=text("check"),
        topic=text("topic"),
        negated=text("negated"),
        past=text("past"),
        lead=text("lead"),
        lead_past=text("lead_past"),
        lead_verb=_flag(row, "lead_verb", default=False),
        lead_ing=_flag(row, "lead_ing", default=False),
        lead_past_verb=_flag(row, "lead_past_verb", default=False),
        others=_flag(row, "others", default=True),
        own=_flag(row, "self", default=True),
    )


def _by_verb() -> dict[str, tuple[Frame, ...]]:
    frames: dict[str, list[Frame]] = {}
    for row in load("fact_frames").tables("frames"):
        frame = _frame(row)
        for verb in row.words("verbs"):
            frames.setdefault(verb, []).append(frame)
    return {verb: tuple(rows) for verb, rows in frames.items()}


Check = Callable[[str, VerbGroup], str | None]


def _age(value: str, _: VerbGroup) -> str | None:
    match = _AGE.match(value)
    if not match or not _AGE_ENDS.match(match["rest"].rstrip(" .!")):
        return None
    number = match["age"]
    if number.isdigit() and not MIN_AGE <= int(number) <= MAX_AGE:
        return None
    return number


def _origin(value: str, _: VerbGroup) -> str | None:
    if re.match(r"(?:the|a|an|my) (?:shop|store|gym|office|doctor|bank|school|market)|\d", value):
        return None
    return value


def _diet(value: str, _: VerbGroup) -> str | None:
    match = _DIET.match(value)
    if not match or not _DIET_ENDS.match(value[match.end() :]):
        return None
    return match["diet"].lower()


def _taste(value: str, group: VerbGroup) -> str | None:
    if (
        VAGUE.match(value)
        or _OF_THE_MOMENT.search(value)
        or re.match(r"to (?:be|have|see|get)\b|(?:having|being)\b", value)
    ):
        return None
    if group.denied and group.tense == "perfect":
        return None
    if re.match(r"(?:a|an) (?!lot|good|nice|bit)\w+ (?:one day|sometime|right now)", value):
        return None
    return value


def _trade(value: str, _: VerbGroup) -> str | None:
    bare = NOW.sub("", value)
    head = re.match(r"(?:a|an|the|your|both) ", bare, re.IGNORECASE)
    return value if head and is_trade(bare) else None


def _learner(value: str, _: VerbGroup) -> str | None:
    head = re.split(r"\s(?:at|in|of|from|and)\s", value.lower(), maxsplit=1)[0].split()
    return value if head[-1:] and head[-1] in LEARNERS and head[0] in {"a", "an"} else None


def _status(value: str, _: VerbGroup) -> str | None:
    return None if _STATUS_NEVER.match(value) else value


def _name(value: str, _: VerbGroup) -> str | None:
    return capital_names(value) or None


def _called(value: str, _: VerbGroup) -> str | None:
    return given_name(value) or None


def _nation(value: str, _: VerbGroup) -> str | None:
    words = re.findall(r"[\w-]+", value)
    words = words[1:] if [word.lower() for word in words[:1]] == ["half"] else words
    half = len(words) != len(re.findall(r"[\w-]+", value))
    if not words or words[0].lower() not in NATIONS or not words[0][:1].isupper():
        return None
    if half and len(words) >= 3 and words[1].lower() == "half":  # noqa: PLR2004 - "half A half B"
        return value
    alone = len(words) == 1 or re.match(r"\w+(?:,| and\b| but\b)", value)
    return words[0] if alone or half else None


def _whole(value: str, _: VerbGroup) -> str | None:
    return value if len(value.split()) <= 4 else None  # noqa: PLR2004 - words of a state


def _is_place(word: str) -> bool:
    return word[:1].isupper() and word.lower() not in CALENDAR and word.lower() not in LANGUAGES


def _place_now(value: str, group: VerbGroup) -> str | None:
    is_new = group.now or bool(NOW.search(value))
    return value if is_new and _is_place(value) else None


def _moved(value: str, group: VerbGroup) -> str | None:
    if group.form == "ing":
        return None
    return NOW.sub("", value) if value[:1].isupper() or _DWELLING.match(value) else None


def _born(value: str, _: VerbGroup) -> str | None:
    match = _BORN.match(value)
    return value[match.end() :] if match and value[match.end() :][:1].isupper() else None


def _birth_date(value: str, _: VerbGroup) -> str | None:
    match = _BORN.match(value)
    return value[match.end() :] if match and _DATE.search(value) else None


def _work(value: str, group: VerbGroup) -> str | None:
    bare = NOW.sub("", value)
    if value.startswith(("with ", "in it")) and (group.form == "ing" or group.tense == "past"):
        return None
    if value.startswith("on ") and (group.form == "ing" or group.tense != "present"):
        return None  # what one works on is a task, unless it is where one always works
    return None if _NO_WORK.match(bare) or _NO_WORK.match(bare.partition(" ")[2]) else value


def _habit(value: str, group: VerbGroup) -> str | None:
    return value if group.form != "ing" or group.now else None


def _thing(value: str, _: VerbGroup) -> str | None:
    head = re.split(r"\s(?:with|in|on|from|that|and|at|of|by|to)\s|,", value, maxsplit=1)[0].lower()
    words = [word.strip(".,!") for word in head.split()]
    known = any(word in POSSESSIONS or word.removesuffix("s") in POSSESSIONS for word in words)
    make = any(word[:1].isupper() for word in value.split()[1:3])
    return value if known or make else None


def _ongoing(value: str, group: VerbGroup) -> str | None:
    return value if group.form == "ing" and not group.is_past else None


def _language(value: str, group: VerbGroup) -> str | None:
    words = re.findall(r"\w+", value.lower())
    return value if words and words[0] in LANGUAGES and group.form == "ing" else None


def _skill(value: str, group: VerbGroup) -> str | None:
    return value if group.form == "ing" and _SKILL.match(value) else None


def _languages(value: str, _: VerbGroup) -> str | None:
    words = re.findall(r"\w+", value.lower())
    return value if any(word in LANGUAGES for word in words[:4]) else None


def _first(value: str, _: VerbGroup) -> str | None:
    match = re.match(r"[\w-]+(?:[- ](?:free|based))?", value)
    return match[0] if match else None


def _foods(value: str, _: VerbGroup) -> str | None:
    foods = _FRAGMENTS["foods"]
    match = re.match(
        rf"(?:eating |any )*(?P<foods>(?:red )?(?:{foods})"
        rf"(?:(?:,| or|,? and) (?:\w+ )?(?:{foods}))*)\b(?: any ?more)?$",
        value,
        re.IGNORECASE,
    )
    return match["foods"].lower() if match else None


def _nothing_follows(value: str, _: VerbGroup) -> str | None:
    return "" if re.fullmatch(r"|any ?more|at all", value.strip(" .,!")) else None


def _ceased(value: str, group: VerbGroup) -> str | None:
    return value if group.ceased else None


def _allergy(value: str, _: VerbGroup) -> str | None:
    match = re.match(
        r"(?:a|an) (?:severe |bad |mild )?(?P<what>\w+(?: \w+)?) allergy\b", value, re.IGNORECASE
    )
    if match:
        return match["what"]
    match = re.match(r"an allergy to (?P<what>.+)", value, re.IGNORECASE)
    return match["what"] if match else None


def _after_for(value: str, _: VerbGroup) -> str | None:
    return value.partition(" for ")[2] or value.partition(" about ")[2] or None


def _appointment(value: str, group: VerbGroup) -> str | None:
    fits = _AN_EVENT.match(value) and TIME.search(value)
    return value if fits and not group.is_past else None


def possession_head(value: str) -> str:
    """Return the noun that "two old cats called Ben" is about: "cats"."""
    head = re.split(
        r"\s(?:with|in|on|from|called|named|that|and|at|of|by|who|but|so|for)\s|[,(]",
        value,
        maxsplit=1,
    )[0]
    words = head.lower().split()
    return words[-1].strip(".,!") if words else ""


def _possession(value: str, group: VerbGroup) -> str | None:
    if not _COUNTED.match(value) or _NAMED.search(value):
        return None
    last = possession_head(value)
    singular = last.removesuffix("s")
    known = {last, singular} & (POSSESSIONS | PETS.keys())
    # What somebody "got" or "kept" may be a present or a meal; of "have" this is not so.
    return (
        value if known or last in _KIN or (_thing(value, group) and group.verb == "own") else None
    )


def _visited(value: str, group: VerbGroup) -> str | None:
    return value if group.tense == "perfect" and re.match(r"(?:the )?[A-Z]", value) else None


def _dated(value: str, _: VerbGroup) -> str | None:
    return value if re.match(r"(?:the|a|my|an) ", value) and TIME.search(value) else None


def _regular(value: str, group: VerbGroup) -> str | None:
    return value if _REGULAR.search(value) and group.form == "" else None


def _event(value: str, group: VerbGroup) -> str | None:
    return value if group.tense in {"past", "perfect"} and not group.denied else None


def _plan(value: str, group: VerbGroup) -> str | None:
    rest = re.sub(r"^(?:to|for) ", "", value)
    to_place = re.match(r"to (?:the )?[A-Z]", value)
    moves = group.verb == "move" and re.match(r"to |in with |out|back|house|abroad", value)
    if ROUTINE.match(rest) or not (TIME.search(value) or to_place or moves):
        return None
    return value


def _intention(value: str, group: VerbGroup) -> str | None:
    rest = re.sub(r"^(?:to|for) ", "", value)
    if value.startswith("for ") and group.verb != "save":
        return None
    if group.verb == "save" or value.startswith("for "):
        return value if group.form == "ing" and re.match(r"for (?:a|an|my|our) ", value) else None
    return value if not ROUTINE.match(rest) or TIME.search(value) else None


def _been(value: str, group: VerbGroup) -> str | None:
    if group.tense != "perfect" or group.denied or group.form == "ing":
        return None
    named = re.match(r"(?:a |an |the |in |with )?[A-Z]", value)
    return value if named or group.verb in {"visit", "climb"} else None


CHECKS: dict[str, Check] = {
    "age": _age, "origin": _origin, "diet": _diet, "taste": _taste, "trade": _trade,
    "learner": _learner, "status": _status, "name": _name, "called": _called, "nation": _nation,
    "whole": _whole, "place_now": _place_now, "moved": _moved, "born": _born,
    "birth_date": _birth_date, "work": _work,
    "habit": _habit, "thing": _thing, "ongoing": _ongoing, "language": _language, "skill": _skill,
    "languages": _languages, "first": _first, "foods": _foods, "allergy": _allergy,
    "nothing_follows": _nothing_follows, "ceased": _ceased, "after_for": _after_for,
    "appointment": _appointment, "possession": _possession, "dated": _dated,
    "regular": _regular, "event": _event, "plan": _plan, "intention": _intention,
    "been": _been, "visited": _visited,
}  # fmt: skip
FRAMES = _by_verb()


def is_date(value: str) -> bool:
    """Return whether a value holds a date or a number."""
    return bool(_DATE.search(value))
