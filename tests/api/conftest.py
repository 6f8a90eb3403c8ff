"""The API over a real engine: in process for most tests, behind a real server for streams."""

import asyncio
import socket
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from synthetic_soul.api.app import create_app
from synthetic_soul.api.dependencies import AppState
from synthetic_soul.api.static_files import StaticFiles
from synthetic_soul.auth.auth import Auth
from synthetic_soul.compose import compose
from synthetic_soul.settings import Settings

ORIGIN = "http://soul.test"
NO_LIMITS = {name: "" for name in Settings.model_fields if name.startswith("rate_limit_")}


@dataclass
class Client:
    """A client with cookies and an access token."""

    http: httpx.AsyncClient
    token: str = ""
    username: str = ""
    seen: list[str] = field(default_factory=list)

    async def ask(self, method: str, path: str, **sent: object) -> httpx.Response:
        headers = {**({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        headers.update(sent.pop("headers", {}))  # type: ignore[call-overload]  # headers are pairs of str
        response = await self.http.request(method, path, headers=headers, **sent)  # type: ignore[arg-type]  # httpx checks them
        self.seen.append(str(response.request.url))
        return response

    async def get(self, path: str, **sent: object) -> httpx.Response:
        return await self.ask("GET", path, **sent)

    async def post(self, path: str, **sent: object) -> httpx.Response:
        return await self.ask("POST", path, **sent)

    async def become(self, response: httpx.Response) -> None:
        assert response.status_code == 200, response.text
        self.token = response.json()["access_token"]
        self.username = response.json()["username"]

    async def sign_in(self) -> "Client":
        await self.become(await self.post("/v1/auth/guest"))
        return self

    async def say(self, text: str) -> str:
        response = await self.post("/v1/messages/submit", json={"message": text})
        assert response.status_code == 202, response.text
        return str(response.json()["job_id"])

    async def outcome(self, job: str) -> dict[str, object]:
        for _ in range(400):
            data = (await self.get(f"/v1/jobs/{job}")).json()
            if data["status"] in {"succeeded", "failed"}:
                return dict(data)
            await asyncio.sleep(0.025)
        raise AssertionError("no outcome within ten seconds")


@dataclass
class RunningApi:
    """A running application."""

    app: FastAPI

    @property
    def state(self) -> AppState:
        state = self.app.state.app_state
        assert isinstance(state, AppState)
        return state

    def client(self, address: str = "192.0.2.7", origin: str = ORIGIN) -> Client:
        transport = httpx.ASGITransport(self.app, client=(address, 4711))
        return Client(httpx.AsyncClient(transport=transport, base_url=origin))


StartApi = Callable[..., AbstractAsyncContextManager[RunningApi]]
MakeSettings = Callable[..., Settings]


@pytest.fixture
def make_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeSettings:
    monkeypatch.chdir(tmp_path)  # no .env of ours is read
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def make(**chosen: object) -> Settings:
        return Settings(data_dir=tmp_path / "kept", **{**NO_LIMITS, "allowed_hosts": "*", **chosen})  # type: ignore[arg-type]  # checked by pydantic

    return make


def build(settings: Settings, static_files: StaticFiles | None = None) -> FastAPI:
    engine = compose(settings)
    return create_app(
        engine, Auth(engine.store, settings, engine.clock), settings, static_files=static_files
    )


@pytest.fixture
def start_api(make_settings: MakeSettings) -> StartApi:
    @asynccontextmanager
    async def opened(
        static_files: StaticFiles | None = None, **chosen: object
    ) -> AsyncIterator[RunningApi]:
        app = build(make_settings(**chosen), static_files)
        async with app.router.lifespan_context(app):
            yield RunningApi(app)

    return opened


@pytest.fixture
async def api(start_api: StartApi) -> AsyncIterator[RunningApi]:
    async with start_api() as opened:
        yield opened


class _Server(uvicorn.Server):
    """Ends its streams when it stops, within its own loop: signals reach the main thread alone."""

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        app = self.config.app
        assert isinstance(app, FastAPI)
        app.state.app_state.shutdown.set()
        await super().shutdown(sockets)


@contextmanager
def serving(app: FastAPI, *, access_log: bool = False) -> Iterator[str]:
    """The application behind uvicorn in a thread of its own; gives its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        level = "info" if access_log else "warning"
        config = uvicorn.Config(
            app, log_level=level, log_config=None, lifespan="on", access_log=access_log
        )
        server = _Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        deadline = time.monotonic() + 30
        while not server.started and thread.is_alive() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert server.started
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(30)
            assert not thread.is_alive()


@pytest.fixture
def served(make_settings: MakeSettings) -> Iterator[str]:
    with serving(build(make_settings())) as address:
        yield address
