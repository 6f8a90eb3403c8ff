"""Conversations with questions whose answers are known: LoCoMo, BEAM, and a generated one.

LoCoMo (https://github.com/snap-research/locomo) is one file; all turns of a conversation are the
corpus of each of its questions. BEAM (https://github.com/mohammadtavakoli78/BEAM) is a folder with
a folder for each chat; the corpus holds the person's lines alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from synthetic_soul.recall import Line, Speakers

LOCOMO_KINDS: Final = {1: "multi", 2: "temporal", 3: "open", 4: "single", 5: "unanswerable"}
UNANSWERABLE: Final = frozenset({"unanswerable", "abstention"})
_DIALOG_ID: Final = re.compile(r"D:?(\d+):(\d+)")
_NO_ANSWERS: Final[frozenset[str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """A cue, its kind, and the ids of the lines that answer it.

    ``sides`` are those of each side of a contradiction; ``newest`` is the line that is up to date,
    where older answers have become wrong.
    """

    cue: str
    kind: str
    answers: frozenset[str]
    sides: tuple[frozenset[str], ...] = ()
    newest: str | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation, its speakers, and the questions about it."""

    name: str
    lines: list[Line]
    questions: list[Question]
    speakers: Speakers = field(default_factory=Speakers)


def line(turn: Mapping[str, Any]) -> Line:
    """Return a turn (id, speaker, text, caption, session, index, time) as a line."""
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
    """Read the conversations of a LoCoMo file and their questions with evidence."""
    for sample in json.loads(path.read_text("utf-8")):
        lines = [line(turn) for turn in _turns(sample["conversation"])]
        known = {each.id for each in lines}
        questions = []
        for asked in sample["qa"]:
            named = _DIALOG_ID.findall(" ".join(asked.get("evidence") or ()))
            answers = frozenset(f"D{int(one)}:{int(two)}" for one, two in named) & known
            if answers:
                kind = LOCOMO_KINDS[asked["category"]]
                answers = _NO_ANSWERS if kind in UNANSWERABLE else answers
                questions.append(Question(asked["question"], kind, answers))
        yield Talk(f"locomo {sample['sample_id']}", lines, questions)


def _turns(conversation: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
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


def beam(folder: Path) -> Iterator[Talk]:
    """Read the chats in a folder and their questions with evidence or without an answer."""
    for chat in sorted(folder.glob("*/chat.json"), key=lambda file: file.parent.name):
        lines = [line(turn) for turn in _persons_turns(json.loads(chat.read_text("utf-8")))]
        places = {each.id: place for place, each in enumerate(lines)}
        asked = json.loads((chat.parent / "probing_questions.json").read_text("utf-8"))
        questions = [
            _question(kind, item, places) for kind, items in asked.items() for item in items
        ]
        kept = [each for each in questions if each.answers or each.kind in UNANSWERABLE]
        yield Talk(f"beam {chat.parent.name}", lines, kept)


def _persons_turns(batches: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    moment, index = datetime(2024, 1, 1, tzinfo=UTC), 0
    for batch in batches:
        for said in (each for exchange in batch["turns"] for each in exchange):
            if re.fullmatch(r"[A-Z][a-z]+-\d+-\d+", said.get("time_anchor") or ""):
                moment = datetime.strptime(said["time_anchor"], "%B-%d-%Y").replace(tzinfo=UTC)
            if said["role"] == "user":
                yield {
                    "id": str(said["id"]),
                    "speaker": "Person",
                    # The generator's own marks follow the text.
                    "text": re.sub(r"\s*->->.*$", "", said["content"], flags=re.DOTALL),
                    "caption": "",
                    "session": batch["batch_number"],
                    "index": index,
                    "time": moment,
                }
                index += 1


def _question(kind: str, item: Mapping[str, Any], places: Mapping[str, int]) -> Question:
    sources: Any = item.get("source_chat_ids") or []
    answers = frozenset(_ids(sources)) & places.keys()
    sides = list(sources.values()) if kind == "contradiction_resolution" else []
    newest = None
    if kind == "knowledge_update" and len(answers) > 1:
        newest = max(answers, key=places.__getitem__)
    found = tuple(frozenset(_ids(side)) for side in sides)
    return Question(item["question"], kind, frozenset(answers), found, newest)


def _ids(value: object) -> Iterable[str]:
    match value:
        case int():
            yield str(value)
        case list():
            for item in value:
                yield from _ids(item)
        case dict():
            yield from _ids(list(value.values()))
        case _:
            pass


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
    return Talk(f"generated {size}", lines, questions, Speakers(asks="anna", asked="luna"))
