from pathlib import Path
from statistics import fmean

import pytest

from benchmarks.conversations import UNANSWERABLE, generated, locomo
from benchmarks.recall import asked, auc
from synthetic_soul.recall import Index

LOCOMO = Path(__file__).parents[3] / "shared" / "data" / "locomo" / "locomo_dev.json"


def test_the_generated_conversation_gives_up_its_answers() -> None:
    talk = generated(1_000)
    index = Index(talk.lines)
    outcomes = [asked(index, talk, question) for question in talk.questions]
    assert fmean(outcome.measures[1] for outcome in outcomes) > 0.95


@pytest.mark.skipif(not LOCOMO.exists(), reason="the LoCoMo conversations are not here")
def test_four_of_five_answers_are_among_the_first_ten_on_locomo() -> None:
    talks = [(Index(talk.lines), talk) for talk in locomo(LOCOMO)]
    outcomes = [asked(index, talk, each) for index, talk in talks for each in talk.questions]
    answered = [each for each in outcomes if each.kind not in UNANSWERABLE]
    assert len(answered) == 786
    assert fmean(outcome.measures[1] for outcome in answered) > 0.8
    unanswered = [each.confidence for each in outcomes if each.kind in UNANSWERABLE]
    assert auc([each.confidence for each in answered], unanswered) > 0.85
