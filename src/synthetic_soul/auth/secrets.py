"""The two secrets: the key that signs access tokens, and the pepper of passwords.

They come from JWT_SECRET and PASSWORD_PEPPER. On loopback a secret that is missing, short or a
published example is replaced by one generated in DATA_DIR (mode 0600), so that an empty
environment works and no two machines share a secret. Beyond loopback each must be set and strong:
otherwise ``Misconfigured``, with what to do.

Processes that share a MongoDB must agree. There a generated secret is only a proposal: the first
one is stored in the database and used by all.
"""

import os
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import structlog
from pydantic import SecretStr

from synthetic_soul.errors import Misconfigured
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Store

SIGNING, PEPPER = "jwt_secret", "password_pepper"
MIN_SECRET_CHARS = 32  # as many as HS256 has bytes
MIN_DISTINCT_CHARS = 10  # fewer is a pattern, not chance
GENERATED_BYTES = 48
PLACEHOLDERS = (
    "your-",
    "your_",
    "changeme",
    "change-me",
    "change_me",
    "example",
    "password",
    "s3cr3t",
)
HOW_TO_SET = 'set it to the output of: python -c "import secrets; print(secrets.token_urlsafe(48))"'

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Secrets:
    """The secrets in use, left out of the repr."""

    signing: bytes = field(repr=False)
    pepper: bytes = field(repr=False)


def read_secrets(settings: Settings) -> Secrets:
    """Read the secrets from the settings or DATA_DIR; ``Misconfigured`` names a bad one."""
    return Secrets(
        signing=_secret(settings, SIGNING, settings.jwt_secret),
        pepper=_secret(settings, PEPPER, settings.password_pepper),
    )


async def agree_on_secrets(proposed: Secrets, settings: Settings, store: Store) -> Secrets:
    """Return the secrets that all processes of the store use; those of the settings win.

    ``Misconfigured`` names a bad one in the store; ``Unavailable`` if the store is.
    """
    if not settings.mongo_connection.get_secret_value():
        return proposed  # one process has one file, and its own secrets
    return Secrets(
        signing=await _agreed(store, SIGNING, settings.jwt_secret, proposed.signing),
        pepper=await _agreed(store, PEPPER, settings.password_pepper, proposed.pepper),
    )


def weakness(value: str) -> str | None:
    """Return why a secret is weak (missing, short, a known example), or None."""
    if not value:
        return "is not set"
    if any(word in value.casefold() for word in PLACEHOLDERS):
        return "is an example that everybody knows"
    if len(value) < MIN_SECRET_CHARS:
        return f"has fewer than {MIN_SECRET_CHARS} characters"
    if len(set(value)) < MIN_DISTINCT_CHARS:
        return "is a pattern, not chance"
    return None


async def _agreed(store: Store, name: str, given: SecretStr, proposed: bytes) -> bytes:
    if weakness(given.get_secret_value().strip()) is None:
        return proposed
    value = await store.secrets.get_or_create(name, proposed.decode())
    if weakness(value):
        raise Misconfigured(f"the database holds no good {name}; set {name.upper()}: {HOW_TO_SET}")
    return value.encode()


def _secret(settings: Settings, name: str, given: SecretStr) -> bytes:
    value = given.get_secret_value().strip()
    reason = weakness(value)
    if reason is None:
        return value.encode()
    if not settings.loopback:
        raise Misconfigured(f"{name.upper()} {reason}; beyond loopback {HOW_TO_SET}")
    if value:
        log.warning("weak_secret_replaced", setting=name.upper(), because=reason)
    return secret_in_file(settings.data_dir / name)


def secret_in_file(path: Path, proposed: str = "") -> bytes:
    """Return the secret in the file; create it from ``proposed``, or at random, if missing.

    Concurrent processes agree on one.
    """
    try:
        if not path.exists():
            _create(path, proposed or random_secret())
        if path.stat().st_mode & 0o077:
            path.chmod(0o600)
        value = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or type(error).__name__
        raise Misconfigured(
            f"{path} cannot be used ({reason}); set DATA_DIR to a folder that this user can write"
        ) from None
    if weakness(value):
        raise Misconfigured(f"{path} holds no good secret; remove it and a new one is made")
    return value.encode()


def random_secret(draw: Callable[[int], str] = secrets.token_urlsafe) -> str:
    """Return a new secret; what ``draw`` makes of so many random bytes, until it is not weak.

    One in half a million holds one of ``PLACEHOLDERS`` by chance.
    """
    while weakness(value := draw(GENERATED_BYTES)):
        pass
    return value


def _create(path: Path, value: str) -> None:
    """Write the secret beside ``path`` and link it there: never half, never twice."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its secret is used
            os.link(temporary, path)
    finally:
        temporary.unlink()
