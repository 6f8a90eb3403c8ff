"""Whatever is killed while people talk, nothing that was acknowledged is lost or said twice."""

import asyncio
import time
from collections.abc import Callable

import httpx
import pytest
import redis

from tests.support import cluster_invariants
from tests.support.cluster import FULL, Cluster, Clusters
from tests.support.fake_model import FakeModel
from tests.support.load_client import eventually, load_clients
from tests.support.servers import MongoServer, RedisServer

pytestmark = pytest.mark.anyio

GUESTS = 16 if FULL else 6
AWAY = 60.0 if FULL else 4.0
REPLACED = 15.0  # seconds within which another worker has answered for a killed one
SHORT = "I am here again."
LONG = " ".join(f"word{number}" for number in range(400))


async def health(cluster: Cluster) -> list[dict[str, str]]:
    """How each server says that it is."""
    async with httpx.AsyncClient() as http:
        answers = [await http.get(f"{url}/v1/meta/health") for url in cluster.urls]
    return [{name: str(value) for name, value in each.json().items()} for each in answers]


async def until_jobs(cluster: Cluster, wanted: str) -> None:
    """Wait until every server says so of the way to its workers."""

    async def so() -> bool:
        return all(told["jobs"] == wanted for told in await health(cluster))

    await eventually(so)


async def asked(model: FakeModel, number: int) -> None:
    """Wait until so many calls of the model have come."""

    async def so() -> bool:
        return len(model.calls) >= number

    await eventually(so)


async def test_another_worker_soon_finishes_the_turn_of_a_killed_one_once(
    clusters: Clusters,
    mongo_standalone: MongoServer,
    redis_server: RedisServer,
    fake_model: FakeModel,
) -> None:
    fake_model.reply, fake_model.piece_delay = LONG, 0.1  # half a minute and more
    cluster = clusters.open(mongo_standalone, redis_server, fake_model).start(2, 2)
    async with load_clients(lambda: cluster.urls, 3) as people:
        jobs = [await guest.submit("Tell me a long story.") for guest in people.guests]
        stories = [
            asyncio.create_task(guest.follow(job))
            for guest, job in zip(people.guests, jobs, strict=True)
        ]
        await asked(fake_model, len(jobs))
        await asyncio.sleep(1)  # some of it has been said
        dead = cluster.calling(fake_model.calls[0])
        lost = sum(cluster.calling(call) is dead for call in fake_model.calls)
        dead.kill()
        killed = time.monotonic()
        fake_model.reply, fake_model.piece_delay = SHORT, 0.0  # who lives comes to an end at once
        told = await asyncio.gather(*stories)
        assert time.monotonic() - killed < REPLACED
        again = [story for story in told if story[-1].body["result"]["response"] == SHORT]
        assert len(again) == lost
        for story in again:  # told of the first try too, which ended in its middle
            assert {event.id.split(".")[0] for event in story} > {story[-1].id.split(".")[0]}
        assert len(fake_model.calls) == 3 + lost
        await cluster_invariants.check_guarantees(cluster, people)


async def check_under_load(
    clusters: Clusters, mongo: MongoServer, broker: RedisServer, harm: Callable[[Cluster], None]
) -> None:
    cluster = clusters.open(mongo, broker).start(2, 2)
    async with load_clients(lambda: cluster.urls, GUESTS) as people:
        async with people.talking(pace=0.1):
            await asyncio.to_thread(harm, cluster)
            await asyncio.sleep(1)
        await cluster_invariants.check_guarantees(cluster, people)


async def test_killing_the_database_loses_nothing(
    clusters: Clusters, mongo_standalone: MongoServer, redis_server: RedisServer
) -> None:
    def harm(_cluster: Cluster) -> None:
        for _ in range(2):
            mongo_standalone.kill()
            mongo_standalone.start()
            time.sleep(1)

    try:
        await check_under_load(clusters, mongo_standalone, redis_server, harm)
    finally:
        mongo_standalone.start()


async def test_killing_the_primary_of_a_replica_set_loses_nothing(
    clusters: Clusters, mongo_replica_set: MongoServer, redis_server: RedisServer
) -> None:
    def harm(_: Cluster) -> None:
        mongo_replica_set.kill()
        mongo_replica_set.start()

    try:
        await check_under_load(clusters, mongo_replica_set, redis_server, harm)
    finally:
        mongo_replica_set.start()


async def test_killing_redis_or_emptying_it_loses_nothing(
    clusters: Clusters, mongo_standalone: MongoServer, redis_server: RedisServer
) -> None:
    def harm(_cluster: Cluster) -> None:
        for _ in range(3):
            with redis.Redis.from_url(redis_server.url) as client:
                client.flushall()
            time.sleep(0.3)
        redis_server.kill()
        redis_server.start()

    try:
        await check_under_load(clusters, mongo_standalone, redis_server, harm)
    finally:
        redis_server.start()


async def test_killing_a_server_loses_nothing(
    clusters: Clusters, mongo_standalone: MongoServer, redis_server: RedisServer
) -> None:
    def harm(cluster: Cluster) -> None:
        cluster.servers[0].kill()
        cluster.servers[0].start()

    await check_under_load(clusters, mongo_standalone, redis_server, harm)


async def test_while_redis_is_away_messages_are_taken_and_it_says_so(
    clusters: Clusters, mongo_standalone: MongoServer, redis_server: RedisServer
) -> None:
    cluster = clusters.open(mongo_standalone, redis_server).start(2, 2)
    async with load_clients(lambda: cluster.urls, GUESTS) as people:
        await people.talk(2)
        redis_server.kill()
        try:
            await until_jobs(cluster, "away")
            gone = time.monotonic()
            while time.monotonic() - gone < AWAY:
                repeats = sum(guest.repeats for guest in people.guests)
                for guest in people.guests:
                    await guest.submit("Are you there? I am so happy to see you!")
                assert sum(guest.repeats for guest in people.guests) == repeats
                await asyncio.sleep(0.5)
            for told in await health(cluster):
                assert (told["status"], told["jobs"], told["store"]) == ("degraded", "away", "ok")
        finally:
            redis_server.start()
        await until_jobs(cluster, "ok")
        assert [told["status"] for told in await health(cluster)] == ["ok", "ok"]
        await people.talk(2)
        await cluster_invariants.check_guarantees(cluster, people)
