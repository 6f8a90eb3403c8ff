"""Cards in WebP and JPEG pictures are read from every place in which tools write them."""

import base64
import json
from html import escape

import pytest

from soulscript import NotASoulError, SoulscriptError
from soulscript.formats import read_source, write_files
from soulscript.formats.base import Source
from support.documents import archive, card, png, read, soul_document
from support.pictures import exif, jpeg, webp

TEXT = json.dumps(card(2)).encode()
ENCODED = base64.b64encode(TEXT)
NUMBERS = ",".join(map(str, TEXT)).encode()
UNICODE = b"UNICODE\0"
XMP = b"http://ns.adobe.com/xap/1.0/\0"
LIST = b"<exif:UserComment><rdf:Alt><rdf:li xml:lang='x-default'>%s</rdf:li></rdf:Alt>"
APP1, APP0, COMMENT = 0xE1, 0xE0, 0xFE

WEBP = {
    "JSON": webp((b"EXIF", exif(TEXT))),
    "base64": webp((b"EXIF", exif(ENCODED))),
    "numbers": webp((b"EXIF", exif(NUMBERS))),
    "with the head of JPEG": webp((b"EXIF", b"Exif\0\0" + exif(TEXT))),
    "big-endian": webp((b"EXIF", exif(TEXT, order=">"))),
    "no charset": webp((b"EXIF", exif(TEXT, charset=b"\0" * 8))),
    "no head of a charset": webp((b"EXIF", exif(TEXT, charset=b""))),
    "UTF-16": webp((b"EXIF", exif(TEXT.decode().encode("utf-16-le"), charset=UNICODE))),
    "UTF-16, big-endian": webp(
        (b"EXIF", exif(TEXT.decode().encode("utf-16-be"), charset=UNICODE, order=">"))
    ),
    "UTF-8 under another name": webp((b"EXIF", exif(TEXT, charset=UNICODE))),
    "description": webp((b"EXIF", exif(ENCODED + b"\0", charset=b"", tag=0x010E))),
    "XMP": webp((b"XMP ", LIST % escape(TEXT.decode()).encode())),
    "XMP, an attribute": webp((b"XMP ", b'<rdf:Description tavern:chara = "%s"/>' % ENCODED)),
    "XMP, an element": webp((b"XMP ", b"<x:ccv3>%s</x:ccv3>" % ENCODED)),
    "behind the end": webp(behind=TEXT),
    "after another text": webp(
        (b"EXIF", exif(b"shot on film")), (b"XMP ", b"<chara>%s<" % ENCODED)
    ),
}
JPEG = {
    "JSON": jpeg((APP0, b"JFIF\0"), (APP1, b"Exif\0\0" + exif(TEXT))),
    "base64": jpeg((APP1, b"Exif\0\0" + exif(ENCODED))),
    "XMP": jpeg((APP1, XMP + b"<chara>%s</chara>" % ENCODED)),
    "comment": jpeg((COMMENT, ENCODED)),
    "behind the end": jpeg(behind=b"\n" + TEXT),
}


@pytest.mark.parametrize("place", WEBP)
def test_a_card_in_a_webp_picture_is_read(place: str) -> None:
    found = read(WEBP[place], "bram.webp")
    assert found.format == "card-picture"
    assert soul_document(found) == soul_document(read(card(2))) | {
        "avatar": {"default": "neutral", "images": {"neutral": "bram.webp"}}
    }
    assert dict(found.assets) == {"bram.webp": WEBP[place]}


@pytest.mark.parametrize("place", JPEG)
def test_a_card_in_a_jpeg_picture_is_read(place: str) -> None:
    found = read(JPEG[place], "bram.jpg")
    assert found.format == "card-picture"
    assert found.soul == read(JPEG["JSON"], "else.jpeg").soul
    assert list(found.assets) == ["bram.jpeg"]


def test_a_jpeg_picture_with_an_archive_behind_it_is_charx() -> None:
    raw = jpeg((APP1, b"Exif\0\0" + exif(TEXT))) + archive({"card.json": TEXT})
    assert read(raw, "bram.jpg").format == "charx"


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (webp(), "WebP"),
        (webp((b"EXIF", exif(b'{"a": 1}'))), "WebP"),
        (webp((b"EXIF", exif(b"{"))), "WebP"),
        (webp((b"EXIF", b""), (b"XMP ", b"<a/>")), "WebP"),
        (webp((b"EXIF", exif(b"", charset=b""))), "WebP"),
        (webp((b"EXIF", exif(b"x" * 3, charset=b""))), "WebP"),
        (webp((b"ANMF", b"")) * 3_000, "WebP"),
        (webp()[:14], "WebP"),
        (jpeg(), "JPEG"),
        (jpeg((APP1, b"other"), (COMMENT, b"hello")), "JPEG"),
        (b"\xff\xd8\xff", "JPEG"),
        (b"\xff\xd8\xff\xe1\0\1", "JPEG"),
        (b"\xff\xd8\xff\xe1\xff\xffExif", "JPEG"),
        (b"\xff\xd8" + b"\xff\xe0\0\2" * 3_000, "JPEG"),
    ],
)
def test_a_picture_without_a_card_says_so_and_what_would_be_taken(raw: bytes, kind: str) -> None:
    with pytest.raises(NotASoulError, match=f"this is a {kind} picture without") as caught:
        read(raw, "x.jpg")
    assert "JSON or CHARX" in caught.value.problems[0].mend


def test_many_chunks_are_not_all_looked_at() -> None:
    with pytest.raises(SoulscriptError):
        read(webp(*[(b"ANMF", b"")] * 3_000, (b"EXIF", exif(TEXT))), "x.webp")


def test_half_a_character_is_a_warning() -> None:
    raw = webp((b"EXIF", exif(TEXT.replace(b"lighthouse", b"light\\ud800house"))))
    assert [problem.code for problem in read(raw, "a.webp").problems] == ["surrogate"]


def test_it_is_written_as_a_card_with_the_picture_beside_it() -> None:
    found = read(WEBP["JSON"], "bram.webp")
    files = write_files(found, "card", "bram").files
    fields = json.loads(files["bram.json"])["data"]
    assert {**fields, "extensions": card(2)["data"]["extensions"]} == card(2)["data"]
    assert files["bram.webp"] == WEBP["JSON"]
    with pytest.raises(NotASoulError, match="save it as PNG"):
        write_files(found, "card-png", "bram")


def test_each_picture_is_detected_as_what_it_is() -> None:
    for raw, name in ((WEBP["XMP"], "card-picture"), (JPEG["XMP"], "card-picture")):
        assert read_source(Source("some.png", {"some.png": raw})).format == name
    with pytest.raises(NotASoulError, match="PNG"):
        read(png(), "some.webp")
