"""What each thing a person may say asks of the agent: the tables that appraisal reads.

Amounts are chosen, for a message that is fully understood and a speaker who is neither liked
nor disliked. The pattern follows Ortony, Clore & Collins (1988): attack and praise by what they
do to the agent, news by how the one they befall is liked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul.mind.interpretation import Act, LifeEvent

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Pull:
    """One asked change: ``dimension`` by ``amount``, -1..1.

    It is scaled by 1 + ``lean``·liking, not below zero, and by 1 + ``slope``·(level of
    ``trait``), where ``slope`` is -1..1.
    """

    dimension: str
    amount: float
    lean: float = 0.0
    trait: str = ""
    slope: float = 0.5


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one thing said asks of emotions, of sentiments towards the speaker, of traits."""

    felt: tuple[Pull, ...] = ()
    sentiments: tuple[Pull, ...] = ()
    traits: tuple[Pull, ...] = ()


# Kept for whatever harms without an outright insult, by how cruel it is.
COLDNESS = Meaning(
    felt=(Pull("sadness", 0.15, lean=0.5), Pull("frustration", 0.15), Pull("trust", -0.1)),
    sentiments=(Pull("disappointment", 0.2), Pull("hurt", 0.15), Pull("warmth", -0.1)),
)
# Kept for whatever does good without outright praise, by how kind it is.
KINDNESS = Meaning(
    felt=(Pull("affection", 0.2, lean=0.5), Pull("happiness", 0.15, lean=0.3)),
    sentiments=(Pull("warmth", 0.2), Pull("fondness", 0.15), Pull("trust", 0.05)),
)
MOCKERY = Meaning(  # praise or thanks that are not meant
    felt=(Pull("frustration", 0.15), Pull("embarrassment", 0.1, trait="self_consciousness")),
    sentiments=(Pull("irritation", 0.12), Pull("caution", 0.08)),
)
RETURN = Meaning(  # somebody liked is back after days
    felt=(
        Pull("happiness", 0.5),
        Pull("affection", 0.35),
        Pull("loneliness", -0.3),
        Pull("surprise", 0.1),
    ),
    sentiments=(Pull("attachment", 0.12), Pull("longing", -0.1)),
)
DISTRESS = Meaning(
    felt=(
        Pull("compassion", 0.8, trait="compassion"),
        Pull("anxiety", 0.35),
        Pull("sadness", 0.3, trait="empathy"),
        Pull("happiness", -0.8),
        Pull("contentment", -0.7),
        Pull("excitement", -0.6),
    ),
    sentiments=(Pull("compassion", 0.4), Pull("protectiveness", 0.5)),
)
BAD_NEWS = Meaning(  # of somebody not disliked; scaled by how bad
    felt=(
        Pull("compassion", 0.8, lean=0.5, trait="compassion"),
        Pull("sadness", 0.5, lean=0.7, trait="empathy"),
        Pull("happiness", -0.8),
        Pull("contentment", -0.7),
        Pull("excitement", -0.6),
        Pull("pride", -0.5),
    ),
    sentiments=(
        Pull("compassion", 0.4),
        Pull("protectiveness", 0.25, lean=0.5),
        Pull("warmth", 0.1),
        Pull("trust", 0.1),
    ),
    traits=(Pull("empathy", 0.2), Pull("compassion", 0.2)),
)
GOOD_NEWS = Meaning(  # of somebody not disliked; scaled by how good
    felt=(
        Pull("happiness", 0.6, lean=0.6, trait="empathy", slope=0.3),
        Pull("excitement", 0.45, lean=0.5),
        Pull("hope", 0.15),
    ),
    sentiments=(Pull("fondness", 0.15), Pull("pride", 0.15, lean=0.5), Pull("trust", 0.08)),
    traits=(Pull("optimism", 0.15),),
)
BEGRUDGED = Meaning(  # good news of somebody disliked
    felt=(Pull("envy", 0.5, trait="jealousy"), Pull("bitterness", 0.35, trait="jealousy")),
    sentiments=(Pull("resentment", 0.1), Pull("envy", 0.2, trait="jealousy")),
)

