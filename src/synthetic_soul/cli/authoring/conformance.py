"""``soul conformance``: this library, or any other tool, tried on the cases that come along."""

from __future__ import annotations

import json
import shlex
import subprocess
from typing import TYPE_CHECKING

from soulscript.conformance import KINDS, Answer, run
from synthetic_soul.cli.console import say
from synthetic_soul.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PATIENCE = 10.0  # seconds that a tool has for one file
PLACE = "{}"


def conform(cases: Path | None, command: str | None, prompting: str | None) -> int:
    """Print a table of the cases and a line for each that failed; 0 if none did, else 1."""
    tool = _tool(command) if command is not None else None
    prompter = _prompter(prompting) if prompting is not None else None
    results = run(cases, tool, prompter)
    row = "{:<12} {:>7} {:>7} {:>7}".format
    say(row("", "passed", "failed", "skipped"))
    for kind in KINDS:
        counts = results.counts(kind)
        if counts:
            say(row(kind, counts["passed"], counts["failed"], counts["skipped"]))
    for failure in results.failed:
        say(f"{failure.kind}/{failure.case}: {failure.message}")
    return 1 if results.failed else 0


def _tool(command: str) -> Callable[[Path], Answer]:
    words = _words(command)

    def answer(path: Path) -> Answer:
        done = _done(words, path)
        document = json.loads(done.stdout) if done.stdout.strip() else {}
        if not isinstance(document, dict):
            raise ValueError("what it printed is no JSON object")  # noqa: TRY004 - of its output
        return Answer(done.returncode == 0, document)

    return answer


def _prompter(command: str) -> Callable[[Path], str]:
    words = _words(command)
    return lambda path: _done(words, path).stdout.decode()


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InvalidInput(f"{command!r} is no command: {error}") from error
    if not words:
        raise InvalidInput("the command is empty")
    return words if any(PLACE in word for word in words) else [*words, PLACE]


def _done(words: list[str], path: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the command on a file; ``OSError`` or ``ValueError`` where it does not do its part."""
    line = [word.replace(PLACE, str(path)) for word in words]
    try:
        done = subprocess.run(line, capture_output=True, timeout=PATIENCE, check=False)  # noqa: S603 - what the caller asked for
    except subprocess.TimeoutExpired as error:
        raise ValueError(f"it took longer than {PATIENCE:.0f} seconds") from error
    if done.returncode not in (0, 1):
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        raise ValueError(" ".join([f"it ended with {done.returncode}", *last]))
    return done
