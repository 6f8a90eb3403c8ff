"""What a running engine measures, in Prometheus' words; no label names a person or holds words.

Nothing is kept here: at each scrape the engine is asked for what it counts anyway. Counts are
those of this process, but for ``soul_conversations_waiting``, which every process sees alike.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    start_http_server,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from synthetic_soul.engine.usage import BUCKETS
from synthetic_soul.errors import Misconfigured, SoulError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from synthetic_soul.engine.engine import Engine
    from synthetic_soul.engine.usage import Counters

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
PATIENCE = 15.0  # seconds for the engine to say how it is
PURPOSES = ("replies", "reflections", "thoughts")
TOKENS = {"prompt": "prompt_tokens", "reply": "reply_tokens"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What the engine said of itself; ``queue`` is None while the store is away."""

    healthy: Mapping[str, str]
    queue: Mapping[str, int] | None
    use: Mapping[str, object]
    counters: Counters


async def read(engine: Engine) -> Reading:
    """Ask an engine that has started."""
    healthy = await engine.healthy()
    queue: Mapping[str, int] | None = None
    if healthy["store"] == "ok":
        try:
            queue = await engine.queue()
        except SoulError:
            healthy = {**healthy, "store": "away"}
    return Reading(healthy, queue, engine.model_usage(), engine.counters)


def registry(engine: Engine) -> CollectorRegistry:
    """The engine's metrics and the process's; made in the event loop that the engine runs in."""
    loop = asyncio.get_running_loop()
    made = CollectorRegistry()
    made.register(
        _Asked(lambda: asyncio.run_coroutine_threadsafe(read(engine), loop).result(PATIENCE))
    )
    ProcessCollector(registry=made)
    PlatformCollector(registry=made)
    GCCollector(registry=made)
    return made


async def text(of: CollectorRegistry) -> bytes:
    """The text that a scrape is given."""
    return await asyncio.to_thread(generate_latest, of)


class Served:
    """The metrics on a port of their own, in a thread beside the engine; made in its event loop.

    ``port`` 0 takes a free one. ``Misconfigured`` where it cannot be listened on.
    """

    def __init__(self, engine: Engine, port: int, host: str = "127.0.0.1") -> None:
        try:
            self._server, self._thread = start_http_server(port, host, registry(engine))
        except OSError as error:
            raise Misconfigured(
                f"{host}:{port} cannot be listened on for metrics ({error.strerror}); "
                "choose another --metrics-port"
            ) from None

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    def close(self) -> None:
        """Stop; call it from another thread than the event loop's (``asyncio.to_thread``)."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Asked(Collector):
    """Asks anew at each scrape, from whatever thread it comes."""

    def __init__(self, ask: Callable[[], Reading]) -> None:
        self._ask = ask

    def collect(self) -> Iterable[Metric]:
        """The engine's metrics."""
        reading = self._ask()
        yield from _standing(reading)
        yield from _turns(reading.counters)
        yield from _models(reading.use)


def _standing(reading: Reading) -> Iterator[Metric]:
    up = GaugeMetricFamily(
        "soul_up", "Whether the part can be reached: store, jobs", labels=["part"]
    )
    for part in ("store", "jobs"):
        up.add_metric([part], reading.healthy[part] == "ok")
    yield up
    if reading.queue is not None:
        yield GaugeMetricFamily(
            "soul_conversations_waiting",
            "Conversations with a message that has no outcome yet, in all processes",
            reading.queue["waiting"],
        )
        yield GaugeMetricFamily(
            "soul_conversations_running",
            "Conversations that this process is working on",
            reading.queue["running"],
        )


def _turns(counters: Counters) -> Iterator[Metric]:
    yield CounterMetricFamily("soul_messages_heard", "Messages acknowledged", counters.messages)
    turns = CounterMetricFamily("soul_turns", "Turns recorded, by outcome", labels=["outcome"])
    waited = HistogramMetricFamily(
        "soul_message_seconds", "From a message's being heard to its outcome", labels=["outcome"]
    )
    bounds = [*(str(bound) for bound in BUCKETS), "+Inf"]
    for outcome, histogram in counters.waiting_times.items():
        turns.add_metric([outcome], counters.turns[outcome])
        steps = list(zip(bounds, accumulate(histogram.counts), strict=True))
        waited.add_metric([outcome], steps, histogram.sum)
    yield turns
    yield waited
    yield CounterMetricFamily(
        "soul_sweep_rings",
        "Conversations that the sweep found waiting and rang for",
        counters.swept,
    )
    yield CounterMetricFamily(
        "soul_leases_lost",
        "Turns whose outcome was refused because another process had taken them over",
        counters.leases_lost,
    )


def _models(use: Mapping[str, object]) -> Iterator[Metric]:
    calls = CounterMetricFamily("soul_model_calls", "Calls of a model", labels=["purpose"])
    for purpose in PURPOSES:
        calls.add_metric([purpose], _number(use, purpose))
    tokens = CounterMetricFamily("soul_model_tokens", "Tokens that calls cost", labels=["kind"])
    for kind, name in TOKENS.items():
        tokens.add_metric([kind], _number(use, name))
    yield calls
    yield tokens
    yield CounterMetricFamily(
        "soul_model_failures",
        "Replies, reflections and thoughts that a model failed to give",
        _number(use, "failures"),
    )


def _number(use: Mapping[str, object], name: str) -> float:
    value = use.get(name, 0)
    return value if isinstance(value, int | float) else 0.0
