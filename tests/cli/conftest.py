from functools import partial
from pathlib import Path

import pytest

from tests.cli import commands


@pytest.fixture
def soul(tmp_path: Path) -> commands.Soul:
    """The command, on this test's folder."""
    return partial(commands.soul, tmp_path)
