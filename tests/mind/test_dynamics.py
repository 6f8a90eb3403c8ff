"""The laws of the dynamics, for any temperament, any state and any span of time."""

from __future__ import annotations

import math

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from synthetic_soul.mind import dynamics
from synthetic_soul.mind.dynamics import Affect, BigFive, Temperament, temperament_of
from synthetic_soul.mind.tables.emotions import EMOTIONS, OPPONENTS
from synthetic_soul.mind.tables.sentiments import SENTIMENTS
from synthetic_soul.mind.tables.traits import TRAITS

NAMES = tuple(EMOTIONS)
HOUR, DAY = dynamics.HOUR, dynamics.DAY

# Shrinking a vector of dozens of floats takes minutes and tells nothing.
calm = settings(
    deadline=None, max_examples=60, phases=(Phase.explicit, Phase.reuse, Phase.generate)
)
level = st.floats(-1, 1)
amounts = st.floats(-1, 1)
rises = st.floats(1e-6, 0.2)
tempers = st.tuples(*[level] * len(TRAITS)).map(temperament_of)
spans = st.integers(0, 400 * DAY)


def latents(
    low: float, high: float, size: int = len(NAMES)
) -> st.SearchStrategy[tuple[float, ...]]:
    return st.tuples(*[st.floats(low, high)] * size)


affects = st.builds(Affect, latents(-0.25, 3), latents(0, 5), latents(-2, 2, 3))
# Far from every clamp, so that nothing but the law itself decides.
middles = st.builds(Affect, latents(0.2, 1.0), latents(0, 2), latents(-1, 1, 3))


def flat(affect: Affect) -> list[float]:
    return [*affect.emotions, *affect.heat, *affect.mood]


def plain() -> Temperament:
    return temperament_of((0.0,) * len(TRAITS))


@calm
@given(affects, tempers, spans, spans)
def test_two_waits_are_one(
    affect: Affect, temperament: Temperament, first: int, second: int
) -> None:
    twice = dynamics.relax(dynamics.relax(affect, temperament, first), temperament, second)
    once = dynamics.relax(affect, temperament, first + second)
    assert flat(twice) == pytest.approx(flat(once), abs=1e-9)


@settings(calm, max_examples=10)
@given(affects, tempers)
def test_360_ticks_equal_one_jump(affect: Affect, temperament: Temperament) -> None:
    ticked = affect
    for _ in range(360):
        ticked = dynamics.relax(ticked, temperament, 240_000)
    assert flat(ticked) == pytest.approx(
        flat(dynamics.relax(affect, temperament, 360 * 240_000)), abs=1e-9
    )


@calm
@given(affects, tempers, st.integers(-DAY, 0))
def test_no_time_moves_nothing(affect: Affect, temperament: Temperament, span: int) -> None:
    assert dynamics.relax(affect, temperament, span) == affect


def test_the_mood_solves_its_differential_equation() -> None:
    temperament = temperament_of(tuple(0.3 * math.sin(i) for i in range(len(TRAITS))))
    affect = dynamics.move_emotions(
        temperament.at_rest, temperament, [("sadness", 0.8), ("anger", 0.5), ("hope", 0.3)]
    )
    step = 1000  # ms
    before, now, after = (dynamics.relax(affect, temperament, HOUR + d) for d in (-step, 0, step))
    for axis in range(3):
        slope = (after.mood[axis] - before.mood[axis]) / (2 * step / HOUR)
        pull = -math.log(2) / dynamics.MOOD_HALF_LIFE * (now.mood[axis] - temperament.mood[axis])
        pushes = zip(temperament.pushes, now.emotions, temperament.rest, strict=True)
        pull += sum(push[axis] * (x - b) for push, x, b in pushes)
        assert slope == pytest.approx(pull, abs=1e-6)


