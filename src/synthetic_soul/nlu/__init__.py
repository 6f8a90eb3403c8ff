"""Natural-language understanding: what a message says, and what its speaker needs.

Deterministic and local: no model, no clock, no chance. The entry point is :func:`interpret`.
"""

from synthetic_soul.nlu.facts.extract import extract_hearsay
from synthetic_soul.nlu.interpret import interpret
from synthetic_soul.nlu.safety.helplines import country_of
from synthetic_soul.nlu.safety.referral import gentle_question, referral, refusal
from synthetic_soul.nlu.safety.reply_check import is_harmful

__all__ = [
    "country_of",
    "extract_hearsay",
    "gentle_question",
    "interpret",
    "is_harmful",
    "referral",
    "refusal",
]
