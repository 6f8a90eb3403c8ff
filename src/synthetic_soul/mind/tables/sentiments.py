"""Sentiments towards one person, rich and lite, and the relationships they amount to."""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic_soul.mind.tables import names, weights


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
    "positive": weights(
        warmth=1.0, affection=0.8, fondness=0.8, appreciation=0.7, gratitude=0.6, comfort=0.6,
        encouragement=0.5, euphoria=0.5, excitement=0.4, relief=0.4, tolerance=0.2,
    ),
    "love": weights(love=1.0, affection=0.6, devotion=0.6, longing=0.5, obsession=0.3),
    "hate": weights(hostility=1.0, contempt=0.8, disdain=0.6, disgust=0.6, resentment=0.5),
    "trust": weights(trust=1.0, security=0.7, loyalty=0.6, comfort=0.3),
    "admiration": weights(
        admiration=1.0, respect=0.7, reverence=0.7, inspiration=0.6, pride=0.4,
        admirationMixedWithEnvy=0.5,
    ),
    "attachment": weights(
        attachment=1.0, dependence=0.6, devotion=0.5, longing=0.5, nostalgia=0.3,
        possessiveness=0.3,
    ),
    "empathy": weights(compassion=1.0, pity=0.5, vulnerability=0.3, encouragement=0.3),
    "curiosity": weights(curiosity=1.0, excitement=0.3, inspiration=0.3),
    "ambivalence": weights(
        ambivalence=1.0, conflicted=0.8, confusion=0.5, guiltMixedWithAffection=0.5,
        admirationMixedWithEnvy=0.4, neutrality=0.3, indifference=0.3,
    ),
    "skepticism": weights(skepticism=1.0, caution=0.6, suspicion=0.7, distrust=0.7),
    "irritation": weights(irritation=1.0, frustration=0.8, anger=0.7, boredom=0.3),
    "negativity": weights(
        resentment=1.0, disappointment=0.7, anger=0.7, hurt=0.7, envy=0.5, jealousy=0.5,
        disdain=0.6,
    ),
    "fear": weights(fear=1.0, insecurity=0.5, caution=0.3),
    "sadness": weights(
        sadness=1.0, hurt=0.6, disappointment=0.5, regret=0.5, guilt=0.4, embarrassment=0.2,
    ),
    "rejection": weights(rejection=1.0, alienation=0.8, betrayal=0.7, hurt=0.3),
    "protectiveness": weights(protectiveness=1.0, obligation=0.4, compassion=0.2, loyalty=0.3),
}  # fmt: skip

RELATIONSHIPS = ("stranger", "friend", "acquaintance", "enemy", "romantic partner", "best friend")

INTRINSIC_RELATIONSHIPS = names("creator brother sister mother father son daughter none")
