"""``Settings``, read once from the environment and ``.env``.

Fields are named like the environment variables, in lower case. ``.env.example`` documents every
setting; a test compares the two. Values are taken as people write them: see ``plain_value``; an
empty one means that the setting is not set.
"""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Final, Literal

import limits
from platformdirs import user_data_path
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)
from typing_extensions import override

from synthetic_soul.env_file import ENV_FILE, EnvLine, read_env_file
from synthetic_soul.errors import Misconfigured
from synthetic_soul.networks import Network, read_networks

DATABASE_FILE = "soul.db"
DEFAULT_CONTEXT = 8_192
"""Tokens of context that are assumed of a model; small local ones are started with as many."""
LOG_LEVELS: Final = ("debug", "info", "warning", "error", "critical")
_QUOTES: Final = ('""', "''", "“”", "„“", "‘’", "«»")
_COMMENT: Final = re.compile(r"""(?P<value>"[^"]*"|'[^']*'|[^"'\[\]{}]*?)\s+\#.*""", re.DOTALL)
"""A value and the comment after it, as ``docker run --env-file`` passes them on."""
ANY_HOST: Final = "*"
_HOST_NAME: Final = re.compile(r"(?:\*\.)?[\w-]+(?:\.[\w-]+)*(?::\d+)?|\[[0-9a-f:.]+\](?::\d+)?")
_VARIABLE: Final = re.compile(r"\$(?:\w+|\{\w*\})|%\w+%")


def _expanded(value: object) -> object:
    """Return a path with ``~`` and variables replaced; ``ValueError`` if one has no value."""
    if not isinstance(value, str | Path) or not str(value):
        return value
    text = str(value)
    if any(char < " " for char in text):
        raise ValueError("it holds a control character; write a path with \\ in single quotes")
    if not Path(text).exists():
        text = os.path.expandvars(text)
        missing = _VARIABLE.search(text)
        if missing is not None:
            raise ValueError(f"the variable {missing[0]} in it is not set; write the path in full")
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ValueError(
            "there is no home folder for the ~ in it; write the path in full"
        ) from None


def _no_file(value: Path) -> Path:
    if value.is_file():
        raise ValueError(f"{value} is a file; name a folder, which is made where it is missing")
    return value


def _rate(value: str) -> str:
    if value.strip():
        try:
            limits.parse(value)
        except ValueError:
            msg = "write it as 60/minute or 5 per second, or leave it empty for no limit"
            raise ValueError(msg) from None
    return value.strip()


def _log_level(value: str) -> str:
    level = value.strip().lower()
    level = {"warn": "warning", "fatal": "critical"}.get(level, level)
    if level not in LOG_LEVELS:
        raise ValueError(f"write one of {', '.join(LOG_LEVELS)}")
    return level


def _country(value: str) -> str:
    country = value.strip().upper()
    if country and re.fullmatch("[A-Z]{2}", country) is None:
        raise ValueError("write a country as two letters of ISO 3166, such as DE, GB or BR")
    return country


def _lower(value: object) -> object:
    return value.strip().lower() if isinstance(value, str) else value


def _host(value: str) -> str:
    host = value.strip().removeprefix("[").removesuffix("]")
    if "/" in host or " " in host or host.count(":") == 1:
        raise ValueError("write an address or a host name alone, such as 127.0.0.1; PORT is apart")
    return host


def _host_names(value: str) -> list[str]:
    """Return the names in a list separated by commas, in lower case, without scheme and port."""
    items = (item.strip().lower() for item in value.split(","))
    return [_host_name(item) for item in items if item]


def _host_name(item: str) -> str:
    if item == ANY_HOST:
        return item
    host = (item.partition("://")[2] or item).rstrip("/").removesuffix(".")
    host = f"*{host}" if host.startswith(".") else host
    if _HOST_NAME.fullmatch(host) is None:
        raise ValueError(f"{item} is no host name; write such as soul.example.org, *.example.org")
    return re.sub(r":\d+$", "", host)


def _hosts(value: str) -> str:
    _host_names(value)
    return value.strip()


def _networks(value: str) -> str:
    read_networks(value)
    return value.strip()


def _root_path(value: str) -> str:
    path = value.strip().strip("/")
    if not path:
        return ""
    if not re.fullmatch(r"[\w.~-]+(?:/[\w.~-]+)*", path, re.ASCII) or ".." in path:
        raise ValueError("write a path alone, such as /soul, in letters, digits and . _ ~ -")
    return f"/{path}"


