"""Soul -> text."""

import json

from pydantic import JsonValue

from soulscript.model.soul import Soul

LIMIT = 4_194_304  # bytes of one soul, read or written


def write(soul: Soul) -> str:
    """Write a soul in the specification's layout, ending with a line break.

    What ``read`` gave can be read again and is equal to it. The text is indented, except where
    that alone would take it past the limit of 4 MiB.
    """
    document = soul.dump()
    pretty = json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    if len(pretty.encode()) <= LIMIT:
        return pretty
    return compact(document)


def compact(document: JsonValue) -> str:
    """Write a document on one line, without a blank between things, ending with a line break."""
    text = json.dumps(document, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return text + "\n"
