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


def archives() -> Iterator[tuple[str, bytes]]:
    good = ("card.json", card())
    yield "zip bomb", archive(good, ("a", bytes(16 << 20)))
    yield "card as a bomb", archive(("card.json", bytes(16 << 20)))
    yield "zip slip", archive(good, ("../../a", b"x"))
    yield "many entries", archive(good, *((f"{n}", b"") for n in range(4_000)))
    yield "nested", archive(good, ("a.zip", archive(good)))
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
    yield "many lines", b'{"mes": "a", "is_user": true}\n' * 60_000
    yield "long lines", b'{"mes": "' + b"a" * 1_900_000 + b'", "is_user": true}\n'
    yield "many messages", b'{"mes": "a", "is_user": true}\n' * 20_000
    yield "a long first line", b"{" + b" " * 3_000_000
    yield "too large", b'{"entries": [' + b"0," * 2_000_000


def main() -> int:
    cards = ("card", "png", "charx", "lorebook", "chat_log")
    names = (*(f"cards.{name}" for name in cards), "native", "eliza", "letta", "tinytroupe")
    for name in names:
        import_module(f"soulscript.formats.{name}")
    cases = [*pictures(), *archives(), *texts()]
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
