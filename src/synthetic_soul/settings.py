"""``Settings``, read once from the environment and ``.env``.

Fields are named like the environment variables, in lower case. ``.env.example`` documents every
setting; a test compares the two.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import limits
from platformdirs import user_data_path
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from synthetic_soul.errors import Misconfigured

DATABASE_FILE = "soul.db"
Seconds = Annotated[float, Field(gt=0, le=31_536_000)]


class Settings(BaseSettings):
    """All settings; the defaults need nothing but Python."""

    model_config = SettingsConfigDict(
        env_file=".env", extra="ignore", frozen=True, env_ignore_empty=False, populate_by_name=True
    )

    bot_name: str = Field("", description="the active agent, by id or name")
    soul: Path | None = Field(
        None, description="a soul of any format (file or folder) to serve besides the shipped ones"
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("synthetic-soul", appauthor=False),
        description="folder of the journal, the secrets and your souls",
    )

    openai_api_key: SecretStr = Field(
        SecretStr(""), description="OpenAI's key, to speak through its models"
    )
    gpt_fast_model: str = Field("", description="OpenAI model for reflection")
    gpt_quality_model: str = Field("", description="OpenAI model for replies and thoughts")
    deepseek_base_url: str = Field("", description="another address of DeepSeek's API")
    deepseek_api_key: SecretStr = Field(
        SecretStr(""), description="DeepSeek's key, to speak through its models"
    )
    deepseek_model: str = Field("", description="DeepSeek model for everything")
    llm_base_url: str = Field("", description="any OpenAI-compatible API (Ollama, vLLM, …)")
    llm_api_key: SecretStr = Field(SecretStr(""), description="its key, if it needs one")
    llm_model: str = Field("", description="its model for replies and thoughts")
    llm_fast_model: str = Field("", description="its model for reflection")
    llm_timeout: Seconds = Field(60, description="seconds for one reply, retries included")

    mongo_connection: SecretStr = Field(
        SecretStr(""), description="store everything in MongoDB, for any number of processes"
    )
    database_name: str = Field("synthetic_soul", description="name of the MongoDB database")
    redis_url: SecretStr = Field(
        SecretStr(""), description="notify workers through Redis (soul worker, rq worker)"
    )
    redis_tls_url: SecretStr = Field(SecretStr(""), description="the same, over TLS")

    web_ui_domain: str = Field("", description="origins that may call the API, separated by commas")
    jwt_secret: SecretStr = Field(SecretStr(""), description="signs access tokens, 32+ characters")
    password_pepper: SecretStr = Field(
        SecretStr(""), description="a secret that is hashed with every password"
    )
    jwt_aud: str = Field("synthetic-soul", description="audience claim")
    jwt_iss: str = Field("synthetic-soul-api", description="issuer claim")
    access_token_ttl: int = Field(
        900, ge=10, le=86_400, description="seconds that an access token lasts"
    )
    refresh_token_ttl: int = Field(
        604_800, ge=60, le=31_536_000, description="seconds that a session lasts without use"
    )
    guest_ttl: int = Field(2_592_000, ge=60, description="seconds until an idle guest is erased")
    secure_cookies: bool | None = Field(
        None, description="cookies over HTTPS only; unset: yes beyond loopback"
    )

    emotional_decay_rate: Seconds = Field(
        240, description="seconds between updates of live feelings"
    )
    thinking_rate: Seconds = Field(300, description="seconds between chances to think")
    thought_budget: int = Field(
        48, ge=0, description="thoughts per day, each at most one model call"
    )
    person_budget: int = Field(0, ge=0, description="model calls per person and day; 0: no limit")
    message_retention: int = Field(
        10, ge=1, le=100, description="latest lines of the conversation in the brief"
    )
    sweep_rate: Seconds = Field(5, description="seconds between sweeps for unanswered messages")

    rate_limit_guest: str = Field("30/minute", description="new guests per address")
    rate_limit_submit: str = Field("60/minute", description="messages per person")
    rate_limit_poll: str = Field("120/minute", description="job queries per person")
    rate_limit_login: str = Field("20/minute", description="logins per address")
    rate_limit_claim: str = Field("10/minute", description="claims per address")
    rate_limit_agents: str = Field("20/minute", description="uploads of agents per operator")

    host: str = Field("127.0.0.1", description="address to serve on")
    port: int = Field(8000, ge=0, le=65_535, description="port to serve on")
    log_level: str = Field("info", description="debug, info, warning or error")

    @field_validator(
        "rate_limit_guest",
        "rate_limit_submit",
        "rate_limit_poll",
        "rate_limit_login",
        "rate_limit_claim",
        "rate_limit_agents",
    )
    @classmethod
    def _check_rate(cls, value: str) -> str:
        if value.strip():
            try:
                limits.parse(value)
            except ValueError:
                msg = "write it as 60/minute or 5 per second, or leave it empty for no limit"
                raise ValueError(msg) from None
        return value.strip()

    @property
    def database(self) -> Path:
        """The SQLite file."""
        return self.data_dir / DATABASE_FILE

    @property
    def storage(self) -> str:
        """A description of the store for people, without a password."""
        mongo = bool(self.mongo_connection.get_secret_value())
        return f"MongoDB, database {self.database_name}" if mongo else str(self.database)

    @property
    def redis(self) -> str:
        """The URL of Redis, over TLS if that URL is given; "" for none."""
        return self.redis_tls_url.get_secret_value() or self.redis_url.get_secret_value()

    @property
    def loopback(self) -> bool:
        """Whether only this machine can reach the server."""
        return self.host in {"127.0.0.1", "::1", "localhost"} or self.host.startswith("127.")

    @property
    def origins(self) -> list[str]:
        """The origins in ``web_ui_domain``, with https:// where they have no scheme."""
        names = (part.strip().rstrip("/") for part in self.web_ui_domain.split(","))
        return [name if "://" in name else f"https://{name}" for name in names if name]


def read_settings(**overrides: object) -> Settings:
    """Read the environment and ``.env``; ``Misconfigured`` names each bad setting."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]  # pydantic checks them
    except ValidationError as error:
        raise Misconfigured("; ".join(_explain(error.errors(include_input=False)))) from None


def _explain(errors: Iterable[ErrorDetails]) -> list[str]:
    return [f"{'.'.join(map(str, error['loc'])).upper()}: {error['msg']}" for error in errors]


def example() -> str:
    """Return the text of ``.env.example``: every setting and its default, commented out."""
    lines = ["# Every setting, with its default. Nothing need be set.", ""]
    for name, field in Settings.model_fields.items():
        default = "" if field.default_factory is not None else field.default
        if isinstance(default, SecretStr):
            default = default.get_secret_value()
        shown = "" if default is None else str(default)
        lines += [f"# {field.description}", f"#{name.upper()}={shown}", ""]
    return "\n".join(lines)


if __name__ == "__main__":
    print(example(), end="")  # noqa: T201 - prints the file's content
