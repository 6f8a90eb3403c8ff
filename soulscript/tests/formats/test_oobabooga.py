"""Characters of text-generation-webui are read from YAML and JSON, and written as YAML."""

from typing import Any

import pytest
import yaml

from soulscript import NotASoulError, NotJsonError, Soul
from soulscript.formats import FORMATS, detect, write_files
from soulscript.formats.base import Import, Source
from soulscript.formats.personas import oobabooga
from soulscript.formats.personas.yaml_text import read_yaml, write_yaml
from soulscript.jsontext.parser import JsonObject
from support.documents import read, soul_document, source, without_source

TILDA = """\
# made by hand
name: Tilda
greeting: |-
  *waves* Mind the hives, {{user}}.
  Sit.
context: |
  {{char}}'s Persona: A calm beekeeper.
  She says: "no" to honey thieves.
example_dialogue: "{{user}}: Hi\\n{{char}}: Hello"
your_name: You
turn_template: <|user|>x
version: 1.50
date: 2024-01-01
answer: yes
"""


def written(found: Import) -> bytes:
    return write_files(found, "oobabooga", "x").files["x.yaml"]


def test_the_fields_of_a_character_become_parts_of_a_soul() -> None:
    found = read(TILDA.encode(), "Tilda.yaml")
    assert found.format == "oobabooga"
    soul = soul_document(found)
    assert soul["personality"]["name"] == "Tilda"
    assert "A calm beekeeper." in soul["entity"]["background"]
    assert soul["soul:engine"]["greetings"]
    assert soul["st:examples"]
    notes = {note.path: note for note in found.report}
    assert set(notes) > {"name", "greeting", "context", "example_dialogue", "turn_template", "date"}
    assert "whoever talks with it" in notes["your_name"].message


def test_an_unchanged_character_is_written_with_the_same_values() -> None:
    found = read(TILDA.encode())
    text = written(found).decode()
    document = yaml.safe_load(text)
    assert document["context"] == yaml.safe_load(TILDA)["context"]
    assert (document["date"], document["answer"], document["version"]) == ("2024-01-01", "yes", 1.5)
    assert "context: |\n  {{char}}'s Persona" in text
    assert read(text.encode()).soul == found.soul


def test_an_edit_changes_its_field_alone() -> None:
    found = read(TILDA.encode())
    assert found.soul is not None
    document = found.soul.dump()
    entity: Any = document["entity"]
    entity["background"] = "A keeper of wasps."
    back = yaml.safe_load(written(Import("oobabooga", Soul.model_validate(document))))
    before = yaml.safe_load(written(found))
    assert back == before | {"context": "A keeper of wasps."}


def test_json_is_read_as_well_and_written_as_yaml() -> None:
    document = {"name": "Tilda", "context": "A beekeeper.", "greeting": "Hi.", "n": 1}
    found = read(document)
    assert found.format == "oobabooga"
    assert yaml.safe_load(written(found)) == document
    assert read(written(found)).soul == found.soul


@pytest.mark.parametrize(
    "text",
    [
        "char_name: Tilda\nchar_persona: calm\nworld_scenario: A meadow\nchar_greeting: Hi\n",
        "user: You\nbot: Tilda\nturn_template: x\ncontext: calm\n",
        "---\nname: Tilda\ncontext: calm\n",
        '\ufeff"name": Tilda\n"context": calm\n',
        "greeting: Hi\r\nname: Tilda\r\ncontext: calm\r\n",
        "context: calm\nname: Tilda",
    ],
)
def test_older_and_odd_files_are_read(text: str) -> None:
    found = read(text.encode())
    assert found.format == "oobabooga"
    soul = soul_document(found)
    assert soul["personality"]["name"] == "Tilda"
    assert soul["entity"]["background"] == "calm"
    assert read(written(found)).soul == found.soul


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("---\nname: helper\ndescription: x\ncontext: y\n---\n# Soul\nI am calm.\n", "oobabooga"),
        ("# Soul\n\n## Voice\n\nI am calm.\n\nname: a\ncontext: b\n", "markdown"),
        ("FROM a\nSYSTEM name: x", "modelfile"),
    ],
)
def test_neighbours_are_not_taken_for_it(text: str, name: str) -> None:
    is_it = FORMATS["oobabooga"].sees(source(text.encode(), "SOUL.md"))
    assert not is_it
    if name != "oobabooga":
        assert detect(source(text.encode(), "SOUL.md")).name == name


@pytest.mark.parametrize(
    "content", [b"", b"\0name: a\ncontext: b", b"name: a\nplot: b", [], {"name": "a", "context": 1}]
)
def test_other_files_are_none(content: object) -> None:
    assert not FORMATS["oobabooga"].sees(source(content))


