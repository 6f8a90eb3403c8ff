"""A file of no known format is told what it looks like and what would be taken."""

import json

import pytest

from soulscript.errors import UnknownFormatError
from soulscript.formats.cards.signatures import kind_of
from support.documents import card, read, soul_document

KINDS = {
    "an empty file": b"",
    "an empty file, with a mark": b"\xef\xbb\xbf \n",
    "a GIF picture": b"GIF89a\1\0",
    "a BMP picture": b"BM\x36\0",
    "a TIFF picture": b"MM\0*\0\0",
    "an AVIF picture": b"\0\0\0\x1cftypavif",
    "a HEIC picture": b"\0\0\0\x1cftypheic",
    "a video": b"\0\0\0\x1cftypisom",
    "a PDF document": b"%PDF-1.7\n",
    "an old document of Word": b"\xd0\xcf\x11\xe0\xa1",
    "a RAR archive": b"Rar!\x1a\7\1",
    "a 7z archive": b"7z\xbc\xaf\x27\x1c",
    "a gzip archive": b"\x1f\x8b\x08",
    "a ZIP archive with nothing in it": b"PK\5\6" + bytes(18),
    "an SQLite database": b"SQLite format 3\0",
    "a page of HTML": b"\n<!-- saved -->\n<!DOCTYPE html>\n<html></html>",
    "an XML document": b'<?xml version="1.0"?><a/>',
    "text in UTF-16 without its mark": '{"name": "Bram"}'.encode("utf-16-le"),
    "text in UTF-16 with faults": b"\xff\xfea",
    "YAML": b"# a character\nname: Bram\nbio:\n  - keeps a log\nage: 40\n",
    "plain text": b"Bram keeps a lighthouse.\nHe is patient.",
    "JSON of another kind; its first keys are: a, b": b'{"a": 1, "b": 2}',
    "JSON of another kind; its first keys are: none": b"{}",
    "JSON, but no object": b"[1]",
}


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_is_named_with_what_would_be_taken(name: str) -> None:
    with pytest.raises(UnknownFormatError) as caught:
        read(KINDS[name], "some.bin")
    (problem,) = caught.value.problems
    assert problem.message.startswith(f"this looks like {name.removesuffix(', with a mark')}")
    assert problem.mend


@pytest.mark.parametrize(
    "raw", [b"\0\1", b"o\0\3\0\0\0ab", b"\x93\xfa\xff", bytes(400), b"\0\1" * 3]
)
def test_what_tells_nothing_is_of_no_kind(raw: bytes) -> None:
    assert kind_of(raw) is None


def test_text_may_be_cut_within_a_character() -> None:
    kind = kind_of(("x" + "é" * 4_000).encode())
    assert kind is not None
    assert kind.name == "plain text"


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_with_its_mark_is_read(encoding: str) -> None:
    raw = ("\ufeff" + json.dumps(card(2), ensure_ascii=False)).encode(encoding)
    assert soul_document(read(raw)) == soul_document(read(card(2)))
    soul = "\ufeff# SOUL.md\n\nI am Bram.\n\n## Values\n\n- Patience\n".encode(encoding)
    assert read(soul, "SOUL.md").format == "markdown"


def test_half_a_character_in_a_card_is_a_warning() -> None:
    found = read(json.dumps(card(2)).replace("lighthouse", "light\\ud800house").encode())
    assert [(p.code, p.severity) for p in found.problems] == [("surrogate", "warning")]
    assert found.soul is not None
