"""Who a character is, as text for a model and within a budget of tokens.

Where not all of it fits, whole sentences, items and dialogues are left out, in the order of
``YIELDS``: from the end of one part after the other.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from soulscript.model.dialogues import Turn, dialogues_of
from soulscript.model.soul import Soul
from soulscript.prompts.system_prompt import Section, sections

Count = Callable[[str], int]
"""Counts or estimates the tokens of a text."""

YIELDS: Final = (
    "views",
    "examples",
    "instructions",
    "lore",
    "values",
    "traits",
    "expertise",
    "relationship",
    "scenario",
    "form",
    "background",
    "voice",
    "personality",
    "boundaries",
    "identity",
)
"""The parts of a character by how soon they yield where there is no room for all."""
EXAMPLES: Final = "examples"
_TOKEN: Final = re.compile(
    r"[^\n.!?…。！？]+|\n+"
    r"|(?P<end>[.!?…]+[\"”’')*\]]*(?=\s|\Z)[ \t]*|[。！？]+[」』”’]*[ \t]*)|[.!?…]+"
)
_TURN_TOKENS: Final = 4  # that a template puts around a turn


@dataclass(frozen=True, slots=True)
class Share:
    """How much of a part of the character is told: tokens ``told`` of ``whole``."""

    part: str
    told: int
    whole: int


@dataclass(frozen=True, slots=True)
class Persona:
    """What is told of a character: its sections, its example dialogues, and a share per part."""

    text: str
    dialogues: tuple[tuple[Turn, ...], ...]
    shares: tuple[Share, ...]


@dataclass(slots=True)
class _Part:
    """A section or the dialogues, in pieces that are told or left out whole."""

    name: str
    pieces: list[str]
    tokens: list[int]
    is_list: bool = False
    whole: int = field(init=False)

    def __post_init__(self) -> None:
        self.whole = sum(self.tokens)

    @property
    def told(self) -> int:
        return sum(self.tokens)

    def shorten(self) -> int:
        """Drop the last piece, with a head that would stand alone; return its tokens."""
        dropped = self.tokens.pop()
        self.pieces.pop()
        if self.is_list and len(self.pieces) == 1:
            dropped += self.tokens.pop()
            self.pieces.pop()
        return dropped


def persona(
    soul: Soul, limit: int | None, count: Count, *, further: Sequence[Section] = ()
) -> Persona:
    """Return who a character is, in at most ``limit`` tokens (None: all of it).

    ``soul`` has its macros expanded. ``further`` are sections behind its own, such as lore.
    """
    told = [_part(section, count) for section in (*sections(soul), *further)]
    dialogues = dialogues_of(soul)
    spoken = _Part(EXAMPLES, ["" for _ in dialogues], [_cost(each, count) for each in dialogues])
    parts = [*told, spoken]
    if limit is not None:
        _fit(parts, limit)
    texts = ("".join(part.pieces).rstrip() for part in told)
    shares: dict[str, tuple[int, int]] = {}
    for part in parts:
        before = shares.get(part.name, (0, 0))
        shares[part.name] = before[0] + part.told, before[1] + part.whole
    return Persona(
        "\n\n".join(filter(None, texts)),
        dialogues[: len(spoken.pieces)],
        tuple(Share(name, *share) for name, share in shares.items() if share[1]),
    )


def _fit(parts: Sequence[_Part], limit: int) -> None:
    total = sum(part.told for part in parts)
    # What no name is known of yields first.
    ranks: Mapping[str, int] = {name: rank for rank, name in enumerate(YIELDS)}
    for part in sorted(parts, key=lambda part: ranks.get(part.name, -1)):
        is_last = part.name == YIELDS[-1]
        while total > limit and len(part.pieces) > is_last:
            total -= part.shorten()


def _part(section: Section, count: Count) -> _Part:
    if section.is_list:
        pieces = [f"{section.head}\n", *(f"- {_indented(item)}\n" for item in section.items)]
    else:
        (text,) = section.items
        pieces = [*_pieces(_without_gaps(text))]
        if section.head:
            gap = "\n" if "\n" in text.strip() else " "
            pieces[0] = f"{section.head}:{gap}{pieces[0]}"
    return _Part(section.part, pieces, [count(piece) for piece in pieces], section.is_list)


def _pieces(text: str) -> Iterator[str]:
    """Yield a text's sentences and lines, with the blanks behind them."""
    piece: list[str] = []
    is_over = False
    for match in _TOKEN.finditer(text):
        if is_over and match[0].strip():
            yield "".join(piece)
            piece, is_over = [], False
        piece.append(match[0])
        is_over = is_over or bool(match["end"]) or match[0][0] == "\n"
    yield "".join(piece)


def _without_gaps(text: str) -> str:
    """Take out empty lines, which part the sections of a prompt."""
    return "\n".join(line.rstrip() for line in text.splitlines() if line.strip())


def _indented(item: str) -> str:
    return "\n  ".join(line.strip() for line in item.splitlines() if line.strip())


def _cost(dialogue: Iterable[Turn], count: Count) -> int:
    return sum(count(turn.text) + _TURN_TOKENS for turn in dialogue)
