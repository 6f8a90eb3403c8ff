"""Macros in formats whose tools expand few, or none: they are written out, and come back."""

import io
import json
import zipfile
from typing import Any

import pytest

from soulscript.formats import FORMATS, Export, Import, Source, read_source, write_files
from soulscript.formats.round_trip import without_source
from support.documents import MORE, Document, card, read

FIELDS: Document = {
    "description": "{{char}} knows <USER>. It is {{random:a,b}} at {{time}}, {{weird::x}}.{{// n}}",
    "personality": "patient with {{user}}",
    "scenario": "{{user}} climbs the stairs; {{char}} waits. {{user}} knocks.",
    "first_mes": "Mind the step, {{user}}. {{user}} must be tired.",
    "mes_example": "<START>\n{{user}}: Is {{char}} lonely?\n{{char}}: It is quiet, {{user}}.",
}
NONE_EXPANDED = ["letta", "tinytroupe", "eliza", "markdown", "modelfile"]
NAMES_EXPANDED = ["oobabooga", "pygmalion", "agnai", "byaf"]


def bram(**changes: Any) -> Import:  # noqa: ANN401 - any JSON
    return read(card(2, **(FIELDS | changes)))


def texts_of(name: str, export: Export) -> str:
    """Return what a tool of the format sees, without the soul that is carried along."""
    (raw,) = export.files.values()
    if name == "byaf":
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            names = [each for each in archive.namelist() if each != "soulscript.json"]
            return "\n".join(archive.read(each).decode() for each in names)
    text = raw.decode()
    if name == "markdown":
        return text.partition("<!-- soul:soul")[0]
    if name == "modelfile":
        return text.partition("# soul:soul")[0]
    if name == "oobabooga":
        return text.partition("soul:soul:")[0]
    return json.dumps(without_carried(json.loads(text)), ensure_ascii=False)


