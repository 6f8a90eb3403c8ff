"""What a clause says of its subject: frames applied to the speaker, to others and to things."""

import re
from collections.abc import Iterator
from dataclasses import replace

from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.nlu.acts.questions import canonical_thing
from synthetic_soul.nlu.facts.clause_parts import Part
from synthetic_soul.nlu.facts.fact_values import (
    NO_MORE,
    NOW,
    Denial,
    Statement,
    capital_names,
    clean,
    given_name,
    is_trade,
    maybe_name,
)
from synthetic_soul.nlu.facts.frames import (
    ENDED_WHEN,
    FRAMES,
    MY_EVENT,
    RESTRICTION,
    ROUTINE,
    TIME,
    Frame,
    is_date,
)
from synthetic_soul.nlu.facts.subjects import Company, Somebody, mention_at, relation_of
from synthetic_soul.nlu.facts.topics import Subject
from synthetic_soul.nlu.facts.verb_group import VerbGroup, ing_of, past_of, third_person
from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.text.vocabulary import CRAFTS

_NOUNS = load("fact_frames").table("nouns").groups()
_VALUES = load("facts").table("values")
_HOW_OFTEN, _MADE, _SHIFTS, _DURATION, _NO_FAVOURITE = (
    _VALUES.pattern(name, flags=re.IGNORECASE)
    for name in ("how_often", "made", "shifts", "duration", "no_favourite")
)
_ABLE = frozenset(("speak", "play"))
_UNABLE = frozenset(("stand", "bear", "abide", "stomach", "eat", "drink", "have", "stop"))
_LASTING = frozenset(("age", "origin", "experience", "plan", "birthday"))
"""Topics that do not cease: "I'm not six any more"."""
_PRONOUNS = frozenset(("he", "she", "it", "they"))
_NAMED = re.compile(r"(?:name|called|named) (?P<name>[A-Z][\w'-]+)$")
_ENDING = {"work": "work", "live": "home"}
"""Verbs whose end is told without a value: "I don't live there any more"."""
_GAINED = frozenset(("get", "buy", "adopt", "foster"))
_FAVOURITE = re.compile(r"(?:all[- ]time )?favourite (?P<thing>(?:\w+ ?){1,3})$")
_MY_FAVOURITE = re.compile(
    r"(?:definitely |probably )?my (?:all[- ]time )?favourite (?P<thing>\w+(?: \w+)?)$",
    re.IGNORECASE,
)
_WORK_IS = re.compile(r"(?:a|an|to|being|in|at) ", re.IGNORECASE)


def of_self(
    part: Part, subject: Subject, group: VerbGroup | None, *, greeted: bool
) -> Iterator[Statement]:
    """Yield what a clause says of the speaker."""
    if group is None:
        place = re.match(r"from (?P<place>[A-Z].*)", part.text(subject.end))
        if place:
            yield FactMention("origin", place["place"])
        return
    text = part.text(group.end)
    if group.modal:
        return
    if group.tense == "future":
        yield from _intended(part, group)
        return
    statements = list(_framed(group, text)) or list(_lexical(group, text))
    for statement in statements:
        is_guess = subject.elided or group.unsure
        if isinstance(statement, FactMention) and is_guess:
            yield replace(statement, certain=False)
        else:
            yield statement
    if not statements and group.verb == "be" and not group.form and not group.is_past:
        yield from _named(text, group, greeted=greeted)


def _framed(group: VerbGroup, text: str) -> Iterator[Statement]:
    if group.verb == "work":
        text = _SHIFTS.sub("", text, count=1)
    is_able = group.verb in (_UNABLE if group.denied else _ABLE)
    if group.can and not is_able:
        return
    ceased = group.ceased or (group.denied and bool(NO_MORE.search(text)))
    bare = NO_MORE.sub("", text).strip()
    if ceased:
        bare = ENDED_WHEN.sub("", f" {bare}").strip()
    if ceased and bare.lower() in {"", "there", "here"} and group.verb in _ENDING:
        yield FactMention(_ENDING[group.verb], "", retracts=True)
        return
    for frame in FRAMES.get(group.verb, ()):
        if not frame.own or not form_fits(frame, group):
            continue
        value = frame.value(bare, group)
        if value is None:
            continue
        statements = list(_of_frame(frame, group, value, ceased=ceased))
        yield from statements
        if statements:
            return


