"""The text that is scanned for an entry: lines of the chat, further texts, chosen entries."""

import re
from collections.abc import Iterator
from typing import Final

from soulscript.lore.chat import Chat, LoreSettings
from soulscript.lore.entries import MAX_SCAN_DEPTH, LoreEntry
from soulscript.lore.keys import MARK, Haystack, Origin
from soulscript.text.macros import MacroBudget, Scene, expand

_COMMENT: Final = re.compile(r"\{\{\s*(?://|comment\s*:)[^{}]*\}\}", re.IGNORECASE)
_HIDDEN: Final = re.compile(r"\{\{\s*hidden_key\s*:+([^{}]*)\}\}", re.IGNORECASE)
_Piece = tuple[str, Origin]


def revealed(text: str) -> str:
    """Return a text with its hidden keys to be seen and without its comments."""
    if "{{" not in text:
        return text
    return _HIDDEN.sub(lambda match: match[1], _COMMENT.sub("", text))


def scene_of(chat: Chat) -> Scene:
    """Return what macros stand for in a chat."""
    return Scene(character=chat.character, person=chat.person, seed=chat.seed)


class ScannedText:
    """The texts of one activation; those of chosen entries are added as they are chosen."""

    def __init__(self, chat: Chat, settings: LoreSettings, scan_depth: int) -> None:
        """``scan_depth`` is how many lines are scanned for an entry that does not say it."""
        self._chat = chat
        self._scene = scene_of(chat)
        self._macros = MacroBudget()
        self._lines = [
            _line(line.speaker if settings.includes_names else "", line.text)
            for line in reversed(chat.lines[-MAX_SCAN_DEPTH:])
        ]
        self._added: list[_Piece] = []
        self._made: dict[tuple[int, tuple[str, ...], bool], Haystack] = {}
        self.scan_depth = scan_depth
        """Grows if fewer entries are chosen than asked for."""

    def of(self, entry: LoreEntry | None = None, *, with_entries: bool = True) -> Haystack:
        """Return the text that is scanned for an entry; for one that says nothing without one."""
        depth = self.scan_depth
        if entry is not None and entry.scan_depth is not None:
            depth = entry.scan_depth
        key = (depth, entry.sources if entry else (), with_entries)
        if key not in self._made:
            self._made[key] = Haystack(list(self._pieces(*key)))
        return self._made[key]

    def _pieces(self, depth: int, sources: tuple[str, ...], with_entries: bool) -> Iterator[_Piece]:  # noqa: FBT001 - a part of the key
        before = MARK
        for back, line in enumerate(self._lines[:depth]):
            yield before + line, Origin(back)
            before = f"\n{MARK}"
        for name in sources:
            if text := self._chat.sources.get(name, ""):
                yield before + self._expanded(text), Origin(source=name)
                before = f"\n{MARK}"
        for text in self._chat.injected:
            yield before + self._expanded(text), Origin(source="a further text")
            before = f"\n{MARK}"
        if with_entries:
            yield from self._added

    def text_of(self, entry: LoreEntry) -> str:
        """Return what others find in an entry: its content as it is shown, and its hidden keys."""
        return self._expanded(entry.content)

    def _expanded(self, text: str) -> str:
        return expand(revealed(text), self._scene, self._macros)

    def add(self, entries: list[LoreEntry]) -> None:
        """Let entries be found by the keys of others."""
        before = f"\n{MARK}"
        for entry in entries:
            self._added.append(
                (before + self.text_of(entry), Origin(source=entry.id, is_entry=True))
            )
            before = "\n"
        self._made.clear()

    def widen(self) -> None:
        """Scan one more line."""
        self.scan_depth += 1
        self._made.clear()


def _line(speaker: str, text: str) -> str:
    text = revealed(text)
    return f"{speaker}: {text}".strip() if speaker else text.strip()
