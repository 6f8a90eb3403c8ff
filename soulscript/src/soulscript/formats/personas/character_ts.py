"""Characters of elizaOS as TypeScript or JavaScript: ``export const character = {…}``.

The object is read as data, and becomes what the same object in JSON becomes. It is written as JSON,
which elizaOS reads as well: what the script works out is not in it.
"""

import re
from dataclasses import replace
from typing import Final

from soulscript.formats.base import Import, Source
from soulscript.formats.personas.eliza import is_character, read_character
from soulscript.formats.personas.object_literal import MAX_SCRIPT_BYTES, read_object
from soulscript.report import Note

_START: Final = re.compile(
    rb"(?:\xef\xbb\xbf)?(?>\s|//[^\n]*+\n|/\*(?>[^*]|\*(?!/))*+\*/|[\"']use strict[\"'];?)*+"
    rb"(?:import|export|const|let|var|type|interface|enum|function|async|declare|class|module|"
    rb"require|dotenv)\b"
)
_KEY: Final = re.compile(
    rb"(?:^|[{,])[ \t]{0,40}[\"']?([A-Za-z]{2,20})[\"']?[ \t]{0,9}:", re.MULTILINE
)
_OTHERS: Final = frozenset({"data", "entity"})  # keys that may stand deeper within a character


def detect(source: Source) -> bool:
    """Detect a script that defines an object with the keys of a character."""
    raw = source.single
    if raw is None or not _START.match(raw[:MAX_SCRIPT_BYTES]):
        return False
    return is_character({key.decode() for key in _KEY.findall(raw[:MAX_SCRIPT_BYTES])} - _OTHERS)


def decode(source: Source) -> Import:
    """Read a character. Raises ``NotASoulError`` with each wrong field or the place of a fault."""
    document, left_out = read_object(source.single or b"", source.name, is_character)
    imported = read_character(document, source)
    message = "read from a script as data; it is written as JSON"
    notes = [Note("changed", "$", "$", message), *left_out]
    return replace(imported, report=imported.report + notes)
