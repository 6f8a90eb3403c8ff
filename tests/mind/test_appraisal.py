"""Appraisal: which impulses a message asks for, how strong, and why."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic_soul.mind.appraisal import Appraisal, appraise
from synthetic_soul.mind.interpretation import Act, Crisis, Interpretation, LifeEvent
from synthetic_soul.mind.tables.emotions import EMOTIONS
from synthetic_soul.mind.tables.sentiments import SENTIMENTS
from synthetic_soul.mind.tables.traits import TRAITS
from tests.mind.lives import (
    ADA,
    BIRTH,
    DAY,
    GREETING,
    GRIEF,
    INSULT,
    JOY,
    PRAISE,
    THANKS,
    born,
    levels,
    live,
    message_heard,
    talk,
)

if TYPE_CHECKING:
    from synthetic_soul.mind.events import Impulse
    from synthetic_soul.mind.state import Bond

NOBODY = born(levels(0.0))
FRIEND = talk([PRAISE] * 30)[1]
ENEMY = talk([INSULT] * 10)[1]
unit = st.floats(0, 1)
signed = st.floats(-1, 1)
interpretations = st.builds(
    Interpretation,
    text=st.just(""),
    feelings=st.dictionaries(st.sampled_from(list(EMOTIONS)), unit, max_size=4),
    valence=signed,
    arousal=unit,
    attitude=signed,
    acts=st.lists(st.sampled_from(list(Act)), min_size=1, max_size=4, unique=True).map(tuple),
    life_event=st.none() | st.sampled_from(list(LifeEvent)),
    crisis=st.none() | st.just(Crisis("self_harm", "en")),
    addressed=unit,
    ironic=st.booleans(),
    confidence=unit,
)


def total(impulses: tuple[Impulse, ...], dimension: str) -> float:
    return sum(i.amount for i in impulses if i.dimension == dimension)


def felt(interpretation: Interpretation, dimension: str, bond: Bond | None = None) -> float:
    return total(appraise(interpretation, NOBODY, bond, BIRTH).emotions, dimension)


def causes(appraisal: Appraisal) -> set[str]:
    return {i.cause for i in (*appraisal.emotions, *appraisal.sentiments, *appraisal.traits)}


@settings(deadline=None, max_examples=150)
@given(interpretations, st.sampled_from([None, FRIEND, ENEMY]))
def test_any_interpretation_asks_for_known_changes_within_bounds(
    interpretation: Interpretation, bond: Bond | None
) -> None:
    appraisal = appraise(interpretation, NOBODY, bond, BIRTH)
    assert appraisal == appraise(interpretation, NOBODY, bond, BIRTH)
    assert {i.dimension for i in appraisal.emotions} <= set(EMOTIONS)
    assert {i.dimension for i in appraisal.sentiments} <= set(SENTIMENTS)
    assert {i.dimension for i in appraisal.traits} <= set(TRAITS)
    assert all(
        i.amount and i.cause
        for i in (*appraisal.emotions, *appraisal.sentiments, *appraisal.traits)
    )


@pytest.mark.parametrize("act", list(Act))
def test_each_act_names_itself_as_the_cause_of_what_it_moves(act: Act) -> None:
    assert causes(appraise(Interpretation("", acts=(act,)), NOBODY, None, BIRTH)) >= {act.value}


def test_amounts_grow_with_confidence_without_a_dead_zone() -> None:
    steps = [felt(replace(PRAISE, confidence=c), "happiness") for c in (0, 1e-6, 0.01, 0.5, 1)]
    assert steps[0] == 0
    assert all(a < b for a, b in pairwise(steps))


def test_words_for_others_count_less() -> None:
    overheard = felt(replace(PRAISE, addressed=0.0), "happiness")
    assert 0 < overheard < 0.3 * felt(PRAISE, "happiness")


def test_an_insult_angers_and_hurts_and_a_harsher_one_more() -> None:
    appraisal = appraise(INSULT, NOBODY, None, BIRTH)
    assert total(appraisal.emotions, "anger") > 0.3
    assert total(appraisal.emotions, "trust") < 0
    assert total(appraisal.sentiments, "hurt") > 0.2
    assert total(appraisal.sentiments, "trust") < 0
    mild = replace(INSULT, attitude=-0.3)
    assert felt(mild, "anger") < felt(INSULT, "anger")


def test_from_a_friend_an_insult_saddens_more_and_angers_less() -> None:
    assert felt(INSULT, "sadness", FRIEND) > felt(INSULT, "sadness")
    assert felt(INSULT, "anger", FRIEND) < felt(INSULT, "anger")


def test_coldness_without_an_insult_stings() -> None:
    cold = Interpretation("", acts=(Act.DISAGREE,), attitude=-0.5)
    appraisal = appraise(cold, NOBODY, None, BIRTH)
    assert "coldness" in causes(appraisal)
    assert total(appraisal.sentiments, "hurt") > 0


def test_kind_words_warm_even_without_praise() -> None:
    kind = Interpretation("", acts=(Act.TELL,), attitude=0.5)
    assert "kindness" in causes(appraise(kind, NOBODY, None, BIRTH))
    assert felt(kind, "affection", ENEMY) < felt(kind, "affection")


@pytest.mark.parametrize("interpretation", [PRAISE, THANKS])
def test_praise_and_thanks_that_are_not_meant_please_nobody(interpretation: Interpretation) -> None:
    appraisal = appraise(replace(interpretation, ironic=True), NOBODY, None, BIRTH)
    assert "mockery" in causes(appraisal)
    assert total(appraisal.emotions, "happiness") == 0
    assert total(appraisal.emotions, "frustration") > 0


def test_ironic_good_news_is_none() -> None:
    bug = Interpretation("", acts=(Act.GOOD_NEWS,), ironic=True, feelings={"happiness": 0.6})
    assert felt(bug, "happiness") == 0


def test_bad_news_asks_for_compassion_and_no_joy() -> None:
    appraisal = appraise(GRIEF, NOBODY, FRIEND, BIRTH)
    assert total(appraisal.emotions, "compassion") > 0.5
    assert total(appraisal.emotions, "sadness") > 0.3
    assert total(appraisal.emotions, "happiness") < 0
    assert "bad_news:death" in causes(appraisal)
    assert not any(i.amount > 0 and i.dimension == "happiness" for i in appraisal.emotions)


def test_a_death_weighs_more_than_a_quarrel_and_news_without_a_name_has_a_weight() -> None:
    quarrel = replace(GRIEF, life_event=LifeEvent.CONFLICT)
    assert felt(GRIEF, "sadness") > felt(quarrel, "sadness")
    unnamed = Interpretation("", acts=(Act.BAD_NEWS,))
    assert "bad_news" in causes(appraise(unnamed, NOBODY, None, BIRTH))
    assert felt(Interpretation("", acts=(Act.GOOD_NEWS,)), "happiness") > 0


def test_an_enemys_sorrow_touches_little_and_his_luck_is_begrudged() -> None:
    assert 0 <= felt(GRIEF, "compassion", ENEMY) < 0.3 * felt(GRIEF, "compassion")
    assert felt(JOY, "envy", ENEMY) > 0.2
    assert felt(JOY, "envy", FRIEND) == 0
    assert felt(JOY, "happiness", FRIEND) > felt(JOY, "happiness") > 0


def test_the_speakers_feelings_are_shared_unless_they_are_aimed_at_the_agent() -> None:
    sad = Interpretation("", acts=(Act.TELL,), feelings={"sadness": 0.6})
    assert felt(sad, "compassion") > 0.2
    raging = Interpretation("", acts=(Act.INSULT,), attitude=-1.0, feelings={"anger": 1.0})
    assert felt(raging, "compassion") == 0
    faint = Interpretation("", acts=(Act.TELL,), feelings={"sadness": 1e-6, "joyless": 1.0})
    assert 0 < felt(faint, "compassion") < 1e-5


def test_a_cry_for_help_moves_whoever_sends_it() -> None:
    crisis = Interpretation("", acts=(Act.TELL,), crisis=Crisis("self_harm", "en"))
    appraisal = appraise(crisis, NOBODY, ENEMY, BIRTH)
    assert total(appraisal.emotions, "compassion") > 0.5
    assert total(appraisal.sentiments, "protectiveness") > 0.3
    assert "distress" in causes(appraisal)


def test_a_return_is_felt_by_how_long_and_how_liked() -> None:
    def gladness(days: int) -> float:
        at = FRIEND.at + days * DAY
        _, bond = live(born(), FRIEND, [message_heard(at)], at)
        return total(
            tuple(i for i in appraise(GREETING, NOBODY, bond, at).emotions if i.cause == "return"),
            "happiness",
        )

    assert 0 <= gladness(0) < gladness(1) < gladness(7)
    assert gladness(7) > 0.15


def test_nobody_is_glad_of_a_return_with_bad_news_or_insults() -> None:
    at = FRIEND.at + 30 * DAY
    _, bond = live(born(), FRIEND, [message_heard(at)], at)
    for interpretation in (GRIEF, INSULT):
        assert "return" not in causes(appraise(interpretation, NOBODY, bond, at))
    assert bond.person == ADA


def test_character_colours_what_is_felt() -> None:
    tender, hard = born({"compassion": 0.9}), born({"compassion": -0.9})
    moved = [total(appraise(GRIEF, m, None, BIRTH).emotions, "compassion") for m in (tender, hard)]
    assert moved[0] > 1.5 * moved[1] > 0
    proud, humble = born({"humility": -0.9}), born({"humility": 0.9})
    pride = [total(appraise(PRAISE, m, None, BIRTH).emotions, "pride") for m in (proud, humble)]
    assert pride[0] > pride[1] > 0
