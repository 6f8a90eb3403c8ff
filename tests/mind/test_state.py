"""Views, JSON and the hash of a state."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from synthetic_soul.mind import reduce, state
from synthetic_soul.mind.events import Felt, SentimentsMoved, TraitsMoved
from synthetic_soul.mind.expression import EXPRESSIONS
from synthetic_soul.mind.state import Bond, Mind
from synthetic_soul.mind.tables.emotions import EMOTIONS, LITE_EMOTIONS
from synthetic_soul.mind.tables.sentiments import LITE_SENTIMENTS, RELATIONSHIPS, SENTIMENTS
from synthetic_soul.mind.tables.traits import LITE_TRAITS, TRAITS
from tests.mind.lives import (
    ADA,
    BIRTH,
    DAY,
    GRIEF,
    HOUR,
    INSULT,
    PRAISE,
    SMALL_TALK,
    TELLING,
    WARM,
    born,
    fact_learned,
    impulses,
    levels,
    live,
    talk,
)

ROOT = Path(__file__).parents[2]
# Shrinking a vector of dozens of floats takes minutes and tells nothing.
calm = settings(
    deadline=None, max_examples=40, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
amount = st.floats(-1, 1)


@st.composite
def minds(draw: st.DrawFn) -> Mind:
    """A mind with any traits that has felt anything."""
    stated = dict(zip(TRAITS, draw(st.tuples(*[amount] * len(TRAITS))), strict=True))
    mind = born(stated)
    moves = draw(st.lists(st.tuples(st.sampled_from(list(EMOTIONS)), amount), max_size=20))
    drifts = draw(st.lists(st.tuples(st.sampled_from(list(TRAITS)), amount), max_size=20))
    mind, _ = reduce.step(mind, None, Felt(impulses=impulses(*moves)), BIRTH + 1)
    return reduce.step(mind, None, TraitsMoved(impulses=impulses(*drifts)), BIRTH + 2)[0]


@st.composite
def bonds(draw: st.DrawFn) -> Bond:
    """A bond with any sentiments."""
    moves = draw(st.lists(st.tuples(st.sampled_from(list(SENTIMENTS)), amount), max_size=40))
    moved = SentimentsMoved(person=ADA, impulses=impulses(*moves) * draw(st.integers(1, 20)))
    bond = live(born(), None, [moved, fact_learned("f1")], BIRTH)[1]
    return replace(bond, messages=draw(st.integers(0, 500)))


spans = st.integers(0, 100 * DAY)


@calm
@given(minds(), spans)
def test_every_level_of_a_mind_stays_in_its_range(mind: Mind, span: int) -> None:
    now = BIRTH + span
    emotions, lite = state.emotions(mind, now), state.lite_emotions(mind, now)
    assert list(emotions) == list(EMOTIONS)
    assert list(lite) == list(LITE_EMOTIONS)
    assert all(0 <= value <= 1 for value in (*emotions.values(), *lite.values()))
    traits, lite_traits = state.traits(mind, now), state.lite_traits(mind, now)
    assert list(lite_traits) == list(LITE_TRAITS)
    assert all(-1 <= value <= 1 for value in (*traits.values(), *lite_traits.values()))
    assert all(-1 <= value <= 1 for value in state.mood(mind, now))
    assert state.expression(mind, now) in EXPRESSIONS
    assert state.expression(mind, now, SMALL_TALK) in EXPRESSIONS
    assert state.describe(mind, now)
    assert len(state.myers_briggs(mind, now)) == 4


@calm
@given(bonds(), spans)
def test_every_level_of_a_bond_stays_in_its_range(bond: Bond, span: int) -> None:
    now = BIRTH + span
    rich, lite = state.sentiments(bond, now), state.lite_sentiments(bond, now)
    assert list(rich) == list(SENTIMENTS)
    assert list(lite) == list(LITE_SENTIMENTS)
    assert all(-1 <= value <= 1 for value in rich.values())
    assert all(0 <= value <= 1 for value in lite.values())
    assert -1 <= state.liking(bond, now) <= 1
    assert 0 <= state.hurt(bond, now) <= 1
    assert state.relationship(bond, now) in RELATIONSHIPS


@calm
@given(minds(), spans, spans)
def test_a_later_reading_needs_no_earlier_one(mind: Mind, first: int, second: int) -> None:
    nothing = Felt(impulses=())
    stopped, _ = reduce.step(mind, None, nothing, BIRTH + 2 + first)
    now = BIRTH + 2 + first + second
    assert state.emotions(stopped, now) == pytest.approx(state.emotions(mind, now), abs=3e-9)
    assert tuple(state.mood(stopped, now)) == pytest.approx(tuple(state.mood(mind, now)), abs=5e-8)


@calm
@given(minds(), bonds())
def test_json_gives_back_the_same_state(mind: Mind, bond: Bond) -> None:
    assert state.mind_from_json(json.loads(json.dumps(state.mind_to_json(mind)))) == mind
    assert state.bond_from_json(json.loads(json.dumps(state.bond_to_json(bond)))) == bond


def test_json_of_another_shape_is_refused() -> None:
    with pytest.raises(ValidationError):
        state.mind_from_json({"name": "Jasmine"})
    with pytest.raises(ValidationError):
        state.bond_from_json({**state.bond_to_json(Bond(ADA, BIRTH, BIRTH)), "secret": "words"})


def test_a_state_holds_no_words() -> None:
    _, bond = live(born(), None, [fact_learned("her-name-is-Ada")], BIRTH)
    fact = bond.facts[0]
    assert fact.id == "her-name-is-Ada"
    assert len(fact.digest) == 64
    assert not any(hasattr(fact, name) for name in ("text", "value", "words"))


def test_nobody_met_is_a_stranger_neither_liked_nor_disliked() -> None:
    assert state.relationship(None, BIRTH) == "stranger"
    assert state.liking(None, BIRTH) == 0
    assert state.hurt(None, BIRTH) == 0


def test_the_hash_depends_on_every_bond_but_not_on_their_order() -> None:
    mind, ada, _ = talk([PRAISE, TELLING])
    bo = replace(ada, person="bo")
    both = state.state_hash(mind, [ada, bo])
    assert state.state_hash(mind, [bo, ada]) == both
    assert state.state_hash(mind, [ada]) != both
    assert state.state_hash(born(), [ada, bo]) != both


@calm
@given(minds(), st.integers(0, 400 * DAY))
def test_at_rest_a_mind_reads_as_if_nothing_had_ever_moved_it(mind: Mind, now: int) -> None:
    unmoved = born(dict(zip(TRAITS, mind.traits, strict=True)), at=0)
    rested = state.at_rest(mind)
    assert replace(rested, name=unmoved.name, soul=unmoved.soul) == unmoved
    assert (rested.name, rested.soul) == (mind.name, mind.soul)
    assert state.emotions(rested, now) == pytest.approx(state.emotions(unmoved, 0))


def test_a_mind_before_its_time_is_as_it_was_written() -> None:
    mind, _, _ = talk([PRAISE])
    assert state.emotions(mind, mind.at - HOUR) == state.emotions(mind, mind.at)


def test_calm_agents_are_described_by_their_mood_and_moved_ones_by_their_feelings() -> None:
    assert state.describe(born(levels(0.0)), BIRTH) == "even"
    mind, _ = reduce.step(
        born(levels(0.0)), None, Felt(impulses=impulses(("sadness", 0.9), ("anger", 0.45))), BIRTH
    )
    assert state.describe(mind, BIRTH) == "very sad and angry"


def test_the_letters_follow_the_traits() -> None:
    assert state.myers_briggs(born(WARM), BIRTH) == "ENFP"
    stern = {"sociability": -0.8, "creativity": -0.5, "compassion": -0.5, "discipline": 0.9}
    assert state.myers_briggs(born(stern), BIRTH) == "ISTJ"


SCRIPT = """
from synthetic_soul.mind import state
from tests.mind.lives import APOLOGY, GREETING, GRIEF, INSULT, LOVE, PRAISE, TELLING, talk
mind, bond, at = talk([GREETING, TELLING, PRAISE, GRIEF, INSULT, APOLOGY, LOVE] * 5)
print(state.state_hash(mind, [bond]), state.VERSION, state.describe(mind, at),
      state.expression(mind, at, GRIEF))
"""


def test_hash_and_views_are_the_same_under_any_hash_seed_zone_and_locale() -> None:
    found = set()
    for seed, zone, locale in (
        ("0", "UTC", "C"),
        ("1", "Asia/Kathmandu", "de_DE.UTF-8"),
        ("4242", "America/St_Johns", "tr_TR.UTF-8"),
    ):
        around = {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale, "PYTHONPATH": str(ROOT)}
        run = subprocess.run(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-c", SCRIPT],
            env=os.environ | around,
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        )
        found.add(run.stdout)
    mind, bond, _ = talk([PRAISE, GRIEF, INSULT])
    assert len(found) == 1
    assert len(found.pop().split()[0]) == len(state.state_hash(mind, [bond]))