def test_the_mood_has_no_pole_where_an_emotion_fades_as_fast() -> None:
    rate = math.log(2) / dynamics.MOOD_HALF_LIFE
    exact = dynamics._overlap(rate, 5.0)
    assert exact == pytest.approx(5.0 * math.exp(-rate * 5.0), rel=1e-12)
    for nudge in (1e-15, 1e-12, 1e-9, 1e-6):
        assert dynamics._overlap(rate + nudge, 5.0) == pytest.approx(exact, rel=1e-5)
        assert dynamics._overlap(rate - nudge, 5.0) == pytest.approx(exact, rel=1e-5)


@calm
@given(affects, tempers, st.integers(0, 10**15))
def test_nothing_leaves_its_bounds(affect: Affect, temperament: Temperament, span: int) -> None:
    later = dynamics.relax(affect, temperament, span)
    assert all(math.isfinite(x) for x in flat(later))
    assert all(dynamics.MIN_EMOTION <= x <= dynamics.MAX_EMOTION for x in later.emotions)
    assert all(-1 <= math.tanh(m) <= 1 for m in later.mood)


@calm
@given(affects, tempers, st.lists(st.tuples(st.sampled_from(NAMES), amounts), max_size=30))
def test_no_impulse_leads_out_of_bounds(
    affect: Affect, temperament: Temperament, moves: list[tuple[str, float]]
) -> None:
    moved = dynamics.move_emotions(affect, temperament, moves)
    assert all(dynamics.MIN_EMOTION <= x <= dynamics.MAX_EMOTION for x in moved.emotions)
    assert all(0 <= h <= dynamics.MAX_HEAT for h in moved.heat)
    assert all(-dynamics.MAX_MOOD <= m <= dynamics.MAX_MOOD for m in moved.mood)
    assert dynamics.move_emotions(affect, temperament, moves) == moved


@calm
@given(tempers)
def test_two_hundred_blows_do_not_wind_up(temperament: Temperament) -> None:
    affect = dynamics.move_emotions(
        temperament.at_rest, temperament, [(name, 1.0) for name in NAMES] * 200
    )
    assert max(affect.emotions) <= dynamics.MAX_EMOTION
    assert max(affect.heat) <= dynamics.MAX_HEAT
    # Had the blows piled up beyond the clamp, anger would still be there after a day.
    later = dynamics.relax(affect, temperament, DAY)
    anger = NAMES.index("anger")
    assert later.emotions[anger] - temperament.rest[anger] < 0.01


@calm
@given(middles, tempers, st.sampled_from(NAMES), rises, st.floats(1e-6, 0.2))
def test_more_of_an_impulse_is_more_of_a_feeling(
    affect: Affect, temperament: Temperament, name: str, amount: float, more: float
) -> None:
    less_moved = dynamics.move_emotions(affect, temperament, [(name, amount)])
    moved = dynamics.move_emotions(affect, temperament, [(name, amount + more)])
    index = NAMES.index(name)
    assert moved.emotions[index] > less_moved.emotions[index]


@calm
@given(middles, tempers, st.sampled_from(NAMES), st.sampled_from([1e-6, -1e-6]))
def test_no_impulse_is_too_small_to_count(
    affect: Affect, temperament: Temperament, name: str, amount: float
) -> None:
    before = dynamics.move_emotions(affect, temperament, []).emotions[NAMES.index(name)]
    after = dynamics.move_emotions(affect, temperament, [(name, amount)]).emotions[
        NAMES.index(name)
    ]
    assert (after - before) * amount > 0


@calm
@given(middles, tempers, st.permutations(NAMES), rises, rises)
def test_impulses_of_one_instant_commute(
    affect: Affect, temperament: Temperament, names: list[str], first: float, second: float
) -> None:
    one, other = (names[0], first), (names[1], second)
    joint = dynamics.move_emotions(affect, temperament, [one, other])
    swapped = dynamics.move_emotions(affect, temperament, [other, one])
    assert flat(swapped) == pytest.approx(flat(joint), abs=3e-9)
    apart = dynamics.move_emotions(
        dynamics.move_emotions(affect, temperament, [other]), temperament, [one]
    )
    assert flat(apart) == pytest.approx(flat(joint), abs=3e-9)


