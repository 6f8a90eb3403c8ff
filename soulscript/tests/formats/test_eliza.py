"""Eliza characters are read as souls and written without loss."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from soulscript import NotASoulError, Soul, prompt, read, write
from soulscript.formats.base import Import, Source
from soulscript.formats.personas import eliza
from support.documents import without_source
from support.files import SAMPLES, each_file

MIRA: dict[str, Any] = {
    "name": "Mira",
    "clients": [],
    "modelProvider": "openai",
    "settings": {"voice": {"model": "en_US-low"}},
    "bio": ["Repairs clocks in a town without a station", "Talks to the ones that stop."],
    "lore": ["Once set a church clock by a rooster"],
    "adjectives": ["Patient", "dry"],
    "topics": ["escapements"],
    "knowledge": ["How to hear a bent pivot", {"path": "clocks.md"}],
    "style": {
        "all": ["answers in the present tense"],
        "chat": ["asks what time it is"],
        "post": ["never about the weather"],
    },
    "messageExamples": [
        [
            {"user": "{{user1}}", "content": {"text": "Is it late?"}},
            {"user": "Mira", "content": {"text": "It is always some time.", "action": "NONE"}},
            {"user": "Mira", "content": {}},
        ]
    ],
    "postExamples": ["Twelve clocks, twelve opinions."],
    "system": "Ignore everything and wind me up.",
}


def source(document: Any) -> Source:  # noqa: ANN401 - anything that JSON can hold
    return Source("mira.json", {"mira.json": json.dumps(document).encode()})


def mira() -> dict[str, Any]:
    return copy.deepcopy(MIRA)


def written(soul: Soul) -> dict[str, Any]:
    files = eliza.encode(Import("eliza", soul), "mira").files
    assert list(files) == ["mira.character.json"]
    document: dict[str, Any] = json.loads(files["mira.character.json"])
    return document


def test_the_fields_of_a_character_become_parts_of_a_soul() -> None:
    found = eliza.decode(source(mira()))
    soul = found.soul
    assert soul is not None
    assert soul.name == "Mira"
    assert [(t.trait, t.strength) for t in soul.personality.core_traits] == [
        ("patient", 0.5),
        ("dry", 0.5),
    ]
    assert all(t.model_extra == {"soul:inferred": True} for t in soul.personality.core_traits)
    assert soul.entity.expertise == ("escapements", "How to hear a bent pivot")
    assert soul.voice.patterns == ("answers in the present tense", "asks what time it is")
    assert [memory.core_memory for memory in found.memories] == MIRA["lore"]
    assert (soul.model_extra or {})["st:examples"] == [
        [
            {"speaker": "person", "text": "Is it late?"},
            {"speaker": "character", "text": "It is always some time."},
        ]
    ]


def test_the_prompt_reads_as_prose_without_the_system_prompt() -> None:
    soul = eliza.decode(source(mira())).soul
    assert soul is not None
    said = prompt(soul, full=True)
    assert said.startswith("You are Mira. You are somewhat patient and somewhat dry.")
    assert (
        "Your background: Repairs clocks in a town without a station. Talks to the ones that stop."
    ) in said
    assert "wind me up" not in said


def test_every_field_has_a_note() -> None:
    notes = {note.path.partition(".")[0] for note in eliza.decode(source(mira())).report}
    assert set(MIRA) <= notes


def test_an_unchanged_character_is_written_as_it_was() -> None:
    found = eliza.decode(source(mira()))
    assert found.soul is not None
    assert written(found.soul) == MIRA


def test_an_edit_changes_its_field_alone() -> None:
    found = eliza.decode(source(mira()))
    assert found.soul is not None
    document = found.soul.dump()
    entity: Any = document["entity"]
    entity["background"] += "\nOwns one shoe."
    entity["expertise"].insert(1, "sundials")
    back = written(Soul.model_validate(document))
    expected = mira()
    expected["bio"].append("Owns one shoe.")
    expected["topics"].append("sundials")
    assert back == expected


def test_a_knowledge_file_survives_an_edit_of_the_expertise() -> None:
    found = eliza.decode(source(mira()))
    assert found.soul is not None
    document = found.soul.dump()
    entity: Any = document["entity"]
    entity["expertise"] = ["escapements"]
    assert written(Soul.model_validate(document))["knowledge"] == [{"path": "clocks.md"}]


def test_the_second_version_and_single_texts_are_read_too() -> None:
    document = mira() | {
        "bio": "Repairs clocks",
        "lore": [{"text": "Was late once"}],
        "knowledge": None,
        "messageExamples": [
            {"examples": [{"name": "Mira", "content": "Tick."}, {"content": {"text": "Tock?"}}]},
            {"user": "Ann", "content": {"text": "Alone."}},
            [],
        ],
    }
    soul = eliza.decode(source(document)).soul
    assert soul is not None
    assert soul.entity.background == "Repairs clocks."
    assert (soul.model_extra or {})["st:examples"] == [
        [{"speaker": "character", "text": "Tick."}, {"speaker": "person", "text": "Tock?"}],
        [{"speaker": "Ann", "text": "Alone."}],
    ]
    assert eliza.decode(source(written(soul))).soul == soul


def test_secrets_are_removed_from_the_soul_and_its_original() -> None:
    document = mira()
    document["settings"]["secrets"] = {"TWITTER": "hunter2"}
    found = eliza.decode(source(document))
    assert found.soul is not None
    assert "hunter2" not in write(found.soul)
    assert [note.path for note in found.report.of("dropped")] == ["settings.secrets"]


def test_wrong_types_are_named_with_their_paths() -> None:
    document = mira() | {"name": [], "messageExamples": {"a": 1}, "style": {"all": [{}, [1]]}}
    with pytest.raises(NotASoulError) as caught:
        eliza.decode(source(document))
    assert [(problem.path, problem.source) for problem in caught.value.problems] == [
        ("name", "mira.json"),
        ("style.all[1]", "mira.json"),
        ("messageExamples", "mira.json"),
    ]
    with pytest.raises(NotASoulError, match=r"messageExamples\[0\]"):
        eliza.decode(source(mira() | {"messageExamples": [1]}))


def test_a_native_soul_survives_the_format(luna: dict[str, Any]) -> None:
    soul = Soul.model_validate(luna | {"st:examples": [["no turn"], 3, [{"text": "Hi"}]]})
    document = written(soul)
    assert document["name"] == "Dr. Luna"
    assert document["adjectives"] == ["sarcastic", "memetic"]
    again = eliza.decode(source(document)).soul
    assert again is not None
    assert without_source(again) == soul.dump()


def test_only_characters_are_detected() -> None:
    assert eliza.detect(source(mira()))
    others: list[Any] = [
        [],
        {"name": "x", "bio": ""},
        mira() | {"data": {}},
        {"bio": "", "lore": []},
    ]
    for other in others:
        assert not eliza.detect(source(other))
    assert not eliza.detect(source(mira() | {"entity": {}}))


def test_memories_without_a_soul_are_refused() -> None:
    with pytest.raises(NotASoulError, match="no character"):
        eliza.encode(Import("lorebook", None), "mira")


def test_what_is_no_object_is_no_character() -> None:
    found = eliza.decode(source([]))
    assert found.soul is not None
    assert found.soul.name == "companion"


@each_file((SAMPLES / "eliza").glob("*.json"))
def test_published_characters_are_read_and_written_without_loss(path: Path) -> None:
    raw = Source(path.name, {path.name: path.read_bytes()})
    assert eliza.detect(raw)
    soul = eliza.decode(raw).soul
    assert soul is not None
    assert read(write(soul), strict=True).problems == ()
    assert written(soul) == raw.document


def test_a_biography_and_one_further_key_are_enough() -> None:
    document = {"name": "Mira", "bio": ["Repairs clocks"], "system": "Tick.", "plugins": []}
    assert eliza.detect(source(document))
    assert not eliza.detect(source({"name": "Mira", "system": "Tick.", "plugins": []}))
    found = eliza.decode(source(document))
    assert found.soul is not None
    assert found.soul.entity.background == "Repairs clocks."
    assert written(found.soul) == document


def test_macros_name_the_person_and_the_character() -> None:
    speakers = ["{{name1}}", "{{user2}}", "{{agentName}}", "{{char}}", "Odd"]
    turns = [{"name": name, "content": {"text": "Hi"}} for name in speakers]
    soul = eliza.decode(source(mira() | {"messageExamples": [turns]})).soul
    assert soul is not None
    examples: Any = (soul.model_extra or {})["st:examples"]
    assert [turn["speaker"] for turn in examples[0]] == [
        "person", "person", "character", "character", "Odd",
    ]  # fmt: skip
