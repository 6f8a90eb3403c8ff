"""Stub voices: one with a fixed reply, one that pauses, one that fails."""

import asyncio
from collections.abc import AsyncIterator

from soulscript.prompts import Share
from synthetic_soul.llm.base import Usage
from synthetic_soul.voices.base import Brief, Told, Utterance
from synthetic_soul.voices.composer.composer import Composer


class StubUtterance:
    """An utterance of given pieces of text."""

    usage = Usage()
    vibe = ""
    left_out: tuple[Share, ...] = ()
    told: tuple[Told, ...] = ()

    def __init__(self, pieces: AsyncIterator[str]) -> None:
        self._pieces = pieces

    def __aiter__(self) -> AsyncIterator[str]:
        return self._pieces

    async def aclose(self) -> None:
        """Nothing is open."""


class FixedVoice:
    """Always gives the same reply; records every brief."""

    name = "terse"

    def __init__(self, reply: str = "I see.") -> None:
        self._reply = reply
        self.briefs: list[Brief] = []

    def speak(self, brief: Brief) -> Utterance:
        self.briefs.append(brief)
        return StubUtterance(self._pieces())

    async def _pieces(self) -> AsyncIterator[str]:
        yield self._reply


class PausedVoice:
    """The composer, which gives its first word and then waits for ``go``; records every brief."""

    name = "held"

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.begun = asyncio.Event()
        self.briefs: list[Brief] = []

    def speak(self, brief: Brief) -> Utterance:
        self.briefs.append(brief)
        return StubUtterance(self._pieces(brief))

    async def _pieces(self, brief: Brief) -> AsyncIterator[str]:
        words = "".join([piece async for piece in Composer().speak(brief)]).split(" ")
        yield f"{words[0]} "
        self.begun.set()
        await self.go.wait()
        yield " ".join(words[1:])


class FailingVoice:
    """The composer; while ``fault`` is set, it gives some words, waits for ``go`` and raises it.

    With a ``purpose``, only utterances of that purpose fail.
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
        return StubUtterance(self._pieces(brief))

    async def _pieces(self, brief: Brief) -> AsyncIterator[str]:
        if self.fault is not None and self._purpose in ("", brief.purpose):
            yield "So I was about to say something. It was that"
            await self.go.wait()
            raise self.fault
        async for piece in Composer().speak(brief):
            yield piece


class Quoting:
    """Repeats the lines just before the message, its own among them."""

    name = "quoting"

    def speak(self, brief: Brief) -> Utterance:
        return StubUtterance(self._pieces(brief))

    async def _pieces(self, brief: Brief) -> AsyncIterator[str]:
        said = " / ".join(line.text for line in brief.recent_lines)
        yield f"I heard: {said}"
