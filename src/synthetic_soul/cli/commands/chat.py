"""``soul chat``: a conversation on a terminal, or as plain lines through a pipe."""

from __future__ import annotations

import locale
import logging
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated, Protocol, TypeVar

import typer
from anyio.from_thread import BlockingPortal, start_blocking_portal
from rich.console import Console, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text
from typing_extensions import override

from synthetic_soul.cli.console import SoulFile, in_use_mend, load_settings, printable
from synthetic_soul.doctor import ollama
from synthetic_soul.errors import InvalidInput, NotFound
from synthetic_soul.nlu import country_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
    from concurrent.futures import Future

    from synthetic_soul.engine.engine import Engine
    from synthetic_soul.engine.views import (
        AgentDetail,
        FactView,
        FeelingView,
        JobEvent,
        JobView,
        LineView,
        WhyView,
    )
    from synthetic_soul.settings import Settings

T = TypeVar("T")

# The person at the terminal: no account has this id, so nobody can sign in with it.
PERSON = "terminal"
ERASED = "person_erased"
QUIT_COMMANDS = {"/quit", "/exit", "/bye"}
MAX_CHANGES = 8  # listed by /why
TARGETS = {"emotion": "", "sentiment": " towards you", "trait": " by nature"}
DISCLOSURE = "An AI, not a human being. What you type is kept on this machine until you erase it."
MAX_MOOD_BARS = 4
BAR_COLUMNS = 10
MOOD_COLUMNS = 28
MIN_COLUMNS_FOR_GRID = 72  # on a narrower terminal the mood is shown below the words


def chat(
    agent: Annotated[str | None, typer.Argument(help="Agent; by default the active one.")] = None,
    soul: SoulFile = None,
) -> None:
    """Talk with an agent until the person leaves; the next chat continues the conversation."""
    import structlog

    from synthetic_soul.compose import compose

    settings = load_settings(soul=soul)
    # Log lines would appear amid the conversation.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    engine = compose(settings)
    with (
        in_use_mend(f"talk on its page instead ({_page(settings)}), stop it, or set DATA_DIR"),
        start_blocking_portal() as portal,
        _ollama_hint(portal, engine) as hint,
        _running(portal, engine) as runner,
    ):
        detail = runner.wait(runner.engine.agent, agent, PERSON)
        is_terminal = sys.stdin.isatty() and sys.stdout.isatty()
        name = printable(detail.name)
        screen: Screen = TerminalScreen(name) if is_terminal else PlainScreen(name)
        session = ChatSession(runner, detail, screen)
        screen.greet(detail, "/help shows what else can be typed.")
        if report := runner.engine.runtime.import_report:
            screen.note(report)
        if is_terminal and hint.done() and (line := hint.result()):
            screen.note(line)
        session.begin()
        try:
            while (text := screen.read_line()) is not None and text not in QUIT_COMMANDS:
                session.handle(text)
        except KeyboardInterrupt:
            screen.note("")
        if session.last_reply_id:
            screen.farewell(f"{name} will remember where you left off.")


@contextmanager
def _ollama_hint(portal: BlockingPortal, engine: Engine) -> Iterator[Future[str]]:
    """Ask Ollama for its models while the engine starts, where no model is set."""

    async def hint() -> str:
        has_model = engine.runtime.voice is not engine.runtime.plain_voice
        return "" if has_model else await ollama.hint()

    future = portal.start_task_soon(hint)
    try:
        yield future
    finally:
        future.cancel()


def _page(settings: Settings) -> str:
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}, unless it listens elsewhere"


def _country_here() -> str:
    """Return the country that this machine's time zone or language names, "" if neither does."""
    return country_of(time_zone=os.environ.get("TZ", ""), locale=locale.getlocale()[0] or "")


class EngineRunner:
    """Calls an engine on the event loop of another thread, so that a prompt may block this one."""

    def __init__(self, portal: BlockingPortal, engine: Engine) -> None:
        self.engine = engine
        self._portal = portal

    def wait(self, function: Callable[..., Awaitable[T]], *args: object, **options: object) -> T:
        """Return the result of a coroutine function; Ctrl+C cancels it."""
        future = self._portal.start_task_soon(lambda: function(*args, **options))
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    def iterate(self, events: AsyncIterator[JobEvent]) -> Iterator[JobEvent]:
        """Yield the items of an asynchronous iterator as they arrive."""

        async def next_event() -> JobEvent | None:
            return await anext(events, None)

        while (event := self.wait(next_event)) is not None:
            yield event


