import asyncio
import time
from contextlib import aclosing

import pytest

from synthetic_soul.errors import (
    ModelError,
    ModelGarbled,
    ModelRateLimited,
    ModelRefused,
    ModelTimeout,
)
from synthetic_soul.llm.base import Usage
from synthetic_soul.llm.openai_compatible import Endpoint, OpenAICompatible
from synthetic_soul.llm.providers import PROVIDERS
from synthetic_soul.llm.text_stream import TextStream, Timeouts
from synthetic_soul.llm.token_estimate import estimate_tokens
from tests.llm.conftest import KEY, PROMPT
from tests.support.fake_model import FakeModel, Fault

pytestmark = pytest.mark.anyio
REPLY = "I am here, and I am glad you came."


@pytest.fixture(autouse=True)
def fixed_reply(fake_model: FakeModel) -> None:
    fake_model.reply = REPLY


def ask(model: OpenAICompatible, deadline: float = 5.0) -> TextStream:
    return model.stream(PROMPT, max_tokens=200, deadline=deadline)


async def reply_of(model: OpenAICompatible, deadline: float = 5.0) -> str:
    async with aclosing(ask(model, deadline)) as stream:
        return "".join([text async for text in stream])


async def test_a_reply_arrives_whole_and_in_order(model: OpenAICompatible) -> None:
    assert await reply_of(model) == REPLY


