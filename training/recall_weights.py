"""Learn the weights of recalled lines: ``python -m training.recall_weights LOCOMO.json BEAM``.

``LOCOMO.json`` is a file of LoCoMo, ``BEAM`` a folder of BEAM's chats, both as in
``benchmarks/conversations``; only development halves, as what is learnt from must not be reported
on. The ranking is learnt by the softmax of each question's lines (ListNet; Cao et al. 2007), the
confidence by logistic regression: from questions with an answer, questions about the wrong speaker,
and questions about another conversation.

Printed are the figures of conversations left out: each is ranked by weights learnt from the others.
``--groups`` prints besides what learning without some features does, ``--only-write`` nothing.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Final

import numpy as np

from benchmarks.conversations import UNANSWERABLE, Question, Talk, beam, locomo
from benchmarks.recall import Outcome, asked, auc, notes
from synthetic_soul.recall import Index, Speakers, Timeline, Weights, candidates, read
from synthetic_soul.recall.candidates import learnt
from synthetic_soul.recall.confidence import signs
from synthetic_soul.recall.corpus import Array, Floats
from synthetic_soul.recall.cue import Cue
from synthetic_soul.recall.pool import GROUPS, pooled

TARGET: Final = Path(__file__).parents[1] / "src/synthetic_soul/recall/data/ranking.toml"
_WEIGHT: Final = {"locomo": 1.0, "beam": 2.0}
"""What a question counts: those of BEAM are fewer."""
_TRUST: Final = {"locomo": 1.0, "beam": 0.5}
"""What all questions of a set together count for the confidence: few of BEAM have no answer."""
_NEAREST: Final = 120  # wrong lines of a question that are learnt from
_DECAY: Final = 1e-3
_STEPS: Final = 300
_RATE: Final = 0.05


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a conversation; its lines' features (a row each) and whether they answer."""

    talk: Talk
    index: Index
    question: Question
    cue: Cue
    features: Floats
    answers: Array

    @property
    def set(self) -> str:
        """The set of conversations that it belongs to."""
        return self.talk.name.split()[0]

    @property
    def weight(self) -> float:
        """What the question counts."""
        return _WEIGHT[self.set]

    @property
    def is_unanswerable(self) -> bool:
        """Whether the conversation does not answer it."""
        return self.question.kind in UNANSWERABLE


def ask(talk: Talk, index: Index, question: Question, names: Sequence[str]) -> Asked:
    """Pool the lines of a question."""
    timeline = Timeline(index)
    cue = read(
        question.cue, speakers=Speakers(), present=timeline.present(), now=None, span=timeline.span
    )
    pool = pooled(timeline, cue)
    features = np.stack([pool.features[name] for name in names], axis=1)
    answers = np.array(
        [index.at(slot).id in question.answers for slot in pool.slots.tolist()], dtype=np.float64
    )
    return Asked(talk, index, question, cue, features, answers)


def adam(gradient: Callable[[Floats], Floats], size: int) -> Floats:
    """Return where ``gradient`` vanishes, by a fixed number of steps (Kingma & Ba 2015)."""
    weights, mean, square = np.zeros(size), np.zeros(size), np.zeros(size)
    for step in range(1, _STEPS + 1):
        slope = gradient(weights)
        mean = 0.9 * mean + 0.1 * slope
        square = 0.99 * square + 0.01 * slope**2
        root = np.sqrt(square / (1 - 0.99**step)) + 1e-8
        weights -= _RATE * mean / (1 - 0.9**step) / root
    return weights


def learn_ranking(rows: Iterable[Asked], names: Sequence[str]) -> Weights:
    """Return the weight of each feature.

    It is learnt twice: from what words alone would bring back, then from what the first weights do.
    """
    rows = [row for row in rows if row.answers.sum()]
    first = np.array([float(name in {"own", "previous"}) for name in names])
    found = _learn_from(rows, _learn_from(rows, first))
    return dict(zip(names, found.tolist(), strict=True))


