"""How one provider's API differs from another's, and what an operator adds to every request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Mode = Literal["json_schema", "json_object", "prompt"]
RequestBody = dict[str, object]

MAX_STOPS: Final = 4
"""The texts in ``stop`` that the API takes at most; more are refused."""


@dataclass(frozen=True, slots=True)
class Dialect:
    """A provider's dialect of the API, and the settings that lead to it.

    ``modes`` are the ways it gives structured answers, the best first; ``limit_field`` is its
    name for the bound on the reply's tokens; ``usage_in_stream`` means that it accepts
    ``stream_options.include_usage``. ``separates_reasoning`` means that reasoning never stands in
    the text of its answers. ``key_setting``, ``model_setting`` and ``url_setting`` name the
    settings that an operator mends.
    """

    name: str
    modes: tuple[Mode, ...]
    limit_field: str = "max_tokens"
    usage_in_stream: bool = False
    separates_reasoning: bool = False
    key_setting: str = "LLM_API_KEY"
    model_setting: str = "LLM_MODEL"
    url_setting: str = "LLM_BASE_URL"


@dataclass(frozen=True, slots=True)
class CallOptions:
    """What an operator adds to every request; nothing by default.

    ``stop`` is for replies alone, since it could end a structured answer anywhere.
    """

    temperature: float | None = None
    top_p: float | None = None
    stop: tuple[str, ...] = ()
    extra_body: Mapping[str, object] = field(default_factory=dict)
    extra_headers: Mapping[str, str] = field(default_factory=dict, repr=False)

    def fields(self) -> RequestBody:
        """Return the fields that every request carries."""
        sampling = {"temperature": self.temperature, "top_p": self.top_p}
        return {name: value for name, value in sampling.items() if value is not None}
