"""What texts mean, as vectors of the provider's embedding model: nothing ever waits for one long.

A vector may tell what was said: it is personal, and is kept beside the terms of its line alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import structlog

from synthetic_soul.errors import ModelError

if TYPE_CHECKING:
    from synthetic_soul.engine.usage import UsageMeter
    from synthetic_soul.llm.base import Embedder
    from synthetic_soul.recall.corpus import Floats

log = structlog.get_logger(__name__)

CUE_SECONDS: Final = 0.5
"""How long a turn waits for the vector of its cue; without it, words alone recall."""
LINES_SECONDS: Final = 30.0
"""How long a background call may take, retries included."""
PAUSE_SECONDS: Final = 60.0
"""How long nothing is asked for after a call that failed."""
MAX_CHARS: Final = 2_000
"""What is sent of a text."""


class Meaning:
    """The embedding model of one process."""

    def __init__(self, embedder: Embedder, usage: UsageMeter) -> None:
        self._embedder: Final = embedder
        self._usage: Final = usage
        self._paused_until = 0.0

    @property
    def name(self) -> str:
        """The model's name: vectors of another one do not compare."""
        return self._embedder.name

    @property
    def is_paused(self) -> bool:
        """Whether a call has failed a short time ago."""
        return asyncio.get_running_loop().time() < self._paused_until

    async def of_cue(self, text: str) -> Floats | None:
        """Return the vector of a cue, None where it does not come soon."""
        found = await self._embed([text], deadline=CUE_SECONDS)
        return found[0] if found else None

    async def of_lines(self, texts: Sequence[str]) -> list[Floats]:
        """Return the vectors of some lines, none where the call fails."""
        return await self._embed(texts, deadline=LINES_SECONDS)

    async def _embed(self, texts: Sequence[str], *, deadline: float) -> list[Floats]:
        if self.is_paused:
            return []
        sent = [text[:MAX_CHARS] or " " for text in texts]
        try:
            found = await self._embedder.embed(sent, deadline=deadline)
        except ModelError as error:
            self._paused_until = asyncio.get_running_loop().time() + PAUSE_SECONDS
            log.warning(
                "embedding_failed",
                model=self.name,
                code=error.code,
                error=error.message,
                reason=error.reason,
                mend=error.mend,
            )
            return []
        await self._usage.count("embeddings", found.usage)
        return [np.array(vector, np.float64) for vector in found.vectors]
