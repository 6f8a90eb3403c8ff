"""Talks with a real small model on a real llama.cpp: strict template, small context, one slot.

With ``LLAMA_MESSAGES`` so many messages are sent, in three talks (30 for all of them), and how soon
replies start is measured, which says something on a machine that does nothing else.
"""

import asyncio
import itertools
import os
import time
from pathlib import Path

import pytest

from synthetic_soul.engine.memory import reflection
from synthetic_soul.engine.memory.reflection import MAX_LINES_UNREFLECTED
from synthetic_soul.engine.views import JobView
from synthetic_soul.mind.events import Reflected
from tests.support.engine_harness import MINUTE, Harness, OpenEngine
from tests.support.llama_cpp.llama_server import CONTEXT, LlamaServer, llama_server
from tests.support.sample_souls import sample_soul_file

__all__ = ["llama_server"]

pytestmark = pytest.mark.anyio

IS_TIMED = "LLAMA_MESSAGES" in os.environ
MESSAGES = int(os.environ.get("LLAMA_MESSAGES", "6"))
PERSONS = ("ann", "bob", "cleo")
SAYINGS = (
    "Hi, how are you today?",
    "My name is Tomas and I bake bread in a small town near the river.",
    "Today was long, the oven broke twice and the flour came too late.",
    "What do you remember about me?",
    "I think I will go for a walk by the river later. Do you like rivers? " * 8,
    "だいじょうぶ？" * 40,
    "ok",
    "👍🏽 thank you",
    "My sister Ada says that I should rest more, and she may be right.",
    "Good night.",
)
AGENT = "kiki"
MAX_DELAY_S = 2.0
"""Seconds by which a reflection may delay the start of a reply."""

TEMPLATE_OR_OVERFLOW = {"model_error", "model_context", "model_refused", "model_timeout"}


def options(server: LlamaServer, folder: Path) -> dict[str, object]:
    soul = folder / f"{AGENT}.soul"
    soul.write_bytes(sample_soul_file())
    return {
        "soul": soul,
        "llm_base_url": server.base_url,
        "llm_model": "gemma",
        "llm_context": CONTEXT,
        "llm_max_tokens": 16,
        "llm_temperature": 0.0,
        "llm_timeout": 600,
    }


async def test_no_message_of_three_talks_is_refused_by_the_template_or_overflows(
    open_engine: OpenEngine,
    llama_server: LlamaServer,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    async with open_engine(**options(llama_server, tmp_path)) as harness:
        turns = [person for person in PERSONS for _ in range(MESSAGES // len(PERSONS))]
        said = zip(turns, itertools.cycle(SAYINGS), strict=False)
        jobs = [await ask(harness, text, person) for person, text in said]
        logged = capsys.readouterr().out
    codes = [job.error.code for job in jobs if job.error]
    assert not TEMPLATE_OR_OVERFLOW.intersection(codes), logged
    assert len(codes) * 2 <= len(jobs), logged  # it is a very small model


async def test_a_reflection_under_way_makes_way_for_a_reply(
    open_engine: OpenEngine, llama_server: LlamaServer, tmp_path: Path
) -> None:
    async with open_engine(**options(llama_server, tmp_path)) as harness:
        for number in range(MAX_LINES_UNREFLECTED):
            await harness.engine.submit(person="ann", text=f"I have baked {number} loaves.")
        await ask(harness, "That is all.", "ann")
        await ask(harness, "Hello.", "bob")  # the slot holds another talk from now on
        alone = await time_to_start(harness, "How are you?")
        harness.clock.forward(2 * MINUTE)
        aside = asyncio.ensure_future(reflection.reflect_all(harness.runtime))
        await asyncio.sleep(0.5)
        assert not aside.done()
        beside = await time_to_start(harness, "How are you?")
        assert await aside == 0
        assert not [e for e in await harness.events(AGENT) if isinstance(e, Reflected)]
        assert not IS_TIMED or beside <= alone + MAX_DELAY_S


async def ask(harness: Harness, text: str, person: str) -> JobView:
    queued = await harness.engine.submit(person=person, text=text)
    async for batch in await harness.engine.follow(person, queued.job_id):
        last = batch[-1]
    return JobView.model_validate(last.body)


async def time_to_start(harness: Harness, text: str) -> float:
    """Return the seconds until the first words of the reply, or its end."""
    begun, started = time.monotonic(), 0.0
    queued = await harness.engine.submit(person="ann", text=text)
    async for batch in await harness.engine.follow("ann", queued.job_id):
        if not started and any(event.event in {"text", "done"} for event in batch):
            started = time.monotonic() - begun
    return started
