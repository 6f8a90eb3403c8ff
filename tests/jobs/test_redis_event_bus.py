"""The event bus between processes: late listeners, lost connections, a Redis away or poisoned."""

import asyncio
import pickle
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import redis

from synthetic_soul.errors import Misconfigured
from synthetic_soul.jobs.base import Chunk, Listener
from synthetic_soul.jobs.redis_connection import CHANNEL, CURRENT_TURN
from synthetic_soul.jobs.redis_event_bus import RedisEventBus
from tests.jobs.redis_fakes import SOON, Bomb, own_certificate, relayed, server_tls, until
from tests.support.servers import RedisServer

pytestmark = pytest.mark.anyio

T = "jasmine/dm:ann"
BEGUN, ENDED = Chunk(7, "begun", ("m",)), Chunk(7, "ended", ("m",))


def said(number: int, text: str = "x", epoch: int = 7) -> Chunk:
    return Chunk(epoch, "text", number=number, texts=(text,))


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[RedisEventBus]:
    """Open an event bus as another process would."""
    event_bus = RedisEventBus(url)
    await event_bus.open()
    try:
        yield event_bus
    finally:
        await event_bus.close()


async def chunks_of(listener: Listener, until: str = "ended") -> list[Chunk]:
    chunks: list[Chunk] = []
    async with asyncio.timeout(SOON):
        async for chunk in listener:
            chunks.append(chunk)
            if until in (chunk.kind, *chunk.texts):
                break
    return chunks


async def subscribed(raw: redis.Redis, topic: str) -> None:
    await until(lambda: dict(raw.pubsub_numsub(f"{CHANNEL}{topic}"))[f"{CHANNEL}{topic}".encode()])


@pytest.fixture
async def publisher(server: RedisServer) -> AsyncIterator[RedisEventBus]:
    async with opened(server.url) as event_bus:
        yield event_bus


@pytest.fixture
async def subscriber(server: RedisServer) -> AsyncIterator[RedisEventBus]:
    async with opened(server.url) as event_bus:
        yield event_bus


async def test_a_late_process_receives_a_turn_from_its_beginning(
    publisher: RedisEventBus, subscriber: RedisEventBus, raw: redis.Redis
) -> None:
    chunks = [BEGUN, said(0), said(1)]
    for chunk in chunks:
        await publisher.publish(T, chunk)
    await until(lambda: raw.exists(f"{CURRENT_TURN}{T}"))
    assert await subscriber.covered(T) == ("m",)
    listener = subscriber.follow(T)
    await publisher.publish(T, ENDED)
    assert await chunks_of(listener) == [*chunks, ENDED]
    await until(lambda: int(raw.ttl(f"{CURRENT_TURN}{T}")) <= 10)
    assert await subscriber.covered(T) == ()


async def test_a_listener_who_joins_at_any_moment_receives_each_chunk_once_and_in_order(
    publisher: RedisEventBus, subscriber: RedisEventBus
) -> None:
    chunks = [BEGUN, *(said(number, str(number)) for number in range(400))]

    async def speak() -> None:
        for chunk in [*chunks, ENDED]:
            await publisher.publish(T, chunk)
            if chunk.number % 3 == 0:
                await asyncio.sleep(0.001)

    async def join(after: float) -> list[Chunk]:
        await asyncio.sleep(after)
        return await chunks_of(subscriber.follow(T))

    joining = [asyncio.create_task(join(0.004 * number)) for number in range(20)]
    await speak()
    for received in await asyncio.gather(*joining):
        assert received == [*chunks, ENDED]


async def test_a_turn_that_ended_before_anybody_listened_is_kept_for_a_moment(
    publisher: RedisEventBus, subscriber: RedisEventBus, raw: redis.Redis
) -> None:
    for chunk in (BEGUN, said(0), ENDED):
        await publisher.publish(T, chunk)
    await until(lambda: raw.exists(f"{CURRENT_TURN}{T}"))
    assert await subscriber.covered(T) == ()
    assert await chunks_of(subscriber.follow(T)) == [BEGUN, said(0), ENDED]
    assert int(raw.ttl(f"{CURRENT_TURN}{T}")) <= 10


async def test_a_turn_that_begins_anew_is_kept_anew(
    publisher: RedisEventBus, subscriber: RedisEventBus, raw: redis.Redis
) -> None:
    for chunk in (BEGUN, said(0, "old"), Chunk(8, "begun", ("m",)), said(0, "new", epoch=8)):
        await publisher.publish(T, chunk)
    await until(lambda: raw.exists(f"{CURRENT_TURN}{T}"))
    received = await chunks_of(subscriber.follow(T), until="new")
    assert received == [Chunk(8, "begun", ("m",)), said(0, "new", epoch=8)]


