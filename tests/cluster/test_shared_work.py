"""What is one for all processes: the thinker, sessions, rate limits, the agent's feelings."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.mind.events import ThoughtHad
from tests.support import cluster_invariants
from tests.support.cluster import Cluster, Clusters
from tests.support.load_client import Guest, eventually, load_clients
from tests.support.sample_souls import sample_soul_file
from tests.support.servers import MongoServer, RedisServer

pytestmark = pytest.mark.anyio

RATE = 1.0  # seconds between two chances to think
JSON = {"Content-Type": "application/json"}
SERIALIZER = "rq.serializers.JSONSerializer"


async def thoughts(cluster: Cluster) -> int:
    async with cluster.journal() as store:
        entries = await cluster_invariants.journal_of(store)
    return sum(isinstance(event, ThoughtHad) for entry in entries for event in entry.events)


async def until_thoughts(cluster: Cluster, number: int) -> None:
    async def so() -> bool:
        return await thoughts(cluster) >= number

    await eventually(so)


async def test_a_new_reply_is_thought_about_once_however_many_processes_there_are(
    clusters: Clusters, mongo_standalone: MongoServer, redis_server: RedisServer
) -> None:
    cluster = clusters.open(mongo_standalone, redis_server, THINKING_RATE=str(RATE)).start(2, 2)
    async with load_clients(lambda: cluster.urls, 1) as people:
        for replies in (1, 2):
            await people.talk(1)
            await until_thoughts(cluster, replies)
            await asyncio.sleep(3 * RATE)
            assert await thoughts(cluster) == replies
        await cluster_invariants.check_guarantees(cluster, people)


async def test_a_plain_rq_worker_answers_too(
    clusters: Clusters, mongo_standalone: MongoServer, redis_server: RedisServer
) -> None:
    cluster = clusters.open(mongo_standalone, redis_server).start(2, 0)
    rq = str(Path(sys.executable).parent / "rq")
    words = [rq, "worker", "--url", redis_server.url, "--serializer", SERIALIZER, "soul"]
    await asyncio.to_thread(cluster.other("rq", words).start)
    async with load_clients(lambda: cluster.urls, 2) as people:
        await people.talk(2)
        await cluster_invariants.check_guarantees(cluster, people)


@pytest.fixture(scope="module")
def pair(
    tmp_path_factory: pytest.TempPathFactory,
    mongo_standalone: MongoServer,
    redis_server: RedisServer,
) -> Iterator[Cluster]:
    """Two servers and a worker; a person may say six things a minute."""
    made = Clusters(tmp_path_factory.mktemp("pair"))
    try:
        cluster = made.open(mongo_standalone, redis_server, RATE_LIMIT_SUBMIT="6/minute")
        yield cluster.start(2, 1)
    finally:
        made.close()


async def status(guest: Guest, at: str, path: str = "/v1/auth/me") -> int:
    response = await guest.http.get(at + path, headers=guest.headers)
    return response.status_code


async def test_who_is_signed_out_at_one_server_is_so_at_the_other_within_a_second(
    pair: Cluster,
) -> None:
    here, there = pair.urls
    async with load_clients(lambda: [here], 1) as people:
        guest = people.guests[0]
        assert await status(guest, there) == 200
        await guest.ask("POST", "/v1/auth/logout", at=here)
        await asyncio.sleep(1)
        assert [await status(guest, url) for url in (here, there)] == [401, 401]


async def test_a_rate_limit_counts_what_was_asked_of_all_servers(pair: Cluster) -> None:
    async with load_clients(lambda: pair.urls, 1) as people:
        guest = people.guests[0]
        told = []
        for number in range(8):
            response = await guest.http.post(
                f"{pair.urls[number % 2]}/v1/messages/submit",
                json={"message": f"Hello {number}"},
                headers=guest.headers,
            )
            told.append(response.status_code)
        assert told == [202] * 6 + [429] * 2


async def test_one_key_sent_to_all_servers_at_once_is_one_message(pair: Cluster) -> None:
    async with load_clients(lambda: pair.urls, 3) as people:

        async def send(guest: Guest, number: int, text: str = "Hello!") -> httpx.Response:
            return await guest.http.post(
                f"{pair.urls[number % 2]}/v1/messages/submit",
                json={"message": text},
                headers={**guest.headers, "Idempotency-Key": "one"},
            )

        for guest in people.guests:
            sent = await asyncio.gather(*(send(guest, number) for number in range(6)))
            assert [answer.status_code for answer in sent] == [202] * 6
            (job,) = {answer.json()["job_id"] for answer in sent}
            await guest.follow(job)
            guest.said[job] = "Hello!"
        await cluster_invariants.check_guarantees(pair, people)


async def feelings(guest: Guest, at: str) -> AsyncIterator[dict[str, Any]]:
    """How the agent feels, as a server tells it live."""
    url = f"{at}/v1/agents/jasmine/live"
    async with guest.http.stream("GET", url, headers=guest.headers, timeout=None) as stream:
        async for line in stream.aiter_lines():
            if line.startswith("data: "):
                yield json.loads(line.removeprefix("data: "))


async def test_the_agents_feelings_after_a_turn_are_shown_live_at_each_server(
    pair: Cluster,
) -> None:
    async with load_clients(lambda: pair.urls, 1) as people, asyncio.timeout(30):
        guest = people.guests[0]
        watched = [feelings(guest, url) for url in pair.urls]
        before = [await anext(each) for each in watched]
        await guest.follow(await guest.submit("My dog died yesterday and I am so sad."))
        after = [await anext(each) for each in watched]
        for was, now in zip(before, after, strict=True):
            assert now["emotions"]["compassion"] > was["emotions"]["compassion"]
        for each in watched:
            await each.aclose()  # type: ignore[attr-defined]  # it is a generator


async def test_an_agent_that_one_server_was_given_is_served_by_all_and_answers_from_a_worker(
    pair: Cluster,
) -> None:
    here, there = pair.urls
    async with load_clients(lambda: pair.urls, 1) as people, pair.journal() as store:
        owner = people.guests[0]
        await store.accounts.set_role(owner.person, "operator")

        async def born() -> bool:
            url = f"{here}/v1/agents"
            answer = await owner.http.post(
                url, content=sample_soul_file(), headers=owner.headers | JSON
            )
            return answer.status_code == 201

        await eventually(born)
        said = {"message": "Hello! Are you the lookout?", "agent": "kiki"}
        sent = await owner.ask("POST", "/v1/messages/submit", expected=202, at=there, json=said)
        told = await owner.follow(sent.json()["job_id"])
        assert told[-1].body["status"] == "succeeded"
        for url in pair.urls:
            agent = (await owner.ask("GET", "/v1/agents/kiki", at=url)).json()
            assert (agent["name"], agent["standing"]["messages"]) == ("Kiki", 1)
        replayed = await replay_journal(store, "kiki", verify=True)
        assert replayed.bonds == 1
