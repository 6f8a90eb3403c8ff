"""How a state shows: its word, its face, its label; pure functions of levels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.mind.tables.appraisal_rules import HAPPENINGS
from synthetic_soul.mind.tables.emotions import EMOTIONS, EXPRESSIONS
from synthetic_soul.mind.tables.traits import MYERS_BRIGGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from synthetic_soul.mind.interpretation import Interpretation


class Mood(NamedTuple):
    """Pleasure, arousal, dominance, -1..1 each."""

    pleasure: float
    arousal: float
    dominance: float


# Mehrabian's eight temperaments in everyday words, mild and strong, by the signs of P, A, D.
_OCTANTS: Mapping[tuple[bool, bool, bool], tuple[str, str]] = {
    (True, True, True): ("in good spirits", "buoyant"),
    (True, True, False): ("eager", "full of wonder"),
    (True, False, True): ("content", "deeply at ease"),
    (True, False, False): ("peaceful", "tranquil"),
    (False, True, True): ("irritable", "hostile"),
    (False, True, False): ("on edge", "distraught"),
    (False, False, True): ("withdrawn", "aloof"),
    (False, False, False): ("low", "downcast"),
}
_EVEN, _STRONG = 0.08, 0.45  # the length of a mood below which it has no word, or a strong one

# Up to which level a feeling takes which word before its adjective.
_DEGREES = ((0.25, "a little "), (0.45, ""), (0.7, "quite "), (1.0, "very "))
_NOTICED = 0.08
_BESIDE = 0.5  # a second feeling is named when it is at least half as strong as the first


def mood_word(mood: Mood) -> str:
    """A mood in a word or two, such as "content" or "on edge"."""
    strength = max(abs(level) for level in mood)
    if strength < _EVEN:
        return "even"
    mild, strong = _OCTANTS[mood.pleasure >= 0, mood.arousal >= 0, mood.dominance >= 0]
    return strong if strength >= _STRONG else mild


def describe(emotions: Mapping[str, float], stirred: Mapping[str, float], mood: Mood) -> str:
    """The one or two most stirred emotions in a phrase, or the mood where none is noticed.

    ``stirred`` is each of ``emotions`` (0..1) above its resting level.
    """
    ranked = sorted(stirred.items(), key=lambda item: -item[1])[:2]
    least = max(_NOTICED, _BESIDE * ranked[0][1])
    named = [_phrase(name, emotions[name]) for name, level in ranked if level >= least]
    return " and ".join(named) or mood_word(mood)


def _phrase(name: str, level: float) -> str:
    degree = next(word for limit, word in _DEGREES if level <= limit)
    return degree + EMOTIONS[name].adjective


def myers_briggs(traits: Mapping[str, float]) -> str:
    """Four letters that fit the traits, -1..1; with nothing known, ENFP."""
    return "".join(
        first if sum(w * traits[name] for name, w in weights.items()) >= 0 else second
        for first, second, weights in MYERS_BRIGGS
    )


# The first row that holds: label, least liking, least romance, least messages, least days known.
_LABELS = (
    ("romantic partner", 0.5, 0.7, 40, 2),
    ("best friend", 0.75, 0.0, 100, 3),
    ("friend", 0.35, 0.0, 12, 0),
    ("acquaintance", -1.0, 0.0, 4, 0),
)
_ENMITY = -0.5


def relationship(liking: float, romance: float, messages: int, days: float) -> str:
    """The label for a liking (-1..1), a romance (0..1), messages heard and days known."""
    if liking <= _ENMITY:
        return "enemy"
    return next(
        (
            label
            for label, fond, amorous, often, long in _LABELS
            if liking >= fond and romance >= amorous and messages >= often and days >= long
        ),
        "stranger",
    )


# What a listener's face does at what is said, before any feeling shows: expression -> weight.
_ACT_FACES: Mapping[Act, Mapping[str, float]] = {
    Act.GREET: {"polite_smile": 0.2},
    Act.FAREWELL: {"polite_smile": 0.2},
    Act.THANK: {"polite_smile": 0.2, "joy_happy": 0.15},
    Act.APOLOGISE: {"listening_deeply": 0.25},
    Act.INSULT: {"anger_frustration": 0.4, "skeptical_unimpressed": 0.35, "sad": 0.3},
    Act.PRAISE: {"blushing": 0.35},
    Act.LOVE: {"blushing": 0.3, "love": 0.1},
    Act.THREATEN: {"fear_nervous": 0.4, "skeptical_unimpressed": 0.3},
    Act.COMFORT: {"relieved": 0.2, "affection": 0.1},
    Act.LAUGH: {"joking": 0.25, "joy_happy": 0.15},
    Act.AGREE: {"pleased_smug": 0.12},
    Act.DISAGREE: {"skeptical_unimpressed": 0.2},
    Act.GOOD_NEWS: {"celebrating": 0.9},
    Act.BAD_NEWS: {"supportive": 0.9},
    Act.ASK_FEELING: {"polite_smile": 0.15},
    Act.ASK_ABOUT_YOU: {"curious_interested": 0.15},
    Act.ASK_NATURE: {"thinking": 0.25},
    Act.ASK_MEMORY: {"thinking_hard": 0.3},
    Act.ASK_OPINION: {"thinking": 0.25},
    Act.ASK: {"thinking": 0.2},
    Act.REQUEST: {"focused_determined": 0.2},
    Act.TELL: {"listening_deeply": 0.15, "curious_interested": 0.1},
    Act.CORRECT: {"confused": 0.25},
    Act.FORGET: {"listening_deeply": 0.2},
    Act.SILENCE: {"confused": 0.2},
    Act.SMALL_TALK: {"neutral_listening": 0.05},
}
# A trait above zero favours its expression while the talk is light.
_TRAIT_FACES: Mapping[str, tuple[Act, str, float]] = {
    "humor": (Act.LAUGH, "playful_cheeky", 0.3),
    "curiosity": (Act.TELL, "curious_interested", 0.2),
    "flirtatiousness": (Act.PRAISE, "playful_cheeky", 0.3),
    "self_consciousness": (Act.PRAISE, "embarrassed_shy", 0.3),
}
_CHEERFUL = frozenset(
    (
        "blushing",
        "celebrating",
        "excited_enthusiastic",
        "joking",
        "joy_happy",
        "love",
        "playful_cheeky",
        "pleased_smug",
        "polite_smile",
        "relieved",
        "sarcastic",
    )
)
# Faces that turn towards somebody; they do not go with being attacked.
_TENDER = frozenset(("affection", "love", "supportive"))
_PAINS = ("anger", "frustration", "bitterness", "sadness", "fear", "anxiety", "disgust", "shame")
_SOBERING = 4.0  # a smile of courtesy is gone where a pain is stirred by a quarter
_ELSEWHERE = 0.5  # compassion beside the hour of the sad news: it lasts, but it yields
_LATER = 0.5  # an act that is not the most telling one
_UNMOVED = 0.1
_SHOWN = 0.8  # how much of a feeling reaches the face
_TEARS = 0.6
_TIRED = -0.6  # below the resting arousal of any temperament
_SERENE_SMILE = 0.25  # how much of a pleasant mood shows by itself


def expression(
    stirred: Mapping[str, float],
    mood: Mood,
    traits: Mapping[str, float],
    interpretation: Interpretation | None,
) -> str:
    """The face with the highest score; the table's order settles ties.

    ``stirred`` is each emotion above (or below) its resting level. Grief and attack never get
    a cheerful face.
    """
    scores = dict.fromkeys(EXPRESSIONS, 0.0)
    scores["neutral_listening"] = _UNMOVED
    for name, level in stirred.items():
        face = EMOTIONS[name].face
        scores[face] = max(scores[face], _SHOWN * level)
    if interpretation is None or not grave(interpretation):
        scores["supportive"] *= _ELSEWHERE
    scores["crying_tearful"] += max(0.0, stirred["sadness"] - _TEARS) * 10
    scores["polite_smile"] += _SERENE_SMILE * max(0.0, mood.pleasure)
    scores["sleepy_tired"] += 5 * max(0.0, _TIRED - mood.arousal)
    if interpretation is not None:
        _react(scores, traits, interpretation)
    pain = max(stirred[name] for name in _PAINS)
    scores["polite_smile"] *= max(0.0, 1 - _SOBERING * pain)
    return max(EXPRESSIONS, key=scores.__getitem__)


def _react(
    scores: dict[str, float], traits: Mapping[str, float], interpretation: Interpretation
) -> None:
    for place, act in enumerate(interpretation.acts):
        for face, weight in _ACT_FACES[act].items():
            scores[face] += weight * (_LATER if place else 1.0)
    for trait, (act, face, weight) in _TRAIT_FACES.items():
        if interpretation.does(act):
            scores[face] += weight * max(0.0, traits[trait])
    if interpretation.ironic:
        scores["sarcastic"] += 0.3 * max(0.0, traits["humor"])
    if interpretation.crisis is not None:
        scores["supportive"] += 1.0
    attacked = interpretation.does(Act.INSULT, Act.THREATEN)
    unfit = _CHEERFUL | _TENDER if attacked else _CHEERFUL if grave(interpretation) else frozenset()
    scores.update(dict.fromkeys(unfit, 0.0))


def grave(interpretation: Interpretation) -> bool:
    """Whether somebody brings bad news or is in distress: no moment for cheer."""
    sad = interpretation.life_event is not None and HAPPENINGS[interpretation.life_event] < 0
    return sad or interpretation.crisis is not None or interpretation.does(Act.BAD_NEWS)
