"""The JSON Schema says of a soul what the models say."""

import json
import re
from typing import Any

from soulscript import json_schema
from soulscript.model.schema import memories_schema
from soulscript.model.soul import PARTS, EngineNotes


def part(schema: Any, name: str) -> Any:  # noqa: ANN401 - any JSON
    return schema["$defs"][name]


def test_it_is_plain_json_and_the_same_each_time() -> None:
    assert json.loads(json.dumps(json_schema())) == json_schema()


def test_what_the_specification_requires_is_required() -> None:
    schema: Any = json_schema()
    assert schema["required"] == [
        "version",
        "entity",
        "personality",
        "values",
        "voice",
        "relationship",
    ]
    assert part(schema, "Entity")["required"] == ["form", "occupation"]
    assert part(schema, "Value")["required"] == ["name", "importance", "expression"]


def test_levels_are_bounded_and_traits_needed() -> None:
    schema = json_schema()
    strength = part(schema, "Trait")["properties"]["strength"]
    assert (strength["type"], strength["minimum"], strength["maximum"]) == ("number", -1, 1)
    assert part(schema, "Personality")["properties"]["core_traits"]["minItems"] == 1


def test_every_part_and_key_is_described_and_open() -> None:
    schema = json_schema()
    for model in set(PARTS.values()):
        described: Any = schema if model.__name__ == "Soul" else part(schema, model.__name__)
        assert described["additionalProperties"]
        assert all(field["description"] for field in described["properties"].values())


def test_the_engine_notes_are_in_it() -> None:
    schema: Any = json_schema()
    assert set(schema["properties"]["soul:engine"]["properties"]) == set(EngineNotes.model_fields)
    assert "id" in schema["properties"]


def test_a_memory_graph_has_a_schema_too() -> None:
    schema: Any = memories_schema()
    assert json.loads(json.dumps(schema)) == schema
    assert schema["required"] == ["memories"]
    assert "core_memory" in part(schema, "Memory")["required"]
    assert part(schema, "Fragment")["properties"]["importance"]["minimum"] == -1
    wanted = set(re.findall(r'"#/\$defs/(\w+)"', json.dumps(schema)))
    assert wanted == set(schema["$defs"])
