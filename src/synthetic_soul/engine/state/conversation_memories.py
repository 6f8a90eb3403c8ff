"""The memories of one private conversation, folded from its events.

A ``FragmentKept`` is a fragment, a note that the person left, or a memory: fragments consolidated.
A fragment is open until a memory names it among its parts. What is forgotten takes along every
fragment and memory that rests on it; the other parts of such a memory are open again.

What is kept depends on the events alone, so that every process and every replay has the same.
"""

import heapq
import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from soulscript.text import rarity, terms
from synthetic_soul.mind.events import FragmentKept

MAX_KEPT: Final = 256
"""Memories and open fragments about one person that are searched; the least important yield."""
_SPARE: Final = 32  # so many above it, the least important ones are let go together
_EVEN: Final = 1.5  # one of importance 1 counts five times as much as one of -1
_QUOTED: Final = re.compile(r"“([^”]+)”")
_MIN_KEPT_FOR_RARITY: Final = 30  # a few memories do not show which words are rare


@dataclass(frozen=True, slots=True)
class Kept:
    """A fragment, note or memory with its words.

    ``at`` is its time (ms), ``seqs`` are the entries of all its versions.

    Fields as in ``FragmentKept``; ``digest`` is that of its text, and ``terms`` are those by which
    it is found: of the words that it quotes, if it quotes any.
    """

    id: str
    type: Literal["observation", "reflection", "memory"]
    text: str
    digest: str
    at: int
    seqs: tuple[int, ...]
    importance: float
    valence: float
    sources: tuple[str, ...]
    parts: tuple[str, ...]
    trait: str
    terms: frozenset[str]

    @property
    def is_consolidated(self) -> bool:
        """Whether it was made of fragments."""
        return bool(self.parts)

    @property
    def is_note(self) -> bool:
        """Whether the person left it."""
        return self.type == "memory" and not self.parts

    @property
    def rank(self) -> tuple[float, int, str]:
        """A sort key: the more important is greater, of equals the more recent."""
        return self.importance, self.at, self.id

    def rests_on(self, ids: Collection[str]) -> bool:
        """Return whether it is, or rests on, one of these messages and fragments."""
        return any(each in ids for each in (self.id, *self.sources, *self.parts))


def kept(event: FragmentKept, text: str, at: int, seqs: tuple[int, ...]) -> Kept:
    """Return the content of an event whose words are still there."""
    return Kept(
        id=event.id,
        type=event.type,
        text=text,
        digest=event.words.digest,
        at=at,
        seqs=seqs,
        importance=event.importance,
        valence=event.valence,
        sources=event.sources,
        parts=event.parts,
        trait=event.trait,
        terms=subject_terms(text),
    )


def subject_terms(text: str) -> frozenset[str]:
    """Return the terms of what a text quotes, else of the whole text.

    The words around a quotation are the agent's: many memories share them.
    """
    return frozenset(terms(" ".join(_QUOTED.findall(text)) or text))


