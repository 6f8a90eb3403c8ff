"""``soul``: the commands, each a few lines over the engine or the library."""

from __future__ import annotations

import asyncio
import sys
from importlib.metadata import version as version_of
from pathlib import Path
from typing import Annotated, Literal

import typer

import soulscript
from soulscript import json_schema, memories_schema
from synthetic_soul.cli.console import give, give_json, say
from synthetic_soul.errors import SoulError
from synthetic_soul.settings import read_settings

app = typer.Typer(
    name="soul",
    help="Characters with an inner life: serve them, talk to them, look inside.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)

phrases = typer.Typer(help="Work on the composer's phrases.", no_args_is_help=True)
app.add_typer(phrases, name="phrases")

STORE = "A folder or file of SQLite, sqlite:///path/soul.db, or mongodb://host/name."
AgentName = Annotated[str, typer.Argument(help="The agent's id, for example jasmine.")]
AnyFile = Annotated[Path, typer.Argument(help="A file of any format.")]
Force = Annotated[bool, typer.Option("--force", help="Write over what is there.")]
Asked = Annotated[str | None, typer.Option(help="Answers the question beforehand.")]
OwnSoul = Annotated[
    Path | None, typer.Option("--soul", help="Take this soul in, of any format, as the active one.")
]


def run() -> None:
    """Run a command; errors that have a name are told in a line, without a traceback."""
    try:
        app(prog_name="soul")
    except soulscript.SoulscriptError as error:
        say(error, err=True)  # begins with the file's name, as compilers do
        sys.exit(1)
    except SoulError as error:
        say(f"soul: {error}", err=True)
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
    from synthetic_soul.cli.commands.serve import serve as start  # noqa: PLC0415 - loads the web stack

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
    from synthetic_soul.cli.commands.worker import work  # noqa: PLC0415 - loads the engine

    scraped = None if metrics_port is None else (metrics_host, metrics_port)
    work(read_settings(), slots, scraped)


@app.command()
def chat(
    agent: Annotated[str | None, typer.Argument(help="Whom to talk to; the active one.")] = None,
    soul: OwnSoul = None,
) -> None:
    """Talk in the terminal, with the agent's mood beside the words."""
    from synthetic_soul.cli.commands.chat import chat as talk  # noqa: PLC0415 - loads the engine

    talk(read_settings(**_given(soul=soul)), agent)


@app.command()
def check(
    paths: Annotated[list[Path], typer.Argument(help="Files of any format, or folders of them.")],
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Take the specification's layout only.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="For programs: an object for one file, else a list.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="With all that was kept, changed or dropped.")
    ] = False,
) -> None:
    """Say what is wrong with souls, memories and cards, where, and what would mend it."""
    from synthetic_soul.cli.authoring.check import check as look  # noqa: PLC0415 - loads the formats

    raise typer.Exit(look(paths, strict=strict, as_json=json, full=report))


@app.command()
def prompt(
    file: AnyFile,
    *,
    full: Annotated[
        bool, typer.Option("--full", help="With values, boundaries and background.")
    ] = False,
    memories: Annotated[
        int | None, typer.Option(min=0, help="How many memories; the most important.")
    ] = None,
    about: Annotated[str, typer.Option(help="Bring back memories of this instead.")] = "",
    at: Annotated[
        str | None, typer.Option(help="As of this day, such as 2024-05-01.", show_default=False)
    ] = None,
) -> None:
    """Print the prompt that a soul makes, its traits as its memories have moved them."""
    from synthetic_soul.cli.authoring import prompt as prompting  # noqa: PLC0415 - loads the formats

    wanted = prompting.Wanted(full, memories, about, prompting.moment(at) if at else None)
    give(prompting.prompt(file, wanted))


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file of any format.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="Where to; its ending counts.")],
    *,
    to: Annotated[
        str | None, typer.Option(metavar="FORMAT", help="Write this format, such as card-png.")
    ] = None,
    fragments: Annotated[
        list[Path] | None,
        typer.Option("--with", metavar="FRAGMENT", help="Join this TinyTroupe fragment first."),
    ] = None,
    force: Force = False,
) -> None:
    """Carry a character from one format to another; what came along is written beside it."""
    from synthetic_soul.cli.authoring.convert import convert as carry  # noqa: PLC0415 - loads the formats

    carry(source, target, to=to, fragments=fragments or [], force=force)


@app.command()
def diff(
    a: AnyFile,
    b: AnyFile,
    *,
    json: Annotated[bool, typer.Option("--json", help="For programs: a list.")] = False,
) -> None:
    """Say in words what differs between two personalities; exit 0 equal, 1 different, 2 trouble."""
    from synthetic_soul.cli.authoring.diff import diff as compare  # noqa: PLC0415 - loads the formats

    raise typer.Exit(compare(a, b, as_json=json))


