"""``soul serve``."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Annotated

import typer

from synthetic_soul.cli.console import (
    SoulFile,
    configure_logging,
    end_on_sigterm,
    load_settings,
    tune_gc,
)
from synthetic_soul.errors import Misconfigured
from synthetic_soul.networks import listen

if TYPE_CHECKING:
    import socket

    from synthetic_soul.settings import Settings

BACKLOG = 2048  # connections that may wait to be accepted


def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on [127.0.0.1].")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on [8000].")] = None,
    soul: SoulFile = None,
) -> None:
    """Serve until SIGTERM or SIGINT, then drain and return.

    Raises ``Misconfigured`` if a setting, the port or another server prevents it.
    """
    end_on_sigterm()
    from synthetic_soul.cli.server import Server
    from synthetic_soul.main import build

    settings = load_settings(host=host, port=port, soul=soul)
    configure_logging(settings)
    server = Server(build(settings), settings)
    for number in (signal.SIGINT, signal.SIGTERM):
        # From here on the server ends by itself. It raises the signal once more when it has.
        signal.signal(number, server.handle_exit)
    tune_gc()
    with _listen(settings) as listener:
        server.run(sockets=[listener])


def _listen(settings: Settings) -> socket.socket:
    """Listen before anything is opened."""
    try:
        return listen(settings.host, settings.port, backlog=BACKLOG)
    except ValueError as error:
        mend = "choose another --port (PORT) or --host (HOST)"
        raise Misconfigured(f"{error}; {mend}") from None
