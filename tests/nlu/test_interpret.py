"""An interpretation: feelings, events, questions, topics, facts and what earlier words add."""

from __future__ import annotations

import pytest

from synthetic_soul.mind.interpretation import Act, LifeEvent
from synthetic_soul.nlu import interpret


def strongest(said: str) -> str:
    return next(iter(interpret(said).feelings), "")


@pytest.mark.parametrize(
    ("said", "emotion"),
    [
        ("my dog died yesterday", "sadness"),
        ("I got the job!!!", "happiness"),
        ("you're useless", "anger"),
        ("I love you", "love"),
        ("thank you so much", "gratitude"),
        ("I'm so sorry", "guilt"),
        ("I am not happy about this", "frustration"),
        ("Great, another bug…", "frustration"),
        ("I'm scared of the dark", "fear"),
        ("I'm nervous about my exam", "anxiety"),
        ("I feel so alone", "loneliness"),
        ("that's gross", "disgust"),
        ("I'm jealous of her", "envy"),
        ("I'm so relieved", "relief"),
        ("I'm so proud of myself", "pride"),
        ("wow, I did not see that coming", "surprise"),
        ("I hate myself", "self_loathing"),
        ("this is so embarrassing", "embarrassment"),
        ("I hope it works out", "hope"),
        ("we are getting married", "happiness"),
        ("my test results were negative", "relief"),
        ("😭", "sadness"),
        (":)", "happiness"),
        ("I don't want to live anymore", "sadness"),
    ],
)
def test_the_strongest_feeling_is_the_one_meant(said: str, emotion: str) -> None:
    assert strongest(said) == emotion


def test_grief_holds_no_joy() -> None:
    interpretation = interpret("my grandmother died last night, she was lovely and I loved her")
    assert interpretation.valence < -0.3
    assert interpretation.feelings["sadness"] > max(
        interpretation.feelings.get("happiness", 0.0), 0.5
    )


def test_denied_joy_is_not_joy() -> None:
    interpretation = interpret("I am not happy about this")
    assert "happiness" not in interpretation.feelings


def test_stronger_words_are_felt_more() -> None:
    plain = interpret("I'm happy").feelings["happiness"]
    assert interpret("I'm extremely happy").feelings["happiness"] > plain
    assert interpret("I'm HAPPY!!!").feelings["happiness"] > plain
    assert interpret("I'm a little bit happy").feelings["happiness"] < plain
    assert interpret("I'm kind of happy").feelings["happiness"] < plain


def test_shouting_arouses() -> None:
    assert interpret("COME HERE NOW!!!").arousal > interpret("come here now").arousal


def test_what_stands_after_but_weighs_more() -> None:
    assert interpret("it was terrible but I'm glad").valence > 0
    assert interpret("I was glad but it is terrible").valence < 0


def test_the_feelings_of_others_are_less_the_speakers() -> None:
    own = interpret("I'm angry").feelings["anger"]
    theirs = interpret("my sister is angry").feelings["anger"]
    assert 0 < theirs < own


def test_a_question_about_the_agents_mood_is_no_mood_of_the_speaker() -> None:
    assert interpret("are you sad?").feelings == {}
    assert interpret("are you happy?").valence == 0.0


@pytest.mark.parametrize(
    ("said", "sign"),
    [("you're useless", -1), ("I will delete you", -1), ("I love you", 1), ("thanks", 1),
     ("you're so kind", 1), ("the bus is late", 0), ("my boss is an idiot", 0),
     ("thanks for nothing", 0)],
)  # fmt: skip
def test_words_do_good_or_ill_to_the_listener(said: str, sign: int) -> None:
    towards = interpret(said).attitude
    assert (towards > 0.15) - (towards < -0.15) == sign


def test_an_insult_outweighs_a_thank_you() -> None:
    assert interpret("thanks, you useless idiot").attitude < 0


def test_mocking_thanks_are_no_kindness() -> None:
    interpretation = interpret("great job breaking it again 🙄")
    assert interpretation.ironic
    assert interpretation.attitude <= 0
    assert interpretation.valence < 0


