"""``soul migrate``."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from synthetic_soul.cli.progress import progress
from synthetic_soul.errors import JournalBroken, Misconfigured

if TYPE_CHECKING:
    from pathlib import Path

    from synthetic_soul.stores.base import Store

STORE = "A folder or file of SQLite, sqlite:///path/soul.db, or mongodb://host/name."
SECRET_BYTES = 48


def migrate(
    source: Annotated[str, typer.Option("--from", metavar="URL", help=STORE)],
    target: Annotated[str, typer.Option("--to", metavar="URL", help="As above; it must be empty.")],
) -> None:
    """Copy everything, replay both stores, and print entries and state hash of each agent.

    Errors as of ``stores.migrate.copy_store``; ``Misconfigured`` if a URL is invalid, the source
    does not exist, both are the same, or a SQLite file is in use; ``JournalBroken`` if the
    replays differ.
    """
    asyncio.run(_migrate(source, target))


async def _migrate(source: str, target: str) -> None:
    from synthetic_soul.compose import open_source, open_store
    from synthetic_soul.stores.migrate import copy_store
    from synthetic_soul.stores.url import SqliteUrl, parse_url

    source_url, target_url = parse_url(source), parse_url(target)
    if source_url == target_url:
        raise Misconfigured(f"{source_url} is both where it comes from and where it goes")
    if isinstance(source_url, SqliteUrl) and not source_url.path.exists():
        raise Misconfigured(f"there is no journal at {source_url}")
    async with AsyncExitStack() as stack:
        old = await stack.enter_async_context(open_source(source))
        new = await stack.enter_async_context(open_store(target))
        with progress() as report:
            await copy_store(old, new, report)
        places = [
            _StoredSecrets(url.path.parent if isinstance(url, SqliteUrl) else None, store)
            for url, store in ((source_url, old), (target_url, new))
        ]
        await _migrate_secrets(*places)
        await _verify(old, new)
    typer.echo(f"{source_url} is now also at {target_url}")


async def _migrate_secrets(source: _StoredSecrets, target: _StoredSecrets) -> None:
    """Copy the secrets: without them no password and no session would be valid any more."""
    from synthetic_soul.auth.secrets import PEPPER, SIGNING
    from synthetic_soul.stores.migrate import copy_secret

    for name in (SIGNING, PEPPER):
        if source.may_have(name):
            await copy_secret(source, target, name, secrets.token_urlsafe(SECRET_BYTES))


class _StoredSecrets:
    """A ``SecretStore``: files in the folder of a SQLite database, else the store's own."""

    def __init__(self, folder: Path | None, store: Store) -> None:
        self._folder = folder
        self._store = store

    def may_have(self, name: str) -> bool:
        """Whether the secret can exist; a folder has no file if the settings give it."""
        return self._folder is None or (self._folder / name).exists()

    async def get_or_create(self, name: str, proposed: str) -> str:
        from synthetic_soul.auth.secrets import secret_in_file

        if self._folder is None:
            return await self._store.secrets.get_or_create(name, proposed)
        return secret_in_file(self._folder / name, proposed).decode()


async def _verify(old: Store, new: Store) -> None:
    from synthetic_soul.engine.state.agent_state import replay_journal

    for agent in await old.journal.agents():
        before, after = [await replay_journal(store, agent, verify=True) for store in (old, new)]
        if before != after:
            raise JournalBroken(
                f"{agent}: {before.entries} entries replay to {before.hash}, "
                f"in the target {after.entries} to {after.hash}"
            )
        typer.echo(f"{agent}: {after.entries} entries, {after.bonds} bonds, {after.hash}")
