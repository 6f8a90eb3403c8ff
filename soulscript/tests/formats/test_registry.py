"""The public functions: detection by content, reading of files and folders, writing."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from soulscript import NotJsonError, SoulscriptError, UnreadableError, formats, write
from soulscript.errors import UnknownFormatError
from soulscript.formats import (
    FORMATS,
    Import,
    Source,
    detect,
    read_file,
    read_source,
    sources,
    write_files,
)
from soulscript.formats.base import MEMORIES_KEY
from support.documents import Document, archive, card, png, read, soul_document, source, text_chunk

MEMORY: Document = {
    "id": "mem_a",
    "core_memory": "The sea was loud.",
    "fragments": [
        {
            "type": "observation",
            "content": "The sea was loud.",
            "timestamp": 1_700_000_000_000,
            "importance": 0.5,
            "emotional_valence": 0.2,
        }
    ],
    "emotional_signature": {"valence": 0.2, "intensity": 0.2},
    "importance_score": 0.5,
    "creation_date": 1_700_000_000_000,
    "last_accessed": 1_700_000_000_000,
}
GRAPH: Document = {
    "memories": {"mem_a": MEMORY},
    "personality_state": {"base_traits": {"calm": 0.5, "last_evolution": 1_700_000_000_000}},
    "x:note": 1,
}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (card(1), "card"),
        (card(2), "card"),
        (card(3), "card"),
        (png(), "card-png"),
        (archive({}), None),
        (archive({"a": b""}), "charx"),
        ({"entries": []}, "lorebook"),
        ({"memories": {}}, "memories"),
        ([MEMORY], "memories"),
        ({"mem_a": MEMORY}, "memories"),
        (b'{"mes": "a"}\n{"mes": "b"}', "chat"),
        ({"personality": {"traits": []}}, "soul"),
        ({"entity": {}, "personality": {}}, "soul"),
    ],
)
def test_a_format_is_detected_by_content_alone(content: object, name: str | None) -> None:
    for named in ("some.bin", "some.json", "some.png", "some.soul"):
        if name is None:
            assert named == "some.soul" or raises_unknown(source(content, named))
        else:
            assert detect(source(content, named)).name == name


def raises_unknown(what: Source) -> bool:
    with pytest.raises(UnknownFormatError):
        detect(what)
    return True


def test_an_unknown_format_is_refused_with_the_names_of_all_formats() -> None:
    with pytest.raises(UnknownFormatError) as caught:
        read(b"\0\1")
    assert "card-png" in caught.value.problems[0].mend


def test_json_with_a_fault_is_refused_for_the_fault() -> None:
    with pytest.raises(NotJsonError, match="no comma"):
        read(b'{"spec": "chara_card_v2" "data": {}}')
    with pytest.raises(NotJsonError):
        read(b"personality", "some.soul")


def test_a_folder_of_no_known_files_is_refused() -> None:
    with pytest.raises(UnknownFormatError):
        read_source(Source("folder", {"a": b"", "b": b""}))


def test_an_unknown_name_is_refused_with_the_names_of_all_formats() -> None:
    with pytest.raises(UnknownFormatError, match="name one of: card-png, byaf, charx"):
        write_files(Import("soul", None), "docx", "x")


def test_a_format_that_is_only_read_says_so_and_names_those_that_are_written() -> None:
    with pytest.raises(UnknownFormatError, match="is read but not written") as caught:
        write_files(Import("soul", None), "card-picture", "x")
    assert "card-png, byaf, charx" in caught.value.problems[0].mend
    assert "card-picture" not in caught.value.problems[0].mend


def test_rows_that_only_write_read_what_they_wrote() -> None:
    assert FORMATS["card-v1"].reads(source(card(1))).soul == read(card(1)).soul
    assert not FORMATS["card-v1"].sees(source(card(1)))
    with pytest.raises(SoulscriptError):
        FORMATS["lorebook"].reads(source({"a": 1}))


def test_importing_the_registry_imports_no_format() -> None:
    script = "import sys, soulscript.formats; print(*sys.modules)"
    run = subprocess.run(  # noqa: S603 - our own interpreter and text
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    own = {name for name in run.stdout.split() if name.startswith("soulscript.formats.")}
    assert own == {
        "soulscript.formats.base",
        "soulscript.formats.sources",
        "soulscript.formats.redaction",
        "soulscript.formats.round_trip",
    }


# -- files and folders -----------------------------------------------------------------------------


def test_memories_and_images_beside_a_soul_are_read(tmp_path: Path, luna: Document) -> None:
    luna["avatar"] = {
        "images": {
            "neutral": "luna.png",
            "glad": "more/glad.png",
            "far": "more/away/far.png",
            "sly": "link.png",
            "gone": "gone.png",
        }
    }
    (tmp_path / "luna.agent.soul").write_text(json.dumps(luna))
    (tmp_path / "luna.memories.json").write_text(json.dumps(GRAPH))
    (tmp_path / "luna.png").write_bytes(b"one")
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "glad.png").write_bytes(b"two")
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "link.png").symlink_to(tmp_path / "secret")
    (tmp_path / "more" / "away").symlink_to(tmp_path)
    (tmp_path / "far.png").write_bytes(b"far")
    found = read_file(tmp_path / "luna.agent.soul")
    assert found.format == "soul"
    assert found.assets == {"luna.png": b"one", "more/glad.png": b"two"}
    assert [memory.id for memory in found.memories] == ["mem_a"]
    export = write_files(found, "soul", "luna")
    assert set(export.files) == {"luna.soul", "luna.memories.json", "luna.png", "more/glad.png"}
    graph = json.loads(export.files["luna.memories.json"])
    assert graph["personality_state"] == GRAPH["personality_state"]
    assert graph["x:note"] == 1
    assert graph["stats"]["total_memories"] == 1
    for name, raw in export.files.items():
        (tmp_path / "again" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "again" / name).write_bytes(raw)
    again = read_file(str(tmp_path / "again" / "luna.soul"))
    assert (again.soul, again.memories, again.assets) == (found.soul, found.memories, found.assets)


def test_a_soul_without_files_beside_it_is_read_alone(tmp_path: Path, luna: Document) -> None:
    (tmp_path / "luna.soul").write_text(json.dumps(luna))
    (tmp_path / "luna.memories.json").mkdir()
    found = read_file(tmp_path / "luna.soul")
    assert (found.memories, found.assets) == ((), {})
    assert list(write_files(found, "soul", "luna").files) == ["luna.soul"]


def test_memories_that_a_soul_carries_are_not_written_twice(luna: Document) -> None:
    luna[MEMORIES_KEY] = {"mem_a": MEMORY}
    found = read(luna, "luna.soul")
    assert [memory.id for memory in found.memories] == ["mem_a"]
    assert list(write_files(found, "soul", "luna").files) == ["luna.soul"]
    export = write_files(found, "memories", "luna")
    assert [note.path for note in export.report.of("dropped")] == ["$"]


def test_memories_without_a_soul_are_written_as_a_graph() -> None:
    found = read(GRAPH)
    assert found.soul is None
    assert write_files(found, "soul", "x").files == write_files(found, "memories", "x").files
    assert (
        read(write_files(found, "memories", "x").files["x.memories.json"]).memories
        == found.memories
    )


def test_defaults_of_a_graph_are_reported() -> None:
    memory = {key: value for key, value in MEMORY.items() if key != "last_accessed"}
    memory["fragments"] = [{**MEMORY["fragments"][0], "importance": 3}]
    report = read({"memories": [memory]}).report
    assert report.of("changed")
    assert report.of("defaulted")


def test_a_card_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "bram.png").write_bytes(png(text_chunk(b"chara", card(2))))
    assert soul_document(read_file(tmp_path / "bram.png"))["personality"]["name"] == "Bram"


@pytest.mark.parametrize("name", ["nothing", "pipe", "large", "loop"])
def test_a_file_that_cannot_be_opened_is_refused(name: str, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(1 << 36)
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(UnreadableError):
        read_file(tmp_path / name)


def test_a_folder_is_read_within_limits_and_without_links(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "SOUL.md").write_text("# Bram\n")
    (tmp_path / "a" / ".hidden").write_text("no")
    (tmp_path / "a" / "link.md").symlink_to(tmp_path / "a" / "SOUL.md")
    deep = tmp_path / "a" / "1/2/3/4/5"
    deep.mkdir(parents=True)
    (deep / "x.md").write_text("too deep")
    (deep.parent / "y.md").write_text("deep")
    assert dict(sources.source_at(tmp_path / "a").files) == {
        "1/2/3/4/y.md": b"deep",
        "SOUL.md": b"# Bram\n",
    }
    for number in range(300):
        (tmp_path / "a" / f"{number}.md").write_text("x")
    with pytest.raises(UnreadableError, match="more than 256 files"):
        read_file(tmp_path / "a")


def test_a_folder_that_cannot_be_listed_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def denied(_: object) -> object:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", denied)  # who runs the tests may be allowed everything
    with pytest.raises(UnreadableError, match="Permission denied"):
        read_file(tmp_path)


def test_writing_a_soul_gives_its_own_text(luna: Document) -> None:
    found = read(luna, "luna.soul")
    assert found.soul is not None
    assert write_files(found, "soul", "luna").files["luna.soul"] == write(found.soul).encode()


def test_a_fragment_is_merged_into_a_person() -> None:
    person: Document = {"persona": {"name": "Nina"}}
    merged = formats.merge_fragment(person, {"persona": {"age": 30}})
    assert merged == {"persona": {"name": "Nina", "age": 30}}


@pytest.mark.parametrize("name", ["._mira.soul", "._mira.png", "mira.soul"])
def test_what_macos_keeps_beside_a_file_is_no_character(name: str) -> None:
    beside = source(b"\0\5\x16\7\0\2\0\0Mac OS X        ", name)
    with pytest.raises(UnknownFormatError, match="macOS"):
        detect(beside)
