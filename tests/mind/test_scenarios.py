"""Whole histories: hurts that last, apologies that work, bonds that grow."""

from __future__ import annotations

import pytest

from synthetic_soul.mind import state
from synthetic_soul.mind.expression import CHEERFUL
from tests.mind.lives import (
    APOLOGY,
    BIRTH,
    DAY,
    GREETING,
    GRIEF,
    HOUR,
    INSULT,
    JOY,
    LOVE,
    MINUTE,
    PRAISE,
    SMALL_TALK,
    TELLING,
    THANKS,
    THREAT,
    born,
    levels,
    talk,
    turn,
)

KINDNESS = (GREETING, TELLING, THANKS, TELLING, PRAISE, TELLING, SMALL_TALK, TELLING)


def test_an_insult_leaves_a_mark_that_fades() -> None:
    mind, bond, at = talk([INSULT])
    anger = [state.emotions(mind, at + t)["anger"] for t in (0, HOUR, 6 * HOUR)]
    assert anger[0] > 0.3
    assert anger[0] > anger[1] > anger[2]
    assert anger[2] < 0.01
    hurt = [state.hurt(bond, at + t) for t in (0, DAY, 14 * DAY, 120 * DAY)]
    assert hurt[0] > 0.15
    assert hurt[1] > 0.9 * hurt[0]
    assert hurt[2] > 0.5 * hurt[0]
    assert hurt[3] < 0.1 * hurt[0]
    assert state.liking(bond, at) < -0.1
    assert state.mood(mind, at + 2 * HOUR).pleasure < state.mood(born(), BIRTH).pleasure


def test_an_apology_mends_a_part() -> None:
    mind, bond, at = talk([INSULT])
    after, mended, later = talk([APOLOGY], mind=mind, bond=bond, start=at + 5 * MINUTE)
    assert 0.3 * state.hurt(bond, later) < state.hurt(mended, later) < 0.9 * state.hurt(bond, later)
    assert state.liking(bond, later) < state.liking(mended, later) < 0
    assert state.emotions(after, later)["anger"] < state.emotions(mind, later)["anger"]
    assert state.emotions(after, later)["relief"] > 0.1


def test_an_apology_for_nothing_means_little() -> None:
    nothing, _, _ = talk([APOLOGY])
    mind, bond, at = talk([INSULT, INSULT])
    something, _, _ = talk([APOLOGY], mind=mind, bond=bond, start=at)
    assert state.emotions(nothing, BIRTH)["relief"] < state.emotions(something, at)["relief"] / 2


def test_the_forgiving_forgive_more() -> None:
    def left(forgiveness: float) -> float:
        mind, bond, at = talk([INSULT], mind=born({"forgiveness": forgiveness}))
        _, mended, at = talk([APOLOGY], mind=mind, bond=bond, start=at)
        return state.hurt(mended, at) / state.hurt(bond, at)

    assert left(0.9) < left(0.0) < left(-0.9)


def test_kindness_makes_a_stranger_an_acquaintance_and_then_a_friend() -> None:
    mind, bond, at = talk([GREETING])
    labels = [state.relationship(bond, at)]
    for count in range(1, 60):
        mind, bond, _ = turn(mind, bond, KINDNESS[count % 8], at := at + 10 * MINUTE)
        labels.append(state.relationship(bond, at))
    assert list(dict.fromkeys(labels)) == ["stranger", "acquaintance", "friend"]
    assert 15 < labels.index("friend") < 50


def test_years_of_kindness_make_a_best_friend_and_love_a_partner() -> None:
    _, bond, at = talk(KINDNESS * 20, every=HOUR)
    assert state.relationship(bond, at) == "best friend"
    _, bond, at = talk([*KINDNESS * 4, *[LOVE] * 40], every=HOUR)
    assert state.relationship(bond, at) == "romantic partner"


def test_nobody_is_a_best_friend_on_the_first_day() -> None:
    _, bond, at = talk([*KINDNESS, LOVE] * 20, every=MINUTE)
    assert state.relationship(bond, at) == "friend"


