"""Whatever soul there is, it survives writing; whatever is read, reading again changes nothing."""

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import JsonValue

from soulscript import Soul, SoulscriptError, prompt, read, write
from soulscript.model.soul import PARTS
from support.souls import SOULS

# How long one example takes is no measure here.
unhurried = settings(deadline=None)

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
