"""The conversations that a process has in mind."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from synthetic_soul.engine.state.conversation import Conversation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from synthetic_soul.stores.base import Store

CONVERSATIONS_KEPT = 1024


class Conversations:
    """The conversations this process has in mind; the longest unused are let go."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[tuple[str, str], Conversation] = OrderedDict()
        self._gone: dict[str, set[str]] = {}

    async def get(self, agent: str, conversation: str) -> Conversation:
        """The conversation, up to date."""
        key = (agent, conversation)
        found = self._kept.get(key)
        if found is None:
            gone = self._gone.setdefault(agent, set())
            found = self._kept.setdefault(key, Conversation(agent, conversation, gone))
            while len(self._kept) > CONVERSATIONS_KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        await found.refresh(self._store)
        return found

    async def whole(self, agent: str, conversation: str) -> Conversation:
        """The same, with everything that was said read in."""
        found = await self.get(agent, conversation)
        await found.read_whole(self._store)
        return found

    def drop(self, agent: str, person: str | None) -> None:
        """Have nothing in mind any more in which this person, who has left, spoke.

        None: nothing at all; it is read again when it is next needed.
        """
        if person is not None:
            self._gone.setdefault(agent, set()).add(person)
        for key, talk in list(self._kept.items()):
            if key[0] == agent and (person is None or person in talk.persons):
                del self._kept[key]

    def held(self) -> Sequence[Conversation]:
        """Those in mind now."""
        return tuple(self._kept.values())
