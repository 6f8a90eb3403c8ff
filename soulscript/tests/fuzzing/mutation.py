"""How inputs are changed: as trees where they are JSON, within PNG and ZIP too, else as bytes."""

import base64
import copy
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import Any

ODD: list[Any] = [
    None, True, False, 0, -1, 1, 0.5, 1e308, -(10**15), 2**63, "", " ", "\u0000", "x" * 300,
    "{{char}}", "<START>", "../up", "é🌙", [], {}, [[]], {"": {}}, "NaN", "a, b; c",
    "2023-4-21 @20h 02m 47s 124ms",
]  # fmt: skip
PNG = b"\x89PNG\r\n\x1a\n"


def mutated(raw: bytes, chance: random.Random, by_bytes: Callable[[bytes], bytes]) -> bytes:
    """The input, changed a little. ``by_bytes`` changes bytes as the fuzzer sees fit."""
    if chance.random() < 0.3:
        return by_bytes(raw)
    if raw.startswith(PNG):
        return _in_png(raw, chance, by_bytes)
    if raw.startswith(b"PK"):
        return _in_zip(raw, chance, by_bytes)
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError):
        return by_bytes(raw)
    for _ in range(chance.randint(1, 3)):
        value = _tree(value, chance)
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace")


def _tree(value: Any, chance: random.Random) -> Any:  # noqa: ANN401 - any JSON
    if not isinstance(value, dict | list) or not value or chance.random() < 0.15:
        return copy.deepcopy(chance.choice([*ODD, [value], {"memory": value}, value]))
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    key = chance.choice(keys)
    deed = chance.random()
    if deed < 0.7:
        value[key] = _tree(value[key], chance)
    elif deed < 0.8:
        del value[key]
    elif isinstance(value, list):
        value.insert(key, copy.deepcopy(chance.choice(value)))
    elif deed < 0.9:
        other = chance.choice(keys)
        value[key], value[other] = value[other], value[key]
    else:
        name = chance.choice(["x:y", "data", "name", "id", "soul:soul", "entries"])
        value[name] = copy.deepcopy(value[key])
    return value


def _in_png(raw: bytes, chance: random.Random, by_bytes: Callable[[bytes], bytes]) -> bytes:
    parts, at = [], len(PNG)
    while at + 12 <= len(raw):
        (size,) = struct.unpack(">I", raw[at : at + 4])
        parts.append((raw[at + 4 : at + 8], raw[at + 8 : at + 8 + size]))
        at += 12 + size
    made = PNG
    for named, content in parts:
        kind, changed = named, content
        if kind == b"tEXt" and b"\0" in content:
            key, _, text = content.partition(b"\0")
            try:
                inner = mutated(base64.b64decode(text), chance, by_bytes)
            except ValueError:
                inner = by_bytes(text)
            changed = key + b"\0" + base64.b64encode(inner)
            if chance.random() < 0.1:
                kind, changed = b"zTXt", key + b"\0\0" + zlib.compress(base64.b64encode(inner))
        sum_ = zlib.crc32(kind + changed)
        made += struct.pack(">I", len(changed)) + kind + changed + struct.pack(">I", sum_)
    return made


def _in_zip(raw: bytes, chance: random.Random, by_bytes: Callable[[bytes], bytes]) -> bytes:
    made = io.BytesIO()
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(made, "w") as new:
            for name in old.namelist()[:20]:
                content = old.read(name)[:100_000]
                if name.endswith(".json"):
                    content = mutated(content, chance, by_bytes)
                elif chance.random() < 0.1:
                    name = chance.choice(["../x", "/x", "assets/a.png", name])  # noqa: PLW2901
                new.writestr(zipfile.ZipInfo(name), content)
    except (zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, EOFError, OSError):
        return by_bytes(raw)
    return made.getvalue()