ACTS: Mapping[Act, Meaning] = {
    Act.GREET: Meaning(
        felt=(Pull("happiness", 0.1, lean=1.0), Pull("affection", 0.06, lean=1.0)),
        sentiments=(Pull("fondness", 0.06), Pull("warmth", 0.05)),
    ),
    Act.FAREWELL: Meaning(
        felt=(Pull("loneliness", 0.06, lean=1.0), Pull("sadness", 0.03, lean=1.0)),
        sentiments=(Pull("fondness", 0.05),),
    ),
    Act.THANK: Meaning(
        felt=(Pull("happiness", 0.2, lean=0.3), Pull("contentment", 0.15), Pull("pride", 0.1)),
        sentiments=(
            Pull("appreciation", 0.3),
            Pull("warmth", 0.15),
            Pull("respect", 0.1),
            Pull("fondness", 0.1),
        ),
        traits=(Pull("gratitude", 0.1),),
    ),
    Act.APOLOGISE: Meaning(  # scaled by what there is to forgive
        felt=(
            Pull("relief", 0.5, trait="forgiveness"),
            Pull("anger", -0.5, trait="forgiveness"),
            Pull("bitterness", -0.3, trait="forgiveness"),
            Pull("sadness", -0.25),
            Pull("affection", 0.15, lean=0.5),
            Pull("trust", 0.1),
        ),
        sentiments=(
            Pull("hurt", -0.6, trait="forgiveness"),
            Pull("resentment", -0.6, trait="forgiveness"),
            Pull("anger", -0.7, trait="forgiveness"),
            Pull("irritation", -0.5),
            Pull("disappointment", -0.4),
            Pull("hostility", -0.3),
            Pull("respect", 0.25),
            Pull("trust", 0.2, trait="forgiveness"),
            Pull("relief", 0.2),
        ),
        traits=(Pull("forgiveness", 0.2),),
    ),
    Act.INSULT: Meaning(
        felt=(
            Pull("anger", 0.5, lean=-0.4, trait="patience", slope=-0.4),
            Pull("sadness", 0.3, lean=0.8),
            Pull("embarrassment", 0.12, trait="self_consciousness"),
            Pull("shame", 0.1, trait="self_consciousness"),
            Pull("happiness", -0.35),
            Pull("contentment", -0.35),
            Pull("trust", -0.3),
            Pull("affection", -0.2),
        ),
        sentiments=(
            Pull("hurt", 0.5, lean=0.4),
            Pull("resentment", 0.35, trait="forgiveness", slope=-0.4),
            Pull("anger", 0.3),
            Pull("irritation", 0.2),
            Pull("hostility", 0.1, lean=-0.6),
            Pull("trust", -0.25),
            Pull("respect", -0.2),
            Pull("affection", -0.15),
            Pull("warmth", -0.15),
        ),
        traits=(Pull("trust", -0.15), Pull("skepticism", 0.1), Pull("confidence", -0.1)),
    ),
    Act.PRAISE: Meaning(
        felt=(
            Pull("happiness", 0.35, lean=0.3),
            Pull("pride", 0.35, trait="humility", slope=-0.3),
            Pull("affection", 0.2, lean=0.5),
            Pull("embarrassment", 0.1, trait="self_consciousness", slope=1.0),
            Pull("love_for_self", 0.04),
        ),
        sentiments=(
            Pull("affection", 0.2),
            Pull("appreciation", 0.3),
            Pull("fondness", 0.2),
            Pull("warmth", 0.15),
        ),
        traits=(Pull("confidence", 0.15),),
    ),
    Act.LOVE: Meaning(
        felt=(
            Pull("love", 0.12, lean=3.0),
            Pull("affection", 0.2, lean=1.5),
            Pull("happiness", 0.15, lean=1.0),
            Pull("embarrassment", 0.25, lean=-0.8, trait="self_consciousness"),
            Pull("surprise", 0.2, lean=-1.0),
        ),
        sentiments=(
            Pull("love", 0.08, lean=4.0),
            Pull("attachment", 0.08, lean=2.0),
            Pull("affection", 0.15, lean=1.0),
            Pull("longing", 0.04, lean=3.0),
            Pull("warmth", 0.1),
            Pull("caution", 0.1, lean=-1.0),
        ),
        traits=(Pull("affection", 0.15),),
    ),
    Act.THREATEN: Meaning(
        felt=(
            Pull("fear", 0.6, trait="confidence", slope=-0.4),
            Pull("anger", 0.35),
            Pull("anxiety", 0.3),
            Pull("trust", -0.4),
            Pull("happiness", -0.4),
        ),
        sentiments=(
            Pull("fear", 0.5),
            Pull("distrust", 0.5),
            Pull("hostility", 0.35),
            Pull("hurt", 0.3),
            Pull("resentment", 0.3),
            Pull("trust", -0.5),
            Pull("security", -0.4),
        ),
        traits=(Pull("trust", -0.2), Pull("skepticism", 0.15)),
    ),
    Act.COMFORT: Meaning(
        felt=(
            Pull("relief", 0.25),
            Pull("gratitude", 0.35),
            Pull("affection", 0.2, lean=0.5),
            Pull("sadness", -0.25, lean=0.4),
            Pull("anxiety", -0.25, lean=0.4),
            Pull("loneliness", -0.25),
        ),
        sentiments=(
            Pull("gratitude", 0.3),
            Pull("comfort", 0.3),
            Pull("trust", 0.2),
            Pull("warmth", 0.2),
        ),
    ),
    Act.LAUGH: Meaning(
        felt=(Pull("happiness", 0.2, lean=0.4, trait="humor"),),
        sentiments=(Pull("fondness", 0.12), Pull("warmth", 0.06)),
        traits=(Pull("humor", 0.08),),
    ),
    Act.AGREE: Meaning(
        felt=(Pull("contentment", 0.08),),
        sentiments=(Pull("fondness", 0.04), Pull("respect", 0.04)),
    ),
    Act.DISAGREE: Meaning(
        felt=(Pull("frustration", 0.08, trait="stubbornness"), Pull("surprise", 0.04)),
        sentiments=(Pull("curiosity", 0.05),),
        traits=(Pull("openness", 0.05),),
    ),
    Act.GOOD_NEWS: Meaning(sentiments=(Pull("trust", 0.05),)),
    Act.BAD_NEWS: Meaning(sentiments=(Pull("trust", 0.08),)),
    Act.ASK_FEELING: Meaning(
        felt=(Pull("affection", 0.08, lean=0.8), Pull("contentment", 0.06)),
        sentiments=(Pull("appreciation", 0.1), Pull("warmth", 0.08)),
    ),
    Act.ASK_ABOUT_YOU: Meaning(
        felt=(Pull("contentment", 0.06, lean=0.5),),
        sentiments=(Pull("appreciation", 0.08), Pull("fondness", 0.05)),
    ),
    Act.ASK_NATURE: Meaning(felt=(Pull("anxiety", 0.04, trait="neuroticism"),)),
    Act.ASK_MEMORY: Meaning(sentiments=(Pull("attachment", 0.04),)),
    Act.ASK_OPINION: Meaning(
        felt=(Pull("pride", 0.05),), sentiments=(Pull("respect", 0.06), Pull("fondness", 0.03))
    ),
    Act.ASK: Meaning(sentiments=(Pull("curiosity", 0.03),)),
    Act.REQUEST: Meaning(sentiments=(Pull("comfort", 0.02),)),
    Act.TELL: Meaning(
        felt=(Pull("contentment", 0.04, lean=0.5, trait="curiosity"),),
        sentiments=(
            Pull("trust", 0.08),
            Pull("curiosity", 0.1, trait="curiosity"),
            Pull("fondness", 0.06),
            Pull("comfort", 0.05),
        ),
    ),
    Act.CORRECT: Meaning(
        felt=(Pull("embarrassment", 0.12, trait="self_consciousness"),),
        sentiments=(Pull("respect", 0.03),),
        traits=(Pull("humility", 0.05),),
    ),
    Act.FORGET: Meaning(felt=(Pull("sadness", 0.03, lean=0.5),)),
    Act.SILENCE: Meaning(
        felt=(Pull("loneliness", 0.08, lean=0.5), Pull("anxiety", 0.04)),
        sentiments=(Pull("confusion", 0.05),),
    ),
    Act.SMALL_TALK: Meaning(
        felt=(Pull("contentment", 0.04, trait="sociability"),),
        sentiments=(Pull("comfort", 0.05), Pull("fondness", 0.04)),
    ),
}

