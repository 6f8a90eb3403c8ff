"""The examples of a soul's speech that came with it: dialogues, and the opening of a card."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import EXAMPLES_KEY, SOURCE_KEY
from soulscript.jsontext.parser import as_object
from soulscript.model.soul import Soul

CHARACTER: Final = "character"
PERSON: Final = "person"


@dataclass(frozen=True, slots=True)
class Turn:
    """A turn of an example dialogue; ``speaker`` is "character", "person", or a third one's name.

    ``text`` is stripped and not empty; it may have several lines.
    """

    speaker: str
    text: str


def dialogues_of(soul: Soul) -> tuple[tuple[Turn, ...], ...]:
    """Return the soul's example dialogues; what is ill-formed there is left out."""
    value = (soul.model_extra or {}).get(EXAMPLES_KEY)
    dialogues = value if isinstance(value, list) else []
    found = (tuple(_turns(dialogue)) for dialogue in dialogues)
    return tuple(dialogue for dialogue in found if dialogue)


def opening_of(soul: Soul) -> str:
    """Return the first message of the card that the soul was read from, as written; or ""."""
    # The registry of formats imports this module, but none of those that read a format.
    from soulscript.formats.text_interpretation import expand_macros  # noqa: PLC0415 - see above

    source = as_object((soul.model_extra or {}).get(SOURCE_KEY))
    original = as_object(source.get("original"))
    fields = as_object(original.get("data")) or original
    text = fields.get("first_mes")
    return expand_macros(text, soul.name, "you").strip() if isinstance(text, str) else ""


def _turns(dialogue: JsonValue) -> Iterator[Turn]:
    for turn in dialogue if isinstance(dialogue, list) else ():
        speaker, text = as_object(turn).get("speaker"), as_object(turn).get("text")
        if isinstance(speaker, str) and isinstance(text, str) and text.strip():
            yield Turn(speaker.strip() or PERSON, text.strip())
