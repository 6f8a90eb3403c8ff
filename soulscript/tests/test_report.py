"""What a reading tells of each thing: kept, changed, defaulted, dropped; and how avatars read."""

import json
from typing import Any

import pytest

from soulscript import Avatar, NotASoulError, Note, Reading, Soul, read, write
from soulscript.report import Report

Document = dict[str, Any]
PICTURE = "data:image/png;base64,iVBORw0KGgo="


def reading(document: Document) -> Reading:
    return read(json.dumps(document, indent=1))


def told(document: Document) -> list[tuple[str, str, str, str]]:
    return [(note.fate, note.path, note.became, note.rule) for note in reading(document).report]


def test_a_soul_in_the_specifications_layout_has_nothing_to_report(luna: Document) -> None:
    assert reading(luna).report == Report()


def test_what_moved_is_told_with_both_places(luna: Document) -> None:
    del luna["version"]
    luna["personality"]["values"] = luna.pop("values")
    luna["personality"]["values"][0]["importance"] = 7
    luna["personality"]["traits"] = luna["personality"].pop("core_traits")
    luna["personality"]["traits"][0]["trait"] = "Memetic"
    luna["personality"]["traits"][2]["strength"] = -4
    assert told(luna) == [
        ("changed", "personality.values", "values", "D3"),
        ("changed", "personality.traits", "personality.core_traits", "D4"),
        ("defaulted", "", "version", "D2"),
        ("changed", "personality.traits[2].strength", "personality.core_traits[1].strength", "D5"),
        ("changed", "personality.values[0].importance", "values[0].importance", "D5"),
        ("dropped", "personality.traits[0]", "", "D20"),
    ]


def test_what_counts_as_absent_is_told(luna: Document) -> None:
    luna["personality"]["voice"] = {"tone": "loud"}
    luna["entity"]["background"] = None
    luna["soul:engine"] = {"emoji": 3}
    luna["avatar"] = None
    text = "# a line\n" + json.dumps(luna)[:-1] + ",}"
    assert [(note.fate, note.path, note.became, note.rule) for note in read(text).report] == [
        ("dropped", "$", "", "D1"),
        ("changed", "$", "$", "D1"),
        ("dropped", "personality.voice", "", "D3"),
        ("dropped", "avatar", "", "D10"),
        ("dropped", "entity.background", "", "D10"),
        ("dropped", "soul:engine.emoji", "soul:engine.emoji", "D10"),
        ("kept", "soul:engine", "soul:engine", "D10"),
    ]


def test_what_is_not_known_is_told_as_kept(luna: Document) -> None:
    luna["x:y"] = {}
    luna["voice"]["metadata"] = {}
    luna["personality"]["values"] = luna.pop("values")
    luna["personality"]["values"][0]["expresion"] = 1
    luna["avatar"] = {"x:frame": "gold"}
    found = reading(luna)
    assert [(note.path, note.became, note.message) for note in found.report.of("kept")] == [
        ("x:y", "x:y", "an extension, kept as it is"),
        ("personality.values[0].expresion", "values[0].expresion", "an unknown key, kept as it is"),
        ("voice.metadata", "voice.metadata", "metadata, kept as it is"),
        ("avatar.x:frame", "avatar.x:frame", "an extension, kept as it is"),
    ]
    assert found.kept == tuple(note.path for note in found.report.of("kept"))
    assert found.report.summary() == "4 kept, 1 changed"


@pytest.mark.parametrize(
    ("part", "key", "value", "rule"),
    [
        ("version", None, True, "D2"),
        ("id", None, "", "D2"),
        ("entity", "age", True, "D7"),
        ("relationship", "boundaries", 3, "D9"),
        ("values", None, [{"name": "a", "importance": True, "expression": "b"}], "D5"),
        ("voice", "tone", 3, ""),
    ],
)
def test_an_error_names_the_rule_that_speaks_of_it(
    luna: Document, part: str, key: str | None, value: object, rule: str
) -> None:
    if key is None:
        luna[part] = value
    else:
        luna[part][key] = value
    with pytest.raises(NotASoulError) as caught:
        reading(luna)
    assert [problem.rule for problem in caught.value.problems] == [rule]


def test_an_avatar_shows_an_image_for_each_expression(luna: Document) -> None:
    images = {"calm": "pictures/calm.png", "angry": "https://example.org/a.png", "sad": PICTURE}
    luna["avatar"] = {"default": "sad", "images": images}
    found = read(json.dumps(luna), strict=True)
    assert found.kept == ()
    assert json.loads(write(found.soul)) == luna
    shown = found.soul.avatar
    assert shown is not None
    assert [shown.image(name) for name in ("calm", "angry", "glad", None)] == [
        "pictures/calm.png",
        "https://example.org/a.png",
        PICTURE,
        PICTURE,
    ]


def test_an_avatar_without_a_default_shows_the_first_image() -> None:
    assert Avatar(images={"a": "a.png", "b": "b.png"}).image("c") == "a.png"
    assert Avatar(default="c", images={"a": "a.png"}).image() == "a.png"
    assert Avatar().image("a") is None


@pytest.mark.parametrize(
    "image",
    [
        *("/a.png", "../a.png", "a/../../b.png", "C:\\a.png", "c:a.png", "a\\b.png", "", " a.png"),
        *("http://example.org/a.png", "javascript:0", "data:text/html;base64,AA==", "file:///a"),
        *("data:image/png;base64,<>", 3, None),
    ],
)
def test_an_ill_formed_image_counts_as_absent_but_is_kept(luna: Document, image: object) -> None:
    luna["avatar"] = {"default": "a", "images": {"a": image, "b": "b.png"}}
    found = reading(luna)
    assert [(problem.code, problem.path) for problem in found.problems] == [
        ("bad_avatar", "avatar.images.a")
    ]
    assert found.soul.avatar is not None
    assert found.soul.avatar.image() == "b.png"
    assert found.soul.dump() == luna
    with pytest.raises(NotASoulError):
        read(json.dumps(luna), strict=True)


def test_an_avatar_that_is_no_object_counts_as_absent(luna: Document) -> None:
    assert Soul.model_validate(luna).avatar is None
    luna["avatar"] = "face.png"
    found = reading(luna)
    assert found.soul.avatar is None
    assert [problem.path for problem in found.problems] == ["avatar"]
    del luna["avatar"]
    luna["avatr"] = {}
    assert [problem.mend for problem in reading(luna).problems] == ['did you mean "avatar"?']


def test_a_note_is_written_on_one_line() -> None:
    assert str(Note("changed", "a", "b", "moved", "D3")) == "changed a -> b: moved (D3)"
    assert str(Note("defaulted", "", "b", "taken")) == "defaulted b: taken"
    report = Report((Note("kept", "a", "a", "kept"),)) + Report((Note("dropped", "b", "", "gone"),))
    assert report.dump()["dropped"] == [
        {"fate": "dropped", "path": "b", "became": "", "message": "gone", "rule": ""}
    ]
