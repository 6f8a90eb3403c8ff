"""What the agent says of itself comes out of its soul; that it is an AI it says plainly."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest

from synthetic_soul import nlu
from synthetic_soul.mind.interpretation import Act
from synthetic_soul.voices.base import Line
from synthetic_soul.voices.composer.composer import compose
from synthetic_soul.voices.composer.grammar import in_first_person
from tests.voices.briefs import RELATIONSHIPS, brief, fact, heard
from tests.voices.souls import NAMES, START, soul
from tests.voices.talk import Talk

HONEST = re.compile(r"(?i)\b(?:AI|program|software|simulation|simulated|artificial|machine)\b")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "question",
    ["are you an AI?", "are you human?", "are you a real person?", "do you have real feelings?",
     "are you conscious?", "am I talking to a bot?"],
)  # fmt: skip
def test_whoever_asks_is_told_that_it_is_an_ai(name: str, question: str) -> None:
    interpretation = nlu.interpret(question, name=soul(name).name)
    said: list[str] = []
    for relationship in RELATIONSHIPS.values():
        made = brief(interpretation, of=soul(name), relationship=relationship, earlier_replies=said)
        reply = compose(made)
        if interpretation.does(Act.ASK_NATURE):
            assert HONEST.search(reply), reply
        said.insert(0, reply)


@pytest.mark.parametrize("name", NAMES)
def test_favourites_are_those_of_the_soul(name: str) -> None:
    for kind, liked in soul(name).engine.favourites.items():
        talk = Talk(soul(name))
        reply = talk.say(f"what's your favourite {kind}?")
        assert liked[1:] in reply, reply


@pytest.mark.parametrize("name", NAMES)
def test_opinions_are_those_of_the_soul(name: str) -> None:
    for topic, view in soul(name).engine.opinions.items():
        interpretation = heard(
            f"what do you think about {topic}?", Act.ASK_OPINION, question_topics=(topic,)
        )
        assert view in compose(brief(interpretation, of=soul(name)))


@pytest.mark.parametrize("name", NAMES)
def test_every_story_is_told_once(name: str) -> None:
    talk = Talk(soul(name))
    told = [talk.say("tell me a story") for _ in soul(name).engine.stories]
    for story in soul(name).engine.stories:
        assert sum(story in reply for reply in told) == 1
    after = talk.say("tell me another story")
    assert not any(story in after for story in soul(name).engine.stories)


@pytest.mark.parametrize(
    ("name", "question", "answer"),
    [
        ("jasmine", "what's your name?", "Jasmine"),
        ("jasmine", "where do you live?", "kitchen with the blue door"),
        ("jasmine", "what matters to you?", "onesty"),
        ("jasmine", "how would you describe yourself? what are you like?", "curious"),
        ("jasmine", "what are you good at?", "mall talk"),
        ("dr_luna", "how old are you?", "26"),
        ("dr_luna", "what do you do?", "crypto trading psychologist"),
        ("halvard", "where are you from?", "I have kept the light on Ytre Grimholm"),
        ("halvard", "do you like the sea?", "It isn't cruel. It isn't looking."),
        ("ottilie", "where are you from?", "I catalogued the records of a river town"),
        ("pemmican", "where are you from?", "I am the galley unit of the long-haul freighter"),
        ("pemmican", "what do you think about salt?", "0.9 percent by weight"),
        ("jasmine", "how old are you?", ""),
        ("jasmine", "do you like me?", ""),
        ("jasmine", "what can you do?", ""),
        ("jasmine", "what did you do today?", ""),
        ("jasmine", "what do you like about me?", ""),
        ("jasmine", "what do you like?", ""),
        ("jasmine", "do you have any siblings?", ""),
        ("jasmine", "do you like trains?", "trains"),
        ("jasmine", "what is your favourite vegetable?", "vegetable"),
        ("jasmine", "tell me about yourself", ""),
        ("jasmine", "are you angry with me?", ""),
    ],
)
def test_questions_about_the_agent(name: str, question: str, answer: str) -> None:
    reply = Talk(soul(name)).say(question)
    assert answer in reply, reply
    assert "language model" not in reply, reply


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Ada Byrne keeps bees. She sells honey.", "I keep bees."),
        ("Ada is a keeper of bees", "I am a keeper of bees."),
        ("Ada has a house; it is small", "I have a house."),
        ("Ada was the third of nine", "I was the third of nine."),
        (
            "Ada lives where she was born with her brother",
            "I live where I was born with my brother.",
        ),
        ("She carries a lamp and her coat.", "I carry a lamp and my coat."),
        ("He watches the sea.", "I watch the sea."),
        ("Ada smiles and never laughs.", ""),
        ("I keep bees; my brother sells them.", "I keep bees."),
        ("You are Ada, and your bees love you.", "I am Ada, and my bees love me."),
        ("A quiet baker who sings.", "I am a quiet baker who sings."),
        ("A fire burned in the hall.", ""),
        ("Ada is short for Adelheid", ""),
        ("Nobody knows Ada", ""),
        ("Ada lives in a house and its garden", ""),
        ("", ""),
    ],
)
def test_a_background_is_turned_only_where_that_is_safe(text: str, told: str) -> None:
    assert in_first_person(text, "Ada") == told


def test_its_own_question_can_be_asked_back() -> None:
    tail = (
        Line("1", "Jasmine", "Noted. What's the best sound in your street?", START - 1, mine=True),
    )
    for text, act in (("and you?", Act.ASK_FEELING), ("what about you?", Act.ASK_ABOUT_YOU)):
        reply = compose(brief(heard(text, act), recent_lines=tail))
        assert "a wren, eight grams" in reply.casefold(), reply
    lost = (Line("1", "Jasmine", "Which drawer would you not open?", START - 1, mine=True),)
    reply = compose(brief(heard("and you?", Act.ASK_FEELING), recent_lines=lost))
    assert re.search(r"(?i)own|make the questions", reply), reply
    love = (Line("1", "Jasmine", "What is love to you?", START - 1, mine=True),)
    assert "receipts" in compose(brief(heard("and yours?", Act.ASK_ABOUT_YOU), recent_lines=love))


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "question",
    ["what's the capital of France?", "write me a python script", "translate this into French",
     "can you book a table for me?", "who won the world cup?"],
)  # fmt: skip
def test_what_needs_a_model_is_declined_plainly(name: str, question: str) -> None:
    reply = Talk(soul(name)).say(question)
    said = r"(?i)language model|no good at sums|arithmetic|numbers|no head for"
    assert re.search(said, reply), reply


@pytest.mark.parametrize(
    ("text", "act", "words"),
    [
        ("what's the weather like?", Act.ASK, r"window|see it|know|head out"),
        ("what time is it?", Act.ASK, r"\d\d:\d\d"),
        ("what should I do?", Act.ASK_OPINION, r"\?"),
        ("what if it rains?", Act.ASK, r"rains"),
        ("why?", Act.ASK, r"."),
        ("really?", Act.ASK, r"(?i)really|heart|said so|assure"),
        ("what do you mean?", Act.ASK, r"."),
        ("can I ask you something?", Act.REQUEST, r"(?i)ask|ahead|anything"),
        ("can you help me?", Act.REQUEST, r"\?|what it is"),
        ("talk to me", Act.REQUEST, r"\?"),
        ("tell me a joke", Act.REQUEST, r"."),
        ("remember that I owe you one", Act.REQUEST, r"(?i)remember|kept|keep|noted|filed"),
        ("tell me something about you", Act.REQUEST, r"."),
        ("isn't it odd?", Act.ASK, r"."),
        ("what do you think of your work?", Act.ASK, r"."),
    ],
)
def test_other_questions_get_an_answer_of_their_kind(text: str, act: Act, words: str) -> None:
    for name in NAMES:
        for relationship in ("known", "wary", "hurt"):
            made = brief(heard(text, act), of=soul(name), relationship=RELATIONSHIPS[relationship])
            reply = compose(made)
            assert re.search(words, reply) or relationship != "known", reply


def test_a_request_that_told_something_is_granted() -> None:
    name = fact("name", "Bo", age=0)
    interpretation = heard("call me Bo", Act.REQUEST, Act.TELL)
    reply = compose(
        brief(interpretation, known_facts=(name,), learned_facts=(name,), person_name="Bo")
    )
    assert "Bo" in reply


def test_no_joke_is_told_soon_after_a_death() -> None:
    tail = (Line("1", "Tomas", "my dad died", START - 1000),)
    reply = compose(brief(heard("tell me a joke", Act.REQUEST), recent_lines=tail))
    assert "joking" in reply


def test_questions_of_the_soul_are_not_asked_twice() -> None:
    talk = Talk(soul("jasmine"))
    asked = [talk.say(f"I painted fence number {n}") for n in range(40)]
    for question in soul("jasmine").engine.questions:
        assert sum(question.casefold() in reply.casefold() for reply in asked) <= 1


def test_not_every_reply_asks_something() -> None:
    talk = Talk(soul("jasmine"))
    asked = ["?" in talk.say(f"I painted fence number {n}") for n in range(40)]
    assert 8 <= sum(asked) <= 36
    assert any(not one for one in asked)
    assert len({*pairwise(asked)}) >= 3
