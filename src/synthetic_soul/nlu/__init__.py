"""What is read out of words: feeling, acts, events, facts, address, distress.

Deterministic and local: no model, no clock, no chance. :func:`interpret` is the entry point.
"""

from __future__ import annotations

from synthetic_soul.nlu.interpret import interpret
from synthetic_soul.nlu.safety.crisis import referral

__all__ = ["interpret", "referral"]
