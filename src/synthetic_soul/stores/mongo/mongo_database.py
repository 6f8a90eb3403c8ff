"""The MongoDB database: its connection, its collections, retries, the translation of errors."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import pymongo
from bson.datetime_ms import DatetimeMS
from bson.errors import BSONError
from pymongo import AsyncMongoClient, IndexModel, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.errors import (
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)

from synthetic_soul.errors import (
    InvalidInput,
    Misconfigured,
    SoulError,
    StorageFull,
    TooLarge,
    Unavailable,
)

T = TypeVar("T")

Document = dict[str, Any]
Incarnation = tuple[object, ...]

SELECTION_TIMEOUT_MS: Final = 5_000
"""How long an operation waits for a primary."""
SOCKET_TIMEOUT_MS: Final = 20_000
"""How long a server may be silent before its connection counts as lost."""
RETRY_S: Final = 10.0
"""How long a write whose answer was lost is repeated."""
HEALTH_TIMEOUT_S: Final = 2
MIGRATION_TIMEOUT_S: Final = 3_600

# Error codes of the server.
DUPLICATE_KEY: Final = 11000
TRANSIENT: Final = frozenset(
    {6, 7, 24, 89, 91, 189, 246, 262, 9001, 10107, 11600, 11602, 13435, 13436}
)
"""Codes of a server that is going down, coming up or stepping down."""
_COLLECTION_EXISTS = 48
_ACCESS_DENIED = frozenset({13, 18, 8000})
_INDEX_DIFFERS = frozenset({85, 86})
_DISK_FULL = frozenset({14031})
_DOCUMENT_TOO_LARGE = frozenset({10334, 17280, 17419, 17420})

_IN_MEMORY = WriteConcern(1)
_ROUTED = ("Sharded", "LoadBalanced")
_TOPOLOGIES: Final = {
    "Single": "one server",
    "ReplicaSetWithPrimary": "a replica set",
    "ReplicaSetNoPrimary": "a replica set without a primary",
    "Sharded": "a sharded cluster",
}
_REVISION: Final = "revision "


@dataclass(frozen=True, slots=True)
class CollectionSpec:
    """A collection as it should be: its validator (may be empty) and its indexes.

    A validator of a lower ``revision`` is replaced, one of a higher is a later version's and
    stays, so that old and new processes may run beside each other.
    """

    validator: Document = field(default_factory=dict)
    indexes: Sequence[IndexModel] = ()
    revision: int = 1

    @property
    def options(self) -> Document:
        """The options with which the server creates the collection."""
        if not self.validator:
            return {}
        rules = [{"$comment": f"{_REVISION}{self.revision}"}, self.validator]
        return {"validator": {"$and": rules}, "validationLevel": "strict"}

    def newer(self, options: Mapping[str, Any]) -> bool:
        """Return whether a collection with these options is of an earlier revision."""
        rules = options.get("validator", {}).get("$and", [{}])
        _, _, there = str(rules[0].get("$comment", "")).partition(_REVISION)
        return bool(self.validator) and int(there or 0) < self.revision


class MongoDatabase:
    """A database of a MongoDB server, replica set or sharded cluster.

    ``uri`` may hold a password: no error repeats it. Writes are acknowledged once a majority has
    them on disk, reads see what a majority has; the URI cannot change that. Belongs to the event
    loop it was opened in.
    """

    def __init__(self, uri: str, name: str, specs: Mapping[str, CollectionSpec]) -> None:
        self._uri = uri
        self._name = name
        self._specs = specs
        self._client: AsyncMongoClient[Document] | None = None
        self._opening = asyncio.Lock()

    async def open(self) -> None:
        """Connect and create what is missing; ``Misconfigured`` where waiting would not help."""
        async with self._opening:
            if self._client is not None:
                return
            async with AsyncExitStack() as undo:
                client = self._connect()
                undo.push_async_callback(client.close)
                with translated_errors(), _setting_errors():
                    await client.admin.command("ping")
                    with pymongo.timeout(MIGRATION_TIMEOUT_S):
                        await _create_missing(client[self._name], self._specs)
                undo.pop_all()
            self._client = client

    def _connect(self) -> AsyncMongoClient[Document]:
        try:
            return AsyncMongoClient(
                self._uri,
                appname="synthetic-soul",
                w="majority",
                journal=True,
                readConcernLevel="majority",
                readPreference="primary",
                retryWrites=False,
                retryReads=True,
                serverSelectionTimeoutMS=SELECTION_TIMEOUT_MS,
                connectTimeoutMS=SELECTION_TIMEOUT_MS,
                socketTimeoutMS=SOCKET_TIMEOUT_MS,
            )
        except (ConfigurationError, ValueError, TypeError):
            raise Misconfigured(
                "MONGO_CONNECTION is no MongoDB address: it looks like mongodb://host:27017"
            ) from None

    async def close(self) -> None:
        """Disconnect."""
        async with self._opening:
            client, self._client = self._client, None
            if client is not None:
                await client.close()

    async def healthy(self) -> bool:
        """Return whether a read works now."""
        try:
            with translated_errors(), pymongo.timeout(HEALTH_TIMEOUT_S):
                await self.collection("entries").find_one({"agent": "", "seq": 1}, {"_id": 1})
        except SoulError:
            return False
        return True

    async def server_time(self) -> int:
        """Return the time (ms) by the primary's clock."""
        with translated_errors():
            hello = await self._connected().admin.command("hello")
        return int(DatetimeMS(hello["localTime"]))

    def collection(self, name: str, *, durable: bool = True) -> AsyncCollection[Document]:
        """Return a collection: writes by majority and to disk, reads by majority.

        Writes to one that is not ``durable`` wait for the primary's memory alone, so they may be
        lost. Behind a router they wait for a majority, since nobody would notice the loss.
        """
        client = self._connected()
        if durable or client.topology_description.topology_type_name in _ROUTED:
            return client[self._name][name]
        return client[self._name].get_collection(name, write_concern=_IN_MEMORY)

    def _connected(self) -> AsyncMongoClient[Document]:
        if self._client is None:
            raise Unavailable("the store is not open")
        return self._client

    @property
    def topology(self) -> str:
        """What kind of MongoDB it is, in words."""
        kind: str = self._connected().topology_description.topology_type_name
        return _TOPOLOGIES.get(kind, kind)

    def incarnation(self) -> Incarnation:
        """Identify the run of the primary, as far as is known; () while there is none.

        Writes that were not durable may be lost once this has changed.
        """
        topology = self._connected().topology_description
        if topology.topology_type_name in _ROUTED:
            return _ROUTED
        for server in topology.server_descriptions().values():
            if server.is_writable:
                process = (server.topology_version or {}).get("processId")
                return server.address, process, server.election_id
        return ()


