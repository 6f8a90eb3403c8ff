"""Soulscript v0.1: portable definitions of who a character is, as a library.

Importing it costs nothing: each name is brought from its module when it is first asked for.
"""

from importlib import import_module as _import
from typing import TYPE_CHECKING

# A module has this function's name. Bound here, first and for good, the name is the function.
from soulscript.prompt import prompt

if TYPE_CHECKING:
    from soulscript.comparing import Difference, differences
    from soulscript.drawing import draw
    from soulscript.errors import (
        NotAGraphError,
        NotASoulError,
        NotJsonError,
        Problem,
        SoulscriptError,
        UnknownFormatError,
        UnreadableError,
    )
    from soulscript.evolution import Evolution, Expression, Move, evolve
    from soulscript.generation import Experience, Generated, Step, generate, generate_async
    from soulscript.graph import MemoryGraph
    from soulscript.indices import Found, Query
    from soulscript.memory import Context, Fragment, Memory, MemoryNotes, Signature
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
    from soulscript.remembering import MemoryReading, read_memories
    from soulscript.report import Note, Report
    from soulscript.schema import json_schema, memories_schema
    from soulscript.writing import write

# A new name is added three times: here, above for type checkers and editors, and in ``__all__``.
_HOMES = {
    "comparing": "Difference differences",
    "drawing": "draw",
    "errors": (
        "NotAGraphError NotASoulError NotJsonError Problem SoulscriptError UnknownFormatError "
        "UnreadableError"
    ),
    "evolution": "Evolution Expression Move evolve",
    "generation": "Experience Generated Step generate generate_async",
    "graph": "MemoryGraph",
    "indices": "Found Query",
    "memory": "Context Fragment Memory MemoryNotes Signature",
    "model": "Avatar Boundary Conflict Entity Personality Relationship Soul Trait Value Voice",
    "notes": "EngineNotes",
    "reading": "Reading load read",
    "remembering": "MemoryReading read_memories",
    "report": "Note Report",
    "schema": "json_schema memories_schema",
    "writing": "write",
}
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "Avatar",
    "Boundary",
    "Conflict",
    "Context",
    "Difference",
    "EngineNotes",
    "Entity",
    "Evolution",
    "Experience",
    "Expression",
    "Found",
    "Fragment",
    "Generated",
    "Memory",
    "MemoryGraph",
    "MemoryNotes",
    "MemoryReading",
    "Move",
    "NotAGraphError",
    "NotASoulError",
    "NotJsonError",
    "Note",
    "Personality",
    "Problem",
    "Query",
    "Reading",
    "Relationship",
    "Report",
    "Signature",
    "Soul",
    "SoulscriptError",
    "Step",
    "Trait",
    "UnknownFormatError",
    "UnreadableError",
    "Value",
    "Voice",
    "differences",
    "draw",
    "evolve",
    "generate",
    "generate_async",
    "json_schema",
    "load",
    "memories_schema",
    "prompt",
    "read",
    "read_memories",
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
