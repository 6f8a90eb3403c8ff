"""Decorators: the lines ``@@name value`` at the head of an entry, as cards V3 specify them.

A line ``@@@name value`` is a fall-back: it is read if the decorator before it was not. The first
of a name holds. What is not known here, or has a value that is not valid, is ignored; all are
taken off the content.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final


class Role(Enum):
    """Who seems to say a text that is put between the lines of a chat."""

    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


UI_PROMPTS: Final = frozenset({"post_history_instructions", "system_prompt"})
"""Prompts that ``@@disable_ui_prompt`` turns off."""
POSITIONS: Final = frozenset({"after_desc", "before_desc", "personality", "scenario"})
"""Values of ``@@position``."""
_MAX_WHOLE: Final = 10**9
_LINE: Final = re.compile(r"(@{2,})[ \t]*(\S*)[ \t]*(.*)")


@dataclass(frozen=True, slots=True)
class Decorators:
    """The decorators of one entry; None, False or empty where there is none of a name.

    ``additional_keys`` has the values of each such decorator, since it may be used many times.
    Depths and counts are in messages.
    """

    activate: bool = False
    dont_activate: bool = False
    keep_activate_after_match: bool = False
    dont_activate_after_match: bool = False
    ignore_on_max_context: bool = False
    activate_only_after: int | None = None
    activate_only_every: int | None = None
    is_greeting: int | None = None
    is_user_icon: str | None = None
    scan_depth: int | None = None
    depth: int | None = None
    reverse_depth: int | None = None
    role: Role | None = None
    position: str | None = None
    additional_keys: tuple[tuple[str, ...], ...] = ()
    exclude_keys: tuple[str, ...] = ()
    disable_ui_prompt: str | None = None


_Value = bool | int | str | Role | tuple[str, ...] | None
"""A value as it is read; None where it is not valid."""


def parse_decorators(content: str) -> tuple[Decorators, str]:
    """Return the decorators at the head of a content, and the content without them.

    The empty lines around the decorators go with them. Never raises.
    """
    lines = content.split("\n")
    read = 0
    found: dict[str, Any] = {}
    is_open = False  # whether a fall-back is read: the decorator before it was not
    for index, line in enumerate(lines):
        match = _LINE.match(line.strip())
        if match is None:
            if line.strip():
                break
            continue
        read = index + 1
        if match[1] == "@@" or is_open:
            is_open = not _add(found, match[2], match[3].strip())
    if not read:
        return Decorators(), content
    while read < len(lines) and not lines[read].strip():
        read += 1
    return Decorators(**found), "\n".join(lines[read:])


def _add(found: dict[str, Any], name: str, text: str) -> bool:
    """Add a decorator to those found, and return whether it was read."""
    reader = _READERS.get(name)
    value = reader(text) if reader else None
    if value is None:
        return False
    if name == "additional_keys":
        found[name] = (*found.get(name, ()), value)
    else:
        found.setdefault(name, value)
    return True


def _flag(text: str) -> bool | None:
    """Return that a decorator without a value holds, unless it says that it does not."""
    return None if text.casefold() == "false" else True


def _whole(text: str) -> int | None:
    """Return a whole number of at least 0; a fraction counts up to its point."""
    try:
        number = float(text)
    except ValueError:
        return None
    return min(int(number), _MAX_WHOLE) if math.isfinite(number) and number >= 0 else None


def _depth(text: str) -> int | None:
    """Return a whole number; one below 0 is 0, the end of the chat."""
    return _whole(text.removeprefix("-")) and (0 if text.startswith("-") else _whole(text))


def _count(text: str) -> int | None:
    """Return a whole number of at least 1, by which others can be divided."""
    return _whole(text) or None


def _texts(text: str) -> tuple[str, ...] | None:
    return tuple(part for each in text.split(",") if (part := each.strip())) or None


def _role(text: str) -> Role | None:
    return next((role for role in Role if role.value == text.casefold()), None)


_READERS: Final[dict[str, Callable[[str], _Value]]] = {
    **dict.fromkeys(
        (
            "activate",
            "dont_activate",
            "keep_activate_after_match",
            "dont_activate_after_match",
            "ignore_on_max_context",
        ),
        _flag,
    ),
    **dict.fromkeys(("activate_only_after", "is_greeting", "scan_depth"), _whole),
    **dict.fromkeys(("depth", "reverse_depth"), _depth),
    "activate_only_every": _count,
    "is_user_icon": lambda text: text or None,
    "role": _role,
    "position": lambda text: text if text in POSITIONS else None,
    **dict.fromkeys(("additional_keys", "exclude_keys"), _texts),
    "disable_ui_prompt": lambda text: text if text in UI_PROMPTS else None,
}
