"""The entries of a lorebook, typed, read from the memories that they have become."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, IntEnum
from typing import Any, Final

from pydantic import JsonValue

from soulscript.formats.base import SOURCE_KEY, as_number, as_text, as_texts
from soulscript.formats.round_trip import memories_of
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.lore.decorators import Decorators, Role, parse_decorators
from soulscript.model.memory import Memory
from soulscript.model.soul import Soul

_ENTRY_KEY: Final = "st:entry"
_LORE: Final = "lore"
MAX_SCAN_DEPTH: Final = 1000
DEFAULT_DEPTH: Final = 4
DEFAULT_ORDER: Final = 100
DEFAULT_WEIGHT: Final = 100
_LATEST: Final = 10**9  # message, depth or weight


class Place(Enum):
    """Where the text of an entry goes."""

    BEFORE = "before the description"
    AFTER = "after the description"
    NOTE_TOP = "top of the author's note"
    NOTE_BOTTOM = "bottom of the author's note"
    DEPTH = "between the lines of the chat"
    EXAMPLES_TOP = "before the examples"
    EXAMPLES_BOTTOM = "after the examples"
    OUTLET = "an outlet, called by its name"
    PERSONALITY = "with the personality"
    SCENARIO = "with the scenario"


class Logic(IntEnum):
    """What is asked of the secondary keys of an entry, by SillyTavern's numbers."""

    AND_ANY = 0
    NOT_ALL = 1
    NOT_ANY = 2
    AND_ALL = 3


_PLACES: Final = (
    Place.BEFORE,
    Place.AFTER,
    Place.NOTE_TOP,
    Place.NOTE_BOTTOM,
    Place.DEPTH,
    Place.EXAMPLES_TOP,
    Place.EXAMPLES_BOTTOM,
    Place.OUTLET,
)  # SillyTavern's numbers
_PLACE_NAMES: Final = {"before_char": Place.BEFORE, "after_char": Place.AFTER}
_DECORATED_PLACES: Final = {
    "before_desc": Place.BEFORE,
    "after_desc": Place.AFTER,
    "personality": Place.PERSONALITY,
    "scenario": Place.SCENARIO,
}
_ROLES: Final = (Role.SYSTEM, Role.USER, Role.ASSISTANT)  # SillyTavern's numbers
_SOURCES: Final = {
    "match_persona_description": "persona_description",
    "match_character_description": "description",
    "match_character_personality": "personality",
    "match_character_depth_prompt": "depth_prompt",
    "match_scenario": "scenario",
    "match_creator_notes": "creator_notes",
}
"""Field of an entry -> name of the further text that is scanned for it."""
_TAVERN_ONLY: Final = frozenset({"display_index", "exclude_recursion", "selectiveLogic"})
"""Extensions that SillyTavern writes; it sets ``use_regex`` for all entries, whatever the keys."""


@dataclass(frozen=True, slots=True)
class LoreEntry:
    """One entry. ``content`` has no decorators in it; its macros are as they were written.

    ``scan_depth``, ``sticky``, ``cooldown``, ``delay`` and ``depth`` are in messages, the latter
    from the newest one. None for ``case_sensitive``, ``whole_words``, ``scan_depth`` and
    ``use_group_scoring`` means: as in the settings. ``delay_until_recursion`` is the level, 0 for
    none. ``probability`` is in percent. ``are_patterns``: every key is a regular expression; else
    only one between slashes is. ``reverse_depth`` counts from the oldest message.
    """

    id: str
    content: str = ""
    keys: tuple[str, ...] = ()
    secondary_keys: tuple[str, ...] = ()
    name: str = ""
    is_enabled: bool = True
    is_constant: bool = False
    is_selective: bool = False
    logic: Logic = Logic.AND_ANY
    are_patterns: bool = False
    case_sensitive: bool | None = None
    whole_words: bool | None = None
    scan_depth: int | None = None
    sources: tuple[str, ...] = ()
    order: float = DEFAULT_ORDER
    place: Place = Place.BEFORE
    depth: int = DEFAULT_DEPTH
    reverse_depth: int | None = None
    role: Role = Role.SYSTEM
    outlet: str = ""
    probability: float = 100
    groups: tuple[str, ...] = ()
    group_override: bool = False
    group_weight: float = DEFAULT_WEIGHT
    use_group_scoring: bool | None = None
    sticky: int = 0
    cooldown: int = 0
    delay: int = 0
    exclude_recursion: bool = False
    prevent_recursion: bool = False
    delay_until_recursion: int = 0
    ignore_budget: bool = False
    filter_names: tuple[str, ...] = ()
    filter_tags: tuple[str, ...] = ()
    filter_excludes: bool = False
    triggers: tuple[str, ...] = ()
    is_vectorized: bool = False
    automation_id: str = ""
    decorators: Decorators = field(default_factory=Decorators)

    @property
    def remembers(self) -> bool:
        """Whether it matters to the entry that it went in before."""
        own = self.decorators
        kept = own.keep_activate_after_match or own.dont_activate_after_match
        return bool(self.sticky or self.cooldown or kept)

    @property
    def version(self) -> str:
        """A short text that changes with any part of the entry."""
        return hashlib.sha256(repr(self).encode("utf-8", "surrogatepass")).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class BookSettings:
    """What a book says of all its entries; None where it says nothing."""

    scan_depth: int | None = None
    token_budget: int | None = None
    recursive_scanning: bool | None = None


