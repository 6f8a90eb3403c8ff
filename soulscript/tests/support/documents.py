"""Small documents of other formats, written for the tests."""

import base64
import io
import json
import struct
import zipfile
import zlib
from typing import Any

from soulscript import Soul
from soulscript.formats import Import, Source, read_source, round_trip
from soulscript.prompts import Turn, dialogues_of

Document = dict[str, Any]

FIELDS: Document = {
    "name": "Bram",
    "description": "{{char}} keeps a lighthouse and a log. {{user}} is a guest.",
    "personality": "patient, dry, likes long silences",
    "scenario": "{{user}} climbs the stairs.",
    "first_mes": '*{{char}} looks up.* "Mind the third step, {{user}}."',
    "mes_example": "<START>\n{{user}}: Is it lonely?\n{{char}}: It is quiet.",
}
MORE: Document = {
    "creator_notes": "Made for a test.",
    "system_prompt": "Never break character.",
    "post_history_instructions": "Stay brief.",
    "alternate_greetings": ['"The kettle is on."', "*Nothing is said.*", ""],
    "tags": ["sea", "quiet"],
    "creator": "the tests",
    "character_version": "2",
    "extensions": {"talkativeness": "0.3", "x": {"y": 1}},
    "character_book": {
        "name": "The rock",
        "extensions": {},
        "entries": [
            {
                "id": 7,
                "keys": ["lamp", "light"],
                "content": "The lamp was lit in 1871 by {{char}}'s grandfather.",
                "enabled": True,
                "insertion_order": 100,
                "priority": 40,
                "comment": "lamp",
                "extensions": {"depth": 4},
            },
            {"id": 8, "keys": ["wreck"], "content": "Off.", "enabled": False},
            {"keys": ["fog"], "content": "Fog comes from the north.", "constant": True},
        ],
    },
}


def card(version: int, **changes: Any) -> Document:  # noqa: ANN401 - any JSON
    """Return a card of a version with some fields changed."""
    if version == 1:
        return FIELDS | changes
    spec = {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0"}
    return spec | {"data": FIELDS | MORE | changes}


def source(document: object, name: str = "some.json") -> Source:
    raw = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Source(name, {name: raw})


def read(document: object, name: str = "some.json") -> Import:
    return read_source(source(document, name))


def without_source(soul: Soul) -> Document:
    return round_trip.without_source(soul)


def examples(found: Import) -> tuple[tuple[Turn, ...], ...]:
    """Return the example dialogues of a soul that was read."""
    assert found.soul is not None
    return dialogues_of(found.soul)


def soul_document(found: Import) -> Document:
    """Return the soul without its original."""
    assert found.soul is not None
    return without_source(found.soul)


def changed(found: Import, **parts: Any) -> Import:  # noqa: ANN401 - any JSON
    """Return the import with top-level parts of the soul changed."""
    assert found.soul is not None
    soul = type(found.soul).model_validate(found.soul.dump() | parts)
    return Import(found.format, soul, (), found.report, (), found.assets)


def chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def png(*texts: bytes) -> bytes:
    """Return a PNG of one pixel with some chunks before its end."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    pixel = chunk(b"IDAT", zlib.compress(b"\0\x80"))
    return b"\x89PNG\r\n\x1a\n" + head + pixel + b"".join(texts) + chunk(b"IEND", b"")


def text_chunk(key: bytes, document: object) -> bytes:
    return chunk(b"tEXt", key + b"\0" + base64.b64encode(json.dumps(document).encode()))


def archive(files: dict[str, bytes], kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", kind) as made:
        for name, content in files.items():
            made.writestr(name, content)
    return buffer.getvalue()
