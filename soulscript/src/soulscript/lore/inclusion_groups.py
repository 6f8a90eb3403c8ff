"""Inclusion groups: of the entries of one group that were found together, one goes in."""

import math
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from soulscript.lore.chance import chance
from soulscript.lore.entries import LoreEntry


@dataclass(frozen=True, slots=True)
class GroupRules:
    """What decides within a group.

    ``is_sticky`` and ``score`` tell whether an entry stays in, and how many of its keys were
    found. ``uses_scoring``: the entries with the most go on, for entries that do not say it.
    ``taken`` are the groups that have one already. ``seed`` decides the rest.
    """

    is_sticky: Callable[[LoreEntry], bool]
    score: Callable[[LoreEntry], int]
    uses_scoring: bool
    taken: Collection[str]
    seed: str


def losers(entries: Sequence[LoreEntry], rules: GroupRules) -> dict[str, str]:
    """Return the ids of the entries that do not go in, each with the group that it lost.

    The groups decide in the order in which their first entries stand, first all that have sticky
    entries, then by score, then each by priority or weight. Who has lost in one group takes no
    part in those after it.
    """
    groups: dict[str, list[LoreEntry]] = {}
    for entry in entries:
        for name in entry.groups:
            groups.setdefault(name, []).append(entry)
    lost: dict[str, str] = {}
    settled = set()
    for name, members in groups.items():
        sticky = [entry.id for entry in members if rules.is_sticky(entry)]
        if sticky:
            settled.add(name)
            _lose(lost, name, (entry for entry in members if entry.id not in sticky))
    undecided = {name: members for name, members in groups.items() if name not in settled}
    for name, members in undecided.items():
        _lose(lost, name, _outscored([e for e in members if e.id not in lost], rules))
    for name, members in undecided.items():
        left = [entry for entry in members if entry.id not in lost]
        if name in rules.taken:
            _lose(lost, name, left)
        elif len(left) > 1:
            winner = _winner(name, left, rules)
            _lose(lost, name, (entry for entry in left if entry is not winner))
    return lost


def _lose(lost: dict[str, str], group: str, entries: Iterable[LoreEntry]) -> None:
    for entry in entries:
        lost.setdefault(entry.id, group)


def _outscored(members: Sequence[LoreEntry], rules: GroupRules) -> list[LoreEntry]:
    """Return the entries with fewer keys found than another; none where no entry is scored."""
    scored = {
        entry.id
        for entry in members
        if (rules.uses_scoring if entry.use_group_scoring is None else entry.use_group_scoring)
    }
    if not scored:
        return []
    scores = [rules.score(entry) for entry in members]
    best = max(scores)
    return [e for e, score in zip(members, scores, strict=True) if e.id in scored and score < best]


def _winner(group: str, members: Sequence[LoreEntry], rules: GroupRules) -> LoreEntry:
    """Return the entry of priority with the highest order, else one by chance and weight.

    Each entry draws u ** (1 / weight) and the greatest wins, which gives each its share of the
    weights (Efraimidis and Spirakis 2006); logarithms keep small numbers apart.
    """
    preferred = [entry for entry in members if entry.group_override]
    if preferred:
        return max(preferred, key=lambda entry: entry.order)

    def draw(entry: LoreEntry) -> float:
        drawn = chance(rules.seed, entry.id, f"group {group}")
        return math.log(drawn or math.ulp(0.0)) / entry.group_weight

    weighted = [entry for entry in members if entry.group_weight > 0]
    return max(weighted, key=draw) if weighted else members[0]
