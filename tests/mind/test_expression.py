"""Words, faces and labels for a state."""

from __future__ import annotations

import itertools

import pytest

from synthetic_soul.mind import expression
from synthetic_soul.mind.expression import EXPRESSIONS, Mood
from synthetic_soul.mind.interpretation import Act, Crisis, Interpretation, LifeEvent
from synthetic_soul.mind.tables.emotions import EMOTIONS
from synthetic_soul.mind.tables.sentiments import RELATIONSHIPS
from synthetic_soul.mind.tables.traits import TRAITS

CALM = dict.fromkeys(EMOTIONS, 0.0)
NOBODY = dict.fromkeys(TRAITS, 0.0)
EVEN = Mood(0.0, 0.0, 0.0)


def face(interpretation: Interpretation | None = None, mood: Mood = EVEN, **felt: float) -> str:
    return expression.choose_expression(CALM | felt, mood, NOBODY, interpretation)


def test_every_mood_has_its_own_word() -> None:
    found = {
        expression.mood_word(Mood(*(sign * size for sign in signs)))
        for size in (0.2, 0.8)
        for signs in itertools.product((1, -1), repeat=3)
    }
    assert len(found) == 16
    assert {"content", "on edge", "low", "irritable"} <= found
    assert expression.mood_word(Mood(0.05, -0.05, 0.0)) == "even"


def test_a_description_names_the_strongest_feelings_first() -> None:
    felt = CALM | {"sadness": 0.5, "anxiety": 0.25, "anger": 0.1}
    assert expression.describe_emotions(felt, felt, EVEN) == "quite sad and a little anxious"


def test_a_description_leaves_a_faint_second_feeling_out() -> None:
    felt = CALM | {"happiness": 0.9, "anger": 0.2}
    assert expression.describe_emotions(felt, felt, EVEN) == "very happy"


def test_what_one_always_feels_is_not_worth_a_word() -> None:
    assert (
        expression.describe_emotions(CALM | {"happiness": 0.3}, CALM, Mood(0.3, -0.1, 0.2))
        == "content"
    )


@pytest.mark.parametrize("emotion", list(EMOTIONS))
def test_a_strong_feeling_shows_in_its_face(emotion: str) -> None:
    assert face(None, EVEN, **{emotion: 0.55}) == EMOTIONS[emotion].face


@pytest.mark.parametrize("act", list(Act))
def test_a_calm_face_answers_what_is_said(act: Act) -> None:
    shown = face(Interpretation("", acts=(act,)))
    assert shown in EXPRESSIONS
    assert (shown == "neutral_listening") == (act is Act.SMALL_TALK)


def test_calm_and_quiet_is_a_neutral_face_and_a_good_mood_a_smile() -> None:
    assert face() == "neutral_listening"
    assert face(mood=Mood(0.6, 0.0, 0.0)) == "polite_smile"


def test_a_very_low_arousal_is_a_tired_face() -> None:
    assert face(mood=Mood(0.0, -0.8, 0.0)) == "sleepy_tired"


def test_great_sadness_shows_in_tears() -> None:
    assert face(sadness=0.55) == "sad"
    assert face(sadness=0.95) == "crying_tearful"


@pytest.mark.parametrize(
    "interpretation",
    [
        Interpretation("", acts=(Act.BAD_NEWS,)),
        Interpretation("", acts=(Act.TELL,), life_event=LifeEvent.ILLNESS),
        Interpretation("", acts=(Act.TELL,), crisis=Crisis("self_harm", "en")),
        Interpretation("", acts=(Act.LAUGH, Act.BAD_NEWS)),
        Interpretation("", acts=(Act.INSULT, Act.LAUGH)),
        Interpretation("", acts=(Act.THREATEN, Act.THANK)),
    ],
    ids=["bad news", "illness", "distress", "nervous laughter", "mocking insult", "polite threat"],
)
@pytest.mark.parametrize("emotion", ["happiness", "pride", "excitement", "love", "contentment"])
def test_grief_and_attack_never_get_a_cheerful_face(
    interpretation: Interpretation, emotion: str
) -> None:
    shown = face(interpretation, Mood(0.9, 0.9, 0.9), **{emotion: 1.0})
    assert shown not in expression.CHEERFUL


def test_distress_is_met_with_support_whatever_else_is_felt() -> None:
    crisis = Interpretation("", acts=(Act.LAUGH,), crisis=Crisis("self_harm", "en"))
    assert face(crisis, anger=0.9, happiness=1.0) == "supportive"


def test_good_life_events_are_no_grief() -> None:
    assert not expression.is_grave(
        Interpretation("", acts=(Act.GOOD_NEWS,), life_event=LifeEvent.WEDDING)
    )
    assert expression.is_grave(Interpretation("", acts=(Act.BAD_NEWS,)))


def test_the_same_words_meet_different_faces_by_character() -> None:
    joke = Interpretation("", acts=(Act.LAUGH,))
    praise = Interpretation("", acts=(Act.PRAISE,))
    quip = Interpretation("", acts=(Act.SMALL_TALK,), ironic=True)
    assert face(joke) == "joking"
    funny = NOBODY | {"humor": 1.0}
    assert expression.choose_expression(CALM, EVEN, funny, joke) == "playful_cheeky"
    assert expression.choose_expression(CALM, EVEN, funny, quip) == "sarcastic"
    shy = NOBODY | {"self_consciousness": 1.0}
    assert expression.choose_expression(CALM | {"embarrassment": 0.2}, EVEN, shy, praise) in (
        "embarrassed_shy",
        "blushing",
    )


@pytest.mark.parametrize(
    ("liking", "romance", "messages", "days", "label"),
    [
        (0.0, 0.0, 1, 0.0, "stranger"),
        (0.9, 0.9, 1, 0.0, "stranger"),
        (0.0, 0.0, 4, 0.0, "acquaintance"),
        (-0.4, 0.0, 400, 9.0, "acquaintance"),
        (0.35, 0.0, 12, 0.0, "friend"),
        (0.75, 0.0, 100, 2.9, "friend"),
        (0.75, 0.0, 100, 3.0, "best friend"),
        (0.5, 0.7, 40, 2.0, "romantic partner"),
        (-0.5, 0.9, 1, 0.0, "enemy"),
    ],
)
def test_a_label_follows_from_liking_and_familiarity(
    liking: float, romance: float, messages: int, days: float, label: str
) -> None:
    assert label in RELATIONSHIPS
    assert expression.relationship_label(liking, romance, messages, days) == label


def test_an_insult_shows_even_after_strong_compassion() -> None:
    attack = Interpretation("", acts=(Act.INSULT,))
    harsh = {"anger_frustration", "skeptical_unimpressed", "sad"}
    assert face(attack, compassion=0.9, affection=0.6) in harsh
    assert face(attack, Mood(0.6, 0.0, 0.0), anger=0.3) == "anger_frustration"


def test_whoever_is_hurt_does_not_smile_for_courtesy() -> None:
    assert face(None, Mood(0.6, 0.0, 0.0), anger=0.3) == "anger_frustration"
    asked = Interpretation("", acts=(Act.ASK_FEELING,))
    assert face(asked, Mood(0.6, 0.0, 0.0), sadness=0.3) == "sad"


def test_compassion_lasts_but_yields_to_what_is_said_next() -> None:
    assert face(Interpretation("", acts=(Act.TELL,)), compassion=0.5, happiness=0.3) != "supportive"
    assert (
        face(Interpretation("", acts=(Act.BAD_NEWS,)), compassion=0.5, happiness=0.3)
        == "supportive"
    )