def _learn_from(rows: Sequence[Asked], best_by: Floats) -> Floats:
    kept = []
    for row in rows:
        order = np.argsort(-(row.features @ best_by), kind="stable")[:_NEAREST]
        kept.append(np.union1d(order, np.flatnonzero(row.answers)).astype(np.int64))
    features = np.concatenate([row.features[each] for row, each in zip(rows, kept, strict=True)])
    deviation = features.std(axis=0) + 1e-9
    features /= deviation
    sizes = [len(each) for each in kept]
    starts = np.cumsum([0, *sizes[:-1]])
    share = np.repeat([row.weight for row in rows], sizes) / sum(row.weight for row in rows)
    wanted = np.concatenate(
        [row.answers[each] / row.answers.sum() for row, each in zip(rows, kept, strict=True)]
    )

    def gradient(weights: Floats) -> Floats:
        scores = features @ weights
        scores = np.exp(scores - np.repeat(np.maximum.reduceat(scores, starts), sizes))
        shares = scores / np.repeat(np.add.reduceat(scores, starts), sizes)
        return np.asarray(features.T @ ((shares - wanted) * share) + _DECAY * weights)

    found: Floats = adam(gradient, features.shape[1]) / deviation
    return found


def learn_confidence(rows: Sequence[tuple[Mapping[str, float], str]]) -> dict[str, float]:
    """Return the weight of each sign and of "bias".

    A row has signs and the set and kind of its question, such as "beam answered".
    """
    names = list(rows[0][0])
    values = np.array([[row[name] for name in names] for row, _ in rows])
    middle, deviation = values.mean(axis=0), values.std(axis=0) + 1e-9
    values = np.column_stack(((values - middle) / deviation, np.ones(len(rows))))
    kinds = [kind for _, kind in rows]
    wanted = np.array([kind.endswith("answered") for kind in kinds], dtype=np.float64)
    trust = {kind: _TRUST[kind.split()[0]] / kinds.count(kind) for kind in sorted(set(kinds))}
    share = np.array([trust[kind] for kind in kinds])
    # Half of all cues have an answer.
    share /= 2 * np.where(wanted > 0, share[wanted > 0].sum(), share[wanted == 0].sum())
    decay = np.append(np.full(len(names), _DECAY), 0.0)

    def gradient(weights: Floats) -> Floats:
        shares = 1 / (1 + np.exp(-(values @ weights)))
        return np.asarray(values.T @ ((shares - wanted) * share) + decay * weights)

    learnt = adam(gradient, len(names) + 1)
    scaled = learnt[:-1] / deviation
    bias = learnt[-1] - float(scaled @ middle)
    return {**dict(zip(names, scaled.tolist(), strict=True)), "bias": bias}


def sign_rows(
    rows: Iterable[Asked], foreign: Iterable[tuple[Asked, Cue]], weights: Weights
) -> list[tuple[dict[str, float], str]]:
    """Return the signs of each question, and of cues of other conversations."""
    found = [
        (row.index, row.cue, f"{row.set} {'denied' if row.is_unanswerable else 'answered'}")
        for row in rows
    ]
    found += [(each.index, cue, f"{each.set} foreign") for each, cue in foreign]
    signed = []
    for index, cue, kind in found:
        best = candidates(index, cue, weights=weights)
        if best:
            signed.append((signs(cue, best), kind))
    return signed


def foreign_cues(rows: Sequence[Asked]) -> list[tuple[Asked, Cue]]:
    """Ask every second conversation what another one of its set was asked, by its own names.

    With each cue stands a question of the conversation that is asked.
    """
    talks: dict[str, list[Asked]] = defaultdict(list)
    for row in rows:
        talks[row.talk.name].append(row)
    groups = list(talks.values())
    cues = []
    for group, other in zip(groups, [*groups[1:], groups[0]], strict=True):
        if group[0].set != other[0].set:
            continue
        timeline = Timeline(other[0].index)
        names = dict(zip(Timeline(group[0].index).present(), timeline.present(), strict=False))
        for row in group[::2]:
            text = row.question.cue
            for old, new in names.items():
                text = text.replace(old, new) if old else text
            cue = read(
                text, speakers=Speakers(), present=timeline.present(), now=None, span=timeline.span
            )
            cues.append((other[0], cue))
    return cues


