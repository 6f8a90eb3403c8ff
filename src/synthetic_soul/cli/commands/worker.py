"""``soul worker``: answers what the servers take in, until it is told to stop."""

from __future__ import annotations

import gc
import logging
import sys
from typing import TYPE_CHECKING

import structlog
import typer

from synthetic_soul.errors import Misconfigured
from synthetic_soul.worker import run

if TYPE_CHECKING:
    from synthetic_soul.settings import Settings

GARBAGE = 50_000


def work(settings: Settings, slots: int, scraped: tuple[str, int] | None) -> None:
    """Work until SIGTERM or SIGINT, then drain and return; errors as ``worker.run`` has them."""
    level = logging.getLevelNamesMapping().get(settings.log_level.upper())
    if level is None:
        raise Misconfigured("LOG_LEVEL: write debug, info, warning or error")
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # What is loaded stays, as in the server: looking through it again and again costs much.
    gc.freeze()
    gc.set_threshold(GARBAGE)
    run(settings, slots=slots, ready=lambda: _greet(slots), scraped=scraped)


def _greet(slots: int) -> None:
    typer.echo(f"Listening on soul, {slots} conversations at once  (Ctrl+C stops the worker)")
    sys.stdout.flush()
