"""The examination, part by part."""

from collections.abc import AsyncIterator, Callable
from typing import Final

from synthetic_soul.compose import journal_holder
from synthetic_soul.doctor.configuration import examine_settings
from synthetic_soul.doctor.findings import Finding
from synthetic_soul.doctor.machine import (
    examine_folder,
    examine_port,
    examine_proxies,
    examine_python,
    examine_souls,
)
from synthetic_soul.doctor.model_trial import examine_model
from synthetic_soul.doctor.storage import examine_redis, examine_store
from synthetic_soul.settings import Settings

SLOW_PARTS: Final = {
    "store": "reading the store",
    "redis": "asking Redis",
    "model": "asking the model, which may take a minute",
}


async def examine(
    settings: Settings, faults: list[str], progress: Callable[[str], None]
) -> AsyncIterator[Finding]:
    """Yield what is found. ``faults`` are lines on settings that could not be read.

    Works beside a running server. ``progress`` gets a line before each part that may take long.
    """
    is_running = journal_holder(settings) is not None
    for part in (
        examine_python(),
        examine_settings(settings, faults),
        examine_folder(settings),
        examine_souls(settings),
        examine_port(settings, is_running=is_running),
        examine_proxies(),
    ):
        for finding in part:
            yield finding
    slow = {
        "store": examine_store(settings),
        "redis": examine_redis(settings),
        "model": examine_model(settings),
    }
    for name, findings in slow.items():
        progress(SLOW_PARTS[name])
        async for finding in findings:
            yield finding
