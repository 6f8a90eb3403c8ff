"""``soul``: the command line.

Each command is a function in the module of its name, which is imported when the command runs:
so ``soul --help`` loads no engine. ``COMMANDS`` lists them in the order of the help.
"""

import sys
from importlib import import_module
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typing_extensions import override

from soulscript import SoulscriptError
from synthetic_soul.cli.console import prepare_streams, say
from synthetic_soul.errors import SoulError

HELP = "Characters with an inner life: serve them, talk to them, look inside."
COMMANDS = {  # name: (package, help)
    "serve": ("commands", "Serve the API and the page."),
    "worker": (
        "commands",
        "Answer messages that the servers accept, over MongoDB and Redis; run any number.",
    ),
    "chat": ("commands", "Talk to an agent in the terminal; its mood is shown beside the words."),
    "check": (
        "authoring",
        "Report what is wrong with souls, memories and cards, where, and how to fix it.",
    ),
    "prompt": ("authoring", "Print the prompt of a soul; its memories move its traits."),
    "convert": (
        "authoring",
        "Convert a character to another format; memories and pictures go beside it.",
    ),
    "diff": (
        "authoring",
        "Describe how two personalities differ; exit 0 equal, 1 different, 2 trouble.",
    ),
    "graph": (
        "authoring",
        "Draw the memories of a file as SVG: over time, by topic, with their connections.",
    ),
    "schema": ("authoring", "Print the JSON Schema of souls, or of memory graphs."),
    "new": ("authoring", 'Make a soul from a few questions; separate the items of a list by ";".'),
    "phrases": ("authoring", "Work on the composer's phrases."),
    "conformance": ("authoring", "Test this library, or another tool, on the conformance cases."),
    "replay": ("commands", "Replay an agent's journal; the last line is the hash of the state."),
    "backup": (
        "commands",
        "Copy the SQLite journal with its secrets, also beside a running server, and verify it.",
    ),
    "migrate": ("commands", "Copy everything from one store to another, and verify the copy."),
    "add": (
        "commands",
        "Add an agent from a file of any format; --trust applies its instructions.",
    ),
    "agents": (
        "commands",
        "List all agents, their feelings, and where each comes from: package, a file, or added.",
    ),
    "memories": (
        "commands",
        "List what an agent keeps of the talk in this terminal, or print it as a memory graph.",
    ),
    "doctor": (
        "commands",
        "Examine settings, store, model and machine; say what is wrong and how to mend it.",
    ),
    "operator": (
        "commands",
        "Give an account the operator's role; a server over SQLite must be stopped meanwhile.",
    ),
}


class LazyGroup(TyperGroup):
    """A group that imports the module of a command when it resolves the command."""

    def __init__(self, **attrs: Any) -> None:  # noqa: ANN401 - passed through
        super().__init__(**attrs)
        self.commands = {
            name: TyperCommand(name, help=summary) for name, (_, summary) in COMMANDS.items()
        }

    @override
    def resolve_command(
        self,
        ctx: Any,  # typer exports no name for this context
        args: list[str],
    ) -> tuple[str | None, TyperCommand | TyperGroup | None, list[str]]:
        name, _, rest = super().resolve_command(ctx, args)
        return name, load_command(name) if name else None, rest


def load_command(name: str) -> TyperCommand | TyperGroup:
    """Return the command, or the group of commands, that the module of that name defines."""
    package, summary = COMMANDS[name]
    module = import_module(f"synthetic_soul.cli.{package}.{name}")
    defined = getattr(module, name)
    if isinstance(defined, typer.Typer):
        group = typer.main.get_group(defined)
        group.help = summary
        return group
    command_app = typer.Typer(add_completion=False)
    command_app.command(name, help=summary)(defined)
    command = typer.main.get_command(command_app)
    assert isinstance(command, TyperCommand)  # noqa: S101 - an application of one command
    return command


app = typer.Typer(
    name="soul", cls=LazyGroup, help=HELP, no_args_is_help=True, pretty_exceptions_enable=False
)


def _print_version(value: bool) -> None:  # noqa: FBT001 - typer calls it with the flag
    if value:
        typer.echo(f"soul {version('synthetic-soul')}")
        raise typer.Exit


@app.callback(help=HELP)
def _options(
    *,
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    pass


def run() -> None:
    """Run a command; report expected errors in one line, without a traceback."""
    prepare_streams()
    try:
        app(prog_name="soul")
    except SoulscriptError as error:
        say(error, err=True)  # begins with the file's name, as compilers do
        sys.exit(1)
    except SoulError as error:
        say(f"soul: {error}", err=True)
        sys.exit(1)
    except OSError as error:
        place = f"{error.filename}: " if error.filename else ""
        say(f"soul: {place}{error.strerror or type(error).__name__}", err=True)
        sys.exit(1)
