"""Let a voice speak, and stream its text chunk by chunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from soulscript.prompts import Share
from synthetic_soul import nlu
from synthetic_soul.engine.job_events import Chunker
from synthetic_soul.engine.runtime import Runtime
from synthetic_soul.engine.turn.sentence_check import SentenceCheck
from synthetic_soul.errors import ModelError, ModelGarbled
from synthetic_soul.jobs.base import Chunk, EventBus
from synthetic_soul.llm.base import Usage
from synthetic_soul.voices.base import Brief, Told, Voice

PARAGRAPH = "\n\n"
BUDGET_SPENT = "budget_spent"


@dataclass(frozen=True, slots=True)
class Spoken:
    """The text of a reply, whose voice spoke it, and its cost; ``error`` is a failure's code.

    ``left_out`` are the parts of the soul that its prompt did not tell whole; ``told`` is what the
    voice told of the brief, and what it had no room for.
    """

    text: str
    voice: str
    usage: Usage
    error: str = ""
    left_out: Sequence[Share] = ()
    told: Sequence[Told] = ()


async def speak(
    runtime: Runtime, brief: Brief, person: str, stream: ReplyStream, *, message: str
) -> Spoken:
    """Stream the reply to ``message`` by a brief; it costs calls of ``person``.

    In a crisis a referral goes first, and a voice without a model speaks where the model fails.
    Where it is doubtful whether it is one, a gentle question comes last.
    """
    crisis = brief.interpretation.crisis
    country = brief.relationship.country or runtime.settings.helpline_country
    voice = runtime.voice
    watchful = crisis is not None or brief.relationship.in_care
    # What is said without a model was written beforehand, by people; but with somebody in danger
    # it, too, is looked at.
    checks = watchful or voice is not runtime.plain_voice
    check = SentenceCheck(watchful=watchful) if checks else None
    if crisis is not None and crisis.certain:
        await stream.write(nlu.referral(crisis, country))
        await stream.end_paragraph()
    error = await _utter(runtime, brief, person, stream, message=message, check=check)
    if error and crisis is None:
        return Spoken("", voice.name, stream.usage, error)
    if error:
        voice, check = runtime.plain_voice, SentenceCheck(watchful=True)
        await stream.end_paragraph()
        await stream.utter(voice, brief, check)
    if check and check.has_stopped:
        await stream.end_paragraph()
        await stream.write(nlu.refusal(brief.interpretation, country))
    elif crisis is not None and not crisis.certain:
        await stream.end_paragraph()
        await stream.write(nlu.gentle_question(crisis))
    text = await stream.finish()
    return Spoken(text, voice.name, stream.usage, left_out=stream.left_out, told=stream.told)


async def _utter(
    runtime: Runtime,
    brief: Brief,
    person: str,
    stream: ReplyStream,
    *,
    message: str,
    check: SentenceCheck | None,
) -> str:
    """Let the voice speak, count its cost, and return the code of its failure, "" for none."""
    voice = runtime.voice
    is_guest = await runtime.lookups.is_guest(person)
    reserved = 0
    try:
        if voice is not runtime.plain_voice:
            if not await runtime.usage.reserve(person, is_guest=is_guest, message=message):
                raise ModelError("today's budget of model calls is spent", code=BUDGET_SPENT)
            reserved = 1
        await stream.utter(voice, brief, check)
    except ModelError as error:
        await runtime.usage.count(
            "replies",
            stream.usage,
            person=person,
            is_guest=is_guest,
            reserved=reserved,
            failed=True,
        )
        if error.code != BUDGET_SPENT:
            await runtime.model_health.failed("reply", voice.name, error)
        return error.code
    await runtime.usage.count(
        "replies", stream.usage, person=person, is_guest=is_guest, reserved=reserved
    )
    if voice is not runtime.plain_voice:
        await runtime.model_health.succeeded()
    return ""


class ReplyStream:
    """The text of one reply: collected here, and published to ``topic`` chunk by chunk."""

    def __init__(self, event_bus: EventBus, topic: str, epoch: int) -> None:
        self._event_bus, self._topic, self._epoch = event_bus, topic, epoch
        self._chunker = Chunker()
        self._chunks: list[str] = []
        self._at_paragraph = True
        self.usage = Usage()
        self.left_out: Sequence[Share] = ()
        self.told: Sequence[Told] = ()

    async def write(self, text: str) -> None:
        """Publish the chunks that are certain."""
        if not text:
            return
        self._at_paragraph = False
        await self._publish(self._chunker.feed(text))

    async def end_paragraph(self) -> None:
        """Begin a new paragraph, unless one begins here already."""
        if not self._at_paragraph:
            await self.write(PARAGRAPH)
        self._at_paragraph = True

    async def utter(self, voice: Voice, brief: Brief, check: SentenceCheck | None = None) -> None:
        """Write what a voice says, as far as ``check`` lets it pass.

        ``usage`` is its cost, also where it failed and a voice without a model spoke after it.
        """
        utterance = voice.speak(brief)
        is_empty = True
        try:
            async for piece in utterance:
                is_empty = False
                await self.write(check.feed(piece) if check else piece)
                if check and check.has_stopped:
                    break
            if check:
                await self.write(check.finish())
        except ModelError:
            # Where not even the number of tries is known, there was one.
            self.usage = replace(utterance.usage, calls=max(1, utterance.usage.calls))
            raise
        finally:
            await utterance.aclose()
        self.usage = self.usage if self.usage.calls else utterance.usage
        self.left_out, self.told = utterance.left_out, utterance.told
        if is_empty:
            raise ModelGarbled("the model said nothing")

    async def finish(self) -> str:
        """Publish the rest and return the whole text."""
        await self._publish(self._chunker.finish())
        return "".join(self._chunks)

    async def _publish(self, chunks: list[str]) -> None:
        if chunks:
            chunk = Chunk(self._epoch, "text", number=len(self._chunks), texts=tuple(chunks))
            self._chunks.extend(chunks)
            await self._event_bus.publish(self._topic, chunk)
