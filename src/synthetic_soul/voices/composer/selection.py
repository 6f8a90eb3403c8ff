"""The choice of words: a function of soul, message and what was said before, and nothing else.

No chance and no clock: what looks like whim is SHA-256 over the soul's digest, the text that is
answered and the number of replies so far.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from synthetic_soul.voices.composer.phrase_book import FIELD, Phrase, phrase_book
from synthetic_soul.voices.composer.register import Register, register

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from soulscript import EngineNotes, Soul

WINDOW: Final = 40
"""A phrase is not said again within so many replies, as far as choices allow."""


_VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "new": ("new",), "known": (), "friend": ("friend",), "dear": ("dear", "friend"),
    "cold": ("wary",), "wary": ("wary",), "hurt": ("hurt", "wary"),
}  # fmt: skip
_CLAUSES: Final = frozenset({"fact", "Fact", "facts", "Facts", "clause", "echo", "Echo"})
_GUARDED: Final = frozenset({"cold", "wary", "hurt"})
_LIGHT: Final = frozenset({"playful", "dry"})
_FOND: Final = frozenset({"warm", "playful"})
_SERIOUS: Final = frozenset({"bad", "tender", "care", "feel", "wounded", "insult", "apology"})


@dataclass(frozen=True, slots=True)
class Template:
    """A phrase as one soul says it: its text, fields, fixed pieces, and rank (0 its own line).

    ``manners`` are those it was written for, none for a soul's own line.
    """

    text: str
    fields: frozenset[str]
    pieces: tuple[str, ...]
    rank: int
    manners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Character:
    """What the composer reads off a soul once: notes, register, and the phrases that suit it."""

    soul: Soul
    notes: EngineNotes
    register: Register
    digest: str
    book: Mapping[str, tuple[Template, ...]]


class Same:
    """A soul by identity: souls are frozen, but their dicts keep them from being hashed."""

    __slots__ = ("soul",)

    def __init__(self, soul: Soul) -> None:
        self.soul = soul

    def __hash__(self) -> int:
        return id(self.soul)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and other.soul is self.soul


def character(soul: Soul) -> Character:
    """Read ``soul`` once; the last 64 souls are kept."""
    return _character(Same(soul))


@lru_cache(maxsize=64)
def _character(same: Same) -> Character:
    soul = same.soul
    manner = register(soul)
    return Character(
        soul=soul, notes=soul.engine, register=manner, digest=soul.digest, book=_suited(manner)
    )


def _suited(manner: Register) -> dict[str, tuple[Template, ...]]:
    book: dict[str, tuple[Template, ...]] = {}
    for key, phrases in phrase_book().items():
        ranked = ((phrase, manner.rank(phrase.manners)) for phrase in phrases)
        book[key] = tuple(
            template(manner.voiced(phrase.text), rank + 1, manners=phrase.manners)
            for phrase, rank in ranked
            if rank is not None
        )
    return book


@lru_cache(maxsize=1 << 13)
def template(text: str, rank: int = 0, manners: tuple[str, ...] = ()) -> Template:
    """A line as something to choose."""
    phrase = Phrase(text)
    return Template(
        text=text, fields=phrase.fields, pieces=phrase.pieces, rank=rank, manners=manners
    )


def _only(choice: Template, manners: frozenset[str]) -> bool:
    return bool(choice.manners) and manners.issuperset(choice.manners)


def own_templates(lines: Iterable[str]) -> tuple[Template, ...]:
    """The soul's own lines as options; a line with braces or line breaks is left out."""
    return tuple(template(line.strip()) for line in lines if line.strip() and not _odd(line))


def _odd(line: str) -> bool:
    return any(mark in line for mark in "{}\n\r")


