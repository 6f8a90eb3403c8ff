"""Migration: everything that one store holds is copied to another, verified and resumable.

Journals go first, in batches, exactly as they are, each with the pictures of its agent; then
accounts with their sessions. A migration that was killed resumes after the last entry that arrived.
What has been erased in the source since then is erased in the target, too: every entry of both is
compared before a journal is done.
Counters, leases and indexes (a cache) are not copied; nothing rests on them.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass

from synthetic_soul.errors import Conflict, JournalBroken
from synthetic_soul.mind.state import VERSION
from synthetic_soul.stores import codec
from synthetic_soul.stores.base import (
    Account,
    AccountStore,
    Entry,
    SecretStore,
    Session,
    Snapshot,
    Store,
)

MAX_BATCH = 200  # entries adopted in one step
MAX_CONCURRENT_ACCOUNTS = 32
MAX_ERASURES = 1000
ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True)
class Step:
    """The progress of one part of the migration: ``done`` of ``total``.

    ``act`` is copy or compare; ``what`` is an agent's id, or ``ACCOUNTS``.
    """

    act: str
    what: str
    done: int
    total: int


Report = Callable[[Step], None]


async def copy_store(source: Store, target: Store, report: Report) -> None:
    """Copy journals, snapshots, pictures, accounts and sessions; repeating it changes nothing.

    Neither store may be written by anybody else meanwhile. The target is empty, or holds what an
    earlier migration brought there: accounts that the source no longer has are removed from it.
    ``Conflict`` (code ``another_journal``) names the agent and entry where the target has gone a
    way of its own; nothing has been written then. ``Conflict`` (code ``grown_meanwhile``) if one
    of them was written after all, ``JournalBroken`` names what did not arrive.
    """
    agents = await source.journal.agents()
    await _check_no_other_journals(target, agents)
    copied = {agent: await _copied_until(source, target, agent) for agent in agents}
    for agent, after in copied.items():
        total = (await source.journal.last(agent))[0]
        await _copy_entries(source, target, agent, after=after, total=total, report=report)
        await _reconcile(source, target, agent, total=total, report=report)
        await _copy_snapshot(source, target, agent)
        await _copy_pictures(source, target, agent)
    await _copy_accounts(source.accounts, target.accounts, report)


async def copy_secret(source: SecretStore, target: SecretStore, name: str, proposed: str) -> None:
    """Make both stores keep the same secret: the source's, or ``proposed`` where it has none.

    ``Conflict`` (code ``another_secret``) if the target keeps another one already.
    """
    kept = await source.get_or_create(name, proposed)
    if await target.get_or_create(name, kept) != kept:
        raise Conflict(f"the target keeps another {name} than the source", code="another_secret")


async def _check_no_other_journals(target: Store, agents: Iterable[str]) -> None:
    strangers = sorted(set(await target.journal.agents()) - set(agents))
    for agent in strangers:
        seq = (await target.journal.last(agent))[0]
        raise _conflict(agent, seq, "but the source has no such journal")


async def _copied_until(source: Store, target: Store, agent: str) -> int:
    """Return the seq of the target's last entry, once it has proved to be the source's."""
    seq, hash_ = await target.journal.last(agent)
    if seq == 0:
        return 0
    twin = await source.journal.entry(agent, seq)
    if twin is None:
        last = (await source.journal.last(agent))[0]
        raise _conflict(agent, seq, f"but the source's last is {last}")
    if twin.hash != hash_:
        raise _conflict(agent, seq, "which is not the source's")
    return seq


def _conflict(agent: str, seq: int, reason: str) -> Conflict:
    return Conflict(
        f"the target holds entry {seq} of {agent}, {reason}: migrate into an empty store",
        code="another_journal",
    )


async def _copy_entries(
    source: Store, target: Store, agent: str, *, after: int, total: int, report: Report
) -> None:
    report(Step("copy", agent, after, total))
    async for batch in _batches(source.journal.entries(agent, after=after)):
        await target.journal.adopt(batch)
        report(Step("copy", agent, batch[-1].seq, total))


async def _batches(entries: AsyncIterator[Entry]) -> AsyncIterator[list[Entry]]:
    batch: list[Entry] = []
    async for entry in entries:
        batch.append(entry)
        if len(batch) == MAX_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


async def _reconcile(
    source: Store, target: Store, agent: str, *, total: int, report: Report
) -> None:
    """Compare entry by entry, and erase in the target what the source has erased."""
    entries = target.journal.entries(agent)
    surplus: list[str] = []
    async for entry in source.journal.entries(agent):
        if entry.seq > total:
            break
        surplus += _compare(entry, await anext(entries, None))
        if len(surplus) >= MAX_ERASURES:
            await target.texts.erase(agent, surplus)
            surplus = []
        if entry.seq % MAX_BATCH == 0:
            report(Step("compare", agent, entry.seq, total))
    if surplus:
        await target.texts.erase(agent, surplus)
    ends = [await source.journal.last(agent), await target.journal.last(agent)]
    if ends[0] != ends[1] or ends[0][0] != total:
        raise Conflict(
            f"the journal of {agent} has grown meanwhile: stop what serves it, then run this again",
            code="grown_meanwhile",
        )
    report(Step("compare", agent, total, total))


def _compare(entry: Entry, twin: Entry | None) -> list[str]:
    """Return the digests whose texts only the twin has; ``JournalBroken`` if it lacks any."""
    where = f"entry {entry.seq} of {entry.agent}"
    if twin is None or (twin.seq, twin.hash, twin.body) != (entry.seq, entry.hash, entry.body):
        raise JournalBroken(f"{where} is not in the target as it is in the source")
    here, there = ({w.digest: w.text for w in codec.texts(each)} for each in (entry, twin))
    if any(there.get(digest) != text for digest, text in here.items()):
        raise JournalBroken(f"{where}: a text of it has not arrived in the target")
    return sorted(there.keys() - here)


async def _copy_snapshot(source: Store, target: Store, agent: str) -> None:
    """Copy the snapshot, so that the first start with the target folds little."""
    kept = await source.snapshots.mind(agent, VERSION)
    bonds = await source.snapshots.bonds(agent, VERSION)
    # A bond that was kept by a process killed before it kept the mind is of a later entry.
    if kept is None or any(bond.seq > kept[0] for bond in bonds.values()):
        return
    folded = {person: bond.bond for person, bond in bonds.items()}
    await target.snapshots.save(agent, VERSION, Snapshot(*kept, folded))


async def _copy_pictures(source: Store, target: Store, agent: str) -> None:
    """Copy the pictures of an agent where the target has not the same."""
    digests = await source.pictures.digests(agent)
    if await target.pictures.digests(agent) == digests:
        return
    read = {name: await source.pictures.read(agent, digest) for name, digest in digests.items()}
    pictures = {name: body for name, body in read.items() if body is not None}
    await target.pictures.replace(agent, pictures)


async def _copy_accounts(source: AccountStore, target: AccountStore, report: Report) -> None:
    """Copy accounts; those removed at the source go first, since their names may be reused."""
    ids = {account.id async for account, _ in source.members()}
    left = [account.id async for account, _ in target.members() if account.id not in ids]
    for id_ in left:
        await target.remove(id_)
    batch: list[tuple[Account, Sequence[Session]]] = []
    done = 0
    report(Step("copy", ACCOUNTS, done, len(ids)))
    async for member in source.members():
        batch.append(member)
        if len(batch) == MAX_CONCURRENT_ACCOUNTS:
            await asyncio.gather(*(target.adopt(*each) for each in batch))
            done, batch = done + len(batch), []
            report(Step("copy", ACCOUNTS, done, len(ids)))
    await asyncio.gather(*(target.adopt(*each) for each in batch))
    report(Step("copy", ACCOUNTS, len(ids), len(ids)))
