"""The port: what the rest of the engine may ask of a model, and nothing a vendor calls it.

    complete    messages -> text
    stream      messages -> text as it comes
    structured  messages -> a checked pydantic value

``max_tokens`` bounds the reply. ``deadline`` is in seconds and covers the whole call: waiting,
retries, repair and the last piece of text. Every failure is a ``ModelError`` of ``errors.py``.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel

Role = Literal["system", "user", "assistant"]
T = TypeVar("T", bound=BaseModel)

_CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Message:
    """One part of a prompt."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call cost: tokens read, tokens written, requests sent (retries included)."""

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
    """An answer that fits the schema it was asked by."""

    value: T
    usage: Usage


class ModelStream(Protocol):
    """Text as it comes; close it always, also when it was read to its end."""

    @property
    def usage(self) -> Usage:
        """What the call cost; complete once the stream has ended."""
        ...

    def __aiter__(self) -> AsyncIterator[str]:
        """Return the stream itself."""
        ...

    async def __anext__(self) -> str:
        """Return the next piece, never empty; raises a ``ModelError`` where the answer breaks."""
        ...

    async def aclose(self) -> None:
        """Give up the connection; a second time does nothing."""
        ...


class Model(Protocol):
    """One model of one provider."""

    @property
    def name(self) -> str:
        """Provider and model, for people: ``openai/gpt-4o-mini``."""
        ...

    def stream(
        self, messages: Sequence[Message], *, max_tokens: int, deadline: float
    ) -> ModelStream:
        """Answer in pieces. Nothing is sent before the first piece is asked for."""
        ...

    async def complete(
        self, messages: Sequence[Message], *, max_tokens: int, deadline: float
    ) -> Completion:
        """Answer in one piece, which is never empty."""
        ...

    async def structured(
        self, messages: Sequence[Message], schema: type[T], *, max_tokens: int, deadline: float
    ) -> Structured[T]:
        """Answer with a value of ``schema``; ``ModelGarbled`` if one repair is no help."""
        ...

    async def aclose(self) -> None:
        """Close the connections, which models of one provider share."""
        ...


def estimate_tokens(characters: int) -> int:
    """Return the tokens in so many characters of prose, at four a token, rounded up."""
    return -(-characters // _CHARACTERS_PER_TOKEN)