def form_fits(frame: Frame, group: VerbGroup) -> bool:
    """Return whether a frame is for the form of a verb group."""
    return frame.form == group.form if frame.form else group.form != "passive"


def _of_frame(frame: Frame, group: VerbGroup, bare: str, *, ceased: bool) -> Iterator[Statement]:
    if ceased:
        yield from _ended(frame, group, NOW.sub("", bare))
    elif group.denied:
        yield from _negated(frame, group, bare)
    elif group.tense == "used" and frame.negated == "habit":
        yield FactMention("experience", f"{past_of(group.verb)} {bare}".strip())
    elif not frame.topic:
        return
    elif group.is_past and group.verb not in _GAINED:
        yield from _over(frame, group, bare)
    elif group.tense == "perfect" and not _still(frame, group, bare):
        if frame.past == "experience" and frame.topic == "home":
            yield FactMention("experience", f"{past_of(group.verb)} in {bare}")
    else:
        is_new = bool(NOW.search(bare)) or frame.past == "now"
        now = NOW.sub("", bare)
        yield FactMention(
            frame.topic, _written(frame, group, now), corrects=is_new, changes=is_new or group.now
        )


def _still(frame: Frame, group: VerbGroup, value: str) -> bool:
    """Return whether what has been so is so: "I've lived here for years"."""
    if group.form == "ing" or group.verb in {"be", "have", "get", "move", "turn"}:
        return True
    return frame.past != "experience" or bool(_DURATION.search(value))


def _written(frame: Frame, group: VerbGroup, value: str) -> str:
    if frame.lead_ing:
        return f"{ing_of(group.verb)} {value}"
    if frame.lead_past_verb:
        return f"{past_of(group.verb)} {value}".strip()
    if frame.lead_verb:
        return f"{group.verb} {value}"
    return f"{frame.lead}{value}"


def _ended(frame: Frame, group: VerbGroup, value: str) -> Iterator[Statement]:
    topic = frame.topic or frame.negated
    if topic == "habit":
        yield FactMention("habit", f"don't {group.verb} {value}".strip())
    elif topic in {"dislike", "diet"} and not frame.topic:
        if topic == "diet":
            yield FactMention("diet", _without(value))
    elif topic and topic not in _LASTING:
        restriction = RESTRICTION.search(value)
        only = restriction[0].strip(" ,.!") if restriction else ""
        yield FactMention(topic, value, retracts=True, only=only)


def _without(foods: str) -> str:
    return f"no {re.sub(r',? (?:and|or) ', ' or ', re.sub(r'^any ', '', foods))}"


def _negated(frame: Frame, group: VerbGroup, value: str) -> Iterator[Statement]:
    if frame.negated == "dislike":
        yield FactMention("dislike", value)
    elif frame.negated == "diet":
        yield FactMention("diet", _without(value))
    elif frame.negated == "habit":
        yield FactMention("habit", f"don't {group.verb}")
    elif frame.topic and frame.topic not in {"dislike", "possession", "experience", "plan"}:
        yield Denial(frame.topic)


def _over(frame: Frame, group: VerbGroup, value: str) -> Iterator[Statement]:
    """Yield what was so and is over, or happened."""
    if frame.past == "experience":
        often = frame.topic in {"hobby", "diet"}
        if group.tense == "used" or not often:
            lead = frame.lead_past or f"{past_of(group.verb)} "
            home = frame.topic == "home" and not re.match(r"(?:on|near|by|outside|close)\b", value)
            between = "in " if home else ""
            yield FactMention("experience", f"{lead}{between}{value}")
    elif frame.past in {"same", "event"}:
        yield FactMention(frame.topic, _written(frame, group, value))
    elif frame.past == "now":
        yield FactMention(
            frame.topic, _written(frame, group, NOW.sub("", value)), corrects=True, changes=True
        )
    elif frame.topic == "possession" and group.verb == "have":
        yield FactMention("experience", f"had {value}")


