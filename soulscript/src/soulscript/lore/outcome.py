"""What an activation returns: the chosen entries, those left out, and why."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import Enum

from soulscript.lore.chat import Fired
from soulscript.lore.decorators import Role
from soulscript.lore.entries import LoreEntry, Place


class Why(Enum):
    """Why an entry went in."""

    CONSTANT = "constant"
    KEY = "key"
    RECURSION = "recursion"
    STICKY = "sticky"
    FORCED = "forced"
    KEPT = "kept"
    EXTERNAL = "external"


class Skip(Enum):
    """Why an entry whose key was found did not go in."""

    PROBABILITY = "probability"
    BUDGET = "budget"
    GROUP = "group"
    COOLDOWN = "cooldown"
    DELAY = "delay"
    SECONDARY = "secondary"
    CHARACTER = "character"
    TRIGGER = "trigger"
    RECURSION = "recursion"
    DECORATOR = "decorator"
    PATTERN = "pattern"
    OUTLET = "outlet"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an entry went in.

    ``key`` is the one that was found, with its macros expanded, and ``secondary`` those found with
    it. It was found ``back`` lines before the newest (0 is the newest); or in the text of the entry
    ``source``; or in the further text ``source``. All empty where no key was asked for.
    """

    kind: Why
    key: str = ""
    back: int | None = None
    source: str = ""
    secondary: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The reason as a clause."""
        match self.kind:
            case Why.CONSTANT:
                return "it is always in"
            case Why.STICKY:
                return "it stays in for some messages after it went in"
            case Why.FORCED:
                return "its decorator @@activate asks for it"
            case Why.KEPT:
                return "it went in before, and @@keep_activate_after_match keeps it"
            case Why.EXTERNAL:
                return "it was asked for from outside"
        also = "".join(f', with "{key}"' for key in self.secondary)
        return f'its key "{self.key}" was found in {self._where()}{also}'

    def _where(self) -> str:
        if self.back is None:
            return f'the entry "{self.source}"' if self.kind is Why.RECURSION else self.source
        if not self.back:
            return "the newest line"
        return f"the line {self.back} before the newest"


@dataclass(frozen=True, slots=True)
class Chosen:
    """An entry that goes in. ``text`` has no decorators; its macros are still to be expanded.

    ``depth`` counts messages from the newest, None where ``place`` is not between the lines.
    ``outlet`` is the name by which the text is called, "" for any other place.
    """

    entry: LoreEntry
    text: str
    place: Place
    depth: int | None
    role: Role
    outlet: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry whose key was found, or that is always in, and that did not go in."""

    entry: LoreEntry
    kind: Skip
    words: str


@dataclass(frozen=True, slots=True)
class Activation:
    """The outcome. ``chosen`` is in the order of insertion, what stands closer to the end last.

    ``fired`` is to be given to the next activation as ``Chat.earlier``; ``before`` are the records
    without this activation. ``disabled_prompts`` are names of prompts that chosen entries turn off.
    ``tokens`` are those of all chosen texts. ``warnings`` name the keys that are no regular
    expressions or took too long.
    """

    chosen: tuple[Chosen, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    fired: Mapping[str, Fired] = field(default_factory=dict)
    disabled_prompts: frozenset[str] = frozenset()
    tokens: int = 0
    warnings: tuple[str, ...] = ()
    before: Mapping[str, Fired] = field(default_factory=dict)

    def fired_without(self, ids: Collection[str]) -> dict[str, Fired]:
        """Return ``fired`` where the entries of these ids had no room in the prompt after all."""
        fired = {key: record for key, record in self.fired.items() if key not in ids}
        return fired | {key: record for key, record in self.before.items() if key in ids}
