"""What forbids or forces an entry, whatever its keys: filters, times, recursion, decorators."""

from soulscript.lore.book import PreparedEntry
from soulscript.lore.chat import Chat
from soulscript.lore.entries import Logic, LoreEntry, Place
from soulscript.lore.keys import Haystack, Stopwatch
from soulscript.lore.outcome import Skip, Why
from soulscript.lore.timed import TimedEffects

Barred = tuple[Skip, str]


class Checks:
    """The checks of one activation, in the order of SillyTavern."""

    def __init__(self, chat: Chat, timed: TimedEffects, watch: Stopwatch) -> None:
        """Take what the checks look at."""
        self._chat = chat
        self._timed = timed
        self._watch = watch
        self._names = {name.strip().casefold() for name in (chat.character, *chat.names)}

    def barred(self, entry: LoreEntry, level: int | None, is_sticky: bool) -> Barred | None:  # noqa: FBT001 - read at one place
        """Return why an entry cannot go in now; None if it can.

        ``level`` is that of the recursion, None outside of it.
        """
        return (
            self._filtered(entry)
            or self._too_early(entry, is_sticky=is_sticky)
            or (None if is_sticky else _not_by_recursion(entry, level))
        )

    def _filtered(self, entry: LoreEntry) -> Barred | None:
        chat = self._chat
        if entry.place is Place.OUTLET and not entry.outlet:
            return Skip.OUTLET, "its outlet has no name"
        if entry.triggers and chat.trigger not in entry.triggers:
            return Skip.TRIGGER, f"it is not for {chat.trigger} replies"
        if entry.filter_names:
            is_named = not self._names.isdisjoint(n.strip().casefold() for n in entry.filter_names)
            if is_named is entry.filter_excludes:
                return Skip.CHARACTER, "it is for other characters"
        if entry.filter_tags and chat.tags is not None:
            is_tagged = not set(chat.tags).isdisjoint(entry.filter_tags)
            if is_tagged is entry.filter_excludes:
                return Skip.CHARACTER, "it is for characters with other tags"
        return None

    def _too_early(self, entry: LoreEntry, *, is_sticky: bool) -> Barred | None:
        if self._timed.is_delayed(entry):
            return Skip.DELAY, f"it waits for {entry.delay} messages"
        if not is_sticky and self._timed.cools_down(entry):
            return Skip.COOLDOWN, f"it stays out for {entry.cooldown} messages after it was in"
        return None

    def decided(self, entry: LoreEntry) -> Why | str | None:
        """Return why an entry goes in in any case, a text why it does not, or None."""
        decorators = entry.decorators
        if decorators.activate:
            return Why.FORCED
        if decorators.dont_activate:
            return "@@dont_activate keeps it out"
        if decorators.keep_activate_after_match and self._timed.went_in(entry):
            return Why.KEPT
        if decorators.dont_activate_after_match and self._timed.went_in(entry):
            return "it went in before, and @@dont_activate_after_match keeps it out"
        return None

    def decorators_forbid(self, prepared: PreparedEntry, hay: Haystack) -> str:
        """Return which decorator keeps an entry out; "" if none does."""
        return self._numbers_forbid(prepared.entry) or self._keys_forbid(prepared, hay)

    def _numbers_forbid(self, entry: LoreEntry) -> str:
        chat, decorators = self._chat, entry.decorators
        greeting, icon = decorators.is_greeting, decorators.is_user_icon
        after, every = decorators.activate_only_after, decorators.activate_only_every
        if greeting is not None and chat.greeting not in {None, greeting}:
            return f"@@is_greeting {greeting}: the chat began with another greeting"
        if icon is not None and chat.user_icon not in {None, icon}:
            return f"@@is_user_icon {icon}: the person has another picture"
        if after is not None and chat.character_length < after:
            return f"@@activate_only_after {after}: the character has said less"
        if every is not None and chat.character_length % every:
            return f"@@activate_only_every {every}: it is another message's turn"
        return ""

    def _keys_forbid(self, prepared: PreparedEntry, hay: Haystack) -> str:
        for keys in prepared.additional:
            if not any(key.find(hay, self._watch) >= 0 for key in keys):
                return "none of its @@additional_keys was found"
        for key in prepared.excluding:
            if key.find(hay, self._watch) >= 0:
                return f'"{key.text}" of its @@exclude_keys was found'
        return ""


def _not_by_recursion(entry: LoreEntry, level: int | None) -> Barred | None:
    if level is None:
        if entry.delay_until_recursion:
            return Skip.RECURSION, "it waits for a key in another entry"
        return None
    if entry.delay_until_recursion > level:
        return Skip.RECURSION, f"it waits for the level {entry.delay_until_recursion} of recursion"
    if entry.exclude_recursion:
        return Skip.RECURSION, "its keys are not looked for in other entries"
    return None


def matches_secondary(
    prepared: PreparedEntry, hay: Haystack, watch: Stopwatch
) -> tuple[bool, tuple[str, ...]]:
    """Return whether the secondary keys are as their logic asks, and which were found."""
    keys = prepared.secondary
    found = tuple(key.text for key in keys if key.find(hay, watch) >= 0)
    is_met = {
        Logic.AND_ANY: bool(found),
        Logic.AND_ALL: len(found) == len(keys),
        Logic.NOT_ANY: not found,
        Logic.NOT_ALL: len(found) < len(keys),
    }
    return is_met[prepared.entry.logic], found
