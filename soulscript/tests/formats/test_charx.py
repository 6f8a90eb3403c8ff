"""CHARX archives are read within limits and written deterministically."""

import json
import stat
import struct
import zipfile
from io import BytesIO
from pathlib import Path

import pytest

from soulscript import SoulscriptError, UnreadableError
from soulscript.formats import Import, read_file, write_files
from support.documents import Document, archive, card, png, read, soul_document

ASSETS = [
    {"type": "icon", "name": "main", "uri": "embeded://assets/main.png", "ext": "png"},
    {"type": "emotion", "name": "glad", "uri": "embedded://assets/glad.png", "ext": "png"},
]
CARD = json.dumps(card(3, assets=ASSETS)).encode()
FILES = {
    "card.json": CARD,
    "assets/main.png": png(),
    "assets/glad.png": b"glad",
    "more.risum": b"m",
}


def packed(found: Import) -> bytes:
    (raw,) = write_files(found, "charx", "x").files.values()
    return raw


def test_a_card_is_read_and_written_with_its_images() -> None:
    found = read(archive(FILES), "bram.charx")
    assert found.format == "charx"
    assert soul_document(found)["avatar"] == {
        "default": "neutral",
        "images": {"neutral": "assets/main.png", "glad": "assets/glad.png"},
    }
    assert dict(found.assets) == {name: FILES[name] for name in FILES if name != "card.json"}
    raw = packed(found)
    with zipfile.ZipFile(BytesIO(raw)) as made:
        assert json.loads(made.read("card.json")) == json.loads(CARD)
        assert {name: made.read(name) for name in made.namelist()} | {"card.json": CARD} == FILES
    assert packed(read(raw, "bram.charx")) == raw


def test_a_card_of_v2_in_an_archive_stays_one_and_any_other_becomes_v3() -> None:
    found = read(archive({"card.json": json.dumps(card(2)).encode()}), "bram.charx")
    assert read(packed(found), "bram.charx").soul == found.soul
    with zipfile.ZipFile(BytesIO(packed(read(card(2))))) as made:
        assert json.loads(made.read("card.json"))["spec"] == "chara_card_v3"


def test_folder_entries_are_skipped() -> None:
    assert read(archive({"assets/": b"", **FILES}), "b.charx").assets.keys() == (
        FILES.keys() - {"card.json"}
    )


def test_a_native_soul_is_written_with_its_images(luna: Document) -> None:
    luna["avatar"] = {
        "default": "glad",
        "images": {"neutral": "n.png", "glad": "g.png", "far": "https://example.org/f.png"},
    }
    found = read(luna, "luna.soul")
    raw = packed(Import("soul", found.soul, assets={"n.png": b"n", "g.png": b"g"}))
    again = read(raw, "luna.charx")
    assert soul_document(again) == luna
    assert dict(again.assets) == {"n.png": b"n", "g.png": b"g"}


def test_an_archive_behind_an_image_is_read_and_the_image_kept() -> None:
    cover = b"\xff\xd8\xff\xe0 a picture \xff\xd9"
    found = read(cover + archive(FILES), "bram.jpg")
    assert found.format == "charx"
    assert found.assets["cover.jpg"] == cover


def test_a_folder_around_the_files_is_taken_off() -> None:
    found = read(archive({f"bram/{name}": raw for name, raw in FILES.items()}), "bram.charx")
    assert found.soul == read(archive(FILES), "bram.charx").soul
    assert found.assets.keys() == FILES.keys() - {"card.json"}
    assert [note.path for note in found.report.of("changed")][-1] == "bram/"


def test_two_folders_with_cards_are_refused() -> None:
    with pytest.raises(UnreadableError, match=r"no card\.json"):
        read(archive({"a/card.json": CARD, "b/card.json": CARD}), "x.charx")


def test_what_systems_leave_in_archives_is_dropped_and_named() -> None:
    left = ["__MACOSX/assets/._main.png", ".DS_Store", "assets/Thumbs.db", "assets/._x.png"]
    found = read(archive({**FILES, **dict.fromkeys(left, b"x")}), "bram.charx")
    assert found.assets.keys() == FILES.keys() - {"card.json"}
    assert [note.path for note in found.report.of("dropped")] == left


def test_an_archive_among_the_assets_stays_packed() -> None:
    inner = archive(FILES)
    found = read(archive({**FILES, "more.zip": inner}), "bram.charx")
    assert found.assets["more.zip"] == inner
    notes = {note.path: note.message for note in found.report}
    assert notes["more.zip"] == "an archive itself, which stays packed"


def test_backslashes_of_windows_separate_folders() -> None:
    found = read(archive({"card.json": CARD, "assets\\main.png": png()}), "bram.charx")
    assert "assets/main.png" in found.assets


def test_half_a_character_is_a_warning() -> None:
    text = CARD.replace(b"lighthouse", b"light\\ud800house")
    found = read(archive({"card.json": text}), "bram.charx")
    assert [problem.code for problem in found.problems] == ["surrogate"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("word/document.xml", "a Word document"),
        ("META-INF/container.xml", "an EPUB book"),
        ("a.txt", "a ZIP archive without a character"),
    ],
)
def test_an_archive_of_another_kind_says_what_it_is(name: str, kind: str) -> None:
    with pytest.raises(UnreadableError, match=f"this is {kind}"):
        read(archive({name: b"x"}), "x.zip")


# -- by way of a soul ------------------------------------------------------------------------------


