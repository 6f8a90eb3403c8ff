"""What was recorded once, and is compared with what the program does now.

``RECORD_COMPATIBILITY=1`` writes the records anew instead. It says that the change is meant.
"""

import json
import lzma
import os
from pathlib import Path

HERE = Path(__file__).parent
JOURNALS = HERE / "journals"
RECORDED = HERE / "recorded"
RECORD = "RECORD_COMPATIBILITY"
PACKED = ".xz"


def text(value: object) -> str:
    return json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def plain(value: object) -> object:
    """As JSON gives it back: lists for tuples, texts for keys."""
    return json.loads(json.dumps(value))


def agree(path: Path, found: object) -> None:
    """``found`` is what stands in ``path``, a JSON file (packed, if its name ends with .xz)."""
    if os.environ.get(RECORD):
        path.parent.mkdir(parents=True, exist_ok=True)
        data = text(found).encode()
        path.write_bytes(lzma.compress(data, preset=9) if path.suffix == PACKED else data)
    kept = path.read_bytes()
    data = lzma.decompress(kept) if path.suffix == PACKED else kept
    assert plain(found) == json.loads(data)


def recorded(name: str, found: object) -> None:
    """``found`` is what was recorded under ``name``."""
    agree(RECORDED / f"{name}.json", found)


def bare(schema: object, defs: dict[str, object] | None = None) -> object:
    """A JSON schema without what is for people, and without the names of classes in it."""
    if isinstance(schema, list):
        return [bare(each, defs) for each in schema]
    if not isinstance(schema, dict):
        return schema
    defs = schema.get("$defs", defs) or {}
    if "$ref" in schema:
        return bare(defs[schema["$ref"].rpartition("/")[2]], defs)
    found: dict[str, object] = {}
    for key, value in schema.items():
        if key == "properties":
            found[key] = {name: bare(each, defs) for name, each in value.items()}
        elif key not in {"$defs", "title", "description", "examples", "mapping"}:
            found[key] = bare(value, defs)
    return found
