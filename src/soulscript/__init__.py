"""Soulscript v0.1: portable definitions of who a character is, as a library."""

from soulscript.errors import (
    NotASoulError,
    NotJsonError,
    Problem,
    SoulscriptError,
    UnreadableError,
)
from soulscript.model import (
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
from soulscript.prompt import prompt
from soulscript.reading import Reading, load, read
from soulscript.schema import json_schema
from soulscript.writing import write

__all__ = [
    "Boundary",
    "Conflict",
    "EngineNotes",
    "Entity",
    "NotASoulError",
    "NotJsonError",
    "Personality",
    "Problem",
    "Reading",
    "Relationship",
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
