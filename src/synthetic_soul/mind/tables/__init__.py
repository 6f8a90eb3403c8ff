"""Tables of emotions, traits and sentiments, one row per dimension, and of appraisal rules.

The mind's vectors, the views and the checks of what a model proposes derive from these rows. The
state is held in rich dimensions. A lite dimension is a reading of several rich ones; an impulse on
a lite sentiment moves its rich prototype (``appraisal.lift_sentiment``).
"""

from collections.abc import Mapping


def weights(**weights: float) -> Mapping[str, float]:
    """Return weights by name."""
    return weights


def names(text: str) -> tuple[str, ...]:
    """Return the names in a text, which are separated by spaces."""
    return tuple(text.split())
