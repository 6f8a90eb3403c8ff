"""``soul operator``: the role that only the command line gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from synthetic_soul.auth.usernames import name_key
from synthetic_soul.compose import compose
from synthetic_soul.errors import NotFound

if TYPE_CHECKING:
    from synthetic_soul.settings import Settings


async def operator(settings: Settings, username: str, *, revoke: bool) -> None:
    """Give or take the operator's role; ``NotFound`` where nobody has that username."""
    store = compose(settings).store
    await store.open()
    try:
        account = await store.accounts.by_name(name_key(username))
        if account is None:
            raise NotFound(f"there is no account with the username {username!r}")
        role = "user" if revoke else "operator"
        await store.accounts.set_role(account.id, role)
        typer.echo(f"{account.username} is now {role}")
    finally:
        await store.close()
