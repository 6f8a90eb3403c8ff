"""One conversation as the agent has it in mind: its last lines, and all of it for recall.

Only what persons said is kept for recall, never the agent's own lines; a question the agent had
just asked is kept beside the answer to it, so that "Ada" is found by "my sister".
"""

from __future__ import annotations

import re
from collections import OrderedDict, deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from synthetic_soul import recall
from synthetic_soul.mind.events import (
    FactForgotten,
    FactLearned,
    FragmentKept,
    MessageHeard,
    MessageRetried,
    Outcome,
    Reflected,
    ReplySpoken,
)
from synthetic_soul.voices.base import Line

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.base import Entry, Store

LINES_KEPT = 64
REPLIES_KEPT = 40
NOTES_KEPT = 6
CONVERSATIONS_KEPT = 1024
GROUP = "group:"
ASKED = "asked"


def dm(person: str) -> str:
    """The id of the conversation between an agent and one person."""
    return f"dm:{person}"


def group(name: str = "main") -> str:
    """The id of a group's conversation."""
    return GROUP + name


@dataclass(frozen=True, slots=True)
class Note:
    """What was observed of some lines; ``digest`` is that of its words."""

    text: str
    digest: str
    sources: tuple[str, ...]


class Conversation:
    """What was said in ``id``, kept in step with the journal by ``refresh``."""

    def __init__(self, agent: str, id: str) -> None:
        self.agent, self.id = agent, id
        self.group = id.startswith(GROUP)
        self.seq = 0
        self.lines: deque[Line] = deque(maxlen=LINES_KEPT)
        self.said: deque[str] = deque(maxlen=REPLIES_KEPT)
        self.unreflected: list[Line] = []
        self.waiting: set[str] = set()
        self.heard_at = 0
        self.forgot_at = -1
        self.persons: set[str] = set()
        self._hidden: set[str] = set()
        self._told: dict[str, list[str]] = {}
        self._notes: list[Note] = []
        self._index = recall.Index()
        self._question = ""

    async def refresh(self, store: Store) -> None:
        """Take in what the journal has of this conversation since last time."""
        for entry in await store.conversation(self.agent, self.id, after=self.seq):
            if entry.seq > self.seq:
                self.take(entry)

    def take(self, entry: Entry) -> None:
        """Take in one entry."""
        self.seq = entry.seq
        for event in entry.events:
            if getattr(event, "conversation", None) == self.id:
                self._take(event, entry.at)

    @property
    def noted(self) -> list[str]:
        """The latest notes, oldest first."""
        return [note.text for note in self._notes[-NOTES_KEPT:]]

    def _take(self, event: Event, at: int) -> None:
        if isinstance(event, Outcome):
            self.waiting.difference_update(answer.message for answer in event.answers)
        match event:
            case MessageHeard():
                self._heard(event, at)
            case ReplySpoken() if event.words.text:
                self.lines.append(Line(event.id, "", event.words.text, at, mine=True))
                self.said.appendleft(event.words.text)
                self._question = last_question(event.words.text)
            case FactLearned() if event.by:
                self._told.setdefault(event.id, []).append(event.by)
            case MessageRetried():
                self.waiting.add(event.id)
            case FactForgotten():
                self._forgotten(event, at)
            case FragmentKept() if event.words.text and not self.hides(event.sources):
                self._notes.append(Note(event.words.text, event.words.digest, event.sources))
            case Reflected():
                self.unreflected = after_line(self.unreflected, event.upto)
            case _:
                pass

    def _heard(self, event: MessageHeard, at: int) -> None:
        self.heard_at = at
        self.persons.add(event.person)
        self.waiting.add(event.id)
        if event.words.text is None:
            return
        line = Line(event.id, event.person, event.words.text, at)
        self.lines.append(line)
        self.unreflected.append(line)
        self._index.add(
            recall.Line(
                id=line.id, speaker=line.speaker, text=line.text, at=at, caption=self._question
            )
        )
        self._question = ""

    def _forgotten(self, event: FactForgotten, at: int) -> None:
        """Bring what told a forgotten fact back no more, nor what was noted of it."""
        if event.cause == ASKED:
            self.forgot_at = at
        self._hidden.update(event.hidden)
        self._notes = [note for note in self._notes if not self.hides(note.sources)]
        self.unreflected = [line for line in self.unreflected if line.id not in self._hidden]
        for line in event.hidden:
            self._index.remove(line)

    def hides(self, lines: Collection[str]) -> bool:
        """Whether one of these lines must not be brought back."""
        return not self._hidden.isdisjoint(lines)

    def noted_of(self, lines: Collection[str]) -> list[str]:
        """The digests of all notes that rest on one of these lines."""
        return [note.digest for note in self._notes if not set(lines).isdisjoint(note.sources)]

    def telling(self, fact: str) -> tuple[str, ...]:
        """The ids of the messages that told a fact."""
        return tuple(self._told.get(fact, ()))

    def mentions(self, value: str) -> tuple[str, ...]:
        """The ids of the lines that name ``value``: persons', and the agent's own at hand."""
        if not value:
            return ()
        # Scripts without spaces between words have no edges to look for.
        before, after = (r"(?<!\w)", r"(?!\w)") if value.isascii() else ("", "")
        wanted = re.compile(f"{before}{re.escape(value)}{after}", re.IGNORECASE)
        persons = sorted(line.id for line in self._index.lines() if wanted.search(line.text))
        own = [line.id for line in self.lines if line.mine and wanted.search(line.text)]
        return (*persons, *own)

    def said_by(self, person: str) -> tuple[str, ...]:
        """The ids of all that a person said here, as far as it is recalled, oldest first."""
        lines = [line for line in self._index.lines() if line.speaker == person]
        return tuple(line.id for line in sorted(lines, key=lambda line: (line.at, line.id)))

    def find(self, message: str) -> Line | None:
        """A person's line by its id, if it may still be brought back."""
        slot = self._index.slot(message)
        if slot is None:
            return None
        found = self._index.at(slot)
        return Line(found.id, found.speaker, found.text, found.at)

    def earlier(self, person: str, limit: int, *, without: Collection[str]) -> list[Line]:
        """The last ``limit`` lines of one person, oldest first, but for those named or hidden."""
        theirs = [
            line
            for line in self.lines
            if not line.mine
            and line.speaker == person
            and line.id not in without
            and line.id not in self._hidden
        ]
        return theirs[-limit:]

    def tail(self, limit: int, *, without: Collection[str]) -> list[Line]:
        """The last ``limit`` lines, oldest first, but for those named or hidden."""
        lines = [x for x in self.lines if x.id not in without and x.id not in self._hidden]
        return lines[-limit:]

    def recall(
        self, cue: str, *, person: str, now: int, without: Collection[str], limit: int
    ) -> list[Line]:
        """Older lines of persons that the cue of ``person`` brings back, best first."""
        speakers = recall.Speakers(asks=person, asked=self.agent)
        hits = recall.search(self._index, cue, k=limit, now=now, without=without, speakers=speakers)
        return [Line(h.line.id, h.line.speaker, h.line.text, h.line.at) for h in hits]


