"""Markdown that describes a character: SOUL.md, IDENTITY.md, STYLE.md, MEMORY.md, USER.md.

Headings are read by what they mean; placeholders of templates count as empty. The files are kept
whole, as ``{name: text}``. What stands under headings that mean nothing here is in the soul under
``md:<heading>``. A soul that the files cannot hold is carried in a comment at the end of one.
"""

import json
import re
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Final

from soulscript.errors import NotASoulError, NotJsonError, whole_text
from soulscript.formats.base import SOUL, Export, Files, Import, JsonObject, Source
from soulscript.formats.documents import soul_in
from soulscript.formats.markdown.chapter_roles import soul_of
from soulscript.formats.markdown.chapters import chapters_of, role_of_file
from soulscript.formats.markdown.headings import meaning
from soulscript.formats.markdown.render import MAIN, document_of, laid_over
from soulscript.formats.round_trip import SEEN, Codec, document_from, origin_of, soul_from
from soulscript.jsontext.parser import parse
from soulscript.report import Note

NAME: Final = "markdown"
ENDING: Final = ".md"
_ENDINGS: Final = (".md", ".markdown", ".mdx", ".txt")
_OPEN: Final = "\n<!-- soul:soul\n"
_CLOSE: Final = "\n-->\n"
_MOST: Final = 1_000_000  # characters of all texts together
_MOST_LINES: Final = 30_000
_LOOKED_AT: Final = 16_384  # bytes of a file in which its headings are looked for
_MOST_LOOKED_AT: Final = 16  # files of a folder
_JSON: Final = re.compile(r'(?:\s|#[^\n]*\n)*+[{"]')  # also behind lines of "#"
_OWN_NAME: Final = re.compile(r"(?:soul|identity|persona)\.md", re.IGNORECASE)
_NAMES: Final = frozenset({NAME})
SHAPE: Final = Codec(_NAMES, soul_of, document_of)


def sees(source: Source) -> bool:
    """Whether any file is Markdown with a heading or facts as characters have them."""
    alone = len(source.files) == 1
    files = ((name, raw, _base(name, alone=alone)) for name, raw in source.files.items())
    candidates = ((name, raw, base) for name, raw, base in files if base is not None)
    return any(
        _is_about_character(name, raw[:_LOOKED_AT], base)
        for name, raw, base in islice(candidates, _MOST_LOOKED_AT)
    )


def _base(name: str, *, alone: bool) -> str | None:
    named = alone or name.lower().endswith(_ENDINGS)
    return role_of_file(name, alone=alone) if named else None


def _is_about_character(name: str, raw: bytes, base: str) -> bool:
    text = raw.decode("utf-8-sig", "ignore")
    if "\0" in text or _JSON.match(text):
        return False
    chapters = [*chapters_of(name, text, base)]
    titles = [chapter.section.title for chapter in chapters]
    told = sum(len(chapter.facts) for chapter in chapters)
    return told > 1 or any(meaning(title) or _OWN_NAME.search(title) for title in titles)


def reads(source: Source) -> Import:
    """Read files about a character; other files come along as they are.

    Raises ``NotASoulError`` where a text is not UTF-8 or all of it is too long.
    """
    alone = len(source.files) == 1
    document: JsonObject = {}
    carried: JsonObject = {}
    assets: dict[str, bytes] = {}
    for name, raw in source.files.items():
        if alone or name.lower().endswith(_ENDINGS):
            document[name], more = _parted(_decoded(name, raw))
            carried |= more
        else:
            assets[name] = raw
    texts = [str(text) for text in document.values()]
    if sum(map(len, texts)) > _MOST or sum(text.count("\n") for text in texts) > _MOST_LINES:
        message = f"there are more than {_MOST} characters or {_MOST_LINES} lines"
        raise NotASoulError([whole_text("too_large", message, "shorten it", source.name)])
    found = soul_from(SHAPE, document | carried, format=NAME, source=source.name)
    notes = [Note("kept", name, name, "comes along as it is") for name in assets]
    return replace(found, assets=assets, report=found.report + notes)


def _decoded(name: str, raw: bytes) -> str:
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        message, mend = "this is not UTF-8", "save the file as UTF-8"
        raise NotASoulError([whole_text("not_utf8", message, mend, name)]) from error
    if "\0" in text:
        raise NotASoulError([whole_text("nul", "there is a NUL in it", "take it away", name)])
    return text


def writes(what: Import, stem: str) -> Export:
    """Write a soul as the files that it came from, else as one file with all that it says."""
    soul = soul_in(what, stem + ENDING)
    origin = origin_of(soul, _NAMES)
    if origin is None:
        document, report = document_from(SHAPE, soul)
        document[stem + ENDING] = document.pop(MAIN)
    else:
        document, report = document_from(SHAPE, soul, partial(laid_over, origin))
        if SOUL in document and document != origin:
            # Only this says what the files told when they were written: they are not written anew.
            document.setdefault(SEEN, soul_of(document)[0])
    return Export({**_files(document), **what.assets}, report)


# -- the soul in a comment -------------------------------------------------------------------------


def _files(document: JsonObject) -> Files:
    """Give the texts as files; the first of a soul has what is carried at its end."""
    texts = {name: text for name, text in document.items() if isinstance(text, str)}
    carried = {key: document[key] for key in (SOUL, SEEN) if key in document}
    holder = min(texts, key=lambda name: role_of_file(name, alone=False) != "", default=MAIN)
    if carried:
        # No text within can end the comment.
        written = json.dumps(carried, ensure_ascii=False).replace(">", "\\u003e")
        texts[holder] = f"{texts.get(holder, '')}{_OPEN}{written}{_CLOSE}"
    return {name: text.encode() for name, text in texts.items()}


def _parted(text: str) -> tuple[str, JsonObject]:
    """Take the carried soul from the end of a text; what cannot be read there stays in the text."""
    before, mark, after = text.rpartition(_OPEN)
    if not mark or not after.rstrip().endswith(_CLOSE.strip()):
        return text, {}
    try:
        carried = parse(after.rstrip().removesuffix(_CLOSE.strip()))
    except NotJsonError:
        return text, {}
    found = carried if isinstance(carried, dict) else {}
    return (
        (before, {key: found[key] for key in (SOUL, SEEN) if key in found}) if found else (text, {})
    )
