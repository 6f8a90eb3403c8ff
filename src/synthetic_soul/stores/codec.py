"""Entries as bytes and as index entries: canonical JSON, the hash chain, upcasting, indexes.

The body of an entry is the canonical JSON of ``{agent, at, events, seq, version}`` (keys sorted,
no spaces, UTF-8), in which every ``Words`` is ``{digest, owner}`` alone. Its hash is the SHA-256
of the previous entry's hash (hex, "" before the first) followed by the body. Bodies are kept as
they were written and never rewritten; an older format is lifted when it is read.
"""

import hashlib
import json
from collections.abc import AsyncIterable, AsyncIterator, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args, get_origin

import pydantic_core
from pydantic import TypeAdapter, ValidationError

from synthetic_soul.errors import InvalidInput, JournalBroken
from synthetic_soul.mind.events import Event, Frozen, MessageHeard, MessageRetried, Words
from synthetic_soul.stores.base import Entry

VERSION = 1

RawEvent = dict[str, object]

UPCASTS: dict[int, Callable[[RawEvent], RawEvent]] = {}
"""By version of the format, the function that lifts one raw event to the next version."""

EVENT_CLASSES: tuple[type[Frozen], ...] = get_args(get_args(Event)[0])


def _fields_by_kind(wanted: Callable[[str, object], bool]) -> dict[str, tuple[str, ...]]:
    """Return, by kind of event, the fields whose name and type are wanted; no kind without any.

    Looked up here and not with ``isinstance`` or ``hasattr``, which are slow on models.
    """
    fields = {
        cls.model_fields["kind"].default: tuple(
            name for name, field in cls.model_fields.items() if wanted(name, field.annotation)
        )
        for cls in EVENT_CLASSES
    }
    return {kind: names for kind, names in fields.items() if names}


PLACES = _fields_by_kind(lambda _, annotation: annotation in {Words, Words | None})
"""By kind of event, its fields that are ``Words``, or may be."""

_DOCUMENTS = _fields_by_kind(lambda _, annotation: get_origin(annotation) is dict)
_CONVERSATIONS = _fields_by_kind(lambda name, _: name == "conversation")
_PERSONS = _fields_by_kind(lambda name, _: name in {"person", "audience"})
_SPOKEN = frozenset({"message_heard", "reply_spoken"})
_EVENTS: TypeAdapter[tuple[Event, ...]] = TypeAdapter(tuple[Event, ...])
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


