"""Measure how often the lines that answer a question stand in the prompt of its reply.

    python -m benchmarks.evidence LOCOMO.json [QUESTIONS] [KEPT]
                                    conversations of LoCoMo (https://github.com/snap-research/locomo)

Each conversation is fed through the HTTP API, at the times at which it was held: one speaker is the
person, the lines of the other are what a fake model replies ("two speakers"); or both are the
person, and the agent is a third ("one person"). Then questions (so many of each conversation,
evenly chosen; 36 without QUESTIONS, 0 for all) are asked in a copy of that state, ninety days
later, and the prompt is read. A line counts as there if its first 80 characters stand in the
prompt. Questions without an answer (category 5) are left out. The states are kept in the folder
KEPT, if it is named, and used again: feeding takes most of the time. It depends on what is kept and
indexed of what is said, but not on how that is recalled and told.

What a note tells was tuned on the development half of these conversations: figures on it flatter.

Printed are the shares of lines, by the kind of question, and the tokens of a prompt; then what
became of the lines: in the talk above the message, in the note, cut (another part of what was said
at once is quoted), no room (recalled, but not told), not recalled.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import shutil
import statistics
import sys
import tempfile
from collections import Counter, defaultdict
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import httpx
import structlog

from soulscript import Soul, load
from soulscript.jsontext.parser import as_object
from synthetic_soul.api.app import create_app
from synthetic_soul.auth.auth import Auth
from synthetic_soul.compose import compose, model_settings
from synthetic_soul.llm.providers import Models, build_models
from synthetic_soul.nlu.text.sentences import split_sentences
from synthetic_soul.settings import Settings
from synthetic_soul.voices.model.model_voice import ModelUtterance, ModelVoice
from synthetic_soul.voices.model.private_note import NOTE_HEADING
from synthetic_soul.voices.model.prompt_budget import PromptBudget
from tests.support.engine_harness import DAY, SECOND, Clock
from tests.support.fake_model import FakeModel

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Sequence

    from synthetic_soul.voices.base import Brief

SOULS: Final = Path(__file__).parents[1] / "src" / "synthetic_soul" / "data" / "souls"
KINDS: Final = {1: "multi", 2: "temporal", 3: "open", 4: "single"}
QUESTIONS: Final = 36
SHOWN_CHARS: Final = 80
MIN_QUOTED_CHARS: Final = 20
LATER: Final = 90 * DAY
SIGNED_IN_AT: Final = 1_700_000_000_000
"""The time (ms) at which everybody is signed in, so that the token of a kept state stays valid."""
AGENT: Final = "other"
STRANGER: Final = "Quill"
"""What the agent is called where it is neither of the two."""
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


class Recorder:
    """The voice of a model that keeps the last brief it was given."""

    def __init__(self, voice: ModelVoice) -> None:
        self.name = voice.name
        self._voice = voice
        self.brief: Brief | None = None

    def speak(self, brief: Brief) -> ModelUtterance:
        """Start an utterance."""
        self.brief = brief
        return self._voice.speak(brief)


@dataclass
class Api:
    """A client of an engine in this process, the engine's clock, and its voice."""

    http: httpx.AsyncClient
    clock: Clock
    voice: Recorder

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
    models = build_models(model_settings(settings))
    if models is None:
        raise ValueError("no model is set")
    voice = Recorder(_voice(models, settings))
    engine = compose(settings, clock=clock, elapsed=clock, voice=voice)
    app = create_app(engine, Auth(engine.store, settings, lambda: SIGNED_IN_AT), settings)
    kept = folder / "token"
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as http,
    ):
        if not kept.exists():
            await engine.add_agent(AGENT, _soul(name))
            kept.write_text((await http.post("/v1/auth/guest")).json()["access_token"])
        http.headers["Authorization"] = f"Bearer {kept.read_text()}"
        yield Api(http, clock, voice)
    await models.aclose()


def _voice(models: Models, settings: Settings) -> ModelVoice:
    budget = PromptBudget(settings.llm_context, settings.llm_max_tokens, model=settings.llm_model)
    return ModelVoice(models.quality, deadline=settings.llm_timeout, budget=budget)


def _soul(name: str) -> Soul:
    """Return the usual soul by another name."""
    document = load(SOULS / "jasmine.soul").soul.dump()
    personality = {**as_object(document["personality"]), "name": name}
    return Soul.model_validate(document | {"personality": personality})


