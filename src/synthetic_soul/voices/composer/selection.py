"""Phrase selection: a function of soul, message and earlier replies, and nothing else.

There is no chance and no clock: variety comes from SHA-256 over the soul, the message
and the number of replies so far.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from typing_extensions import override

from soulscript import EngineNotes, Soul
from soulscript.prompts import EXAMPLES_KEY
from synthetic_soul.caches import personal_cache
from synthetic_soul.voices.composer.grammar import upper_first
from synthetic_soul.voices.composer.phrase_book import FIELD, Phrase, phrase_book
from synthetic_soul.voices.composer.register import Register, register

RECENT_REPLIES: Final = 40
"""A phrase is not said again within so many replies, as far as choices allow."""

_VARIANTS: Final[Mapping[str, tuple[str, ...]]] = {
    "new": ("new",), "known": (), "friend": ("friend",), "dear": ("dear", "friend"),
    "cold": ("wary",), "wary": ("wary",), "hurt": ("hurt", "wary"),
}  # fmt: skip
_CLAUSE_FIELDS: Final = frozenset({"fact", "facts", "clause", "echo"})
_GUARDED_TEMPERS: Final = frozenset({"cold", "wary", "hurt"})
_LIGHT: Final = frozenset({"playful", "dry"})
_FOND: Final = frozenset({"warm", "playful"})
_UNSAFE: Final = re.compile(r"[{}\n\r]")
_SERIOUS_KEYS: Final = frozenset({"bad", "tender", "care", "feel", "wounded", "insult", "apology"})


@dataclass(frozen=True, slots=True)
class Template:
    """A phrase as one soul says it; ``rank`` is 0 for the soul's own line, else 1 or more.

    ``pieces`` is the fixed text between the fields; ``manners`` are those it was written for.
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


class SoulKey:
    """A soul by identity: souls are frozen, but their dicts keep them from being hashed."""

    __slots__ = ("soul",)

    def __init__(self, soul: Soul) -> None:
        self.soul = soul

    @override
    def __hash__(self) -> int:
        return id(self.soul)

    @override
    def __eq__(self, other: object) -> bool:
        return isinstance(other, SoulKey) and other.soul is self.soul


def character(soul: Soul) -> Character:
    """Read ``soul``; the last 64 souls are cached."""
    return _character(SoulKey(soul))


@personal_cache(64)
def _character(same: SoulKey) -> Character:
    soul = same.soul
    speech = register(soul)
    book = {key: _suitable(phrases, speech) for key, phrases in phrase_book().items()}
    return Character(soul, soul.engine, speech, _seed(soul), book)


def _seed(soul: Soul) -> str:
    """Return the digest of the soul but for its examples, which only a model imitates."""
    spoken = {key: value for key, value in soul.dump().items() if key != EXAMPLES_KEY}
    return Soul.model_validate(spoken).digest


def _suitable(phrases: Iterable[Phrase], speech: Register) -> tuple[Template, ...]:
    return tuple(
        template_of(speech.voiced(phrase.text), rank + 1, phrase.manners)
        for phrase in phrases
        if (rank := speech.rank(phrase.manners)) is not None
    )


@personal_cache(1 << 13)
def template_of(text: str, rank: int = 0, manners: tuple[str, ...] = ()) -> Template:
    """Return a line as a template."""
    phrase = Phrase(text)
    return Template(text, phrase.fields, phrase.pieces, rank, manners)


def _is_only_for(template: Template, manners: frozenset[str]) -> bool:
    return bool(template.manners) and manners.issuperset(template.manners)


def templates_of(lines: Iterable[str]) -> tuple[Template, ...]:
    """Return the soul's own lines as templates, without those with braces or line breaks."""
    fit = [line.strip() for line in lines if not _UNSAFE.search(line)]
    return tuple(template_of(line) for line in fit if line)


@dataclass(frozen=True, slots=True)
class Draw:
    """Reproducible variety: SHA-256 over the soul's digest, a seed, and the number of the attempt.

    ``attempt`` counts the tries at one reply, so that another try chooses otherwise.
    """

    digest: str
    seed: str
    attempt: int = 0

    def chance(self, slot: str, share: float) -> bool:
        """Return whether what happens in ``share`` of replies happens in this one."""
        return self.order(slot)[0] < share * 256

    def order(self, *parts: str) -> bytes:
        """Return a key by which options are sorted as if shuffled."""
        key = "\x1f".join((self.digest, self.seed, str(self.attempt), *parts))
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).digest()


