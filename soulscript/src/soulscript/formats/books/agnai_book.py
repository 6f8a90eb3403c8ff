"""Entries of Agnai's memory books: ``{name, keywords, entry, priority, weight, enabled, …}``.

A keyword is looked for as a whole word in any case; ``*`` stands for any letters of a word and
``?`` for one.
"""

import re
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import as_texts
from soulscript.formats.books.field_map import FieldMap, escaped, is_regex
from soulscript.jsontext.parser import JsonObject

_WILDCARD: Final = re.compile(r"([*?])")
_WILD: Final = {"*": r"\w*", "?": r"\w"}


def _read(common: JsonObject) -> None:
    common["keys"] = [_pattern(key) for key in as_texts(common.get("keys"))]


def _pattern(keyword: str) -> JsonValue:
    """Return a keyword with wildcards as a regular expression, any other as it is."""
    if is_regex(keyword) or not _WILDCARD.search(keyword):
        return keyword
    parts = (_WILD.get(part) or escaped(part) for part in _WILDCARD.split(keyword.strip()))
    return rf"/\b{''.join(parts)}\b/iu"


AGNAI: Final = FieldMap(
    "agnai",
    names={
        "id": "id",
        "keys": "keywords",
        "content": "entry",
        "name": "name",
        "comment": "comment",
        "enabled": "enabled",
        "priority": "priority",
        "insertion_order": "weight",
        "constant": "constant",
        "selective": "selective",
        "secondary_keys": "secondaryKeys",
        "position": "position",
    },
    extensions={
        "probability": "probability",
        "useProbability": "useProbability",
        "selectiveLogic": "selectiveLogic",
        "exclude_recursion": "excludeRecursion",
    },
    implied={"match_whole_words": True},
    implied_fields={"case_sensitive": False},
    read=_read,
).layout()
"""The entries of Agnai's memory books."""
