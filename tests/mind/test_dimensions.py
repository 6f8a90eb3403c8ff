"""The tables: complete, consistent, named as clients expect."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from synthetic_soul.mind import expression
from synthetic_soul.mind.expression import EXPRESSIONS, VIBES
from synthetic_soul.mind.interpretation import Act, LifeEvent
from synthetic_soul.mind.soul_traits import WORDS
from synthetic_soul.mind.tables.appraisal_rules import (
    ACTS,
    BAD_NEWS,
    BEGRUDGED,
    COLDNESS,
    DISTRESS,
    GOOD_NEWS,
    KINDNESS,
    LIFE_EVENT_WEIGHTS,
    MOCKERY,
    RETURN,
    SHARED,
)
from synthetic_soul.mind.tables.emotions import EMOTIONS, LITE_EMOTIONS, OPPONENTS
from synthetic_soul.mind.tables.sentiments import (
    INTRINSIC_RELATIONSHIPS,
    LITE_SENTIMENTS,
    RELATIONSHIPS,
    SENTIMENTS,
)
from synthetic_soul.mind.tables.traits import LITE_TRAITS, MYERS_BRIGGS, TRAITS

FACTS = Path(__file__).parents[3] / "shared" / "facts" / "peer.md"
RULES = (
    *ACTS.values(),
    BAD_NEWS,
    BEGRUDGED,
    COLDNESS,
    DISTRESS,
    GOOD_NEWS,
    KINDNESS,
    MOCKERY,
    RETURN,
)


@pytest.mark.parametrize(
    ("title", "names"),
    [
        ("Lite emotions (7)", LITE_EMOTIONS),
        ("Rich emotions (27)", EMOTIONS),
        ("Lite personality (10)", LITE_TRAITS),
        ("Rich personality (34)", TRAITS),
        ("Lite sentiments (16)", LITE_SENTIMENTS),
        ("Rich sentiments (66)", SENTIMENTS),
        ("Thought vibes (14)", VIBES),
        ("Expressions (30)", EXPRESSIONS),
        ("Extrinsic relationships", RELATIONSHIPS),
        ("Intrinsic", INTRINSIC_RELATIONSHIPS),
    ],
)
def test_names_are_the_ones_existing_clients_know(title: str, names: list[str]) -> None:
    if not FACTS.exists():
        pytest.skip("the list of names that other clients use lies outside this repository")
    line = re.search(re.escape(title) + r":\*\*([^;.*]*)", FACTS.read_text())
    assert line is not None
    found = re.findall(r'"([^"]+)"|([\w-]+)', line[1])
    assert {quoted or plain for quoted, plain in found} == set(names)


@pytest.mark.parametrize(
    ("names", "count"),
    [
        (EMOTIONS, 27),
        (LITE_EMOTIONS, 7),
        (TRAITS, 34),
        (LITE_TRAITS, 10),
        (SENTIMENTS, 66),
        (LITE_SENTIMENTS, 16),
        (set(EXPRESSIONS), 30),
        (set(VIBES), 14),
        (set(RELATIONSHIPS), 6),
        (set(INTRINSIC_RELATIONSHIPS), 8),
    ],
)
def test_no_name_is_missing_or_twice(names: set[str], count: int) -> None:
    assert len(names) == count


def test_lite_weights_speak_of_rich_dimensions_within_their_range() -> None:
    for lite, rich in ((LITE_EMOTIONS, EMOTIONS), (LITE_SENTIMENTS, SENTIMENTS)):
        for weights in lite.values():
            assert set(weights) <= set(rich)
            assert all(0 < weight <= 1 for weight in weights.values())
    for weights in LITE_TRAITS.values():
        assert set(weights) <= set(TRAITS)


def test_every_rich_emotion_and_each_prototype_shows_in_some_lite_one() -> None:
    shown = {name for weights in LITE_EMOTIONS.values() for name in weights}
    assert shown == set(EMOTIONS)
    assert all(next(iter(w.values())) == 1.0 for w in LITE_EMOTIONS.values())
    assert all(next(iter(w.values())) == 1.0 for w in LITE_SENTIMENTS.values())
    assert all(next(iter(w.values())) > 0 for w in LITE_TRAITS.values())


def test_rows_stay_within_their_ranges() -> None:
    for emotion in EMOTIONS.values():
        assert emotion.sign in (-1, 1)
        assert all(-1 <= axis <= 1 for axis in emotion.pad)
        assert emotion.hours > 0
        assert emotion.face in EXPRESSIONS
        assert (emotion.pad[0] > 0) == (emotion.sign > 0)
    for trait in TRAITS.values():
        assert all(-1 <= loading <= 1 for loading in trait.loadings)
    for row in SENTIMENTS.values():
        assert -1 <= row.liking <= 1
        assert 0 <= row.romance <= 1
        assert 0 <= row.hurt <= 1


def test_opponents_are_twelve_pairs_of_known_emotions() -> None:
    assert len(OPPONENTS) == 12
    assert {name for pair in OPPONENTS for name in pair} <= set(EMOTIONS)
    assert all(EMOTIONS[a].sign != EMOTIONS[b].sign for a, b in OPPONENTS)


def test_every_act_life_event_and_emotion_has_a_rule() -> None:
    assert set(ACTS) == set(Act)
    assert set(LIFE_EVENT_WEIGHTS) == set(LifeEvent)
    assert set(SHARED) == set(EMOTIONS)
    assert all(weight and -1 <= weight <= 1 for weight in LIFE_EVENT_WEIGHTS.values())


def test_effects_name_known_dimensions_and_traits() -> None:
    emotions = [effect for rule in RULES for effect in rule.emotions]
    emotions += [effect for row in SHARED.values() for effect in row]
    sentiments = [effect for rule in RULES for effect in rule.sentiments]
    traits = [effect for rule in RULES for effect in rule.traits]
    assert {effect.dimension for effect in emotions} <= set(EMOTIONS)
    assert {effect.dimension for effect in sentiments} <= set(SENTIMENTS)
    assert {effect.dimension for effect in traits} <= set(TRAITS)
    for effect in (*emotions, *sentiments, *traits):
        assert 0 < abs(effect.amount) <= 1
        assert -1 <= effect.slope <= 1
        assert effect.trait in {*TRAITS, ""}


def test_words_and_letters_speak_of_known_traits() -> None:
    assert {trait for weights in WORDS.values() for trait in weights} <= set(TRAITS)
    assert all(-1 <= w <= 1 for weights in WORDS.values() for w in weights.values())
    assert {trait for *_, weights in MYERS_BRIGGS for trait in weights} <= set(TRAITS)


def test_every_expression_can_be_shown() -> None:
    by_feeling = {emotion.face for emotion in EMOTIONS.values()}
    by_act = {face for faces in expression._ACT_FACES.values() for face in faces}
    by_trait = {face for _, face, _ in expression._TRAIT_FACES.values()}
    by_itself = {"neutral_listening", "crying_tearful", "sleepy_tired", "sarcastic", "supportive"}
    assert by_feeling | by_act | by_trait | by_itself == set(EXPRESSIONS)
    assert set(EXPRESSIONS).issuperset(expression.CHEERFUL)
