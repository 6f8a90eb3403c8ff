"""What is fuzzed: each reader, given any bytes at all, and what must hold of it then.

A reader reads or says what is wrong. What it read can be written, and what was written is read as
the same. Nothing takes two seconds of processor time or 200 MB.
"""

import json
import resource
import time
from collections.abc import Callable
from pathlib import Path

from soulscript import SoulscriptError, read, write
from soulscript.formats import FORMATS, Import, Source
from soulscript.reading.memories import read_memories

CORPUS = Path(__file__).parent / "corpus"
SECONDS = 2.0
BYTES = 200 * 1024 * 1024
# Read above in either mode; written only, what they write is read as a "card" or a "lorebook".
SHARED = {"soul", "memories", "card-v1", "card-v2", "world", "lorebook-v3"}
FILE = b"\n\0FILE "  # between the files of a folder: their name and a line break follow

Target = Callable[[bytes], None]


def soul(raw: bytes) -> None:
    for strict in (True, False):
        try:
            found = read(raw, strict=strict).soul
        except SoulscriptError:
            continue
        text = write(found)
        assert write(read(text).soul) == text


def memories(raw: bytes) -> None:
    for strict in (True, False):
        try:
            found = read_memories(raw, strict=strict).graph
        except SoulscriptError:
            continue
        text = json.dumps(found.dump())
        assert json.dumps(read_memories(text).graph.dump()) == text


def of_format(name: str) -> Target:
    def target(raw: bytes) -> None:
        row = FORMATS[name]
        try:
            found = row.reads(folder(f"it{row.ending}", raw))
        except SoulscriptError:
            return
        if row.writes is None:
            return
        files = dict(row.writes(found, "it").files)
        again = row.reads(Source("it", files))
        assert plain(again) == plain(found)
        assert dict(row.writes(again, "it").files) == files

    return target


def folder(name: str, raw: bytes) -> Source:
    """One file, or several where the bytes are cut by ``FILE`` lines."""
    first, *others = raw.split(FILE)
    files = {name: first}
    for other in others:
        named, _, content = other.partition(b"\n")
        files[named.decode("utf-8", "replace")] = content
    return Source(name, files)


def plain(found: Import) -> object:
    """What was read, without what only says how."""
    return found.soul and found.soul.dump(), [one.dump() for one in found.memories]


TARGETS: dict[str, Target] = {
    "soul": soul,
    "memories": memories,
    **{name: of_format(name) for name in FORMATS if name not in SHARED},
}


def watched(target: Target) -> Target:
    """A target that also fails where it takes too long or too much."""
    base = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def run(raw: bytes) -> None:
        began = time.process_time()
        target(raw)
        assert time.process_time() - began < SECONDS, "too slow"
        grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - base) * 1024
        assert grown < BYTES, f"{grown} bytes"

    return run
