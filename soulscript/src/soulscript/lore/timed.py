"""Entries that stay in for some messages, or stay out for some after they went in."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from soulscript.lore.chat import Fired, Span
from soulscript.lore.entries import LoreEntry


class TimedEffects:
    """What an earlier activation leaves for this one, and what this one leaves for the next.

    Times count messages of the chat. An effect that began at the message of now, or later, began
    in an answer that was taken back: it does not hold, but for one that began as another ended.
    """

    def __init__(
        self, entries: Iterable[LoreEntry], earlier: Mapping[str, Fired], now: int
    ) -> None:
        """``now`` is how many messages there are."""
        self._now = now
        self._entries = {entry.id: entry for entry in entries}
        self._records = {
            key: record for key, record in earlier.items() if record.first < now or record.cooldown
        }
        for key, entry in self._entries.items():
            if key in self._records:
                self._records[key] = self._current(entry, self._records[key])

    def _current(self, entry: LoreEntry, record: Fired) -> Fired:
        """Return a record without what does not hold now."""
        if not record.sticky and not record.cooldown:
            return record
        if record.version != entry.version:
            return replace(record, sticky=None, cooldown=None)
        sticky = self._advanced(record.sticky if entry.sticky else None)
        cooldown = self._advanced(record.cooldown if entry.cooldown else None)
        if sticky is not None and self._now >= sticky.end:
            sticky = None
            if entry.cooldown:
                cooldown = Span(self._now, self._now + entry.cooldown, is_protected=True)
        if cooldown is not None and self._now >= cooldown.end:
            cooldown = None
        return replace(record, sticky=sticky, cooldown=cooldown)

    def _advanced(self, span: Span | None) -> Span | None:
        if span is None or (self._now <= span.start and not span.is_protected):
            return None
        return span

    def is_sticky(self, entry: LoreEntry) -> bool:
        """Return whether an entry stays in."""
        record = self._records.get(entry.id)
        return record is not None and record.sticky is not None

    def cools_down(self, entry: LoreEntry) -> bool:
        """Return whether an entry stays out because it was in."""
        record = self._records.get(entry.id)
        return record is not None and record.cooldown is not None

    def is_delayed(self, entry: LoreEntry) -> bool:
        """Return whether the chat is too short for an entry."""
        return self._now < entry.delay

    def went_in(self, entry: LoreEntry) -> bool:
        """Return whether an entry went in at an earlier message."""
        record = self._records.get(entry.id)
        return record is not None and record.first < self._now

    def after(self, chosen: Iterable[LoreEntry]) -> dict[str, Fired]:
        """Return the records with those of the entries that went in now."""
        records = dict(self._records)
        for entry in chosen:
            records[entry.id] = self._fired(entry, records.get(entry.id))
        return records

    def _fired(self, entry: LoreEntry, record: Fired | None) -> Fired:
        now = self._now
        if record is None or record.first >= now:
            record = Fired(now, now, 0, cooldown=record.cooldown if record else None)
        times = record.times + (record.last < now or not record.times)
        sticky, cooldown = record.sticky, record.cooldown
        if entry.sticky and sticky is None:
            sticky = Span(now, now + entry.sticky)
        if entry.cooldown and cooldown is None:
            cooldown = Span(now, now + entry.cooldown)
        version = entry.version if sticky or cooldown else ""  # it takes a while to compute
        return replace(
            record, last=now, times=times, version=version, sticky=sticky, cooldown=cooldown
        )
