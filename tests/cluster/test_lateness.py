"""Who comes too late does no harm: a worker that hung past its lease, one that is told to go."""

import asyncio

import pytest

from synthetic_soul.mind.events import ReplySpoken
from tests.cluster.test_kills import asked
from tests.support import cluster_invariants
from tests.support.cluster import Clusters
from tests.support.fake_model import FakeModel
from tests.support.load_client import eventually, load_clients
from tests.support.servers import MongoServer, RedisServer

pytestmark = pytest.mark.anyio

LATE = "I have come too late with this."


async def test_the_commit_of_a_worker_that_hung_past_its_lease_is_refused(
    clusters: Clusters,
    mongo_standalone: MongoServer,
    redis_server: RedisServer,
    fake_model: FakeModel,
) -> None:
    fake_model.reply, fake_model.delay = LATE, 6.0
    cluster = clusters.open(mongo_standalone, redis_server, fake_model).start(2, 2)
    async with load_clients(lambda: cluster.urls, 1) as people:
        guest = people.guests[0]
        job = await guest.submit("Hello, are you there?")
        watching = [asyncio.create_task(guest.follow(job)) for _ in range(3)]
        await asked(fake_model, 1)
        first = cluster.calling(fake_model.calls[0])
        first.pause()
        fake_model.reply, fake_model.delay = "I am awake.", 0.0
        stories = await asyncio.gather(*watching)
        first.resume()

        async def refused() -> bool:
            return "fence_broken" in first.said

        await eventually(refused)
        for story in stories:
            assert story[-1].body["result"]["response"] == "I am awake."
        again = (await guest.ask("GET", f"/v1/jobs/{job}")).json()
        assert again == stories[0][-1].body
        entries = await cluster_invariants.check_guarantees(cluster, people)
    said = [e for entry in entries for e in entry.events if isinstance(e, ReplySpoken)]
    assert [reply.words.text for reply in said] == ["I am awake."]
    assert first.running


async def test_a_worker_that_is_terminated_finishes_its_turn_first(
    clusters: Clusters, mongo_standalone: MongoServer, redis_server: RedisServer
) -> None:
    cluster = clusters.open(mongo_standalone, redis_server).start(2, 2)
    async with load_clients(lambda: cluster.urls, 6) as people:
        async with people.talking():
            going, staying = cluster.servers
            cluster.servers = [staying]
            for process in (going, cluster.workers[0]):
                process.end()
                assert await asyncio.to_thread(process.ended, 30) == 0
        await cluster_invariants.check_guarantees(cluster, people)
