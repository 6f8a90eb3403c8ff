"""A lorebook that is made once and activated often."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from soulscript.lore.chat import LoreSettings
from soulscript.lore.decorators import Decorators
from soulscript.lore.entries import (
    BookSettings,
    LoreEntry,
    Place,
    book_settings_of,
    enabled,
    entries_of,
)
from soulscript.lore.keys import Key, make_keys
from soulscript.model.soul import Soul
from soulscript.text.macros import Scene

_MAX_PREPARED: Final = 8  # pairs of names


@dataclass(frozen=True, slots=True)
class PreparedEntry:
    """An entry with its keys made ready. ``index`` is its place among those that are tried.

    ``is_plain``: nothing but its keys decides whether it is found. ``needles``: one of these is in
    the lowered text of the usual depth if it is found; None where that is not so simple.
    ``problems`` are its keys that are no patterns, each with what is wrong.
    """

    index: int
    entry: LoreEntry
    keys: tuple[Key, ...]
    secondary: tuple[Key, ...]
    additional: tuple[tuple[Key, ...], ...]
    excluding: tuple[Key, ...]
    is_plain: bool
    needles: tuple[str, ...] | None
    problems: tuple[tuple[str, str], ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """All its keys as texts."""
        return tuple(key.text for key in _all_keys(self.keys, self.secondary, *self.additional))


class Lorebook:
    """Entries, and what their book says of them all. It does not change once it is made."""

    def __init__(self, entries: Iterable[LoreEntry], settings: BookSettings | None = None) -> None:
        """Take entries; of several with one id the first counts, and no disabled one."""
        first: dict[str, LoreEntry] = {}
        for entry in enabled(entries):
            first.setdefault(entry.id, entry)
        self.entries = tuple(first.values())
        self.settings = settings or BookSettings()
        self._prepared: dict[tuple[str, str, bool, bool], tuple[PreparedEntry, ...]] = {}

    @classmethod
    def of(cls, soul: Soul) -> "Lorebook":
        """Make the lorebook of a soul."""
        return cls(entries_of(soul), book_settings_of(soul))

    def prepared(self, scene: Scene, settings: LoreSettings) -> tuple[PreparedEntry, ...]:
        """Return the entries with their keys made ready for the names of a scene."""
        key = (scene.character, scene.person, settings.case_sensitive, settings.whole_words)
        found = self._prepared.get(key)
        if found is None:
            if len(self._prepared) >= _MAX_PREPARED:
                self._prepared.clear()
            # The seed of an activation must not decide keys that later ones use.
            names = Scene(character=scene.character, person=scene.person)
            found = tuple(_prepare(i, e, names, settings) for i, e in enumerate(self.entries))
            self._prepared[key] = found
        return found

    def forget_names(self) -> None:
        """Forget for whom keys were made ready; they are made anew when they are needed."""
        self._prepared.clear()


def _prepare(index: int, entry: LoreEntry, scene: Scene, settings: LoreSettings) -> PreparedEntry:
    cased = settings.case_sensitive if entry.case_sensitive is None else entry.case_sensitive
    whole = settings.whole_words if entry.whole_words is None else entry.whole_words

    def keys(texts: Iterable[str]) -> tuple[Key, ...]:
        return make_keys(
            texts, scene, any_case=not cased, whole_words=whole, are_patterns=entry.are_patterns
        )

    decorators = entry.decorators
    primary = keys(entry.keys)
    secondary = keys(entry.secondary_keys) if entry.is_selective and not entry.are_patterns else ()
    additional = tuple(keys(texts) for texts in decorators.additional_keys)
    is_plain = _is_plain(entry)
    is_simple = is_plain and entry.scan_depth is None and not entry.sources
    needles = tuple(key.needle for key in primary)
    return PreparedEntry(
        index,
        entry,
        primary,
        secondary,
        additional,
        keys(decorators.exclude_keys) if not entry.are_patterns else (),
        is_plain=is_plain,
        needles=needles if is_simple and all(_is_lowered(key) for key in primary) else None,
        problems=tuple(
            (key.text, key.problem)
            for key in _all_keys(primary, secondary, *additional)
            if key.problem
        ),
    )


def _all_keys(*parts: tuple[Key, ...]) -> tuple[Key, ...]:
    return tuple(key for keys in parts for key in keys)


def _is_lowered(key: Key) -> bool:
    return key.is_lowered and key.pattern is None and not key.problem


def _is_plain(entry: LoreEntry) -> bool:
    return (
        entry.decorators == Decorators()
        and not (entry.is_constant or entry.sticky or entry.cooldown or entry.delay)
        and not (entry.filter_names or entry.filter_tags or entry.triggers)
        and not (entry.exclude_recursion or entry.delay_until_recursion)
        and entry.place is not Place.OUTLET
    )
