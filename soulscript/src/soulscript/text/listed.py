"""Lists of attributes in the description of a character, in the notations of card writers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_MAX_TEXT_CHARS: Final = 65_536  # in which lists are looked for
_ITEM = r'"[^"\[\]()]{0,200}"'
_BRACKETS = re.compile(r"\[([^\[\]=:\"]{1,80})[=:]([^\[\]]{1,4000})\]")  # [Mia's body= "tall"]
_JOINED = rf"{_ITEM}(?:\s{{0,9}}[+,]\s{{0,9}}{_ITEM}){{0,99}}"
_CALL = re.compile(rf"\(\s{{0,9}}({_JOINED})\s{{0,9}}\)")  # W++, behind its label
_CALLED = re.compile(r"[A-Za-z][A-Za-z /_-]{0,40}\Z")
_MAX_CALLED_CHARS: Final = 41
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
    for match in _BRACKETS.finditer(text):
        for part in _NEXT_LABEL.split(f"{match[1]}:{match[2]}"):
            label, _, items = part.partition(":")
            yield _entry(label, items, match[0])
    for match in _CALL.finditer(text):
        start = match.start()
        if called := _CALLED.search(text[max(0, start - _MAX_CALLED_CHARS) : start]):
            yield _entry(called[0], match[1], called[0] + match[0])
    for match in _LINE.finditer(text):
        yield _entry(match[1], match[2], match[0])


def _entry(label: str, items: str, raw: str) -> Entry:
    label = label.strip().lower().rpartition("'s ")[2].rpartition("’s ")[2]
    quoted = [item.strip() for item in _QUOTED.findall(items)]
    return Entry(label, tuple(filter(None, quoted)) or (items.strip().rstrip("."),), raw)
