"""Lorebooks and chats written for the tests."""

from collections.abc import Iterable, Mapping
from typing import Any

from soulscript.lore import (
    BookSettings,
    Chat,
    Chosen,
    Fired,
    Line,
    LoreEntry,
    LoreSettings,
    Place,
    entry_of,
)
from soulscript.model.memory import Memory

CHARACTER = "Wren"
PERSON = "Ann"


def entry(fields: Mapping[str, Any]) -> LoreEntry:
    """Return the entry of a card's book, by way of the memory that it becomes."""
    content = fields.get("content", f"About {fields['id']}.")
    keys = fields.get("keys", [])
    texts = [text.strip() for text in keys.split(",")] if isinstance(keys, str) else keys
    memory = {
        "id": fields["id"],
        "core_memory": content,
        "fragments": [],
        "emotional_signature": {"valence": 0.0, "intensity": 0.0},
        "importance_score": 0.5,
        "creation_date": 0,
        "last_accessed": 0,
        "metadata": {"topic_tags": texts, "memory_type": "lore"},
        "st:entry": {key: value for key, value in fields.items() if key not in {"content", "keys"}},
    }
    return entry_of(Memory.model_validate(memory))


def entries(all_fields: Iterable[Mapping[str, Any]]) -> list[LoreEntry]:
    return [entry(fields) for fields in all_fields]


def line(text: str) -> Line:
    """Return a line written as "Speaker: text"."""
    speaker, _, said = text.partition(": ")
    return Line(speaker, said, speaker == CHARACTER)


def chat(lines: Iterable[str] = (), **parts: Any) -> Chat:  # noqa: ANN401 - any part of a chat
    """Return a chat between Wren and Ann."""
    names: dict[str, Any] = {"character": CHARACTER, "person": PERSON, "seed": "a seed"}
    return Chat(lines=tuple(line(text) for text in lines), **(names | parts))


def words(text: str) -> int:
    """Count a token for each word."""
    return len(text.split())


def settings(**parts: Any) -> LoreSettings:  # noqa: ANN401 - any setting
    """Return settings without a budget, unless one is named; tokens are words."""
    return LoreSettings(**({"budget": None, "count_tokens": words} | parts))


def place(chosen: Chosen) -> str:
    """Write where an entry goes."""
    if chosen.place is Place.OUTLET:
        return f"outlet {chosen.outlet}"
    if chosen.depth is not None:
        return f"{chosen.place.name} {chosen.depth} {chosen.role.value}"
    return chosen.place.name


def book_settings(fields: Mapping[str, Any]) -> BookSettings:
    return BookSettings(**fields)


def fired(fields: Mapping[str, Any], of: LoreEntry) -> Fired:
    """Return a record of an entry as it is, unless it names another version."""
    return Fired.load({"version": of.version} | dict(fields))
