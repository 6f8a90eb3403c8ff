"""What a cluster costs, by workers and by the length of the journal.

    python benchmarks/cluster.py [--entries 1000000] [--long 100000] [--only load|growth] [--json]

Starts MongoDB, Redis, a fake model, one server and 1, 2 and 4 workers as processes of their own,
and prints one table: messages a second, processor time, overhead; then how loading a mind,
appending and answering change from a thousand entries to ``--entries``, in SQLite and MongoDB.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table
from typing_extensions import override

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import growth  # noqa: E402 - the script is run by its path
from benchmarks.client import Client  # noqa: E402 - as above
from benchmarks.turn import SAYINGS, free_port, wait_for  # noqa: E402 - as above
from synthetic_soul.settings import Settings  # noqa: E402 - as above
from tests.support.cluster import Cluster, Clusters  # noqa: E402 - as above
from tests.support.servers import MongoServer, RedisServer  # noqa: E402 - as above

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WORKERS, DELAYS = (1, 2, 4), (0, 300)
GUESTS, EACH, ALONE, NEW_GUESTS, SLOTS = 64, 12, 24, 600, 32
SHORT = 1_000
PEER = {(1, 0, "messages_s"): 0.15, (4, 0, "messages_s"): 0.33, (1, 0, "guests_s"): 0.96}
PEER |= {(1, 0, "overhead"): 4350, (1, 300, "overhead"): 5700, (1, 0, "cpu"): 2200}
ROWS = (
    ("messages_s", f"messages a second, {GUESTS} guests", "{:.0f}"),
    ("cpu", "processor time a message, all processes but model and client (ms)", "{:.1f}"),
    ("cpu_server", "… of the server", "{:.1f}"),
    ("cpu_worker", "… of the workers", "{:.1f}"),
    ("cpu_mongo", "… of mongod", "{:.1f}"),
    ("cpu_redis", "… of redis-server", "{:.1f}"),
    ("overhead", "submit → done beyond the model, one guest (median, ms)", "{:.1f}"),
    ("first", "first text beyond the model's first byte (median, ms)", "{:.1f}"),
    ("guests_s", "guests a second", "{:.0f}"),
)
GROWTH = (
    ("loaded", "load a mind and a bond"),
    ("appended", "append an entry"),
    ("fresh", "answer, the conversation not in mind"),
    ("answered", "answer, the conversation in mind"),
)


class Database(MongoServer):
    """As the tests' own, with the memory that a database has in life."""

    @override
    def command(self) -> list[str]:
        return [{"0.25": "4"}.get(word, word) for word in super().command()]


@dataclass
class Place:
    """Everything that runs for one measurement."""

    cluster: Cluster
    mongo: Database
    redis: RedisServer
    port: int
    figures: dict[str, float] = field(default_factory=dict)

    def cpu(self) -> dict[str, float]:
        """Processor time (s) used so far, by kind of process."""
        return {
            "server": _cpu([process.pid for process in self.cluster.servers]),
            "worker": _cpu([process.pid for process in self.cluster.workers]),
            "mongo": _cpu([self.mongo.pid]),
            "redis": _cpu([self.redis.pid]),
        }


def _cpu(pids: Sequence[int]) -> float:
    ticks = 0
    for pid in pids:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")")[1]
        ticks += sum(int(x) for x in stat.split()[11:13])
    return ticks / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def broker_and_database(folder: Path) -> Iterator[tuple[Database, RedisServer]]:
    """MongoDB and Redis, ready; both end with the block."""
    mongo, redis = Database(folder / "mongo"), RedisServer(folder / "redis")
    try:
        yield mongo.start(), redis.start()
    finally:
        mongo.kill()
        redis.kill()


@contextlib.contextmanager
def model(delay_ms: int) -> Iterator[str]:
    """The fake model; gives its address."""
    port = free_port()
    words = [sys.executable, "-m", "tests.support.fake_model", "--port", str(port)]
    with subprocess.Popen([*words, "--delay-ms", str(delay_ms)], cwd=ROOT, stdout=-3) as process:
        try:
            wait_for(port)
            yield f"http://127.0.0.1:{port}/v1"
        finally:
            process.terminate()


async def one_guest(place: Place, delay_ms: int) -> None:
    """Messages one after the other: overhead and first text."""
    totals: list[float] = []
    firsts: list[float] = []
    async with Client(place.port) as client:
        await client.guest()
        for number in range(ALONE):
            start = time.perf_counter()
            job = await client.submit(SAYINGS[number % len(SAYINGS)])
            first = 0.0
            async for name, _ in client.events(job):
                if name == "text" and not first:
                    first = time.perf_counter() - start
            totals.append((time.perf_counter() - start) * 1000 - delay_ms)
            firsts.append(first * 1000 - delay_ms)
    place.figures["overhead"] = statistics.median(totals)
    place.figures["first"] = statistics.median(firsts)


