"""Known facts are told correctly; of unknown ones the agent says that it does not know them."""

from __future__ import annotations

import re

import pytest

from synthetic_soul import nlu
from synthetic_soul.mind.interpretation import Act
from synthetic_soul.voices.base import Line, Relationship
from synthetic_soul.voices.composer.composer import compose
from tests.voices.briefs import RELATIONSHIPS, brief, fact, heard
from tests.voices.souls import DAY, HOUR, NAMES, START, soul
from tests.voices.talk import Talk

KNOWN = (
    fact("name", "Tomas", age=9 * DAY),
    fact("hobby", "baking bread", age=3 * DAY),
    fact("home", "Ghent", age=3 * DAY),
    fact("work", "a baker", age=3 * DAY),
    fact("pet:cat", "Miso", age=3 * DAY),
    fact("pet:dog", "Rex", age=4 * DAY),
    fact("person:sister", "Ada", age=2 * DAY),
    fact("person:best friend", "Bo", age=2 * DAY),
    fact("birthday", "3 May", age=2 * DAY),
    fact("age", "34", age=2 * DAY),
    fact("like", "hiking in the rain", age=2 * DAY),
    fact("like", "green tea", age=1 * DAY),
    fact("dislike", "olives", age=1 * DAY),
    fact("favourite:colour", "blue", age=1 * DAY),
    fact("allergy", "peanuts", age=1 * DAY),
    fact("language", "Dutch", age=1 * DAY),
    fact("plan", "going to Rome in May", age=1 * DAY),
)
UNKNOWING = re.compile(
    r"(?i)don't know|haven't told|haven't said|nothing|no record|not told|never told|one's missing"
    r"|looked in every pocket|blank|could guess|not have the pleasure|not a clue|never introduced"
    r"|very little|almost nothing|mystery|not much|you've not said|don't think you|I have not"
    r"|not met|not told|not had|not know it"
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("what's my name?", "Tomas"),
        ("do you remember my name?", "Tomas"),
        ("who am I?", "Tomas"),
        ("what's my cat called?", "Miso"),
        ("what is my dog's name?", "Rex"),
        ("do you remember my sister's name?", "Ada"),
        ("who is my best friend?", "Bo"),
        ("where do I live?", "Ghent"),
        ("what do I do for a living?", "baker"),
        ("when is my birthday?", "3 May"),
        ("how old am I?", "34"),
        ("what's my favourite colour?", "blue"),
        ("what am I allergic to?", "peanuts"),
        ("what languages do I speak?", "Dutch"),
        ("what do I like?", "green tea"),
        ("what do I hate?", "olives"),
        ("do you remember where I am going?", "Rome"),
        ("what do you know about me?", "Tomas"),
    ],
)
def test_what_is_known_is_answered_rightly(name: str, question: str, answer: str) -> None:
    interpretation = nlu.interpret(question, name=soul(name).name)
    for relationship in ("friend", "wary", "hurt", "new"):
        made = brief(
            interpretation,
            of=soul(name),
            known_facts=KNOWN,
            relationship=RELATIONSHIPS[relationship],
        )
        reply = compose(made)
        assert answer in reply, reply
        others = {"Miso", "Rex", "Ada", "Bo"} - {answer}
        if question != "what do you know about me?":
            told = re.split(r"(?<=[.!?]) ", reply)
            assert not any(other in part for part in told[:1] for other in others), reply


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "question",
    [
        "what's my name?",
        "what's my cat called?",
        "where do I live?",
        "when is my birthday?",
        "what's my favourite song?",
        "do you remember my brother's name?",
        "what do you know about me?",
    ],
)
def test_what_is_not_known_is_not_made_up(name: str, question: str) -> None:
    interpretation = nlu.interpret(question, name=soul(name).name)
    reply = compose(brief(interpretation, of=soul(name)))
    assert UNKNOWING.search(reply), reply
    assert (
        "?" in reply or "tell me" in reply.casefold() or "to know" in reply or "keep it" in reply
    ), reply


def test_a_name_signed_up_with_is_a_name_known() -> None:
    interpretation = nlu.interpret("what's my name?")
    assert "ada_l" in compose(brief(interpretation, person_name="ada_l"))


def test_old_lines_are_told_with_their_time() -> None:
    recalled = (Line("1", "Tomas", "I sprained my ankle on the stairs", START - 3 * DAY),)
    interpretation = heard(
        "what did I tell you about my ankle?", Act.ASK_MEMORY, question_topics=("ankle",)
    )
    for name in NAMES:
        reply = compose(brief(interpretation, of=soul(name), recalled_lines=recalled))
        assert "you sprained your ankle on the stairs" in reply
        assert "hree days ago" in reply


