import asyncio
import time
from contextlib import aclosing

import pytest

from synthetic_soul.errors import ModelError, ModelGarbled
from synthetic_soul.llm.openai_compatible import OpenAICompatible
from synthetic_soul.llm.text_stream import TextStream
from tests.llm.conftest import PROMPT
from tests.support.engine_harness import until
from tests.support.fake_model import FakeModel, Fault

pytestmark = pytest.mark.anyio
REPLY = "I am here, and I am glad you came."


@pytest.fixture(autouse=True)
def fixed_reply(fake_model: FakeModel) -> None:
    fake_model.reply = REPLY


def ask(model: OpenAICompatible) -> TextStream:
    return model.stream(PROMPT, max_tokens=200, deadline=5.0)


async def reply_of(model: OpenAICompatible) -> str:
    async with aclosing(ask(model)) as stream:
        return "".join([text async for text in stream])


async def test_connections_are_used_again(model: OpenAICompatible, fake_model: FakeModel) -> None:
    for _ in range(5):
        await reply_of(model)
    assert fake_model.connections == 1


async def until_hung_up(fake_model: FakeModel) -> None:
    await until(lambda: fake_model.hung_up > 0)


async def test_cancelling_closes_the_connection(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.script.append(Fault("hang"))
    task = asyncio.create_task(reply_of(model))
    await until(lambda: bool(fake_model.calls))
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until_hung_up(fake_model)


async def test_cancelling_in_mid_reply_closes_the_connection(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.script.append(Fault("hang", after=2))
    heard = asyncio.Event()

    async def listen() -> None:
        async for _ in ask(model):  # nobody closes it: cancelling alone must do
            heard.set()

    task = asyncio.create_task(listen())
    await until(heard.is_set)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until_hung_up(fake_model)


async def test_closing_in_mid_reply_closes_the_connection(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.piece_delay = 0.1
    stream = ask(model)
    await anext(stream)
    await stream.aclose()
    await stream.aclose()
    await until_hung_up(fake_model)


@pytest.mark.parametrize("reply", ["", "word " * 20_000])
async def test_an_answer_that_cannot_be_used_is_not_left_open(
    model: OpenAICompatible, fake_model: FakeModel, reply: str
) -> None:
    fake_model.reply = reply
    fake_model.piece_length = 30_000
    fake_model.piece_delay = 0.02
    fake_model.script.append(Fault("linger"))
    with pytest.raises(ModelGarbled):
        async for _ in ask(model):
            pass
    await until_hung_up(fake_model)


async def test_a_provider_that_keeps_the_connection_open_after_the_end_is_not_awaited(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.script.append(Fault("linger"))
    begun = time.monotonic()
    assert await reply_of(model) == REPLY
    assert time.monotonic() - begun < 3.0


async def test_an_address_without_a_server_is_unreachable(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    await reply_of(model)
    fake_model.stop()
    with pytest.raises(ModelError) as caught:
        await reply_of(model)
    assert caught.value.code == "model_unreachable"


async def test_many_streams_run_side_by_side(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.reply = lambda call: call.messages[-1]["content"]
    fake_model.delay = 0.2
    begun = time.monotonic()
    assert await asyncio.gather(*(reply_of(model) for _ in range(64))) == [PROMPT[-1].content] * 64
    assert time.monotonic() - begun < 64 * 0.2 / 2
