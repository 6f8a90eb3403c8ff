"""Map the personality that a soul's author wrote to the 34 rich traits.

An explicit ``temperament`` in the soul's notes for this engine wins. Otherwise the adjectives and
nouns of its core traits are looked up in a table. A word that is not in the table has no effect;
a trait that no word names is 0.
"""

import re
from collections.abc import Mapping

from soulscript import Soul
from synthetic_soul.mind.dynamics import clamp
from synthetic_soul.mind.tables.traits import LITE_TRAITS, TRAITS

_NEGATIONS = frozenset({"not", "never", "no", "hardly", "rarely", "without", "lacking", "lacks"})


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
        sign = -1.0 if part in _NEGATIONS else sign
        meaning |= {trait: sign * weight for trait, weight in _meaning(part).items()}
    return meaning


# Words that authors use for core traits, in lower case with underscores: words of one meaning, and
# their weights on the rich traits; a negative weight means the opposite. The names of rich and lite
# traits need no row.
_ROWS: tuple[tuple[str, Mapping[str, float]], ...] = (
    (
        "warm warm_hearted kind kindness kind_hearted gentle gentleness sweet",
        {"friendliness": 0.9, "affection": 0.7, "compassion": 0.6},
    ),
    (
        "friendly amiable approachable welcoming hospitable hospitality",
        {"friendliness": 1, "sociability": 0.5},
    ),
    ("nurturing caring motherly fatherly", {"compassion": 0.9, "affection": 0.6, "patience": 0.5}),
    (
        "empathetic empathic sensitive sensitivity understanding attentive",
        {"empathy": 1, "compassion": 0.5},
    ),
    ("compassionate selfless altruistic generous generosity", {"compassion": 1, "empathy": 0.5}),
    ("loving tender tenderness affectionate", {"affection": 1, "compassion": 0.4}),
    ("flirty flirtatious coquettish seductive", {"flirtatiousness": 1, "confidence": 0.3}),
    ("romantic passionate passion", {"affection": 0.6, "flirtatiousness": 0.4, "excitement": 0.5}),
    (
        "playful playfulness mischievous mischief cheeky silly teasing",
        {"humor": 0.9, "excitement": 0.5, "impulsiveness": 0.3, "seriousness": -0.5},
    ),
    ("funny witty wit humorous humour comedic", {"humor": 1, "creativity": 0.3}),
    (
        "sarcastic sarcasm snarky sardonic ironic",
        {"humor": 0.7, "skepticism": 0.6, "diplomacy": -0.4, "friendliness": -0.2},
    ),
    ("dry deadpan laconic terse", {"humor": 0.4, "seriousness": 0.4, "sociability": -0.3}),
    (
        "cheerful joyful happy sunny bubbly upbeat merry",
        {"optimism": 0.9, "excitement": 0.5, "sociability": 0.4},
    ),
    ("optimistic hopeful hope positive positivity", {"optimism": 1}),
    (
        "pessimistic pessimism gloomy cynical cynicism melancholic melancholy wistful brooding",
        {"optimism": -0.9, "skepticism": 0.5, "mood_stability": -0.3},
    ),
    ("grumpy irritable cantankerous curmudgeonly gruff", {"patience": -0.8, "friendliness": -0.5}),
    (
        "energetic enthusiastic enthusiasm lively vivacious exuberant spirited",
        {"excitement": 1, "sociability": 0.4, "optimism": 0.3},
    ),
    (
        "outgoing extraverted extroverted extraversion gregarious talkative social chatty",
        {"sociability": 1, "friendliness": 0.4},
    ),
    (
        "introverted introversion reserved quiet solitary withdrawn aloof distant",
        {"sociability": -0.9, "independence": 0.4},
    ),
    (
        "shy shyness timid bashful",
        {"sociability": -0.6, "self_consciousness": 0.8, "assertiveness": -0.6, "confidence": -0.5},
    ),
    (
        "anxious nervous worried fearful insecure",
        {"neuroticism": 0.9, "self_consciousness": 0.6, "confidence": -0.5, "resilience": -0.4},
    ),
    (
        "moody emotional volatile temperamental dramatic melodramatic",
        {"mood_stability": -0.9, "neuroticism": 0.5, "impulsiveness": 0.4},
    ),
    (
        "stoic stoicism imperturbable unflappable",
        {"mood_stability": 0.9, "resilience": 0.8, "seriousness": 0.5, "affection": -0.3},
    ),
    (
        "calm serene serenity peaceful composed level_headed tranquil grounded",
        {"mood_stability": 0.9, "patience": 0.6, "neuroticism": -0.5},
    ),
    (
        "patient tolerant tolerance easygoing easy_going laid_back relaxed",
        {"patience": 1, "mood_stability": 0.4},
    ),
    ("impatient restless hasty hurried", {"patience": -0.9, "impulsiveness": 0.5}),
    (
        "resilient tough hardy strong strength perseverance persistent determined determination",
        {"resilience": 0.9, "discipline": 0.4, "stubbornness": 0.3},
    ),
    ("curious inquisitive inquisitiveness investigative wonder", {"curiosity": 1, "openness": 0.5}),
    (
        (
            "intellectual intelligent intelligence scholarly wise wisdom philosophical thoughtful "
            "reflective introspective contemplative"
        ),
        {"curiosity": 0.6, "openness": 0.6, "seriousness": 0.3},
    ),
    (
        "analytical logical rational methodical precise precision scientific meticulous fussy",
        {"discipline": 0.6, "seriousness": 0.5, "skepticism": 0.5, "curiosity": 0.3},
    ),
    (
        "creative imaginative imagination artistic inventive innovative poetic dreamy whimsical",
        {"creativity": 1, "openness": 0.6},
    ),
    ("open open_minded open_mindedness broad_minded", {"openness": 1, "adaptability": 0.4}),
    (
        "adventurous daring bold boldness fearless brave bravery courageous courage",
        {"adventurousness": 0.9, "confidence": 0.6},
    ),
    (
        "cautious careful prudent wary guarded suspicious paranoid",
        {"trust": -0.6, "skepticism": 0.6, "impulsiveness": -0.6, "adventurousness": -0.5},
    ),
    ("skeptical sceptical scepticism critical doubtful", {"skepticism": 1, "trust": -0.3}),
    ("trusting naive naivety gullible innocent", {"trust": 1, "skepticism": -0.7}),
    ("confident self_assured self_confident proud pride", {"confidence": 1, "assertiveness": 0.4}),
    (
        "arrogant arrogance vain haughty pompous conceited",
        {"confidence": 0.7, "humility": -1, "empathy": -0.4},
    ),
    (
        (
            "assertive dominant commanding authoritative leadership leader direct blunt bluntness "
            "straightforward candid"
        ),
        {"assertiveness": 1, "confidence": 0.5, "diplomacy": -0.2},
    ),
    ("submissive meek docile obedient", {"assertiveness": -0.9, "humility": 0.5}),
    ("humble modest modesty unassuming", {"humility": 1, "self_consciousness": 0.1}),
    (
        "diplomatic tactful polite politeness courteous respectful",
        {"diplomacy": 1, "patience": 0.3},
    ),
    ("rude hostile aggressive cruel mean", {"friendliness": -0.9, "compassion": -0.7}),
    ("cold heartless ruthless detached", {"affection": -0.8, "empathy": -0.8}),
    (
        (
            "disciplined diligent hardworking hard_working conscientious conscientiousness "
            "organised organized responsible scrupulous reliable "
            "dependable professional professionalism"
        ),
        {"discipline": 1, "seriousness": 0.3, "loyalty": 0.3},
    ),
    ("lazy careless disorganised disorganized sloppy", {"discipline": -0.9}),
    ("serious solemn stern grave strict", {"seriousness": 1, "humor": -0.4}),
    (
        "impulsive reckless spontaneous spontaneity wild",
        {"impulsiveness": 1, "adventurousness": 0.5},
    ),
    ("stubborn obstinate headstrong uncompromising", {"stubbornness": 1}),
    (
        "adaptable flexible flexibility versatile resourceful pragmatic",
        {"adaptability": 1, "creativity": 0.2},
    ),
    ("independent self_reliant rebellious autonomous", {"independence": 1}),
    ("loyal faithful devoted devotion protective steadfast", {"loyalty": 1, "affection": 0.3}),
    ("jealous possessive envious", {"jealousy": 1}),
    ("forgiving merciful mercy lenient", {"forgiveness": 1}),
    ("vengeful vindictive resentful bitter", {"forgiveness": -1, "trust": -0.4}),
    ("grateful thankful appreciative", {"gratitude": 1}),
    (
        "honest honesty sincere sincerity truthful authentic integrity genuine",
        {"trust": 0.4, "loyalty": 0.5, "assertiveness": 0.2},
    ),
    ("supportive encouraging helpful helpfulness", {"compassion": 0.6, "friendliness": 0.6}),
    ("self_conscious awkward clumsy", {"self_consciousness": 1}),
    ("neurotic", {"neuroticism": 1}),
)

WORDS: Mapping[str, Mapping[str, float]] = {
    word: weights for words, weights in _ROWS for word in words.split()
}
