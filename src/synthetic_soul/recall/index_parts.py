"""The parts in which an index is written to a store: its columns by line and by term, as bytes.

A part holds so many lines, one after the other. It holds no text, but a digest for each term; and
the vectors of the lines, where they have some.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from synthetic_soul.recall.columns import Column, Vectors
from synthetic_soul.recall.corpus import Array

PART_LINES: Final = 1_024
"""The lines of a part; the last one may have fewer."""
_VERSION: Final = 1
_WITH_VECTORS: Final = 2
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
    by_line: Mapping[str, Column],
    by_term: Mapping[str, Column],
    lines: slice,
    starts: Array,
    vectors: Vectors | None = None,
) -> bytes:
    """Return the part of some lines; ``starts`` is where the terms of each begin, and the end."""
    terms = slice(int(starts[lines.start]), int(starts[lines.stop]))
    header = [_VERSION, lines.stop - lines.start, terms.stop - terms.start]
    if vectors is not None:
        header = [_WITH_VECTORS, *header[1:], vectors.dims]
    return b"".join(
        [
            np.array(header, _HEADER).tobytes(),
            *(_plain(by_line[name].values()[lines]) for name in _BY_LINE),
            *(_plain(by_term[name].values()[terms]) for name in _BY_TERM),
            b"" if vectors is None else vectors.codes[lines].tobytes(),
        ]
    )


def _plain(values: Array) -> bytes:
    return values.astype(values.dtype.newbyteorder("<"), copy=False).tobytes()


Columns = tuple[dict[str, Column], dict[str, Column], Vectors | None]


def decode(parts: Sequence[bytes]) -> Columns:
    """Return the columns by line and by term of all parts together, and the vectors.

    ``ValueError`` for a part that is damaged or of another version. There are vectors where every
    part has them, of one length.
    """
    pieces: dict[str, list[Array]] = {name: [] for name in (*_BY_LINE, *_BY_TERM)}
    codes: list[Array] = []
    for part in parts:
        version, lines, terms = np.frombuffer(part, _HEADER, 3).tolist()
        if version not in {_VERSION, _WITH_VECTORS}:
            raise ValueError(f"a part of version {version}")
        dims = int(np.frombuffer(part, _HEADER, 4)[3]) if version == _WITH_VECTORS else 0
        offset = (4 if dims else 3) * _HEADER.itemsize
        for table, count in ((_BY_LINE, lines), (_BY_TERM, terms)):
            for name, kind in table.items():
                dtype = np.dtype(kind).newbyteorder("<")
                pieces[name].append(np.frombuffer(part, dtype, count, offset))
                offset += count * dtype.itemsize
        if offset + lines * dims != len(part):
            raise ValueError(f"a part has {len(part)} bytes, not {offset + lines * dims}")
        codes.append(np.frombuffer(part, np.int8, lines * dims, offset).reshape(lines, dims))
    return (
        {name: Column(kind, pieces[name]) for name, kind in _BY_LINE.items()},
        {name: Column(kind, pieces[name]) for name, kind in _BY_TERM.items()},
        _together(codes),
    )


def _together(codes: Sequence[Array]) -> Vectors | None:
    lengths = {rows.shape[1] for rows in codes}
    if len(lengths) != 1 or lengths == {0}:
        return None
    return Vectors(lengths.pop(), codes=np.concatenate(codes))