class Conversations:
    """The conversations this process has in mind; the longest unused are let go."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[str, str], Conversation] = OrderedDict()

    async def get(self, agent: str, conversation: str) -> Conversation:
        """The conversation, up to date."""
        key = (agent, conversation)
        found = self._kept.get(key)
        if found is None:
            found = self._kept.setdefault(key, Conversation(agent, conversation))
            while len(self._kept) > CONVERSATIONS_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        await found.refresh(self._store)
        return found

    def drop_person(self, agent: str, person: str) -> None:
        """Have nothing in mind any more in which this person spoke."""
        for key, talk in list(self._kept.items()):
            if key[0] == agent and person in talk.persons:
                del self._kept[key]

    def held(self) -> Sequence[Conversation]:
        """Those in mind now."""
        return tuple(self._kept.values())


def last_question(text: str) -> str:
    """The last sentence of a reply if it is a question, else nothing."""
    ending = text.rstrip()
    if not ending.endswith("?"):
        return ""
    start = max(ending.rfind(mark, 0, -1) for mark in ".!?\n")
    return ending[start + 1 :].strip()


def after_line(lines: list[Line], last: str) -> list[Line]:
    """The lines behind the one with the id ``last``; all if it is not among them."""
    for place, line in enumerate(lines):
        if line.id == last:
            return lines[place + 1 :]
    return lines
