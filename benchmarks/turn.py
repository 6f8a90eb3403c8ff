"""What a turn costs: calls, tokens, overhead, throughput and memory of one server.

    python benchmarks/turn.py [--json]

Starts the server on a temporary folder and a fake model (the one of the tests) as processes of
their own, and prints one table beside the peer's figures, which were measured with an equal fake
model on two loaded cores: trust counts, tokens and ratios more than milliseconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import platform
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.client import Client  # noqa: E402 - the script is run by its path
from synthetic_soul.llm.token_estimate import estimate_tokens  # noqa: E402 - the same

if TYPE_CHECKING:
    from collections.abc import Iterator

SAYINGS = (
    "Hi, how are you today?",
    "My name is Tomas and I bake bread in Ghent.",
    "Today was long, the oven broke twice.",
    "What do you remember about me?",
    "I think I will go for a walk by the river later.",
)
MESSAGES, GUESTS, MESSAGES_EACH, NEW_GUESTS = 30, 32, 12, 600


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Server:
    """A running server with its fake model; ``figures`` are what was measured of it."""

    port: int
    model_port: int
    process: subprocess.Popen[bytes]
    figures: dict[str, float] = field(default_factory=dict)

    def resident(self) -> float:
        """Return the server's resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(x.split()[1]) for x in status.splitlines() if x.startswith("VmRSS")) / 1024

    def cpu(self) -> float:
        """Return the CPU seconds that the server has used."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").rsplit(")")[1]
        ticks = sum(int(x) for x in stat.split()[11:13])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextlib.contextmanager
def serving(delay_ms: int) -> Iterator[Server]:
    """Run a server and a fake model until the block ends."""
    port, model_port = free_port(), free_port()
    limits = ("GUEST", "SUBMIT", "POLL", "LOGIN", "CLAIM")
    with tempfile.TemporaryDirectory() as folder:
        env = os.environ | {
            "DATA_DIR": folder,
            "LLM_BASE_URL": f"http://127.0.0.1:{model_port}/v1",
            "LLM_MODEL": "fake",
            "LOG_LEVEL": "warning",
            **{f"RATE_LIMIT_{name}": "" for name in limits},
        }
        fake = [sys.executable, "-m", "tests.support.fake_model", "--port", str(model_port)]
        soul = "from synthetic_soul.cli.command_line import run; run()"
        serve = [sys.executable, "-c", soul, "serve", "--port", str(port)]
        with (
            subprocess.Popen(
                [*fake, "--delay-ms", str(delay_ms)], cwd=ROOT, stdout=subprocess.DEVNULL
            ) as model,
            subprocess.Popen(serve, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) as process,
        ):
            try:
                wait_for(port)
                wait_for(model_port)
                yield Server(port, model_port, process)
            finally:
                process.terminate()
                model.terminate()


def wait_for(port: int) -> None:
    """Wait until somebody listens there."""
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise RuntimeError(f"nothing listens on port {port}")


async def one_guest(server: Server, delay_ms: int) -> None:
    """Send thirty messages in a row; measure calls, tokens, overhead and the first token."""
    totals: list[float] = []
    firsts: list[float] = []
    async with Client(server.port) as client:
        await client.guest()
        for number in range(MESSAGES):
            start = time.perf_counter()
            job = await client.submit(SAYINGS[number % len(SAYINGS)])
            first = 0.0
            async for name, _ in client.events(job):
                if name == "text" and not first:
                    first = time.perf_counter() - start
            totals.append((time.perf_counter() - start) * 1000)
            firsts.append(first * 1000)
    server.figures[f"overhead_{delay_ms}"] = statistics.median(totals) - delay_ms
    server.figures[f"first_{delay_ms}"] = statistics.median(firsts) - delay_ms
    async with Client(server.model_port) as model:
        calls: list[dict[str, Any]] = (await model.ask("GET", "/calls")).body["calls"]
    plain = [call["messages"] for call in calls if "response_format" not in call["body"]]
    tokens = sum(estimate_tokens(message["content"]) for message in plain[-1])
    server.figures["calls"] = len(calls) / MESSAGES
    server.figures["prompt_tokens"] = tokens


async def many_guests(server: Server) -> None:
    """Let 32 guests talk in a closed loop; measure messages a second and CPU a message."""

    async def talk(number: int) -> None:
        async with Client(server.port) as client:
            await client.guest()
            for turn in range(MESSAGES_EACH):
                job = await client.submit(f"{SAYINGS[turn % len(SAYINGS)]} ({number}.{turn})")
                async for _ in client.events(job):
                    pass

    before, start = server.cpu(), time.perf_counter()
    await asyncio.gather(*(talk(number) for number in range(GUESTS)))
    server.figures["messages_s"] = GUESTS * MESSAGES_EACH / (time.perf_counter() - start)
    server.figures["cpu_ms"] = (server.cpu() - before) * 1000 / (GUESTS * MESSAGES_EACH)


async def new_guests(server: Server) -> None:
    """Make guest sessions, eight at once; measure guests a second."""

    async def make(count: int) -> None:
        async with Client(server.port) as client:
            for _ in range(count):
                await client.guest()

    start = time.perf_counter()
    await asyncio.gather(*(make(NEW_GUESTS // 8) for _ in range(8)))
    server.figures["guests_s"] = NEW_GUESTS / (time.perf_counter() - start)


PEER = {
    "calls": 6,
    "prompt_tokens": 20_500,
    "overhead_0": 4350,
    "overhead_300": 5700,
    "messages_s": 0.33,
    "cpu_ms": 2200,
    "guests_s": 0.96,
}
ROWS = (
    ("calls", "model calls a message", "{:.2f}"),
    ("prompt_tokens", "prompt tokens before the reply, after 30 messages", "{:.0f}"),
    ("overhead_0", "submit → done beyond the model, model 0 ms (median, ms)", "{:.1f}"),
    ("overhead_300", "submit → done beyond the model, model 300 ms (median, ms)", "{:.1f}"),
    ("first_0", "first text beyond the model's first byte, 0 ms (median, ms)", "{:.1f}"),
    ("first_300", "first text beyond the model's first byte, 300 ms (median, ms)", "{:.1f}"),
    ("messages_s", "messages a second, 32 guests, model 0 ms", "{:.1f}"),
    ("cpu_ms", "server CPU a message (ms)", "{:.1f}"),
    ("guests_s", "guests a second", "{:.0f}"),
    ("resident", "resident memory after all that (MB)", "{:.0f}"),
)


def main() -> None:
    """Measure everything and print a table."""
    figures: dict[str, float] = {}
    with serving(0) as server:
        asyncio.run(one_guest(server, 0))
        asyncio.run(many_guests(server))
        asyncio.run(new_guests(server))
        figures |= server.figures | {"resident": server.resident()}
    with serving(300) as server:
        asyncio.run(one_guest(server, 300))
        figures |= {k: v for k, v in server.figures.items() if k.endswith("_300")}
    table = Table("", "here", "peer", title=f"{platform.machine()}, {os.cpu_count()} cores")
    for key, label, form in ROWS:
        table.add_row(
            label, form.format(figures[key]), form.format(PEER[key]) if key in PEER else "–"
        )
    Console(width=100).print(table)
    if "--json" in sys.argv:
        Console().print(json.dumps(figures))


if __name__ == "__main__":
    main()
