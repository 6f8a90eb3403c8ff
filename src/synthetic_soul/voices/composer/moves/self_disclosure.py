"""Answers about the agent, out of its soul; what the soul does not say is not made up."""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from soulscript.text import stem
from synthetic_soul.mind.interpretation import SelfTopic, Signal
from synthetic_soul.nlu.acts.signals import is_unsettled
from synthetic_soul.nlu.text.language import plain_words
from synthetic_soul.voices.composer import grammar
from synthetic_soul.voices.composer.moves import occasion
from synthetic_soul.voices.composer.moves.recollect import own_stems, stems
from synthetic_soul.voices.composer.moves.self_portrait import found, portrait, traits
from synthetic_soul.voices.composer.selection import PhraseSelector, templates_of
from synthetic_soul.voices.composer.self_knowledge import self_knowledge
from synthetic_soul.voices.composer.situation import Situation, lines_of_others

MIN_CLEAR_EMOTION: Final = 0.3
MIN_STRONG_EMOTION: Final = 0.6
MAX_LOW_PLEASURE: Final = -0.2
MIN_BRIGHT_PLEASURE: Final = 0.35
MAX_TIRED_AROUSAL: Final = -0.35
SPOKEN_AS: Final = {
    "love_for_self": "contentment", "self_loathing": "shame", "guilt": "shame",
    "embarrassment": "shame", "disgust": "frustration", "envy": "bitterness",
}  # fmt: skip

_MIN_SHARED: Final = 2
"""Stems that a question and a story share, or all of the question's, to be of one thing."""
_SAYS_MACHINE: Final = re.compile(
    r"(?i)\b(?:AI|program|programme|software|simulation|simulated|artificial|machine)\b"
)
_SYNONYMS: Final = {"puppy": "dog", "puppies": "dog", "kitten": "cat", "kittens": "cat",
                    "color": "colour", "movie": "film", "song": "music", "band": "music",
                    "dish": "food", "meal": "food"}  # fmt: skip
_TASTE_WORDS: Final = frozenset(
    {"favourite", "favorite", "like", "love", "enjoy", "prefer", "hate"}
)


def nature(situation: Situation, selector: PhraseSelector) -> str:
    """Say that the agent is an AI, plainly, whatever its soul plays."""
    if situation.has(Signal.SENTIENCE):
        return selector.say("nature.real")
    lines = templates_of(situation.notes.honesty)
    phrase = selector.offer(lines, "nature")
    return phrase if _SAYS_MACHINE.search(phrase) else f"I'm an AI. {phrase}"


def about(situation: Situation, selector: PhraseSelector) -> str:
    """Answer a question about the agent; return "" where the soul has nothing to say to it."""
    for move in _MOVES:
        phrase = move(situation, selector)
        if phrase:
            return phrase
    if situation.signals.unsettled:
        return selector.say("ask.deep")
    return _own_story(situation, selector)


def _closely(situation: Situation, selector: PhraseSelector) -> str:
    """Answer what people often ask in nearly these words, unless it is about a favourite."""
    asks_taste = situation.has(Signal.FAVOURITE, Signal.TASTE, Signal.LIFE_STORY)
    return "" if asks_taste else occasion.take_up_closely(situation, selector)


def _person(situation: Situation, selector: PhraseSelector) -> str:
    """Tell name, age, home or work."""
    asks = situation.interpretation.question_topics
    soul = situation.character.soul
    if situation.has(Signal.AGENT_NAME):
        return selector.say("name")
    if {"age", "birthday"} & set(asks):
        fields = {"age": soul.entity.age} if soul.entity.age else {}
        return selector.say("age", **fields) or _known(situation, selector, "age", "age.none")
    if {"home", "origin"} & set(asks):
        return _beginnings(situation, selector)
    if "work" in asks or situation.has(Signal.AGENT_WORK):
        role = soul.entity.occupation.strip()
        fields = {"occupation": grammar.an(role)} if role else {}
        told = selector.say("work", **fields) or _known(situation, selector, "work")
        return told or found(situation, selector) or _being(situation, selector)
    return ""


def _known(situation: Situation, selector: PhraseSelector, topic: str, *otherwise: str) -> str:
    """Tell what the soul's own texts say of a topic, else a phrase of these keys, else ""."""
    told = self_knowledge(situation.character.soul).about(topic)
    if told:
        return selector.say("self.told", told=told)
    return selector.say(*otherwise) if otherwise else ""


def _being(situation: Situation, selector: PhraseSelector) -> str:
    told = self_knowledge(situation.character.soul).being()
    return selector.say("self.told", told=told) if told else ""


