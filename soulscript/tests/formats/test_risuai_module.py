"""Modules of RisuAI: their lore is read, the rest kept, and cut or odd ones are refused."""

import json
from dataclasses import replace
from typing import Any

import pytest

from soulscript import NotJsonError, SoulscriptError, UnreadableError
from soulscript.formats import FORMATS, Import, detect, memories_of, write_files
from soulscript.formats.books.risuai_module import pack_module
from support.documents import Document, archive, card, png, read, source

LAMP: Document = {
    "key": "lamp, light",
    "secondkey": "",
    "insertorder": 90,
    "comment": "the lamp",
    "content": "{{char}} tends the lamp.",
    "mode": "normal",
    "alwaysActive": False,
    "selective": False,
}
MODULE: Document = {
    "name": "The rock",
    "description": "A lighthouse.",
    "id": "a",
    "lorebook": [LAMP, LAMP | {"key": "folder:1", "mode": "folder", "content": ""}],
    "regex": [{"in": "a", "out": "b"}],
    "trigger": [{"type": "start"}],
    "backgroundEmbedding": "<style></style>",
    "lowLevelAccess": False,
    "odd": 1,
    "assets": [["the lamp", "", "png"], ["../../x.mp3", "", "mp3"], ["y", ""], 3],
}
DOCUMENT: Document = {"module": MODULE, "type": "risuModule"}
FILES = [png(), b"\0\1\xfe\xff", b"", b"z"]
NAMES = ["assets/0_the_lamp.png", "assets/1__.._x.mp3", "assets/2_y", "assets/3_"]
# Packed by RisuAI's own program (rpack_bg.wasm of 2025-12): a module with one entry and one file.
OF_RISUAI = bytes.fromhex(
    """
    6f008f000000e6202d40e2b24c052097e620f2d32d0520972043403ccd2000204c4079051d4040cd2097f4e620
    cd056c2097204cd32d2c2000203c40f20f05f20f2097208a0ef261494d5f2d2c3c5705f25d2000200ef2480579
    0f4079e205792097c17bcf0020d34848050f482097f4f420a72000202000202cf22a20cfcf7b00200f6c2c0520
    9720790e48b2db40e2b24c05207b0104000000c40d3ab800
    """
)


def module(document: Any = DOCUMENT, files: Any = FILES) -> bytes:  # noqa: ANN401 - any JSON
    return pack_module(document, files)


def written(found: Import) -> bytes:
    (raw,) = write_files(found, "risum", "x").files.values()
    return raw


def test_a_module_packed_by_risuai_is_read() -> None:
    found = read(OF_RISUAI, "rock.risum")
    (memory,) = found.memories
    assert (memory.core_memory, memory.topics) == ("Ein Lämpchen.", ("lamp",))
    assert found.assets == {"assets/0_x.png": b"\0\1\xfe\xff"}


def test_a_module_is_packed_as_risuai_packs_it() -> None:
    first = read(OF_RISUAI, "rock.risum")
    head, _, rest = written(first).partition(b"\1\4\0\0\0")
    assert head.startswith(b"o\0")
    assert rest == OF_RISUAI.partition(b"\1\4\0\0\0")[2]


@pytest.mark.parametrize("name", ["x.risum", "x.json", "x.bin"])
def test_a_module_is_detected_by_content_and_written_as_it_was(name: str) -> None:
    assert detect(source(module(), name)).name == "risum"
    found = read(module(), name)
    again = read(written(found), name)
    assert (again.memories, again.assets, again.extra) == (
        found.memories,
        found.assets,
        found.extra,
    )
    assert again.extra["soul:source"] == {"format": "risum", "original": DOCUMENT}
    assert written(again) == written(found)


def test_lore_becomes_memories_and_the_rest_is_named() -> None:
    found = read(module())
    assert [memory.core_memory for memory in found.memories] == ["{{char}} tends the lamp."]
    assert dict(found.assets) == dict(zip(NAMES, FILES, strict=True))
    notes = {note.path: note.message for note in found.report}
    assert notes["module.lorebook[1]"] == "no memory: it says nothing"
    assert notes["module.regex"] == "scripts that change texts, which are not run"
    assert notes["module.trigger"] == "scripts, which are not run"
    assert notes["module.backgroundEmbedding"] == "HTML behind the chat, which is not shown"
    assert notes["module.odd"] == "held in the original alone"
    assert "module.lowLevelAccess" not in notes
    assert notes["assets/0_the_lamp.png"] == "comes along as it is"


def test_a_module_as_json_is_a_lorebook() -> None:
    as_json = MODULE | {"type": "risuModule"}
    for document in (as_json, DOCUMENT):
        found = read(document, "x.json")
        assert found.format == "lorebook"
        assert [memory.topics for memory in found.memories] == [("lamp", "light")]
        (raw,) = write_files(found, "lorebook", "x").files.values()
        assert json.loads(raw) == document