@contextmanager
def _running(portal: BlockingPortal, engine: Engine) -> Iterator[EngineRunner]:
    runner = EngineRunner(portal, engine)
    runner.wait(engine.start)
    try:
        yield runner
    finally:
        runner.wait(engine.stop)


class ChatSession:
    """One chat: each typed line is a command, or a message to the agent."""

    def __init__(self, runner: EngineRunner, agent: AgentDetail, screen: Screen) -> None:
        self.last_reply_id = ""
        self._wait = runner.wait
        self._iterate = runner.iterate
        self._engine = runner.engine
        self._agent = agent
        self._screen = screen
        self._person = PERSON
        self._persons = 1
        self._failed_job = ""
        self._commands: dict[str, tuple[str, Callable[[str], None]]] = {
            "/memories": ("what is remembered of you", self._memories),
            "/forget": ("NUMBER: forget one of them", self._forget),
            "/why": ("what the last reply was made of", self._why),
            "/again": ("try again what got no reply", self._again),
            "/thought": ("the last thought", self._thought),
            "/erase": ("yes: erase every word you have said", self._erase),
            "/help": ("this", self._help),
        }

    def begin(self) -> None:
        """Show what the agent says first in a conversation that is new."""
        lines = self._wait(self._engine.conversation, self._person, agent=self._agent.id)
        if len(lines) == 1 and lines[0].from_agent:
            self._screen.show_opening(lines[0].message, self._agent)

    def handle(self, text: str) -> None:
        """Run a command or send a message; ignore an empty line, and say so of a blank one."""
        word, _, rest = text.strip().partition(" ")
        if word in self._commands:
            self._commands[word][1](rest.strip())
        elif word.startswith("/") and word[1:].isalpha():
            self._screen.note(f"there is no {word}; /help shows what there is")
        elif text:
            self._send(text)

    def _send(self, text: str) -> None:
        try:
            job = self._submit(text)
        except InvalidInput as error:
            self._screen.note(str(error))
            return
        self._show_reply(job.job_id)

    def _submit(self, text: str) -> JobView:
        """Return the job of a message; after an erasure, speak as a new person."""
        while True:
            try:
                return self._wait(
                    self._engine.submit,
                    person=self._person,
                    text=text,
                    agent=self._agent.id,
                    country=_country_here(),
                    time_zone=os.environ.get("TZ", ""),
                )
            except NotFound as error:
                if error.code != ERASED:
                    raise
            self._persons += 1
            self._person = f"{PERSON}-{self._persons}"

    def _show_reply(self, job: str) -> None:
        events = self._iterate(self._events(job))
        reply = self._screen.show_reply(events, self._agent_detail)
        self.last_reply_id = reply.id or self.last_reply_id
        self._failed_job = job if reply.error else ""
        if reply.error:
            for line in self._wait(self._model_diagnosis, reply.error_code):
                self._screen.note(line)
            self._screen.note("/again tries once more")

    async def _model_diagnosis(self, code: str) -> list[str]:
        """Return the provider's reason and the mend: whoever chats here is the operator, too."""
        failure = await self._engine.runtime.model_health.failure()
        if failure is None or failure.code != code:
            return []
        return [line for line in (failure.reason, failure.mend) if line]

    async def _events(self, job: str) -> AsyncIterator[JobEvent]:
        async for batch in await self._engine.follow(self._person, job):
            for event in batch:
                yield event

    def _agent_detail(self) -> AgentDetail:
        return self._wait(self._engine.agent, self._agent.id, self._person)

    def _again(self, _: str) -> None:
        if not self._failed_job:
            self._screen.note("everything you said has been answered")
            return
        self._wait(self._engine.retry, self._person, self._failed_job)
        self._show_reply(self._failed_job)

    def _memories(self, _: str) -> None:
        facts = self._wait(self._engine.facts, self._person, self._agent.id)
        for number, fact in enumerate(facts, 1):
            self._screen.note(f"{number}. {_text(fact)}")
        if not facts:
            self._screen.note("nothing yet")

    def _forget(self, number: str) -> None:
        facts = self._wait(self._engine.facts, self._person, self._agent.id)
        if not number.isdecimal() or not 1 <= int(number) <= len(facts):
            self._screen.note("say which: /forget 1, as numbered by /memories")
            return
        fact = facts[int(number) - 1]
        self._wait(self._engine.forget, self._person, fact.id, self._agent.id)
        self._screen.note(f"forgotten: {_text(fact)}")

    def _why(self, _: str) -> None:
        if not self.last_reply_id:
            self._screen.note("nothing has been said yet")
            return
        why = self._wait(self._engine.why, self._person, self.last_reply_id)
        for item in why.recalled:
            self._screen.note(f"remembered  {_text(item)}")
        for line in describe_changes(why):
            self._screen.note(line)
        if not why.recalled and not why.moved:
            self._screen.note("nothing moved, and nothing needed to be remembered")

    def _thought(self, _: str) -> None:
        thought = self._wait(self._engine.thought, self._person, self._agent.id)
        self._screen.note(thought.thought if thought else "none yet; they come when it is quiet")

    def _erase(self, confirmation: str) -> None:
        if confirmation != "yes":
            self._screen.note("this cannot be undone; type /erase yes if it is meant")
            return
        self._wait(self._engine.erase, self._person)
        self.last_reply_id = ""
        self._screen.note("every word of yours is gone, with every character")

    def _help(self, _: str) -> None:
        for word, (meaning, _command) in self._commands.items():
            self._screen.note(f"{word:<10} {meaning}")
        self._screen.note(f"{'/quit':<10} leave; so does Ctrl+D")


