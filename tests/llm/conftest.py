"""A model over real HTTP: the adapter as it ships, against the fake provider."""

from collections.abc import AsyncIterator

import pytest

from synthetic_soul.llm.base import Message
from synthetic_soul.llm.openai_compatible import Endpoint, OpenAICompatible
from synthetic_soul.llm.providers import PROVIDERS
from synthetic_soul.llm.text_stream import Timeouts
from tests.support.fake_model import FakeModel, fake_model

__all__ = ["fake_model"]

KEY = "sk-never-to-be-seen"
SECRET_WORDS = "the cellar key hangs behind the clock"
PROMPT = (
    Message("system", f"You are Jasmine. {SECRET_WORDS}."),
    Message("user", "Hello, are you there?"),
)


@pytest.fixture
async def model(fake_model: FakeModel) -> AsyncIterator[OpenAICompatible]:
    openai_like = next(row for row in PROVIDERS if row.name == "openai")
    endpoint = Endpoint(openai_like, base_url=fake_model.base_url, api_key=KEY)
    model_under_test = OpenAICompatible(
        endpoint, "soul-1", Timeouts(total=5.0, idle=0.3, backoff=0.01)
    )
    yield model_under_test
    await model_under_test.aclose()
