"""Whether a server under attack answers everybody else, and in how much memory.

    python benchmarks/floods.py [--seconds N] [ATTACK ...]

For each attack of ``attacks.py`` a server is started as it is installed, with a person of whom
much is stored. The attacker comes from other loopback addresses than those that are measured: a
probe that asks for health twenty times a second, and a bystander who reads the conversation, sends
a message and waits for its reply, once a second. The memory is that of the server, at its highest
during the attack over what it was before. One table is printed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import os
import platform
import shutil
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

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.attacks import ATTACKS  # noqa: E402 - the script is run by its path
from benchmarks.client import Client  # noqa: E402 - the same
from benchmarks.turn import free_port, wait_for  # noqa: E402 - the same

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_P95_MS, MAX_GROWTH_MB = 500, 100
STORED_MESSAGES, STORED_CHARS = 300, 3_000
PROBE_SECONDS, PATIENCE_SECONDS, SETTLE_SECONDS = 0.05, 10.0, 1.0


@dataclass
class Outcome:
    """What was seen during one attack: times in ms, memory in MB."""

    health: list[float] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)
    sent: int = 0
    growth: float = 0.0

    @property
    def p95(self) -> float:
        """The time that 95 of 100 probes did not exceed."""
        return statistics.quantiles(self.health, n=20, method="inclusive")[-1]

    @property
    def is_met(self) -> bool:
        """Whether health, memory and the bystander were within the bounds."""
        within = self.p95 < MAX_P95_MS and self.growth < MAX_GROWTH_MB
        return within and len(self.replies) == self.sent > 0


@contextlib.contextmanager
def serving(folder: str, **settings: str) -> Iterator[tuple[int, int]]:
    """Run ``soul serve`` with its data in this folder; give its port and process."""
    port = free_port()
    env = os.environ | {"DATA_DIR": folder, "LOG_LEVEL": "error", **settings}
    soul = "from synthetic_soul.cli.command_line import run; run()"
    command = [sys.executable, "-c", soul, "serve", "--port", str(port)]
    with subprocess.Popen(command, cwd=folder, env=env, stdout=subprocess.DEVNULL) as process:
        try:
            wait_for(port)
            yield port, process.pid
        finally:
            process.kill()


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def store_much(port: int) -> str:
    """Let a guest tell much; return their access token."""
    async with Client(port) as client:
        await client.guest()
        for number in range(STORED_MESSAGES):
            job = await client.submit(f"{number} " + "I went down to the harbour. " * 107)
        async for _ in client.events(job):
            pass
        return client.token


async def probe(port: int, pid: int, outcome: Outcome) -> None:
    """Ask for health, on a connection of its own each time, and look at the memory."""
    before = resident(pid)
    while True:
        begun = time.perf_counter()
        with contextlib.suppress(TimeoutError, OSError, asyncio.IncompleteReadError):
            async with asyncio.timeout(PATIENCE_SECONDS), Client(port) as client:
                await client.ask("GET", "/v1/meta/health")
        taken = time.perf_counter() - begun
        outcome.health.append(taken * 1000)
        outcome.growth = max(outcome.growth, resident(pid) - before)
        await asyncio.sleep(max(0.0, PROBE_SECONDS - taken))


async def talk(port: int, outcome: Outcome, *, until: float) -> None:
    """Send a message a second and wait for each reply; whatever fails counts as not answered."""
    token = ""
    while time.perf_counter() < until:
        begun = time.perf_counter()
        outcome.sent += 1
        with contextlib.suppress(TimeoutError, OSError, EOFError, RuntimeError, KeyError):
            async with asyncio.timeout(PATIENCE_SECONDS), Client(port) as client:
                client.token = token
                if not token:
                    await client.guest()
                    token = client.token
                await client.ask("GET", "/v1/messages/conversation")
                job = await client.submit(f"Today was long, the oven broke {outcome.sent} times.")
                async for _ in client.events(job):
                    pass
            outcome.replies.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(1)


async def measure(name: str, port: int, pid: int, token: str, seconds: float) -> Outcome:
    """Attack a server and watch it."""
    await talk(port, Outcome(), until=time.perf_counter() + 1)
    outcome = Outcome()
    watching = asyncio.create_task(probe(port, pid, outcome))
    await asyncio.sleep(SETTLE_SECONDS)
    command = [sys.executable, str(ROOT / "benchmarks/attacks.py"), name, str(port), token]
    attack = await asyncio.create_subprocess_exec(*command, str(seconds + SETTLE_SECONDS))
    outcome.health.clear()
    await asyncio.sleep(SETTLE_SECONDS)
    await talk(port, outcome, until=time.perf_counter() + seconds)
    watching.cancel()
    await attack.wait()
    return outcome


def run(names: list[str], seconds: float) -> Iterator[tuple[str, Outcome]]:
    """Yield each attack with what was seen, on a server of its own."""
    with tempfile.TemporaryDirectory() as stored:
        with serving(stored, RATE_LIMIT_SUBMIT="") as (port, _):
            token = asyncio.run(store_much(port))
        for name in names:
            with tempfile.TemporaryDirectory() as folder:
                shutil.copytree(stored, folder, dirs_exist_ok=True)
                with serving(folder) as (port, pid):
                    yield name, asyncio.run(measure(name, port, pid, token, seconds))


def main() -> None:
    """Run the attacks and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("attack", nargs="*", default=list(ATTACKS), help=", ".join(ATTACKS))
    told = parser.parse_args()
    title = f"{platform.machine()}, {os.cpu_count()} cores"
    heads = ("", "health p95, ms", "at most", "memory, MB", "answered", "slowest, ms", "")
    table = Table(*heads, title=title)
    for name, outcome in run(told.attack, told.seconds):
        row = (
            name,
            f"{outcome.p95:.0f}",
            f"{max(outcome.health):.0f}",
            f"{outcome.growth:+.0f}",
            f"{len(outcome.replies)} of {outcome.sent}",
            f"{max(outcome.replies, default=0):.0f}",
            "" if outcome.is_met else "beyond",
        )
        table.add_row(*row)
        print(*row, sep="\t", flush=True)
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
