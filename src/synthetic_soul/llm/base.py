"""The model port: the interface that adapters implement, free of vendor types.

    complete    messages -> text
    stream      messages -> text as it is generated
    structured  messages -> a validated pydantic value
    embed       texts -> vectors of what they mean

``max_tokens`` bounds the reply. ``deadline`` is in seconds and covers the whole call: waiting,
retries, repair and the last piece of text. Every failure is a ``ModelError`` of ``errors.py``.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

Role = Literal["system", "user", "assistant"]
T = TypeVar("T", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class Message:
    """One part of a prompt."""

    role: Role
    content: str


def merge_roles(messages: Iterable[Message], gap: Callable[[Message], str]) -> list[Message]:
    """Return messages whose roles differ from one to the next: those of one role become one.

    ``gap`` gives what stands before a message that is added to another.
    """
    merged: list[Message] = []
    for message in messages:
        if merged and merged[-1].role == message.role:
            content = f"{merged[-1].content}{gap(message)}{message.content}"
            merged[-1] = Message(message.role, content)
        else:
            merged.append(message)
    return merged


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call cost: prompt tokens, reply tokens, requests sent (retries included)."""

    prompt_tokens: int = 0
    reply_tokens: int = 0
    calls: int = 0

    def __add__(self, other: "Usage") -> "Usage":
        """Return what both cost together."""
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.reply_tokens + other.reply_tokens,
            self.calls + other.calls,
        )


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer."""

    text: str
    usage: Usage


@dataclass(frozen=True, slots=True)
class Structured(Generic[T]):
    """An answer that fits the requested schema."""

    value: T
    usage: Usage


class ModelStream(Protocol):
    """A reply as an iterator of texts; always close it, even after reading it to its end."""

    @property
    def usage(self) -> Usage:
        """What the call cost: as the provider counted it, else estimated from the text so far."""

    @property
    def was_cut(self) -> bool:
        """After the end: whether the provider ended the reply for its length."""

    @property
    def reasoned(self) -> bool:
        """Whether the model has reasoned so far, apart from the text."""

    def __aiter__(self) -> AsyncIterator[str]:
        """Return the stream itself."""

    async def __anext__(self) -> str:
        """Return the next text, never empty; raises a ``ModelError`` where the answer breaks."""

    async def aclose(self) -> None:
        """Release the connection; a second call does nothing."""


class Model(Protocol):
    """One model of one provider."""

    @property
    def name(self) -> str:
        """Provider and model for display: ``openai/gpt-4o-mini``."""

    @property
    def separates_reasoning(self) -> bool:
        """Whether reasoning is known never to stand in the text of a reply."""

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        deadline: float,
        stop: Sequence[str] = (),
    ) -> ModelStream:
        """Answer as a stream that ends before any of the texts in ``stop``, four at most.

        Nothing is sent before the first text is requested.
        """

    async def complete(
        self, messages: Sequence[Message], *, max_tokens: int, deadline: float
    ) -> Completion:
        """Answer with the whole text, which is never empty."""

    async def structured(
        self, messages: Sequence[Message], schema: type[T], *, max_tokens: int, deadline: float
    ) -> Structured[T]:
        """Answer with a value of ``schema``; ``ModelGarbled`` if one repair does not help."""

    async def aclose(self) -> None:
        """Close the connections, which the models of one provider share."""


@dataclass(frozen=True, slots=True)
class Embedded:
    """A vector for each text, all of one length."""

    vectors: Sequence[Sequence[float]]
    usage: Usage


class Embedder(Protocol):
    """One embedding model of one provider; its vectors compare by their angle."""

    @property
    def name(self) -> str:
        """Provider and model: vectors of another name do not compare."""

    async def embed(self, texts: Sequence[str], *, deadline: float) -> Embedded:
        """Return the vectors of some texts, in their order."""
