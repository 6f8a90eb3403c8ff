"""How one provider's API differs from another's."""

from dataclasses import dataclass
from typing import Literal

Mode = Literal["json_schema", "json_object", "prompt"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """A provider's dialect of the API, and the settings that lead to it.

    ``modes`` are the ways it gives structured answers, the best first; ``limit_field`` is its
    name for the bound on the reply's tokens; ``usage_in_stream`` means that it accepts
    ``stream_options.include_usage``. ``key_setting``, ``model_setting`` and ``url_setting`` name
    the settings that an operator mends.
    """

    name: str
    modes: tuple[Mode, ...]
    limit_field: str = "max_tokens"
    usage_in_stream: bool = False
    key_setting: str = "LLM_API_KEY"
    model_setting: str = "LLM_MODEL"
    url_setting: str = "LLM_BASE_URL"
