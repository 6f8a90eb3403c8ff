"""Lore: which entries of a lorebook go into a prompt, where, and why.

``activate`` is a pure function of the entries, the chat and the settings; ``Lorebook.of`` makes the
entries of a soul ready for it.
"""

from soulscript.lore.activation import activate
from soulscript.lore.book import Lorebook
from soulscript.lore.chat import Chat, Fired, Line, LoreSettings, Span, rough_tokens
from soulscript.lore.decorators import Decorators, Role, parse_decorators
from soulscript.lore.entries import (
    BookSettings,
    Logic,
    LoreEntry,
    Place,
    book_settings_of,
    entries_of,
    entry_of,
)
from soulscript.lore.outcome import Activation, Chosen, Reason, Skip, Skipped, Why

__all__ = [
    "Activation", "BookSettings", "Chat", "Chosen", "Decorators", "Fired", "Line", "Logic",
    "LoreEntry", "LoreSettings", "Lorebook", "Place", "Reason", "Role", "Skip", "Skipped", "Span",
    "Why", "activate", "book_settings_of", "entries_of", "entry_of", "parse_decorators",
    "rough_tokens",
]  # fmt: skip
