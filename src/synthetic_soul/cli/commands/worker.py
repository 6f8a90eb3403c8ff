"""``soul worker``."""

from typing import Annotated

import typer

from synthetic_soul.cli.console import configure_logging, end_on_sigterm, load_settings, tune_gc


def worker(
    slots: Annotated[
        int, typer.Option(min=1, max=1024, help="Conversations to work on at once.")
    ] = 32,
    metrics_port: Annotated[
        int | None, typer.Option(min=0, max=65_535, help="Serve metrics on this port.")
    ] = None,
    metrics_host: Annotated[
        str, typer.Option(help="Address on which that port listens.")
    ] = "127.0.0.1",
) -> None:
    """Work until SIGTERM or SIGINT, then drain and return; errors as of ``worker.run``."""
    end_on_sigterm()
    from synthetic_soul.worker import run

    settings = load_settings()
    configure_logging(settings)
    tune_gc()
    metrics_address = None if metrics_port is None else (metrics_host, metrics_port)
    run(settings, slots=slots, ready=lambda: _greet(slots), scraped=metrics_address)


def _greet(slots: int) -> None:
    typer.echo(f"Listening on soul, {slots} conversations at once  (Ctrl+C stops the worker)")
