"""Lines that share no word with a message are recalled where an embedding model is set."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import numpy as np
import pytest

from synthetic_soul.engine.memory import line_vectors
from synthetic_soul.engine.memory.line_vectors import embed_all
from synthetic_soul.engine.state import recollection, text_vectors
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.state.conversation_ids import private_conversation
from synthetic_soul.engine.state.text_vectors import BATCH, Meaning
from synthetic_soul.llm.diagnosis import retries
from synthetic_soul.recall import index_parts
from tests.support.engine_harness import Harness, OpenEngine, file_bytes, until
from tests.support.fake_completions import DIMENSIONS, Call
from tests.support.fake_model import FakeModel, Fault, fake_model

__all__ = ["fake_model"]

pytestmark = pytest.mark.anyio

VECTORS = f"vectors:{private_conversation('ann')}"
REFUSED = Fault("status", status=400)
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


async def tell_as(harness: Harness, person: str, *texts: str) -> None:
    for text in texts:
        await harness.say(text, person=person)
    await harness.settled()


def meaning_of(harness: Harness) -> Meaning:
    assert harness.runtime.meaning is not None
    return harness.runtime.meaning


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
    monkeypatch.setattr(text_vectors, "CUE_SECONDS", 0.3)
    fake_model.embedding_delay = 30.0
    assert TOLD not in await recalled(harness)
    assert TOLD in await recalled(harness, "Where is Miso?")
    for _ in range(text_vectors.CUE_FAILURES):
        assert TOLD not in await recalled(harness)
    asked = len(fake_model.embeddings)
    assert TOLD not in await recalled(harness)
    assert len(fake_model.embeddings) == asked  # after so many failures none is asked


async def test_a_slow_cue_delays_nobody_else_and_no_background_work(
    harness: Harness, fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(harness)
    await embed(harness)
    await tell_as(harness, "bob", TOLD, *SMALL_TALK)
    monkeypatch.setattr(text_vectors, "CUE_SECONDS", 60.0)
    asked = len(fake_model.embeddings)
    fake_model.holds_embedding = lambda call: call is fake_model.embeddings[asked]
    slow = asyncio.create_task(harness.say(ASKED))
    await until(lambda: len(fake_model.embeddings) > asked)
    await harness.say("How was the soup?", person="bob")
    assert not slow.done()
    monkeypatch.setattr(harness.runtime.side_work, "_parallel", 9)
    assert await embed(harness) >= 4
    assert not slow.done()
    fake_model.holds_embedding = lambda _: False
    await slow
    assert not meaning_of(harness).is_paused


async def test_after_cues_that_failed_lines_still_get_vectors(
    harness: Harness, fake_model: FakeModel
) -> None:
    await tell(harness)
    await embed(harness)
    fake_model.judge = lambda call: REFUSED if call.body.get("input") == [ASKED] else None
    for _ in range(text_vectors.CUE_FAILURES + 1):
        assert TOLD not in await recalled(harness)
    await tell(harness, "One more.")
    assert await embed(harness) > 0


async def test_after_a_failure_the_lines_wait_and_get_their_vectors_later(
    harness: Harness, fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(harness)
    fake_model.embedding_script.extend([Fault("raw", status=200, body=b"{}")] * 2)
    assert await embed(harness) == 0
    assert await embed(harness) == 0
    assert len(fake_model.embeddings) == 2  # what failed, and a probe; then it is paused
    monkeypatch.setattr(text_vectors.Meaning, "is_paused", False)
    assert await embed(harness) >= 4


def refusing(*words: str) -> Callable[[Call], Fault | None]:
    """Return a judge of a provider that refuses texts with such words."""

    def judge(call: Call) -> Fault | None:
        texts = call.body.get("input", [])
        return REFUSED if any(word in text for text in texts for word in words) else None

    return judge


async def test_a_refused_text_is_marked_alone_and_asked_for_no_more(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    fake_model.judge = refusing("salty")
    async with open_engine(model=fake_model, **MODEL) as harness:
        await tell(harness)
        index = (await talk(harness)).past.index
        assert await embed(harness) == len(index) - 1
        assert (await recalled(harness))[0] == TOLD
    fake_model.embeddings.clear()
    async with open_engine(model=fake_model, **MODEL) as harness:
        assert (await recalled(harness))[0] == TOLD
        assert await embed(harness) == 0
        assert [call.body["input"] for call in fake_model.embeddings] == [[ASKED]]
        assert "The soup was salty." in await recalled(harness, "Was the soup salty?")


@pytest.mark.parametrize("status", [400, 413, 422, 500])
async def test_many_refused_texts_block_no_other(
    harness: Harness, fake_model: FakeModel, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_vectors, "MAX_CALLS", 4)
    monkeypatch.setattr(retries, "MAX_RETRIES", 0)
    judge = refusing("soup", "rained", "train")
    fake_model.judge = lambda call: judge(call) and Fault("status", status=status)
    await tell(harness, *SMALL_TALK, TOLD, *SMALL_TALK)
    for _ in range(40):
        await embed_all(harness.runtime)
    index = (await talk(harness)).past.index
    assert index.without_vector(9) == []
    assert (await recalled(harness))[0] == TOLD


async def test_a_model_that_refuses_everything_marks_nothing(
    harness: Harness, fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(harness)
    fake_model.judge = lambda call: REFUSED if "input" in call.body else None
    assert await embed(harness) == 0
    assert len(fake_model.embeddings) == 2
    fake_model.judge = lambda _: None
    monkeypatch.setattr(text_vectors.Meaning, "is_paused", False)
    assert await embed(harness) == len((await talk(harness)).past.index)


async def test_after_a_timeout_fewer_texts_are_asked_for_at_once(
    harness: Harness, fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    await tell(harness)
    monkeypatch.setattr(text_vectors, "LINES_SECONDS", 0.05)
    monkeypatch.setattr(text_vectors.Meaning, "is_paused", False)
    fake_model.holds_embedding = lambda call: len(call.body["input"]) > 1
    for _ in range(8):
        await embed_all(harness.runtime)
    fake_model.holds_embedding = lambda _: False
    assert min(len(call.body["input"]) for call in fake_model.embeddings) == 1
    monkeypatch.setattr(text_vectors, "LINES_SECONDS", 30.0)
    await embed(harness)
    assert (await talk(harness)).past.index.without_vector(9) == []


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


async def test_another_length_of_vectors_makes_all_anew(
    open_engine: OpenEngine, fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_engine(model=fake_model, **MODEL) as harness:
        await tell(harness)
        await embed(harness)
    monkeypatch.setattr("tests.support.fake_completions.DIMENSIONS", 48)
    async with open_engine(model=fake_model, **MODEL) as harness:
        assert TOLD not in await recalled(harness)  # and sees that the lengths differ
        assert await embed(harness) == len((await talk(harness)).past.index)
        assert (await recalled(harness))[0] == TOLD


async def test_what_there_is_is_saved_after_each_pass(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recollection, "SAVED_EVERY", 10_000)
    await tell(harness, TOLD)
    count = await embed(harness)
    assert 0 < count < 5
    assert await stored(harness) == count
    assert await embed(harness) == 0


async def stored(harness: Harness) -> int:
    """Return how many vectors the store has of ann's lines."""
    found = await harness.runtime.store.indexes.read("jasmine", VECTORS)
    return sum(len(index_parts.decode_vectors(part).ids) for part in found.parts) if found else 0


