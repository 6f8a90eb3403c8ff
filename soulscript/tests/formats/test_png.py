"""Cards in PNG images, in every form that tools write and SillyTavern reads."""

import base64
import json
import zlib
from collections.abc import Callable

import pytest

from soulscript import NotASoulError, NotJsonError, SoulscriptError, UnreadableError
from soulscript.formats import FORMATS, Import, read_source, write_files
from soulscript.formats.base import Source
from soulscript.formats.cards.png import chunks
from support.documents import Document, card, changed, chunk, png, read, soul_document, text_chunk


def texts(raw: bytes) -> dict[bytes, Document]:
    found = (piece.body.split(b"\0", 1) for piece in chunks(raw, "x") if piece.kind == b"tEXt")
    return {key: json.loads(base64.b64decode(text)) for key, text in found if text[:1] != b"~"}


def written_image(found: Import, format: str = "card-png") -> bytes:
    (raw,) = write_files(found, format, "x").files.values()
    return raw


def encoded(document: object) -> bytes:
    return base64.b64encode(json.dumps(document).encode())


PLACES: dict[str, Callable[[bytes], bytes]] = {
    "tEXt": lambda text: chunk(b"tEXt", b"chara\0" + text),
    "zTXt": lambda text: chunk(b"zTXt", b"chara\0\0" + zlib.compress(text)),
    "iTXt": lambda text: chunk(b"iTXt", b"chara\0\0\0en\0chara\0" + text),
    "iTXt, packed": lambda text: chunk(b"iTXt", b"Chara\0\1\0\0\0" + zlib.compress(text)),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_card_is_found_in_every_kind_of_text(place: str) -> None:
    found = read(png(PLACES[place](encoded(card(2)))), "folder/bram.png")
    assert found.format == "card-png"
    assert soul_document(found) == soul_document(read(card(2))) | {
        "avatar": {"default": "neutral", "images": {"neutral": "bram.png"}}
    }
    assert list(found.assets) == ["bram.png"]


def test_the_first_card_of_a_kind_counts() -> None:
    both = png(text_chunk(b"chara", card(2)), chunk(b"zTXt", b"chara\0\0nothing packed"))
    assert read(both, "a.png").soul == read(png(text_chunk(b"chara", card(2))), "a.png").soul


def test_half_a_character_is_replaced_with_a_warning() -> None:
    text = json.dumps(card(2)).replace("lighthouse", "light\\ud800house").encode()
    found = read(png(chunk(b"tEXt", b"chara\0" + base64.b64encode(text))), "a.png")
    assert [(p.code, p.severity) for p in found.problems] == [("surrogate", "warning")]
    assert "light\ufffdhouse" in str(soul_document(found)["entity"]["background"])


def test_a_wrong_crc_of_pixels_matters_to_nobody() -> None:
    raw = png(text_chunk(b"chara", card(2))).replace(b"IHDR\0", b"IHDR\1", 1)
    assert read(raw, "a.png").problems == ()


def test_v3_takes_precedence() -> None:
    both = png(text_chunk(b"chara", card(2, name="Old")), text_chunk(b"ccv3", card(3)))
    assert (
        soul_document(read(both, "a.png"))["personality"]
        == (soul_document(read(card(3)))["personality"])
    )


def test_base64_may_be_broken_into_lines_unpadded_or_no_base64_at_all() -> None:
    text = encoded(card(2)).rstrip(b"=")
    lines = b"\n".join(text[at : at + 76] for at in range(0, len(text), 76))
    for body in (lines, text, json.dumps(card(2)).encode()):
        assert read(png(chunk(b"tEXt", b"chara\0" + body)), "a.png").soul is not None


def test_a_wrong_crc_is_a_warning() -> None:
    raw = png(text_chunk(b"chara", card(2))[:-4] + b"oops")
    assert [problem.code for problem in read(raw, "a.png").problems] == ["bad_crc"]


def test_a_fault_of_one_card_is_a_warning_if_there_is_another() -> None:
    bad = chunk(b"tEXt", b"ccv3\0" + base64.b64encode(b"{"))
    found = read(png(bad, text_chunk(b"chara", card(2))), "a.png")
    assert [(p.code, p.severity) for p in found.problems] == [("bad_card", "warning")]


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (png(), NotASoulError),
        (png(chunk(b"tEXt", b"chara\0***")), NotJsonError),
        (png(chunk(b"tEXt", b"chara\0" + base64.b64encode(b"{"))), NotJsonError),
        (png(chunk(b"zTXt", b"chara\0\0nothing packed")), UnreadableError),
        (png(chunk(b"zTXt", b"chara\0\0" + zlib.compress(bytes(25 << 20), 1))), UnreadableError),
        (png()[:-3], UnreadableError),
        (png()[:-12] + b"\xff\xff\xff\xffIEND1234", UnreadableError),
        (png(chunk(b"tIME", b"") * 50_001), UnreadableError),
    ],
)
def test_a_damaged_image_is_refused(raw: bytes, error: type[SoulscriptError]) -> None:
    with pytest.raises(error):
        read(raw, "a.png")