def _about_us(situation: Situation, selector: PhraseSelector) -> str:
    """Tell what the agent makes of the person, does, and can do."""
    if situation.has(Signal.ABOUT_ME):
        return selector.say("you.about")
    if "doing" in situation.interpretation.question_topics or situation.has(Signal.AGENT_DAY):
        return selector.say("self.day")
    if situation.has(Signal.AGENT_LIKING):
        return selector.say("you.like")
    if situation.has(Signal.AGENT_ANGER, Signal.FORGIVE_ME):
        return selector.say("you.angry")
    if situation.has(Signal.ABILITIES):
        return selector.say("you.can")
    return ""


def suggestion(situation: Situation, selector: PhraseSelector) -> str:
    """Suggest a favourite ("what should I read?"), or return ""."""
    for kind in situation.signals.media:
        if kind in situation.notes.favourites:
            liked = sentence(situation.notes.favourites[kind])
            return selector.say("suggest", kind=kind, liked=grammar.lower_first(liked))
    return ""


def _beginnings(situation: Situation, selector: PhraseSelector) -> str:
    """Tell where the agent comes from: its background, where that can be turned to "I"."""
    entity, place = situation.character.soul.entity, situation.notes.favourites.get("place", "")
    asks = situation.interpretation.question_topics
    for topic in ("origin", "home") if "origin" in asks else ("home", "origin"):
        if told := _known(situation, selector, topic):
            return told
    background = grammar.in_first_person(entity.background or "", situation.brief.name)
    if background:
        return selector.say("home", background=background)
    if place:
        return selector.say("home.place", liked=grammar.lower_first(sentence(place)))
    return selector.say("home.none")


def sentence(text: str) -> str:
    """Return a note of the soul as a sentence of its own."""
    text = grammar.upper_first(text.strip())
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


@lru_cache(maxsize=1 << 11)
def _key_stems(key: str) -> tuple[str, ...]:
    """Return the stems of a key of the soul; one without words matches nothing."""
    return tuple(stem(word) for word in plain_words(key)) or ("",)


def _favourite(situation: Situation, selector: PhraseSelector, kind: str) -> str:
    """Tell the favourite of a kind, or that it is still the same."""
    text = situation.notes.favourites[kind]
    favourite = sentence(text)
    liked = grammar.lower_first(favourite)
    if not selector.is_fresh(text):
        return selector.say("like.again", liked=liked)
    return selector.say("like", kind=kind, favourite=favourite, liked=liked)


def topic_of(table: Mapping[str, str], text: str) -> str:
    """Return the key of ``table`` that ``text`` speaks of, or ""."""
    spoken = [_SYNONYMS.get(word, word) for word in plain_words(text)]
    roots = {stem(word) for word in spoken}
    for key in table:
        if roots.issuperset(_key_stems(key)):
            return key
    return ""


def _likes(situation: Situation, selector: PhraseSelector) -> str:
    """Tell a favourite or an opinion that was asked for by name."""
    notes, asks = situation.notes, situation.interpretation.question_topics
    text = " ".join(asks) or situation.text
    kind = topic_of(notes.favourites, text)
    topic = topic_of(notes.opinions, text)
    if not kind and not topic and situation.has(Signal.TASTE):
        told = self_knowledge(situation.character.soul).taste(situation.text)
        if told:
            return selector.say("self.told", told=told)
    if kind and (situation.has(Signal.FAVOURITE) or not topic):
        return _favourite(situation, selector, kind)
    if topic:
        return _opinion(situation, selector, topic)
    if situation.has(Signal.FAVOURITE):
        asked = " ".join(word for ask in asks for word in ask.split() if word not in _TASTE_WORDS)
        return selector.say("like.none", asked=asked) if asked else selector.say("self.unknown")
    if set(asks) <= _TASTE_WORDS and situation.has(Signal.TASTE) and notes.favourites:
        kind = next((k for k in sorted(notes.favourites)
                     if selector.is_fresh(notes.favourites[k])), min(notes.favourites))  # fmt: skip
        return _favourite(situation, selector, kind)
    return ""


def _opinion(situation: Situation, selector: PhraseSelector, topic: str) -> str:
    """Tell the opinion of a topic, or that it has not changed."""
    view = situation.notes.opinions[topic]
    return selector.say("opinion" if selector.is_fresh(view) else "opinion.again", opinion=view)


def _character(situation: Situation, selector: PhraseSelector) -> str:
    soul, notes = situation.character.soul, situation.notes
    if situation.has(Signal.TRAITS):
        return traits(situation, selector)
    values = [value.name for value in sorted(soul.values, key=lambda value: -value.importance)]
    if values and situation.has(Signal.VALUES) and not situation.has(Signal.CREED):
        fresh = [name for name in values if selector.is_fresh(name)]
        return selector.say("matter", value=(fresh or values)[0])
    if situation.has(Signal.SKILLS):
        skills = grammar.join_list(soul.entity.expertise[:3])
        return selector.say("skill", skills=skills) if skills else ""
    if situation.signals.body and not notes.stories:
        return selector.say("self.body", asked=situation.signals.body)
    return ""


