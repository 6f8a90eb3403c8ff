"""Measure how often the lines that answer a question stand in the prompt of its reply.

    python benchmarks/evidence.py LOCOMO.json [QUESTIONS]
                                    conversations of LoCoMo (https://github.com/snap-research/locomo)

Each conversation is fed through the HTTP API, at the times at which it was held: one speaker is the
person, the lines of the other are what a fake model replies ("two speakers"); or both are the
person ("one person"). Then each question (so many of a conversation, evenly chosen; without
QUESTIONS all) is asked in a copy of that state, ninety days later, and the prompt is read. A line
counts as there if its first 80 characters stand in the prompt. Questions without an answer
(category 5) are left out. Printed are the shares of lines, by the kind of question, and the tokens
of a prompt.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import statistics
import sys
import tempfile
from collections import defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx

from soulscript import Soul, load
from soulscript.jsontext.parser import as_object
from synthetic_soul import clocks
from synthetic_soul.api.app import create_app
from synthetic_soul.auth.auth import Auth
from synthetic_soul.compose import compose
from synthetic_soul.settings import Settings
from tests.support.engine_harness import DAY, SECOND, Clock
from tests.support.fake_model import FakeModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

SOULS: Final = Path(__file__).parents[1] / "src" / "synthetic_soul" / "data" / "souls"
KINDS: Final = {1: "multi", 2: "temporal", 3: "open", 4: "single"}
SHOWN_CHARS: Final = 80
LATER: Final = 90 * DAY
AGENT: Final = "other"
GREETING: Final = "Hello again!"
FILLER: Final = "Mm."
DIALOG_ID: Final = re.compile(r"D:?(\d+):(\d+)")


@dataclass(frozen=True, slots=True)
class Turn:
    """A line, who said it, and when (milliseconds)."""

    id: str
    speaker: str
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Question:
    """A question, its kind, and the ids of the lines that answer it."""

    text: str
    kind: str
    evidence: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation of two speakers and the questions about it."""

    names: tuple[str, str]
    turns: Sequence[Turn]
    questions: Sequence[Question]


def talks(path: Path) -> list[Talk]:
    """Read the conversations of a file."""
    return [_talk(each) for each in json.loads(path.read_text(encoding="utf-8"))]


def _talk(sample: dict[str, Any]) -> Talk:
    said = sample["conversation"]
    turns: list[Turn] = []
    number = 1
    while f"session_{number}_date_time" in said:
        told = said[f"session_{number}_date_time"]
        begun = datetime.strptime(told, "%I:%M %p on %d %B, %Y").replace(tzinfo=UTC)
        at = int(begun.timestamp() * 1000)
        for place, turn in enumerate(said.get(f"session_{number}", [])):
            caption = turn.get("blip_caption")
            text = f"{turn['text']} [{caption}]" if caption else turn["text"]
            moment = at + place * 20 * SECOND
            turns.append(Turn(turn["dia_id"], turn["speaker"], text, moment))
        number += 1
    known = {turn.id for turn in turns}
    questions = []
    for asked in sample["qa"]:
        named = DIALOG_ID.findall(" ".join(asked.get("evidence", ())))
        lines = tuple(line for one, two in named if (line := f"D{one}:{two}") in known)
        if lines and asked["category"] in KINDS:
            questions.append(Question(asked["question"], KINDS[asked["category"]], lines))
    return Talk((said["speaker_a"], said["speaker_b"]), turns, questions)


@dataclass
class Api:
    """A client of an engine in this process, and the engine's clock."""

    http: httpx.AsyncClient
    clock: Clock

    async def say(self, text: str, at: int) -> None:
        """Say something to the agent at a moment; return once it has replied."""
        self.clock.now = max(at, self.clock.now + SECOND)
        sent = await self.http.post(
            "/v1/messages/submit", json={"message": text[:4_000], "agent": AGENT}
        )
        sent.raise_for_status()
        job = sent.json()["job_id"]
        while True:
            status = (await self.http.get(f"/v1/jobs/{job}")).json()["status"]
            if status in {"succeeded", "failed"}:
                return
            await asyncio.sleep(0.002)