async def test_a_pass_asks_for_the_latest_of_all_people_and_no_more_than_its_bounds(
    harness: Harness, fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_vectors, "PASS_TEXTS", 3)
    monkeypatch.setattr(line_vectors._Room.__init__, "__defaults__", (3, 10_000))
    await tell(harness, *(f"Story number {number}." for number in range(5)))
    await tell_as(harness, "bob", "I am Bob.")
    assert await embed_all(harness.runtime) == 3
    texts = [text for call in fake_model.embeddings for text in call.body["input"]]
    assert any("I am Bob." in text for text in texts)
    assert not any("number 0" in text for text in texts)
    await embed(harness)
    texts = [text for call in fake_model.embeddings for text in call.body["input"]]
    assert any("number 0" in text for text in texts)


async def test_a_pass_and_a_call_are_bounded_by_tokens_too(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_vectors, "PASS_TOKENS", 80)
    monkeypatch.setattr(line_vectors._Room.__init__, "__defaults__", (100, 80))
    await tell(harness, *(f"{number} " + "word " * 30 for number in range(6)))
    assert 0 < await embed_all(harness.runtime) < 4
    assert await embed(harness) > 4  # a text that is longer than that goes alone


async def test_once_the_bound_is_reached_nobody_else_is_asked_for(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line_vectors._Room.__init__, "__defaults__", (100, 1))
    for person in ("ann", "bob", "cat"):
        await tell_as(harness, person, TOLD)
    assert await embed_all(harness.runtime) == 1