# -- reading ---------------------------------------------------------------------------------------


def entries_of(soul: Soul) -> tuple[LoreEntry, ...]:
    """Return an entry for each memory of a soul that came from a lorebook, in their order.

    Read tolerantly: a field of another type than it should have is as one that is not there.
    """
    return tuple(entry_of(memory) for memory in memories_of(soul) if _is_lore(memory))


def book_settings_of(soul: Soul) -> BookSettings:
    """Return what the book of the card that a soul was read from says of all its entries."""
    source = as_object((soul.model_extra or {}).get(SOURCE_KEY))
    original = as_object(source.get("original"))
    holder = as_object(original.get("data")) or original
    book = as_object(holder.get("character_book")) or holder
    recursive = book.get("recursive_scanning")
    return BookSettings(
        scan_depth=_optional_whole(book.get("scan_depth"), MAX_SCAN_DEPTH),
        token_budget=_whole(book.get("token_budget")) or None,
        recursive_scanning=recursive if isinstance(recursive, bool) else None,
    )


def _is_lore(memory: Memory) -> bool:
    kind = memory.metadata.memory_type if memory.metadata else None
    return kind == _LORE or _ENTRY_KEY in (memory.model_extra or {})


def entry_of(memory: Memory) -> LoreEntry:
    """Return the entry that a memory was read from; one of its topics where it was none."""
    fields = _Fields((memory.model_extra or {}).get(_ENTRY_KEY))
    decorators, content = parse_decorators(memory.core_memory)
    place, depth = _placed(fields, decorators)
    shown: dict[str, Any] = {
        "name": fields.text("comment") or fields.text("name"),
        "place": place,
        "depth": depth,
        "reverse_depth": decorators.reverse_depth if place is Place.DEPTH else None,
        "role": decorators.role or _role(fields.get("role")),
        "outlet": fields.text("outlet_name").strip(),
        "order": fields.number("insertion_order", "order", default=DEFAULT_ORDER),
    }
    if decorators.depth is not None:
        shown["reverse_depth"] = None
    kinds = _matching(fields, decorators) | _chances(fields) | _times(fields) | _filters(fields)
    return LoreEntry(
        id=memory.id, content=content, keys=memory.topics, decorators=decorators, **shown, **kinds
    )


def _matching(fields: "_Fields", decorators: Decorators) -> dict[str, Any]:
    depth = decorators.scan_depth
    if depth is None:
        depth = _optional_whole(fields.get("scan_depth"), MAX_SCAN_DEPTH)
    logic = fields.number("selective_logic", default=0)
    return {
        "secondary_keys": as_texts(fields.get("secondary_keys") or fields.get("keysecondary")),
        "is_enabled": fields.flag("enabled", default=True) and not fields.flag("disable"),
        "is_constant": fields.flag("constant"),
        "is_selective": fields.flag("selective"),
        "logic": Logic(int(logic)) if logic in set(Logic) else Logic.AND_ANY,
        "are_patterns": fields.flag("use_regex") and not fields.is_of_tavern,
        "case_sensitive": fields.optional_flag("case_sensitive"),
        "whole_words": fields.optional_flag("match_whole_words"),
        "scan_depth": None if depth is None else min(depth, MAX_SCAN_DEPTH),
        "sources": tuple(name for key, name in _SOURCES.items() if fields.flag(key)),
        "is_vectorized": fields.flag("vectorized"),
        "automation_id": fields.text("automation_id"),
    }


