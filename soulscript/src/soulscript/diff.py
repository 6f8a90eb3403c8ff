"""The differences between two souls, in words.

Traits, values, conflicts and boundaries are matched by their names or texts, not by their positions
in a list; extensions and metadata by their paths.
"""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, TypeVar

from pydantic import JsonValue
from typing_extensions import override

from soulscript.errors import Path, spell
from soulscript.formats.base import MEMORIES_KEY, SOURCE_KEY
from soulscript.model.soul import (
    Boundary,
    Conflict,
    Entity,
    Part,
    Personality,
    Relationship,
    Soul,
    Trait,
    Value,
    Voice,
)
from soulscript.prompts.system_prompt import STRONG, importance_word
from soulscript.text.display import clipped, one_line

_MAX_SHOWN_CHARS: Final = 60  # characters of a text that are shown
_MAX_LEAD_CHARS: Final = 16  # of those, shown before the first character that differs

T = TypeVar("T")
P = TypeVar("P", bound=Part)
Kind = Literal["added", "removed", "changed"]
Compare = Callable[[Path, T, T], Iterator["Difference"]]


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference.

    ``path`` is its place in the first soul; in the second for what was added. ``sentence``
    describes it on one line.
    """

    path: str
    kind: Kind
    sentence: str

    @override
    def __str__(self) -> str:
        return self.sentence


def differences(a: Soul, b: Soul) -> tuple[Difference, ...]:
    """Return what differs between ``a`` and ``b``, in the specification's order.

    What is ``added`` from ``a`` to ``b`` is ``removed`` from ``b`` to ``a``.
    """
    return tuple(_souls(a, b))


def _souls(a: Soul, b: Soul) -> Iterator[Difference]:
    yield from _text(("version",), "version", a.version, b.version)
    yield from _text(("id",), "id", a.given_id, b.given_id)
    yield from _entities(a.entity, b.entity)
    yield from _personalities(a.personality, b.personality)
    yield from _values(("values",), a.values, b.values)
    yield from _voices(a.voice, b.voice)
    yield from _relationships(a.relationship, b.relationship)
    yield from _extensions(a, b)


def _personalities(a: Personality, b: Personality) -> Iterator[Difference]:
    yield from _text(("personality", "name"), "name", a.name, b.name)
    yield from _traits(("personality", "core_traits"), a.core_traits, b.core_traits)
    yield from _extras(("personality",), a, b)


def _relationships(a: Relationship, b: Relationship) -> Iterator[Difference]:
    yield from _text(("relationship", "style"), "way with people", a.style, b.style)
    yield from _boundaries(("relationship", "boundaries"), a.boundaries, b.boundaries)
    yield from _extras(("relationship",), a, b)


def _entities(a: Entity, b: Entity) -> Iterator[Difference]:
    for name in ("form", "occupation", "gender", "age", "background"):
        yield from _text(("entity", name), name, getattr(a, name), getattr(b, name))
    yield from _texts(("entity", "expertise"), "expertise", a.expertise, b.expertise)
    yield from _extras(("entity",), a, b)


def _voices(a: Voice, b: Voice) -> Iterator[Difference]:
    yield from _text(("voice", "style"), "style of speech", a.style, b.style)
    yield from _text(("voice", "tone"), "tone", a.tone, b.tone)
    yield from _texts(("voice", "qualities"), "quality of voice", a.qualities, b.qualities)
    yield from _texts(("voice", "patterns"), "speech pattern", a.patterns, b.patterns)
    yield from _extras(("voice",), a, b)


# -- parts with a name ---------------------------------------------------------------------------


def _traits(path: Path, a: Sequence[Trait], b: Sequence[Trait]) -> Iterator[Difference]:
    def describe(trait: Trait) -> str:
        return f"{one_line(trait.trait)}, {_strength(trait.strength)}"

    def key(trait: Trait) -> str:
        return trait.trait.casefold()

    return _members(path, "trait", a, b, key, describe=describe, compare=_trait)


def _trait(path: Path, a: Trait, b: Trait) -> Iterator[Difference]:
    name = one_line(b.trait)
    yield from _text((*path, "trait"), "name of a trait", a.trait, b.trait)
    if a.strength != b.strength:
        label = f"{_direction(a.strength, b.strength)} {name}"
        change = f"{label}: {_strength(a.strength)} -> {_strength(b.strength)}"
        yield Difference(spell((*path, "strength")), "changed", change)
    rules = (*path, "expression_rules")
    yield from _texts(rules, f"way to show {name}", a.expression_rules, b.expression_rules)
    yield from _extras(path, a, b)


def _direction(a: float, b: float) -> str:
    return "more" if b > a else "less"


def _strength(strength: float) -> str:
    if strength > 0:
        word = "notably" if strength > STRONG else "somewhat"
    elif strength < 0:
        word = "avoided" if strength < -STRONG else "less than usual"
    else:
        word = "at the baseline"
    return f"{word} ({strength!r})"


def _values(path: Path, a: Sequence[Value], b: Sequence[Value]) -> Iterator[Difference]:
    def describe(value: Value) -> str:
        return f"{one_line(value.name)}, {_importance(value.importance)}"

    def key(value: Value) -> str:
        return value.name.casefold()

    return _members(path, "value", a, b, key, describe=describe, compare=_value)


def _value(path: Path, a: Value, b: Value) -> Iterator[Difference]:
    name = one_line(b.name)
    yield from _text((*path, "name"), "name of a value", a.name, b.name)
    if a.importance != b.importance:
        label = f"{name} matters {_direction(a.importance, b.importance)}"
        change = f"{label}: {_importance(a.importance)} -> {_importance(b.importance)}"
        yield Difference(spell((*path, "importance")), "changed", change)
    yield from _text((*path, "expression"), f"how {name} shows", a.expression, b.expression)
    yield from _conflicts((*path, "conflicts"), name, a.conflicts, b.conflicts)
    yield from _extras(path, a, b)


def _importance(importance: float) -> str:
    return f"{importance_word(importance)} ({importance!r})"


def _conflicts(
    path: Path, name: str, a: Sequence[Conflict], b: Sequence[Conflict]
) -> Iterator[Difference]:
    def describe(conflict: Conflict) -> str:
        return f"{one_line(conflict.value)}, settled by {_quoted(conflict.resolution)}"

    def key(conflict: Conflict) -> str:
        return conflict.value.casefold()

    def compare(place: Path, old: Conflict, new: Conflict) -> Iterator[Difference]:
        label = f"when {name} meets {one_line(new.value)}"
        yield from _text((*place, "value"), f"what {name} meets", old.value, new.value)
        yield from _text((*place, "resolution"), label, old.resolution, new.resolution)
        yield from _extras(place, old, new)

    label = f"conflict of {name}"
    return _members(path, label, a, b, key, describe=describe, compare=compare)


def _boundaries(path: Path, a: Sequence[Boundary], b: Sequence[Boundary]) -> Iterator[Difference]:
    def describe(boundary: Boundary) -> str:
        return f"{one_line(boundary.type)}, {_quoted(boundary.description)}"

    keys: tuple[Callable[[Boundary], Hashable], ...] = (
        lambda boundary: (boundary.type.casefold(), boundary.description),
        lambda boundary: boundary.description,
        lambda boundary: boundary.type.casefold(),
    )
    return _members(path, "boundary", a, b, *keys, describe=describe, compare=_boundary)


def _boundary(path: Path, a: Boundary, b: Boundary) -> Iterator[Difference]:
    kind = one_line(b.type)
    yield from _text((*path, "type"), "kind of a boundary", a.type, b.type)
    yield from _text((*path, "description"), f"boundary ({kind})", a.description, b.description)
    label = f"how the boundary ({kind}) is kept"
    yield from _text((*path, "enforcement"), label, a.enforcement, b.enforcement)
    yield from _extras(path, a, b)


# -- lists and texts -----------------------------------------------------------------------------


def _members(
    path: Path,
    label: str,
    a: Sequence[T],
    b: Sequence[T],
    *keys: Callable[[T], Hashable],
    describe: Callable[[T], str],
    compare: Compare[T] = lambda *_: iter(()),
) -> Iterator[Difference]:
    """Compare two lists by keys of their members: removed, changed, added, moved."""
    matched = _matched(a, b, *keys)
    for index, old in enumerate(a):
        place = (*path, index)
        if index in matched:
            yield from compare(place, old, b[matched[index]])
        else:
            yield Difference(spell(place), "removed", f"{label} gone: {describe(old)}")
    known = set(matched.values())
    for index, new in enumerate(b):
        if index not in known:
            yield Difference(spell((*path, index)), "added", f"new {label}: {describe(new)}")
    if any(first > second for first, second in pairwise(matched.values())):
        yield Difference(spell(path), "changed", f"another order of: {label}")


def _matched(a: Sequence[T], b: Sequence[T], *keys: Callable[[T], Hashable]) -> dict[int, int]:
    """Map indices in ``a`` to indices in ``b``, by the first key, then the rest by the next."""
    matched: dict[int, int] = {}
    for key in keys:
        used = set(matched.values())
        free: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for index, member in enumerate(b):
            if index not in used:
                free[key(member)].append(index)
        for index, member in enumerate(a):
            if index not in matched and (candidates := free[key(member)]):
                matched[index] = candidates.popleft()
    return dict(sorted(matched.items()))


def _texts(path: Path, label: str, a: Sequence[str], b: Sequence[str]) -> Iterator[Difference]:
    return _members(path, label, a, b, lambda text: text, describe=_quoted)


def _text(path: Path, label: str, a: str | None, b: str | None) -> Iterator[Difference]:
    """Compare two texts; None stands for an absent one."""
    if a == b:
        return
    if b is None:
        yield Difference(spell(path), "removed", f"{label} gone: {_quoted(a or '')}")
    elif a is None:
        yield Difference(spell(path), "added", f"new {label}: {_quoted(b)}")
    else:
        yield Difference(spell(path), "changed", f"{label}: {_change(a, b)}")


def _quoted(text: str) -> str:
    return f'"{clipped(text, _MAX_SHOWN_CHARS)}"'


def _change(a: str, b: str) -> str:
    """Show two texts from shortly before their first difference."""
    differing = (index for index, (x, y) in enumerate(zip(a, b, strict=False)) if x != y)
    same = next(differing, min(len(a), len(b)))
    start = same - _MAX_LEAD_CHARS if same > 2 * _MAX_LEAD_CHARS else 0
    lead = "…" if start else ""
    return f"{_quoted(lead + a[start:])} -> {_quoted(lead + b[start:])}"


# -- unknown keys --------------------------------------------------------------------------------


def _extras(path: Path, a: Part, b: Part) -> Iterator[Difference]:
    return _objects(path, a.model_extra or {}, b.model_extra or {})


def _extensions(a: Soul, b: Soul) -> Iterator[Difference]:
    """Compare the top level: memories by id; the source only as a whole."""
    old, new = dict(a.model_extra or {}), dict(b.model_extra or {})
    if SOURCE_KEY in old and SOURCE_KEY in new and old[SOURCE_KEY] != new[SOURCE_KEY]:
        yield Difference(SOURCE_KEY, "changed", "what it was read from is another document")
        del old[SOURCE_KEY], new[SOURCE_KEY]
    yield from _objects((), old, new)


def _objects(path: Path, a: dict[str, JsonValue], b: dict[str, JsonValue]) -> Iterator[Difference]:
    for key in dict.fromkeys([*a, *b]):
        place = (*path, key)
        label = one_line(spell(place))
        if key not in b:
            yield Difference(spell(place), "removed", f"{label} gone: {_brief(place, a[key])}")
        elif key not in a:
            yield Difference(spell(place), "added", f"new {label}: {_brief(place, b[key])}")
        else:
            yield from _json(place, a[key], b[key])


def _json(path: Path, a: JsonValue, b: JsonValue) -> Iterator[Difference]:
    label = one_line(spell(path))
    if isinstance(a, dict) and isinstance(b, dict):
        yield from _objects(path, a, b)
    elif isinstance(a, list) and isinstance(b, list):
        yield from _members(path, label, a, b, _sorted_json, describe=_shown)
    elif isinstance(a, str) and isinstance(b, str):
        yield from _text(path, label, a, b)
    elif _sorted_json(a) != _sorted_json(b):
        yield Difference(spell(path), "changed", f"{label}: {_shown(a)} -> {_shown(b)}")


def _brief(path: Path, value: JsonValue) -> str:
    """Show a value; memories by their number, a memory by its core."""
    if path[0] == MEMORIES_KEY and isinstance(value, dict):
        if len(path) == 1:
            return f"{len(value)} memories"
        core = value.get("core_memory")
        if isinstance(core, str):
            return _quoted(core)
    return _shown(value)


def _shown(value: JsonValue) -> str:
    return clipped(_sorted_json(value), _MAX_SHOWN_CHARS)


def _sorted_json(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
