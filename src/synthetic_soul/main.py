"""The application object for ASGI servers: ``uvicorn synthetic_soul.main:app``.

It is built from the environment on first use. Nothing happens on import.
"""

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import structlog
from fastapi import FastAPI

from synthetic_soul.api.app import create_app
from synthetic_soul.auth.auth import Auth
from synthetic_soul.compose import compose
from synthetic_soul.errors import Misconfigured
from synthetic_soul.settings import Settings, read_settings

app: FastAPI


def build(settings: Settings) -> FastAPI:
    """Return the application over a new engine; raise ``Misconfigured`` where it cannot start."""
    engine = compose(settings)
    return create_app(engine, Auth(engine.store, settings, engine.clock), settings)


def served_on(argv: Sequence[str], environ: Mapping[str, str]) -> dict[str, object]:
    """Return what uvicorn was told of hosts, as settings.

    The host that it listens on decides how safe settings must be. It has read the headers of the
    proxies that it trusts before the application sees a request.
    """
    program = Path(argv[0])
    if "uvicorn" not in {program.stem, program.parent.name}:  # the command, or python -m uvicorn
        return {}
    flags = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    flags.add_argument("--host", default=environ.get("UVICORN_HOST"))
    flags.add_argument("--forwarded-allow-ips", default=environ.get("FORWARDED_ALLOW_IPS"))
    told = flags.parse_known_args(argv[1:])[0]
    found = {"host": told.host, "forwarded_allow_ips": told.forwarded_allow_ips}
    return {name: value for name, value in found.items() if value}


def __getattr__(name: str) -> FastAPI:
    """Build ``app`` on first use."""
    if name != "app":
        raise AttributeError(name)
    try:
        settings = read_settings(**served_on(sys.argv, os.environ))
        level = logging.getLevelNamesMapping()[settings.log_level.upper()]
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
        globals()["app"] = built = build(settings)
    except Misconfigured as error:
        raise SystemExit(str(error)) from None
    return built
