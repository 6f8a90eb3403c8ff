"""One conversation in memory: its last lines, and its ``Recollection`` for all that came before.

Of a long conversation the latest entries alone are read, as the recollection was saved. Where it
was not, a few thousand entries are folded in before the first answer, and the others after it;
until then nothing is recalled, as what is to be hidden may not have been read.

What was said is indexed for recall: by the person, and in a private conversation by the agent, as a
speaker of its own. A question of the agent is indexed with the answer to it, so that "Ada" is found
by "my sister".
"""

import asyncio
from collections import deque
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pydantic import JsonValue

from synthetic_soul import recall
from synthetic_soul.caches import LRUCache
from synthetic_soul.engine.state.conversation_ids import GROUP
from synthetic_soul.engine.state.conversation_memories import Memories
from synthetic_soul.engine.state.own_feelings import OwnFeelings
from synthetic_soul.engine.state.recollection import ASKED, Recollection, mention
from synthetic_soul.engine.state.text_vectors import CUE_SECONDS, Meaning
from synthetic_soul.mind.events import (
    ConversationOpened,
    Event,
    FactForgotten,
    MessageHeard,
    MessageRetried,
    Outcome,
    Reflected,
    ReplySpoken,
)
from synthetic_soul.recall.corpus import Floats
from synthetic_soul.stores.base import Entry, Store
from synthetic_soul.voices.base import Line

LATEST: Final = 200
"""The latest entries, which are read when a conversation is opened."""
LATEST_OF_FEELINGS: Final = 1_000
"""The same, where they make the feelings that a conversation has of its own."""
FIRST_FOLDED: Final = 4_000
"""The entries that are folded into a recollection before the first answer, at most."""
UNDECIDED: Final = 0.5
"""The confidence in what was recalled, where it cannot be told."""
MAX_RECENT_LINES: Final = 64
MAX_REPLIES: Final = 40
MAX_CONVERSATIONS: Final = 1_024
SAVE_ATTEMPTS: Final = 5
"""How often vectors are written again, where another process was faster; the next pass goes on."""


@dataclass(slots=True)
class ReflectionAttempts:
    """Attempts to reflect on the lines since the last reflection that came to nothing.

    ``failed`` counts those that failed; ``last_at`` is the time of the last one that failed or was
    cancelled, in milliseconds (0: none).
    """

    failed: int = 0
    last_at: int = 0

    def note_failure(self, at: int) -> None:
        """Count a failed attempt."""
        self.failed, self.last_at = self.failed + 1, at


