"""What of a brief stands in a composed text."""

from collections.abc import Iterator, Sequence
from typing import Final

from soulscript.text import terms
from synthetic_soul.voices.base import Brief, Told, told_in

_QUOTED_TERMS: Final = 3
"""So many terms in a row, or all of a shorter text, are a quotation."""
_MIN_TERMS: Final = 2


def used_items(brief: Brief, text: str) -> tuple[Told, ...]:
    """Return what a text tells: facts that share a term with it, and what it quotes.

    Of a thought nothing is recorded.
    """
    return () if brief.purpose == "thought" else tuple(_used(brief, text))


def _used(brief: Brief, text: str) -> Iterator[Told]:
    said = terms(text)
    learned = {fact.id: "new" for fact in brief.learned_facts}
    due = {due.fact.id: "due" for due in brief.due_facts}
    reasons = {fact.id: "known" for fact in brief.known_facts} | due | learned
    facts = {fact.id: fact for fact in (*brief.known_facts, *brief.learned_facts)}
    for fact in told_in(text, facts.values()):
        yield Told("fact", fact.id, reasons[fact.id])
    for line in brief.recalled_lines:
        if _is_quoted(terms(line.text), said):
            yield Told("line", line.id, "words")
    for lore in brief.lore:
        if _is_quoted(terms(lore.text), said):
            yield Told("lore", lore.id, lore.why)


def _is_quoted(source: Sequence[str], said: Sequence[str]) -> bool:
    size = min(_QUOTED_TERMS, len(source))
    return size >= _MIN_TERMS and not _windows(source, size).isdisjoint(_windows(said, size))


def _windows(parts: Sequence[str], size: int) -> set[tuple[str, ...]]:
    return {tuple(parts[start : start + size]) for start in range(len(parts) - size + 1)}
