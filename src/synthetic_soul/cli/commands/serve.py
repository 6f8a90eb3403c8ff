"""``soul serve``."""

import signal
import socket
from typing import Annotated

import typer

from synthetic_soul.cli.console import (
    SoulFile,
    configure_logging,
    end_on_sigterm,
    load_settings,
    tune_gc,
)
from synthetic_soul.errors import Misconfigured

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
    with _listen(settings.host, settings.port) as listener:
        server.run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """Listen before anything is opened; port 0 takes a free one, :: takes IPv4 as well."""
    try:
        family = _family(host, port)
        both = family == socket.AF_INET6 and host == "::" and socket.has_dualstack_ipv6()
        return socket.create_server(
            (host, port), family=family, backlog=BACKLOG, dualstack_ipv6=both
        )
    except (OSError, UnicodeError) as error:
        reason = (isinstance(error, OSError) and error.strerror) or "it is no host name"
        shown = f"[{host}]" if ":" in host else host
        raise Misconfigured(
            f"{shown}:{port} cannot be listened on ({reason}); "
            "choose another --port (PORT) or --host (HOST)"
        ) from None


def _family(host: str, port: int) -> int:
    """Return the family of an address or a host name, IPv4 where a name has both."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    families = {family for family, *_ in found}
    return socket.AF_INET if socket.AF_INET in families else socket.AF_INET6
