"""Measure how well and how fast a cue finds the lines that answer it; print tables.

    python benchmarks/recall.py                    a generated conversation of 5,000 lines
    python benchmarks/recall.py LOCOMO.json        LoCoMo
    python benchmarks/recall.py BEAM               the folder of BEAM's chats
    python benchmarks/recall.py --speed 100000     generated lines with the words of many
    python benchmarks/recall.py --embeddings URL MODEL LOCOMO.json    with vectors of a model, too

R@k is the share of a question's answers among the first k, nDCG@10 weighs them by rank. The rows
below the first switch off one group of features each; what the rest would do if it were learnt
without them is printed by ``training/recall_weights.py --groups``. AUC is that of the confidence,
between questions with an answer and those without. Of what has changed since, "newest first" is
the share of questions whose newest answer stands above all older ones; "both sides" is the share
of contradictions of which ten lines show both. ``URL`` speaks OpenAI's protocol, such as
http://127.0.0.1:11434/v1; LLM_API_KEY is its key, if it needs one.
"""

from __future__ import annotations

import asyncio
import math
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.conversations import UNANSWERABLE, Question, Talk, beam, generated, line, locomo
from synthetic_soul.engine.state.text_vectors import BATCH, MAX_CHARS
from synthetic_soul.llm.providers import ModelSettings, build_models
from synthetic_soul.recall import Index, Line, Speakers, Weights, search
from synthetic_soul.recall.candidates import learnt
from synthetic_soul.recall.corpus import Floats
from synthetic_soul.recall.pool import GROUPS

CUTOFFS: Final = (5, 10, 20)
DEPTH: Final = 10
GENERATED: Final = 5_000
_MS: Final = 1000
_SEARCHES: Final = 100
_EMBEDDING_SECONDS: Final = 60.0


class Ranking:
    """A ranking of the ids of turns for a question."""

    def __init__(self, turns: Iterable[Mapping[str, Any]]) -> None:
        self._index = Index(map(line, turns))

    def __call__(self, cue: str, k: int) -> list[str]:
        """Return the ids of the first ``k`` lines."""
        return [hit.line.id for hit in search(self._index, cue, k=k).hits]

    def confidence(self, cue: str) -> float:
        """Return how sure it is that the conversation answers the question."""
        return search(self._index, cue).confidence


build: Callable[[Iterable[Mapping[str, Any]]], Ranking] = Ranking


