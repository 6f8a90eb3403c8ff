"""What an agent can recall of one conversation: its lines, what it made of them, what is hidden.

It is folded from the journal, entry by entry, and written to the store now and then, so that no
process reads a long conversation from its beginning again. In the store stand numbers, ids and
digests, but nobody's words: those of a line are read from its entry when it is recalled.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import structlog

from synthetic_soul import recall
from synthetic_soul.engine.state.conversation_ids import GROUP
from synthetic_soul.engine.state.conversation_memories import Memories
from synthetic_soul.engine.state.stored_vectors import StoredVectors
from synthetic_soul.errors import SoulError
from synthetic_soul.mind.events import (
    ConversationOpened,
    Event,
    FactForgotten,
    FragmentKept,
    MessageHeard,
    ReplySpoken,
    ThoughtHad,
)

if TYPE_CHECKING:
    from synthetic_soul.recall.corpus import Floats
    from synthetic_soul.stores.base import Entry, Store

log = structlog.get_logger(__name__)

ASKED: Final = "asked"
"""The cause of a ``FactForgotten`` that the person asked for."""
STEP: Final = 500
"""The entries that are read at once."""
SAVED_EVERY: Final = 64
"""The new lines after which an index is saved."""
HELD_LINES: Final = 2_048
"""The latest lines whose words stay in memory once the index is saved."""
_VERSION: Final = 1

Spoken = ConversationOpened | ReplySpoken


class Recollection:
    """The part of a conversation that lasts, with all entries up to ``seq`` folded in.

    ``hidden`` are the ids of lines and fragments that were forgotten, ``speakers`` all who ever
    spoke, ``forgot_at`` (ms) is when the person last asked to forget something (-1: never). Lines
    of those in ``erased`` are left out. ``saved_seq`` is the entry as of which it was saved last.
    """

    def __init__(self, agent: str, id: str, erased: Collection[str] = ()) -> None:
        self.agent: Final = agent
        self.id: Final = id
        self._erased = erased
        self.seq = 0
        self.index = recall.Index()
        self.memories = Memories()
        self.hidden: set[str] = set()
        self.speakers: set[str] = set()
        self.forgot_at = -1
        self._question = ("", 0)  # the last one of the agent, and its entry
        self.saved_seq = 0
        self._must_save = False
        self._vectors = StoredVectors(agent, id)
        self._must_forget_vectors = False
        self._is_saving = False
        # What answered a question that was forgotten, until it is indexed without it.
        self._without_caption: list[recall.Origin] = []

    @classmethod
    async def load(
        cls, store: Store, agent: str, id: str, erased: Collection[str] = ()
    ) -> Recollection:
        """Return what was saved last; an empty one where nothing that can be read was."""
        found = cls(agent, id, erased)
        empty = cls(agent, id, erased)
        stored = await store.indexes.read(agent, id)
        if stored is None:
            return empty
        found.saved_seq = empty.saved_seq = stored.seq
        try:
            head = json.loads(stored.head or b"{}")
            if head["version"] != _VERSION:
                return empty
            found.index = recall.Index.load(stored.parts, head["names"])
            await found._take(store, head)
        except (ValueError, KeyError, TypeError):  # removed or damaged: it is folded anew
            return empty
        found.seq = stored.seq
        return found

    async def _take(self, store: Store, head: Mapping[str, Any]) -> None:
        digests = [row["digest"] for row in head["memories"]]
        texts = await store.texts.read(self.agent, digests) if digests else {}
        self.memories = Memories.load(head["memories"], texts, head["hidden"])
        asked = await store.journal.entry(self.agent, head["asked"]) if head["asked"] else None
        for text in _spoken_texts(asked):
            self._question = (last_question(text), head["asked"])
        self.hidden = set(head["hidden"])
        self.speakers = set(head["speakers"])
        self.forgot_at = head["forgot_at"]

    @property
    def is_group(self) -> bool:
        """Whether several persons may speak here."""
        return self.id.startswith(GROUP)

    # -- folding -------------------------------------------------------------------------------

    async def catch_up(self, store: Store, upto: int, *, most: float = math.inf) -> None:
        """Fold the entries up to ``upto`` in, or about the next ``most`` of them."""
        while self.seq < upto and most > 0:
            entries = await store.journal.conversation(
                self.agent, self.id, after=self.seq, before=upto + 1, first=STEP
            )
            for entry in entries:
                self.apply(entry)
            most -= len(entries)
            if len(entries) < STEP:
                self.seq = max(self.seq, upto)

    def apply(self, entry: Entry) -> None:
        """Fold an entry in; one that is in it already changes nothing."""
        if entry.seq <= self.seq:
            return
        self.seq = entry.seq
        for event in entry.events:
            if getattr(event, "conversation", None) == self.id:
                self._apply(event, entry)

    def _apply(self, event: Event, entry: Entry) -> None:
        match event:
            case MessageHeard():
                if event.words.text is not None and event.person not in self._erased:
                    self.speakers.add(event.person)
                self._add(event, event.person, entry, *self._question)
                self._question = ("", 0)
            case ConversationOpened() | ReplySpoken() if event.id in self.hidden:
                self._question = ("", 0)
            case ConversationOpened() | ReplySpoken() if event.words.text:
                self._question = (last_question(event.words.text), entry.seq)
                # In a group they may hold words of anybody there. What says nothing would only
                # stand between what the person said before and after it.
                if not self.is_group and recall.terms(event.words.text):
                    self._add(event, self.agent, entry)
            case FactForgotten():
                if event.cause == ASKED:
                    self.forgot_at = entry.at
                self._hide(event.hidden)
            case FragmentKept():
                self.memories.apply(event, entry.at, entry.seq)
            case _:
                pass

    def _add(
        self,
        event: MessageHeard | Spoken,
        speaker: str,
        entry: Entry,
        question: str = "",
        asked: int = 0,
    ) -> None:
        text = event.words.text
        has_left = speaker in self._erased or event.words.owner in self._erased
        if text is None or has_left or event.id in self.hidden:
            return
        line = recall.Line(event.id, speaker, text, entry.at, caption=question)
        self.index.add(line, origin=entry.seq, caption_origin=asked if question else 0)

    def _hide(self, lines: Collection[str]) -> None:
        """Exclude lines and fragments, and what rests on them, from now on."""
        self.hidden.update(lines)
        self.memories.hide(lines)
        for line in lines:
            slot = self.index.slot(line)
            if slot is None:
                continue
            self._must_save = self._must_forget_vectors = True
            self._without_caption += self.index.captioned_by(self.index.origin(slot).of_line)
            self.index.remove(line)
        for origin in self._without_caption:
            self.index.remove_at(origin)

    async def restore(self, store: Store) -> None:
        """Find again what answered a question that was forgotten, without the question."""
        removed, self._without_caption = self._without_caption, []
        origins = [replace(origin, of_caption=0) for origin in removed]
        for origin, line in zip(origins, await self._read(store, origins), strict=True):
            if line is not None and line.id not in self.hidden:
                self.index.add(line, origin=origin.of_line)

    # -- saving --------------------------------------------------------------------------------

    async def save_if_due(self, store: Store) -> None:
        """Save the index if something was forgotten, or much was said, since it was saved last."""
        is_due = self._must_save or self._must_forget_vectors or self.index.unsaved >= SAVED_EVERY
        if not is_due or self._is_saving:
            return
        self._is_saving = True
        try:
            await self._forget_vectors(store)
            await self.save(store)
        except SoulError as error:  # what is not saved is folded anew
            log.warning("index_not_saved", agent=self.agent, error=type(error).__name__)
            self._mark_unsaved()
        finally:
            self._is_saving = False

    async def save(self, store: Store) -> None:
        """Write the index to the store, unless a later one is there or somebody in it has left."""
        if await self._has_left(store):
            return
        await self.restore(store)
        if await self._write(store):
            return
        # Another process has saved it: this one goes on from there, instead of writing all anew.
        other = await Recollection.load(store, self.agent, self.id, self._erased)
        upto = self.seq
        if 0 < other.seq <= upto:
            self._go_on_from(other)
            await self.catch_up(store, upto)
        elif other.saved_seq <= upto:
            self.saved_seq = other.saved_seq
            await self._write(store)

    def _go_on_from(self, other: Recollection) -> None:
        self.seq, self.saved_seq = other.seq, other.saved_seq
        self.index, self.memories = other.index, other.memories
        self.hidden, self.speakers = other.hidden, other.speakers
        self.forgot_at, self._question = other.forgot_at, other._question
        self._vectors = StoredVectors(self.agent, self.id)
        self._must_save, self._without_caption = False, []

    async def _has_left(self, store: Store) -> bool:
        """Return whether somebody in the index was erased."""
        for person in {*self.index.speaker_names} - {"", self.agent}:
            if await store.journal.person_erased(self.agent, person):
                return True
        return False

    async def _write(self, store: Store) -> bool:
        seq = self.seq
        self._must_save = False
        saved = await store.indexes.write(
            self.agent,
            self.id,
            expected=self.saved_seq,
            seq=seq,
            head=self._head(),
            parts=self.index.changed_parts(),
            count=self.index.part_count,
        )
        if saved:
            self.saved_seq = seq
            self.index.release(HELD_LINES)
        else:
            self._mark_unsaved()
        return saved

    def _mark_unsaved(self) -> None:
        self.index.mark_changed()
        self._must_save = True

    def _head(self) -> bytes:
        head = {
            "version": _VERSION,
            "names": list(self.index.speaker_names),
            "memories": self.memories.dump(),
            "hidden": sorted(self.hidden),
            "speakers": sorted(self.speakers),
            "forgot_at": self.forgot_at,
            "asked": self._question[1] if self._question[0] else 0,
        }
        return json.dumps(head, separators=(",", ":")).encode()

    # -- vectors -------------------------------------------------------------------------------

    async def load_vectors(self, store: Store, model: str) -> None:
        """Add the vectors that the store has of an embedding model, if there are new ones."""
        parts = await self._vectors.read(store, model)
        if parts is None:
            return
        try:
            self.index.take_vector_parts(parts)
        except ValueError:  # damaged: they are made anew
            self.index.mark_vectors_changed()

    def put_vectors(self, vectors: Mapping[recall.Origin, Floats | None], dims: int) -> int:
        """Set the vectors of lines, None for those that have none; return how many are set.

        What is not there any more gets none. All have ``dims`` numbers.
        """
        count = 0
        for origin, vector in vectors.items():
            if vector is None:
                self.index.put_no_vector(origin, dims)
            else:
                count += self.index.put_vector(origin, vector)
        return count

    async def save_vectors(self, store: Store, model: str) -> bool:
        """Write the vectors that are new; False where others have written, who must be read first.

        Nothing is written where somebody in the index has left.
        """
        if await self._has_left(store):
            return True
        return await self._vectors.write(store, model, self.index, self.seq)

    async def _forget_vectors(self, store: Store) -> None:
        if self._must_forget_vectors:
            self._must_forget_vectors = False
            try:
                await self._vectors.forget(store, self.index)
            except SoulError:
                self._must_forget_vectors = True
                raise

    # -- reading -------------------------------------------------------------------------------

    async def search(
        self,
        store: Store,
        cue: str,
        *,
        person: str,
        now: int,
        without: Collection[str],
        limit: int,
        names: Mapping[str, str] = MappingProxyType({}),
        vector: Floats | None = None,
    ) -> recall.Findings:
        """Return the lines that the cue of ``person`` brings back, best first.

        ``vector`` tells what the cue means, by the model whose vectors were loaded.
        """
        timeline = recall.Timeline(self.index)
        query = recall.read(
            cue,
            speakers=recall.Speakers(asks=person, asked=self.agent, names=names),
            present=timeline.present(),
            now=now,
            span=timeline.span,
        )
        unwanted = [slot for each in without if (slot := self.index.slot(each)) is not None]
        found = recall.candidates(
            self.index,
            query,
            without=unwanted,
            limit=max(limit, recall.LIMIT),
            timeline=timeline,
            vector=vector,
        )
        slots = [each.slot for each in found[: recall.reach(query, limit)]]
        lines = await self.lines(store, slots)
        return recall.rank(query, found, lines, k=limit)

    async def lines(self, store: Store, slots: Sequence[int]) -> dict[int, recall.Line]:
        """Return the lines in some slots of the index, but for those that are gone meanwhile."""
        lines = {slot: line for slot in slots if (line := self.index.held(slot)) is not None}
        origins = {slot: self.index.origin(slot) for slot in slots if slot not in lines}
        found = await self._read(store, [*origins.values()])
        lines |= {slot: line for slot, line in zip(origins, found, strict=True) if line is not None}
        return {slot: line for slot, line in lines.items() if line.id not in self.hidden}

    async def _read(
        self, store: Store, origins: Sequence[recall.Origin]
    ) -> list[recall.Line | None]:
        """Return lines that are not held, None for each that is gone."""
        seqs = {seq for each in origins for seq in (each.of_line, each.of_caption)}
        found = await store.journal.picked(self.agent, sorted(seqs - {0})) if origins else []
        entries = {entry.seq: entry for entry in found}
        return [self._line(entries, origin) for origin in origins]

    def _line(self, entries: Mapping[int, Entry], origin: recall.Origin) -> recall.Line | None:
        entry, asked = entries.get(origin.of_line), entries.get(origin.of_caption)
        questions = [last_question(text) for text in _spoken_texts(asked)]
        for event in entry.events if entry else ():
            if not isinstance(event, MessageHeard | Spoken) or not origin.is_of(event.id):
                continue
            speaker = event.person if isinstance(event, MessageHeard) else self.agent
            if entry and event.words.text is not None and speaker not in self._erased:
                caption = questions[-1] if questions else ""
                return recall.Line(event.id, speaker, event.words.text, entry.at, caption=caption)
        return None

    async def line(self, store: Store, id: str) -> recall.Line | None:
        """Return a line by its id, unless it was forgotten or erased."""
        slot = self.index.slot(id)
        return None if slot is None else (await self.lines(store, [slot])).get(slot)

    async def lines_of(self, store: Store, speaker: str) -> tuple[str, ...]:
        """Return the ids of a speaker's lines, oldest first."""
        lines = await self.lines(store, self.index.slots_of(speaker))
        return tuple(line.id for _, line in sorted(lines.items()))

    async def mentioning(self, store: Store, value: str) -> tuple[str, ...]:
        """Return the ids of the lines and fragments that contain ``value``."""
        pattern = mention(value)
        # What an index finds in scripts without spaces depends on what stands beside it.
        terms = recall.terms(value) if value.isascii() else []
        lines = await self.lines(store, self.index.slots_with(terms))
        found = sorted(line.id for line in lines.values() if pattern.search(line.text))
        return (*found, *self.memories.containing(pattern))

    async def digests_of(self, store: Store, lines: Collection[str]) -> list[str]:
        """Return the digests of fragments, memories and thoughts that rest on these lines."""
        if not lines:
            return []
        ids = set(lines)
        entries = await store.journal.conversation(self.agent, self.id, unspoken=True)
        found = (
            event.words.digest
            for entry in entries
            for event in entry.events
            if isinstance(event, FragmentKept | ThoughtHad)
            and event.conversation == self.id
            and not ids.isdisjoint(_rests_on(event))
        )
        return list(dict.fromkeys(found))


def _rests_on(event: FragmentKept | ThoughtHad) -> Iterable[str]:
    if isinstance(event, ThoughtHad):
        return event.sources
    return event.id, *event.sources, *event.parts


def _spoken_texts(entry: Entry | None) -> list[str]:
    events = entry.events if entry else ()
    return [event.words.text for event in events if isinstance(event, Spoken) and event.words.text]


def mention(value: str) -> re.Pattern[str]:
    """Return the pattern of a text that contains a value, as a word where its script has words."""
    # Scripts without spaces between words have no word boundaries to look for.
    before, after = (r"(?<!\w)", r"(?!\w)") if value.isascii() else ("", "")
    return re.compile(f"{before}{re.escape(value)}{after}", re.IGNORECASE)


def last_question(text: str) -> str:
    """Return the last sentence of a reply if it is a question, else ""."""
    ending = text.rstrip()
    if not ending.endswith("?"):
        return ""
    start = max(ending.rfind(mark, 0, -1) for mark in ".!?\n")
    return ending[start + 1 :].strip()
