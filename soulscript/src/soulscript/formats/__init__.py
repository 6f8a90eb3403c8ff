"""Other formats, in and out, always with a report.

    from soulscript.formats import read_file, write_files

    found = read_file("seraphina.png")
    for note in found.report:
        print(note)
    files = write_files(found, "soul", "seraphina").files

``FORMATS`` has a row for each format; a format's module is imported when it is first asked.
"""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from soulscript.errors import UnknownFormatError, whole_text
from soulscript.formats import sources
from soulscript.formats.base import Export, Format, Import, JsonObject, Source
from soulscript.formats.images import is_relative
from soulscript.formats.round_trip import memories_of, with_memories
from soulscript.formats.sources import source_at
from soulscript.jsontext.parser import parse

__all__ = [
    "FORMATS",
    "Export",
    "Format",
    "Import",
    "JsonObject",
    "Source",
    "detect",
    "is_relative",
    "memories_of",
    "merge_fragment",
    "read_file",
    "read_source",
    "source_at",
    "with_memories",
    "write_files",
]


def _never(_: Source) -> bool:
    return False


def _of(module: str, name: str) -> Callable[..., Any]:
    """Give a function of a format's module, which is imported when the function is called."""

    def call(*arguments: object) -> Any:  # noqa: ANN401 - whatever the function gives
        return getattr(import_module(f"{__name__}.{module}"), name)(*arguments)

    return call


def _row(
    name: str, title: str, ending: str, module: str, kind: str = "", *, seen: bool = True
) -> Format:
    """Make the row of a format whose module has ``sees_<kind>``, ``reads_…`` and ``writes_…``.

    One that is not seen has only ``writes_<kind>`` of its own.
    """
    tail = f"_{kind}" if kind else ""
    own = tail if seen else ""
    return Format(
        name,
        title,
        ending,
        _of(module, f"sees{own}") if seen else _never,
        _of(module, f"reads{own}"),
        _of(module, f"writes{tail}"),
    )


# In the order in which a content is looked at: the plainest signs first. Rows that are not seen
# are for writing; what they write is read by the row before them.
_ROWS: Final = (
    _row("card-png", "character card in a PNG picture", ".png", "cards.png"),
    _row("charx", "character card with its pictures (CHARX)", ".charx", "cards.charx"),
    _row("card", "character card as JSON, V3 or the version it came in", ".json", "cards.card"),
    _row("card-v2", "character card V2 as JSON", ".json", "cards.card", "v2", seen=False),
    _row("card-v1", "character card V1 as JSON", ".json", "cards.card", "v1", seen=False),
    _row("eliza", "Eliza character", ".character.json", "eliza"),
    _row("letta", "Letta agent file", ".af", "letta"),
    _row("tinytroupe", "TinyTroupe person or fragment", ".agent.json", "tinytroupe.tinytroupe"),
    _row("soul", "Soulscript soul", ".soul", "native", "soul"),
    _row("memories", "Soulscript memory graph", ".memories.json", "native", "memories"),
    _row("lorebook", "lorebook or world file", ".json", "cards.lorebook"),
    _row("chat", "SillyTavern chat", ".jsonl", "cards.chat_log"),
    _row("markdown", "SOUL.md, alone or in a folder with its like", ".md", "markdown.markdown"),
)
FORMATS: Final[dict[str, Format]] = {row.name: row for row in _ROWS}
"""The formats by name."""


def detect(source: Source) -> Format:
    """Find the format of a content; its name is looked at only where the content tells nothing.

    Raises ``UnknownFormatError``, or ``NotJsonError`` where a text is JSON but for its faults.
    """
    for row in FORMATS.values():
        if row.sees(source):
            return row
    raw = source.single
    if raw is not None and source.name.endswith(FORMATS["soul"].ending):
        return FORMATS["soul"]
    if raw is not None and raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        parse(raw, source=source.name)
    message, mend = "this is of no format that is known here", f"bring one of: {_names()}"
    raise UnknownFormatError([whole_text("unknown_format", message, mend, source.name)])


def read_source(source: Source) -> Import:
    """Read what was brought, whatever its format. Raises a ``SoulscriptError``."""
    return detect(source).reads(source)


def read_file(path: str | Path) -> Import:
    """Read a file, or a folder that describes one character.

    What belongs to a soul and lies beside it comes along: its memories (``luce.memories.json`` for
    ``luce.soul`` or ``luce.agent.soul``) and the pictures that its avatar names. Links are not
    followed; a file may have 32 MiB. Raises ``UnreadableError`` and what ``read_source`` does.
    """
    place = Path(path)
    found = read_source(source_at(place))
    soul = found.soul
    if soul is None or found.format != "soul" or place.is_dir():
        return found
    beside = sources.memories_beside(place)
    if beside is not None:
        graph = FORMATS["memories"].reads(beside)
        found = replace(
            found,
            memories=(*found.memories, *graph.memories),
            report=found.report + graph.report,
            problems=(*found.problems, *graph.problems),
            extra=graph.extra,
        )
    return replace(found, assets=sources.pictures_beside(place, soul))


def write_files(what: Import, format_name: str, stem: str) -> Export:
    """Write what was read in another format, or in its own; ``stem`` names the files.

    Raises ``UnknownFormatError`` where no format of that name is written.
    """
    row = FORMATS.get(format_name)
    if row is None or row.writes is None:
        message, mend = f'there is no format "{format_name}" to write', f"name one of: {_names()}"
        raise UnknownFormatError([whole_text("unknown_format", message, mend, format_name)])
    return row.writes(what, stem)


def merge_fragment(person: JsonObject, fragment: JsonObject) -> JsonObject:
    """Join a TinyTroupe fragment to a person, as TinyTroupe does."""
    merged: JsonObject = _of("tinytroupe.tinytroupe", "merge")(person, fragment)
    return merged


def _names() -> str:
    return ", ".join(FORMATS)