class _MayBeEmpty:
    """Marks a setting for which an empty value means something else than the default."""


Seconds = Annotated[float, Field(gt=0, le=31_536_000)]
ExpandedPath = Annotated[Path, BeforeValidator(_expanded)]
RateLimit = Annotated[str, AfterValidator(_rate), _MayBeEmpty()]


def _platform_folder() -> Path:
    with suppress(RuntimeError):  # there is neither HOME nor an entry for the user
        folder = user_data_path("synthetic-soul", appauthor=False)
        if folder.is_absolute():
            return folder
    raise Misconfigured(
        "DATA_DIR is not set, and this user has no home folder: set DATA_DIR to a folder that can "
        "be written"
    )


class Settings(BaseSettings):
    """All settings; the defaults need nothing but Python."""

    model_config = SettingsConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    bot_name: str = Field("", description="the active agent, by id or name of a soul in a file")
    soul: ExpandedPath | None = Field(
        None, description="a soul of any format (file or folder) to serve besides the shipped ones"
    )
    data_dir: Annotated[ExpandedPath, AfterValidator(_no_file)] = Field(
        default_factory=_platform_folder,
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
    llm_embedding_model: str = Field(
        "", description="embedding model of the provider in use, to recall lines by their meaning"
    )
    llm_parallel: int = Field(
        1, ge=1, le=1024, description="requests its server answers at once; side work waits for one"
    )
    llm_context: int = Field(
        DEFAULT_CONTEXT,
        ge=1_024,
        le=100_000_000,
        description="tokens that the model takes in, prompt and reply together",
    )
    llm_max_tokens: int | None = Field(
        None,
        ge=16,
        le=10_000_000,
        description="tokens of a reply, reasoning included; unset: a quarter of LLM_CONTEXT, "
        "4096 at most",
    )
    llm_timeout: Seconds = Field(60, description="seconds for one reply, retries included")
    llm_temperature: float | None = Field(
        None, ge=0, le=2, description="sampling temperature; unset: the provider's own"
    )
    llm_top_p: float | None = Field(
        None, gt=0, le=1, description="nucleus sampling; unset: the provider's own"
    )
    llm_stop: str = Field(
        "", description="texts that end a reply, by commas or as a JSON list; 4 at most"
    )
    llm_extra_body: str = Field("", description="a JSON object, added to the body of every request")
    llm_extra_headers: SecretStr = Field(
        SecretStr(""), description="a JSON object, added to the headers of every request"
    )

    mongo_connection: SecretStr = Field(
        SecretStr(""), description="store everything in MongoDB, for any number of processes"
    )
    database_name: str = Field("synthetic_soul", description="name of the MongoDB database")
    redis_url: SecretStr = Field(
        SecretStr(""), description="notify workers through Redis (soul worker)"
    )
    redis_tls_url: SecretStr = Field(SecretStr(""), description="the same, over TLS")

    web_ui_domain: str = Field("", description="origins that may call the API, separated by commas")
    allowed_hosts: Annotated[str, AfterValidator(_hosts)] = Field(
        "",
        description="names under which the server is asked, separated by commas, such as "
        "soul.example.org or *.example.org; * for any. Addresses, localhost, this machine's name "
        "and WEB_UI_DOMAIN count anyway; unset: and what a trusted proxy says",
    )
    trusted_proxies: Annotated[str, AfterValidator(_networks)] = Field(
        "",
        description="addresses and networks of proxies whose X-Forwarded-* and Forwarded count, "
        "separated by commas, such as 127.0.0.1; * for any; unset: none",
    )
    forwarded_allow_ips: Annotated[str, AfterValidator(_networks)] = Field(
        "", description="the same under uvicorn's name; counts where TRUSTED_PROXIES is unset"
    )
    root_path: Annotated[str, AfterValidator(_root_path)] = Field(
        "", description="path under which a proxy serves everything, such as /soul"
    )
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
        None, description="cookies over HTTPS only; unset: for those who come over HTTPS"
    )

    inner_life: Annotated[Literal["shared", "private"], BeforeValidator(_lower)] = Field(
        "shared",
        description="shared: everybody sees one mood; private: each sees feelings that their own "
        "talk alone has moved",
    )
    helpline_country: Annotated[str, AfterValidator(_country)] = Field(
        "",
        description="country whose helplines are named to somebody in danger, as two letters (DE), "
        "where theirs is not known",
    )
    emotional_decay_rate: Seconds = Field(
        240, description="seconds between updates of live feelings"
    )
    thinking_rate: Seconds = Field(300, description="seconds between chances to think")
    thought_budget: int = Field(
        48, ge=0, description="thoughts per day, each at most one model call"
    )
    person_budget: int = Field(0, ge=0, description="model calls per person and day; 0: no limit")
    address_budget: int = Field(
        2_000, ge=0, description="model calls a day for the guests of one address; 0: no limit"
    )
    guest_budget: int = Field(
        10_000, ge=0, description="model calls a day for all guests together; 0: no limit"
    )
    message_retention: int = Field(
        10,
        ge=1,
        le=100,
        description="latest lines of the conversation in the brief; unset: with a model, as many "
        "as LLM_CONTEXT holds",
    )
    sweep_rate: Seconds = Field(5, description="seconds between sweeps for unanswered messages")

    rate_limit_guest: RateLimit = Field("30/minute", description="new guests per address")
    rate_limit_submit: RateLimit = Field("60/minute", description="messages per person")
    rate_limit_poll: RateLimit = Field(
        "120/minute", description="job queries and event streams per person"
    )
    rate_limit_login: RateLimit = Field("20/minute", description="logins per address")
    rate_limit_claim: RateLimit = Field("10/minute", description="claims per address")
    rate_limit_export: RateLimit = Field("10/minute", description="exports per person")
    rate_limit_agents: RateLimit = Field("20/minute", description="uploads of agents per operator")

    host: Annotated[str, AfterValidator(_host)] = Field(
        "127.0.0.1", description="address to serve on"
    )
    port: int = Field(8000, ge=0, le=65_535, description="port to serve on")
    log_level: Annotated[str, AfterValidator(_log_level)] = Field(
        "info", description="debug, info, warning or error"
    )

    @classmethod
    @override
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, _Variables(settings_cls, os.environ)

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
        if self.host.lower() in {"localhost", "ip6-localhost", "ip6-loopback"}:
            return True
        with suppress(ValueError):
            address = ip_address(self.host)
            return (getattr(address, "ipv4_mapped", None) or address).is_loopback
        return False

    @property
    def proxy_networks(self) -> list[Network]:
        """The networks of trusted proxies."""
        return read_networks(self.trusted_proxies or self.forwarded_allow_ips)

    @property
    def hosts(self) -> list[str]:
        """The names in ``allowed_hosts``, in lower case; ``*`` among them allows any."""
        return _host_names(self.allowed_hosts)

    @property
    def origins(self) -> list[str]:
        """The origins in ``web_ui_domain``, with https:// where they have no scheme."""
        names = (part.strip().rstrip("/") for part in self.web_ui_domain.split(","))
        return [name if "://" in name else f"https://{name}" for name in names if name]


