"""What follows once fragments and memories were appended."""

from collections.abc import Iterable

from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.mind.events import Event, FragmentKept


async def settle(runtime: Runtime, conversation: Conversation, events: Iterable[Event]) -> None:
    """Bring a conversation up to date, and erase what rests on something forgotten meanwhile.

    A person may ask to forget at the very moment at which something is kept. What they asked for
    stands in the journal then, but it named only what was there.
    """
    await conversation.refresh(runtime.store)  # what is cached also tells what is due
    gone = [
        event.words.digest
        for event in events
        if isinstance(event, FragmentKept)
        and conversation.hides((event.id, *event.sources, *event.parts))
    ]
    await runtime.lookups.erase_texts(conversation.agent, gone)
