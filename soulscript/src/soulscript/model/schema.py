"""The JSON Schemas of souls and of memory graphs, derived from the models."""

from collections.abc import Iterator, Mapping
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from soulscript.model.memory import Context, Fragment, Memory, MemoryNotes, Signature
from soulscript.model.soul import AVATAR, ENGINE, PARTS, Avatar, EngineNotes, Part, Soul

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a soul in the specification's layout, as plain JSON.

    Unknown keys are allowed at every level; ``avatar`` and ``soul:engine`` are described too.
    """
    schema: dict[str, Any] = {"$schema": DIALECT} | Soul.model_json_schema()
    schema["properties"][ENGINE] = EngineNotes.model_json_schema()
    schema["properties"][AVATAR] = Avatar.model_json_schema()
    return schema | {"title": "Soulscript 0.1"}


def memories_schema() -> dict[str, Any]:
    """Return the schema (draft 2020-12) of a memory graph as §5.2 has it, as plain JSON.

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


_TITLE = """\
# Soulscript reference

Made from the models by `python -m soulscript.model.schema`. Every part also keeps keys that
are not listed here: `metadata`, extensions (`ns:feature`) and anything else; they change no
behaviour.
A *level* is a number from -1 to 1, 0 is the baseline. What is required is required in strict
reading; tolerant reading takes some of it for granted and says so.
"""
_KINDS: dict[object, str] = {str: "text", float: "level", int: "milliseconds", bool: "yes or no"}
_MEMORY_PARTS: dict[str, type[BaseModel]] = {
    "memories.ID": Memory,
    "memories.ID.fragments[]": Fragment,
    "memories.ID.fragments[].context": Context,
    "memories.ID.emotional_signature": Signature,
    "memories.ID.metadata": MemoryNotes,
}


def reference() -> str:
    """Return the reference of all keys as Markdown: a table for each part."""
    sections = [_TITLE, "## A soul\n"]
    for path, part in PARTS.items():
        sections.append(_table(".".join(path) or "the document", part))
    sections += [_table(AVATAR, Avatar), _table(ENGINE, EngineNotes)]
    sections.append("## Memories\n")
    sections += [_table(path, part) for path, part in _MEMORY_PARTS.items()]
    return "\n".join(sections)


def _table(path: str, part: type[BaseModel]) -> str:
    meaning = (part.__doc__ or "").strip().splitlines()[0]
    rows = [_row(name, field) for name, field in part.model_fields.items()]
    head = "| key | | kind | meaning |\n|---|---|---|---|"
    return "\n".join([f"### `{path}`\n", f"{meaning}\n", head, *rows, ""])


def _row(name: str, field: FieldInfo) -> str:
    need = "required" if field.is_required() else "optional"
    kinds = " or ".join(dict.fromkeys(_kinds(field.annotation)))
    return f"| `{field.alias or name}` | {need} | {kinds} | {field.description} |"


def _kinds(annotation: Any) -> Iterator[str]:  # noqa: ANN401 - any annotation
    """Yield the kinds of value that a field holds, in words."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        for kind in inner:
            yield from _kinds(kind)
    elif origin is Annotated:
        yield from _kinds(inner[0])
    elif origin is tuple:
        yield f"list of {_plural(next(_kinds(inner[0])))}"
    elif origin is Mapping:
        yield f"object: text → {next(_kinds(inner[1]))}"
    elif isinstance(annotation, type) and issubclass(annotation, Part):
        yield "object"
    elif annotation is not NoneType:
        yield _KINDS[annotation]


def _plural(kind: str) -> str:
    return f"{kind}s"


if __name__ == "__main__":
    print(reference(), end="")  # noqa: T201 - that is what it is called for
