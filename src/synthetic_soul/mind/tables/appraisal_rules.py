"""Appraisal rules: what each kind of message asks of the agent.

Amounts are chosen, for a message that is fully understood and a speaker who is neither liked
nor disliked. The pattern follows Ortony, Clore & Collins (1988): attack and praise by what they
do to the agent, news by how the person it befalls is liked.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic_soul.mind.interpretation import Act, LifeEvent


@dataclass(frozen=True, slots=True)
class Effect:
    """A change of ``dimension`` by ``amount``, -1..1.

    The amount is scaled by 1 + ``liking``·(liking of the speaker), not below zero, and by
    1 + ``slope``·(level of ``trait``), where ``slope`` is -1..1.
    """

    dimension: str
    amount: float
    liking: float = 0.0
    trait: str = ""
    slope: float = 0.5


@dataclass(frozen=True, slots=True)
class AppraisalRule:
    """Effects on emotions, on sentiments towards the speaker, and on traits."""

    emotions: tuple[Effect, ...] = ()
    sentiments: tuple[Effect, ...] = ()
    traits: tuple[Effect, ...] = ()


# Whatever harms without an outright insult, by how cruel it is.
COLDNESS = AppraisalRule(
    emotions=(
        Effect("sadness", 0.15, liking=0.5),
        Effect("frustration", 0.15),
        Effect("trust", -0.1),
    ),
    sentiments=(Effect("disappointment", 0.2), Effect("hurt", 0.15), Effect("warmth", -0.1)),
)
# Whatever does good without outright praise, by how kind it is.
KINDNESS = AppraisalRule(
    emotions=(Effect("affection", 0.2, liking=0.5), Effect("happiness", 0.15, liking=0.3)),
    sentiments=(Effect("warmth", 0.2), Effect("fondness", 0.15), Effect("trust", 0.05)),
)
MOCKERY = AppraisalRule(  # praise or thanks that are not meant
    emotions=(
        Effect("frustration", 0.15),
        Effect("embarrassment", 0.1, trait="self_consciousness"),
    ),
    sentiments=(Effect("irritation", 0.12), Effect("caution", 0.08)),
)
RETURN = AppraisalRule(  # somebody liked is back after days
    emotions=(
        Effect("happiness", 0.5),
        Effect("affection", 0.35),
        Effect("loneliness", -0.3),
        Effect("surprise", 0.1),
    ),
    sentiments=(Effect("attachment", 0.12), Effect("longing", -0.1)),
)
DISTRESS = AppraisalRule(
    emotions=(
        Effect("compassion", 0.8, trait="compassion"),
        Effect("anxiety", 0.35),
        Effect("sadness", 0.3, trait="empathy"),
        Effect("happiness", -0.8),
        Effect("contentment", -0.7),
        Effect("excitement", -0.6),
    ),
    sentiments=(Effect("compassion", 0.4), Effect("protectiveness", 0.5)),
)
BAD_NEWS = AppraisalRule(  # of somebody not disliked; scaled by how bad
    emotions=(
        Effect("compassion", 0.8, liking=0.5, trait="compassion"),
        Effect("sadness", 0.5, liking=0.7, trait="empathy"),
        Effect("happiness", -0.8),
        Effect("contentment", -0.7),
        Effect("excitement", -0.6),
        Effect("pride", -0.5),
    ),
    sentiments=(
        Effect("compassion", 0.4),
        Effect("protectiveness", 0.25, liking=0.5),
        Effect("warmth", 0.1),
        Effect("trust", 0.1),
    ),
    traits=(Effect("empathy", 0.2), Effect("compassion", 0.2)),
)
GOOD_NEWS = AppraisalRule(  # of somebody not disliked; scaled by how good
    emotions=(
        Effect("happiness", 0.6, liking=0.6, trait="empathy", slope=0.3),
        Effect("excitement", 0.45, liking=0.5),
        Effect("hope", 0.15),
    ),
    sentiments=(Effect("fondness", 0.15), Effect("pride", 0.15, liking=0.5), Effect("trust", 0.08)),
    traits=(Effect("optimism", 0.15),),
)
BEGRUDGED = AppraisalRule(  # good news of somebody disliked
    emotions=(Effect("envy", 0.5, trait="jealousy"), Effect("bitterness", 0.35, trait="jealousy")),
    sentiments=(Effect("resentment", 0.1), Effect("envy", 0.2, trait="jealousy")),
)

ACTS: Mapping[Act, AppraisalRule] = {
    Act.GREET: AppraisalRule(
        emotions=(Effect("happiness", 0.1, liking=1.0), Effect("affection", 0.06, liking=1.0)),
        sentiments=(Effect("fondness", 0.06), Effect("warmth", 0.05)),
    ),
    Act.FAREWELL: AppraisalRule(
        emotions=(Effect("loneliness", 0.06, liking=1.0), Effect("sadness", 0.03, liking=1.0)),
        sentiments=(Effect("fondness", 0.05),),
    ),
    Act.THANK: AppraisalRule(
        emotions=(
            Effect("happiness", 0.2, liking=0.3),
            Effect("contentment", 0.15),
            Effect("pride", 0.1),
        ),
        sentiments=(
            Effect("appreciation", 0.3),
            Effect("warmth", 0.15),
            Effect("respect", 0.1),
            Effect("fondness", 0.1),
        ),
        traits=(Effect("gratitude", 0.1),),
    ),
    Act.APOLOGISE: AppraisalRule(  # scaled by what there is to forgive
        emotions=(
            Effect("relief", 0.5, trait="forgiveness"),
            Effect("anger", -0.5, trait="forgiveness"),
            Effect("bitterness", -0.3, trait="forgiveness"),
            Effect("sadness", -0.25),
            Effect("affection", 0.15, liking=0.5),
            Effect("trust", 0.1),
        ),
        sentiments=(
            Effect("hurt", -0.6, trait="forgiveness"),
            Effect("resentment", -0.6, trait="forgiveness"),
            Effect("anger", -0.7, trait="forgiveness"),
            Effect("irritation", -0.5),
            Effect("disappointment", -0.4),
            Effect("hostility", -0.3),
            Effect("respect", 0.25),
            Effect("trust", 0.2, trait="forgiveness"),
            Effect("relief", 0.2),
        ),
        traits=(Effect("forgiveness", 0.2),),
    ),
    Act.INSULT: AppraisalRule(
        emotions=(
            Effect("anger", 0.5, liking=-0.4, trait="patience", slope=-0.4),
            Effect("sadness", 0.3, liking=0.8),
            Effect("embarrassment", 0.12, trait="self_consciousness"),
            Effect("shame", 0.1, trait="self_consciousness"),
            Effect("happiness", -0.35),
            Effect("contentment", -0.35),
            Effect("trust", -0.3),
            Effect("affection", -0.2),
        ),
        sentiments=(
            Effect("hurt", 0.5, liking=0.4),
            Effect("resentment", 0.35, trait="forgiveness", slope=-0.4),
            Effect("anger", 0.3),
            Effect("irritation", 0.2),
            Effect("hostility", 0.1, liking=-0.6),
            Effect("trust", -0.25),
            Effect("respect", -0.2),
            Effect("affection", -0.15),
            Effect("warmth", -0.15),
        ),
        traits=(Effect("trust", -0.15), Effect("skepticism", 0.1), Effect("confidence", -0.1)),
    ),
    Act.PRAISE: AppraisalRule(
        emotions=(
            Effect("happiness", 0.35, liking=0.3),
            Effect("pride", 0.35, trait="humility", slope=-0.3),
            Effect("affection", 0.2, liking=0.5),
            Effect("embarrassment", 0.1, trait="self_consciousness", slope=1.0),
            Effect("love_for_self", 0.04),
        ),
        sentiments=(
            Effect("affection", 0.2),
            Effect("appreciation", 0.3),
            Effect("fondness", 0.2),
            Effect("warmth", 0.15),
        ),
        traits=(Effect("confidence", 0.15),),
    ),
    Act.LOVE: AppraisalRule(
        emotions=(
            Effect("love", 0.12, liking=3.0),
            Effect("affection", 0.2, liking=1.5),
            Effect("happiness", 0.15, liking=1.0),
            Effect("embarrassment", 0.25, liking=-0.8, trait="self_consciousness"),
            Effect("surprise", 0.2, liking=-1.0),
        ),
        sentiments=(
            Effect("love", 0.08, liking=4.0),
            Effect("attachment", 0.08, liking=2.0),
            Effect("affection", 0.15, liking=1.0),
            Effect("longing", 0.04, liking=3.0),
            Effect("warmth", 0.1),
            Effect("caution", 0.1, liking=-1.0),
        ),
        traits=(Effect("affection", 0.15),),
    ),
    Act.THREATEN: AppraisalRule(
        emotions=(
            Effect("fear", 0.6, trait="confidence", slope=-0.4),
            Effect("anger", 0.35),
            Effect("anxiety", 0.3),
            Effect("trust", -0.4),
            Effect("happiness", -0.4),
        ),
        sentiments=(
            Effect("fear", 0.5),
            Effect("distrust", 0.5),
            Effect("hostility", 0.35),
            Effect("hurt", 0.3),
            Effect("resentment", 0.3),
            Effect("trust", -0.5),
            Effect("security", -0.4),
        ),
        traits=(Effect("trust", -0.2), Effect("skepticism", 0.15)),
    ),
    Act.COMFORT: AppraisalRule(
        emotions=(
            Effect("relief", 0.25),
            Effect("gratitude", 0.35),
            Effect("affection", 0.2, liking=0.5),
            Effect("sadness", -0.25, liking=0.4),
            Effect("anxiety", -0.25, liking=0.4),
            Effect("loneliness", -0.25),
        ),
        sentiments=(
            Effect("gratitude", 0.3),
            Effect("comfort", 0.3),
            Effect("trust", 0.2),
            Effect("warmth", 0.2),
        ),
    ),
    Act.LAUGH: AppraisalRule(
        emotions=(Effect("happiness", 0.2, liking=0.4, trait="humor"),),
        sentiments=(Effect("fondness", 0.12), Effect("warmth", 0.06)),
        traits=(Effect("humor", 0.08),),
    ),
    Act.AGREE: AppraisalRule(
        emotions=(Effect("contentment", 0.08),),
        sentiments=(Effect("fondness", 0.04), Effect("respect", 0.04)),
    ),
    Act.DISAGREE: AppraisalRule(
        emotions=(Effect("frustration", 0.08, trait="stubbornness"), Effect("surprise", 0.04)),
        sentiments=(Effect("curiosity", 0.05),),
        traits=(Effect("openness", 0.05),),
    ),
    Act.GOOD_NEWS: AppraisalRule(sentiments=(Effect("trust", 0.05),)),
    Act.BAD_NEWS: AppraisalRule(sentiments=(Effect("trust", 0.08),)),
    Act.ASK_FEELING: AppraisalRule(
        emotions=(Effect("affection", 0.08, liking=0.8), Effect("contentment", 0.06)),
        sentiments=(Effect("appreciation", 0.1), Effect("warmth", 0.08)),
    ),
    Act.ASK_ABOUT_YOU: AppraisalRule(
        emotions=(Effect("contentment", 0.06, liking=0.5),),
        sentiments=(Effect("appreciation", 0.08), Effect("fondness", 0.05)),
    ),
    Act.ASK_NATURE: AppraisalRule(emotions=(Effect("anxiety", 0.04, trait="neuroticism"),)),
    Act.ASK_MEMORY: AppraisalRule(sentiments=(Effect("attachment", 0.04),)),
    Act.ASK_OPINION: AppraisalRule(
        emotions=(Effect("pride", 0.05),),
        sentiments=(Effect("respect", 0.06), Effect("fondness", 0.03)),
    ),
    Act.ASK: AppraisalRule(sentiments=(Effect("curiosity", 0.03),)),
    Act.REQUEST: AppraisalRule(sentiments=(Effect("comfort", 0.02),)),
    Act.TELL: AppraisalRule(
        emotions=(Effect("contentment", 0.04, liking=0.5, trait="curiosity"),),
        sentiments=(
            Effect("trust", 0.08),
            Effect("curiosity", 0.1, trait="curiosity"),
            Effect("fondness", 0.06),
            Effect("comfort", 0.05),
        ),
    ),
    Act.CORRECT: AppraisalRule(
        emotions=(Effect("embarrassment", 0.12, trait="self_consciousness"),),
        sentiments=(Effect("respect", 0.03),),
        traits=(Effect("humility", 0.05),),
    ),
    Act.FORGET: AppraisalRule(emotions=(Effect("sadness", 0.03, liking=0.5),)),
    Act.HIDE: AppraisalRule(emotions=(Effect("compassion", 0.03, liking=0.5),)),
    Act.SHOW: AppraisalRule(emotions=(Effect("affection", 0.03, liking=0.5),)),
    Act.SILENCE: AppraisalRule(
        emotions=(Effect("loneliness", 0.08, liking=0.5), Effect("anxiety", 0.04)),
        sentiments=(Effect("confusion", 0.05),),
    ),
    Act.SMALL_TALK: AppraisalRule(
        emotions=(Effect("contentment", 0.04, trait="sociability"),),
        sentiments=(Effect("comfort", 0.05), Effect("fondness", 0.04)),
    ),
}

# The speaker's own emotion, not aimed at the agent -> its effects on the agent.
SHARED: Mapping[str, tuple[Effect, ...]] = {
    "happiness": (Effect("happiness", 0.3, trait="empathy", slope=0.3),),
    "anger": (Effect("compassion", 0.15), Effect("anxiety", 0.12, trait="confidence", slope=-0.4)),
    "sadness": (Effect("compassion", 0.5, trait="compassion"), Effect("sadness", 0.25)),
    "fear": (Effect("compassion", 0.4, trait="compassion"), Effect("anxiety", 0.15)),
    "surprise": (Effect("surprise", 0.25),),
    "disgust": (Effect("disgust", 0.1), Effect("compassion", 0.05)),
    "love": (Effect("happiness", 0.15), Effect("affection", 0.15)),
    "guilt": (Effect("compassion", 0.35, trait="forgiveness"),),
    "shame": (Effect("compassion", 0.4, trait="compassion"),),
    "pride": (Effect("happiness", 0.2, trait="empathy", slope=0.3),),
    "hope": (Effect("hope", 0.25, trait="optimism"),),
    "gratitude": (Effect("happiness", 0.15),),
    "envy": (Effect("compassion", 0.1),),
    "compassion": (Effect("affection", 0.15),),
    "serenity": (Effect("serenity", 0.25),),
    "frustration": (Effect("compassion", 0.25), Effect("frustration", 0.06)),
    "contentment": (Effect("contentment", 0.2),),
    "anxiety": (Effect("compassion", 0.35, trait="compassion"), Effect("anxiety", 0.12)),
    "loneliness": (Effect("compassion", 0.5, trait="compassion"), Effect("affection", 0.15)),
    "embarrassment": (Effect("compassion", 0.25),),
    "trust": (Effect("trust", 0.2),),
    "relief": (Effect("relief", 0.25),),
    "affection": (Effect("affection", 0.2),),
    "bitterness": (Effect("compassion", 0.15), Effect("sadness", 0.05)),
    "excitement": (Effect("excitement", 0.35, trait="excitement"),),
    "self_loathing": (Effect("compassion", 0.55, trait="compassion"), Effect("sadness", 0.2)),
    "love_for_self": (Effect("happiness", 0.1),),
}

# Weight of a life event: good above zero, bad below.
LIFE_EVENT_WEIGHTS: Mapping[LifeEvent, float] = {
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
