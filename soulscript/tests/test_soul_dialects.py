"""The spellings met in the wild: what each becomes."""

import contextlib
import json
from typing import Any

import pytest

from soulscript import NotASoulError, Reading, Soul, read, write

Document = dict[str, Any]


def reading(document: Document) -> Reading:
    found = read(json.dumps(document, indent=1))
    again = read(write(found.soul), strict=True)
    assert again.soul == found.soul, "what was written is in the specification's layout"
    return found


def soul(document: Document) -> Soul:
    return reading(document).soul


def under_personality(luna: Document) -> Document:
    for key in ("values", "voice", "relationship"):
        luna["personality"][key] = luna.pop(key)
    return luna


def test_parts_under_personality_are_lifted(luna: Document) -> None:
    plain = Soul.model_validate(luna)
    found = reading(under_personality(luna))
    assert found.soul == plain
    assert [(problem.code, problem.path, problem.rule) for problem in found.problems] == [
        ("misplaced", "personality.values", "D3"),
        ("misplaced", "personality.voice", "D3"),
        ("misplaced", "personality.relationship", "D3"),
    ]


def test_the_top_level_wins_over_personality(luna: Document) -> None:
    luna["personality"]["voice"] = {"style": "another"}
    found = reading(luna)
    assert found.soul.voice.style == "ironically motivational"
    assert [problem.path for problem in found.problems] == ["personality.voice"]


def test_a_null_at_the_top_level_does_not_win(luna: Document) -> None:
    luna["personality"]["voice"] = luna["voice"]
    luna["voice"] = None
    assert soul(luna).voice.style == "ironically motivational"


def test_a_problem_of_a_lifted_part_names_where_it_stands_in_the_file(luna: Document) -> None:
    luna["values"][0]["importance"] = 3
    luna["relationship"]["boundaries"] = {"money": {"description": "none", "enforcement": "firm"}}
    found = reading(under_personality(luna))
    assert [problem.path for problem in found.problems] == [
        "personality.values",
        "personality.values[0].importance",
        "personality.voice",
        "personality.relationship",
        "personality.relationship.boundaries",
    ]


def test_a_problem_of_a_part_moved_twice_names_where_it_stands_in_the_file(luna: Document) -> None:
    luna["relationship"]["boundaries"] = {"money": {"description": 3, "enforcement": "firm"}}
    with pytest.raises(NotASoulError) as caught:
        read(json.dumps(under_personality(luna), indent=1))
    (found,) = [problem for problem in caught.value.problems if problem.severity == "error"]
    assert found.path == "personality.relationship.boundaries.money.description"
    assert found.line == json.dumps(luna, indent=1).partition('"description"')[0].count("\n") + 1


def test_traits_are_core_traits(luna: Document) -> None:
    plain = Soul.model_validate(luna)
    luna["personality"]["traits"] = luna["personality"].pop("core_traits")
    found = reading(luna)
    assert found.soul == plain
    assert [(problem.code, problem.rule) for problem in found.problems] == [("other_name", "D4")]


def test_core_traits_win_over_traits_which_are_kept(luna: Document) -> None:
    luna["personality"]["traits"] = ["sly"]
    found = reading(luna)
    assert len(found.soul.personality.core_traits) == 3
    assert found.kept == ("personality.traits",)


@pytest.mark.parametrize(
    ("given", "level"), [(7, 1.0), (-1.0001, -1.0), (10**60, 1.0), (1, 1.0), (0.3, 0.3)]
)
def test_levels_are_clamped_and_never_rescaled(luna: Document, given: float, level: float) -> None:
    luna["personality"]["core_traits"][0]["strength"] = given
    assert soul(luna).personality.core_traits[0].strength == level


@pytest.mark.parametrize("age", ["26", "20-30", "20 – 30", "1.5", "4000", "999999999"])
def test_ages_are_numbers_or_ranges_without_an_upper_bound(luna: Document, age: str) -> None:
    luna["entity"]["age"] = age
    assert reading(luna).problems == ()


def test_an_age_that_is_a_number_becomes_a_text(luna: Document) -> None:
    luna["entity"]["age"] = 26
    assert soul(luna).entity.age == "26"


LOOK = {"species": "human", "hair": "blue", "attire": {"boots": "green"}}


@pytest.mark.parametrize("braces", [("", ""), ("{", "}"), (" ", " ")])
def test_a_form_that_holds_an_object_is_taken_apart(
    luna: Document, braces: tuple[str, str]
) -> None:
    luna["entity"]["form"] = json.dumps(LOOK).join(braces)
    found = reading(luna)
    assert found.soul.entity.form == "human"
    assert found.soul.entity.model_extra == {
        "appearance": {"hair": "blue", "attire": {"boots": "green"}}
    }
    assert [(problem.code, problem.rule) for problem in found.problems] == [("form_object", "D8")]


