"""Chats as JSON of Oobabooga, Agnai, Character.AI, Kobold, RisuAI and the interfaces of models."""

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from soulscript import SoulscriptError
from soulscript.formats import FORMATS, Import, detect, write_files
from soulscript.formats.base import SOURCE_KEY
from soulscript.model.memory import Memory
from support.documents import Document, read, source

NOON = 1_714_564_800_000  # 2024-05-01T12:00Z
ISO = "2024-05-01T12:00:00.000Z"

OOBABOOGA: Document = {
    "internal": [
        ["<|BEGIN-VISIBLE-CHAT|>", "Hello."],
        ["I like <tea>.", "So do I."],
        ["{{user}} sleeps.", ""],
    ],
    "visible": [["", "Hello."], ["I like &lt;tea&gt;.", "So do I."], ["{{user}} sleeps.", ""]],
    "metadata": {
        "user_1": {"timestamp": "May 01, 2024 12:00"},
        "assistant_1": {"timestamp": "May 01, 2024 12:01", "versions": [{}, {}, {}]},
        "user_2": {"timestamp": "?"},
    },
    "mode": "chat",
}
OOBABOOGA_OLD: Document = {
    "data": [["", "Hello."], ["I like tea.", "So do I."]],
    "data_visible": [["", "Hello."], ["I like tea.", "So do I."]],
}
AGNAI: Document = {
    "name": "Exported",
    "greeting": "Hello.",
    "sampleChat": "",
    "scenario": "A lighthouse.",
    "treeLeafId": "d",
    "messages": [
        {"_id": "a", "msg": "Hello.", "characterId": "imported"},
        {"_id": "b", "parent": "a", "handle": "Ida", "msg": "Left.", "userId": "u"},
        {"_id": "c", "parent": "a", "handle": "Ida", "msg": "I like tea.", "userId": "u",
         "createdAt": ISO},
        {"_id": "d", "parent": "c", "msg": "So do I.", "characterId": "x", "retries": ["No."]},
    ],
}  # fmt: skip
AGNAI_PLAIN: Document = {
    "name": "Exported",
    "greeting": "",
    "sampleChat": "",
    "scenario": "",
    "messages": [
        {"handle": "Ida", "msg": "I like tea."},
        {"msg": "So do I."},
        {"handle": "Ida", "msg": "Event.", "userId": "u", "event": "world"},
        {"handle": "Ida", "msg": "System.", "userId": "u", "system": True},
    ],
}
TURNS: Document = {
    "meta": {"next_token": None},
    "turns": [
        {
            "author": {"name": "Bram"},
            "create_time": "2024-05-01T12:00:05.123456Z",
            "candidates": [
                {"candidate_id": "1", "raw_content": "No."},
                {"candidate_id": "2", "raw_content": "So do I."},
            ],
            "primary_candidate_id": "2",
        },
        {
            "author": {"name": "Ida", "is_human": True},
            "create_time": ISO,
            "candidates": [{"candidate_id": "3", "raw_content": "I like tea."}],
            "primary_candidate_id": "gone",
        },
        {"author": {"is_human": True}, "candidates": []},
    ],
}
HISTORIES: Document = {
    "info": {"name": "Bram"},
    "histories": {
        "histories": [
            {
                "external_id": "x",
                "msgs": [
                    {"src": {"is_human": False, "name": "Bram"}, "text": "Hello."},
                    {"src": {"is_human": True, "name": "Ida"}, "text": "I like tea.",
                     "created": ISO},
                    {"src": {"is_human": True}, "text": "Left.", "is_alternative": True},
                ],
            },
            {"msgs": [{"src__is_human": True, "src__name": "Ida", "text": "Again."}]},
            3,
        ]
    },
}  # fmt: skip
CAI_TOOLS: list[Document] = [
    {
        "date": "x",
        "chat": [
            {"name": "Bram", "message": "Hello.", "isHuman": False},
            {"name": "Ida", "message": "I like tea.", "isHuman": True},
        ],
    }
]
LORE: Document = {
    "key": "lamp, light", "keysecondary": "", "content": "The lamp is lit.", "selective": False,
    "constant": False, "comment": "", "probability": 100,
}  # fmt: skip
KOBOLD: Document = {
    "gamestarted": True,
    "prompt": "A lighthouse.\nBram: Hello.\nIda: I like tea.\nBram:",
    "memory": "Bram is old.",
    "authorsnote": "",
    "actions": [" So do I.\n", "\nIda: And the sea.\nIt is wide.\nBram:", "", " Yes.\n> no mark"],
    "actions_metadata": {"0": {"Selected Text": "", "Alternative Text": ["No."]}},
    "worldinfo": [LORE, {**LORE, "key": "off", "widisabled": True}],
    "savedsettings": {
        "opmode": 3,
        "chatname": "Ida",
        "chatopponent": "Bram||$||Una",
        "my_api_key": "sk-abcdefghijklmnopqrstuvwx",
    },
}
KOBOLD_INSTRUCT: Document = {
    "gamestarted": True,
    "prompt": "{{[OUTPUT]}}\nHello.",
    "memory": "",
    "actions": [
        "\n{{[INPUT]}}\nI like tea.\n{{[OUTPUT]}}\n",
        "So do I.",
        "\n### Instruction:\nAgain.\n### Response:\n",
    ],
    "savedsettings": {
        "opmode": 4,
        "instruct_starttag": "\\n### Instruction:\\n",
        "instruct_endtag": "\\n### Response:\\n",
    },
}
KOBOLD_ADVENTURE: Document = {
    "gamestarted": True,
    "prompt": "You stand in a hall.",
    "memory": "",
    "actions": ["\n\n> look around\n\n", "It is dark.", "\n> go north\nYou go.", "\n> wait"],
    "savedsettings": {"opmode": 2},
}
KOBOLD_OLD: Document = {
    "gamestarted": True,
    "prompt": "KoboldAI: Hello.",
    "memory": "",
    "actions": {
        "actions": {
            "0": {"Selected Text": "User: I like tea.", "Options": []},
            "1": {"Selected Text": "KoboldAI: So do I.", "Options": [{"text": "No."}]},
        }
    },
    "worldinfo_v2": {"entries": {}},
}
CHAT: Document = {
    "name": "one",
    "note": "",
    "message": [
        {"role": "char", "data": "Hello.", "time": NOON},
        {"role": "user", "data": "I like tea.", "time": NOON + 5},
        {"role": "user", "data": "Off.", "disabled": True},
        {"role": "user", "data": "A note.", "isComment": True},
        {"role": "?", "data": "Odd."},
    ],
    "localLore": [],
}
RISUAI_LORE: Document = {
    "key": "lamp", "secondkey": "", "insertorder": 1, "comment": "", "content": "Lit.",
    "mode": "normal", "alwaysActive": False, "selective": False,
}  # fmt: skip
RISUAI: Document = {"type": "risuChat", "ver": 2, "data": {**CHAT, "localLore": [RISUAI_LORE]}}
RISUAI_ALL: Document = {"type": "risuAllChats", "ver": 2, "data": [CHAT, 3], "folders": []}
MESSAGES: list[Document] = [
    {"role": "system", "content": "You are Bram."},
    {"role": "user", "content": "I like tea.", "name": "Ida"},
    {"role": "assistant", "content": "So do I."},
]
PARTS: Document = {
    "messages": [
        {"role": "user", "content": [
            {"type": "text", "text": "I like tea."},
            {"type": "image_url", "image_url": {"url": "x"}},
            {"type": "text", "text": "And this."},
        ]},
        {"role": "user", "content": "Later.", "timestamp": NOON},
        {"role": "narrator", "content": "Rain falls."},
    ],
    "model": "m",
}  # fmt: skip
SHAREGPT: list[Document] = [
    {"id": "1", "conversations": [{"from": "human", "value": "I like tea."}]},
    {"id": "2", "conversations": [{"from": "gpt", "value": "So do I."}]},
]
TAVERN: list[Document] = [
    {"name": "Bram", "is_user": False, "mes": "Hello.", "swipes": ["Hello.", "Hi."]},
    {"name": "Ida", "is_user": True, "mes": "I like tea.", "send_date": NOON},
]
CHATS: dict[str, Any] = {
    "oobabooga": OOBABOOGA,
    "oobabooga, old": OOBABOOGA_OLD,
    "agnai": AGNAI,
    "agnai, plain": AGNAI_PLAIN,
    "agnai, list": AGNAI_PLAIN["messages"],
    "character.ai": TURNS,
    "character.ai, list": TURNS["turns"],
    "character.ai, old": HISTORIES,
    "cai tools": CAI_TOOLS,
    "cai tools, one": CAI_TOOLS[0]["chat"],
    "kobold": {**KOBOLD, "savedsettings": {**KOBOLD["savedsettings"], "my_api_key": ""}},
    "kobold, instruct": KOBOLD_INSTRUCT,
    "kobold, adventure": KOBOLD_ADVENTURE,
    "kobold, old": KOBOLD_OLD,
    "risuai": RISUAI,
    "risuai, all": RISUAI_ALL,
    "messages": MESSAGES,
    "messages in parts": PARTS,
    "sharegpt": SHAREGPT,
    "sillytavern, list": TAVERN,
}


