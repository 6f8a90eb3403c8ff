"""Fields of foreign documents, wording of sentences, and redaction of secrets."""

import json
from typing import Any

import pytest

from soulscript import NotASoulError, Soul
from soulscript.formats.base import Source
from soulscript.formats.fields import FieldLog, FieldReader, complete_soul, new_memory
from soulscript.formats.redaction import without_secrets
from soulscript.formats.round_trip import Codec, import_document
from soulscript.formats.text_interpretation import (
    lower_first,
    principle_name,
    sentence,
    without_full_stop,
)
from soulscript.jsontext.parser import JsonObject
from soulscript.model.memory import Memory
from soulscript.report import Note


def fields(document: dict[str, Any]) -> FieldReader:
    return FieldReader(document, FieldLog())


def test_a_number_is_read_as_a_text_and_a_blank_as_nothing() -> None:
    found = fields({"age": 7, "name": "  ", "gender": None})
    assert [found.text(key) for key in ("age", "name", "gender", "form")] == ["7", "", "", ""]
    assert [note.path for note in found.log.notes] == ["age"]


def test_a_single_text_is_read_as_a_list() -> None:
    found = fields({"bio": "Keeps bees.", "lore": ["a", None, 3, {"text": "b"}, {"other": "c"}]})
    assert found.texts("bio") == ["Keeps bees."]
    assert found.texts("lore", text_keys=("text",)) == ["a", "3", "b"]
    assert not found.log.problems


def test_each_problem_names_its_field_and_the_file() -> None:
    def to_soul(document: JsonObject) -> tuple[JsonObject, list[Note]]:
        log = FieldLog()
        reader = FieldReader(document, log)
        reader.text("name")
        reader.texts("bio")
        reader.object("style")
        assert reader.objects("agents") == []
        assert reader.objects("blocks") == []
        return complete_soul(log, {}), log.notes

    document: JsonObject = {
        "name": ["x"],
        "bio": [True, "ok"],
        "style": 1,
        "agents": {},
        "blocks": [None, 1],
    }
    codec = Codec(frozenset({"tiny"}), to_soul, lambda _: {})
    with pytest.raises(NotASoulError) as caught:
        import_document(codec, "tiny", document, Source("mia.json", {}))
    assert [(problem.path, problem.source) for problem in caught.value.problems] == [
        ("name", "mia.json"),
        ("bio[0]", "mia.json"),
        ("style", "mia.json"),
        ("agents", "mia.json"),
        ("blocks[1]", "mia.json"),
    ]
    assert "a text is needed here" in str(caught.value)


def test_unread_fields_are_noted() -> None:
    found = fields({"name": "Mia", "plugins": []})
    found.text("name", "personality.name")
    found.raw("client", "", "never there")
    found.note_unread()
    assert [str(note) for note in found.log.notes] == [
        "kept name -> personality.name: as it is",
        "kept plugins -> soul:source: held in the original",
    ]


def test_missing_parts_get_defaults_and_notes() -> None:
    log = FieldLog()
    soul = Soul.model_validate(
        complete_soul(log, {"entity": {"age": ""}, "x:y": "kept", "x:z": ""})
    )
    assert soul.name == "companion"
    assert soul.model_extra == {"x:y": "kept"}
    assert {note.fate for note in log.notes} == {"defaulted"}
    assert "values" in {note.became for note in log.notes}


def test_the_id_of_a_memory_depends_on_its_content() -> None:
    made = new_memory("lore", "Grew up by the sea.", tags=["sea"], at=5)
    assert made == new_memory("lore", "Grew up by the sea.", tags=["sea"], at=5)
    assert made["id"] != new_memory("lore", "Grew up by the sea.")["id"]
    assert Memory.model_validate(made).topics == ("sea",)
    for one in (made, new_memory("lore", "Grew up by the sea.")):
        assert Memory.model_validate(one).dump() == one


# -- sentences -------------------------------------------------------------------------------------


def test_a_line_becomes_a_sentence_and_back() -> None:
    assert sentence(" Keeps\n bees ") == "Keeps bees."
    assert sentence("Keeps bees!") == "Keeps bees!"
    assert without_full_stop("Keeps bees.") == "Keeps bees"
    assert without_full_stop("And then...") == "And then..."


def test_the_first_word_is_lowered_within_a_sentence() -> None:
    assert [
        lower_first(text) for text in ("Dry", "AI and I", "I know", "O'Neill", "", "7 cats")
    ] == ["dry", "AI and I", "I know", "o'Neill", "", "7 cats"]


@pytest.mark.parametrize(
    ("belief", "name"),
    [
        ("Gardens should be wild.", "Gardens"),
        ("The sea has no memory", "The sea"),
        ("I will not lie to a child.", "I will not lie"),
        ("Patience feeds the roses of a house", "Patience feeds the roses"),
        ("Rain waters all of the", "Rain waters all"),
        ("of", "of"),
        (" , ", "principle"),
        ("", "principle"),
    ],
)
def test_a_principle_is_named_after_the_subject_of_its_sentence(belief: str, name: str) -> None:
    assert principle_name(belief) == name


# -- secrets ---------------------------------------------------------------------------------------


def test_secrets_are_recognized_by_their_keys_and_their_form() -> None:
    document: dict[str, Any] = {
        "settings": {"secrets": {"K": "one-secret"}, "OPENAI_API_KEY": "two-secret", "model": "m"},
        "list": [{"botToken": "three-secret"}, "sk-abcdefghijklmnop1234", "plain"],
        "tool_exec_environment_variables": [{"key": "A", "value": "four-secret"}],
        "mcp": [{"env": {"HOME": "five-secret"}, "headers": {"Authorization": "six-secret"}}],
        "password": {"type": "string"},
        "max_tokens": 5,
        "secret_identity": "a baker",
        "store": "postgres://mia:seven-secret@db/souls",
        "secrets": {},
    }
    kept, notes = without_secrets(document)
    assert "-secret" not in json.dumps(kept)
    assert kept["secret_identity"] == "a baker"
    assert "sk-" not in json.dumps(kept)
    assert kept["list"] == [{}, "plain"]
    assert kept["secrets"] == {}
    assert kept["max_tokens"] == 5
    assert kept["password"] == {"type": "string"}
    assert [note.path for note in notes] == [
        "settings.secrets",
        "settings.OPENAI_API_KEY",
        "list[0].botToken",
        "list[1]",
        "tool_exec_environment_variables",
        "mcp[0].env",
        "mcp[0].headers.Authorization",
        "store",
    ]
    assert {note.fate for note in notes} == {"dropped"}


def test_the_secrets_of_a_person_stay_without_by_key() -> None:
    document: dict[str, Any] = {"secrets": ["is afraid of geese"], "k": "sk-abcdefghijklmnop1234"}
    kept, notes = without_secrets(document, by_key=False)
    assert kept == {"secrets": ["is afraid of geese"]}
    assert [note.path for note in notes] == ["k"]


def test_notes_do_not_contain_the_secrets() -> None:
    _, notes = without_secrets({"api_key": "very-hidden"})
    assert "very-hidden" not in str(notes)
