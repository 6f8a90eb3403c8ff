"""How memories move trait expression: within bounds, traceably, and never for good."""

import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soulscript import Soul, prompt
from soulscript.memory.evolution import HALF_LIFE, MAX_MOVE, evolve
from soulscript.memory.graph import MemoryGraph
from soulscript.model.memory import Memory
from support.memories import LEVELS, NOON, memory, several

unhurried = settings(deadline=None)
STRONG: dict[str, Any] = {"importance_score": 1.0, "intensity": 1.0}


@pytest.fixture
def soul(luna: dict[str, Any]) -> Soul:
    return Soul.model_validate(luna)


def souls(*strengths: float) -> Soul:
    names = ("calm", "witty", "stubborn")
    traits = [{"trait": n, "strength": s} for n, s in zip(names, strengths, strict=False)]
    return Soul.model_validate(
        {
            "version": "0.1",
            "entity": {"form": "human", "occupation": "baker"},
            "personality": {"core_traits": traits},
            "values": [{"name": "calm", "importance": 0.4, "expression": "breathes"}],
            "voice": {"style": "", "tone": "", "qualities": [], "patterns": []},
            "relationship": {"style": "", "boundaries": []},
        }
    )


SOULS = st.lists(LEVELS, min_size=1, max_size=3).map(lambda strengths: souls(*strengths))


def test_a_soul_without_memories_shows_as_it_is(soul: Soul) -> None:
    assert evolve(soul, MemoryGraph()).expressed == soul


def test_a_memory_strengthens_the_traits_it_names(soul: Soul) -> None:
    graph = MemoryGraph([memory("a", personality_influence=["SUPPORTIVE"], **STRONG)])
    shown = evolve(soul, graph).of("supportive")
    assert shown is not None
    assert shown.level == pytest.approx(-0.2 + 0.25 * math.tanh(0.2))
    assert [move.memory for move in shown.moves] == ["a"]
    assert shown.base + shown.moves[0].amount == pytest.approx(shown.level)


def test_a_memory_may_say_by_how_much_and_weaken(soul: Soul) -> None:
    graph = MemoryGraph([memory("a", personality_influence={"memetic": -0.5}, **STRONG)])
    shown = evolve(soul, graph).of("memetic")
    assert shown is not None
    assert shown.level == pytest.approx(0.4 - 0.25 * math.tanh(0.1))


def test_a_trait_that_only_memories_name_begins_at_its_base_or_at_nothing(soul: Soul) -> None:
    names = ["patient", "rare"]
    graph = MemoryGraph([memory("a", personality_influence=names, **STRONG)])
    graph.base_traits = {"Patient": 0.7, "Sarcastic": -1.0}
    shown = evolve(soul, graph)
    assert [(one.trait, one.base, one.core) for one in shown.traits[3:]] == [
        ("patient", 0.7, False),
        ("rare", 0.0, False),
    ]
    assert shown.traits[0].base == 0.6, "the soul goes before the graph"
    assert shown.of("absent") is None
    expressed = shown.expressed
    assert [trait.trait for trait in expressed.personality.core_traits[3:]] == ["patient"]
    assert "patient" in prompt(expressed)


def test_of_new_traits_the_eight_strongest_are_expressed(soul: Soul) -> None:
    graph = MemoryGraph(
        memory(f"mem_{place}_{again}", personality_influence=[f"trait {place}"], **STRONG)
        for place in range(10)
        for again in range(place + 1)
    )
    traits = evolve(soul, graph).expressed.personality.core_traits
    assert [trait.trait for trait in traits[3:]] == [f"trait {n}" for n in range(9, 1, -1)]


def test_importance_governs_influence(soul: Soul) -> None:
    levels = []
    for importance in (-1.0, 0.0, 1.0):
        one = memory("a", personality_influence=["memetic"], importance_score=importance)
        shown = evolve(soul, MemoryGraph([one])).of("memetic")
        assert shown is not None
        levels.append(shown.level)
    assert levels[0] == 0.4 < levels[1] < levels[2]


def test_what_is_not_felt_moves_nothing(soul: Soul) -> None:
    graph = MemoryGraph([memory("a", personality_influence=["memetic"], intensity=-0.5)])
    assert evolve(soul, graph).expressed == soul


def test_memories_fade_unless_they_are_brought_back(soul: Soul) -> None:
    graph = MemoryGraph([memory("a", personality_influence=["memetic"], **STRONG)])

    def moved(at: int) -> float:
        shown = evolve(soul, graph, at=at).of("memetic")
        assert shown is not None
        return math.atanh(shown.moves[0].amount / MAX_MOVE)

    assert moved(NOON - 5) == moved(NOON) == pytest.approx(0.2)
    assert moved(NOON + HALF_LIFE) == pytest.approx(0.1)
    graph.touch("a", NOON + HALF_LIFE)
    assert moved(NOON + HALF_LIFE) == pytest.approx(0.2)


def test_pushes_that_cancel_out_are_still_told(soul: Soul) -> None:
    graph = MemoryGraph(
        memory(name, personality_influence={"memetic": push}, **STRONG)
        for name, push in (("a", 0.5), ("b", -0.5))
    )
    shown = evolve(soul, graph).of("memetic")
    assert shown is not None
    assert shown.level == 0.4
    assert [(move.memory, move.amount) for move in shown.moves] == [("a", 0.025), ("b", -0.025)]


@unhurried
@given(SOULS, several(), st.none() | st.just(NOON + HALF_LIFE))
def test_evolution_is_bounded_and_every_move_is_told(
    soul: Soul, held: list[Memory], at: int | None
) -> None:
    for shown in evolve(soul, MemoryGraph(held), at=at).traits:
        assert -1 <= shown.level <= 1
        assert abs(shown.level - shown.base) <= MAX_MOVE
        told = math.fsum(move.amount for move in shown.moves)
        assert told == pytest.approx(shown.level - shown.base, abs=1e-9)
        assert {move.memory for move in shown.moves} <= {one.id for one in held}


@unhurried
@given(SOULS, several())
def test_values_and_all_but_traits_never_move(soul: Soul, held: list[Memory]) -> None:
    expressed = evolve(soul, MemoryGraph(held)).expressed
    assert expressed.values == soul.values
    changed = expressed.personality.model_copy(update={"core_traits": soul.personality.core_traits})
    assert expressed.model_copy(update={"personality": changed}) == soul


@unhurried
@given(SOULS, several(), st.data())
def test_a_memory_that_is_removed_takes_its_influence_along(
    soul: Soul, held: list[Memory], data: st.DataObject
) -> None:
    graph = MemoryGraph(held)
    before = evolve(soul, graph)
    more = memory("more", **STRONG, personality_influence=["calm", "new", "witty"])
    graph.add(more)
    graph.integrate([])
    assert evolve(soul, graph) != before
    graph.remove("more")
    assert evolve(soul, graph) == before
    assert evolve(soul, MemoryGraph(data.draw(st.permutations(held)))) == before
