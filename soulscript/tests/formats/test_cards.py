"""Character cards of V1, V2 and V3 are read as souls and written without loss."""

import copy
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soulscript import NotASoulError, Soul, SoulscriptError, prompt, write
from soulscript import read as read_soul
from soulscript.formats import Import, write_files
from soulscript.formats.base import MEMORIES_KEY, SOUL_KEY, SOURCE_KEY
from soulscript.formats.cards.card import read_card, write_card
from support.documents import FIELDS, Document, card, changed, read, soul_document

VERSIONS = pytest.mark.parametrize("version", [1, 2, 3])


def written(found: Import, format: str = "card") -> Document:
    (raw,) = write_files(found, format, "x").files.values()
    document: Document = json.loads(raw)
    return document


def soul_of(found: Import) -> Soul:
    assert found.soul is not None
    return found.soul


# -- reading ---------------------------------------------------------------------------------------


@VERSIONS
def test_a_card_becomes_a_soul_that_reads_strictly(version: int) -> None:
    found = read(card(version))
    soul = soul_of(found)
    assert found.format == "card"
    reading = read_soul(write(soul), strict=True)
    assert reading.soul == soul
    assert soul.name == "Bram"
    assert soul.entity.background == FIELDS["description"]
    assert [trait.trait for trait in soul.personality.core_traits] == ["patient", "dry"]
    assert soul.engine.greetings[0] == "Mind the third step, {{user}}."
    assert (soul.personality.model_extra or {})["st:personality"] == FIELDS["personality"]
    extra = soul.model_extra or {}
    assert extra["st:scenario"] == FIELDS["scenario"]
    assert extra["st:first_mes"] == FIELDS["first_mes"]
    assert extra["st:examples"] == FIELDS["mes_example"]


def test_the_prompt_of_a_card_reads_as_prose() -> None:
    assert prompt(soul_of(read(card(2))), full=True) == (
        "You are Bram.\n\n"
        "Your personality: patient, dry, likes long silences.\n\n"
        "Your background: Bram keeps a lighthouse and a log. The person is a guest.\n\n"
        "Where you are and what happens: The person climbs the stairs."
    )


def test_an_instruction_at_a_depth_is_kept_and_wants_consent() -> None:
    found = read(card(2, extensions={"depth_prompt": {"prompt": "It is winter.", "depth": 4}}))
    assert (soul_of(found).model_extra or {})["st:depth_prompt"] == "It is winter."
    (note,) = (n for n in found.report if n.path == "data.extensions.depth_prompt")
    assert note.message == "an instruction, applied only with consent"
    again = written(found)["data"]["extensions"]["depth_prompt"]
    assert again == {"prompt": "It is winter.", "depth": 4}


def test_the_fields_of_v2_become_parts_of_soul_of() -> None:
    found = read(card(2))
    extra = soul_of(found).model_extra or {}
    assert extra["st:tags"] == ["sea", "quiet"]
    assert extra["st:talkativeness"] == 0.3
    assert soul_of(found).engine.greetings[1:] == ("The kettle is on.", "Nothing is said.")
    assert extra["st:alternate_greetings"] == ['"The kettle is on."', "*Nothing is said.*"]
    assert [memory.id for memory in found.memories] == ["lore_7", "lore_2"]
    lamp, fog = found.memories
    assert lamp.core_memory == "The lamp was lit in 1871 by {{char}}'s grandfather."
    assert lamp.topics == ("lamp", "light")
    assert (lamp.importance_score, fog.importance_score) == (0.8, 0.9)


def test_instructions_stay_in_the_original_and_are_not_applied() -> None:
    found = read(card(2))
    assert "Never break character" not in prompt(soul_of(found), full=True)
    notes = {note.path: note for note in found.report}
    assert notes["data.system_prompt"].message.endswith("applied only with consent")
    assert notes["data.character_book.entries[1]"].message == "no memory: it is turned off"


@VERSIONS
def test_every_field_has_a_note(version: int) -> None:
    document = card(version, odd={"a": 1}) | {"odd_root": 2}
    noted = {note.path for note in read(document).report}
    fields = document if version == 1 else document["data"]
    prefix = "" if version == 1 else "data."
    assert {prefix + key for key in fields} <= noted
    assert set(document) - {"data"} <= noted


