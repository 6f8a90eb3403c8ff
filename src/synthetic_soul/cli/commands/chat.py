"""``soul chat``: a conversation in the terminal."""

from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import TYPE_CHECKING

import structlog

from synthetic_soul.cli.aside import Aside
from synthetic_soul.cli.screen import Plain, Screen, Terminal, is_terminal
from synthetic_soul.compose import compose, converted
from synthetic_soul.errors import InvalidInput, NotFound
from synthetic_soul.voices.composer.fact_clauses import clause

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from synthetic_soul.engine.engine import Engine
    from synthetic_soul.engine.views import AgentDetail, JobEvent, JobView, WhyView
    from synthetic_soul.settings import Settings

# Whoever sits at the terminal; no account, so nobody else can be signed in as them.
PERSON = "terminal"
ERASED = "person_erased"
MOST_MOVES = 8
TOWARDS = {"emotion": "", "sentiment": " towards you", "trait": " by nature"}
LEAVE = {"/quit", "/exit", "/bye"}


def chat(settings: Settings, agent: str | None) -> None:
    """Talk with an agent until the person leaves; the conversation goes on next time."""
    # A log line would stand in the middle of what is said.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with Aside() as aside, _running(aside, compose(settings)) as engine:
        detail = aside.do(engine.agent(agent, PERSON))
        screen: Screen = Terminal(detail.name) if is_terminal() else Plain(detail.name)
        talk = Talk(aside, engine, detail, screen)
        screen.greet(detail, "/help shows what else can be typed.")
        if told := converted(settings):
            screen.note(told)
        try:
            while (text := screen.ask()) is not None and text not in LEAVE:
                talk.take(text)
        except KeyboardInterrupt:
            screen.note("")
        if talk.last:
            screen.part(f"{detail.name} will remember where you left off.")


@contextmanager
def _running(aside: Aside, engine: Engine) -> Iterator[Engine]:
    aside.do(engine.start())
    try:
        yield engine
    finally:
        aside.do(engine.stop())


class Talk:
    """One sitting at the terminal: what is typed is a command, or is said to the agent.

    ``last`` is the id of the last reply.
    """

    def __init__(self, aside: Aside, engine: Engine, agent: AgentDetail, screen: Screen) -> None:
        self._aside = aside
        self._engine = engine
        self._agent = agent
        self._screen = screen
        self._person = PERSON
        self._sittings = 1
        self.last = ""
        self._failed = ""
        self._commands: dict[str, tuple[str, Callable[[str], None]]] = {
            "/memories": ("what is remembered of you", self._memories),
            "/forget": ("NUMBER: forget one of them", self._forget),
            "/why": ("what the last reply was made of", self._why),
            "/again": ("try again what got no reply", self._again),
            "/thought": ("the last thought", self._thought),
            "/erase": ("yes: erase every word you have said", self._erase),
            "/help": ("this", self._help),
        }

    def take(self, text: str) -> None:
        """A command, or something said; an empty line is neither."""
        word, _, rest = text.strip().partition(" ")
        if word in self._commands:
            self._commands[word][1](rest.strip())
        elif word.startswith("/") and word[1:].isalpha():
            self._screen.note(f"there is no {word}; /help shows what there is")
        elif word:
            self._say(text)

    def _say(self, text: str) -> None:
        try:
            job = self._heard(text)
        except InvalidInput as error:
            self._screen.note(str(error))
            return
        self._answered(job.job_id)

    async def _events(self, job: str) -> AsyncIterator[JobEvent]:
        async for batch in await self._engine.follow(self._person, job):
            for event in batch:
                yield event

    def _answered(self, job: str) -> None:
        events = self._aside.each(self._events(job))
        said = self._screen.reply(events, self._feeling)
        self.last = said.id or self.last
        self._failed = job if said.trouble else ""
        if said.trouble:
            self._screen.note("/again tries once more")

    def _again(self, _: str) -> None:
        if not self._failed:
            self._screen.note("everything you said has been answered")
            return
        self._aside.do(self._engine.retry(self._person, self._failed))
        self._answered(self._failed)

    def _heard(self, text: str) -> JobView:
        """The job of a message. Who has been erased cannot come back: somebody new speaks."""
        while True:
            hear = self._engine.submit(person=self._person, text=text, agent=self._agent.id)
            try:
                return self._aside.do(hear)
            except NotFound as error:
                if error.code != ERASED:
                    raise
            self._sittings += 1
            self._person = f"{PERSON}-{self._sittings}"

    def _feeling(self) -> AgentDetail:
        return self._aside.do(self._engine.agent(self._agent.id, self._person))

    def _memories(self, _: str) -> None:
        known = self._aside.do(self._engine.facts(self._person, self._agent.id))
        for number, fact in enumerate(known, 1):
            self._screen.note(f"{number}. {clause(fact.topic, fact.value)}")
        if not known:
            self._screen.note("nothing yet")

    def _forget(self, number: str) -> None:
        known = self._aside.do(self._engine.facts(self._person, self._agent.id))
        if not number.isdecimal() or not 1 <= int(number) <= len(known):
            self._screen.note("say which: /forget 1, as numbered by /memories")
            return
        fact = known[int(number) - 1]
        self._aside.do(self._engine.forget(self._person, fact.id, self._agent.id))
        self._screen.note(f"forgotten: {clause(fact.topic, fact.value)}")

    def _why(self, _: str) -> None:
        if not self.last:
            self._screen.note("nothing has been said yet")
            return
        why = self._aside.do(self._engine.why(self._person, self.last))
        for item in why.recalled:
            told = getattr(item, "message", "") or clause(
                getattr(item, "topic", ""), getattr(item, "value", "")
            )
            self._screen.note(f"remembered  {told}")
        for line in moves(why):
            self._screen.note(line)
        if not why.recalled and not why.moved:
            self._screen.note("nothing moved, and nothing needed to be remembered")

    def _thought(self, _: str) -> None:
        thought = self._aside.do(self._engine.thought(self._person, self._agent.id))
        self._screen.note(thought.thought if thought else "none yet; they come when it is quiet")

    def _erase(self, sure: str) -> None:
        if sure != "yes":
            self._screen.note("this cannot be undone; type /erase yes if it is meant")
            return
        self._aside.do(self._engine.erase(self._person))
        self.last = ""
        self._screen.note("every word of yours is gone, with every character")

    def _help(self, _: str) -> None:
        for word, (meaning, _act) in self._commands.items():
            self._screen.note(f"{word:<10} {meaning}")
        self._screen.note(f"{'/quit':<10} leave; so does Ctrl+D")


def moves(why: WhyView) -> list[str]:
    """What moved, strongest first: one line a feeling, with all its causes."""
    sums: dict[tuple[str, str], float] = {}
    causes: dict[tuple[str, str], dict[str, None]] = {}
    for move in why.moved:
        key = (move.of, move.dimension)
        sums[key] = sums.get(key, 0.0) + move.amount
        causes.setdefault(key, {})[move.cause.replace("_", " ").replace(":", ": ")] = None
    ranked = sorted(sums, key=lambda key: -abs(sums[key]))[:MOST_MOVES]
    return [
        f"{sums[key]:+.2f}  {key[1].replace('_', ' ')}{TOWARDS[key[0]]}  ({', '.join(causes[key])})"
        for key in ranked
    ]
