"""One conversation in memory: its last lines, and older ones indexed for recall.

A long conversation is not read whole before the first answer: its latest entries are read at
once, older ones in steps, backwards, after each turn. What was said is indexed for recall: by the
person, and in a private conversation by the agent, as a speaker of its own. A question of the agent
is indexed with the answer to it, so that "Ada" is found by "my sister".
"""

import re
from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from pydantic import JsonValue

from synthetic_soul import recall
from synthetic_soul.caches import LRUCache
from synthetic_soul.engine.state.conversation_memories import Memories
from synthetic_soul.engine.state.own_feelings import OwnFeelings
from synthetic_soul.mind.events import (
    ConversationOpened,
    Event,
    FactForgotten,
    FactLearned,
    FragmentKept,
    MessageHeard,
    MessageRetried,
    Outcome,
    Reflected,
    ReplySpoken,
    ThoughtHad,
    TraitsMoved,
)
from synthetic_soul.stores.base import Entry, Store
from synthetic_soul.voices.base import Line

FIRST_READ: Final = 1_000
"""Entries that are read before the first answer."""
READ_BACK: Final = 100
"""Older entries that are read after each turn."""
MAX_RECALLABLE_LINES: Final = 20_000
MAX_RECENT_LINES: Final = 64
MAX_REPLIES: Final = 40
MAX_CONVERSATIONS: Final = 1_024
GROUP: Final = "group:"
MAIN_GROUP: Final = f"{GROUP}main"
ASKED: Final = "asked"
"""The cause of a ``FactForgotten`` that the person asked for."""