def test_v3_gives_dates_a_nickname_and_images() -> None:
    found = read(
        card(
            3,
            nickname="Keeper",
            creation_date=1_700_000_000,
            assets=[
                {"type": "icon", "name": "main", "uri": "embeded://assets/a.png", "ext": "png"},
                {"type": "emotion", "name": "glad", "uri": "https://example.org/g.png"},
                {"type": "emotion", "name": "", "uri": "https://example.org/h.png"},
                {"type": "icon", "name": "other", "uri": "ccdefault:", "ext": "png"},
                {"type": "emotion", "name": "sly", "uri": "embedded://../../x.png"},
                {"type": "background", "name": "main", "uri": "embeded://b.png"},
            ],
        )
    )
    avatar = soul_of(found).avatar
    assert avatar is not None
    assert avatar.images == {"neutral": "assets/a.png", "glad": "https://example.org/g.png"}
    assert (soul_of(found).model_extra or {})["st:nickname"] == "Keeper"
    assert found.memories[0].creation_date == 1_700_000_000_000


def test_data_takes_precedence_over_the_root_and_both_are_kept() -> None:
    document = card(2) | {"name": "Wrong", "scenario": FIELDS["scenario"]}
    del document["data"]["mes_example"]
    document["mes_example"] = FIELDS["mes_example"]
    found = read(document)
    notes = {note.path: note.message for note in found.report}
    assert soul_of(found).name == "Bram"
    assert notes["name"] == "data.name says otherwise, and that one counts"
    assert notes["scenario"] == "repeats data.scenario"
    assert "st:examples" in (soul_of(found).model_extra or {})
    assert written(found) == document


@pytest.mark.parametrize(
    "wrong",
    [
        {"tags": "sea, quiet", "creator": None, "character_version": 2},
        {"name": None, "description": None, "personality": None, "character_book": None},
        {"name": 7, "description": ["a", "b"], "personality": True, "extensions": []},
        {"alternate_greetings": "Hello.", "first_mes": {"a": 1}, "mes_example": 3},
        {"extensions": {"talkativeness": "often"}, "creation_date": "yesterday"},
        {"extensions": {"talkativeness": 7}, "creation_date": 1e300, "assets": {"a": 1}},
        {"character_book": {"entries": {"5": {"keys": "a, b", "content": "X", "id": "5"}}}},
        {"character_book": {"entries": 3}},
        {"character_book": {"entries": [3, {"content": None}, {"content": 5, "priority": -1}]}},
        {"personality": "", "description": ""},
        {"name": ""},
    ],
)
def test_wrong_types_are_coerced_and_written_as_they_were(wrong: Document) -> None:
    for version in (2, 3):
        document = card(version, **wrong)
        found = read(document)
        assert read_soul(write(soul_of(found)), strict=True).soul == found.soul
        assert written(found) == document


def test_facts_of_a_description_become_parts_of_the_entity() -> None:
    text = 'Age: 31-33 years\nSpecies: owl\n[Bram\'s job = "keeper", "cook"]\nSex: \nHair: grey'
    entity = soul_of(read(card(2, description=text))).entity
    assert (entity.age, entity.form, entity.occupation) == ("31-33", "owl", "keeper")
    assert entity.gender is None


def test_defaults_are_reported() -> None:
    found = read(card(2, name="", personality=""))
    assert soul_of(found).personality.name is None
    taken = {note.became: note.message for note in found.report.of("defaulted")}
    assert taken["entity.form"].startswith("left empty")
    assert taken["entity.occupation"].startswith('taken as "companion"')
    assert taken["personality.core_traits"].startswith("none is named")
    assert taken["personality.name"].startswith("left out")
    assert prompt(soul_of(found)) == "You are a companion."


@pytest.mark.parametrize(
    ("changes", "path", "fate", "said"),
    [
        ({"personality": "has a boat"}, "personality", "kept", "as it is"),
        ({"personality": " "}, "personality", "kept", "there is nothing in it"),
        (
            {"description": "Old.\n\nWhat {{char}} holds to:\n- x"},
            "description",
            "changed",
            "without",
        ),
        ({"alternate_greetings": ["Hm.", ""]}, "alternate_greetings", "changed", "as far as"),
        ({"mes_example": 3}, "mes_example", "changed", "as far as"),
        ({"assets": [{"type": "icon"}]}, "assets", "kept", "held in the original alone"),
        ({"character_book": {"entries": []}}, "character_book", "kept", "held in the original"),
    ],
)
def test_the_report_says_what_happened(changes: Document, path: str, fate: str, said: str) -> None:
    notes = {note.path: note for note in read(card(2, **changes)).report}
    assert notes[f"data.{path}"].fate == fate
    assert said in notes[f"data.{path}"].message


