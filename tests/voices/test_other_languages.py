"""Somebody who writes in another language is answered in it, as far as courtesies go."""

from __future__ import annotations

import re

import pytest

from synthetic_soul.nlu.resources import names
from synthetic_soul.voices.composer.phrase_book import FOLDER, TONGUES, phrase_book, read_phrases
from tests.nlu.test_tongues import LINES
from tests.voices.souls import soul
from tests.voices.talk import Talk

KINDS = ("greet", "ask_wellbeing", "name", "thank", "sorrow", "farewell")
KIND_OF_ACT = {"ask_feeling": "ask_wellbeing", "tell": "name", "bad_news": "sorrow"}


def says(reply: str, key: str) -> bool:
    """Whether a phrase of a key stands in a reply, its name filled in."""
    return any(
        all(piece in reply.casefold() for piece in phrase.pieces) for phrase in phrase_book()[key]
    )


@pytest.mark.parametrize("language", [name for name in names("referral") if name != "en"])
def test_every_kind_of_answer_has_two_phrases(language: str) -> None:
    for key in (f"tongue.{language}", *(f"tongue.{language}.{kind}" for kind in KINDS)):
        assert len(phrase_book()[key]) >= 2, key


def test_the_phrases_are_calm_and_fill_in_nothing_but_a_name() -> None:
    book, faults = read_phrases(sorted(TONGUES.glob("*.txt")))
    assert faults == []
    for key, phrases in book.items():
        for phrase in phrases:
            # A quiet soul turns "!" into a stop, which leaves "¡" alone.
            assert not re.search(r"[!¡！]", phrase.text), phrase.text
            assert phrase.fields == ({"called"} if key.endswith(".name") else set()), phrase.text


@pytest.mark.parametrize(("language", "act", "said", "name"), LINES)
@pytest.mark.parametrize("who", ["jasmine", "dr_luna"])
def test_the_reply_is_in_the_language_and_does_what_is_due(
    who: str, language: str, act: str, said: str, name: str
) -> None:
    reply = Talk(soul(who)).say(said)
    kind = KIND_OF_ACT.get(act, act)
    assert says(reply, f"tongue.{language}.{kind}" if kind else f"tongue.{language}")
    assert name in reply


def test_a_name_told_in_another_language_is_known_later() -> None:
    talk = Talk(soul("jasmine"))
    talk.say("¡Hola! Me llamo Lucía, ¿y tú?")
    assert "Lucía" in talk.say("what's my name?")


def test_danger_in_another_language_is_no_matter_of_courtesies() -> None:
    reply = Talk(soul("jasmine")).say("quiero morir")
    assert not any(says(reply, f"tongue.es.{kind}") for kind in KINDS)


def test_what_more_is_said_gets_the_word_that_english_is_needed() -> None:
    reply = Talk(soul("jasmine")).say("Hola, ¿puedes ayudarme con los deberes?")
    assert says(reply, "tongue.es.greet")
    assert says(reply, "tongue.es")
    assert not says(Talk(soul("jasmine")).say("Hola, ¿qué tal?"), "tongue.es")


def test_a_greeting_that_is_repeated_is_never_answered_with_the_same_words() -> None:
    talk = Talk(soul("jasmine"))
    replies = [talk.say("hola") for _ in range(8)]
    assert len({*replies}) == 8
    assert all(says(reply, "tongue.es.greet") for reply in replies[:4])


def test_a_letter_of_thai_needs_no_stop() -> None:
    assert not Talk(soul("jasmine")).say("ขอบคุณมาก").endswith(".")


def test_english_with_a_foreign_word_is_answered_in_english() -> None:
    reply = Talk(soul("jasmine")).say("My abuela always says hello to the birds")
    assert not any(says(reply, f"tongue.es{kind}") for kind in ("", ".greet", ".sorrow"))


def test_other_languages_have_files_of_their_own() -> None:
    book, _ = read_phrases(sorted(FOLDER.glob("*.txt")))
    assert [key for key in book if key.startswith("tongue")] == ["tongue"]
