"""Many people at once, at two servers, answered by four workers."""

import pytest

from synthetic_soul.mind.events import MessageHeard, Outcome
from tests.support import cluster_invariants
from tests.support.cluster import FULL, Clusters
from tests.support.load_client import load_clients
from tests.support.servers import MongoServer, RedisServer

pytestmark = pytest.mark.anyio

GUESTS, EACH = (32, 50) if FULL else (12, 12)


async def check_load(
    clusters: Clusters, mongo: MongoServer, redis_server: RedisServer, *, guests: int, each: int
) -> None:
    """All are answered; whoever ends keeps what it has in mind, which is the journal folded."""
    cluster = clusters.open(mongo, redis_server).start(servers=2, workers=4)
    async with load_clients(lambda: cluster.urls, guests) as people:
        await people.talk(each, pace=0.02)
        entries = await cluster_invariants.check_guarantees(cluster, people)
    events = [event for entry in entries for event in entry.events]
    assert sum(isinstance(event, MessageHeard) for event in events) == guests * each
    # Bursts may be joined: there are as many outcomes as messages, or fewer.
    assert 0 < sum(isinstance(event, Outcome) for event in events) <= guests * each
    for process in cluster.processes:
        process.end()
        assert process.ended() == 0
        await cluster_invariants.check_journal(cluster)


async def test_every_message_of_many_guests_has_one_outcome_in_order(
    clusters: Clusters, mongo_standalone: MongoServer, redis_server: RedisServer
) -> None:
    await check_load(clusters, mongo_standalone, redis_server, guests=GUESTS, each=EACH)


async def test_every_message_has_one_outcome_over_a_replica_set(
    clusters: Clusters, mongo_replica_set: MongoServer, redis_server: RedisServer
) -> None:
    await check_load(clusters, mongo_replica_set, redis_server, guests=4, each=6)
