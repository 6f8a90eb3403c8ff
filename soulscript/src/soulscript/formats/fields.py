"""Foreign documents read field by field: what each became is noted, what is wrong is named.

An ``Account`` belongs to one reading. ``Fields`` is one object of the document; what nobody asked
for is noted by ``rest``, so that no field goes without a word.
"""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import JsonValue

from soulscript.errors import NotASoulError, Path, Problem, spell
from soulscript.formats.base import SOURCE, JsonObject
from soulscript.formats.text.phrasing import sentence
from soulscript.model.soul import VERSION
from soulscript.report import Fate, Note

INFERRED: Final = "soul:inferred"
"""Key of a trait or a value whose strength nobody gave: it was taken as moderate."""
MODERATE: Final = 0.5
_AGE: Final = re.compile(r"[0-9]+(\.[0-9]+)?( ?[-–] ?[0-9]+(\.[0-9]+)?)?")  # as rule D7 has it
_TRAIT: Final = "attentive"  # of a character of which no trait is known
_OCCUPATION: Final = "companion"  # of one of which not even a name or a form is known


@dataclass(slots=True)
class Account:
    """What became of each field of a document, and what is wrong with it."""

    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def note(self, fate: Fate, path: Path, became: str, message: str) -> None:
        """Say what became of what stood at ``path``; an empty one stands for what was missing."""
        self.notes.append(Note(fate, spell(path) if path else "", became, message))

    def wrong(self, path: Path, wanted: str) -> None:
        """Say that something else is needed at ``path``."""
        message, mend = f"{wanted} is needed here", f"write {wanted}"
        self.problems.append(Problem("wrong_type", "error", spell(path), 1, 1, message, mend))

    def settle(self) -> None:
        """Raise ``NotASoulError`` if anything is wrong."""
        if self.problems:
            raise NotASoulError(self.problems)


@dataclass(slots=True)
class Fields:
    """One object of a document. A field that is absent, null or blank reads as nothing."""

    value: JsonObject
    account: Account
    path: Path = ()
    _asked: set[str] = field(default_factory=set)

    def text(self, key: str, became: str = SOURCE, message: str = "", fate: Fate = "kept") -> str:
        """Give a text, or a number as one."""
        self._asked.add(key)
        found = _as_text(self.value.get(key), self.account, (*self.path, key))
        if found:
            self._note(key, fate, became, message or "as it is")
        return found

    def texts(
        self,
        key: str,
        became: str = SOURCE,
        message: str = "",
        fate: Fate = "kept",
        named: Sequence[str] = (),
    ) -> list[str]:
        """Give the texts of a list, or a single one; ``named`` are keys of objects that say one."""
        self._asked.add(key)
        here = (*self.path, key)
        value = self.value.get(key)
        if not isinstance(value, list):
            value = [value]
        found = [
            _said(item, named, self.account, here if len(value) == 1 else (*here, place))
            for place, item in enumerate(value)
        ]
        texts = [text for text in found if text]
        if texts:
            self._note(key, fate, became, message or "as it is")
        return texts

    def inner(self, key: str) -> "Fields":
        """Give an object within; an empty one where there is none."""
        self._asked.add(key)
        value = self.value.get(key)
        here = (*self.path, key)
        if isinstance(value, dict):
            return Fields(value, self.account, here)
        if value is not None:
            self.account.wrong(here, "an object")
        return Fields({}, self.account, here)

    def each(self, key: str) -> "list[Fields]":
        """Give the objects of a list; null items are left out."""
        self._asked.add(key)
        value = self.value.get(key)
        here = (*self.path, key)
        if value is not None and not isinstance(value, list):
            self.account.wrong(here, "a list")
        found = []
        for place, item in enumerate(value if isinstance(value, list) else ()):
            if isinstance(item, dict):
                found.append(Fields(item, self.account, (*here, place)))
            elif item is not None:
                self.account.wrong((*here, place), "an object")
        return found

    def said(self, key: str, became: str, message: str, fate: Fate = "changed") -> JsonValue:
        """Give a field as it stands, to be looked at by the caller, and note what it becomes."""
        self._asked.add(key)
        if self.value.get(key) is not None:
            self._note(key, fate, became, message)
        return self.value.get(key)

    def rest(self, message: str = "held in the original") -> None:
        """Note every field that nobody asked for: the original keeps it."""
        for key in self.value:
            if key not in self._asked:
                self._note(key, "kept", SOURCE, message)

    def _note(self, key: str, fate: Fate, became: str, message: str) -> None:
        self.account.note(fate, (*self.path, key), became, message)