async def _create_missing(db: AsyncDatabase[Document], specs: Mapping[str, CollectionSpec]) -> None:
    """Create what is missing; other processes may be doing the same."""
    listed = await db.list_collections()
    known = {each["name"]: each.get("options", {}) async for each in listed}
    for name, spec in specs.items():
        if name not in known and await _created(db, name, spec):
            known[name] = spec.options
        if spec.newer(known.get(name, {})):
            await db.command("collMod", name, **spec.options)
        if spec.indexes:
            await db[name].create_indexes(list(spec.indexes))


async def _created(db: AsyncDatabase[Document], name: str, spec: CollectionSpec) -> bool:
    """Create a collection; return False where another process was faster."""
    try:
        await db.command("create", name, **spec.options)
    except OperationFailure as error:
        if error.code != _COLLECTION_EXISTS:
            raise
        return False
    return True


class Retry:
    """Retries after errors that may pass, for ``RETRY_S`` from the first one on."""

    def __init__(self) -> None:
        self._until: float | None = None

    async def wait(self, error: PyMongoError) -> None:
        """Wait before the next attempt; raise the error when there should be none."""
        now = asyncio.get_running_loop().time()
        if self._until is None:
            self._until = now + RETRY_S
        if now > self._until or not is_transient(error):
            raise error
        await asyncio.sleep(random.uniform(0.02, 0.2))  # noqa: S311 - so that not all come at once


def is_transient(error: PyMongoError) -> bool:
    """Return whether a retry may help; a write that met the error may be there or not."""
    if isinstance(error, OperationFailure) and error.code in TRANSIENT:
        return True
    return isinstance(error, ConnectionFailure | WriteConcernError)


async def retried(work: Callable[[], Awaitable[T]]) -> T:
    """Do idempotent work, with retries; MongoDB's errors are translated."""
    retry = Retry()
    with translated_errors():
        while True:
            try:
                return await work()
            except PyMongoError as error:
                await retry.wait(error)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Raise MongoDB's errors as this program's own."""
    try:
        yield
    except (PyMongoError, BSONError, UnicodeEncodeError) as error:
        raise translate(error) from None  # what it says may repeat somebody's words


@contextmanager
def _setting_errors() -> Iterator[None]:
    """Raise ``Misconfigured`` for what no waiting can help while opening."""
    try:
        yield
    except OperationFailure as error:
        if error.code in _ACCESS_DENIED:
            raise Misconfigured(
                "MongoDB refuses these credentials, or they may not do what is needed: "
                "look at MONGO_CONNECTION and at the roles of its user"
            ) from None
        if error.code in _INDEX_DIFFERS:
            raise Misconfigured(
                "an index of the database is not the one this version makes: "
                "is DATABASE_NAME another program's, or a later version's?"
            ) from None
        raise
    except ConfigurationError:
        raise Misconfigured("MONGO_CONNECTION cannot be used as it is") from None


def translate(error: PyMongoError | BSONError | UnicodeEncodeError) -> SoulError:
    """Return what an error of MongoDB means to a caller; its text never holds a value."""
    code = error.code if isinstance(error, OperationFailure) else None
    if code in _DISK_FULL:
        return StorageFull("no space is left for the journal; nothing was acknowledged")
    if isinstance(error, DocumentTooLarge) or code in _DOCUMENT_TOO_LARGE:
        return TooLarge("more than MongoDB takes in one document (16 MB)")
    if isinstance(error, BSONError | UnicodeEncodeError):
        return InvalidInput("a value cannot be written to MongoDB", code="not_bson")
    if isinstance(error, ConnectionFailure):
        return Unavailable(f"MongoDB is away for now ({type(error).__name__})")
    return Unavailable(f"MongoDB refused ({type(error).__name__}, code {code})")
