"""The front matter of a Markdown file: YAML between two lines of ``---`` at its start.

All scalars are read as text. Aliases are refused, since a few lines of them can stand for
gigabytes; what is no valid YAML is read line by line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import yaml
from pydantic import JsonValue
from typing_extensions import override
from yaml.nodes import Node

from soulscript.formats.markdown.outline import split_lines

_FRAME: Final = "---"
_ENDS: Final = ("---", "...")
_MAX_CHARS: Final = 16_384
_MAX_LINES: Final = 400
_MAX_DEPTH: Final = 8
_KEY: Final = re.compile(r"([A-Za-z][\w -]{0,40}):(?:\s+(.*))?")
_PART: Final = re.compile(r"\s|-\s|#|[\]}]|:\s")  # starts of lines that belong to a key before


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The values by key, the line of each key, and the number of lines, frame included."""

    values: Mapping[str, JsonValue] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    length: int = 0


class _Loader(yaml.BaseLoader):
    """Loads texts, lists and mappings, nothing else: no aliases, and nothing nested deeply."""

    depth = 0

    @override
    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        if self.depth > _MAX_DEPTH or self.check_event(yaml.AliasEvent):
            message = "aliases and deeply nested values are not read"
            raise yaml.YAMLError(message)
        self.depth += 1
        node: Node | None = super().compose_node(parent, index)
        self.depth -= 1
        return node


def front_matter_of(text: str) -> FrontMatter:
    """Return the front matter of a text; an empty one if its start is none, or never ends."""
    lines = split_lines(text.removeprefix("\ufeff"))[:_MAX_LINES]
    if not lines or lines[0].strip() != _FRAME:
        return FrontMatter()
    end = next((n for n, line in enumerate(lines) if n and line.rstrip() in _ENDS), 0)
    body = lines[1:end]
    numbers = {
        match[1].strip(): number
        for number, line in enumerate(body, 1)
        if (match := _KEY.match(line.rstrip()))
    }
    is_yaml = all(not line.strip() or _KEY.match(line) or _PART.match(line) for line in body)
    if not numbers or not is_yaml:
        return FrontMatter()
    return FrontMatter(_values("".join(body)), numbers, end + 1)


def _values(text: str) -> dict[str, JsonValue]:
    try:
        loaded = yaml.load(text, _Loader) if len(text) <= _MAX_CHARS else None  # noqa: S506 - texts alone
    except yaml.YAMLError:
        loaded = None
    if isinstance(loaded, dict):
        return {str(key): value for key, value in loaded.items() if isinstance(key, str)}
    matches = filter(None, map(_KEY.match, text.splitlines()))
    return {match[1].strip(): (match[2] or "").strip(" \"'") for match in matches}
