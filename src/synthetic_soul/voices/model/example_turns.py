"""The example dialogues of a soul as turns of a prompt, before the conversation."""

from functools import lru_cache
from typing import Final

from soulscript import Soul
from soulscript.formats import CHARACTER, PERSON, Turn, dialogues_of
from synthetic_soul.llm.base import Message, Role
from synthetic_soul.llm.token_estimate import Vocabulary, estimate_tokens
from synthetic_soul.voices.composer.selection import SoulKey
from synthetic_soul.voices.model.foreign_text import harmless, name_text

EXAMPLE_MARK: Final = "⟦example⟧"
"""Stands before a person's turn in an example. Nobody else's text in a prompt can contain it."""
SILENCE: Final = "…"
"""A person's turn where the agent speaks first: strict templates want one there."""


def example_turns(soul: Soul, vocabulary: Vocabulary, limit: int) -> tuple[Message, ...]:
    """Return the first whole dialogues that fit into ``limit`` estimated tokens.

    Roles alternate, from a user's turn to an assistant's.
    """
    return _example_turns(SoulKey(soul), vocabulary, limit)


@lru_cache(maxsize=64)
def _example_turns(same: SoulKey, vocabulary: Vocabulary, limit: int) -> tuple[Message, ...]:
    turns: list[Message] = []
    for dialogue in dialogues_of(same.soul):
        part = _alternating(dialogue)
        limit -= sum(estimate_tokens(turn.content, vocabulary) for turn in part)
        if limit < 0:
            break
        turns += part
    return tuple(turns)


def _alternating(dialogue: tuple[Turn, ...]) -> list[Message]:
    """Return a dialogue from a person's turn, or a silence, to the last one of the character."""
    merged: list[tuple[Role, str]] = []
    for turn in dialogue:
        role: Role = "assistant" if turn.speaker == CHARACTER else "user"
        text = _said(turn)
        if merged and merged[-1][0] == role:
            merged[-1] = (role, f"{merged[-1][1]}\n{text}")
        elif merged or role == "user":
            merged.append((role, text))
        else:
            merged += [("user", SILENCE), (role, text)]
    if merged and merged[-1][0] == "user":
        merged.pop()
    return [
        Message(role, f"{EXAMPLE_MARK} {text}" if role == "user" else text) for role, text in merged
    ]


def _said(turn: Turn) -> str:
    text = harmless(turn.text).strip() or SILENCE
    if turn.speaker in {CHARACTER, PERSON}:
        return text
    return f"{name_text(turn.speaker)}: {text}"
