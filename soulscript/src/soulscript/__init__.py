"""Soulscript v0.1: portable definitions of who a character is, as a library.

Importing it is cheap: each name is imported from its module when it is first used.
"""

from importlib import import_module as _import
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from soulscript.diff import Difference, differences
    from soulscript.errors import (
        NotAGraphError,
        NotASoulError,
        NotJsonError,
        Problem,
        SoulscriptError,
        UnknownFormatError,
        UnreadableError,
    )
    from soulscript.memory.evolution import Evolution, Expression, Move, evolve
    from soulscript.memory.generation import Experience, Generated, Step, generate, generate_async
    from soulscript.memory.graph import MemoryGraph
    from soulscript.memory.indices import Found, Query
    from soulscript.memory.svg import draw
    from soulscript.model.memory import Context, Fragment, Memory, MemoryNotes, Signature
    from soulscript.model.schema import json_schema, memories_schema
    from soulscript.model.soul import (
        Avatar,
        Boundary,
        Conflict,
        EngineNotes,
        Entity,
        Personality,
        Relationship,
        Soul,
        Trait,
        Value,
        Voice,
        write,
    )
    from soulscript.prompts.system_prompt import prompt
    from soulscript.reading.memories import MemoryReading, read_memories
    from soulscript.reading.souls import Reading, load, read
    from soulscript.report import FATES, Fate, Note, Report

# A new name is added three times: here, above for type checkers and editors, and in ``__all__``.
_HOMES = {
    "diff": "Difference differences",
    "memory.svg": "draw",
    "errors": (
        "NotAGraphError NotASoulError NotJsonError Problem SoulscriptError UnknownFormatError "
        "UnreadableError"
    ),
    "memory.evolution": "Evolution Expression Move evolve",
    "memory.generation": "Experience Generated Step generate generate_async",
    "memory.graph": "MemoryGraph",
    "memory.indices": "Found Query",
    "model.memory": "Context Fragment Memory MemoryNotes Signature",
    "model.soul": (
        "Avatar Boundary Conflict EngineNotes Entity Personality Relationship Soul Trait Value "
        "Voice write"
    ),
    "reading.souls": "Reading load read",
    "reading.memories": "MemoryReading read_memories",
    "report": "FATES Fate Note Report",
    "model.schema": "json_schema memories_schema",
    "prompts.system_prompt": "prompt",
}
_HOME = {name: module for module, names in _HOMES.items() for name in names.split()}

__all__ = [
    "FATES", "Avatar", "Boundary", "Conflict", "Context", "Difference", "EngineNotes", "Entity",
    "Evolution", "Experience", "Expression", "Fate", "Found", "Fragment", "Generated", "Memory",
    "MemoryGraph", "MemoryNotes", "MemoryReading", "Move", "NotAGraphError", "NotASoulError",
    "NotJsonError", "Note", "Personality", "Problem", "Query", "Reading", "Relationship", "Report",
    "Signature", "Soul", "SoulscriptError", "Step", "Trait", "UnknownFormatError",
    "UnreadableError", "Value", "Voice", "differences", "draw", "evolve", "generate",
    "generate_async", "json_schema", "load", "memories_schema", "prompt", "read", "read_memories",
    "write",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """Import a public name from its module, and cache it."""
    if name not in _HOME:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    value: object = getattr(_import(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    """List the public names, imported or not."""
    return sorted({*globals(), *__all__})