class Conversation:
    """One conversation between an agent and one person, or a group, as ``refresh`` read it.

    ``erased`` are the persons who have left: nothing they said is read any more. ``feelings`` are
    those that its entries alone have moved, as far as read (None: not kept).
    ``replies`` holds the agent's latest words, newest first. ``unreflected`` holds the lines
    since the last reflection; ``attempts`` those to reflect on them that came to nothing.
    ``unanswered`` holds the ids of messages without an outcome; ``heard_at`` is the time (ms) of
    the last message. ``said`` counts all lines. ``fired_lore`` is what the last reply recorded of
    lore that has gone in. ``past`` is what lasts. It ``is_in_use`` once somebody asked for it.
    """

    def __init__(
        self,
        agent: str,
        id: str,
        erased: Collection[str] = (),
        *,
        feelings: OwnFeelings | None = None,
    ) -> None:
        self.agent: Final = agent
        self.id: Final = id
        self.is_group: Final = id.startswith(GROUP)
        self.feelings: Final = feelings
        self.past = Recollection(agent, id, erased)
        self.is_in_use = False
        self._erased = erased
        self._opening = asyncio.Lock()
        self._seq = 0
        self._lines: deque[Line] = deque(maxlen=MAX_RECENT_LINES)
        self._heard = 0  # lines of persons, as far as read
        self.said = 0
        self.fired_lore: Mapping[str, JsonValue] = {}
        self._replies: deque[str] = deque(maxlen=MAX_REPLIES)
        self.unreflected: list[Line] = []
        self.attempts = ReflectionAttempts()
        self.unanswered: set[str] = set()
        self.heard_at = 0
        # As far as they are in what was read here.
        self._hidden: set[str] = set()
        self._forgot_at = -1

    @property
    def replies(self) -> tuple[str, ...]:
        """The agent's latest replies, newest first."""
        return tuple(self._replies)

    @property
    def memories(self) -> Memories:
        """What is kept of it."""
        return self.past.memories

    @property
    def forgot_at(self) -> int:
        """When the person last asked to forget something (ms); -1: never."""
        return max(self.past.forgot_at, self._forgot_at)

    @property
    def is_whole(self) -> bool:
        """Whether the recollection holds all that was read."""
        return self.past.seq >= self._seq

    def has_speaker(self, person: str) -> bool:
        """Return whether the person has spoken in what the recollection holds."""
        return person in self.past.speakers or any(x.speaker == person for x in self._lines)

    # -- reading -------------------------------------------------------------------------------

    async def refresh(self, store: Store) -> None:
        """Read the entries that the journal has gained since last time."""
        async with self._opening:
            if not self._seq:
                await self._open(store)
                return
        entries = await store.journal.conversation(self.agent, self.id, after=self._seq)
        for entry in entries:
            self.apply(entry)

    async def _open(self, store: Store) -> None:
        """Read what was saved, and the latest entries."""
        past = await Recollection.load(store, self.agent, self.id, self._erased)
        latest = LATEST if self.feelings is None else LATEST_OF_FEELINGS
        entries = await store.journal.conversation(self.agent, self.id, last=latest)
        if not entries:
            return
        if len(entries) < latest:
            past.seq = max(past.seq, entries[0].seq - 1)
        await past.catch_up(store, entries[0].seq - 1, most=FIRST_FOLDED)
        is_whole = past.seq >= entries[0].seq - 1
        self.past = past
        for entry in entries:
            self._apply_latest(entry)
            if is_whole:
                past.apply(entry)
        self._drop_hidden()

    def _drop_hidden(self) -> None:
        self.unreflected = [line for line in self.unreflected if not self.hides([line.id])]

    async def read_whole(self, store: Store) -> None:
        """Fold into the recollection what was read."""
        await self.past.catch_up(store, self._seq)

    async def keep_up(self, store: Store) -> None:
        """Read what the last turn recorded, complete the recollection, and save it if due."""
        await self.refresh(store)
        while not self.is_whole:
            await self.past.catch_up(store, self._seq, most=FIRST_FOLDED)
            await self.past.save_if_due(store)
        await self.past.restore(store)
        await self.past.save_if_due(store)

    def apply(self, entry: Entry) -> None:
        """Apply the next entry; one that was applied already changes nothing."""
        if entry.seq <= self._seq:
            return
        is_whole = self.is_whole
        self._apply_latest(entry)
        if is_whole:
            self.past.apply(entry)
        if any(isinstance(event, FactForgotten) for event in entry.events):
            self._drop_hidden()

    def _apply_latest(self, entry: Entry) -> None:
        self._seq = entry.seq
        if self.feelings is not None:
            self.feelings.apply(entry)
        for event in entry.events:
            if getattr(event, "conversation", None) == self.id:
                self._apply(event, entry.at)

    def _apply(self, event: Event, at: int) -> None:
        if isinstance(event, Outcome):
            self.unanswered.difference_update(answer.message for answer in event.answers)
        match event:
            case MessageHeard():
                self._apply_message(event, at)
            case ConversationOpened() | ReplySpoken():
                self._apply_own_line(event, at)
            case MessageRetried():
                self.unanswered.add(event.id)
            case FactForgotten():
                self._hidden.update(event.hidden)
                self._forgot_at = at if event.cause == ASKED else self._forgot_at
            case Reflected():
                self.unreflected = lines_after(self.unreflected, event.upto)
                self.attempts = ReflectionAttempts()
            case _:
                pass

    def _apply_own_line(self, event: ConversationOpened | ReplySpoken, at: int) -> None:
        text = event.words.text
        # Two first messages at one moment may have recorded the opening twice.
        is_repeated = isinstance(event, ConversationOpened) and self.recent_line(event.id)
        self.said += not is_repeated
        if isinstance(event, ReplySpoken):
            self.fired_lore = event.fired_lore
            # Of a long conversation, the beginning is not read.
            self.said = event.said or self.said
        if not text or is_repeated or event.words.owner in self._erased:
            return
        self._lines.append(Line(event.id, "", text, at, mine=True, number=self._heard))
        self._replies.appendleft(text)

    def _apply_message(self, event: MessageHeard, at: int) -> None:
        self.heard_at = at
        self.said += 1
        self.unanswered.add(event.id)
        if event.words.text is None or event.person in self._erased:
            return
        self._heard += 1
        line = Line(event.id, event.person, event.words.text, at, number=self._heard)
        self._lines.append(line)
        self.unreflected.append(line)

    # -- what is hidden ------------------------------------------------------------------------

    def hides(self, lines: Collection[str]) -> bool:
        """Return whether one of these lines was forgotten."""
        return not (self.past.hidden.isdisjoint(lines) and self._hidden.isdisjoint(lines))

    async def observation_digests(self, store: Store, lines: Collection[str]) -> list[str]:
        """Return the digests of fragments, memories and thoughts that rest on these lines."""
        return await self.past.digests_of(store, lines)

    async def lines_mentioning(self, store: Store, value: str) -> tuple[str, ...]:
        """Return the ids of what contains ``value``: lines, the agent's own too, and fragments."""
        if not value:
            return ()
        await self.read_whole(store)
        pattern = mention(value)
        own = [line.id for line in self._lines if line.mine and pattern.search(line.text)]
        return tuple(dict.fromkeys([*await self.past.mentioning(store, value), *own]))

    async def lines_of(self, store: Store, person: str) -> tuple[str, ...]:
        """Return the ids of a speaker's recallable lines, oldest first."""
        await self.read_whole(store)
        return await self.past.lines_of(store, person)

    async def own_lines(self, store: Store) -> tuple[str, ...]:
        """Return the ids of the agent's lines that can be recalled, or are recent."""
        recent = [line.id for line in self._lines if line.mine]
        return tuple(dict.fromkeys([*await self.lines_of(store, self.agent), *recent]))

    # -- lines ---------------------------------------------------------------------------------

    def recent_line(self, id: str) -> Line | None:
        """Return one of the recent lines by its id, also a hidden one."""
        return next((line for line in reversed(self._lines) if line.id == id), None)

    async def recallable_line(self, store: Store, id: str) -> Line | None:
        """Return a line by its id, unless it was forgotten or erased."""
        line = await self.past.line(store, id)
        return self._found(line) if line else None

    def _found(self, line: recall.Line) -> Line:
        is_mine = line.speaker == self.agent
        return Line(line.id, "" if is_mine else line.speaker, line.text, line.at, mine=is_mine)

    def recent_lines_of(self, person: str, limit: int, *, without: Collection[str]) -> list[Line]:
        """Return a person's last ``limit`` lines, oldest first, but for those named or hidden."""
        lines = self._shown(without)
        return [line for line in lines if not line.mine and line.speaker == person][-limit:]

    def recent_lines(self, limit: int, *, without: Collection[str]) -> list[Line]:
        """Return the last ``limit`` lines, oldest first, but for those named or hidden."""
        return self._shown(without)[-limit:]

    def _shown(self, without: Collection[str]) -> list[Line]:
        return [x for x in self._lines if x.id not in without and not self.hides([x.id])]

    async def recall(
        self,
        store: Store,
        cue: str,
        *,
        person: str,
        now: int,
        without: Collection[str],
        limit: int,
        names: Mapping[str, str] = MappingProxyType({}),
        meaning: Meaning | None = None,
    ) -> tuple[list[Line], float]:
        """Return older lines that the cue of ``person`` brings back, best first.

        And how sure it is, from 0 to 1, that they answer it. ``names`` maps what people are called
        to the ids of speakers. ``meaning`` finds lines that share no word with the cue.
        """
        vector = await self._vector_of(store, cue, meaning) if meaning else None
        if not self.is_whole:
            return [], UNDECIDED
        found = await self.past.search(
            store,
            cue,
            person=person,
            now=now,
            without=without,
            limit=limit,
            names=names,
            vector=vector,
        )
        return [self._found(hit.line) for hit in found.hits], found.confidence

    async def _vector_of(self, store: Store, cue: str, meaning: Meaning) -> Floats | None:
        """Return the vector of a cue, if it comes soon, and lines have vectors to compare."""
        if not self.is_whole:
            return None
        if self.past.index.vectors is None:
            with suppress(TimeoutError):  # then the next pass in the background loads them
                async with asyncio.timeout(CUE_SECONDS):
                    await self.past.load_vectors(store, meaning.name)
        if self.past.index.vectors is None:
            return None
        vector = await meaning.of_cue(cue)
        vectors = self.past.index.vectors
        if vector is not None and vectors is not None and len(vector) != vectors.dims:
            self.past.index.drop_vectors()  # by what was another model; they are made anew
        return vector

    async def save_vectors(self, store: Store, model: str) -> None:
        """Save the lines' new vectors, beside those that other processes have saved."""
        for _ in range(SAVE_ATTEMPTS):
            await self.past.load_vectors(store, model)
            # After that, so that nothing forgotten is written: see ``stored_vectors``.
            await self.refresh(store)
            if await self.past.save_vectors(store, model):
                return


