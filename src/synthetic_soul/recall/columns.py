"""Arrays that grow at their end: the columns of an index."""

from collections import Counter
from collections.abc import Hashable, Iterable
from typing import Final, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

from synthetic_soul.recall.corpus import Array

_SMALLEST: Final = 16  # places of a new column
_SPARE: Final = 8  # a full column grows by one in so many of its values

_Name = TypeVar("_Name", bound=Hashable)


class Column:
    """An array that grows at its end."""

    def __init__(self, dtype: type[np.generic], values: Iterable[Array] = ()) -> None:
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
