"""The conformance cases, and the runner that tests a tool on them."""

import ast
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import soulscript
from soulscript import conformance
from soulscript.conformance import KINDS, Answer, answer, run, shipped
from soulscript.errors import NotASoulError, SoulscriptError, UnreadableError
from soulscript.jsontext.scanner import FAULTS
from support.files import CASES

SOURCE = Path(soulscript.__file__).parent
# The calls whose first argument is the code of a problem.
CALLS = {"Problem", "whole_text", "change", "error", "warn"}
# No file shows these: it cannot be opened or written, or a format is named that is not that of
# the content.
NOT_OF_A_FILE = {"unreadable", "no_soul", "not_a_png", "not_a_chat", "not_a_lorebook"}
ALWAYS_REPORTED = {"misspelt", "bad_note"}  # warnings in strict reading as in tolerant


def codes() -> set[str]:
    """Return every code in the source that makes problems."""
    found = set(FAULTS) | {"missing", "defaulted", "wrong_type", "empty"}
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            first = node.args[0]
            if name in CALLS and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found.add(first.value)
    return found


def expected() -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted(CASES.rglob("*.expected.json")):
        yield path, json.loads(path.read_text(encoding="utf-8"))


def reported() -> set[str]:
    return {problem["code"] for _, document in expected() for problem in document["problems"]}


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Return a folder with a case or two of each kind, which a test may break."""
    for kind, names in {
        "valid": ["least.soul"],
        "invalid": ["missing.soul", "missing.expected.json"],
        "dialects": ["D06-no_importance.soul", "D06-no_importance.expected.json"],
        "round_trips": ["every_part.soul"],
        "prompts": ["D22-dr_luna.soul", "D22-dr_luna.prompt.txt"],
    }.items():
        for name in names:
            (tmp_path / kind).mkdir(exist_ok=True)
            shutil.copy(CASES / kind / name, tmp_path / kind / name)
    return tmp_path


def test_the_cases_come_along() -> None:
    assert shipped() == CASES
    assert {path.name for path in CASES.iterdir() if path.is_dir()} == set(KINDS)


def test_this_library_passes_every_case() -> None:
    results = run()
    assert [f"{one.kind}/{one.case}: {one.message}" for one in results.failed] == []
    assert all(results.counts(kind)["passed"] >= 4 for kind in KINDS)
    assert all(one.outcome == "passed" for one in results)


def test_every_code_has_a_case() -> None:
    assert codes() - reported() - NOT_OF_A_FILE == set(), "put a case into conformance/"
    assert reported() <= codes()


def test_every_rule_has_a_case() -> None:
    named = {
        int(found[1]) for path in CASES.rglob("D*") if (found := re.match(r"D(\d+)-", path.name))
    }
    assert named == set(range(1, 24))


def test_every_expectation_has_its_case_and_every_refusal_its_reason() -> None:
    for path, document in expected():
        stem = path.name.removesuffix(".expected.json")
        assert any(path.parent.glob(f"{glob_free(stem)}.[!e]*")), path
        if path.parent.name == "invalid":
            assert document["problems"], path


def glob_free(name: str) -> str:
    return re.sub(r"([\[\]*?])", r"[\1]", name)


def test_what_is_refused_is_refused_for_an_error_that_is_expected() -> None:
    for path, document in expected():
        case = next(path.parent.glob(path.name.replace(".expected.json", ".soul")), None)
        if path.parent.name != "invalid" or case is None:
            continue
        with pytest.raises(SoulscriptError) as caught:
            soulscript.load(case)
        found = {(one.code, one.path) for one in caught.value.problems if one.severity == "error"}
        anywhere = {(code, "") for code, _ in found}
        assert found | anywhere >= Answer(readable=False, document=document).problems, case


def test_strict_reading_refuses_each_soul_that_tolerant_reading_changes() -> None:
    for case in sorted((CASES / "dialects").glob("*.soul")):
        problems = soulscript.load(case).problems
        changed = {one.code for one in problems} - ALWAYS_REPORTED - {"form_object"}
        if changed:
            with pytest.raises(SoulscriptError):
                soulscript.load(case, strict=True)
        else:
            soulscript.load(case, strict=True)


def test_each_dialect_is_reported_with_its_rule() -> None:
    for case in sorted((CASES / "dialects").glob("*.soul")):
        rule = f"D{int(case.name[1:3])}"
        problems = [
            one for one in soulscript.load(case).problems if one.code not in ALWAYS_REPORTED
        ]
        if rule != "D21":
            assert {one.rule for one in problems} <= {rule}, case


def test_a_tool_that_reads_nothing_fails(cases: Path) -> None:
    results = run(cases, lambda _: Answer(readable=False))
    messages = {one.kind: one.message for one in results}
    assert messages["valid"] == "it was refused: no reason given"
    assert messages["invalid"].startswith("not reported: missing at entity.form, missing at voice")
    assert {one.outcome for one in results if one.kind != "prompts"} == {"failed"}
    assert messages["prompts"] == "no command for prompts was given"
    assert results.counts("prompts")["skipped"] == 1


def test_a_tool_that_takes_everything_as_it_is_fails(cases: Path) -> None:
    def as_it_is(path: Path) -> Answer:
        document = {"problems": [], "soul": json.loads(path.read_text(encoding="utf-8"))}
        return Answer(readable=True, document=document)

    results = run(cases, as_it_is, lambda _: "You are somebody.\n")
    failed = {one.kind: one.message for one in results.failed}
    assert failed.keys() == {"invalid", "dialects", "prompts"}
    assert failed["invalid"] == "it was read, but must be refused"
    assert (
        failed["dialects"] == "not reported: defaulted at values[0].importance; reported: nothing"
    )
    assert failed["prompts"].startswith('the prompt at $: found "You are somebody."')


def test_a_difference_is_named_where_it_stands(cases: Path) -> None:
    def forgetful(path: Path) -> Answer:
        found = answer(path)
        text = json.dumps(found.document).replace("punctual", "late")
        return Answer(found.readable, json.loads(text))

    results = run(cases, forgetful, conformance.prompt_of)
    failed = {one.kind: one.message for one in results.failed}
    assert failed["valid"].startswith(
        'the soul at personality.core_traits[0].trait: found "late", wanted "punctual"'
    )


def test_what_is_left_out_is_named_but_an_empty_list_says_nothing(cases: Path) -> None:
    def careless(path: Path) -> Answer:
        found = answer(path)
        text = json.dumps(found.document).replace('"tone"', '"town"')
        document = json.loads(text)
        document.get("soul", {}).get("entity", {})["expertise"] = []
        return Answer(found.readable, document)

    failed = {one.kind: one.message for one in run(cases, careless).failed}
    assert failed["valid"] == 'the soul at voice.town: found "quiet", wanted null'


@pytest.mark.parametrize("problems", [None, "none", ["none"], [{"code": 3}]])
def test_what_a_tool_misprints_counts_as_nothing_reported(
    cases: Path,
    problems: Any,  # noqa: ANN401 - any JSON
) -> None:
    results = run(cases, lambda _: Answer(readable=False, document={"problems": problems}))
    assert any(one.kind == "invalid" for one in results.failed)


def test_a_broken_case_fails_alone(cases: Path) -> None:
    (cases / "prompts" / "D22-dr_luna.prompt.txt").unlink()
    (cases / "dialects" / "D06-no_importance.expected.json").write_text("{", encoding="utf-8")
    results = run(cases)
    assert {one.kind for one in results.failed} == {"prompts", "dialects"}
    assert all("the case cannot be tried" in one.message for one in results.failed)


def test_a_folder_without_cases_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="there are no cases here"):
        run(tmp_path)


def test_a_file_of_any_other_kind_is_refused_by_name(tmp_path: Path) -> None:
    found = answer(tmp_path / "nothing.soul")
    assert not found.readable
    assert found.problems == {("unreadable", "$")}
    with pytest.raises(NotASoulError):
        conformance.prompt_of(CASES / "invalid" / "missing.soul")
