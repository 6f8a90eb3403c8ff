"""Memories and fragments for the tests, and strategies that make them up."""

from typing import Any

from hypothesis import strategies as st

from soulscript.model.memory import Fragment, Memory

DAY = 86_400_000
NOON = 1_700_000_000_000

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
LEVELS = st.floats(-1, 1) | st.integers(-1, 1)
TOPICS = st.sampled_from(["tea", "Tea ", "rain", "the sea", ""])
TRAITS = st.sampled_from(["calm", "Calm", "witty", "stubborn"])


def fragment(content: str = "it rained", **more: Any) -> Fragment:  # noqa: ANN401 - any field
    topic = more.pop("topic", None)
    if topic is not None:
        more["context"] = {"topic": topic}
    plain = {
        "type": "observation",
        "content": content,
        "timestamp": NOON,
        "importance": 0.5,
        "emotional_valence": 0.0,
    }
    return Fragment.model_validate(plain | more)


def memory(name: str = "mem_a", core: str = "it rained", **more: Any) -> Memory:  # noqa: ANN401
    valence, intensity = more.pop("valence", 0.0), more.pop("intensity", 0.5)
    notes = {
        key: more.pop(key)
        for key in ("topic_tags", "personality_influence", "memory_type")
        if key in more
    }
    at = more.pop("at", NOON)
    plain = {
        "id": name,
        "core_memory": core,
        "fragments": [],
        "emotional_signature": {"valence": valence, "intensity": intensity},
        "importance_score": 0.5,
        "creation_date": at,
        "last_accessed": max([at, *(part["timestamp"] for part in more.get("fragments", []))]),
    }
    return Memory.model_validate(plain | ({"metadata": notes} if notes else {}) | more)


def fragments_at(at: st.SearchStrategy[int]) -> st.SearchStrategy[Fragment]:
    """Fragments of few words and topics, so that they often meet."""
    return st.builds(
        fragment,
        st.sampled_from(["it rained", "calm at last", "witty and wet", "x"]),
        type=st.sampled_from(["observation", "reflection", "memory", "dream"]),
        timestamp=at,
        importance=LEVELS,
        emotional_valence=LEVELS,
        topic=st.none() | TOPICS,
    )


TIMES = st.integers(-3, 3).map(lambda hours: NOON + hours * DAY // 3)


@st.composite
def memories(draw: st.DrawFn, name: str) -> Memory:
    parts = draw(st.lists(fragments_at(TIMES), max_size=2))
    influence = st.lists(TRAITS, max_size=2) | st.dictionaries(TRAITS, LEVELS, max_size=2)
    return memory(
        name,
        draw(TEXTS),
        fragments=[part.dump() for part in parts],
        valence=draw(LEVELS),
        intensity=draw(LEVELS),
        importance_score=draw(LEVELS),
        at=draw(TIMES),
        topic_tags=draw(st.lists(TOPICS.filter(bool), max_size=2)),
        personality_influence=draw(influence),
        connections=draw(st.lists(st.sampled_from(["mem_0", "mem_1", "gone"]), max_size=2)),
    )


@st.composite
def several(draw: st.DrawFn) -> list[Memory]:
    size = draw(st.integers(0, 4))
    return [draw(memories(f"mem_{place}")) for place in range(size)]
