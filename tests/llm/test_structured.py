import json
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from synthetic_soul.errors import ModelGarbled, ModelRateLimited, ModelRefused
from synthetic_soul.llm.base import Message, Structured, Usage
from synthetic_soul.llm.openai_compatible import Endpoint, OpenAICompatible
from synthetic_soul.llm.providers import PROVIDERS
from synthetic_soul.llm.structured import objects_in, schema_name, strict_schema
from synthetic_soul.llm.text_stream import Timeouts
from tests.llm.conftest import PROMPT
from tests.support.fake_model import FakeModel, Fault
from tests.support.strict_template import template_fault

pytestmark = pytest.mark.anyio


class Fact(BaseModel):
    model_config = ConfigDict(extra="forbid")
    subject: Literal["person", "agent"]
    level: float = Field(ge=-1, le=1)


class Reflection(BaseModel):
    title: str = Field(min_length=2, max_length=40)
    facts: list[Fact] = Field(default=[], max_length=3)
    mood: float | None = None


ROWS = {row.name: row for row in PROVIDERS}
GOOD = '{"title": "A walk", "facts": [{"subject": "person", "level": 0.5}]}'


def model_of(provider: str, fake_model: FakeModel) -> OpenAICompatible:
    endpoint = Endpoint(ROWS[provider], base_url=fake_model.base_url, api_key="k")
    return OpenAICompatible(endpoint, "soul-1", Timeouts(backoff=0.01))


async def reflect(
    model: OpenAICompatible, messages: tuple[Message, ...] = PROMPT
) -> Structured[Reflection]:
    try:
        return await model.structured(messages, Reflection, max_tokens=300, deadline=5.0)
    finally:
        await model.aclose()


@pytest.mark.parametrize(
    ("provider", "mode"),
    [("openai", "json_schema"), ("compatible", "json_schema"), ("deepseek", "json_object")],
)
async def test_each_provider_is_asked_in_the_mode_it_knows(
    fake_model: FakeModel, provider: str, mode: str
) -> None:
    fake_model.answers["Reflection"] = {"title": "A walk in the rain"}
    answer = await reflect(model_of(provider, fake_model))
    assert answer.value == Reflection(title="A walk in the rain")
    assert answer.usage.calls == 1
    assert [call.format for call in fake_model.calls] == [mode]


async def test_an_enforced_schema_does_not_lengthen_the_prompt(fake_model: FakeModel) -> None:
    fake_model.answers["Reflection"] = {"title": "A walk"}
    await reflect(model_of("openai", fake_model))
    (call,) = fake_model.calls
    assert "schema" not in call.prompt
    asked = call.body["response_format"]["json_schema"]
    assert asked["name"] == "Reflection"
    assert asked["strict"] is True


@pytest.mark.parametrize("messages", [PROMPT, PROMPT[1:]])
async def test_without_enforcement_the_schema_ends_the_system_message(
    fake_model: FakeModel, messages: tuple[Message, ...]
) -> None:
    fake_model.answers["Reflection"] = {"title": "A walk"}
    await reflect(model_of("deepseek", fake_model), messages)
    system, user = fake_model.calls[0].messages
    asked = "Answer with one JSON object that fits the schema 'Reflection'. Schema: "
    front, schema = system["content"].split(asked)
    assert front == ("" if messages[0].role == "user" else f"{PROMPT[0].content}\n\n")
    assert json.loads(schema) == Reflection.model_json_schema()
    assert user["content"] == PROMPT[1].content


async def test_a_refused_mode_falls_back_to_the_next_and_is_remembered(
    fake_model: FakeModel,
) -> None:
    fake_model.unsupported = {"json_schema", "json_object"}
    fake_model.answers["Reflection"] = {"title": "A walk"}
    model = model_of("compatible", fake_model)
    first = await model.structured(PROMPT, Reflection, max_tokens=300, deadline=5.0)
    assert first.value.title == "A walk"
    assert first.usage.calls == 3
    assert [call.format for call in fake_model.calls] == ["json_schema", "json_object", "text"]
    second = await reflect(model)
    assert second.usage.calls == 1
    assert fake_model.calls[-1].format == "text"