# What a speaker's own feeling, not aimed at the agent, stirs in it: speaker's emotion -> pulls.
SHARED: Mapping[str, tuple[Pull, ...]] = {
    "happiness": (Pull("happiness", 0.3, trait="empathy", slope=0.3),),
    "anger": (Pull("compassion", 0.15), Pull("anxiety", 0.12, trait="confidence", slope=-0.4)),
    "sadness": (Pull("compassion", 0.5, trait="compassion"), Pull("sadness", 0.25)),
    "fear": (Pull("compassion", 0.4, trait="compassion"), Pull("anxiety", 0.15)),
    "surprise": (Pull("surprise", 0.25),),
    "disgust": (Pull("disgust", 0.1), Pull("compassion", 0.05)),
    "love": (Pull("happiness", 0.15), Pull("affection", 0.15)),
    "guilt": (Pull("compassion", 0.35, trait="forgiveness"),),
    "shame": (Pull("compassion", 0.4, trait="compassion"),),
    "pride": (Pull("happiness", 0.2, trait="empathy", slope=0.3),),
    "hope": (Pull("hope", 0.25, trait="optimism"),),
    "gratitude": (Pull("happiness", 0.15),),
    "envy": (Pull("compassion", 0.1),),
    "compassion": (Pull("affection", 0.15),),
    "serenity": (Pull("serenity", 0.25),),
    "frustration": (Pull("compassion", 0.25), Pull("frustration", 0.06)),
    "contentment": (Pull("contentment", 0.2),),
    "anxiety": (Pull("compassion", 0.35, trait="compassion"), Pull("anxiety", 0.12)),
    "loneliness": (Pull("compassion", 0.5, trait="compassion"), Pull("affection", 0.15)),
    "embarrassment": (Pull("compassion", 0.25),),
    "trust": (Pull("trust", 0.2),),
    "relief": (Pull("relief", 0.25),),
    "affection": (Pull("affection", 0.2),),
    "bitterness": (Pull("compassion", 0.15), Pull("sadness", 0.05)),
    "excitement": (Pull("excitement", 0.35, trait="excitement"),),
    "self_loathing": (Pull("compassion", 0.55, trait="compassion"), Pull("sadness", 0.2)),
    "love_for_self": (Pull("happiness", 0.1),),
}

# How much a happening weighs, and whether it is good (above zero) or bad.
HAPPENINGS: Mapping[LifeEvent, float] = {
    LifeEvent.DEATH: -1.0,
    LifeEvent.ILLNESS: -0.8,
    LifeEvent.ACCIDENT: -0.8,
    LifeEvent.BREAK_UP: -0.7,
    LifeEvent.JOB_LOSS: -0.7,
    LifeEvent.FAILURE: -0.5,
    LifeEvent.CONFLICT: -0.5,
    LifeEvent.LOSS: -0.6,
    LifeEvent.JOB: 0.8,
    LifeEvent.SUCCESS: 0.7,
    LifeEvent.BIRTH: 1.0,
    LifeEvent.WEDDING: 0.9,
    LifeEvent.RECOVERY: 0.8,
    LifeEvent.GIFT: 0.4,
    LifeEvent.ROMANCE: 0.7,
    LifeEvent.CELEBRATION: 0.5,
}
