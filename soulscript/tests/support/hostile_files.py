"""Read hostile files within limits of time and memory; a script for ``test_hostile_files``."""

import base64
import io
import json
import resource
import struct
import sys
import time
import zipfile
import zlib
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from soulscript import SoulscriptError
from soulscript.formats import Source, read_source

MAX_SECONDS, MAX_BYTES = 2, 200 << 20


def chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


def png(*pieces: bytes) -> bytes:
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", 1 << 30, 1 << 30, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(pieces) + chunk(b"IEND", b"")


def webp(*chunks: bytes) -> bytes:
    kinds, bodies = chunks[::2], chunks[1::2]
    parts = [k + struct.pack("<I", len(b)) + b for k, b in zip(kinds, bodies, strict=True)]
    body = b"WEBP" + b"".join(parts)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def archive(*entries: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in entries:
            made.writestr(name, content)
    return buffer.getvalue()


def card(**fields: object) -> bytes:
    return json.dumps({"spec": "chara_card_v2", "data": {"name": "x", **fields}}).encode()


def pictures() -> Iterator[tuple[str, bytes]]:
    bomb = zlib.compress(bytes(16 << 20), 1)
    yield "zTXt bomb", png(chunk(b"zTXt", b"chara\0\0" + bomb))
    yield "iTXt bomb", png(chunk(b"iTXt", b"ccv3\0\1\0\0\0" + bomb))
    yield "many bombs", png(chunk(b"zTXt", b"chara\0\0" + bomb) * 90)
    sound = chunk(b"tEXt", b"chara\0" + base64.b64encode(card()))
    yield "pixel flood", png(chunk(b"IDAT", bomb), sound)
    yield "many pieces", png(chunk(b"tEXt", b"a\0b") * 200_000)
    yield "length beyond the end", png()[:8] + b"\x7f\xff\xff\xffIDAT"
    yield "deep JSON", png(chunk(b"tEXt", b"chara\0" + base64.b64encode(b'{"data":' * 200_000)))
    flood = b"II*\0\x08\0\0\0\xff\xff" + struct.pack("<HHII", 0x9286, 7, 1 << 24, 0) * 65_535
    yield "EXIF of many comments", png(chunk(b"eXIf", flood + b"x" * (16 << 20)))
    yield "EXIF in a WebP picture", webp(b"EXIF", flood + b"x" * (16 << 20))
    yield (
        "EXIF that points to itself",
        webp(b"EXIF", b"II*\0\x08\0\0\0\1\0" + struct.pack("<HHII", 0x8769, 4, 1, 8)),
    )
    yield "many chunks", webp(*[b"XMP ", b"<chara"] * 500_000)
    yield "XMP of many openings", webp(b"XMP ", b"<chara " * 2_000_000)
    yield "XMP of many lists", webp(b"XMP ", b"chara><rdf:Alt><rdf:li" * 700_000)
    yield "numbers", webp(b"EXIF", b"II*\0" + b"1," * 8_000_000)
    yield "many segments", b"\xff\xd8" + b"\xff\xfe\0\3{" * 3_000_000
    yield "many comments", b"\xff\xd8" + (b"\xff\xfe\xff\xff" + b"A" * 65_533) * 900
    yield "a profile", png(chunk(b"zTXt", b"Raw profile type exif\0\0" + bomb))


def archives() -> Iterator[tuple[str, bytes]]:
    good = ("card.json", card())
    yield "zip bomb", archive(good, ("a", bytes(16 << 20)))
    yield "card as a bomb", archive(("card.json", bytes(16 << 20)))
    yield "zip slip", archive(good, ("../../a", b"x"))
    yield "many entries", archive(good, *((f"{n}", b"") for n in range(4_000)))
    yield "nested", archive(good, ("a.zip", archive(good)))
    yield "two bombs of the largest kind", archive(*((n, bytes(90 << 20)) for n in "ab"))
    random = bytes(range(256)) * 4_096
    grown = (zlib.compress(random, 1), random * 40)[1]
    yield "much to unpack", archive(good, ("a", grown), ("b", grown))
    names = ("manifest.json", "characters/a/character.json")
    yield "a deep manifest", archive(*((name, b"[" * 200_000) for name in names))
    yield (
        "many lore items",
        archive((names[0], b"{}"), (names[1], b'{"loreItems": [' + b"{}," * 60_000 + b"{}]}")),
    )
    yield "a deep character", archive(("Characters/a/character.json", b"[" * 200_000))
    lying = bytearray(archive(good, ("a", bytes(20 << 20))))
    at = lying.rfind(b"PK\x01\x02")
    lying[at + 24 : at + 28] = (10).to_bytes(4, "little")
    yield "a lie about the size", bytes(lying)
    yield "no more than signs", b"PK\x03\x04" + b"PK\x05\x06" * 1_000_000


def texts() -> Iterator[tuple[str, bytes]]:
    yield "deep JSON", b"[" * 200_000
    yield "deep card", b'{"spec":"chara_card_v2","data":' + b'{"a":' * 200_000
    yield "huge number", b'{"name": ' + b"9" * 1_000_000 + b"}"
    yield "NUL", card(description="a\0b")
    yield "half a character", b'{"name": "\\ud800", "description": "", "first_mes": ""}'
    yield "a long text", card(description="she is " * 280_000)
    yield "a long text of lists", card(description='[a="b"' * 250_000)
    yield "a long dialogue", card(mes_example="{{user}}: a\n" * 130_000)
    yield "many greetings", card(alternate_greetings=["*a* b."] * 20_000)
    same = [{"id": 1, "keys": ["a"], "content": "b"}] * 6_000
    yield "many entries of one id", card(character_book={"entries": same})
    yield "a book of the same", json.dumps({"entries": same}).encode()
    yield "a list of one id", json.dumps(same).encode()
    empty: dict[str, list[object]] = {"histories": []}
    deep = {"histories": [{"histories": [empty] * 2_000}] * 5}
    yield "many empty histories", json.dumps(deep).encode()
    said = {"role": "user", "content": "a"}
    yield "a long list of messages", json.dumps([said] * 20_000).encode()
    chain = [{"_id": str(n), "parent": str(n - 1), "userId": "u", "msg": ""} for n in range(15_000)]
    yield "a long branch", json.dumps({"treeLeafId": "9", "messages": chain}).encode()
    story = {"prompt": "User: a\n" * 20_000, "actions": [], "memory": "", "worldinfo": []}
    yield "a story of many lines", json.dumps(story).encode()
    marks = {**story, "prompt": "{{[INPUT]}}" * 100_000 + "\n> " * 100_000}
    yield "a story of marks", json.dumps(marks).encode()
    keys = ",".join(["/a"] * 100_000)
    risu = [{"key": keys, "content": "b", "useRegex": True, "insertorder": 1}]
    yield "many keys in one", json.dumps({"type": "risu", "data": risu}).encode()
    novel = [{"text": "b", "keys": ["&".join("ab" * 50_000)]}]
    yield "a key of many parts", json.dumps({"lorebookVersion": 5, "entries": novel}).encode()
    yield "many lines", b'{"mes": "a", "is_user": true}\n' * 60_000
    yield "long lines", b'{"mes": "' + b"a" * 1_900_000 + b'", "is_user": true}\n'
    yield "many messages", b'{"mes": "a", "is_user": true}\n' * 20_000
    yield "a long first line", b"{" + b" " * 3_000_000
    yield "too large", b'{"entries": [' + b"0," * 2_000_000
    yield "the largest text", card(description="she is " * 2_300_000)
    yield "the largest example", card(mes_example="{{user}}: a\n" * 1_300_000)
    yield "the largest book", json.dumps({"entries": same[:1] * 33_000}).encode()
    yield "the largest list", b'{"entries": [' + b"0," * 8_000_000
    yield "the largest nothing", b"[" + b" " * 16_000_000 + b"]"
    yield "UTF-16", b"\xff\xfe" + b"[\0" * 8_000_000
    yield "a page", b"<!--" * 4_000_000
    yield "lines", b"a:\n" * 4_000_000


def scripts() -> Iterator[tuple[str, bytes]]:
    start = b"export const c = {\n name: 'a',\n bio: ['b'],\n lore: "
    yield "deep lists in a script", start + b"[" * 30_000 + b"]" * 30_000 + b"}"
    yield "deep objects in a script", start + b"{a:" * 20_000 + b"1" + b"}" * 20_000 + b"}"
    yield "parentheses", start + b"(" * 100_000
    yield "no script at all", start + b"}{" * 60_000
    yield "a script of two minds", start + b"a<" * 60_000
    yield "templates", start + b"`${" * 40_000
    yield "many objects", start + b"[" + b"{a:1}," * 20_000 + b"]}"
    lists = b"".join(b"const a%d=[%s];" % (n + 1, b"a%d," % n * 9) for n in range(20))
    yield "lists of lists", b"const a0='x';" + lists + start + b"a20}"
    yaml = b"name: a\ncontext: b\n"
    aliases = b"".join(b"a%d: &a%d [%s]\n" % (n + 1, n + 1, b"*a%d," % n * 9) for n in range(20))
    yield "a billion laughs", yaml + b"a0: &a0 x\n" + aliases
    yield "deep YAML", yaml + b"c: " + b"[" * 200_000
    yield "deep YAML objects", yaml + b"c: " + b"{a: " * 200_000
    yield "many lines of YAML", yaml + b"c:\n" + b"- a\n" * 200_000
    yield "many keys of YAML", yaml + b"".join(b"k%d: 1\n" % n for n in range(90_000))
    yield "a long text of YAML", yaml + b"c: " + b"abc " * 250_000
    yield "many instructions", b"FROM a\nSYSTEM b\n" + b"MESSAGE user a\n" * 100_000
    yield "a text without an end", b'FROM a\nSYSTEM """' + b"a\n" * 900_000
    yield "many lines before", b"#\n" * 900_000


def main() -> int:
    cards = ("card", "png", "charx", "picture_cards", "byaf", "voxta", "signatures")
    personas = (
        "eliza", "character_ts", "letta", "tinytroupe", "pygmalion", "agnai", "oobabooga",
        "modelfile", "groups",
    )  # fmt: skip
    names = (
        *(f"cards.{name}" for name in cards),
        *(f"personas.{name}" for name in personas),
        "native",
        "books.lorebook",
        "chats.chat_log",
    )
    for name in names:
        import_module(f"soulscript.formats.{name}")
    read_source(Source("x", {"x": b"export const c = {\nname: 'a', bio: 'b', lore: []}"}))
    read_source(Source("x", {"x": b"name: a\ncontext: b"}))  # libraries that are loaded on use
    cases = [*pictures(), *archives(), *texts(), *scripts()]
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + MAX_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    slow = 0
    for name, raw in cases:
        start = time.process_time()
        try:
            end = f"read {len(read_source(Source('x', {'x': raw})).memories)}"
        except SoulscriptError as error:
            end = str(error)[:90]
        took = time.process_time() - start
        slow += took > MAX_SECONDS
        sys.stdout.write(f"{took:.2f} s {name}: {end}\n")
    sys.stdout.write("too slow\n" if slow else "all refused or read\n")
    return slow


if __name__ == "__main__":
    raise SystemExit(main())
