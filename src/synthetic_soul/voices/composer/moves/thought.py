"""Thoughts without a conversation: from what was said, mood, soul, relationship and known facts."""

from typing import Final

from synthetic_soul.voices.base import Brief
from synthetic_soul.voices.composer import fact_clauses, grammar
from synthetic_soul.voices.composer.moves import recollect, self_disclosure
from synthetic_soul.voices.composer.selection import PhraseSelector
from synthetic_soul.voices.composer.situation import Situation, is_mourned

_VIBE_OF_EMOTION: Final = {
    "happiness": "playful", "excitement": "adventurous", "contentment": "cozy",
    "serenity": "cozy", "sadness": "sad", "loneliness": "nostalgic", "anger": "bittersweet",
    "frustration": "bittersweet", "bitterness": "bittersweet", "disgust": "bittersweet",
    "fear": "eerie", "anxiety": "eerie", "love": "romantic", "affection": "romantic",
    "hope": "curious", "pride": "playful", "gratitude": "cozy", "compassion": "bittersweet",
    "guilt": "awkward-embarrassing", "shame": "awkward-embarrassing",
    "embarrassment": "awkward-embarrassing", "self_loathing": "sad", "surprise": "surreal",
    "trust": "cozy", "relief": "cozy", "envy": "bittersweet", "love_for_self": "whimsical",
}  # fmt: skip
_IDLE_VIBES: Final = ("mundane-observation", "curious", "philosophical", "whimsical", "surreal")
_CROSS: Final = frozenset({"anger", "frustration", "bitterness"})
_MAX_LOW_PLEASURE: Final = -0.25
_MIN_HURT: Final = 0.4
_MIN_BRIGHT: Final = 0.3
_ELSEWHERE: Final = 0.1
"""The share of thoughts that do not begin from what was said."""
_PAIR: Final = 0.6


def vibe(brief: Brief) -> str:
    """Return the vibe of a thought in this state, one of ``VIBES``."""
    if brief.relationship.hurt >= _MIN_HURT:
        return "sad"
    emotion = self_disclosure.strongest_emotion(brief.emotions)
    if emotion in _VIBE_OF_EMOTION:
        return _VIBE_OF_EMOTION[emotion]
    pleasure, arousal, _ = brief.mood
    if pleasure <= _MAX_LOW_PLEASURE:
        return "sad"
    if pleasure >= _MIN_BRIGHT:
        return "adventurous" if arousal >= _MIN_BRIGHT else "playful"
    return _IDLE_VIBES[(brief.now // grammar.HOUR) % len(_IDLE_VIBES)]


def thought(situation: Situation, selector: PhraseSelector) -> str:
    """Think one or two sentences; of a person only what the brief knows of them.

    They begin from what the brief recalls, if it recalls anything.
    """
    began = "" if selector.chance("elsewhere", _ELSEWHERE) else _about_words(situation, selector)
    if began:
        return began
    if situation.brief.relationship.hurt >= _MIN_HURT:
        return selector.say("muse.hurt")
    if self_disclosure.strongest_emotion(situation.brief.emotions) in _CROSS:
        return selector.say("muse.cross")
    about = _about_person(situation, selector) if selector.chance("person", 0.5) else ""
    about = about or _about_soul(situation, selector)
    return about or selector.say(f"muse.{vibe(situation.brief)}")


def _about_words(situation: Situation, selector: PhraseSelector) -> str:
    """Think about a line that is recalled and an old note of its kind, or about two notes."""
    brief = situation.brief
    words = [grammar.quoted(line.text) for line in brief.recalled_lines if not line.mine]
    # The best is last; of what only the agent says of it, nothing is quoted.
    words += [grammar.quoted(_quoted_in(note.text)) for note in reversed(brief.observations)]
    if not words:
        return ""
    said, *older = words
    if older and selector.chance("pair", _PAIR):
        return selector.say("muse.pair", quote=said, older=older[0])
    return selector.say("muse.said", quote=said)


def _quoted_in(note: str) -> str:
    """Return the first words that a note quotes, else the note itself."""
    _, _, rest = note.partition("“")
    quoted, mark, _ = rest.partition("”")
    return quoted if mark else note


def _about_person(situation: Situation, selector: PhraseSelector) -> str:
    brief = situation.brief
    if not brief.known_facts and not brief.recalled_lines:
        return ""
    line = recollect.best_line(situation, set(), least=0)
    fields = {"quote": grammar.quoted(line.text)} if line else {}
    facts = [fact for fact in brief.known_facts if fact.topic not in {"name", "age"}]
    if facts:
        newest = max(facts, key=lambda fact: (fact.at, fact.id))
        known = fact_clauses.phrase_fields(newest)
        if newest.topic in {"like", "hobby"}:
            fields["about"] = known["value"]
        if "called" in known and not is_mourned(brief, known["called"]):
            fields["called"] = known["called"]
    if brief.person_name:
        return selector.say("muse.person", person=brief.person_name, **fields)
    return selector.say("muse.you", **fields)


def _about_soul(situation: Situation, selector: PhraseSelector) -> str:
    """Think about something the soul likes, holds, or wonders."""
    if vibe(situation.brief) in {"sad", "eerie", "awkward-embarrassing"}:
        return ""
    notes, values = situation.notes, situation.character.soul.values
    if selector.chance("like", 0.25) and notes.favourites:
        lines = {self_disclosure.sentence(value): kind for kind, value in notes.favourites.items()}
        line = selector.pick("favourite", sorted(lines))
        fields = {"favourite": line, "liked": grammar.lower_first(line)}
        return selector.say("muse.like", kind=lines[line], **fields) if line else ""
    if selector.chance("opinion", 0.25) and notes.opinions:
        lines = {value: topic for topic, value in notes.opinions.items()}
        line = selector.pick("opinion", sorted(lines))
        return selector.say("muse.opinion", topic=lines[line], opinion=line) if line else ""
    if selector.chance("question", 0.15):
        line = selector.pick("question", notes.questions)
        return selector.say("muse.ask", question=grammar.lower_first(line)) if line else ""
    names = [value.name for value in values if value.importance > 0]
    if names and selector.chance("value", 0.15):
        return selector.say("muse.matter", value=selector.pick("value", names))
    return ""
