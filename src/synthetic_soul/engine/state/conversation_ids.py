"""The ids of conversations: one with each person, one for the group."""

from typing import Final

GROUP: Final = "group:"
MAIN_GROUP: Final = f"{GROUP}main"
_PRIVATE: Final = "dm:"


def private_conversation(person: str) -> str:
    """Return the id of the conversation between an agent and one person."""
    return f"{_PRIVATE}{person}"


def is_private(conversation: str) -> bool:
    """Return whether a conversation is one with a single person."""
    return conversation.startswith(_PRIVATE)
