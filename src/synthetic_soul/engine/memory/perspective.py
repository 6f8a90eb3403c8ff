"""What an agent keeps of a stretch of conversation without a model, seen through its personality.

Soulscript's generation (§4.3) with this engine's answers: what is observed is what a person said,
with what the agent's strongest fitting trait makes of it; how much it matters, and how it felt,
is what the appraisal of the words moves in this soul, in this mood, towards this person. The same
words so give two agents two memories.
"""

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from soulscript import Experience, Soul, generate
from soulscript.prompts import expanded, scene_of
from soulscript.text import terms
from synthetic_soul.mind import dynamics, state
from synthetic_soul.mind.appraisal import appraise
from synthetic_soul.mind.dynamics import clamp
from synthetic_soul.mind.interpretation import Act, Interpretation
from synthetic_soul.mind.state import Bond, Mind
from synthetic_soul.mind.tables.emotions import EMOTIONS
from synthetic_soul.nlu.text.sentences import clip
from synthetic_soul.toml_tables import read_table
from synthetic_soul.voices.base import Line
from synthetic_soul.voices.composer.grammar import quoted

Colour = Literal["pleasant", "unpleasant", "plain"]

MAX_OBSERVATIONS: Final = 4
"""Observations of one stretch; the most important are kept."""
MIN_IMPORTANCE: Final = 0.1
"""Below it nothing is kept."""
MAX_QUOTE_CHARS: Final = 160
MAX_CHARACTER_CHARS: Final = 300
_MAX_NAMED: Final = 4
_MIN_TERMS: Final = 2  # of a line that is worth keeping
_MIN_COLOUR: Final = 0.12  # from which valence on something is pleasant or unpleasant
_NEAR: Final = 0.7  # traits at least so strong, in units of the strongest, take turns
_MIN_LEVEL: Final = 0.25
_STIRRED: Final = 0.5  # the importance that the strongest feeling gives
_TOLD: Final = 0.2  # that of something lasting that the person told of themselves
_SAID: Final = 0.04  # that of each term of the words
_MAX_SAID: Final = 0.28
_MIN_ATTENTION: Final = 0.25  # two terms in common with what the soul holds to
_OWN_VALENCE: Final = 0.6  # the weight of what it did to the agent, beside what it was
_MOOD: Final = 0.15  # how much a mood colours
_TELLING: Final = {Act.TELL, Act.GOOD_NEWS, Act.BAD_NEWS, Act.PRAISE, Act.LOVE, Act.INSULT}
_MIN_TERMS_OF_SMALL_TALK: Final = 3


class Row(NamedTuple):
    """One end of a trait, and what agents there make of things, by their colour."""

    trait: str
    sign: int
    says: Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """A fragment to be kept; ``sources`` are ids of lines, ``trait`` is what it was seen through.

    ``importance`` and ``valence`` are -1..1.
    """

    type: Literal["observation", "reflection"]
    text: str
    importance: float
    valence: float
    sources: tuple[str, ...]
    trait: str


@dataclass(frozen=True, slots=True)
class Watcher:
    """An agent as it is while it looks back: soul, mind, bond to the person, and the time (ms)."""

    soul: Soul
    mind: Mind
    bond: Bond | None
    now: int


@lru_cache(maxsize=1)
def rows() -> tuple[Row, ...]:
    """Return ``data/perspectives.toml``, in its order."""
    table = read_table("synthetic_soul.engine.memory", "perspectives")["perspective"]
    return tuple(
        Row(
            row["trait"],
            1 if row["end"] == "high" else -1,
            {key: tuple(says) for key, says in row.items() if isinstance(says, list)},
        )
        for row in table
    )


def is_worth_keeping(interpretation: Interpretation) -> bool:
    """Return whether words tell something that may be brought up again.

    Neither questions nor courtesies do; nor are words of a danger kept, which nobody should hear
    back unasked, nor attempts to make the agent somebody else.
    """
    if interpretation.crisis is not None or interpretation.signals.manipulates:
        return False
    if interpretation.forget_topics or interpretation.text.rstrip().endswith("?"):
        return False
    if interpretation.life_event is not None or interpretation.fact_mentions:
        return True
    tells = not _TELLING.isdisjoint(interpretation.acts)
    least = _MIN_TERMS if tells else _MIN_TERMS_OF_SMALL_TALK
    is_talk = tells or interpretation.does(Act.SMALL_TALK)
    return is_talk and len(frozenset(terms(interpretation.text))) >= least


