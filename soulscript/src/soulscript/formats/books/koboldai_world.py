"""World info of KoboldAI and Kobold Lite: ``{key, keysecondary, keyanti, content, selective, …}``.

Keys stand in one text with commas between them. With ``selective`` a secondary key must be found
as well, and no key of ``keyanti`` may be.
"""

from typing import Final

from soulscript.formats.base import as_number, as_texts
from soulscript.formats.books.field_map import NOT_ANY, FieldMap, joined_keys, split_keys
from soulscript.jsontext.parser import JsonObject, as_object

_TOOL: Final = "koboldai"
_ANTI: Final = "keyanti"
_OFF: Final = "widisabled"


def _read(common: JsonObject) -> None:
    extensions = as_object(common["extensions"])
    own = as_object(extensions[_TOOL])
    common["keys"] = split_keys(common.get("keys"))
    secondary, anti = split_keys(common.get("secondary_keys")), split_keys(own.get(_ANTI))
    common["secondary_keys"] = secondary
    if anti and not secondary:
        common["secondary_keys"] = anti
        extensions["selectiveLogic"] = NOT_ANY
    if own.get(_OFF) is True:
        common["enabled"] = False
    if not as_number(extensions.get("probability")):
        extensions.pop("probability", None)  # 0 and none mean always


def _write(common: JsonObject) -> None:
    extensions = as_object(common["extensions"])
    own = as_object(extensions[_TOOL])
    secondary = joined_keys(common.get("secondary_keys"))
    excluded = bool(as_texts(secondary)) and extensions.get("selectiveLogic") == NOT_ANY
    if excluded:
        own[_ANTI] = secondary
    common["keys"] = joined_keys(common.get("keys"))
    common["secondary_keys"] = "" if excluded else secondary
    common.setdefault("comment", common.get("name", ""))


KOBOLDAI: Final = FieldMap(
    _TOOL,
    names={
        "keys": "key",
        "secondary_keys": "keysecondary",
        "content": "content",
        "comment": "comment",
        "constant": "constant",
        "selective": "selective",
    },
    extensions={"probability": "probability"},
    read=_read,
    write=_write,
).layout()
"""The entries of a list of world info."""
