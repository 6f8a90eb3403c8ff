"""The server of ``soul serve``: uvicorn, with an end that comes at any moment."""

import asyncio
import socket
from collections.abc import Sequence
from types import FrameType

import uvicorn
from fastapi import FastAPI
from typing_extensions import override

from synthetic_soul.api.dependencies import AppState
from synthetic_soul.api.middleware.proxies import TrustedProxies
from synthetic_soul.cli.console import say
from synthetic_soul.cli.http_connections import bounded_protocol, max_sockets
from synthetic_soul.cli.links import network_notice, page_link
from synthetic_soul.doctor import ollama
from synthetic_soul.settings import Settings

DRAIN_SECONDS = 20
NO_MODEL = "set OPENAI_API_KEY, DEEPSEEK_API_KEY or LLM_BASE_URL to speak through a model"


class Server(uvicorn.Server):
    """A server that runs the lifespan itself: a failure to start the engine is raised.

    A signal ends it at any moment: before and while the engine starts, which may take long, it
    gives that up; afterwards it drains.
    """

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        proxies = TrustedProxies(settings.proxy_networks)
        config = uvicorn.Config(
            app,
            http=bounded_protocol(max_open=max_sockets(), is_proxy=proxies.include),
            ws="none",
            lifespan="off",
            log_level="warning" if settings.log_level == "info" else settings.log_level,
            access_log=False,
            server_header=False,
            proxy_headers=False,  # the application reads them, and more of them
            timeout_graceful_shutdown=DRAIN_SECONDS,
        )
        super().__init__(config)
        self._app = app
        self._start: asyncio.Task[object] | None = None  # while it runs
        self._hint: asyncio.Task[None] | None = None

    @override
    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        with self.capture_signals():
            if self.should_exit:
                return
            self._start = asyncio.current_task()
            try:
                async with self._app.router.lifespan_context(self._app):
                    await self._serve(sockets)
            except asyncio.CancelledError:
                if not self.should_exit:
                    raise
                await self._state.engine.store.close()

    @override
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._start = None
        if not self.should_exit:
            await _greet(self._state, sockets or [])
            runtime = self._state.engine.runtime
            if runtime.voice is runtime.plain_voice:
                self._hint = asyncio.create_task(_say_hint())

    @override
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._hint is not None:
            self._hint.cancel()
        await super().shutdown(sockets)

    @override
    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        super().handle_exit(sig, frame)
        if self._start is not None:
            self._start.get_loop().call_soon_threadsafe(self._give_up)

    def _give_up(self) -> None:
        if self._start is not None:
            self._start.cancel()
            self._start = None

    @property
    def _state(self) -> AppState:
        state: AppState = self._app.state.app_state
        return state


async def _say_hint() -> None:
    """Say which of Ollama's models could speak, as soon as Ollama has told."""
    if line := await ollama.hint():
        say(f"model    {line}")


async def _greet(state: AppState, listeners: Sequence[socket.socket]) -> None:
    """Print the active agent, the addresses, and what speaks."""
    agent = await state.engine.agent(None, "")
    for listener in listeners:
        link = page_link(state.settings, listener)
        say(f"{agent.name} is awake on {link}  (Ctrl+C stops the server)")
    say(f"voice    {agent.voice}{f'; {NO_MODEL}' if agent.voice == 'composer' else ''}")
    say(f"journal  {state.settings.storage}")
    for notice in {network_notice(state.settings, listener) for listener in listeners} - {""}:
        say(f"network  {notice}")
    if report := state.engine.runtime.import_report:
        say(f"soul     {report}")
    if state.settings.redis:
        say("workers  answer, notified through Redis: start them with soul worker")
