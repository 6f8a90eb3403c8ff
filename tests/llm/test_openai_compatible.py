import asyncio
import contextlib
import logging
import subprocess
import sys
import time
import traceback
from collections.abc import AsyncIterator

import pytest

from synthetic_soul.errors import ModelError, ModelGarbled, ModelRefused, ModelTimeout
from synthetic_soul.llm import chat_completions
from synthetic_soul.llm.base import Usage
from synthetic_soul.llm.openai_compatible import Endpoint, OpenAICompatible
from synthetic_soul.llm.providers import PROVIDERS
from synthetic_soul.llm.text_stream import Timeouts
from tests.llm.conftest import KEY, PROMPT, SECRET_WORDS
from tests.support.fake_model import FakeModel, Fault

pytestmark = pytest.mark.anyio


async def answer(model: OpenAICompatible, deadline: float = 5.0) -> str:
    return (await model.complete(PROMPT, max_tokens=200, deadline=deadline)).text


async def test_an_answer_comes_whole_with_what_it_cost(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    completion = await model.complete(PROMPT, max_tokens=200, deadline=5.0)
    assert completion.text == "I hear you."
    assert completion.usage == Usage(prompt_tokens=14, reply_tokens=3, calls=1)
    assert not fake_model.calls[0].stream


def test_a_model_is_named_by_provider_and_model(fake_model: FakeModel) -> None:
    endpoint = Endpoint(PROVIDERS[0], base_url=fake_model.base_url, api_key=None)
    assert OpenAICompatible(endpoint, "soul-1", Timeouts()).name == "compatible/soul-1"


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", 429),
        Fault("status", 503),
        Fault("reset"),
        Fault("reset", after=0),
        Fault("error"),
    ],
)
async def test_a_passing_failure_is_tried_again(
    model: OpenAICompatible, fake_model: FakeModel, fault: Fault
) -> None:
    fake_model.script.extend([fault, fault])
    assert (await model.complete(PROMPT, max_tokens=9, deadline=5.0)).usage.calls == 3
    fake_model.script.extend([fault] * 9)
    with pytest.raises(ModelError):
        await answer(model)
    assert len(fake_model.calls) == 6


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("status", 403), ModelRefused),
        (Fault("garbage"), ModelGarbled),
        (Fault("empty"), ModelGarbled),
        (Fault("reply", text=" \n"), ModelGarbled),
        (Fault("filter"), ModelRefused),
        (Fault("hang"), ModelTimeout),
    ],
)
async def test_a_lasting_failure_is_not_tried_again(
    model: OpenAICompatible, fake_model: FakeModel, fault: Fault, error: type[ModelError]
) -> None:
    fake_model.script.append(fault)
    with pytest.raises(error):
        await answer(model, deadline=2.0)
    assert len(fake_model.calls) == 1


async def test_an_endless_answer_is_not_read_to_its_end(
    model: OpenAICompatible, fake_model: FakeModel
) -> None:
    fake_model.reply = "word " * (chat_completions.MAX_RESPONSE_BYTES // 4)
    with pytest.raises(ModelGarbled, match="too long"):
        await answer(model)
    fake_model.reply = "word " * (chat_completions.MAX_TEXT_BYTES // 4)
    with pytest.raises(ModelGarbled, match="too long"):
        await answer(model)


@pytest.fixture
async def endless_errors() -> AsyncIterator[str]:
    async def complain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
            while True:
                writer.write(b"no " * 10_000)
                await writer.drain()
        writer.transport.abort()

    server = await asyncio.start_server(complain, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    server.close()


async def test_an_endless_error_is_not_read_to_its_end(endless_errors: str) -> None:
    endpoint = Endpoint(PROVIDERS[0], base_url=endless_errors, api_key=None)
    model = OpenAICompatible(endpoint, "soul-1", Timeouts())
    with pytest.raises(ModelRefused):
        await answer(model, deadline=3.0)
    await model.aclose()


async def test_the_settings_bound_every_deadline(fake_model: FakeModel) -> None:
    endpoint = Endpoint(PROVIDERS[0], base_url=fake_model.base_url, api_key=None)
    model = OpenAICompatible(endpoint, "soul-1", Timeouts(total=0.2))
    fake_model.delay = 5.0
    begun = time.monotonic()
    with pytest.raises(ModelTimeout):
        await answer(model, deadline=60.0)
    assert time.monotonic() - begun < 3.0
    await model.aclose()


async def test_a_host_that_takes_no_connection_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic_soul.llm.openai_compatible._CONNECT_SECONDS", 0.05)
    full = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0, backlog=0)
    port = full.sockets[0].getsockname()[1]
    full.get_loop().remove_reader(full.sockets[0].fileno())  # nobody accepts from now on
    plugs = [asyncio.create_task(asyncio.open_connection("127.0.0.1", port)) for _ in range(4)]
    await asyncio.sleep(0.05)
    endpoint = Endpoint(PROVIDERS[0], base_url=f"http://127.0.0.1:{port}/v1", api_key=None)
    model = OpenAICompatible(endpoint, "soul-1", Timeouts(backoff=0.01))
    with pytest.raises(ModelTimeout, match="connection"):
        await answer(model, deadline=10.0)
    await model.aclose()
    for plug in plugs:
        plug.cancel()
    for made in await asyncio.gather(*plugs, return_exceptions=True):
        if isinstance(made, tuple):
            made[1].transport.abort()
    full.close()


async def test_without_a_key_no_credential_is_sent(
    fake_model: FakeModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.setenv("OPENAI_ORG_ID", "org-secret")
    monkeypatch.setenv("OPENAI_CUSTOM_HEADERS", f"Authorization: Bearer {KEY}")
    endpoint = Endpoint(PROVIDERS[0], base_url=fake_model.base_url, api_key=None)
    model = OpenAICompatible(endpoint, "soul-1", Timeouts())
    await answer(model)
    headers = fake_model.calls[0].headers
    assert "authorization" not in headers
    assert "openai-organization" not in headers
    await model.aclose()


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", 401),
        Fault("status", 429),
        Fault("status", 500),
        Fault("error"),
        Fault("reset"),
        Fault("hang"),
        Fault("garbage"),
        Fault("hang", after=1),
        Fault("error", after=1),
    ],
)
async def test_neither_key_nor_prompt_is_in_an_error_or_a_log(
    model: OpenAICompatible, fake_model: FakeModel, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fake_model.piece_delay = 0.02
    fake_model.script.extend([fault] * 3)
    with pytest.raises(ModelError) as caught:
        async for _ in model.stream(PROMPT, max_tokens=9, deadline=0.5):
            pass
    error = caught.value
    assert error.__cause__ is None
    assert error.__context__ is None
    shown = "".join(traceback.format_exception(error, chain=True)) + repr(error) + caplog.text
    assert KEY not in shown
    assert SECRET_WORDS not in shown
    assert KEY not in repr(model)


async def test_the_key_does_not_show_in_a_repr(fake_model: FakeModel) -> None:
    endpoint = Endpoint(PROVIDERS[1], base_url=fake_model.base_url, api_key=KEY)
    assert repr(endpoint) == "Endpoint('openai')"
    await endpoint.aclose()
    await endpoint.aclose()


def test_the_library_is_not_loaded_before_a_model_is_made() -> None:
    code = (
        "import sys; from synthetic_soul.llm import base, openai_compatible, providers; "
        "providers.build_models(providers.ModelSettings()); "
        "sys.exit('openai' in sys.modules or 'httpx2' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)  # noqa: S603 - our own interpreter
