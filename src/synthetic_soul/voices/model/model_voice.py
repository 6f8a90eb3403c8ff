"""The voice of a language model: one streamed call for a reply, one short call for a thought."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Final, Protocol

from soulscript.prompts import Scene, Share
from synthetic_soul.errors import ModelContextExceeded, ModelError, ModelGarbled
from synthetic_soul.llm.base import Message, Model, ModelStream, Usage
from synthetic_soul.llm.diagnosis.failures import only_reasoned
from synthetic_soul.llm.dialect import MAX_STOPS
from synthetic_soul.voices.base import Brief, Told
from synthetic_soul.voices.composer.moves.thought import vibe
from synthetic_soul.voices.macro_reader import MacroReader
from synthetic_soul.voices.model.brief_prompt import render
from synthetic_soul.voices.model.output_filter import OutputFilter
from synthetic_soul.voices.model.private_note import NOTE_END, NOTE_HEADING
from synthetic_soul.voices.model.prompt_budget import PromptBudget
from synthetic_soul.voices.model.turn_filter import NoteLines, Speakers

_MAX_STOP_CHARS: Final = 40
_GO_ON: Final = (
    "You were cut off. Go on exactly where you stopped, repeat nothing, and end the sentence soon."
)


_LEAKED: Final = "the model put its reasoning before the reply, without a mark at its beginning"
_LEAKED_MEND: Final = (
    "Try again: from now on replies wait until it is certain. Better, have the server part the "
    "reasoning, such as with --reasoning-parser (vLLM) or --reasoning-format (llama.cpp)."
)


@dataclass(slots=True)
class Habits:
    """How a model writes, learned from its replies.

    ``holds``: it may put reasoning before its reply without an opening mark, so a reply is shown
    once that is certain; every reply, once it ``has_lost_opening`` marks. ``reasons``: it reasons,
    and a text in ``stop`` could end it there.
    """

    holds: bool
    reasons: bool = False
    has_lost_opening: bool = False

    def learn(self, output: OutputFilter, stream: ModelStream) -> None:
        """Take note of a reply that has ended."""
        self.reasons = self.reasons or output.has_reasoned or stream.reasoned
        self.has_lost_opening = self.has_lost_opening or output.lost_opening
        self.holds = self.has_lost_opening


class ModelVoice:
    """Speaks through a language model.

    ``deadline`` is the seconds for one utterance, ``budget`` the tokens of prompts and replies.
    Iterating an utterance raises ``ModelError`` where the model fails.
    """

    def __init__(
        self, model: Model, *, deadline: float, budget: PromptBudget | None = None
    ) -> None:
        self.name = f"model:{model.name}"
        self._model = model
        self._deadline = deadline
        self._budget = budget or PromptBudget(model=model.name)
        self._habits = Habits(holds=not model.separates_reasoning)

    def speak(self, brief: Brief) -> ModelUtterance:
        """Start an utterance; nothing is sent before the first piece is requested."""
        budget = self._budget
        is_thought = brief.purpose == "thought"
        stops = () if is_thought or self._habits.reasons else _stops(brief)

        prompt = Prompt(brief, budget)

        def ask(messages: Sequence[Message], *, deadline: float) -> ModelStream:
            room = budget.reply_tokens_after(prompt.tokens)
            return self._model.stream(
                messages,
                max_tokens=min(room, budget.thought_tokens) if is_thought else room,
                deadline=deadline,
                stop=stops,
            )

        return ModelUtterance(ask, prompt, brief, habits=self._habits, deadline=self._deadline)


class Prompt:
    """The messages for a brief, within a budget that may be lowered."""

    def __init__(self, brief: Brief, budget: PromptBudget) -> None:
        self._brief = brief
        self._budget = budget
        self._render()

    def shorten(self, refusal: ModelContextExceeded) -> bool:
        """Lower the budget and render anew; return False where nothing smaller can be tried."""
        if not self._budget.exceeded(refusal.limit, sent=self._sent):
            return False
        self._render()
        return True

    def _render(self) -> None:
        self._sent = self._budget.longest_prompt_tokens
        found = render(self._brief, self._budget)
        self.messages: list[Message] = found.messages
        self.tokens = found.tokens
        self.left_out: Sequence[Share] = found.left_out
        self.told: Sequence[Told] = found.told


class Ask(Protocol):
    """Starts a call of a model with these messages."""

    def __call__(self, messages: Sequence[Message], *, deadline: float) -> ModelStream:
        """Return the stream; nothing is sent before its first piece is requested."""


class ModelUtterance:
    """An utterance that streams from a model through ``OutputFilter``.

    ``vibe`` is a thought's vibe: the model's own where it named one of the fourteen, else the
    one that fits the mood. ``usage`` is complete once the utterance has ended or was closed.
    """

    def __init__(
        self, ask: Ask, prompt: Prompt, brief: Brief, *, habits: Habits, deadline: float
    ) -> None:
        self.vibe = vibe(brief)
        self._ask = ask
        self._prompt = prompt
        self._habits = habits
        self._deadline = deadline
        self._stream: ModelStream | None = None
        self._usage = Usage()
        scene = Scene(brief.name, brief.person_name, is_addressed=True)
        self._macros = MacroReader(scene)
        self._output = OutputFilter(
            Speakers(brief.name, _others(brief)),
            NoteLines(_note_lines(prompt.messages)),
            holds=habits.holds,
            is_thought=brief.purpose == "thought",
        )

    @property
    def left_out(self) -> Sequence[Share]:
        """The parts of the soul that its prompt did not tell whole."""
        return self._prompt.left_out

    @property
    def told(self) -> Sequence[Told]:
        """What of the brief its prompt told, and what it had no room for."""
        return self._prompt.told

    @property
    def usage(self) -> Usage:
        """What all calls cost together."""
        return self._usage + self._stream.usage if self._stream else self._usage

    async def __aiter__(self) -> AsyncGenerator[str]:
        """Yield the filtered pieces; raise ``ModelGarbled`` where the model sent no words."""
        is_empty = True
        until = asyncio.get_running_loop().time() + self._deadline
        async with aclosing(self._answer(until)) as texts:
            async for text in texts:
                is_empty = False
                yield text
        if self._output.is_unfinished:
            async with aclosing(self._go_on(until)) as texts:
                async for text in texts:
                    is_empty = False
                    yield text
        self.vibe = self._output.vibe or self.vibe
        if is_empty:
            raise self._no_words()

    async def aclose(self) -> None:
        """Give up the call; a second time does nothing."""
        if self._stream is not None:
            await self._stream.aclose()

    async def _answer(self, until: float) -> AsyncGenerator[str]:
        """Yield one answer; a prompt that is too long is shortened and sent once more."""
        for is_last in (False, True):
            deadline = until - asyncio.get_running_loop().time()
            try:
                async with aclosing(self._read(self._prompt.messages, deadline=deadline)) as texts:
                    async for text in texts:
                        yield text
            except ModelContextExceeded as refusal:
                if is_last or not self._prompt.shorten(refusal):
                    raise
                # The stream of a refused request has no cost of its own, but it was a call.
                self._usage += Usage(calls=1)
            else:
                return

    async def _read(
        self, messages: Sequence[Message], *, deadline: float, repeated: str | None = None
    ) -> AsyncGenerator[str]:
        """Yield what the filter lets through of one answer; ``repeated`` is left out of it."""
        if self._stream is not None:
            self._usage += self._stream.usage
        self._stream = stream = self._ask(messages, deadline=deadline)
        output = self._output
        async with aclosing(stream), aclosing(_without(stream, repeated)) as pieces:
            async for piece in pieces:
                text = output.feed(self._macros.feed(piece))
                if output.has_leaked:
                    break
                if text:
                    yield text
                if output.has_ended:
                    break
            is_open = not output.has_leaked and not output.has_ended
            if is_open and (text := output.feed(self._macros.end())):
                yield text
            self._habits.learn(output, stream)
            if output.has_leaked:
                raise ModelGarbled(f"{_LEAKED}.", mend=_LEAKED_MEND)
            if text := output.end(was_cut=stream.was_cut):
                yield text

    async def _go_on(self, until: float) -> AsyncGenerator[str]:
        """Ask for the end of a sentence that was cut, once; else end it with "…"."""
        begun = self._output.drop_word()
        messages = [*self._prompt.messages, Message("assistant", begun), Message("user", _GO_ON)]
        deadline = until - asyncio.get_running_loop().time()
        with suppress(ModelError):
            async with aclosing(self._read(messages, deadline=deadline, repeated=begun)) as texts:
                async for text in texts:
                    yield text
        if self._output.is_unfinished:
            yield self._output.give_up()

    def _no_words(self) -> ModelError:
        stream = self._stream
        if self._output.has_reasoned or (stream is not None and stream.reasoned):
            return only_reasoned("the model")
        return ModelGarbled("the model answered without words")


async def _without(stream: ModelStream, repeated: str | None) -> AsyncGenerator[str]:
    """Yield the pieces of a stream; of one that goes on, without the repeated beginning."""
    begun = ""
    async for piece in stream:
        if repeated is None:
            yield piece
            continue
        begun += piece
        if len(begun.lstrip()) > len(repeated.strip()):
            yield _joined(begun, repeated)
            repeated = None
    if repeated is not None and begun.strip():
        yield _joined(begun, repeated)


def _joined(begun: str, repeated: str) -> str:
    text, said = begun.lstrip(), repeated.strip()
    if text.casefold().startswith(said.casefold()):
        text = text[len(said) :]
    text = text.lstrip().removeprefix("…").lstrip()
    return f" {text}" if " " in said else text


def _others(brief: Brief) -> list[str]:
    """Return the names of those whom the agent talks to, the last one first."""
    lines = [*brief.recent_lines, *brief.messages] if brief.is_group else []
    names = [brief.person_name, *(line.speaker for line in reversed(lines) if not line.mine)]
    own = brief.name.casefold()
    return [name for name in dict.fromkeys(names) if name and name.casefold() != own]


def _stops(brief: Brief) -> list[str]:
    """Return where a reply ends at the latest: at the beginning of somebody else's turn."""
    names = [name for name in _others(brief) if len(name) <= _MAX_STOP_CHARS and name.isprintable()]
    return [f"\n{name}:" for name in ("User", *names, "Human")][:MAX_STOPS]


def _note_lines(messages: Sequence[Message]) -> list[str]:
    """Return the lines of the private note in the last message."""
    _, _, note = messages[-1].content.rpartition(NOTE_HEADING)
    return note.partition(NOTE_END)[0].splitlines() if note else []
