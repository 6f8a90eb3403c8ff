"""Read souls, strictly or tolerantly, with the place of every problem."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path as FilePath
from typing import NamedTuple

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from soulscript.errors import (
    UNREADABLE,
    NotASoulError,
    NotJsonError,
    Path,
    Problem,
    UnreadableError,
    whole_text,
)
from soulscript.jsontext.parser import JsonObject, Parsed, decoded, fits, size
from soulscript.jsontext.scanner import MAX_DEPTH, MAX_KNOWN_VALUES
from soulscript.model.soul import (
    AVATAR,
    ENGINE,
    MAX_SOUL_BYTES,
    METADATA,
    PARTS,
    Avatar,
    EngineNotes,
    Soul,
    avatar,
    compact,
    engine_notes,
    known_keys,
)
from soulscript.reading.document import AnnotatedDocument
from soulscript.reading.soul_dialects import RULES
from soulscript.report import Report

_MAX_KEY_CHARS = 40  # characters of a key that can be a misspelling
_MAX_UNKNOWN_KEYS = 500  # unknown keys of one soul that are looked at for misspellings
_MIN_SIMILARITY = 0.75  # difflib's ratio from which two keys are taken for one
# The rule that covers a value of the wrong type, by key.
_RULED: dict[str | int, str] = {
    "version": "D2",
    "id": "D2",
    "strength": "D5",
    "importance": "D5",
    "age": "D7",
    "boundaries": "D9",
}
_WANTED = {
    "string_type": "a text",
    "float_type": "a number",
    "tuple_type": "a list",
    "model_type": "an object",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a soul: the soul, the changes, and the unknown keys that were kept.

    ``problems`` are warnings only, in the order of the text. ``kept`` holds the paths of unknown
    keys and extensions; they are written again. ``report`` says the same of each thing by what
    became of it: kept, changed, defaulted or dropped.
    """

    soul: Soul
    problems: tuple[Problem, ...] = ()
    kept: tuple[str, ...] = ()
    report: Report = field(default_factory=Report)


class _Unknown(NamedTuple):
    """A key that the specification does not know: where it stands, in which part and object."""

    path: Path
    part: type[BaseModel]
    holder: JsonObject


def load(path: str | FilePath, *, strict: bool = False) -> Reading:
    """Read the soul in a file; its path names the source in each problem.

    Raises ``UnreadableError`` where the file cannot be opened, else as ``read`` does.
    """
    source = str(path)
    try:
        with FilePath(path).open("rb") as file:
            text = file.read(MAX_SOUL_BYTES + 1)
    except OSError as error:
        reason = error.strerror or "the file cannot be opened"
        mend = "name a file that can be read"
        raise UnreadableError([whole_text(UNREADABLE, reason, mend, source)]) from error
    return read(text, strict=strict, source=source)


def read(text: str | bytes, *, strict: bool = False, source: str = "<text>") -> Reading:
    """Read a soul from JSON; bytes are UTF-8.

    Strict reading takes the specification's layout in real JSON only. Tolerant reading also takes
    the dialects of ``soul_dialects.py`` and gives a warning for each thing it changed, clamped or
    defaulted. Raises ``NotJsonError`` or ``NotASoulError`` with all problems found. At most 16 MiB,
    64 levels, 500,000 values, of them 20,000 that do not stand within a top-level extension.
    """
    text = decoded(text, source, MAX_SOUL_BYTES)
    document = AnnotatedDocument(text, Parsed(text), strict, source)
    kind = NotJsonError if document.failed else NotASoulError
    soul, unknown = _soul(document) if document.parsed.whole else (None, ())
    if soul is None or document.failed:
        raise kind(document.problems())
    kept = tuple(document.kept(path) for path, *_ in unknown)
    report = Report((*document.notes(), *kept))
    return Reading(soul, document.problems(), tuple(note.path for note in kept), report)


def _soul(document: AnnotatedDocument) -> tuple[Soul | None, Sequence[_Unknown]]:
    """Bring the document into the specification's layout; return its soul and its unknown keys."""
    if not isinstance(document.parsed.value, dict):
        document.error("wrong_type", (), "an object is needed here", "write { … }")
        return None, ()
    if _overfull(document):
        return None, ()
    for rule in RULES:
        rule(document)
    unknown = tuple(_unknown(document))
    _look_for_misspellings(document, unknown)
    _look_at_notes(document)
    try:
        soul = Soul.model_validate(document.root)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            document.error(*_in_words(fault))
        return None, ()
    if not _can_be_read_again(document, soul):
        message = "the soul, written out in full, passes a limit of size, depth or count"
        document.error("too_large", (), message, "shorten it")
    return soul, unknown


