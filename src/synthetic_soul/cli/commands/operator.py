"""``soul operator``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from synthetic_soul.cli.console import in_use_mend, load_settings
from synthetic_soul.errors import NotFound

if TYPE_CHECKING:
    from synthetic_soul.settings import Settings


def operator(
    username: Annotated[str, typer.Argument(help="An account's username.")],
    *,
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the role away.")] = False,
) -> None:
    """Give or revoke the role; ``NotFound`` if nobody has that username.

    A server over a SQLite file must be stopped meanwhile; one over MongoDB need not.
    """
    with in_use_mend("stop that server, run this again, and start it"):
        asyncio.run(_set_role(load_settings(), username, "user" if revoke else "operator"))


async def _set_role(settings: Settings, username: str, role: str) -> None:
    from synthetic_soul.auth.usernames import name_key
    from synthetic_soul.compose import compose

    store = compose(settings).store
    await store.open()
    try:
        account = await store.accounts.by_name(name_key(username))
        if account is None:
            raise NotFound(f"there is no account with the username {username!r}")
        await store.accounts.set_role(account.id, role)
        typer.echo(f"{account.username} is now {role}")
    finally:
        await store.close()
