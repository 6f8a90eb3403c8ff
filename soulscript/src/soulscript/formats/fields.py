"""Strict reading of foreign documents, field by field, and the parts of a soul made of them.

Every field that a ``FieldReader`` reads is noted, every wrong type is a problem; ``note_unread``
notes the remaining fields, so that the report names each field of the document.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotASoulError, Path, Problem, spell
from soulscript.formats.base import MODERATE, SOURCE_KEY
from soulscript.formats.text_interpretation import sentence
from soulscript.jsontext.parser import JsonObject, as_object
from soulscript.model.dialogues import INFERRED_KEY, PLACEHOLDER_KEY
from soulscript.model.soul import VERSION
from soulscript.reading.soul_dialects import AGE
from soulscript.report import Fate, Note

_PLACEHOLDER: Final = "attentive"
DEFAULT_OCCUPATION: Final = "companion"  # of a soul with neither name nor form


@dataclass(slots=True)
class FieldLog:
    """The notes and problems of reading one document."""

    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def note(self, fate: Fate, path: Path, became: str, message: str) -> None:
        """Add a note; an empty path stands for what the source does not have."""
        self.notes.append(Note(fate, spell(path) if path else "", became, message))

    def wrong_type(self, path: Path, wanted: str) -> None:
        """Add the problem that ``wanted`` ("a text") is needed at a path."""
        message, mend = f"{wanted} is needed here", f"write {wanted}"
        self.problems.append(Problem("wrong_type", "error", spell(path), 1, 1, message, mend))

    def raise_problems(self) -> None:
        """Raise ``NotASoulError`` with all problems, if there are any."""
        if self.problems:
            raise NotASoulError(self.problems)


@dataclass(slots=True)
class FieldReader:
    """Reads the fields of one object. An absent, null or blank field reads as empty."""

    value: JsonObject
    log: FieldLog
    path: Path = ()
    _read: set[str] = field(default_factory=set)

    def text(
        self, key: str, became: str = SOURCE_KEY, message: str = "as it is", fate: Fate = "kept"
    ) -> str:
        """Return a text, or a number as one."""
        text = _text(self._get(key), self.log, (*self.path, key))
        if text:
            self._note(key, fate, became, message)
        return text

    def texts(
        self,
        key: str,
        became: str = SOURCE_KEY,
        message: str = "as it is",
        fate: Fate = "kept",
        text_keys: Sequence[str] = (),
    ) -> list[str]:
        """Return the texts of a list, or a single text as a list.

        An object counts as the text under the first of ``text_keys`` that it has.
        """
        value, path = self._get(key), (*self.path, key)
        items = value if isinstance(value, list) else [value]
        all_texts = [
            _item_text(item, text_keys, self.log, path if len(items) == 1 else (*path, index))
            for index, item in enumerate(items)
        ]
        texts = [text for text in all_texts if text]
        if texts:
            self._note(key, fate, became, message)
        return texts

    def object(self, key: str) -> "FieldReader":
        """Return a reader of a nested object, of an empty one if there is none."""
        value, path = self._get(key), (*self.path, key)
        if isinstance(value, dict):
            return FieldReader(value, self.log, path)
        if value is not None:
            self.log.wrong_type(path, "an object")
        return FieldReader({}, self.log, path)

    def objects(self, key: str) -> "list[FieldReader]":
        """Return a reader for each object of a list, without null items."""
        value, path = self._get(key), (*self.path, key)
        if value is not None and not isinstance(value, list):
            self.log.wrong_type(path, "a list")
        readers = []
        for index, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, dict):
                readers.append(FieldReader(item, self.log, (*path, index)))
            elif item is not None:
                self.log.wrong_type((*path, index), "an object")
        return readers

    def raw(self, key: str, became: str, message: str, fate: Fate = "changed") -> JsonValue:
        """Return a field of any type unchecked, and note it unless it is null."""
        value = self._get(key)
        if value is not None:
            self._note(key, fate, became, message)
        return value

    def note_unread(self, message: str = "held in the original") -> None:
        """Note every field that was not read as kept in the original."""
        for key in self.value:
            if key not in self._read:
                self._note(key, "kept", SOURCE_KEY, message)

    def _get(self, key: str) -> JsonValue:
        self._read.add(key)
        return self.value.get(key)

    def _note(self, key: str, fate: Fate, became: str, message: str) -> None:
        self.log.note(fate, (*self.path, key), became, message)


def _text(value: JsonValue, log: FieldLog, path: Path) -> str:
    if isinstance(value, str):
        return value if value.strip() else ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if value is not None:
        log.wrong_type(path, "a text")
    return ""


def _item_text(item: JsonValue, text_keys: Sequence[str], log: FieldLog, path: Path) -> str:
    if not isinstance(item, dict):
        return _text(item, log, path)
    key = next((key for key in text_keys if item.get(key) is not None), None)
    return _text(item[key], log, (*path, key)) if key is not None else ""


# -- parts of a soul -------------------------------------------------------------------------------


def complete_soul(log: FieldLog, parts: JsonObject) -> JsonObject:
    """Return a soul document with the specification's layout, and note what was missing.

    Raises ``NotASoulError`` with the problems of the log, if there are any.
    """
    log.raise_problems()
    parts = {**parts, "entity": _with_valid_age(as_object(parts.get("entity")), log)}
    known = as_object(parts.get("personality")).get("name") or as_object(parts["entity"]).get(
        "form"
    )
    defaults: JsonObject = {
        "entity": {"form": "", "occupation": "" if known else DEFAULT_OCCUPATION},
        "personality": {"core_traits": [placeholder_trait()]},
        "values": [],
        "voice": {"style": "", "tone": "", "qualities": [], "patterns": []},
        "relationship": {"style": "", "boundaries": []},
    }
    result: JsonObject = {"version": VERSION}
    for part, default in defaults.items():
        if isinstance(default, dict):
            given = {key: value for key, value in as_object(parts.get(part)).items() if value}
            missing = {key: value for key, value in default.items() if key not in given}
            result[part] = {**given, **missing}
        else:
            missing = {} if parts.get(part) else {"": default}
            result[part] = parts.get(part) or default
        for key, value in missing.items():
            taken = "what does no harm is taken" if value else "it is left empty"
            path = f"{part}.{key}".rstrip(".")
            log.note("defaulted", (), path, f"the source has none; {taken}")
    return result | {key: value for key, value in parts.items() if key not in result and value}


def _with_valid_age(entity: JsonObject, log: FieldLog) -> JsonObject:
    """Move an age that is neither a number nor a range to the background: §2.2 has no other."""
    age, background = entity.get("age"), entity.get("background")
    if not age or AGE.fullmatch(str(age)):
        return entity
    log.note("changed", (), "entity.background", "an age that is neither number nor range")
    lines = [background, sentence(f"Age: {age}")]
    return {**entity, "age": "", "background": "\n".join(str(line) for line in lines if line)}


def new_trait(name: str, strength: float = MODERATE, rules: Sequence[str] = ()) -> JsonObject:
    """Return a trait whose strength is inferred."""
    expression: JsonObject = {"expression_rules": list(rules)} if rules else {}
    return {"trait": name, "strength": strength, **expression, INFERRED_KEY: True}


def placeholder_trait() -> JsonObject:
    """Return the trait of a soul of which none is known: a list of them must not be empty."""
    return new_trait(_PLACEHOLDER, 0.0) | {PLACEHOLDER_KEY: True}


def new_traits(names: Iterable[str]) -> list[JsonValue]:
    """Return a moderate trait for each name, without repeats that differ only in case."""
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(name.casefold(), name)
    return [*map(new_trait, unique.values())]


def new_value(name: str, expression: str) -> JsonObject:
    """Return a value whose importance is inferred."""
    return {"name": name, "importance": MODERATE, "expression": expression, INFERRED_KEY: True}


def new_memory(kind: str, content: str, *, tags: Sequence[str] = (), at: int = 0) -> JsonObject:
    """Return the document of a memory; its id depends on kind, tags and content alone.

    ``at`` is in milliseconds since 1970. The document equals what ``Memory.dump`` returns: there
    may be thousands, so no ``Memory`` is made.
    """
    digest = hashlib.sha256("\0".join((kind, *tags, content)).encode("utf-8", "replace"))
    topics: JsonObject = {"topic_tags": [*tags]} if tags else {}
    return {
        "id": f"{kind}-{digest.hexdigest()[:12]}",
        "core_memory": content,
        "fragments": [
            {
                "type": "memory",
                "content": content,
                "timestamp": at,
                "importance": MODERATE,
                "emotional_valence": 0.0,
            }
        ],
        "connections": [],
        "emotional_signature": {"valence": 0.0, "intensity": 0.0},
        "importance_score": MODERATE,
        "creation_date": at,
        "last_accessed": at,
        "metadata": {**topics, "memory_type": kind},
    }


def keyed_by_id(memories: Iterable[JsonObject]) -> JsonObject:
    """Return memories as a soul stores them: id -> memory."""
    return {str(memory["id"]): memory for memory in memories}
