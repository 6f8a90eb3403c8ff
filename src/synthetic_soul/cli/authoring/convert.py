"""``soul convert``."""

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Annotated

import typer

from soulscript.formats import (
    FORMATS,
    Import,
    JsonObject,
    Source,
    detect,
    is_relative,
    merge_fragment,
    read_file,
    read_source,
    source_at,
)
from soulscript.formats import write_files as export_files
from synthetic_soul.cli.console import Force, say, write_files
from synthetic_soul.errors import InvalidInput

FOLDER_FORMAT = "markdown"
FOLDER_STEM = "SOUL"  # of the main file in a folder
FRAGMENT_FORMAT = "tinytroupe"


def convert(
    source: Annotated[Path, typer.Argument(metavar="IN", help="A file of any format.")],
    target: Annotated[
        Path,
        typer.Argument(metavar="OUT", help="File or folder to write; its ending names the format."),
    ],
    *,
    to: Annotated[
        str | None, typer.Option(metavar="FORMAT", help="Write this format, such as card-png.")
    ] = None,
    fragments: Annotated[
        list[Path] | None,
        typer.Option(
            "--with", metavar="FRAGMENT", help="Merge this TinyTroupe fragment into it first."
        ),
    ] = None,
    force: Force = False,
) -> None:
    """Read, write and print the report; memories and pictures go beside the target.

    Errors: ``SoulscriptError``, ``InvalidInput``, ``Conflict``.
    """
    imported = _join(source, fragments) if fragments else read_file(source)
    row = FORMATS[_target_format(target, to, imported.format)]
    is_folder_format = row.name == FOLDER_FORMAT
    into_folder = target.is_dir() or (is_folder_format and not target.suffix)
    name = target.name
    if into_folder:
        name = FOLDER_STEM if is_folder_format else source.name.partition(".")[0]
    stem = name.removesuffix(row.ending)
    export = export_files(imported, row.name, stem)
    main_name = stem + row.ending
    if len(export.files) > 1 and not into_folder and main_name not in export.files:
        raise InvalidInput(f"these are several files: {', '.join(export.files)}; name a folder")
    main = target / main_name if into_folder else target
    files = dict(_paths(main, export.files, main_name))
    write_files(files, force=force)
    for problem in imported.problems:
        say(problem, err=True)
    for note in imported.report:
        say(f"{source}: {note}")
    for note in export.report:
        say(f"{target}: {note}")
    for path in files:
        say(f"{path} written")


def _join(source: Path, fragments: Iterable[Path]) -> Import:
    """Read a TinyTroupe person with fragments merged into it, as TinyTroupe does."""
    person, *more = (_document(path) for path in (source, *fragments))
    for fragment in more:
        person = merge_fragment(person, fragment)
    return read_source(Source(source.name, {source.name: json.dumps(person).encode()}))


def _document(path: Path) -> JsonObject:
    source = source_at(path)
    if detect(source).name != FRAGMENT_FORMAT or not isinstance(source.document, dict):
        raise InvalidInput(f"{path}: --with joins fragments of TinyTroupe to a person of it")
    return source.document


def _target_format(target: Path, to: str | None, source_format: str) -> str:
    """Return the format named, else the one of the target's ending.

    If an ending belongs to several, the source's own wins; else ``InvalidInput`` asks for one.
    """
    names = [name for name, row in FORMATS.items() if row.writes is not None]
    if to is not None:
        if to not in names:
            raise InvalidInput(
                f'there is no format "{to}" to write; name one of: {", ".join(names)}'
            )
        return to
    if target.is_dir() or not target.suffix:
        return FOLDER_FORMAT
    fitting = [name for name in names if target.name.endswith(FORMATS[name].ending)]
    longest = max((len(FORMATS[name].ending) for name in fitting), default=0)
    fitting = [name for name in fitting if len(FORMATS[name].ending) == longest]
    if source_format in fitting:
        return source_format
    if len(fitting) == 1:
        return fitting[0]
    candidates = " or ".join(fitting) if fitting else "no format that is known here"
    raise InvalidInput(f"{target} may be {candidates}; say which with --to: {', '.join(names)}")


def _paths(main: Path, files: Mapping[str, bytes], main_name: str) -> Iterator[tuple[Path, bytes]]:
    """Yield the path of each file: that of the main one, the others beside it."""
    single = len(files) == 1
    for name, content in files.items():
        if not is_relative(name):
            raise InvalidInput(f"{name!r} is no name for a file beside {main}")
        yield (main if single or name == main_name else main.parent / name), content