def test_a_file_that_the_module_lists_may_be_missing() -> None:
    found = read(module(files=FILES[:1]))
    dropped = [note.path for note in found.report.of("dropped")]
    assert (list(found.assets), dropped) == (NAMES[:1], NAMES[1:])
    export = write_files(found, "risum", "x")
    assert [note.path for note in export.report.of("dropped")] == NAMES[1:]
    assert list(read(export.files["x.risum"]).assets.values()) == [png(), b"", b"", b""]


def test_a_file_that_the_module_does_not_list_is_left_out() -> None:
    found = read(module(files=[*FILES, b"more"]))
    assert list(found.assets) == NAMES


def test_an_edit_changes_its_entry_alone() -> None:
    found = read(module())
    (memory,) = found.memories
    edited = replace(found, memories=(memory.model_copy(update={"core_memory": "Dark."}),))
    again = read(written(edited))
    assert [each.core_memory for each in again.memories] == ["Dark."]
    original: Any = again.extra["soul:source"]
    kept: Any = original["original"]["module"]
    assert kept["lorebook"][0] == LAMP | {"content": "Dark."}
    assert kept["regex"] == MODULE["regex"]


def test_lore_of_another_origin_becomes_a_module() -> None:
    found = read(card(3))
    found = replace(found, assets={"x.png": png()})
    export = write_files(found, "risum", "bram")
    assert [note.path for note in export.report.of("dropped")] == ["$", "x.png"]
    again = read(export.files["bram.risum"])
    assert again.memories == found.memories
    assert written(again) == export.files["bram.risum"]


def test_lore_of_a_module_goes_into_other_books() -> None:
    found = read(module())
    export = write_files(found, "world", "x")
    assert [note.path for note in export.report.of("dropped")] == NAMES
    assert read(export.files["x.json"]).memories == found.memories
    graph = write_files(found, "memories", "x")
    assert [note.path for note in graph.report.of("dropped")] == NAMES
    assert read(graph.files["x.memories.json"]).memories == found.memories


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (module()[:200], "cut short"),
        (module()[:-1], "cut short"),
        (module()[:-1] + b"\7", "neither a file nor the end"),
        (module(files=[b""] * 2_001), "more than 2000 files"),
        (module()[:6], "no format"),
    ],
)
def test_a_damaged_module_is_refused(raw: bytes, message: str) -> None:
    with pytest.raises(SoulscriptError, match=message):
        read(raw, "x.risum")


def test_a_module_without_json_is_refused() -> None:
    raw = module({"a": 1}, [])
    broken = raw[:7] + raw[7:].replace(raw[7:8], raw[6:7])
    assert detect(source(broken)).name == "risum"
    with pytest.raises(NotJsonError):
        read(broken, "x.risum")


@pytest.mark.parametrize("document", [{"a": 1}, {"module": 3, "type": "risuModule"}])
def test_a_module_of_another_layout_holds_no_lore(document: Document) -> None:
    found = read(module(document, []))
    assert (found.memories, dict(found.assets)) == ((), {})
    assert read(written(found)).memories == ()


# -- beside a card ---------------------------------------------------------------------------------

BARE = json.dumps(card(3, character_book={"entries": []})).encode()


def test_the_lore_of_a_module_counts_where_the_card_has_no_book() -> None:
    found = read(archive({"card.json": BARE, "module.risum": module()}), "bram.charx")
    assert found.soul is not None
    assert [memory.core_memory for memory in found.memories] == ["{{char}} tends the lamp."]
    assert memories_of(found.soul) == found.memories
    assert found.problems == ()
    notes = {note.path: note.message for note in found.report}
    assert "its lore is read" in notes["module.risum"]
    (raw,) = write_files(found, "charx", "bram").files.values()
    again = read(raw, "bram.charx")
    assert again.memories == found.memories
    assert again.assets["module.risum"] == module()
    assert write_files(again, "charx", "bram").files == {"bram.charx": raw}


def test_a_module_beside_a_card_with_a_book_is_kept() -> None:
    document = json.dumps(card(3)).encode()
    found = read(archive({"card.json": document, "module.risum": module()}), "bram.charx")
    assert found.memories == read(card(3)).memories
    notes = {note.path: note.message for note in found.report}
    assert "has a book of its own" in notes["module.risum"]


def test_a_module_beside_a_card_that_cannot_be_read_is_kept_with_a_warning() -> None:
    found = read(archive({"card.json": BARE, "module.risum": b"o\0"}), "bram.charx")
    assert found.assets["module.risum"] == b"o\0"
    assert [(p.code, p.severity) for p in found.problems] == [("bad_archive", "warning")]
    notes = {note.path: note.message for note in found.report}
    assert "cannot be read" in notes["module.risum"]


def test_rows_that_only_write_read_what_they_wrote() -> None:
    found = read(card(3))
    for name in ("world", "lorebook-v3"):
        (raw,) = write_files(found, name, "x").files.values()
        assert not FORMATS[name].sees(source(raw))
        assert FORMATS[name].reads(source(raw)).memories == found.memories
    with pytest.raises(UnreadableError):
        FORMATS["risum"].reads(source(b"o\0"))
