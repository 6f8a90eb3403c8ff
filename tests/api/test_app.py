import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

import synthetic_soul.main as main_module
from synthetic_soul.main import served_on
from tests.api.conftest import RunningApi, StartApi
from tests.support.fake_model import FakeModel, Fault

EVERYWHERE = "0.0.0.0"  # noqa: S104 - beyond loopback is the point

pytestmark = pytest.mark.anyio


async def test_health_is_public_and_says_how_each_part_does(api: RunningApi) -> None:
    for path in ("/health", "/v1/health", "/v1/meta/health", "/meta/health"):
        answer = await api.client().get(path)
        assert answer.status_code == 200
        assert answer.json()["status"] == "ok"


async def test_health_is_503_when_nothing_can_be_served(
    api: RunningApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def down() -> dict[str, str]:
        return {"status": "down", "store": "away"}

    monkeypatch.setattr(api.state.engine, "healthy", down)
    answer = await api.client().get("/health")
    assert answer.status_code == 503
    assert answer.json()["status"] == "down"


async def test_health_says_why_the_model_fails_and_the_person_reads_a_sentence(
    start_api: StartApi,
) -> None:
    with FakeModel() as model:
        async with start_api(llm_base_url=model.base_url, llm_model="m", llm_api_key="sk-1") as api:
            client = await api.client().sign_in()
            assert (await client.get("/v1/meta/health")).json()["model"] == {
                "status": "ok",
                "code": "",
                "reason": "",
                "mend": "",
            }
            model.script.append(Fault("status", 401))
            job = await client.say("Hello?")
            error = (await client.outcome(job))["error"]
            assert isinstance(error, dict)
            assert error["code"] == "model_key"
            assert error["message"].startswith("I can't find words")
            health = await api.client().get("/v1/meta/health")
            assert health.status_code == 200
            assert health.json()["status"] == "degraded"
            state = health.json()["model"]
            assert (state["status"], state["code"]) == ("failing", "model_key")
            assert "LLM_API_KEY" in state["mend"]
            assert state["since"] > 0
            assert "sk-1" not in health.text
            await client.post(f"/v1/jobs/{job}/retry")
            assert (await client.outcome(job))["status"] == "succeeded"
            assert (await client.get("/v1/meta/health")).json()["status"] == "ok"


async def test_the_server_reports_its_version_queue_and_models(api: RunningApi) -> None:
    who = await api.client().sign_in()
    assert (await who.get("/v1/meta/ping")).json() == {"ping": "pong"}
    version = (await who.get("/v1/meta/version")).json()
    assert version["version"] == api.app.version
    assert (await who.get("/v1/meta/queue")).json() == {"waiting": 0, "running": 0}
    assert (await who.get("/v1/meta/llm")).status_code == 200


@pytest.mark.parametrize(
    ("argv", "environ", "host"),
    [
        (["/usr/bin/uvicorn", "synthetic_soul.main:app", "--host", EVERYWHERE], {}, EVERYWHERE),
        (["/x/uvicorn/__main__.py", "a:b", "--host=192.0.2.1", "--port", "1"], {}, "192.0.2.1"),
        (["uvicorn", "a:b"], {"UVICORN_HOST": "192.0.2.1"}, "192.0.2.1"),
        (["uvicorn", "a:b"], {}, None),
        (["pytest", "--host", "192.0.2.1"], {}, None),
    ],
)
def test_uvicorns_own_address_is_known(
    argv: list[str], environ: dict[str, str], host: str | None
) -> None:
    assert served_on(argv, environ).get("host") == host


def test_main_has_no_other_lazy_attributes() -> None:
    with pytest.raises(AttributeError):
        _ = main_module.nothing


def start(folder: Path, *flags: str) -> subprocess.Popen[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.Popen(  # noqa: S603 - our own server
        [sys.executable, "-m", "uvicorn", "synthetic_soul.main:app", *flags],
        env={**kept, "DATA_DIR": str(folder / "kept")},
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def test_uvicorn_refuses_to_serve_beyond_loopback_without_secrets(tmp_path: Path) -> None:
    with start(tmp_path, "--host", "192.0.2.1") as server:
        output, _ = server.communicate(timeout=60)
    assert server.returncode == 1
    assert "JWT_SECRET is not set" in output
    assert "Traceback" not in output


def test_uvicorn_serves_it_and_stops_though_a_stream_is_open(tmp_path: Path) -> None:
    with start(tmp_path, "--port", "0") as server:
        assert server.stdout is not None
        address = ""
        for line in server.stdout:
            if "running on" in line:
                address = line.split("running on ")[1].split()[0]
                break
        token = httpx.post(f"{address}/v1/auth/guest").json()["access_token"]
        headers = {"Authorization": f"Bearer {token}"}
        with httpx.stream("GET", f"{address}/v1/agents/jasmine/live", headers=headers) as response:
            lines = response.iter_lines()
            assert next(lines)
            begun = time.perf_counter()
            server.send_signal(signal.SIGTERM)
            list(lines)
        server.stdout.read()
        server.wait(30)
    assert time.perf_counter() - begun < 10
