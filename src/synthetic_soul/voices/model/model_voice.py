"""The voice of a language model: one streamed call for a reply, one short call for a thought."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Final

from synthetic_soul.errors import ModelGarbled
from synthetic_soul.llm.base import Model, ModelStream, Usage
from synthetic_soul.voices.base import Brief
from synthetic_soul.voices.composer.moves.thought import vibe
from synthetic_soul.voices.model.brief_prompt import render
from synthetic_soul.voices.model.output_filter import OutputFilter

_MAX_PROMPT_TOKENS: Final = 1900
_MAX_REPLY_TOKENS: Final = 400
_MAX_THOUGHT_TOKENS: Final = 90


class ModelVoice:
    """Speaks through a language model.

    ``deadline`` is the seconds for one utterance. Iterating an utterance raises ``ModelError``
    where the model fails.
    """

    def __init__(self, model: Model, *, deadline: float) -> None:
        self.name = f"model:{model.name}"
        self._model = model
        self._deadline = deadline

    def speak(self, brief: Brief) -> ModelUtterance:
        """Start an utterance; nothing is sent before the first piece is requested."""
        stream = self._model.stream(
            render(brief, max_tokens=_MAX_PROMPT_TOKENS),
            max_tokens=_MAX_THOUGHT_TOKENS if brief.purpose == "thought" else _MAX_REPLY_TOKENS,
            deadline=self._deadline,
        )
        return ModelUtterance(stream, brief)


class ModelUtterance:
    """An utterance that streams from a model through ``OutputFilter``.

    ``vibe`` is a thought's vibe: the model's own where it named one of the fourteen, else the
    one that fits the mood. ``usage`` is complete once the utterance has ended or was closed.
    """

    def __init__(self, stream: ModelStream, brief: Brief) -> None:
        self.usage = Usage()
        self.vibe = vibe(brief)
        self._stream = stream
        self._brief = brief

    async def __aiter__(self) -> AsyncIterator[str]:
        """Yield the filtered pieces; raise ``ModelGarbled`` where the model sent no words."""
        output = OutputFilter(self._brief.name, is_thought=self._brief.purpose == "thought")
        is_empty = True
        try:
            async for piece in self._stream:
                if text := output.feed(piece):
                    is_empty = False
                    yield text
            text = output.finish()
            self.vibe = output.vibe or self.vibe
            if text:
                yield text
            elif is_empty:
                raise ModelGarbled("the model answered without words")
        finally:
            self.usage = self._stream.usage

    async def aclose(self) -> None:
        """Give up the call; a second time does nothing."""
        await self._stream.aclose()
        self.usage = self._stream.usage