def _intended(part: Part, group: VerbGroup) -> Iterator[Statement]:
    """Read "I'll visit my aunt on Sunday": a time makes it worth keeping."""
    value = part.text(group.at)
    if group.denied or group.verb == "be" or ROUTINE.match(value) or not TIME.search(value):
        return
    yield FactMention("plan", f"going to {value}")


def _lexical(group: VerbGroup, text: str) -> Iterator[Statement]:
    """Read what a few verbs say by their words: a lost job, a craft, a name, what was sold."""
    verb, said = group.verb, text
    if group.denied or group.can:
        return
    if verb in {"quit", "leave", "lose", "resign"} and group.tense in {"past", "perfect"}:
        if re.match(r"(?:my|our|the) (?:\w+ )?job\b|from (?:my|our) job\b", text, re.IGNORECASE):
            yield FactMention("work", "", retracts=True)
        elif verb == "quit" and re.match(r"the \w+", text, re.IGNORECASE):
            yield FactMention("work", clean(text), retracts=True)
    elif verb == "sell" and group.tense in {"past", "perfect"}:
        sold = re.match(r"(?:my|our|the) (?P<what>[\w -]{1,40})$", text, re.IGNORECASE)
        if sold and FRAMES["own"][0].value(f"a {sold['what']}", group):
            yield FactMention("possession", sold["what"], retracts=True)
    elif verb == "go" and said.lower().startswith("by "):
        yield FactMention("name", capital_names(said[3:]))
    elif verb in CRAFTS and group.tense == "present" and group.form == "":
        yield from _craft(verb, text)


def _craft(verb: str, rest: str) -> Iterator[Statement]:
    """Read "I write poetry", "I swim every Sunday"."""
    often, made = _HOW_OFTEN.match(rest), _MADE.match(rest)
    if often or made or verb == "collect":
        plain = rest and not often
        if plain and not made and re.match(r"(?:my|the|your|a|an|it|them|this|that)\b", rest):
            return
        thing = f" {rest}" if plain else ""
        yield FactMention("hobby", f"{CRAFTS[verb]}{thing}", certain=bool(made or plain))


def _named(text: str, group: VerbGroup, *, greeted: bool) -> Iterator[Statement]:
    """Read "I'm Bo", "I'm Tomas from Ghent", "I'm not Dan"."""
    value = clean(text)
    if group.denied:
        name = capital_names(value)
        if name and name == value:
            yield FactMention("name", name, retracts=True)
            yield Denial("name")
        return
    name = capital_names(value)
    place = value[len(name) :].strip()
    if name and " " not in name and place.startswith("from ") and maybe_name(name, greeted=True):
        yield FactMention("name", name)
        yield FactMention("origin", place.removeprefix("from "))
        return
    guess = maybe_name(value, greeted=greeted)
    if guess and (greeted or capital_names(guess.value)):
        yield guess


def of_person(
    part: Part, subject: Subject, group: VerbGroup | None, company: Company
) -> Iterator[Statement]:
    """Yield what a clause says of somebody else."""
    who = subject.who
    named = _NAMED.match(part.text())
    if named and who is not None and who.topic:
        yield FactMention(who.topic, named["name"])
        return
    if who is None or group is None or group.modal or group.tense == "future" or group.can:
        return
    text = part.text(group.end)
    pronoun = part.tokens[max(0, subject.end - 1)].low
    if subject.owns:
        yield from _of_owned(who, subject, group, text, company)
        return
    called = _called(group, text, pronoun)
    if called and who.topic:
        company.add(Somebody(who.topic, called, who.sex))
        yield FactMention(who.topic, called)
        return
    said = _phrase(group, text, plural=who.is_several)
    if said and who.key:
        yield FactMention(who.key, said, certain=not group.unsure)


