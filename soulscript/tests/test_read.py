"""From text to soul: what is wrong, where, and how to mend it; what a tolerant reading changes."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from soulscript import NotASoulError, NotJsonError, Problem, SoulscriptError, read

Document = dict[str, Any]
Change = Callable[[Document], object]


def written(document: Document) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def line_of(text: str, needle: str) -> int:
    return text[: text.index(needle)].count("\n") + 1


def problems_of(text: str, *, strict: bool = True) -> tuple[Problem, ...]:
    try:
        return read(text, strict=strict).problems
    except SoulscriptError as error:
        return error.problems


def test_the_example_of_the_specification_reads_tolerantly(spec_example: str) -> None:
    reading = read(spec_example)
    assert reading.soul.name == "Dr. Luna"
    assert [problem.code for problem in reading.problems] == ["trailing_comma", "comment"] * 3
    assert {problem.severity for problem in reading.problems} == {"warning"}
    assert {problem.rule for problem in reading.problems} == {"D1"}


def test_strict_reading_says_what_is_not_json_in_it(spec_example: str) -> None:
    with pytest.raises(NotJsonError) as caught:
        read(spec_example, strict=True, source="agent.soul")
    assert str(caught.value).splitlines()[0] == (
        "agent.soul:14:24: error trailing_comma at personality.core_traits[0]: "
        "a comma stands before the closing bracket; take it away"
    )
    assert [problem.line for problem in caught.value.problems] == [14, 14, 18, 18, 22, 22]


def test_a_soul_in_the_layout_of_the_specification_reads_strictly(luna: Document) -> None:
    reading = read(written(luna), strict=True)
    assert reading.problems == ()
    assert reading.kept == ()
    assert reading.soul.dump() == luna


def drop(*path: str | int) -> Change:
    def change(document: Any) -> None:  # noqa: ANN401 - walks through any JSON
        for step in path[:-1]:
            document = document[step]
        del document[path[-1]]

    return change


def put(value: object, *path: str | int) -> Change:
    def change(document: Any) -> None:  # noqa: ANN401 - as above
        for step in path[:-1]:
            document = document[step]
        document[path[-1]] = value

    return change


TRAITS = ("personality", "core_traits")
WRONG: list[tuple[Change, str, str, str, str]] = [
    # change, code, path, what the line begins with, mend
    (drop("entity"), "missing", "entity", "{", 'add "entity": what kind of being it is'),
    (drop("voice", "tone"), "missing", "voice.tone", '"voice"', 'add "tone": emotional quality'),
    (
        drop(*TRAITS, 1, "strength"),
        "missing",
        "personality.core_traits[1].strength",
        '{\n        "trait": "memetic"',
        'add "strength": a number from -1 to 1, 0 is the baseline',
    ),
    (put([], *TRAITS), "empty", "personality.core_traits", '"core_traits"', "write at least one"),
    (put({}, *TRAITS), "wrong_type", "personality.core_traits", '"core_traits"', "write at least"),
    (put("x", "entity"), "wrong_type", "entity", '"entity"', "write what kind of being it is"),
    (put(3, "entity", "form"), "wrong_type", "entity.form", '"form"', "write base form"),
    (put(True, "entity", "age"), "wrong_type", "entity.age", '"age"', "write a number or a range"),
    (put("", "id"), "empty", "id", '"id"', "write identity"),
    (put(True, "version"), "wrong_type", "version", '"version"', "write version"),
    (put(["x", 44], "voice", "patterns"), "wrong_type", "voice.patterns[1]", "44", "write speech"),
    (put("0.5", "values", 0, "importance"), "wrong_type", "values[0].importance", '"imp', "write"),
    (
        put(True, *TRAITS, 0, "strength"),
        "wrong_type",
        "personality.core_traits[0].strength",
        '"strength": true',
        "write",
    ),
    (put([7], "values"), "wrong_type", "values[0]", "7", "write guiding principles"),
    (
        put([77], "relationship", "boundaries"),
        "wrong_type",
        "relationship.boundaries[0]",
        "77",
        "write limits",
    ),
    (
        put([{"value": "x"}], "values", 0, "conflicts"),
        "missing",
        "values[0].conflicts[0].resolution",
        '{\n          "value": "x"',
        'add "resolution": how the conflict is settled',
    ),
]


@pytest.mark.parametrize("case", WRONG, ids=lambda case: f"{case[1]}-{case[2]}")
@pytest.mark.parametrize("strict", [True, False], ids=["strict", "tolerant"])
def test_what_is_no_soul_is_named_in_either_mode(
    luna: Document,
    case: tuple[Change, str, str, str, str],
    strict: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    change, code, path, begins, mend = case
    change(luna)
    text = written(luna)
    with pytest.raises(NotASoulError) as caught:
        read(text, strict=strict)
    (found,) = [problem for problem in caught.value.problems if problem.severity == "error"]
    assert (found.code, found.path) == (code, path)
    assert found.line == line_of(text, begins)
    assert found.mend.startswith(mend)


DIALECTS: list[tuple[Change, str, str, str, str]] = [
    # change, code in tolerant reading, path, rule, code in strict reading
    (drop("version"), "defaulted", "version", "D2", "missing"),
    (put(0.1, "version"), "number_as_text", "version", "D2", "number_as_text"),
    (put("0.2", "version"), "unknown_version", "version", "D2", "unknown_version"),
    (put(7, "id"), "number_as_text", "id", "D2", "number_as_text"),
    (
        put(1.5, *TRAITS, 0, "strength"),
        "out_of_range",
        "personality.core_traits[0].strength",
        "D5",
        "out_of_range",
    ),
    (
        put(-7, "values", 0, "importance"),
        "out_of_range",
        "values[0].importance",
        "D5",
        "out_of_range",
    ),
    (drop("values", 0, "importance"), "defaulted", "values[0].importance", "D6", "missing"),
    (put(26, "entity", "age"), "number_as_text", "entity.age", "D7", "number_as_text"),
    (put("ageless", "entity", "age"), "free_age", "entity.age", "D7", "free_age"),
    (
        put("be kind", "relationship", "boundaries"),
        "not_a_list",
        "relationship.boundaries",
        "D9",
        "not_a_list",
    ),
    (
        put(["be kind"], "relationship", "boundaries"),
        "not_an_object",
        "relationship.boundaries[0]",
        "D9",
        "not_an_object",
    ),
    (
        drop("relationship", "boundaries", 0, "type"),
        "defaulted",
        "relationship.boundaries[0].type",
        "D9",
        "missing",
    ),
    (
        drop("relationship", "boundaries", 0, "enforcement"),
        "defaulted",
        "relationship.boundaries[0].enforcement",
        "D9",
        "missing",
    ),
    (put(None, "entity", "gender"), "null", "entity.gender", "D10", "null"),
    (
        put("Memetic", *TRAITS, 2, "trait"),
        "duplicate_trait",
        "personality.core_traits[1]",
        "D20",
        "duplicate_trait",
    ),
]


@pytest.mark.parametrize("case", DIALECTS, ids=lambda case: f"{case[1]}-{case[2]}")
def test_what_tolerant_reading_changes_is_an_error_in_strict(
    luna: Document, case: tuple[Change, str, str, str, str]
) -> None:
    change, tolerant, path, rule, strict = case
    change(luna)
    text = written(luna)
    (warning,) = read(text).problems
    assert (warning.code, warning.severity, warning.path) == (tolerant, "warning", path)
    assert warning.rule == rule
    with pytest.raises(NotASoulError) as caught:
        read(text, strict=True)
    (error,) = caught.value.problems
    assert (error.code, error.severity, error.path) == (strict, "error", path)
    assert (error.line, error.column) == (warning.line, warning.column)


def test_all_problems_are_found_at_once_in_the_order_of_the_text(luna: Document) -> None:
    luna["entity"] = {"form": 3, "age": 26}
    luna["personality"]["core_traits"][1]["strength"] = 4
    luna["voice"]["qualities"] = "low"
    text = written(luna).replace('"0.1"', "'0.1', // the first")
    assert [(problem.code, problem.path) for problem in problems_of(text)] == [
        ("single_quotes", "version"),
        ("comment", "$"),
        ("missing", "entity.occupation"),
        ("wrong_type", "entity.form"),
        ("number_as_text", "entity.age"),
        ("out_of_range", "personality.core_traits[1].strength"),
        ("wrong_type", "voice.qualities"),
    ]


def test_a_value_that_could_not_be_read_is_reported_once(luna: Document) -> None:
    text = written(luna).replace("0.6", "NaN").replace('"human"', "None").replace("0.7", "high")
    assert [problem.code for problem in problems_of(text)] == [
        "bad_literal",
        "not_a_number",
        "bare_word",
    ]


@pytest.mark.parametrize("text", ["[]", "3", '"soul"', "null", "true"])
def test_a_soul_is_an_object(text: str) -> None:
    (problem,) = problems_of(text)
    assert (problem.code, problem.path, problem.line) == ("wrong_type", "$", 1)


def test_a_text_that_is_nothing_readable_is_reported_once() -> None:
    assert [problem.code for problem in problems_of("NaN")] == ["not_a_number"]


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "tolerant"])
def test_a_misspelt_key_is_kept_and_the_right_one_named(luna: Document, strict: bool) -> None:  # noqa: FBT001 - a parameter of the test
    luna["entity"]["ocupation"] = "x"
    luna["entity"]["backgroud"] = "x"
    luna["metdata"] = {}
    luna["soul:engine"] = {"temprament": {}, "greetings": ["Sit."]}
    text = written(luna)
    reading = read(text, strict=strict)
    assert [(problem.code, problem.path, problem.mend) for problem in reading.problems] == [
        ("misspelt", "entity.backgroud", 'did you mean "background"?'),
        ("misspelt", "metdata", 'did you mean "metadata"?'),
        ("misspelt", "soul:engine.temprament", 'did you mean "temperament"?'),
    ]
    assert reading.problems[0].column == 5
    assert reading.soul.dump() == luna


def test_a_misspelt_required_key_is_missing_and_the_right_one_named(luna: Document) -> None:
    trait = luna["personality"]["core_traits"][2]
    trait["streangth"] = trait.pop("strength")
    text = written(luna)
    missing, misspelt = problems_of(text)
    assert (missing.code, missing.severity) == ("missing", "error")
    assert (misspelt.code, misspelt.severity) == ("misspelt", "warning")
    assert misspelt.line == line_of(text, '"streangth"')
    assert misspelt.mend == 'did you mean "strength"?'


def test_unknown_keys_are_listed_and_not_called_problems(luna: Document) -> None:
    luna["arc:feature"] = {}
    luna["metadata"] = {}
    luna["values"][0]["origin"] = "a bad year"
    luna["voice"]["k" * 50] = 1
    reading = read(written(luna), strict=True)
    assert reading.problems == ()
    assert reading.kept == ("arc:feature", "metadata", "values[0].origin", "voice." + "k" * 50)


@pytest.mark.parametrize("strict", [True, False], ids=["strict", "tolerant"])
def test_ill_formed_engine_notes_are_a_warning(luna: Document, strict: bool) -> None:  # noqa: FBT001 - a parameter of the test
    luna["soul:engine"] = {"temperament": {"humor": 2}, "stories": [1]}
    problems = read(written(luna), strict=strict).problems
    assert [(problem.code, problem.severity, problem.path) for problem in problems] == [
        ("bad_note", "warning", "soul:engine.temperament.humor"),
        ("bad_note", "warning", "soul:engine.stories[0]"),
    ]