def test_any_soul_survives_the_format(luna: dict[str, Any]) -> None:
    soul = Soul.model_validate(luna | {"st:scenario": "A lab.", "x:odd": [1e300, 10**30, None, {}]})
    text = written(Import("soul", soul))
    document = yaml.safe_load(text)
    assert document["name"] == "Dr. Luna"
    assert document["context"].endswith("Scenario: A lab.")
    again = read(text)
    assert again.format == "oobabooga"
    assert again.soul is not None
    assert without_source(again.soul) == soul.dump()


def test_examples_are_written_where_there_are_any(luna: dict[str, Any]) -> None:
    turns = [[{"speaker": "person", "text": "Hi"}]]
    text = written(Import("soul", Soul.model_validate(luna | {"st:examples": turns})))
    assert "{{user}}: Hi" in yaml.safe_load(text)["example_dialogue"]


START = "name: a\ncontext: b\n"
LAUGHS = "".join(f"l{n + 1}: &l{n + 1} [{', '.join([f'*l{n}'] * 9)}]\n" for n in range(12))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{START}l0: &l0 [x, x]\n{LAUGHS}", "aliases written out"),
        (f"{START}a: &a [*a]\n", "not known here"),
        (f"{START}a: *b\n", "no YAML|not known"),
        (f"{START}a: {'[' * 100_000}", "levels|nesting"),
        (f"{START}a: {'{a: ' * 100_000}", "levels|nesting"),
        (START + "c: x\n- y\n", "no YAML"),
        (f"{START}a:\n" + "- x\n" * 120_000, "too many"),
        (f"{START}a: !!python/object/apply:os.system [id]\n", "the tag .* asks for more"),
        (f"{START}a: !!timestamp 2024-01-01\n", "the tag"),
        (f"{START}name: c\n", "stands twice"),
        (f"{START}? [a]\n: b\n", "no text"),
        (f"{START}? {{}}\n: b\n", "no text"),
        (f"{START}...\n---\nname: b\n", "second document"),
        (f"{START}a: \x07\n", "no YAML"),
    ],
)
def test_hostile_and_broken_yaml_is_refused_with_its_place(text: str, message: str) -> None:
    with pytest.raises(NotASoulError, match=message):
        FORMATS["oobabooga"].reads(source(text.encode(), "a.yaml"))


def test_a_list_is_no_character_and_a_text_has_limits() -> None:
    with pytest.raises(NotASoulError, match="holds no object"):
        FORMATS["oobabooga"].reads(source(b"- a\n"))
    with pytest.raises(NotJsonError, match="longer"):
        read(f"{START}a: {'x' * (1 << 20)}".encode())
    with pytest.raises(NotJsonError, match="UTF-8"):
        read(f"{START}a: ".encode() + b"\xff\n")


def test_a_few_aliases_are_read() -> None:
    text = f"{START}a: &x [1, {{b: ~}}]\nc: *x\nd: !!str 1\ne: ! f\n"
    found = read(text.encode())
    assert yaml.safe_load(written(found)) == {
        "name": "a",
        "context": "b",
        "a": [1, {"b": None}],
        "c": [1, {"b": None}],
        "d": "1",
        "e": "f",
    }
    assert b"&" not in written(found)


def test_scalars_are_those_of_json() -> None:
    text = f"{START}a: [1, -2.5, 1e3, 007, 1_0, 0x1, .inf, 1e999, Yes, true, null, 12:30, '1']\n"
    assert yaml.safe_load(written(read(text.encode())))["a"] == [
        1, -2.5, 1000.0, "007", "1_0", "0x1", ".inf", "1e999", "Yes", True, None, "12:30", "1",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        "a\x85b",
        "\u2028",
        "a\u2029\nb",
        "\ufeffa",
        "\ta",
        "a\r\nb",
        "\x7f",
        " a",
        "a \n b",
        "\n",
        "𐀀",
    ],
)
def test_any_text_is_the_same_after_yaml(text: str) -> None:
    document: JsonObject = {"name": "T", "context": text, text: [text]}
    assert read_yaml(write_yaml(document), "x") == document


@pytest.mark.parametrize(
    "raw", [b'name: "a\\0b"\ncontext: c', b'{"name": "a\\u0000", "context": "c"}']
)
def test_a_nul_is_refused_with_its_place(raw: bytes) -> None:
    with pytest.raises((NotASoulError, NotJsonError), match="NUL"):
        oobabooga.decode(Source("x.yaml", {"x.yaml": raw}))


@pytest.mark.parametrize("text", ["0E0", "1e5", "-3.5E+2", "12", "true", "null", "~", "", "yes"])
def test_a_text_that_looks_like_another_value_is_read_as_the_same_text(text: str) -> None:
    document: JsonObject = {"name": text, "list": [text]}
    assert read_yaml(write_yaml(document), "x") == document
