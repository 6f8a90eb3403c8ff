"""Which entries of a lorebook go into a prompt, as SillyTavern and cards V3 have it.

All entries are tried, those of the highest order first. Those that are found pass their groups,
their probability and the budget. If the book is recursive, all that are left are tried again with
the texts of the chosen ones, until nothing new is found. Where SillyTavern and the specification
of V3 differ, entries that SillyTavern wrote follow it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Final

from soulscript.lore.book import Lorebook, PreparedEntry
from soulscript.lore.chance import chance
from soulscript.lore.chat import Chat, LoreSettings
from soulscript.lore.checks import Checks, matches_secondary
from soulscript.lore.entries import MAX_SCAN_DEPTH, Logic, LoreEntry, Place
from soulscript.lore.inclusion_groups import GroupRules, losers
from soulscript.lore.keys import Haystack, Key, Stopwatch
from soulscript.lore.outcome import Activation, Chosen, Reason, Skip, Skipped, Why
from soulscript.lore.scan import ScannedText, scene_of
from soulscript.lore.timed import TimedEffects
from soulscript.text.macros import MacroBudget, expand

_PERCENT: Final = 100
_MAX_RECURSIONS: Final = 64
"""No book means so long a chain of entries; one that is made to cost time has it."""


class _Step(Enum):
    """Why the entries are tried once more."""

    FIRST = "the chat"
    RECURSION = "texts of chosen entries"
    FURTHER_BACK = "too few were chosen"


@dataclass(slots=True)
class _Taken:
    """An entry that goes in, with the tokens of its text."""

    prepared: PreparedEntry
    reason: Reason
    tokens: int


def activate(
    entries: Lorebook | Iterable[LoreEntry], chat: Chat, settings: LoreSettings | None = None
) -> Activation:
    """Return which entries go into the prompt for the next line of a chat, and why.

    Make a ``Lorebook`` of the entries once and give that: its keys are then made ready once. The
    same arguments give the same result, but for regular expressions at the edge of their time.
    """
    book = entries if isinstance(entries, Lorebook) else Lorebook(entries)
    return _Run(book, chat, settings or LoreSettings()).outcome()


class _Run:
    """One activation."""

    def __init__(self, book: Lorebook, chat: Chat, settings: LoreSettings) -> None:
        self._chat = chat
        self._settings = settings
        own = book.settings
        depth = settings.scan_depth if own.scan_depth is None else own.scan_depth
        self._scan = ScannedText(chat, settings, min(max(depth, 0), MAX_SCAN_DEPTH))
        recursive = own.recursive_scanning
        self._is_recursive = settings.is_recursive if recursive is None else recursive
        budgets = [each for each in (settings.budget, own.token_budget) if each is not None]
        self._budget = min(budgets, default=None)
        self._timed = TimedEffects(book.entries, chat.earlier, chat.length)
        self._watch = Stopwatch(settings.regex_seconds)
        self._prepared = book.prepared(scene_of(chat), settings)
        self._checks = Checks(chat, self._timed, self._watch)
        self._taken: dict[int, _Taken] = {}
        self._used = 0  # tokens
        self._macros = MacroBudget()
        self._skipped: dict[int, Skipped] = {}
        self._unlucky: set[int] = set()
        self._has_overflowed = False
        self._recursions = 0
        levels = {entry.delay_until_recursion for entry in book.entries}
        self._levels = sorted(level for level in levels if level)
        self._level = self._levels.pop(0) if self._levels else 0

    # -- steps -------------------------------------------------------------------------------------

    def outcome(self) -> Activation:
        """Try the entries as often as something new may be found."""
        step: _Step | None = _Step.FIRST
        count = 0
        while step and not 0 < self._settings.max_steps <= count:
            count += 1
            found = self._found(step)
            self._leave_losers(found, step)
            new = self._take(found)
            step = self._next_step(step, new)
        return self._result()

    def _found(self, step: _Step) -> dict[int, Reason]:
        """Return the entries that are found, by their index, in the order that they are tried."""
        found = {}
        usual = self._scan.of(with_entries=step is not _Step.FURTHER_BACK)
        holds = usual.lowered.__contains__
        external = self._chat.external
        for prepared in self._prepared:
            needles = prepared.needles  # most entries are passed over here
            if (
                needles is not None
                and not any(map(holds, needles))
                and prepared.entry.id not in external
            ):
                continue
            index = prepared.index
            if index in self._taken or index in self._unlucky:
                continue
            reason = self._reason(prepared, step)
            if reason is not None:
                found[index] = reason
        return found

    def _next_step(self, step: _Step, new: list[LoreEntry]) -> _Step | None:
        """Return how the entries are tried again, None if nothing new can be found."""
        further = [entry for entry in new if not entry.prevent_recursion]
        following = None
        may_find = bool(further) or step is _Step.FURTHER_BACK
        if self._is_recursive and not self._has_overflowed and may_find:
            following = _Step.RECURSION
        if following is None and self._wants_more():
            following = _Step.FURTHER_BACK
            self._scan.widen()
        if following is None and self._is_recursive and self._levels:
            following = _Step.RECURSION
            self._level = self._levels.pop(0)
        if self._is_recursive:
            self._scan.add(further)
        self._recursions += following is _Step.RECURSION
        self._is_recursive = self._is_recursive and self._recursions < _MAX_RECURSIONS
        return following

    def _wants_more(self) -> bool:
        settings = self._settings
        least, deepest = settings.min_activations, settings.min_activations_depth
        if settings.max_steps or self._has_overflowed or len(self._taken) >= least:
            return False
        depth = self._scan.scan_depth
        return depth <= min(len(self._chat.lines), MAX_SCAN_DEPTH) and not 0 < deepest < depth

    # -- what is found -----------------------------------------------------------------------------

    def _reason(self, prepared: PreparedEntry, step: _Step) -> Reason | None:
        """Return why an entry goes in; None if it does not."""
        entry = prepared.entry
        with_entries = step is not _Step.FURTHER_BACK
        if prepared.is_plain and entry.id not in self._chat.external:
            return self._by_keys(prepared, self._scan.of(entry, with_entries=with_entries))
        checks = self._checks
        level = self._level if step is _Step.RECURSION else None
        if barred := checks.barred(entry, level, self._timed.is_sticky(entry)):
            self._skip_if_found(prepared, *barred)
            return None
        decided = checks.decided(entry)
        if isinstance(decided, str):
            self._skip_if_found(prepared, Skip.DECORATOR, decided)
            return None
        if decided is not None:
            return Reason(decided)
        return self._undecided(prepared, self._scan.of(entry, with_entries=with_entries))

    def _undecided(self, prepared: PreparedEntry, hay: Haystack) -> Reason | None:
        """Return why an entry goes in that nothing bars and nothing forces."""
        entry = prepared.entry
        if words := self._checks.decorators_forbid(prepared, hay):
            self._skip_if_found(prepared, Skip.DECORATOR, words)
            return None
        if entry.id in self._chat.external:
            return Reason(Why.EXTERNAL)
        if entry.is_constant and not entry.are_patterns:
            return Reason(Why.CONSTANT)
        return Reason(Why.STICKY) if self._timed.is_sticky(entry) else self._by_keys(prepared, hay)

    def _by_keys(self, prepared: PreparedEntry, hay: Haystack) -> Reason | None:
        for key in prepared.keys:
            at = key.find(hay, self._watch)
            if at >= 0:
                return self._with_secondary(prepared, hay, key, at)
        return None

    def _with_secondary(
        self, prepared: PreparedEntry, hay: Haystack, key: Key, at: int
    ) -> Reason | None:
        also: tuple[str, ...] = ()
        if prepared.secondary:
            is_met, also = matches_secondary(prepared, hay, self._watch)
            if not is_met:
                logic = prepared.entry.logic.name
                self._skip(prepared, Skip.SECONDARY, f"its secondary keys are not met ({logic})")
                return None
        origin = hay.origin(at, is_lowered=key.is_lowered and key.pattern is None)
        kind = Why.RECURSION if origin.is_entry else Why.KEY
        return Reason(kind, key.text, origin.back, origin.source, also)

    def _skip_if_found(self, prepared: PreparedEntry, kind: Skip, words: str) -> None:
        """Tell why an entry does not go in, if it is always in or one of its keys is found."""
        hay = self._scan.of(prepared.entry)
        is_constant = prepared.entry.is_constant and not prepared.entry.are_patterns
        if is_constant or any(key.find(hay, self._watch) >= 0 for key in prepared.keys):
            self._skip(prepared, kind, words)

    def _skip(self, prepared: PreparedEntry, kind: Skip, words: str) -> None:
        self._skipped[prepared.index] = Skipped(prepared.entry, kind, words)

    # -- what is taken of it -----------------------------------------------------------------------

    def _leave_losers(self, found: dict[int, Reason], step: _Step) -> None:
        members = {
            prepared.entry.id: prepared
            for index in found
            if (prepared := self._prepared[index]).entry.groups
        }
        if not members:
            return
        with_entries = step is not _Step.FURTHER_BACK

        def score(entry: LoreEntry) -> int:
            return self._score(members[entry.id], with_entries=with_entries)

        taken = {name for each in self._taken.values() for name in each.prepared.entry.groups}
        rules = GroupRules(
            self._timed.is_sticky, score, self._settings.use_group_scoring, taken, self._chat.seed
        )
        ordered = sorted(members.values(), key=self._precedence)
        for lost, group in losers([each.entry for each in ordered], rules).items():
            prepared = members[lost]
            del found[prepared.index]
            self._skip(prepared, Skip.GROUP, f'another entry of the group "{group}" went in')

    def _score(self, prepared: PreparedEntry, *, with_entries: bool) -> int:
        """Return how many keys of an entry are found, as its group counts them."""
        hay = self._scan.of(prepared.entry, with_entries=with_entries)
        primary, secondary = (
            sum(key.find(hay, self._watch) >= 0 for key in keys)
            for keys in (prepared.keys, prepared.secondary)
        )
        logic = prepared.entry.logic
        counts = logic is Logic.AND_ANY or (
            logic is Logic.AND_ALL and secondary == len(prepared.secondary)
        )
        return primary + secondary if primary and counts else primary

    def _precedence(self, prepared: PreparedEntry) -> tuple[bool, bool, int]:
        """Return a key to sort entries by before the budget is spent on them."""
        entry = prepared.entry
        is_last = entry.decorators.ignore_on_max_context
        return is_last, not self._timed.is_sticky(entry), prepared.index

    def _take(self, found: dict[int, Reason]) -> list[LoreEntry]:
        """Take the entries that pass their probability and the budget; return them."""
        new = []
        for prepared in sorted((self._prepared[index] for index in found), key=self._precedence):
            if not self._is_lucky(prepared):
                self._unlucky.add(prepared.index)
                words = f"its probability of {prepared.entry.probability:g} % was not met"
                self._skip(prepared, Skip.PROBABILITY, words)
            elif self._fits(prepared, found[prepared.index]):
                new.append(prepared.entry)
                self._skipped.pop(prepared.index, None)
            else:
                words = f"the budget of {self._budget} tokens is spent"
                self._skip(prepared, Skip.BUDGET, words)
        return new

    def _is_lucky(self, prepared: PreparedEntry) -> bool:
        entry = prepared.entry
        if entry.probability >= _PERCENT or self._timed.is_sticky(entry):
            return True
        drawn = chance(self._chat.seed, entry.id, "probability") * _PERCENT
        return drawn < entry.probability

    def _fits(self, prepared: PreparedEntry, reason: Reason) -> bool:
        """Take an entry if the budget allows it; the first that it does not ends the taking."""
        entry = prepared.entry
        yields = entry.decorators.ignore_on_max_context
        if self._has_overflowed and not entry.ignore_budget:
            return False
        text = expand(entry.content, scene_of(self._chat), self._macros)
        tokens = max(0, self._settings.count_tokens(text))
        if self._is_too_much(tokens) and not entry.ignore_budget:
            if yields:
                return False
            self._drop_yielding()
            if self._is_too_much(tokens):
                self._has_overflowed = True
                return False
        self._used += tokens
        self._taken[prepared.index] = _Taken(prepared, reason, tokens)
        return True

    def _is_too_much(self, tokens: int) -> bool:
        # As in SillyTavern, texts that reach the budget are over it.
        return self._budget is not None and self._used + tokens >= self._budget

    def _drop_yielding(self) -> None:
        for index, taken in list(self._taken.items()):
            if taken.prepared.entry.decorators.ignore_on_max_context:
                self._used -= taken.tokens
                del self._taken[index]
                self._unlucky.add(index)
                self._skip(taken.prepared, Skip.BUDGET, "@@ignore_on_max_context made room")

    # -- the result --------------------------------------------------------------------------------

    def _result(self) -> Activation:
        # Of two entries of one order the one that was taken later stands first, as in SillyTavern.
        latest_first = list(self._taken.values())[::-1]
        taken = sorted(latest_first, key=lambda each: each.prepared.entry.order)
        chosen = []
        for each in taken:
            if each.prepared.entry.content.strip():
                chosen.append(self._chosen(each))
            else:
                self._skip(each.prepared, Skip.EMPTY, "its content is empty")
        warnings = tuple(dict.fromkeys(self._warnings()))
        entries = [each.prepared.entry for each in self._taken.values()]
        prompts = (entry.decorators.disable_ui_prompt for entry in entries)
        return Activation(
            tuple(chosen),
            tuple(self._skipped[index] for index in sorted(self._skipped)),
            self._timed.after(entries),
            frozenset(name for name in prompts if name),
            self._used,
            warnings,
            self._timed.after([]),
        )

    def _chosen(self, taken: _Taken) -> Chosen:
        entry = taken.prepared.entry
        depth = entry.depth if entry.place is Place.DEPTH else None
        if depth is not None and entry.reverse_depth is not None:
            depth = max(0, self._chat.length - entry.reverse_depth)
        outlet = entry.outlet if entry.place is Place.OUTLET else ""
        return Chosen(entry, entry.content, entry.place, depth, entry.role, outlet, taken.reason)

    def _warnings(self) -> Iterator[str]:
        """Yield what is wrong with patterns, and tell it of the entries that are not in."""
        slow = self._watch.slow
        for prepared in self._prepared:
            problems = list(prepared.problems)
            if slow:
                problems += [(key, "it takes too long") for key in prepared.texts if key in slow]
            for key, problem in problems:
                words = f'its key "{key}" is never found: {problem}'
                yield f"{prepared.entry.id}: {words}"
                if prepared.index not in self._taken and prepared.index not in self._skipped:
                    self._skip(prepared, Skip.PATTERN, words)
