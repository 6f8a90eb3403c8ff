"""``soul convert``: from any format into any other, with a report of what became of each part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from soulscript.formats import (
    FORMATS,
    Import,
    Source,
    detect,
    is_relative,
    merge_fragment,
    read_file,
    read_source,
    source_at,
    write_files,
)
from synthetic_soul.cli.console import say
from synthetic_soul.cli.files import put
from synthetic_soul.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from soulscript.formats import JsonObject

OF_FOLDERS = "markdown"  # the format of what is a folder
MAIN = "SOUL"  # stem of the file that a folder of it begins with
OF_FRAGMENTS = "tinytroupe"


def convert(
    source: Path, target: Path, *, to: str | None, fragments: Iterable[Path], force: bool
) -> None:
    """Read, write and print the report; memories and pictures go beside the target.

    Errors: ``SoulscriptError``, ``InvalidInput``, ``Conflict``.
    """
    fragments = list(fragments)
    found = _joined(source, fragments) if fragments else read_file(source)
    row = FORMATS[_format(target, to, found.format)]
    several = row.name == OF_FOLDERS
    folder = target.is_dir() or (several and not target.suffix)
    name = (MAIN if several else source.name.partition(".")[0]) if folder else target.name
    stem = name.removesuffix(row.ending)
    export = write_files(found, row.name, stem)
    first = stem + row.ending
    if len(export.files) > 1 and not folder and first not in export.files:
        raise InvalidInput(f"these are several files: {', '.join(export.files)}; name a folder")
    main = target / first if folder else target
    files = dict(_placed(main, export.files, first))
    put(files, force=force)
    for problem in found.problems:
        say(problem, err=True)
    for note in found.report:
        say(f"{source}: {note}")
    for note in export.report:
        say(f"{target}: {note}")
    for path in files:
        say(f"{path} written")


def _joined(source: Path, fragments: Iterable[Path]) -> Import:
    """Read a TinyTroupe person with fragments joined to it, as TinyTroupe does."""
    person, *more = (_document(path) for path in (source, *fragments))
    for fragment in more:
        person = merge_fragment(person, fragment)
    return read_source(Source(source.name, {source.name: json.dumps(person).encode()}))


def _document(path: Path) -> JsonObject:
    found = source_at(path)
    if detect(found).name != OF_FRAGMENTS or not isinstance(found.document, dict):
        raise InvalidInput(f"{path}: --with joins fragments of TinyTroupe to a person of it")
    return found.document


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
    if target.is_dir() or not target.suffix:
        return OF_FOLDERS
    fitting = [name for name in names if target.name.endswith(FORMATS[name].ending)]
    longest = max((len(FORMATS[name].ending) for name in fitting), default=0)
    fitting = [name for name in fitting if len(FORMATS[name].ending) == longest]
    if own in fitting:
        return own
    if len(fitting) == 1:
        return fitting[0]
    said = " or ".join(fitting) if fitting else "no format that is known here"
    raise InvalidInput(f"{target} may be {said}; say which with --to: {', '.join(names)}")


def _placed(main: Path, files: Mapping[str, bytes], name: str) -> Iterator[tuple[Path, bytes]]:
    """Say where each file goes: the one of that name is the main one, the rest stands beside it."""
    single = len(files) == 1
    for each, content in files.items():
        if not is_relative(each):
            raise InvalidInput(f"{each!r} is no name for a file beside {main}")
        yield (main if single or each == name else main.parent / each), content
