"""Values of a foreign document as the type that was meant: texts, lists of texts, numbers."""

import math

from pydantic import JsonValue

from soulscript.formats.base import JsonObject


def text(value: JsonValue) -> str:
    """Give a text as it is, a number written out, a list of texts joined; else nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(texts(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        return ""
    return str(value)


def texts(value: JsonValue) -> tuple[str, ...]:
    """Give the texts of a list that say something; one text is split at its commas."""
    if isinstance(value, str):
        value = [part.strip() for part in value.split(",")]
    items = value if isinstance(value, list) else []
    return tuple(said for item in items if not isinstance(item, list) and (said := text(item)))


def number(value: JsonValue) -> float | None:
    """Give a number, also one that is written as a text; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def table(value: JsonValue) -> JsonObject:
    """Give an object as it is, an empty one for what is none."""
    return value if isinstance(value, dict) else {}
