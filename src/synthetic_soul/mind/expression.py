"""How a state shows: facial expression, words for mood and emotions, labels; pure functions."""

from collections.abc import Mapping
from typing import NamedTuple

from synthetic_soul.mind.interpretation import Act, Interpretation
from synthetic_soul.mind.tables import names
from synthetic_soul.mind.tables.appraisal_rules import LIFE_EVENT_WEIGHTS
from synthetic_soul.mind.tables.emotions import EMOTIONS

VIBES = names(
    "whimsical cozy mundane-observation curious philosophical surreal nostalgic adventurous "
    "bittersweet awkward-embarrassing romantic eerie playful sad"
)

EXPRESSIONS = names(
    "affection anger_frustration blushing celebrating confused crying_tearful "
    "curious_interested disgust embarrassed_shy encouraging excited_enthusiastic "
    "fear_nervous focused_determined joking joy_happy listening_deeply love "
    "neutral_listening playful_cheeky pleased_smug polite_smile relieved sad sarcastic "
    "skeptical_unimpressed sleepy_tired supportive surprise thinking thinking_hard"
)


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
_MIN_MOOD = 0.08  # a weaker mood has no word
_STRONG_MOOD = 0.45

# Up to which level an emotion takes which word before its adjective.
_DEGREES = ((0.25, "a little "), (0.45, ""), (0.7, "quite "), (1.0, "very "))
_MIN_NOTICEABLE = 0.08
_SECOND_EMOTION_RATIO = 0.5  # of the first emotion's level; a weaker second one is not named


def mood_word(mood: Mood) -> str:
    """Return a mood in a word or two, such as "content" or "on edge"."""
    strength = max(abs(level) for level in mood)
    if strength < _MIN_MOOD:
        return "even"
    mild, strong = _OCTANTS[mood.pleasure >= 0, mood.arousal >= 0, mood.dominance >= 0]
    return strong if strength >= _STRONG_MOOD else mild


def describe_emotions(
    emotions: Mapping[str, float], above_rest: Mapping[str, float], mood: Mood
) -> str:
    """Return the one or two emotions furthest above rest in a phrase, or the mood's word.

    ``above_rest`` is each of ``emotions`` (0..1) above its resting level.
    """
    ranked = sorted(above_rest.items(), key=lambda item: -item[1])[:2]
    least = max(_MIN_NOTICEABLE, _SECOND_EMOTION_RATIO * ranked[0][1])
    named = [_phrase(name, emotions[name]) for name, level in ranked if level >= least]
    return " and ".join(named) or mood_word(mood)


def _phrase(name: str, level: float) -> str:
    degree = next(word for limit, word in _DEGREES if level <= limit)
    return degree + EMOTIONS[name].adjective


# The first row that applies: label; minimum of liking, romance, messages, days known.
_RELATIONSHIP_RULES = (
    ("romantic partner", 0.5, 0.7, 40, 2),
    ("best friend", 0.75, 0.0, 100, 3),
    ("friend", 0.35, 0.0, 12, 0),
    ("acquaintance", -1.0, 0.0, 4, 0),
)
_MAX_LIKING_OF_ENEMY = -0.5


def relationship_label(liking: float, romance: float, messages: int, days: float) -> str:
    """Return the label for a liking (-1..1), a romance (0..1), messages and days known."""
    if liking <= _MAX_LIKING_OF_ENEMY:
        return "enemy"
    levels = (liking, romance, messages, days)
    for label, *minimums in _RELATIONSHIP_RULES:
        if all(level >= minimum for level, minimum in zip(levels, minimums, strict=True)):
            return label
    return "stranger"