async def test_lines_leave_half_of_a_budget_to_replies(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, **MODEL, person_budget=16) as harness:
        meaning_of(harness).batch = 1
        await tell(harness, *(f"Story number {number}." for number in range(6)))  # six calls
        for _ in range(9):
            await one_by_one(harness)
        assert len(fake_model.embeddings) == 2
        assert await harness.runtime.usage.affords("ann")


async def one_by_one(harness: Harness) -> None:
    await embed_all(harness.runtime)
    meaning_of(harness).batch = 1


async def test_without_a_budget_no_cue_is_sent(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, **MODEL) as harness:
        await tell(harness)
        await embed(harness)
    async with open_engine(model=fake_model, **MODEL, person_budget=1) as harness:
        for _ in range(2):
            fake_model.embeddings.clear()
            await harness.ask(ASKED)
        assert not any(call.body["input"] == [ASKED] for call in fake_model.embeddings)


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


async def test_an_erasure_during_the_call_leaves_nothing(
    harness: Harness, fake_model: FakeModel
) -> None:
    await tell(harness)
    fake_model.holds_embedding = lambda _: True
    embedding = asyncio.create_task(embed_all(harness.runtime))
    await until(lambda: bool(fake_model.embeddings))
    await harness.engine.erase("ann")
    fake_model.holds_embedding = lambda _: False
    await embedding
    assert await stored(harness) == 0


async def test_a_line_forgotten_during_the_call_gets_no_vector(
    harness: Harness, fake_model: FakeModel
) -> None:
    await tell(harness, "My cat is called Miso.", *SMALL_TALK)
    conversation = await talk(harness)
    slot = conversation.past.index.slots_of("ann")[0]
    line = (await conversation.past.lines(harness.runtime.store, [slot]))[slot]
    fake_model.holds_embedding = lambda _: True
    embedding = asyncio.create_task(embed_all(harness.runtime))
    await until(lambda: bool(fake_model.embeddings))
    await forget_all(harness)
    fake_model.holds_embedding = lambda _: False
    await embedding
    conversation = await talk(harness)
    assert line.text in fake_model.embeddings[0].body["input"]
    assert line.id not in conversation.past.index
    assert await stored(harness) == len(conversation.past.index)


async def forget_all(harness: Harness) -> None:
    for fact in await harness.engine.facts("ann"):
        await harness.engine.forget("ann", fact.id)


@pytest.mark.parametrize("is_first", [True, False])
async def test_a_line_forgotten_while_its_vector_is_being_written_does_not_stay(
    harness: Harness, monkeypatch: pytest.MonkeyPatch, *, is_first: bool
) -> None:
    await tell(harness, "My cat is called Miso.", *SMALL_TALK)
    if not is_first:
        await embed_all(harness.runtime)
        await tell(harness, "My dog is called Rex.")
    indexes = harness.runtime.store.indexes
    write = indexes.write

    async def forgetting(agent: str, conversation: str, **of: Any) -> bool:  # noqa: ANN401 - passed on
        if conversation == VECTORS and of["parts"]:
            monkeypatch.setattr(indexes, "write", write)
            await forget_all(harness)
        return await write(agent, conversation, **of)

    monkeypatch.setattr(indexes, "write", forgetting)
    await embed_all(harness.runtime)
    index = (await talk(harness)).past.index
    assert await stored(harness) == len(index)
    assert index.without_vector(9) == []


async def test_forgetting_removes_the_vector_from_the_files_also_without_the_model(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, **MODEL) as harness:
        await tell(harness, "My cat is called Miso.", *SMALL_TALK)
        await embed(harness)
        index = (await talk(harness)).past.index
        assert index.vectors is not None
        code = index.vectors.codes[index.slots_of("ann")[0]].tobytes()
        folder = harness.runtime.settings.data_dir
        assert code in file_bytes(folder)
    async with open_engine(model=fake_model) as harness:
        await forget_all(harness)
        assert code not in file_bytes(folder)
        assert await stored(harness) > 0  # those of the other lines stay


async def test_a_question_that_is_forgotten_leaves_no_vector_of_itself(
    harness: Harness, fake_model: FakeModel
) -> None:
    fake_model.reply = "Is Miso your cat?"
    await tell(harness, "My cat is called Miso.")
    fake_model.reply = "I see."
    await tell(harness, "Yes, indeed.", *SMALL_TALK)
    await embed(harness)
    assert any("Miso your cat? Yes" in text for text in asked_for(fake_model))
    await forget_all(harness)
    fake_model.embeddings.clear()
    index = (await talk(harness)).past.index
    assert await stored(harness) == len(index) - 1  # the answer's was of the question, too
    assert await embed(harness) == 1
    assert asked_for(fake_model) == ["Yes, indeed."]


