"""Texts kept in files to be read by eye; ``pytest --snapshot-update`` writes them anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Snapshot = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--snapshot-update", action="store_true", help="Write snapshots anew.")


@pytest.fixture
def snapshot(request: pytest.FixtureRequest) -> Snapshot:
    """Compare a text with the file that holds it, or write the file anew where asked to."""

    def compare(file: Path, text: str) -> None:
        if request.config.getoption("--snapshot-update"):
            file.write_text(text, encoding="utf-8")
        assert file.read_text("utf-8") == text

    return compare
