"""Replies fit the relationship: hurt, apology, warmth, distance, absence, mood."""

from __future__ import annotations

import re

import pytest

from synthetic_soul.mind.interpretation import Act, LifeEvent
from synthetic_soul.voices.base import Line, Relationship
from synthetic_soul.voices.composer.composer import compose
from tests.voices.briefs import RELATIONSHIPS, brief, heard
from tests.voices.souls import DAY, HOUR, NAMES, START, soul
from tests.voices.talk import Talk

COOL = re.compile(
    r"(?i)hurt|sore|smart|careful|sting|stung|quiet|reserve|civil|not\b.*mood|noted|see\b|right\b"
    r"|hm\b|heard|listening|very well|say so|mm|so\.|may be|fascinating|understood|as it is"
    r"|distance|go on|slower|bounce|hear\b|insult|back on strike|strike"
)
WARM = re.compile(r"(?i)\b(?:lovely|dear|so pleased|glad|happy|favourite|hooray|fun)\b|!")


@pytest.mark.parametrize("name", NAMES)
def test_after_an_insult_it_stays_cool_for_a_while(name: str) -> None:
    talk = Talk(soul(name))
    for line in ("hi", "I'm Tomas", "I live in Ghent"):
        talk.say(line)
    talk.say("you're a stupid, useless machine")
    talk.say("shut up")
    after = [talk.say(line) for line in ("I went to the market", "it rained", "haha")]
    assert all(COOL.search(reply) for reply in after), after
    assert not any(WARM.search(reply) for reply in after), after


@pytest.mark.parametrize("name", NAMES)
def test_an_apology_and_time_soften_the_agent(name: str) -> None:
    talk = Talk(soul(name))
    talk.say("hi")
    talk.say("you're useless")
    first = talk.say("I'm sorry, I didn't mean it")
    assert re.search(r"(?i)thank|accept|heard|hear you|believe|right|forgive|square|mend|glad|sulk"
                     r"|good|better|easing|counts|received", first), first  # fmt: skip
    talk.wait(2 * DAY)
    later = talk.say("how are you?")
    assert not re.search(r"(?i)hurt|sore|insult|bruise|smart", later), later


def test_a_second_insult_is_answered_otherwise_than_the_first() -> None:
    talk = Talk(soul("jasmine"))
    first, second = talk.say("you're useless"), talk.say("you're pathetic")
    assert first != second
    assert re.search(r"(?i)again|keep|civil|lightness|twice|each time|leave it|told you"
        r"|not like this"
                     r"|nothing else|same", second), second  # fmt: skip


def test_a_friend_who_insults_is_told_by_name() -> None:
    interpretation = heard("you're an idiot", Act.INSULT)
    dear = Relationship("best friend", 0.7, met_at=START - DAY, messages=900, hurt=0.4)
    for name in NAMES:
        reply = compose(brief(interpretation, of=soul(name), relationship=dear, person_name="Ada"))
        assert "Ada" in reply or "from you" in reply.casefold(), reply


def test_someone_hurt_still_answers_and_still_consoles() -> None:
    hurt = RELATIONSHIPS["hurt"]
    for name in NAMES:
        interpretation = heard(
            "my dad died", Act.BAD_NEWS, life_event=LifeEvent.DEATH, event_subject="my dad"
        )
        assert (
            "sorry" in compose(brief(interpretation, of=soul(name), relationship=hurt)).casefold()
        )
        joy = heard("I got the job", Act.GOOD_NEWS, life_event=LifeEvent.JOB, event_subject="I")
        reply = compose(brief(joy, of=soul(name), relationship=hurt))
        assert not re.search(r"(?i)hooray|dance|wonderful|lovely", reply), reply


def test_how_it_is_follows_from_what_it_feels() -> None:
    asked = heard("how are you?", Act.ASK_FEELING)
    sad = compose(brief(asked, emotions={"sadness": 0.8, "contentment": 0.3}))
    assert re.search(r"(?i)sad|low|sparkliest", sad), sad
    tired = compose(brief(asked, mood=(0.0, -0.6, 0.0)))
    assert re.search(r"(?i)tired|sleepy|drowsy|slippers", tired), tired
    low = compose(brief(asked, mood=(-0.5, 0.0, 0.0)))
    bright = compose(brief(asked, mood=(0.6, 0.0, 0.0)))
    assert len({sad, tired, low, bright}) == 4
    hurt = compose(brief(asked, relationship=RELATIONSHIPS["hurt"], emotions={"happiness": 0.9}))
    assert re.search(r"(?i)sore|hurt|bruised|what you said|insulted", hurt), hurt


def test_after_news_how_it_is_has_to_do_with_it() -> None:
    tail = (Line("1", "Tomas", "my dog died", START - 60_000),)
    worried = compose(brief(heard("how are you?", Act.ASK_FEELING), recent_lines=tail))
    assert re.search(r"(?i)what you told|in it|news", worried), worried
    joy = heard("I got the job", Act.GOOD_NEWS, life_event=LifeEvent.JOB, event_subject="I")
    said = compose(brief(joy, of=soul("halvard")))
    moved = [
        compose(
            brief(
                heard(f"how are you? {n}", Act.ASK_FEELING),
                of=soul("halvard"),
                earlier_replies=(said,),
            )
        )
        for n in range(3)
    ]
    assert any("leased for you" in reply or "your good news" in reply for reply in moved), moved