@pytest.mark.parametrize(
    ("said", "subject", "clause"),
    [
        ("my dog died yesterday", "my dog", "my dog died yesterday"),
        ("My cat Miso is sick :(", "My cat Miso", "My cat Miso is sick"),
        ("well, my sister's dog died", "my sister's dog", "my sister's dog died"),
        ("I got the job!!!", "I", "I got the job"),
        ("mum's in hospital", "mum", "mum's in hospital"),
        ("passed my driving test", "", "passed my driving test"),
        ("I lost my dad last year", "my dad", "I lost my dad last year"),
        ("they fired me", "I", "they fired me"),
        ("it's our anniversary", "we", "it's our anniversary"),
        ("hey Jasmine my dog died", "my dog", "my dog died"),
    ],
)
def test_an_event_names_whom_it_befell_and_the_clause(said: str, subject: str, clause: str) -> None:
    interpretation = interpret(said, name="Jasmine")
    assert interpretation.life_event is not None
    assert (interpretation.event_subject, interpretation.event_clause) == (subject, clause)


def test_of_two_events_the_heavier_is_the_one() -> None:
    interpretation = interpret("I passed my exam and my grandma died")
    assert interpretation.life_event is LifeEvent.DEATH
    assert interpretation.does(Act.GOOD_NEWS, Act.BAD_NEWS)
    assert interpretation.valence < 0


def test_good_fortune_said_in_sour_words_stays_good() -> None:
    assert interpret("I survived cancer").valence > 0


def test_what_befalls_a_stranger_is_felt_less() -> None:
    assert (
        interpret("my dad got fired").feelings["anxiety"]
        > interpret("he got fired").feelings["anxiety"]
    )


@pytest.mark.parametrize(
    ("said", "about"),
    [
        ("what's my name?", ("name",)),
        ("what's my sister called?", ("person:sister",)),
        ("what's my cat called?", ("pet:cat",)),
        ("do you remember my best friend?", ("person:best friend",)),
        ("how old am I?", ("age",)),
        ("where do I live?", ("home",)),
        ("what do I do for a living?", ("work",)),
        ("when is my birthday?", ("birthday",)),
        ("what do I like?", ("like",)),
        ("what do I hate?", ("dislike",)),
        ("do I like tea?", ("like", "tea")),
        ("what's my favourite movie?", ("favourite:film",)),
        ("what am I allergic to?", ("allergy",)),
        ("which languages do I speak?", ("language",)),
        ("where am I from?", ("origin",)),
        ("what are my plans?", ("plan",)),
        ("what do you remember about me?", ("*",)),
        ("did I tell you about my trip to Rome?", ("trip", "rome")),
        ("what's my sister's job?", ("person:sister", "work")),
        ("what's your favourite color?", ("favourite colour",)),
        ("how old are you?", ("age",)),
        ("what's your name?", ("name",)),
        ("do you like jazz?", ("like", "jazz")),
        ("tell me about yourself", ("story",)),
        ("what are you doing?", ("doing",)),
        ("tell me a joke", ("joke",)),
        ("My name is Bo, and you?", ("name",)),
        ("what do you think about snow?", ("snow",)),
        ("how are you?", ()),
    ],
)
def test_a_question_is_about_something(said: str, about: tuple[str, ...]) -> None:
    assert interpret(said).question_topics == about


@pytest.mark.parametrize(
    ("said", "topics"),
    [
        ("forget my name", ("name",)),
        ("forget my address", ("home", "address")),
        ("please forget what I said about my sister", ("person:sister",)),
        ("forget that I like jazz", ("jazz",)),
        ("can you forget where I live?", ("home",)),
        ("forget how old I am please", ("age",)),
        ("forget everything about me", ("*",)),
        ("erase all my data", ("*",)),
        ("forget it all", ("*",)),
        ("forget my cat's name", ("pet:cat",)),
        ("forget my favourite colour", ("favourite:colour",)),
        ("forget what I just said", ()),
        ("stop remembering my birthday", ("birthday",)),
    ],
)
def test_a_wish_to_be_forgotten_names_what(said: str, topics: tuple[str, ...]) -> None:
    interpretation = interpret(said)
    assert interpretation.acts[0] is Act.FORGET
    assert interpretation.forget_topics == topics
    assert interpretation.fact_mentions == ()


@pytest.mark.parametrize(
    "said",
    ["don't forget my name", "I forgot my keys", "forget it", "did you forget my name?",
     "forget about it", "I'll never forget you", "don't ever forget me"],
)  # fmt: skip
def test_other_talk_of_forgetting_erases_nothing(said: str) -> None:
    interpretation = interpret(said)
    assert Act.FORGET not in interpretation.acts
    assert interpretation.forget_topics == ()


