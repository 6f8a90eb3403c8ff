"""``soul check``: what is wrong with files, and what a reading made of them."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import soulscript
from soulscript import FATES, UnknownFormatError, read_memories
from soulscript.conformance import document_of, listed
from soulscript.formats import FORMATS, detect, read_file, source_at
from synthetic_soul.cli.console import give_json, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from soulscript import Problem
    from soulscript.formats import Import

TELLING = re.compile(r"(?<![a-z])(?:soul|identity)(?![a-z])", re.IGNORECASE)
"""What a file of Markdown in a folder is called that is more than any text with headings."""
SOUL_FOLDER = "soul.md"  # a folder with this file describes one character
ENDINGS = tuple({ending for row in FORMATS.values() if (ending := row.ending)})


@dataclass(frozen=True, slots=True)
class Checked:
    """A file and what came of reading it: the import, or the problems for which there is none."""

    path: Path
    found: Import | None
    problems: tuple[Problem, ...]

    def document(self, *, full: bool) -> dict[str, object]:
        """Give it as plain JSON: what the cases of ``soul conformance`` ask for, and more."""
        told: dict[str, object] = {"file": str(self.path), "readable": self.found is not None}
        if self.found is None:
            return told | {"problems": listed(self.problems)}
        report = self.found.report
        counts = {fate: len(report.of(fate)) for fate in FATES}
        told |= {"format": self.found.format, "report": report.dump() if full else counts}
        return told | document_of(self.found) | {"problems": listed(self.problems)}


def check(paths: Sequence[Path], *, strict: bool, as_json: bool, full: bool) -> int:
    """Print what is wrong with each file and what became of it; 0 if all can be read, else 1.

    A folder is gone through; what is of no known format in it is passed over.
    """
    every: list[Checked] = []
    for checked in _all(paths, strict=strict):
        every.append(checked)
        if not as_json:
            _tell(checked, full=full)
    single = len(paths) == 1 and not paths[0].is_dir()
    readable = sum(checked.found is not None for checked in every)
    if as_json:
        documents = [checked.document(full=full) for checked in every]
        give_json(documents[0] if single else documents)
    elif not single:
        count = f"{len(every)} file{'' if len(every) == 1 else 's'}"
        say(f"{count}: {readable} can be read, {len(every) - readable} cannot", err=True)
    return 0 if readable == len(every) else 1


def _tell(checked: Checked, *, full: bool) -> None:
    for problem in checked.problems:
        say(problem)
    found = checked.found
    if found is None:
        return
    if full:
        for note in found.report:
            say(f"{checked.path}: {note}")
    about = "; ".join(filter(None, (found.format, found.report.summary())))
    name = found.soul.name if found.soul else f"{len(found.memories)} memories"
    say(f"{checked.path}: {about}; {name} can be read")


def _all(paths: Iterable[Path], *, strict: bool) -> Iterator[Checked]:
    for path in paths:
        if not path.is_dir():
            yield _checked(path, strict=strict)
            continue
        for inner in _within(path):
            try:
                yield _checked(inner, strict=strict, pass_over=True)
            except _OfNoFormat:
                continue


class _OfNoFormat(Exception):
    """A file in a folder is something else altogether."""


def _checked(path: Path, *, strict: bool, pass_over: bool = False) -> Checked:
    try:
        found = _read(path, strict=strict)
    except soulscript.SoulscriptError as error:
        ours = path.is_dir() or path.name.endswith(ENDINGS)
        if pass_over and (isinstance(error, UnknownFormatError) or not ours):
            raise _OfNoFormat from error
        return Checked(path, None, _placed(path, error.problems))
    prose = found.format == "markdown" and not path.is_dir()
    if pass_over and prose and not TELLING.search(path.name):
        raise _OfNoFormat
    return Checked(path, found, _placed(path, found.problems))


def _read(path: Path, *, strict: bool) -> Import:
    """Read a file; strictly, what Soulscript itself specifies."""
    if strict and not path.is_dir():
        source = source_at(path)
        kind = detect(source).name
        if kind == "soul":
            soulscript.load(path, strict=True)
        elif kind == "memories":
            read_memories(source.single or b"", strict=True, source=source.name)
    return read_file(path)


def _placed(path: Path, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Name the file by the way that leads there, as compilers do."""
    return tuple(
        problem
        if "/" in problem.source
        else replace(problem, source=str(path.parent / problem.source))
        for problem in problems
    )


def _within(folder: Path) -> Iterator[Path]:
    """Go through the files of a folder, by name; hidden ones are skipped, links not followed."""
    try:
        inner = sorted(folder.iterdir())
    except OSError:
        yield folder  # reading it will say why
        return
    plain = [path for path in inner if not (path.name.startswith(".") or path.is_symlink())]
    if any(path.name.casefold() == SOUL_FOLDER for path in plain):
        yield folder
        return
    for path in plain:
        if path.is_dir():
            yield from _within(path)
        elif path.is_file():
            yield path
