"""The JSON Schema of a soul, derived from the models."""

from typing import Any

from soulscript.model import Soul
from soulscript.notes import ENGINE, EngineNotes

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Give the schema (draft 2020-12) of a soul in the specification's layout, as plain JSON.

    Unknown keys are allowed at every level; ``soul:engine`` is described too.
    """
    schema: dict[str, Any] = {"$schema": DIALECT} | Soul.model_json_schema()
    schema["properties"][ENGINE] = EngineNotes.model_json_schema()
    return schema | {"title": "Soulscript 0.1"}