def test_a_document_that_is_no_card_is_refused() -> None:
    with pytest.raises(NotASoulError, match="no character card"):
        read_card({"spec": "chara_card_v2"}, "card", "a")
    with pytest.raises(NotASoulError, match="no soul"):
        write_files(Import("memories", None), "card", "x")


# -- writing ---------------------------------------------------------------------------------------


@VERSIONS
def test_an_unchanged_card_is_written_as_it_was(version: int) -> None:
    document = card(version) | {"fav": False, "name": "Bram"}
    assert written(read(document)) == document


@VERSIONS
def test_a_written_card_reads_as_the_same_soul(version: int) -> None:
    first = read(card(version))
    second = read(written(first))
    assert second.soul == first.soul
    assert second.report == first.report


@pytest.mark.parametrize("before", [1, 2, 3])
@VERSIONS
def test_a_card_converts_between_all_versions_without_loss(before: int, version: int) -> None:
    found = read(card(before, odd=[1, 2]))
    document, report = write_card(found, version)
    assert not report.of("dropped")
    again = read(document)
    assert soul_document(again) == soul_document(found)
    back, _ = write_card(again, before)
    assert soul_document(read(back)) == soul_document(found)
    if before > 1:
        assert read(back).soul is not None
        fields = back["data"]
        assert isinstance(fields, dict)
        assert fields == {**card(before, odd=[1, 2])["data"], "extensions": fields["extensions"]}


EDITS: dict[str, tuple[dict[str, Any], str, Any]] = {
    "name": ({"personality": {"name": "Bo"}}, "name", "Bo"),
    "scenario": ({"st:scenario": "Rain."}, "scenario", "Rain."),
    "tags": ({"st:tags": ["x"]}, "tags", ["x"]),
    "opening": ({"st:first_mes": "Hm."}, "first_mes", "Hm."),
    "personality": ({"personality": {"st:personality": "Odd."}}, "personality", "Odd."),
    "examples as text": ({"st:examples": "{{char}}: Hm."}, "mes_example", "{{char}}: Hm."),
    "examples": (
        {
            "st:examples": [
                [{"speaker": "character", "text": "Hm."}, {"speaker": "Jo", "text": "?"}]
            ]
        },
        "mes_example",
        "<START>\n{{char}}: Hm.\nJo: ?",
    ),
    "no examples": ({"st:examples": 3}, "mes_example", ""),
    "talkativeness": ({"st:talkativeness": 1}, "extensions", {"talkativeness": 1, "x": {"y": 1}}),
    "background": ({"entity": {"background": "A mill."}}, "description", "A mill."),
    "traits": (
        {
            "personality": {
                "core_traits": [
                    {"trait": "kind", "strength": 0.9},
                    {"trait": "dry", "strength": 0.2},
                    {"trait": "loud", "strength": -0.2},
                    {"trait": "rude", "strength": -0.9},
                    {"trait": "calm", "strength": 0.5, "soul:inferred": True},
                ]
            }
        },
        "personality",
        "notably kind, somewhat dry, less loud than usual, avoids being rude, calm",
    ),
}


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("version", [2, 3])
def test_an_edit_changes_its_field_alone(name: str, version: int) -> None:
    edit, field, expected = EDITS[name]
    document = card(version) | {"name": "Bram", "scenario": FIELDS["scenario"]}
    found = read(document)
    parts: Document = copy.deepcopy(soul_of(found).dump())
    for key, value in edit.items():
        parts[key] = {**parts[key], **value} if isinstance(value, dict) else value
    edited = changed(found, **parts)
    back = written(edited)
    extensions = back["data"]["extensions"]
    extensions.pop(SOUL_KEY, None)
    assert back["data"][field] == expected
    rest = {key: value for key, value in back["data"].items() if key not in {field, "extensions"}}
    before = document["data"]
    assert rest == {key: before[key] for key in before if key not in {field, "extensions"}}
    assert back["name"] == back["data"]["name"]
    assert soul_document(read(written(edited))) == soul_document(edited)


