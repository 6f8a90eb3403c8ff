"""Reading and writing of other formats, always with a report.

    from soulscript.formats import read_file, write_files

    seraphina = read_file("seraphina.png")
    for note in seraphina.report:
        print(note)
    files = write_files(seraphina, "soul", "seraphina").files

``FORMATS`` has a row for each format; the module of a format is imported on its first use.
"""

from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from soulscript.errors import UnknownFormatError, whole_text
from soulscript.formats import sources
from soulscript.formats.base import Export, Format, Import, Source
from soulscript.formats.examples import CHARACTER, PERSON, Turn, dialogues_of, opening_of
from soulscript.formats.round_trip import memories_of, with_memories
from soulscript.formats.sources import is_leftover, is_relative, source_at
from soulscript.jsontext.parser import JsonObject, parse

__all__ = [
    "CHARACTER",
    "FORMATS",
    "PERSON",
    "Export",
    "Format",
    "Import",
    "JsonObject",
    "Source",
    "Turn",
    "detect",
    "dialogues_of",
    "is_leftover",
    "is_relative",
    "memories_of",
    "merge_fragment",
    "opening_of",
    "read_file",
    "read_source",
    "source_at",
    "with_memories",
    "write_files",
]


def _lazy(module: str, name: str) -> Callable[..., Any]:
    """Return a function that imports a format's module when it is called."""

    def call(*arguments: object) -> Any:  # noqa: ANN401 - whatever the function returns
        return getattr(import_module(f"{__name__}.{module}"), name)(*arguments)

    return call


def _row(name: str, title: str, ending: str, module: str, kind: str = "") -> Format:
    """Make the row of a module that has ``detect``, ``decode`` and ``encode``, or ``…_<kind>``."""
    suffix = f"_{kind}" if kind else ""
    functions = (_lazy(module, verb + suffix) for verb in ("detect", "decode", "encode"))
    return Format(name, title, ending, *functions)


def _card_version(name: str, version: int) -> Format:
    """Make the row that writes an older version of cards; the row ``card`` reads them all."""
    writes = _lazy("cards.card", f"encode_v{version}")
    title = f"character card V{version} as JSON"
    return Format(name, title, ".json", lambda _: False, _lazy("cards.card", "decode"), writes)


_APPLE_DOUBLE: Final = b"\0\5\x16\7"  # the first bytes of such a file
# Detection tries the rows in this order: formats with the most distinctive signs come first.
_ROWS: Final = (
    _row("card-png", "character card in a PNG picture", ".png", "cards.png"),
    _row("charx", "character card with its pictures (CHARX)", ".charx", "cards.charx"),
    _row("card", "character card as JSON, V3 or the version it came in", ".json", "cards.card"),
    _card_version("card-v2", 2),
    _card_version("card-v1", 1),
    _row("eliza", "Eliza character", ".character.json", "eliza"),
    _row("letta", "Letta agent file", ".af", "letta"),
    _row("tinytroupe", "TinyTroupe person or fragment", ".agent.json", "tinytroupe"),
    _row("soul", "Soulscript soul", ".soul", "native", "soul"),
    _row("memories", "Soulscript memory graph", ".memories.json", "native", "memories"),
    _row("lorebook", "lorebook or world file", ".json", "cards.lorebook"),
    _row("chat", "SillyTavern chat", ".jsonl", "cards.chat_log"),
    _row("markdown", "SOUL.md, alone or in a folder with its like", ".md", "markdown.markdown"),
)
FORMATS: Final[dict[str, Format]] = {row.name: row for row in _ROWS}
"""The formats by name."""


def detect(source: Source) -> Format:
    """Return the format of a source; its name counts only where the content is inconclusive.

    Raises ``UnknownFormatError``, or ``NotJsonError`` for a text that is JSON with faults.
    """
    raw = source.single
    if raw is not None and raw.startswith(_APPLE_DOUBLE):
        message = "this is what macOS keeps beside a file of the same name, without the ._"
        mend = "name that file"
        raise UnknownFormatError([whole_text("unknown_format", message, mend, source.name)])
    for row in FORMATS.values():
        if row.sees(source):
            return row
    if raw is not None and source.name.endswith(FORMATS["soul"].ending):
        return FORMATS["soul"]
    if raw is not None and raw.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        parse(raw, source=source.name)
    message, mend = "this is of no format that is known here", f"bring one of: {_names()}"
    raise UnknownFormatError([whole_text("unknown_format", message, mend, source.name)])


def read_source(source: Source) -> Import:
    """Read a source of any format. Raises a ``SoulscriptError``."""
    return detect(source).reads(source)


def read_file(path: str | Path) -> Import:
    """Read a file, or a folder that describes one character.

    A soul is read with the files that belong to it: its memories (``luce.memories.json`` beside
    ``luce.soul`` or ``luce.agent.soul``) and the images that its avatar names. Links are not
    followed; a file may have 32 MiB. Raises ``UnreadableError`` and what ``read_source`` does.
    """
    path = Path(path)
    imported = read_source(source_at(path))
    soul = imported.soul
    if soul is None or imported.format != "soul" or path.is_dir():
        return imported
    memories = sources.memories_beside(path)
    if memories is not None:
        graph = FORMATS["memories"].reads(memories)
        imported = replace(
            imported,
            memories=(*imported.memories, *graph.memories),
            report=imported.report + graph.report,
            problems=(*imported.problems, *graph.problems),
            extra=graph.extra,
        )
    return replace(imported, assets=sources.images_beside(path, soul))


def write_files(what: Import, format_name: str, stem: str) -> Export:
    """Write what was read in a format of this name; ``stem`` begins the names of the files.

    Raises ``UnknownFormatError`` where no format of that name is written.
    """
    row = FORMATS.get(format_name)
    if row is None or row.writes is None:
        message, mend = f'there is no format "{format_name}" to write', f"name one of: {_names()}"
        raise UnknownFormatError([whole_text("unknown_format", message, mend, format_name)])
    return row.writes(what, stem)


def merge_fragment(person: JsonObject, fragment: JsonObject) -> JsonObject:
    """Merge a TinyTroupe fragment into a person, as TinyTroupe does."""
    merged: JsonObject = _lazy("tinytroupe", "merge_fragment")(person, fragment)
    return merged


def _names() -> str:
    return ", ".join(FORMATS)
