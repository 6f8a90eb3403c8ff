"""The two secrets: what signs access tokens, and what is mixed into every password.

They come from JWT_SECRET and PASSWORD_PEPPER. On loopback a secret that is missing, short or
published somewhere as an example is replaced by one generated in DATA_DIR (mode 0600), so that
an empty environment works and no two machines share a secret. Beyond loopback each has to be set
and good: otherwise ``Misconfigured``, with the mend.

Processes that share a MongoDB have to agree. There a generated secret is only a proposal: the
first one is kept in the database, and holds for all.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import structlog

from synthetic_soul.errors import Misconfigured

if TYPE_CHECKING:
    from pathlib import Path

    from pydantic import SecretStr

    from synthetic_soul.settings import Settings
    from synthetic_soul.stores.base import Store

SIGNING, PEPPER = "jwt_secret", "password_pepper"
SHORTEST = 32  # characters, as many as HS256 has bytes
VARIETY = 10  # different characters; fewer is a pattern, not chance
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
MEND = 'set it to the output of: python -c "import secrets; print(secrets.token_urlsafe(48))"'

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Secrets:
    """The keys in use; neither is ever shown."""

    signing: bytes = field(repr=False)
    pepper: bytes = field(repr=False)


def read_secrets(settings: Settings) -> Secrets:
    """The secrets from the settings or DATA_DIR; ``Misconfigured`` names the bad one."""
    return Secrets(
        signing=_secret(settings, SIGNING, settings.jwt_secret),
        pepper=_secret(settings, PEPPER, settings.password_pepper),
    )


async def settle(proposed: Secrets, settings: Settings, store: Store) -> Secrets:
    """The secrets that all processes over the store use; set ones stand as they are.

    ``Misconfigured`` names one in the store that will not do, ``Unavailable`` if the store is away.
    """
    if not settings.mongo_connection.get_secret_value():
        return proposed  # one process, one file: its own secrets are everybody's
    return Secrets(
        signing=await _settled(store, SIGNING, settings.jwt_secret, proposed.signing),
        pepper=await _settled(store, PEPPER, settings.password_pepper, proposed.pepper),
    )


def fault(value: str) -> str | None:
    """What is wrong with a secret, or None: it is missing, short, or known to everybody."""
    if not value:
        return "is not set"
    if any(word in value.casefold() for word in PLACEHOLDERS):
        return "is an example that everybody knows"
    if len(value) < SHORTEST:
        return f"has fewer than {SHORTEST} characters"
    if len(set(value)) < VARIETY:
        return "is a pattern, not chance"
    return None


async def _settled(store: Store, name: str, given: SecretStr, proposed: bytes) -> bytes:
    if fault(given.get_secret_value().strip()) is None:
        return proposed
    value = await store.secrets.get_or_create(name, proposed.decode())
    if fault(value):
        raise Misconfigured(f"the database holds no good {name}; set {name.upper()}: {MEND}")
    return value.encode()


def _secret(settings: Settings, name: str, given: SecretStr) -> bytes:
    value = given.get_secret_value().strip()
    wrong = fault(value)
    if wrong is None:
        return value.encode()
    if not settings.loopback:
        raise Misconfigured(f"{name.upper()} {wrong}; beyond loopback {MEND}")
    if value:
        log.warning("weak_secret_replaced", setting=name.upper(), because=wrong)
    return kept(settings.data_dir / name)


def kept(path: Path, proposed: str = "") -> bytes:
    """The secret in the file; where there is none, ``proposed`` or a new one is put there.

    Processes that race agree on one.
    """
    try:
        if not path.exists():
            _make(path, proposed or secrets.token_urlsafe(48))
        path.chmod(0o600)
        value = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{path} cannot be used: {type(error).__name__}") from None
    if fault(value):
        raise Misconfigured(f"{path} holds no good secret; remove it and a new one is made")
    return value.encode()


def _make(path: Path, value: str) -> None:
    """Write the whole secret beside ``path`` and link it there: never half, never twice."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(value + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was first: its secret holds
            os.link(draft, path)
    finally:
        draft.unlink()
