"""The table of events, gravest first, what leaves one unhappened, and what each is felt as."""

from __future__ import annotations

import re

from synthetic_soul.mind.interpretation import LifeEvent
from synthetic_soul.nlu.events.bad_event_patterns import BAD
from synthetic_soul.nlu.events.good_event_patterns import GOOD_ROWS
from synthetic_soul.nlu.text.regex import compiled

TABLE = (*BAD, *GOOD_ROWS)
"""The gravest first, so that of two events the heavier is answered."""

THINGS = compiled(
    r"""
        \b(?:phone|laptop|battery|batteries|computer|pc|tablet|plants?|router|wifi|internet|watch
        |engine|hopes?|dreams?|motivation|characters?|console|tv|telly|fridge|camera|headphones
        |vibe|party|chat|server|conversation|jokes?|car|hero|villain|pokemon|sims?|legs?|feet|foot
        |arm|show|actor|what|how|that|this|god|jesus|fingers)$
    """,
    re.IGNORECASE,
)
"""Who or what dies without a death."""

UNREAL = compiled(
    r"""
        \b(?:if|imagine|suppose|pretend|would|could|might|may|wish|hop(?:e|ed|ing)|afraid|scared
        |worried|worry|fear|fears|unless|in case|what if|wonder(?:ing)?|almost|nearly|want(?:s
        |ed)? to|should|tr(?:y|ied|ies|ying) to|dream(?:t|ed|ing)?|felt like|feels? like|as though
        |will)\b
    """,
    re.IGNORECASE,
)
"""Words before an event that leave it unhappened."""

UNREAL_BEFORE = compiled(
    r"""
        \b(?:in (?:the|a|this|that|my|our|some|one) (?:\w+ ){0,2}?(?:film|movie|book|novel|game
        |series|episode|story|song|show|dream|nightmare|play|manga|anime|sims|chapter
        |simulation)\b|(?:film|movie|book|novel|series|story|show|song) (?:where|in which|about)\b
        |i (?:had a |have a )?(?:dream(?:t|ed)?|nightmare)\b|imagine\b|hypothetical|let us (?:say
        |pretend)|pretend\b|what if\b|suppose\b|(?:^|, |and |but |even )if (?:i|we|my|he|she|they
        |our|you|the|only)\b|role ?play|character (?:is|was|has)|just kidding|as if\b)
    """,
)
"""Sentences that are told of another world altogether."""

FEELS: dict[LifeEvent, dict[str, float]] = {
    LifeEvent.DEATH: {"sadness": 0.9, "loneliness": 0.3},
    LifeEvent.ILLNESS: {"anxiety": 0.5, "sadness": 0.45},
    LifeEvent.ACCIDENT: {"fear": 0.4, "sadness": 0.4, "anxiety": 0.3},
    LifeEvent.BREAK_UP: {"sadness": 0.8, "loneliness": 0.5},
    LifeEvent.JOB_LOSS: {"anxiety": 0.6, "sadness": 0.55, "frustration": 0.3},
    LifeEvent.FAILURE: {"sadness": 0.6, "frustration": 0.5, "shame": 0.2},
    LifeEvent.CONFLICT: {"anger": 0.4, "sadness": 0.45, "frustration": 0.3},
    LifeEvent.LOSS: {"sadness": 0.5, "frustration": 0.5, "anxiety": 0.2},
    LifeEvent.JOB: {"happiness": 0.7, "excitement": 0.6, "pride": 0.4},
    LifeEvent.SUCCESS: {"happiness": 0.7, "pride": 0.6, "relief": 0.3},
    LifeEvent.BIRTH: {"happiness": 0.8, "love": 0.5, "excitement": 0.5},
    LifeEvent.WEDDING: {"happiness": 0.8, "love": 0.6, "excitement": 0.5},
    LifeEvent.RECOVERY: {"relief": 0.8, "happiness": 0.5},
    LifeEvent.GIFT: {"happiness": 0.6, "gratitude": 0.4},
    LifeEvent.ROMANCE: {"love": 0.5, "excitement": 0.6, "happiness": 0.5},
    LifeEvent.CELEBRATION: {"happiness": 0.5, "excitement": 0.4},
}
"""What an event makes the one feel who tells it as their own."""

GOOD = frozenset(
    (
        LifeEvent.JOB, LifeEvent.SUCCESS, LifeEvent.BIRTH, LifeEvent.WEDDING, LifeEvent.RECOVERY,
        LifeEvent.GIFT, LifeEvent.ROMANCE, LifeEvent.CELEBRATION,
    ),
)  # fmt: skip
