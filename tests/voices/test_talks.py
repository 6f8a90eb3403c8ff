"""Whole conversations: recorded as snapshots, and sixty lines through the real interpretation."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.voices.script import LINES, TALKS, perform, printed
from tests.voices.souls import DAY, NAMES, soul
from tests.voices.talk import Talk
from tests.voices.test_composer import CHEER, sound

if TYPE_CHECKING:
    from tests.support.snapshots import Snapshot

SIXTY = """hi|I'm Noor|I'm a nurse in Leeds|work was long today|how are you?
I have a dog called Pip|he's nine|what's your favourite book?|mine is Middlemarch|I love the sea
do you like rain?|yes|no idea|I'm going to Rome next week|my sister Ada lives there
I feel anxious about the flight|thank you|my dog Pip died|he was nine|I can't stop crying
thanks for listening|ok|you're useless|shut up|I'm sorry, I was angry|are you still angry?
what's my dog's name?|where do I live?|tell me a joke|haha|what do you know about me?
I got a promotion!|it's my birthday|what should I do about my boss?|why?|really?|are you human?
tell me a story|another one|you're lovely|I love you|I miss my gran|I'm bored
what's the weather?|write me a poem about cats in python|actually my name is Nora
what's my name?|forget my job|what do I do for a living?|...|asdf gh|great, another bug|I agree
I disagree|good point|how was your day?|I baked bread|the bread burned|it was a long week
see you tomorrow"""
TALK = SIXTY.replace("\n", "|").split("|")


@pytest.mark.parametrize("name", NAMES)
def test_the_recorded_talk_is_what_is_said(name: str, snapshot: Snapshot) -> None:
    snapshot(TALKS / f"{name}.txt", printed(name))


@pytest.mark.parametrize("name", NAMES)
def test_the_recorded_talk_keeps_the_rules_of_every_reply(name: str) -> None:
    replies = perform(name)
    assert len(set(replies)) == len(LINES)
    for reply in replies:
        sound(reply)
    grief = replies[6:9]
    assert not any(CHEER.search(reply) for reply in grief), grief
    assert "Miso" in replies[9]
    assert not any(re.search(r"Rex[^.!]*\?", reply) for reply in replies), replies
    assert "Thomas" in replies[16]
    assert "had a dog called Rex" in replies[17] or "Rex" not in replies[17]


@pytest.mark.parametrize("name", NAMES)
def test_sixty_lines_without_a_repeated_reply(name: str) -> None:
    talk = Talk(soul(name))
    replies = []
    for number, line in enumerate(TALK):
        if number == 40:
            talk.wait(3 * DAY)
        replies.append(talk.say(line))
        sound(replies[-1])
    assert len(replies) == 60
    assert len({reply.casefold() for reply in replies}) == 60


@pytest.mark.parametrize("name", NAMES)
def test_whole_replies_are_not_made_of_the_same_sentences(name: str) -> None:
    talk = Talk(soul(name))
    told = [talk.say(line) for line in TALK]
    sentences = [
        part for reply in told for part in re.split(r"(?<=[.!?]) ", reply) if len(part) > 24
    ]
    assert len(set(sentences)) >= 0.93 * len(sentences)
