"""The example dialogues of a soul as turns of a prompt, before the conversation."""

from collections.abc import Iterable
from typing import Final

from soulscript.prompts import CHARACTER, PERSON, Turn
from synthetic_soul.llm.base import Message, Role, merge_roles
from synthetic_soul.voices.model.foreign_text import harmless, name_text

EXAMPLE_MARK: Final = "⟦example⟧"
"""Stands before a person's turn in an example. Nobody else's text in a prompt can contain it."""
SILENCE: Final = "…"
"""A person's turn where the agent speaks first: strict templates want one there."""


def example_turns(dialogues: Iterable[tuple[Turn, ...]]) -> tuple[Message, ...]:
    """Return dialogues as messages whose roles alternate, from a user's to an assistant's."""
    return tuple(turn for dialogue in dialogues for turn in _alternating(dialogue))


def _alternating(dialogue: tuple[Turn, ...]) -> list[Message]:
    """Return a dialogue from a person's turn to one of the character's, or to silences."""
    turns = [Message(_role(turn), _said(turn)) for turn in dialogue]
    if turns and turns[0].role == "assistant":
        turns.insert(0, Message("user", SILENCE))
    merged = merge_roles(turns, lambda _: "\n")
    if merged and merged[-1].role == "user":
        merged.append(Message("assistant", SILENCE))
    return [
        Message("user", f"{EXAMPLE_MARK} {turn.content}") if turn.role == "user" else turn
        for turn in merged
    ]


def _role(turn: Turn) -> Role:
    # A card may give words to several characters; whoever is not the person is the model's to play.
    return "user" if turn.speaker == PERSON else "assistant"


def _said(turn: Turn) -> str:
    text = harmless(turn.text).strip() or SILENCE
    if turn.speaker in {CHARACTER, PERSON}:
        return text
    return f"{name_text(turn.speaker)}: {text}"