@calm
@given(affects, tempers)
def test_everything_returns_to_its_resting_level(affect: Affect, temperament: Temperament) -> None:
    later = dynamics.relax(affect, temperament, 365 * DAY)
    assert later.emotions == pytest.approx(temperament.rest, abs=1e-9)
    assert later.mood == pytest.approx(temperament.mood, abs=1e-9)
    assert max(later.heat) < 1e-9


@calm
@given(tempers, spans)
def test_rest_stays_at_rest(temperament: Temperament, span: int) -> None:
    assert flat(dynamics.relax(temperament.at_rest, temperament, span)) == pytest.approx(
        flat(temperament.at_rest)
    )


@pytest.mark.parametrize(("one", "other"), OPPONENTS)
def test_opponents_push_each_other_down(one: str, other: str) -> None:
    temperament = plain()
    start = dynamics.move_emotions(temperament.at_rest, temperament, [(one, 0.5), (other, 0.5)])
    for up, down in ((one, other), (other, one)):
        moved = dynamics.move_emotions(start, temperament, [(up, 0.3)])
        assert moved.emotions[NAMES.index(down)] < start.emotions[NAMES.index(down)]


def test_losing_a_feeling_does_not_make_its_opposite() -> None:
    temperament = plain()
    start = dynamics.move_emotions(temperament.at_rest, temperament, [("happiness", 0.8)])
    moved = dynamics.move_emotions(start, temperament, [("happiness", -0.5)])
    assert moved.emotions[NAMES.index("sadness")] == start.emotions[NAMES.index("sadness")]


def test_repeated_blows_sensitise_anger_and_dull_joy() -> None:
    temperament = plain()

    def second_step(name: str) -> float:
        one = dynamics.move_emotions(temperament.at_rest, temperament, [(name, 0.4)])
        two = dynamics.move_emotions(one, temperament, [(name, 0.4)])
        index = NAMES.index(name)
        return (
            two.emotions[index]
            - one.emotions[index]
            - (one.emotions[index] - temperament.rest[index])
        )

    assert second_step("anger") > 0
    assert second_step("happiness") < 0


def test_a_mood_favours_the_feelings_that_are_like_it() -> None:
    temperament = plain()
    index = NAMES.index("sadness")
    low, high = (dynamics.gain((m, 0.0, 0.0), 0.0, temperament, index) for m in (-1.0, 1.0))
    assert low > high


def test_an_unknown_dimension_moves_nothing() -> None:
    temperament = plain()
    assert (
        dynamics.move_emotions(temperament.at_rest, temperament, [("ennui", 1.0)])
        == temperament.at_rest
    )
    nothing = (0.0,) * len(SENTIMENTS)
    assert dynamics.move_sentiments(nothing, [("ennui", 1.0)]) == nothing
    still = (0.0,) * len(TRAITS)
    assert dynamics.move_traits(still, [("ennui", 1.0)]) == still


def test_mehrabian_takes_stability_as_the_reverse_of_neuroticism() -> None:
    def neurotic(n: float) -> tuple[float, float, float]:
        return dynamics.resting_mood(BigFive(0, 0, 0, 0, n))

    assert neurotic(1.0) == pytest.approx((-0.19, 0.57, 0.0))
    assert neurotic(-1.0) == pytest.approx((0.19, -0.57, 0.0))
    assert dynamics.resting_mood(BigFive(1, 1, 1, 0, 0)) == pytest.approx((0.21, 0.15, 1.0))
    assert dynamics.resting_mood(BigFive(0, 0, 0, 1, 0)) == pytest.approx((0.59, 0.30, -0.32))


