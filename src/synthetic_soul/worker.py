"""Workers: ``run`` is one of many slots, ``answer`` one job of a plain ``rq worker``.

Both are notified through Redis and find their work in the store; both may be killed at any time.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import structlog

from synthetic_soul import metrics
from synthetic_soul.compose import compose
from synthetic_soul.engine.engine import Engine
from synthetic_soul.errors import Misconfigured
from synthetic_soul.settings import Settings, read_settings

log = structlog.get_logger(__name__)


def answer(agent: str, conversation: str) -> None:
    """Answer what waits in one conversation: what a plain ``rq worker`` runs.

    Failures are not counted from one process to the next, so the first one gives up.
    """
    asyncio.run(compose(read_settings(), slots=1, tries=1).attend(agent, conversation))


def run(
    settings: Settings,
    *,
    slots: int,
    ready: Callable[[], None],
    scraped: tuple[str, int] | None = None,
) -> None:
    """Work on up to ``slots`` conversations at once until SIGTERM or SIGINT, then drain and return.

    ``ready`` is called once notifications arrive; ``scraped`` is the host and port on which metrics
    are served, if they are. Raises ``Misconfigured`` where a setting keeps it from starting,
    ``Unavailable`` where the store cannot be reached.
    """
    if not settings.redis:
        raise Misconfigured(
            "a worker is notified through Redis: set REDIS_URL and MONGO_CONNECTION, as for the "
            "server; without them soul serve answers by itself"
        )
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_run(settings, slots, ready, scraped))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return the factory of uvloop, where that exists for this system."""
    try:
        import uvloop  # noqa: PLC0415 - not on every system
    except ModuleNotFoundError:
        return None
    return uvloop.new_event_loop


async def _run(
    settings: Settings, slots: int, ready: Callable[[], None], scraped: tuple[str, int] | None
) -> None:
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    engine = compose(settings, slots=slots)
    async with working(engine, slots=slots), _measured(engine, scraped):
        log.info("worker_started", slots=slots)
        ready()
        await stopped.wait()
        log.info("worker_stopping")
    log.info("worker_stopped")


@asynccontextmanager
async def _measured(engine: Engine, scraped: tuple[str, int] | None) -> AsyncIterator[None]:
    """Serve metrics meanwhile, where ``scraped`` says so."""
    if scraped is None:
        yield
        return
    host, port = scraped
    served = metrics.MetricsServer(engine, port, host)
    try:
        yield
    finally:
        await asyncio.to_thread(served.close)


@asynccontextmanager
async def working(engine: Engine, *, slots: int) -> AsyncIterator[None]:
    """Start the engine and its RQ worker; at the end stop taking work, then finish what runs."""
    from synthetic_soul.jobs.rq_runner import RqWorker  # noqa: PLC0415 - an extra; compose says so

    rq_worker = RqWorker(
        engine.settings.redis, slots=slots, notify=engine.notify, running=lambda: engine.running
    )
    await engine.start()
    try:
        await rq_worker.start()
        try:
            yield
        finally:
            await rq_worker.stop()
    finally:
        await engine.stop()
