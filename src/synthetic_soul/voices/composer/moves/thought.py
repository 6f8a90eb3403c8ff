"""Thoughts that nobody asked for: from mood, soul, standing, and what is known of somebody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.moves import mood, recollect, self_disclosure
from synthetic_soul.voices.composer.situation import mourned

if TYPE_CHECKING:
    from synthetic_soul.voices.base import Brief
    from synthetic_soul.voices.composer.selection import PhraseSelector
    from synthetic_soul.voices.composer.situation import Situation

_BY_EMOTION: Final = {
    "happiness": "playful", "excitement": "adventurous", "contentment": "cozy",
    "serenity": "cozy", "sadness": "sad", "loneliness": "nostalgic", "anger": "bittersweet",
    "frustration": "bittersweet", "bitterness": "bittersweet", "disgust": "bittersweet",
    "fear": "eerie", "anxiety": "eerie", "love": "romantic", "affection": "romantic",
    "hope": "curious", "pride": "playful", "gratitude": "cozy", "compassion": "bittersweet",
    "guilt": "awkward-embarrassing", "shame": "awkward-embarrassing",
    "embarrassment": "awkward-embarrassing", "self_loathing": "sad", "surprise": "surreal",
    "trust": "cozy", "relief": "cozy", "envy": "bittersweet", "love_for_self": "whimsical",
}  # fmt: skip
_IDLE: Final = ("mundane-observation", "curious", "philosophical", "whimsical", "surreal")
_LOW: Final = -0.25
_HURT: Final = 0.4
_BRIGHT: Final = 0.3


def vibe(brief: Brief) -> str:
    """The vibe of a thought in this state: one of ``VIBES``."""
    if brief.relationship.hurt >= _HURT:
        return "sad"
    felt = mood.strongest(brief.emotions)
    if felt in _BY_EMOTION:
        return _BY_EMOTION[felt]
    pleasure, arousal, _ = brief.mood
    if pleasure <= _LOW:
        return "sad"
    if pleasure >= _BRIGHT:
        return "adventurous" if arousal >= _BRIGHT else "playful"
    return _IDLE[(brief.now // grammar.HOUR) % len(_IDLE)]


def thought(scene: Situation, choose: PhraseSelector) -> str:
    """One or two sentences that she thinks; of a person only what the brief knows of them."""
    choose.seed += f"\x1f{scene.brief.now}"
    choose.free = True
    cross = mood.strongest(scene.brief.emotions) in {"anger", "frustration", "bitterness"}
    if scene.brief.relationship.hurt >= _HURT:
        return choose.say("muse.hurt")
    if cross:
        return choose.say("muse.cross")
    about = _person(scene, choose) if choose.chance("person", 0.5) else ""
    return about or _soul(scene, choose) or choose.say(f"muse.{vibe(scene.brief)}")


def _person(scene: Situation, choose: PhraseSelector) -> str:
    brief = scene.brief
    if not brief.known_facts and not brief.recalled_lines:
        return ""
    line = recollect.best_line(scene, frozenset(), least=0)
    found = {"quote": grammar.quoted(line.text)} if line else {}
    told = [fact for fact in brief.known_facts if fact.topic not in {"name", "age"}]
    if told:
        newest = max(told, key=lambda fact: (fact.at, fact.id))
        fields = fact_clauses.fields(newest)
        if newest.topic in {"like", "hobby"}:
            found["about"] = fields["value"]
        if "called" in fields and not mourned(brief, fields["called"]):
            found["called"] = fields["called"]
    if brief.person_name:
        return choose.say("muse.person", person=brief.person_name, **found)
    return choose.say("muse.you", **found)


def _soul(scene: Situation, choose: PhraseSelector) -> str:
    """A thought about something the soul likes, holds, or wonders."""
    if vibe(scene.brief) in {"sad", "eerie", "awkward-embarrassing"}:
        return ""
    notes, values = scene.who.notes, scene.who.soul.values
    if choose.chance("like", 0.25) and notes.favourites:
        lines = {self_disclosure.sentence(value): kind for kind, value in notes.favourites.items()}
        line = choose.pick("favourite", sorted(lines))
        return (
            choose.say("muse.like", kind=lines[line], favourite=line, liked=grammar.lowered(line))
            if line
            else ""
        )
    if choose.chance("opinion", 0.25) and notes.opinions:
        lines = {value: topic for topic, value in notes.opinions.items()}
        line = choose.pick("opinion", sorted(lines))
        return choose.say("muse.opinion", topic=lines[line], opinion=line) if line else ""
    if choose.chance("question", 0.15):
        line = choose.pick("question", notes.questions)
        return choose.say("muse.ask", question=grammar.lowered(line)) if line else ""
    held = [value.name for value in values if value.importance > 0]
    if held and choose.chance("value", 0.15):
        name = choose.pick("value", held)
        return choose.say("muse.matter", value=name, Value=self_disclosure.upper(name))
    return ""
