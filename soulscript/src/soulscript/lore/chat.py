"""What the activation of lore depends on beside the entries: the chat and the settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final

from pydantic import JsonValue

from soulscript.formats.base import as_number, as_text
from soulscript.jsontext.parser import JsonObject, as_object

_CHARS_PER_TOKEN: Final = 4


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chat."""

    speaker: str
    text: str
    is_character: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """The messages through which an entry is sticky or cools down: after ``start``, before ``end``.

    ``is_protected``: it holds also if the chat has not gone on since.
    """

    start: int
    end: int
    is_protected: bool = False

    def dump(self) -> JsonValue:
        """Return it as JSON."""
        return [self.start, self.end, self.is_protected]

    @classmethod
    def load(cls, value: JsonValue) -> "Span | None":
        """Read what ``dump`` returned; None for anything else."""
        parts = value if isinstance(value, list) else []
        numbers = [number for part in parts[:2] if (number := as_number(part)) is not None]
        if len(numbers) < 2:  # noqa: PLR2004 - a start and an end
            return None
        return cls(int(numbers[0]), int(numbers[1]), parts[2:] == [True])


@dataclass(frozen=True, slots=True)
class Fired:
    """When an entry went in: at which message first and last, and how often.

    ``version`` is that of an entry with times; a changed one neither stays in nor cools down.
    """

    first: int
    last: int
    times: int = 1
    version: str = ""
    sticky: Span | None = None
    cooldown: Span | None = None

    def dump(self) -> JsonObject:
        """Return it as JSON."""
        return {
            "first": self.first,
            "last": self.last,
            "times": self.times,
            "version": self.version,
            "sticky": self.sticky.dump() if self.sticky else None,
            "cooldown": self.cooldown.dump() if self.cooldown else None,
        }

    @classmethod
    def load(cls, value: JsonValue) -> "Fired":
        """Read what ``dump`` returned; what is missing or of another type is 0 or none."""
        fields = as_object(value)
        first, last, times = (
            int(as_number(fields.get(k)) or 0) for k in ("first", "last", "times")
        )
        return cls(
            first,
            last,
            times,
            as_text(fields.get("version")),
            Span.load(fields.get("sticky")),
            Span.load(fields.get("cooldown")),
        )


@dataclass(frozen=True, slots=True)
class Chat:
    """A chat as it stands when something is about to be said.

    - ``lines``: the last of them, the newest last; ``number``: how many there are in the whole
      chat, and ``character_number`` how many of them the character said; None counts ``lines``.
    - ``character``, ``person``: the names that macros stand for, the person's "" if unknown.
    - ``seed`` decides all chance, together with the ids of the entries.
    - ``earlier``: id of an entry -> when it went in, as the last activation returned it.
    - ``greeting``: index of the greeting that began the chat, 0 for the first; None if unknown.
    - ``user_icon``: name of the person's picture; None if there is none.
    - ``names``, ``tags``: names and tags of the character for filters, beside ``character``; None
      if the tags are unknown.
    - ``trigger``: kind of the generation, as SillyTavern calls it.
    - ``sources``: further texts that entries may be matched with: ``description``,
      ``personality``, ``scenario``, ``persona_description``, ``depth_prompt``, ``creator_notes``.
    - ``injected``: texts that are scanned for every entry, such as the author's note.
    - ``external``: ids of entries that something else has activated, such as likeness of meaning.
    """

    lines: tuple[Line, ...] = ()
    number: int | None = None
    character_number: int | None = None
    character: str = ""
    person: str = ""
    seed: str = ""
    earlier: Mapping[str, Fired] = field(default_factory=dict)
    greeting: int | None = None
    user_icon: str | None = None
    names: tuple[str, ...] = ()
    tags: tuple[str, ...] | None = None
    trigger: str = "normal"
    sources: Mapping[str, str] = field(default_factory=dict)
    injected: tuple[str, ...] = ()
    external: frozenset[str] = frozenset()

    @property
    def length(self) -> int:
        """How many messages there are."""
        return len(self.lines) if self.number is None else self.number

    @property
    def character_length(self) -> int:
        """How many messages the character said."""
        if self.character_number is None:
            return sum(line.is_character for line in self.lines)
        return self.character_number


def rough_tokens(text: str) -> int:
    """Estimate the tokens of a text: one for four characters, at least one if there are any."""
    return -(-len(text) // _CHARS_PER_TOKEN)


@dataclass(frozen=True, slots=True)
class LoreSettings:
    """How entries are activated, where neither they nor their book say otherwise.

    - ``scan_depth``: how many of the newest lines are scanned.
    - ``budget``: tokens that the texts of all chosen entries stay below; None for no limit. A book
      can only lower it. ``count_tokens`` counts those of a text.
    - ``is_recursive``: whether chosen entries activate others; ``max_steps`` is how often all are
      tried at most, 0 for no limit, 1 for no recursion.
    - ``min_activations``: scan further back until so many are chosen, 0 for never, and back to
      ``min_activations_depth`` lines, 0 for all.
    - ``includes_names``: whether the names of the speakers are scanned.
    - ``regex_seconds``: how long one regular expression may take; all together, ten times that.
    """

    scan_depth: int = 2
    budget: int | None = 1024
    count_tokens: Callable[[str], int] = rough_tokens
    is_recursive: bool = False
    max_steps: int = 0
    min_activations: int = 0
    min_activations_depth: int = 0
    case_sensitive: bool = False
    whole_words: bool = False
    use_group_scoring: bool = False
    includes_names: bool = True
    regex_seconds: float = 0.02
