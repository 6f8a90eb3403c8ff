"""Talks with models whose chat templates are strict, on a server with a small context."""

import pytest

from synthetic_soul.engine.background import Thinker
from synthetic_soul.engine.memory import reflection
from synthetic_soul.mind.events import Reflected, ThoughtHad
from tests.support.engine_harness import MINUTE, OpenEngine, until
from tests.support.fake_model import Fault
from tests.support.strict_model import TEMPLATES, StrictModel

pytestmark = pytest.mark.anyio

SAYINGS = (
    "Hi!",
    "My name is Tomas and I bake bread.",
    "Today was long, the oven broke twice and the flour came too late. " * 20,
    "What do you remember about me?",
    "だいじょうぶ？" * 120,
    "My sister Ada says that I should rest more. What do you think? " * 60,
    "ok",
    "👍🏽" * 200,
    "I have a cat called Miso.",
    "Please forget my cat's name.",
)


def tokens(text: str) -> int:
    """Count as many tokens as a usual vocabulary has for a text, or a few more."""
    wide = sum(not char.isascii() for char in text)
    return (len(text) - wide) // 4 + wide


@pytest.fixture
def small_model(strict_model: StrictModel, request: pytest.FixtureRequest) -> StrictModel:
    strict_model.template = TEMPLATES[request.param]
    strict_model.tokens = tokens
    return strict_model


every_template = pytest.mark.parametrize("small_model", TEMPLATES, indirect=True)


@every_template
async def test_thirty_messages_of_three_talks_are_answered_without_a_refusal(
    open_engine: OpenEngine, small_model: StrictModel
) -> None:
    async with open_engine(model=small_model, llm_context=small_model.context) as harness:
        thinker = Thinker(harness.runtime)
        for person in ("ann", "bob", "cleo"):
            for text in SAYINGS:
                assert await harness.told(text, person)
            harness.clock.forward(5 * MINUTE)
            assert await reflection.reflect_all(harness.runtime)
            assert await thinker.think_all() == 1
        events = await harness.events()
        assert sum(isinstance(event, ThoughtHad) for event in events) == 3
        assert sum(isinstance(event, Reflected) for event in events) >= 3
        assert harness.engine.model_usage()["failures"] == 0
    # A prompt too long for the context is learned from once, and not again.
    assert len(small_model.refusals) <= 1
    assert not any("Jinja" in refusal for refusal in small_model.refusals)


@every_template
@pytest.mark.parametrize("failed", [1, 2, 3])
async def test_after_failed_turns_the_next_message_is_answered(
    open_engine: OpenEngine, small_model: StrictModel, failed: int
) -> None:
    async with open_engine(model=small_model, llm_context=small_model.context) as harness:
        await harness.say("Hi!")
        for number in range(failed):
            small_model.script.append(Fault("status", 401))
            assert (await harness.ask(f"Hello? ({number})")).status == "failed"
        assert await harness.told("Are you there?")
        roles = [message["role"] for message in small_model.calls[-1].messages]
        assert roles[0] == "system"
        assert set(roles[1::2]) == {"user"}
        assert set(roles[2::2]) <= {"assistant"}
        prompt = small_model.calls[-1].prompt
        assert all(f"Hello? ({number})" in prompt for number in range(failed))
    assert small_model.refusals == []


@every_template
async def test_a_failed_message_that_is_retried_and_three_sent_at_once_are_answered(
    open_engine: OpenEngine, small_model: StrictModel
) -> None:
    async with open_engine(model=small_model, llm_context=small_model.context) as harness:
        small_model.script.append(Fault("status", 401))
        first = await harness.ask("Hello?")
        await harness.engine.retry("ann", first.job_id)
        assert (await harness.outcome(first.job_id)).status == "succeeded"
        for text in ("One.", "Two.", "Three."):
            last = await harness.engine.submit(person="ann", text=text)
        assert (await harness.outcome(last.job_id)).status == "succeeded"
        await until(lambda: harness.runtime.runner.running == 0)
        for person in ("ann", "bob"):
            assert await harness.told("Jasmine, are you there?", person, group=True)
    assert small_model.refusals == []
