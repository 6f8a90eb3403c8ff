"""The progress of a long copy: bars on a terminal, else a line now and then."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from synthetic_soul.stores.migrate import Report, Step

ACTS = {"copy": "copied", "compare": "compared"}
LINES_PER_PART = 10  # without a terminal


@contextmanager
def progress() -> Iterator[Report]:
    """Show bars on a terminal, else print a line now and then."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _ProgressLines().report
        return
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as bars:
        yield _ProgressBars(bars).report


class _ProgressBars:
    """One bar for each part."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._bars: dict[str, TaskID] = {}

    def report(self, step: Step) -> None:
        name = f"{step.what} {ACTS[step.act]}"
        if name not in self._bars:
            self._bars[name] = self._progress.add_task(name, total=step.total)
        self._progress.update(self._bars[name], completed=step.done, total=step.total)


class _ProgressLines:
    """A line for the beginning, the end and each tenth between them."""

    def __init__(self) -> None:
        self._last: tuple[str, str, int] | None = None

    def report(self, step: Step) -> None:
        part = LINES_PER_PART * step.done // step.total if step.total else LINES_PER_PART
        if (step.act, step.what, part) != self._last:
            self._last = step.act, step.what, part
            typer.echo(f"{step.what}: {step.done} of {step.total} {ACTS[step.act]}", err=True)
