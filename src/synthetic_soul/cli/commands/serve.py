"""``soul serve``: the server until it is told to stop."""

from __future__ import annotations

import gc
import logging
import signal
import socket
import sys
from typing import TYPE_CHECKING

import structlog
import typer
import uvicorn

from synthetic_soul.compose import converted
from synthetic_soul.errors import Misconfigured
from synthetic_soul.main import build

if TYPE_CHECKING:
    from types import FrameType

    from fastapi import FastAPI

    from synthetic_soul.api.dependencies import AppState
    from synthetic_soul.settings import Settings

GARBAGE = 50_000
DRAIN = 20  # seconds
WAITING = 2048  # connections that may wait to be taken
NO_MODEL = "set OPENAI_API_KEY, DEEPSEEK_API_KEY or LLM_BASE_URL to speak through a model"


class Server(uvicorn.Server):
    """Starts the engine itself, so that what keeps it from starting arrives as an error."""

    def __init__(self, app: FastAPI, settings: Settings) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                lifespan="off",
                log_level="warning" if settings.log_level == "info" else settings.log_level,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=DRAIN,
            )
        )
        self._app = app

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """As uvicorn's, with the engine running around it."""
        with self.capture_signals():
            async with self._app.router.lifespan_context(self._app):
                await _greet(self._app.state.app_state, sockets or [])
                await self._serve(sockets)


def serve(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return.

    Raises ``Misconfigured`` where a setting, the port or another server keeps it from starting.
    """
    level = logging.getLevelNamesMapping().get(settings.log_level.upper())
    if level is None:
        raise Misconfigured("LOG_LEVEL: write debug, info, warning or error")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    app = build(settings)
    # What is loaded stays: looking through it for garbage again and again took 8 % of a turn.
    gc.freeze()
    gc.set_threshold(GARBAGE)
    with _listener(settings.host, settings.port) as listener:
        # The server raises the signal that ended it once more; that is no failure of ours.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _ended)
        Server(app, settings).run(sockets=[listener])


def _listener(host: str, port: int) -> socket.socket:
    """Listen before anything is opened; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=WAITING)
    except OSError as error:
        raise Misconfigured(
            f"{host}:{port} cannot be listened on ({error.strerror}); "
            "choose another --port (PORT) or --host (HOST)"
        ) from None


async def _greet(state: AppState, listeners: list[socket.socket]) -> None:
    """Say who is there, where, and what speaks."""
    agent = await state.engine.agent(None, "")
    for listener in listeners:
        host, port = listener.getsockname()[:2]
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        typer.echo(f"{agent.name} is awake on http://{address}  (Ctrl+C stops the server)")
    typer.echo(f"voice    {agent.voice}{f'; {NO_MODEL}' if agent.voice == 'composer' else ''}")
    typer.echo(f"journal  {state.settings.house}")
    if told := converted(state.settings):
        typer.echo(f"soul     {told}")
    if state.settings.redis:
        typer.echo("workers  answer, rung for through Redis: start them with soul worker")


def _ended(_number: int, _frame: FrameType | None) -> None:
    """Nothing is left to do: the server has drained."""
