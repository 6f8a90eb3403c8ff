"""JSON of any origin as a plain value, within limits."""

import json

from pydantic import JsonValue

from soulscript.errors import NotJsonError, whole_text


def parse(text: str | bytes, *, source: str = "<text>") -> JsonValue:
    """Read JSON tolerantly (BOM, comments, trailing commas); ``NotJsonError`` says what is wrong.

    Bounded in size, depth and number of values.
    """
    try:
        value: JsonValue = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotJsonError([whole_text("not_json", str(error), "write JSON", source)]) from error
    return value