async def many_guests(place: Place) -> None:
    """Guests in a closed loop, once all have been answered once: rate and processor time."""
    warm = asyncio.Barrier(GUESTS + 1)

    async def say(client: Client, text: str) -> None:
        job = await client.submit(text)
        async for _ in client.events(job):
            pass

    async def talk(number: int) -> None:
        async with Client(place.port) as client:
            await client.guest()
            await say(client, f"Hello, it is me, number {number}.")
        await warm.wait()
        await warm.wait()
        async with Client(place.port) as again:  # a connection that waits for long is closed
            again.token = client.token
            for turn in range(EACH):
                await say(again, f"{SAYINGS[turn % len(SAYINGS)]} ({number}.{turn})")

    async with asyncio.TaskGroup() as talks:
        for number in range(GUESTS):
            talks.create_task(talk(number))
        await warm.wait()
        before, start = place.cpu(), time.perf_counter()
        await warm.wait()
    place.figures["messages_s"] = GUESTS * EACH / (time.perf_counter() - start)
    for kind, used in place.cpu().items():
        each = (used - before[kind]) * 1000 / (GUESTS * EACH)
        place.figures[f"cpu_{kind}"] = each
        place.figures["cpu"] = place.figures.get("cpu", 0.0) + each


async def new_guests(place: Place) -> None:
    """Guest sessions, eight at once: guests a second."""

    async def make(count: int) -> None:
        async with Client(place.port) as client:
            for _ in range(count):
                await client.guest()

    start = time.perf_counter()
    await asyncio.gather(*(make(NEW_GUESTS // 8) for _ in range(8)))
    place.figures["guests_s"] = NEW_GUESTS / (time.perf_counter() - start)


def under_load(folder: Path, workers: int, delay_ms: int) -> dict[str, float]:
    """All figures with so many workers and such a model."""
    clusters = Clusters(folder)
    with broker_and_database(folder / "servers") as (mongo, redis), model(delay_ms) as address:
        cluster = clusters.open(
            mongo, redis, LLM_BASE_URL=address, LLM_MODEL="fake", LOG_LEVEL="warning"
        )
        try:
            cluster.start(servers=1, workers=workers, slots=SLOTS)
            port = int(cluster.urls[0].rpartition(":")[2])
            place = Place(cluster, mongo, redis, port)
            asyncio.run(one_guest(place, delay_ms))
            asyncio.run(many_guests(place))
            asyncio.run(new_guests(place))
        finally:
            clusters.close()
    return place.figures


def grown(folder: Path, sizes: Sequence[int], rounds: int, long: int) -> dict[str, float]:
    """Medians in ms by store, size and what was done."""
    with broker_and_database(folder / "servers") as (mongo, _):

        def make(name: str) -> list[Settings]:
            quiet = {"sweep_rate": 3600.0, "thinking_rate": 3600.0, "data_dir": folder / name}
            settings = Settings(_env_file=None, **quiet)  # type: ignore[arg-type]  # checked by pydantic
            there = {"mongo_connection": mongo.uri, "database_name": name}
            return [settings, Settings(_env_file=None, **quiet, **there)]  # type: ignore[arg-type]  # as above

        spreads = asyncio.run(growth.compare(make, sizes, rounds, long=long))
    return {
        f"{store}.{size}.{name}": value
        for size, pair in zip(("short", "many", "long"), spreads, strict=False)
        for store, spread in zip(("sqlite", "mongo"), pair, strict=True)
        for name, value in spread.medians().items()
    }


def show_load(console: Console, figures: dict[tuple[int, int], dict[str, float]]) -> None:
    """One column a setting; the peer's figure in brackets where there is one."""
    heads = [f"{workers} w., {delay} ms" for workers, delay in figures]
    machine = f"{platform.machine()}, {os.cpu_count()} cores, in brackets the peer's"
    table = Table("", *heads, title=f"Workers, and delay of the model ({machine})")
    for key, label, form in ROWS:
        cells = []
        for setting, found in figures.items():
            other = PEER.get((*setting, key))
            cells.append(form.format(found[key]) + (f" ({other:g})" if other else ""))
        table.add_row(label, *cells)
    console.print(table)


def show_growth(console: Console, figures: dict[str, float], sizes: Sequence[int]) -> None:
    """One row a deed and store; the ratio is of the two sizes, which share a conversation."""
    heads = [f"{size:,} entries" for size in sizes]
    table = Table("median, ms", *heads, "ratio", "one conversation alone", title="Growth")
    for store in ("sqlite", "mongo"):
        for key, label in GROWTH:
            short, many = (figures[f"{store}.{size}.{key}"] for size in ("short", "many"))
            alone = figures.get(f"{store}.long.{key}")
            cells = [f"{short:.2f}", f"{many:.2f}", f"{many / short:.2f}"]
            table.add_row(f"{store}: {label}", *cells, f"{alone:.1f}" if alone else "–")
    console.print(table)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What a cluster costs")
    parser.add_argument("--entries", type=int, default=1_000_000, help="of the long journal")
    parser.add_argument("--long", type=int, default=100_000, help="of one conversation; 0: none")
    parser.add_argument("--rounds", type=int, default=15, help="of the growth's measurements")
    parser.add_argument("--only", choices=("load", "growth"), help="measure one part alone")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON, too")
    asked = parser.parse_args()
    console, figures = Console(width=140), dict[str, object]()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if asked.only != "growth":
            settings = [(workers, delay) for workers in WORKERS for delay in DELAYS]
            load = {each: under_load(folder / f"load-{each}", *each) for each in settings}
            show_load(console, load)
            figures |= {f"{w} workers, {ms} ms": found for (w, ms), found in load.items()}
        if asked.only != "load":
            sizes = (SHORT, asked.entries)
            found = grown(folder / "growth", sizes, asked.rounds, asked.long)
            show_growth(console, found, sizes)
            figures |= found
    if asked.json:
        console.print_json(json.dumps(figures))


if __name__ == "__main__":
    main()