async def test_the_provider_gets_model_messages_limit_and_key(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    await reply_of(model)
    (call,) = fake_model.calls
    assert call.model == "soul-1"
    assert [(part["role"], part["content"]) for part in call.messages] == [
        (part.role, part.content) for part in PROMPT
    ]
    assert call.body["max_completion_tokens"] == 200
    assert call.authorization == f"Bearer {KEY}"


async def test_nothing_is_sent_before_the_first_text_is_requested(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    stream = ask(model)
    await asyncio.sleep(0.05)
    await stream.aclose()
    assert fake_model.calls == []
    assert [text async for text in stream] == []


async def test_texts_arrive_while_the_model_still_generates(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.piece_delay = 0.1
    async with aclosing(ask(model, deadline=30)) as stream:
        begun = time.monotonic()
        first = await anext(stream)
        waited = time.monotonic() - begun
        rest = [text async for text in stream]
        took = time.monotonic() - begun
    assert waited < took / 2
    assert len(rest) >= 2
    assert first + "".join(rest) == REPLY


async def test_usage_is_the_providers_own_count(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    async with aclosing(ask(model)) as stream:
        assert stream.usage == Usage()
        async for _ in stream:
            pass
    assert stream.usage == Usage(prompt_tokens=14, reply_tokens=9, calls=1)
    assert fake_model.calls[0].body["stream_options"] == {"include_usage": True}


async def test_a_provider_that_takes_no_stream_options_gets_none(fake_model: FakeModel) -> None:
    compatible = next(row for row in PROVIDERS if row.name == "compatible")
    endpoint = Endpoint(compatible, base_url=fake_model.base_url, api_key=None)
    model = OpenAICompatible(endpoint, "soul-1", Timeouts())
    assert await reply_of(model) == REPLY
    await model.aclose()
    assert "stream_options" not in fake_model.calls[0].body
    assert fake_model.calls[0].body["max_tokens"] == 200


async def test_usage_is_estimated_where_the_provider_counts_nothing(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.reports_usage = False
    async with aclosing(ask(model)) as stream:
        async for _ in stream:
            pass
    asked = sum(estimate_tokens(part.content) for part in PROMPT)
    assert stream.usage == Usage(asked, estimate_tokens(REPLY), 1)


@pytest.mark.parametrize("fault", [Fault("status", 429), Fault("status", 503), Fault("reset")])
async def test_a_passing_failure_is_tried_again(
    model: OpenAICompatible, fake_model: FakeModel, fault: Fault
) -> None:
    fake_model.script.extend([fault, fault])
    async with aclosing(ask(model)) as stream:
        assert "".join([text async for text in stream]) == REPLY
    assert len(fake_model.calls) == 3
    assert stream.usage.calls == 3


@pytest.mark.parametrize(
    ("fault", "error", "code"),
    [
        (Fault("status", 429), ModelRateLimited, "model_rate_limited"),
        (Fault("status", 500), ModelError, "model_error"),
        (Fault("reset"), ModelError, "model_unreachable"),
        (Fault("reset", after=0), ModelError, "model_unreachable"),
        (Fault("error"), ModelError, "model_error"),
    ],
)
async def test_retries_end_after_the_second(
    model: OpenAICompatible, fake_model: FakeModel, fault: Fault, error: type[ModelError], code: str
) -> None:
    fake_model.script.extend([fault] * 9)
    with pytest.raises(error) as caught:
        await reply_of(model)
    assert caught.value.code == code
    assert len(fake_model.calls) == 3


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("status", 400), ModelRefused),
        (Fault("status", 401), ModelRefused),
        (Fault("status", 404), ModelRefused),
        (Fault("status", 307), ModelRefused),
        (Fault("status", 429, error_code="insufficient_quota"), ModelRefused),
        (Fault("garbage"), ModelGarbled),
        (Fault("empty"), ModelGarbled),
        (Fault("filter"), ModelRefused),
        (Fault("hang"), ModelTimeout),
    ],
)
async def test_a_lasting_failure_is_not_tried_again(
    model: OpenAICompatible, fake_model: FakeModel, fault: Fault, error: type[ModelError]
) -> None:
    fake_model.script.append(fault)
    with pytest.raises(error):
        await reply_of(model, deadline=0.4)
    assert len(fake_model.calls) == 1


async def test_the_wait_that_the_provider_asks_for_is_respected(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.script.append(Fault("status", 429, retry_after="0.3"))
    begun = time.monotonic()
    assert await reply_of(model) == REPLY
    assert time.monotonic() - begun >= 0.3


async def test_a_wait_past_the_deadline_is_not_begun(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.script.append(Fault("status", 429, retry_after="30"))
    begun = time.monotonic()
    with pytest.raises(ModelRateLimited) as caught:
        await reply_of(model)
    assert time.monotonic() - begun < 3.0
    assert caught.value.retry_after == 30.0


@pytest.mark.parametrize("fault", [Fault("hang"), Fault("hang", after=0)])
async def test_the_deadline_ends_a_wait_for_the_first_word(
    model: OpenAICompatible, fake_model: FakeModel, fault: Fault
) -> None:
    fake_model.script.append(fault)
    begun = time.monotonic()
    with pytest.raises(ModelTimeout):
        await reply_of(model, deadline=0.4)
    assert 0.3 < time.monotonic() - begun < 3.0


async def test_the_deadline_ends_a_reply_that_only_trickles(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.piece_delay = 0.2
    begun = time.monotonic()
    with pytest.raises(ModelTimeout):
        await reply_of(model, deadline=0.5)
    assert 0.4 < time.monotonic() - begun < 3.0


async def test_the_deadline_covers_all_tries_together(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.delay = 0.6
    fake_model.script.extend([Fault("status", 500)] * 9)
    begun = time.monotonic()
    with pytest.raises(ModelTimeout):
        await reply_of(model, deadline=1.1)
    assert time.monotonic() - begun < 3.0


async def test_silence_in_mid_reply_ends_it_before_the_deadline(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.script.append(Fault("hang", after=2))
    begun = time.monotonic()
    with pytest.raises(ModelTimeout):
        await reply_of(model)
    assert 0.25 < time.monotonic() - begun < 3.0


@pytest.mark.parametrize("fault", [Fault("reset", after=2), Fault("cut", after=2)])
async def test_a_reply_that_breaks_off_is_interrupted_and_never_retried(
    model: OpenAICompatible, fake_model: FakeModel, fault: Fault
) -> None:
    fake_model.script.append(fault)
    async with aclosing(ask(model)) as stream:
        assert REPLY.startswith(await anext(stream))
        with pytest.raises(ModelError) as caught:
            await anext(stream)
    assert caught.value.code == "model_interrupted"
    assert len(fake_model.calls) == 1
    assert [text async for text in stream] == []


async def test_an_error_reported_in_mid_reply_interrupts_it(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.piece_delay = 0.03
    fake_model.script.append(Fault("error", after=2))
    with pytest.raises(ModelError) as caught:
        await reply_of(model)
    assert caught.value.code == "model_interrupted"


async def test_a_reply_that_a_filter_cuts_off_is_refused(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.script.append(Fault("filter", after=1, text="So far so good"))
    with pytest.raises(ModelRefused):
        await reply_of(model)


async def test_a_reply_without_end_is_cut_at_the_limit(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.reply = "word " * 20_000
    fake_model.piece_length = 4_000
    with pytest.raises(ModelGarbled, match="too long"):
        await reply_of(model)


async def test_garbage_before_the_first_word_is_garbled(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.script.append(Fault("garbage", after=0))
    with pytest.raises(ModelGarbled, match="not JSON"):
        await reply_of(model)


async def test_garbage_in_mid_reply_is_garbled(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.piece_delay = 0.03
    fake_model.script.append(Fault("garbage", after=2))
    with pytest.raises(ModelGarbled):
        await reply_of(model)
