"""What MongoDB refuses, what it finds by index, and how it is opened."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from bson import ObjectId
from pymongo.errors import WriteError

from synthetic_soul.errors import Misconfigured, TooLarge, Unavailable
from synthetic_soul.mind.events import (
    ConversationOpened,
    FactForgotten,
    FactLearned,
    FragmentKept,
    Impulse,
    PersonErased,
    ReferralGiven,
    Reflected,
    SentimentsMoved,
    SoulAdopted,
    SubjectHidden,
    SubjectShown,
    TraitsMoved,
)
from synthetic_soul.stores.base import Snapshot
from synthetic_soul.stores.mongo.mongo_indexes import INDEX_COLLECTIONS, PARTS
from synthetic_soul.stores.mongo.mongo_schema import BONDS, ENTRIES, KINDS, LEASES, MINDS
from synthetic_soul.stores.mongo.mongo_store import MongoStore
from tests.contracts.backends import MongoBackend
from tests.contracts.journals import (
    START,
    adopted,
    append,
    failure,
    felt,
    fresh,
    heard,
    journal,
    reply,
    retry,
    sealed,
    silence,
    thought,
)

if TYPE_CHECKING:
    from synthetic_soul.mind.events import Event
    from tests.support.servers import MongoServer

pytestmark = pytest.mark.anyio

MOVED = (Impulse(dimension="joy", amount=0.5, cause="greeting"),)
ONE, TWO, THREE = heard(key="k"), heard(), heard()
LIFE: tuple[Event, ...] = (
    SoulAdopted(name="Jasmine", digest="d", soul={"$a.b": [1]}, traits={"warmth": 0.25}),
    ONE,
    TWO,
    THREE,
    felt(person="ann"),
    SentimentsMoved(person="ann", impulses=MOVED),
    TraitsMoved(impulses=MOVED),
    FactLearned(id="f", person="ann", conversation="dm", topic="cat", value=sealed("Tom", "ann")),
    FactForgotten(id="f", person="ann", conversation="dm", cause="asked"),
    SubjectHidden(
        id="h", person="ann", conversation="dm", facts=("f",), subject=sealed("my job", "ann")
    ),
    SubjectShown(person="ann", conversation="dm", facts=("f",), subjects=("h",)),
    reply(ONE),
    silence(TWO),
    failure(THREE),
    retry(THREE),
    thought(),
    FragmentKept(
        id="g",
        conversation="dm",
        person="ann",
        type="memory",
        words=sealed("met"),
        importance=0.5,
        valence=0,
    ),
    ReferralGiven(person="ann", by=ONE.id),
    ConversationOpened(id="o", conversation="dm", person="ann", words=sealed("Hi.", "ann")),
    Reflected(conversation="dm", person="ann", upto=ONE.id),
    PersonErased(person="bob"),
)


async def live(store: MongoStore) -> None:
    for event in LIFE:
        await append(store, event)


async def test_every_kind_of_event_passes_the_validator(mongo_backend: MongoBackend) -> None:
    store = await mongo_backend.open()
    await live(store)
    assert {event.kind for event in LIFE} == set(KINDS)
    assert [entry.events for entry in await journal(store)] == [(event,) for event in LIFE]


WRONG: tuple[dict[str, Any], ...] = (
    {"seq": 0},
    {"seq": "2"},
    {"seq": 2.5},
    {"hash": "abc"},
    {"body": "text"},
    {"at": None},
    {"kinds": ["rumour_spread"]},
    {"kinds": "felt"},
    {"words": [{"digest": "d", "owner": "ann", "text": "plain"}]},
    {"words": [{"owner": "ann"}]},
    {"tickets": [7]},
    {"waiting": [{"ticket": "m#0"}]},
    {"steps": [{"id": "m", "status": "perhaps"}]},
    {"secret": "more than is known"},
    {"agent": ""},
)


@pytest.mark.parametrize("wrong", WRONG, ids=[str(wrong)[:40] for wrong in WRONG])
async def test_a_malformed_entry_is_refused(
    mongo_standalone: MongoServer, wrong: dict[str, Any]
) -> None:
    backend = await opened(mongo_standalone)
    entries = backend.db[ENTRIES]
    sound = {**await entry_by_hand(backend), "_id": ObjectId(), "seq": 2}
    with pytest.raises(WriteError) as refused:
        await entries.insert_one({**sound, **wrong})
    assert refused.value.code == 121
    await entries.insert_one(sound)
    await backend.close()


async def test_what_lacks_a_part_is_refused(mongo_standalone: MongoServer) -> None:
    backend = await opened(mongo_standalone)
    sound = {**await entry_by_hand(backend), "_id": ObjectId(), "seq": 2}
    for name in ("agent", "seq", "at", "previous", "hash", "body", "kinds"):
        lacking = {key: value for key, value in sound.items() if key != name}
        with pytest.raises(WriteError):
            await backend.db[ENTRIES].insert_one(lacking)
    for name in (LEASES, MINDS, BONDS):
        with pytest.raises(WriteError):
            await backend.db[name].insert_one({"agent": "jasmine"})
    await backend.close()


async def opened(server: MongoServer) -> MongoBackend:
    backend = MongoBackend(server)
    await append(await backend.open(), felt())
    return backend


async def entry_by_hand(backend: MongoBackend) -> dict[str, Any]:
    found = await backend.db[ENTRIES].find_one({"seq": 1})
    assert found is not None
    return found


async def test_every_question_is_answered_by_an_index_and_names_its_agent(
    mongo_backend: MongoBackend,
) -> None:
    store = await mongo_backend.open()
    other = await mongo_backend.open()
    await live(store)
    await asyncio.gather(*(append(store, thought(), felt(person="bob")) for _ in range(150)))
    for message in [heard(person="bob", conversation="long") for _ in range(50)]:
        await append(store, message)
        await append(store, reply(message))
    db = mongo_backend.db
    await db.command("profile", 2)
    await ask_everything(store, other)
    await db.command("profile", 0)
    asked = await db["system.profile"].find({"ns": {"$ne": f"{db.name}.system.profile"}}).to_list()
    await db.drop_collection("system.profile")
    collections = {ENTRIES, LEASES, MINDS, BONDS, *INDEX_COLLECTIONS}
    ours = [each for each in asked if each["ns"].split(".")[1] in collections]
    assert len(ours) > 30
    for each in ours:
        assert "COLLSCAN" not in each.get("planSummary", ""), each
        if not each["command"].get("aggregate"):
            looked = max(each.get("docsExamined", 0), each.get("keysExamined", 0))
            touched = each.get("nreturned", 0) + each.get("nModified", 0)
            assert looked <= max(4 * touched, 30), each
        assert names_its_agent(each["command"]), each
        if each["op"] == "remove" and each["ns"].endswith(PARTS):
            assert each["docsExamined"] == each["ndeleted"], each  # those that stay may be large


def names_its_agent(command: dict[str, Any]) -> bool:
    pipeline = command.get("pipeline", [{}])
    where = command.get("filter") or command.get("query") or command.get("q")
    where = where or pipeline[0].get("$match") or {}
    return "agent" in where or "insert" in command or "getMore" in command


async def ask_everything(store: MongoStore, other: MongoStore) -> None:
    """Every method of the journal, reads and writes, in company and alone."""
    message = heard(key=fresh("k"))
    for each in (store, other, store):
        await append(each, felt())
    await append(store, message)
    lease = await store.leases.acquire("jasmine", "dm", ttl=60_000, holder="one")
    assert await other.leases.acquire("jasmine", "dm", ttl=60_000, holder="two") is None
    await other.jobs.unanswered("jasmine", "dm")
    await store.journal.append("jasmine", [reply(message)], at=START, lease=lease)
    assert lease is not None
    await store.leases.release(lease)
    await other.jobs.unanswered("jasmine", "dm")
    await other.jobs.waiting(["jasmine", "luna"])
    await other.jobs.waiting(["jasmine"])
    failed = heard()
    for event in (failed, failure(failed), retry(failed)):
        await append(other, event)
    await journal(other, after=3)
    await other.journal.entry("jasmine", 2)
    await other.journal.tail("jasmine", "long", limit=3)
    await other.journal.tail("jasmine", "long", limit=3, before=200)
    await other.journal.conversation("jasmine", "dm")
    await other.journal.conversation("jasmine", "long", after=230)
    await other.jobs.get("jasmine", message.id)
    await other.jobs.by_key("jasmine", "ann", message.key or "")
    await other.journal.agents()
    await append(other, adopted(), agent="luna")
    await other.journal.adoptions()
    await other.journal.adoptions("jasmine")
    await other.journal.last("jasmine")
    await other.journal.thoughts("jasmine", person="ann")
    await other.journal.thoughts("jasmine", person=None)
    await other.journal.involving("jasmine", "ann")
    await other.texts.read("jasmine", [message.words.digest])
    await other.snapshots.save("jasmine", "v1", Snapshot(9, {}, {"ann": {}}))
    await other.snapshots.mind("jasmine", "v1")
    await other.snapshots.bond("jasmine", "v1", "ann")
    await other.snapshots.bonds("jasmine", "v1")
    await write_and_remove_indexes(other)
    await other.texts.erase("jasmine", [message.words.digest])
    await other.texts.erase_person("jasmine", "ann")
    assert await other.healthy()
    await store._marks.drain()


async def write_and_remove_indexes(store: MongoStore) -> None:
    parts = dict.fromkeys(range(25), b"part")
    for conversation in ("dm", "long"):
        for seq in range(4):
            assert await store.indexes.write(
                "jasmine",
                conversation,
                expected=seq,
                seq=seq + 1,
                head=b"",
                parts={24: b"last"} if seq else parts,
                count=25,
            )
    await store.indexes.read("jasmine", "dm")
    await store.indexes.remove("jasmine", "dm", seq=9)


async def test_a_later_versions_validator_stays_and_an_earlier_one_is_replaced(
    mongo_standalone: MongoServer,
) -> None:
    backend = await opened(mongo_standalone)
    for revision, stays in ((1, False), (10**6, True)):
        marked = {"$and": [{"$comment": f"revision {revision}"}, {"agent": {"$type": "string"}}]}
        await backend.db.command("collMod", ENTRIES, validator=marked)
        await backend.open()
        listed = await backend.db.list_collections(filter={"name": ENTRIES})
        options = [each["options"] async for each in listed]
        assert (options[0]["validator"] == marked) is stays
    await backend.db.drop_collection(ENTRIES)
    await backend.close()


async def test_an_address_that_is_none_is_told_without_repeating_it() -> None:
    for address in ("mongo://u:hush@host", "mongodb://u:hush@host:port/", "mongodb://u:hu:sh@h"):
        with pytest.raises(Misconfigured) as told:
            await MongoStore(address, "soul").open()
        assert "hush" not in str(told.value)
        assert told.value.__cause__ is None


async def test_refused_credentials_are_told_without_repeating_them(
    mongo_standalone: MongoServer,
) -> None:
    address = mongo_standalone.uri.replace("mongodb://", "mongodb://nobody:hush@")
    with pytest.raises(Misconfigured) as told:
        await MongoStore(address, "soul").open()
    assert "hush" not in str(told.value)


async def test_a_server_that_is_away_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("synthetic_soul.stores.mongo.mongo_database.SELECTION_TIMEOUT_MS", 200)
    store = MongoStore("mongodb://u:hush@127.0.0.1:9", "soul")
    with pytest.raises(Unavailable) as told:
        await store.open()
    assert "hush" not in str(told.value)
    assert not await store.healthy()
    with pytest.raises(Unavailable):
        await store.journal.last("jasmine")


async def test_what_no_document_can_hold_is_refused(mongo_backend: MongoBackend) -> None:
    store = await mongo_backend.open()
    with pytest.raises(TooLarge):
        await append(store, heard("x" * 16_000_000))
    long = heard("x" * 10_000_000)
    await append(store, long)
    entry = await store.journal.entry("jasmine", 1)
    assert entry is not None
    assert entry.events == (long,)
