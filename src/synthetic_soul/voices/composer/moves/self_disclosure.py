"""Answers about herself, out of the soul; what the soul does not say is not made up."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from soulscript.text import stem
from synthetic_soul.voices.composer import grammar
from synthetic_soul.voices.composer.moves import machine_nature
from synthetic_soul.voices.composer.moves.recollect import own_stems, stems
from synthetic_soul.voices.composer.selection import own

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_HONEST: Final = re.compile(
    r"(?i)\b(?:AI|program|programme|software|simulation|simulated|artificial|machine)\b"
)
_BODY: Final = frozenset(
    grammar.words(
        "eat drink sleep dream taste smell breathe cook dance swim drive walk run body hands eyes "
        "face hair wear dressed weigh tall"
    )
)
_TRAITS: Final = ("personality", "describe yourself", "what are you like", "kind of person")
_VALUES: Final = ("value", "values", "believe", "believe in", "important to you", "matters to you",
                  "care about")  # fmt: skip
_SYNONYMS: Final = {"puppy": "dog", "puppies": "dog", "kitten": "cat", "kittens": "cat",
                    "color": "colour", "movie": "film", "song": "music", "band": "music",
                    "dish": "food", "meal": "food"}  # fmt: skip
_EMPTY: Final = frozenset({"favourite", "favorite", "like", "love", "enjoy", "prefer", "hate"})
_ABOUT: Final = re.compile(
    r"(?i)\b(?:think|opinion|thoughts|views?|feel|make|take)\b (?:about|of|on) "
    r"([\w' -]{2,40}?)\s*[?.!]*$"
)
_OBJECT: Final = re.compile(
    r"\b(to|from|of|with|for|meet|at|by|about|told|gave|taught) her"
    r"(?=$|[.,;]| (?:and|in|on|at|when)\b)"
)
_DOES: Final = (
    "has|is|was|keeps|lives|works|grew|came|comes|spent|catalogued|kept|built|ran|runs|born"
)
_LONGEST: Final = 260


def nature(scene: Situation, choose: PhraseSelector) -> str:
    """Say what she is: an AI, plainly, whatever her soul plays."""
    if scene.has("feel", "feelings", "conscious", "sentient", "emotions"):
        return choose.say("nature.real")
    lines = own(scene.who.notes.honesty)
    told = choose.offer(lines, "nature")
    return told if _HONEST.search(told) else f"I'm an AI. {told}"


def about(scene: Situation, choose: PhraseSelector) -> str:
    """Answer a question about her; "" where the soul has nothing to say to it."""
    told = (
        _person(scene, choose)
        or machine_nature.answer(scene, choose)
        or _between(scene, choose)
        or _likes(scene, choose)
        or _character(scene, choose)
    )
    if not told and machine_nature.deep(scene.text):
        return choose.say("ask.deep")
    return told or _own_story(scene, choose)


def _person(scene: Situation, choose: PhraseSelector) -> str:
    """Name, age, home and work."""
    asks = scene.brief.interpretation.question_topics
    soul = scene.who.soul
    if scene.has("your name", "who are you", "call you", "are you called", "introduce yourself"):
        return choose.say("name")
    if {"age", "birthday"} & set(asks):
        return choose.say("age", "age.none", **_some("age", soul.entity.age or ""))
    if {"home", "origin"} & set(asks):
        return _beginnings(scene, choose)
    if "work" in asks or scene.has("your job", "do you do for a living", "your work"):
        role = grammar.an(soul.entity.occupation)
        return choose.say("work", occupation=role, Occupation=upper(role))
    return ""


def _between(scene: Situation, choose: PhraseSelector) -> str:
    """What she makes of the person, what she does, and what she can do."""
    if scene.has("about me"):
        return choose.say("you.about")
    if "doing" in scene.brief.interpretation.question_topics or scene.has(
        "did you do", "your day", "been up to", "you doing", "you up to"
    ):
        return choose.say("self.day")
    if scene.has("like me", "love me", "hate me", "trust me"):
        return choose.say("you.like")
    if scene.has("angry with me", "mad at me", "angry at me", "upset with me", "forgive me"):
        return choose.say("you.angry")
    if scene.has("can you do", "what do you do", "are you able"):
        return choose.say("you.can")
    return ""


_MEDIA: Final = {"read": "book", "watch": "film", "listen": "music", "eat": "food", "cook": "food",
                 "play": "game", "visit": "place"}  # fmt: skip


def suggestion(scene: Situation, choose: PhraseSelector) -> str:
    """Suggest what she likes herself ("what should I read?"), "" where the soul names nothing."""
    kinds = [kind for word, kind in _MEDIA.items() if scene.has(word)]
    for kind in kinds:
        if kind in scene.who.notes.favourites:
            told = sentence(scene.who.notes.favourites[kind])
            return choose.say("suggest", kind=kind, liked=grammar.lowered(told))
    return ""


def _some(name: str, value: str) -> dict[str, str]:
    return {name: value} if value else {}


def upper(text: str) -> str:
    """The text with its first letter large."""
    return text[:1].upper() + text[1:]


def _beginnings(scene: Situation, choose: PhraseSelector) -> str:
    """Where she comes from: what she says of it herself, or the first sentence of the background.

    A background is written about her, so it is told only where it can be turned to "I".
    """
    told = in_first_person(scene.who.soul.entity.background or "", scene.brief.name)
    place = scene.who.notes.favourites.get("place", "")
    if told:
        return choose.say("home", background=told)
    if place:
        return choose.say("home.place", liked=grammar.lowered(sentence(place)))
    return choose.say("home.none")


def in_first_person(text: str, name: str) -> str:
    """The first sentence of a text about ``name`` as she would say it, "" where that is unsafe."""
    first = re.split(r"(?<=[.!?])\s", text.strip())[0].split(";")[0].split(":")[0].strip(" .")
    given = name.split(" ", maxsplit=1)[0]
    match = re.match(rf"{re.escape(given)}(?: [A-Z][\w-]+)? (?P<verb>{_DOES})\b", first)
    if not match or len(first) > _LONGEST:
        return ""
    if match["verb"] in {"is", "was"} and not re.match(r" (?:an?|the) ", first[match.end() :]):
        return ""
    verb = {"has": "have", "is": "am"}.get(match["verb"], match["verb"])
    if match["verb"] in {"keeps", "lives", "works", "comes", "runs"}:
        verb = verb[:-1]
    rest = first[match.end() :]
    for other, mine in (("herself", "myself"), ("himself", "myself"), ("she", "I"), ("he", "I"),
                        ("his", "my"), ("him", "me")):  # fmt: skip
        rest = re.sub(rf"\b{other}\b", mine, rest)
    rest = _OBJECT.sub(r"\1 me", rest)
    rest = re.sub(r"\bher\b(?=\s+[a-z])", "my", rest)
    if re.search(r"\b(?:her|its?)\b|\bI (?!was\b)\w+s\b", rest):
        return ""
    return f"I {verb}{rest}."


def sentence(text: str) -> str:
    """A note of the soul as a sentence of its own."""
    text = text.strip()
    return upper(text) if text.endswith((".", "!", "?", "…")) else f"{upper(text)}."


@lru_cache(maxsize=1 << 11)
def _key_stems(key: str) -> tuple[str, ...]:
    """The stems of a key of the soul; one without words matches nothing."""
    return tuple(stem(word) for word in grammar.words(key)) or ("",)


def _favourite(choose: PhraseSelector, kind: str, text: str) -> str:
    told = sentence(text)
    if not choose.unsaid(text):
        return choose.say("like.again", liked=grammar.lowered(told))
    return choose.say("like", kind=kind, favourite=told, liked=grammar.lowered(told))


def topic_of(table: Mapping[str, str], text: str) -> str:
    """The key of ``table`` that ``text`` speaks of, "" where none."""
    spoken = [_SYNONYMS.get(word, word) for word in grammar.words(text)]
    roots = {stem(word) for word in spoken}
    for key in table:
        if roots.issuperset(_key_stems(key)):
            return key
    return ""


def _likes(scene: Situation, choose: PhraseSelector) -> str:
    """A favourite or an opinion that was asked for by name."""
    notes, asks = scene.who.notes, scene.brief.interpretation.question_topics
    text = " ".join(asks) or scene.text
    kind = topic_of(notes.favourites, text)
    topic = topic_of(notes.opinions, text)
    if kind and (scene.has("favourite", "favorite") or not topic):
        return _favourite(choose, kind, notes.favourites[kind])
    if topic:
        return _held(choose, notes.opinions[topic])
    if scene.has("favourite", "favorite"):
        asked = " ".join(word for ask in asks for word in ask.split() if word not in _EMPTY)
        return choose.say("like.none", asked=asked) if asked else choose.say("self.unknown")
    if set(asks) <= _EMPTY and scene.has("like", "enjoy", "love", "prefer") and notes.favourites:
        kind = next((k for k in sorted(notes.favourites)
                     if choose.unsaid(notes.favourites[k])), min(notes.favourites))  # fmt: skip
        return _favourite(choose, kind, notes.favourites[kind])
    return ""


def _held(choose: PhraseSelector, view: str) -> str:
    """A view of hers, or that it is still the one she has told."""
    return choose.say("opinion" if choose.unsaid(view) else "opinion.again", opinion=view)


def _character(scene: Situation, choose: PhraseSelector) -> str:
    soul, notes = scene.who.soul, scene.who.notes
    if scene.has(*_TRAITS):
        strong = [t.trait for t in soul.personality.core_traits if t.strength > 0][:3]
        traits = grammar.listed(strong)
        return choose.say("trait", trait=traits, Trait=upper(traits)) if strong else ""
    held = sorted(soul.values, key=lambda value: -value.importance)
    about_creed = re.search(r"(?i)\bbelieve in (?!\W*$)", scene.text)
    if held and scene.has(*_VALUES) and not about_creed:
        fresh = [value.name for value in held if choose.unsaid(value.name)] or [held[0].name]
        return choose.say("matter", value=fresh[0], Value=upper(fresh[0]))
    if scene.has("good at", "know about", "expert", "expertise", "hobby", "hobbies", "interests"):
        skills = grammar.listed(soul.entity.expertise[:3])
        return choose.say("skill", skills=skills, Skills=upper(skills)) if skills else ""
    body = [word for word in scene.words if word in _BODY]
    if body and not notes.stories:
        return choose.say("self.body", asked=body[0])
    return ""


def _own_story(scene: Situation, choose: PhraseSelector) -> str:
    """A story, where one is asked for or one fits the question."""
    asks = scene.brief.interpretation.question_topics
    told = {"story", "doing"} & set(asks) or scene.has("story", "about yourself", "about you",
                                                       "tell me more", "your life")  # fmt: skip
    if told:
        return story(scene, choose)
    wanted = stems(" ".join(asks))
    for line in sorted(scene.who.notes.stories):
        if wanted & own_stems(line) and choose.unsaid(line):
            choose.used.add(line)
            return line
    return ""


def story(scene: Situation, choose: PhraseSelector) -> str:
    """A story she has not told this person yet, or that there is none left."""
    fresh = [line for line in scene.who.notes.stories if choose.unsaid(line)]
    if not fresh:
        return choose.say("story.none")
    return choose.say("story", story=choose.pick("story", fresh))


def opinion(scene: Situation, choose: PhraseSelector) -> str:
    """What she thinks of a topic, or that she has not made up her mind."""
    notes = scene.who.notes
    before = next((line.text for line in reversed(scene.brief.recent_lines) if not line.mine), "")
    # "What do you think?" asks about what was said before it.
    text = scene.text if scene.brief.interpretation.question_topics else f"{scene.text} {before}"
    topic = topic_of(notes.opinions, text)
    if topic and (
        scene.brief.interpretation.question_topics or choose.unsaid(notes.opinions[topic])
    ):
        return _held(choose, notes.opinions[topic])
    if machine_nature.deep(text):
        return choose.say("ask.deep")
    kind = topic_of(notes.favourites, scene.text)
    if kind and scene.has("favourite", "favorite", "best"):
        return _favourite(choose, kind, notes.favourites[kind])
    match = _ABOUT.search(scene.text.strip())
    thing = grammar.turn(match[1]) if match else None
    if thing and thing.casefold() not in {"it", "that", "this", "them", "him", "her", "me", "you"}:
        return choose.say("opinion.none", asked=thing)
    meant = (
        grammar.thing(before, grammar.words(before))
        if not scene.brief.interpretation.question_topics
        else ""
    )
    return choose.say("opinion.thing", thing=meant) if meant else choose.say("opinion.open")
