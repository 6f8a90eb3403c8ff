"""Compose an engine from settings: the only place that names adapters."""

import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path

import structlog

import soulscript
from soulscript import Soul, SoulscriptError
from soulscript.formats import FORMATS, is_leftover, read_file, with_memories
from synthetic_soul import clocks
from synthetic_soul.engine.agents import agent_id
from synthetic_soul.engine.engine import Engine
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.errors import Misconfigured
from synthetic_soul.jobs.base import EventBus, Runner
from synthetic_soul.jobs.in_process import SLOTS, TRIES, InProcessEventBus, InProcessRunner
from synthetic_soul.llm.providers import Models, ModelSettings, build_models
from synthetic_soul.nlu.safety.helplines import lines_of
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Store
from synthetic_soul.stores.sqlite.sqlite_database import lock_holder
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore
from synthetic_soul.stores.url import MongoUrl, parse_url
from synthetic_soul.voices.base import Voice
from synthetic_soul.voices.composer.composer import Composer
from synthetic_soul.voices.model.model_voice import ModelVoice
from synthetic_soul.voices.model.prompt_budget import PromptBudget

log = structlog.get_logger()

DEFAULT_AGENT = "jasmine"


def compose(
    settings: Settings,
    *,
    slots: int = 0,
    tries: int = TRIES,
    clock: Callable[[], int] = clocks.now,
    elapsed: Callable[[], int] = clocks.elapsed,
    voice: Voice | None = None,
) -> Engine:
    """Return an engine, not started yet.

    With REDIS_URL an engine only notifies the workers, unless it is a worker's own: ``slots`` is
    how many conversations that one works on at once. A turn that fails ``tries`` times is
    recorded as failed. ``clock`` and ``elapsed`` are those of ``clocks``. ``voice`` replaces the
    one that the settings choose. Raise ``Misconfigured`` where a setting cannot be met,
    ``soulscript.SoulscriptError`` where a soul cannot be read.
    """
    _check_country(settings)
    souls, import_report = read_souls(settings)
    models = build_models(model_settings(settings))
    plain = Composer()
    runner, event_bus = _jobs(settings, slots, tries)
    return Engine(
        Runtime(
            settings=settings,
            store=_store(settings, clock, elapsed),
            runner=runner,
            event_bus=event_bus,
            voice=voice or _voice(settings, models) or plain,
            plain_voice=plain,
            fast_model=models.fast if models else None,
            embedder=models.embedder if models else None,
            clock=clock,
            souls=souls,
            active=active(settings, souls),
            read_assets=partial(read_assets, settings),
            import_report=import_report,
            answers=bool(slots) or not settings.redis,
        )
    )


def _check_country(settings: Settings) -> None:
    country = settings.helpline_country
    if country and lines_of(country) is None:
        raise Misconfigured(
            f"HELPLINE_COUNTRY is {country}, of which no helplines are known; write another "
            "country (GB is the United Kingdom) or add it to nlu/data/helplines.toml"
        )


def _voice(settings: Settings, models: Models | None) -> Voice | None:
    if models is None:
        return None
    name = models.quality.name
    budget = PromptBudget(settings.llm_context, settings.llm_max_tokens, model=name)
    return ModelVoice(models.quality, deadline=settings.llm_timeout, budget=budget)


def _store(settings: Settings, clock: Callable[[], int], elapsed: Callable[[], int]) -> Store:
    mongo = settings.mongo_connection.get_secret_value()
    if mongo:
        return _mongo(mongo, settings.database_name)
    return SqliteStore(settings.database, clock=clock, elapsed=elapsed)


def _mongo(uri: str, database: str) -> Store:
    with _cluster("MONGO_CONNECTION"):
        from synthetic_soul.stores.mongo.mongo_store import MongoStore  # noqa: PLC0415 - an extra
    return MongoStore(uri, database)


def _jobs(settings: Settings, slots: int, tries: int) -> tuple[Runner, EventBus]:
    redis = settings.redis
    if not redis:
        return InProcessRunner(slots=slots or SLOTS, tries=tries), InProcessEventBus()
    if not settings.mongo_connection.get_secret_value():
        raise Misconfigured(
            "REDIS_URL is set without MONGO_CONNECTION: several processes share a journal in "
            "MongoDB only; set it too, or unset REDIS_URL"
        )
    with _cluster("REDIS_URL"):
        from synthetic_soul.jobs.redis_event_bus import RedisEventBus  # noqa: PLC0415 - an extra
        from synthetic_soul.jobs.rq_runner import RqRunner  # noqa: PLC0415 - an extra
    runner = InProcessRunner(slots=slots, tries=tries) if slots else RqRunner(redis)
    return runner, RedisEventBus(redis)


