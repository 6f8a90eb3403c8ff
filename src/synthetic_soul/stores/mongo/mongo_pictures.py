"""Pictures of agents in MongoDB: one document for each agent, so that it is replaced at once."""

from collections.abc import Mapping

from pymongo.asynchronous.collection import AsyncCollection
from typing_extensions import override

from synthetic_soul.stores.base import PictureStore, check_pictures, picture_digest
from synthetic_soul.stores.mongo.mongo_database import (
    CollectionSpec,
    Document,
    MongoDatabase,
    retried,
    translated_errors,
)
from synthetic_soul.stores.mongo.mongo_schema import TEXT, object_schema

PICTURES = "pictures"
_BYTES: Document = {"bsonType": "binData"}
_PICTURE = object_schema({"expression": TEXT, "digest": TEXT, "body": _BYTES})
PICTURE_COLLECTIONS = {
    PICTURES: CollectionSpec(
        {
            "$jsonSchema": object_schema(
                {"_id": TEXT, "agent": TEXT, "pictures": {"bsonType": "array", "items": _PICTURE}}
            )
        }
    )
}
"""The collection of this module; it may be sharded by ``{agent: 1}``, as the others."""


class MongoPictures(PictureStore):
    """Pictures; ``check_pictures`` keeps a document far below the 16 MB that one may have."""

    def __init__(self, database: MongoDatabase) -> None:
        self._database = database

    @property
    def _pictures(self) -> AsyncCollection[Document]:
        return self._database.collection(PICTURES)

    @override
    async def digests(self, agent: str) -> dict[str, str]:
        where = {"_id": agent, "agent": agent}
        with translated_errors():
            found = await self._pictures.find_one(where, {"pictures.body": 0})
        return {each["expression"]: each["digest"] for each in found["pictures"]} if found else {}

    @override
    async def read(self, agent: str, digest: str) -> bytes | None:
        wanted = {"pictures": {"$elemMatch": {"digest": digest}}}
        with translated_errors():
            found = await self._pictures.find_one({"_id": agent, "agent": agent, **wanted}, wanted)
        return bytes(found["pictures"][0]["body"]) if found else None

    @override
    async def replace(self, agent: str, pictures: Mapping[str, bytes]) -> None:
        check_pictures(pictures)
        rows = [
            {"expression": name, "digest": picture_digest(body), "body": body}
            for name, body in sorted(pictures.items())
        ]
        where = {"_id": agent, "agent": agent}

        async def put() -> None:
            if rows:
                await self._pictures.replace_one(where, {**where, "pictures": rows}, upsert=True)
            else:
                await self._pictures.delete_one(where)

        await retried(put)
