"""What an agent can feel, be and hold towards somebody: one row per dimension.

The mind's vectors, the views, the checks of what a model proposes and the documentation derive
from these rows. The state is held in rich dimensions. A lite dimension is a reading of several
rich ones; a request in a lite word moves its rich prototype (``appraisal.lift_sentiment``).
"""

from collections.abc import Mapping


def weights(**weights: float) -> Mapping[str, float]:
    """Return weights by name."""
    return weights


def names(text: str) -> tuple[str, ...]:
    """Return the names in a text, which are separated by spaces."""
    return tuple(text.split())