def _called(group: VerbGroup, text: str, pronoun: str = "") -> str:
    if group.denied:
        return ""
    if group.verb in {"call", "name"} and group.form == "passive":
        return _names(text) if " and " in text else given_name(text)
    if group.verb == "be" and not group.form and pronoun not in _PRONOUNS:
        name = capital_names(clean(text))
        return name if name and name == clean(text) and maybe_name(name, greeted=True) else ""
    return ""


def _of_owned(
    who: Somebody, subject: Subject, group: VerbGroup, text: str, company: Company
) -> Iterator[Statement]:
    owned = subject.owns
    if owned in {"name", "names"} and group.verb == "be":
        name = _names(text) if owned == "names" else given_name(text)
        if name and who.topic and not group.denied:
            company.add(Somebody(who.topic, "" if " and " in name else name, who.sex))
            yield FactMention(who.topic, name)
    elif owned == "birthday" and group.verb == "be" and is_date(text) and who.key:
        yield FactMention(who.key, f"has their birthday {text}")
    elif who.key and relation_of(owned.split()[-1]):
        article = "an" if owned[0] in "aeiou" else "a"
        called = _called(group, text)
        said = f"called {called}" if called else _phrase(group, text)
        if said and not called:
            said = f"who is {said}" if is_trade(said) else f"who {said}"
        if said:
            yield FactMention(who.key, f"has {article} {owned} {said}")


def _names(text: str) -> str:
    match = re.match(r"(?P<names>[^\W\d_a-z][\w'-]*(?:,? (?:and )?[^\W\d_a-z][\w'-]*){0,5})", text)
    return match["names"] if match else ""


def _phrase(group: VerbGroup, text: str, *, plural: bool = False) -> str:
    """Return what is said of somebody as words that follow their name, "" if nothing is."""
    for frame in FRAMES.get(group.verb, ()):
        if not frame.others or not form_fits(frame, group):
            continue
        value = frame.value(text, group)
        if value is not None:
            said = _phrase_of(frame, group, clean(text), value)
            return _plural(said, group) if plural else said
    if group.verb in CRAFTS and group.tense == "present" and not group.form and not group.denied:
        craft = next(iter(_craft(group.verb, text)), None)
        return f"{third_person(group.verb)} {clean(text)}" if craft else ""
    return ""


def _phrase_of(  # noqa: PLR0911 - one return for each tense and form
    frame: Frame, group: VerbGroup, text: str, value: str
) -> str:
    verb = group.verb
    if group.denied or group.ceased:
        negated = frame.negated in {"dislike", "diet", "habit"} and not group.ceased
        return f"doesn't {verb} {text}".strip() if negated else ""
    if not frame.topic:
        return ""
    if frame.topic == "age" and verb in {"be", "turn"}:
        return f"{'was' if group.is_past and verb == 'be' else 'is'} {value}"
    if verb == "be":
        return _being(frame, group, text)
    if group.tense == "used":
        return f"used to {verb} {text}"
    if group.form == "ing":
        return f"is {ing_of(verb)} {text}"
    if group.form == "passive":
        return f"was {'born' if verb == 'bear' else past_of(verb)} {text}"
    if group.is_past and verb not in _GAINED:
        return f"{past_of(verb)} {text}" if frame.past != "none" else ""
    is_event = frame.past == "event" or verb in _GAINED or verb == "move"
    over = group.is_past or (group.tense == "perfect" and is_event)
    return f"{past_of(verb) if over else third_person(verb)} {text}".strip()


_PLURALS = {"is": "are", "was": "were", "has": "have", "doesn't": "don't"}


def _plural(said: str, group: VerbGroup) -> str:
    """Return words that follow one name so that they follow several."""
    first, _, rest = said.partition(" ")
    if first == third_person(group.verb):
        first = group.verb if group.verb != "be" else "are"
    return f"{_PLURALS.get(first, first)} {rest}".strip()