def said(found: Import) -> list[str]:
    """Return what the person said, in the order of time."""
    personal = [memory for memory in found.memories if memory.personal]
    return [part.content for memory in personal for part in memory.fragments]


def notes_of(found: Import) -> dict[str, str]:
    return {note.path: note.message for note in found.report}


def written(found: Import) -> Any:  # noqa: ANN401 - any JSON
    (raw,) = write_files(found, "chat", "x").files.values()
    return json.loads(raw)


def with_text(found: Import, old: str, new: str) -> Import:
    """Return the import with the text of an observation changed."""
    memories = []
    for memory in found.memories:
        document: Document = dict(memory.dump())
        for part in document["fragments"]:
            if part["content"] == old:
                part["content"] = new
        memories.append(Memory.model_validate(document))
    return replace(found, memories=tuple(memories))


# -- reading ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHATS)
def test_every_kind_is_detected_and_written_as_it_was(name: str) -> None:
    for file in ("x.json", "x.soul", "x.bin"):
        assert detect(source(CHATS[name], file)).name == "chat"
    found = read(CHATS[name])
    assert found.soul is None
    export = write_files(found, "chat", "x")
    assert list(export.files) == ["x.json"]
    assert json.loads(export.files["x.json"]) == CHATS[name]
    assert not export.report.of("dropped")
    again = read(written(found))
    assert (again.memories, again.extra, again.report) == (
        found.memories,
        found.extra,
        found.report,
    )
    graph = write_files(found, "memories", "x").files["x.memories.json"]
    assert written(read(graph, "x.memories.json")) == CHATS[name]