def _text(item: LineView | FactView) -> str:
    from synthetic_soul.engine.views import LineView
    from synthetic_soul.voices.composer.fact_clauses import clause

    return item.message if isinstance(item, LineView) else clause(item.topic, item.value)


def describe_changes(why: WhyView) -> list[str]:
    """Return a line per changed dimension with all its causes, the largest change first."""
    sums: dict[tuple[str, str], float] = {}
    causes: dict[tuple[str, str], dict[str, None]] = {}
    for move in why.moved:
        key = (move.of, move.dimension)
        sums[key] = sums.get(key, 0.0) + move.amount
        causes.setdefault(key, {})[move.cause.replace("_", " ").replace(":", ": ")] = None
    largest = sorted(sums, key=lambda key: -abs(sums[key]))[:MAX_CHANGES]
    return [
        f"{sums[key]:+.2f}  {key[1].replace('_', ' ')}{TARGETS[key[0]]}  ({', '.join(causes[key])})"
        for key in largest
    ]


class Reply:
    """A reply so far: its text and id, or the error and its code."""

    def __init__(self) -> None:
        self.text = ""
        self.error = ""
        self.error_code = ""
        self.id = ""
        self._epoch = ""

    def apply(self, event: JobEvent) -> None:
        """Apply one event; a new epoch restarts the text, the last event has all of it."""
        epoch = event.id.partition(".")[0]
        if epoch != self._epoch:
            self._epoch, self.text = epoch, ""
        if event.event == "text":
            self.text = printable(self.text + str(event.body["text"])).lstrip()
        elif event.event == "done":
            result, error = event.body["result"], event.body["error"]
            if isinstance(error, dict):
                self.text, self.error = "", str(error["message"])
                self.error_code = str(error["code"])
            elif isinstance(result, dict):
                self.text, self.id = printable(str(result["response"])), str(result["message_id"])


class Screen(Protocol):
    """Where a conversation is shown and typed."""

    def greet(self, agent: AgentDetail, hint: str) -> None:
        """Introduce the agent."""

    def read_line(self) -> str | None:
        """Return the next line typed; None at the end."""

    def note(self, text: str) -> None:
        """Show a line that belongs to nobody in the conversation."""

    def farewell(self, text: str) -> None:
        """Show the last line."""

    def show_opening(self, text: str, agent: AgentDetail) -> None:
        """Show what the agent says before anybody else."""

    def show_reply(self, events: Iterable[JobEvent], look: Callable[[], AgentDetail]) -> Reply:
        """Show a reply while its events arrive; ``look`` gives the agent's present state."""