@dataclass(slots=True)
class PhraseSelector:
    """Chooses phrases for one reply; it never gives the same phrase twice.

    ``said`` are earlier replies, newest first, casefolded. ``fields`` are what any phrase may use.
    ``temper`` says which sections of a key count (``_VARIANTS``); ``sober`` keeps out what is
    light wherever a key is not serious in itself; ``free`` lets every fitting phrase count alike.
    ``attempt`` numbers the tries at one reply, so
    that another try chooses otherwise.
    """

    character: Character
    seed: str
    said: Sequence[str]
    fields: dict[str, str]
    temper: str = "known"
    sober: bool = False
    free: bool = False
    attempt: int = 0
    used: set[str] = field(default_factory=set)
    _joined: str | None = None

    def say(self, *keys: str, **fields: str) -> str:
        """A phrase of the first key that has a fitting one, filled in; "" where none has."""
        return self.offer((), *keys, **fields)

    def offer(self, lines: Sequence[Template], *keys: str, **fields: str) -> str:
        """The same with further options: the soul's own lines."""
        # Whole clauses follow the register like the phrases around them.
        voiced = self.character.register.voiced
        told = {key: voiced(text) if key in _CLAUSES else text for key, text in fields.items()}
        known = self.fields | told
        for key in keys:
            templates = (*lines, *self._section(key))
            fitting = [o for o in templates if o.fields <= known.keys() and o.text not in self.used]
            if fitting:
                return self._fill(self._best(key, fitting), known)
        return ""

    def _section(self, key: str) -> list[Template]:
        """The phrases of a key that suit the temper: hers alone when guarded, else all."""
        book = self.character.book
        special = [o for name in _VARIANTS[self.temper] for o in book.get(f"{key}.{name}", ())]
        guarded = self.temper in _GUARDED
        if guarded and special:
            return special
        if self.sober and (kept := book.get(f"{key}.tender")):
            return list(kept)
        templates = [*special, *book.get(key, ())]
        serious = key.partition(".")[0]
        if serious in _SERIOUS and not (serious == "feel" and self.sober):
            return templates
        # Neither grief nor a grudge goes with a joke; and a grudge is not warm.
        if self.sober:
            templates = [o for o in templates if not _only(o, _LIGHT)]
        return [o for o in templates if not _only(o, _FOND)] if guarded else templates

    def pick(self, slot: str, lines: Iterable[str]) -> str:
        """One of the soul's own lines, the one longest unsaid; "" of none."""
        templates = [o for o in own_templates(lines) if o.text not in self.used]
        return self._fill(self._best(slot, templates), {}) if templates else ""

    @property
    def all_said(self) -> str:
        """Everything said before in one text, to look things up fast."""
        if self._joined is None:
            self._joined = "\x1e".join(self.said)
        return self._joined

    def unsaid(self, line: str) -> bool:
        """Whether the line was neither said before, as far as is known, nor in this reply."""
        pieces = template(line).pieces
        if line in self.used:
            return False
        if not all(piece in self.all_said for piece in pieces):
            return True
        return not any(_holds(text, pieces) for text in self.said)

    def lately(self, *keys: str, replies: int) -> bool:
        """Whether one of the last ``replies`` used a phrase of ``keys``."""
        book = self.character.book
        return any(
            _holds(text, o.pieces)
            for text in self.said[:replies]
            for key in keys
            for o in book.get(key, ())
        )

    def chance(self, slot: str, share: float) -> bool:
        """Whether something that happens in ``share`` of replies happens in this one."""
        return self._mark(slot)[0] < share * 256

    def _best(self, key: str, templates: Sequence[Template]) -> Template:
        def order(choice: Template) -> tuple[int, int, bytes]:
            rank = 0 if self.free else choice.rank
            return self._staleness(choice), rank, self._mark(key, choice.text)

        return min(templates, key=order)

    def _staleness(self, choice: Template) -> int:
        if not all(piece in self.all_said for piece in choice.pieces):
            return 0
        recent = self.said[:WINDOW]
        for place, text in enumerate(recent):
            if _holds(text, choice.pieces):
                return len(recent) - place
        return 0

    def _mark(self, *parts: str) -> bytes:
        key = "\x1f".join((self.character.digest, self.seed, str(self.attempt), *parts))
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()

    def _fill(self, choice: Template, fields: Mapping[str, str]) -> str:
        self.used.add(choice.text)
        return FIELD.sub(lambda match: fields[match[1]], choice.text)


def _holds(text: str, pieces: Sequence[str]) -> bool:
    """Whether all pieces stand in the text, in their order."""
    start = 0
    for piece in pieces:
        found = text.find(piece, start)
        if found < 0:
            return False
        start = found + len(piece)
    return bool(pieces)
