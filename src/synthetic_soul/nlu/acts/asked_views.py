"""What the agent is asked to think of, say or do, in the person's own words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from synthetic_soul.nlu.resources import load
from synthetic_soul.nlu.text.sentences import MAX_SENTENCE_CHARS, split_sentences

_FILE: Final = load("asked_views")
_KINDS: Final = _FILE.table("kinds")
_FRAGMENTS: Final = _FILE.fragments()
_PATTERNS: Final = tuple(
    (kind, pattern)
    for kind in _KINDS
    for pattern in _KINDS.patterns(kind, _FRAGMENTS, flags=re.IGNORECASE)
)


@dataclass(frozen=True, slots=True)
class AskedView:
    """A question for a view: its ``kind``, a table of ``asked_views.toml``, and what it names.

    ``parts`` are in the person's words: "action" ("text her"), "clause", "whom", "who", "state".
    """

    kind: str
    parts: dict[str, str]


def asked_view(text: str) -> AskedView | None:
    """Return what the last sentence of a message asks for a view of, None where it asks none."""
    for sentence in reversed(split_sentences(text)):
        if len(sentence) > MAX_SENTENCE_CHARS:
            continue
        for kind, pattern in _PATTERNS:
            if match := pattern.search(sentence.strip()):
                return AskedView(kind, {k: v.strip() for k, v in match.groupdict().items() if v})
    return None