def asked_for(fake_model: FakeModel) -> list[str]:
    return [text for call in fake_model.embeddings for text in call.body["input"]]


async def test_what_two_processes_embed_at_once_is_all_kept_with_its_line(harness: Harness) -> None:
    await tell(harness)
    await embed(harness)
    await tell(harness, "It snows.", "The moon is up.")
    one = (await talk(harness)).past
    other = Conversation("jasmine", private_conversation("ann"))
    store, name = harness.runtime.store, meaning_of(harness).name
    await other.refresh(store)
    await other.past.load_vectors(store, name)
    slots = one.index.without_vector(9)
    assert slots == other.past.index.without_vector(9)
    for past, mine in ((one, slots[:2]), (other.past, slots[1:])):
        assert past.index.vectors is not None
        for slot in mine:
            vector = np.eye(past.index.vectors.dims)[slot]
            assert past.put_vectors({past.index.origin(slot): vector}, len(vector)) == 1
    await other.save_vectors(store, name)
    await (await talk(harness)).save_vectors(store, name)
    third = Conversation("jasmine", private_conversation("ann"))
    await third.refresh(store)
    await third.past.load_vectors(store, name)
    index = third.past.index
    assert index.without_vector(9) == []
    assert index.vectors is not None
    for slot in slots:
        assert index.vectors.nearest(np.eye(index.vectors.dims)[slot], 1).tolist() == [slot]


async def test_a_process_that_has_not_heard_of_forgetting_writes_no_vector_of_it(
    harness: Harness,
) -> None:
    await tell(harness, "My cat is called Miso.", *SMALL_TALK)
    await embed(harness)
    other = Conversation("jasmine", private_conversation("ann"))
    store, name = harness.runtime.store, meaning_of(harness).name
    await other.refresh(store)
    await forget_all(harness)
    index = other.past.index
    origins = [index.origin(slot) for slot in range(len(index))]
    other.past.put_vectors(dict.fromkeys(origins, np.ones(DIMENSIONS)), DIMENSIONS)
    await other.save_vectors(store, name)
    assert await stored(harness) == len((await talk(harness)).past.index) < len(origins)


async def test_what_another_process_has_embedded_is_not_asked_for_again(
    harness: Harness, fake_model: FakeModel
) -> None:
    await tell(harness)
    other = Conversation("jasmine", private_conversation("ann"))
    await other.refresh(harness.runtime.store)
    await embed(harness)
    fake_model.embeddings.clear()
    other.is_in_use = True
    harness.runtime.conversations._conversations.put(("jasmine", other.id), other)
    await embed_all(harness.runtime)
    assert other.past.index.without_vector(9) == []
    assert fake_model.embeddings == []


async def test_damaged_vectors_are_made_anew(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, **MODEL) as harness:
        await tell(harness)
        await embed(harness)
        indexes = harness.runtime.store.indexes
        found = await indexes.read("jasmine", VECTORS)
        assert found is not None
        parts = dict.fromkeys(range(len(found.parts)), b"damaged")
        assert await indexes.write(
            "jasmine",
            VECTORS,
            expected=found.seq,
            seq=found.seq + 1,
            head=found.head,
            parts=parts,
            count=len(parts),
        )
    async with open_engine(model=fake_model, **MODEL) as harness:
        assert TOLD not in await recalled(harness)
        await embed(harness)
        assert (await recalled(harness))[0] == TOLD
        assert await stored(harness) == len((await talk(harness)).past.index)


async def test_an_erasure_that_is_finished_late_leaves_what_was_made_after_it(
    harness: Harness,
) -> None:
    await tell_as(harness, "bob", TOLD)
    await harness.engine.erase("bob")
    await tell(harness)
    await embed(harness)
    count = await stored(harness)
    await harness.runtime.agents.get().state.finish_erasures()
    assert await stored(harness) == count > 0


async def test_many_lines_are_embedded_in_several_calls(
    harness: Harness, fake_model: FakeModel
) -> None:
    await tell(harness, *(f"Story number {number}." for number in range(BATCH // 2 + 1)))
    await embed(harness)
    sizes = [len(call.body["input"]) for call in fake_model.embeddings]
    assert len(sizes) > 1
    assert max(sizes) == BATCH