def lines_after(lines: list[Line], last: str) -> list[Line]:
    """Return the lines after the one with the id ``last``; all if it is not among them."""
    for place, line in enumerate(lines):
        if line.id == last:
            return lines[place + 1 :]
    return lines


class ConversationCache:
    """The conversations that a process keeps; the least recently used one is evicted.

    ``private``: each keeps the feelings that it alone has moved.
    """

    def __init__(self, store: Store, *, private: bool = False) -> None:
        self._private = private
        self._store = store
        self._conversations: LRUCache[tuple[str, str], Conversation] = LRUCache(MAX_CONVERSATIONS)
        self._erased: dict[str, set[str]] = {}

    async def get(self, agent: str, id: str) -> Conversation:
        """Return the conversation, up to date."""
        conversation = await self.open(agent, id)
        conversation.is_in_use = True
        return conversation

    async def open(self, agent: str, id: str) -> Conversation:
        """Read a conversation ahead, so that it is there when somebody asks for it."""
        key = (agent, id)
        conversation = self._conversations.get(key)
        if conversation is None:
            erased = self._erased.setdefault(agent, set())
            feelings = OwnFeelings() if self._private else None
            conversation = Conversation(agent, id, erased, feelings=feelings)
            self._conversations.put(key, conversation)
        await conversation.refresh(self._store)
        return conversation

    async def get_whole(self, agent: str, id: str) -> Conversation:
        """Return the conversation with every line read."""
        conversation = await self.get(agent, id)
        await conversation.read_whole(self._store)
        return conversation

    async def keep_up(self, agent: str, id: str) -> None:
        """Save a conversation in which something was forgotten."""
        await (await self.get(agent, id)).keep_up(self._store)

    def evict(self, agent: str, person: str | None) -> None:
        """Evict an agent's conversations in which an erased person took part; None: all."""
        if person is not None:
            self._erased.setdefault(agent, set()).add(person)
        for key, conversation in self._conversations.items():
            if key[0] == agent and (person is None or conversation.has_speaker(person)):
                self._conversations.pop(key)

    def cached(self) -> tuple[Conversation, ...]:
        """Return the conversations that were asked for, the least recently used first."""
        return tuple(each for _, each in self._conversations.items() if each.is_in_use)
