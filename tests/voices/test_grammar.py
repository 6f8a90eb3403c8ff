from __future__ import annotations

import pytest

from synthetic_soul.voices.composer import grammar
from synthetic_soul.voices.composer.grammar import DAY, HOUR, MINUTE
from synthetic_soul.voices.composer.situation import assess
from tests.voices.briefs import brief, heard
from tests.voices.souls import soul


@pytest.mark.parametrize(
    ("said", "turned"),
    [
        ("my dog and I", "your dog and you"),
        ("I am tired of my job.", "you are tired of your job"),
        ("I'm learning the cello", "you're learning the cello"),
        ("I was at the sea with our boys", "you were at the sea with your boys"),
        ("it was raining when I was there", "it was raining when you were there"),
        ("We went home by ourselves", "you went home by yourselves"),
        ("I've never been to Rome", "you've never been to Rome"),
        ("she gave it to me", "she gave it to you"),
        ("It’s mine", "It's yours"),
        ("I really wasn't ready", "you really weren't ready"),
        ("my mother-in-law", "your mother-in-law"),
    ],
)
def test_the_person_is_turned_round(said: str, turned: str) -> None:
    assert grammar.turn_person(said) == turned


@pytest.mark.parametrize(
    "said",
    [
        "",
        "...",
        "I told you so",
        "is it mine? I think so",
        'she said "no"',
        "he said 'never' to me",
        "first this. then that",
        "hello there",
        "yes I do",
        "a, b: c",
        " ".join(["very"] * 17),
        "I like {name}",
        "see http://example.org",
    ],
)
def test_what_cannot_be_turned_with_certainty_is_left_out(said: str) -> None:
    assert grammar.turn_person(said) is None


@pytest.mark.parametrize(
    ("millis", "words"),
    [
        (3 * MINUTE, "a few minutes"),
        (HOUR, "an hour"),
        (5 * HOUR, "five hours"),
        (DAY, "a day"),
        (3 * DAY, "three days"),
        (13 * DAY, "13 days"),
        (14 * DAY, "two weeks"),
        (70 * DAY, "two months"),
        (300 * DAY, "ten months"),
        (360 * DAY, "a year"),
        (800 * DAY, "two years"),
    ],
)
def test_a_stretch_of_time_in_words(millis: int, words: str) -> None:
    assert grammar.time_span(millis) == words


@pytest.mark.parametrize(
    ("millis", "words"),
    [
        (0, "a moment ago"),
        (20 * MINUTE, "a little while ago"),
        (4 * HOUR, "four hours ago"),
        (DAY, "yesterday"),
        (3 * DAY, "three days ago"),
    ],
)
def test_when_something_was_in_words(millis: int, words: str) -> None:
    assert grammar.time_ago(millis) == words


def test_articles_follow_the_sound() -> None:
    nouns = ("owl", "unicorn", "hour", "nurse", "one-off", "umbrella", "European")
    assert [grammar.an(noun) for noun in nouns] == [
        "an owl",
        "a unicorn",
        "an hour",
        "a nurse",
        "a one-off",
        "an umbrella",
        "a European",
    ]


def test_lists_read_as_text() -> None:
    assert grammar.join_list([]) == ""
    assert grammar.join_list(["tea"]) == "tea"
    assert grammar.join_list(["tea", "rain", "Ghent"]) == "tea, rain and Ghent"


def test_numbers_are_words_up_to_twelve() -> None:
    assert [grammar.number_word(n) for n in (0, 1, 12, 13, -1)] == [
        "no",
        "one",
        "twelve",
        "13",
        "-1",
    ]


def test_a_quotation_holds_no_marks_that_end_it() -> None:
    assert grammar.quoted('she said "go", {so}\nI went.') == "“she said go, so I went”"


@pytest.mark.parametrize(
    ("raw", "tidied"),
    [
        ("hello  there . you are here", "Hello there. You are here."),
        ("so.  and then", "So. And then."),
        ("wait… and then", "Wait… and then."),
        ("You said: “it rained”", "You said: “it rained”."),
        ("is it?", "Is it?"),
        ("one,, two..", "One, two."),
        ("well...", "Well..."),
        ("", ""),
    ],
)
def test_text_is_made_whole_sentences(raw: str, tidied: str) -> None:
    assert grammar.tidy(raw) == tidied


def test_the_first_letter_becomes_small_but_names_of_one_stay() -> None:
    assert grammar.lower_first("The sea") == "the sea"
    assert grammar.lower_first("I went") == "I went"
    assert grammar.lower_first("I'm here") == "I'm here"
    assert grammar.lower_first("RAL 1014") == "RAL 1014"


@pytest.mark.parametrize(
    ("text", "topics", "found"),
    [
        ("I painted my shed today", ("shed", "today"), "your shed"),
        ("I bought a new bike", ("bike",), "the new bike"),
        ("we saw the film", ("saw", "film"), "the film"),
        ("his sister called", ("sister",), "his sister"),
        ("I went swimming", ("swimming",), ""),
        ("the car-park was full", ("car",), ""),
        ("my sister's house", ("sister",), ""),
    ],
)
def test_a_thing_is_named_as_the_person_named_it(
    text: str, topics: tuple[str, ...], found: str
) -> None:
    assert grammar.noun_phrase(text, topics) == found


@pytest.mark.parametrize("name", ["jasmine", "halvard"])
def test_a_line_that_names_the_agent_is_not_turned(name: str) -> None:
    situation = assess(brief(heard("hello"), of=soul(name)))
    assert situation.turn(f"I walked with {soul(name).name}") is None
    assert situation.turn("I walked with my dog") == "you walked with your dog"
