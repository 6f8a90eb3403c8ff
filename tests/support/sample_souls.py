"""Sample souls for tests: a small Soulscript one, and a character in Eliza's format."""

from collections.abc import Mapping

from pydantic import JsonValue

from soulscript import Soul, write


def sample_soul(name: str = "Kiki", more: Mapping[str, JsonValue] | None = None) -> Soul:
    """Return a small soul, with ``more`` keys at the top of the document."""
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


def sample_soul_file(name: str = "Kiki") -> bytes:
    """Return the same soul as the bytes of a .soul file."""
    return write(sample_soul(name)).encode()


def memory(id: str, says: str, *topics: str, at: int = 1_500_000_000_000) -> dict[str, JsonValue]:
    """Return a memory for ``soul:memories``."""
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


def eliza_character() -> dict[str, JsonValue]:
    """Return a character in Eliza's format."""
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
