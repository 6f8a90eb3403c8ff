"""Vectors of texts over real HTTP, against the fake provider."""

import json
import math
from collections.abc import AsyncIterator

import pytest

from synthetic_soul.errors import Misconfigured, ModelError, ModelGarbled, ModelTimeout
from synthetic_soul.llm.openai_compatible import MAX_DIMENSIONS, Endpoint, OpenAIEmbedder
from synthetic_soul.llm.providers import PROVIDERS, ModelSettings, build_models
from synthetic_soul.llm.text_stream import Timeouts
from tests.llm.conftest import KEY, SECRET_WORDS
from tests.support.fake_completions import DIMENSIONS
from tests.support.fake_model import FakeModel, Fault

pytestmark = pytest.mark.anyio


@pytest.fixture
async def embedder(fake_model: FakeModel) -> AsyncIterator[OpenAIEmbedder]:
    endpoint = Endpoint(PROVIDERS[0], base_url=fake_model.base_url, api_key=KEY)
    yield OpenAIEmbedder(endpoint, "embed-1", Timeouts(total=5.0, backoff=0.01))
    await endpoint.aclose()


def cosine(one: list[float], other: list[float]) -> float:
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / math.hypot(*one) / math.hypot(*other)


async def test_each_text_has_its_vector_whatever_the_order_of_the_answer(
    embedder: OpenAIEmbedder, fake_model: FakeModel
) -> None:
    fake_model.synonyms = {"feline": "cat"}
    found = await embedder.embed(["a cat", "the sea", "a feline"], deadline=5.0)
    cat, sea, feline = (list(vector) for vector in found.vectors)
    assert len(cat) == DIMENSIONS
    assert cosine(cat, feline) > 0.99
    assert cosine(cat, sea) < 0.5
    assert (found.usage.calls, found.usage.reply_tokens) == (1, 0)
    assert found.usage.prompt_tokens > 0
    (call,) = fake_model.embeddings
    assert (call.model, call.authorization) == ("embed-1", f"Bearer {KEY}")
    assert call.body == {"model": "embed-1", "input": ["a cat", "the sea", "a feline"]}
    assert embedder.name == "compatible/embed-1"


@pytest.mark.parametrize("fault", [Fault("status", 503), Fault("status", 429), Fault("reset")])
async def test_a_passing_failure_is_tried_again(
    embedder: OpenAIEmbedder, fake_model: FakeModel, fault: Fault
) -> None:
    fake_model.embedding_script.extend([fault, fault])
    assert (await embedder.embed(["a cat"], deadline=5.0)).usage.calls == 3
    fake_model.embedding_script.extend([fault] * 9)
    with pytest.raises(ModelError):
        await embedder.embed(["a cat"], deadline=5.0)
    assert len(fake_model.embeddings) == 6


def answer(*vectors: object) -> bytes:
    return json.dumps(
        {"data": [{"index": at, "embedding": each} for at, each in enumerate(vectors)]}
    ).encode()


@pytest.mark.parametrize(
    "body",
    [
        b"<html>It works!</html>",
        b"{}",
        b"[" * 100_000,
        b'{"data": [{"embedding": [1]}, {"embedding": [2]}]}',
        answer([1.0]),
        answer([1.0], [1.0], [1.0]),
        answer([1.0], [1.0, 2.0]),
        answer([], []),
        answer(["much"], ["more"]),
        answer([1.0], [math.nan]),
        answer([1.0] * (MAX_DIMENSIONS + 1), [1.0] * (MAX_DIMENSIONS + 1)),
    ],
)
async def test_an_answer_without_a_vector_for_each_text_is_garbled(
    embedder: OpenAIEmbedder, fake_model: FakeModel, body: bytes
) -> None:
    fake_model.embedding_script.append(Fault("raw", status=200, body=body))
    with pytest.raises(ModelGarbled):
        await embedder.embed(["a cat", "the sea"], deadline=5.0)
    assert len(fake_model.embeddings) == 1


async def test_the_deadline_holds(embedder: OpenAIEmbedder, fake_model: FakeModel) -> None:
    fake_model.embedding_delay = 30.0
    with pytest.raises(ModelTimeout):
        await embedder.embed(["a cat"], deadline=0.05)


async def test_no_error_repeats_what_was_sent(
    embedder: OpenAIEmbedder, fake_model: FakeModel
) -> None:
    echo = json.dumps({"error": {"message": f"no vector for {SECRET_WORDS} with {KEY}"}})
    fake_model.embedding_script.append(Fault("raw", status=400, body=echo.encode()))
    with pytest.raises(ModelError) as caught:
        await embedder.embed([SECRET_WORDS], deadline=5.0)
    shown = f"{caught.value!r} {caught.value.message} {caught.value.reason} {caught.value.mend}"
    assert SECRET_WORDS not in shown
    assert KEY not in shown


async def test_an_embedding_model_is_never_required(fake_model: FakeModel) -> None:
    settings = ModelSettings(llm_base_url=fake_model.base_url, llm_model="soul-1")
    models = build_models(settings)
    assert models is not None
    assert models.embedder is None
    await models.aclose()


async def test_it_is_one_of_the_provider_that_speaks(fake_model: FakeModel) -> None:
    models = build_models(
        ModelSettings(
            llm_base_url=fake_model.base_url, llm_model="soul-1", llm_embedding_model=" embed-1 "
        )
    )
    assert models is not None
    assert models.embedder is not None
    assert models.embedder.name == "compatible/embed-1"
    await models.aclose()
    with pytest.raises(Misconfigured, match="LLM_EMBEDDING_MODEL"):
        build_models(
            ModelSettings(
                llm_base_url=fake_model.base_url, llm_model="m", llm_embedding_model="two words"
            )
        )
