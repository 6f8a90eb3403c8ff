"""Emotions, rich and lite: how each fades, where it lies, and which oppose each other.

Durations are medians after Verduyn & Lavrijsen (2015) where they list the emotion, else
chosen. Pleasure, arousal and dominance follow Russell & Mehrabian (1977), rounded, where they
list the word, else chosen.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic_soul.mind.tables import weights


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


# Each lite emotion: the weights of its rich ones. The first is its prototype.
LITE_EMOTIONS: Mapping[str, Mapping[str, float]] = {
    "joy": weights(
        happiness=1.0, excitement=0.7, contentment=0.6, pride=0.5, relief=0.5, gratitude=0.5,
        hope=0.4, serenity=0.4, love_for_self=0.4,
    ),
    "sadness": weights(
        sadness=1.0, loneliness=0.7, guilt=0.4, shame=0.4, self_loathing=0.6, bitterness=0.3,
        compassion=0.2,
    ),
    "anger": weights(anger=1.0, frustration=0.7, bitterness=0.5, envy=0.3),
    "fear": weights(fear=1.0, anxiety=0.7, embarrassment=0.3),
    "surprise": weights(surprise=1.0, excitement=0.2),
    "love": weights(love=1.0, affection=0.7, compassion=0.4, trust=0.4, gratitude=0.2),
    "disgust": weights(disgust=1.0, self_loathing=0.4),
}  # fmt: skip
