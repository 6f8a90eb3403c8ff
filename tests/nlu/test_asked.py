"""What a question asks for, read as a statement of a fact would be."""

import pytest

from synthetic_soul.nlu.facts.asked import ANYBODY, SPEAKER, asked_of


@pytest.mark.parametrize(
    ("question", "topic", "words"),
    [
        ("What food do I hate?", "dislike", ("food",)),
        ("Which languages can I speak?", "language", ("languages",)),
        ("where do I really live now", "home", ("now",)),
        ("What colour do I like best?", "favourite", ("colour", "best")),
        ("Do I play the trumpet?", "hobby", ("the", "trumpet")),
        ("What can't I eat?", "diet", ()),
        ("what am I scared of?", "fear", ("scared", "of")),
        ("When did I get married?", "experience", ("married",)),
    ],
)
def test_what_the_verb_would_state_of_the_speaker_is_asked_for(
    question: str, topic: str, words: tuple[str, ...]
) -> None:
    asked = asked_of(question)
    assert asked is not None
    assert asked.who == SPEAKER
    assert topic in {name for name, _ in asked.topics}
    assert asked.words == words
    assert asked.is_open is not question.startswith(("Do", "When"))


@pytest.mark.parametrize(
    ("question", "who", "verb"),
    [
        ("What does my sister play?", "person:sister", "play"),
        ("Does my best friend own a boat?", "person:best friend", "own"),
        ("Where does Olly work?", "Olly", "work"),
        ("Who plays the cello?", ANYBODY, "play"),
        ("Who is a doctor in my family?", ANYBODY, "be"),
    ],
)
def test_somebody_else_is_asked_about_by_relation_name_or_deed(
    question: str, who: str, verb: str
) -> None:
    asked = asked_of(question)
    assert asked is not None
    assert (asked.who, asked.verb) == (who, verb)


def test_a_name_that_is_known_need_not_be_written_large() -> None:
    asked = asked_of("what does lena do?", {"lena"})
    assert asked is not None
    assert asked.who == "lena"


@pytest.mark.parametrize(
    "question",
    [
        "Am I late?",
        "Why do I hate mornings?",
        "How do I cook rice?",
        "What should I do?",
        "What do you like?",
        "Do I have to go?",
        "Who is there?",
        "I like tea.",
        "Who?",
        "what does it cost",
        "do I",
        "",
    ],
)
def test_other_questions_ask_for_no_fact(question: str) -> None:
    assert asked_of(question) is None