def test_a_file_that_is_no_png_is_refused() -> None:
    with pytest.raises(UnreadableError, match="no PNG"):
        FORMATS["card-png"].reads(Source("a.png", {"a.png": b"GIF" + png()}))


# -- writing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [2, 3])
def test_everything_but_the_card_is_written_byte_for_byte(version: int) -> None:
    other = chunk(b"tEXt", b"Software\0~brush") + chunk(b"prVt", b"\0\1")
    found = read(png(other, text_chunk(b"chara", card(version))) + b"behind", "bram.png")
    raw = written_image(found)
    cards = texts(raw)
    assert cards[b"chara"] == card(version) | {"spec": "chara_card_v2", "spec_version": "2.0"}
    assert version == 2 or cards[b"ccv3"] == card(3)
    pieces = [
        piece.raw for piece in chunks(raw, "x") if piece.body[:5] not in (b"chara", b"ccv3\0")
    ]
    assert b"".join(pieces) == png(other)[8:]
    assert raw.endswith(b"behind")
    again = read(raw, "bram.png")
    assert again.soul == found.soul
    assert written_image(again) == raw


@pytest.mark.parametrize("version", [1, 2])
def test_a_card_of_v1_or_v2_stays_one(version: int) -> None:
    found = read(png(text_chunk(b"chara", card(version))), "bram.png")
    assert texts(written_image(found)) == {b"chara": card(version)}


def test_a_soul_without_an_image_gets_a_plain_one(luna: Document) -> None:
    found = read(luna, "luna.soul")
    export = write_files(found, "card-png", "luna")
    raw = export.files["luna.png"]
    assert raw[16:24] == (400).to_bytes(4, "big") + (600).to_bytes(4, "big")
    assert "drawn" in export.report.of("defaulted")[0].message
    again = read(raw, "luna.png")
    assert {**soul_document(again), "avatar": 0} == {**luna, "avatar": 0}
    assert write_files(found, "card-png", "luna").files["luna.png"] == raw


def test_the_avatar_holds_the_card_and_other_images_are_reported(luna: Document) -> None:
    luna["avatar"] = {"default": "glad", "images": {"sad": "s.png", "glad": "g.png"}}
    found = read(luna, "luna.soul")
    assets = {"s.png": png(chunk(b"prVt", b"s")), "g.png": png(chunk(b"prVt", b"g")), "x": b"x"}
    export = write_files(Import("soul", found.soul, assets=assets), "card-png", "luna")
    raw = export.files["luna.png"]
    assert b"prVtg" in raw
    assert [note.path for note in export.report.of("dropped")] == ["s.png", "x"]
    again = read(raw, "other.png")
    assert soul_document(again) == luna
    assert list(again.assets) == ["g.png"]


def test_the_name_of_the_file_does_not_change_the_soul() -> None:
    raw = png(text_chunk(b"chara", card(2)))
    assert read(raw, "a.png").soul == read(raw, "folder/b.PNG").soul
    nameless = read(png(text_chunk(b"chara", card(2, name="愛"))), "a.png")
    assert list(nameless.assets) == ["picture.png"]


def test_a_picture_beside_an_address() -> None:
    address = {"type": "icon", "name": "main", "uri": "https://example.org/a.png"}
    found = read_source(Source("..", {"..": png(text_chunk(b"ccv3", card(3, assets=[address])))}))
    assert soul_document(found)["avatar"] == {
        "default": "picture",
        "images": {"neutral": "https://example.org/a.png", "picture": "bram.png"},
    }
    assert texts(written_image(found))[b"ccv3"] == card(3, assets=[address])


def test_another_avatar_than_the_picture_is_carried() -> None:
    found = read(png(text_chunk(b"chara", card(2))), "bram.png")
    images = {"images": {"neutral": "bram.png", "far": "https://example.org/f.png"}}
    edited = changed(found, avatar=images)
    assert soul_document(read(written_image(edited), "bram.png")) == soul_document(edited)
    gone = changed(found, avatar={"images": {}})
    assert texts(written_image(gone))[b"chara"]["data"]["name"] == "Bram"


def test_a_picture_of_another_kind_cannot_hold_a_card() -> None:
    found = read(card(2))
    with pytest.raises(NotASoulError, match="save it as PNG"):
        write_files(Import("card", found.soul, assets={"a.jpg": b"\xff\xd8"}), "card-png", "x")
