"""What an agent can feel, be and hold towards somebody: one row per dimension.

The mind's vectors, the views, the checks of what a model proposes and the documentation derive
from these rows. The state is held in rich dimensions. A lite dimension is a reading of several
rich ones; a request in a lite word moves its rich prototype (``appraisal.lift_sentiment``).

Durations are medians after Verduyn & Lavrijsen (2015) where they list the emotion, else
chosen. Pleasure, arousal and dominance follow Russell & Mehrabian (1977), rounded, where they
list the word, else chosen. Loadings of traits are chosen after the facets of the NEO inventory
(Costa & McCrae 1992): a trait loads on the factor whose facet it names.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Emotion:
    """One rich emotion.

    ``sign`` is +1 pleasant, -1 unpleasant, and decides which traits prolong it. ``pad`` is its
    effect on pleasure, arousal and dominance, -1..1. ``hours`` is its median duration.
    ``face`` is its expression. ``sensitises``: repetition makes it stronger, not weaker.
    ``ambient``: it needs no cause, so temperament gives it a resting level (love and envy need
    somebody).
    """

    name: str
    sign: int
    pad: tuple[float, float, float]
    hours: float
    adjective: str
    face: str
    sensitises: bool = False
    ambient: bool = False


_EMOTIONS = (
    Emotion("happiness", 1, (0.8, 0.5, 0.4), 35, "happy", "joy_happy", ambient=True),
    Emotion("anger", -1, (-0.5, 0.6, 0.3), 2, "angry", "anger_frustration", sensitises=True),
    Emotion("sadness", -1, (-0.6, -0.3, -0.3), 120, "sad", "sad", ambient=True),
    Emotion("fear", -1, (-0.6, 0.6, -0.4), 0.7, "afraid", "fear_nervous", sensitises=True),
    Emotion("surprise", 1, (0.2, 0.7, -0.1), 2, "surprised", "surprise"),
    Emotion("disgust", -1, (-0.6, 0.35, 0.1), 0.5, "disgusted", "disgust", sensitises=True),
    Emotion("love", 1, (0.85, 0.5, -0.1), 35, "full of love", "love"),
    Emotion("guilt", -1, (-0.55, 0.3, -0.35), 3.5, "guilty", "embarrassed_shy"),
    Emotion("shame", -1, (-0.55, 0.0, -0.35), 0.5, "ashamed", "embarrassed_shy"),
    Emotion("pride", 1, (0.75, 0.4, 0.65), 2.6, "proud", "pleased_smug"),
    Emotion("hope", 1, (0.5, 0.25, 0.15), 24, "hopeful", "encouraging", ambient=True),
    Emotion("gratitude", 1, (0.65, 0.15, -0.2), 5, "grateful", "joy_happy"),
    Emotion("envy", -1, (-0.3, 0.35, -0.25), 15, "envious", "skeptical_unimpressed"),
    Emotion("compassion", 1, (0.1, 0.1, 0.1), 1.3, "full of compassion", "supportive"),
    Emotion("serenity", 1, (0.65, -0.45, 0.1), 4.3, "serene", "neutral_listening", ambient=True),
    Emotion(
        "frustration",
        -1,
        (-0.6, 0.5, 0.1),
        3,
        "frustrated",
        "anger_frustration",
        sensitises=True,
        ambient=True,
    ),
    Emotion("contentment", 1, (0.75, -0.1, 0.4), 24, "content", "polite_smile", ambient=True),
    Emotion("anxiety", -1, (-0.4, 0.6, -0.4), 24, "anxious", "fear_nervous", ambient=True),
    Emotion("loneliness", -1, (-0.65, -0.4, -0.3), 24, "lonely", "sad", ambient=True),
    Emotion("embarrassment", -1, (-0.45, 0.5, -0.25), 0.8, "embarrassed", "embarrassed_shy"),
    Emotion("trust", 1, (0.5, -0.1, 0.1), 24, "trusting", "listening_deeply", ambient=True),
    Emotion("relief", 1, (0.6, -0.4, 0.2), 8, "relieved", "relieved"),
    Emotion("affection", 1, (0.7, 0.3, 0.0), 2.5, "affectionate", "affection"),
    Emotion("bitterness", -1, (-0.5, 0.2, 0.1), 60, "bitter", "sarcastic", sensitises=True),
    Emotion("excitement", 1, (0.6, 0.75, 0.4), 6, "excited", "excited_enthusiastic", ambient=True),
    Emotion(
        "self_loathing",
        -1,
        (-0.7, 0.1, -0.6),
        24,
        "at odds with myself",
        "crying_tearful",
        ambient=True,
    ),
    Emotion(
        "love_for_self", 1, (0.6, 0.1, 0.5), 24, "at ease with myself", "pleased_smug", ambient=True
    ),
)

EMOTIONS: Mapping[str, Emotion] = {row.name: row for row in _EMOTIONS}

# A rise of either pushes the other down.
OPPONENTS: tuple[tuple[str, str], ...] = (
    ("happiness", "sadness"),
    ("serenity", "anxiety"),
    ("trust", "fear"),
    ("love", "disgust"),
    ("affection", "anger"),
    ("pride", "shame"),
    ("hope", "loneliness"),
    ("gratitude", "bitterness"),
    ("contentment", "frustration"),
    ("love_for_self", "self_loathing"),
    ("relief", "anxiety"),
    ("compassion", "envy"),
)


def _weights(**weights: float) -> Mapping[str, float]:
    return weights


# Each lite emotion: the weights of its rich ones. The first is its prototype.
LITE_EMOTIONS: Mapping[str, Mapping[str, float]] = {
    "joy": _weights(
        happiness=1.0,
        excitement=0.7,
        contentment=0.6,
        pride=0.5,
        relief=0.5,
        gratitude=0.5,
        hope=0.4,
        serenity=0.4,
        love_for_self=0.4,
    ),
    "sadness": _weights(
        sadness=1.0,
        loneliness=0.7,
        guilt=0.4,
        shame=0.4,
        self_loathing=0.6,
        bitterness=0.3,
        compassion=0.2,
    ),
    "anger": _weights(anger=1.0, frustration=0.7, bitterness=0.5, envy=0.3),
    "fear": _weights(fear=1.0, anxiety=0.7, embarrassment=0.3),
    "surprise": _weights(surprise=1.0, excitement=0.2),
    "love": _weights(love=1.0, affection=0.7, compassion=0.4, trust=0.4, gratitude=0.2),
    "disgust": _weights(disgust=1.0, self_loathing=0.4),
}


@dataclass(frozen=True, slots=True)
class Trait:
    """One rich trait, with its loadings on the Big Five (O, C, E, A, N), -1..1 each."""

    name: str
    o: float = 0.0
    c: float = 0.0
    e: float = 0.0
    a: float = 0.0
    n: float = 0.0

    @property
    def loadings(self) -> tuple[float, float, float, float, float]:
        """Openness, conscientiousness, extraversion, agreeableness, neuroticism."""
        return (self.o, self.c, self.e, self.a, self.n)


_TRAITS = (
    Trait("friendliness", e=0.5, a=0.6),
    Trait("flirtatiousness", e=0.5),
    Trait("trust", a=0.7, n=-0.1),
    Trait("curiosity", o=0.8),
    Trait("empathy", o=0.1, a=0.7),
    Trait("humor", o=0.2, e=0.3),
    Trait("seriousness", c=0.4, e=-0.4),
    Trait("optimism", e=0.4, n=-0.4),
    Trait("confidence", e=0.5, n=-0.5),
    Trait("adventurousness", o=0.6, e=0.4),
    Trait("patience", c=0.2, a=0.5, n=-0.3),
    Trait("independence", o=0.2, c=0.2, a=-0.2),
    Trait("compassion", a=0.8),
    Trait("creativity", o=0.9),
    Trait("stubbornness", a=-0.5, o=-0.2),
    Trait("impulsiveness", c=-0.6, n=0.3),
    Trait("discipline", c=0.9),
    Trait("assertiveness", e=0.7, a=-0.2),
    Trait("skepticism", a=-0.4),
    Trait("affection", e=0.4, a=0.5),
    Trait("adaptability", o=0.4, a=0.2, n=-0.3),
    Trait("sociability", e=0.9),
    Trait("diplomacy", c=0.2, a=0.5),
    Trait("humility", a=0.5),
    Trait("loyalty", c=0.4, a=0.3),
    Trait("jealousy", a=-0.4, n=0.5),
    Trait("resilience", c=0.2, n=-0.7),
    Trait("mood_stability", n=-0.8),
    Trait("forgiveness", a=0.6, n=-0.2),
    Trait("gratitude", a=0.4),
    Trait("self_consciousness", e=-0.3, n=0.6),
    Trait("openness", o=1.0),
    Trait("neuroticism", n=1.0),
    Trait("excitement", e=0.6),
)

TRAITS: Mapping[str, Trait] = {row.name: row for row in _TRAITS}

# Each lite trait: a weighted mean of rich ones. The first is its prototype.
LITE_TRAITS: Mapping[str, Mapping[str, float]] = {
    "warmth": _weights(friendliness=1.0, affection=1.0, compassion=0.5, sociability=0.5),
    "playfulness": _weights(humor=1.0, flirtatiousness=0.5, excitement=0.5, seriousness=-0.5),
    "trust_reliability": _weights(trust=1.0, loyalty=1.0, gratitude=0.5, jealousy=-0.5),
    "curiosity_creativity": _weights(
        curiosity=1.0, creativity=1.0, openness=0.7, adventurousness=0.5
    ),
    "empathy_compassion": _weights(empathy=1.0, compassion=1.0, forgiveness=0.5),
    "emotional_stability": _weights(
        mood_stability=1.0, resilience=0.8, neuroticism=-1.0, self_consciousness=-0.4, patience=0.4
    ),
    "assertiveness_confidence": _weights(
        assertiveness=1.0, confidence=1.0, independence=0.5, self_consciousness=-0.4
    ),
    "adaptability": _weights(adaptability=1.0, stubbornness=-0.5, openness=0.5, resilience=0.3),
    "discipline_responsibility": _weights(
        discipline=1.0, seriousness=0.4, impulsiveness=-0.6, patience=0.3
    ),
    "perspective": _weights(humility=0.7, diplomacy=0.7, skepticism=0.3, optimism=0.4),
}

# Each pair of Myers-Briggs letters: the first one where the weighted sum is not negative.
MYERS_BRIGGS: tuple[tuple[str, str, Mapping[str, float]], ...] = (
    ("E", "I", {"sociability": 1.0, "assertiveness": 0.5, "excitement": 0.4, "friendliness": 0.3}),
    ("N", "S", {"creativity": 1.0, "openness": 0.8, "curiosity": 0.6, "discipline": -0.2}),
    ("F", "T", {"compassion": 1.0, "empathy": 1.0, "skepticism": -0.8, "affection": 0.4}),
    ("P", "J", {"impulsiveness": 0.8, "adaptability": 0.6, "humor": 0.2, "discipline": -1.0}),
)


@dataclass(frozen=True, slots=True)
class Sentiment:
    """One rich sentiment towards a person.

    ``liking`` is its weight in the liking of the person, -1..1; its sign also says whether a
    rise speaks for the person or against. ``romance`` and ``hurt``, 0..1, are its weights in
    romance and in hurt. Where ``liking`` is positive the level may fall below zero (trust may
    be broken); the others start at zero.
    """

    name: str
    liking: float
    romance: float = 0.0
    hurt: float = 0.0


_SENTIMENTS = (
    Sentiment("affection", 1.0, romance=0.3),
    Sentiment("trust", 0.8),
    Sentiment("admiration", 0.6),
    Sentiment("gratitude", 0.5),
    Sentiment("fondness", 1.0),
    Sentiment("respect", 0.6),
    Sentiment("comfort", 0.6),
    Sentiment("loyalty", 0.6),
    Sentiment("compassion", 0.3),
    Sentiment("appreciation", 0.6),
    Sentiment("warmth", 0.8),
    Sentiment("encouragement", 0.3),
    Sentiment("euphoria", 0.3, romance=0.3),
    Sentiment("security", 0.5),
    Sentiment("excitement", 0.3),
    Sentiment("curiosity", 0.1),
    Sentiment("indifference", -0.2),
    Sentiment("ambivalence", 0.0),
    Sentiment("skepticism", -0.2),
    Sentiment("caution", -0.2),
    Sentiment("tolerance", 0.2),
    Sentiment("confusion", 0.0),
    Sentiment("neutrality", 0.0),
    Sentiment("boredom", -0.3),
    Sentiment("distrust", -0.8),
    Sentiment("resentment", -0.9, hurt=0.8),
    Sentiment("disdain", -0.8),
    Sentiment("envy", -0.4),
    Sentiment("frustration", -0.4),
    Sentiment("anger", -0.7, hurt=0.5),
    Sentiment("disappointment", -0.5, hurt=0.3),
    Sentiment("fear", -0.6),
    Sentiment("jealousy", -0.2),
    Sentiment("contempt", -1.0),
    Sentiment("irritation", -0.4),
    Sentiment("guilt", 0.0),
    Sentiment("regret", 0.0),
    Sentiment("suspicion", -0.5),
    Sentiment("hurt", -0.7, hurt=1.0),
    Sentiment("alienation", -0.6),
    Sentiment("disgust", -0.8),
    Sentiment("rejection", -0.6, hurt=0.5),
    Sentiment("sadness", -0.1),
    Sentiment("hostility", -1.0, hurt=0.3),
    Sentiment("embarrassment", -0.1),
    Sentiment("betrayal", -1.0, hurt=1.0),
    Sentiment("love", 1.0, romance=1.0),
    Sentiment("attachment", 0.7, romance=0.4),
    Sentiment("devotion", 0.7, romance=0.5),
    Sentiment("obligation", 0.0),
    Sentiment("longing", 0.3, romance=0.7),
    Sentiment("obsession", 0.0, romance=0.3),
    Sentiment("protectiveness", 0.4),
    Sentiment("nostalgia", 0.2),
    Sentiment("pride", 0.4),
    Sentiment("vulnerability", 0.2),
    Sentiment("dependence", 0.1),
    Sentiment("insecurity", -0.2),
    Sentiment("possessiveness", 0.0, romance=0.2),
    Sentiment("reverence", 0.5),
    Sentiment("pity", 0.0),
    Sentiment("relief", 0.2),
    Sentiment("inspiration", 0.5),
    Sentiment("admirationMixedWithEnvy", 0.0),
    Sentiment("guiltMixedWithAffection", 0.2),
    Sentiment("conflicted", -0.1),
)

SENTIMENTS: Mapping[str, Sentiment] = {row.name: row for row in _SENTIMENTS}

# Each lite sentiment: the weights of its rich ones. The first is its prototype.
LITE_SENTIMENTS: Mapping[str, Mapping[str, float]] = {
    "positive": _weights(
        warmth=1.0,
        affection=0.8,
        fondness=0.8,
        appreciation=0.7,
        gratitude=0.6,
        comfort=0.6,
        encouragement=0.5,
        euphoria=0.5,
        excitement=0.4,
        relief=0.4,
        tolerance=0.2,
    ),
    "love": _weights(love=1.0, affection=0.6, devotion=0.6, longing=0.5, obsession=0.3),
    "hate": _weights(hostility=1.0, contempt=0.8, disdain=0.6, disgust=0.6, resentment=0.5),
    "trust": _weights(trust=1.0, security=0.7, loyalty=0.6, comfort=0.3),
    "admiration": _weights(
        admiration=1.0,
        respect=0.7,
        reverence=0.7,
        inspiration=0.6,
        pride=0.4,
        admirationMixedWithEnvy=0.5,
    ),
    "attachment": _weights(
        attachment=1.0, dependence=0.6, devotion=0.5, longing=0.5, nostalgia=0.3, possessiveness=0.3
    ),
    "empathy": _weights(compassion=1.0, pity=0.5, vulnerability=0.3, encouragement=0.3),
    "curiosity": _weights(curiosity=1.0, excitement=0.3, inspiration=0.3),
    "ambivalence": _weights(
        ambivalence=1.0,
        conflicted=0.8,
        confusion=0.5,
        guiltMixedWithAffection=0.5,
        admirationMixedWithEnvy=0.4,
        neutrality=0.3,
        indifference=0.3,
    ),
    "skepticism": _weights(skepticism=1.0, caution=0.6, suspicion=0.7, distrust=0.7),
    "irritation": _weights(irritation=1.0, frustration=0.8, anger=0.7, boredom=0.3),
    "negativity": _weights(
        resentment=1.0, disappointment=0.7, anger=0.7, hurt=0.7, envy=0.5, jealousy=0.5, disdain=0.6
    ),
    "fear": _weights(fear=1.0, insecurity=0.5, caution=0.3),
    "sadness": _weights(
        sadness=1.0, hurt=0.6, disappointment=0.5, regret=0.5, guilt=0.4, embarrassment=0.2
    ),
    "rejection": _weights(rejection=1.0, alienation=0.8, betrayal=0.7, hurt=0.3),
    "protectiveness": _weights(protectiveness=1.0, obligation=0.4, compassion=0.2, loyalty=0.3),
}


def names(text: str) -> tuple[str, ...]:
    """Return the names in a text, which are separated by spaces."""
    return tuple(text.split())


RELATIONSHIPS = ("stranger", "friend", "acquaintance", "enemy", "romantic partner", "best friend")

INTRINSIC_RELATIONSHIPS = names("creator brother sister mother father son daughter none")

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
