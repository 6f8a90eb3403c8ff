"""Entries of RisuAI's lorebooks: ``{key, secondkey, insertorder, comment, content, mode, …}``.

Keys stand in one text with commas between them; with ``useRegex`` they are ``/pattern/flags``.
Entries whose ``mode`` is "folder" hold others, which name them under ``folder``.
"""

from typing import Final

from soulscript.formats.base import as_text
from soulscript.formats.books.field_map import FieldMap, joined_keys, split_keys, split_regexes
from soulscript.jsontext.parser import JsonObject, as_object

_TOOL: Final = "risuai"
_FOLDER: Final = "folder"
_MORE: Final = "extentions"  # misspelled by RisuAI itself
_CASE: Final = "risu_case_sensitive"


def _read(common: JsonObject) -> None:
    own = as_object(as_object(common["extensions"])[_TOOL])
    split = split_regexes if common.get("use_regex") is True else split_keys
    common["keys"] = split(common.get("keys"))
    common["secondary_keys"] = split(common.get("secondary_keys"))
    case = as_object(own.get(_MORE)).get(_CASE)
    if isinstance(case, bool):
        common["case_sensitive"] = case
    if own.get("mode") == _FOLDER:
        common["content"] = ""  # it holds other entries and says nothing itself


def _write(common: JsonObject) -> None:
    own = as_object(as_object(common["extensions"])[_TOOL])
    common["keys"] = joined_keys(common.get("keys"))
    common["secondary_keys"] = joined_keys(common.get("secondary_keys"))
    common.setdefault("comment", as_text(common.get("name")))
    own.setdefault("mode", "normal")
    if common.get("case_sensitive") is True:
        own[_MORE] = as_object(own.get(_MORE)) | {_CASE: True}


RISUAI: Final = FieldMap(
    _TOOL,
    names={
        "id": "id",
        "keys": "key",
        "secondary_keys": "secondkey",
        "insertion_order": "insertorder",
        "comment": "comment",
        "content": "content",
        "constant": "alwaysActive",
        "selective": "selective",
        "use_regex": "useRegex",
    },
    extensions={"probability": "activationPercent"},
    read=_read,
    write=_write,
).layout()
"""The entries of RisuAI's lorebooks."""
