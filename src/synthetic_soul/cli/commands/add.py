"""``soul add``."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Annotated

import typer

from soulscript.prompts import instructions_of
from synthetic_soul.cli.authoring.prompt import read_soul
from synthetic_soul.cli.console import AnyFile, in_use_mend, load_settings, say

if TYPE_CHECKING:
    from soulscript import Soul
    from soulscript.formats import Import
    from synthetic_soul.engine.views import AgentView
    from synthetic_soul.settings import Settings


def add(
    file: AnyFile,
    *,
    name: Annotated[
        str, typer.Option(help="The agent's id is made from it, else from the soul's name.")
    ] = "",
    replace: Annotated[
        bool, typer.Option("--replace", help="Replace the soul of an agent that was added so.")
    ] = False,
    trust: Annotated[
        bool, typer.Option("--trust", help="Apply its author's instructions to a model.")
    ] = False,
) -> None:
    """Add an agent, which every server and worker of this store serves from then on.

    ``Conflict`` where there is one of that name. A server over a SQLite file must be stopped
    meanwhile.
    """
    settings = load_settings()
    imported, soul = read_soul(file)
    with in_use_mend("stop that server, run this again, and start it; or POST /v1/agents"):
        view, is_new = asyncio.run(
            _added(settings, imported, soul, name or soul.name, replacing=replace, trusted=trust)
        )
    for note in imported.report.of("dropped"):
        say(f"{file}: {note}")
    about = "; ".join(filter(None, (imported.format, imported.report.summary())))
    say(f"{file}: {about}; {view.name} is {'now' if is_new else 'again'} the agent {view.id}")
    if instructions_of(soul) and not trust:
        say("its author's instructions to a model are kept, and not applied; --trust applies them")


async def _added(
    settings: Settings, imported: Import, soul: Soul, name: str, *, replacing: bool, trusted: bool
) -> tuple[AgentView, bool]:
    from synthetic_soul.avatars.portraits import portraits
    from synthetic_soul.compose import compose

    engine = compose(settings)
    pictures = (await asyncio.to_thread(portraits, soul, imported.assets)).pictures
    await engine.runtime.store.open()
    try:
        return await engine.add_agent(name, soul, pictures, replacing=replacing, trusted=trusted)
    finally:
        await engine.runtime.store.close()
