"""One conversation as the agent has it in mind: its last lines, and what is older for recall.

A long talk is not read whole before the first answer: its latest stretch is taken in at once, and
what is older stretch by stretch, going back, after each turn.
Only what persons said is kept for recall, never the agent's own lines; a question the agent had
just asked is kept beside the answer to it, so that "Ada" is found by "my sister".
"""

from __future__ import annotations

import re
from collections import deque
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
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from synthetic_soul.mind.events import Event
    from synthetic_soul.stores.base import Entry, Store

AT_ONCE = 1_000  # entries taken in before the first answer
A_STRETCH = 100  # entries taken in after each turn, until all are
LINES_RECALLED = 20_000
LINES_KEPT = 64
REPLIES_KEPT = 40
NOTES_KEPT = 6
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
    """What was said in ``id``, kept in step with the journal by ``refresh``.

    ``gone`` are the persons who have left: nothing they said is taken in any more.
    """

    def __init__(self, agent: str, id: str, gone: Collection[str] = ()) -> None:
        self.agent, self.id = agent, id
        self._gone = gone
        self.group = id.startswith(GROUP)
        self.seq = 0
        self._start = 0  # seq of the oldest entry taken in; 0 once there is none before it
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
        after, last = (self.seq, None) if self.seq else (0, AT_ONCE)
        entries = await store.journal.conversation(self.agent, self.id, after=after, last=last)
        if last is not None and not self.seq and entries:
            self._start = entries[0].seq if len(entries) == last else 0
        for entry in entries:
            if entry.seq > self.seq:
                self.take(entry)

    @property
    def whole(self) -> bool:
        """Whether all of it, or as much as is ever held, has been taken in."""
        return self._start == 0 or len(self._index) >= LINES_RECALLED

    async def read_back(self, store: Store) -> None:
        """Take in the stretch before the oldest entry that was."""
        before = self._start
        if self.whole:
            return
        entries = await store.journal.conversation(
            self.agent, self.id, before=before, last=A_STRETCH
        )
        if self._start == before:  # another task may have read it meanwhile
            self._start = entries[0].seq if len(entries) == A_STRETCH else 0
            self._take_older(entries)

    async def read_whole(self, store: Store) -> None:
        """Take in all of it: only for what needs every line."""
        while not self.whole:
            await self.read_back(store)

    def _take_older(self, entries: Sequence[Entry]) -> None:
        """Take in a stretch from before all that is held: for recall, and to be forgotten."""
        question, notes = "", list[Note]()
        for event, at in self._events(entries):
            match event:
                case MessageHeard():
                    self.persons.add(event.person)
                    if event.words.text is not None and event.id not in self._hidden:
                        self._recall(Line(event.id, event.person, event.words.text, at), question)
                    question = ""
                case ReplySpoken() if event.words.text:
                    question = last_question(event.words.text)
                case FactLearned() if event.by:
                    self._told.setdefault(event.id, []).append(event.by)
                case FactForgotten():
                    self._hide(event.hidden)
                    notes = [note for note in notes if not self.hides(note.sources)]
                case FragmentKept() if event.words.text and not self.hides(event.sources):
                    notes.append(Note(event.words.text, event.words.digest, event.sources))
                case _:
                    pass
        self._notes = [*notes, *self._notes]

    def _events(self, entries: Iterable[Entry]) -> Iterator[tuple[Event, int]]:
        """The events of this conversation, and when they happened."""
        for entry in entries:
            for event in entry.events:
                if getattr(event, "conversation", None) == self.id:
                    yield event, entry.at

    def take(self, entry: Entry) -> None:
        """Take in one entry."""
        self.seq = entry.seq
        for event, at in self._events([entry]):
            self._take(event, at)

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
            case ReplySpoken() if event.words.text and event.person not in self._gone:
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
        if event.words.text is None or event.person in self._gone:
            return
        line = Line(event.id, event.person, event.words.text, at)
        self.lines.append(line)
        self.unreflected.append(line)
        self._recall(line, self._question)
        self._question = ""

    def _recall(self, line: Line, question: str) -> None:
        """Hold a line for recall, with the question that it answers."""
        if line.speaker not in self._gone:
            self._index.add(
                recall.Line(
                    id=line.id, speaker=line.speaker, text=line.text, at=line.at, caption=question
                )
            )

    def _forgotten(self, event: FactForgotten, at: int) -> None:
        """Bring what told a forgotten fact back no more, nor what was noted of it."""
        if event.cause == ASKED:
            self.forgot_at = at
        self._hide(event.hidden)
        self.unreflected = [line for line in self.unreflected if line.id not in self._hidden]

    def _hide(self, lines: Collection[str]) -> None:
        self._hidden.update(lines)
        self._notes = [note for note in self._notes if not self.hides(note.sources)]
        for line in lines:
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