def test_topics_are_the_words_that_say_what_it_is_about() -> None:
    assert interpret("I went to the museum in Lisbon with Ada").topics[:3] == (
        "lisbon",
        "ada",
        "museum",
    )
    assert interpret("how are you?").topics == ()
    assert len(interpret(" ".join(f"word{number}x" for number in range(50))).topics) <= 12


def test_confidence_follows_how_much_was_understood() -> None:
    assert interpret("how are you?").confidence > 0.9
    assert interpret("xq zzt blorp kvik").confidence < 0.4
    assert interpret("...").confidence == 1.0


def test_several_messages_are_interpreted_as_one() -> None:
    interpretation = interpret("hi\nmy name is Bo\nmy dog died yesterday")
    assert interpretation.acts[0] is Act.BAD_NEWS
    assert {Act.GREET, Act.TELL} <= set(interpretation.acts)
    assert [(fact.topic, fact.value) for fact in interpretation.fact_mentions] == [
        ("name", "Bo"),
        ("lost:pet:dog", "dog"),
    ]


def test_a_name_is_told_with_the_agents_name_beside_it() -> None:
    interpretation = interpret("Jasmine, my name is Jasmin", name="Jasmine")
    assert [fact.value for fact in interpretation.fact_mentions] == ["Jasmin"]


def test_one_who_was_mentioned_gets_a_name_later() -> None:
    facts = interpret("I have a cat. Her name is Miso.").fact_mentions
    assert ("pet:cat", "Miso") in {(fact.topic, fact.value) for fact in facts}


def test_a_correction_may_follow_a_bare_no() -> None:
    (fact,) = interpret("No. My name is Bo.").fact_mentions
    assert fact.corrects


def test_a_certain_fact_replaces_the_guess() -> None:
    (fact,) = interpret("I'm Bo. Yes, my name is Bo.").fact_mentions
    assert fact.certain


def test_long_values_are_cut_at_a_word() -> None:
    (fact,) = interpret("I like " + "very old green wooden boats and " * 20).fact_mentions
    assert len(fact.value) <= 120


def test_chat_spelling_reads_like_the_full_words() -> None:
    for short, full in (("hru", "how are you"), ("thx", "thanks"), ("im sad", "I'm sad"),
                        ("wats ur name?", "what's your name?"), ("soooo happy", "so happy"),
                        ("helloooo", "hello"), ("r u real?", "are you real?")):  # fmt: skip
        assert interpret(short).acts == interpret(full).acts


def test_hating_a_thing_is_no_anger() -> None:
    interpretation = interpret("I love hiking but I hate crowds")
    assert max(interpretation.feelings.values(), default=0.0) < 0.35
    assert interpret("I hate my life").feelings


def test_asking_for_help_is_no_praise() -> None:
    assert Act.PRAISE not in interpret("can you help me?").acts
    assert Act.PRAISE in interpret("you helped me a lot").acts


@pytest.mark.parametrize(
    ("before", "said", "fact"),
    [
        ("my sister is having a baby", "her name is Ines", ("person:sister", "Ines")),
        ("I'm going to my sister's place", "her name is Clara", ("person:sister", "Clara")),
        ("I have a crush on someone", "his name is Callum", ("person:crush", "Callum")),
        ("my sister met my brother", "her name is Ines", ("person:sister", "Ines")),
    ],
)
def test_whose_name_it_is_stands_in_what_was_said_before(
    before: str, said: str, fact: tuple[str, str]
) -> None:
    (mention,) = interpret(said, before=before).fact_mentions
    assert (mention.topic, mention.value) == fact
    assert not interpret(said).fact_mentions


def test_whom_news_is_about_stands_in_what_was_said_before() -> None:
    said = "she passed away last week"
    assert interpret(said, before="my grandmother made pickle").event_subject == "my grandmother"
    assert interpret(said, before="my father made pickle").event_subject == "she"
    assert interpret(said).event_subject == "she"


def test_a_small_unkindness_is_no_insult_but_is_felt() -> None:
    interpretation = interpret("ur weird")
    assert Act.INSULT not in interpretation.acts
    assert -0.5 < interpretation.attitude < 0


@pytest.mark.parametrize("name", ["Jasmine", "C.(3"])
def test_pity_for_the_agent_comforts_it_by_its_own_name(name: str) -> None:
    said = f"what a day, poor {name} I think"
    assert Act.COMFORT in interpret(said, name=name).acts
    assert Act.COMFORT not in interpret(said, name="Halvard").acts
