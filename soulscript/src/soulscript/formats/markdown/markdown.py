"""Markdown that describes a character: SOUL.md, IDENTITY.md, STYLE.md, MEMORY.md, USER.md.

The original is the files, as ``{name: text}``. A soul that the files cannot hold is carried in a
comment at the end of one of them.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final

from soulscript.errors import NotASoulError, NotJsonError, whole_text
from soulscript.formats.base import SOUL_KEY, Export, Files, Import, Source
from soulscript.formats.markdown.chapter_roles import to_soul
from soulscript.formats.markdown.chapters import chapters_of, roles_of_files
from soulscript.formats.markdown.edits import edited
from soulscript.formats.markdown.front_matter import front_matter_of
from soulscript.formats.markdown.headings import (
    INSTRUCTIONS,
    is_named_as_persona,
    role_of_file,
    role_of_heading,
    speaks_of_a_character,
)
from soulscript.formats.markdown.outline import parse_sections
from soulscript.formats.markdown.writer import MAIN_FILE, from_soul
from soulscript.formats.round_trip import (
    BASELINE_KEY,
    Codec,
    original_of,
    read_document,
    required_soul,
    write_document,
)
from soulscript.formats.target_macros import FewMacros
from soulscript.jsontext.parser import JsonObject, as_object, parse
from soulscript.report import Note

_NAME: Final = "markdown"
_SUFFIX: Final = ".md"
_SUFFIXES: Final = (".md", ".markdown", ".mdx", ".txt")
_MAX_CHARS: Final = 1_000_000  # of all files together
_MAX_LINES: Final = 30_000
_MAX_DETECTION_BYTES: Final = 16_384  # of a file in which headings are looked for
_MAX_DETECTION_FILES: Final = 16
_JSON: Final = re.compile(r'(?:\s|#[^\n]*\n)*+[{"]')  # also behind lines of "#"
_LETTER: Final = re.compile(r"[^\W\d_]")
_MAIN_TITLE: Final = re.compile(r"(?:soul|identity|persona)\.md", re.IGNORECASE)
_CARRIED_KEYS: Final = (SOUL_KEY, BASELINE_KEY)
_AGENT_NAMES: Final = frozenset({"name", "description"})
_AGENT_KEYS: Final = frozenset({"tools", "model", "mode", "color", "agent", "permissionmode"})
_AGENT_SUFFIXES: Final = (".agent.md", ".chatmode.md", ".prompt.md", ".persona.md")
_COMMENT_START: Final = "\n<!-- soul:soul\n"
_COMMENT_END: Final = "\n-->\n"


# -- reading ---------------------------------------------------------------------------------------


def detect(source: Source) -> bool:
    """Detect Markdown that describes a character, or instructs an agent.

    By a name such as SOUL.md; by headings or facts as such files have them; by the front matter of
    an agent; by a beginning such as "You are …"; or by the soul that it carries.
    """
    alone = len(source.files) == 1
    roles = ((name, raw, _role(name, alone=alone)) for name, raw in source.files.items())
    if any(_COMMENT_START.encode() in raw for name, raw in source.files.items() if _is_md(name)):
        return True
    candidates = ((name, raw, role) for name, raw, role in roles if role is not None)
    return any(
        _is_about_character(name, raw[:_MAX_DETECTION_BYTES], role, alone=alone)
        for name, raw, role in islice(candidates, _MAX_DETECTION_FILES)
    )


def _is_md(name: str) -> bool:
    return name.lower().endswith(_SUFFIXES)


def _role(name: str, *, alone: bool) -> str | None:
    is_text = alone or _is_md(name)
    return role_of_file(name, alone=alone) if is_text else None


def _is_about_character(name: str, raw: bytes, role: str, *, alone: bool) -> bool:
    text = raw.decode("utf-8-sig", "ignore")
    if "\0" in text or _JSON.match(text) or not _LETTER.search(text):
        return False
    base = name.lower().rpartition("/")[2]
    is_text = base.endswith(_SUFFIXES) or "." not in base.removeprefix(".")
    # Instructions for an agent alone are told from a character's when they are read.
    is_agent = alone and is_text and (role == INSTRUCTIONS or _is_agent(base, text))
    if is_agent or (is_text and is_named_as_persona(name)):
        return True
    chapters = [*chapters_of(name, text, role)]
    titles = [chapter.section.title for chapter in chapters]
    fact_count = sum(len(chapter.facts) for chapter in chapters)
    return fact_count > 1 or any(role_of_heading(t) or _MAIN_TITLE.search(t) for t in titles)


def _is_agent(base: str, text: str) -> bool:
    """Return whether a text has the front matter of an agent, or begins as "You are …" does."""
    front = front_matter_of(text)
    keys = {key.lower() for key in front.values}
    if _AGENT_NAMES.intersection(keys) and (
        _AGENT_KEYS.intersection(keys) or base.endswith(_AGENT_SUFFIXES)
    ):
        return True
    blocks = (block for section in parse_sections(text, front.length) for block in section.blocks)
    first = next(blocks, None)
    return first is not None and speaks_of_a_character(first.plain)


def decode(source: Source) -> Import:
    """Read files about a character; other files become assets.

    Raises ``NotASoulError`` for a text that is not UTF-8, for texts over the limits, and for a file
    of instructions alone that says nothing about a character.
    """
    alone = len(source.files) == 1
    texts: dict[str, str] = {}
    carried: JsonObject = {}
    assets: dict[str, bytes] = {}
    for name, raw in source.files.items():
        if alone or _is_md(name):
            texts[name], embedded = _split_carried(_decode_text(name, raw))
            carried |= embedded
        else:
            assets[name] = raw
    chars = sum(map(len, texts.values()))
    if chars > _MAX_CHARS or sum(text.count("\n") for text in texts.values()) > _MAX_LINES:
        message = f"there are more than {_MAX_CHARS} characters or {_MAX_LINES} lines"
        raise NotASoulError([whole_text("too_large", message, "shorten it", source.name)])
    _check_persona(texts)
    imported = read_document(_CODEC, {**texts, **carried}, format=_NAME, source=source.name)
    notes = [Note("kept", name, name, "comes along as it is") for name in assets]
    return replace(imported, assets=assets, report=imported.report + notes)


def _check_persona(texts: Mapping[str, str]) -> None:
    if len(texts) != 1:
        return
    name, text = next(iter(texts.items()))
    role = roles_of_files(texts)[name]
    if role == INSTRUCTIONS and not any(
        chapter.blocks for chapter in chapters_of(name, text, role)
    ):
        message = "these are instructions for a coding agent; they describe no character"
        mend = 'bring a file that says who the character is, such as SOUL.md, or begin "You are …"'
        raise NotASoulError([whole_text("no_soul", message, mend, name)])


def _decode_text(name: str, raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        message, mend = "this is not UTF-8", "save the file as UTF-8"
        raise NotASoulError([whole_text("not_utf8", message, mend, name)]) from error
    if "\0" in text:
        raise NotASoulError([whole_text("nul", "there is a NUL in it", "take it away", name)])
    return text


def _split_carried(text: str) -> tuple[str, JsonObject]:
    """Split the carried soul from the end of a text; a comment that is not JSON stays."""
    before, mark, after = text.rpartition(_COMMENT_START)
    comment = after.rstrip()
    if not mark or not comment.endswith(_COMMENT_END.strip()):
        return text, {}
    try:
        carried = as_object(parse(comment.removesuffix(_COMMENT_END.strip())))
    except NotJsonError:
        return text, {}
    if not carried:
        return text, {}
    return before, {key: carried[key] for key in _CARRIED_KEYS if key in carried}


# -- writing ---------------------------------------------------------------------------------------


def encode(imported: Import, stem: str) -> Export:
    """Write a soul into the files that it came from, else into one new file."""
    soul = required_soul(imported, stem + _SUFFIX)
    original = original_of(soul, _CODEC.formats)
    if original is None:
        document, report = write_document(_CODEC, soul)
        document[stem + _SUFFIX] = document.pop(MAIN_FILE)
    else:
        document, report = write_document(_CODEC, soul, partial(edited, original))
        if SOUL_KEY in document and document != original:
            # The files are not written anew by ``from_soul``, so only this records what they
            # read as.
            document.setdefault(BASELINE_KEY, to_soul(document)[0])
    return Export({**_files(document), **imported.assets}, report)


def _files(document: JsonObject) -> Files:
    """Return the texts as files, with the carried soul at the end of the main one."""
    texts = {name: text for name, text in document.items() if isinstance(text, str)}
    carried = {key: document[key] for key in _CARRIED_KEYS if key in document}
    if carried:
        main = min(texts, key=lambda name: role_of_file(name, alone=False) != "", default=MAIN_FILE)
        # Without ">" no text in the soul can end the comment.
        comment = json.dumps(carried, ensure_ascii=False).replace(">", "\\u003e")
        texts[main] = f"{texts.get(main, '')}{_COMMENT_START}{comment}{_COMMENT_END}"
    return {name: text.encode() for name, text in texts.items()}


_CODEC: Final = Codec(frozenset({_NAME}), to_soul, from_soul, macros=FewMacros())