class _Variables(EnvSettingsSource):
    """Values of settings out of variables, in whatever case these are named."""

    def __init__(self, settings_cls: type[BaseSettings], variables: Mapping[str, str]) -> None:
        self._variables = variables
        super().__init__(settings_cls)

    @override
    def _load_env_vars(self) -> Mapping[str, str | None]:
        fields = self.settings_cls.model_fields
        found: dict[str, str | None] = {}
        for name in sorted(self._variables, reverse=True):  # capitals last: they win
            field = fields.get(name.lower())
            if field is not None and (value := self._value(name, field)) is not None:
                found[name.lower()] = value
        return found

    def _value(self, name: str, field: FieldInfo) -> str | None:
        value = plain_value(self._variables[name])
        return value if value or _may_be_empty(field) else None


def _may_be_empty(field: FieldInfo) -> bool:
    return any(isinstance(mark, _MayBeEmpty) for mark in field.metadata)


def plain_value(text: str) -> str:
    """Return a value without the spaces and the one pair of quotes around it."""
    text = text.strip().strip("\u200b\ufeff")
    for start, end in _QUOTES:
        if len(text) > 1 and text.startswith(start) and text.endswith(end):
            return text[1:-1].strip()
    return text


def _without_comment(name: str, value: str) -> str:
    """Return the value without a comment behind it; in secrets and paths a # may be their own."""
    field = Settings.model_fields.get(name.lower())
    if field is None or field.annotation not in {str, int, float, bool, bool | None, float | None}:
        return value
    comment = _COMMENT.fullmatch(value)
    return comment["value"] if comment else value