def without_carried(value: Any) -> Any:  # noqa: ANN401 - any JSON
    if isinstance(value, dict):
        carried = {"soul:soul", "soul:seen"}
        return {key: without_carried(value[key]) for key in value.keys() - carried}
    return [without_carried(item) for item in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name", NONE_EXPANDED)
def test_no_macro_reaches_a_tool_that_expands_none(name: str) -> None:
    text = texts_of(name, write_files(bram(), name, "bram"))
    assert "Bram knows the person" in text
    # Eliza makes up a name for the person in examples, and for that alone.
    assert "{{" not in text.replace("{{user1}}", "")
    assert "<USER>" not in text
    assert ("{{user1}}" in text) == (name == "eliza")


@pytest.mark.parametrize("name", NAMES_EXPANDED)
def test_the_names_alone_reach_a_tool_that_expands_them(name: str) -> None:
    text = texts_of(name, write_files(bram(), name, "bram"))
    person = "{user}" if name == "byaf" else "{{user}}"
    character = "{character}" if name == "byaf" else "{{char}}"
    assert f"{character} knows {person}." in text
    for gone in ("<USER>", "{{random", "{{time", "{{weird", "{{//"):
        assert gone not in text
    assert "at now" in text
    assert ("#{character}: It is quiet, {user}." in text) == (name == "byaf")


@pytest.mark.parametrize("name", [*NONE_EXPANDED, *NAMES_EXPANDED])
def test_what_was_written_out_comes_back(name: str) -> None:
    found = bram()
    export = write_files(found, name, "bram")
    again = read_source(Source(f"bram{FORMATS[name].ending}", export.files))
    assert found.soul is not None
    assert again.soul is not None
    assert without_source(again.soul) == without_source(found.soul)
    assert write_files(again, name, "bram").files == export.files


@pytest.mark.parametrize("name", [*NONE_EXPANDED, *NAMES_EXPANDED])
def test_what_was_written_out_is_named(name: str) -> None:
    report = write_files(bram(), name, "bram").report
    notes = {note.path: (note.fate, note.message) for note in report if note.path.startswith("{{")}
    knows_names = name in NAMES_EXPANDED
    assert ("{{char}}" in notes) == ("{{user}}" in notes) == (not knows_names)
    assert notes["{{random}}"][0] == notes["{{time}}"][0] == "changed"
    assert notes["{{random}}"][1].startswith("one of its possibilities is written")
    assert notes["{{weird}}"] == ("dropped", "left out once: nothing is known of it")


def test_nothing_is_named_where_there_are_no_macros() -> None:
    plain = dict.fromkeys(FIELDS, "Calm.")
    report = write_files(bram(**plain, character_book=None), "letta", "bram").report
    assert not [note for note in report if note.path.startswith("{{")]


def test_a_text_of_its_own_is_written_out() -> None:
    report = write_files(bram(description="{{scenario}}{{newline}}x"), "eliza", "bram").report
    notes = {note.path: note.message for note in report}
    assert notes["{{newline}}"] == "what it stands for is written out (once)"
    assert "{{scenario}}" in notes


def test_the_nickname_stands_for_the_character() -> None:
    found = read(card(3, **FIELDS, nickname="Brammie"))
    assert "Brammie knows the person" in texts_of("letta", write_files(found, "letta", "x"))


def test_lore_is_written_out_too() -> None:
    text = texts_of("eliza", write_files(bram(), "eliza", "bram"))
    assert "{{char}}" in MORE["character_book"]["entries"][0]["content"]
    assert "The lamp was lit in 1871 by Bram's grandfather." in text


def test_an_edit_of_what_was_written_out_counts() -> None:
    found = bram()
    (raw,) = write_files(found, "eliza", "bram").files.values()
    document = json.loads(raw)
    document["bio"][0] = "Bram is gone."
    again = read(document)
    assert again.soul is not None
    assert again.soul.entity.background == "Bram is gone."
    assert found.soul is not None
    before, after = without_source(found.soul), without_source(again.soul)
    assert after["st:scenario"] == before["st:scenario"] == FIELDS["scenario"]


def test_macros_of_an_original_stay() -> None:
    character = {"name": "Bram", "bio": ["{{agentName}} keeps a log for {{user}}."], "lore": ["x"]}
    found = read(character)
    export = write_files(found, "eliza", "bram")
    assert json.loads(export.files["bram.character.json"]) == character
    assert not [note for note in export.report if note.path.startswith("{{")]


def test_a_template_of_a_model_keeps_its_braces() -> None:
    text = "FROM x\nTEMPLATE {{ .Prompt }}\nSYSTEM You are {{char}}.\n"
    found = read(text.encode(), "x.Modelfile")
    assert write_files(found, "modelfile", "x").files["x.Modelfile"] == text.encode()


def test_what_the_person_is_called_in_a_greeting_fits_its_grammar() -> None:
    text = texts_of("modelfile", write_files(bram(), "modelfile", "bram"))
    assert "Mind the step. The visitor must be tired." in text or "Mind the step." in text
    assert "the person must be" not in text


def test_a_modelfile_that_says_nothing_carries_its_soul() -> None:
    found = read(card(1, **dict.fromkeys(FIELDS, "")))
    export = write_files(found, "modelfile", "x")
    again = read_source(Source("x.Modelfile", export.files))
    assert again.format == "modelfile"
    assert again.soul is not None
    assert again.soul.name == "Bram"


def test_line_breaks_of_windows_survive_a_modelfile() -> None:
    found = bram(description="One.  \r\n  Two.\rThree.  ")
    export = write_files(found, "modelfile", "x")
    again = read_source(Source("x.Modelfile", export.files))
    assert found.soul is not None
    assert again.soul is not None
    assert without_source(again.soul) == without_source(found.soul)
    assert write_files(again, "modelfile", "x").files == export.files


def test_a_text_that_carries_a_soul_is_read_whatever_it_says() -> None:
    found = read(card(1, **(dict.fromkeys(FIELDS, "") | {"name": "看", "description": "x"})))
    export = write_files(found, "markdown", "x")
    (raw,) = export.files.values()
    body, _, carried = raw.decode().partition("\n<!-- soul:soul")
    bare = f"x\n<!-- soul:soul{carried}".encode()
    assert body
    assert read_source(Source("x.md", {"x.md": bare})).format == "markdown"


def test_a_character_that_carries_much_is_yaml_as_json() -> None:
    found = bram(creator_notes="x" * 1_200_000)
    export = write_files(found, "oobabooga", "bram")
    raw = export.files["bram.yaml"]
    assert raw.startswith(b"{")
    again = read_source(Source("bram.yaml", export.files))
    assert again.format == "oobabooga"
    assert write_files(again, "oobabooga", "bram").files == export.files
