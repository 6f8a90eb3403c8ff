"""What the process that owns the file remembers of it, in step with its commits.

A turn asks for the same few things again and again: the job, what waits beside it, the entry just
written, the words of the facts. All of it is bounded, and all words go when any are erased.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from synthetic_soul.caches import LRUCache

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from synthetic_soul.stores.base import Entry, JobRecord

JOBS: Final = 4096
ENTRIES: Final = 512
WORDS: Final = 4096


class Memory:
    """The latest jobs, entries and words, and every job that is queued."""

    def __init__(self, queued: Iterable[JobRecord] = ()) -> None:
        self._jobs: LRUCache[tuple[str, str], JobRecord] = LRUCache(JOBS)
        self._entries: LRUCache[tuple[str, int], Entry] = LRUCache(ENTRIES)
        self._words: LRUCache[tuple[str, str], str] = LRUCache(WORDS)
        self._queued: dict[tuple[str, str], dict[str, JobRecord]] = {}
        for job in queued:
            self.put_job(job)

    def job(self, agent: str, job: str) -> JobRecord | None:
        """A job as it stands after the last commit."""
        return self._jobs.get((agent, job))

    def put_job(self, job: JobRecord) -> None:
        """Remember how a job stands now."""
        self._jobs.put((job.agent, job.id), job)
        place = (job.agent, job.conversation)
        if job.status == "queued":
            self._queued.setdefault(place, {})[job.id] = job
        elif place in self._queued:
            self._queued[place].pop(job.id, None)
            if not self._queued[place]:
                del self._queued[place]

    def queued(self, agent: str, conversation: str) -> list[JobRecord]:
        """The conversation's jobs without an outcome, oldest first."""
        found = self._queued.get((agent, conversation), {})
        return sorted(found.values(), key=lambda job: (job.heard, job.id))

    def entries(self, agent: str, seqs: Sequence[int]) -> list[Entry] | None:
        """These entries in order, if all of them are remembered."""
        found = [entry for seq in sorted(seqs) if (entry := self._entries.get((agent, seq)))]
        return found if len(found) == len(seqs) else None

    def put_entry(self, entry: Entry) -> None:
        """Remember an entry with its words."""
        self._entries.put((entry.agent, entry.seq), entry)

    def words(self, agent: str, digests: Sequence[str]) -> dict[str, str] | None:
        """These texts, if all of them are remembered."""
        found = {
            digest: text
            for digest in digests
            if (text := self._words.get((agent, digest))) is not None
        }
        return found if len(found) == len(set(digests)) else None

    def put_words(self, agent: str, words: Iterable[tuple[str, str]]) -> None:
        """Remember texts by their digests."""
        for digest, text in words:
            self._words.put((agent, digest), text)

    def erase(self) -> None:
        """Remember no text: some have just been erased."""
        self._entries.clear()
        self._words.clear()
