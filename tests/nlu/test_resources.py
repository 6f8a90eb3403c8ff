"""Data files: what they hold is checked, and errors name the file and the entry."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu import resources
from synthetic_soul.nlu.resources import FOLDER, ResourceError, ResourceTable, load, names

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def table(text: str) -> ResourceTable:
    return ResourceTable("nlu/data/a.toml", "words", tomllib.loads(text))


@pytest.mark.parametrize(
    ("text", "read", "problem"),
    [
        ("x = 1", lambda file: file.table("x"), "x: a table is missing"),
        ("x = {}", lambda file: file.tables("x"), "x: an array of tables is missing"),
        ("x = ' '", lambda file: file.text("x"), "x: a text is missing"),
        ("x = [1]", lambda file: file.texts("x"), "x: an array of texts is missing"),
        ("x = true", lambda file: file.number("x"), "x: a number is missing"),
        ("", lambda file: file.words("x"), "x: a text is missing"),
        ("x = 'a,, b'", lambda file: file.phrases("x"), "two commas with no phrase between"),
        ("x = {joy = 1}", lambda file: file.numbers("x", {"fear": 0}), "x: 'joy' is not known"),
        ("x = '(a'", lambda file: file.pattern("x"), "x: no regular expression"),
        ("x = '[a'", lambda file: file.pattern("x"), "x: no regular expression"),
        ("x = 'a(?'", lambda file: file.pattern("x"), "x: no regular expression"),
        ("x = '(a'", lambda file: file.patterns("x", {}), "x: no regular expression"),
        ("x = '{he} is'", lambda file: file.pattern("x"), "x: the fragment {he} is not known"),
        ("x = 1", lambda file: file.member("x", Act), "x: Act has no such member"),
    ],
)
def test_an_error_names_the_file_and_the_entry(
    text: str, read: Callable[[ResourceTable], object], problem: str
) -> None:
    with pytest.raises(ResourceError) as error:
        read(table(text))
    assert str(error.value).startswith("nlu/data/a.toml: words.x: ")
    assert problem in str(error.value)


def test_an_entry_in_an_array_is_named_by_its_place() -> None:
    second = table("rows = [{x = 1.5}, {y = 2}]").tables("rows")[1]
    with pytest.raises(ResourceError, match=r"words\.rows\[1\]\.x: a number is missing"):
        second.number("x")


def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "FOLDER", tmp_path)
    (tmp_path / "broken_test_file.toml").write_text("x = ", encoding="utf-8")
    for name in ("broken_test_file", "no_such_file"):
        with pytest.raises(ResourceError, match=f"nlu/data/{name}.toml: "):
            load(name)


def test_words_and_phrases_may_stand_on_several_lines() -> None:
    words = table("x = '''\na b\nc\n'''\ny = '''\na b, c\n  d,\ne\n'''")
    assert words.words("x") == ["a", "b", "c"]
    assert words.phrases("y") == ["a b", "c d", "e"]
    assert table('dog = "dog pup"').groups() == {"dog": "dog", "pup": "dog"}


def test_a_pattern_is_one_a_line_and_an_indented_line_continues_it() -> None:
    pattern = table(
        r"""
x = '''
\bone (?:two
  |three)\b

fo{1,2} {name}
'''
"""
    ).pattern("x", {"name": "bar"})
    assert [match[0] for match in pattern.finditer("one three, foo bar, one")] == [
        "one three",
        "foo bar",
    ]


def test_a_fragment_may_use_those_above_it() -> None:
    file = table("""
x = "{who} {how}"
[fragments]
he = "he|{kin}"
who = "my (?:{he})"
how = "well"
""")
    fragments = file.fragments({"kin": "mum"})
    assert file.pattern("x", fragments).fullmatch("my mum well")
    assert table("").fragments() == {}


def test_every_file_is_read_by_name_and_holds_text_of_one_form() -> None:
    for path in FOLDER.rglob("*.toml"):
        text = path.read_text(encoding="utf-8")
        assert text.endswith("\n"), path
        assert "\t" not in text, path
        assert load(path.relative_to(FOLDER).with_suffix("").as_posix())


def test_a_review_is_a_date_or_has_not_been() -> None:
    for name in ("helplines", *(f"referral/{language}" for language in names("referral"))):
        file = load(name)
        reviewed_on = file.values["reviewed_on"]
        assert isinstance(reviewed_on, str)
        assert not reviewed_on or date.fromisoformat(reviewed_on)
        assert isinstance(file.texts("sources"), list)