def test_old_lines_that_do_not_fit_are_not_used_as_an_answer() -> None:
    recalled = (Line("1", "Tomas", "I sprained my ankle on the stairs", START - 3 * DAY),)
    interpretation = heard(
        "what's my favourite song?", Act.ASK_MEMORY, question_topics=("favourite:song",)
    )
    assert "ankle" not in compose(brief(interpretation, recalled_lines=recalled))


def test_a_line_that_cannot_be_turned_is_quoted() -> None:
    recalled = (Line("1", "Tomas", "my knees: bad. your advice: rest!", START - 3 * DAY),)
    interpretation = heard(
        "what did I say about my knees?", Act.ASK_MEMORY, question_topics=("knees",)
    )
    assert "“my knees: bad. your advice: rest!”" in compose(
        brief(interpretation, recalled_lines=recalled)
    )


def test_its_own_lines_and_questions_are_no_memories() -> None:
    recalled = (
        Line("1", "Jasmine", "your ankle will heal", START - DAY, mine=True),
        Line("2", "Tomas", "is my ankle broken?", START - DAY),
    )
    interpretation = heard(
        "what did I say about my ankle?", Act.ASK_MEMORY, question_topics=("ankle",)
    )
    reply = compose(brief(interpretation, recalled_lines=recalled))
    assert UNKNOWING.search(reply), reply


def test_in_a_group_a_line_is_told_of_its_speaker() -> None:
    recalled = (Line("1", "Bea", "the ankle is mine", START - DAY),)
    interpretation = heard(
        "what was said about the ankle?", Act.ASK_MEMORY, question_topics=("ankle",)
    )
    reply = compose(
        brief(interpretation, recalled_lines=recalled, person_name="Tomas", is_group=True)
    )
    assert "Bea said" in reply


def test_whether_they_have_met() -> None:
    interpretation = heard("do you remember me?", Act.ASK_MEMORY, question_topics=("*",))
    new = compose(brief(interpretation, relationship=Relationship()))
    assert re.search(r"(?i)not met|don't think we've", new), new
    met = compose(brief(interpretation, relationship=RELATIONSHIPS["known"]))
    assert "yesterday" in met, met


@pytest.mark.parametrize("name", NAMES)
def test_what_was_learned_is_acknowledged(name: str) -> None:
    talk = Talk(soul(name))
    for said, word in (
        ("my name is Tomas", "Tomas"),
        ("I have a cat called Miso", "Miso"),
        ("my sister is called Ada", "Ada"),
        ("I live in Ghent", "Ghent"),
        ("I'm a nurse", "nurse"),
        ("I love green tea", "reen tea"),
        ("my favourite colour is blue", "lue"),
        ("I'm allergic to peanuts", "eanuts"),
    ):
        reply = talk.say(said)
        assert word in reply, (said, reply)


@pytest.mark.parametrize("name", NAMES)
def test_a_correction_names_what_is_right_now(name: str) -> None:
    old, new = fact("name", "Tom", id="a"), fact("name", "Tomas", id="b", age=0)
    interpretation = heard("no, my name is Tomas", Act.CORRECT, Act.TELL)
    reply = compose(
        brief(
            interpretation,
            of=soul(name),
            known_facts=(new,),
            learned_facts=(new,),
            forgotten_facts=(old,),
            person_name="Tomas",
        )
    )
    assert "Tomas" in reply
    assert re.search(r"(?i)not Tom\b|sorry|Tom is gone", reply), reply


def test_a_fact_withdrawn_is_let_go() -> None:
    interpretation = heard("I don't like olives any more", Act.CORRECT, Act.TELL)
    for name in NAMES:
        reply = compose(
            brief(interpretation, of=soul(name), forgotten_facts=(fact("like", "olives"),))
        )
        assert re.search(r"(?i)let go|dropp|no longer", reply), reply


def test_a_correction_of_nothing_asks_what_is_right() -> None:
    for name in NAMES:
        assert "?" in compose(brief(heard("that's wrong", Act.CORRECT), of=soul(name)))