def _chances(fields: "_Fields") -> dict[str, Any]:
    uses = fields.flag("use_probability", default=True)
    percent = fields.number("probability", default=100)
    groups = (name.strip() for name in fields.text("group").split(","))
    return {
        "probability": min(max(percent, 0), 100) if uses else 100,
        "groups": tuple(dict.fromkeys(name for name in groups if name)),
        "group_override": fields.flag("group_override"),
        "group_weight": min(max(fields.number("group_weight", default=DEFAULT_WEIGHT), 0), _LATEST),
        "use_group_scoring": fields.optional_flag("use_group_scoring"),
        "ignore_budget": fields.flag("ignore_budget"),
    }


def _times(fields: "_Fields") -> dict[str, Any]:
    level = fields.get("delay_until_recursion")
    return {
        "sticky": _whole(fields.get("sticky")),
        "cooldown": _whole(fields.get("cooldown")),
        "delay": _whole(fields.get("delay")),
        "exclude_recursion": fields.flag("exclude_recursion"),
        "prevent_recursion": fields.flag("prevent_recursion"),
        "delay_until_recursion": int(_truth(level) is True) or _whole(level),
    }


def _filters(fields: "_Fields") -> dict[str, Any]:
    named = as_object(fields.get("character_filter"))
    return {
        "filter_names": as_texts(named.get("names")),
        "filter_tags": as_texts(named.get("tags")),
        "filter_excludes": _truth(named.get("isExclude", named.get("is_exclude"))) is True,
        "triggers": as_texts(fields.get("triggers")),
    }


def _placed(fields: "_Fields", decorators: Decorators) -> tuple[Place, int]:
    """Return where an entry goes, and its depth: ``@@position`` holds, then ``@@depth``."""
    depth = as_number(fields.get("depth"))
    own = DEFAULT_DEPTH if depth is None else int(min(max(depth, 0), _LATEST))
    if decorators.position is not None:
        return _DECORATED_PLACES[decorators.position], own
    if decorators.depth is not None or decorators.reverse_depth is not None:
        return Place.DEPTH, decorators.depth or 0
    number = as_number(fields.get("position"))
    if number is not None and number in range(len(_PLACES)):
        return _PLACES[int(number)], own
    return _PLACE_NAMES.get(as_text(fields.get("position")), Place.AFTER), own


def _role(value: JsonValue) -> Role:
    number = as_number(value)
    if number is not None and number in range(len(_ROLES)):
        return _ROLES[int(number)]
    return next((role for role in Role if role.value == value), Role.SYSTEM)


class _Fields:
    """The fields of an entry, wherever a tool has put them and however it has spelt them.

    SillyTavern has its own at the entry of a world file, as ``scanDepth``, and under
    ``extensions`` in the book of a card, as ``scan_depth``; others mix these. Those under
    ``extensions`` hold, as in SillyTavern.
    """

    def __init__(self, entry: JsonValue) -> None:
        fields = as_object(entry)
        extensions = as_object(fields.get("extensions"))
        self.is_of_tavern = bool(_TAVERN_ONLY & extensions.keys())
        self._found = _spelt_alike(fields) | _spelt_alike(extensions)

    def get(self, name: str) -> JsonValue:
        return self._found.get(name.replace("_", ""))

    def text(self, name: str) -> str:
        return as_text(self.get(name))

    def number(self, *names: str, default: float) -> float:
        numbers = (as_number(self.get(name)) for name in names)
        return next((number for number in numbers if number is not None), default)

    def flag(self, name: str, *, default: bool = False) -> bool:
        found = self.optional_flag(name)
        return default if found is None else found

    def optional_flag(self, name: str) -> bool | None:
        return _truth(self.get(name))


def _spelt_alike(fields: Mapping[str, JsonValue]) -> JsonObject:
    return {
        key.replace("_", "").casefold(): value for key, value in fields.items() if value is not None
    }


def _truth(value: JsonValue) -> bool | None:
    """Return a boolean, also one written as a string or a number that is 0 or 1; else None."""
    text = str(value).casefold() if isinstance(value, bool | int | float | str) else ""
    return {"true": True, "1": True, "false": False, "0": False}.get(text)


def _whole(value: JsonValue) -> int:
    """Return a number of messages, 0 where there is none."""
    return int(min(max(as_number(value) or 0, 0), _LATEST))


def _optional_whole(value: JsonValue, most: int) -> int | None:
    return None if as_number(value) is None else min(_whole(value), most)


def enabled(entries: Iterable[LoreEntry]) -> tuple[LoreEntry, ...]:
    """Return the entries that are turned on, those of the highest order first.

    In this order they are tried, so that the budget is spent on what is put closest to the end.
    """
    return tuple(sorted((each for each in entries if each.is_enabled), key=lambda e: -e.order))
