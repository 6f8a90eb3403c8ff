"""The classifiers in the package are those that the lines in ``training`` make."""

from pathlib import Path

import pytest

from synthetic_soul.nlu.acts.talk_labels import HEADS
from synthetic_soul.nlu.resources import FOLDER
from synthetic_soul.nlu.text.classifier import Classifier
from training import examples, talk_lines
from training.material import CRISIS, LANGUAGES, REPLY_CHECK, Material

MAX_BYTES = 4_000_000


@pytest.mark.parametrize("material", [CRISIS, LANGUAGES, REPLY_CHECK])
def test_a_classifier_was_trained_on_the_lines_and_the_code_that_there_are(
    material: Material,
) -> None:
    trained_on = Classifier.read(material.target).trained_on
    assert trained_on == material.digest(), "run make models"


@pytest.mark.parametrize("head", HEADS)
def test_the_labels_of_talk_were_trained_on_the_lines_that_there_are(head: str) -> None:
    trained_on = Classifier.read(FOLDER / f"talk_{head}.npz").trained_on
    assert trained_on == talk_lines.digest(), "run make models"


def test_no_line_of_talk_that_is_held_out_is_learned() -> None:
    held_out = Path(__file__).parents[2] / "benchmarks/data/talk_held_out"
    learned = {line.text for line in talk_lines.read_lines()}
    assert learned.isdisjoint(line.text for line in talk_lines.read_lines(held_out))


def test_the_classifiers_are_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.npz")) < MAX_BYTES


def test_no_line_of_the_tests_or_of_the_held_back_ones_is_learned() -> None:
    learned = {each.text.casefold() for each in (*CRISIS.lines(), *REPLY_CHECK.lines())}
    root = Path(__file__).parents[2]
    tested = (root / "tests/nlu/crisis.txt").read_text(encoding="utf-8").splitlines()
    lines = {line.rpartition(" | ")[2].casefold() for line in tested}
    lines |= {line["text"].casefold() for line in examples.held_out()}
    assert learned & lines == set()