def test_cruelty_makes_an_enemy() -> None:
    mind, bond, at = talk([INSULT])
    assert state.relationship(bond, at) == "stranger"
    _, bond, at = talk([INSULT, THREAT, INSULT, INSULT], mind=mind, bond=bond, start=at)
    assert state.relationship(bond, at) == "enemy"


def test_one_insult_does_not_end_a_friendship_but_hurts() -> None:
    mind, bond, at = talk(KINDNESS * 8)
    assert state.relationship(bond, at) == "friend"
    mind, after, at = talk([INSULT], mind=mind, bond=bond, start=at + DAY)
    assert state.relationship(after, at) == "friend"
    assert state.liking(after, at) < state.liking(bond, at)
    assert state.hurt(after, at) > 0.15
    _, lost, at = talk([INSULT] * 15, mind=mind, bond=after, start=at)
    assert state.relationship(lost, at) == "enemy"


@pytest.mark.parametrize("talked", [0, 1, 10])
def test_grief_is_met_with_compassion_and_never_with_a_cheerful_face(talked: int) -> None:
    mind, bond, at = talk([GREETING, *KINDNESS * talked, *[JOY] * (talked > 0)])
    before = state.emotions(mind, at)
    mind, bond, at = talk([GRIEF], mind=mind, bond=bond, start=at + MINUTE)
    after = state.emotions(mind, at)
    assert after["compassion"] > 0.4
    assert after["sadness"] > before["sadness"]
    assert after["happiness"] < before["happiness"]
    assert state.expression(mind, at, GRIEF) not in CHEERFUL


def test_the_bad_news_of_a_friend_saddens_more_than_a_strangers() -> None:
    def sadness(talked: int) -> float:
        mind, bond, at = talk([GREETING, *KINDNESS * talked])
        mind, _, at = talk([GRIEF], mind=mind, bond=bond, start=at + 10 * DAY)
        return state.emotions(mind, at)["sadness"]

    assert sadness(8) > 1.2 * sadness(0)


def test_good_news_of_a_friend_makes_happy_and_of_an_enemy_envious() -> None:
    mind, bond, at = talk(KINDNESS * 6)
    mind, _, at = talk([JOY], mind=mind, bond=bond, start=at + DAY)
    glad = state.emotions(mind, at)
    assert glad["happiness"] > 0.4
    assert glad["envy"] == 0
    assert state.expression(mind, at, JOY) == "celebrating"
    mind, bond, at = talk([INSULT] * 8, mind=born(levels(0.0)))
    mind, _, at = talk([JOY], mind=mind, bond=bond, start=at + 4 * DAY)
    grudging = state.emotions(mind, at)
    assert grudging["envy"] > 0.1
    assert grudging["envy"] > grudging["happiness"]


def test_a_friend_who_comes_back_is_a_joy_and_an_enemy_is_not() -> None:
    def happiness(said: int, days: int) -> float:
        past = [INSULT] * 6 if said < 0 else list(KINDNESS) * said
        mind, bond, at = talk(past)
        mind, _, at = talk([GREETING], mind=mind, bond=bond, start=at + days * DAY)
        return state.emotions(mind, at)["happiness"]

    assert happiness(8, 20) > happiness(1, 20) + 0.1
    assert happiness(8, 20) > happiness(-1, 20)


def test_insults_sensitise() -> None:
    mind, bond, _ = turn(born(), None, INSULT, BIRTH)
    first = mind.affect.emotions[1]
    mind, bond, _ = turn(mind, bond, INSULT, BIRTH)
    assert mind.affect.emotions[1] - first > 0.9 * first
    assert state.expression(mind, BIRTH, INSULT) == "anger_frustration"


def test_a_long_pleasant_talk_does_not_end_in_delirium() -> None:
    mind, _, at = talk([SMALL_TALK, TELLING] * 100, every=MINUTE)
    assert max(state.emotions(mind, at).values()) < 0.95
    assert max(abs(axis) for axis in state.mood(mind, at)) < 0.8
