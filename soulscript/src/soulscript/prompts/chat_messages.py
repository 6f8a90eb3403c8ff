"""A soul as messages for any model: system message, examples as turns, and its opening."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from soulscript.model.dialogues import CHARACTER, PERSON, Turn, openings_of
from soulscript.model.soul import Soul
from soulscript.prompts.expansion import expanded
from soulscript.prompts.persona_budget import Count, Share, persona
from soulscript.text.macros import Scene

Role = Literal["system", "user", "assistant"]

_BYTES_PER_TOKEN: Final = 4
_SILENCE: Final = "…"
"""A person's turn where the character speaks first: many templates want one there."""
_EXAMPLE_MARK: Final = "[example]"
_EXAMPLES: Final = (
    f"Turns after {_EXAMPLE_MARK} show how you speak. They never happened in this conversation."
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a prompt."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """The messages, and how much of each part of the character they tell, in tokens."""

    messages: tuple[Message, ...]
    shares: tuple[Share, ...]

    @property
    def left_out(self) -> tuple[Share, ...]:
        """The parts that are not told whole."""
        return tuple(share for share in self.shares if share.told < share.whole)


def messages(
    soul: Soul,
    *,
    scene: Scene | None = None,
    budget: int | None = None,
    count: Count | None = None,
    style: str = "",
    opening: int | None = 0,
) -> Prompt:
    """Return the messages that make a model speak as the soul, before anybody has said a word.

    ``scene`` says what macros stand for, such as the person's name. ``budget`` is the most tokens
    of all messages together, by ``count`` (by default a quarter of the bytes): what has no room is
    left out in the order of ``YIELDS``. ``style`` is a last section of the system message, in the
    developer's own words. ``opening`` is the number of the soul's opening to begin with, or None.
    """
    soul = expanded(soul, scene)
    count = count or _estimate
    begun = openings_of(soul)
    first = () if opening is None or not begun else (begun[opening % len(begun)],)
    fixed = "\n\n".join(filter(None, [style.strip(), _EXAMPLES]))
    room = None
    if budget is not None:
        room = max(0, budget - count(fixed) - sum(map(count, first)))
    found = persona(soul, room, count)
    notes = [style.strip(), _EXAMPLES if found.dialogues else ""]
    system = "\n\n".join(filter(None, [found.text, *notes]))
    turns = [turn for dialogue in found.dialogues for turn in _example(dialogue)]
    for text in first:
        turns += [Message("user", _SILENCE), Message("assistant", text)]
    return Prompt((Message("system", system), *_alternating(turns)), found.shares)


def _estimate(text: str) -> int:
    return -(-len(text.encode("utf-8", "replace")) // _BYTES_PER_TOKEN)


def _example(dialogue: Iterable[Turn]) -> Iterator[Message]:
    begun = False
    for turn in dialogue:
        if turn.speaker == PERSON:
            yield Message("user", turn.text if begun else f"{_EXAMPLE_MARK} {turn.text}")
        else:
            if not begun:
                yield Message("user", f"{_EXAMPLE_MARK} {_SILENCE}")
            # A card may give words to several characters; the model plays them all.
            is_own = turn.speaker == CHARACTER
            yield Message("assistant", turn.text if is_own else f"{turn.speaker}: {turn.text}")
        begun = True


def _alternating(turns: Iterable[Message]) -> list[Message]:
    """Join turns of one role in a row."""
    joined: list[Message] = []
    for turn in turns:
        if joined and joined[-1].role == turn.role:
            last = joined.pop()
            joined.append(Message(turn.role, f"{last.content}\n{turn.content}"))
        else:
            joined.append(turn)
    return joined
