"""A simulated cluster: API hosts and workers that run the engine itself, over one disk."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeVar

from soulscript import Soul
from synthetic_soul.engine.engine import Engine
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.errors import SoulError
from synthetic_soul.jobs.in_process import InProcessRunner
from synthetic_soul.settings import Settings
from tests.simulation.fake_voice import FakeReflector, FakeVoice
from tests.simulation.faults import Faults, FaultyPath
from tests.simulation.memory_disk import MemoryDisk
from tests.simulation.memory_store import MemoryStore
from tests.simulation.network import BellRunner, LossyEventBus, Redis

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from synthetic_soul.jobs.base import Runner
    from tests.simulation.world import Process, World

T = TypeVar("T")
Kind = Literal["api", "worker", "forker"]

AGENTS = ("mo", "kea")
SLOTS = 4
PATIENCE = 10.0
DAY = 86_400_000


class Lost(Exception):
    """No answer came: what was asked for may have been done or not."""


@cache
def settings() -> Settings:
    """Those of every process; the environment has no part in them."""
    return Settings(_env_file=None, sweep_rate=5, thinking_rate=30, bot_name=AGENTS[0])


@cache
def soul(name: str) -> Soul:
    """Somebody small."""
    value = {"name": "care", "importance": 0.5, "expression": "asks how you are"}
    voice = {"style": "plain", "tone": "warm", "qualities": ["soft"], "patterns": ["short"]}
    return Soul.model_validate(
        {
            "version": "0.1",
            "entity": {"form": "parrot", "occupation": "listener"},
            "personality": {"name": name, "core_traits": [{"trait": "calm", "strength": 0.5}]},
            "values": [value],
            "voice": voice,
            "relationship": {"style": "friendly", "boundaries": []},
        }
    )


@dataclass
class Cluster:
    """What the processes of one history share; ``begun`` are (topic, epoch, last seq then)."""

    world: World
    faults: Faults
    agents: tuple[str, ...] = AGENTS
    settings: Settings = field(default_factory=settings)
    begun: list[tuple[str, int, int]] = field(default_factory=list)
    hosts: list[Host] = field(default_factory=list)
    store: type[MemoryStore] = MemoryStore

    def __post_init__(self) -> None:
        self.disk = MemoryDisk(self.world.clock)
        self.redis = Redis(self.world, self.faults, begun=self._note)

    def _note(self, topic: str, epoch: int) -> None:
        self.begun.append((topic, epoch, self.disk.last(topic.partition("/")[0])[0]))

    def engine(self, process: Process, kind: Kind) -> Engine:
        """An engine for one process, not started yet."""
        way = FaultyPath(self.world, process, self.faults)
        return Engine(
            Runtime(
                settings=self.settings,
                store=self.store(self.disk, way=way),
                runner=self._runner(kind),
                event_bus=LossyEventBus(self.redis, process, way),
                voice=FakeVoice("parrot", self.world, self.faults),
                plain_voice=FakeVoice("plain", self.world),
                fast_model=FakeReflector(self.world, self.faults),
                clock=process.clock,
                souls={name: soul(name) for name in self.agents},
                active=self.agents[0],
                entropy=self.world.entropy,
            )
        )

    def _runner(self, kind: Kind) -> Runner:
        match kind:
            case "api":
                return BellRunner(self.redis)
            case "worker":
                return InProcessRunner(slots=SLOTS)
            case "forker":
                return InProcessRunner(slots=1, tries=1)

    def api_hosts(self) -> list[Host]:
        """The processes that take requests now."""
        return [host for host in self.hosts if host.kind == "api" and host.engine is not None]

    async def ask(self, request: Callable[[Engine], Coroutine[object, object, T]]) -> T:
        """Ask any API host; ``Lost`` where no answer comes."""
        api_hosts = self.api_hosts()
        if not api_hosts:
            raise Lost
        host = self.world.chance.choice(api_hosts)
        assert host.engine is not None
        answer = host.process.run(request(host.engine))
        end = asyncio.ensure_future(host.process.ended.wait())
        await asyncio.wait({answer, end}, timeout=PATIENCE, return_when="FIRST_COMPLETED")
        end.cancel()
        if not answer.done():
            raise Lost
        return answer.result()


class Host:
    """A place where a process is started again whenever it has died.

    A ``forker`` is a worker that has each notification answered by a process of its own.
    """

    def __init__(self, cluster: Cluster, name: str, kind: Kind) -> None:
        self.cluster, self.name, self.kind = cluster, name, kind
        self.engine: Engine | None = None
        self.up = False
        self.skew = 0
        self._born = 0
        self.process = self._new()
        cluster.hosts.append(self)

    @property
    def running(self) -> int:
        """How many conversations it works on."""
        return self.engine.runtime.runner.running if self.engine is not None else 0

    def _new(self) -> Process:
        self._born += 1
        return self.cluster.world.process(f"{self.name}.{self._born}", skew=self.skew)

    async def keep_up(self) -> None:
        """Run one process after the other."""
        world = self.cluster.world
        while True:
            self.process.run(self._serve(self.process))
            await self.process.ended.wait()
            self.engine, self.up = None, False
            self.cluster.redis.leave(self.process)
            await asyncio.sleep(world.chance.random() * 4)
            self.process = self._new()

    async def _serve(self, process: Process) -> None:
        """What a process does from its start on; one that cannot start ends."""
        if self.kind == "forker":
            self.cluster.redis.work_for(process, self._fork)
        else:
            engine = self.cluster.engine(process, self.kind)
            try:
                await engine.start()
            except SoulError as error:
                self.cluster.world.tell(f"{process.name} could not start: {error.code}")
                process.kill()
                return
            self.engine = engine
            if self.kind == "worker":
                self.cluster.redis.work_for(process, engine.notify)
        self.cluster.world.tell(f"{process.name} serves")
        self.up = True

    def _fork(self, agent: str, conversation: str) -> None:
        child = self._new()
        child.run(self._attend(child, agent, conversation))

    async def _attend(self, process: Process, agent: str, conversation: str) -> None:
        self.cluster.world.tell(f"{process.name} attends to {conversation}")
        try:
            await self.cluster.engine(process, self.kind).attend(agent, conversation)
        except Exception as error:  # noqa: BLE001 - whatever it is, this process ends of it
            self.cluster.world.tell(f"{process.name} breaks off: {error!r}")
        finally:
            process.kill()

    def drain(self) -> None:
        """As SIGTERM does: finish what is under way, then end."""
        engine, self.engine = self.engine, None
        if engine is not None:
            self.cluster.redis.leave(self.process)
            self.process.run(self._drain(self.process, engine))

    async def _drain(self, process: Process, engine: Engine) -> None:
        self.cluster.world.tell(f"{process.name} drains")
        try:
            await engine.stop()
        finally:
            process.kill()

    def move_clock(self, millis: int) -> None:
        """Set the wall clock of this machine to another time."""
        self.cluster.world.tell(f"{self.name}'s clock is off by {millis} ms")
        self.skew = self.process.skew = millis
