from functools import partial
from pathlib import Path

import pytest

from tests.cli import soul_process


@pytest.fixture
def soul(tmp_path: Path) -> soul_process.Soul:
    """The command, on this test's folder."""
    return partial(soul_process.soul, tmp_path)
