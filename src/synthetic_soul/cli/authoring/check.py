"""``soul check``."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

import soulscript
from soulscript import FATES, Problem, UnknownFormatError, read_memories
from soulscript.conformance import document_of, listed
from soulscript.formats import FORMATS, Import, detect, is_leftover, read_file, source_at
from synthetic_soul.cli.console import print_json, say

SOUL_NAME = re.compile(r"(?<![a-z])(?:soul|identity)(?![a-z])", re.IGNORECASE)
"""The name of a Markdown file that is more than any text with headings."""
SOUL_FOLDER_FILE = "soul.md"  # a folder with this file describes one character
FORMAT_SUFFIXES = tuple({row.ending for row in FORMATS.values() if row.ending})


def check(
    paths: Annotated[list[Path], typer.Argument(help="Files of any format, or folders of them.")],
    *,
    strict: Annotated[
        bool, typer.Option("--strict", help="Accept only the specification's layout.")
    ] = False,
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON: an object for one file, else a list.")
    ] = False,
    report: Annotated[
        bool, typer.Option("--report", help="List what was kept, changed or dropped.")
    ] = False,
) -> None:
    """Print the problems of each file and what became of it; exit 0 if all can be read, else 1.

    Folders are searched; files of no known format in them are skipped.
    """
    checks: list[Check] = []
    for checked in _check_all(paths, strict=strict):
        checks.append(checked)
        if not json:
            _print(checked, full=report)
    single = len(paths) == 1 and not paths[0].is_dir()
    readable = sum(checked.imported is not None for checked in checks)
    if json:
        documents = [checked.document(full=report) for checked in checks]
        print_json(documents[0] if single else documents)
    elif not single:
        count = f"{len(checks)} file{'' if len(checks) == 1 else 's'}"
        say(f"{count}: {readable} can be read, {len(checks) - readable} cannot", err=True)
    if not checks:
        say("there is nothing to check: no file of a known format in it", err=True)
    raise typer.Exit(0 if checks and readable == len(checks) else 1)


@dataclass(frozen=True, slots=True)
class Check:
    """The result for one file: the import, or the problems that prevent it."""

    path: Path
    imported: Import | None
    problems: tuple[Problem, ...]

    def document(self, *, full: bool) -> dict[str, object]:
        """Return plain JSON: what the cases of ``soul conformance`` need, and more."""
        document: dict[str, object] = {
            "file": str(self.path),
            "readable": self.imported is not None,
        }
        if self.imported is None:
            return document | {"problems": listed(self.problems)}
        report = self.imported.report
        counts = {fate: len(report.of(fate)) for fate in FATES}
        document |= {"format": self.imported.format, "report": report.dump() if full else counts}
        return document | document_of(self.imported) | {"problems": listed(self.problems)}


def _print(checked: Check, *, full: bool) -> None:
    for problem in checked.problems:
        say(problem)
    imported = checked.imported
    if imported is None:
        return
    if full:
        for note in imported.report:
            say(f"{checked.path}: {note}")
    about = "; ".join(filter(None, (imported.format, imported.report.summary())))
    name = imported.soul.name if imported.soul else f"{len(imported.memories)} memories"
    say(f"{checked.path}: {about}; {name} can be read")


def _check_all(paths: Sequence[Path], *, strict: bool) -> Iterator[Check]:
    for path in paths:
        if not path.is_dir():
            yield _check(path, strict=strict)
            continue
        for file in _files_in(path):
            try:
                yield _check(file, strict=strict, skip_unknown=True)
            except _UnknownFile:
                continue


class _UnknownFile(Exception):
    """A file in a folder is of no known format."""


def _check(path: Path, *, strict: bool, skip_unknown: bool = False) -> Check:
    try:
        imported = _read(path, strict=strict)
    except soulscript.SoulscriptError as error:
        is_known = path.is_dir() or path.name.endswith(FORMAT_SUFFIXES)
        if skip_unknown and (isinstance(error, UnknownFormatError) or not is_known):
            raise _UnknownFile from error
        return Check(path, None, _with_path(path, error.problems))
    prose = imported.format == "markdown" and not path.is_dir()
    if skip_unknown and prose and not SOUL_NAME.search(path.name):
        raise _UnknownFile
    return Check(path, imported, _with_path(path, imported.problems))


def _read(path: Path, *, strict: bool) -> Import:
    """Read a file; ``strict`` refuses deviations from Soulscript's own formats."""
    if strict and not path.is_dir():
        source = source_at(path)
        format_name = detect(source).name
        if format_name == "soul":
            soulscript.load(path, strict=True)
        elif format_name == "memories":
            read_memories(source.single or b"", strict=True, source=source.name)
    return read_file(path)


def _with_path(path: Path, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Name the file by its path, as compilers do."""
    return tuple(
        problem
        if "/" in problem.source
        else replace(problem, source=str(path.parent / problem.source))
        for problem in problems
    )


def _files_in(folder: Path) -> Iterator[Path]:
    """Yield the files of a folder by name, without leftovers and links."""
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        yield folder  # reading it will report why
        return
    visible = [path for path in entries if not (is_leftover(path.name) or path.is_symlink())]
    if any(path.name.casefold() == SOUL_FOLDER_FILE for path in visible):
        yield folder
        return
    for path in visible:
        if path.is_dir():
            yield from _files_in(path)
        elif path.is_file():
            yield path
