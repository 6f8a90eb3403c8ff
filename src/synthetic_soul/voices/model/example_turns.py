"""The example dialogues of a soul as turns of a prompt, before the conversation."""

from functools import lru_cache
from typing import Final

from soulscript import Soul
from soulscript.formats import CHARACTER, PERSON, Turn, dialogues_of
from synthetic_soul.llm.base import Message, Role, merge_roles
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
    turns = [Message(_role(turn), _said(turn)) for turn in dialogue]
    if turns and turns[0].role == "assistant":
        turns.insert(0, Message("user", SILENCE))
    merged = merge_roles(turns, lambda _: "\n")
    if merged and merged[-1].role == "user":
        merged.pop()
    return [
        Message("user", f"{EXAMPLE_MARK} {turn.content}") if turn.role == "user" else turn
        for turn in merged
    ]


def _role(turn: Turn) -> Role:
    return "assistant" if turn.speaker == CHARACTER else "user"


def _said(turn: Turn) -> str:
    text = harmless(turn.text).strip() or SILENCE
    if turn.speaker in {CHARACTER, PERSON}:
        return text
    return f"{name_text(turn.speaker)}: {text}"
