"""Prometheus metrics of a running engine; no label names a person or quotes anybody.

Nothing is stored here: each scrape reads what the engine counts anyway. Counts are those of this
process, but for ``soul_conversations_waiting``, which is the same in every process.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate

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
from typing_extensions import override

from synthetic_soul.engine.engine import Engine
from synthetic_soul.engine.usage import BUCKETS, Counters
from synthetic_soul.errors import Misconfigured, SoulError

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
SAMPLE_TIMEOUT = 15.0  # seconds
PURPOSES = ("replies", "reflections", "thoughts")
TOKENS = {"prompt": "prompt_tokens", "reply": "reply_tokens"}


@dataclass(frozen=True, slots=True)
class Sample:
    """The engine's figures at one scrape; ``queue`` is None while the store is away."""

    healthy: Mapping[str, object]
    queue: Mapping[str, int] | None
    usage: Mapping[str, object]
    counters: Counters


async def sample(engine: Engine) -> Sample:
    """Read the figures of an engine that has started."""
    healthy = await engine.healthy()
    queue: Mapping[str, int] | None = None
    if healthy["store"] == "ok":
        try:
            queue = await engine.queue()
        except SoulError:
            healthy = {**healthy, "store": "away"}
    return Sample(healthy, queue, engine.model_usage(), engine.counters)


def registry(engine: Engine) -> CollectorRegistry:
    """Return a registry of the engine's and the process's metrics.

    Call it in the event loop that the engine runs in.
    """
    loop = asyncio.get_running_loop()

    def read() -> Sample:
        return asyncio.run_coroutine_threadsafe(sample(engine), loop).result(SAMPLE_TIMEOUT)

    collectors = CollectorRegistry()
    collectors.register(_EngineCollector(read))
    ProcessCollector(registry=collectors)
    PlatformCollector(registry=collectors)
    GCCollector(registry=collectors)
    return collectors


async def exposition(collectors: CollectorRegistry) -> bytes:
    """Return the text that answers a scrape."""
    return await asyncio.to_thread(generate_latest, collectors)


class MetricsServer:
    """Serves the metrics on a port of their own, in a thread; made in the engine's event loop.

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
        """The port that it listens on."""
        return self._server.server_port

    def close(self) -> None:
        """Stop; call it from another thread than the event loop's (``asyncio.to_thread``)."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _EngineCollector(Collector):
    """Samples the engine at each scrape, in whatever thread that comes."""

    def __init__(self, read: Callable[[], Sample]) -> None:
        self._read = read

    @override
    def collect(self) -> Iterable[Metric]:
        sample = self._read()
        yield from _health(sample)
        yield from _turns(sample.counters)
        yield from _models(sample.usage)


def _health(sample: Sample) -> Iterator[Metric]:
    up = GaugeMetricFamily(
        "soul_up", "Whether the part can be reached: store, jobs", labels=["part"]
    )
    for part in ("store", "jobs"):
        up.add_metric([part], sample.healthy[part] == "ok")
    yield up
    if sample.queue is not None:
        yield GaugeMetricFamily(
            "soul_conversations_waiting",
            "Conversations with a message that has no outcome yet, in all processes",
            sample.queue["waiting"],
        )
        yield GaugeMetricFamily(
            "soul_conversations_running",
            "Conversations that this process is working on",
            sample.queue["running"],
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
        "soul_sweep_rings", "Conversations that the sweep found waiting", counters.swept
    )
    yield CounterMetricFamily(
        "soul_leases_lost",
        "Turns whose outcome was refused because another process had taken them over",
        counters.leases_lost,
    )


def _models(usage: Mapping[str, object]) -> Iterator[Metric]:
    calls = CounterMetricFamily("soul_model_calls", "Calls of a model", labels=["purpose"])
    for purpose in PURPOSES:
        calls.add_metric([purpose], _number(usage, purpose))
    tokens = CounterMetricFamily("soul_model_tokens", "Tokens that calls cost", labels=["kind"])
    for kind, name in TOKENS.items():
        tokens.add_metric([kind], _number(usage, name))
    yield calls
    yield tokens
    yield CounterMetricFamily(
        "soul_model_failures",
        "Replies, reflections and thoughts that a model failed to give",
        _number(usage, "failures"),
    )


def _number(usage: Mapping[str, object], name: str) -> float:
    value = usage.get(name, 0)
    return value if isinstance(value, int | float) else 0.0
