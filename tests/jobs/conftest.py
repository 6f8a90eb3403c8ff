import pytest
import redis

from tests.support.servers import RedisServer


@pytest.fixture
def server(redis_server: RedisServer) -> RedisServer:
    with redis.Redis.from_url(redis_server.start().url) as client:
        client.flushall()
    return redis_server


@pytest.fixture
def raw(server: RedisServer) -> redis.Redis:
    return redis.Redis.from_url(server.url)
