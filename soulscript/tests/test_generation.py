"""What happened made into memories: observed, reflected upon, consolidated."""

import asyncio
import math
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soulscript import Soul
from soulscript.memory.generation import (
    Experience,
    Generated,
    Step,
    attention,
    generate,
    generate_async,
    plain,
)
from soulscript.memory.graph import MemoryGraph
from support.memories import NOON


@pytest.fixture
def soul(luna: dict[str, Any]) -> Soul:
    luna["entity"]["expertise"] = ["leverage"]
    return Soul.model_validate(luna)


LOSS = Experience("I lost it all and cope with losses badly", NOON, topic="trading")


def test_without_a_model_what_was_said_is_observed_and_what_it_touches_is_reflected_upon(
    soul: Soul,
) -> None:
    made = generate(soul, LOSS)
    assert [part.type for part in made.fragments] == ["observation", "reflection"]
    assert made.fragments[0].content == LOSS.content
    assert "resilient mindset" in made.fragments[1].content
    assert made.memory is not None
    assert made.memory.fragments == made.fragments
    assert made.memory.emotional_signature.valence < 0
    assert made.memory.topics == ("trading",)
    assert made == generate(soul, LOSS)


@pytest.mark.parametrize(
    ("said", "reflection"),
    [
        ("a sarcastic day", "It speaks to what is sarcastic in me."),
        ("ten times leverage", "I know about leverage."),
    ],
)
def test_what_is_touched_may_be_a_trait_or_knowledge(
    soul: Soul, said: str, reflection: str
) -> None:
    made = generate(soul, Experience(said, NOON))
    assert made.fragments[1].content == reflection


def test_where_nothing_is_touched_there_is_an_observation_alone(soul: Soul) -> None:
    made = generate(soul, Experience("soup for lunch", NOON))
    assert [part.type for part in made.fragments] == ["observation"]


def test_the_personality_decides_what_is_important(soul: Soul) -> None:
    assert attention(soul, "soup for lunch") == 0
    assert attention(soul, "humor helps traders cope") > attention(soul, "humor") > 0
    noticed = generate(soul, Experience("humor helps traders", NOON)).fragments[0].importance
    assert noticed > generate(soul, Experience("soup for lunch", NOON)).fragments[0].importance


def test_what_is_known_of_an_experience_is_kept(soul: Soul) -> None:
    known = Experience(
        "hello",
        NOON,
        topic="greeting",
        user_state="cheerful",
        agent_state="calm",
        interaction_type="chat",
        valence=0.5,
        importance=-0.5,
        episode="first meeting",
    )
    (part,) = generate(soul, known).fragments
    assert part.dump() == {
        "type": "observation",
        "content": "hello",
        "timestamp": NOON,
        "importance": -0.5,
        "emotional_valence": 0.5,
        "context": {
            "user_state": "cheerful",
            "agent_state": "calm",
            "topic": "greeting",
            "interaction_type": "chat",
        },
        "soul:episode": "first meeting",
    }


def test_a_model_answers_what_it_is_asked(soul: Soul) -> None:
    asked: list[Step] = []

    def think(step: Step) -> dict[str, object]:
        asked.append(step)
        return {"content": f"I {step.kind}", "importance": 0.25, "emotional_valence": -0.25}

    made = generate(soul, LOSS, think)
    assert [step.kind for step in asked] == ["observe", "reflect"]
    assert all(step.prompt.startswith("You are Dr. Luna") for step in asked)
    assert LOSS.content in asked[0].prompt
    assert "I observe" in asked[1].prompt
    assert [part.content for part in made.fragments] == ["I observe", "I reflect"]
    assert {(part.importance, part.emotional_valence) for part in made.fragments} == {(0.25, -0.25)}


def test_a_model_may_take_its_time(soul: Soul) -> None:
    async def think(step: Step) -> dict[str, object]:
        await asyncio.sleep(0)
        return {"content": step.kind}

    made = asyncio.run(generate_async(soul, LOSS, think))
    assert [part.content for part in made.fragments] == ["observe", "reflect"]


def test_where_nothing_is_observed_there_is_no_memory(soul: Soul) -> None:
    assert generate(soul, LOSS, lambda _: None) == Generated()


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["content", "importance", "emotional_valence"]),
        st.none() | st.text(max_size=5) | st.floats() | st.integers() | st.booleans(),
    )
)
def test_any_answer_is_checked_and_clamped(answer: dict[str, object]) -> None:
    soul = Soul.model_validate(
        {
            "version": "0.1",
            "entity": {"form": "human", "occupation": "baker"},
            "personality": {"core_traits": [{"trait": "calm", "strength": 0.1}]},
            "values": [],
            "voice": {"style": "", "tone": "", "qualities": [], "patterns": []},
            "relationship": {"style": "", "boundaries": []},
        }
    )
    for part in generate(soul, LOSS, lambda _: answer).fragments:
        assert part.content.strip()
        assert -1 <= part.importance <= 1
        assert not math.isnan(part.emotional_valence)


def test_no_answer_is_longer_than_a_fragment_may_be(soul: Soul) -> None:
    made = generate(soul, LOSS, lambda _: {"content": "x" * 5_000})
    assert {len(part.content) for part in made.fragments} == {1_000}


def test_what_was_made_goes_into_a_graph_as_it_is(soul: Soul) -> None:
    made, graph = generate(soul, LOSS), MemoryGraph()
    assert graph.integrate(made.fragments, soul=soul) == (made.memory,)
    assert plain(Step("observe", soul, LOSS)) == {"content": LOSS.content}