def certainty(weights: Mapping[str, float], row: Mapping[str, float]) -> float:
    """Return the confidence before it is brought between 0 and 1."""
    return weights["bias"] + math.fsum(weights[name] * value for name, value in row.items())


def leave_out(rows: Sequence[Asked], names: Sequence[str], *, sure: bool) -> None:
    """Print the figures of each conversation by the weights of the others."""
    found: dict[str, list[Outcome]] = defaultdict(list)
    certain: dict[str, list[float]] = defaultdict(list)
    for left in sorted({row.talk.name for row in rows}):
        kept = [row for row in rows if row.talk.name != left]
        out = [row for row in rows if row.talk.name == left]
        weights = learn_ranking(kept, names)
        found[out[0].set] += [
            asked(row.index, row.talk, row.question, weights)
            for row in out
            if not row.is_unanswerable
        ]
        if sure:
            found_weights = learn_confidence(sign_rows(kept, foreign_cues(kept), weights))
            foreign = [each for each in foreign_cues(rows) if each[0].talk.name == left]
            for signed, kind in sign_rows(out, foreign, weights):
                certain[kind].append(certainty(found_weights, signed))
    for name, outcomes in found.items():
        print(f"  {name:8} {figures(outcomes)}")
        for other in ("denied", "foreign") if sure else ():
            area = auc(certain[f"{name} answered"], certain[f"{name} {other}"])
            print(f"  {name:8} AUC against {other} {area:.3f}")


def figures(outcomes: Sequence[Outcome]) -> str:
    """Return R@10, nDCG@10, and what became of changes and contradictions."""
    _, recall, _, gain = (
        100 * fmean(column) for column in zip(*(each.measures for each in outcomes), strict=True)
    )
    text = f"R@10 {recall:.1f}  nDCG@10 {gain:.1f}  ({len(outcomes)} questions)"
    return ", ".join([text, *notes(outcomes)])


def write(weights: Weights, confidence: Mapping[str, float]) -> None:
    """Write both tables, and leave that of what vectors add."""
    tables = {"features": weights, "confidence": confidence, "meaning": learnt("meaning")}
    text = (
        "# Learnt by training/recall_weights.py from LoCoMo and BEAM, development halves; what "
        "vectors add is\n# chosen there by hand, with all-MiniLM-L6-v2.\n"
    )
    for table, values in tables.items():
        text += f"\n[{table}]\n"
        text += "".join(f"{name} = {value:.4f}\n" for name, value in values.items())
    TARGET.write_text(text, encoding="utf-8")


def main(arguments: Sequence[str]) -> None:
    """Print figures of left-out conversations, with and without groups; write the weights."""
    talks = [*locomo(Path(arguments[0])), *beam(Path(arguments[1]))]
    some = Index(talks[0].lines[:9])
    cue = read("it", speakers=Speakers(), present=(), now=None, span=(0, 0))
    names = list(pooled(Timeline(some), cue).features)
    rows = []
    for talk in talks:
        index = Index(talk.lines)
        rows += [ask(talk, index, question, names) for question in talk.questions]
    if "--only-write" not in arguments:
        print("left out, all features")
        leave_out(rows, names, sure=True)
        for group, features in GROUPS.items() if "--groups" in arguments else ():
            print(f"left out, learnt without {group}")
            kept = [number for number, name in enumerate(names) if name not in features]
            fewer = [replace(row, features=row.features[:, kept]) for row in rows]
            leave_out(fewer, [names[number] for number in kept], sure=False)
    weights = learn_ranking(rows, names)
    write(weights, learn_confidence(sign_rows(rows, foreign_cues(rows), weights)))


if __name__ == "__main__":
    main(sys.argv[1:])
