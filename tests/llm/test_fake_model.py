import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from synthetic_soul.llm.base import Message
from synthetic_soul.llm.providers import ModelSettings, build_models

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]


def steer(base_url: str, verb: str, path: str, body: object = None) -> dict[str, object]:
    raw = None if body is None else json.dumps(body).encode()
    url = base_url.removesuffix("/v1") + path
    request = urllib.request.Request(url, data=raw, method=verb)  # noqa: S310 - our own http URL
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310 - as above
        answer_json = json.load(answer)
    assert isinstance(answer_json, dict)
    return answer_json


async def test_the_fake_runs_as_a_program_and_is_controlled_over_http() -> None:
    program = [sys.executable, "-m", "tests.support.fake_model", "--reply", "From afar."]
    with subprocess.Popen(  # noqa: S603, ASYNC220 - our own program; nothing else runs here
        program, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        base_url = running.stdout.readline().split()[-1]
        models = build_models(ModelSettings(llm_base_url=base_url, llm_model="m"))
        assert models is not None
        steer(base_url, "PUT", "/script", [{"kind": "status", "status": 500}, None])
        completion = await models.fast.complete([Message("user", "Hi")], max_tokens=9, deadline=9.0)
        await models.aclose()
        assert completion.text == "From afar."
        assert steer(base_url, "GET", "/calls")["count"] == 2
        assert steer(base_url, "DELETE", "/calls")["count"] == 0
        running.terminate()
