"""Where things are kept: the journal, MongoDB, Redis."""

from collections.abc import AsyncIterator, Sequence
from typing import Final

from synthetic_soul.clocks import now
from synthetic_soul.compose import journal_holder, mongo_topology, open_journal, redis_healthy
from synthetic_soul.doctor.findings import Finding, clock_finding
from synthetic_soul.errors import JournalBroken, Misconfigured, SoulError, StorageFull
from synthetic_soul.settings import Settings
from synthetic_soul.stores.base import Store
from synthetic_soul.stores.codec import verify_end

_ACCEPT: Final = "restore a backup, or delete soul.db.heads to go on without them"
_RESTORE: Final = "restore it from a backup; soul replay AGENT --verify finds every bad entry"


async def examine_store(settings: Settings) -> AsyncIterator[Finding]:
    """Yield whether the store can be used, and whether the last entry of each journal verifies."""
    mongo = bool(settings.mongo_connection.get_secret_value())
    if not mongo and not settings.database.exists():
        yield Finding("store", f"{settings.database} will be made at the first start")
        return
    try:
        if mongo:
            state = f"{await mongo_topology(settings)}, a majority takes writes"
        else:
            holder = journal_holder(settings)
            state = f"in use by the running process {holder}" if holder else "not in use"
        yield Finding("store", f"{settings.storage}: {state}")
        async with open_journal(settings) as store:
            agents = await store.journal.agents()
            async for finding in _ends(store, agents):
                yield finding
    except SoulError as error:
        mend = _mend(error, "MONGO_CONNECTION" if mongo else "DATA_DIR")
        yield Finding("store", f"{settings.storage}: {error.message}", mend)


async def _ends(store: Store, agents: Sequence[str]) -> AsyncIterator[Finding]:
    newest, spoilt = 0, set[str]()
    for agent in agents:
        last = await store.journal.last(agent)
        try:
            entry = await store.journal.entry(agent, last[0])
            verify_end(entry, agent, last)
        except JournalBroken as error:
            spoilt.add(agent)
            yield Finding("journal", error.message, _RESTORE)
        else:
            newest = max(newest, entry.at if entry else 0)
    for loss in await store.losses():
        if loss.agent not in spoilt:  # else it is the entry that was found above
            spoilt.add(loss.agent)
            yield Finding("journal", str(loss), _ACCEPT)
    if not spoilt:
        yield Finding("journal", f"the last entry of each of {len(agents)} journals verifies")
    message = "the newest entry of the journal lies {drift} seconds in the future"
    for finding in clock_finding(message, (newest - now()) / 1000):
        yield finding


def _mend(error: SoulError, setting: str) -> str:
    match error:
        case JournalBroken():
            return _RESTORE
        case StorageFull():
            return "free some space there"
        case Misconfigured():
            return f"set {setting} as the message says"
        case _ if setting == "MONGO_CONNECTION":
            return "start MongoDB, or set MONGO_CONNECTION to an address that this machine reaches"
        case _:
            return f"let this user read and write {setting}, and stop what else uses the file"


async def examine_redis(settings: Settings) -> AsyncIterator[Finding]:
    """Yield whether Redis answers, where it is set."""
    if not settings.redis:
        return
    try:
        if await redis_healthy(settings):
            yield Finding("redis", "it answers")
            return
        message = "it does not answer"
    except SoulError as error:
        message = error.message
    yield Finding(
        "redis", message, "start Redis, and set REDIS_URL to its address: redis://host:6379/0"
    )
