"""Map the personality that a soul's author wrote to the 34 rich traits.

An explicit ``temperament`` in the soul's notes for this engine wins. Otherwise the adjectives and
nouns of its core traits are looked up in a table. A word that is not in the table has no effect;
a trait that no word names is 0.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from synthetic_soul.mind.dynamics import clamp
from synthetic_soul.mind.tables.dimensions import LITE_TRAITS, TRAITS
from synthetic_soul.mind.tables.trait_words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from soulscript import Soul


_DENIALS = frozenset({"not", "never", "no", "hardly", "rarely", "without", "lacking", "lacks"})


def traits_of(soul: Soul) -> dict[str, float]:
    """Return the rich personality of ``soul``, -1..1 for each of the 34 traits.

    Several words for one trait are averaged by their weights.
    """
    sums = dict.fromkeys(TRAITS, 0.0)
    weights = dict.fromkeys(TRAITS, 0.0)
    for core in soul.personality.core_traits:
        for trait, weight in _meaning(core.trait).items():
            sums[trait] += weight * core.strength
            weights[trait] += abs(weight)
    levels = {trait: sums[trait] / max(1.0, weights[trait]) for trait in TRAITS}
    levels |= _stated({_key(k): level for k, level in soul.engine.temperament.items()})
    return {trait: clamp(level) for trait, level in levels.items()}


def _key(word: str) -> str:
    """Normalise case, hyphens, spaces and underscores."""
    return re.sub(r"[\s_\-]+", "_", word.strip().casefold())


def _stated(temperament: Mapping[str, float]) -> dict[str, float]:
    """Return explicit levels; a rich trait's name takes precedence over a lite one's."""
    lite = {next(iter(LITE_TRAITS[k])): v for k, v in temperament.items() if k in LITE_TRAITS}
    return lite | {k: v for k, v in temperament.items() if k in TRAITS}


def _meaning(word: str) -> Mapping[str, float]:
    """Return the weights (-1..1) on rich traits of a core trait's word.

    A phrase that is not in the table as a whole has the weights of its known words ("dry wit");
    after a negation they are reversed ("not very patient").
    """
    key = _key(word)
    if key in TRAITS:
        return {key: 1.0}
    if key in LITE_TRAITS:
        return LITE_TRAITS[key]
    if key in WORDS or "_" not in key:
        return WORDS.get(key, {})
    meaning: dict[str, float] = {}
    sign = 1.0
    for part in key.split("_"):
        sign = -1.0 if part in _DENIALS else sign
        meaning |= {trait: sign * weight for trait, weight in _meaning(part).items()}
    return meaning
