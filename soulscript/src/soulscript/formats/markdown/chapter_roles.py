"""Files about a character -> its soul: what the texts of each role become."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

from soulscript.formats.base import MEMORIES_KEY
from soulscript.formats.fields import complete_soul, keyed_by_id, new_memory
from soulscript.formats.markdown.chapters import PRINCIPLE, Chapter
from soulscript.formats.markdown.contents import EMOJI_KEY, Contents, contents_of
from soulscript.formats.markdown.headings import role_of_heading
from soulscript.formats.markdown.readings import (
    boundaries_of,
    sentence,
    traits_of,
    values_of,
    voice_of,
)
from soulscript.formats.sources import DEFAULT_EXPRESSION, avatar_of
from soulscript.formats.text_interpretation import without_full_stop
from soulscript.jsontext.parser import JsonObject
from soulscript.model.memory import PROFILE
from soulscript.model.soul import AVATAR, ENGINE, avatar
from soulscript.report import Note

_AVATAR_KEY: Final = f"md:{AVATAR}"
_FACT: Final = "fact"  # kind of memory
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def to_soul(document: JsonObject) -> tuple[JsonObject, list[Note]]:
    """Return the soul document of ``{file name: text}``, and a note for each heading."""
    contents = contents_of(document)
    facts, log = contents.facts, contents.log
    style = contents.texts("relationship")
    image = facts.get("avatar", "")
    looks = avatar_of([(DEFAULT_EXPRESSION, image)]) if image else {}
    named = {key: facts.get(key, "") for key in ("form", "occupation", "gender", "age")}
    background = "\n".join(line for _, _, line in contents.background)
    expertise = dict.fromkeys(map(without_full_stop, contents.texts("expertise")))
    soul: JsonObject = {
        "entity": {**named, "background": background, "expertise": [*expertise]},
        "personality": {
            "name": facts.get("name", ""),
            "core_traits": [*traits_of(contents.blocks("personality"), facts.get("tone", ""))],
        },
        "values": [*values_of(*map(contents.blocks, ("values", PRINCIPLE, "tensions")))],
        "voice": voice_of(contents.blocks("voice"), contents.blocks("vocabulary"), facts),
        "relationship": {
            "style": " ".join(map(sentence, style)) if len(style) > 1 else "".join(style),
            "boundaries": [*boundaries_of(contents.blocks("boundaries"))],
        },
        # An image that is neither a file nor a URL is kept as text.
        **({_AVATAR_KEY: image} if avatar(looks)[1] else {AVATAR: looks}),
        **({ENGINE: {"emoji": True}} if "emoji" in facts else {}),
        EMOJI_KEY: facts.get("emoji", ""),
        MEMORIES_KEY: keyed_by_id(_memories(contents)),
    }
    return complete_soul(log, soul), log.notes


def _memories(contents: Contents) -> Iterator[JsonObject]:
    """Yield a memory for each text to be remembered, and one for each file about the person.

    The name of a file may tell the day of its memories: ``memory/2026-01-31.md``.
    """
    profiles: dict[str, list[str]] = {}
    memories: dict[str, int] = {}
    for chapter, block in contents.titled:
        if chapter.role == "memory":
            memories.setdefault(_remembered(chapter, block.plain), _day(chapter.file))
        elif chapter.role == "profile":
            profiles.setdefault(chapter.file, []).append(block.plain)
    yield from (new_memory(_FACT, text, at=day) for text, day in memories.items())
    for texts in profiles.values():
        yield new_memory(PROFILE, "\n".join(texts))


def _remembered(chapter: Chapter, text: str) -> str:
    """Return a text with the heading that tells what it is about."""
    title = chapter.section.title
    is_topic = chapter.section.level > 1 and not role_of_heading(title)
    return f"{title}: {text}" if is_topic else text


def _day(name: str) -> int:
    """Return the day in a file's name, in milliseconds since 1970; 0 without one."""
    date = _DATE.search(name)
    try:
        day = datetime.fromisoformat(date[0]) if date else None
    except ValueError:
        return 0
    return int(day.replace(tzinfo=UTC).timestamp() * 1000) if day else 0
