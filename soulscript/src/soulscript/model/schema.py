"""The JSON Schemas of souls and of memory graphs, derived from the models."""

from typing import Any

from soulscript.model.engine_notes import ENGINE, EngineNotes
from soulscript.model.memory import Memory
from soulscript.model.soul import AVATAR, Avatar, Soul

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Give the schema (draft 2020-12) of a soul in the specification's layout, as plain JSON.

    Unknown keys are allowed at every level; ``avatar`` and ``soul:engine`` are described too.
    """
    schema: dict[str, Any] = {"$schema": DIALECT} | Soul.model_json_schema()
    schema["properties"][ENGINE] = EngineNotes.model_json_schema()
    schema["properties"][AVATAR] = Avatar.model_json_schema()
    return schema | {"title": "Soulscript 0.1"}


def memories_schema() -> dict[str, Any]:
    """Give the schema (draft 2020-12) of a memory graph as §5.2 has it, as plain JSON.

    Indices and stats are derived from the memories, so anything may stand there.
    """
    memory = Memory.model_json_schema()
    parts = memory.pop("$defs") | {"Memory": memory}
    anything = {"type": "object"}
    return {
        "$schema": DIALECT,
        "title": "Soulscript 0.1 memories",
        "type": "object",
        "required": ["memories"],
        "properties": {
            "memories": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Memory"}},
            "personality_state": anything,
            "indices": anything,
            "stats": anything,
        },
        "$defs": parts,
    }
