"""Soulscript v0.1: portable definitions of who a character is, as a library.

Importing it costs nothing: each name is brought from its module when it is first asked for.
"""

from importlib import import_module as _import
from typing import TYPE_CHECKING

# A module has this function's name. Bound here, first and for good, the name is the function.
from soulscript.prompt import prompt

if TYPE_CHECKING:
    from soulscript.errors import (
        NotASoulError,
        NotJsonError,
        Problem,
        SoulscriptError,
        UnreadableError,
    )
    from soulscript.model import (
        Avatar,
        Boundary,
        Conflict,
        Entity,
        Personality,
        Relationship,
        Soul,
        Trait,
        Value,
        Voice,
    )
    from soulscript.notes import EngineNotes
    from soulscript.reading import Reading, load, read
    from soulscript.report import Note, Report
    from soulscript.schema import json_schema
    from soulscript.writing import write

# A new name is added three times: here, above for type checkers and editors, and in ``__all__``.
_HOMES = {
    "errors": "NotASoulError NotJsonError Problem SoulscriptError UnreadableError",
    "model": ("Avatar Boundary Conflict Entity Personality Relationship Soul Trait Value Voice"),
    "notes": "EngineNotes",
    "reading": "Reading load read",
    "report": "Note Report",
    "schema": "json_schema",
    "writing": "write",
}
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Avatar",
    "Boundary",
    "Conflict",
    "EngineNotes",
    "Entity",
    "NotASoulError",
    "NotJsonError",
    "Note",
    "Personality",
    "Problem",
    "Reading",
    "Relationship",
    "Report",
    "Soul",
    "SoulscriptError",
    "Trait",
    "UnreadableError",
    "Value",
    "Voice",
    "json_schema",
    "load",
    "prompt",
    "read",
    "write",
]


def __getattr__(name: str) -> object:
    """Bring a public name from its module, and keep it."""
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    found: object = getattr(_import(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """List the public names, whether they have been asked for or not."""
    return sorted({*globals(), *__all__})