@pytest.mark.parametrize("name", NAMES)
def test_forgetting_says_what_was_forgotten(name: str) -> None:
    interpretation = heard("forget my cat", Act.FORGET, forget_topics=("pet:cat",))
    reply = compose(
        brief(interpretation, of=soul(name), forgotten_facts=(fact("pet:cat", "Miso"),))
    )
    assert re.search(r"(?i)your cat Miso", reply), reply
    none = compose(brief(interpretation, of=soul(name)))
    assert re.search(r"(?i)nothing|never had", none), none


def test_forgetting_all_lists_it_once() -> None:
    gone = (fact("name", "Tomas"), fact("pet:cat", "Miso"), fact("home", "Ghent"))
    interpretation = heard("forget everything", Act.FORGET, forget_topics=("*",))
    reply = compose(brief(interpretation, forgotten_facts=gone))
    assert "your name, your cat Miso and where you live" in reply


def test_it_asks_after_what_it_knows_but_never_after_the_dead() -> None:
    talk = Talk(soul("jasmine"))
    for said in ("I'm Tomas", "I have a cat called Miso", "my cat Miso died"):
        talk.say(said)
    talk.wait(2 * DAY)
    later = [talk.say(said) for said in ("hello", "I had soup", "it was hot", "the bus came late")]
    assert not any(re.search(r"Miso[^.]*\?", reply) for reply in later), later


def test_it_asks_how_a_plan_went_and_how_the_sick_are() -> None:
    plan = (fact("plan", "going to Rome", age=20 * DAY),)
    away = RELATIONSHIPS["back"]
    for name in NAMES:
        reply = compose(
            brief(heard("hi", Act.GREET), of=soul(name), known_facts=plan, relationship=away)
        )
        assert "you were going to rome" in reply.casefold(), reply
        ill = (Line("1", "Tomas", "my cat is really sick", START - 3 * DAY),)
        known = (fact("pet:cat", "Miso"),)
        reply = compose(
            brief(
                heard("hi", Act.GREET),
                of=soul(name),
                known_facts=known,
                recent_lines=ill,
                relationship=away,
            )
        )
        assert "Miso" in reply, reply
        assert "three days" in reply.casefold(), reply


def test_after_grief_it_asks_how_they_have_been() -> None:
    tail = (Line("1", "Tomas", "my dad died", START - 5 * HOUR),)
    away = Relationship("friend", 0.4, met_at=START - DAY, away=5 * HOUR, messages=50)
    for name in NAMES:
        reply = compose(
            brief(heard("hello", Act.GREET), of=soul(name), recent_lines=tail, relationship=away)
        )
        assert re.search(r"(?i)how (?:have|are) you|bearing up|how's|fared", reply), reply


def test_an_older_line_comes_back_where_it_fits() -> None:
    recalled = (Line("1", "Tomas", "the orchard behind my house flooded", START - 9 * DAY),)
    replies = [
        compose(
            brief(
                heard(f"the orchard by the house again {n}", Act.TELL, topics=("orchard", "house")),
                recalled_lines=recalled,
            )
        )
        for n in range(20)
    ]
    told = [reply for reply in replies if "flooded" in reply]
    assert told
    assert all("a week ago" in reply or "days ago" in reply for reply in told)


OF_OTHERS = (
    *KNOWN,
    fact("person:brother", "Ray", age=2 * DAY),
    fact("person:Ray", "lives in Lyon", age=2 * DAY),
    fact("person:Ray", "has a boat", age=2 * DAY),
    fact("person:Ray", "plays chess", age=2 * DAY),
    fact("person:Ada", "hates coffee", age=2 * DAY),
)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Does Ray play chess?", "plays chess"),
        ("Does my brother have a boat?", "has a boat"),
        ("Does Ray live in Rome?", "lives in Lyon"),
        ("Does Ada like coffee?", "hates coffee"),
        ("What does Ray do?", "plays chess"),
        ("What does Ray have?", "has a boat"),
        ("What does Ada hate?", "hates coffee"),
        ("Does Ray like tea?", ""),
        ("Does my sister like tea?", ""),
        ("Does Ray have kids?", ""),
        ("Can Ray swim?", ""),
        ("Is Ray a baker?", ""),
        ("What does Ray like?", ""),
    ],
)
def test_somebody_is_told_of_by_what_answers_alone(question: str, answer: str) -> None:
    interpretation = nlu.interpret(question, name="Jasmine")
    reply = compose(brief(interpretation, known_facts=OF_OTHERS))
    if answer:
        assert answer in reply
    else:
        assert UNKNOWING.search(reply), reply
        assert not any(each.value in reply for each in OF_OTHERS if each.root == "person"), reply
