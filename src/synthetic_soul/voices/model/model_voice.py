"""The voice of a language model: one streamed call for a reply, one short call for a thought."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from synthetic_soul.errors import ModelGarbled
from synthetic_soul.llm.base import Usage
from synthetic_soul.mind.tables.dimensions import VIBES
from synthetic_soul.voices.composer.moves.thought import vibe
from synthetic_soul.voices.model.brief_prompt import render

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from synthetic_soul.llm.base import Model, ModelStream
    from synthetic_soul.voices.base import Brief

_MAX_THOUGHT_TOKENS: Final = 90
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x80-\x9f\u2028\u2029\ufeff]")
_TAGGED: Final = re.compile(r"\s*\[([^\]\n]{1,40})\]\s*")


class ModelVoice:
    """Speaks through a language model.

    ``max_prompt_tokens`` bounds the estimated prompt, ``max_reply_tokens`` the reply, and
    ``deadline`` the seconds for one utterance. Iterating an utterance raises ``ModelError`` where
    the model fails.
    """

    def __init__(
        self,
        model: Model,
        *,
        max_prompt_tokens: int = 1900,
        max_reply_tokens: int = 400,
        deadline: float,
    ) -> None:
        self.name = f"model:{model.name}"
        self._model = model
        self._max_prompt = max_prompt_tokens
        self._max_reply = max_reply_tokens
        self._deadline = deadline

    def speak(self, brief: Brief) -> ModelUtterance:
        """Start an utterance; nothing is sent before the first piece is requested."""
        thinks = brief.purpose == "thought"
        stream = self._model.stream(
            render(brief, max_tokens=self._max_prompt),
            max_tokens=_MAX_THOUGHT_TOKENS if thinks else self._max_reply,
            deadline=self._deadline,
        )
        return ModelUtterance(stream, brief)


class ModelUtterance:
    """An utterance that streams from a model, with labels and control characters filtered out.

    ``vibe`` is a thought's vibe: the model's own where it named one of the fourteen, else the
    one that fits the mood. ``usage`` is complete once the utterance has ended or was closed.
    """

    def __init__(self, stream: ModelStream, brief: Brief) -> None:
        self.usage = Usage()
        self.vibe = vibe(brief)
        self._stream = stream
        self._is_thought = brief.purpose == "thought"
        self._label = re.compile(rf"\s*\**{re.escape(brief.name)}\**\s*:\**\s*", re.IGNORECASE)
        # Until so much has come, a label that the model puts before its words may still grow.
        self._wait = len(brief.name) + 6

    async def __aiter__(self) -> AsyncIterator[str]:
        """Yield the pieces, without the speaker's label and control characters."""
        try:
            async for piece in self._pieces():
                yield piece
        finally:
            self._count()

    async def _pieces(self) -> AsyncIterator[str]:
        head, begun = "", False
        async for piece in self._stream:
            clean = _CONTROL.sub("", piece)
            if begun:
                if clean:
                    yield clean
                continue
            head += clean
            if not self._is_thought and len(head.lstrip()) > self._wait:
                begun = True
                yield self._start(head)
        if not begun:
            head = self._start(self._thought(head) if self._is_thought else head).rstrip()
            if not head:
                raise ModelGarbled("the model answered without words")
            yield head

    async def aclose(self) -> None:
        """Give up the call; a second time does nothing."""
        await self._stream.aclose()
        self._count()

    def _count(self) -> None:
        self.usage = self._stream.usage

    def _start(self, head: str) -> str:
        return self._label.sub("", head, count=1) if self._label.match(head) else head.lstrip()

    def _thought(self, text: str) -> str:
        """Return the first line of a thought; take off its vibe and note it."""
        line = next((line for line in text.splitlines() if line.strip()), "")
        match = _TAGGED.match(line)
        if match is None:
            return line
        named = match[1].strip().casefold().replace(" ", "-").replace("_", "-")
        self.vibe = named if named in VIBES else self.vibe
        return line[match.end() :] or text[text.find(line) + len(line) :].strip()
