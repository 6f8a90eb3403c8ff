"""Macros in documents whose tools expand few of them, or none.

What such a macro stands for is written out there: the name of the character, a neutral word for the
person, one of several possibilities, "now". A document that is written so carries the soul with its
macros, so that reading it again loses nothing.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import SOUL_KEY
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.soul import Soul
from soulscript.prompts.expansion import scene_of
from soulscript.report import Note
from soulscript.text.macros import Scene, expand, has_macros, kind_of, macro_names

_CHARACTER_MARK: Final = "\ue000"
_PERSON_MARK: Final = "\ue001"
"""Characters of no meaning that stand for names while the other macros are written out."""
_FATES: Final = {
    "name": "written out: the tools of this format expand none",
    "chance": "one of its possibilities is written: the tools of this format draw none",
    "time": "a word for it is written: the tools of this format do not tell the time",
    "text": "what it stands for is written out",
}


@dataclass(frozen=True, slots=True)
class Spelling:
    """How the tools of a format spell the names of character and person; "" if they have no way."""

    character: str = ""
    person: str = ""

    def write(self, text: str, scene: Scene) -> str:
        """Return a text in which no macros stand but these names."""
        if not has_macros(text):
            return text
        marked = replace(
            scene,
            character=_CHARACTER_MARK if self.character else scene.character,
            person=_PERSON_MARK if self.person else scene.person,
            seed=hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        )
        written = expand(text, marked)
        if self.character:
            written = written.replace(_CHARACTER_MARK, self.character)
        return written.replace(_PERSON_MARK, self.person) if self.person else written


NO_NAMES: Final = Spelling()
"""Of tools that expand no macros at all."""
CARD_NAMES: Final = Spelling("{{char}}", "{{user}}")
"""Of tools that know the names as cards write them, and no further macros."""

SpellIn = Callable[[JsonValue, Scene, Spelling], JsonValue]


def in_all_texts(value: JsonValue, scene: Scene, spelling: Spelling) -> JsonValue:
    """Write out the macros in all texts of a JSON value; keys stay."""
    if isinstance(value, str):
        return spelling.write(value, scene)
    if isinstance(value, list):
        return [in_all_texts(item, scene, spelling) for item in value]
    if isinstance(value, dict):
        return {key: in_all_texts(item, scene, spelling) for key, item in value.items()}
    return value


@dataclass(frozen=True, slots=True)
class FewMacros:
    """The macros of a format whose tools expand the names in a spelling, and no others.

    ``spell_in`` writes them in a document: in all of its texts, unless some are no prose.
    """

    spelling: Spelling = NO_NAMES
    spell_in: SpellIn = in_all_texts

    def write(self, document: JsonObject, soul: Soul) -> JsonObject:
        """Return a document that was made of a soul with all other macros written out."""
        return as_object(self.spell_in(document, scene_of(soul), self.spelling))

    def notes(self, before: JsonObject, after: JsonObject) -> Iterator[Note]:
        """Yield a note for each macro that stands in the texts before, and no longer after."""
        gone = _counted(before)
        gone.subtract(_counted(after))
        for name, count in sorted(gone.items()):
            if count <= 0 or not name:
                continue
            macro = f"{{{{{name}}}}}"
            times = "once" if count == 1 else f"{count} times"
            kind = kind_of(name)
            if kind == "unknown":
                yield Note("dropped", macro, "", f"left out {times}: nothing is known of it")
            else:
                yield Note("changed", macro, "", f"{_FATES[kind]} ({times})")


def _counted(document: Mapping[str, JsonValue]) -> Counter[str]:
    texts = {key: value for key, value in document.items() if key != SOUL_KEY}
    return Counter(name for text in _texts(texts) for name in macro_names(text))


def _texts(value: JsonValue) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            if key != SOUL_KEY:
                yield from _texts(inner)