class Memories:
    """All that is kept about a conversation, as far as its entries were read."""

    def __init__(self) -> None:
        self._fragments: dict[str, Kept] = {}
        self._memories: dict[str, Kept] = {}
        self._memory_of: dict[str, str] = {}  # fragment -> the memory that it is a part of
        self._hidden: set[str] = set()
        self._live: tuple[Kept, ...] | None = None

    @property
    def live(self) -> tuple[Kept, ...]:
        """Memories, notes and open fragments, oldest first."""
        if self._live is None:
            found = [*self._memories.values(), *self._open()]
            self._live = tuple(sorted(found, key=lambda each: (each.at, each.id)))
        return self._live

    @property
    def open(self) -> tuple[Kept, ...]:
        """The fragments that no memory has taken in, oldest first; notes are none."""
        fragments = (each for each in self._open() if not each.is_note)
        return tuple(sorted(fragments, key=lambda each: (each.at, each.id)))

    def _open(self) -> Iterable[Kept]:
        return (each for each in self._fragments.values() if each.id not in self._memory_of)

    @property
    def texts(self) -> frozenset[str]:
        """The words of all fragments, parts of memories included."""
        return frozenset(each.text for each in self._fragments.values())

    def get(self, id: str) -> Kept | None:
        """Return a memory, note or fragment by its id; None once it has been let go."""
        return self._memories.get(id) or self._fragments.get(id)

    def parts_of(self, memory: Kept) -> tuple[Kept, ...]:
        """Return the fragments of a memory, in its order."""
        found = (self._fragments.get(part) for part in memory.parts)
        return tuple(part for part in found if part is not None)

    # -- folding -------------------------------------------------------------------------------

    def apply(self, event: FragmentKept, at: int, seq: int) -> None:
        """Take an event of the entry ``seq`` in."""
        if event.words.text is None:
            return
        earlier = self._memories.get(event.id)
        each = kept(event, event.words.text, at, (*(earlier.seqs if earlier else ()), seq))
        if each.rests_on(self._hidden):
            return
        self._live = None
        if not each.parts:
            self._fragments[each.id] = each
        else:
            self._release(each.id)
            self._memories[each.id] = each
            self._memory_of |= dict.fromkeys(each.parts, each.id)
        self._retain()

    def hide(self, ids: Collection[str]) -> None:
        """Exclude messages and fragments, and what rests on them, from now on."""
        self._hidden.update(ids)
        gone = [each for each in self._memories.values() if each.rests_on(ids)]
        for memory in gone:
            self._release(memory.id)
        left = {each.id: each for each in self._fragments.values() if not each.rests_on(ids)}
        if gone or len(left) < len(self._fragments):
            self._fragments, self._live = left, None

    def _release(self, id: str) -> None:
        """Remove a memory; its parts are open again."""
        memory = self._memories.pop(id, None)
        for part in memory.parts if memory else ():
            if self._memory_of.get(part) == id:
                del self._memory_of[part]

    def _retain(self) -> None:
        """Let the least important go where there are too many (Soulscript §4.2)."""
        if len(self.live) <= MAX_KEPT + _SPARE:
            return
        for each in heapq.nsmallest(len(self.live) - MAX_KEPT, self.live, key=_rank):
            self._memories.pop(each.id, None)
            for gone in (each.id, *each.parts):
                self._fragments.pop(gone, None)
        self._live = None

    # -- reading -------------------------------------------------------------------------------

    def dump(self) -> list[dict[str, Any]]:
        """Return what is kept as JSON, with digests in place of words."""
        every = [*self._fragments.values(), *self._memories.values()]
        return [
            {name: value for name, value in asdict(each).items() if name not in {"text", "terms"}}
            for each in every
        ]

    @classmethod
    def load(
        cls, dumped: Iterable[Mapping[str, Any]], texts: Mapping[str, str], hidden: Iterable[str]
    ) -> "Memories":
        """Return what was dumped, with the ``texts`` by digest that are still there."""
        memories = cls()
        memories._hidden.update(hidden)
        for row in dumped:
            text = texts.get(row["digest"])
            if text is None:
                continue
            lists = {name: tuple(row[name]) for name in ("sources", "parts", "seqs")}
            each = Kept(**{**row, **lists}, text=text, terms=subject_terms(text))
            if each.parts:
                memories._memories[each.id] = each
                memories._memory_of |= dict.fromkeys(each.parts, each.id)
            else:
                memories._fragments[each.id] = each
        return memories

    def containing(self, pattern: re.Pattern[str]) -> list[str]:
        """Return the ids of the fragments in whose words a pattern is found.

        Of a memory whose parts were not read, all of them.
        """
        found = [each.id for each in self._fragments.values() if pattern.search(each.text)]
        for memory in self._memories.values():
            if pattern.search(memory.text) and not any(
                part in self._fragments for part in memory.parts
            ):
                found += memory.parts
        return sorted(found)

    def ranked(self, text: str) -> list[Kept]:
        """Return what fits a text, best first; without a text all, the newest first."""
        if not text:
            return [*reversed(self.live)]
        return [each for each, _ in self.search(text, limit=len(self.live))]

    def search(
        self, text: str, *, limit: int, recalled: AbstractSet[str] = frozenset()
    ) -> list[tuple[Kept, tuple[str, ...]]]:
        """Return what fits a text, best first, each with the terms it shares with the text.

        The rarity of those terms is weighted by importance; what rests on one of the ``recalled``
        lines fits, too. Of equals the most recent comes first.
        """
        asked = frozenset(terms(text))
        near = [
            (each, shared)
            for each in self.live
            if (shared := asked & each.terms) or not recalled.isdisjoint(each.sources)
        ]
        holders = Counter(term for _, shared in near for term in shared)
        count = max(len(self.live), _MIN_KEPT_FOR_RARITY)
        weights = {term: rarity(number, count) for term, number in holders.items()}

        def rank(row: tuple[Kept, frozenset[str]]) -> tuple[float, int, str]:
            each, shared = row
            score = math.fsum(weights[term] for term in shared) * (_EVEN + each.importance)
            return score, each.at, each.id

        return [(each, tuple(sorted(shared))) for each, shared in heapq.nlargest(limit, near, rank)]


def _rank(each: Kept) -> tuple[float, int, str]:
    return each.rank
