"""Which providers there are, and which one the settings choose.

A provider is a row of ``PROVIDERS``; the first row that finds its settings is taken.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from synthetic_soul.errors import Misconfigured
from synthetic_soul.llm.base import Model
from synthetic_soul.llm.structured import Mode
from synthetic_soul.llm.text_stream import Limits


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """What the environment says about models; an empty value is one that is not set.

    Each field is the environment variable of the same name in capitals, but for the two times,
    which are in seconds: ``timeout`` caps any call, ``idle_timeout`` the silence within a stream.
    """

    llm_base_url: str | None = None
    llm_api_key: str | None = field(default=None, repr=False)
    llm_model: str | None = None
    llm_fast_model: str | None = None
    openai_api_key: str | None = field(default=None, repr=False)
    gpt_fast_model: str | None = None
    gpt_quality_model: str | None = None
    deepseek_api_key: str | None = field(default=None, repr=False)
    deepseek_base_url: str | None = None
    deepseek_model: str | None = None
    timeout: float = 60.0
    idle_timeout: float = 20.0


@dataclass(frozen=True, slots=True)
class Target:
    """Where to ask, with what key, and which two models."""

    base_url: str
    api_key: str | None = field(repr=False)
    quality: str
    fast: str


@dataclass(frozen=True, slots=True)
class Provider:
    """What is particular about a provider.

    ``target`` finds its settings, or None. ``modes`` are the ways it gives structured answers,
    the best first; ``limit_field`` is its name for the bound on the reply's tokens;
    ``usage_in_stream`` tells that it takes ``stream_options.include_usage``.
    """

    name: str
    target: Callable[[ModelSettings], Target | None]
    modes: tuple[Mode, ...]
    limit_field: str = "max_tokens"
    usage_in_stream: bool = False


@dataclass(frozen=True, slots=True)
class Models:
    """The model that speaks and the cheaper one for side work; they share their connections."""

    quality: Model
    fast: Model

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
    Provider("compatible", _compatible, modes=("json_schema", "json_object", "prompt")),
    Provider(
        "openai",
        _openai,
        modes=("json_schema", "json_object"),
        limit_field="max_completion_tokens",
        usage_in_stream=True,
    ),
    Provider("deepseek", _deepseek, modes=("json_object",), usage_in_stream=True),
)
"""In order of precedence."""


def choose(settings: ModelSettings) -> tuple[Provider, Target] | None:
    """Return the provider the settings ask for, or None where they ask for none.

    Raises ``Misconfigured``, which names the variable and what would do, never its value.
    """
    for provider in PROVIDERS:
        target = provider.target(settings)
        if target is not None:
            return provider, target
    return None


def build(settings: ModelSettings) -> Models | None:
    """Return the models the settings ask for, or None; raises ``Misconfigured``."""
    chosen = choose(settings)
    if chosen is None:
        return None
    for name, seconds in (("timeout", settings.timeout), ("idle timeout", settings.idle_timeout)):
        if not 0 < seconds < float("inf"):
            raise Misconfigured(f"The model's {name} must be a number of seconds above 0.")
    provider, target = chosen
    # Loaded here: without a model, its library stays out of memory.
    from synthetic_soul.llm.openai_compatible import Endpoint, OpenAICompatible  # noqa: PLC0415

    try:
        endpoint = Endpoint(provider, base_url=target.base_url, api_key=target.api_key)
    except ImportError as missing:
        raise Misconfigured(
            f"A model is configured ({provider.name}) and its library is not installed: "
            "run `pip install openai`, or unset the model's variables."
        ) from missing
    limits = Limits(total=settings.timeout, idle=settings.idle_timeout)
    return Models(
        quality=OpenAICompatible(endpoint, target.quality, limits),
        fast=OpenAICompatible(endpoint, target.fast, limits),
    )


def _word(name: str, value: str | None) -> str | None:
    """Return a setting without the spaces around it; None for an empty one."""
    word = (value or "").strip()
    if not (word.isascii() and word.isprintable()) or " " in word:
        raise Misconfigured(f"{name} must be plain letters, digits and signs without spaces.")
    return word or None


def _url(name: str, value: str | None) -> str | None:
    url = _word(name, value)
    if url is None:
        return None
    wrong = Misconfigured(
        f"{name} must be an address such as http://127.0.0.1:11434/v1, "
        "without user, password, query or fragment."
    )
    try:
        parts = urlsplit(url)
        sound = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        raise wrong from None
    if not sound or parts.username is not None or parts.query or parts.fragment:
        raise wrong
    return url
