"""``soul conformance``."""

import json
import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from soulscript.conformance import KINDS, Answer, run
from synthetic_soul.cli.console import say
from synthetic_soul.errors import InvalidInput

TIMEOUT_SECONDS = 10.0  # for one file
PLACEHOLDER = "{}"


def conformance(
    command: Annotated[
        str | None, typer.Option(help="Test this tool; {} is the file: 'tool check {}'.")
    ] = None,
    prompt_command: Annotated[
        str | None, typer.Option(help="Its command that prints a prompt.")
    ] = None,
    cases: Annotated[Path | None, typer.Option(help="Another folder of cases.")] = None,
) -> None:
    """Print a table of the cases and a line for each that failed; exit 0 if none did, else 1."""
    tool = _tool(command) if command is not None else None
    prompter = _prompter(prompt_command) if prompt_command is not None else None
    results = run(cases, tool, prompter)
    row = "{:<12} {:>7} {:>7} {:>7}".format
    say(row("", "passed", "failed", "skipped"))
    for kind in KINDS:
        counts = results.counts(kind)
        if counts:
            say(row(kind, counts["passed"], counts["failed"], counts["skipped"]))
    for failure in results.failed:
        say(f"{failure.kind}/{failure.case}: {failure.message}")
    raise typer.Exit(1 if results.failed else 0)


def _tool(command: str) -> Callable[[Path], Answer]:
    words = _words(command)

    def answer(path: Path) -> Answer:
        result = _run(words, path)
        document = json.loads(result.stdout) if result.stdout.strip() else {}
        if not isinstance(document, dict):
            raise ValueError("what it printed is no JSON object")  # noqa: TRY004 - invalid output
        return Answer(result.returncode == 0, document)

    return answer


def _prompter(command: str) -> Callable[[Path], str]:
    words = _words(command)
    return lambda path: _run(words, path).stdout.decode()


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InvalidInput(f"{command!r} is no command: {error}") from error
    if not words:
        raise InvalidInput("the command is empty")
    return words if any(PLACEHOLDER in word for word in words) else [*words, PLACEHOLDER]


def _run(words: list[str], path: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the command on a file; ``OSError`` or ``ValueError`` if it fails to answer."""
    line = [word.replace(PLACEHOLDER, str(path)) for word in words]
    try:
        result = subprocess.run(line, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)  # noqa: S603 - the user's own command
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"it took longer than {TIMEOUT_SECONDS:.0f} seconds") from error
    if result.returncode not in (0, 1):
        last = result.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ValueError(" ".join([f"it ended with {result.returncode}", *last]))
    return result
