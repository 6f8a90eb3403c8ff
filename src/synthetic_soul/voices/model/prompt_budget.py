"""The tokens of a prompt and of its reply, out of the model's context."""

from collections.abc import Iterable
from typing import Final

from synthetic_soul.caches import personal_cache
from synthetic_soul.llm.base import Message
from synthetic_soul.llm.token_estimate import Vocabulary, estimate_tokens, vocabulary_of
from synthetic_soul.settings import DEFAULT_CONTEXT

MIN_CONTEXT: Final = 1_024
"""Tokens of context below which nobody can be talked to: rules, a note and a message fill them."""
MIN_REPLY_TOKENS: Final = 256
MAX_DEFAULT_REPLY_TOKENS: Final = 4_096
"""Tokens for a reply where none are set: a quarter of the context, and not more than this.

The prompt says how long replies are. The rest is room for models that reason before they answer.
"""
MAX_USUAL_TOKENS: Final = 2_000
"""Tokens of a usual prompt, unless the context is so large that a fifth of it is more."""
_USUAL_PART: Final = 5  # of the context
_LEAST_REPLY_PART: Final = 10  # of the context
_MAX_REPLY_SHARE: Final = 0.5  # of the context
_THOUGHT_SHARE: Final = 0.5  # of the tokens of a reply
_UNDERESTIMATE: Final = 1.15  # by which an estimate may be too low
_MAX_UNDERESTIMATE: Final = 4.0
_MAX_PART_OF_REFUSED: Final = 0.9  # of a refused prompt; more is no other try
MESSAGE_TOKENS: Final = 4
"""Tokens that templates put around each message."""


class PromptBudget:
    """How many tokens a prompt and its reply may have; lowered where a provider refuses more.

    ``context`` and ``reply`` are in tokens; ``reply`` None derives it from the context. ``model``
    names the model; ``vocabulary`` is the one that its tokens are estimated by.
    """

    def __init__(
        self, context: int = DEFAULT_CONTEXT, reply: int | None = None, *, model: str = ""
    ) -> None:
        self.context = max(MIN_CONTEXT, context)
        self._reply = reply
        self.vocabulary: Vocabulary = vocabulary_of(model)
        self._underestimate = _UNDERESTIMATE

    @property
    def reply_tokens(self) -> int:
        """The tokens of a reply, reasoning included; at most half of the context."""
        derived = min(MAX_DEFAULT_REPLY_TOKENS, max(MIN_REPLY_TOKENS, self.context // 4))
        return min(self._reply or derived, int(self.context * _MAX_REPLY_SHARE))

    @property
    def thought_tokens(self) -> int:
        """The tokens of a thought, reasoning included."""
        return max(
            min(MIN_REPLY_TOKENS, self.reply_tokens), int(self.reply_tokens * _THOUGHT_SHARE)
        )

    @property
    def prompt_tokens(self) -> int:
        """The estimated tokens of a prompt that leaves room for the reply."""
        return int((self.context - self.reply_tokens) / self._underestimate)

    @property
    def longest_prompt_tokens(self) -> int:
        """The estimated tokens of the longest prompt, for a character of whom much is written.

        Its reply has less room than usual, unless the operator chose that.
        """
        least = self.reply_tokens if self._reply else self._least_reply_tokens
        return int((self.context - least) / self._underestimate)

    def reply_tokens_after(self, prompt_tokens: int) -> int:
        """Return the tokens of a reply to a prompt of so many estimated tokens."""
        room = self.context - int(prompt_tokens * self._underestimate)
        return min(self.reply_tokens, max(self._least_reply_tokens, room))

    @property
    def _least_reply_tokens(self) -> int:
        return min(self.reply_tokens, max(MIN_REPLY_TOKENS, self.context // _LEAST_REPLY_PART))

    @property
    def usual_tokens(self) -> int:
        """The tokens that a prompt has where neither soul nor message is long.

        More of an old conversation helps little; it costs time on small machines, and money.
        """
        return min(self.prompt_tokens, max(MAX_USUAL_TOKENS, self.context // _USUAL_PART))

    def tokens(self, text: str) -> int:
        """Return the estimated tokens of one message with this text, summed over its lines."""
        return _message_tokens(text, self.vocabulary)

    def count(self, messages: Iterable[Message]) -> int:
        """Return the estimated tokens of messages."""
        return sum(self.tokens(message.content) for message in messages)

    def count_once(self, messages: tuple[Message, ...]) -> int:
        """Return the same of messages that stand in many prompts: they are counted once."""
        return _count_once(messages, self.vocabulary)

    def exceeded(self, limit: int | None, *, sent: int) -> bool:
        """Lower the budget after a refusal; return whether a smaller prompt can now be tried.

        ``sent`` was ``longest_prompt_tokens`` when the prompt was made: where it has been lowered
        since, by another conversation's refusal, that is enough. ``limit`` is the context in tokens
        that the provider named. Without one the context is halved. One that is hardly smaller than
        was assumed means that the estimate was too low.
        """
        if self.longest_prompt_tokens < sent:
            return True
        named = self.context // 2 if limit is None else limit
        self.context = min(self.context, max(MIN_CONTEXT, named))
        if limit is not None and self.longest_prompt_tokens > sent * _MAX_PART_OF_REFUSED:
            self._underestimate = min(_MAX_UNDERESTIMATE, self._underestimate * 2)
        return self.longest_prompt_tokens < sent


def _message_tokens(text: str, vocabulary: Vocabulary) -> int:
    lines = text.split("\n")
    estimates = (estimate_tokens(line, vocabulary) for line in lines)
    return sum(estimates) + len(lines) - 1 + MESSAGE_TOKENS


@personal_cache(64)
def _count_once(messages: tuple[Message, ...], vocabulary: Vocabulary) -> int:
    return sum(_message_tokens(message.content, vocabulary) for message in messages)
