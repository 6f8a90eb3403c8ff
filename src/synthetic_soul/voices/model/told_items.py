"""What a prompt told of its brief beside the talk itself, and what it had no room for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from synthetic_soul.llm.base import Message
from synthetic_soul.voices.base import Brief, Line, Told
from synthetic_soul.voices.model.foreign_text import harmless, name_text
from synthetic_soul.voices.model.private_note import Item, Note


@dataclass(frozen=True, slots=True)
class Prefixes:
    """How many of the first facts, pieces of lore and asides of a note there was room for."""

    facts: int
    lore: int
    asides: int


def told_items(
    brief: Brief, own: Note, room: Prefixes, talk: Sequence[Line], system: Message
) -> tuple[Told, ...]:
    """Return what a prompt with the note ``own`` told, and what it had no room for.

    ``talk`` are the lines of the conversation in it. Of a thought's prompt nothing is recorded.
    """
    if brief.purpose == "thought":
        return ()
    noted = [
        *_from(own.facts, room.facts),
        *_from(own.lore, room.lore),
        *_from(own.asides, room.asides),
    ]
    return (*_always(brief), *_constant(brief, system), *noted, *_other_lines(brief, noted, talk))


def _from(items: Sequence[Item], room: int) -> list[Told]:
    return [
        Told(item.kind, item.id, item.reason, "" if place < room else "room")
        for place, item in enumerate(items)
    ]


def _always(brief: Brief) -> Iterator[Told]:
    """Yield the facts that a note always tells: what is due, and what the person is called."""
    for due in brief.due_facts:
        yield Told("fact", due.fact.id, "due")
    for fact in brief.known_facts:
        if fact.topic == "name" and fact.value == name_text(brief.person_name):
            yield Told("fact", fact.id, "name")


def _constant(brief: Brief, system: Message) -> Iterator[Told]:
    """Yield the lore that stands in the system message; a part of an entry is not told there."""
    beginning = _flat(system.content)
    for lore in brief.lore:
        if lore.is_constant:
            is_told = _flat(harmless(lore.text)) in beginning
            yield Told("lore", lore.id, lore.why, "" if is_told else "room")


def _flat(text: str) -> str:
    return " ".join(text.split())


def _other_lines(brief: Brief, noted: Sequence[Told], talk: Sequence[Line]) -> Iterator[Told]:
    """Yield the recalled lines that stand in the talk, and those that the note passed over."""
    in_note = {told.id for told in noted if told.kind == "line"}
    in_talk = {line.id for line in talk}
    texts = {line.text for line in brief.recalled_lines if line.id in in_note}
    for line in brief.recalled_lines:
        if line.id not in in_note:
            repeats = "repeats" if line.text in texts else "room"
            yield Told("line", line.id, "words", "" if line.id in in_talk else repeats)
