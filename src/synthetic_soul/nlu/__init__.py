"""Natural-language understanding: what a message says, and what its speaker needs.

Deterministic and local: no model, no clock, no chance. The entry point is :func:`interpret`.
"""

from synthetic_soul.nlu.interpret import interpret
from synthetic_soul.nlu.safety.crisis import referral

__all__ = ["interpret", "referral"]
