"""Lists of attributes in the description of a character, in the notations of card writers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MAX_TEXT_CHARS: Final = 65_536  # in which lists are looked for
_ITEM = r'"[^"\[\]()]{0,200}"'
_BRACKETS = re.compile(r"\[([^\[\]=:\"]{1,80})[=:]([^\[\]]{1,4000})\]")  # [Mia's body= "tall"]
_JOINED = rf"{_ITEM}(?:\s{{0,9}}[+,]\s{{0,9}}{_ITEM}){{0,99}}"
_CALL = re.compile(rf"([A-Za-z][A-Za-z /_-]{{0,40}})\(\s{{0,9}}({_JOINED})\s{{0,9}}\)")  # W++
_LINE = re.compile(
    r"^[ \t]*(?:[-*•#]{1,6}[ \t]*)?\*{0,3}([A-Za-z][A-Za-z /_'’{}-]{0,40}?)\*{0,3}:\*{0,3}"
    r"[ \t]*(\S.{0,400})$",
    re.MULTILINE,
)
_NEXT_LABEL = re.compile(r";[ \t]{0,9}(?=[A-Z][\w '’]{1,30}:)")  # [Genre: fantasy; Scene: a glade]
_QUOTED = re.compile(r'"([^"]{1,200})"')


@dataclass(frozen=True, slots=True)
class Entry:
    """One list: its ``label`` in lower case, its ``items``, and ``raw``, the text it stands in."""

    label: str
    items: tuple[str, ...]
    raw: str


def entries_in(text: str) -> Iterator[Entry]:
    """Yield the lists of a text: ``Age: 31``, ``[Mia's job= "baker"]``, ``Eyes("green" + "big")``.

    The label is what stands behind "'s ".
    """
    text = text[:_MAX_TEXT_CHARS]
    for pattern in (_BRACKETS, _CALL, _LINE):
        for match in pattern.finditer(text):
            first, *further = _NEXT_LABEL.split(f"{match[1]}:{match[2]}")
            for part in (first, *further):
                label, _, items = part.partition(":")
                label = label.strip().lower().rpartition("'s ")[2].rpartition("’s ")[2]
                yield Entry(label, _items(items), match[0])


def _items(text: str) -> tuple[str, ...]:
    quoted = [item.strip() for item in _QUOTED.findall(text)]
    return tuple(filter(None, quoted)) or (text.strip().rstrip("."),)
