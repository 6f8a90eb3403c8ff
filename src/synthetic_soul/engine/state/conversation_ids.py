"""The ids of conversations: one with each person, one for the group."""

from typing import Final

GROUP: Final = "group:"
MAIN_GROUP: Final = f"{GROUP}main"


def private_conversation(person: str) -> str:
    """Return the id of the conversation between an agent and one person."""
    return f"dm:{person}"