@app.command()
def graph(
    file: AnyFile,
    out: Annotated[Path | None, typer.Option("--out", "-o", help="Write it here.")] = None,
    *,
    force: Force = False,
) -> None:
    """Draw the memories of a file as SVG: over time, by topic, with what connects them."""
    from synthetic_soul.cli.authoring.graph import graph as picture  # noqa: PLC0415 - loads the formats

    picture(file, out, force=force)


@app.command()
def schema(
    of: Annotated[Literal["soul", "memories"], typer.Argument(help="Of what.")] = "soul",
) -> None:
    """Print the JSON Schema of souls, or of memory graphs."""
    give_json(json_schema() if of == "soul" else memories_schema())


@app.command()
def new(
    file: Annotated[Path | None, typer.Argument(help="Where to; else by its name.")] = None,
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing.")] = False,
    name: Asked = None,
    occupation: Asked = None,
    form: Asked = None,
    traits: Annotated[str | None, typer.Option(help='Such as "curious 0.6; patient".')] = None,
    values: Annotated[str | None, typer.Option(help='"honesty 0.8: says what is so".')] = None,
    style: Asked = None,
    tone: Asked = None,
    patterns: Asked = None,
    manner: Asked = None,
    boundaries: Asked = None,
) -> None:
    """Make a soul out of a few questions; ";" stands between the items of a list."""
    from synthetic_soul.cli.authoring.new import new as make  # noqa: PLC0415 - keeps the others quick

    given = _given(
        name=name,
        occupation=occupation,
        form=form,
        traits=traits,
        values=values,
        style=style,
        tone=tone,
        patterns=patterns,
        manner=manner,
        boundaries=boundaries,
    )
    make(file, {key: str(value) for key, value in given.items()}, ask=not yes)


@phrases.command("check")
def phrases_check(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Phrase files, or folders of them; the shipped.")
    ] = None,
) -> None:
    """Check phrase files; name the file and line of each fault."""
    from synthetic_soul.cli.authoring.phrases import check_phrases  # noqa: PLC0415 - loads the phrases

    raise typer.Exit(check_phrases(paths or []))


@app.command()
def conformance(
    command: Annotated[
        str | None, typer.Option(help="Try this tool; {} is the file: 'tool check {}'.")
    ] = None,
    prompt_command: Annotated[
        str | None, typer.Option(help="Its command that prints a prompt.")
    ] = None,
    cases: Annotated[Path | None, typer.Option(help="Another folder of cases.")] = None,
) -> None:
    """Try this library, or another tool, on the cases that come with it."""
    from synthetic_soul.cli.authoring.conformance import conform  # noqa: PLC0415 - loads the formats

    raise typer.Exit(conform(cases, command, prompt_command))


@app.command()
def replay(
    agent: AgentName,
    verify: Annotated[  # noqa: FBT002 - a flag
        bool, typer.Option("--verify", help="Check the hash chain and the live state too.")
    ] = False,
) -> None:
    """Fold an agent's journal from its first entry; the last line is the hash of the state."""
    from synthetic_soul.cli.commands.replay import replay as fold  # noqa: PLC0415 - loads the engine

    asyncio.run(fold(read_settings(), agent, verify=verify))


@app.command()
def migrate(
    source: Annotated[str, typer.Option("--from", metavar="URL", help=STORE)],
    target: Annotated[str, typer.Option("--to", metavar="URL", help="The same; empty yet.")],
) -> None:
    """Carry everything from one store to another, and prove that it arrived."""
    from synthetic_soul.cli.commands.migrate import migrate as move  # noqa: PLC0415 - loads the engine

    asyncio.run(move(source, target))


@app.command()
def agents() -> None:
    """List the agents, and how they feel; also beside a running server."""
    from synthetic_soul.cli.commands.agents import agents as show  # noqa: PLC0415 - loads the engine

    asyncio.run(show(read_settings()))


@app.command()
def operator(
    username: Annotated[str, typer.Argument(help="An account's username.")],
    revoke: Annotated[bool, typer.Option("--revoke", help="Take the role away.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Give an account the operator's role; there is no other way to get it."""
    from synthetic_soul.cli.commands.operator import operator as appoint  # noqa: PLC0415 - loads the engine

    asyncio.run(appoint(read_settings(), username, revoke=revoke))


def _given(**options: object) -> dict[str, object]:
    return {name: value for name, value in options.items() if value is not None}
