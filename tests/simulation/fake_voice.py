"""A voice and a model that cost nothing, take their time, and sometimes fail."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from pydantic import BaseModel

from synthetic_soul.engine.memory.reflection_answer import Observation, Reflection
from synthetic_soul.errors import ModelTimeout
from synthetic_soul.llm.base import Structured, Usage
from tests.support.stub_voices import StubUtterance

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from synthetic_soul.llm.base import Completion, Message, ModelStream
    from synthetic_soul.voices.base import Brief, Utterance
    from tests.simulation.faults import Faults
    from tests.simulation.world import World

POISON = "poison"
QUICK, LONG, SLOW = 0.5, 6.0, 0.25

M = TypeVar("M", bound=BaseModel)


class FakeVoice:
    """Says back what was said; never fails where there is no ``faults``."""

    def __init__(self, name: str, world: World, faults: Faults | None = None) -> None:
        self.name = name
        self._world, self._weather = world, faults

    def speak(self, brief: Brief) -> Utterance:
        return StubUtterance(self._pieces(brief))

    async def _pieces(self, brief: Brief) -> AsyncIterator[str]:
        chance = self._world.chance
        heard = [line for line in brief.messages if line.speaker == brief.messages[-1].speaker]
        said = " ".join(line.text for line in heard)
        longest = LONG if chance.random() < SLOW else QUICK
        for piece in (f"You said {said} ", f"and I feel {brief.feeling}, ", "so there."):
            if brief.messages:
                await asyncio.sleep(chance.random() * longest)
            if self._weather is not None:
                self._fail(said, self._weather)
            yield piece

    def _fail(self, said: str, faults: Faults) -> None:
        if faults.model_fails and self._world.chance.random() < faults.model_fails:
            raise ModelTimeout("the model did not answer")
        if POISON in said or self._world.chance.random() < faults.voice_breaks:
            raise ValueError("a defect in the voice")


class FakeReflector:
    """A model for reflection: it observes what was said first."""

    name = "ponderer"

    def __init__(self, world: World, faults: Faults) -> None:
        self._world, self._weather = world, faults

    async def structured(
        self,
        messages: Sequence[Message],
        schema: type[M],
        *,
        max_tokens: int,  # noqa: ARG002 - the port's
        deadline: float,  # noqa: ARG002 - the port's
    ) -> Structured[M]:
        chance = self._world.chance
        await asyncio.sleep(chance.random() * QUICK)
        if chance.random() < self._weather.model_fails:
            raise ModelTimeout("the model did not answer")
        said = messages[-1].content.partition("\n1. ")[2].partition("\n")[0]
        seen = Observation(type="observation", text=said, importance=0.5, valence=0, lines=[1])
        value = schema.model_validate(Reflection(observations=[seen]).model_dump())
        return Structured(value, Usage(calls=1))

    separates_reasoning = True

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        deadline: float,
        stop: Sequence[str] = (),
    ) -> ModelStream:
        raise NotImplementedError

    async def complete(
        self, messages: Sequence[Message], *, max_tokens: int, deadline: float
    ) -> Completion:
        raise NotImplementedError

    async def aclose(self) -> None:
        """There is no connection."""
