"""The kind of statement that a line is, read from its text when it is added."""

import re
from functools import cache
from typing import Final

from soulscript.text import folded
from synthetic_soul.toml_tables import read_table

ASKS: Final = 1
"""It ends with a question."""
NUMBER: Final = 2
TIME: Final = 4
"""It says when."""
NAME: Final = 8
"""It names somebody or something: a capital within a sentence."""
DENIES: Final = 16
NEVER: Final = 32
"""It says that something has never been done."""
CHANGES: Final = 64
"""It says that something is not what it was."""
WISH: Final = 128
"""It says what is always to be done, or what is preferred."""
OWN: Final = 256
"""It speaks of the speaker."""

_NAME: Final = re.compile(r"[^\W\d_.!?:][,;]? +(?!I\b)[A-Z]\w")
_OWN: Final = re.compile(r"\b(?:i|my|me|mine|i'm|i've|we|our|us)\b")
_BY_WORDS: Final = {
    "numbers": NUMBER,
    "times": TIME,
    "denials": DENIES,
    "nevers": NEVER,
    "changes": CHANGES,
    "wishes": WISH,
}


def of(text: str) -> int:
    """Return the flags of a text, as a sum."""
    plain = folded(text)
    found = ASKS * text.rstrip(" )\"'").endswith("?")
    found |= NAME * bool(_NAME.search(text))
    found |= OWN * bool(_OWN.search(plain))
    for name, pattern in kinds("statements").items():
        found |= _BY_WORDS[name] * bool(pattern.search(plain))
    return found


@cache
def kinds(table: str) -> dict[str, re.Pattern[str]]:
    """Return the pattern of each kind in a table of ``data/kinds.toml``."""
    return {
        name: re.compile("|".join(f"(?:{each})" for each in patterns))
        for name, patterns in read_table(__package__, "kinds")[table].items()
    }
