import sys
from dataclasses import fields, replace

import pytest

from synthetic_soul.errors import Misconfigured
from synthetic_soul.llm.providers import (
    PROVIDERS,
    ModelSettings,
    Provider,
    Target,
    build_models,
    select_provider,
)

pytestmark = pytest.mark.anyio
ALL = ModelSettings(
    llm_base_url="http://127.0.0.1:11434/v1",
    llm_api_key="key-local",
    llm_model="llama3.1:8b",
    llm_fast_model="qwen3:1.7b",
    openai_api_key="key-openai",
    gpt_quality_model="gpt-5",
    gpt_fast_model="gpt-5-mini",
    deepseek_api_key="key-deepseek",
    deepseek_base_url="https://deepseek.example/v1",
    deepseek_model="deepseek-reasoner",
)


def chosen(settings: ModelSettings) -> tuple[Provider, Target]:
    selected = select_provider(settings)
    assert selected is not None
    return selected


def test_an_empty_environment_chooses_no_model() -> None:
    assert select_provider(ModelSettings()) is None
    assert build_models(ModelSettings()) is None


def test_empty_values_count_as_unset() -> None:
    assert (
        select_provider(ModelSettings(llm_base_url="", openai_api_key=" ", deepseek_api_key=""))
        is None
    )


def test_a_base_url_comes_before_openai_and_openai_before_deepseek() -> None:
    assert chosen(ALL)[0].name == "compatible"
    assert chosen(replace(ALL, llm_base_url=None))[0].name == "openai"
    assert chosen(replace(ALL, llm_base_url=None, openai_api_key=None))[0].name == "deepseek"


def test_each_provider_takes_its_own_settings() -> None:
    assert chosen(ALL)[1] == Target(
        "http://127.0.0.1:11434/v1", "key-local", quality="llama3.1:8b", fast="qwen3:1.7b"
    )
    assert chosen(replace(ALL, llm_base_url=None))[1] == Target(
        "https://api.openai.com/v1", "key-openai", quality="gpt-5", fast="gpt-5-mini"
    )
    assert chosen(replace(ALL, llm_base_url=None, openai_api_key=None))[1] == Target(
        "https://deepseek.example/v1",
        "key-deepseek",
        quality="deepseek-reasoner",
        fast="deepseek-reasoner",
    )


def test_unset_models_and_addresses_have_defaults() -> None:
    assert chosen(ModelSettings(openai_api_key="k"))[1] == Target(
        "https://api.openai.com/v1", "k", quality="gpt-4o", fast="gpt-4o-mini"
    )
    assert chosen(ModelSettings(deepseek_api_key="k"))[1] == Target(
        "https://api.deepseek.com", "k", quality="deepseek-chat", fast="deepseek-chat"
    )
    local = ModelSettings(llm_base_url=" http://[::1]:8080/v1 ", llm_model="m")
    assert chosen(local)[1] == Target("http://[::1]:8080/v1", None, quality="m", fast="m")


def test_no_key_shows_in_a_repr() -> None:
    for shown in (repr(ALL), repr(chosen(ALL)), repr(build_models(ALL))):
        assert "key-" not in shown


def test_every_key_is_a_field_kept_out_of_the_repr() -> None:
    assert [field.name for field in fields(ModelSettings) if not field.repr] == [
        field.name
        for field in fields(ModelSettings)
        if "key" in field.name or "headers" in field.name
    ]


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        (ModelSettings(llm_base_url="http://localhost/v1"), "LLM_MODEL"),
        (ModelSettings(llm_base_url="localhost:11434", llm_model="m"), "LLM_BASE_URL"),
        (ModelSettings(llm_base_url="ftp://localhost", llm_model="m"), "LLM_BASE_URL"),
        (ModelSettings(llm_base_url="http://", llm_model="m"), "LLM_BASE_URL"),
        (ModelSettings(llm_base_url="http://me:pass@host/v1", llm_model="m"), "LLM_BASE_URL"),
        (ModelSettings(llm_base_url="http://host/v1?a=pass", llm_model="m"), "LLM_BASE_URL"),
        (ModelSettings(llm_base_url="http://host:99999/v1", llm_model="m"), "LLM_BASE_URL"),
        (ModelSettings(openai_api_key="sk-pass\nword"), "OPENAI_API_KEY"),
        (ModelSettings(openai_api_key="sk-pass word"), "OPENAI_API_KEY"),
        (ModelSettings(openai_api_key="sk-påss"), "OPENAI_API_KEY"),
        (ModelSettings(openai_api_key="k", gpt_fast_model="a b"), "GPT_FAST_MODEL"),
        (ModelSettings(deepseek_api_key="k", deepseek_base_url="pass"), "DEEPSEEK_BASE_URL"),
        (ModelSettings(openai_api_key="k", timeout=0), "timeout"),
        (ModelSettings(openai_api_key="k", idle_timeout=float("nan")), "idle timeout"),
    ],
)
def test_a_bad_value_is_named_but_not_repeated(settings: ModelSettings, named: str) -> None:
    with pytest.raises(Misconfigured) as caught:
        build_models(settings)
    assert named in caught.value.message
    assert "pass" not in caught.value.message.replace("password", "")


def test_a_missing_library_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "openai", None)
    with pytest.raises(Misconfigured, match="pip install openai"):
        build_models(ModelSettings(openai_api_key="k"))


async def test_both_models_share_one_client_and_are_closed_together() -> None:
    models = build_models(ALL)
    assert models is not None
    assert (models.quality.name, models.fast.name) == (
        "compatible/llama3.1:8b",
        "compatible/qwen3:1.7b",
    )
    assert vars(models.quality)["_endpoint"] is vars(models.fast)["_endpoint"]
    await models.aclose()
    assert vars(models.fast)["_endpoint"]._client.is_closed()


def test_providers_have_names_of_their_own_and_a_mode_each() -> None:
    assert len({row.name for row in PROVIDERS}) == len(PROVIDERS)
    assert all(row.modes for row in PROVIDERS)
