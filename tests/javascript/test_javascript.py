"""The unit tests of the page's modules, run by node."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MIN_NODE = 20


def node() -> str:
    """Path of a node that is new enough; skips the test where there is none."""
    path = shutil.which("node")
    if path is None:
        pytest.skip("there is no node on PATH")
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603 - as found
    major = re.match(r"v(\d+)", version)
    if major is None or int(major[1]) < MIN_NODE:
        pytest.skip(f"node {version.strip()} is older than {MIN_NODE}")
    return path


@pytest.mark.parametrize("path", sorted(HERE.glob("*.test.js")), ids=lambda path: path.name)
def test_the_modules_of_the_page_do_what_their_tests_say(path: Path) -> None:
    run = subprocess.run(  # noqa: S603 - our own tests
        [node(), "--test", path], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout + run.stderr
