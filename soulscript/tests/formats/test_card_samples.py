"""Published cards, archives, lorebooks and chats are read and written without loss."""

import json
from pathlib import Path
from typing import Any

from soulscript import prompt, read, write
from soulscript.formats import Import, Source, read_file, read_source, write_files
from soulscript.formats.base import SOURCE_KEY
from support.documents import soul_document
from support.files import SAMPLES, each_file

MINE = ("cards", "charx", "lorebook", "chats")
FILES = sorted(path for folder in MINE for path in (SAMPLES / folder).glob("*"))
CARDS = [path for path in FILES if path.parent.name in ("cards", "charx")]


def original(found: Import) -> Any:  # noqa: ANN401 - any JSON
    extra = (found.soul.model_extra or {}) if found.soul else found.extra
    source: Any = extra[SOURCE_KEY]
    return source["original"]


def again(found: Import, format: str, name: str) -> Import:
    files = write_files(found, format, "again").files
    (raw,) = (files[made] for made in files if made.startswith("again"))
    return read_source(Source(name, {name: raw}))


@each_file(FILES)
def test_a_written_document_reads_as_the_same_soul(path: Path) -> None:
    first = read_file(path)
    second = again(first, first.format, path.name)
    assert (second.soul, second.memories, second.extra) == (first.soul, first.memories, first.extra)


@each_file(FILES)
def test_no_key_is_lost(path: Path) -> None:
    first = read_file(path)
    document = original(first)
    back = original(again(first, first.format, path.name))
    assert back == document
    noted = {note.path.split(".")[0].split("[")[0] for note in first.report}
    assert set(document) - {"data"} <= noted | {"lines"}


@each_file(CARDS)
def test_a_card_reads_strictly_and_comes_back_through_every_format(path: Path) -> None:
    found = read_file(path)
    assert found.soul is not None
    assert read(write(found.soul), strict=True).problems == ()
    assert prompt(found.soul, full=True).startswith(f"You are {found.soul.name}")
    assert "{{" not in prompt(found.soul, full=True)
    document = original(found)
    for format in ("card", "card-v2", "card-v1", "charx", "eliza", "letta", "tinytroupe"):  # noqa: A001
        there = again(found, format, "x.bin")
        assert {**soul_document(there), "avatar": 0} == {**soul_document(found), "avatar": 0}
        back = original(again(there, "card", "x.json"))
        fields, before = back.get("data", back), document.get("data", document)
        own = before.keys() - {"extensions", "assets"}  # which an archive names its pictures in
        assert {key: fields[key] for key in own} == {key: before[key] for key in own}


@each_file([path for path in FILES if path.suffix == ".jsonl"])
def test_a_chat_is_what_the_person_said(path: Path) -> None:
    found = read_file(path)
    lines = path.read_text(encoding="utf-8").splitlines()
    said = {line["mes"] for line in map(json.loads, lines) if line.get("is_user")}
    assert {part.content for memory in found.memories for part in memory.fragments} == said