def _being(frame: Frame, group: VerbGroup, text: str) -> str:
    if group.tense == "used":
        return f"used to be {text}"
    if group.is_past:
        return f"was {text}"
    return text if frame.check == "trade" else f"is {text}"


def of_thing(
    part: Part, subject: Subject, group: VerbGroup | None, *, denied: set[str]
) -> Iterator[Statement]:
    """Yield what a clause says by a thing of the speaker's, or of the speaker by other words."""
    if group is None or group.modal or group.tense == "future":
        return
    text = part.text(group.end)
    if group.verb == "call" and text.lower().startswith("me "):
        yield FactMention("name", capital_names(text[3:]))
    elif group.verb != "be" or group.form:
        return
    elif subject.kind == "thing":
        yield from _of_noun(subject.words, group, text)
    else:
        yield from _of_other(part, subject, group, text, denied=denied)


def _of_other(
    part: Part, subject: Subject, group: VerbGroup, text: str, *, denied: set[str]
) -> Iterator[Statement]:
    """Read "Ada is my sister", "blue is my favourite colour", and "it's Bo" after a denial."""
    said = part.text()[: part.tokens[subject.end - 1].end - part.tokens[0].start]
    favourite = _MY_FAVOURITE.match(text)
    if favourite and not re.match(r"(?:it|this|that|what|your)\b", said, re.IGNORECASE):
        yield FactMention(f"favourite:{canonical_thing(favourite['thing'])}", said)
    elif "name" in denied and re.match(r"(?:it|that)\b", said, re.IGNORECASE):
        name = capital_names(text)
        if name:
            yield FactMention("name", name)
    elif not group.denied and group.end < len(part.tokens):
        mention = mention_at(part.tokens, group.end)
        name = capital_names(said)
        whole = mention is not None and mention.end >= len(part.tokens)
        if mention and whole and name and name == said and not mention.owns:
            yield FactMention(mention.who.topic, name)


def _of_noun(words: str, group: VerbGroup, text: str) -> Iterator[Statement]:
    favourite = _FAVOURITE.match(words)
    if favourite:
        if not _NO_FAVOURITE.match(text):
            value = re.sub(r"^(?:definitely|probably|still) ", "", text)
            yield FactMention(f"favourite:{canonical_thing(favourite['thing'].strip())}", value)
        return
    if MY_EVENT.match(words):
        if TIME.search(text) and not group.denied and not group.is_past:
            yield FactMention("plan", f"having my {words} {text}")
        return
    if words == "plan" and text.startswith("to "):
        yield FactMention("plan", f"planning {text}")
        return
    topic = _NOUNS.get(words.rsplit(maxsplit=1)[-1] if words else "", "")
    if topic:
        yield from _of_topic(topic, words, group, text)


def _of_topic(topic: str, words: str, group: VerbGroup, text: str) -> Iterator[Statement]:
    if topic == "name":
        yield from _own_name(group, text)
    elif group.denied or group.is_past:
        return
    elif topic == "birthday" and is_date(text):
        yield FactMention(topic, re.sub(r"^(?:on|in) ", "", text))
    elif topic == "age" and text.split()[:1] and text.split(maxsplit=1)[0].isdigit():
        yield FactMention(topic, text.split(maxsplit=1)[0])
    elif topic in {"hobby", "origin"} or (topic == "work" and _WORK_IS.match(text)):
        yield FactMention(topic, text)
    elif topic == "language" and re.match(r"(?:native|first|mother) ", words):
        yield FactMention(topic, text.split(maxsplit=1)[0])


def _own_name(group: VerbGroup, text: str) -> Iterator[Statement]:
    text = re.sub(r"^(?:actually|really|spelled|spelt) ", "", text)
    name = given_name(text)
    if group.denied:
        if name:
            yield FactMention("name", name, retracts=True)
        yield Denial("name")
    else:
        yield FactMention("name", name)