class PlainScreen(Screen):
    """Lines for a program or file: each reply once, with the feeling beside it."""

    def __init__(self, name: str) -> None:
        self._name = name

    @override
    def greet(self, agent: AgentDetail, hint: str) -> None:
        _print_line(", ".join(filter(None, (agent.name, agent.occupation, agent.feeling.feeling))))
        _print_line(DISCLOSURE)

    @override
    def read_line(self) -> str | None:
        line = sys.stdin.readline()
        return line.rstrip("\r\n") if line else None

    @override
    def note(self, text: str) -> None:
        _print_line(f"  {text}" if text else "")

    @override
    def farewell(self, text: str) -> None:
        pass

    @override
    def show_opening(self, text: str, agent: AgentDetail) -> None:
        _print_line(f"{self._name} ({agent.feeling.feeling}): {text}")

    @override
    def show_reply(self, events: Iterable[JobEvent], look: Callable[[], AgentDetail]) -> Reply:
        reply = Reply()
        for event in events:
            reply.apply(event)
        if reply.error:
            self.note(reply.error)
        elif reply.text:
            _print_line(f"{self._name} ({look().feeling.feeling}): {reply.text}")
        return reply


def _print_line(text: str) -> None:
    sys.stdout.write(f"{printable(text)}\n")
    sys.stdout.flush()  # a reader of the pipe gets each line at once


class TerminalScreen(Screen):
    """The reply grows while it arrives, with the mood beside it."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._console = Console(highlight=False)
        with suppress(ImportError):  # where it exists, input() edits the line and keeps a history
            __import__("readline")
        # \1 and \2 tell readline which characters take no columns.
        start, end = ("", "") if self._console.no_color else ("\1\033[1;36m\2", "\1\033[0m\2")
        self._prompt = f"{start}you{end}{' ' * max(2, len(name) - 1)}"

    @override
    def greet(self, agent: AgentDetail, hint: str) -> None:
        self._console.print()
        self._console.print(
            self._layout(Text(printable(agent.occupation)), _mood_bars(agent.feeling))
        )
        self._console.print(f"{DISCLOSURE} {hint}\n", style="dim")

    @override
    def read_line(self) -> str | None:
        try:
            return input(self._prompt)
        except EOFError:
            self._console.print()
            return None

    @override
    def note(self, text: str) -> None:
        self._console.print(Text(printable(text), style="dim"))

    @override
    def farewell(self, text: str) -> None:
        self.note(text)

    @override
    def show_opening(self, text: str, agent: AgentDetail) -> None:
        self._console.print(self._layout(Text(printable(text)), _mood_bars(agent.feeling)))
        self._console.print()

    @override
    def show_reply(self, events: Iterable[JobEvent], look: Callable[[], AgentDetail]) -> Reply:
        reply = Reply()
        view: RenderableType = Text(f"{self._name} …", style="dim")
        with Live(view, console=self._console, refresh_per_second=20, transient=True) as live:
            for event in events:
                reply.apply(event)
                words = Text.assemble(
                    reply.text or ("" if reply.error else "…"), (reply.error, "red")
                )
                view = self._layout(words, _mood_bars(look().feeling))
                live.update(view)
        # Printed again for good: a live view cannot be taller than the window.
        self._console.print(view)
        self._console.print()
        return reply

    def _layout(self, words: Text, mood: Text) -> RenderableType:
        name = Text(self._name, style="bold magenta")
        if self._console.width < MIN_COLUMNS_FOR_GRID:
            mood.truncate(len(mood.plain.partition("\n")[0]))
            return Text.assemble(name, "  ", words, "\n", mood)
        grid = Table.grid(expand=True, padding=(0, 2))
        grid.add_column()
        grid.add_column(ratio=1)
        grid.add_column(width=MOOD_COLUMNS)
        grid.add_row(name, words, mood)
        return grid


def _mood_bars(feeling: FeelingView) -> Text:
    """Render the mood in a word, and the strongest emotions as bars."""
    strongest = sorted(feeling.emotions.items(), key=lambda item: (-item[1], item[0]))
    text = Text(feeling.mood_word, style="dim bold")
    for emotion, level in strongest[:MAX_MOOD_BARS]:
        bar = "█" * round(level * BAR_COLUMNS) or "▏"
        text.append(f"\n{emotion.replace('_', ' ')[:14]:<14} ", style="dim")
        text.append(bar, style="magenta")
    return text
