"""Measure how well and how fast a cue finds the lines that answer it; print one table.

    python benchmarks/recall.py                    a generated conversation of 5,000 lines
    python benchmarks/recall.py LOCOMO.json        LoCoMo (https://github.com/snap-research/locomo)

On LoCoMo all turns of a conversation are the corpus of each of its questions, and the annotated
turns are those to be found; questions without an answer (category 5) are left out. R@k is the
share of them among the first k, nDCG@10 weighs them by rank. The rows below the first switch off
one part of the score each. Only stems are cached.
"""

from __future__ import annotations

import json
import math
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from synthetic_soul.recall import Index, Line, Speakers, Weights, search

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

Ranking = Callable[[str, int], list[str]]
CUTOFFS: Final = (5, 10, 20)
DEPTH: Final = 10
KINDS: Final = {1: "multi", 2: "temporal", 3: "open", 4: "single"}
ALL: Final = Weights()
STEPS: Final = {
    "all steps": ALL,
    "without neighbours": replace(ALL, before=(0, 0), after=(0, 0)),
    "without session": replace(ALL, session=0),
    "without speaker": replace(ALL, speaker=1),
    "without date": replace(ALL, date=0),
}
GENERATED: Final = 5_000
DIALOG_ID: Final = re.compile(r"D:?(\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class Question:
    """A cue, its kind, and the ids of the lines that answer it."""

    cue: str
    kind: str
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation, its speakers, and the questions about it."""

    lines: list[Line]
    questions: list[Question]
    speakers: Speakers


def build(turns: Iterable[dict[str, Any]]) -> Ranking:
    """Index turns (id, speaker, text, caption, session, index, time); rank ids for a question."""
    index = Index(map(_line, turns))
    return lambda cue, k: [hit.line.id for hit in search(index, cue, k=k)]


def _line(turn: dict[str, Any]) -> Line:
    # All turns of a session share its time: a second each keeps their order.
    at = int(turn["time"].replace(tzinfo=UTC).timestamp() * 1000) + turn["index"] * 1000
    return Line(
        turn["id"],
        turn["speaker"],
        turn["text"],
        at,
        session=turn["session"],
        caption=turn["caption"],
    )


def locomo(path: Path) -> Iterator[Talk]:
    """Read the conversations of a LoCoMo file and their answerable questions."""
    for sample in json.loads(path.read_text("utf-8")):
        lines = [_line(turn) for turn in _turns(sample["conversation"])]
        known = {line.id for line in lines}
        questions = []
        for asked in sample["qa"]:
            named = DIALOG_ID.findall(" ".join(asked.get("evidence") or ()))
            answers = frozenset(f"D{int(one)}:{int(two)}" for one, two in named) & known
            if answers and asked["category"] in KINDS:
                questions.append(Question(asked["question"], KINDS[asked["category"]], answers))
        yield Talk(lines, questions, Speakers())


def _turns(conversation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    numbers = sorted(int(key[8:]) for key in conversation if re.fullmatch(r"session_\d+", key))
    index = 0
    for number in numbers:
        said_at = conversation[f"session_{number}_date_time"].strip()
        moment = datetime.strptime(said_at, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
        for turn in conversation[f"session_{number}"]:
            yield {
                "id": turn["dia_id"],
                "speaker": turn["speaker"],
                "text": turn.get("text") or "",
                "caption": turn.get("blip_caption") or "",
                "session": number,
                "index": index,
                "time": moment,
            }
            index += 1


KIN: Final = ("sister", "brother", "uncle", "neighbour", "boss", "cousin", "teacher", "flatmate")
NAMES: Final = ("Mia", "Jonas", "Petra", "Karim", "Yuki", "Lena", "Omar", "Ida", "Tomas", "Wren")
DOINGS: Final = (
    "plays the cello",
    "repairs old clocks",
    "keeps bees",
    "drives a night bus",
    "bakes rye bread",
    "collects stamps",
    "trains for a marathon",
    "restores a sailing boat",
    "paints harbours",
    "grows chillies",
)
SMALL_TALK: Final = (
    ("anna", "work was long today, I am tired"),
    ("luna", "Then put your feet up. What will you have for dinner?"),
    ("anna", "some soup I think, and an early night"),
    ("luna", "A good plan. Sleep well, Anna."),
    ("anna", "the weather is lovely, I went for a walk by the river"),
    ("luna", "I like rivers. Did you meet anybody?"),
    ("anna", "just a dog that wanted my sandwich"),
)


def generated(size: int) -> Talk:
    """Generate a conversation: a fact on each of many people, far apart among small talk."""
    people = [f"{kin} {name}" for name in NAMES for kin in KIN]
    rows: list[tuple[str, str]] = []
    doers: dict[str, set[str]] = {doing: set() for doing in DOINGS}
    questions: list[Question] = []
    for turn, person in enumerate(people):
        while len(rows) < turn * size // len(people):
            rows.append(SMALL_TALK[len(rows) % len(SMALL_TALK)])
        doing = DOINGS[turn * 7 % len(DOINGS)]
        answer = f"m{len(rows) + 2}"
        doers[doing].add(answer)
        questions.append(Question(f"what does my {person} do?", "one", frozenset({answer})))
        rows += [
            ("anna", f"I saw my {person} again"),
            ("luna", f"What does your {person} do these days?"),
            ("anna", f"well, {doing}, and laughs a lot"),
        ]
    questions += [
        Question(f"do you remember who {doing}?", "many", frozenset(answers))
        for doing, answers in doers.items()
    ]
    lines = [
        Line(f"m{turn}", speaker, text, at=turn // 20 * 86_400_000 + turn % 20 * 30_000)
        for turn, (speaker, text) in enumerate(rows)
    ]
    return Talk(lines, questions, Speakers(asks="anna", asked="luna"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of one question: R@5, R@10, R@20, nDCG@10, and the search's seconds."""

    kind: str
    measures: tuple[float, ...]
    seconds: float


def asked(index: Index, talk: Talk, question: Question, weights: Weights) -> Outcome:
    """Ask one question and compare the ranking with its answers."""
    start = time.perf_counter()
    hits = search(index, question.cue, k=max(CUTOFFS), speakers=talk.speakers, weights=weights)
    seconds = time.perf_counter() - start
    right = [hit.line.id in question.answers for hit in hits]
    total = len(question.answers)
    gain = sum(1 / math.log2(rank + 2) for rank, good in enumerate(right[:DEPTH]) if good)
    ideal = sum(1 / math.log2(rank + 2) for rank in range(min(total, DEPTH)))
    recalled = (sum(right[:cutoff]) / total for cutoff in CUTOFFS)
    return Outcome(question.kind, (*recalled, gain / ideal), seconds)


def row(name: str, outcomes: list[Outcome], kinds: list[str]) -> str:
    """Format one row of the table, in percent and milliseconds."""
    overall = [
        statistics.fmean(column) for column in zip(*(o.measures for o in outcomes), strict=True)
    ]
    by_kind = [
        statistics.fmean(o.measures[1] for o in outcomes if o.kind == kind) for kind in kinds
    ]
    times = statistics.quantiles((o.seconds for o in outcomes), n=20)
    figures = [f"{100 * value:>9.1f}" for value in overall + by_kind]
    return f"{name:<20}{''.join(figures)}{1000 * times[9]:>9.2f}{1000 * times[18]:>9.2f}"


def main(arguments: list[str]) -> None:
    """Print the table for the file named, or for the generated conversation."""
    talks = list(locomo(Path(arguments[0]))) if arguments else [generated(GENERATED)]
    start = time.perf_counter()
    indices = [Index(talk.lines) for talk in talks]
    lines = sum(map(len, indices))
    adding = (time.perf_counter() - start) / lines
    kinds = list(dict.fromkeys(q.kind for talk in talks for q in talk.questions))
    head = ["R@5", "R@10", "R@20", "nDCG@10", *kinds, "p50 ms", "p95 ms"]
    print(f"{'':<20}" + "".join(f"{name:>9}" for name in head))
    for name, weights in STEPS.items():
        outcomes = [
            asked(index, talk, question, weights)
            for index, talk in zip(indices, talks, strict=True)
            for question in talk.questions
        ]
        print(row(name, outcomes, kinds))
    questions = sum(len(talk.questions) for talk in talks)
    print(
        f"{lines} lines, {questions} questions (kinds: R@10); adding {1e6 * adding:.0f} us a line"
    )


if __name__ == "__main__":
    main(sys.argv[1:])
