"""Lines that share no word with a message are recalled where an embedding model is set."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from synthetic_soul.engine.memory.line_vectors import BATCH, embed_all
from synthetic_soul.engine.state import recollection, text_vectors
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.state.conversation_ids import private_conversation
from tests.support.engine_harness import Harness, OpenEngine, file_bytes, until
from tests.support.fake_model import FakeModel, Fault, fake_model

__all__ = ["fake_model"]

pytestmark = pytest.mark.anyio

TOLD = "I adopted a feline called Miso."
ASKED = "What about my cat?"
SMALL_TALK = ("The soup was salty.", "It rained again.", "My train was late.")
SYNONYMS = {"feline": "cat", "adopted": "cat", "called": "cat"}
MODEL = {"llm_embedding_model": "embed-1", "message_retention": 1}


@pytest.fixture(autouse=True)
def calm(monkeypatch: pytest.MonkeyPatch, fake_model: FakeModel) -> None:
    """Only the test embeds, and every change is saved."""
    monkeypatch.setattr("synthetic_soul.engine.background.REFLECTION_INTERVAL", 3600.0)
    monkeypatch.setattr(recollection, "SAVED_EVERY", 1)
    fake_model.synonyms = SYNONYMS


@pytest.fixture
async def harness(open_engine: OpenEngine, fake_model: FakeModel) -> AsyncIterator[Harness]:
    async with open_engine(model=fake_model, **MODEL) as found:
        yield found


async def tell(harness: Harness, *texts: str) -> None:
    for text in texts or (TOLD, *SMALL_TALK):
        await harness.say(text)
    await harness.settled()


async def talk(harness: Harness) -> Conversation:
    return await harness.runtime.conversations.get("jasmine", private_conversation("ann"))


async def embed(harness: Harness) -> int:
    total = 0
    while count := await embed_all(harness.runtime):
        total += count
    return total


async def recalled(harness: Harness, cue: str = ASKED) -> list[str]:
    runtime = harness.runtime
    conversation = await talk(harness)
    lines, _ = await conversation.recall(
        runtime.store,
        cue,
        person="ann",
        now=harness.clock(),
        without=(),
        limit=3,
        meaning=runtime.meaning,
    )
    return [line.text for line in lines if not line.mine]


async def test_a_line_is_recalled_though_no_word_fits(
    harness: Harness, fake_model: FakeModel
) -> None:
    await tell(harness)
    assert TOLD not in await recalled(harness)
    assert not fake_model.embeddings  # without vectors of lines there is nothing to compare
    assert await embed(harness) >= 4
    assert (await recalled(harness))[0] == TOLD
    assert await embed(harness) == 0  # once for each line


async def test_it_reaches_the_prompt_of_the_reply(harness: Harness, fake_model: FakeModel) -> None:
    await tell(harness)
    await embed(harness)
    await harness.say(ASKED)
    assert TOLD.rstrip(".") in fake_model.calls[-1].prompt


async def test_where_the_vector_does_not_come_soon_words_alone_recall(
    harness: Harness, fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(harness)
    await embed(harness)
    monkeypatch.setattr(text_vectors, "CUE_SECONDS", 0.01)
    fake_model.embedding_delay = 30.0
    asked = len(fake_model.embeddings)
    assert TOLD not in await recalled(harness)
    assert TOLD in await recalled(harness, "Where is Miso?")
    assert len(fake_model.embeddings) == asked + 1  # the second one is not even sent


async def test_after_a_failure_the_lines_wait_and_get_their_vectors_later(
    harness: Harness, fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(harness)
    fake_model.embedding_script.append(Fault("raw", status=200, body=b"{}"))
    assert await embed(harness) == 0
    assert await embed(harness) == 0
    assert len(fake_model.embeddings) == 1  # paused
    monkeypatch.setattr(text_vectors.Meaning, "is_paused", False)
    assert await embed(harness) >= 4


async def test_vectors_outlast_a_restart_and_another_model_begins_anew(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, **MODEL) as harness:
        await tell(harness)
        await embed(harness)
    fake_model.embeddings.clear()
    async with open_engine(model=fake_model, **MODEL) as harness:
        assert (await recalled(harness))[0] == TOLD
        assert await embed(harness) == 0
        assert [call.body["input"] for call in fake_model.embeddings] == [[ASKED]]
    async with open_engine(model=fake_model, **MODEL | {"llm_embedding_model": "other"}) as harness:
        assert TOLD not in await recalled(harness)
        assert await embed(harness) >= 4
        assert (await recalled(harness))[0] == TOLD
    async with open_engine(model=fake_model) as harness:
        assert TOLD not in await recalled(harness)


async def test_nothing_is_left_of_the_vectors_of_an_erased_person(harness: Harness) -> None:
    await tell(harness)
    await embed(harness)
    runtime = harness.runtime
    past = (await talk(harness)).past
    assert past.index.vectors is not None
    slot = past.index.slots_of("ann")[0]
    code = past.index.vectors.codes[slot].tobytes()
    folder = runtime.settings.data_dir
    assert code in file_bytes(folder)
    await harness.engine.erase("ann")
    assert code not in file_bytes(folder)


async def test_a_line_forgotten_during_the_call_gets_no_vector(
    harness: Harness, fake_model: FakeModel
) -> None:
    await tell(harness, "My cat is called Miso.", *SMALL_TALK)
    conversation = await talk(harness)
    slot = conversation.past.index.slots_of("ann")[0]
    line = (await conversation.past.lines(harness.runtime.store, [slot]))[slot]
    fake_model.embedding_delay = 0.3
    embedding = asyncio.create_task(embed_all(harness.runtime))
    await until(lambda: bool(fake_model.embeddings))
    for fact in await harness.engine.facts("ann"):
        await harness.engine.forget("ann", fact.id)
    await embedding
    conversation = await talk(harness)
    assert line.text in fake_model.embeddings[0].body["input"]
    assert line.id not in conversation.past.index


async def test_many_lines_are_embedded_in_several_calls(
    harness: Harness, fake_model: FakeModel
) -> None:
    await tell(harness, *(f"Story number {number}." for number in range(BATCH // 2 + 1)))
    await embed(harness)
    sizes = [len(call.body["input"]) for call in fake_model.embeddings]
    assert len(sizes) > 1
    assert max(sizes) == BATCH