async def test_the_fallback_is_remembered_for_that_schema_only(fake_model: FakeModel) -> None:
    fake_model.script.extend([Fault("status", 400), Fault("reply", text=GOOD)])
    model = model_of("compatible", fake_model)
    await model.structured(PROMPT, Reflection, max_tokens=300, deadline=5.0)
    await model.structured(PROMPT, Fact, max_tokens=300, deadline=5.0)
    formats = [call.format for call in fake_model.calls]
    assert formats == ["json_schema", "json_object", "json_schema"]
    await model.aclose()


async def test_a_request_bad_in_every_mode_is_refused_and_nothing_remembered(
    fake_model: FakeModel,
) -> None:
    fake_model.script.extend([Fault("status", 400)] * 3)
    model = model_of("compatible", fake_model)
    with pytest.raises(ModelRefused):
        await model.structured(PROMPT, Reflection, max_tokens=300, deadline=5.0)
    fake_model.answers["Reflection"] = {"title": "A walk"}
    await reflect(model)
    assert fake_model.calls[-1].format == "json_schema"


async def test_another_failure_is_no_reason_for_another_mode(fake_model: FakeModel) -> None:
    fake_model.script.append(Fault("status", 401))
    with pytest.raises(ModelRefused):
        await reflect(model_of("compatible", fake_model))
    fake_model.script.extend([Fault("status", 429)] * 3)
    with pytest.raises(ModelRateLimited):
        await reflect(model_of("compatible", fake_model))
    assert len(fake_model.calls) == 4


async def test_an_answer_that_does_not_fit_is_repaired_once(fake_model: FakeModel) -> None:
    wrong = '{"title": "x", "facts": [{"subject": "person", "level": 7, "secret": 1}]}'
    fake_model.script.extend([Fault("reply", text=wrong), Fault("reply", text=GOOD)])
    answer = await reflect(model_of("openai", fake_model))
    assert answer.value.title == "A walk"
    assert answer.usage.calls == 2
    *_, previous, repair = fake_model.calls[1].messages
    assert (previous["role"], previous["content"]) == ("assistant", wrong)
    assert "- title: string_too_short\n" in repair["content"]
    assert "- facts.0.level: less_than_equal\n" in repair["content"]
    assert "- facts.0.secret: extra_forbidden\n" in repair["content"]
    assert fake_model.calls[1].format == "json_schema"


async def test_two_answers_that_do_not_fit_are_garbled(fake_model: FakeModel) -> None:
    fake_model.script.extend([Fault("reply", text='{"title": "secret"'), Fault("empty")])
    with pytest.raises(ModelGarbled) as caught:
        await reflect(model_of("openai", fake_model))
    assert len(fake_model.calls) == 2
    assert "secret" not in str(caught.value)


async def test_an_empty_answer_is_repaired_too(fake_model: FakeModel) -> None:
    fake_model.script.extend([Fault("empty"), Fault("reply", text=GOOD)])
    answer = await reflect(model_of("deepseek", fake_model))
    assert answer.value.facts[0].level == 0.5
    assert answer.usage == Usage(*answer_tokens(fake_model), calls=2)
    assert "no JSON object" in fake_model.calls[1].prompt


def answer_tokens(fake_model: FakeModel) -> tuple[int, int]:
    return sum(len(call.prompt.split()) for call in fake_model.calls), len(GOOD.split())


@pytest.mark.parametrize(
    "text",
    [
        f"```json\n{GOOD}\n```",
        f"Of course! Here it is:\n{GOOD}\nIs there anything else?",
        f"<think>{{maybe}} or {{}}</think>{GOOD}",
        '{"title": "x"}' + GOOD,
    ],
)
async def test_fences_and_prose_around_the_object_are_ignored(
    fake_model: FakeModel, text: str
) -> None:
    fake_model.script.append(Fault("reply", text=text))
    answer = await reflect(model_of("deepseek", fake_model))
    assert answer.value == Reflection.model_validate_json(GOOD)
    assert answer.usage.calls == 1