@dataclass(slots=True)
class PhraseSelector:
    """Chooses phrases for one reply; it never gives the same phrase twice.

    ``earlier`` are earlier replies, newest first, casefolded. Any phrase may use ``fields``, and
    any field with a capital where it begins a sentence: ``{Fact}`` is ``fact`` so written.
    ``temper`` selects the variants of a key (``_VARIANTS``); ``sober`` excludes light phrases where
    a key is not serious in itself; ``free`` gives all fitting phrases the same rank.
    """

    character: Character
    draw: Draw
    earlier: Sequence[str]
    fields: Mapping[str, str]
    temper: str = "known"
    sober: bool = False
    free: bool = False
    _used: set[str] = field(default_factory=set)
    _joined: str | None = None

    def say(self, *keys: str, **fields: str) -> str:
        """Return a phrase of the first key that has a fitting one, filled in, or ""."""
        return self.offer((), *keys, **fields)

    def offer(self, lines: Sequence[Template], *keys: str, **fields: str) -> str:
        """Return the same with the soul's own lines as further candidates."""
        values = {**self.fields, **fields}
        # Whole clauses follow the register like the phrases around them.
        for key in _CLAUSE_FIELDS & fields.keys():
            values[key] = self.character.register.voiced(fields[key])
        values |= {key.capitalize(): upper_first(text) for key, text in values.items()}
        for key in keys:
            unused = [o for o in (*lines, *self._section(key)) if o.text not in self._used]
            fitting = [o for o in unused if o.fields <= values.keys()]
            if fitting:
                return self._fill(self._best(key, fitting), values)
        return ""

    def _section(self, key: str) -> list[Template]:
        """Return the phrases of a key that suit the temper: its variant alone when guarded."""
        book = self.character.book
        special = [o for name in _VARIANTS[self.temper] for o in book.get(f"{key}.{name}", ())]
        guarded = self.temper in _GUARDED_TEMPERS
        if guarded and special:
            return special
        if self.sober and (gentle := book.get(f"{key}.tender")):
            return list(gentle)
        templates = [*special, *book.get(key, ())]
        serious = key.partition(".")[0]
        if serious in _SERIOUS_KEYS and not (serious == "feel" and self.sober):
            return templates
        # Neither grief nor a grudge goes with a joke; and a grudge is not warm.
        if self.sober:
            templates = [o for o in templates if not _is_only_for(o, _LIGHT)]
        return [o for o in templates if not _is_only_for(o, _FOND)] if guarded else templates

    def mark_used(self, line: str) -> None:
        """Keep ``line``, which was taken as it stands, out of the rest of the reply."""
        self._used.add(line)

    def pick(self, slot: str, lines: Iterable[str]) -> str:
        """Return the least recently used of the soul's own lines, or ""."""
        templates = [o for o in templates_of(lines) if o.text not in self._used]
        return self._fill(self._best(slot, templates), {}) if templates else ""

    @property
    def earlier_text(self) -> str:
        """All earlier replies in one text, for quick look-ups."""
        if self._joined is None:
            self._joined = "\x1e".join(self.earlier)
        return self._joined

    def is_fresh(self, line: str) -> bool:
        """Return whether the line was not said before, nor in this reply."""
        pieces = template_of(line).pieces
        if line in self._used:
            return False
        if not all(piece in self.earlier_text for piece in pieces):
            return True
        return not any(_contains_in_order(text, pieces) for text in self.earlier)

    def is_new(self, template: Template) -> bool:
        """Return whether no phrase of this template was said lately."""
        return not self._staleness(template)

    def used_lately(self, *keys: str, replies: int) -> bool:
        """Return whether one of the last ``replies`` used a phrase of ``keys``."""
        templates = [o for key in keys for o in self.character.book.get(key, ())]
        recent = self.earlier[:replies]
        return any(_contains_in_order(text, o.pieces) for text in recent for o in templates)

    def chance(self, slot: str, share: float) -> bool:
        """Return whether what happens in ``share`` of replies happens in this one."""
        return self.draw.chance(slot, share)

    def _best(self, key: str, templates: Sequence[Template]) -> Template:
        def order(template: Template) -> tuple[int, int, bytes]:
            rank = 0 if self.free else template.rank
            return self._staleness(template), rank, self.draw.order(key, template.text)

        return min(templates, key=order)

    def _staleness(self, template: Template) -> int:
        if not all(piece in self.earlier_text for piece in template.pieces):
            return 0
        recent = self.earlier[:RECENT_REPLIES]
        for place, text in enumerate(recent):
            if _contains_in_order(text, template.pieces):
                return len(recent) - place
        return 0

    def _fill(self, template: Template, values: Mapping[str, str]) -> str:
        self._used.add(template.text)
        return FIELD.sub(lambda match: values[match[1]], template.text)


def _contains_in_order(text: str, pieces: Sequence[str]) -> bool:
    """Return whether all pieces stand in the text, in their order."""
    start = 0
    for piece in pieces:
        place = text.find(piece, start)
        if place < 0:
            return False
        start = place + len(piece)
    return bool(pieces)
