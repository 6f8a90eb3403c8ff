"""Files, bytes and limits: what is refused before it is understood, and what is written."""

import json
from pathlib import Path
from typing import Any

import pytest

from soulscript import (
    NotASoulError,
    NotJsonError,
    Problem,
    SoulscriptError,
    UnreadableError,
    load,
    read,
    write,
)
from soulscript.model.soul import MAX_SOUL_BYTES

Document = dict[str, Any]


def written(document: Document) -> str:
    return json.dumps(document, indent=2, ensure_ascii=False)


def problems_of(text: str) -> tuple[Problem, ...]:
    try:
        return read(text).problems
    except SoulscriptError as error:
        return error.problems


def test_bytes_are_utf8(luna: Document) -> None:
    luna["personality"]["name"] = "Zoë 🌙"
    assert read(written(luna).encode()).soul.name == "Zoë 🌙"


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [(b'{\n "a\xc3\xa9": "\xff"}', 2, 9), (b"\xff\xfe{", 1, 1), (b"\xe9", 1, 1)],
)
def test_other_bytes_are_refused_where_they_stand(text: bytes, line: int, column: int) -> None:
    with pytest.raises(NotJsonError) as caught:
        read(text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.line, problem.column) == ("not_utf8", line, column)


@pytest.mark.parametrize(
    "text",
    [" " * (MAX_SOUL_BYTES + 1), b" " * (MAX_SOUL_BYTES + 1), "é" * (MAX_SOUL_BYTES // 2 + 1)],
)
def test_more_than_sixteen_mebibytes_are_refused(text: str | bytes) -> None:
    with pytest.raises(NotJsonError) as caught:
        read(text)
    assert [problem.code for problem in caught.value.problems] == ["too_large"]


def test_a_soul_that_would_grow_past_a_limit_is_refused(luna: Document) -> None:
    luna["values"] = [{"name": "hope", "expression": "hums"}] * 50
    luna["entity"]["background"] = ""
    room = MAX_SOUL_BYTES - len(json.dumps(luna, separators=(",", ":")))
    luna["entity"]["background"] = "x" * (room - 2000)
    assert read(json.dumps(luna, separators=(",", ":"))).soul.values[0].importance == 0.5
    luna["entity"]["background"] += "x" * 2000
    problems = problems_of(json.dumps(luna, separators=(",", ":")))
    assert [problem.code for problem in problems if problem.severity == "error"] == ["too_large"]


def test_what_indentation_would_take_past_the_limit_is_written_without(luna: Document) -> None:
    deep: object = [0] * 150_000
    for _ in range(55):
        deep = [deep]
    luna["x:deep"] = deep
    text = json.dumps(luna, separators=(",", ":"))
    assert write(read(text).soul) == text + "\n"


def test_many_warnings_are_not_all_listed(luna: Document) -> None:
    text = written(luna) + "\n//" * 700
    problems = read(text).problems
    assert len(problems) == 201
    assert (problems[-1].code, problems[-1].severity) == ("more_problems", "warning")


def test_load_names_the_file(tmp_path: Path, luna: Document) -> None:
    path = tmp_path / "luna.soul"
    path.write_text(written(luna), encoding="utf-8")
    assert load(path, strict=True).soul == load(str(path)).soul
    path.write_text("{}", encoding="utf-8")
    with pytest.raises(NotASoulError) as caught:
        load(path)
    assert str(caught.value).startswith(f"{path}:1:1: ")


def test_load_refuses_what_cannot_be_opened(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "nobody.soul"):
        with pytest.raises(UnreadableError) as caught:
            load(path)
        (problem,) = caught.value.problems
        assert (problem.code, problem.source) == ("unreadable", str(path))


def test_load_reads_no_more_of_a_file_than_the_limit(tmp_path: Path) -> None:
    path = tmp_path / "huge.soul"
    with path.open("wb") as file:
        file.truncate(1 << 36)
    with pytest.raises(NotJsonError) as caught:
        load(path)
    assert caught.value.problems[0].code == "too_large"


def test_writing_ends_with_a_line_break_and_indents(luna: Document) -> None:
    text = write(read(written(luna)).soul)
    assert text == written(luna) + "\n"