def test_neurotic_minds_stay_down_longer_and_resilient_ones_recover() -> None:
    def sadness_rate(**stated: float) -> float:
        temperament = temperament_of(tuple(stated.get(name, 0.0) for name in TRAITS))
        return temperament.rates[NAMES.index("sadness")]

    assert sadness_rate(neuroticism=1.0) < sadness_rate() < sadness_rate(resilience=1.0)
    assert sadness_rate() == pytest.approx(math.log(2) / (120 / 4.32))


def test_the_big_five_of_nobody_in_particular_are_all_zero() -> None:
    assert dynamics.big_five((0.0,) * len(TRAITS)) == (0, 0, 0, 0, 0)
    assert plain().mood == (0.0, 0.0, 0.0)


@calm
@given(st.tuples(*[level] * len(TRAITS)), latents(-3, 3, len(TRAITS)))
def test_traits_show_at_most_a_quarter_away_from_the_soul(
    traits: tuple[float, ...], drift: tuple[float, ...]
) -> None:
    for soul, shown in zip(traits, dynamics.expressed_traits(traits, drift), strict=True):
        assert -1 <= shown <= 1
        assert abs(shown - soul) <= dynamics.DRIFT_DEPTH


@calm
@given(st.sampled_from(list(TRAITS)), st.floats(-1, 1).filter(lambda a: abs(a) >= 1e-6))
def test_every_impulse_moves_a_trait_a_little(name: str, amount: float) -> None:
    moved = dynamics.move_traits((0.0,) * len(TRAITS), [(name, amount)])[list(TRAITS).index(name)]
    assert moved * amount > 0
    assert abs(moved) <= dynamics.DRIFT_STEP


def test_a_thousand_moves_of_a_trait_do_not_wind_up() -> None:
    still = (0.0,) * len(TRAITS)
    for amount in (1.0, -1.0):
        moved = dynamics.move_traits(still, [("trust", amount)] * 1000)
        assert moved[list(TRAITS).index("trust")] == amount * dynamics.MAX_LATENT


@calm
@given(st.sampled_from(list(SENTIMENTS)), st.floats(1e-6, 1))
def test_every_impulse_moves_a_sentiment_and_what_speaks_against_a_person_counts_double(
    name: str, amount: float
) -> None:
    index = list(SENTIMENTS).index(name)
    start = (1.0,) * len(SENTIMENTS)
    up = dynamics.move_sentiments(start, [(name, amount)])[index] - 1
    down = 1 - dynamics.move_sentiments(start, [(name, -amount)])[index]
    assert up > 0
    assert down > 0
    if SENTIMENTS[name].liking > 0:
        assert down == pytest.approx(2 * up, abs=3e-9)
    elif SENTIMENTS[name].liking < 0:
        assert up == pytest.approx(2 * down, abs=3e-9)


def test_trust_can_be_broken_but_nobody_resents_less_than_not_at_all() -> None:
    nothing = (0.0,) * len(SENTIMENTS)
    moved = dynamics.move_sentiments(nothing, [("trust", -1.0), ("resentment", -1.0)] * 100)
    assert moved[list(SENTIMENTS).index("trust")] == -dynamics.MAX_LATENT
    assert moved[list(SENTIMENTS).index("resentment")] == 0.0


@calm
@given(latents(-3, 3, 5), spans, spans)
def test_fading_halves_in_a_half_life_and_composes(
    held: tuple[float, ...], first: int, second: int
) -> None:
    half = dynamics.decay(held, DAY, DAY)
    assert half == pytest.approx([x / 2 for x in held])
    twice = dynamics.decay(dynamics.decay(held, 30 * DAY, first), 30 * DAY, second)
    assert twice == pytest.approx(dynamics.decay(held, 30 * DAY, first + second), abs=1e-9)
    assert dynamics.decay(held, DAY, -5) == held


@given(st.floats(-10, 10))
def test_a_written_latent_has_nine_decimals_and_no_negative_zero(value: float) -> None:
    written = dynamics.quantise(value)
    assert dynamics.quantise(written) == written
    assert abs(written - value) <= 5.1e-10
    assert math.copysign(1, dynamics.quantise(-1e-12)) == 1