def without(group: str) -> Weights:
    """Return the weights with one group of features switched off."""
    off = GROUPS[group]
    return {name: 0.0 if name in off else weight for name, weight in learnt().items()}


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one question: R@5, R@10, R@20, nDCG@10, its confidence and seconds.

    ``newest`` is whether the newest answer stands above all older ones, ``sides`` whether the
    first ten show both sides; None where the question asks for neither.
    """

    kind: str
    measures: tuple[float, ...]
    confidence: float
    seconds: float
    newest: bool | None
    sides: bool | None


def asked(
    index: Index,
    talk: Talk,
    question: Question,
    weights: Weights | None = None,
    vector: Floats | None = None,
) -> Outcome:
    """Ask one question, with the vector of its cue, and compare the ranking with its answers."""
    start = time.perf_counter()
    found = search(
        index, question.cue, k=max(CUTOFFS), speakers=talk.speakers, weights=weights, vector=vector
    )
    seconds = time.perf_counter() - start
    ids = [hit.line.id for hit in found.hits]
    right = [each in question.answers for each in ids]
    total = max(1, len(question.answers))
    gain = sum(1 / math.log2(rank + 2) for rank, good in enumerate(right[:DEPTH]) if good)
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(total, DEPTH)))
    recalled = (sum(right[:cutoff]) / total for cutoff in CUTOFFS)
    newest = sides = None
    if question.newest:
        newest = next((each for each in ids if each in question.answers), None) == question.newest
    if question.sides:
        sides = all(not side.isdisjoint(ids[:DEPTH]) for side in question.sides)
    return Outcome(
        question.kind, (*recalled, gain / ideal), found.confidence, seconds, newest, sides
    )


def row(name: str, outcomes: Sequence[Outcome], kinds: Sequence[str]) -> str:
    """Format one row of the table, in percent and milliseconds."""
    answered = [each for each in outcomes if each.kind not in UNANSWERABLE]
    overall = [
        statistics.fmean(column) for column in zip(*(o.measures for o in answered), strict=True)
    ]
    by_kind = [
        statistics.fmean(o.measures[1] for o in outcomes if o.kind == kind) for kind in kinds
    ]
    times = statistics.quantiles((o.seconds for o in outcomes), n=20)
    figures = [f"{100 * value:>9.1f}" for value in overall + by_kind]
    return f"{name:<20}{''.join(figures)}{_MS * times[9]:>9.2f}{_MS * times[18]:>9.2f}"


def auc(right: Sequence[float], wrong: Sequence[float]) -> float:
    """Return how often an answered question is surer than one that is not."""
    return statistics.fmean((one > two) + (one == two) / 2 for one in right for two in wrong)


def notes(outcomes: Sequence[Outcome]) -> Iterable[str]:
    """Yield what a table does not show: the AUC, and what became of changes and contradictions."""
    wrong = [each.confidence for each in outcomes if each.kind in UNANSWERABLE]
    right = [each.confidence for each in outcomes if each.kind not in UNANSWERABLE]
    if wrong:
        yield f"AUC {auc(right, wrong):.3f} ({len(right)} with an answer, {len(wrong)} without)"
    newest = [each.newest for each in outcomes if each.newest is not None]
    if newest:
        yield f"newest first {100 * statistics.fmean(newest):.1f} % of {len(newest)}"
    sides = [each.sides for each in outcomes if each.sides is not None]
    if sides:
        yield f"both sides {100 * statistics.fmean(sides):.1f} % of {len(sides)}"


def many(size: int) -> Iterator[Line]:
    """Generate lines whose words are about as rare as those of people (Zipf), by two speakers."""
    chance = random.Random(0)  # noqa: S311 - no secret
    words = [f"word{number}" for number in range(50_000)]
    upto = list(accumulate(1 / (number + 30) for number in range(len(words))))
    for number in range(size):
        text = " ".join(chance.choices(words, cum_weights=upto, k=12)) + chance.choice(".?")
        at = number // 20 * 86_400_000 + number % 20 * 30_000
        yield Line(f"m{number}", ("anna", "luna")[number % 2], text, at)


def measure_speed(size: int) -> None:
    """Print the times of adding, searching, and removing in an index of generated lines.

    Beside what passed on the clock stands processor time, which a busy machine leaves alone.
    """
    start = time.process_time()
    index = Index(many(size))
    print(f"{size} lines: adding {1e6 * (time.process_time() - start) / size:.0f} us a line")
    chosen = random.Random(1).sample(list(index.lines()), _SEARCHES)  # noqa: S311 - no secret
    asking = Speakers(asks="anna", asked="luna")
    cues = ["what did I say of " + " ".join(each.text.split()[:5]) for each in chosen]
    search(index, cues[0], speakers=asking)  # loads the weights
    searches = [_timed(partial(search, index, cue, speakers=asking)) for cue in cues]
    removals, afterwards = [], []
    for each, cue in zip(chosen, cues, strict=True):
        removals.append(_timed(partial(index.remove, each.id)))
        afterwards.append(_timed(partial(search, index, cue, speakers=asking)))
    for name, times in (
        ("search", searches),
        ("remove", removals),
        ("search after it", afterwards),
    ):
        figures = []
        for kind, values in zip(("clock", "processor"), zip(*times, strict=True), strict=True):
            parts = statistics.quantiles(values, n=20)
            figures.append(f"{kind} p50 {_MS * parts[9]:.2f} ms  p95 {_MS * parts[18]:.2f} ms")
        print(f"{name:<16} {'  '.join(figures)}")


def _timed(act: Callable[[], object]) -> tuple[float, float]:
    start, used = time.perf_counter(), time.process_time()
    act()
    return time.perf_counter() - start, time.process_time() - used


async def embedded(url: str, model: str, texts: Sequence[str]) -> list[Floats]:
    """Return the vectors that a model gives some texts, as the engine asks for them."""
    models = build_models(
        ModelSettings(
            llm_base_url=url,
            llm_api_key=os.environ.get("LLM_API_KEY"),
            llm_model=model,
            llm_embedding_model=model,
        )
    )
    if models is None or models.embedder is None:
        raise SystemExit("an address and the name of an embedding model are needed")
    vectors: list[Floats] = []
    for start in range(0, len(texts), BATCH):
        batch = [text[:MAX_CHARS] or " " for text in texts[start : start + BATCH]]
        found = await models.embedder.embed(batch, deadline=_EMBEDDING_SECONDS)
        vectors += [np.array(vector, np.float64) for vector in found.vectors]
    await models.aclose()
    return vectors


def take_vectors(index: Index, talk: Talk, url: str, model: str) -> dict[str, Floats]:
    """Give each line the vector of a model; return those of the cues."""
    cues = [question.cue for question in talk.questions]
    texts = [f"{each.caption} {each.text}".strip() for each in talk.lines]
    vectors = asyncio.run(embedded(url, model, [*texts, *cues]))
    for each, vector in zip(talk.lines, vectors, strict=False):
        slot = index.slot(each.id)
        if slot is not None:
            index.put_vector(index.origin(slot), vector)
    return dict(zip(cues, vectors[len(texts) :], strict=True))


def measure_quality(talks: Sequence[Talk], embeddings: tuple[str, str] | None = None) -> None:
    """Print the table of some conversations, with vectors of a model (URL and name)."""
    start = time.perf_counter()
    indices = [Index(talk.lines) for talk in talks]
    lines = sum(map(len, indices))
    adding = (time.perf_counter() - start) / lines
    vectors: list[dict[str, Floats]] = [
        take_vectors(index, talk, *embeddings) if embeddings else {}
        for index, talk in zip(indices, talks, strict=True)
    ]
    every = dict.fromkeys(q.kind for talk in talks for q in talk.questions)
    kinds = [kind for kind in every if kind not in UNANSWERABLE]
    head = ["R@5", "R@10", "R@20", "nDCG@10", *(kind[:8] for kind in kinds), "p50 ms", "p95 ms"]
    print(f"{'':<20}" + "".join(f"{name:>9}" for name in head))
    steps = {"all": None, **{f"without {group}": without(group) for group in GROUPS}}
    for name, weights in steps.items():
        outcomes = [
            asked(index, talk, question, weights, by_cue.get(question.cue))
            for index, talk, by_cue in zip(indices, talks, vectors, strict=True)
            for question in talk.questions
        ]
        print(row(name, outcomes, kinds))
        if weights is None:
            first = outcomes
    print(*notes(first), sep="\n")
    print(
        f"{lines} lines, {len(first)} questions (kinds: R@10); adding {1e6 * adding:.0f} us a line"
    )


def talks_of(path: Path) -> list[Talk]:
    """Read a folder of BEAM, or a file of LoCoMo."""
    return list(beam(path) if path.is_dir() else locomo(path))


def main(arguments: Sequence[str]) -> None:
    """Print what the arguments ask for."""
    match arguments:
        case ["--speed", size]:
            measure_speed(int(size))
        case ["--embeddings", url, model, path]:
            measure_quality(talks_of(Path(path)), (url, model))
        case [path]:
            measure_quality(talks_of(Path(path)))
        case _:
            measure_quality([generated(GENERATED)])


if __name__ == "__main__":
    main(sys.argv[1:])