def saved(found: Import, folder: Path) -> Path:
    for name, raw in write_files(found, "soul", "bram").files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(raw)
    return folder / "bram.soul"


def test_all_files_lie_beside_a_soul_and_come_back_with_it(tmp_path: Path) -> None:
    found = read(archive(FILES), "bram.charx")
    export = write_files(found, "soul", "bram")
    assert {note.path for note in export.report} >= FILES.keys() - {"card.json"}
    again = read_file(saved(found, tmp_path))
    assert again.soul == found.soul
    assert dict(again.assets) == dict(found.assets)
    assert packed(again) == packed(found)


def test_a_file_that_is_no_longer_beside_the_soul_is_named(tmp_path: Path) -> None:
    found = read(archive(FILES), "bram.charx")
    path = saved(found, tmp_path)
    (tmp_path / "more.risum").unlink()
    again = read_file(path)
    assert [note.path for note in again.report.of("dropped")] == ["more.risum"]
    assert again.soul == found.soul


def test_a_list_of_files_cannot_reach_out_of_the_folder(tmp_path: Path, luna: Document) -> None:
    (tmp_path / "secret").write_bytes(b"s")
    (tmp_path / "in").mkdir()
    path = tmp_path / "in" / "luna.soul"
    path.write_text(json.dumps({**luna, "soul:files": ["../secret", "/etc/passwd", 3]}))
    found = read_file(path)
    assert dict(found.assets) == {}
    path.write_text(json.dumps({**luna, "soul:files": "../secret"}))
    assert dict(read_file(path).assets) == {}


def entry(name: str, **fields: int) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name)
    for field, value in fields.items():
        setattr(made, field, value)
    return made


def with_entry(made: zipfile.ZipInfo, content: bytes = b"x") -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as holder:
        holder.writestr("card.json", CARD)
        holder.writestr(made, content)
    return buffer.getvalue()


def encrypted() -> bytes:
    raw = bytearray(archive(FILES))
    at = raw.find(b"PK\x01\x02")
    raw[at + 8] |= 1
    return bytes(raw)


def newer() -> bytes:
    raw = bytearray(archive(FILES))
    raw[raw.find(b"PK\x01\x02") + 6] = 99
    return bytes(raw)


def nameless() -> bytes:
    raw = bytearray(archive({**FILES, "x": b"x"}))
    at = raw.rfind(b"PK\x01\x02")
    raw[at + 28 : at + 32] = b"\0\0\1\0"  # the one letter of its name belongs to what follows
    return bytes(raw)


def huge(size: int) -> bytes:
    raw = bytearray(archive(FILES))
    at = 0
    for _ in range(2):
        at = raw.find(b"PK\x01\x02", at + 1)
        raw[at + 20 : at + 28] = size.to_bytes(4, "little") * 2
    return bytes(raw)


def with_end(**fields: int) -> bytes:
    raw = archive(FILES)
    end = dict(
        zip(
            ("sign", "a", "b", "c", "number", "directory", "d", "e"),
            struct.unpack("<4s4H2LH", raw[-22:]),
            strict=True,
        )
    )
    return raw[:-22] + struct.pack("<4s4H2LH", *(end | fields).values())


HOSTILE = {
    "no card": archive({"a.json": b"{}"}),
    "an archive without anything": b"\xff\xd8\xff" + archive({}),
    "upwards": archive({**FILES, "../x": b"x"}),
    "without a name": nameless(),
    "absolute": archive({**FILES, "/etc/x": b"x"}),
    "of another system": archive({**FILES, "C:\\x": b"x"}),
    "twice": archive({**FILES, "ASSETS/main.png": b"x"}),
    "a link": with_entry(entry("l", external_attr=(stat.S_IFLNK | 0o777) << 16)),
    "encrypted": encrypted(),
    "packed oddly": archive(FILES, zipfile.ZIP_LZMA),
    "a bomb": archive({**FILES, "b": bytes(3 << 20)}),
    "too much of one": huge(65 << 20),
    "too much of all": huge(49 << 20),
    "too many": with_end(number=3_000),
    "a long list": with_end(directory=2 << 20),
    "no end": archive(FILES)[:-10],
    "nothing but a sign": b"PK\x03\x04",
    "an end of another kind": archive(FILES)[:-22] + b"PK\x06\x07" + archive(FILES)[-22:],
    "damaged": archive(FILES).replace(b"card.json", b"card.jsox", 1),
    "cut": archive(FILES)[:40] + archive(FILES)[60:],
    "newer than known": newer(),
    "with bad JSON": archive({"card.json": b"{"}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused(name: str) -> None:
    with pytest.raises(SoulscriptError):
        read(HOSTILE[name], "x.charx")


def test_the_refusal_names_what_is_wrong(tmp_path: Path) -> None:
    path = tmp_path / "x.charx"
    path.write_bytes(HOSTILE["upwards"])
    with pytest.raises(UnreadableError, match=r"'\.\./x' is no name of a file within"):
        read_file(path)


def test_a_card_that_repeats_itself_is_written_so_that_it_can_be_read() -> None:
    found = read(card(3, creator_notes="x" * 2_000_000))
    raw = packed(found)
    assert len(raw) > 2_000_000
    assert read(raw, "x.charx").memories == found.memories
    usual = packed(read(card(3, creator_notes="".join(map(str, range(300_000))))))
    assert len(usual) < 1_500_000
