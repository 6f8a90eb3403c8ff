"""Souls of our own to give to an engine: parrots, and their keeper as another tool writes her."""

from collections.abc import Mapping

from pydantic import JsonValue

from soulscript import Soul, write


def parrot(name: str = "Kiki", more: Mapping[str, JsonValue] | None = None) -> Soul:
    """Somebody small, with ``more`` keys at the top of the document."""
    value = {"name": "company", "importance": 0.7, "expression": "stays near"}
    voice = {"style": "chatty", "tone": "bright", "qualities": ["quick"], "patterns": ["short"]}
    return Soul.model_validate(
        {
            "version": "0.1",
            "entity": {"form": "parrot", "occupation": "lookout"},
            "personality": {"name": name, "core_traits": [{"trait": "curious", "strength": 0.6}]},
            "values": [value],
            "voice": voice,
            "relationship": {"style": "friendly", "boundaries": []},
            **(more or {}),
        }
    )


def parrot_file(name: str = "Kiki") -> bytes:
    """The same as the bytes of a .soul file."""
    return write(parrot(name)).encode()


def memory(id: str, says: str, *topics: str, at: int = 1_500_000_000_000) -> dict[str, JsonValue]:
    """A memory for ``soul:memories``."""
    return {
        "id": id,
        "core_memory": says,
        "fragments": [
            {
                "type": "memory",
                "content": says,
                "timestamp": at,
                "importance": 0.5,
                "emotional_valence": 0.0,
            }
        ],
        "connections": [],
        "emotional_signature": {"valence": 0.0, "intensity": 0.0},
        "importance_score": 0.5,
        "creation_date": at,
        "last_accessed": at,
        "metadata": {"topic_tags": list(topics)},
    }


def keeper() -> dict[str, JsonValue]:
    """An Eliza character."""
    return {
        "name": "Nima",
        "modelProvider": "openai",
        "clients": [],
        "bio": ["Nima keeps the light on a small island.", "She repairs clocks in winter."],
        "lore": ["The lamp of the island was lit by Nima's mother in the year of the great frost."],
        "adjectives": ["patient", "curious"],
        "topics": ["tides", "clocks"],
        "style": {"all": ["speaks in short sentences"], "chat": ["asks back"], "post": []},
        "messageExamples": [],
        "postExamples": [],
    }
