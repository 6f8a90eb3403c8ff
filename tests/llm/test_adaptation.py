# ruff: noqa: E501 - one refusal a line
"""What a provider refuses in a request is left out or sent otherwise, once, and remembered."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import pytest
from pydantic import BaseModel
from structlog.testing import capture_logs

from synthetic_soul.errors import Misconfigured, ModelRefused
from synthetic_soul.llm.adaptation import without_system
from synthetic_soul.llm.call_settings import call_options
from synthetic_soul.llm.dialect import CallOptions
from synthetic_soul.llm.openai_compatible import Endpoint, OpenAICompatible
from synthetic_soul.llm.providers import PROVIDERS
from synthetic_soul.llm.text_stream import Timeouts
from tests.llm.conftest import PROMPT
from tests.support.fake_completions import Call
from tests.support.fake_model import FakeModel, Fault

pytestmark = pytest.mark.anyio
OPTIONS = CallOptions(
    temperature=0.7,
    top_p=0.9,
    stop=("###",),
    extra_body={"top_k": 40, "chat_template_kwargs": {"enable_thinking": False}},
    extra_headers={"X-Title": "soul", "X-Auth": "letmein-please"},
)
Open = Callable[..., OpenAICompatible]


@pytest.fixture
async def open_model(fake_model: FakeModel) -> AsyncIterator[Open]:
    opened: list[OpenAICompatible] = []

    def one(options: CallOptions | None = None, *, counts: bool = False) -> OpenAICompatible:
        row = replace(PROVIDERS[0], usage_in_stream=counts)
        endpoint = Endpoint(row, base_url=fake_model.base_url, api_key=None, options=options)
        opened.append(OpenAICompatible(endpoint, "soul-1", Timeouts(backoff=0.01)))
        return opened[-1]

    yield one
    for model in opened:
        await model.aclose()


async def reply_of(model: OpenAICompatible) -> str:
    stream = model.stream(PROMPT, max_tokens=200, deadline=5.0, stop=("\nUser:",))
    text = "".join([text async for text in stream])
    await stream.aclose()
    return text


def refusing(field: str, message: str, status: int = 400) -> Callable[[Call], Fault | None]:
    """Refuse each request that has the field; ``message`` is a text or a whole body."""
    body = message if message.startswith("{") else json.dumps({"error": {"message": message}})

    def judge(call: Call) -> Fault | None:
        is_there = field in call.body
        return Fault("raw", status=status, body=body.encode()) if is_there else None

    return judge


async def test_settings_of_calls_are_in_every_request(
    open_model: Open, fake_model: FakeModel
) -> None:
    model = open_model(OPTIONS)
    await reply_of(model)
    await model.complete(PROMPT, max_tokens=9, deadline=5.0)
    for call in fake_model.calls:
        assert (call.body["temperature"], call.body["top_p"], call.body["top_k"]) == (0.7, 0.9, 40)
        assert call.body["chat_template_kwargs"] == {"enable_thinking": False}
        assert (call.headers["x-title"], call.headers["x-auth"]) == ("soul", "letmein-please")
    assert fake_model.calls[0].body["stop"] == ["###", "\nUser:"]
    assert "stop" not in fake_model.calls[1].body


async def test_without_settings_a_request_holds_nothing_more(
    open_model: Open, fake_model: FakeModel
) -> None:
    await reply_of(open_model())
    assert set(fake_model.calls[0].body) == {"model", "messages", "max_tokens", "stream", "stop"}


REFUSED = (
    ("max_tokens", "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."),
    ("max_tokens", '{"error": {"message": "unsupported", "type": "invalid_request_error", "param": "max_tokens", "code": "unsupported_parameter"}}'),
    ("max_tokens", '{"detail": [{"type": "extra_forbidden", "loc": ["body", "max_tokens"], "msg": "Extra inputs are not permitted", "input": 200}]}'),
    ("max_tokens", '{"message": "unknown field max_tokens"}'),
    ("temperature", "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported."),
    ("temperature", "temperature is deprecated for this model"),
    ("temperature", '{"error": "This model does not accept the temperature parameter"}'),
    ("top_p", "temperature and top_p cannot both be specified for this model"),
    ("top_p", "Unrecognized request argument supplied: top_p"),
    ("stop", "Unsupported parameter: 'stop' is not supported with this model."),
    ("stop", '{"error": {"message": "Argument not supported: stop"}}'),
    ("stop", '{"detail": "parameter stop is not allowed"}'),
    ("stop", "stop is not supported by this model"),
    ("top_k", "top_k value is not supported for this model"),
    ("stream_options", "Extra inputs are not permitted: stream_options"),
    ("stream_options", '{"object": "error", "message": "stream_options is an unexpected keyword argument", "code": 400}'),
    ("top_k", '{"error": {"message": "Unknown name \\"top_k\\": Cannot find field."}}'),
    ("chat_template_kwargs", "property 'chat_template_kwargs' is unsupported"),
    ("stream", '{"error": {"message": "Your organization must be verified to stream this model.", "param": "stream", "code": "unsupported_value"}}'),
)  # fmt: skip


@pytest.mark.parametrize(("field", "message"), REFUSED)
@pytest.mark.parametrize("status", [400, 422])
async def test_a_refused_field_is_left_out_and_stays_out(
    open_model: Open, fake_model: FakeModel, field: str, message: str, status: int
) -> None:
    fake_model.judge = refusing(field, message, status)
    model = open_model(OPTIONS, counts=True)
    with capture_logs() as logs:
        assert await reply_of(model) == "I hear you."
        assert await reply_of(model) == "I hear you."
    refused, answered, later = fake_model.calls
    left = refused.body.keys() - answered.body.keys()
    assert left == {field}
    assert answered.body.keys() - refused.body.keys() == (
        {"max_completion_tokens"} if field == "max_tokens" else set()
    )
    assert later.body == answered.body
    (line,) = [line for line in logs if line["event"] == "model_field_refused"]
    assert line["refused"] == field
    assert "letmein" not in str(logs)


async def test_several_refusals_are_met_one_after_the_other(
    open_model: Open, fake_model: FakeModel
) -> None:
    known = {"model", "messages", "stream", "max_completion_tokens"}

    def judge(call: Call) -> Fault | None:
        unknown = sorted(call.body.keys() - known)
        body = json.dumps({"detail": f"unknown parameters: {', '.join(unknown)}"}).encode()
        return Fault("raw", status=422, body=body) if unknown else None

    fake_model.judge = judge
    model = open_model(OPTIONS, counts=True)
    assert await reply_of(model) == "I hear you."
    assert fake_model.calls[-1].body.keys() == known
    count = len(fake_model.calls)
    await reply_of(model)
    assert len(fake_model.calls) == count + 1


async def test_a_provider_that_refuses_everything_is_not_asked_for_ever(
    open_model: Open, fake_model: FakeModel
) -> None:
    everything = "unsupported: max_tokens, max_completion_tokens, 'stop', system role, top_p"
    body = json.dumps({"error": everything}).encode()
    fake_model.judge = lambda _: Fault("raw", status=400, body=body)
    with pytest.raises(ModelRefused) as caught:
        await reply_of(open_model(OPTIONS))
    assert caught.value.reason == everything
    assert len(fake_model.calls) <= 8


@pytest.mark.parametrize(
    "message",
    [
        "messages: too few",
        "max_tokens is too large: 200. This model supports at most 100 completion tokens",
        "Please stop sending so much.",
        "The stream of requests is not welcome.",
    ],
)
async def test_another_refusal_changes_nothing(
    open_model: Open, fake_model: FakeModel, message: str
) -> None:
    body = json.dumps({"error": {"message": message}}).encode()
    fake_model.script.append(Fault("raw", status=400, body=body))
    with pytest.raises(ModelRefused):
        await reply_of(open_model())
    assert len(fake_model.calls) == 1


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "System role not supported"),
        (400, "Developer instruction is not enabled for this model"),
        (
            500,
            "Jinja Exception: Conversation roles must alternate user/assistant/user/assistant/...",
        ),
        (400, "Only user and assistant roles are supported!"),
        (422, "Input should be 'user' or 'assistant': unexpected role"),
        (400, "This model does not support system messages."),
        (400, "Invalid value: 'system'. Supported values are: 'user' and 'assistant'."),
    ],
)
async def test_a_refused_system_message_joins_the_first_turn(
    open_model: Open, fake_model: FakeModel, status: int, message: str
) -> None:
    def judge(call: Call) -> Fault | None:
        body = json.dumps({"error": {"code": status, "message": message}}).encode()
        is_there = call.messages[0]["role"] == "system"
        return Fault("raw", status=status, body=body) if is_there else None

    fake_model.judge = judge
    model = open_model()
    assert await reply_of(model) == "I hear you."
    assert await reply_of(model) == "I hear you."
    assert len(fake_model.calls) == 3
    (merged,) = fake_model.calls[-1].messages
    assert merged == {"role": "user", "content": f"{PROMPT[0].content}\n\n{PROMPT[1].content}"}


def test_roles_alternate_without_a_system_message() -> None:
    talk = [
        {"role": "system", "content": "a"},
        {"role": "assistant", "content": "b"},
        {"role": "user", "content": "c"},
        {"role": "system", "content": "d"},
        {"role": "user", "content": "e"},
    ]
    assert without_system(talk) == [
        {"role": "user", "content": "a\n\nd"},
        {"role": "assistant", "content": "b"},
        {"role": "user", "content": "c\n\ne"},
    ]


class Note(BaseModel):
    title: str


async def test_a_structured_answer_is_adapted_too(open_model: Open, fake_model: FakeModel) -> None:
    fake_model.answers["Note"] = {"title": "A walk"}
    fake_model.judge = refusing("temperature", "temperature is not supported")
    model = open_model(OPTIONS)
    answer = await model.structured(PROMPT, Note, max_tokens=90, deadline=5.0)
    assert answer.value.title == "A walk"
    assert [call.format for call in fake_model.calls] == ["json_schema", "json_schema"]


async def test_reasoning_before_a_structured_answer_is_taken_off(
    open_model: Open, fake_model: FakeModel
) -> None:
    said = '<think>{"title": "no"}</think>{"title": "yes"}'
    fake_model.script.append(Fault("reply", text=said))
    answer = await open_model().structured(PROMPT, Note, max_tokens=90, deadline=5.0)
    assert answer.value.title == "yes"


def options(**given: str) -> CallOptions:
    fields = {"stop": "", "extra_body": "", "extra_headers": ""} | given
    return call_options(temperature=None, top_p=None, **fields)


@pytest.mark.parametrize(
    ("text", "stops"),
    [
        ("", ()),
        ("###", ("###",)),
        ("\\nUser:, ### ,", ("\nUser:", "###")),
        ('["\\nUser:", "a, b"]', ("\nUser:", "a, b")),
        ('"###"', ("###",)),
        ("\nUser:,###", ("\nUser:", "###")),
    ],
)
def test_stops_are_read_as_people_write_them(text: str, stops: tuple[str, ...]) -> None:
    assert options(stop=text).stop == stops


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("stop", "[1]", "LLM_STOP"),
        ("stop", '["a"', "LLM_STOP"),
        ("stop", "a,b,c,d,e", "LLM_STOP holds 5"),
        ("extra_body", "{top_k: 40}", "LLM_EXTRA_BODY is not valid JSON at character 2"),
        ("extra_body", "[1]", "LLM_EXTRA_BODY must be a JSON object"),
        ("extra_body", '{"messages": []}', "LLM_EXTRA_BODY may not set 'messages'"),
        ("extra_headers", "X-Title: soul", "LLM_EXTRA_HEADERS is not valid JSON"),
        ("extra_headers", '{"X Title": "a"}', "LLM_EXTRA_HEADERS: 'X Title'"),
        ("extra_headers", '{"X-Title": ["a"]}', "LLM_EXTRA_HEADERS: the value of 'X-Title'"),
        ("extra_headers", '{"X-Title": "a\\r\\nb"}', "LLM_EXTRA_HEADERS: the value of 'X-Title'"),
        ("extra_headers", '{"Content-Length": "1"}', "LLM_EXTRA_HEADERS: 'Content-Length'"),
    ],
)
def test_a_bad_setting_is_named_in_one_line(setting: str, value: str, says: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        options(**{setting: value})
    assert says in caught.value.message
    assert "\n" not in caught.value.message
