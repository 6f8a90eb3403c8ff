"""Ollama's Modelfiles are read as souls and written without loss."""

from typing import Any

import pytest

from soulscript import NotASoulError, Soul
from soulscript.formats import FORMATS, detect, write_files
from soulscript.formats.base import Import
from support.documents import examples, read, soul_document, source, without_source

TILDA = '''\
# A beekeeper.
FROM llama3.2
PARAMETER temperature 0.8
TEMPLATE """{{ .Prompt }}"""
SYSTEM """
You are Tilda, a calm beekeeper.
You say "no" to thieves.
"""
MESSAGE assistant Mind the hives.
MESSAGE user Do they sting?
MESSAGE assistant Only the rude.
LICENSE MIT
'''


def written(found: Import) -> str:
    return write_files(found, "modelfile", "x").files["x.Modelfile"].decode()


def with_background(found: Import, text: str) -> Import:
    assert found.soul is not None
    document = found.soul.dump()
    entity: Any = document["entity"]
    entity["background"] = text
    return Import(found.format, Soul.model_validate(document))


def test_the_system_message_is_the_description_and_messages_are_examples() -> None:
    found = read(TILDA.encode(), "Modelfile")
    assert found.format == "modelfile"
    soul = soul_document(found)
    assert "name" not in soul["personality"]
    assert "You are Tilda, a calm beekeeper." in soul["entity"]["background"]
    assert soul["soul:engine"]["greetings"] == ["Mind the hives."]
    assert [[turn.text for turn in turns] for turns in examples(found)] == [
        ["Do they sting?", "Only the rude."]
    ]
    notes = {note.path: note.fate for note in found.report if note.path}
    assert notes["PARAMETER[2]"] == notes["TEMPLATE[3]"] == notes["LICENSE[8]"] == "kept"
    assert {"SYSTEM[4]", "MESSAGE[5]", "MESSAGE[6]"} <= set(notes)


def test_an_unchanged_modelfile_is_written_as_it_was() -> None:
    found = read(TILDA.encode())
    assert written(found) == TILDA.replace('TEMPLATE """{{ .Prompt }}"""', "TEMPLATE {{ .Prompt }}")
    assert read(written(found).encode()).soul == found.soul


def test_an_edit_changes_its_instruction_alone() -> None:
    back = written(with_background(read(TILDA.encode()), "You keep wasps."))
    before = written(read(TILDA.encode())).splitlines()
    at = before.index('SYSTEM """')
    assert back.splitlines() == [*before[:at], "SYSTEM You keep wasps.", *before[at + 4 :]]


@pytest.mark.parametrize(
    "text",
    [
        "FROM a\nSYSTEM b",
        'from a\nsystem "b"\n',
        '\ufeff\n  # c\n\n FROM a\r\nSYSTEM b\r\nPARAMETER stop "x"\r\n',
        'PARAMETER x 1\nFROM a\nSYSTEM one\nSYSTEM """b"""\nMESSAGE system s\nMESSAGE user\n',
        'FROM a\nSYSTEM ""\nSYSTEM b\nMESSAGE user ""x"\nMESSAGE user """a\n b """\nADAPTER',
        "FROM a\nSYSTEM b\n# soul:soul {broken\n# soul:soul 3",
    ],
)
def test_other_forms_are_read_and_written(text: str) -> None:
    found = read(text.encode())
    assert found.format == "modelfile"
    assert soul_document(found)["entity"]["background"] == "b"
    again = read(written(found).encode())
    assert again.soul == found.soul
    assert written(again) == written(found)


def test_a_later_system_message_counts_and_the_earlier_stays() -> None:
    text = "FROM a\nSYSTEM one\nSYSTEM two\n"
    found = read(text.encode())
    notes = {note.path: note.message for note in found.report}
    assert notes["SYSTEM[1]"] == "a later SYSTEM counts"
    assert written(with_background(found, "three")) == "FROM a\nSYSTEM one\nSYSTEM three\n"


def test_a_new_system_message_and_fewer_messages_find_their_places() -> None:
    found = read(b"FROM a\nMESSAGE user one\nMESSAGE assistant two\nPARAMETER x 1\n")
    assert found.soul is not None
    document = found.soul.dump()
    entity: Any = document["entity"]
    entity["background"] = "b"
    del document["st:examples"]
    soul = Soul.model_validate(document)
    assert written(Import("modelfile", soul)).startswith("FROM a\nPARAMETER x 1\nSYSTEM b\n")


def test_any_soul_survives_the_format(luna: dict[str, Any]) -> None:
    turns = [{"speaker": "person", "text": 'a """ b'}, {"speaker": "character", "text": '"q\nr"'}]
    more = {"st:examples": [turns], "st:scenario": "A lab.", "soul:engine": {"greetings": ["Hm"]}}
    soul = Soul.model_validate(luna | more)
    found = write_files(Import("soul", soul), "modelfile", "x")
    text = found.files["x.Modelfile"].decode()
    assert text.startswith('FROM llama3.2\nSYSTEM """')
    assert "Scenario: A lab." in text
    assert "MESSAGE assistant Hm\nMESSAGE user a ''' b\n" in text
    assert [note.path or note.became for note in found.report.of("defaulted")] == ["FROM"]
    again = read(text.encode())
    assert again.format == "modelfile"
    assert again.soul is not None
    assert without_source(again.soul) == soul.dump()


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("FROM a\nSYSTEM b\nhello there\n", "no instruction", 3),
        ("FROM a\nSYSTEM b\n- x\n", "no instruction", 3),
        ('FROM a\nSYSTEM """b\nc\n', "does not end", 2),
        ("FROM a\nMESSAGE nobody hi\n", "needs its speaker", 2),
        ("FROM a\nMESSAGE user x\nMESSAGE\n", "needs its speaker", 3),
        ("FROM a\nSYSTEM b\n" + "LICENSE x\n" * 6_000, "more than 5000", 5_001),
        ("FROM a\nSYSTEM " + "b" * 99 + "\0\n", "NUL", 1),
    ],
)
def test_a_fault_is_named_with_its_line(text: str, message: str, line: int) -> None:
    with pytest.raises(NotASoulError, match=message) as caught:
        read(text.encode(), "Modelfile")
    problem = caught.value.problems[0]
    assert (problem.line, problem.source) == (line, "Modelfile")


@pytest.mark.parametrize(
    "text",
    [
        "FROM python:3.11\nRUN pip install x\n",
        "From the start\nSystem of a town\n",
        "# Soul\n\nI say:\n\nFROM a\nSYSTEM b\n",
        "FROM a\nPARAMETER x 1\n",
        "\0FROM a\nSYSTEM b",
        "",
    ],
)
def test_other_texts_are_none(text: str) -> None:
    assert not FORMATS["modelfile"].sees(source(text.encode()))
    assert detect(source(TILDA.encode())).name == "modelfile"


def test_messages_alone_are_read() -> None:
    text = "FROM a\nMESSAGE user Late?\n"
    found = read(text.encode())
    assert "background" not in soul_document(found)["entity"]
    assert written(found) == text


def test_a_soul_without_a_scenario_gets_none(luna: dict[str, Any]) -> None:
    files = write_files(Import("soul", Soul.model_validate(luna)), "modelfile", "x").files
    assert b"Scenario" not in files["x.Modelfile"]
