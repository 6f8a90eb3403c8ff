"""``soul convert``: from any format into any other, with a report of what became of each part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from soulscript.formats import FORMATS, read_file, write_files
from soulscript.formats.pictures import is_relative
from synthetic_soul.cli.printing import say
from synthetic_soul.cli.writing import put
from synthetic_soul.errors import InvalidInput

if TYPE_CHECKING:
    from pathlib import Path


def convert(source: Path, target: Path, *, to: str | None, force: bool) -> None:
    """Read, write and print the report; memories and pictures go beside the target.

    Errors: ``SoulscriptError``, ``InvalidInput``, ``Conflict``.
    """
    found = read_file(source)
    row = FORMATS[_format(target, to, found.format)]
    stem = target.name.removesuffix(row.ending)
    written = write_files(found, row.name, stem)
    main = stem + row.ending
    files = {
        target if name == main else target.parent / _beside(name): content
        for name, content in written.files.items()
    }
    put(files, force=force)
    for problem in found.problems:
        say(problem, err=True)
    for note in found.report:
        say(f"{source}: {note}")
    for note in written.report:
        say(f"{target}: {note}")
    for path in files:
        say(f"{path} written")


def _format(target: Path, to: str | None, own: str) -> str:
    """Find the format that is meant: the one named, else by the target's ending.

    Where an ending may be several, the source's own counts; else ``InvalidInput`` asks for one.
    """
    names = [name for name, row in FORMATS.items() if row.writes is not None]
    if to is not None:
        if to not in names:
            raise InvalidInput(
                f'there is no format "{to}" to write; name one of: {", ".join(names)}'
            )
        return to
    fitting = [name for name in names if _ends(target, FORMATS[name].ending)]
    longest = max((len(FORMATS[name].ending) for name in fitting), default=0)
    fitting = [name for name in fitting if len(FORMATS[name].ending) == longest]
    if len(fitting) == 1 or own in fitting:
        return own if own in fitting else fitting[0]
    said = " or ".join(fitting) if fitting else "no format that is known here"
    raise InvalidInput(f"{target} may be {said}; say which with --to: {', '.join(names)}")


def _ends(target: Path, ending: str) -> bool:
    return bool(ending) and target.name.endswith(ending)


def _beside(name: str) -> str:
    """Refuse a name that would lead out of the target's folder."""
    if not is_relative(name):
        raise InvalidInput(f"{name!r} is no name for a file beside the target")
    return name
