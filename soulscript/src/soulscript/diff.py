"""The differences between two souls, in words.

Traits, values, conflicts and boundaries are matched by what people know them by, never by their
place in a list; extensions and metadata by their path.
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
from soulscript.model.soul import Boundary, Conflict, Entity, Part, Soul, Trait, Value, Voice
from soulscript.text.display import clipped, one_line

_STRONG: Final = 0.5  # beyond it a level has the stronger word, as in the prompt
_MAX_SHOWN_CHARS: Final = 60  # characters of a text that are shown
_LEAD: Final = 16  # of those, characters that two texts have in common before they part

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
    here: Path = ("personality",)
    yield from _text((*here, "name"), "name", a.personality.name, b.personality.name)
    yield from _traits((*here, "core_traits"), a.personality.core_traits, b.personality.core_traits)
    yield from _extras(here, a.personality, b.personality)
    yield from _values(("values",), a.values, b.values)
    yield from _voices(a.voice, b.voice)
    here = ("relationship",)
    yield from _text(
        (*here, "style"), "way with people", a.relationship.style, b.relationship.style
    )
    yield from _boundaries(
        (*here, "boundaries"), a.relationship.boundaries, b.relationship.boundaries
    )
    yield from _extras(here, a.relationship, b.relationship)
    yield from _extensions(a, b)


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


# -- parts that have a name of their own ---------------------------------------------------------


def _traits(path: Path, a: Sequence[Trait], b: Sequence[Trait]) -> Iterator[Difference]:
    def say(trait: Trait) -> str:
        return f"{one_line(trait.trait)}, {_degree(trait.strength)}"

    return _members(
        path, "trait", a, b, lambda trait: trait.trait.casefold(), say=say, compare=_trait
    )


def _trait(path: Path, a: Trait, b: Trait) -> Iterator[Difference]:
    name = one_line(b.trait)
    yield from _text((*path, "trait"), "name of a trait", a.trait, b.trait)
    if a.strength != b.strength:
        way = "more" if b.strength > a.strength else "less"
        change = f"{_degree(a.strength)} -> {_degree(b.strength)}"
        yield Difference(spell((*path, "strength")), "changed", f"{way} {name}: {change}")
    rules = (*path, "expression_rules")
    yield from _texts(rules, f"way to show {name}", a.expression_rules, b.expression_rules)
    yield from _extras(path, a, b)


def _degree(strength: float) -> str:
    if strength > 0:
        word = "notably" if strength > _STRONG else "somewhat"
    elif strength < 0:
        word = "avoided" if strength < -_STRONG else "less than usual"
    else:
        word = "at the baseline"
    return f"{word} ({strength!r})"


def _values(path: Path, a: Sequence[Value], b: Sequence[Value]) -> Iterator[Difference]:
    def say(value: Value) -> str:
        return f"{one_line(value.name)}, {_weight(value.importance)}"

    return _members(
        path, "value", a, b, lambda value: value.name.casefold(), say=say, compare=_value
    )


def _value(path: Path, a: Value, b: Value) -> Iterator[Difference]:
    name = one_line(b.name)
    yield from _text((*path, "name"), "name of a value", a.name, b.name)
    if a.importance != b.importance:
        way = "more" if b.importance > a.importance else "less"
        change = f"{_weight(a.importance)} -> {_weight(b.importance)}"
        text = f"{name} matters {way}: {change}"
        yield Difference(spell((*path, "importance")), "changed", text)
    yield from _text((*path, "expression"), f"how {name} shows", a.expression, b.expression)
    yield from _conflicts((*path, "conflicts"), name, a.conflicts, b.conflicts)
    yield from _extras(path, a, b)


def _weight(importance: float) -> str:
    if importance > 0:
        word = "very important" if importance > _STRONG else "important"
    else:
        word = "unimportant" if importance < 0 else "neither here nor there"
    return f"{word} ({importance!r})"


def _conflicts(
    path: Path, name: str, a: Sequence[Conflict], b: Sequence[Conflict]
) -> Iterator[Difference]:
    def say(conflict: Conflict) -> str:
        return f"{one_line(conflict.value)}, settled by {_quoted(conflict.resolution)}"

    def compare(here: Path, old: Conflict, new: Conflict) -> Iterator[Difference]:
        label = f"when {name} meets {one_line(new.value)}"
        yield from _text((*here, "value"), f"what {name} meets", old.value, new.value)
        yield from _text((*here, "resolution"), label, old.resolution, new.resolution)
        yield from _extras(here, old, new)

    what = f"conflict of {name}"
    return _members(path, what, a, b, lambda held: held.value.casefold(), say=say, compare=compare)


def _boundaries(path: Path, a: Sequence[Boundary], b: Sequence[Boundary]) -> Iterator[Difference]:
    def say(limit: Boundary) -> str:
        return f"{one_line(limit.type)}, {_quoted(limit.description)}"

    keys: tuple[Callable[[Boundary], Hashable], ...] = (
        lambda limit: (limit.type.casefold(), limit.description),
        lambda limit: limit.description,
        lambda limit: limit.type.casefold(),
    )
    return _members(path, "boundary", a, b, *keys, say=say, compare=_boundary)


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
    what: str,
    a: Sequence[T],
    b: Sequence[T],
    *keys: Callable[[T], Hashable],
    say: Callable[[T], str],
    compare: Compare[T] = lambda *_: iter(()),
) -> Iterator[Difference]:
    """Compare two lists by keys of their members: removed, changed, added, moved."""
    matched = _matched(a, b, *keys)
    for place, old in enumerate(a):
        here = (*path, place)
        if place in matched:
            yield from compare(here, old, b[matched[place]])
        else:
            yield Difference(spell(here), "removed", f"{what} gone: {say(old)}")
    known = set(matched.values())
    for place, new in enumerate(b):
        if place not in known:
            yield Difference(spell((*path, place)), "added", f"new {what}: {say(new)}")
    if any(first > second for first, second in pairwise(matched.values())):
        yield Difference(spell(path), "changed", f"another order of: {what}")


def _matched(a: Sequence[T], b: Sequence[T], *keys: Callable[[T], Hashable]) -> dict[int, int]:
    """Map places in ``a`` to places in ``b``, by the first key, then for the rest by the next."""
    matched: dict[int, int] = {}
    for key in keys:
        taken = set(matched.values())
        waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for place, member in enumerate(b):
            if place not in taken:
                waiting[key(member)].append(place)
        for place, member in enumerate(a):
            if place not in matched and (there := waiting[key(member)]):
                matched[place] = there.popleft()
    return dict(sorted(matched.items()))


def _texts(path: Path, what: str, a: Sequence[str], b: Sequence[str]) -> Iterator[Difference]:
    return _members(path, what, a, b, lambda text: text, say=_quoted)


def _text(path: Path, label: str, a: str | None, b: str | None) -> Iterator[Difference]:
    """Compare two texts; None is one that is not there."""
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
    """Show two texts from shortly before they part."""
    differ = (place for place, (x, y) in enumerate(zip(a, b, strict=False)) if x != y)
    same = next(differ, min(len(a), len(b)))
    start = same - _LEAD if same > 2 * _LEAD else 0
    lead = "…" if start else ""
    return f"{_quoted(lead + a[start:])} -> {_quoted(lead + b[start:])}"


# -- what the specification does not know ----------------------------------------------------------


def _extras(path: Path, a: Part, b: Part) -> Iterator[Difference]:
    return _objects(path, a.model_extra or {}, b.model_extra or {})


def _extensions(a: Soul, b: Soul) -> Iterator[Difference]:
    """Compare the top level: memories by id; of an original only whether it is the same."""
    old, new = dict(a.model_extra or {}), dict(b.model_extra or {})
    if SOURCE_KEY in old and SOURCE_KEY in new and old[SOURCE_KEY] != new[SOURCE_KEY]:
        yield Difference(SOURCE_KEY, "changed", "what it was read from is another document")
        del old[SOURCE_KEY], new[SOURCE_KEY]
    yield from _objects((), old, new)


def _objects(path: Path, a: dict[str, JsonValue], b: dict[str, JsonValue]) -> Iterator[Difference]:
    for key in dict.fromkeys([*a, *b]):
        here = (*path, key)
        label = one_line(spell(here))
        if key not in b:
            yield Difference(spell(here), "removed", f"{label} gone: {_brief(here, a[key])}")
        elif key not in a:
            yield Difference(spell(here), "added", f"new {label}: {_brief(here, b[key])}")
        else:
            yield from _anything(here, a[key], b[key])


def _anything(path: Path, a: JsonValue, b: JsonValue) -> Iterator[Difference]:
    label = one_line(spell(path))
    if isinstance(a, dict) and isinstance(b, dict):
        yield from _objects(path, a, b)
    elif isinstance(a, list) and isinstance(b, list):
        yield from _members(path, label, a, b, _whole, say=_shown)
    elif isinstance(a, str) and isinstance(b, str):
        yield from _text(path, label, a, b)
    elif _whole(a) != _whole(b):
        yield Difference(spell(path), "changed", f"{label}: {_shown(a)} -> {_shown(b)}")


def _brief(path: Path, value: JsonValue) -> str:
    """Show a value; of memories, what is remembered."""
    if path[0] == MEMORIES_KEY and isinstance(value, dict):
        if len(path) == 1:
            return f"{len(value)} memories"
        remembered = value.get("core_memory")
        if isinstance(remembered, str):
            return _quoted(remembered)
    return _shown(value)


def _shown(value: JsonValue) -> str:
    return clipped(_whole(value), _MAX_SHOWN_CHARS)


def _whole(value: JsonValue) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