async def test_a_turn_that_another_has_followed_is_passed_on_no_more(
    publisher: RedisEventBus, subscriber: RedisEventBus, raw: redis.Redis
) -> None:
    listener = subscriber.follow(T)
    await subscribed(raw, T)
    await publisher.publish(T, BEGUN)
    first = await anext(listener)
    for chunk in (Chunk(8, "begun", ("m",)), said(0, "late"), said(0, "new", epoch=8)):
        await publisher.publish(T, chunk)
    received = [first, *await chunks_of(listener, until="new")]
    assert [(chunk.epoch, chunk.texts) for chunk in received] == [(7, ()), (8, ()), (8, ("new",))]


async def test_what_is_published_without_a_turn_reaches_everybody_each_time(
    publisher: RedisEventBus, subscriber: RedisEventBus, raw: redis.Redis
) -> None:
    listener = subscriber.follow("jasmine")
    await subscribed(raw, "jasmine")
    for epoch in (5, 3, 3):
        await publisher.publish("jasmine", Chunk(epoch, "ended"))
    received = [(await chunks_of(listener))[0].epoch for _ in range(3)]
    assert received == [5, 3, 3]


async def test_what_has_gathered_goes_out_in_a_few_round_trips(
    publisher: RedisEventBus, subscriber: RedisEventBus, raw: redis.Redis
) -> None:
    listener = subscriber.follow(T)
    raw.config_resetstat()
    chunks = [BEGUN, *(said(number) for number in range(1000)), ENDED]
    for chunk in chunks:
        await publisher.publish(T, chunk)
    assert await chunks_of(listener) == chunks
    assert raw.info("commandstats")["cmdstat_publish"]["calls"] < 50


async def test_the_chunks_of_a_turn_are_kept_for_minutes_at_most(
    publisher: RedisEventBus, raw: redis.Redis
) -> None:
    await publisher.publish(T, BEGUN)
    await until(lambda: raw.exists(f"{CURRENT_TURN}{T}"))
    assert 60 < int(raw.ttl(f"{CURRENT_TURN}{T}")) <= 600
    await publisher.publish(T, ENDED)
    await until(lambda: int(raw.ttl(f"{CURRENT_TURN}{T}")) <= 10)


async def test_all_listeners_of_a_process_share_a_connection_and_leave_nothing_behind(
    publisher: RedisEventBus, subscriber: RedisEventBus, raw: redis.Redis
) -> None:
    listeners = [subscriber.follow(f"t{number % 10}") for number in range(40)]
    for number in range(10):
        await publisher.publish(f"t{number}", BEGUN)
    for listener in listeners:
        assert await chunks_of(listener, until="begun") == [BEGUN]
    assert len(raw.client_list(_type="pubsub")) == 1
    for listener in listeners:
        await listener.aclose()
    await until(lambda: not raw.pubsub_channels())


async def test_a_topic_left_and_joined_again_at_once_is_received(
    publisher: RedisEventBus, subscriber: RedisEventBus
) -> None:
    for number in range(30):
        listener = subscriber.follow(T)
        if number % 2:
            await asyncio.sleep(0.002)
        await publisher.publish(T, Chunk(number, "begun", ("m",)))
        await publisher.publish(T, Chunk(number, "ended", ("m",)))
        while (await chunks_of(listener))[-1].epoch < number:
            pass
        await listener.aclose()


async def test_a_lost_connection_loses_and_doubles_nothing(
    publisher: RedisEventBus, subscriber: RedisEventBus, raw: redis.Redis
) -> None:
    chunks = [BEGUN, *(said(number, str(number)) for number in range(60))]
    listener = subscriber.follow(T)
    for chunk in chunks:
        await publisher.publish(T, chunk)
        if chunk.number % 20 == 10:
            raw.client_kill_filter(_type="pubsub")
        await asyncio.sleep(0.002)
    assert await chunks_of(listener, until="59") == chunks


async def test_chunks_arrive_again_after_redis_was_killed(
    publisher: RedisEventBus, subscriber: RedisEventBus, server: RedisServer
) -> None:
    listener = subscriber.follow(T)
    await publisher.publish(T, BEGUN)
    assert await chunks_of(listener, until="begun") == [BEGUN]
    server.kill()
    assert not await subscriber.healthy()
    assert await subscriber.covered(T) == ()
    missed = [said(0, "while it was away"), ENDED]
    for chunk in missed:
        await publisher.publish(T, chunk)
    server.start()
    again = subscriber.follow(T)
    await publisher.publish(T, Chunk(8, "begun", ("n",)))
    await publisher.publish(T, Chunk(8, "text", texts=("and back",)))
    assert (await chunks_of(listener, until="and back"))[-1].texts == ("and back",)
    assert (await chunks_of(again, until="and back"))[-1].texts == ("and back",)
    assert await subscriber.healthy()


async def test_publishing_neither_waits_nor_raises_while_redis_is_away(
    server: RedisServer, publisher: RedisEventBus
) -> None:
    server.kill()
    async with asyncio.timeout(SOON):
        for number in range(20_000):
            await publisher.publish(T, said(number))
    assert not await publisher.healthy()
    server.start()


