"""GET /metrics: who may read it, and what it contains."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from synthetic_soul import metrics
from synthetic_soul.errors import Misconfigured, Unavailable
from synthetic_soul.stores.sqlite.sqlite_store import SqliteJobs, SqliteStore
from tests.support.engine_harness import Harness, OpenEngine, clock, open_engine
from tests.support.fake_model import FakeModel, Fault, fake_model
from tests.support.stub_voices import PausedVoice

if TYPE_CHECKING:
    from tests.api.conftest import RunningApi

__all__ = ["clock", "fake_model", "open_engine"]

pytestmark = pytest.mark.anyio

NEAR = ["127.0.0.1", "127.8.8.8", "::1", "10.1.2.3", "172.20.0.5", "192.168.1.9", "fd00::7"]
FAR = ["192.0.2.7", "172.32.0.1", "8.8.8.8", "2001:db8::1", "::ffff:8.8.8.8", "testclient"]
LABELS = {
    "soul_up": {"part"},
    "soul_conversations_waiting": set(),
    "soul_conversations_running": set(),
    "soul_messages_heard": set(),
    "soul_turns": {"outcome"},
    "soul_message_seconds": {"outcome", "le"},
    "soul_sweep_rings": set(),
    "soul_leases_lost": set(),
    "soul_model_calls": {"purpose"},
    "soul_model_tokens": {"kind"},
    "soul_model_failures": set(),
}
VALUES = {
    "part": {"store", "jobs"},
    "outcome": {"reply", "silence", "failure"},
    "purpose": {"replies", "reflections", "thoughts"},
    "kind": {"prompt", "reply"},
}


def samples(text: str) -> dict[str, float]:
    """Each sample as ``name{label="value"}`` with its value."""
    samples = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(sample.labels.items()))
            samples[f"{sample.name}{{{labels}}}" if labels else sample.name] = sample.value
    return samples


async def scraped(harness: Harness) -> dict[str, float]:
    return samples((await metrics.exposition(metrics.registry(harness.engine))).decode())


async def swept(harness: Harness) -> int:
    """Sweep twice: what waits both times is notified."""
    await harness.engine.scheduler.sweep()
    return await harness.engine.scheduler.sweep()


async def test_a_scraper_in_the_private_network_gets_the_metrics(api: RunningApi) -> None:
    for address in NEAR:
        answer = await api.client(address).get("/metrics")
        assert answer.status_code == 200, address
        assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
        assert samples(answer.text)['soul_up{part="store"}'] == 1
    assert (await api.client("127.0.0.1").ask("HEAD", "/metrics")).status_code == 200
    assert (await api.client("127.0.0.1").post("/metrics")).status_code == 405


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
async def test_everybody_else_gets_404(api: RunningApi, method: str) -> None:
    for address in FAR:
        who = api.client(address)
        data = [await who.ask(method, path) for path in ("/metrics", "/no-such-path")]
        assert data[0].status_code == data[1].status_code == 404
        same = [re.sub(r'"request_id":"\w+"', "", answer.text) for answer in data]
        assert same[0] == same[1]
        assert {*data[0].headers} == {*data[1].headers}


@pytest.mark.parametrize("head", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
async def test_a_request_forwarded_by_a_proxy_is_not_private(api: RunningApi, head: str) -> None:
    answer = await api.client("127.0.0.1").get("/metrics", headers={head: "127.0.0.1"})
    assert answer.status_code == 404


async def test_it_is_no_part_of_the_api_document(api: RunningApi) -> None:
    assert "/metrics" not in (await api.client().get("/openapi.json")).text


async def test_every_metric_is_there_and_no_label_names_a_person_or_holds_words(
    api: RunningApi,
) -> None:
    who = await api.client().sign_in()
    await who.outcome(await who.say("My name is Wilhelmina and my cat is Miso."))
    text = (await api.client("127.0.0.1").get("/metrics")).text
    ours = {f.name: f for f in text_string_to_metric_families(text) if f.name.startswith("soul_")}
    assert set(ours) == set(LABELS)
    for name, family in ours.items():
        for sample in family.samples:
            assert set(sample.labels) <= LABELS[name]
            for label, value in sample.labels.items():
                assert label == "le" or value in VALUES[label]
    me = (await who.get("/v1/auth/me")).json()
    for word in ("Wilhelmina", "Miso", me["user_id"], me["username"], me["sid"]):
        assert word not in text
    assert {"process_cpu_seconds_total", "process_resident_memory_bytes"} <= set(samples(text))


async def test_turns_are_counted_by_outcome_with_how_long_the_messages_waited(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model) as harness:
        await harness.say("Hello!")
        fake_model.script.extend([Fault("status", status=401)])
        assert (await harness.ask("Hello again!")).error is not None
        samples = await scraped(harness)
    assert samples["soul_messages_heard_total"] == 2
    assert samples['soul_turns_total{outcome="reply"}'] == 1
    assert samples['soul_turns_total{outcome="failure"}'] == 1
    assert samples['soul_turns_total{outcome="silence"}'] == 0
    assert samples['soul_message_seconds_count{outcome="reply"}'] == 1
    assert samples['soul_message_seconds_bucket{le="+Inf",outcome="failure"}'] == 1
    assert samples['soul_model_calls_total{purpose="replies"}'] >= 2
    assert samples['soul_model_tokens_total{kind="prompt"}'] > 0
    assert samples["soul_model_failures_total"] == 1


async def test_waiting_and_running_conversations_are_counted_with_their_waiting_time(
    open_engine: OpenEngine,
) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice, sweep_rate=3600) as harness:
        job = await harness.engine.submit(person="ann", text="Hello!")
        await voice.begun.wait()
        samples = await scraped(harness)
        assert samples["soul_conversations_waiting"] == 1
        assert samples["soul_conversations_running"] == 1
        harness.clock.forward(7_000)
        assert await swept(harness) == 1
        voice.go.set()
        await harness.outcome(job.job_id)
        await harness.settled()
        samples = await scraped(harness)
        assert samples["soul_conversations_waiting"] == 0
        assert samples["soul_conversations_running"] == 0
        assert samples["soul_sweep_rings_total"] == 1
        assert samples['soul_message_seconds_bucket{le="5.0",outcome="reply"}'] == 0
        assert samples['soul_message_seconds_bucket{le="10.0",outcome="reply"}'] == 1
        assert samples['soul_message_seconds_sum{outcome="reply"}'] == 7


async def test_a_turn_whose_lease_was_lost_is_counted(open_engine: OpenEngine) -> None:
    voice = PausedVoice()
    async with open_engine(voice=voice, sweep_rate=3600) as harness:
        job = await harness.engine.submit(person="ann", text="Hello!")
        await voice.begun.wait()
        store = harness.engine.store
        assert isinstance(store, SqliteStore)
        store.database.appender.leases._held.clear()
        voice.go.set()
        await harness.settled()
        assert (await scraped(harness))["soul_leases_lost_total"] == 1
        await swept(harness)
        assert (await harness.outcome(job.job_id)).status == "succeeded"


async def test_an_unavailable_store_is_reported_and_its_metrics_are_absent(
    open_engine: OpenEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_engine() as harness:

        async def away(*_: object, **__: object) -> list[object]:
            raise Unavailable("the store is away")

        monkeypatch.setattr(SqliteJobs, "waiting", away)
        samples = await scraped(harness)
    assert samples['soul_up{part="store"}'] == 0
    assert samples['soul_up{part="jobs"}'] == 1
    assert "soul_conversations_waiting" not in samples
    assert samples["soul_messages_heard_total"] == 0


async def test_a_worker_serves_the_same_on_loopback(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        await harness.say("Hello!")
        served = metrics.MetricsServer(harness.engine, 0)
        url = f"http://127.0.0.1:{served.port}/metrics"
        try:
            text = await asyncio.to_thread(_fetch, url)
            with pytest.raises(Misconfigured, match=f":{served.port} cannot be listened on"):
                metrics.MetricsServer(harness.engine, served.port)
        finally:
            await asyncio.to_thread(served.close)
    assert samples(text)['soul_turns_total{outcome="reply"}'] == 1


def _fetch(url: str) -> str:
    with urlopen(url, timeout=30) as answer:  # noqa: S310 - always http
        return str(answer.read(), "utf-8")
