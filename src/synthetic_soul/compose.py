"""Settings made into an engine: the one place that names adapters."""

from __future__ import annotations

import re
import time
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import soulscript
from synthetic_soul.engine.engine import Engine
from synthetic_soul.engine.parts import Parts
from synthetic_soul.errors import Misconfigured
from synthetic_soul.jobs.embedded import EmbeddedRunner, EmbeddedWire
from synthetic_soul.llm.registry import ModelSettings, build
from synthetic_soul.stores.sqlite import SqliteStore
from synthetic_soul.voices.composer import Composer
from synthetic_soul.voices.model import ModelVoice

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Mapping

    from soulscript import Soul
    from synthetic_soul.settings import Settings
    from synthetic_soul.stores.base import Store

DEFAULT = "jasmine"
CLUSTER = ("mongo_connection", "redis_url", "redis_tls_url")


def now() -> int:
    """The time in milliseconds since 1970."""
    return time.time_ns() // 1_000_000


def compose(settings: Settings, *, clock: Callable[[], int] = now) -> Engine:
    """An engine, not started yet.

    Raises ``Misconfigured`` where a setting cannot be met, ``soulscript.SoulscriptError`` where a
    soul cannot be read.
    """
    _no_cluster(settings)
    souls = read_souls(settings)
    models = build(model_settings(settings))
    plain = Composer()
    return Engine(
        Parts(
            settings=settings,
            store=SqliteStore(settings.database, clock=clock),
            runner=EmbeddedRunner(),
            wire=EmbeddedWire(),
            voice=ModelVoice(models.quality, deadline=settings.llm_timeout) if models else plain,
            plain=plain,
            fast=models.fast if models else None,
            clock=clock,
            souls=souls,
            active=active(settings, souls),
        )
    )


@asynccontextmanager
async def open_journal(settings: Settings) -> AsyncIterator[Store]:
    """The store for reading alone, also beside a running server."""
    _no_cluster(settings)
    store = SqliteStore(settings.database, readonly=True)
    await store.open()
    try:
        yield store
    finally:
        await store.close()


def _no_cluster(settings: Settings) -> None:
    """Say at once what is not there yet, rather than ignore it."""
    for name in CLUSTER:
        if getattr(settings, name).get_secret_value():
            raise Misconfigured(
                f"{name.upper()} is set, but this version keeps its journal in SQLite and runs "
                "its jobs in the process; unset it to start"
            )


def model_settings(settings: Settings) -> ModelSettings:
    """What the model registry needs to know."""
    return ModelSettings(
        openai_api_key=settings.openai_api_key.get_secret_value(),
        gpt_fast_model=settings.gpt_fast_model,
        gpt_quality_model=settings.gpt_quality_model,
        deepseek_base_url=settings.deepseek_base_url,
        deepseek_api_key=settings.deepseek_api_key.get_secret_value(),
        deepseek_model=settings.deepseek_model,
        llm_base_url=settings.llm_base_url,
        llm_api_key=settings.llm_api_key.get_secret_value(),
        llm_model=settings.llm_model,
        llm_fast_model=settings.llm_fast_model,
        timeout=settings.llm_timeout,
    )


def soul_folders(settings: Settings) -> list[Path]:
    """Where souls lie: shipped with the package (or beside its source), and the author's own."""
    here = Path(__file__).parent
    return [here / "souls", here.parents[1] / "examples" / "souls", settings.data_dir / "souls"]


def soul_id(path: Path) -> str:
    """The agent's id: the file's name without its ending, in lower case, safe in a URL."""
    stem = path.name.split(".")[0].lower()
    return re.sub(r"[^a-z0-9_-]+", "-", stem).strip("-") or "soul"


def read_souls(settings: Settings) -> Mapping[str, Soul]:
    """Every soul to serve, by agent id; a later folder's file replaces an earlier one's."""
    paths = [p for folder in soul_folders(settings) for p in sorted(folder.glob("*.soul"))]
    if settings.soul is not None:
        paths.append(settings.soul)
    found = {soul_id(path): path for path in paths}
    if not found:
        raise Misconfigured(f"no .soul file found; put one into {settings.data_dir / 'souls'}")
    return {name: soulscript.load(path).soul for name, path in sorted(found.items())}


def active(settings: Settings, souls: Mapping[str, Soul]) -> str:
    """The agent that is meant where none is named."""
    wanted = settings.bot_name.strip()
    if not wanted:
        fallback = DEFAULT if DEFAULT in souls else min(souls)
        return soul_id(settings.soul) if settings.soul else fallback
    for name, soul in souls.items():
        if wanted.casefold() in (name, soul.name.casefold()):
            return name
    there = ", ".join(f"{name} ({soul.name})" for name, soul in souls.items())
    raise Misconfigured(f"BOT_NAME is {wanted!r}, but there is no such agent; there are: {there}")