def test_a_form_with_the_species_alone_has_no_appearance(luna: Document) -> None:
    luna["entity"]["form"] = '{"species": "owl",}'
    assert soul(luna).entity.dump() == luna["entity"] | {"form": "owl"}


@pytest.mark.parametrize(
    "form",
    [
        "{a riddle",
        "{}",
        '{"hair": "blue"}',
        '{"species": 3}',
        '{"species": "{\\"species\\": \\"nested\\"}"}',
        '{"species": "a", "species": "b"}',
        '{"species": "deep", "x": ' + "[" * 62 + "]" * 62 + "}",
        "[human]",
    ],
)
def test_any_other_form_is_kept_as_it_is(luna: Document, form: str) -> None:
    luna["entity"]["form"] = form
    found = reading(luna)
    assert found.soul.entity.form == form
    assert found.problems == ()


def test_an_appearance_that_is_there_already_is_not_overwritten(luna: Document) -> None:
    luna["entity"] |= {"form": json.dumps(LOOK), "appearance": "tall"}
    assert soul(luna).entity.form == json.dumps(LOOK)


def test_strict_reading_leaves_any_text_in_the_form(luna: Document) -> None:
    luna["entity"]["form"] = json.dumps(LOOK)
    assert read(json.dumps(luna), strict=True).soul.entity.form == json.dumps(LOOK)


GENERAL = {"type": "general", "description": "be kind", "enforcement": "situational"}


@pytest.mark.parametrize(
    ("given", "listed"),
    [
        ("be kind", [GENERAL]),
        (["be kind", "be kind"], [GENERAL, GENERAL]),
        ([{"description": "be kind"}], [GENERAL]),
        (GENERAL | {"enforcement": "firm"}, [GENERAL | {"enforcement": "firm"}]),
        ({"type": "general", "description": "be kind"}, [GENERAL]),
        ({"general": "be kind"}, [GENERAL]),
        ({"general": {"description": "be kind", "x:y": 1}}, [GENERAL | {"x:y": 1}]),
        ({"a": {"type": "general", "description": "be kind"}}, [GENERAL]),
        ({}, []),
        ([], []),
    ],
)
def test_boundaries_become_a_list_of_objects(
    luna: Document, given: object, listed: list[Document]
) -> None:
    luna["relationship"]["boundaries"] = given
    assert soul(luna).relationship.dump()["boundaries"] == listed


def test_of_traits_with_one_name_the_last_counts(luna: Document) -> None:
    luna["personality"]["core_traits"] = [
        {"trait": "Straße", "strength": 0.1},
        {"trait": "calm", "strength": 0.2},
        {"trait": "STRASSE", "strength": 0.3},
        {"trait": "calm ", "strength": 4},
    ]
    found = reading(luna)
    assert [trait.dump() for trait in found.soul.personality.core_traits] == [
        {"trait": "calm", "strength": 0.2},
        {"trait": "STRASSE", "strength": 0.3},
        {"trait": "calm ", "strength": 1.0},
    ]
    assert [(problem.code, problem.path) for problem in found.problems] == [
        ("duplicate_trait", "personality.core_traits[0]"),
        ("out_of_range", "personality.core_traits[3].strength"),
    ]


def test_an_id_that_is_no_uuid_stays_as_it_is(luna: Document) -> None:
    luna["id"] = "the one in the attic"
    assert soul(luna).id == "the one in the attic"


def test_nulls_count_as_absent_and_unknown_ones_are_kept(luna: Document) -> None:
    luna |= {"id": None, "x": None}
    luna["entity"] |= {"background": None, "x": None}
    luna["values"][0] |= {"importance": None, "conflicts": None}
    found = reading(luna)
    assert found.soul.values[0].importance == 0.5
    assert found.soul.dump()["x"] is None
    assert found.soul.entity.dump()["x"] is None
    assert [(problem.code, problem.path) for problem in found.problems] == [
        ("null", "entity.background"),
        ("null", "values[0].importance"),
        ("defaulted", "values[0].importance"),
        ("null", "values[0].conflicts"),
        ("null", "id"),
    ]


@pytest.mark.parametrize("value", [3, [3], [{"trait": 3, "strength": "x"}], [[]]])
def test_no_rule_stumbles_over_a_trait_of_another_kind(luna: Document, value: object) -> None:
    luna["personality"]["core_traits"] = value
    with pytest.raises(NotASoulError):
        reading(luna)


@pytest.mark.parametrize("part", ["entity", "personality", "values", "voice", "relationship"])
@pytest.mark.parametrize("value", [3, "x", [], [[]], [3], {}, True])
def test_no_rule_stumbles_over_a_part_of_another_kind(
    luna: Document, part: str, value: object
) -> None:
    luna[part] = value
    with contextlib.suppress(NotASoulError):
        reading(luna)
