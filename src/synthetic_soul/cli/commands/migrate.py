"""``soul migrate``: everything of one store carried to another, with the proof that it arrived."""

from __future__ import annotations

import secrets
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from typing_extensions import override

from synthetic_soul.auth.secrets import PEPPER, SIGNING, kept
from synthetic_soul.compose import open_store
from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.errors import JournalBroken, Misconfigured
from synthetic_soul.stores.base import SecretStore
from synthetic_soul.stores.migrate import carry_secret, move
from synthetic_soul.stores.url import SqliteUrl, parse_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import TaskID

    from synthetic_soul.stores.base import Store
    from synthetic_soul.stores.migrate import Step, Tell
    from synthetic_soul.stores.url import StoreUrl

ACTS = {"carry": "carried", "compare": "compared"}
LENGTH = 48  # bytes of chance in a secret
PARTS = 10  # lines that a part of the move is told in, where there is no terminal


async def migrate(source: str, target: str) -> None:
    """Carry everything, replay both sides and print, per agent, entries and state hash.

    Errors as ``stores.moving.move`` raises them; ``Misconfigured`` where an address is none, the
    source is not there, both are the same, or a SQLite file is in use; ``JournalBroken`` where
    the replays differ.
    """
    here, there = parse_url(source), parse_url(target)
    if here == there:
        raise Misconfigured(f"{here} is both where it comes from and where it goes")
    if isinstance(here, SqliteUrl) and not here.path.exists():
        raise Misconfigured(f"there is no journal at {here}")
    async with AsyncExitStack() as stack:
        old = await stack.enter_async_context(open_store(source))
        new = await stack.enter_async_context(open_store(target))
        with _told() as tell:
            await move(old, new, tell)
        await _carry_secrets(_Kept(here, old), _Kept(there, new))
        await _prove(old, new)
    typer.echo(f"{here} is now also at {there}")


async def _carry_secrets(source: _Kept, target: _Kept) -> None:
    """Without them no password and no session would hold any more."""
    for name in (SIGNING, PEPPER):
        if source.may_keep(name):
            await carry_secret(source, target, name, secrets.token_urlsafe(LENGTH))


class _Kept(SecretStore):
    """The secrets of a store: SQLite has them in files beside it, MongoDB among the rest."""

    def __init__(self, address: StoreUrl, store: Store) -> None:
        self._folder = address.path.parent if isinstance(address, SqliteUrl) else None
        self._store = store

    def may_keep(self, name: str) -> bool:
        """Whether there can be one: a folder has none where it comes from the settings."""
        return self._folder is None or (self._folder / name).exists()

    @override
    async def get_or_create(self, name: str, proposed: str) -> str:
        if self._folder is None:
            return await self._store.secrets.get_or_create(name, proposed)
        return kept(self._folder / name, proposed).decode()


async def _prove(old: Store, new: Store) -> None:
    for agent in await old.journal.agents():
        was, is_ = [await replay_journal(store, agent, verify=True) for store in (old, new)]
        if was != is_:
            raise JournalBroken(
                f"{agent}: {was.entries} entries replay to {was.hash}, "
                f"in the target {is_.entries} to {is_.hash}"
            )
        typer.echo(f"{agent}: {was.entries} entries, {was.bonds} bonds, {was.hash}")


@contextmanager
def _told() -> Iterator[Tell]:
    """Bars on a terminal, else a line now and then."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _Lines().tell
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        yield _Bars(progress).tell


class _Bars:
    """One bar for each part of the move."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}

    def tell(self, step: Step) -> None:
        """Draw how far it is."""
        name = f"{step.what} {ACTS[step.act]}"
        if name not in self._bars:
            self._bars[name] = self._progress.add_task(name, total=step.total)
        self._progress.update(self._bars[name], completed=step.done, total=step.total)


class _Lines:
    """A line for the beginning, the end and each tenth between them."""

    def __init__(self) -> None:
        self._last: tuple[str, str, int] | None = None

    def tell(self, step: Step) -> None:
        """Print how far it is, where that is news."""
        tenth = PARTS * step.done // step.total if step.total else PARTS
        if (step.act, step.what, tenth) != self._last:
            self._last = step.act, step.what, tenth
            typer.echo(f"{step.what}: {step.done} of {step.total} {ACTS[step.act]}", err=True)