async def feed(talk: Talk, folder: Path, model: FakeModel, *, is_one: bool) -> None:
    """Hold a conversation: by both speakers as one person, or with the agent as the second."""
    person, other = talk.names
    name = STRANGER if is_one else other
    async with api(folder, model, talk.turns[0].at - DAY, name) as client:
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


@dataclass(frozen=True, slots=True)
class Asked:
    """The prompt of the reply to a question, its note apart, and the brief that it was made of."""

    talk: str
    note: str
    brief: Brief

    @property
    def tokens(self) -> int:
        """About how many tokens the prompt has."""
        return (len(self.talk) + len(self.note)) // 4


async def ask(talk: Talk, folder: Path, model: FakeModel, question: Question) -> Asked:
    """Ask a question in a copy of a state."""
    with tempfile.TemporaryDirectory() as copied:
        there = Path(copied) / "data"
        shutil.copytree(folder, there)
        model.reply = FILLER
        at = talk.turns[-1].at + LATER
        async with api(there, model, at, talk.names[1]) as client:
            await client.say(question.text, at)
            brief = client.voice.brief
    if brief is None:
        raise RuntimeError("nothing was asked of the model")
    above, heading, told = str(model.calls[-1].prompt).rpartition(NOTE_HEADING)
    model.calls.clear()
    return Asked(above, heading + told, brief)


def fate(text: str, asked: Asked) -> str:
    """Return what became of a line that answers a question."""
    start = _plain(text)[:SHOWN_CHARS]
    if start in _plain(asked.talk):
        return "in the talk"
    note = _plain(asked.note)
    if start in note:
        return "in the note"
    held = [line.text for line in asked.brief.recalled_lines if start in _plain(line.text)]
    if not held:
        return "not recalled"
    parts = (_plain(part) for line in held for part in split_sentences(line))
    is_quoted = any(len(part) >= MIN_QUOTED_CHARS and part in note for part in parts)
    return "cut" if is_quoted else "no room"


THERE: Final = frozenset({"in the talk", "in the note"})


def chosen(talk: Talk, count: int) -> Sequence[Question]:
    """Return so many questions of a conversation, evenly chosen; all for 0."""
    step = max(1, len(talk.questions) // count) if count else 1
    return talk.questions[::step]


@dataclass
class Figures:
    """Shares of lines by the kind of question, fates of lines, and tokens of prompts."""

    shares: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    fates: Counter[str] = field(default_factory=Counter)
    tokens: list[int] = field(default_factory=list)

    def add(self, kind: str, asked: Asked, texts: Iterable[str]) -> None:
        """Count one question and the lines that answer it."""
        fates = [fate(text, asked) for text in texts]
        self.fates.update(fates)
        self.tokens.append(asked.tokens)
        for each in (kind, "all"):
            self.shares[each].append(statistics.mean(one in THERE for one in fates))

    def rows(self, way: str) -> Iterable[str]:
        """Yield the rows of the tables."""
        shares = "  ".join(
            f"{kind} {statistics.mean(found):6.1%} of {len(found)}"
            for kind, found in sorted(self.shares.items())
        )
        yield f"{way:13} {shares}  tokens {statistics.median(self.tokens):.0f}"
        fates = "  ".join(f"{each} {count}" for each, count in self.fates.most_common())
        yield f"{'':13} {self.fates.total()} lines: {fates}"


async def measure(path: Path, count: int, kept: Path) -> None:
    """Print the tables."""
    with FakeModel() as model:
        for way, is_one in (("two speakers", False), ("one person", True)):
            figures = Figures()
            for number, talk in enumerate(talks(path)):
                data = kept / f"{way.replace(' ', '-')}-{number}"
                if not data.exists():
                    begun = data.with_suffix(".begun")
                    shutil.rmtree(begun, ignore_errors=True)
                    await feed(talk, begun, model, is_one=is_one)
                    begun.rename(data)
                texts = {turn.id: turn.text for turn in talk.turns}
                for question in chosen(talk, count):
                    asked = await ask(talk, data, model, question)
                    figures.add(question.kind, asked, [texts[line] for line in question.evidence])
            print(*figures.rows(way), sep="\n", flush=True)


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))


def main(path: str, count: str = str(QUESTIONS), kept: str = "") -> None:
    """Print what the arguments ask for."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if kept:
        asyncio.run(measure(Path(path), int(count), Path(kept)))
        return
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(Path(path), int(count), Path(folder)))


if __name__ == "__main__":
    main(*sys.argv[1:])
