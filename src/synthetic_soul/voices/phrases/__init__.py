"""The phrase book: what can be said, by key and manner. See ``table.py`` for the notation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from synthetic_soul.voices.phrases.asking import ASKING
from synthetic_soul.voices.phrases.care import CARE
from synthetic_soul.voices.phrases.following import FOLLOWING
from synthetic_soul.voices.phrases.greetings import GREETINGS
from synthetic_soul.voices.phrases.hearts import HEARTS
from synthetic_soul.voices.phrases.hurts import HURTS
from synthetic_soul.voices.phrases.joys import GOOD_NEWS
from synthetic_soul.voices.phrases.kindness import KINDNESS
from synthetic_soul.voices.phrases.learning import LEARNING
from synthetic_soul.voices.phrases.memories import MEMORIES
from synthetic_soul.voices.phrases.moods import MOODS
from synthetic_soul.voices.phrases.musings import MUSINGS
from synthetic_soul.voices.phrases.news import BAD_NEWS
from synthetic_soul.voices.phrases.selves import SELVES
from synthetic_soul.voices.phrases.table import Phrase, parse
from synthetic_soul.voices.phrases.talk import TALK

if TYPE_CHECKING:
    from collections.abc import Mapping

BOOK: Final[Mapping[str, tuple[Phrase, ...]]] = parse(
    GREETINGS, KINDNESS, HURTS, BAD_NEWS, HEARTS, GOOD_NEWS, CARE, MOODS, SELVES, MEMORIES,
    LEARNING, ASKING, TALK, FOLLOWING, MUSINGS,
)  # fmt: skip
"""Every phrase there is: key -> phrases."""

__all__ = ["BOOK", "Phrase"]
