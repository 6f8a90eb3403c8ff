"""Embedding: in the background, lines get vectors, by which they are recalled though no word fits.

The latest lines come first. What was said is sent to the provider whose model answers anyway, and
to no other.
"""

from collections.abc import Sequence
from functools import partial
from typing import Final

from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.state.text_vectors import Meaning

BATCH: Final = 32
"""The lines of one call."""
_LOOKED_AT: Final = 4 * BATCH
"""The latest lines without a vector that are read; some may be gone meanwhile."""


async def embed_all(runtime: Runtime) -> int:
    """Embed some lines of each cached conversation; return how many.

    It ends as soon as a message waits for a reply, and after a call that failed.
    """
    meaning, count = runtime.meaning, 0
    if meaning is None:
        return 0
    for conversation in runtime.conversations.cached():
        if meaning.is_paused or not await runtime.side_work.has_place():
            break
        if conversation.is_whole:
            count += await _embed(runtime, meaning, conversation)
    return count


async def _embed(runtime: Runtime, meaning: Meaning, conversation: Conversation) -> int:
    past = conversation.past
    past.use_vectors_of(meaning.name)
    slots = past.index.without_vector(_LOOKED_AT)
    if not slots:
        return 0
    found = await past.lines(runtime.store, slots)
    lines = [found[slot] for slot in slots if slot in found][:BATCH]
    if not lines:
        return 0
    texts: Sequence[str] = [f"{line.caption} {line.text}".strip() for line in lines]
    vectors = await runtime.side_work.run(partial(meaning.of_lines, texts)) or []
    # Meanwhile lines may have been forgotten or erased, or another index may have taken over.
    pairs = dict(zip([line.id for line in lines], vectors, strict=False))
    count = conversation.past.put_vectors(meaning.name, pairs)
    await conversation.past.save_if_due(runtime.store)
    return count
