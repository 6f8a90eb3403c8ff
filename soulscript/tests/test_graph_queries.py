"""What a graph finds: by words, topic, time and feeling, in small graphs and in large."""

import itertools
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soulscript.memory.graph import MemoryGraph
from soulscript.memory.indices import Query, sort_in
from soulscript.model.memory import Memory
from support.memories import DAY, LEVELS, NOON, TIMES, fragment, memory, several

unhurried = settings(deadline=None)
SPANS = st.tuples(LEVELS, LEVELS).map(lambda ends: (min(ends), max(ends)))


def found(graph: MemoryGraph, text: str = "", **asked: Any) -> list[str]:  # noqa: ANN401 - any field
    return [hit.memory.id for hit in graph.search(Query(text, **asked))]


TEA = memory(
    "tea", "she drinks green tea", topic_tags=["drinks"], valence=0.6, importance_score=0.1
)
RAIN = memory("rain", "it rained on the wedding", valence=-0.6, at=NOON + DAY, intensity=0.9)
SEA = memory(
    "sea",
    "we walked by the sea",
    fragments=[fragment("the tea was cold", topic="Picnic", timestamp=NOON + 9 * DAY).dump()],
    at=NOON + 5 * DAY,
    valence=0.2,
    importance_score=0.9,
)
GRAPH = MemoryGraph([TEA, RAIN, SEA])


def test_words_find_what_speaks_of_them_most() -> None:
    assert found(GRAPH, "what tea does she drink?") == ["tea", "sea"]
    assert found(GRAPH, "weddings") == ["rain"]
    assert found(GRAPH, "picnic") == ["sea"]


def test_words_that_nobody_spoke_find_nothing() -> None:
    assert found(GRAPH, "volcano") == []


@pytest.mark.parametrize("cue", ["", "what was it that you did?"])
def test_without_a_word_to_go_by_the_most_important_comes_first(cue: str) -> None:
    assert found(GRAPH, cue) == ["sea", "rain", "tea"]
    assert all(hit.score == 0 for hit in GRAPH.query(cue))


def test_a_topic_is_a_tag_or_what_a_fragment_is_about() -> None:
    assert found(GRAPH, topic="DRINKS") == ["tea"]
    assert found(GRAPH, topic=" picnic") == ["sea"]
    assert found(GRAPH, topic="tea") == []


def test_a_time_is_when_a_memory_began_or_had_a_fragment() -> None:
    assert found(GRAPH, since=NOON + DAY, until=NOON + 5 * DAY) == ["rain"]
    assert found(GRAPH, since=NOON + 6 * DAY) == ["sea"]
    assert found(GRAPH, until=NOON + DAY) == ["tea"]


def test_a_feeling_is_a_range_of_valence_and_of_intensity() -> None:
    assert found(GRAPH, valence=(0, 1)) == ["sea", "tea"]
    assert found(GRAPH, valence=(0.6, 0.6)) == ["tea"]
    assert found(GRAPH, intensity=(0.8, 1)) == ["rain"]


def test_what_is_asked_holds_together() -> None:
    assert found(GRAPH, "tea", valence=(0.5, 1)) == ["tea"]
    assert found(GRAPH, "tea", topic="rain") == []
    assert found(GRAPH, valence=(-1, 0), until=NOON) == []


def test_a_limit_is_kept() -> None:
    assert found(GRAPH, limit=1) == ["sea"]
    assert found(GRAPH, "tea", limit=1) == ["tea"]
    assert found(GRAPH, limit=0) == found(GRAPH, "tea", limit=-1) == []


def large(size: int = 2_600) -> list[Memory]:
    """Memories of which most say "usual", some "seldom", and one is like no other."""
    chance = random.Random(7)  # noqa: S311 - not a secret
    words = [f"word{number}" for number in range(60)]
    return [
        memory(
            f"mem_{number:04}",
            " ".join(["usual" if number % 5 else "seldom", *chance.choices(words, k=4)]),
            at=NOON + number,
            valence=chance.uniform(-1, 1),
            intensity=chance.random() if number else -1.0,
            importance_score=-1.0 if number == 0 else chance.uniform(-0.99, 1),
            topic_tags=[f"topic {number % 7}"],
        )
        for number in range(size)
    ]


LARGE = large()


