"""``soul serve``."""

from __future__ import annotations

import signal
import socket
from typing import TYPE_CHECKING, Annotated

import typer
from typing_extensions import override

from synthetic_soul.cli.console import SoulFile, configure_logging, load_settings, tune_gc
from synthetic_soul.errors import Misconfigured

if TYPE_CHECKING:
    import uvicorn
    from fastapi import FastAPI

    from synthetic_soul.api.dependencies import AppState
    from synthetic_soul.settings import Settings

DRAIN_SECONDS = 20
BACKLOG = 2048  # connections that may wait to be accepted
NO_MODEL = "set OPENAI_API_KEY, DEEPSEEK_API_KEY or LLM_BASE_URL to speak through a model"


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on [127.0.0.1].")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on [8000].")] = None,
    soul: SoulFile = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return.

    Raises ``Misconfigured`` if a setting, the port or another server prevents it.
    """
    from synthetic_soul.main import build

    settings = load_settings(host=host, port=port, soul=soul)
    configure_logging(settings)
    server = _server(build(settings), settings)
    tune_gc()
    with _listen(settings.host, settings.port) as listener:
        # The server raises the signal that ended it once more; it has drained by then.
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda _number, _frame: None)
        server.run(sockets=[listener])


def _server(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """Return a server that runs the lifespan itself: a failure to start the engine is raised."""
    import uvicorn

    class Server(uvicorn.Server):
        @override
        async def serve(self, sockets: list[socket.socket] | None = None) -> None:
            with self.capture_signals():
                async with app.router.lifespan_context(app):
                    await _greet(app.state.app_state, sockets or [])
                    await self._serve(sockets)

    config = uvicorn.Config(
        app,
        lifespan="off",
        log_level="warning" if settings.log_level == "info" else settings.log_level,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    return Server(config)


def _listen(host: str, port: int) -> socket.socket:
    """Listen before anything is opened; port 0 takes a free one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise Misconfigured(
            f"{host}:{port} cannot be listened on ({error.strerror}); "
            "choose another --port (PORT) or --host (HOST)"
        ) from None


async def _greet(state: AppState, listeners: list[socket.socket]) -> None:
    """Print the active agent, the addresses, and what speaks."""
    from synthetic_soul.compose import converted

    agent = await state.engine.agent(None, "")
    for listener in listeners:
        host, port = listener.getsockname()[:2]
        address = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        typer.echo(f"{agent.name} is awake on http://{address}  (Ctrl+C stops the server)")
    typer.echo(f"voice    {agent.voice}{f'; {NO_MODEL}' if agent.voice == 'composer' else ''}")
    typer.echo(f"journal  {state.settings.storage}")
    if report := converted(state.settings):
        typer.echo(f"soul     {report}")
    if state.settings.redis:
        typer.echo("workers  answer, notified through Redis: start them with soul worker")
