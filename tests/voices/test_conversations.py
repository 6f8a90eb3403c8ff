"""Faults that readers of whole conversations found, each as a test of its kind."""

from __future__ import annotations

import re

import pytest

from tests.voices.souls import DAY, HOUR, NAMES, soul
from tests.voices.talk import Talk

CHEER = re.compile(r"(?i)!|\b(?:joke|silly|fun|hooray|playful|odd and tell)\b")


def talk_of(*lines: str, name: str = "jasmine") -> tuple[Talk, list[str]]:
    talk = Talk(soul(name))
    return talk, [talk.say(line) for line in lines]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_learned_is_taken_up_and_not_its_hatred(name: str) -> None:
    _, (_, reply) = talk_of("hi", "I love hiking but I hate crowds", name=name)
    assert "hiking" in reply.casefold(), reply
    assert not re.search(r"(?i)cross|infuriat|angry|fury|let it out", reply), reply


@pytest.mark.parametrize("name", NAMES)
def test_bad_news_of_somebody_names_them(name: str) -> None:
    _, (_, reply) = talk_of("hi", "my cat Miso is sick", name=name)
    assert "Miso" in reply, reply
    assert not re.search(r"(?i)grave|grief|brave|die|eat today", reply), reply


@pytest.mark.parametrize("name", NAMES)
def test_one_who_was_ill_is_not_spoken_of_as_dead(name: str) -> None:
    talk, _ = talk_of("I have a cat called Miso", "my cat Miso is sick", name=name)
    talk.wait(2 * DAY)
    reply = talk.say("what do you know about me?")
    assert "have a cat called Miso" in reply, reply


@pytest.mark.parametrize("name", NAMES)
def test_the_dead_are_not_asked_after_and_not_forgotten(name: str) -> None:
    talk, _ = talk_of("I have a dog called Rex", "my dog died yesterday", name=name)
    replies = []
    for line in (
        "hi",
        "the weather is nice",
        "I had soup",
        "tell me a story",
        "ok",
        "I read a lot",
    ):
        talk.wait(3 * DAY)
        replies.append(talk.say(line))
    assert not any(re.search(r"Rex[^.!]*\?", reply) for reply in replies), replies
    assert "Rex" in talk.say("what was my dog called?")


def test_soon_after_a_death_it_is_tender_also_beyond_the_tail() -> None:
    lines = ("he was fourteen", "thank you", "I don't know how to tell the kids", "ok", "it rained",
             "do you ever get sad?", "my wife says we should get another dog",
             "I think I'll go to bed now, good night")  # fmt: skip
    _, replies = talk_of("my dog Rex died yesterday", *lines)
    assert not any(CHEER.search(reply) for reply in replies), replies
    assert re.search(r"(?i)night|sleep", replies[-1]), replies[-1]


def test_after_a_loss_the_next_day_begins_gently() -> None:
    talk, _ = talk_of("my dog Rex died yesterday", "he was fourteen", "ok", "bye")
    talk.wait(20 * HOUR)
    reply = talk.say("hey")
    assert not CHEER.search(reply), reply
    assert re.search(r"(?i)since|how are you|bearing", reply), reply


@pytest.mark.parametrize("name", NAMES)
def test_good_night_is_said_also_after_a_hard_talk(name: str) -> None:
    _, replies = talk_of("hi", "you're useless", "shut up", "good night", name=name)
    assert re.search(r"(?i)night", replies[-1]), replies[-1]


def test_an_answer_to_how_are_you_is_not_thanked_for() -> None:
    _, (_, reply) = talk_of("hi", "Pretty good thanks!")
    assert "welcome" not in reply.casefold(), reply
    assert re.search(r"(?i)good|glad|splendid|easier", reply), reply


@pytest.mark.parametrize("name", NAMES)
def test_a_request_for_help_is_not_taken_as_praise(name: str) -> None:
    _, (_, reply) = talk_of("hi", "can you help me?", name=name)
    assert "?" in reply or "see" in reply or "powers" in reply, reply
    assert not re.search(r"(?i)thank|flatter|blush", reply), reply


def test_what_somebody_eats_is_kept_and_told() -> None:
    _, replies = talk_of("I'm vegan by the way", "do you know what I eat?")
    assert "vegan" in replies[0]
    assert "you're vegan" in replies[1].casefold()


def test_several_of_a_kind_keep_their_names() -> None:
    _, replies = talk_of("I have two kids, Ben and Lucy", "what are my kids called?")
    assert "Ben and Lucy" in replies[1], replies


def test_what_is_known_of_one_answers_no_question_about_another() -> None:
    talk, _ = talk_of("My brother studies law.", "My daughter is called Lena.")
    assert "law" not in talk.say("What does my daughter study?")
    assert "law" in talk.say("What does my brother study?")


def test_what_is_over_answers_no_question_about_the_present() -> None:
    talk, _ = talk_of("I used to live in Ankara.", "I live in Izmir.")
    assert "Ankara" not in talk.say("Where do I live?")
    assert "Ankara" in talk.say("Where did I use to live?")