def fits(one: Memory, query: Query) -> bool:
    (dark, bright), (mild, strong) = query.valence or (-1, 1), query.intensity or (-1, 1)
    since, until = query.since or -(10**16), query.until or 10**16
    times = [one.creation_date, *(part.timestamp for part in one.fragments)]
    topics = [" ".join(topic.casefold().split()) for topic in one.topics]
    return (
        dark <= one.emotional_signature.valence <= bright
        and mild <= one.emotional_signature.intensity <= strong
        and any(since <= at < until for at in times)
        and (query.topic is None or " ".join(query.topic.casefold().split()) in topics)
    )


def by_hand(held: list[Memory], query: Query) -> list[str]:
    """What is found without a cue, looked up one by one."""
    fitting = [one for one in held if fits(one, query)]
    fitting.sort(key=lambda one: (-one.importance_score, -one.last_accessed, one.id))
    return [one.id for one in fitting[: query.limit]]


@pytest.mark.parametrize(
    "query",
    [
        Query(intensity=(-1, -0.5)),  # only the least important of all
        Query(valence=(-0.001, 0.001), intensity=(0, 0.9)),
        Query(topic="topic 3", since=NOON + 100, limit=400),
        Query(topic="topic 3", valence=(2, 3)),
        Query(since=NOON + 2_000, until=NOON + 2_010),
        Query(valence=(-1, 1), limit=3),
    ],
)
def test_in_a_large_graph_nothing_is_missed(query: Query) -> None:
    assert [hit.memory.id for hit in MemoryGraph(LARGE).search(query)] == by_hand(LARGE, query)


def test_in_a_large_graph_common_words_decide_nothing_beside_rarer_ones() -> None:
    graph = MemoryGraph(LARGE)
    assert graph.query("seldom usual") == graph.query("seldom")
    assert found(graph, "usual") == by_hand(
        [one for one in LARGE if "usual" in one.core_memory], Query()
    )
    only = [
        one for one in LARGE if "usual" in one.core_memory and fits(one, Query(topic="topic 3"))
    ]
    assert found(graph, "usual", topic="topic 3", limit=900) == by_hand(only, Query(limit=900))


@unhurried
@given(
    several(),
    st.builds(
        Query,
        topic=st.none() | st.sampled_from(["tea", "rain"]),
        since=st.none() | TIMES,
        until=st.none() | TIMES,
        valence=st.none() | SPANS,
        intensity=st.none() | SPANS,
        limit=st.integers(1, 3),
    ),
)
def test_queries_find_what_looking_one_by_one_finds(held: list[Memory], query: Query) -> None:
    assert [hit.memory.id for hit in MemoryGraph(held).search(query)] == by_hand(held, query)


@unhurried
@given(several(), st.data())
def test_what_is_found_depends_on_what_is_held_alone(
    held: list[Memory], data: st.DataObject
) -> None:
    graph = MemoryGraph(data.draw(st.permutations(held)))
    graph.add(memory("brief", "it rained calm"))
    graph.query()
    graph.remove("brief")
    cue = data.draw(st.sampled_from(["rain", "calm", "x", ""]))
    assert graph.query(cue) == MemoryGraph(held).query(cue)


def test_scores_do_not_depend_on_the_order_of_a_cue() -> None:
    cues = itertools.permutations(["tea", "sea", "green", "walked"])
    assert len({GRAPH.query(" ".join(cue)) for cue in cues}) == 1


class Counted:
    """A number that counts how often it is compared."""

    comparisons = 0

    def __init__(self, number: int) -> None:
        self.number = number

    def __lt__(self, other: "Counted") -> bool:
        Counted.comparisons += 1
        return self.number < other.number


def test_replacing_one_of_many_does_not_sort_them_all_again() -> None:
    items = [Counted(number) for number in range(4_096)]
    Counted.comparisons = 0
    fresh = [Counted(7), Counted(4_000)]
    sort_in(items, fresh)  # type: ignore[type-var]  # any items that can be compared
    assert Counted.comparisons < 100
    assert (len(items), fresh) == (4_098, [])
    assert [item.number for item in items] == sorted(item.number for item in items)


def test_a_replaced_memory_keeps_its_alias_and_leaves_no_old_one() -> None:
    graph = MemoryGraph([memory("a", **{"soul:alias": "old"}), memory("b")])
    graph.add(memory("a", **{"soul:alias": "new"}))
    assert graph.get("old") is None
    assert graph.get("new") is graph.get("a")
    graph.remove("a")
    assert graph.get("new") is None
