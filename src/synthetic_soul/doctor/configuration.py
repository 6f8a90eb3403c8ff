"""Settings: misspelt, contradicting, without effect, or unsafe."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from pydantic import SecretStr

from synthetic_soul.api.origins import read_origin
from synthetic_soul.auth.secrets import HOW_TO_SET, weakness
from synthetic_soul.doctor.findings import Finding
from synthetic_soul.doctor.name_suggestions import unknown_names
from synthetic_soul.env_file import ENV_FILE, read_env_file
from synthetic_soul.errors import Misconfigured
from synthetic_soul.networks import DEFAULT_PORTS
from synthetic_soul.settings import Settings, variables

CHECK: Final = "settings"
OTHERS_MAY_READ: Final = 0o044
# A setting, and those of which it needs one to have any effect.
_NEEDS: Final = {
    "llm_model": ("llm_base_url",),
    "llm_fast_model": ("llm_base_url",),
    "llm_api_key": ("llm_base_url",),
    "gpt_quality_model": ("openai_api_key",),
    "gpt_fast_model": ("openai_api_key",),
    "deepseek_model": ("deepseek_api_key",),
    "deepseek_base_url": ("deepseek_api_key",),
    "database_name": ("mongo_connection",),
}


def shown_settings(settings: Settings) -> list[dict[str, str]]:
    """Return name, value (a secret's is "set") and source of each setting."""
    try:
        places = {name: place for name, (_, place) in variables().items()}
    except Misconfigured:
        places = {name: place for name, (_, place) in variables(lines=[]).items()}
    return [
        {
            "name": name.upper(),
            "value": _shown(getattr(settings, name)),
            "source": places.get(name, "default"),
        }
        for name in Settings.model_fields
    ]


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return "set" if value.get_secret_value() else ""
    return "" if value is None else str(value)


def examine_settings(settings: Settings, faults: list[str]) -> Iterator[Finding]:
    """Yield what is wrong with the settings; ``faults`` are those that could not be read."""
    found = [Finding(CHECK, fault, "set it as the line says") for fault in faults]
    found += [*_misspelt(), *_without_effect(settings), *_origins(settings), *_cookies(settings)]
    yield from found
    if not found:
        yield Finding(CHECK, "every setting is known and valid")
    yield from examine_secrets(settings)


def _misspelt() -> Iterator[Finding]:
    try:
        lines = read_env_file()
    except Misconfigured:
        lines = []  # its own finding
    for name, place, meant in unknown_names(lines, os.environ):
        hint = f"did you mean {meant}?" if meant else "remove it, or see .env.example for the names"
        yield Finding(CHECK, f"{name} ({place}) is no setting", hint)


def _without_effect(settings: Settings) -> Iterator[Finding]:
    for name, needed in _NEEDS.items():
        if _is_set(settings, name) and not any(_is_set(settings, other) for other in needed):
            others = " or ".join(other.upper() for other in needed)
            yield Finding(
                CHECK,
                f"{name.upper()} is set and has no effect without {others}",
                f"set {others}, or unset {name.upper()}",
            )


def _is_set(settings: Settings, name: str) -> bool:
    value = getattr(settings, name)
    plain = value.get_secret_value() if isinstance(value, SecretStr) else value
    default = Settings.model_fields[name].default
    return bool(plain) and plain != default


def _origins(settings: Settings) -> Iterator[Finding]:
    for origin in settings.origins:
        if not _is_origin(origin):
            yield Finding(
                CHECK,
                "WEB_UI_DOMAIN holds what is no origin of a page",
                "write origins such as https://chat.example.com, separated by commas",
            )


def _is_origin(text: str) -> bool:
    origin = read_origin(text)
    has_more = not set("/?#*").isdisjoint(text.partition("://")[2])
    return origin is not None and origin.scheme in DEFAULT_PORTS and not has_more


def _cookies(settings: Settings) -> Iterator[Finding]:
    schemes = {urlsplit(origin).scheme for origin in settings.origins}
    if settings.secure_cookies is False and "https" in schemes:
        yield Finding(
            "cookies",
            "SECURE_COOKIES is false, and pages over HTTPS use the API",
            "unset SECURE_COOKIES, so that the cookies never travel over plain HTTP",
        )
    if settings.secure_cookies and "http" in schemes:
        yield Finding(
            "cookies",
            "SECURE_COOKIES is true, and pages over plain HTTP would never get the cookies",
            "serve these pages over HTTPS, or set SECURE_COOKIES=false",
        )


def examine_secrets(settings: Settings) -> Iterator[Finding]:
    """Yield weak secrets, and files of secrets that others may read."""
    found = [*_weak(settings), *_readable_by_others(settings)]
    yield from found or [Finding("secrets", "no secret is weak or readable by others")]


def _weak(settings: Settings) -> Iterator[Finding]:
    for name in ("jwt_secret", "password_pepper"):
        value = getattr(settings, name).get_secret_value().strip()
        reason = weakness(value)
        if reason is not None and (value or not settings.loopback):
            beyond = "" if settings.loopback else ", and HOST is reachable from other machines"
            yield Finding("secrets", f"{name.upper()} {reason}{beyond}", HOW_TO_SET)


def _readable_by_others(settings: Settings) -> Iterator[Finding]:
    secret_files = [settings.data_dir / name for name in ("jwt_secret", "password_pepper")]
    if _holds_secrets(ENV_FILE):
        secret_files.append(ENV_FILE)
    for path in secret_files:
        if os.name == "posix" and path.is_file() and path.stat().st_mode & OTHERS_MAY_READ:
            yield Finding(
                "secrets", f"{path} can be read by other users of this machine", f"chmod 600 {path}"
            )


def _holds_secrets(path: Path) -> bool:
    try:
        lines = read_env_file(path)
    except Misconfigured:
        return False
    fields = Settings.model_fields
    secret = {name for name, field in fields.items() if isinstance(field.default, SecretStr)}
    return any(line.value and line.name.lower() in secret for line in lines)
