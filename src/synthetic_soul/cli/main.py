"""``soul``: the commands, each a few lines over the engine or the library."""

from __future__ import annotations

import asyncio
import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated

import typer

import soulscript
from synthetic_soul.errors import SoulError
from synthetic_soul.settings import read_settings

app = typer.Typer(
    name="soul",
    help="Characters with an inner life: serve them, talk to them, look inside.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

STORE = "A folder or file of SQLite, sqlite:///path/soul.db, or mongodb://host/name."
AgentName = Annotated[str, typer.Argument(help="The agent's id, for example jasmine.")]
OwnSoul = Annotated[
    Path | None, typer.Option("--soul", help="Take this .soul file in and make it the active one.")
]


def run() -> None:
    """Run a command; errors that have a name are told in a line, without a traceback."""
    try:
        app(prog_name="soul")
    except soulscript.SoulscriptError as error:
        typer.echo(error, err=True)  # begins with the file's name, as compilers do
        sys.exit(1)
    except SoulError as error:
        typer.echo(f"soul: {error}", err=True)
        sys.exit(1)


def _version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    if wanted:
        typer.echo(f"soul {version_of('synthetic-soul')}")
        raise typer.Exit


@app.callback()
def _common(
    *,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Characters with an inner life: serve them, talk to them, look inside."""


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on [127.0.0.1].")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on [8000].")] = None,
    soul: OwnSoul = None,
) -> None:
    """Serve the API and the page."""
    from synthetic_soul.cli.serving import serve as start  # noqa: PLC0415 - loads the web stack

    start(read_settings(**_given(host=host, port=port, soul=soul)))


@app.command()
def worker(
    slots: Annotated[
        int, typer.Option(min=1, max=1024, help="Conversations to work on at once.")
    ] = 32,
    metrics_port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Serve metrics on this port.")
    ] = None,
    metrics_host: Annotated[str, typer.Option(help="Where that port listens.")] = "127.0.0.1",
) -> None:
    """Answer what the servers take in, over MongoDB and Redis; any number may run."""
    from synthetic_soul.cli.working import work  # noqa: PLC0415 - loads the engine

    scraped = None if metrics_port is None else (metrics_host, metrics_port)
    work(read_settings(), slots, scraped)


@app.command()
def chat(
    agent: Annotated[str | None, typer.Argument(help="Whom to talk to; the active one.")] = None,
    soul: OwnSoul = None,
) -> None:
    """Talk in the terminal, with the agent's mood beside the words."""
    from synthetic_soul.cli.chatting import chat as talk  # noqa: PLC0415 - loads the engine

    talk(read_settings(**_given(soul=soul)), agent)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help=".soul files.")],
    strict: Annotated[bool, typer.Option(help="Accept the specification's layout only.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Say what is wrong with .soul files, where, and what would mend it."""
    from synthetic_soul.cli.souls import check as look  # noqa: PLC0415 - keeps other commands quick

    raise typer.Exit(look(files, strict=strict))


@app.command()
def prompt(
    file: Annotated[Path, typer.Argument(help="A .soul file.")],
    full: Annotated[bool, typer.Option(help="With values, boundaries and background.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Print the prompt that a .soul file makes."""
    typer.echo(soulscript.prompt(soulscript.load(file).soul, full=full))


@app.command()
def replay(
    agent: AgentName,
    verify: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--verify", help="Check the hash chain and the live state too.")
    ] = False,
) -> None:
    """Fold an agent's journal from its first entry; the last line is the hash of the state."""
    from synthetic_soul.cli.replaying import replay as fold  # noqa: PLC0415 - loads the engine

    asyncio.run(fold(read_settings(), agent, verify=verify))


@app.command()
def migrate(
    source: Annotated[str, typer.Option("--from", metavar="URL", help=STORE)],
    target: Annotated[str, typer.Option("--to", metavar="URL", help="The same; empty yet.")],
) -> None:
    """Carry everything from one store to another, and prove that it arrived."""
    from synthetic_soul.cli.moving import migrate as move  # noqa: PLC0415 - loads the engine

    asyncio.run(move(source, target))


@app.command()
def agents() -> None:
    """List the agents, and how they feel; also beside a running server."""
    from synthetic_soul.cli.souls import agents as show  # noqa: PLC0415 - loads the engine

    asyncio.run(show(read_settings()))


@app.command()
def operator(
    username: Annotated[str, typer.Argument(help="An account's username.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the role away.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Give an account the operator's role; there is no other way to get it."""
    from synthetic_soul.cli.accounts import operator as appoint  # noqa: PLC0415 - loads the engine

    asyncio.run(appoint(read_settings(), username, revoke=revoke))


def _given(**options: object) -> dict[str, object]:
    return {name: value for name, value in options.items() if value is not None}
