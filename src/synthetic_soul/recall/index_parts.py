"""The parts in which an index is written to a store: its columns by line and by term, as bytes.

A part holds so many lines, one after the other. It holds no text, but a digest for each term.
Vectors are written in parts of their own, each with the digest of its line's id and the origin of
its caption: whoever reads them asks for no slot, and a line that was indexed anew without its
caption has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from synthetic_soul.recall.columns import Column
from synthetic_soul.recall.corpus import Array

PART_LINES: Final = 1_024
"""The lines of a part; the last one may have fewer."""
VECTOR_LINES: Final = 256
"""The lines of a part of vectors, of which not all have one."""
_VERSION: Final = 1
_HEADER: Final = np.dtype("<u4")
_BY_LINE: Final[Mapping[str, type[np.generic]]] = {
    "ats": np.int64,
    "sizes": np.uint32,
    "speakers": np.uint16,
    "sessions": np.uint32,
    "flags": np.uint16,
    "alive": np.bool_,
    "ids": np.uint64,
    "origins": np.int64,
    "caption_origins": np.int64,
    "distinct": np.uint32,
}
"""``ids`` are digests of the lines' ids; ``distinct`` is the number of different terms."""
_BY_TERM: Final[Mapping[str, type[np.generic]]] = {"terms": np.uint32, "counts": np.uint16}


def encode(
    by_line: Mapping[str, Column], by_term: Mapping[str, Column], lines: slice, starts: Array
) -> bytes:
    """Return the part of some lines; ``starts`` is where the terms of each begin, and the end."""
    terms = slice(int(starts[lines.start]), int(starts[lines.stop]))
    header = [_VERSION, lines.stop - lines.start, terms.stop - terms.start]
    return b"".join(
        [
            np.array(header, _HEADER).tobytes(),
            *(_plain(by_line[name].values()[lines]) for name in _BY_LINE),
            *(_plain(by_term[name].values()[terms]) for name in _BY_TERM),
        ]
    )


def _plain(values: Array) -> bytes:
    return values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()


def decode(parts: Sequence[bytes]) -> tuple[dict[str, Column], dict[str, Column]]:
    """Return the columns by line and by term of all parts together.

    ``ValueError`` for a part that is damaged or of another version.
    """
    pieces: dict[str, list[Array]] = {name: [] for name in (*_BY_LINE, *_BY_TERM)}
    for part in parts:
        version, lines, terms = np.frombuffer(part, _HEADER, 3).tolist()
        if version != _VERSION:
            raise ValueError(f"a part of version {version}")
        offset = 3 * _HEADER.itemsize
        for table, count in ((_BY_LINE, lines), (_BY_TERM, terms)):
            for name, kind in table.items():
                dtype = np.dtype(kind).newbyteorder("<")
                pieces[name].append(np.frombuffer(part, dtype, count, offset))
                offset += count * dtype.itemsize
        if offset != len(part):
            raise ValueError(f"a part has {len(part)} bytes, not {offset}")
    return (
        {name: Column(kind, pieces[name]) for name, kind in _BY_LINE.items()},
        {name: Column(kind, pieces[name]) for name, kind in _BY_TERM.items()},
    )


@dataclass(frozen=True, slots=True)
class VectorRows:
    """Vectors of some lines: digests of their ids, origins of their captions, and codes."""

    ids: Array
    caption_origins: Array
    codes: NDArray[np.int8]

    def picked(self, rows: Array) -> VectorRows:
        """Return some of the rows."""
        return VectorRows(self.ids[rows], self.caption_origins[rows], self.codes[rows])


def encode_vectors(rows: VectorRows) -> bytes:
    """Return a part of vectors."""
    header = np.array([_VERSION, *rows.codes.shape], _HEADER)
    columns = _plain(rows.ids), _plain(rows.caption_origins), rows.codes.tobytes()
    return b"".join([header.tobytes(), *columns])


def decode_vectors(part: bytes) -> VectorRows:
    """Return the rows of a part; ``ValueError`` for one that is damaged or of another version."""
    version, count, dims = np.frombuffer(part, _HEADER, 3).tolist()
    size = 3 * _HEADER.itemsize + count * (16 + dims)
    if version != _VERSION or not dims or len(part) != size:
        raise ValueError(f"a part of vectors, version {version}, with {len(part)} bytes")
    ids = np.frombuffer(part, "<u8", count, 3 * _HEADER.itemsize)
    captions = np.frombuffer(part, "<i8", count, 3 * _HEADER.itemsize + 8 * count)
    codes = np.frombuffer(part, np.int8, count * dims, size - count * dims)
    return VectorRows(ids, captions, codes.reshape(count, dims))
