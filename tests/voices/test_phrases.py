from __future__ import annotations

import re

import pytest

from synthetic_soul.mind.interpretation import LifeEvent
from synthetic_soul.mind.tables.dimensions import EMOTIONS, VIBES
from synthetic_soul.voices.composer.moves.mood import _SAME
from synthetic_soul.voices.composer.register import MANNERS
from synthetic_soul.voices.phrases import BOOK
from synthetic_soul.voices.phrases.table import Phrase, parse

FIELDS = frozenset(
    re.findall(
        r"[A-Za-z]+",
        """me name comma about whom called lost span ago Ago met quote speaker clause fact Fact
        facts Facts value Value kind place doing old thing Thing things echo Echo opinion story
        answer asked age occupation Occupation background skills Skills favourite liked trait Trait
        much
        person topic question who Who names thought count""",
    )
)
NEVER_WITHOUT = (
    "greet", "farewell", "thank", "praise", "love", "comfort", "laugh", "agree", "disagree",
    "insult", "insult.again", "threat", "apology.plain", "apology.wary", "apology.hurt", "curt",
    "sore", "bad", "good", "good.ask", "tender", "tell", "small", "silence", "unclear", "nature",
    "state.even", "recall.none", "recall.none.name", "recall.none.me", "forget.none", "care",
    "care.after", "care.more", "tail", "self.unknown", "opinion.open", "ask.world", "ask.well",
    "request.no", "learn", "follow.any", "wounded.sorry", "wounded.joy",
)  # fmt: skip


def test_every_phrase_uses_known_fields_and_marks() -> None:
    for key, phrases in BOOK.items():
        for phrase in phrases:
            assert phrase.fields <= FIELDS, (key, phrase.text)
            assert not re.search(r"[{}]", re.sub(r"\{[A-Za-z]+\}", "", phrase.text)), phrase.text


def test_no_key_says_the_same_twice() -> None:
    for key, phrases in BOOK.items():
        texts = [phrase.text for phrase in phrases]
        assert len(set(texts)) == len(texts), key


@pytest.mark.parametrize("key", NEVER_WITHOUT)
def test_what_must_be_said_can_be_said_by_everyone(key: str) -> None:
    assert [p for p in BOOK[key] if p.marks == "*" and p.fields <= {"comma", "me"}]


def test_every_emotion_happening_and_vibe_has_its_phrases() -> None:
    for emotion in EMOTIONS:
        assert BOOK[f"state.{_SAME.get(emotion, emotion)}"]
    for happening in LifeEvent:
        assert f"bad.{happening}" in BOOK or f"good.{happening}" in BOOK
    for vibe in VIBES:
        assert BOOK[f"muse.{vibe}"]


def test_nothing_cheerful_stands_in_the_grave_sections() -> None:
    cheer = re.compile(r"!|\b(?:great|wonderful|happy|lovely|hooray|congratulations|fun)\b")
    for key, phrases in BOOK.items():
        if key.split(".")[0] in {"bad", "tender", "care"} and key != "tender.joy":
            for phrase in phrases:
                assert not cheer.search(phrase.text), phrase.text


def test_care_gives_no_advice_but_care() -> None:
    for key, phrases in BOOK.items():
        if key.startswith("care"):
            told = " ".join(phrase.text for phrase in phrases).casefold()
            assert not re.search(r"you should|cheer up|calm down|it could be worse|get over", told)


def test_the_notation() -> None:
    book = parse("[one]\n* Plain.\nwp Warm and\n  long.\n", "[two.a]\nd Dry {name}?\n")
    assert book["one"] == (Phrase("Plain."), Phrase("Warm and long.", "wp"))
    assert book["two.a"][0].fields == {"name"}
    assert book["two.a"][0].pieces == ("dry",)


@pytest.mark.parametrize(
    "text", ["* before a key", "[key]\nx unknown mark", "[key]\nno marks here"]
)
def test_what_is_no_phrase_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="not a phrase"):
        parse(text)


def test_the_manners_are_all_in_use() -> None:
    marks = {mark for phrases in BOOK.values() for phrase in phrases for mark in phrase.marks}
    assert marks == {*MANNERS, "*"}
