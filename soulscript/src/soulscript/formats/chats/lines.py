"""The lines of a chat, whatever tool wrote it, and what becomes of them.

What the person said becomes observations, of each day a memory. What the character said is never a
memory; it stays in the original.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from pydantic import JsonValue

from soulscript.errors import Path, spell
from soulscript.formats.base import MODERATE, SOURCE_KEY
from soulscript.formats.books.book_entries import EntryLayout
from soulscript.formats.chats.times import parse_time
from soulscript.jsontext.parser import JsonObject
from soulscript.memory.consolidation import consolidated, episode_id
from soulscript.model.memory import CHAT, Context, Fragment, Memory
from soulscript.report import Note

Speaker = Literal["person", "character", "other"]
"""Who said a line; the system and whoever is not known are "other"."""
_REASONS: Final = {
    "character": "what the character said itself is never a memory",
    "other": "of the system: no memory",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was said, at a path in the document.

    ``text_path`` is where its text stands, ``span`` the part of that text if it is not all.
    ``copies`` are paths at which the text may stand again. ``time`` is as it was written;
    ``time_path`` is empty where the tool writes none. ``skipped`` says why it is no memory, whoever
    said it. ``unchosen`` counts the other answers that were given in its place.
    """

    path: Path
    text_path: Path
    text: str
    speaker: Speaker
    name: str = ""
    time: JsonValue = None
    time_path: Path = ()
    skipped: str = ""
    unchosen: int = 0
    span: tuple[int, int] | None = None
    copies: tuple[Path, ...] = ()

    @property
    def reason(self) -> str:
        """Return why the line is no memory; an empty text for one that is."""
        if reason := self.skipped or _REASONS.get(self.speaker, ""):
            return reason
        return "" if self.text.strip() else "there is nothing in it"


@dataclass(frozen=True, slots=True)
class ChatLayout:
    """How one tool writes chats.

    ``sees`` tells quickly whether a document is one. ``read`` names its top-level keys that
    ``lines`` reads. ``lore`` returns the path to a list of lorebook entries that came along, if
    any, and ``entries`` is how they are written. ``redact`` takes secrets out, with a note of each.
    """

    sees: Callable[[JsonValue], bool]
    lines: Callable[[JsonValue], Iterator[Line]]
    read: frozenset[str] = frozenset()
    lore: Callable[[JsonValue], Path | None] = lambda _: None
    entries: EntryLayout | None = None
    redact: Callable[[JsonValue], tuple[JsonValue, list[Note]]] = lambda value: (value, [])


@dataclass(frozen=True, slots=True)
class Observation:
    """A line of the person and the fragment made of it; None where an equal one was made before."""

    line: Line
    fragment: Fragment | None


def observations(lines: Iterable[Line]) -> Iterator[Observation]:
    """Yield an observation for each line of the person that says something.

    A line without a time follows the line before by a millisecond, so that the order is kept.
    """
    at = -1
    seen: set[tuple[int, str, str]] = set()
    for line in lines:
        sent = parse_time(line.time)
        at = at + 1 if sent is None else sent
        if line.reason:
            continue
        content = line.text.strip()
        known = (at, line.name, content) in seen
        seen.add((at, line.name, content))
        yield Observation(line, None if known else _fragment(content, at, line.name))


@lru_cache(maxsize=64)
def _context(name: str) -> Context:
    named = {"user_name": name} if name else {}
    return Context.model_validate({"interaction_type": CHAT, **named})


def _fragment(content: str, at: int, name: str) -> Fragment:
    return Fragment.model_validate(
        {
            "type": "observation",
            "content": content,
            "timestamp": at,
            "importance": MODERATE,  # chats do not rate lines (D6)
            "emotional_valence": 0.0,
            "context": _context(name),
        }
    )


def memories_of_days(fragments: Iterable[Fragment]) -> tuple[Memory, ...]:
    """Return the memory of each day, in the order of time.

    A graph would make the same: observations of a chat name no topic that could connect them.
    """
    episodes: dict[str, list[Fragment]] = {}
    for fragment in fragments:
        episodes.setdefault(episode_id(fragment), []).append(fragment)
    days = (consolidated(episode, parts) for episode, parts in episodes.items())
    return tuple(sorted(days, key=lambda memory: (memory.creation_date, memory.id)))


def notes_of(lines: Sequence[Line], made: Sequence[Observation]) -> Iterator[Note]:
    """Yield a note for each line, for what was not chosen, and for times that are not known."""
    repeated = {one.line.path for one in made if one.fragment is None}
    untimed = False
    for line in lines:
        path = spell(line.path)
        if line.unchosen:
            message = f"{line.unchosen} more that were not chosen, held in the original alone"
            yield Note("kept", path, SOURCE_KEY, message)
        if line.reason:
            yield Note("kept", path, SOURCE_KEY, line.reason)
            continue
        if line.path in repeated:
            message = "the same was said at the same time; it is a memory once"
            yield Note("kept", path, SOURCE_KEY, message)
            continue
        yield Note("changed", path, "memories", "an observation of what the person said")
        if not line.time_path:
            untimed = True
        elif parse_time(line.time) is None:
            message = "not said when; taken as a millisecond after the line before"
            yield Note("defaulted", spell(line.time_path), "memories", message)
    if untimed:
        message = "there are no times; each line follows the one before by a millisecond"
        yield Note("defaulted", "", "memories", message)


def listed(value: JsonValue) -> list[JsonValue]:
    """Return a list unchanged, an empty one for any other value."""
    return value if isinstance(value, list) else []


def objects(value: JsonValue, path: Path) -> Iterator[tuple[Path, JsonObject]]:
    """Yield the objects of a list with their paths; ``path`` is that of the list."""
    for index, item in enumerate(listed(value)):
        if isinstance(item, dict):
            yield (*path, index), item
