"""A fact as it is found, before it is cleaned; and what the readers of facts share."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from synthetic_soul.nlu.text.regex import word_set
from synthetic_soul.nlu.text.vocabulary import TRADES


@dataclass(frozen=True, slots=True)
class Found:
    """A fact as found: the raw value, and what is said about its standing."""

    topic: str
    value: str
    certain: bool = True
    retracts: bool = False
    renews: bool = False
    """Said to be so now, in place of what was."""
    denied: bool = False
    """Said not to be so: no fact, but what follows on the same topic corrects."""


Reader = Callable[[re.Match[str]], Iterator[Found]]
"""Turns a match of a pattern into the facts it holds."""

NO_MORE = re.compile(r"\b(?:any ?more|any longer)\b[\s.!,]*$", re.IGNORECASE)
NOW = re.compile(r"[\s,]+(?:now|these days|nowadays|instead)[\s.!]*$", re.IGNORECASE)
_ROLES = word_set("owner cleaner director")


def is_trade(words: str) -> bool:
    """Whether "a pastry chef" names what somebody does for a living."""
    kept = re.split(r"\s(?:at|in|for|from|with|on|of|and|by)\s", words.lower(), maxsplit=1)[0]
    parts = [part.strip(".,;!?") for part in kept.split()]
    parts = parts[1:] if parts[:1] in (["a"], ["an"], ["the"]) else parts
    last = parts[-1] if parts else ""
    return bool(parts) and len(parts) <= 4 and (last in TRADES or last in _ROLES)  # noqa: PLR2004 - "a senior machine learning engineer" is as long as trades are called


def plain(topic: str) -> Reader:
    """Return a reader that takes the group ``value`` as it stands."""

    def read(match: re.Match[str]) -> Iterator[Found]:
        value = match["value"]
        if value.lower().startswith(("not ", "no ")):
            return
        yield Found(topic, NOW.sub("", value), renews=bool(NOW.search(value)))

    return read
