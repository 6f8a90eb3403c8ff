from pathlib import Path
from statistics import fmean

import pytest

from benchmarks.recall import asked, generated, locomo
from synthetic_soul.recall import Index, Weights

LOCOMO = Path(__file__).parents[3] / "shared" / "data" / "locomo" / "locomo_dev.json"


def test_the_generated_conversation_gives_up_its_answers() -> None:
    talk = generated(1_000)
    index = Index(talk.lines)
    outcomes = [asked(index, talk, question, Weights()) for question in talk.questions]
    assert fmean(outcome.measures[1] for outcome in outcomes) > 0.95


@pytest.mark.skipif(not LOCOMO.exists(), reason="the LoCoMo conversations are not here")
def test_three_of_four_answers_are_among_the_first_ten_on_locomo() -> None:
    talks = [(Index(talk.lines), talk) for talk in locomo(LOCOMO)]
    outcomes = [
        asked(index, talk, each, Weights()) for index, talk in talks for each in talk.questions
    ]
    assert len(outcomes) == 786
    assert fmean(outcome.measures[1] for outcome in outcomes) > 0.77