@pytest.mark.parametrize(
    "text",
    ["", "no object", '{"level": NaN}', '{"level": 1e999}', "{" * 50_000, '{"a":' * 50_000, "[1]"],
)
def test_what_is_no_object_is_not_taken_for_one(text: str) -> None:
    assert list(objects_in(text)) == []


def test_every_outermost_object_is_found() -> None:
    assert list(objects_in('a {"b": {"c": 1.5}} d {e} {"f": 2}')) == [
        '{"b": {"c": 1.5}}',
        '{"f": 2}',
    ]


@pytest.mark.parametrize(
    ("cut", "closed"),
    [
        ('{"a": [{"b": 1}, {"b": 2', '{"a": [{"b": 1}]}'),
        ('Sure: {"a": [1, 2], "c": "half a sent', '{"a": [1, 2]}'),
        ('{"a": {"b": "x, {y}", "c": [[1], [2', '{"a": {"b": "x, {y}", "c": [[1]]}}'),
        ('{"a": "quote \\" and [", "b": tru', '{"a": "quote \\" and ["}'),
        ('{"a": [1], ', '{"a": [1]}'),
        ('{"a": [1]', '{"a": [1]}'),
    ],
)
def test_an_object_that_is_cut_off_is_closed_after_its_last_whole_item(
    cut: str, closed: str
) -> None:
    assert list(objects_in(cut)) == [closed]


@pytest.mark.parametrize("cut", ['{"a": "half', "{", '{"a": [', '{"a": }, {"b"', '{"a": 1]'])
def test_one_without_a_whole_item_is_none(cut: str) -> None:
    assert list(objects_in(cut)) == []


def test_the_strict_schema_requires_everything_and_allows_nothing_else() -> None:
    def look(node: Any) -> None:  # noqa: ANN401 - any part of a JSON schema
        if isinstance(node, dict) and "properties" in node and "type" in node:
            assert node["required"] == list(node["properties"])
            assert node["additionalProperties"] is False
        for child in node.values() if isinstance(node, dict) else ():
            look(child)

    strict = strict_schema(Reflection.model_json_schema())
    look(strict)
    assert set(strict["properties"]) == {"title", "facts", "mood"}
    assert strict["properties"]["title"] == {"type": "string"}
    assert strict["properties"]["facts"]["items"] == {"$ref": "#/$defs/Fact"}
    assert strict["$defs"]["Fact"]["properties"]["level"]["maximum"] == 1


def test_a_schemas_name_uses_only_letters_the_api_allows() -> None:
    assert schema_name(type("Gefühl", (BaseModel,), {})) == "Gef_hl"


@pytest.mark.parametrize("unsupported", [set(), {"json_schema"}, {"json_schema", "json_object"}])
@pytest.mark.parametrize("messages", [PROMPT, (Message("user", "what was said"),)])
@pytest.mark.parametrize("answer", ["{}", "no JSON", " \n"])
async def test_strict_templates_take_every_prompt_and_repair(
    fake_model: FakeModel, unsupported: set[str], messages: tuple[Message, ...], answer: str
) -> None:
    fake_model.unsupported = unsupported
    fake_model.script.extend(None for _ in unsupported)
    fake_model.script.append(Fault("reply", text=answer))
    fake_model.answers["Reflection"] = {"title": "A walk"}
    await reflect(model_of("compatible", fake_model), messages)
    assert len(fake_model.calls) == len(unsupported) + 2
    for call in fake_model.calls:
        sent = [Message(part["role"], part["content"]) for part in call.messages]  # type: ignore[arg-type]  # a role
        assert template_fault(sent) == ""