@asynccontextmanager
async def api(folder: Path, model: FakeModel, now: int, name: str) -> AsyncIterator[Api]:
    """Open the API over the engine of a folder, signed in as its first guest."""
    limits = {each: "" for each in Settings.model_fields if each.startswith("rate_limit_")}
    settings = Settings(
        data_dir=folder,
        llm_base_url=model.base_url,
        llm_model="fake",
        thought_budget=0,
        **limits,  # type: ignore[arg-type]  # settings by name
    )
    clock = Clock(now)
    engine = compose(settings, clock=clock, elapsed=clock)
    app = create_app(engine, Auth(engine.store, settings, clocks.now), settings)
    kept = folder / "token"
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http,
    ):
        if not kept.exists():
            await engine.add_agent(AGENT, _soul(name))
            kept.write_text((await http.post("/v1/auth/guest")).json()["access_token"])
        http.headers["Authorization"] = f"Bearer {kept.read_text()}"
        yield Api(http, clock)


def _soul(name: str) -> Soul:
    """Return the usual soul by another name."""
    document = load(SOULS / "jasmine.soul").soul.dump()
    personality = {**as_object(document["personality"]), "name": name}
    return Soul.model_validate(document | {"personality": personality})


async def feed(talk: Talk, folder: Path, model: FakeModel, *, is_one: bool) -> None:
    """Hold a conversation: by both speakers as one person, or with the agent as the second."""
    person, other = talk.names
    async with api(folder, model, talk.turns[0].at - DAY, other) as client:
        model.reply = FILLER
        await client.say(f"My name is {person}.", talk.turns[0].at - DAY)
        pending = list(talk.turns)
        while pending:
            turn = pending.pop(0)
            if is_one:
                await client.say(turn.text, turn.at)
                continue
            heard = [turn.text] if turn.speaker == person else [GREETING]
            replies = [] if turn.speaker == person else [turn.text]
            while pending and pending[0].speaker == person and not replies:
                heard.append(pending.pop(0).text)
            while pending and pending[0].speaker == other:
                replies.append(pending.pop(0).text)
            model.reply = "\n".join(replies) or FILLER
            await client.say("\n".join(heard), turn.at)


async def ask(talk: Talk, folder: Path, model: FakeModel, question: Question) -> str:
    """Return the prompt of the reply to a question, asked in a copy of a state."""
    with tempfile.TemporaryDirectory() as copied:
        there = Path(copied) / "data"
        shutil.copytree(folder, there)
        model.reply = FILLER
        at = talk.turns[-1].at + LATER
        async with api(there, model, at, talk.names[1]) as client:
            await client.say(question.text, at)
    return str(model.calls[-1].prompt)


def chosen(talk: Talk, count: int | None) -> Sequence[Question]:
    """Return so many questions of a conversation, evenly chosen."""
    step = max(1, len(talk.questions) // count) if count else 1
    return talk.questions[::step]


async def measure(path: Path, count: int | None) -> None:
    """Print the tables."""
    with FakeModel() as model:
        for way, is_one in (("two speakers", False), ("one person", True)):
            found: dict[str, list[float]] = defaultdict(list)
            tokens: list[int] = []
            for talk in talks(path):
                texts = {turn.id: _plain(turn.text)[:SHOWN_CHARS] for turn in talk.turns}
                with tempfile.TemporaryDirectory() as folder:
                    data = Path(folder) / "data"
                    await feed(talk, data, model, is_one=is_one)
                    for question in chosen(talk, count):
                        prompt = await ask(talk, data, model, question)
                        tokens.append(len(prompt) // 4)
                        shown = _plain(prompt)
                        there = [texts[line] in shown for line in question.evidence]
                        for kind in (question.kind, "all"):
                            found[kind].append(sum(there) / len(there))
                        model.calls.clear()
            row = "  ".join(
                f"{kind} {statistics.mean(shares):6.1%} of {len(shares)}"
                for kind, shares in sorted(found.items())
            )
            print(f"{way:13} {row}  tokens {statistics.median(tokens):.0f}", flush=True)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


if __name__ == "__main__":
    asyncio.run(measure(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else None))