def variables(
    environ: Mapping[str, str] | None = None, lines: Iterable[EnvLine] | None = None
) -> dict[str, tuple[str, str]]:
    """Return the value and the place of each setting that the environment or ``.env`` sets.

    By default the process's own environment and the ``.env`` of its folder. Places are
    "environment" and ".env line 3". ``Misconfigured`` if the file cannot be read.
    """
    fields = Settings.model_fields
    found: dict[str, tuple[str, str]] = {}

    def put(name: str, value: str, place: str) -> None:
        field = fields.get(name.lower())
        if field is not None and (plain_value(value) or _may_be_empty(field)):
            found[name.lower()] = value, place

    for line in read_env_file() if lines is None else lines:
        put(line.name, line.value, f"{ENV_FILE} line {line.line}")
    environ = os.environ if environ is None else environ
    for name in sorted(environ, reverse=True):
        put(name, _without_comment(name, environ[name]), "environment")
    return found


def read_settings(**overrides: object) -> Settings:
    """Read the environment and ``.env``; ``Misconfigured`` names each bad setting, one a line.

    An override that is an empty text counts as not given.
    """
    found = variables()
    given = {name: value for name, value in overrides.items() if value != ""}
    places = {name: place for name, (_, place) in found.items()} | dict.fromkeys(given, "option")
    try:
        raw = _Variables(Settings, {name: value for name, (value, _) in found.items()})
        return Settings(**{**raw(), **given})
    except ValidationError as error:
        raise Misconfigured(
            "\n".join(_explain(error.errors(include_input=False), places))
        ) from None
    except SettingsError as error:
        raise Misconfigured(_not_json(error)) from None


def read_sound_settings() -> tuple[Settings, list[str]]:
    """Read as ``read_settings`` does, with the default for what is wrong; and a line for each."""
    faults: list[str] = []
    lines: list[EnvLine] = []
    with _noted(faults):
        lines = read_env_file()
    found = variables(lines=lines)
    given: dict[str, object] = {} if "data_dir" in found else {"data_dir": Path()}
    with _noted(faults):
        _platform_folder()
        given.pop("data_dir", None)
    while True:
        settings, wrong = _tried(found, given, faults)
        if settings is not None:
            return settings, faults
        for name in wrong:
            del found[name]
            given[name] = Settings.model_fields[name].get_default(
                call_default_factory=True, validated_data={}
            )


@contextmanager
def _noted(faults: list[str]) -> Iterator[None]:
    """Append the message of a ``Misconfigured`` instead of raising it."""
    try:
        yield
    except Misconfigured as error:
        faults.append(error.message)


def _tried(
    found: Mapping[str, tuple[str, str]], given: Mapping[str, object], faults: list[str]
) -> tuple[Settings | None, set[str]]:
    """Return the settings; else note the faults and return the names of the wrong ones."""
    try:
        raw = _Variables(Settings, {name: value for name, (value, _) in found.items()})
        return Settings(**{**raw(), **given}), set()
    except ValidationError as error:
        errors = error.errors(include_input=False)
        faults += _explain(errors, {name: place for name, (_, place) in found.items()})
        wrong = {str(each["loc"][0]) for each in errors if each["loc"]} & found.keys()
    except SettingsError as error:
        faults.append(_not_json(error))
        wrong = {faults[-1].partition(" ")[0].lower()} & found.keys()
    if not wrong:
        raise Misconfigured("; ".join(faults))
    return None, wrong


def _not_json(error: SettingsError) -> str:
    named = re.search(r'field "(\w+)"', str(error))
    return f"{named[1].upper() if named else 'a setting'} cannot be read: write JSON"


_MENDS: Final = {  # by the beginning of pydantic's name for the error
    "bool": "write true or false",
    "float": "write a number without a unit",
    "int": "write a whole number without a unit",
    "json": "write JSON",
}


def _explain(errors: Iterable[ErrorDetails], places: Mapping[str, str]) -> Iterator[str]:
    """Yield a line for each error: setting, place, what is right, meaning; never the value."""
    for error in errors:
        message = error["msg"].removeprefix("Value error, ")
        if not error["loc"]:
            yield message
            continue
        name = str(error["loc"][0])
        field = Settings.model_fields[name]
        kind = error["type"].partition("_")[0]
        right = "write" if kind == "literal" else "write a number"
        mend = _MENDS.get(kind, message.replace("Input should be", right))
        has_example = kind in {"int", "float"} and field.default is not None
        example = f", such as {field.default}" if has_example else ""
        place = f" ({places[name]})" if name in places else ""
        yield f"{name.upper()}{place}: {mend}{example}; it is: {field.description}"


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