def test_parts_without_a_field_are_described_and_carried() -> None:
    found = read(card(2))
    edited = changed(
        found,
        voice={"style": "terse", "tone": "low", "qualities": ["gruff"], "patterns": ["hums"]},
        values=[{"name": "duty", "importance": 0.9, "expression": "lights the lamp"}],
    )
    back = written(edited)
    description = back["data"]["description"]
    assert description.startswith(FIELDS["description"])
    assert (
        "{{char}}'s communication style is terse, with a low tone. {{char}} frequently:\n- hums"
        in (description)
    )
    assert "What {{char}} holds to:\n- duty (very important): lights the lamp" in description
    again = read(back)
    assert soul_document(again) == soul_document(edited)
    assert written(again) == back
    back["data"]["description"] = "{{char}} left the sea."
    moved = soul_of(read(back))
    assert moved.entity.background == "{{char}} left the sea."
    assert moved.values[0].name == "duty"


LISTS = (
    '[Mia\'s Personality= "kind", "shy"]\n[Mia = keeps bees.]\nTall.\n'
    "<START>\n{{user}}: Hi\n{{char}}: Oh."
)


def test_qualities_listed_in_the_description_are_read_and_survive_edits() -> None:
    found = read(card(2, name="Mia", description=LISTS, personality=""))
    soul = soul_of(found)
    assert [trait.trait for trait in soul.personality.core_traits] == ["kind", "shy"]
    assert soul.entity.background == LISTS
    edited = changed(found, entity={**soul.entity.dump(), "background": "{{char}} is small."})
    assert written(edited)["data"]["description"] == "{{char}} is small."
    bold = {"name": "Mia", "core_traits": [{"trait": "bold", "strength": 0.9}]}
    back = written(changed(found, personality=bold))["data"]
    assert back["personality"] == "notably bold"
    assert "Personality=" not in back["description"]
    assert "{{user}}: Hi" in back["description"]


def test_memories_are_written_into_the_book_and_its_other_entries_stay() -> None:
    found = read(card(2))
    held = {memory.id: memory.dump() for memory in found.memories}
    del held["lore_2"]
    held["lore_7"]["core_memory"] = "Electric now."
    held["mem_new"] = {**held["lore_7"], "id": "mem_new", "importance_score": 0.99}
    del held["mem_new"]["st:entry"]
    edited = changed(found, **{MEMORIES_KEY: held})
    entries = written(edited)["data"]["character_book"]["entries"]
    before = card(2)["data"]["character_book"]["entries"]
    assert entries[0] == {**before[0], "content": "Electric now."}
    assert entries[1] == before[1]
    assert entries[2]["extensions"] == {"soul:memory": "mem_new"}
    assert soul_document(read(written(edited))) == soul_document(edited)


def test_a_book_that_is_an_object_stays_one() -> None:
    book = {"entries": {"a": {"keys": ["k"], "content": "K."}, "b": {"keys": [], "content": ""}}}
    found = read(card(3, character_book=book))
    held = {memory.id: memory.dump() for memory in found.memories}
    held["new"] = {**held["lore_0"], "id": "new"}
    entries = written(changed(found, **{MEMORIES_KEY: held}))["data"]["character_book"]["entries"]
    assert list(entries) == ["a", "b", "0"]


def test_a_card_without_a_book_gets_one_for_memories() -> None:
    held = {memory.id: memory.dump() for memory in read(card(2)).memories}
    found = changed(read(card(1)), **{MEMORIES_KEY: held})
    assert len(written(found)["character_book"]["entries"]) == 2


# -- native souls ----------------------------------------------------------------------------------


@pytest.mark.parametrize("format", ["card", "card-v2", "card-v1"])
def test_a_native_soul_becomes_a_readable_card_and_back(luna: Document, format: str) -> None:
    luna["st:talkativeness"] = 0.25
    luna["st:depth_prompt"] = "It is winter."
    luna[MEMORIES_KEY] = {memory.id: memory.dump() for memory in read(card(2)).memories}
    found = read(luna, "luna.soul")
    document = written(found, format)
    fields = document.get("data", document)
    assert (
        fields["personality"] == "notably sarcastic, somewhat memetic, less supportive than usual"
    )
    assert fields["description"].startswith(
        "Who {{char}} is: 26 female crypto trading psychologist; human."
    )
    assert fields["extensions"]["talkativeness"] == 0.25
    assert fields["extensions"]["depth_prompt"] == {"prompt": "It is winter."}
    assert len(fields["character_book"]["entries"]) == 2
    again = read(document)
    assert soul_document(again) == luna
    assert written(again) == document
    back = write_files(again, "soul", "x").files
    soul = json.loads(back["x.soul"])
    assert {key: value for key, value in soul.items() if key != SOURCE_KEY} == luna