@contextmanager
def _cluster(setting: str) -> Iterator[None]:
    """Turn a missing import into ``Misconfigured``, which names the extra to install."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise Misconfigured(
            f"{setting} needs the extra cluster ({error.name} is missing): "
            "pip install 'synthetic-soul[cluster]'"
        ) from None


@asynccontextmanager
async def open_journal(settings: Settings) -> AsyncIterator[Store]:
    """Open the store read-only, also beside a running server."""
    mongo = settings.mongo_connection.get_secret_value()
    store = (
        _mongo(mongo, settings.database_name)
        if mongo
        else SqliteStore(settings.database, readonly=True)
    )
    async with _opened(store):
        yield store


def journal_holder(settings: Settings) -> str | None:
    """Return the number of the process that uses the SQLite file, if one does."""
    return lock_holder(settings.database)


async def mongo_topology(settings: Settings) -> str:
    """Return what kind of MongoDB it is, in words, once a majority of it has taken a write.

    ``Misconfigured`` or ``Unavailable`` where it cannot be used.
    """
    with _cluster("MONGO_CONNECTION"):
        from synthetic_soul.stores.mongo.mongo_store import MongoStore  # noqa: PLC0415 - an extra
    store = MongoStore(settings.mongo_connection.get_secret_value(), settings.database_name)
    async with _opened(store):
        lease = await store.leases.acquire("doctor", "doctor", ttl=1_000, holder="doctor")
        if lease is not None:
            await store.leases.release(lease)
        return store.database.topology


async def redis_healthy(settings: Settings) -> bool:
    """Return whether Redis answers; ``Misconfigured`` where the settings cannot be met."""
    _, event_bus = _jobs(settings, 0, TRIES)
    await event_bus.open()
    try:
        return await event_bus.healthy()
    finally:
        await event_bus.close()


@asynccontextmanager
async def open_file(path: Path) -> AsyncIterator[Store]:
    """Open a SQLite file read-only."""
    store = SqliteStore(path, readonly=True)
    async with _opened(store):
        yield store


@asynccontextmanager
async def open_store(url: str) -> AsyncIterator[Store]:
    """Open the store at a URL (see ``parse_url``).

    ``Misconfigured`` says what is wrong with the URL, never repeating a password.
    """
    parsed = parse_url(url)
    if isinstance(parsed, MongoUrl):
        store = _mongo(parsed.uri, parsed.database)
    else:
        store = SqliteStore(parsed.path)
    async with _opened(store):
        yield store


@asynccontextmanager
async def open_source(url: str) -> AsyncIterator[Store]:
    """Open the store at a URL to read all of it, so that nobody writes it meanwhile.

    A SQLite file in a folder that cannot be written is opened read-only.
    """
    parsed = parse_url(url)
    if isinstance(parsed, MongoUrl) or os.access(parsed.path.parent, os.W_OK):
        async with open_store(url) as store:
            yield store
    else:
        async with open_file(parsed.path) as store:
            yield store


@asynccontextmanager
async def _opened(store: Store) -> AsyncIterator[None]:
    await store.open()
    try:
        yield
    finally:
        await store.close()


def model_settings(settings: Settings) -> ModelSettings:
    """Return the part of the settings that the model registry needs."""
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
        llm_embedding_model=settings.llm_embedding_model,
        llm_temperature=settings.llm_temperature,
        llm_top_p=settings.llm_top_p,
        llm_stop=settings.llm_stop,
        llm_extra_body=settings.llm_extra_body,
        llm_extra_headers=settings.llm_extra_headers.get_secret_value(),
        timeout=settings.llm_timeout,
    )


def soul_folders(settings: Settings) -> list[Path]:
    """Return the folders of souls: those that come with the package, then the author's own."""
    return [Path(__file__).parent / "data" / "souls", settings.data_dir / "souls"]


def soul_id(path: Path) -> str:
    """Return the id of a file's agent: its name without the ending, as ``agent_id`` makes it."""
    return agent_id(path.name.partition(".")[0])


def soul_files(settings: Settings) -> dict[str, Path]:
    """Return the files of souls by agent id; a later folder's file replaces an earlier one's.

    What a system or an editor leaves beside them is passed over.
    """
    paths = [p for folder in soul_folders(settings) for p in sorted(folder.glob("*.soul"))]
    return {soul_id(path): path for path in paths if not is_leftover(path.name)}


def served_files(settings: Settings) -> dict[str, Path]:
    """Return the file of each soul to serve, by agent id: ``soul_files``, and that in ``SOUL``."""
    files = soul_files(settings)
    if settings.soul is not None:
        files[soul_id(settings.soul)] = settings.soul
    return files


def read_souls(settings: Settings) -> tuple[Mapping[str, Soul], str]:
    """Return every soul to serve, by agent id, and a line on the conversion of ``SOUL``, if any."""
    souls = {name: soulscript.load(path).soul for name, path in soul_files(settings).items()}
    report = ""
    if settings.soul is not None:
        souls[soul_id(settings.soul)], report = own_soul(settings.soul)
    if not souls:
        raise Misconfigured(f"no .soul file found; put one into {settings.data_dir / 'souls'}")
    return dict(sorted(souls.items())), report


def own_soul(path: Path) -> tuple[Soul, str]:
    """Return the soul in a file or folder of any format, memories included.

    Also return a line on its conversion; "" for a Soulscript soul.
    """
    found = read_file(path)
    if found.soul is None:
        raise Misconfigured(f"{path} holds memories without a character: name a soul")
    title, summary = FORMATS[found.format].title, found.report.summary()
    report = "" if found.format == "soul" else f"{found.soul.name}, from a {title}: {summary}"
    return with_memories(found.soul, found.memories), report


def read_assets(settings: Settings, agent: str) -> Mapping[str, bytes]:
    """Return the files that belong to the soul of an agent, by relative name; none for a fault."""
    files = served_files(settings)
    try:
        return read_file(files[agent]).assets if agent in files else {}
    except SoulscriptError as error:  # it has been changed since the start
        log.warning("pictures_not_read", agent=agent, reason=str(error))
        return {}


def active(settings: Settings, souls: Mapping[str, Soul]) -> str:
    """Return the id of the agent that is meant where none is named."""
    wanted = settings.bot_name.strip()
    if not wanted:
        fallback = DEFAULT_AGENT if DEFAULT_AGENT in souls else min(souls)
        return soul_id(settings.soul) if settings.soul else fallback
    for name, soul in souls.items():
        if wanted.casefold() in (name, soul.name.casefold()):
            return name
    there = ", ".join(f"{name} ({soul.name})" for name, soul in souls.items())
    raise Misconfigured(
        f"BOT_NAME is {wanted!r}, but no soul in a file is called so; there are: {there}. "
        "An agent that was added or uploaded cannot be the active one: set SOUL to its file"
    )
