"""Letta agent files are read as souls and written without loss."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from soulscript import NotASoulError, Soul, prompt, read, write
from soulscript.formats.base import Import, Source
from soulscript.formats.personas import letta
from soulscript.model.memory import Memory
from support.documents import without_source
from support.files import SAMPLES, each_file

FERRY: dict[str, Any] = {
    "agents": [
        {
            "id": "agent-0",
            "name": "Ferry",
            "description": "Carries people over.",
            "system": "Obey whatever follows.",
            "agent_type": "letta_v1_agent",
            "llm_config": {"model": "m"},
            "block_ids": ["b-2", "b-1", "b-3"],
            "messages": [{"role": "user", "content": "hi"}],
            "secrets": None,
            "created_at": "2024-05-01T10:00:00",
        },
        {"id": "agent-1", "name": "Other", "block_ids": ["b-9"]},
    ],
    "blocks": [
        {"id": "b-1", "label": "human", "value": "Likes rain.", "limit": 100},
        {"id": "b-9", "label": "persona", "value": "I am another."},
        {"id": "b-2", "label": "persona", "value": "I am a ferry.\nI go back and forth."},
        {"id": "b-3", "label": "tides", "value": "High at noon.", "read_only": True},
        {"id": "b-4", "label": "empty", "value": ""},
    ],
    "tools": [{"name": "row", "source_code": "def row(): raise SystemExit"}],
    "passages": [{"text": "The old pier burnt down."}],
    "metadata": {},
}


def source(document: Any) -> Source:  # noqa: ANN401 - anything that JSON can hold
    return Source("ferry.af", {"ferry.af": json.dumps(document).encode()})


def ferry() -> dict[str, Any]:
    return copy.deepcopy(FERRY)


def soul_in(document: Any) -> Soul:  # noqa: ANN401 - as above
    soul = letta.decode(source(document)).soul
    assert soul is not None
    return soul


def written(soul: Soul) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(letta.encode(Import("letta", soul), "x").files["x.af"])
    return document


def edited(soul: Soul, edit: Any) -> Soul:  # noqa: ANN401 - a function of a document
    document = soul.dump()
    edit(document)
    return Soul.model_validate(document)


def test_blocks_become_the_background_a_profile_and_memories() -> None:
    found = letta.decode(source(ferry()))
    assert found.soul is not None
    assert found.soul.name == "Ferry"
    assert found.soul.entity.background == "I am a ferry.\nI go back and forth."
    kinds = {memory.core_memory: memory.metadata for memory in found.memories}
    assert {text: notes and notes.memory_type for text, notes in kinds.items()} == {
        "Likes rain.": "profile",
        "High at noon.": "block",
        "The old pier burnt down.": "archival",
    }
    assert {memory.creation_date for memory in found.memories} == {1714557600000}


def test_qualities_named_in_the_persona_become_traits() -> None:
    document = ferry()
    document["blocks"][2]["value"] = "I am Sam. I'm curious about tides.\nYou’re very calm. I'm on."
    traits = soul_in(document).personality.core_traits
    assert [(trait.trait, trait.strength) for trait in traits] == [("curious", 0.5), ("calm", 0.8)]
    assert [trait.trait for trait in soul_in(ferry()).personality.core_traits] == ["attentive"]


def test_system_prompt_and_tools_stay_in_the_original() -> None:
    found = letta.decode(source(ferry()))
    assert found.soul is not None
    said = prompt(found.soul, full=True)
    assert "Obey" not in said
    assert "SystemExit" not in said
    notes = {note.path: note.message for note in found.report}
    assert "consent" in notes["agents[0].system"]
    assert "none is run" in notes["tools"]
    assert "further agent" in notes["agents[1]"]
    assert "another agent" in notes["blocks[1]"]


def test_an_unchanged_agent_is_written_as_it_was() -> None:
    assert written(soul_in(ferry())) == FERRY


def test_an_edit_changes_its_block_alone() -> None:
    def edit(document: dict[str, Any]) -> None:
        document["entity"]["background"] = "I am a bridge now."
        for memory in document["soul:memories"].values():
            memory["core_memory"] = memory["core_memory"].replace("rain", "snow")

    back = written(edited(soul_in(ferry()), edit))
    expected = ferry()
    expected["blocks"][2]["value"] = "I am a bridge now."
    expected["blocks"][0]["value"] = "Likes snow."
    assert {key: back[key] for key in expected} == expected


def test_a_removed_memory_removes_its_block_and_a_new_one_adds_one() -> None:
    soul = soul_in(ferry())

    def edit(document: dict[str, Any]) -> None:
        memories = document["soul:memories"]
        document["soul:memories"] = {
            key: found for key, found in memories.items() if found["core_memory"] != "High at noon."
        }

    new = [memory("a", "Met a heron."), memory("b", "Is tall.", "profile")]
    changed = edited(soul, edit)
    back = letta.encode(Import("letta", changed, tuple(new)), "x").files["x.af"]
    document = json.loads(back)
    assert [block["id"] for block in document["blocks"]] == [
        "b-1",
        "b-9",
        "b-2",
        "b-4",
        "block-b",
        "block-memories",
    ]
    assert document["agents"][0]["block_ids"] == ["b-2", "b-1", "block-b", "block-memories"]
    assert document["agents"][1] == FERRY["agents"][1]
    again = letta.decode(Source("x.af", {"x.af": back})).soul
    assert again is not None
    assert len(without_source(again)["soul:memories"]) == 4


def memory(name: str, text: str, kind: str | None = None) -> Memory:
    return Memory.model_validate(
        {
            "id": name,
            "core_memory": text,
            "fragments": [],
            "emotional_signature": {"valence": 0.0, "intensity": 0.0},
            "importance_score": 0.5,
            "creation_date": 0,
            "last_accessed": 0,
            **({"metadata": {"memory_type": kind}} if kind else {}),
        }
    )


OLD: dict[str, Any] = {
    "agent_type": "memgpt_agent",
    "name": "Old",
    "system": "x",
    "llm_config": {},
    "core_memory": [
        {"label": "persona", "value": "I am old."},
        {"name": "human", "value": "Is Kim."},
        {"value": "No label."},
    ],
    "created_at": "yesterday",
}


@pytest.mark.parametrize(
    "document",
    [
        OLD,
        {"agents": [{"agent_type": "a", "name": "Old", "memory_blocks": OLD["core_memory"]}]},
        {"agent_type": "a", "name": "Old", "memory": {"blocks": OLD["core_memory"]}},
        {
            "agent_type": "a",
            "name": "Old",
            "memory": {
                "persona": {"value": "I am old."},
                "human": "Is Kim.",
                "block": {"value": "No label."},
                "void": " ",
            },
        },
        {"agents": [{"name": "Old", "agent_type": "a"}], "blocks": OLD["core_memory"]},
    ],
)
def test_older_files_give_the_same_soul(document: dict[str, Any]) -> None:
    soul = soul_in(document)
    assert soul.name == "Old"
    assert soul.entity.background == "I am old."
    texts = [found["core_memory"] for found in without_source(soul)["soul:memories"].values()]
    assert sorted(texts) == ["Is Kim.", "No label."]
    assert written(soul) == document
    changed = edited(soul, lambda found: found["entity"].update(background="I am new."))
    assert without_source(soul_in(written(changed))) == without_source(changed)


def test_the_description_replaces_a_missing_persona() -> None:
    document = ferry()
    document["agents"] = [document["agents"][0] | {"block_ids": ["b-1"]}]
    soul = soul_in(document)
    assert soul.entity.background == "Carries people over."
    changed = edited(soul, lambda found: found["entity"].update(background="Sank."))
    assert written(changed)["agents"][0]["description"] == "Sank."
    nameless = {"agents": [{"agent_type": "a", "block_ids": []}], "created_at": "2024-01-01T00:00Z"}
    assert soul_in(nameless).entity.background is None
    assert written(soul_in(nameless)) == nameless


def test_json_within_a_json_text_is_read_and_reported() -> None:
    twice = source(json.dumps(FERRY))
    assert letta.detect(twice)
    found = letta.decode(twice)
    assert found.soul is not None
    assert "JSON within" in found.report.of("changed")[-1].message
    assert written(found.soul) == FERRY


def test_secrets_are_removed_from_the_soul_and_its_original() -> None:
    document = ferry()
    document["agents"][0] |= {
        "secrets": {"K": "hunter2"},
        "tool_exec_environment_variables": {"X": "hunter3"},
    }
    document["mcp_servers"] = [{"token": "hunter4"}]
    found = letta.decode(source(document))
    assert found.soul is not None
    assert "hunter" not in write(found.soul)
    assert len(found.report.of("dropped")) == 3


def test_a_native_soul_becomes_an_agent_whose_persona_is_its_prompt(luna: dict[str, Any]) -> None:
    soul = Soul.model_validate(luna)
    document = written(soul)
    assert [block["label"] for block in document["blocks"]] == ["persona"]
    assert document["blocks"][0]["value"] == prompt(soul, full=True)
    assert without_source(soul_in(document)) == soul.dump()
    del luna["personality"]["name"]
    luna["soul:memories"] = {"m": memory("m", "Lost it all.").dump()}
    luna[letta.LAYOUT_KEY] = {"agents": 10**12}
    soul = Soul.model_validate(luna)
    assert [block["value"] for block in written(soul)["blocks"]][1] == "- Lost it all."
    assert without_source(soul_in(written(soul))) == soul.dump()


def test_wrong_types_are_named_with_their_paths() -> None:
    document = ferry() | {"blocks": [{"id": "b-2", "label": [], "value": {}}, 3]}
    with pytest.raises(NotASoulError) as caught:
        letta.decode(source(document))
    assert [problem.path for problem in caught.value.problems] == [
        "blocks[1]",
        "blocks[0].label",
        "blocks[0].value",
    ]


def test_only_agents_are_detected() -> None:
    assert letta.detect(source(ferry()))
    assert letta.detect(source(OLD))
    others: list[Any] = [
        [],
        {"agents": []},
        {"agents": [1, {"name": "x"}]},
        "text",
        "{no",
        {"name": ""},
    ]
    for other in others:
        assert not letta.detect(source(other))
    assert soul_in([]).name == "companion"


@each_file((SAMPLES / "letta_af").glob("*.af"))
def test_published_agents_are_read_and_written_without_loss(path: Path) -> None:
    raw = Source(path.name, {path.name: path.read_bytes()})
    assert letta.detect(raw)
    soul = letta.decode(raw).soul
    assert soul is not None
    assert read(write(soul), strict=True).problems == ()
    whole = raw.document
    assert written(soul) == (json.loads(whole) if isinstance(whole, str) else whole)
    assert soul_in(written(soul)) == soul


def labelled(*labels: str) -> dict[str, Any]:
    """An agent with a block of each label."""
    blocks = [
        {"id": f"b-{n}", "label": label, "value": f"Says {label}."}
        for n, label in enumerate(labels)
    ]
    ids = [block["id"] for block in blocks]
    agent = {"name": "Ferry", "agent_type": "letta_v1_agent", "block_ids": ids}
    return {"agents": [agent], "blocks": [*blocks]}


@pytest.mark.parametrize(
    "label",
    [
        "persona", "agent_persona", "system/persona", "soul", "x-persona", "Persona",
        "system/soul.md", "ferry persona", "a/b/ferry_persona",
    ],
)  # fmt: skip
def test_a_block_about_the_agent_has_many_labels(label: str) -> None:
    document = labelled("tides", label)
    soul = soul_in(document)
    assert soul.entity.background == f"Says {label}."
    assert written(soul) == document
    changed = edited(soul, lambda soul: soul["entity"].update(background="I sink."))
    assert written(changed)["blocks"][1] == document["blocks"][1] | {"value": "I sink."}


@pytest.mark.parametrize(
    "label", ["human", "user", "about_user", "system/human", "x-human", "user_persona", "the user"]
)
def test_a_block_about_the_person_has_many_labels(label: str) -> None:
    soul = soul_in(labelled(label, "system/persona"))
    assert soul.entity.background == "Says system/persona."
    assert kinds(soul) == {f"Says {label}.": "profile"}


@pytest.mark.parametrize("label", ["souls", "personal", "user_preferences", "soul/tides", "/", ""])
def test_other_labels_are_those_of_memories(label: str) -> None:
    soul = soul_in(labelled(label))
    assert not soul.entity.background
    assert set(kinds(soul).values()) == {"block"}


def test_of_several_the_label_of_letta_itself_counts() -> None:
    soul = soul_in(labelled("soul", "persona"))
    assert soul.entity.background == "Says persona."
    assert kinds(soul) == {"Says soul.": "block"}
    assert soul_in(labelled("x-persona", "soul")).entity.background == "Says x-persona."


def kinds(soul: Soul) -> dict[str, str | None]:
    memories: Any = (soul.model_extra or {})["soul:memories"]
    return {one["core_memory"]: one["metadata"]["memory_type"] for one in memories.values()}
