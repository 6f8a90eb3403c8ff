"""The model providers, and the selection of one by the settings.

A provider is a row of ``PROVIDERS``; the first one whose settings are present is selected.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from synthetic_soul.errors import Misconfigured
from synthetic_soul.llm.base import Embedder, Model
from synthetic_soul.llm.call_settings import call_options
from synthetic_soul.llm.dialect import Dialect
from synthetic_soul.llm.openai_compatible import Endpoint, OpenAICompatible, OpenAIEmbedder
from synthetic_soul.llm.text_stream import Timeouts


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """The settings of all providers; an empty value counts as unset.

    Each field is the environment variable of the same name in capitals, except the two timeouts
    in seconds: ``timeout`` caps any call, ``idle_timeout`` the silence within a stream.
    """

    llm_base_url: str | None = None
    llm_api_key: str | None = field(default=None, repr=False)
    llm_model: str | None = None
    llm_fast_model: str | None = None
    llm_embedding_model: str | None = None
    openai_api_key: str | None = field(default=None, repr=False)
    gpt_fast_model: str | None = None
    gpt_quality_model: str | None = None
    deepseek_api_key: str | None = field(default=None, repr=False)
    deepseek_base_url: str | None = None
    deepseek_model: str | None = None
    llm_temperature: float | None = None
    llm_top_p: float | None = None
    llm_stop: str | None = None
    llm_extra_body: str | None = None
    llm_extra_headers: str | None = field(default=None, repr=False)
    timeout: float = 60.0
    idle_timeout: float = 20.0


@dataclass(frozen=True, slots=True)
class Target:
    """The address, key and two models of a provider."""

    base_url: str
    api_key: str | None = field(repr=False)
    quality: str
    fast: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider(Dialect):
    """A dialect of the API, and how its target is read: None where its settings are absent."""

    read_target: Callable[[ModelSettings], Target | None]


@dataclass(frozen=True, slots=True)
class Models:
    """The model that speaks and the cheaper one for side work, on shared connections.

    ``embedder`` is None where no embedding model is set.
    """

    quality: Model
    fast: Model
    embedder: Embedder | None = None

    async def aclose(self) -> None:
        """Close the shared connections."""
        await self.quality.aclose()


def _compatible(settings: ModelSettings) -> Target | None:
    url = _url("LLM_BASE_URL", settings.llm_base_url)
    if url is None:
        return None
    model = _word("LLM_MODEL", settings.llm_model)
    if model is None:
        raise Misconfigured(
            "LLM_BASE_URL is set and LLM_MODEL is not: set LLM_MODEL to a model served there, "
            "such as llama3.1:8b, or clear LLM_BASE_URL."
        )
    fast = _word("LLM_FAST_MODEL", settings.llm_fast_model) or model
    return Target(url, _word("LLM_API_KEY", settings.llm_api_key), quality=model, fast=fast)


def _openai(settings: ModelSettings) -> Target | None:
    key = _word("OPENAI_API_KEY", settings.openai_api_key)
    if key is None:
        return None
    return Target(
        "https://api.openai.com/v1",
        key,
        quality=_word("GPT_QUALITY_MODEL", settings.gpt_quality_model) or "gpt-4o",
        fast=_word("GPT_FAST_MODEL", settings.gpt_fast_model) or "gpt-4o-mini",
    )


def _deepseek(settings: ModelSettings) -> Target | None:
    key = _word("DEEPSEEK_API_KEY", settings.deepseek_api_key)
    if key is None:
        return None
    url = _url("DEEPSEEK_BASE_URL", settings.deepseek_base_url) or "https://api.deepseek.com"
    model = _word("DEEPSEEK_MODEL", settings.deepseek_model) or "deepseek-chat"
    return Target(url, key, quality=model, fast=model)


PROVIDERS = (
    Provider("compatible", modes=("json_schema", "json_object", "prompt"), read_target=_compatible),
    Provider(
        "openai",
        modes=("json_schema", "json_object"),
        limit_field="max_completion_tokens",
        usage_in_stream=True,
        separates_reasoning=True,
        key_setting="OPENAI_API_KEY",
        model_setting="GPT_QUALITY_MODEL and GPT_FAST_MODEL",
        url_setting="the address",
        read_target=_openai,
    ),
    Provider(
        "deepseek",
        modes=("json_object",),
        usage_in_stream=True,
        separates_reasoning=True,
        key_setting="DEEPSEEK_API_KEY",
        model_setting="DEEPSEEK_MODEL",
        url_setting="DEEPSEEK_BASE_URL",
        read_target=_deepseek,
    ),
)
"""In order of precedence."""


def select_provider(settings: ModelSettings) -> tuple[Provider, Target] | None:
    """Return the first provider with settings, or None.

    Raises ``Misconfigured``, which names the variable and a valid form, never its value.
    """
    for provider in PROVIDERS:
        target = provider.read_target(settings)
        if target is not None:
            return provider, target
    return None


def build_models(settings: ModelSettings) -> Models | None:
    """Return the models of the selected provider, or None; raises ``Misconfigured``."""
    selected = select_provider(settings)
    if selected is None:
        return None
    for name, seconds in (("timeout", settings.timeout), ("idle timeout", settings.idle_timeout)):
        if not 0 < seconds < float("inf"):
            raise Misconfigured(f"The model's {name} must be a number of seconds above 0.")
    provider, target = selected
    options = call_options(
        temperature=settings.llm_temperature,
        top_p=settings.llm_top_p,
        stop=settings.llm_stop or "",
        extra_body=settings.llm_extra_body or "",
        extra_headers=settings.llm_extra_headers or "",
    )
    try:
        endpoint = Endpoint(
            provider, base_url=target.base_url, api_key=target.api_key, options=options
        )
    except ImportError as missing:
        raise Misconfigured(
            f"A model is configured ({provider.name}) and its library is not installed: "
            "run `pip install openai`, or unset the model's variables."
        ) from missing
    timeouts = Timeouts(total=settings.timeout, idle=settings.idle_timeout)
    embedding = _word("LLM_EMBEDDING_MODEL", settings.llm_embedding_model)
    return Models(
        quality=OpenAICompatible(endpoint, target.quality, timeouts),
        fast=OpenAICompatible(endpoint, target.fast, timeouts),
        embedder=OpenAIEmbedder(endpoint, embedding, timeouts) if embedding else None,
    )


def _word(name: str, value: str | None) -> str | None:
    """Return a setting without surrounding spaces; None for an empty one."""
    word = (value or "").strip()
    if not (word.isascii() and word.isprintable()) or " " in word:
        raise Misconfigured(f"{name} must be plain letters, digits and signs without spaces.")
    return word or None


def _url(name: str, value: str | None) -> str | None:
    url = _word(name, value)
    if url is None:
        return None
    invalid = Misconfigured(
        f"{name} must be an address such as http://127.0.0.1:11434/v1, "
        "without user, password, query or fragment."
    )
    try:
        parts = urlsplit(url)
        valid = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        raise invalid from None
    if not valid or parts.username is not None or parts.query or parts.fragment:
        raise invalid
    return url