def _own_story(situation: Situation, selector: PhraseSelector) -> str:
    """Tell a story, where one is asked for or one fits the question."""
    asks = situation.interpretation.question_topics
    if {"story", "doing"}.intersection(asks) or situation.has(Signal.LIFE_STORY):
        return story(situation, selector)
    wanted = stems(" ".join(asks))
    for line in sorted(situation.notes.stories):
        shared = wanted & own_stems(line)
        enough = len(shared) >= _MIN_SHARED or (shared == wanted and bool(wanted))
        if enough and selector.is_fresh(line):
            selector.mark_used(line)
            return line
    return ""


def story(situation: Situation, selector: PhraseSelector) -> str:
    """Tell a story that this person has not heard yet, or say that there is none left."""
    stories = situation.notes.stories
    fresh = [line for line in stories if selector.is_fresh(line)]
    told = "" if stories else self_knowledge(situation.character.soul).about("self")
    if told and selector.is_fresh(told):
        selector.mark_used(told)
        return selector.say("self.told", told=told)
    if not fresh:
        return selector.say("story.none")
    return selector.say("story", story=selector.pick("story", fresh))


def opinion(situation: Situation, selector: PhraseSelector) -> str:
    """Tell what the agent thinks of a topic, or that it has not made up its mind."""
    notes, asks = situation.notes, situation.interpretation.question_topics
    before = next((line.text for line in lines_of_others(situation.brief)), "")
    # "What do you think?" asks about what was said before it.
    text = situation.text if asks else f"{situation.text} {before}"
    topic = topic_of(notes.opinions, text)
    if topic and (asks or selector.is_fresh(notes.opinions[topic])):
        return _opinion(situation, selector, topic)
    if is_unsettled(text):
        return selector.say("ask.deep")
    kind = topic_of(notes.favourites, situation.text)
    if kind and situation.has(Signal.FAVOURITE, Signal.BEST):
        return _favourite(situation, selector, kind)
    about = situation.signals.opinion_of
    thing = situation.turn(about) if about else None
    if thing and thing.casefold() not in {"it", "that", "this", "them", "him", "her", "me", "you"}:
        return selector.say("opinion.none", asked=thing)
    meant = "" if asks else grammar.noun_phrase(before, plain_words(before))
    return selector.say("opinion.thing", thing=meant) if meant else selector.say("opinion.open")


def inner_life(situation: Situation, selector: PhraseSelector) -> str:
    """Answer about its end, moods, wishes and company; return "" where none was asked for."""
    topic = situation.signals.self_topic
    if topic is SelfTopic.THINKING:
        thought = situation.brief.thought
        if thought and selector.is_fresh(thought):
            return selector.say("self.thinking", thought=thought)
        return selector.say("self.thinking.none")
    return selector.say(f"self.{topic}") if topic else ""


def strongest_emotion(emotions: Mapping[str, float]) -> str:
    """Return the emotion that is felt most clearly, or ""."""
    clear = [(level, name) for name, level in emotions.items() if level >= MIN_CLEAR_EMOTION]
    return max(clear, key=lambda felt: (felt[0], felt[1]))[1] if clear else ""


def _state(situation: Situation, selector: PhraseSelector) -> str:  # noqa: PLR0911 - one return for each state
    """Return the key of the phrases for how the agent is."""
    if situation.temper in {"hurt", "wary"}:
        return f"state.{situation.temper}"
    if situation.tender:
        return "state.worried"
    good = ("good", "good.job", "good.success", "good.birth", "good.wedding", "good.recovery")
    if selector.used_lately(*good, replies=2):
        return "state.moved"
    felt = strongest_emotion(situation.brief.emotions)
    if felt:
        return f"state.{SPOKEN_AS.get(felt, felt)}"
    pleasure, arousal, _ = situation.brief.mood
    if pleasure <= MAX_LOW_PLEASURE:
        return "state.low"
    if arousal <= MAX_TIRED_AROUSAL:
        return "state.tired"
    return "state.bright" if pleasure >= MIN_BRIGHT_PLEASURE else "state.even"


def how_it_is(situation: Situation, selector: PhraseSelector) -> list[str]:
    """Say how the agent is, and sometimes ask it back."""
    if situation.has(Signal.AGENT_ANGER, Signal.AGENT_CROSS):
        return [selector.say("you.angry")]
    key = _state(situation, selector)
    felt = strongest_emotion(situation.brief.emotions)
    strong = situation.brief.emotions.get(felt, 0.0) >= MIN_STRONG_EMOTION
    state = selector.say(key, "state.even", much="very" if strong else "a little")
    asked = situation.has(Signal.ASKS_BACK) or situation.interpretation.feelings
    back = not asked and not situation.guarded and selector.chance("back", 0.6)
    return [state, selector.say("state.back")] if back else [state]


_MOVES: Final = (
    portrait, _person, _about_us, _character, _closely, inner_life, _likes,
)  # fmt: skip
"""What may answer a question about the agent, in this order."""
