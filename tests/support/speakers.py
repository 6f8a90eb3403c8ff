"""Voices made for tests: real ones that can be held up, or that break."""

import asyncio
from collections.abc import AsyncIterator

from synthetic_soul.llm.base import Usage
from synthetic_soul.voices.base import Brief, Utterance
from synthetic_soul.voices.composer.composer import Composer


class Utters:
    """An utterance of given pieces."""

    usage = Usage()
    vibe = ""

    def __init__(self, pieces: AsyncIterator[str]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[str]:
        return self._pieces

    async def aclose(self) -> None:
        """Nothing is open."""


class Terse:
    """Says the same few words whatever comes; keeps every brief."""

    name = "terse"

    def __init__(self) -> None:
        self.briefs: list[Brief] = []

    def speak(self, brief: Brief) -> Utterance:
        self.briefs.append(brief)
        return Utters(self._pieces())

    async def _pieces(self) -> AsyncIterator[str]:
        yield "I see."


class Held:
    """The composer, which says its first word and then waits for ``go``; keeps every brief."""

    name = "held"

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.begun = asyncio.Event()
        self.briefs: list[Brief] = []

    def speak(self, brief: Brief) -> Utterance:
        self.briefs.append(brief)
        return Utters(self._pieces(brief))

    async def _pieces(self, brief: Brief) -> AsyncIterator[str]:
        words = "".join([piece async for piece in Composer().speak(brief)]).split(" ")
        yield f"{words[0]} "
        self.begun.set()
        await self.go.wait()
        yield " ".join(words[1:])


class Breaking:
    """The composer; while there is a ``fault``, it says some words, waits for ``go``, breaks.

    With a ``purpose`` only utterances of that purpose break.
    """

    name = "breaking"

    def __init__(self, fault: Exception, *, purpose: str = "") -> None:
        self.fault: Exception | None = fault
        self._purpose = purpose
        self.asked = 0
        self.go = asyncio.Event()
        self.go.set()

    def speak(self, brief: Brief) -> Utterance:
        self.asked += 1
        return Utters(self._pieces(brief))

    async def _pieces(self, brief: Brief) -> AsyncIterator[str]:
        if self.fault is not None and self._purpose in ("", brief.purpose):
            yield "So I was about to say something that"
            await self.go.wait()
            raise self.fault
        async for piece in Composer().speak(brief):
            yield piece