@pytest.mark.parametrize(
    ("name", "lines"),
    {
        "oobabooga": ["I like <tea>.", "{{user}} sleeps."],
        "oobabooga, old": ["I like tea."],
        "agnai": ["I like tea."],
        "agnai, plain": ["I like tea."],
        "agnai, list": ["I like tea."],
        "character.ai": ["I like tea."],
        "character.ai, old": ["I like tea.", "Again."],
        "cai tools": ["I like tea."],
        "cai tools, one": ["I like tea."],
        "kobold": ["I like tea.", "And the sea.\nIt is wide."],
        "kobold, instruct": ["I like tea.", "Again."],
        "kobold, adventure": ["look around", "go north", "wait"],
        "kobold, old": ["I like tea."],
        "risuai": ["I like tea."],
        "risuai, all": ["I like tea."],
        "messages": ["I like tea."],
        "messages in parts": ["I like tea.", "And this.", "Later."],
        "sharegpt": ["I like tea."],
        "sillytavern, list": ["I like tea."],
    }.items(),
)
def test_what_the_person_said_is_remembered_in_order(name: str, lines: list[str]) -> None:
    found = read(CHATS[name])
    assert said(found) == lines
    everything = json.dumps([memory.dump() for memory in found.memories])
    for never in ("So do I", "Hello", "Left.", "System.", "Event.", "Off.", "A note.", "dark"):
        assert never not in everything


