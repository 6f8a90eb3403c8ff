"""Traits, rich and lite, with their loadings on the Big Five.

Loadings are chosen after the facets of the NEO inventory (Costa & McCrae 1992): a trait loads
on the factor whose facet it names.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from synthetic_soul.mind.tables import weights


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
    "warmth": weights(friendliness=1.0, affection=1.0, compassion=0.5, sociability=0.5),
    "playfulness": weights(humor=1.0, flirtatiousness=0.5, excitement=0.5, seriousness=-0.5),
    "trust_reliability": weights(trust=1.0, loyalty=1.0, gratitude=0.5, jealousy=-0.5),
    "curiosity_creativity": weights(
        curiosity=1.0, creativity=1.0, openness=0.7, adventurousness=0.5
    ),
    "empathy_compassion": weights(empathy=1.0, compassion=1.0, forgiveness=0.5),
    "emotional_stability": weights(
        mood_stability=1.0, resilience=0.8, neuroticism=-1.0, self_consciousness=-0.4, patience=0.4
    ),
    "assertiveness_confidence": weights(
        assertiveness=1.0, confidence=1.0, independence=0.5, self_consciousness=-0.4
    ),
    "adaptability": weights(adaptability=1.0, stubbornness=-0.5, openness=0.5, resilience=0.3),
    "discipline_responsibility": weights(
        discipline=1.0, seriousness=0.4, impulsiveness=-0.6, patience=0.3
    ),
    "perspective": weights(humility=0.7, diplomacy=0.7, skepticism=0.3, optimism=0.4),
}

# Each pair of Myers-Briggs letters: the first one where the weighted sum is not negative.
MYERS_BRIGGS: tuple[tuple[str, str, Mapping[str, float]], ...] = (
    ("E", "I", {"sociability": 1.0, "assertiveness": 0.5, "excitement": 0.4, "friendliness": 0.3}),
    ("N", "S", {"creativity": 1.0, "openness": 0.8, "curiosity": 0.6, "discipline": -0.2}),
    ("F", "T", {"compassion": 1.0, "empathy": 1.0, "skepticism": -0.8, "affection": 0.4}),
    ("P", "J", {"impulsiveness": 0.8, "adaptability": 0.6, "humor": 0.2, "discipline": -1.0}),
)