@pytest.mark.parametrize("name", NAMES)
def test_absence_is_noticed_in_words(name: str) -> None:
    for days, words in ((3, "three days"), (14, "two weeks"), (400, "a year")):
        away = Relationship("friend", 0.4, met_at=START - 900 * DAY, away=days * DAY, messages=50)
        reply = compose(brief(heard("hi", Act.GREET), of=soul(name), relationship=away))
        assert words in reply.casefold(), reply
    short = Relationship("friend", 0.4, met_at=START - 9 * DAY, away=5 * HOUR, messages=50)
    reply = compose(brief(heard("hi", Act.GREET), of=soul(name), relationship=short))
    assert "hours" not in reply


def test_friends_are_met_by_name_and_strangers_are_asked_theirs() -> None:
    for name in NAMES:
        stranger = compose(
            brief(heard("hi", Act.GREET), of=soul(name), relationship=Relationship())
        )
        assert "?" in stranger or "your name" in stranger, stranger
        assert soul(name).name in stranger
        assert not re.search(r"(?i)\bagain\b|welcome back|there you are", stranger), stranger
    friend = Relationship("friend", 0.5, met_at=START - 9 * DAY, messages=90)
    said = soul("jasmine").engine.greetings
    reply = compose(
        brief(
            heard("hello", Act.GREET), relationship=friend, person_name="Ada", earlier_replies=said
        )
    )
    assert "Ada" in reply, reply


def test_hello_twice_is_noticed() -> None:
    talk = Talk(soul("jasmine"))
    talk.say("hello")
    second = talk.say("hello")
    assert re.search(r"(?i)again|once more|part two", second), second


def test_goodbye_and_good_night() -> None:
    for name in NAMES:
        night = compose(brief(heard("good night", Act.FAREWELL), of=soul(name)))
        assert re.search(r"(?i)night|sleep", night), night
        cool = compose(
            brief(heard("bye", Act.FAREWELL), of=soul(name), relationship=RELATIONSHIPS["hurt"])
        )
        assert not WARM.search(cool), cool


def test_well_meant_words_are_taken_as_meant() -> None:
    for name in NAMES:
        low = compose(brief(heard("poor you", Act.COMFORT), of=soul(name), mood=(-0.4, 0.0, 0.0)))
        fine = compose(brief(heard("poor you", Act.COMFORT), of=soul(name), mood=(0.4, 0.0, 0.0)))
        assert low != fine
        threat = compose(brief(heard("I'll delete you", Act.THREATEN), of=soul(name)))
        assert "thank" not in threat.casefold()


@pytest.mark.parametrize("name", NAMES)
def test_answers_to_its_question_are_taken_as_answers(name: str) -> None:
    closed = (Line("1", "x", "Do you keep letters?", START - 1000, mine=True),)
    open_ = (Line("1", "x", "What's the best sound in your street?", START - 1000, mine=True),)
    yes = compose(brief(heard("yes", Act.AGREE), of=soul(name), recent_lines=closed))
    no = compose(brief(heard("no", Act.DISAGREE), of=soul(name), recent_lines=closed))
    assert yes != no
    unsure = compose(brief(heard("I'm not sure", Act.TELL), of=soul(name), recent_lines=open_))
    assert re.search(r"(?i)know|uncertainty|mystery|come to you|fine", unsure), unsure
    echo = compose(brief(heard("my mother's piano", Act.TELL), of=soul(name), recent_lines=open_))
    assert "Your mother's piano" in echo, echo
    fine = (Line("1", "x", "And how are you, really?", START - 1000, mine=True),)
    well = compose(brief(heard("pretty good, thanks", Act.THANK), of=soul(name), recent_lines=fine))
    assert not re.search(r"(?i)welcome|no need for that|don't mention", well), well
    loud = compose(brief(heard("ok", Act.AGREE), of=soul(name), recent_lines=open_))
    assert loud


def test_telling_is_taken_up_by_thing_or_by_echo() -> None:
    things = [
        compose(brief(heard(f"the old harbour {n}", Act.TELL, topics=("harbour",))))
        for n in range(30)
    ]
    assert sum("the old harbour" in reply.casefold() for reply in things) >= 5
    echoes = [
        compose(brief(heard(f"I walked to the sea with {who}", Act.TELL)))
        for who in ("Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ivy", "Jo", "Kit", "Lu")
    ]
    assert any("you walked to the sea" in reply.casefold() for reply in echoes)


def test_irony_tiredness_and_boredom_are_heard() -> None:
    for name in NAMES:
        for text, more in (
            ("great, another bug", {"ironic": True}),
            ("I'm so tired", {}),
            ("I'm bored", {}),
            ("I don't know how to tell him", {}),
            ("it is all too much", {"valence": -0.6}),
        ):
            assert compose(brief(heard(text, Act.TELL, **more), of=soul(name)))