def test_names_and_times_are_kept_where_they_are_known() -> None:
    for name, at in {
        "agnai": NOON,
        "character.ai": NOON,
        "character.ai, old": NOON,
        "oobabooga": NOON,
        "risuai": NOON + 5,
        "sillytavern, list": NOON,
    }.items():
        fragment = read(CHATS[name]).memories[0].fragments[0]
        assert fragment.timestamp == at, name
    for name in ("agnai", "character.ai", "character.ai, old", "kobold", "messages", "cai tools"):
        context = read(CHATS[name]).memories[0].fragments[0].context
        assert context is not None
        assert context.dump() == {"interaction_type": "chat", "user_name": "Ida"}, name


def test_what_was_not_chosen_is_left_out_and_noted() -> None:
    more = "1 more that were not chosen, held in the original alone"
    branch = notes_of(read(AGNAI))
    assert branch["messages[1]"] == "of a branch that was not chosen"
    assert messages_at(AGNAI, "messages[3]")[0] == more
    assert messages_at(TURNS, "turns[0]")[0] == more
    assert messages_at(KOBOLD, "actions[0]")[0] == more
    assert messages_at(KOBOLD_OLD, "actions.actions.1.Selected Text")[0] == more
    assert messages_at(TAVERN, "[0]")[0] == more
    assert messages_at(OOBABOOGA, "internal[1][1]")[0].startswith("2 more")
    old = notes_of(read(HISTORIES))
    assert old["histories.histories[0].msgs[2]"] == "an answer that was not chosen"


def test_the_chosen_candidate_of_the_person_is_what_was_said() -> None:
    candidates = [{"candidate_id": key, "raw_content": key} for key in ("One.", "Two.")]
    turn = {"author": {"is_human": True}, "candidates": candidates}
    assert said(read({"turns": [{**turn, "primary_candidate_id": "Two."}]})) == ["Two."]
    assert said(read({"turns": [turn]})) == ["One."]


def messages_at(document: object, path: str) -> list[str]:
    return [note.message for note in read(document).report if note.path == path]


def test_the_report_tells_why_a_line_is_no_memory() -> None:
    assert notes_of(read(OOBABOOGA))["internal[0][0]"] == "a mark of the program"
    risu = notes_of(read(RISUAI))
    assert risu["data.message[2]"] == "it is turned off"
    assert risu["data.message[3]"] == risu["data.message[4]"] == "of the system: no memory"
    assert risu["ver"] == "held in the original alone"
    assert notes_of(read(PARTS))["messages[2]"].startswith("nothing tells whether")
    assert notes_of(read(KOBOLD))["memory"] == "held in the original alone"
    assert messages_at(KOBOLD, "prompt")[0].startswith("nothing tells who says it")


def test_missing_times_are_noted_once_where_the_tool_writes_none() -> None:
    for name in ("oobabooga, old", "kobold", "messages", "sharegpt", "cai tools"):
        (note,) = read(CHATS[name]).report.of("defaulted")
        assert (note.path, note.message[:18]) == ("", "there are no times")
    assert [note.path for note in read(OOBABOOGA).report.of("defaulted")] == [
        "metadata.user_2.timestamp"
    ]


