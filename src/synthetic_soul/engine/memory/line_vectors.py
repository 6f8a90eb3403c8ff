"""Vectors of lines: in the background, lines get them, to be recalled though no word fits.

The latest lines of all conversations come first, so many in each pass. What was said is sent to the
provider whose model answers anyway, and to no other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.state.conversation import Conversation
from synthetic_soul.engine.state.text_vectors import MAX_CHARS, Meaning, Payer
from synthetic_soul.llm.token_estimate import estimate_tokens
from synthetic_soul.recall import Line, Origin
from synthetic_soul.recall.corpus import Floats

PASS_TEXTS: Final = 128
"""The lines of one pass through all conversations."""
PASS_TOKENS: Final = 16_384
"""Their tokens, as far as they are told before; of one call at most half of them."""
SHARE: Final = 0.5
"""The share of a budget that is left to replies: lines are not urgent."""


@dataclass(slots=True)
class _Room:
    """What may still be asked for in this pass."""

    texts: int = PASS_TEXTS
    tokens: int = PASS_TOKENS

    def fitting(self, texts: Sequence[str], most: int) -> Sequence[str]:
        """Return the first texts of one call, one at least while there is room, and take theirs."""
        tokens, fitting = 0, 0
        for text in texts[: min(most, self.texts)]:
            tokens += estimate_tokens(text[:MAX_CHARS])
            if fitting and tokens > min(self.tokens, PASS_TOKENS // 2):
                break
            fitting += 1
            self.tokens -= estimate_tokens(text[:MAX_CHARS])
        self.texts -= fitting
        return texts[:fitting]

    @property
    def is_left(self) -> bool:
        return self.texts > 0 and self.tokens > 0


async def embed_all(runtime: Runtime) -> int:
    """Embed the latest lines of cached conversations, within bounds; return how many.

    It ends as soon as a message waits for a reply, and after a call that failed. The next pass goes
    on.
    """
    meaning, count, room = runtime.meaning, 0, _Room()
    if meaning is None:
        return 0
    for conversation in _latest_first(runtime):
        if meaning.is_paused or not room.is_left or not await runtime.side_work.has_place():
            break
        count += await _embed_under_lease(runtime, meaning, conversation, room)
    return count


def _latest_first(runtime: Runtime) -> list[Conversation]:
    """Return the conversations with lines that lack a vector, that of the latest line first."""
    latest = []
    for conversation in runtime.conversations.cached():
        index = conversation.past.index
        slots = index.without_vector(1) if conversation.is_whole else []
        latest += [(int(index.ats[slot]), conversation) for slot in slots]
    return [each for _, each in sorted(latest, key=lambda pair: -pair[0])]


async def _embed_under_lease(
    runtime: Runtime, meaning: Meaning, conversation: Conversation, room: _Room
) -> int:
    # Of several processes one asks at a time, and knows what the others have been told.
    async with runtime.lease(conversation.agent, f"vectors:{conversation.id}") as lease:
        if lease is None:
            return 0
        talk = await runtime.conversations.get(conversation.agent, conversation.id)
        if not talk.is_whole:
            return 0
        await talk.past.load_vectors(runtime.store, meaning.name)
        found = await _ask(runtime, meaning, talk, room)
        # Meanwhile lines may have been forgotten; or all of the person, who is told of below.
        put = talk.past.put_vectors(found, meaning.dims)
        await talk.save_vectors(runtime.store, meaning.name)
        return put


async def _ask(
    runtime: Runtime, meaning: Meaning, talk: Conversation, room: _Room
) -> dict[Origin, Floats | None]:
    """Return the vectors of the latest lines that have none, by origin; None for one refused."""
    index = talk.past.index
    slots = index.without_vector(meaning.batch)
    origins = {slot: index.origin(slot) for slot in slots}
    lines = await talk.past.lines(runtime.store, slots)
    # What cannot be read any more needs no vector, but must not be looked for again.
    found: dict[Origin, Floats | None] = {
        origins[slot]: None for slot in slots if slot not in lines and meaning.dims
    }
    readable = [slot for slot in slots if slot in lines]
    payer = await _payer(runtime, talk, [lines[slot] for slot in readable])
    if payer is None:
        return found
    texts = [f"{lines[slot].caption} {lines[slot].text}".strip() for slot in readable]
    texts = [*room.fitting(texts, meaning.batch)]
    if texts:
        vectors: dict[int, Floats | None] = {}  # also what came before a message cut it short
        await runtime.side_work.run(partial(meaning.of_lines, texts, payer, vectors))
        found |= {origins[readable[place]]: vector for place, vector in vectors.items()}
    return found


async def _payer(runtime: Runtime, talk: Conversation, lines: Sequence[Line]) -> Payer | None:
    """Return whose budget the lines are taken from; None where too little of it is left."""
    speakers = [line.speaker for line in lines if line.speaker != talk.agent]
    person = speakers[0] if speakers else talk.id.partition(":")[2]
    payer = Payer(person, await runtime.lookups.is_guest(person))
    is_left = await runtime.usage.affords(person, is_guest=payer.is_guest, share=SHARE)
    return payer if is_left else None
