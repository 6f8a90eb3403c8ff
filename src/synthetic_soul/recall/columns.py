"""Arrays that grow at their end: the columns of an index; and the vectors of its lines."""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

from synthetic_soul.recall.corpus import Array, Bools, Floats

_SMALLEST: Final = 16  # places of a new column
_SPARE: Final = 8  # a full column grows by one in so many of its values
_MOST_CODE: Final = 127  # of one number of a vector
_NONE: Final = -128  # in place of the first number: the model takes no such text
_WORD_BITS: Final = 64
# The lines that are compared number by number, of those whose signs are like the other vector's.
_COMPARED: Final = 400

_Name = TypeVar("_Name", bound=Hashable)


class Column:
    """An array that grows at its end."""

    def __init__(self, dtype: DTypeLike, values: Iterable[Array] = ()) -> None:
        given = [np.asarray(each, dtype) for each in values]
        self._size = sum(map(len, given))
        self._room = np.concatenate([*given, np.zeros(_spare(self._size), dtype)])

    def __len__(self) -> int:
        return self._size

    def __setitem__(self, place: int | slice, value: int) -> None:
        self._room[place] = value

    def __getitem__(self, place: int) -> int:
        return int(self._room[place])

    def append(self, value: int) -> None:
        """Add a value."""
        self._make_room(1)
        self._room[self._size] = value
        self._size += 1

    def extend(self, values: Array) -> None:
        """Add values."""
        self._make_room(len(values))
        self._room[self._size : self._size + len(values)] = values
        self._size += len(values)

    def values(self) -> Array:
        """Return the values; a later change may be seen in what was returned."""
        return self._room[: self._size]

    def pick(self, places: NDArray[np.int64]) -> None:
        """Keep the values at these places alone, in this order."""
        self._size = len(places)
        self._room = np.concatenate(
            (self._room[places], np.zeros(_spare(self._size), self._room.dtype))
        )

    def _make_room(self, count: int) -> None:
        missing = self._size + count - len(self._room)
        if missing > 0:
            # A new array: who still reads the old one is not disturbed.
            more = np.zeros(missing + _spare(len(self._room)), self._room.dtype)
            self._room = np.concatenate((self._room, more))


def _spare(size: int) -> int:
    return _SMALLEST + size // _SPARE


class Codes(Generic[_Name]):
    """Numbers for names, as long as lines have them; the code 0 is that of ``first``."""

    def __init__(self, first: _Name) -> None:
        self._first = first
        self.names: list[_Name] = [first]
        self._codes: dict[_Name, int] = {}
        self._uses: Counter[int] = Counter()
        self._free: list[int] = []

    def load(self, names: Iterable[_Name], uses: Array) -> None:
        """Take the names by code (from 1), and how often each code is used."""
        self.names = [self._first, *names]
        for code, name in enumerate(self.names):
            if code and code < len(uses) and uses[code]:
                self._codes[name] = code
                self._uses[code] = int(uses[code])
            elif code:
                self.names[code] = self._first
                self._free.append(code)

    def take(self, name: _Name) -> int:
        """Return the code of a name, which one line more has."""
        if name == self._first:
            return 0
        code = self._codes.get(name)
        if code is None:
            code = self._free.pop() if self._free else len(self.names)
            self.names[code : code + 1] = [name]
            self._codes[name] = code
        self._uses[code] += 1
        return code

    def drop(self, code: int) -> None:
        """Note that one line less has a code; a name that no line has is forgotten."""
        if not code:
            return
        self._uses[code] -= 1
        if not self._uses[code]:
            del self._codes[self.names[code]], self._uses[code]
            self.names[code] = self._first
            self._free.append(code)