def test_the_same_words_at_different_times_are_two_memories_at_one_time_one() -> None:
    yes = {"role": "user", "content": "Yes."}
    assert said(read([yes, yes])) == ["Yes.", "Yes."]
    found = read([{**yes, "timestamp": NOON}, {**yes, "timestamp": NOON}])
    assert said(found) == ["Yes."]
    assert notes_of(found)["[1]"].startswith("the same was said")


def test_world_info_of_a_story_and_lore_of_a_chat_are_read_too() -> None:
    for name, path in (("kobold", "worldinfo"), ("risuai", "data.localLore")):
        found = read(CHATS[name])
        lore = [memory for memory in found.memories if not memory.personal]
        assert [memory.id for memory in lore] == ["lore_0"]
        assert "lamp" in lore[0].topics
        assert notes_of(found)[f"{path}[0]"] == "a memory, found by its keys"
    assert notes_of(read(KOBOLD))["worldinfo[1]"].startswith("no memory")


def test_secrets_in_the_settings_of_a_story_are_kept_nowhere() -> None:
    found = read(KOBOLD)
    assert [note.path for note in found.report.of("dropped")] == ["savedsettings.my_api_key"]
    assert "sk-abc" not in json.dumps(written(found))


def test_a_piece_of_a_story_that_goes_on_is_said_by_the_same() -> None:
    story = {**KOBOLD, "actions": ["\nIda: One", " and two.", "\nBram: So."]}
    assert said(read(story)) == ["I like tea.", "One", "and two."]
    plain = {**KOBOLD_OLD, "prompt": "Once upon a time.", "actions": [" The end.", 3]}
    assert said(read(plain)) == []


# -- writing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", CHATS)
def test_an_edited_observation_changes_its_line_alone(name: str) -> None:
    found = read(CHATS[name])
    if not said(found) or name == "character.ai, list":
        return
    old = said(found)[0]
    edited = with_text(found, old, "I like <b> & coffee.")
    export = write_files(edited, "chat", "x")
    (raw,) = export.files.values()
    assert any("1 lines edited" in note.message for note in export.report.of("changed"))
    back = json.loads(raw)
    again = read(back)
    assert said(again) == ["I like <b> & coffee.", *said(found)[1:]]
    assert json.loads(json.dumps(back).replace("I like <b> & coffee.", old)) == json.loads(
        json.dumps(CHATS[name]).replace("&lt;tea&gt;", "&lt;b&gt; &amp; coffee")
        if name == "oobabooga"
        else json.dumps(CHATS[name])
    )
    assert written(again) == back


def test_edits_of_several_lines_of_one_piece_are_all_written() -> None:
    found = read({**KOBOLD, "prompt": "Ida: One.\nIda: Two.\nBram: Three.", "actions": []})
    edited = with_text(with_text(found, "One.", "Number one."), "Two.", "2")
    assert written(edited)["prompt"] == "Ida: Number one.\nIda: 2\nBram: Three."


def test_changes_of_lore_are_written_into_the_story() -> None:
    found = read(KOBOLD)
    *days, lore = found.memories
    dark = Memory.model_validate(lore.dump() | {"core_memory": "It is dark."})
    back = written(replace(found, memories=(*days, dark)))
    assert back["worldinfo"] == [{**LORE, "content": "It is dark."}, KOBOLD["worldinfo"][1]]
    assert back["actions"] == KOBOLD["actions"]


def test_what_a_chat_cannot_hold_is_named() -> None:
    found = read(MESSAGES)
    (day,) = found.memories
    other = Memory.model_validate(day.dump() | {"id": "mem_x"})
    export = write_files(replace(found, memories=(other,)), "chat", "x")
    assert json.loads(export.files["x.json"]) == MESSAGES
    assert [note.path for note in export.report.of("dropped")] == ["memories.mem_x"]
    assert any("stays in the chat" in note.message for note in export.report.of("kept"))


