"""``.env``: read in whatever encoding it was saved in, line by line."""

import codecs
import io
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dotenv import dotenv_values
from dotenv.parser import Binding, parse_stream

from synthetic_soul.errors import Misconfigured

ENV_FILE: Final = Path(".env")
"""In the folder in which a program is started."""
_UNICODE_MARKS: Final = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NAME: Final = re.compile(r"[A-Za-z_][\w.\-]*")
_REFERENCE: Final = re.compile(r"\$\{([^}:]*)\}")


@dataclass(frozen=True, slots=True)
class EnvLine:
    """A variable that the file sets, without its quotes, and the line it begins on (from 1)."""

    name: str
    value: str = field(repr=False)
    line: int


def read_env_file(path: Path = ENV_FILE) -> list[EnvLine]:
    """Return each variable once, as it was set last; nothing where there is no file.

    ``Misconfigured`` names the file and line of what cannot be read, and repeats nothing of it.
    """
    text = _decoded(path, _content(path))
    bindings = list(parse_stream(io.StringIO(text)))
    for binding in bindings:
        if binding.error or (binding.value is not None and not _NAME.fullmatch(binding.key or "")):
            raise Misconfigured(
                f"{path} line {_line(binding)} cannot be read; write NAME=value, and close every "
                "quote"
            )
    values = dotenv_values(stream=io.StringIO(text))  # with ${NAME} replaced
    known = os.environ.keys() | values.keys()
    for binding in bindings:
        # A key may hold "${…}" of its own: what names no variable is left as it was written.
        if binding.key and not known.issuperset(_REFERENCE.findall(binding.value or "")):
            values[binding.key] = binding.value
    lines = {binding.key: _line(binding) for binding in bindings if binding.key is not None}
    return [EnvLine(name, values.get(name) or "", line) for name, line in lines.items()]


def _line(binding: Binding) -> int:
    """Return the line of a name; the parser counts empty lines before it to it."""
    text = binding.original.string
    return binding.original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        if path.is_symlink():
            raise Misconfigured(
                f"{path} is a link to a file that is missing; remove the link or make the file"
            ) from None
        return b""
    except IsADirectoryError:
        raise Misconfigured(
            f"{path} is a folder, as Docker makes one where a file to be mounted is missing; "
            "remove it, or put a file in its place"
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Misconfigured(
            f"{path} cannot be read ({reason}); let this user read it, or remove it"
        ) from None


def _decoded(path: Path, content: bytes) -> str:
    encoding = next(_encodings(content))
    try:
        return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Misconfigured(
            f"{path} line {line} holds a character that is not UTF-8 (an editor saved it as "
            "Latin-1 or the like); save the file as UTF-8"
        ) from None


def _encodings(content: bytes) -> Iterator[str]:
    """Yield the encodings that the first bytes stand for, UTF-8 last."""
    for mark, encoding in _UNICODE_MARKS:
        if content.startswith(mark):
            yield encoding
    # Without a mark, UTF-16 shows by every second byte of its ASCII letters.
    if content[1:4:2] == b"\0\0":
        yield "utf-16-le"
    if content[0:3:2] == b"\0\0":
        yield "utf-16-be"
    yield "utf-8-sig"
