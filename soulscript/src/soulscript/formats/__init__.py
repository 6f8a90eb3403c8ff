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
from soulscript.formats.base import FILES_KEY, Export, Format, Import, Source, as_text
from soulscript.formats.round_trip import memories_of, with_memories
from soulscript.formats.sources import is_leftover, is_relative, source_at
from soulscript.jsontext.parser import JsonObject
from soulscript.memory.graph import gc_paused
from soulscript.model.soul import Soul
from soulscript.report import Note, Report

__all__ = [
    "FORMATS",
    "Export",
    "Format",
    "Import",
    "JsonObject",
    "Source",
    "detect",
    "is_leftover",
    "is_relative",
    "memories_of",
    "merge_fragment",
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


def _read_only(name: str, title: str, ending: str, module: str) -> Format:
    """Make the row of a module that has ``detect`` and ``decode`` alone."""
    return Format(name, title, ending, _lazy(module, "detect"), _lazy(module, "decode"))


def _card_version(name: str, version: int) -> Format:
    """Make the row that writes an older version of cards; the row ``card`` reads them all."""
    writes = _lazy("cards.card", f"encode_v{version}")
    title = f"character card V{version} as JSON"
    return Format(name, title, ".json", lambda _: False, _lazy("cards.card", "decode"), writes)


def _lorebook(name: str, title: str, kind: str = "") -> Format:
    """Make the row that writes one layout of lorebooks; the row ``lorebook`` reads them all."""
    writes = _lazy("books.lorebook", f"encode_{kind or name}")
    return Format(name, title, ".json", lambda _: False, _lazy("books.lorebook", "decode"), writes)


_APPLE_DOUBLE: Final = b"\0\5\x16\7"  # the first bytes of such a file
# Detection tries the rows in this order: formats with the most distinctive signs come first.
_ROWS: Final = (
    _row("card-png", "character card in a PNG picture", ".png", "cards.png"),
    _row("byaf", "Backyard archive", ".byaf", "cards.byaf"),
    _read_only("voxta", "Voxta package", ".voxpkg", "cards.voxta"),
    _row("charx", "character card with its pictures (CHARX)", ".charx", "cards.charx"),
    _read_only(
        "card-picture", "character card in a WebP or JPEG picture", ".webp", "cards.picture_cards"
    ),
    _read_only(
        "faraday", "Faraday or Backyard character as JSON or in PNG", ".json", "cards.faraday"
    ),
    _row("pygmalion", "Pygmalion character", ".json", "personas.pygmalion"),
    _row("card", "character card as JSON, V3 or the version it came in", ".json", "cards.card"),
    _card_version("card-v2", 2),
    _card_version("card-v1", 1),
    _row("eliza", "Eliza character", ".character.json", "personas.eliza"),
    _read_only("eliza-ts", "Eliza character as TypeScript", ".ts", "personas.character_ts"),
    _row("letta", "Letta agent file", ".af", "personas.letta"),
    _row("tinytroupe", "TinyTroupe person or fragment", ".agent.json", "personas.tinytroupe"),
    _row("agnai", "Agnai character", ".json", "personas.agnai"),
    _row("modelfile", "Ollama Modelfile", ".Modelfile", "personas.modelfile"),
    _row("oobabooga", "text-generation-webui character", ".yaml", "personas.oobabooga"),
    _row("soul", "Soulscript soul", ".soul", "native", "soul"),
    _row("risum", "RisuAI module, its lore", ".risum", "books.risuai_module"),
    _row("lorebook", "lorebook or world file", ".json", "books.lorebook"),
    _lorebook("world", "world file of SillyTavern"),
    _lorebook("lorebook-v3", "standalone lorebook of V3", "v3"),
    _row("chat", "chat of SillyTavern, or as JSON of another tool", ".jsonl", "chats.chat_log"),
    _row("memories", "Soulscript memory graph", ".memories.json", "native", "memories"),
    _row(
        "markdown",
        "SOUL.md or an agent as Markdown, alone or in a folder",
        ".md",
        "markdown.markdown",
    ),
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
        source.require_json()
    _lazy("personas.groups", "refuse_group")(source)
    kind = None
    if raw is not None:
        kind = _lazy("cards.signatures", "kind_of")(raw, source.document)
    message, mend = "this is of no format that is known here", f"bring one of: {_names()}"
    if kind:
        message, mend = f"this looks like {kind.name}", kind.mend
    raise UnknownFormatError([whole_text("unknown_format", message, mend, source.name)])


def read_source(source: Source) -> Import:
    """Read a source of any format. Raises a ``SoulscriptError``."""
    source = sources.in_utf8(source)
    with gc_paused():
        imported = detect(source).reads(source)
    if not source.warnings:
        return imported
    return replace(imported, problems=(*imported.problems, *source.warnings))


def read_file(path: str | Path) -> Import:
    """Read a file, or a folder that describes one character.

    A soul is read with the files that belong to it: its memories (``luce.memories.json`` beside
    ``luce.soul`` or ``luce.agent.soul``), the images that its avatar names, and the files that it
    was written with. Links are not followed; a file may have 64 MiB, a folder 128. Raises
    ``UnreadableError`` and what ``read_source`` does.
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
    return _with_files(imported, soul, path)


def _with_files(imported: Import, soul: Soul, path: Path) -> Import:
    """Add the files beside a soul: its images, and those that it was written with."""
    named = (soul.model_extra or {}).get(FILES_KEY)
    others = list(map(as_text, named)) if isinstance(named, list) else []
    files = sources.files_beside(path, dict.fromkeys([*others, *sources.image_files(soul)]))
    if not others:
        return replace(imported, assets=files)
    message = "named in the soul but not beside it"
    missing = (Note("dropped", name, "", message) for name in others if name not in files)
    document = {key: value for key, value in soul.dump().items() if key != FILES_KEY}
    report = Report((*imported.report, *missing))
    return replace(imported, soul=Soul.model_validate(document), assets=files, report=report)


def write_files(what: Import, format_name: str, stem: str) -> Export:
    """Write what was read in a format of this name; ``stem`` begins the names of the files.

    Raises ``UnknownFormatError`` where no format of that name is written.
    """
    row = FORMATS.get(format_name)
    if row is None or row.writes is None:
        message = f'there is no format "{format_name}" to write'
        if row is not None:
            message = f'the format "{format_name}" is read but not written'
        mend = f"name one of: {', '.join(key for key, known in FORMATS.items() if known.writes)}"
        raise UnknownFormatError([whole_text("unknown_format", message, mend, format_name)])
    return row.writes(what, stem)


def merge_fragment(person: JsonObject, fragment: JsonObject) -> JsonObject:
    """Merge a TinyTroupe fragment into a person, as TinyTroupe does."""
    merged: JsonObject = _lazy("personas.tinytroupe", "merge_fragment")(person, fragment)
    return merged


def _names() -> str:
    return ", ".join(FORMATS)