class Vectors:
    """Vectors of lines by slot: a byte for each number, and a bit for its sign; 0 where none is.

    A line may also be known to have none. Most of a million lines are told to be far from another
    vector by the signs alone: those that differ grow with the angle (Charikar 2002).
    """

    def __init__(self, dims: int, slots: int = 0) -> None:
        self.dims: Final = dims
        # Whole words of 64 bits are counted at once.
        self._words: Final = -(-dims // _WORD_BITS)
        codes = np.zeros((slots, dims), np.int8)
        self._codes = Column(f"V{dims}", [_rows(codes)])
        self._signs = Column(f"V{8 * self._words}", [_rows(self._signs_of(codes))])
        self._decided = Column(np.bool_, [np.zeros(slots, np.bool_)])

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def codes(self) -> NDArray[np.int8]:
        """A row for each slot."""
        return self._codes.values().view(np.int8).reshape(-1, self.dims)

    @property
    def decided(self) -> Bools:
        """Whether each slot has a vector, or is known to have none."""
        return self._decided.values()

    def _signs_of(self, codes: NDArray[np.int8]) -> Array:
        bits = np.zeros((len(codes), _WORD_BITS * self._words), np.bool_)
        bits[:, : self.dims] = codes > 0
        return np.packbits(bits, axis=1)

    def append(self) -> None:
        """Add a slot without a vector."""
        self._codes.extend(_rows(np.zeros((1, self.dims), np.int8)))
        self._signs.extend(_rows(np.zeros((1, 8 * self._words), np.uint8)))
        self._decided.append(value=False)

    def put(self, slot: int, vector: Floats | None) -> None:
        """Set the vector of a slot; None: the line is known to have none."""
        codes = np.zeros((1, self.dims), np.int8)
        greatest = 0.0 if vector is None else float(np.abs(vector).max())
        if vector is None or not greatest:  # one of all 0 has no angle
            codes[0, 0] = _NONE
        else:
            codes[0] = np.rint(vector * (_MOST_CODE / greatest))
        self.put_codes(np.array([slot]), codes)

    def put_codes(self, slots: Array, codes: NDArray[np.int8]) -> None:
        """Set the rows of some slots, as ``codes`` gave them."""
        self.codes[slots] = codes
        signs = self._signs.values().view(np.uint8).reshape(-1, 8 * self._words)
        signs[slots] = self._signs_of(codes)
        self._decided.values()[slots] = codes.any(axis=1)

    def clear(self, slot: int) -> None:
        """Remove what is known of a slot."""
        self.put_codes(np.array([slot]), np.zeros((1, self.dims), np.int8))

    def pick(self, slots: NDArray[np.int64]) -> None:
        """Keep the vectors of these slots alone, in this order."""
        self._codes.pick(slots)
        self._signs.pick(slots)
        self._decided.pick(slots)

    def cosines(self, slots: Array, vector: Floats) -> Floats:
        """Return the cosine of each slot's vector and ``vector``; 0 where one is missing."""
        codes = self.codes[slots].astype(np.float32)
        codes[codes[:, 0] == _NONE] = 0
        norms = np.sqrt((codes**2).sum(axis=1)) * (float(np.sqrt((vector**2).sum())) or 1.0)
        products = codes @ vector.astype(np.float32)
        return np.round(products / np.where(norms > 0, norms, 1.0), 6).astype(np.float64)

    def nearest(self, vector: Floats, count: int) -> Array:
        """Return the slots of the vectors that are likely to be nearest, ascending."""
        signs = self._signs.values().view(np.uint64).reshape(-1, self._words)
        wanted = self._signs_of((vector > 0).astype(np.int8)[None, :]).view(np.uint64)
        differing = np.bitwise_count(signs ^ wanted).sum(axis=1, dtype=np.int32)
        compared = np.arange(len(signs))
        if len(compared) > _COMPARED:
            compared = np.argpartition(differing, _COMPARED)[:_COMPARED]
        cosines = self.cosines(compared, vector)
        best = np.lexsort((-compared, -cosines))[:count]
        return np.sort(compared[best[cosines[best] > 0]])


def _rows(values: Array) -> Array:
    """Return each row as one value without a type."""
    return np.ascontiguousarray(values).view(f"V{values.shape[1]}").reshape(-1)
