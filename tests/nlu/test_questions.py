"""A question is read to its end: one that goes on may ask for something else."""

import pytest

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu.acts.questions import classify_question
from synthetic_soul.nlu.text.sentences import segment


def asked(text: str) -> tuple[Act | None, tuple[str, ...]]:
    (sentence,) = segment(text)
    return classify_question(sentence, ())


@pytest.mark.parametrize(
    "text",
    [
        "How are you?",
        "how are you mira?",
        "how are you doing today?",
        "how are you really?",
        "how are things at work?",
        "how are we doing?",
        "how are you and your sister?",
        "how is it going?",
        "how is life these days?",
        "how is everything at home?",
        "how have you been?",
        "how have you been lately?",
        "what's up?",
        "what's up, doc?",
        "hey what is wrong?",
        "what's the matter with you?",
        "are we good?",
        "are you okay?",
    ],
)
def test_how_the_agent_is_is_asked(text: str) -> None:
    assert asked(text)[0] is Act.ASK_FEELING


@pytest.mark.parametrize(
    "text",
    [
        "how are you supposed to know that?",
        "how are you made?",
        "how are you paid?",
        "how are we supposed to pay the rent?",
        "how are things decided in your town?",
        "how is it going to work without her?",
        "how is life possible on Mars?",
        "how is everything connected in that film?",
        "how have you been able to read it so fast?",
        "how have you been trained?",
        "what is wrong with pineapple on pizza?",
        "what's up with people these days?",
        "what is wrong in this sentence?",
        "are we good at chess?",
    ],
)
def test_a_question_that_goes_on_is_not_how_the_agent_is(text: str) -> None:
    assert asked(text)[0] is not Act.ASK_FEELING


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("who am I?", "name"),
        ("who am I again?", "name"),
        ("what is my name?", "name"),
        ("where do I work?", "work"),
        ("what is my job?", "work"),
        ("what do I do?", "work"),
        ("what do I do for a living?", "work"),
        ("what am I planning?", "plan"),
    ],
)
def test_what_is_known_of_the_speaker_is_asked(text: str, about: str) -> None:
    act, topics = asked(text)
    assert (act, about in topics) == (Act.ASK_MEMORY, True)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("who am I kidding?", "name"),
        ("who am I to judge?", "name"),
        ("who am I talking to?", "name"),
        ("what do I do if she says no?", "work"),
        ("what do I do about my boss?", "work"),
        ("where do I work out?", "work"),
        ("what do I have to lose?", "like"),
        ("what am I doing wrong?", "plan"),
        ("where am I going with this?", "plan"),
    ],
)
def test_a_question_that_goes_on_is_not_after_what_is_known(text: str, about: str) -> None:
    act, topics = asked(text)
    assert act is not Act.ASK_MEMORY or about not in topics


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("who are you?", "name"),
        ("who are you, and what is this?", "name"),
        ("who are you really?", "name"),
        ("where are we?", "place"),
        ("what is going on here?", "place"),
        ("how do you look?", "looks"),
        ("what is your job?", "work"),
        ("what is your job like?", "work"),
        ("what are you doing?", "doing"),
        ("what are you doing today?", "doing"),
    ],
)
def test_what_the_agent_is_is_asked(text: str, about: str) -> None:
    act, topics = asked(text)
    assert (act, about in topics) == (Act.ASK_ABOUT_YOU, True)


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("who are you voting for?", "name"),
        ("who are you to judge me?", "name"),
        ("what is your name for this colour?", "name"),
        ("where are we going tomorrow?", "place"),
        ("where is this going?", "place"),
        ("where am I going wrong?", "place"),
        ("what is going on with your sister?", "place"),
        ("how do you look at this problem?", "looks"),
        ("how do you look after a cactus?", "looks"),
        ("what is your job interview about?", "work"),
        ("what are you doing about it?", "doing"),
    ],
)
def test_a_question_that_goes_on_asks_for_something_else(text: str, about: str) -> None:
    assert about not in asked(text)[1]
