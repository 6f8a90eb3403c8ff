"""``soul backup``."""

from __future__ import annotations

import asyncio
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from synthetic_soul.cli.console import Force, load_settings, say
from synthetic_soul.cli.progress import progress
from synthetic_soul.errors import Misconfigured

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthetic_soul.settings import Settings
    from synthetic_soul.stores.base import Loss

FOLDER = "backups"
TARGET = "A folder to become a DATA_DIR, or a file that ends in .db [DATA_DIR/backups/TIME]."


def backup(
    target: Annotated[str | None, typer.Argument(help=TARGET)] = None, *, force: Force = False
) -> None:
    """Back up the SQLite journal, also while a server writes it; print the hash of each agent.

    Errors as of ``sqlite_backup``; ``Misconfigured`` if the journal is in MongoDB or the target no
    place for a file, ``JournalBroken`` if the copy does not verify.
    """
    settings = load_settings()
    if settings.mongo_connection.get_secret_value():
        raise Misconfigured(
            "the journal is in MongoDB: back it up with mongodump --oplog, or by snapshots of its "
            "disks (docs/deployment.md)"
        )
    file = _target(settings, target)
    for loss in _back_up(settings, file, force=force):
        say(f"soul: not in this backup: {loss}", err=True)
    if target is not None and Path(target).absolute() == file:
        _name_others(settings, file)
    else:
        _copy_others(settings, file.parent)
    typer.echo(f"{settings.database} is now also at {file}")


def _target(settings: Settings, target: str | None) -> Path:
    from synthetic_soul.settings import DATABASE_FILE
    from synthetic_soul.stores.url import MongoUrl, parse_url

    if target is None:
        moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        return settings.data_dir / FOLDER / moment / DATABASE_FILE
    url = parse_url(target)
    if isinstance(url, MongoUrl):
        raise Misconfigured("a backup is a file: name a folder, or a file that ends in .db")
    if url.path.resolve() == settings.database.resolve():
        raise Misconfigured(f"{url.path} is the journal itself; name another place")
    return url.path


def _back_up(settings: Settings, file: Path, *, force: bool) -> list[Loss]:
    from synthetic_soul.stores.migrate import Step
    from synthetic_soul.stores.sqlite.sqlite_backup import copy_database, target_file

    if not settings.database.exists():
        raise Misconfigured(f"there is no journal at {settings.database}")
    with target_file(file, force=force) as temporary:
        with progress() as report:
            losses = copy_database(
                settings.database,
                temporary,
                lambda done, total: report(Step("copy", "pages", done, total)),
            )
        asyncio.run(_verify(temporary))
    return losses


async def _verify(copy: Path) -> None:
    """Replay every journal of the copy."""
    from synthetic_soul.compose import open_file
    from synthetic_soul.engine.state.agent_state import replay_journal

    async with open_file(copy) as store:
        for agent in await store.journal.agents():
            replay = await replay_journal(store, agent, verify=True)
            typer.echo(f"{agent}: {replay.entries} entries, {replay.bonds} bonds, {replay.hash}")


def _others(settings: Settings) -> Iterator[Path]:
    """Yield what a DATA_DIR has besides the journal: generated secrets, and the author's souls."""
    from synthetic_soul.auth.secrets import PEPPER, SIGNING

    secrets = (settings.data_dir / name for name in (SIGNING, PEPPER))
    souls = sorted((settings.data_dir / "souls").glob("*"))
    yield from (path for path in (*secrets, *souls) if path.is_file())


def _copy_others(settings: Settings, folder: Path) -> None:
    for path in _others(settings):
        copy = folder / path.relative_to(settings.data_dir)
        copy.parent.mkdir(exist_ok=True, mode=0o700)
        copy.unlink(missing_ok=True)
        handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file, path.open("rb") as source:
            shutil.copyfileobj(source, file)
            file.flush()
            os.fsync(file.fileno())


def _name_others(settings: Settings, file: Path) -> None:
    for path in _others(settings):
        say(f"soul: not in {file.name}, copy it too: {path}", err=True)
