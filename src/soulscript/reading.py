"""Text -> soul, strict or tolerant, with every problem named where it stands."""

import difflib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path as FilePath

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from soulscript.dialects import RULES
from soulscript.drafting import Draft, JsonObject
from soulscript.errors import (
    NotASoulError,
    NotJsonError,
    Path,
    Problem,
    UnreadableError,
    spell,
    whole_text,
)
from soulscript.model import METADATA, PARTS, Soul, known_keys
from soulscript.notes import ENGINE, EngineNotes, engine_notes
from soulscript.scanning import COUNT, DEPTH, scan
from soulscript.writing import LIMIT, write

_LONGEST_KEY = 40  # characters of a key that can be a misspelling
_MOST_KEYS = 500  # unknown keys of one soul that are looked at for misspellings
_ALIKE = 0.75  # difflib's ratio from which two keys are taken for one
_WANTED = {
    "string_type": "a text",
    "float_type": "a number",
    "tuple_type": "a list",
    "model_type": "an object",
}


@dataclass(frozen=True, slots=True)
class Reading:
    """A soul as read: what was changed on the way, and which keys were kept without being known.

    ``problems`` are warnings only, in the order of the text. ``kept`` holds the paths of unknown
    keys and extensions; they are written again.
    """

    soul: Soul
    problems: tuple[Problem, ...] = ()
    kept: tuple[str, ...] = ()


def load(path: str | FilePath, *, strict: bool = False) -> Reading:
    """Read the soul in a file; its path names the source in each problem.

    Raises ``UnreadableError`` where the file cannot be opened, else as ``read`` does.
    """
    source = str(path)
    try:
        with FilePath(path).open("rb") as file:
            text = file.read(LIMIT + 1)
    except OSError as error:
        reason = error.strerror or "the file cannot be opened"
        mend = "name a file that can be read"
        raise UnreadableError([whole_text("unreadable", reason, mend, source)]) from error
    return read(text, strict=strict, source=source)


def read(text: str | bytes, *, strict: bool = False, source: str = "<text>") -> Reading:
    """Read a soul from JSON; bytes are UTF-8.

    Strict reading takes the specification's layout in real JSON only. Tolerant reading also takes
    the dialects of ``dialects.py`` and gives a warning for each thing it changed, clamped or
    defaulted. Raises ``NotJsonError`` or ``NotASoulError`` with all problems found. At most 1 MiB,
    64 levels, 50,000 values.
    """
    text = _text(text, source)
    found = scan(text)
    draft = Draft(text, found, strict, source)
    kind = NotJsonError if draft.failed else NotASoulError
    soul = _soul(draft) if found.whole else None
    if soul is None or draft.failed:
        raise kind(draft.problems())
    return Reading(soul, draft.problems(), tuple(spell(path) for path, *_ in _unknown(draft)))


def _text(text: str | bytes, source: str) -> str:
    """Decode, within the limit of size."""
    size = len(text if isinstance(text, bytes) else text.encode("utf-8", "surrogatepass"))
    if size > LIMIT:
        message = f"the text is longer than {LIMIT} bytes"
        raise NotJsonError([whole_text("too_large", message, "shorten it", source)])
    if isinstance(text, str):
        return text
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        before = text[: error.start].decode()
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        message, mend = "this is not UTF-8", "save the file as UTF-8"
        problem = Problem("not_utf8", "error", "$", line, column, message, mend, source)
        raise NotJsonError([problem]) from error


def _soul(draft: Draft) -> Soul | None:
    """Bring the draft into the specification's layout and make a soul of it, if it is one."""
    if not isinstance(draft.found.value, dict):
        draft.error("wrong_type", (), "an object is needed here", "write { … }")
        return None
    for rule in RULES:
        rule(draft)
    _look_for_misspellings(draft)
    _look_at_notes(draft)
    try:
        soul = Soul.model_validate(draft.root)
    except ValidationError as error:
        for fault in error.errors(include_url=False, include_context=False, include_input=False):
            draft.error(*_in_words(fault))
        return None
    if _near_a_limit(draft) and not _fits(soul):
        message = "the soul, written out in full, passes a limit of size, depth or count"
        draft.error("too_large", (), message, "shorten it")
    return soul


def _in_words(fault: ErrorDetails) -> tuple[str, Path, str, str]:
    """Turn a complaint of pydantic's into code, path, message and mend."""
    path: Path = fault["loc"]
    key = path[-1]
    wanted = _field(path).description or ""
    if fault["type"] == "missing":
        return "missing", path, f'"{key}" is missing', f'add "{key}": {wanted}'
    if fault["type"] in _WANTED:
        return "wrong_type", path, f"{_WANTED[fault['type']]} is needed here", f"write {wanted}"
    return "empty", path, "there is nothing in it", f"write {wanted}"


def _field(path: Path) -> FieldInfo:
    """Find the field that a path leads to; for an item of a list, the list's."""
    *where, name = (step for step in path if isinstance(step, str))
    fields = PARTS[tuple(where)].model_fields
    return next(field for key, field in fields.items() if name in (key, field.alias))


def _unknown(draft: Draft) -> Iterator[tuple[Path, type[BaseModel], JsonObject]]:
    """Walk over the keys that the specification does not know: path, part and whole object."""
    for path, part, holder in draft.objects():
        known = known_keys(part)
        for key in holder:
            if key not in known:
                yield draft.origin((*path, key)), part, holder


def _look_for_misspellings(draft: Draft) -> None:
    """Warn, in either mode, of keys that are nearly known ones."""
    notes = draft.root.get(ENGINE)
    own: Iterable[tuple[Path, type[BaseModel], JsonObject]] = (
        (((ENGINE, key), EngineNotes, notes) for key in notes) if isinstance(notes, dict) else ()
    )
    for path, part, holder in islice(chain(own, _unknown(draft)), _MOST_KEYS):
        key = str(path[-1])
        known = (*known_keys(part), METADATA)
        if key in known or ":" in key or len(key) > _LONGEST_KEY:
            continue
        absent = [name for name in known if name not in holder]
        for meant in difflib.get_close_matches(key.casefold(), absent, 1, _ALIKE):
            message, mend = f'"{key}" is not known', f'did you mean "{meant}"?'
            draft.warn("misspelt", path, message, mend)


def _look_at_notes(draft: Draft) -> None:
    """Warn, in either mode, of engine notes that will count as absent."""
    for path, complaint in engine_notes(draft.root.get(ENGINE, {}))[1]:
        draft.warn("bad_note", (ENGINE, *path), f"left out: {complaint}", "see EngineNotes")


def _near_a_limit(draft: Draft) -> bool:
    standings = draft.found.standings
    return (
        len(draft.text) > LIMIT // 8
        or len(standings) > COUNT // 8
        or max(map(len, standings)) > DEPTH - 2
    )


def _fits(soul: Soul) -> bool:
    """Whether what is written of a soul will be read again."""
    text = write(soul)
    return len(text.encode()) <= LIMIT and scan(text).whole