def _in_words(fault: ErrorDetails) -> tuple[str, Path, str, str, str]:
    """Return code, path, message, mend and rule for an error of pydantic."""
    path: Path = fault["loc"]
    key = path[-1]
    wanted = _field(path).description or ""
    if fault["type"] == "missing":
        return "missing", path, f'"{key}" is missing', f'add "{key}": {wanted}', ""
    rule = next((_RULED[step] for step in reversed(path) if step in _RULED), "")
    if fault["type"] in _WANTED:
        message = f"{_WANTED[fault['type']]} is needed here"
        return "wrong_type", path, message, f"write {wanted}", rule
    return "empty", path, "there is nothing in it", f"write {wanted}", rule


def _field(path: Path) -> FieldInfo:
    """Return the field at a path; for an item of a list, the list's field."""
    *where, name = (step for step in path if isinstance(step, str))
    fields = PARTS[tuple(where)].model_fields
    return next(field for key, field in fields.items() if name in (key, field.alias))


def _unknown(document: AnnotatedDocument) -> Iterator[_Unknown]:
    """Iterate over the keys that the specification does not know."""
    for path, part, holder in document.objects():
        known = known_keys(part)
        for key in holder:
            if key not in known and (path or key != AVATAR):
                yield _Unknown((*path, key), part, holder)
    yield from _unknown_within(document.root, AVATAR, Avatar)


def _unknown_within(root: JsonObject, key: str, part: type[BaseModel]) -> Iterator[_Unknown]:
    """Iterate over the unknown keys of an object at the top level that the model does not type."""
    holder = root.get(key)
    if isinstance(holder, dict):
        known = known_keys(part)
        yield from (_Unknown((key, name), part, holder) for name in holder if name not in known)


def _look_for_misspellings(document: AnnotatedDocument, unknown: Sequence[_Unknown]) -> None:
    """Warn, in either mode, of keys that are similar to known ones."""
    in_notes = _unknown_within(document.root, ENGINE, EngineNotes)
    for path, part, holder in (*in_notes, *unknown)[:_MAX_UNKNOWN_KEYS]:
        key = str(path[-1])
        if ":" in key or key == METADATA or len(key) > _MAX_KEY_CHARS:
            continue
        names = (*known_keys(part), METADATA, *((AVATAR,) if part is Soul else ()))
        meant = _nearest(key, tuple(name for name in names if name not in holder))
        if meant:
            message, mend = f'"{key}" is not known', f'did you mean "{meant}"?'
            document.warn("misspelt", path, message, mend, "D10")


@lru_cache(maxsize=1024)
def _nearest(key: str, names: Sequence[str]) -> str:
    """Return the name that ``key`` is a misspelling of; an empty text if there is none."""
    import difflib  # noqa: PLC0415 - most souls spell well and do without it

    return next(iter(difflib.get_close_matches(key.casefold(), names, 1, _MIN_SIMILARITY)), "")


def _look_at_notes(document: AnnotatedDocument) -> None:
    """Warn of engine notes and parts of an avatar that will count as absent.

    The avatar is a component (§2.6), so what is wrong in it is an error in strict reading.
    """
    if ENGINE in document.root:
        for path, complaint in engine_notes(document.root[ENGINE])[1]:
            message, mend = f"left out: {complaint}", "see EngineNotes"
            document.warn("bad_note", (ENGINE, *path), message, mend, "D10", fate="dropped")
    if AVATAR in document.root:
        for path, complaint in avatar(document.root[AVATAR])[1]:
            message, mend = f"left out: {complaint}", "see Avatar"
            document.change("bad_avatar", (AVATAR, *path), message, mend, "D10", fate="dropped")


# -- limits ----------------------------------------------------------------------------------------


def _overfull(document: AnnotatedDocument) -> bool:
    """Return whether the typed parts hold too many values, and report it."""
    if len(document.text) <= MAX_KNOWN_VALUES:
        return False
    parts = {key: size(document.root.get(key)) for key in (*known_keys(Soul), AVATAR, ENGINE)}
    total = len(document.root) + sum(parts.values())
    if total <= MAX_KNOWN_VALUES:
        return False
    path = (
        (max(parts, key=lambda key: parts[key]),) if len(document.root) <= MAX_KNOWN_VALUES else ()
    )
    document.error(
        "too_many", path, f"there are more than {MAX_KNOWN_VALUES} values", "leave some out"
    )
    return True


def _can_be_read_again(document: AnnotatedDocument, soul: Soul) -> bool:
    """Return whether the written soul is within all limits. Rules add little, and no depth."""
    text = document.text
    if text.count("[") + text.count("{") < MAX_DEPTH - 1 and len(text) <= MAX_KNOWN_VALUES:
        return True
    return fits(document.root) and (
        len(text) <= MAX_SOUL_BYTES // 8 or len(compact(soul.dump()).encode()) <= MAX_SOUL_BYTES
    )
