"""Measure how much of a character card reaches a model, field by field.

    python benchmarks/fidelity.py FOLDER …     character cards (JSON, PNG, CHARX, WebP, …)

Each card is read, and the prompt for the first message to it is made, with a context of 8,192 and
of 4,096 tokens. A field is told as far as its runs of four words stand in the prompt: macros are
expanded, names before the turns of examples do not count. Cards with less than a hundred tokens of
persona are left out. There are cards with fifty thousand tokens of lore, so those that fit into the
context are shown by themselves, too.
"""

from __future__ import annotations

import re
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from pydantic import JsonValue

from soulscript import Soul, SoulscriptError
from soulscript.formats import read_file
from soulscript.lore import entries_of
from soulscript.prompts import Scene, expand, scene_of
from synthetic_soul.voices.model.first_prompt import first_prompt
from synthetic_soul.voices.model.prompt_budget import PromptBudget

CONTEXTS: Final = (8_192, 4_096)
FIELDS: Final = ("description", "personality", "scenario", "mes_example", "first_mes")
LORE: Final = "constant lore"
ALL: Final = "all"
UNBOUNDED: Final = 1 << 20
BEFORE: Final[Mapping[str, str]] = {
    "description": "53 %", "personality": "68 %", "scenario": "7 %", "mes_example": "3 %",
    "first_mes": "2 %", LORE: "0 %", ALL: "33 %",
}  # fmt: skip
"""What was served of 239 other cards before cards were kept as written (2026-11)."""
RUN: Final = 4
MIN_CHARS: Final = 400
ENTRY_END: Final = "\0"
CERTAIN: Final = 100
"""Percent of an entry of lore that goes in whenever it may."""
PERSON: Final = "Ada"
WORD: Final = re.compile(r"[^\W_]+")
ENDINGS: Final = frozenset({".json", ".png", ".charx", ".webp", ".jpg", ".jpeg"})


def runs(text: str, length: int = RUN) -> set[tuple[str, ...]]:
    """Return the runs of ``length`` words of a text; of a shorter text, the whole."""
    words = [word.casefold() for word in WORD.findall(text)]
    return {tuple(words[at : at + length]) for at in range(max(1, len(words) - length + 1))} - {()}


def fields_of(soul: Soul) -> dict[str, str]:
    """Return the persona fields of the card that a soul was read from, and its constant lore."""
    source = (soul.model_extra or {}).get("soul:source")
    original: JsonValue = source.get("original") if isinstance(source, dict) else None
    card = original if isinstance(original, dict) else {}
    data = card.get("data")
    holder = data if isinstance(data, dict) else card
    found = {name: holder.get(name) for name in FIELDS}
    texts = {name: value for name, value in found.items() if isinstance(value, str)}
    # What goes in by chance alone is not always told, and need not be.
    told = (each for each in entries_of(soul) if each.is_constant and each.probability >= CERTAIN)
    lore = ENTRY_END.join(entry.content for entry in told)
    return texts | ({LORE: lore} if lore else {})


def pieces(name: str, field: str, text: str) -> list[str]:
    """Return the parts of a field between which a prompt may put something."""
    if field != "mes_example":
        return text.split(ENTRY_END)
    names = rf"\{{\{{(?:user|char|random_user_\d)\}}\}}|<(?:user|bot)>|you|{re.escape(name)}"
    mark = rf"<\s*(?:START|END)\s*>|^[ \t]*(?:{names})[ \t]*:"
    return re.split(mark, text, flags=re.IGNORECASE | re.MULTILINE)


def cards(folders: Sequence[str]) -> Iterator[tuple[Path, Soul]]:
    """Yield the souls of all cards with enough persona; name the files that are none."""
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.suffix.casefold() not in ENDINGS:
                continue
            try:
                soul = read_file(path).soul
            except SoulscriptError as error:
                print(f"not read: {path.name}: {str(error)[:100]}")
                continue
            if soul and sum(map(len, fields_of(soul).values())) >= MIN_CHARS:
                yield path, soul


class Table:
    """What was told of the cards at one context: of all, and of those that it has room for."""

    def __init__(self, context: int) -> None:
        self.budget = PromptBudget(context)
        self.told: Counter[str] = Counter()
        self.whole: Counter[str] = Counter()
        self.count = self.raw = 0
        self.seconds = 0.0

    def add(self, soul: Soul, fields: Mapping[str, set[tuple[str, ...]]]) -> None:
        """Add a card, with the runs of words of its fields."""
        start = time.perf_counter()
        prompt = first_prompt(soul, self.budget, PERSON)
        self.seconds += time.perf_counter() - start
        text = "\n".join(message.content for message in prompt.messages)
        self.raw += text.count("{{")
        seen = runs(text).union(*(runs(message.content) for message in prompt.messages))
        for length in range(1, RUN):  # of texts that are shorter than a run
            seen |= runs(text, length)
        self.count += 1
        self.told.update({field: len(found & seen) for field, found in fields.items()})
        self.whole.update({field: len(found) for field, found in fields.items()})

    def share(self, field: str) -> str:
        """Return the share told of a field, or of all."""
        told, whole = self.told[field], self.whole[field]
        if field == ALL:
            told, whole = self.told.total(), self.whole.total()
        return f"{told / max(1, whole):.1%}"


def main() -> None:
    """Print the table."""
    every = [Table(context) for context in CONTEXTS]
    fitting = [Table(context) for context in CONTEXTS]
    for _, soul in cards(sys.argv[1:]):
        scene = scene_of(soul, Scene("", PERSON))
        fields = {
            field: set[tuple[str, ...]]().union(
                *(runs(expand(piece, scene)) for piece in pieces(soul.name, field, text))
            )
            for field, text in fields_of(soul).items()
        }
        needed = first_prompt(soul, PromptBudget(UNBOUNDED), PERSON).tokens
        for all_cards, those_that_fit in zip(every, fitting, strict=True):
            all_cards.add(soul, fields)
            if needed <= all_cards.budget.longest_prompt_tokens:
                those_that_fit.add(soul, fields)
    tables = [*every, *fitting]
    raw, calls = sum(table.raw for table in tables), sum(table.count for table in tables)
    took = 1000 * sum(table.seconds for table in tables) / max(1, calls)
    print(f"{every[0].count} cards, {raw} raw macros, {took:.1f} ms a prompt")
    heads = [f"{context:,}" for context in CONTEXTS]
    heads += [
        f"{context:,}: the {table.count} that fit"
        for context, table in zip(CONTEXTS, fitting, strict=True)
    ]
    print(f"{'field':14} {'before':>8} " + " ".join(f"{head:>22}" for head in heads))
    for field in (*FIELDS, LORE, ALL):
        row = " ".join(f"{table.share(field):>22}" for table in tables)
        print(f"{field:14} {BEFORE[field]:>8} {row}")


if __name__ == "__main__":
    main()