def private_conversation(person: str) -> str:
    """Return the id of the conversation between an agent and one person."""
    return f"dm:{person}"


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
    """The content of one conversation, brought up to date by ``refresh``.

    ``erased`` are the persons who have left: nothing they said is read any more. ``feelings`` are
    those that its entries alone have moved, as far as read forwards (None: not kept).
    ``unanswered`` holds the ids of messages without an outcome, ``unreflected`` the persons' lines
    since the last reflection, and ``attempts`` what was tried with them; ``heard_at`` is the time
    of the last message, and ``forgot_at`` that of the last request to forget (-1: none), in
    milliseconds. ``said`` counts all lines. ``memories`` holds what is kept of it. ``fired_lore``
    is what the last reply recorded of lore that has gone in.
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
        self._erased = erased
        self._seq = 0
        self._oldest_seq = 0  # of the oldest entry read; 0 once there is none before it
        self._lines: deque[Line] = deque(maxlen=MAX_RECENT_LINES)
        self._heard = 0  # lines of persons, as far as read forwards
        self.said = 0
        self.fired_lore: Mapping[str, JsonValue] = {}
        self._replies: deque[str] = deque(maxlen=MAX_REPLIES)
        self.unreflected: list[Line] = []
        self.attempts = ReflectionAttempts()
        self.unanswered: set[str] = set()
        self.heard_at = 0
        self.forgot_at = -1
        self._speakers: set[str] = set()
        self._hidden: set[str] = set()
        self._sources: dict[str, list[str]] = {}
        self.memories: Final = Memories()
        self._index = recall.Index()
        self._question = ""

    @property
    def replies(self) -> tuple[str, ...]:
        """The agent's latest replies, newest first."""
        return tuple(self._replies)

    @property
    def own_lines(self) -> tuple[str, ...]:
        """The ids of the agent's lines that can be recalled, or are recent."""
        recent = [line.id for line in self._lines if line.mine]
        return tuple(dict.fromkeys([*self.lines_of(self.agent), *recent]))

    @property
    def is_whole(self) -> bool:
        """Whether all of it has been read, or as much as is ever indexed."""
        return self._oldest_seq == 0 or len(self._index) >= MAX_RECALLABLE_LINES

    def has_speaker(self, person: str) -> bool:
        """Return whether the person has spoken in the part that was read."""
        return person in self._speakers

    async def refresh(self, store: Store) -> None:
        """Read the entries that the journal has gained since last time."""
        after, last = (self._seq, None) if self._seq else (0, FIRST_READ)
        entries = await store.journal.conversation(self.agent, self.id, after=after, last=last)
        if last is not None and not self._seq and entries:
            self._oldest_seq = entries[0].seq if len(entries) == last else 0
        for entry in entries:
            if entry.seq > self._seq:
                self.apply(entry)

    async def read_back(self, store: Store) -> None:
        """Read the next entries before the oldest one that was read."""
        before = self._oldest_seq
        if self.is_whole:
            return
        entries = await store.journal.conversation(
            self.agent, self.id, before=before, last=READ_BACK
        )
        if self._oldest_seq == before:  # another task may have read it meanwhile
            self._oldest_seq = entries[0].seq if len(entries) == READ_BACK else 0
            self._apply_older(entries)

    async def read_whole(self, store: Store) -> None:
        """Read all of it; only for what needs every line."""
        while not self.is_whole:
            await self.read_back(store)

    def apply(self, entry: Entry) -> None:
        """Apply the next entry."""
        self._seq = entry.seq
        if self.feelings is not None:
            self.feelings.apply(entry)
        for event, at in self._events([entry]):
            self._apply(event, at)

    def _events(self, entries: Iterable[Entry]) -> Iterator[tuple[Event, int]]:
        """Yield the events of this conversation, and how it moved traits, with their times."""
        for entry in entries:
            for event in entry.events:
                is_ours = getattr(event, "conversation", None) == self.id
                if is_ours or (isinstance(event, TraitsMoved) and not self.is_group):
                    yield event, entry.at

    def _apply_older(self, entries: Sequence[Entry]) -> None:
        """Apply entries from before all that were read: for recall, and for forgetting."""
        question = ""
        for event, at in self._events(entries):
            match event:
                case MessageHeard():
                    self._speakers.add(event.person)
                    if event.words.text is not None and event.id not in self._hidden:
                        line = Line(event.id, event.person, event.words.text, at)
                        self._add_to_index(line, question)
                    question = ""
                case ConversationOpened() | ReplySpoken() if event.words.text:
                    question = last_question(event.words.text)
                    self._add_own_to_index(event.id, event.words.text, at)
                case FactLearned() if event.by:
                    self._sources.setdefault(event.id, []).append(event.by)
                case FactForgotten():
                    self._hide(event.hidden)
                case _:
                    pass
        # The newest first: the last version of a memory is the one that counts.
        for event, at in reversed([*self._events(entries)]):
            if isinstance(event, FragmentKept | ThoughtHad | TraitsMoved):
                self.memories.apply(event, at, older=True)

    def _apply(self, event: Event, at: int) -> None:
        if isinstance(event, Outcome):
            self.unanswered.difference_update(answer.message for answer in event.answers)
        match event:
            case MessageHeard():
                self._apply_message(event, at)
            case ConversationOpened() | ReplySpoken():
                self._apply_own_line(event, at)
            case FactLearned() if event.by:
                self._sources.setdefault(event.id, []).append(event.by)
            case MessageRetried():
                self.unanswered.add(event.id)
            case FactForgotten():
                if event.cause == ASKED:
                    self.forgot_at = at
                self._hide(event.hidden)
                self.unreflected = [x for x in self.unreflected if x.id not in self._hidden]
            case FragmentKept() | ThoughtHad() | TraitsMoved():
                self.memories.apply(event, at)
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
        self._question = last_question(text)
        self._add_own_to_index(event.id, text, at)

    def _apply_message(self, event: MessageHeard, at: int) -> None:
        self.heard_at = at
        self.said += 1
        self._speakers.add(event.person)
        self.unanswered.add(event.id)
        if event.words.text is None or event.person in self._erased:
            return
        self._heard += 1
        line = Line(event.id, event.person, event.words.text, at, number=self._heard)
        self._lines.append(line)
        self.unreflected.append(line)
        self._add_to_index(line, self._question)
        self._question = ""

    def _add_to_index(self, line: Line, question: str) -> None:
        if line.speaker not in self._erased:
            indexed = recall.Line(line.id, line.speaker, line.text, line.at, caption=question)
            self._index.add(indexed)

    def _add_own_to_index(self, id: str, text: str, at: int) -> None:
        # In a group they may hold words of anybody there. What says nothing would only stand
        # between what the person said before and after it.
        if not self.is_group and id not in self._hidden and recall.terms(text):
            self._index.add(recall.Line(id, self.agent, text, at))

    def _hide(self, lines: Collection[str]) -> None:
        """Exclude lines and fragments, and what rests on them, from now on."""
        self._hidden.update(lines)
        self.memories.hide(lines)
        for line in lines:
            self._index.remove(line)

    def hides(self, lines: Collection[str]) -> bool:
        """Return whether one of these lines was forgotten."""
        return not self._hidden.isdisjoint(lines)

    def observation_digests(self, lines: Collection[str]) -> list[str]:
        """Return the digests of fragments, memories and thoughts that rest on these lines."""
        return self.memories.digests(lines)

    def sources_of(self, fact: str) -> tuple[str, ...]:
        """Return the ids of the messages that stated a fact."""
        return tuple(self._sources.get(fact, ()))

    def lines_mentioning(self, value: str) -> tuple[str, ...]:
        """Return the ids of what contains ``value``: lines, the agent's own too, and fragments."""
        if not value:
            return ()
        # Scripts without spaces between words have no word boundaries to look for.
        before, after = (r"(?<!\w)", r"(?!\w)") if value.isascii() else ("", "")
        pattern = re.compile(f"{before}{re.escape(value)}{after}", re.IGNORECASE)
        indexed = sorted(line.id for line in self._index.lines() if pattern.search(line.text))
        own = [line.id for line in self._lines if line.mine and pattern.search(line.text)]
        return (*dict.fromkeys([*indexed, *own]), *self.memories.containing(pattern))

    def lines_of(self, person: str) -> tuple[str, ...]:
        """Return the ids of a speaker's recallable lines, oldest first."""
        lines = [line for line in self._index.lines() if line.speaker == person]
        return tuple(line.id for line in sorted(lines, key=lambda line: (line.at, line.id)))

    def recent_line(self, id: str) -> Line | None:
        """Return one of the recent lines by its id, also a hidden one."""
        return next((line for line in reversed(self._lines) if line.id == id), None)

    def recallable_line(self, id: str) -> Line | None:
        """Return a line by its id, unless it was forgotten or erased."""
        slot = self._index.slot(id)
        return None if slot is None else self._found(self._index.at(slot))

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
        return [x for x in self._lines if x.id not in without and x.id not in self._hidden]

    def recall(
        self,
        cue: str,
        *,
        person: str,
        now: int,
        without: Collection[str],
        limit: int,
        names: Mapping[str, str] = MappingProxyType({}),
    ) -> list[Line]:
        """Return older lines that the cue of ``person`` brings back, best first.

        ``names`` maps what people are called to the ids of speakers.
        """
        speakers = recall.Speakers(asks=person, asked=self.agent, names=names)
        found = recall.search(
            self._index, cue, k=limit, now=now, without=without, speakers=speakers
        )
        return [self._found(hit.line) for hit in found.hits]


def last_question(text: str) -> str:
    """Return the last sentence of a reply if it is a question, else ""."""
    ending = text.rstrip()
    if not ending.endswith("?"):
        return ""
    start = max(ending.rfind(mark, 0, -1) for mark in ".!?\n")
    return ending[start + 1 :].strip()


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

    def evict(self, agent: str, person: str | None) -> None:
        """Evict an agent's conversations in which an erased person took part; None: all."""
        if person is not None:
            self._erased.setdefault(agent, set()).add(person)
        for key, conversation in self._conversations.items():
            if key[0] == agent and (person is None or conversation.has_speaker(person)):
                self._conversations.pop(key)

    def cached(self) -> tuple[Conversation, ...]:
        """Return the conversations in the cache, the least recently used first."""
        return tuple(conversation for _, conversation in self._conversations.items())