# A listener's reaction to an act, before any emotion shows: expression -> weight.
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
    Act.HIDE: {"listening_deeply": 0.2},
    Act.SHOW: {"listening_deeply": 0.2},
    Act.SILENCE: {"confused": 0.2},
    Act.SMALL_TALK: {"neutral_listening": 0.05},
}
# What a trait above zero adds to the reaction to an act.
_TRAIT_FACES: Mapping[str, tuple[Act, str, float]] = {
    "humor": (Act.LAUGH, "playful_cheeky", 0.3),
    "curiosity": (Act.TELL, "curious_interested", 0.2),
    "flirtatiousness": (Act.PRAISE, "playful_cheeky", 0.3),
    "self_consciousness": (Act.PRAISE, "embarrassed_shy", 0.3),
}
CHEERFUL = frozenset(
    names(
        "blushing celebrating excited_enthusiastic joking joy_happy "
        "love playful_cheeky pleased_smug polite_smile relieved sarcastic"
    )
)
# Not shown to an attacker.
_AFFECTIONATE = frozenset(("affection", "love", "supportive"))
_PAINFUL_EMOTIONS = names("anger frustration bitterness sadness fear anxiety disgust shame")
_SMILE_LOSS = 4.0  # a polite smile is gone where a painful emotion is a quarter above rest
_COMPASSION_OUTSIDE_GRIEF = 0.5  # it lasts after the sad news, but yields to what comes next
_SECONDARY_ACT_WEIGHT = 0.5  # an act that is not the most telling one
_NEUTRAL_SCORE = 0.1
_EMOTION_WEIGHT = 0.8
_MIN_SADNESS_FOR_TEARS = 0.6
_MAX_AROUSAL_IF_TIRED = -0.6  # below the resting arousal of any temperament
_PLEASURE_WEIGHT = 0.25  # how much of a pleasant mood shows by itself


def choose_expression(
    above_rest: Mapping[str, float],
    mood: Mood,
    traits: Mapping[str, float],
    interpretation: Interpretation | None,
) -> str:
    """Return the expression with the highest score; the table's order settles ties.

    ``above_rest`` is each emotion above (or below) its resting level. Grief and attack never get
    a cheerful expression.
    """
    scores = dict.fromkeys(EXPRESSIONS, 0.0)
    scores["neutral_listening"] = _NEUTRAL_SCORE
    for name, level in above_rest.items():
        face = EMOTIONS[name].face
        scores[face] = max(scores[face], _EMOTION_WEIGHT * level)
    if interpretation is None or not is_grave(interpretation):
        scores["supportive"] *= _COMPASSION_OUTSIDE_GRIEF
    scores["crying_tearful"] += max(0.0, above_rest["sadness"] - _MIN_SADNESS_FOR_TEARS) * 10
    scores["polite_smile"] += _PLEASURE_WEIGHT * max(0.0, mood.pleasure)
    scores["sleepy_tired"] += 5 * max(0.0, _MAX_AROUSAL_IF_TIRED - mood.arousal)
    if interpretation is not None:
        _add_reactions(scores, traits, interpretation)
    pain = max(above_rest[name] for name in _PAINFUL_EMOTIONS)
    scores["polite_smile"] *= max(0.0, 1 - _SMILE_LOSS * pain)
    return max(EXPRESSIONS, key=scores.__getitem__)


def _add_reactions(
    scores: dict[str, float], traits: Mapping[str, float], interpretation: Interpretation
) -> None:
    for place, act in enumerate(interpretation.acts):
        for face, weight in _ACT_FACES[act].items():
            scores[face] += weight * (_SECONDARY_ACT_WEIGHT if place else 1.0)
    for trait, (act, face, weight) in _TRAIT_FACES.items():
        if interpretation.does(act):
            scores[face] += weight * max(0.0, traits[trait])
    if interpretation.ironic:
        scores["sarcastic"] += 0.3 * max(0.0, traits["humor"])
    if interpretation.crisis is not None:
        scores["supportive"] += 1.0
    attacked = interpretation.does(Act.INSULT, Act.THREATEN)
    if attacked or is_grave(interpretation):
        scores.update(dict.fromkeys(CHEERFUL, 0.0))
    if attacked:
        scores.update(dict.fromkeys(_AFFECTIONATE, 0.0))


def is_grave(interpretation: Interpretation) -> bool:
    """Return whether the speaker brings bad news or is in distress."""
    event = interpretation.life_event
    is_sad = event is not None and LIFE_EVENT_WEIGHTS[event] < 0
    return is_sad or interpretation.crisis is not None or interpretation.does(Act.BAD_NEWS)
