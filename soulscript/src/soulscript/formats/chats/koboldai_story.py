"""Stories of KoboldAI and Kobold Lite: ``{gamestarted, prompt, actions, memory, worldinfo, …}``.

The text is a run of pieces in which marks show who speaks: ``{{[INPUT]}}`` and ``{{[OUTPUT]}}`` or
the tags of the settings, ``Name: `` at the start of a line, and in adventures ``> `` before what
the person does. Text before the first mark is prose that nobody says. World info is read, too.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from soulscript.errors import Path
from soulscript.formats.base import as_number, as_text
from soulscript.formats.books.koboldai_world import KOBOLDAI
from soulscript.formats.chats.lines import ChatLayout, Line, Speaker, listed
from soulscript.formats.redaction import without_secrets
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.report import Note

_SETTINGS: Final = "savedsettings"
_LORE: Final = "worldinfo"
_METADATA: Final = "actions_metadata"
_TEXT: Final = "Selected Text"
_TYPICAL_KEYS: Final = ("gamestarted", "actions", "memory", "authorsnote", _LORE, _SETTINGS)
_MIN_TYPICAL_KEYS: Final = 2
_ADVENTURE, _INSTRUCT = 2, 4  # values of ``opmode``
_TAGS: Final[dict[str, Speaker]] = {
    "{{[INPUT]}}": "person",
    "{{[OUTPUT]}}": "character",
    "{{[SYSTEM]}}": "other",
    "{{[INPUT_END]}}": "other",
    "{{[OUTPUT_END]}}": "other",
    "{{[SYSTEM_END]}}": "other",
}
_TAG_SETTINGS: Final[dict[str, Speaker]] = {
    "instruct_starttag": "person",
    "instruct_endtag": "character",
    "instruct_systag": "other",
}
_PROSE: Final = "nothing tells who says it; held in the original alone"
_PERSON: Final = "User"  # as Kobold Lite calls the person unless told otherwise
_CHARACTER: Final = "KoboldAI"


@dataclass(frozen=True, slots=True)
class _Marks:
    """The marks of a story: mark -> who speaks after it, and the pattern that finds them."""

    speakers: dict[str, Speaker]
    pattern: re.Pattern[str]
    adventure: bool


def _sees(document: JsonValue) -> bool:
    if not isinstance(document, dict) or not isinstance(document.get("prompt"), str):
        return False
    if not isinstance(document.get("actions"), list | dict):
        return False
    return sum(key in document for key in _TYPICAL_KEYS) >= _MIN_TYPICAL_KEYS


def _marks(settings: JsonObject) -> _Marks:
    mode = as_number(settings.get("opmode"))
    speakers = dict(_TAGS)
    if mode == _INSTRUCT:
        for key, speaker in _TAG_SETTINGS.items():
            if tag := as_text(settings.get(key)).replace("\\n", "\n").strip():
                speakers.setdefault(tag, speaker)
    names: dict[str, Speaker] = {as_text(settings.get("chatname")) or _PERSON: "person"}
    for name in (as_text(settings.get("chatopponent")) or _CHARACTER).split("||$||"):
        names.setdefault(name, "character")
    speakers |= names
    tags = "|".join(re.escape(tag) for tag in speakers if tag not in names)
    said = "|".join(map(re.escape, names))
    pattern = re.compile(rf"({tags})|^({said}): ?|^(>) ", re.MULTILINE)
    return _Marks({**speakers, ">": "person"}, pattern, mode == _ADVENTURE)


def _pieces(document: JsonObject) -> Iterator[tuple[Path, str, int]]:
    """Yield the pieces of the text: path, text, and how many others were given in its place."""
    yield ("prompt",), as_text(document["prompt"]), 0
    actions = document["actions"]
    metadata = as_object(document.get(_METADATA))
    for index, text in enumerate(listed(actions)):
        others = listed(as_object(metadata.get(str(index))).get("Alternative Text"))
        yield ("actions", index), as_text(text), len(others)
    for key, value in as_object(as_object(actions).get("actions")).items():
        action = as_object(value)
        others = listed(action.get("Options")) or listed(action.get("Alternative Text"))
        yield ("actions", "actions", key, _TEXT), as_text(action.get(_TEXT)), len(others)


def _lines(document: JsonValue) -> Iterator[Line]:
    story = as_object(document)
    marks = _marks(as_object(story.get(_SETTINGS)))
    speaker: Speaker | None = None
    name = ""
    for path, text, count in _pieces(story):
        others = count  # noted with the first line of the piece
        for mark, start, end in _parts(text, marks):
            if mark:
                speaker, name = marks.speakers[mark], "" if mark in _TAGS or mark == ">" else mark
            for who, first, last in _ended(speaker, text, start, end, marks):
                speaker = who
                if text[first:last].strip():
                    said = (path, path, text[first:last], who or "other", name)
                    skipped = "" if who else _PROSE
                    yield Line(*said, skipped=skipped, unchosen=others, span=(first, last))
                    others = 0


def _parts(text: str, marks: _Marks) -> Iterator[tuple[str, int, int]]:
    """Yield each part of a piece: the mark before it, if any, its start and its end."""
    mark, start = "", 0
    for match in marks.pattern.finditer(text):
        found = next(group for group in match.groups() if group)
        if found == ">" and not marks.adventure:
            continue
        yield mark, start, match.start()
        mark, start = found, match.end()
    yield mark, start, len(text)


def _ended(
    speaker: Speaker | None, text: str, start: int, end: int, marks: _Marks
) -> Iterator[tuple[Speaker | None, int, int]]:
    """Yield a part; in adventures what the person does ends with its line."""
    stop = text.find("\n", start, end) if marks.adventure and speaker == "person" else -1
    if stop < 0:
        yield speaker, start, end
    else:
        yield speaker, start, stop
        yield "character", stop, end


def _redact(document: JsonValue) -> tuple[JsonValue, list[Note]]:
    """Take secrets out of the settings, which may hold keys of paid services."""
    story = as_object(document)
    settings: JsonObject = {key: story[key] for key in (_SETTINGS,) if key in story}
    kept, notes = without_secrets(settings)
    return story | kept, notes


def _lore(document: JsonValue) -> Path | None:
    return (_LORE,) if isinstance(as_object(document).get(_LORE), list) else None


LAYOUT: Final = ChatLayout(
    _sees, _lines, frozenset({"prompt", "actions", _METADATA, _LORE}), _lore, KOBOLDAI, _redact
)