def observed(
    watcher: Watcher, lines: Sequence[tuple[Line, Interpretation]], known: frozenset[str]
) -> list[Seen]:
    """Return what an agent keeps of lines, in their order; ``known`` are texts that it has.

    At most four observations, each with one line as its source, and a reflection on the one
    that touches what the agent holds to most.
    """
    soul = expanded(watcher.soul, scene_of(watcher.soul))
    found: dict[str, tuple[int, Seen, Seen | None]] = {}
    for place, (line, interpretation) in enumerate(lines):
        if is_worth_keeping(interpretation):
            seen, thought = _generated(watcher, soul, line, interpretation)
            if seen.importance >= MIN_IMPORTANCE and seen.text not in known:
                found[seen.text] = place, seen, thought
    best = sorted(found.values(), key=lambda row: (-row[1].importance, row[0]))[:MAX_OBSERVATIONS]
    reflections = [thought for _, _, thought in best if thought is not None]
    return [seen for _, seen, _ in sorted(best, key=lambda row: row[0])] + reflections[:1]


def _generated(
    watcher: Watcher, soul: Soul, line: Line, interpretation: Interpretation
) -> tuple[Seen, Seen | None]:
    """Return the observation of a line, and the reflection on it if it touches the soul."""
    stirred, valence = felt(watcher, interpretation)
    weight = min(_MAX_SAID, _SAID * len(frozenset(terms(line.text)))) + _STIRRED * stirred
    weight += _TOLD * bool(interpretation.fact_mentions or interpretation.life_event)
    weight = clamp(weight)
    experience = Experience(
        content=line.text, timestamp=line.at, valence=valence, importance=weight
    )
    observation, *reflections = generate(soul, experience).fragments
    quote = quoted(line.text, MAX_QUOTE_CHARS)
    trait, says = seen_through(watcher, colour_of(valence), line.text)
    importance = round(observation.importance, 3)
    valence = round(observation.emotional_valence, 3)
    sources = (line.id,)
    stop = "" if quote[-2] in ".!?…" else "."
    text = f"They told me: {quote}{stop} {says}".strip()
    seen = Seen("observation", text, importance, valence, sources, trait)
    if not reflections or observation.importance - weight < _MIN_ATTENTION:
        return seen, None
    touched = f"They said: {quote}{stop} {reflections[0].content}"
    return seen, Seen("reflection", touched, importance, valence, sources, trait)


def felt(watcher: Watcher, interpretation: Interpretation) -> tuple[float, float]:
    """Return how much words stir this agent, 0..1, and how they feel to it, -1..1.

    What they ask of its emotions counts as far as its temperament is susceptible, with what they
    are in themselves and the agent's mood.
    """
    appraisal = appraise(interpretation, watcher.mind, watcher.bond, watcher.now)
    susceptible = dict(
        zip(EMOTIONS, dynamics.temperament_of(watcher.mind.traits).susceptibility, strict=True)
    )
    total = signed = 0.0
    for impulse in appraisal.emotions:
        if impulse.dimension in EMOTIONS:
            amount = impulse.amount * susceptible[impulse.dimension]
            total += abs(amount)
            signed += amount * EMOTIONS[impulse.dimension].sign
    own = signed / total if total else 0.0
    pleasure = state.mood(watcher.mind, watcher.now).pleasure
    valence = _OWN_VALENCE * own + (1 - _OWN_VALENCE) * interpretation.valence
    return -math.expm1(-total), clamp((1 - _MOOD) * valence + _MOOD * pleasure * abs(valence))


def colour_of(valence: float) -> Colour:
    """Return whether a valence is pleasant, unpleasant or plain."""
    if abs(valence) < _MIN_COLOUR:
        return "plain"
    return "pleasant" if valence > 0 else "unpleasant"


def seen_through(watcher: Watcher, colour: Colour, text: str) -> tuple[str, str]:
    """Return the trait through which an agent sees something of a colour, and what it says of it.

    It is one of its strongest that have anything to say; which of them, the text decides. Both are
    "" where it has none.
    """
    levels = state.traits(watcher.mind, watcher.now)
    fitting = [
        (row.sign * levels[row.trait], row)
        for row in rows()
        if colour in row.says and row.sign * levels[row.trait] >= _MIN_LEVEL
    ]
    if not fitting:
        return "", ""
    strongest = max(level for level, _ in fitting)
    options = [
        (row.trait, says)
        for level, row in fitting
        if level >= _NEAR * strongest
        for says in row.says[colour]
    ]
    draw = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return options[int.from_bytes(draw[:4]) % len(options)]


def character_words(watcher: Watcher) -> str:
    """Return in one line who looks back, and in which state: for a model that speaks for it."""
    soul = expanded(watcher.soul, scene_of(watcher.soul))
    traits = sorted(soul.personality.core_traits, key=lambda trait: -abs(trait.strength))
    names = [f"{'not ' if each.strength < 0 else ''}{each.trait}" for each in traits[:_MAX_NAMED]]
    values = sorted(soul.values, key=lambda value: -value.importance)[:_MAX_NAMED]
    parts = [
        soul.entity.occupation,
        ", ".join(names),
        f"who holds to {', '.join(value.name for value in values)}" if values else "",
        f"and is {state.describe(watcher.mind, watcher.now)}",
    ]
    return clip("; ".join(part for part in parts if part), MAX_CHARACTER_CHARS)