@dataclass(frozen=True, slots=True)
class Draft:
    """Events ready to append: their canonical JSON, and the words that have a text."""

    events: tuple[Event, ...]
    json: bytes
    words: tuple[Words, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A body parsed and lifted to ``VERSION``, without texts."""

    agent: str
    seq: int
    at: int
    version: int
    events: list[RawEvent]
    references: tuple[dict[str, object], ...]


def pack(value: object) -> bytes:
    """Return canonical JSON; ``InvalidInput`` for what JSON cannot hold (NaN, half a surrogate)."""
    try:
        return _ENCODER.encode(value).encode("utf-8")
    except (ValueError, TypeError, RecursionError):
        raise InvalidInput("a value cannot be written as JSON", code="not_json") from None


def unpack(packed: bytes) -> dict[str, object]:
    """Return the object that ``pack`` wrote; ``ValueError`` if it is none."""
    value = pydantic_core.from_json(packed)
    if not isinstance(value, dict):
        raise ValueError("not a JSON object")  # noqa: TRY004 - one error for bad bytes
    return value


def draft(events: Sequence[Event]) -> Draft:
    """Encode events, as far as that needs no place in the journal.

    The draft's events are those that a later read will give, down to the order of keys.
    """
    events = tuple(_as_read(event) for event in events)
    raw = _EVENTS.dump_python(events)
    words: list[Words] = []
    for event, fields in zip(events, raw, strict=True):
        for place, text in _places(event):
            fields[place] = {"digest": text.digest, "owner": text.owner}
            if text.text is not None:
                words.append(text)
    return Draft(events, pack(raw), tuple(words))


def _as_read(event: Event) -> Event:
    places = _DOCUMENTS.get(event.kind)
    if places is None:
        return event
    sorted_ = {place: unpack(pack(getattr(event, place))) for place in places}
    return event.model_copy(update=sorted_)


def without(ready: Draft, owners: Iterable[str]) -> Draft:
    """Return the draft without the texts of these owners; its JSON, and so its hash, stay."""
    gone = frozenset(owners)
    return replace(
        ready,
        events=tuple(_bare(event, gone) for event in ready.events),
        words=tuple(text for text in ready.words if text.owner not in gone),
    )


def _bare(event: Event, gone: frozenset[str]) -> Event:
    hidden = {
        place: Words(digest=text.digest, owner=text.owner)
        for place, text in _places(event)
        if text.owner in gone
    }
    return event.model_copy(update=hidden) if hidden else event


def redraft(entry: Entry) -> Draft:
    """Return the draft of an entry of another store, whose body is taken as it is."""
    return Draft(entry.events, b"", tuple(texts(entry)))


def texts(entry: Entry) -> list[Words]:
    """Return the words of an entry whose texts are there."""
    return [words for words in words_in(entry) if words.text is not None]


def words_in(entry: Entry) -> list[Words]:
    """Return all words of an entry, erased ones included."""
    return [words for event in entry.events for _, words in _places(event)]


def _places(event: Event) -> list[tuple[str, Words]]:
    """Return the fields of an event that hold words, and these."""
    held = [(place, getattr(event, place)) for place in PLACES.get(event.kind, ())]
    return [(place, words) for place, words in held if words is not None]


def seal(agent: str, seq: int, at: int, ready: Draft, previous: str) -> Entry:
    """Give a draft its place in the chain."""
    head = b'{"agent":%s,"at":%d,"events":' % (pack(agent), at)
    body = b'%s%s,"seq":%d,"version":%d}' % (head, ready.json, seq, VERSION)
    return Entry(agent, seq, at, ready.events, previous, chain(previous, body), VERSION, body)


def chain(previous: str, body: bytes) -> str:
    """Return SHA-256 over the previous hash and a body, in hex."""
    return hashlib.sha256(previous.encode("utf-8") + body).hexdigest()


def parse(agent: str, seq: int, body: bytes) -> Parsed:
    """Parse a body; ``JournalBroken`` names the entry when it is not what it should be."""
    try:
        raw = pydantic_core.from_json(body)
        version, events = raw["version"], raw["events"]
        if (raw["agent"], raw["seq"]) != (agent, seq):
            raise broken(agent, seq, f"its body is that of entry {raw['seq']} of {raw['agent']}")
        events = [_lift(event, version) for event in events]
        references = tuple(
            event[place]
            for event in events
            for place in PLACES.get(event["kind"], ())
            if place in event
        )
        return Parsed(agent, seq, raw["at"], version, events, references)
    except (ValueError, TypeError, LookupError) as error:
        raise broken(agent, seq, "its body cannot be read") from error


def _lift(event: RawEvent, version: int) -> RawEvent:
    for step in range(version, VERSION):
        event = UPCASTS[step](event)
    if version > VERSION:
        raise ValueError("written in a later format")
    return event


def finish(
    parsed: Parsed, body: bytes, previous: str, hash_: str, texts: Mapping[str, tuple[str, str]]
) -> Entry:
    """Return the entry of a parsed body, with the given texts (digest -> salt in hex, text)."""
    agent, seq = parsed.agent, parsed.seq
    try:
        for reference in parsed.references:
            text = texts.get(str(reference["digest"]))
            if text is not None:
                reference["salt"], reference["text"] = text
        events = _EVENTS.validate_python(parsed.events)
    except (ValidationError, TypeError, LookupError) as error:
        raise broken(agent, seq, "its events cannot be read") from error
    return Entry(agent, seq, parsed.at, events, previous, hash_, parsed.version, body)


def text_bytes(text: str) -> bytes:
    """Return a text as it is digested and kept; half a surrogate pair has a form, too."""
    return text.encode("utf-8", "surrogatepass")


def bytes_text(kept: bytes) -> str:
    """Return the text of bytes; damaged bytes give one that its digest does not match."""
    try:
        return kept.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return kept.decode("utf-8", "replace")


def broken(agent: str, seq: int, what: str) -> JournalBroken:
    """Return the error that names an entry and what is wrong with it."""
    return JournalBroken(f"entry {seq} of {agent}: {what}")


Settlement = Literal["succeeded", "failed"]


@dataclass(frozen=True, slots=True)
class Settled:
    """The outcome of one attempt at a message; ``ticket`` is used at most once."""

    message: str
    attempt: int
    ticket: str
    status: Settlement


Step = MessageHeard | MessageRetried | Settled


@dataclass(frozen=True, slots=True)
class IndexEntries:
    """What the indexes hold of one entry.

    ``steps`` change jobs, in this order. ``lines`` are the conversations touched, with whether
    something was said in them; ``audiences`` those of its thoughts ("" is everybody);
    ``persons`` all whom the entry names; ``erased`` those who left with it; ``adopts`` whether a
    soul was adopted with it.
    """

    steps: tuple[Step, ...]
    lines: tuple[tuple[str, bool], ...]
    audiences: tuple[str, ...]
    persons: tuple[str, ...]
    erased: tuple[str, ...]
    adopts: bool


def index_entries(events: Sequence[Event]) -> IndexEntries:
    """Return the index entries of events that are appended as one entry."""
    steps: list[Step] = []
    lines: dict[str, bool] = {}
    named: set[str | None] = set()
    for event in events:
        kind = event.kind
        steps.extend(_steps(event))
        for field in _CONVERSATIONS.get(kind, ()):
            if name := getattr(event, field):  # a thought may belong to none
                lines[name] = lines.get(name, False) or kind in _SPOKEN
        named.update(getattr(event, field) for field in _PERSONS.get(kind, ()))
        named.update(words.owner for _, words in _places(event))
    return IndexEntries(
        steps=tuple(steps),
        lines=tuple(sorted(lines.items())),
        audiences=tuple(sorted({e.audience or "" for e in events if e.kind == "thought_had"})),
        persons=tuple(sorted(person for person in named if person)),
        erased=tuple(event.person for event in events if event.kind == "person_erased"),
        adopts=any(event.kind == "soul_adopted" for event in events),
    )


def _steps(event: Event) -> Sequence[Step]:
    match event.kind:
        case "message_heard" | "message_retried":
            return (event,)
        case "reply_spoken" | "silence_kept":
            return [Settled(a.message, a.attempt, a.ticket, "succeeded") for a in event.answers]
        case "turn_failed":
            return [Settled(a.message, a.attempt, a.ticket, "failed") for a in event.answers]
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A journal that verifies: its number of entries and erased texts, and its last hash."""

    entries: int
    hash: str
    erased: int


async def verify(entries: AsyncIterable[Entry], *, last: tuple[int, str] | None = None) -> Verdict:
    """Verify a whole journal from its first entry on.

    ``last`` is what ``Journal.last`` said before: with it a missing end is found, too.
    ``JournalBroken`` names the first bad entry and what is wrong with it.
    """
    seq, hash_, erased, agent = 0, "", 0, "?"
    async for entry in checked(entries):
        seq, hash_, agent = entry.seq, entry.hash, entry.agent
        erased += sum(words.text is None for words in words_in(entry))
    if last is not None and seq < last[0]:
        raise broken(agent, seq + 1, "it is missing")
    return Verdict(seq, hash_, erased)


def verify_end(entry: Entry | None, agent: str, last: tuple[int, str]) -> None:
    """Verify the last entry of a journal alone, by what ``Journal.last`` said of it.

    ``JournalBroken`` says what is wrong with it.
    """
    seq, hash_ = last
    if entry is None:
        raise broken(agent, seq, "it is missing")
    if entry.hash != hash_ or chain(entry.previous, entry.body) != entry.hash:
        raise broken(agent, seq, "its content does not match its hash")
    if not all(words.genuine() for words in words_in(entry)):
        raise broken(agent, seq, "one of its texts is not the one written")


async def checked(entries: AsyncIterable[Entry]) -> AsyncIterator[Entry]:
    """Yield each entry once it is verified; ``JournalBroken`` at the first that fails."""
    before: Entry | None = None
    async for entry in entries:
        fault = _fault(entry, before)
        if fault is not None:
            raise broken(entry.agent, *fault)
        yield entry
        before = entry


def _fault(entry: Entry, before: Entry | None) -> tuple[int, str] | None:
    """Return the seq of the bad entry and what is wrong with it, if anything."""
    expected = 1 if before is None else before.seq + 1
    if entry.seq != expected:
        return expected, f"it is missing, entry {entry.seq} stands in its place"
    if before is not None and entry.at < before.at:
        return entry.seq, f"its time {entry.at} lies before the previous entry's {before.at}"
    if entry.previous != ("" if before is None else before.hash):
        return entry.seq, "it does not follow from the entry before it"
    if chain(entry.previous, entry.body) != entry.hash:
        return entry.seq, "its content does not match its hash"
    for words in words_in(entry):
        if not words.genuine():
            return entry.seq, f"the text with digest {words.digest[:12]}… is not the one written"
    return None
