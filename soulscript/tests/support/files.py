"""Files that some tests read; those outside the library's own folder may be missing."""

from collections.abc import Iterable
from pathlib import Path

import pytest

import soulscript

_REPOSITORY = Path(__file__).parents[3]

CASES = Path(soulscript.__file__).parent / "data" / "conformance"
SAMPLES = _REPOSITORY.parent / "shared" / "samples"  # characters of other authors
SOULS = _REPOSITORY / "src" / "synthetic_soul" / "data" / "souls"  # those of the engine
EXAMPLES = _REPOSITORY / "examples"


def each_file(paths: Iterable[Path]) -> pytest.MarkDecorator:
    """Run a test with each ``path``; skip it if there is none."""
    missing = pytest.mark.skip(reason="the files are not part of this checkout")
    found = [pytest.param(path, id=path.name) for path in sorted(paths)]
    return pytest.mark.parametrize("path", found or [pytest.param(None, marks=missing)])