async def test_after_flushall_new_chunks_arrive(
    publisher: RedisEventBus, subscriber: RedisEventBus, raw: redis.Redis
) -> None:
    listener = subscriber.follow(T)
    await publisher.publish(T, BEGUN)
    await chunks_of(listener, until="begun")
    raw.flushall()
    await publisher.publish(T, said(0, "still here"))
    assert await chunks_of(listener, until="still here") == [said(0, "still here")]
    assert not raw.exists(f"{CURRENT_TURN}{T}")  # of no use without its beginning


def poisons(mark: Path) -> list[bytes]:
    deep = b"[" * 50_000
    return [
        *(b"", b"\xff\xfe", b"null", b"7", b"{}", b"[[]]", b'[{"epoch":"7"}]', deep),
        b'[{"epoch":7,"kind":"ended","covers":["m"],"number":0,"texts":["x"]},{"epoch":7}]',
        b'[{"epoch":7,"kind":"shouted","covers":[],"number":0,"texts":[]}]',
        b'[{"epoch":7,"kind":"text","covers":[],"number":0,"texts":["\\ud800"]}]',
        pickle.dumps(Bomb(mark)),
        b'[{"epoch":7,"kind":"text","covers":[],"number":0,"texts":["' + b"x" * (2 << 20) + b'"]}]',
    ]


async def test_malformed_messages_on_the_bus_are_ignored(
    publisher: RedisEventBus, subscriber: RedisEventBus, raw: redis.Redis, tmp_path: Path
) -> None:
    mark = tmp_path / "ran"
    listener = subscriber.follow(T)
    await publisher.publish(T, BEGUN)
    await chunks_of(listener, until="begun")
    for poison in poisons(mark):
        raw.publish(f"{CHANNEL}{T}", poison)
        raw.rpush(f"{CURRENT_TURN}{T}", poison)
    await publisher.publish(T, said(0, "well"))
    assert await chunks_of(listener, until="well") == [said(0, "well")]
    assert await chunks_of(subscriber.follow(T), until="well") == [BEGUN, said(0, "well")]
    raw.delete(f"{CURRENT_TURN}{T}")
    raw.rpush(f"{CURRENT_TURN}{T}", *poisons(mark))
    assert await subscriber.covered(T) == ()
    assert not mark.exists()


async def test_a_foreign_value_under_a_key_blocks_no_topic(
    publisher: RedisEventBus, subscriber: RedisEventBus, raw: redis.Redis
) -> None:
    for topic in (T, "other"):
        raw.set(f"{CURRENT_TURN}{topic}", "foreign")
    assert await subscriber.covered(T) == ()
    listener = subscriber.follow(T)
    await subscribed(raw, T)
    await publisher.publish("other", said(0))
    await publisher.publish(T, said(0, "live"))
    assert await chunks_of(listener, until="live") == [said(0, "live")]
    await publisher.publish(T, BEGUN)
    await until(lambda: raw.type(f"{CURRENT_TURN}{T}") == b"list")


async def test_what_was_said_last_is_sent_before_the_end(
    subscriber: RedisEventBus, server: RedisServer
) -> None:
    listener = subscriber.follow(T)
    async with opened(server.url) as event_bus:
        for chunk in (BEGUN, said(0), ENDED):
            await event_bus.publish(T, chunk)
    assert await chunks_of(listener) == [BEGUN, said(0), ENDED]


def test_an_address_that_is_none_is_refused_without_repeating_it() -> None:
    with pytest.raises(Misconfigured) as refused:
        RedisEventBus("http://secret@host")
    assert "secret" not in str(refused.value)


async def test_nothing_is_missed_between_what_was_kept_and_what_comes(
    server: RedisServer, publisher: RedisEventBus
) -> None:
    chunks = [BEGUN, *(said(number, str(number)) for number in range(50)), ENDED]
    async with (
        relayed(server.port, slow=b"SUBSCRIBE") as port,
        opened(f"redis://127.0.0.1:{port}") as subscriber,
    ):
        listener = subscriber.follow(T)
        for chunk in chunks:
            await publisher.publish(T, chunk)
            await asyncio.sleep(0.01)
        assert await chunks_of(listener) == chunks


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl to make a certificate")
async def test_it_goes_over_tls(
    server: RedisServer, tmp_path: Path, subscriber: RedisEventBus
) -> None:
    certificate, key = own_certificate(tmp_path)
    listener = subscriber.follow(T)
    async with relayed(server.port, tls=server_tls(certificate, key)) as port:
        url = f"rediss://127.0.0.1:{port}"
        async with opened(f"{url}?ssl_ca_certs={certificate}") as event_bus:
            assert await event_bus.healthy()
            await event_bus.publish(T, BEGUN)
            await event_bus.publish(T, ENDED)
            assert await chunks_of(listener) == [BEGUN, ENDED]
        async with opened(url) as event_bus:
            assert not await event_bus.healthy()  # nobody vouches for that certificate
