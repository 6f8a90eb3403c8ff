"""The words of JSON, and what is met in their place: the patterns that the scanner matches.

Each runs through a text once, without stepping back.
"""

import json
import re

_SPACE = r"[ \t\n\r]*+"
_CHARACTER = r'[^"\\\x00-\x1f\ud800-\udfff]'
_ESCAPE = (
    r'\\["\\/bfnrt]|\\u(?!0000|[dD][89a-fA-F])[0-9a-fA-F]{4}'
    r"|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)
BLANK = re.compile(_SPACE)
HASH_LINE = re.compile(r"#[^\n]*")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
# Before the first member of an object or list, and before each later one: nothing in the group
# where it stands there as it should, else the closing bracket.
FIRST = re.compile(rf"{_SPACE}(?:(?=[^\]}},:/])|([\]}}]))")
NEXT = re.compile(rf"{_SPACE}(?:,{_SPACE}(?=[^\]}},:/])|([\]}}]))")
KEY = re.compile(rf'"({_CHARACTER}*+)"{_SPACE}:{_SPACE}')
PLAIN = re.compile(f'"({_CHARACTER}*+)"')
SOUND = re.compile(f"(?:{_CHARACTER}++|{_ESCAPE})*+")
NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?P<real>(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)")
NUMBERLIKE = re.compile(r"[\w.+-]*")
WORD = re.compile(r"(?:[^\W\d]|\$)[\w$]*")
BARE = re.compile(r'[^,\]}\n\r"]*')
SINGLE = re.compile(r"'((?:[^'\\\n]++|\\.)*+)'")
CODE = re.compile(r"\\u([0-9a-fA-F]{4})")
LONE_SURROGATE = re.compile(
    r"\\u[dD][89abAB](?!..\\u[dD][c-fC-F])|(?<!\\u[dD][89abAB]..)\\u[dD][c-fC-F]"
)
LITERALS: dict[str, bool | None] = {"true": True, "false": False, "null": None}
OTHER_LITERALS = frozenset({"True", "False", "None", "undefined"})
NO_NUMBERS = frozenset({"NaN", "Infinity"})
QUOTES = "“”„‟«»‘’`"


def past(pattern: re.Pattern[str], text: str, at: int) -> int:
    """Say where a pattern that always matches, if only nothing, ends."""
    found = pattern.match(text, at)
    return at if found is None else found.end()


def unescaped(sound: str) -> str:
    """Resolve escapes; pairs that stand for one character come out as one."""
    text: str = json.loads(f'"{sound}"') if "\\" in sound else sound
    return text


def quoted(key: str) -> str:
    """Show a key, or its beginning."""
    return f'"{key[:40]}"'
