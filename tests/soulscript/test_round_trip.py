"""Whatever soul there is, it survives writing; whatever is read, reading again changes nothing."""

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from soulscript import Soul, SoulscriptError, prompt, read, write
from soulscript.model.soul import PARTS, known_keys

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
NAMES = TEXTS.filter(bool)
LEVELS = st.floats(-1, 1) | st.integers(-1, 1)
EXTRA: st.SearchStrategy[JsonValue] = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | LEVELS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
KNOWN = frozenset(key for part in PARTS.values() for key in known_keys(part)) | {"traits"}
EXTRAS = st.dictionaries(TEXTS.filter(lambda key: key not in KNOWN), EXTRA, max_size=2)
AGES = st.from_regex(r"\A[0-9]{1,3}(-[0-9]{1,3})?\Z")

# How long one example takes is no measure here.
unhurried = settings(deadline=None)

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

MESSY: st.SearchStrategy[JsonValue] = st.sampled_from(
    [None, True, 3, -7.5, "", "x", '{"species": "owl", "x": 1}', [], {}, ["x"]]
)


@unhurried
@given(SOULS)
def test_any_soul_survives_write_and_read(document: dict[str, Any]) -> None:
    soul = Soul.model_validate(document)
    again = read(write(soul), strict=True).soul
    assert again == soul
    assert (again.id, again.digest) == (soul.id, soul.digest)
    assert again.canonical() == soul.canonical()


@unhurried
@given(SOULS)
def test_no_key_of_a_soul_is_lost(document: dict[str, Any]) -> None:
    def without_empty(value: Any) -> Any:  # noqa: ANN401 - any JSON
        if isinstance(value, dict):
            return {k: without_empty(v) for k, v in value.items() if k not in OPTIONAL or v}
        return [without_empty(item) for item in value] if isinstance(value, list) else value

    written = json.loads(write(read(json.dumps(document)).soul))
    assert without_empty(written) == without_empty(document)


OPTIONAL = {"expertise", "expression_rules", "conflicts", "gender", "age", "background", "name"}


@unhurried
@given(SOULS, st.data())
def test_tolerant_reading_is_a_fixed_point(document: dict[str, Any], data: st.DataObject) -> None:
    for where in data.draw(st.lists(st.sampled_from(sorted(PARTS)), max_size=3)):
        holder: Any = document
        for step in where:
            holder = holder.get(step) if isinstance(holder, dict) else None
            holder = holder[0] if isinstance(holder, list) and holder else holder
        if isinstance(holder, dict) and holder:
            key = data.draw(st.sampled_from(sorted(holder)))
            mess = data.draw(MESSY)
            if data.draw(st.booleans()):
                holder[key] = mess
            else:
                del holder[key]
    try:
        first = read(json.dumps(document))
    except SoulscriptError:
        return  # too messy; that each such error names its place is shown elsewhere
    text = write(first.soul)
    second = read(text)
    assert second.soul == first.soul
    assert write(second.soul) == text


@unhurried
@given(SOULS, st.booleans())
def test_any_soul_gives_a_prompt(document: dict[str, Any], full: bool) -> None:  # noqa: FBT001 - drawn
    soul = Soul.model_validate(document)
    said = prompt(soul, full=full)
    assert said.startswith("You ")
    assert "\n\n\n" not in said
    assert prompt(soul, full=full) == said


@unhurried
@given(st.text(max_size=60) | st.binary(max_size=60))
def test_any_text_ends_in_a_soul_or_a_soulscript_error(text: str | bytes) -> None:
    for strict in (True, False):
        with contextlib.suppress(SoulscriptError):
            read(text, strict=strict)