TOLD = (
    "I hate olives and I speak Dutch.",
    "My sister Wilma plays the cello.",
    "My favourite colour is teal and I like plum cake.",
    "My dad lives in Oslo. My son is called Emil.",
    "I play the trumpet.",
    "My wife is a doctor. I study law and I drive a red van.",
    "I'm scared of spiders. We got married in 2009.",
)


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("What food do I hate?", "olives"),
        ("What languages can I speak?", "Dutch"),
        ("What does my sister play?", "cello"),
        ("Does my sister play an instrument?", "cello"),
        ("What does Wilma play?", "cello"),
        ("Who plays the cello?", "Wilma"),
        ("Who lives in Oslo?", "dad|father"),
        ("Who is a doctor in my family?", "wife"),
        ("What colour do I like best?", "teal"),
        ("What cake do I like?", "plum"),
        ("What's my kid called?", "Emil"),
        ("What instrument do I play?", "trumpet"),
        ("What am I scared of?", "spiders"),
        ("When did we get married?", "2009"),
        ("What do I drive?", "red van"),
        ("Do I have kids?", "Emil"),
    ],
)
def test_what_was_told_answers_a_question_in_other_words(asked: str, answer: str) -> None:
    talk, _ = talk_of(*TOLD)
    reply = talk.say(asked)
    assert re.search(answer, reply), reply


@pytest.mark.parametrize(
    "asked", ["What's my brother called?", "Does my sister play the drums?", "Who lives in Riga?"]
)
def test_what_was_not_told_answers_nothing(asked: str) -> None:
    talk, _ = talk_of(*TOLD)
    reply = talk.say(asked)
    assert not re.search(r"drums|dad|father|wife|Riga|law|2009", reply), reply


def test_somebody_named_is_known_again() -> None:
    _, replies = talk_of("my sister is having a baby", "her name is Ines", "who is Ines?",
                         "Ines says hi")  # fmt: skip
    assert "sister is called Ines" in replies[2], replies
    assert re.search(r"(?i)hello|greetings", replies[3]), replies


def test_a_plan_is_ahead_until_it_is_over() -> None:
    talk, (reply,) = talk_of("I'm going to my sister's place this weekend")
    assert "you're going" in talk.say("what are my plans?").casefold(), reply
    talk.wait(20 * DAY)
    assert "on the weekend of 11 October" in talk.say("what were my plans?")


def test_the_same_words_over_and_over_are_noticed() -> None:
    _, replies = talk_of(*["I like cheese"] * 5)
    assert "four times" in replies[3].casefold(), replies
    assert "five times" in replies[4].casefold(), replies
    assert len(set(replies)) == len(replies)


@pytest.mark.parametrize(
    ("said", "word"),
    [("Wie wird das Wetter heute?", "Englisch"), ("¿Cómo te llamas?", "inglés"),
     ("天气怎么样", "英语"), ("je suis très triste aujourd'hui", "anglais"), ("сәлем", "English")],
)  # fmt: skip
def test_another_language_is_named_not_guessed_at(said: str, word: str) -> None:
    _, (reply,) = talk_of(said)
    assert word in reply


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "asked",
    ["What is the meaning of life?", "Do you think free will exists?", "Can a machine be kind?",
     "Do you believe in God?"],
)  # fmt: skip
def test_what_nobody_can_look_up_is_no_matter_of_a_language_model(asked: str, name: str) -> None:
    _, (reply,) = talk_of(asked, name=name)
    assert "language model" not in reply


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "asked",
    ["Are you afraid of being deleted?", "Do you dream?", "Do you have friends?",
     "what makes you happy?", "do you ever get sad?", "What are you thinking about?",
     "What would you change about yourself?"],
)  # fmt: skip
def test_what_everybody_asks_of_an_agent_has_an_answer(asked: str, name: str) -> None:
    _, (reply,) = talk_of(asked, name=name)
    assert not re.search(r"(?i)never filled in|blank page|drawer's empty|file's missing|no answer"
                         r"|don't know that about|couldn't tell", reply), reply  # fmt: skip


def test_questions_do_not_come_three_times_running() -> None:
    lines = ("hi", "I'm Tomas", "I live in Ghent", "I work as a baker", "it's raining here",
             "I have a cat called Miso", "I like hiking", "my shift starts at four", "I had soup",
             "the market was full", "I bought a hat", "we went to Crete")  # fmt: skip
    _, replies = talk_of(*lines)
    asked = "".join("?" if "?" in reply else "." for reply in replies)
    assert "????" not in asked, replies
    assert asked.count("?") <= 8, replies


@pytest.mark.parametrize(
    "said", ["but it feels wrong", "my sister I mean", "forget that", "jk", "he's fine"]
)
def test_a_sentence_is_not_echoed_as_if_it_were_an_answer(said: str) -> None:
    _, replies = talk_of("hi", "I'm Tomas", "ok", said)
    echoed = said.replace("my", "your").replace(" i ", " you ")
    assert not replies[-1].casefold().startswith(echoed), replies


def test_a_noun_is_taken_up_whole() -> None:
    for number in range(12):
        _, replies = talk_of("hi", f"I sat under the apple tree for {number + 2} hours")
        assert not re.search(r"(?i)the apple(?! tree)", replies[1]), replies


def test_a_small_unkindness_gets_a_light_answer() -> None:
    _, replies = talk_of("hi", "ur weird")
    assert not re.search(r"(?i)that hurt|stung|unkind", replies[1]), replies
    assert re.search(r"(?i)fair|worse|guilty|says the one|perhaps", replies[1]), replies
