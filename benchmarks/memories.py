"""Measure how long it takes to build a memory graph and to query it; print one table.

    python benchmarks/memories.py              a hundred thousand memories
    python benchmarks/memories.py 10000        that many

The memories are generated: two fragments each, about sixty words of a vocabulary of 20,000 in which
few words are common (Zipf), 500 topics. Processor time of one core, medians of nine for queries.
"""

from __future__ import annotations

import itertools
import json
import random
import statistics
import sys
import time
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from soulscript import Memory, MemoryGraph, evolve, load, read_memories

if TYPE_CHECKING:
    from collections.abc import Callable

    from soulscript.memory.indices import Found

MANY: Final = 100_000
ROUNDS: Final = 9
VOCABULARY: Final = [f"w{number:05}" for number in range(20_000)]
ODDS: Final = list(itertools.accumulate(1 / (rank + 5) for rank in range(len(VOCABULARY))))
FIRST: Final = 1_600_000_000_000
STEP: Final = 600_000
HOUR: Final = 3_600_000


def generated(number: int, chance: random.Random) -> dict[str, Any]:
    """Return a memory as a document; equal numbers and states of ``chance`` give equal ones."""
    at = FIRST + number * STEP

    def text(length: int) -> str:
        return " ".join(chance.choices(VOCABULARY, cum_weights=ODDS, k=length))

    def level() -> float:
        return round(chance.uniform(-1, 1), 3)

    fragments = [
        {
            "type": kind,
            "content": text(24),
            "timestamp": at + place * HOUR,
            "importance": level(),
            "emotional_valence": level(),
            "context": {"topic": f"topic {chance.randrange(500)}"},
        }
        for place, kind in enumerate(("observation", "reflection"))
    ]
    return {
        "id": f"mem_{number}",
        "core_memory": text(12),
        "fragments": fragments,
        "connections": [f"mem_{chance.randrange(number + 1)}"],
        "emotional_signature": {"valence": level(), "intensity": abs(level())},
        "importance_score": level(),
        "creation_date": at,
        "last_accessed": at + HOUR,
        "metadata": {"topic_tags": [f"topic {chance.randrange(500)}"]},
    }


def seconds(task: Callable[[], object]) -> float:
    """Return the processor time that a task takes."""
    start = time.process_time()
    task()
    return time.process_time() - start


def queries(graph: MemoryGraph) -> dict[str, Callable[[], tuple[Found, ...]]]:
    """Return the queries by name."""
    last = FIRST + len(graph) * STEP
    return {
        "three rare words": lambda: graph.query("w09000 w07000 w05000"),
        "six words, rare and common": lambda: graph.query("w0 w00100 w00500 w03000 w00003 w00007"),
        "only common words": lambda: graph.query("w00000 w00001 w00002 w00003"),
        "words and feeling": lambda: graph.query("w00100 w00200", valence=(-1, 0)),
        "a topic": lambda: graph.query(topic="topic 7"),
        "a day": lambda: graph.query(since=FIRST, until=FIRST + 24 * HOUR),
        "the second half": lambda: graph.query(since=(FIRST + last) // 2),
        "a feeling, narrow": lambda: graph.query(valence=(0.9, 0.91)),
        "feelings that few have": lambda: graph.query(valence=(0, 1), intensity=(0.999, 1)),
        "what comes to mind": graph.query,
    }


def main(size: int) -> None:
    """Print the table."""
    chance = random.Random(4)  # noqa: S311 - not a secret
    documents = [generated(number, chance) for number in range(size)]
    text = json.dumps({"memories": {document["id"]: document for document in documents}})
    memories = [Memory.model_validate(document) for document in documents]
    del documents
    print(f"{size} memories, {len(text) / 1e6:.0f} MB as JSON{'':<12}{'s':>8}")
    graph = MemoryGraph()

    def build() -> None:
        nonlocal graph
        graph = MemoryGraph(memories)
        graph.query()

    print(f"{'a graph of memories':<40}{seconds(build):>8.2f}")
    room = len(text)
    read = partial(read_memories, text, most_bytes=room, most_values=room)
    print(f"{'read, checked and a graph':<40}{seconds(read):>8.2f}")
    soul = load("examples/souls/dr_luna.soul").soul
    print(f"{'evolve a soul with them':<40}{seconds(lambda: evolve(soul, graph)):>8.2f}")
    print(f"{'':<40}{'ms':>8}")
    for name, query in queries(graph).items():
        query()
        median = statistics.median(seconds(query) for _ in range(ROUNDS))
        print(f"{name:<40}{1000 * median:>8.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else MANY)
