"""How a conversation looks: on a terminal, and as plain lines in a pipe."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Protocol

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import RenderableType

    from synthetic_soul.engine.views import AgentDetail, FeelingView, JobEvent

BARS = 4
BAR_WIDTH = 10
MOOD_WIDTH = 28
NARROW = 72  # columns below which the mood stands under the words
DISCLOSURE = "An AI, not a human being. What you type is kept on this machine until you erase it."


class Screen(Protocol):
    """Where a conversation is shown."""

    def greet(self, agent: AgentDetail, hint: str) -> None:
        """Say who is there."""

    def ask(self) -> str | None:
        """The next line that is typed; None at the end."""

    def note(self, text: str) -> None:
        """Something that nobody in the conversation says."""

    def part(self, text: str) -> None:
        """Take leave."""

    def reply(self, events: Iterable[JobEvent], look: Callable[[], AgentDetail]) -> Said:
        """Show a reply as it comes, and give what came of it."""


def is_terminal() -> bool:
    """Whether a person sits at both ends."""
    return sys.stdin.isatty() and sys.stdout.isatty()


class Plain:
    """Lines that a program, or a file, can take: each reply once, with the feeling beside it."""

    def __init__(self, name: str) -> None:
        self._name = name

    def greet(self, agent: AgentDetail, _hint: str) -> None:
        """As the protocol says."""
        _print(f"{agent.name}, {agent.occupation}, {agent.feeling.feeling}")
        _print(DISCLOSURE)

    def ask(self) -> str | None:
        """As the protocol says."""
        line = sys.stdin.readline()
        return line.rstrip("\r\n") if line else None

    def note(self, text: str) -> None:
        """As the protocol says."""
        _print(f"  {text}" if text else "")

    def part(self, _text: str) -> None:
        """Nothing: a pipe simply ends."""

    def reply(self, events: Iterable[JobEvent], look: Callable[[], AgentDetail]) -> Said:
        """As the protocol says."""
        said = Said()
        for event in events:
            said.take(event)
        if said.trouble:
            self.note(said.trouble)
        elif said.text:
            _print(f"{self._name} ({look().feeling.feeling}): {said.text}")
        return said


class Terminal:
    """The reply grows as it comes, with the mood beside it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._console = Console(highlight=False)
        with suppress(ImportError):  # where it exists, input() edits the line and keeps a history
            __import__("readline")
        # The marks tell readline which characters take no room.
        start, end = ("", "") if self._console.no_color else ("\1\033[1;36m\2", "\1\033[0m\2")
        self._prompt = f"{start}you{end}{' ' * max(2, len(name) - 1)}"

    def greet(self, agent: AgentDetail, hint: str) -> None:
        """As the protocol says."""
        self._console.print()
        self._console.print(self._beside(Text(agent.occupation), mood_bars(agent.feeling)))
        self._console.print(f"{DISCLOSURE} {hint}\n", style="dim")

    def ask(self) -> str | None:
        """As the protocol says."""
        try:
            return input(self._prompt)
        except EOFError:
            self._console.print()
            return None

    def note(self, text: str) -> None:
        """As the protocol says."""
        self._console.print(Text(text, style="dim"))

    def part(self, text: str) -> None:
        """As the protocol says."""
        self.note(text)

    def reply(self, events: Iterable[JobEvent], look: Callable[[], AgentDetail]) -> Said:
        """As the protocol says."""
        said = Said()
        view: RenderableType = Text(f"{self._name} …", style="dim")
        with Live(view, console=self._console, refresh_per_second=20, transient=True) as live:
            for event in events:
                said.take(event)
                view = self._reply(said, look().feeling)
                live.update(view)
        # Printed once more for good: what grows cannot be taller than the window.
        self._console.print(view)
        self._console.print()
        return said

    def _reply(self, said: Said, feeling: FeelingView) -> RenderableType:
        words = Text.assemble(said.text or ("" if said.trouble else "…"), (said.trouble, "red"))
        return self._beside(words, mood_bars(feeling))

    def _beside(self, words: Text, mood: Text) -> RenderableType:
        name = Text(self._name, style="bold magenta")
        if self._console.width < NARROW:
            mood.truncate(len(mood.plain.partition("\n")[0]))
            return Text.assemble(name, "  ", words, "\n", mood)
        grid = Table.grid(expand=True, padding=(0, 2))
        grid.add_column()
        grid.add_column(ratio=1)
        grid.add_column(width=MOOD_WIDTH)
        grid.add_row(name, words, mood)
        return grid


class Said:
    """What has come of a reply so far: its text and id, or the trouble with it."""

    def __init__(self) -> None:
        self.text = ""
        self.trouble = ""
        self.id = ""
        self._epoch = ""

    def take(self, event: JobEvent) -> None:
        """One event; a new run begins the text anew, the end knows the whole of it."""
        epoch = event.id.partition(".")[0]
        if epoch != self._epoch:
            self._epoch, self.text = epoch, ""
        if event.event == "text":
            self.text = (self.text + str(event.body["text"])).lstrip()
        elif event.event == "done":
            result, error = event.body["result"], event.body["error"]
            if isinstance(error, dict):
                self.text, self.trouble = "", str(error["message"])
            elif isinstance(result, dict):
                self.text, self.id = str(result["response"]), str(result["message_id"])


def mood_bars(feeling: FeelingView) -> Text:
    """The mood in a word, and the strongest feelings as bars."""
    strongest = sorted(feeling.emotions.items(), key=lambda item: (-item[1], item[0]))[:BARS]
    text = Text(feeling.mood_word, style="dim bold")
    for emotion, level in strongest:
        bar = "█" * round(level * BAR_WIDTH) or "▏"
        text.append(f"\n{emotion.replace('_', ' ')[:14]:<14} ", style="dim")
        text.append(bar, style="magenta")
    return text


def _print(text: str) -> None:
    """A line, at once: who reads a pipe does not want to wait for its end."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
