"""Strategies that make up whole souls, as documents."""

from typing import Any

from hypothesis import strategies as st
from pydantic import JsonValue

from soulscript.model.soul import PARTS, known_keys
from support.memories import LEVELS, TEXTS

NAMES = TEXTS.filter(bool)
EXTRA: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | LEVELS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
KNOWN = frozenset(key for part in PARTS.values() for key in known_keys(part)) | {"traits"}
EXTRAS = st.dictionaries(TEXTS.filter(lambda key: key not in KNOWN), EXTRA, max_size=2)
AGES = st.from_regex(r"\A[0-9]{1,3}(-[0-9]{1,3})?\Z")

Documents = st.SearchStrategy[dict[str, Any]]


def part(
    required: dict[str, st.SearchStrategy[Any]],
    optional: dict[str, st.SearchStrategy[Any]] | None = None,
) -> Documents:
    known = st.fixed_dictionaries(required, optional=optional or {})
    return st.tuples(known, EXTRAS).map(lambda pair: pair[0] | pair[1])


TRAITS = part(
    {"trait": TEXTS, "strength": LEVELS}, {"expression_rules": st.lists(TEXTS, max_size=2)}
)
VALUES = part(
    {"name": TEXTS, "importance": LEVELS, "expression": TEXTS},
    {"conflicts": st.lists(part({"value": TEXTS, "resolution": TEXTS}), max_size=2)},
)
BOUNDARIES = part({"type": TEXTS, "description": TEXTS, "enforcement": TEXTS})
SOULS = part(
    {
        "version": st.just("0.1"),
        "entity": part(
            {"form": TEXTS, "occupation": TEXTS},
            {
                "gender": TEXTS,
                "age": AGES,
                "background": TEXTS,
                "expertise": st.lists(TEXTS, max_size=2),
            },
        ),
        "personality": part(
            {
                "core_traits": st.lists(
                    TRAITS,
                    min_size=1,
                    max_size=3,
                    unique_by=lambda trait: trait["trait"].casefold(),
                )
            },
            {"name": TEXTS},
        ),
        "values": st.lists(VALUES, max_size=2),
        "voice": part(
            {
                "style": TEXTS,
                "tone": TEXTS,
                "qualities": st.lists(TEXTS, max_size=2),
                "patterns": st.lists(TEXTS, max_size=2),
            }
        ),
        "relationship": part({"style": TEXTS, "boundaries": st.lists(BOUNDARIES, max_size=2)}),
    },
    {"id": NAMES},
)