def _as_text(value: JsonValue, account: Account, path: Path) -> str:
    if isinstance(value, str):
        return value if value.strip() else ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if value is not None:
        account.wrong(path, "a text")
    return ""


def _said(item: JsonValue, named: Sequence[str], account: Account, path: Path) -> str:
    if not isinstance(item, dict):
        return _as_text(item, account, path)
    key = next((key for key in named if item.get(key) is not None), None)
    return _as_text(item[key], account, (*path, key)) if key is not None else ""


def located(error: NotASoulError, source: str) -> NotASoulError:
    """Give the error again, with the name of the file in each problem."""
    return NotASoulError([replace(problem, source=source) for problem in error.problems])


# -- souls -----------------------------------------------------------------------------------------


def whole(account: Account, soul: JsonObject) -> JsonObject:
    """Make a soul of the specification's layout of what a document gave; note what was missing.

    Raises ``NotASoulError`` if anything was wrong with the document.
    """
    account.settle()
    soul = {**soul, "entity": _aged(_object(soul.get("entity")), account)}
    known = _object(soul.get("personality")).get("name") or _object(soul.get("entity")).get("form")
    defaults: JsonObject = {
        "entity": {"form": "", "occupation": "" if known else _OCCUPATION},
        "personality": {"core_traits": [trait(_TRAIT)]},
        "values": [],
        "voice": {"style": "", "tone": "", "qualities": [], "patterns": []},
        "relationship": {"style": "", "boundaries": []},
    }
    result: JsonObject = {"version": VERSION}
    for part, needed in defaults.items():
        if isinstance(needed, dict):
            given = {key: value for key, value in _object(soul.get(part)).items() if value}
            missing = {key: value for key, value in needed.items() if key not in given}
            result[part] = {**given, **missing}
        else:
            missing = {} if soul.get(part) else {"": needed}
            result[part] = soul.get(part) or needed
        for key, value in missing.items():
            taken = "what does no harm is taken" if value else "it is left empty"
            account.note(
                "defaulted", (), f"{part}.{key}".rstrip("."), f"the source has none; {taken}"
            )
    extensions = {key: value for key, value in soul.items() if key not in result and value}
    return {**result, **extensions}


def _aged(entity: JsonObject, account: Account) -> JsonObject:
    """Say an age that is neither a number nor a range in the background: §2.2 has no other."""
    age, background = entity.get("age"), entity.get("background")
    if not age or _AGE.fullmatch(str(age)):
        return entity
    account.note("changed", (), "entity.background", "an age that is neither number nor range")
    lines = [background, sentence(f"Age: {age}")]
    return {**entity, "age": "", "background": "\n".join(str(line) for line in lines if line)}


def _object(value: JsonValue) -> JsonObject:
    return value if isinstance(value, dict) else {}


def trait(name: str, strength: float = MODERATE, rules: Sequence[str] = ()) -> JsonObject:
    """Make a trait whose strength is taken from words alone."""
    shown: JsonObject = {"expression_rules": list(rules)} if rules else {}
    return {"trait": name, "strength": strength, **shown, INFERRED: True}


def traits(names: Iterable[str]) -> list[JsonValue]:
    """Make a moderate trait of each name, once whatever its case."""
    once: dict[str, str] = {}
    for name in names:
        once.setdefault(name.casefold(), name)
    return [*map(trait, once.values())]


def value(name: str, expression: str) -> JsonObject:
    """Make a value whose importance nobody gave."""
    return {"name": name, "importance": MODERATE, "expression": expression, INFERRED: True}


# -- memories --------------------------------------------------------------------------------------


def memory(kind: str, content: str, *, tags: Sequence[str] = (), at: int = 0) -> JsonObject:
    """Make the document of a memory of a text. Its id depends on kind, tags and text alone."""
    digest = hashlib.sha256("\0".join((kind, *tags, content)).encode("utf-8", "replace"))
    fragment: JsonObject = {
        "type": "memory",
        "content": content,
        "timestamp": at,
        "importance": MODERATE,
        "emotional_valence": 0.0,
    }
    # As ``Memory.dump`` gives it; there may be thousands.
    notes: JsonObject = {"topic_tags": [*tags]} if tags else {}
    return {
        "id": f"{kind}-{digest.hexdigest()[:12]}",
        "core_memory": content,
        "fragments": [fragment],
        "connections": [],
        "emotional_signature": {"valence": 0.0, "intensity": 0.0},
        "importance_score": MODERATE,
        "creation_date": at,
        "last_accessed": at,
        "metadata": {**notes, "memory_type": kind},
    }


def by_id(memories: Iterable[JsonObject]) -> JsonObject:
    """Give memories as a soul holds them: id -> memory."""
    return {str(found["id"]): found for found in memories}
