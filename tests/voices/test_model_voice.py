"""The model's voice against a real server that plays the model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from synthetic_soul.errors import ModelContextExceeded, ModelError, ModelGarbled
from synthetic_soul.llm.base import Usage
from synthetic_soul.llm.openai_compatible import Endpoint, OpenAICompatible
from synthetic_soul.llm.providers import PROVIDERS
from synthetic_soul.llm.text_stream import Timeouts
from synthetic_soul.mind.interpretation import Act, Interpretation
from synthetic_soul.voices.base import Brief, Line, Voice
from synthetic_soul.voices.model.model_voice import ModelUtterance, ModelVoice
from synthetic_soul.voices.model.prompt_budget import PromptBudget
from tests.support.fake_model import FakeModel, Fault, fake_model
from tests.voices.briefs import brief, fact, heard
from tests.voices.souls import NAMES, START, soul

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

__all__ = ["fake_model"]

pytestmark = pytest.mark.anyio


@pytest.fixture
async def voice(fake_model: FakeModel) -> AsyncIterator[ModelVoice]:
    row = next(row for row in PROVIDERS if row.name == "openai")
    endpoint = Endpoint(row, base_url=fake_model.base_url, api_key="sk-test")
    model = OpenAICompatible(endpoint, "soul-1", Timeouts(total=5.0, idle=0.5, backoff=0.01))
    yield ModelVoice(model, deadline=5.0)
    await model.aclose()


def asked(text: str = "how are you?", **more: object) -> Brief:
    return brief(heard(text, Act.ASK_FEELING), **more)  # type: ignore[arg-type]  # fields by name


def musing() -> Brief:
    return brief(Interpretation(text=""), purpose="thought")


async def spoken(voice: Voice, made: Brief) -> tuple[list[str], Usage]:
    utterance = voice.speak(made)
    try:
        pieces = [piece async for piece in utterance]
    finally:
        await utterance.aclose()
    return pieces, utterance.usage


async def test_it_streams_what_the_model_says(voice: ModelVoice, fake_model: FakeModel) -> None:
    fake_model.reply = "I'm well, thank you. And how is the bread in Ghent coming along today?"
    fake_model.piece_delay = 0.005
    pieces, spent = await spoken(voice, asked())
    assert pieces == ["I'm well, thank you.", " And how is the bread in Ghent coming along today?"]
    assert spent.calls == 1
    assert spent.prompt_tokens > 0
    assert spent.reply_tokens > 0
    assert voice.name == "model:openai/soul-1"


@pytest.mark.parametrize(
    "reply",
    [
        "Jasmine: I'm well, thank you for asking.",
        "  **Jasmine:** I'm well, thank you for asking.",
        "jasmine : I'm well, thank you for asking.",
        "\n\nI'm well, thank you for asking.",
        "I'm well,\x00\x07 thank you\x1b for asking.",
    ],
)
async def test_labels_and_control_characters_are_taken_off(
    voice: ModelVoice, fake_model: FakeModel, reply: str
) -> None:
    fake_model.reply = reply
    pieces, _ = await spoken(voice, asked())
    assert "".join(pieces) == "I'm well, thank you for asking."


async def test_a_short_answer_is_not_swallowed(voice: ModelVoice, fake_model: FakeModel) -> None:
    fake_model.reply = "Jasmine: Yes."
    assert (await spoken(voice, asked()))[0] == ["Yes."]
    fake_model.reply = "Hm."
    assert (await spoken(voice, asked()))[0] == ["Hm."]


async def test_its_own_name_inside_a_sentence_stays(
    voice: ModelVoice, fake_model: FakeModel
) -> None:
    fake_model.reply = "Jasmine is what I'm called, and I rather like it."
    assert "".join((await spoken(voice, asked()))[0]) == fake_model.reply


async def test_an_answer_without_words_is_an_error(
    voice: ModelVoice, fake_model: FakeModel
) -> None:
    fake_model.reply = "Jasmine: "
    with pytest.raises(ModelGarbled):
        await spoken(voice, asked())


async def test_errors_of_the_model_pass_through(voice: ModelVoice, fake_model: FakeModel) -> None:
    for _ in range(9):
        fake_model.script.append(Fault("status", status=500))
    with pytest.raises(ModelError):
        await spoken(voice, asked())


async def test_the_first_message_is_the_same_over_a_whole_talk(
    voice: ModelVoice, fake_model: FakeModel
) -> None:
    for name in NAMES:
        fake_model.calls.clear()
        tail: list[Line] = []
        for number in range(6):
            text = f"line {number} " * (number * 40 + 1)
            made = asked(
                text, of=soul(name), recent_lines=tuple(tail), mood=(0.1 * number, 0.0, 0.0)
            )
            await spoken(voice, made)
            tail.append(Line(f"{number}", "Ada", text, START + number))
        fronts = {call.body["messages"][0]["content"] for call in fake_model.calls}
        assert len(fronts) == 1


async def test_a_prompt_that_is_too_long_is_shortened_and_sent_once_more(
    voice: ModelVoice, fake_model: FakeModel
) -> None:
    refusal = Fault("status", 400, error_code="context_length_exceeded")
    fake_model.script.append(refusal)
    pieces, spent = await spoken(voice, asked("how are you? " * 300))
    assert "".join(pieces) == fake_model.reply
    assert spent.calls == len(fake_model.calls) == 2
    await spoken(voice, asked())
    sizes = [PromptBudget(8_192), PromptBudget(4_096), PromptBudget(4_096)]
    for call, budget in zip(fake_model.calls, sizes, strict=True):
        prompt = sum(budget.tokens(message["content"]) for message in call.messages)
        assert prompt <= budget.prompt_tokens
        assert budget.reply_tokens in call.body.values()
    fake_model.script.extend([refusal, refusal])
    with pytest.raises(ModelContextExceeded):
        await spoken(voice, asked())
    assert len(fake_model.calls) == 5


async def test_thoughts_have_room_for_reasoning(voice: ModelVoice, fake_model: FakeModel) -> None:
    await spoken(voice, musing())
    assert PromptBudget().thought_tokens in fake_model.calls[-1].body.values()


async def test_nothing_is_asked_before_the_first_piece(
    voice: ModelVoice, fake_model: FakeModel
) -> None:
    utterance = voice.speak(asked())
    await utterance.aclose()
    await utterance.aclose()
    assert not fake_model.calls
    assert utterance.usage == Usage()


@pytest.mark.parametrize(
    ("reply", "thought", "vibe"),
    [
        ("[cozy] The quiet fits.", "The quiet fits.", "cozy"),
        ("[Mundane Observation] Doors close twice.", "Doors close twice.", "mundane-observation"),
        ("[furious] The quiet fits.", "The quiet fits.", ""),
        ("The quiet fits.\nAnd more.", "The quiet fits.", ""),
        ("[sad]\nThe quiet fits.", "The quiet fits.", "sad"),
        ("\n  Jasmine: The quiet fits.", "The quiet fits.", ""),
    ],
)
async def test_a_thought_is_one_line_with_a_vibe_of_the_fourteen(
    voice: ModelVoice, fake_model: FakeModel, reply: str, thought: str, vibe: str
) -> None:
    fake_model.reply = reply
    utterance = voice.speak(musing())
    assert isinstance(utterance, ModelUtterance)
    own = utterance.vibe
    assert [piece async for piece in utterance] == [thought]
    await utterance.aclose()
    assert utterance.vibe == (vibe or own)


async def test_a_prompt_holds_what_the_brief_holds_and_no_more(
    voice: ModelVoice, fake_model: FakeModel
) -> None:
    await spoken(voice, asked(known_facts=(fact("pet:cat", "Miso"),), person_name="Ada"))
    sent = str(fake_model.calls[-1].body)
    assert "Miso" in sent
    assert "Ada" in sent
    await spoken(voice, asked())
    assert "Miso" not in str(fake_model.calls[-1].body)
