"""Foreign documents read field by field, wordings, and secrets that are kept nowhere."""

import json
from typing import Any

import pytest

from soulscript import NotASoulError, Soul
from soulscript.formats.fields import Account, Fields, located, memory, whole
from soulscript.formats.redaction import without_secrets
from soulscript.formats.text.phrasing import lowered, named_after, sentence, unended
from soulscript.model.memory import Memory


def fields(document: dict[str, Any]) -> Fields:
    return Fields(document, Account())


def test_a_number_is_read_as_a_text_and_a_blank_as_nothing() -> None:
    found = fields({"age": 7, "name": "  ", "gender": None})
    assert [found.text(key) for key in ("age", "name", "gender", "form")] == ["7", "", "", ""]
    assert [note.path for note in found.account.notes] == ["age"]


def test_one_text_stands_for_a_list_of_it() -> None:
    found = fields({"bio": "Keeps bees.", "lore": ["a", None, 3, {"text": "b"}, {"other": "c"}]})
    assert found.texts("bio") == ["Keeps bees."]
    assert found.texts("lore", named=("text",)) == ["a", "3", "b"]
    assert not found.account.problems


def test_what_is_wrong_is_named_where_it_stands() -> None:
    found = fields(
        {"name": ["x"], "bio": [True, "ok"], "style": 1, "agents": {}, "blocks": [None, 1]}
    )
    found.text("name")
    found.texts("bio")
    found.inner("style")
    assert found.each("agents") == []
    assert found.each("blocks") == []
    with pytest.raises(NotASoulError) as caught:
        found.account.settle()
    error = located(caught.value, "mia.json")
    assert [(problem.path, problem.source) for problem in error.problems] == [
        ("name", "mia.json"),
        ("bio[0]", "mia.json"),
        ("style", "mia.json"),
        ("agents", "mia.json"),
        ("blocks[1]", "mia.json"),
    ]
    assert "a text is needed here" in str(error)


def test_what_nobody_asked_for_is_noted_too() -> None:
    found = fields({"name": "Mia", "plugins": []})
    found.text("name", "personality.name")
    found.said("client", "", "never there")
    found.rest()
    assert [str(note) for note in found.account.notes] == [
        "kept name -> personality.name: as it is",
        "kept plugins -> soul:source: held in the original",
    ]


def test_what_a_source_does_not_say_is_taken_for_granted_and_noted() -> None:
    account = Account()
    soul = Soul.model_validate(whole(account, {"entity": {"age": ""}, "x:y": "kept", "x:z": ""}))
    assert soul.name == "companion"
    assert soul.model_extra == {"x:y": "kept"}
    assert {note.fate for note in account.notes} == {"defaulted"}
    assert "values" in {note.became for note in account.notes}


def test_a_memory_is_known_by_what_it_says() -> None:
    made = memory("lore", "Grew up by the sea.", tags=["sea"], at=5)
    assert made == memory("lore", "Grew up by the sea.", tags=["sea"], at=5)
    assert made["id"] != memory("lore", "Grew up by the sea.")["id"]
    assert Memory.model_validate(made).topics == ("sea",)
    for one in (made, memory("lore", "Grew up by the sea.")):
        assert Memory.model_validate(one).dump() == one


# -- wordings --------------------------------------------------------------------------------------


def test_a_line_becomes_a_sentence_and_back() -> None:
    assert sentence(" Keeps\n bees ") == "Keeps bees."
    assert sentence("Keeps bees!") == "Keeps bees!"
    assert unended("Keeps bees.") == "Keeps bees"
    assert unended("And then...") == "And then..."


def test_a_text_is_written_as_within_a_sentence() -> None:
    assert [lowered(text) for text in ("Dry", "AI and I", "I know", "O'Neill", "", "7 cats")] == [
        "dry",
        "AI and I",
        "I know",
        "o'Neill",
        "",
        "7 cats",
    ]


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
def test_a_principle_is_named_after_what_it_is_about(belief: str, name: str) -> None:
    assert named_after(belief) == name


# -- secrets ---------------------------------------------------------------------------------------


def test_secrets_are_found_by_their_keys_and_by_their_look() -> None:
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


def test_a_person_may_have_secrets_of_its_own() -> None:
    document: dict[str, Any] = {"secrets": ["is afraid of geese"], "k": "sk-abcdefghijklmnop1234"}
    kept, notes = without_secrets(document, by_key=False)
    assert kept == {"secrets": ["is afraid of geese"]}
    assert [note.path for note in notes] == ["k"]


def test_no_secret_is_named_by_its_content() -> None:
    _, notes = without_secrets({"api_key": "very-hidden"})
    assert "very-hidden" not in str(notes)
