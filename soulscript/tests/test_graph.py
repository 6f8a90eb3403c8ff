"""The memory graph: what it holds, how fragments become memories, what it is written as."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soulscript import Soul
from soulscript.memory.consolidation import episode_id
from soulscript.memory.graph import MemoryGraph, feeling
from soulscript.model.memory import Fragment, Memory
from soulscript.reading.memories import read_memories
from support.memories import DAY, NOON, fragment, fragments_at, memory, several

unhurried = settings(deadline=None)


def test_memories_are_held_by_id_and_gone_through_by_time() -> None:
    graph = MemoryGraph([memory("b", at=NOON + 1), memory("c"), memory("a", at=NOON + 1)])
    assert len(graph) == 3
    assert list(graph.memories) == ["b", "c", "a"]
    assert [held.id for held in graph] == ["c", "a", "b"]


def test_a_memory_of_the_same_id_replaces_the_first() -> None:
    graph = MemoryGraph([memory("a", "rain"), memory("a", "snow")])
    assert [found.memory.core_memory for found in graph.query("snow")] == ["snow"]
    assert graph.query("rain") == ()


def test_what_is_removed_is_found_no_more() -> None:
    parts = [fragment("pouring", topic="rain").dump()]
    graph = MemoryGraph([memory("a", fragments=parts, topic_tags=["wet"]), memory("b", "sun")])
    assert graph.remove("a")
    assert not graph.remove("a")
    assert graph.get("a") is None
    assert (
        graph.query("pouring rain") == graph.query(topic="rain") == graph.query(topic="wet") == ()
    )
    assert [found.memory.id for found in graph.query(valence=(-1, 1))] == ["b"]
    assert graph.dump() == MemoryGraph([memory("b", "sun")]).dump()


def test_an_alias_leads_to_its_memory() -> None:
    graph = MemoryGraph([memory("a", **{"soul:alias": "old"}), memory("b", connections=["old"])])
    assert graph.get("old") == graph.get("a")
    assert list(graph.edges()) == [("b", "a")]
    graph.remove("a")
    assert graph.get("old") is None
    assert list(graph.unresolved()) == [("b", "old")]


def test_a_profile_and_what_was_said_in_a_chat_are_personal() -> None:
    chat = fragment(context={"interaction_type": "chat"}).dump()
    assert memory("a", memory_type="profile").personal
    assert memory("b", fragments=[chat]).personal
    assert not memory("c", fragments=[fragment().dump(), fragment(topic="tea").dump()]).personal


def test_connections_are_seen_from_both_ends() -> None:
    graph = MemoryGraph(
        [memory("a", connections=["b", "a"]), memory("b"), memory("c", connections=["b", "gone"])]
    )
    assert [held.id for held in graph.connected("b")] == ["a", "c"]
    assert [held.id for held in graph.connected("a")] == ["b"]
    assert list(graph.unresolved()) == [("c", "gone")]


def test_a_memory_that_is_brought_back_is_noted() -> None:
    graph = MemoryGraph([memory("a")])
    graph.touch("a", NOON - 1)
    assert graph.memories["a"].last_accessed == NOON
    graph.touch("a", NOON + 5)
    assert graph.memories["a"].last_accessed == NOON + 5
    with pytest.raises(KeyError):
        graph.touch("b", NOON)


def test_a_copy_changes_by_itself() -> None:
    graph = MemoryGraph([memory("a")])
    graph.base_traits, graph.last_evolution = {"calm": 0.5}, 3
    graph.last_consolidation, graph.extra = NOON + 1, {"x:y": 1}
    other = graph.copy()
    assert other.dump() == graph.dump()
    other.remove("a")
    assert len(graph) == 1


# -- importance (§4.2) ---------------------------------------------------------------------------


@unhurried
@given(several(), st.integers(-1, 5))
def test_no_memory_is_forgotten_that_is_more_important_than_one_kept(
    held: list[Memory], most: int
) -> None:
    graph = MemoryGraph(held)
    gone = graph.retain(most)
    assert len(graph) == min(len(held), max(0, most))
    kept = [one.importance_score for one in graph]
    assert all(lost.importance_score <= min(kept, default=1) for lost in gone)
    assert MemoryGraph(one for one in held if one not in gone).dump() == graph.dump()


# -- integration (§4.2) --------------------------------------------------------------------------


def test_fragments_of_one_topic_and_day_are_one_memory() -> None:
    graph = MemoryGraph()
    graph.integrate([fragment("a cup", topic="tea"), fragment("two cups", topic=" TEA")])
    graph.integrate([fragment("no cup", topic="tea", timestamp=NOON + DAY)])
    assert [len(held.fragments) for held in graph] == [2, 1]


def test_a_named_episode_joins_topics_and_days() -> None:
    parts = [
        fragment("we met", topic="a", **{"soul:episode": "journey"}),
        fragment("we left", topic="b", timestamp=NOON + 3 * DAY, **{"soul:episode": "journey"}),
    ]
    (held,) = MemoryGraph().integrate(parts)
    assert held.topics == ("a", "b")
    assert (held.creation_date, held.last_accessed) == (NOON, NOON + 3 * DAY)


def test_a_memory_is_connected_with_what_last_spoke_of_its_topic() -> None:
    graph = MemoryGraph([memory("old", at=NOON - 2 * DAY, topic_tags=["tea"]), memory("none")])
    first = fragment("a cup", topic="tea")
    later = fragment("a pot", topic="tea", timestamp=NOON + DAY)
    graph.integrate([first, later])
    assert graph.memories[episode_id(first)].connections == ("old",)
    assert graph.memories[episode_id(later)].connections == (episode_id(first),)


def test_of_several_that_spoke_at_once_the_lowest_id_is_connected() -> None:
    graph = MemoryGraph(
        memory(name, at=at, topic_tags=["tea"])
        for name, at in (("c", NOON - DAY), ("b", NOON - DAY), ("a", NOON - 2 * DAY))
    )
    (held,) = graph.integrate([fragment("a cup", topic="tea")])
    assert held.connections == ("b",)


def test_a_fragment_that_is_there_changes_nothing() -> None:
    graph = MemoryGraph()
    assert len(graph.integrate([fragment(), fragment()])) == 1
    before = graph.dump()
    assert graph.integrate([fragment()]) == ()
    assert graph.dump() == before


def test_what_does_not_follow_from_fragments_stays() -> None:
    graph = MemoryGraph()
    (held,) = graph.integrate([fragment(topic="tea")])
    graph.add(held.model_copy(update={"connections": ("x",), "x:own": 1}))
    graph.touch(held.id, NOON + 9)
    (again,) = graph.integrate([fragment("more", topic="tea", timestamp=NOON + 1)])
    assert (again.connections, again.last_accessed) == (("x",), NOON + 9)
    assert again.model_extra == {"x:own": 1}


def test_a_memory_strengthens_the_traits_that_it_speaks_of(luna: dict[str, Any]) -> None:
    soul = Soul.model_validate(luna)
    (held,) = MemoryGraph().integrate([fragment("she was sarcastic about memes")], soul=soul)
    assert dict(held.influence) == {"sarcastic": 1.0}


def test_a_memory_note_says_what_is_remembered_else_the_most_important() -> None:
    parts = [fragment("one", importance=0.9), fragment("two", type="memory", importance=-1)]
    assert MemoryGraph().integrate(parts)[0].core_memory == "two"
    assert MemoryGraph().integrate([*parts[:1], fragment("three")])[0].core_memory == "one"


def test_the_words_of_a_memory_can_be_anybodys() -> None:
    (held,) = MemoryGraph().integrate(
        [fragment("b"), fragment("a")], speak=lambda parts: " and ".join(p.content for p in parts)
    )
    assert held.core_memory == "a and b"


@unhurried
@given(
    several(),
    st.lists(fragments_at(st.just(NOON)), max_size=5),
    st.randoms(use_true_random=False),
    st.booleans(),
)
def test_fragments_of_one_instant_give_one_graph_in_any_order(
    held: list[Memory],
    parts: list[Fragment],
    chance: random.Random,
    alone: bool,  # noqa: FBT001 - drawn
) -> None:
    together = MemoryGraph(held)
    together.integrate(parts)
    shuffled = list(parts)
    chance.shuffle(shuffled)
    chance.shuffle(held)
    other = MemoryGraph(held)
    for batch in [[part] for part in shuffled] if alone else [shuffled]:
        other.integrate(batch)
    assert json.dumps(other.dump()) == json.dumps(together.dump())
    assert other.query("rain") == together.query("rain")


# -- the document of §5.2 ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("valence", "name"),
    [
        (-1, "strongly_negative"),
        (-0.5, "negative"),
        (0, "neutral"),
        (0.5, "positive"),
        (0.51, "strongly_positive"),
    ],
)
def test_a_feeling_has_its_bucket(valence: float, name: str) -> None:
    assert feeling(valence) == name


def test_the_document_is_that_of_the_specification() -> None:
    graph = MemoryGraph(
        [
            memory("b", valence=0.7, topic_tags=["Tea", "rain"], at=NOON + 1),
            memory("a", valence=-0.2, fragments=[fragment(topic="tea").dump()]),
        ]
    )
    graph.base_traits, graph.last_evolution = {"empathy": 0.8}, NOON
    document: Any = graph.dump()
    assert list(document) == ["memories", "personality_state", "indices", "stats"]
    assert list(document["memories"]) == ["a", "b"]
    assert document["personality_state"] == {
        "base_traits": {"empathy": 0.8, "last_evolution": NOON}
    }
    assert document["indices"] == {
        "temporal": {"2023-11-14": ["a", "b"]},
        "emotional": {"negative": ["a"], "strongly_positive": ["b"]},
        "semantic": {"rain": ["b"], "tea": ["a", "b"]},
    }
    assert document["stats"] == {"total_memories": 2, "last_consolidation": NOON}


def test_an_empty_graph_was_never_consolidated() -> None:
    assert MemoryGraph().stats == {"total_memories": 0, "last_consolidation": None}


def test_times_near_1970_are_marked_as_what_they_are() -> None:
    document = MemoryGraph([memory("a", at=5)]).dump()
    assert document["soul:milliseconds"] is True
    again = read_memories(json.dumps(document))
    assert (again.graph.dump(), again.problems) == (document, ())


@pytest.mark.parametrize("key", ["last_evolution", "last_consolidation"])
def test_times_of_the_graph_itself_are_marked_too(key: str) -> None:
    graph = MemoryGraph([memory("a")])
    setattr(graph, key, 800)
    assert read_memories(json.dumps(graph.dump())).graph.dump() == graph.dump()


@unhurried
@given(several(), st.dictionaries(st.sampled_from(["calm", "bold"]), st.floats(-1, 1)))
def test_any_graph_survives_write_and_read(held: list[Memory], traits: dict[str, float]) -> None:
    graph = MemoryGraph(held)
    graph.base_traits = traits
    again = read_memories(json.dumps(graph.dump()), strict=True)
    assert again.graph.dump() == graph.dump()
    assert again.graph.memories == {one.id: one for one in held}
