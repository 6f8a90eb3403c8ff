"""What a cue asks for: its terms, the speaker it means, and the times it names."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from soulscript.text import stop_words, terms, words
from synthetic_soul.recall import dates

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

# Polite frames around a question, whose "you" and "me" say nothing about who said the answer.
_FRAMES: Final = re.compile(
    r"\b(?:(?:do|don|did|didn|can|could|will|would) )?you (?:still |even |ever |happen to )?"
    r"(?:remember|recall|know|tell|remind|think|guess|forget)(?: me| us)?\b"
    r"|\b(?:tell|told|telling|remind|ask|asked|show|showed|promise|promised) (?:me|you)\b"
    r"|\b(?:say|said|mention|mentioned|talk|talked|speak) (?:to|with) (?:me|you)\b"
    r"|\b(?:to|with|for) (?:me|you)$"
)
# Words about the talk, or of mere courtesy: no topic in a cue, though they may be one in a line.
_TALK: Final = """
remember recall remind say said tell told mention mentioned talk talked talking thing things nice
cool great awesome good fine sure sound sounds morning evening night lot bit
"""
_IDLE: Final = frozenset(_TALK.split())
# "What is my dog called?" and "a dog whose name is Rufus" say it in different words.
_NAMING: Final = frozenset({"call", "name"})
_MINE: Final = frozenset({"i", "me", "my", "mine", "myself", "im", "ive"})
_YOURS: Final = frozenset({"you", "your", "yours", "yourself", "u", "ur"})


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who is who in a chat: the speaker of the cue, and the one it is said to.

    ``asks`` and ``asked`` are speakers as in ``Line.speaker``, None if unknown ("I" and "you"
    then mean nobody). ``names`` maps further names to speakers, where those are ids.
    """

    asks: str | None = None
    asked: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue as read: stemmed terms in alphabetical order, the one speaker meant, time ranges."""

    terms: tuple[str, ...]
    speaker: str | None
    times: tuple[dates.Range, ...]


def read(
    text: str,
    *,
    speakers: Speakers,
    present: Collection[str],
    now: int | None,
    span: dates.Range,
) -> Cue:
    """Read a cue against the speakers that are ``present`` and the ``span`` of their lines."""
    plain, times = dates.named(" ".join(words(text)), now, span)
    plain = _FRAMES.sub(" ", plain)
    found = plain.split()
    owners = _owners(speakers, present)
    meant = sorted({owners[word] for word in found if word in owners})
    content = [word for word in found if word not in _IDLE]
    topic = terms(" ".join(word for word in content if word not in owners))
    asked = set(topic or terms(" ".join(content)))
    return Cue(
        terms=tuple(sorted(asked | (_NAMING if asked & _NAMING else set()))),
        speaker=_meant(meant, set(found), speakers),
        times=times,
    )


def _owners(speakers: Speakers, present: Collection[str]) -> dict[str, str]:
    """Return the speaker by each word of a name; words that two share count for neither."""
    owners: dict[str, str] = {}
    shared: set[str] = set()
    for name, speaker in [*((each, each) for each in present), *speakers.names.items()]:
        for word in words(name):
            if word not in stop_words() and owners.setdefault(word, speaker) != speaker:
                shared.add(word)
    return {word: speaker for word, speaker in owners.items() if word not in shared}


def _meant(named: list[str], found: set[str], speakers: Speakers) -> str | None:
    """Return the one speaker a cue is about: a name, else "I" or "you"; None if it is not one."""
    others = [name for name in named if name != speakers.asked]
    if others:
        return others[0] if len(others) == 1 else None
    mine = not found.isdisjoint(_MINE)
    yours = not found.isdisjoint(_YOURS)
    if mine != yours:
        return speakers.asks if mine else speakers.asked
    # "Luna, where is my hat?" addresses Luna; "what does Luna eat?" is about Luna.
    return speakers.asked if named and not mine else None
