"""Characters of Faraday are read from JSON and from the EXIF data of PNG pictures."""

import base64
import binascii
import json
import struct
import zlib

import pytest

from soulscript import NotASoulError, NotJsonError
from soulscript.formats import Import, write_files
from soulscript.formats.base import SOUL_KEY, SOURCE_KEY
from support.documents import Document, card, chunk, examples, png, read, soul_document, text_chunk
from support.pictures import exif

NESS: Document = {
    "version": 4,
    "character": {
        "aiName": "Ness",
        "aiDisplayName": "Ness of the ferry",
        "aiPersona": "{character} steers a ferry. {user} crosses every day.",
        "basePrompt": "Text transcript of a talk between {user} and {character}.",
        "scenario": "Fog on the river.",
        "customDialogue": "#{user}: Is it safe?\n#{character}: It floats.",
        "firstMessage": '"Mind the gap, {user}."',
        "loreItems": [{"id": "1", "key": "bell, fog", "value": "The bell rings twice."}],
        "createdAt": "2024-02-03T04:05:06.789Z",
        "temperature": 1.2,
        "grammar": None,
        "Chat": [{"ChatItems": [{"input": "hello", "output": "hm"}]}],
    },
}
ENCODED = base64.b64encode(json.dumps(NESS).encode())


def profile(name: bytes, tiff: bytes) -> bytes:
    digits = binascii.hexlify(b"Exif\0\0" + tiff)
    lines = b"\n".join(digits[at : at + 72] for at in range(0, len(digits), 72))
    text = b"\nexif\n%8d\n%s\n" % (len(tiff) + 6, lines)
    return chunk(b"zTXt", name + b"\0\0" + zlib.compress(text))


PLACES = {
    "eXIf": chunk(b"eXIf", exif(ENCODED)),
    "eXIf, big-endian": chunk(b"eXIf", exif(ENCODED, order=">")),
    "as JSON": chunk(b"eXIf", exif(json.dumps(NESS).encode())),
    "exif": profile(b"Raw profile type exif", exif(ENCODED)),
    "APP1": profile(b"Raw profile type APP1", exif(ENCODED)),
    "a text": text_chunk(b"chara", NESS),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_character_is_found_wherever_tools_write_it(place: str) -> None:
    found = read(png(PLACES[place]), "ness.png")
    assert found.format == "faraday"
    assert list(found.assets) == ["ness.png"]
    assert soul_document(found) == soul_document(read(NESS)) | {
        "avatar": {"default": "neutral", "images": {"neutral": "ness.png"}}
    }


def test_each_field_is_read() -> None:
    found = read(NESS)
    soul = soul_document(found)
    assert found.format == "faraday"
    assert soul["personality"]["name"] == "Ness"
    assert "steers a ferry" in soul["entity"]["background"]
    assert soul["st:scenario"] == "Fog on the river."
    assert soul["st:creation_date"] == 1_706_933_106
    assert len(soul["soul:engine"]["greetings"]) == 1
    assert [turn.speaker for turn in examples(found)[0]] == ["person", "character"]
    assert [(memory.core_memory, memory.topics) for memory in found.memories] == [
        ("The bell rings twice.", ("bell", "fog"))
    ]


def test_the_report_names_each_place() -> None:
    notes = {note.path: note for note in read(NESS).report}
    assert notes["character.aiPersona"].became == "entity.background"
    assert notes["character.loreItems"].fate == "changed"
    for path in ("version", "character.Chat", "character.temperature", "character.aiDisplayName"):
        assert notes[path].became == SOURCE_KEY


def test_the_display_name_stands_in_for_a_missing_one_and_odd_fields_are_kept() -> None:
    odd = {
        "character": {"aiPersona": "Tall.", "scenario": "", "aiDisplayName": "Ness", "loreItems": 3}
    }
    soul = soul_document(read(odd))
    assert soul["personality"]["name"] == "Ness"
    assert "soul:memories" not in soul


def test_a_card_counts_more_than_exif() -> None:
    found = read(png(PLACES["eXIf"], text_chunk(b"chara", card(2))), "a.png")
    assert found.format == "card-png"


@pytest.mark.parametrize(
    "body", [exif(b"no card"), exif(b""), b"", b"II*\0", b"MM\0*\xff\xff\xff\xff"]
)
def test_exif_without_a_card_is_no_card(body: bytes) -> None:
    with pytest.raises(NotASoulError, match="PNG picture carries no character card"):
        read(png(chunk(b"eXIf", body)), "a.png")


def test_a_profile_of_no_digits_is_no_card() -> None:
    body = b"Raw profile type exif\0\0" + zlib.compress(b"\nexif\n 3\nxyz")
    with pytest.raises(NotASoulError):
        read(png(chunk(b"zTXt", body)), "a.png")


def test_json_of_another_kind_in_exif_is_refused() -> None:
    with pytest.raises(NotASoulError, match="no character card"):
        read(png(chunk(b"eXIf", exif(b'{"a": 1}'))), "a.png")
    with pytest.raises(NotJsonError):
        read(b'{"character": {"aiName": NaN}}')


def test_it_becomes_a_card_with_all_that_it_holds() -> None:
    found = read(NESS)
    raw = write_files(found, "card", "ness").files["ness.json"]
    again = read(raw)
    assert soul_document(again) == soul_document(found)


def test_a_soul_that_it_carries_is_read() -> None:
    soul = read(NESS).soul
    assert soul is not None
    bare = Import("soul", soul).soul
    assert bare is not None
    carried = read({**NESS, SOUL_KEY: soul.dump()})
    assert soul_document(carried) == soul_document(read(NESS))


def test_struct_of_the_test_data_is_that_of_tiff() -> None:
    assert exif(b"x")[:4] == b"II*\0"
    assert struct.unpack("<H", exif(b"x")[8:10]) == (1,)
