"""Does a journal still say what was written? Entries are checked as they stream by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul.stores import codec

if TYPE_CHECKING:
    from collections.abc import AsyncIterable, AsyncIterator

    from synthetic_soul.mind.events import Words
    from synthetic_soul.stores.base import Entry


@dataclass(frozen=True, slots=True)
class Verdict:
    """A journal that verifies: how many entries, the last hash, and how many texts are erased."""

    entries: int
    hash: str
    erased: int


async def verify(entries: AsyncIterable[Entry], *, last: tuple[int, str] | None = None) -> Verdict:
    """Check a whole journal from its first entry on.

    ``last`` is what ``Journal.last`` said before: with it a missing end is found, too.
    ``JournalBroken`` names the first bad entry and what is wrong with it.
    """
    seq, hash_, erased, agent = 0, "", 0, "?"
    async for entry in checked(entries):
        seq, hash_, agent = entry.seq, entry.hash, entry.agent
        erased += sum(words.text is None for words in _words(entry))
    if last is not None and seq < last[0]:
        raise codec.broken(agent, seq + 1, "it is missing")
    return Verdict(seq, hash_, erased)


async def checked(entries: AsyncIterable[Entry]) -> AsyncIterator[Entry]:
    """The same entries, each once it has passed; ``JournalBroken`` at the first that does not."""
    before: Entry | None = None
    async for entry in entries:
        fault = _fault(entry, before)
        if fault is not None:
            raise codec.broken(entry.agent, *fault)
        yield entry
        before = entry


def _fault(entry: Entry, before: Entry | None) -> tuple[int, str] | None:
    """The seq of the bad entry and what is wrong, if something is."""
    expected = 1 if before is None else before.seq + 1
    if entry.seq != expected:
        return expected, f"it is missing, entry {entry.seq} stands in its place"
    if before is not None and entry.at < before.at:
        return entry.seq, f"its time {entry.at} lies before the previous entry's {before.at}"
    if entry.previous != ("" if before is None else before.hash):
        return entry.seq, "it does not follow from the entry before it"
    if codec.chain(entry.previous, entry.body) != entry.hash:
        return entry.seq, "its content does not match its hash"
    for words in _words(entry):
        if not words.genuine():
            return entry.seq, f"the text with digest {words.digest[:12]}… is not the one written"
    return None


def _words(entry: Entry) -> list[Words]:
    return [
        getattr(event, place)
        for event in entry.events
        for place in codec.PLACES.get(event.kind, ())
    ]
