"""An index: lines that are added and removed one by one, as a corpus of columns.

An index holds the lines of one audience: all that may stand together in one brief. So a search
cannot find what its reader must not see.

It is made of columns alone, with a digest of 32 bits for each term, so that it is written to a
store in parts and read back at once. Two terms of one digest are rare, and cost no more than a line
too many among the candidates.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from soulscript.text import terms
from synthetic_soul.recall import flags, index_parts
from synthetic_soul.recall.columns import Codes, Column, Vectors
from synthetic_soul.recall.corpus import PAUSE, Array, Bools, Floats, Slots
from synthetic_soul.recall.index_parts import PART_LINES, VECTOR_LINES, VectorRows

_MOST: Final = np.iinfo(np.uint16).max
_REMOVED: Final = 0  # in place of a term
_KEY: Final = ("ids", "caption_origins")  # the columns that tell to which line a vector belongs
# Empty slots that an index keeps beside as many lines before it closes them up.
_FEW_EMPTY: Final = 1_000


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a line is found again: the numbers with which it was added, and the digest of its id.

    ``of_caption`` is that of its caption.
    """

    of_line: int
    of_caption: int
    digest: int

    def is_of(self, line_id: str) -> bool:
        """Return whether the line has this id."""
        return self.digest == _id_digest(line_id)


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a person or an agent.

    ``speaker`` is a name or an id; ``at`` is in milliseconds since 1970 (UTC). ``session`` names
    the session of the line; where it is None, a pause ends a session. ``caption`` describes a
    picture sent with it.
    """

    id: str
    speaker: str
    text: str
    at: int
    session: int | str | None = None
    caption: str = ""

    @property
    def terms(self) -> list[str]:
        """The terms of text and caption, in order, repeats included."""
        return terms(self.text) + terms(self.caption)


class Index:
    """A corpus of lines, which are added and removed one by one.

    ``pause`` (ms) is the silence after which a new session begins. What a search finds depends
    on the current lines alone, not on the order of adding nor on removed lines. A line that is not
    the newest is put into its place before the next reading, for which slots change. Not safe for
    several threads without a lock.

    The lines added are held, until they are released. One that was released, or loaded in a part,
    is found by its slot, and its caller reads it again by the ``origin`` it was added with.
    """

    def __init__(self, lines: Iterable[Line] = (), *, pause: int = PAUSE) -> None:
        self.pause: Final = pause
        self._lines: dict[int, Line] = {}
        self._slots: dict[str, int] = {}  # of the lines that are held
        self._living = 0
        self._newest = (0, "")  # the greatest time and id, as far as one was added
        self._is_sorted = True
        self._unsaved_from = 0  # the first slot that no part has
        self._changed: set[int] = set()  # parts before it with a line removed since
        self._names = Codes("")
        self._session_names = Codes[int | str | None](None)
        self._vectors: Vectors | None = None
        self._changed_vectors: set[int] = set()  # parts of vectors
        self._take([])
        for line in lines:
            self.add(line)

    @classmethod
    def load(cls, parts: Sequence[bytes], names: Sequence[str]) -> Index:
        """Return the index of all ``parts`` and ``speaker_names`` of one that was saved.

        ``ValueError`` for parts that are damaged or of another version.
        """
        index = cls()
        index._take(parts)
        living = index.alive
        index._living = int(living.sum())
        index._unsaved_from = len(living)
        index._newest = (int(index.ats.max(initial=0)), "")
        index._names.load(names[1:], np.bincount(index.speakers[living], minlength=len(names)))
        return index

    def _take(self, parts: Sequence[bytes]) -> None:
        by_line, by_term = index_parts.decode(parts)
        self._by_line: dict[str, Column] = by_line
        self._by_term: dict[str, Column] = by_term
        self._locate_terms()

    def _locate_terms(self) -> None:
        """Reckon where the terms of each line begin, and of which line each term is."""
        distinct = self._by_line["distinct"].values()
        ends = np.cumsum(distinct, dtype=np.int64)
        self._starts = Column(np.int64, [ends - distinct])
        owners = np.repeat(np.arange(len(distinct), dtype=np.uint32), distinct)
        self._owners = Column(np.uint32, [owners])

    def changed_parts(self) -> dict[int, bytes]:
        """Return the parts by number that are new or have changed since the last call.

        The index is then that of ``part_count`` parts. ``ValueError`` if sessions have names.
        """
        self._sort()
        if self.sessions.any():
            raise ValueError("an index with named sessions is not written in parts")
        size = len(self.alive)
        numbers = set(self._changed)
        if self._unsaved_from < size:
            numbers |= set(range(self._unsaved_from // PART_LINES, self.part_count))
        starts = np.append(self._starts.values(), len(self._owners))
        self._changed, self._unsaved_from = set(), size
        return {
            number: index_parts.encode(
                self._by_line,
                self._by_term,
                slice(number * PART_LINES, min(size, (number + 1) * PART_LINES)),
                starts,
            )
            for number in sorted(numbers)
        }

    def mark_changed(self) -> None:
        """Have ``changed_parts`` return all parts the next time."""
        self._unsaved_from, self._changed = 0, set()

    @property
    def part_count(self) -> int:
        """The number of parts that hold all slots."""
        return -(-len(self._by_line["alive"]) // PART_LINES)

    @property
    def unsaved(self) -> int:
        """The slots at the end that no part returned by ``changed_parts`` holds."""
        return len(self._by_line["alive"]) - self._unsaved_from

    def __len__(self) -> int:
        return self._living

    def __contains__(self, line_id: object) -> bool:
        return isinstance(line_id, str) and self._find(line_id) is not None

    def add(self, line: Line, *, origin: int = 0, caption_origin: int = 0) -> None:
        """Add a line; one of the same id is replaced.

        ``origin`` and ``caption_origin`` are numbers by which the caller finds the line and its
        caption again.
        """
        self.remove(line.id)
        slot, line_terms, key = len(self._by_line["alive"]), line.terms, (line.at, line.id)
        self._is_sorted &= not slot or key > self._newest
        self._newest = max(key, self._newest) if slot else key
        self._lines[slot] = line
        self._slots[line.id] = slot
        self._living += 1
        counts = Counter(line_terms)
        values = {
            "ats": line.at,
            "sizes": len(line_terms),
            "speakers": self._names.take(line.speaker),
            "sessions": self._session_names.take(line.session),
            "flags": flags.of(line.text),
            "alive": True,
            "ids": _id_digest(line.id),
            "origins": origin,
            "caption_origins": caption_origin,
            "distinct": len(counts),
        }
        for name, value in values.items():
            self._by_line[name].append(value)
        if self._vectors is not None:
            self._vectors.append()
            if slot % VECTOR_LINES == 0:
                self._changed_vectors.add(slot // VECTOR_LINES)
        self._starts.append(len(self._owners))
        self._owners.extend(np.full(len(counts), slot, np.uint32))
        self._by_term["terms"].extend(np.array([_digest(term) for term in counts], np.uint32))
        self._by_term["counts"].extend(np.minimum(list(counts.values()), _MOST))

    def remove(self, line_id: str) -> bool:
        """Remove a line and its words; return False if there is none of that id."""
        slot = self._find(line_id)
        if slot is None:
            return False
        self._remove(slot)
        return True

    def remove_at(self, origin: Origin) -> None:
        """Remove the line of this origin, if there is one."""
        for slot in np.flatnonzero(self._by_line["ids"].values() == np.uint64(origin.digest)):
            self._remove(int(slot))

    def captioned_by(self, origin: int) -> list[Origin]:
        """Return the origins of the lines whose caption has this one."""
        found = self._by_line["caption_origins"].values() == origin
        return [self.origin(int(slot)) for slot in np.flatnonzero(found)] if origin else []

    def _remove(self, slot: int) -> None:
        line = self._lines.pop(slot, None)
        if line is not None:
            del self._slots[line.id]
        self._names.drop(self._by_line["speakers"][slot])
        self._session_names.drop(self._by_line["sessions"][slot])
        start = self._starts[slot]
        self._by_term["terms"][start : start + self._by_line["distinct"][slot]] = _REMOVED
        for name in ("alive", "speakers", "sessions", "ids", "origins", "caption_origins"):
            self._by_line[name][slot] = 0
        if self._vectors is not None and self._vectors.decided[slot]:
            self._vectors.clear(slot)
            self._changed_vectors.add(slot // VECTOR_LINES)
        if slot < self._unsaved_from:
            self._changed.add(slot // PART_LINES)
        self._living -= 1
        self._is_sorted &= len(self._by_line["alive"]) <= 2 * self._living + _FEW_EMPTY

    def at(self, slot: int) -> Line:
        """Return the line in a slot; raise ``KeyError`` if the slot is empty or its line not held.

        ``origin`` tells then where it is found.
        """
        return self._lines[slot]

    def held(self, slot: int) -> Line | None:
        """Return the line in a slot, None if it is not held."""
        return self._lines.get(slot)

    def origin(self, slot: int) -> Origin:
        """Return where the line in a slot is found again."""
        columns = self._by_line
        return Origin(
            columns["origins"][slot], columns["caption_origins"][slot], columns["ids"][slot]
        )

    def slot(self, line_id: str) -> int | None:
        """Return the slot of a line, valid until the next change; None if there is no such line."""
        self._sort()
        return self._find(line_id)

    def slots_with(self, line_terms: Iterable[str]) -> list[int]:
        """Return the slots of the lines that hold all of these terms, ascending."""
        self._sort()
        found: Array = np.flatnonzero(self.alive)
        for term in line_terms:
            found = np.intersect1d(found, self.postings(term)[0], assume_unique=True)
        return [int(slot) for slot in found]

    def slots_of(self, speaker: str) -> list[int]:
        """Return the slots of a speaker's lines, ascending."""
        self._sort()
        if speaker not in self._names.names:
            return []
        code = self._names.names.index(speaker)
        return [int(slot) for slot in np.flatnonzero((self.speakers == code) & self.alive)]

    def lines(self) -> Iterator[Line]:
        """Iterate over the lines that are held, in no particular order."""
        return iter(self._lines.values())

    def release(self, keep: int) -> None:
        """Hold the lines of the last ``keep`` slots alone."""
        self._sort()
        first = len(self._by_line["alive"]) - keep
        for slot in [slot for slot in self._lines if slot < first]:
            del self._slots[self._lines.pop(slot).id]

    # -- vectors -------------------------------------------------------------------------------

    @property
    def vectors(self) -> Vectors | None:
        """The vectors of the lines by slot, None where no line has one."""
        self._sort()
        return self._vectors

    def put_vector(self, origin: Origin, vector: Floats) -> bool:
        """Set the vector of the line of this origin; return False if there is no such line.

        One of another length than those before removes all of them.
        """
        return self._put_vector(origin, vector, len(vector))

    def put_no_vector(self, origin: Origin, dims: int) -> bool:
        """Note that the model gives the line of this origin no vector.

        ``dims`` is the length of those that it gives others.
        """
        return self._put_vector(origin, None, dims)

    def _put_vector(self, origin: Origin, vector: Floats | None, dims: int) -> bool:
        self._sort()
        is_it = self._by_line["ids"].values() == np.uint64(origin.digest)
        is_it &= self._by_line["caption_origins"].values() == origin.of_caption
        slots = np.flatnonzero(is_it)
        if not len(slots):
            return False
        if self._vectors is None or self._vectors.dims != dims:
            self._vectors = Vectors(dims, len(is_it))
            self.mark_vectors_changed()
        self._vectors.put(int(slots[0]), vector)
        self._changed_vectors.add(int(slots[0]) // VECTOR_LINES)
        return True

    def drop_vectors(self) -> None:
        """Remove all vectors."""
        self._vectors, self._changed_vectors = None, set()

    def without_vector(self, most: int) -> list[int]:
        """Return up to ``most`` of the latest slots, latest first, whose lines may get a vector."""
        self._sort()
        missing = self.alive
        if self._vectors is not None:
            missing = missing & ~self._vectors.decided
        return [int(slot) for slot in np.flatnonzero(missing)[: -most - 1 : -1]]

    @property
    def vector_part_count(self) -> int:
        """The number of parts that hold all vectors."""
        return 0 if self._vectors is None else -(-len(self._vectors) // VECTOR_LINES)

    def mark_vectors_changed(self) -> None:
        """Have ``changed_vector_parts`` return all parts the next time."""
        self._changed_vectors = set(range(self.vector_part_count))

    def changed_vector_parts(self) -> dict[int, bytes]:
        """Return the parts of vectors by number that are new or changed since the last call."""
        self._sort()
        numbers, self._changed_vectors = self._changed_vectors, set()
        here = range(self.vector_part_count)
        return {number: self._vector_part(number) for number in sorted(numbers) if number in here}

    def _vector_part(self, number: int) -> bytes:
        assert self._vectors is not None  # noqa: S101 - else no part has changed
        slots = np.arange(number * VECTOR_LINES, (number + 1) * VECTOR_LINES)
        slots = slots[slots < len(self._vectors)]
        slots = slots[self._vectors.decided[slots]]
        ids, captions = (self._by_line[name].values()[slots] for name in _KEY)
        return index_parts.encode_vectors(VectorRows(ids, captions, self._vectors.codes[slots]))

    def take_vector_parts(self, parts: Sequence[bytes]) -> None:
        """Add the vectors of all ``parts`` to those that the lines have; the latter stay.

        Those of lines that are not there are left out, and those of another length than the index
        has. ``changed_vector_parts`` is then all that differs from ``parts``. ``ValueError`` for
        parts that are damaged.
        """
        self._sort()
        found = [index_parts.decode_vectors(part) for part in parts]
        lengths = {rows.codes.shape[1] for rows in found}
        if len(lengths) > 1:
            raise ValueError(f"vectors of different lengths: {lengths}")
        is_first = self._vectors is None
        if is_first and lengths:
            self._vectors = Vectors(lengths.pop(), len(self._by_line["alive"]))
        vectors = self._vectors
        if vectors is not None and lengths <= {vectors.dims}:
            changed: set[int] = set(range(len(parts), self.vector_part_count))
            for number, rows in enumerate(found):
                slots, fits = self._slots_of_rows(rows)
                if not fits.all() or (slots // VECTOR_LINES != number).any():
                    changed |= {number, *(slots[fits] // VECTOR_LINES).tolist()}
                fits &= ~vectors.decided[slots]
                vectors.put_codes(slots[fits], rows.codes[fits])
            self._changed_vectors = {each for each in changed if each < self.vector_part_count}
        if not is_first:
            self.mark_vectors_changed()

    def without_lost_lines(self, parts: Sequence[bytes]) -> dict[int, bytes]:
        """Return those parts of vectors, by number, that hold any of lines not here; without these.

        ``ValueError`` for parts that are damaged.
        """
        self._sort()
        kept = {}
        for number, part in enumerate(parts):
            rows = index_parts.decode_vectors(part)
            _, fits = self._slots_of_rows(rows)
            if not fits.all():
                kept[number] = index_parts.encode_vectors(rows.picked(fits))
        return kept

    def _slots_of_rows(self, rows: VectorRows) -> tuple[Array, Bools]:
        """Return a slot for each row, and whether that line is the one of the row."""
        ids, captions = (self._by_line[name].values() for name in _KEY)
        if not len(ids):
            return np.zeros(len(rows.ids), np.int64), np.zeros(len(rows.ids), np.bool_)
        order = np.argsort(ids)
        at = np.minimum(np.searchsorted(ids, rows.ids, sorter=order), len(ids) - 1)
        slots = order[at]
        fits: Bools = (ids[slots] == rows.ids) & (captions[slots] == rows.caption_origins)
        return slots, fits

    def _find(self, line_id: str) -> int | None:
        slot = self._slots.get(line_id)
        if slot is not None or len(self._slots) == self._living:
            return slot
        # What is looked for is most often among the latest.
        ids = self._by_line["ids"].values()
        digest = np.uint64(_id_digest(line_id))
        for first in (max(0, len(ids) - 2 * PART_LINES), 0):
            found = np.flatnonzero(ids[first:] == digest)
            if len(found):
                return first + int(found[0])
        return None

    @property
    def ats(self) -> NDArray[np.int64]:  # noqa: D102 - as in Corpus
        return self._column("ats")

    @property
    def sizes(self) -> NDArray[np.uint32]:  # noqa: D102
        return self._column("sizes")

    @property
    def speakers(self) -> NDArray[np.uint16]:  # noqa: D102
        return self._column("speakers")

    @property
    def sessions(self) -> NDArray[np.uint32]:  # noqa: D102
        return self._column("sessions")

    @property
    def flags(self) -> NDArray[np.uint16]:  # noqa: D102
        return self._column("flags")

    @property
    def alive(self) -> Bools:  # noqa: D102
        return self._column("alive")

    @property
    def speaker_names(self) -> Sequence[str]:  # noqa: D102
        return self._names.names

    def postings(self, term: str) -> tuple[Slots, NDArray[np.uint16]]:
        """Return the slots that hold a term, ascending, and how often each does."""
        self._sort()
        places = np.flatnonzero(self._by_term["terms"].values() == np.uint32(_digest(term)))
        return self._owners.values()[places], self._by_term["counts"].values()[places]

    def _column(self, name: str) -> Array:
        self._sort()
        return self._by_line[name].values()

    def _sort(self) -> None:
        """Give every line the slot that its time and id ask for, without empty ones between.

        A line that is not held stays before those of its instant that are.
        """
        if self._is_sorted:
            return
        self._is_sorted = True
        ats = self._by_line["ats"].values()
        held = self._lines
        order = sorted(
            np.flatnonzero(self._by_line["alive"].values()).tolist(),
            key=lambda slot: (ats[slot], held[slot].id if slot in held else "", slot),
        )
        moved = next((new for new, slot in enumerate(order) if new != slot), len(order))
        self._unsaved_from = min(self._unsaved_from, moved)
        self._changed.add(moved // PART_LINES)
        starts, distinct = self._starts.values(), self._by_line["distinct"].values()
        spans = [np.arange(starts[slot], starts[slot] + distinct[slot]) for slot in order]
        terms_of = np.concatenate(spans) if spans else np.zeros(0, np.int64)
        for column in self._by_term.values():
            column.pick(terms_of)
        kept = np.array(order, np.int64)
        for column in self._by_line.values():
            column.pick(kept)
        if self._vectors is not None:
            self._vectors.pick(kept)
            first = moved // VECTOR_LINES
            self._changed_vectors |= set(range(first, self.vector_part_count))
        self._locate_terms()
        self._changed = {number for number in self._changed if number < self.part_count}
        self._lines = {new: held[slot] for new, slot in enumerate(order) if slot in held}
        self._slots = {line.id: slot for slot, line in self._lines.items()}
        last = self._lines.get(len(order) - 1)
        last_at = int(self._by_line["ats"].values().max(initial=0))
        self._newest = (last.at, last.id) if last else (last_at, "")


def _digest(term: str) -> int:
    return crc32(term.encode("utf-8", "surrogatepass")) or 1


def _id_digest(line_id: str) -> int:
    digest = blake2b(line_id.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little") or 1