def test_an_observation_that_changed_otherwise_leaves_its_line() -> None:
    found = read(MESSAGES)
    document: Document = dict(found.memories[0].dump())
    (part,) = document["fragments"]
    parts = [{**part, "importance": 0.9}, {**part, "timestamp": 9}]
    document = {**document, "fragments": parts}
    export = write_files(replace(found, memories=(Memory.model_validate(document),)), "chat", "x")
    assert json.loads(export.files["x.json"]) == MESSAGES
    assert len(export.report.of("dropped")) == 1


def test_a_line_of_sillytavern_is_edited_where_it_stands() -> None:
    raw = b'{"user_name": "Ida"}\n{"is_user": true, "mes": " Tea. ", "x": 1}\n{ odd'
    found = with_text(read(raw, "a.jsonl"), "Tea.", "Coffee.")
    back = write_files(found, "chat", "x").files["x.jsonl"]
    assert back == raw.replace(b"Tea", b"Coffee")


# -- neighbours, broken and hostile input ----------------------------------------------------------


@pytest.mark.parametrize(
    ("document", "name"),
    [
        ([{"role": "teacher", "content": "The sea was loud."}], "memories"),
        ([{"role": "user", "content": "a", "fragments": []}], "memories"),
        ({"memories": [{"content": "a", "role": "user"}]}, "memories"),
        ({"entries": {}, "messages": MESSAGES}, "lorebook"),
    ],
)
def test_other_documents_are_still_what_they_were(document: object, name: str) -> None:
    assert detect(source(document)).name == name


@pytest.mark.parametrize(
    "document",
    [
        {"messages": []},
        {"internal": []},
        {"internal": [["a", "b", "c"]]},
        {"internal": ["a"]},
        {"type": "risuChat"},
        {"histories": {"histories": [{"msgs": [3]}]}},
        {"histories": [[[[[[[TURNS["turns"]]]]]]]]},
        {"histories": {"histories": {"histories": {"histories": {"histories": TURNS}}}}},
        {"prompt": "a", "actions": []},
        {"prompt": 3, "actions": [], "memory": "", "worldinfo": []},
        {"prompt": "a", "actions": 3, "memory": "", "worldinfo": []},
        [{"msg": "a"}],
        [3],
        3,
    ],
)
def test_other_documents_are_not_taken_for_chats(document: object) -> None:
    assert not FORMATS["chat"].sees(source(document))


@pytest.mark.parametrize(
    "document", [{"type": "risuChat", "data": {"message": 3}}, {"type": "risuAllChats", "data": 3}]
)
def test_a_chat_of_a_known_kind_without_messages_is_refused(document: object) -> None:
    with pytest.raises(SoulscriptError, match="no message"):
        read(document)


ODD: tuple[Any, ...] = (None, 3, "x", [], [3], {}, {"a": 1})


@pytest.mark.parametrize("name", CHATS)
def test_a_field_of_any_other_type_is_read_or_refused(name: str) -> None:
    """Replace each value of a chat by others: reading ends, or says what is wrong."""
    for path in paths(CHATS[name]):
        for odd in ODD:
            document = copy.deepcopy(CHATS[name])
            holder = document
            for step in path[:-1]:
                holder = holder[step]
            holder[path[-1]] = odd
            try:
                found = read(document)
            except SoulscriptError:
                continue
            if found.format == "chat":
                assert read(written(found)).memories == found.memories


def paths(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:  # noqa: ANN401 - any JSON
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found: list[tuple[Any, ...]] = []
    for key, item in inner:
        found.append((*path, key))
        if isinstance(item, dict | list):
            found += paths(item, (*path, key))
    return found


def test_the_original_is_found_by_its_layout_alone() -> None:
    found = replace(read(MESSAGES), extra={SOURCE_KEY: {"format": "chat", "original": [1]}})
    with pytest.raises(SoulscriptError, match="came from no chat"):
        write_files(found, "chat", "x")
