"""What a cue asks for."""

import pytest

from synthetic_soul.recall import Cue, Speakers, read


def cue(text: str) -> Cue:
    return read(text, speakers=Speakers(), present=(), now=None, span=(0, 0))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        (
            "list the order in which I brought up different aspects of my garden. Only five items.",
            ("garden",),
        ),
        (
            "Give me a comprehensive summary of how my pottery has progressed over time",
            ("potteri",),
        ),
        ("walk me through my illness in order", ("ill",)),
    ],
)
def test_the_words_by_which_an_overview_is_asked_for_are_no_topic(
    text: str, terms: tuple[str, ...]
) -> None:
    assert cue(text).terms == terms
    assert "overview" in cue(text).kinds


def test_the_same_words_are_a_topic_where_no_overview_is_asked_for() -> None:
    assert "order" in cue("what did I order at the bakery?").terms
    assert "five" in cue("which five planets are visible?").terms


@pytest.mark.parametrize("frame", ["did you recommend", "would you suggest", "did you advise"])
def test_what_is_asked_of_advice_is_its_topic(frame: str) -> None:
    assert cue(f"which bakery {frame}?").terms == ("bakeri",)
    assert "recommend" in cue("which bakery did Ben recommend?").terms


def test_who_asks_for_a_summary_asks_for_no_advice() -> None:
    assert cue("can you give me a recipe for soup?").kinds == {"request"}
    assert cue("can you give me a summary of my recipes?").kinds == {"overview"}


def test_advice_may_be_asked_for_after_a_condition() -> None:
    assert "request" in cue("If the soup is too salty, how do I save it?").kinds
    assert "request" not in cue("how did I save it?").kinds
