"""Processes of the versions before and after understand each other."""

import importlib
import inspect

import pytest

from tests.compatibility import surface
from tests.compatibility.records import recorded


def test_a_plain_rq_worker_finds_what_it_runs() -> None:
    answer = importlib.import_module("synthetic_soul.worker").answer
    parameters = inspect.signature(answer).parameters
    assert list(parameters) == ["agent", "conversation"]
    assert all(each.default is inspect.Parameter.empty for each in parameters.values())
    assert surface.redis_names()["job"] == "synthetic_soul.worker.answer"


def test_asgi_servers_find_the_application(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_NAME", "nobody of that name")  # so that nothing is opened
    main = importlib.import_module("synthetic_soul.main")
    with pytest.raises(SystemExit, match="BOT_NAME"):
        main.app  # noqa: B018 - it is made when it is asked for


def test_redis_keys_and_messages_have_their_form() -> None:
    recorded("redis", surface.redis_names())


def test_collections_of_mongodb_have_their_form() -> None:
    recorded("mongodb", surface.mongo_collections())
