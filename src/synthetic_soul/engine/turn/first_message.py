"""The opening: what an agent says in a conversation before anybody has said a word.

It is the first message of a card. Until somebody answers it, it is made anew for whoever looks;
with their first message it is recorded, so that it stays what they have read.
"""

import hashlib
from typing import Final

from soulscript.prompts import openings_of
from synthetic_soul.engine.agents import Agent
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.state.conversation_ids import GROUP
from synthetic_soul.engine.turn.brief import soul_in_scene
from synthetic_soul.engine.turn.scene import chance_seed
from synthetic_soul.mind.events import ConversationOpened

ANY: Final = -1
"""The choice of one that is drawn for the conversation."""
_ID: Final = "opening"


async def make_opening(
    runtime: Runtime, agent: Agent, conversation: str, person: str, choice: int = 0
) -> ConversationOpened | None:
    """Return the event of a conversation's opening, None for a soul without one.

    ``choice`` is its number, from 0, or ``ANY``; numbers beyond the last begin anew.
    """
    is_group = conversation.startswith(GROUP)
    if not openings_of(agent.soul, in_group=is_group):
        return None
    account = None if is_group else await runtime.lookups.account(person)
    name = account.username if account and not account.guest else ""
    soul = soul_in_scene(agent, conversation, name, runtime.clock())
    texts = openings_of(soul, in_group=is_group)
    if not texts:
        return None
    if choice == ANY:
        digest = hashlib.sha256(chance_seed(agent.id, conversation).encode()).digest()
        choice = int.from_bytes(digest[:8])
    return ConversationOpened(
        id=f"{agent.id}.{_ID}-{hashlib.sha256(conversation.encode()).hexdigest()[:16]}",
        conversation=conversation,
        person=person,
        words=runtime.seal(texts[choice % len(texts)], "" if is_group else person),
    )


def is_opening(line: str) -> bool:
    """Return whether the id of a line is that of an opening."""
    return line.rpartition(".")[2].startswith(f"{_ID}-")


async def opening_of_new(
    runtime: Runtime, agent: Agent, conversation: str, person: str, choice: int = 0
) -> ConversationOpened | None:
    """Return the opening of a conversation in which nothing has been said yet, else None."""
    if not openings_of(agent.soul, in_group=conversation.startswith(GROUP)):
        return None
    if await runtime.store.journal.tail(agent.id, conversation, limit=1):
        return None
    return await make_opening(runtime, agent, conversation, person, choice)
