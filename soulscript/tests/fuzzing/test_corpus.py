"""The small corpus that fuzzing has left: each input is read, or refused, as it must be."""

from pathlib import Path

import pytest

from fuzzing.targets import CORPUS, TARGETS

INPUTS = sorted(path for path in CORPUS.rglob("*") if path.is_file())


@pytest.mark.parametrize("name", sorted(TARGETS))
def test_every_reader_has_a_corpus(name: str) -> None:
    assert any((CORPUS / name).iterdir())


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_an_input_that_was_of_interest_is_read_or_refused(path: Path) -> None:
    TARGETS[path.parent.name](path.read_bytes())
