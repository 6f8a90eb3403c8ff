"""Whether the model answers, and if not, why: for the operator's log and for health.

A failure counts until the next success. Processes of a cluster see each other's through the event
bus, where it is kept like a turn that has not ended; it fades there after ten minutes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import structlog

from synthetic_soul.errors import ModelError
from synthetic_soul.jobs.base import Chunk, EventBus

log = structlog.get_logger(__name__)

TOPIC: Final = "/model"
"""The event bus topic of failures; no agent's id begins with a slash."""

ANY_MEND: Final = "Try another model, or look into the log of the model's server."


@dataclass(frozen=True, slots=True)
class ModelFailure:
    """The latest failure of a run of failures that began at ``since`` (milliseconds).

    ``code`` is that of the ``ModelError``, ``reason`` the provider's own, without secrets ("" if
    it gave none), ``mend`` what the operator can do.
    """

    code: str
    reason: str
    mend: str
    since: int


class ModelHealth:
    """The outcome of this process's latest model call, shared over the event bus."""

    def __init__(self, event_bus: EventBus, clock: Callable[[], int]) -> None:
        self._event_bus, self._clock = event_bus, clock
        self._failure: ModelFailure | None = None
        self._has_succeeded = False

    async def failed(self, purpose: str, model: str, error: ModelError) -> None:
        """Log a failed call (of a reply, thought or reflection), and remember why it failed."""
        mend = error.mend or ANY_MEND
        log.warning(
            "model_call_failed",
            purpose=purpose,
            model=model,
            code=error.code,
            error=error.message,
            reason=error.reason,
            mend=mend,
        )
        since = self._failure.since if self._failure else self._clock()
        self._failure = ModelFailure(error.code, error.reason, mend, since)
        self._has_succeeded = False
        covers = (error.code, error.reason, mend, str(since))
        await self._event_bus.publish(TOPIC, Chunk(since, "begun", covers))

    async def succeeded(self) -> None:
        """Forget the failure; costs nothing where there was none."""
        if not self._has_succeeded:  # at first, too: an earlier run of this process may have failed
            self._has_succeeded, self._failure = True, None
            await self._event_bus.publish(TOPIC, Chunk(self._clock(), "ended"))

    async def failure(self) -> ModelFailure | None:
        """Return why calls fail now, here or else in another process; None if they do not."""
        if self._failure is not None:
            return self._failure
        match await self._event_bus.covered(TOPIC):
            case (code, reason, mend, since) if since.isdecimal():
                return ModelFailure(code, reason, mend, int(since))
            case _:
                return None
