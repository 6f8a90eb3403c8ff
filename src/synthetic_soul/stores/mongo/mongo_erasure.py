"""Erasing texts in MongoDB, in place: digest and owner stay, text and salt go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from synthetic_soul.stores.mongo.mongo_database import patiently

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pymongo.asynchronous.collection import AsyncCollection

    from synthetic_soul.stores.mongo.mongo_database import Document


async def wipe(
    entries: AsyncCollection[Document],
    agent: str,
    by: Literal["owner", "digest"],
    values: Sequence[str],
) -> int:
    """Remove the texts whose owner or digest is one of these; returns how many were there."""
    wanted = sorted(set(values))
    there = {by: {"$in": wanted}, "text": {"$exists": True}}
    where = {"agent": agent, f"words.{by}": {"$in": wanted}, "words": {"$elemMatch": there}}

    async def count() -> int:
        found = await (await entries.aggregate(_count(where, by, wanted))).to_list()
        return int(found[0]["texts"]) if found else 0

    async def remove() -> None:
        await entries.update_many(
            where,
            {"$unset": {"words.$[one].text": "", "words.$[one].salt": ""}},
            array_filters=[{"one.text": {"$exists": True}, f"one.{by}": {"$in": wanted}}],
        )

    counted = await patiently(count)
    await patiently(remove)
    return counted


def _count(where: Mapping[str, Any], by: str, wanted: Sequence[str]) -> list[Mapping[str, Any]]:
    mine = {"$in": [f"$$one.{by}", list(wanted)]}
    there = {"$ne": [{"$type": "$$one.text"}, "missing"]}
    texts = {"$filter": {"input": "$words", "as": "one", "cond": {"$and": [mine, there]}}}
    return [
        {"$match": where},
        {"$group": {"_id": None, "texts": {"$sum": {"$size": texts}}}},
    ]
