"""What a cue asks for: its terms, the speaker it means, and the times it names."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from typing import Final

from soulscript.text import folded, stop_words, terms, words
from synthetic_soul.recall.dates import Range, named_times
from synthetic_soul.recall.flags import kinds
from synthetic_soul.toml_tables import read_table

# Polite frames around a question: their "you" and "me" do not tell who said the answer.
_FRAMES: Final = re.compile(
    r"\b(?:(?:do|don|did|didn|can|could|will|would) )?you (?:still |even |ever |happen to )?"
    r"(?:remember|recall|know|tell|remind|think|guess|forget)(?: me| us)?\b"
    r"|\b(?:tell|told|telling|remind|ask|asked|show|showed|promise|promised) (?:me|you)\b"
    r"|\b(?:say|said|mention|mentioned|talk|talked|speak) (?:to|with) (?:me|you)\b"
    r"|\b(?:do|did|would|could|can) you (?:recommend|suggest|advise)\b"
    r"|\b(?:to|with|for) (?:me|you)$"
)
# "What is my dog called?" and "a dog whose name is Rufus" mean the same with different words.
_NAMING: Final = frozenset({"call", "name"})
_FIRST_PERSON: Final = frozenset({"i", "me", "my", "mine", "myself", "im", "ive"})
_SECOND_PERSON: Final = frozenset({"you", "your", "yours", "yourself", "u", "ur"})


@dataclass(frozen=True, slots=True)
class Speakers:
    """The speaker of the cue, and the one who is addressed.

    ``asks`` and ``asked`` are speakers as in ``Line.speaker``, None if unknown ("I" and "you"
    then mean nobody). ``names`` maps further names to speakers, where those are ids.
    """

    asks: str | None = None
    asked: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cue:
    """A cue as read: stemmed terms in alphabetical order, the one speaker meant, time ranges.

    The postings of ``terms`` are all that a search looks up. ``kinds`` are those of
    ``data/kinds.toml``: what the cue asks for. ``phrases`` are pairs of terms that stand side by
    side in it.
    """

    terms: tuple[str, ...]
    speaker: str | None
    times: tuple[Range, ...]
    kinds: frozenset[str] = frozenset()
    phrases: frozenset[tuple[str, str]] = frozenset()


def read(
    text: str, *, speakers: Speakers, present: Collection[str], now: int | None, span: Range
) -> Cue:
    """Read a cue against the speakers that are ``present`` and the ``span`` of their lines."""
    plain, times = named_times(" ".join(words(text)), now, span)
    cue_words = _FRAMES.sub(" ", plain).split()
    owners = _owners(speakers, present)
    named = sorted({owners[word] for word in cue_words if word in owners})
    asked_for = _asked_for(folded(text).strip())
    no_topic = _no_topic("overview" if "overview" in asked_for else "talk")
    content = [word for word in cue_words if word not in no_topic]
    topic = terms(" ".join(word for word in content if word not in owners))
    topic = topic or terms(" ".join(content))
    phrases = frozenset(pairwise(topic))
    cue_terms = set(topic)
    if cue_terms & _NAMING:
        cue_terms |= _NAMING
    meant = _meant(named, set(cue_words), speakers)
    return Cue(tuple(sorted(cue_terms)), meant, times, asked_for, phrases)


def _asked_for(plain: str) -> frozenset[str]:
    found = frozenset(kind for kind, pattern in kinds("cues").items() if pattern.search(plain))
    # Who asks for a summary, asks for no advice.
    return found - {"request"} if "overview" in found else found


@cache
def _no_topic(kind: str) -> frozenset[str]:
    """Return the words that are no topic in a cue of this kind, though perhaps in a line."""
    table: Mapping[str, list[str]] = read_table(__package__, "kinds")["no_topic"]
    return frozenset(table["talk"]).union(table[kind])


def _owners(speakers: Speakers, present: Collection[str]) -> dict[str, str]:
    """Map each word of a name to its speaker, without words that two speakers share."""
    owners: dict[str, str] = {}
    shared: set[str] = set()
    for name, speaker in [*((each, each) for each in present), *speakers.names.items()]:
        for word in words(name):
            if word not in stop_words() and owners.setdefault(word, speaker) != speaker:
                shared.add(word)
    return {word: speaker for word, speaker in owners.items() if word not in shared}


def _meant(named: list[str], cue_words: set[str], speakers: Speakers) -> str | None:
    """Return the one speaker a cue is about: by name, else by "I" or "you"; None if not one."""
    others = [name for name in named if name != speakers.asked]
    if others:
        return others[0] if len(others) == 1 else None
    about_asker = not cue_words.isdisjoint(_FIRST_PERSON)
    about_asked = not cue_words.isdisjoint(_SECOND_PERSON)
    if about_asker != about_asked:
        return speakers.asks if about_asker else speakers.asked
    # "Luna, where is my hat?" addresses Luna; "what does Luna eat?" is about Luna.
    return speakers.asked if named and not about_asker else None