def test_the_text_that_traits_were_inferred_from_is_written_again() -> None:
    soul = soul_document(read(card(2)))
    fields = written(read(soul, "b.soul"), "card")["data"]
    assert fields["personality"] == FIELDS["personality"]
    assert fields["description"] == FIELDS["description"]
    assert fields["first_mes"] == FIELDS["first_mes"]


def test_images_are_written_beside_a_card_as_json() -> None:
    found = read(card(2))
    pictured = Import(found.format, found.soul, assets={"b.png": b"x"})
    assert write_files(pictured, "card", "x").files["b.png"] == b"x"


# -- generated cards -------------------------------------------------------------------------------

WORDS = st.sampled_from(
    ["kind", "dry, calm", "{{char}} is odd.", "{{user}}", "<START>", '[a="b", "c"]', "", "*x*"]
)
ODD: st.SearchStrategy[Any] = st.none() | st.integers(-9, 9) | WORDS | st.lists(WORDS, max_size=2)
TEXTS = st.lists(WORDS, max_size=3).map("\n".join) | ODD
ENTRY = st.fixed_dictionaries(
    {}, optional={"id": ODD, "keys": ODD, "content": TEXTS, "enabled": st.booleans(), "x": ODD}
)
CARDS = st.fixed_dictionaries(
    {"name": WORDS, "first_mes": TEXTS, "mes_example": TEXTS},
    optional={
        "description": TEXTS,
        "personality": TEXTS,
        "alternate_greetings": ODD,
        "tags": ODD,
        "extensions": ODD | st.dictionaries(WORDS, ODD, max_size=2),
        "character_book": ODD | st.fixed_dictionaries({"entries": st.lists(ENTRY, max_size=3)}),
        "nickname": ODD,
        "x": ODD,
    },
)
unhurried = settings(deadline=None, max_examples=30)


def of_version(fields: Document, version: int) -> Document:
    if version == 1:
        return fields
    return {"spec": f"chara_card_v{version}", "spec_version": f"{version}.0", "data": fields}


@unhurried
@given(CARDS, st.sampled_from([1, 2, 3]))
def test_any_unchanged_card_is_written_exactly(fields: Document, version: int) -> None:
    document = of_version(fields, version)
    found = read_card(document, "card", "a")
    assert read_soul(write(soul_of(found)), strict=True).soul == found.soul
    assert json.dumps(write_card(found)[0], sort_keys=True) == json.dumps(document, sort_keys=True)


@unhurried
@given(CARDS, st.sampled_from([1, 2, 3]), st.sampled_from([1, 2, 3]), WORDS, WORDS)
def test_any_edit_of_any_card_is_written(
    fields: Document, version: int, other: int, background: str, tone: str
) -> None:
    found = read_card(of_version(fields, version), "card", "a")
    soul = soul_of(found)
    edited = changed(
        found,
        entity={**soul.entity.dump(), "background": background},
        voice={**soul.voice.dump(), "tone": tone},
        **{"soul:engine": {"greetings": ["Hm."]}},
    )
    back, _ = write_card(edited, other)
    again = read_card(back, "card", "a")
    assert soul_document(again) == soul_document(edited)
    assert soul_document(read_card(write_card(again, version)[0], "card", "a")) == (
        soul_document(edited)
    )


def test_a_card_that_does_not_name_its_specification_is_read_and_written_as_it_was() -> None:
    bare = {"data": card(2)["data"]}
    found = read(bare)
    assert found.format == "card"
    assert found.soul is not None
    assert found.soul.name == "Bram"
    (raw,) = write_files(found, "card", "x").files.values()
    assert json.loads(raw)["data"] == bare["data"]
    assert read(json.loads(raw)).memories == found.memories
    with pytest.raises(SoulscriptError):
        read({"data": {"name": "Bram", "description": "x"}})
