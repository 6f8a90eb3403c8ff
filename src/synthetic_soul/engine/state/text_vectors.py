"""What texts mean, as vectors of the provider's embedding model: nothing ever waits for one long.

A vector may tell what was said: it is personal, and is kept beside the terms of its line alone.
That of a cue is not kept at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import structlog

from synthetic_soul.errors import (
    ModelContextExceeded,
    ModelError,
    ModelGarbled,
    ModelPolicyRefused,
    ModelTimeout,
)
from synthetic_soul.llm.base import Usage
from synthetic_soul.llm.diagnosis.failures import BAD_REQUEST

if TYPE_CHECKING:
    from synthetic_soul.engine.usage import UsageMeter
    from synthetic_soul.llm.base import Embedder
    from synthetic_soul.recall.corpus import Floats

log = structlog.get_logger(__name__)

BATCH: Final = 32
"""The texts of one call, at most."""
CUE_SECONDS: Final = 1.0
"""How long a turn waits for the vector of its cue; without it, words alone recall."""
LINES_SECONDS: Final = 30.0
"""How long a background call may take, retries included."""
PAUSE_SECONDS: Final = 60.0
"""How long nothing is asked for after a call that failed."""
CUE_FAILURES: Final = 3
"""Calls for cues that fail one after the other before no more is asked for."""
MAX_CALLS: Final = 16
"""Calls for the texts of one batch, of which some are refused."""
MAX_CHARS: Final = 2_000
"""What is sent of a text."""
_PROBE: Final = "hello"


@dataclass(frozen=True, slots=True)
class Payer:
    """Whose budget a call is taken from."""

    person: str
    is_guest: bool = False


class Meaning:
    """The embedding model of one process. ``dims`` is the length of its vectors; 0: not known.

    Background calls, and those for cues, pause by themselves: a cue whose vector comes too late
    holds up nothing else.
    """

    def __init__(self, embedder: Embedder, usage: UsageMeter) -> None:
        self._embedder: Final = embedder
        self._usage: Final = usage
        self._paused_until = 0.0
        self._no_cues_until = 0.0
        self._failed_cues = 0
        self.dims = 0
        self.batch = BATCH
        """The texts of the next call: fewer after one that took too long."""

    @property
    def name(self) -> str:
        """The model's name: vectors of another one do not compare."""
        return self._embedder.name

    @property
    def is_paused(self) -> bool:
        """Whether a background call has failed a short time ago."""
        return _now() < self._paused_until

    async def of_cue(self, text: str) -> Floats | None:
        """Return the vector of a cue, None where it does not come soon.

        It belongs to a reply, and is taken from nobody's budget.
        """
        if _now() < self._no_cues_until:
            return None
        try:
            (vector,) = await self._ask([text], None, deadline=CUE_SECONDS)
        except ModelError as error:
            self._failed_cues += 1
            if self._failed_cues >= CUE_FAILURES:
                self._failed_cues = 0
                self._no_cues_until = _now() + PAUSE_SECONDS
            self._warn(error)
            return None
        self._failed_cues = 0
        return vector

    async def of_lines(
        self, texts: Sequence[str], payer: Payer, found: dict[int, Floats | None]
    ) -> None:
        """Add to ``found`` the vectors of texts by their place; None for one that is refused.

        A batch that is refused is asked for in halves, until the text that it was refused for
        stands alone. Where the model fails whatever it is given, or cannot be reached, the other
        texts are left out, and background calls pause.
        """
        waiting: list[Sequence[int]] = [range(len(texts))]
        is_well = False
        for _ in range(MAX_CALLS):
            if not waiting:
                return
            places = waiting.pop()
            try:
                part = [texts[place] for place in places]
                vectors = await self._ask(part, payer, deadline=LINES_SECONDS)
            except ModelError as error:
                is_well = _may_blame_text(error) and (is_well or await self._is_well(payer))
                if not is_well:
                    self._pause(error)
                    return
                half = len(places) // 2
                if half:
                    waiting += [places[half:], places[:half]]
                else:
                    found[places[0]] = None
            else:
                is_well = True
                found.update(zip(places, vectors, strict=True))
                self.batch = min(BATCH, 2 * self.batch)

    async def _is_well(self, payer: Payer) -> bool:
        """Return whether the model takes a text that nobody can refuse."""
        try:
            await self._ask([_PROBE], payer, deadline=LINES_SECONDS)
        except ModelError:
            return False
        return True

    async def _ask(
        self, texts: Sequence[str], payer: Payer | None, *, deadline: float
    ) -> list[Floats]:
        sent = [text[:MAX_CHARS] or " " for text in texts]
        person, is_guest = (payer.person, payer.is_guest) if payer else ("", False)
        usage, is_failed = Usage(calls=1), True
        try:
            found = await self._embedder.embed(sent, deadline=deadline)
            usage, is_failed = found.usage, False
        finally:
            await self._usage.count(
                "embeddings", usage, person=person, is_guest=is_guest, failed=is_failed
            )
        self.dims = len(found.vectors[0])
        return [np.array(vector, np.float64) for vector in found.vectors]

    def _pause(self, error: ModelError) -> None:
        if isinstance(error, ModelTimeout):
            self.batch = max(1, self.batch // 2)
        self._paused_until = _now() + max(PAUSE_SECONDS, error.retry_after or 0.0)
        self._warn(error)

    def _warn(self, error: ModelError) -> None:
        log.warning(
            "embedding_failed",
            model=self.name,
            code=error.code,
            error=error.message,
            reason=error.reason,
            mend=error.mend,
        )


def _may_blame_text(error: ModelError) -> bool:
    """Return whether an error may come of what a text says, or of its length.

    Some servers fail on single texts with 500.
    """
    if isinstance(error, ModelContextExceeded | ModelPolicyRefused | ModelGarbled):
        return True
    return error.code == BAD_REQUEST or type(error) is ModelError


def _now() -> float:
    return asyncio.get_running_loop().time()
