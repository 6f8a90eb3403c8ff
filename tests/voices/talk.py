"""A talk without an engine: it keeps what a brief needs, and asks the composer for each reply."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from synthetic_soul import nlu
from synthetic_soul.mind.interpretation import Act, FactMention, Interpretation
from synthetic_soul.nlu.calendar.appointments import due_of
from synthetic_soul.voices.base import Brief, KnownFact, Line, Relationship
from synthetic_soul.voices.composer.composer import compose
from tests.voices.souls import HOUR, MINUTE, START

if TYPE_CHECKING:
    from soulscript import Soul

ONE = {"name", "age", "birthday", "home", "origin", "work", "study"}
TAIL = 10


@dataclass
class Talk:
    """One person's talk with one soul; ``liking`` and ``hurt`` move a little with what is said."""

    of: Soul
    now: int = START
    liking: float = 0.0
    hurt: float = 0.0
    pleasure: float = 0.15
    label: str = "stranger"
    known: list[KnownFact] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    away: int = 0
    messages: int = 0

    def wait(self, millis: int) -> None:
        self.now += millis
        self.away += millis
        self.hurt *= 0.5 ** (millis / (6 * HOUR))

    def say(self, text: str) -> str:
        self.wait(MINUTE)
        brief = self.brief(text)
        reply = compose(brief)
        self._keep(brief, reply)
        return reply

    def brief(self, text: str) -> Brief:
        before = "\n".join(line.text for line in self.lines[-TAIL:] if not line.mine)
        interpretation = nlu.interpret(text, name=self.of.name, before=before)
        self._feel(interpretation)
        learned, forgotten = self._facts(interpretation)
        person = next((fact.value for fact in self.known if fact.topic == "name"), "")
        return Brief(
            soul=self.of,
            name=self.of.name,
            interpretation=interpretation,
            now=self.now,
            messages=(Line(f"h{len(self.lines)}", person or "guest", text, self.now),),
            recent_lines=tuple(self.lines[-TAIL:]),
            recalled_lines=self._recalled(interpretation),
            known_facts=tuple(self.known),
            forgotten_facts=tuple(forgotten),
            learned_facts=tuple(learned),
            mood=(self.pleasure, 0.0, 0.0),
            emotions={"contentment": 0.2},
            relationship=Relationship(
                label=self.label,
                liking=self.liking,
                met_at=START if self.messages else None,
                away=self.away if self.messages else 0,
                messages=self.messages,
                hurt=self.hurt,
            ),
            person_name=person,
            earlier_replies=tuple(self.said),
        )

    def _feel(self, interpretation: Interpretation) -> None:
        if interpretation.does(Act.INSULT, Act.THREATEN):
            self.hurt = min(1.0, self.hurt + 0.45)
            self.liking -= 0.15
        elif interpretation.does(Act.APOLOGISE):
            self.hurt *= 0.45
        else:
            self.hurt *= 0.9
            self.liking = min(0.8, self.liking + 0.015 + 0.05 * max(0.0, interpretation.attitude))

    def _facts(self, interpretation: Interpretation) -> tuple[list[KnownFact], list[KnownFact]]:
        learned: list[KnownFact] = []
        gone: list[KnownFact] = []
        for told in interpretation.fact_mentions:
            gone += self._replaced(told)
            if not told.retracts and not any(
                f.topic == told.topic and f.value == told.value for f in self.known
            ):
                learned.append(
                    KnownFact(
                        f"f{self.messages}-{len(learned)}",
                        told.topic,
                        told.value,
                        self.now,
                        when=due_of(told.topic, told.value, self.now, "UTC"),
                    )
                )
        for wanted in interpretation.forget_topics:
            gone += [f for f in self.known if wanted in ("*", f.topic) or wanted in f.value.lower()]
        self.known = [fact for fact in self.known if fact not in gone] + learned
        return learned, gone

    def _replaced(self, told: FactMention) -> list[KnownFact]:
        same = [fact for fact in self.known if fact.topic == told.topic]
        if told.retracts:
            return [fact for fact in same if told.value.lower() in fact.value.lower()]
        single = told.topic in ONE or told.topic.startswith("favourite:") or told.corrects
        return [fact for fact in same if single and fact.value != told.value]

    def _recalled(self, interpretation: Interpretation) -> tuple[Line, ...]:
        wanted = set(interpretation.question_topics) | set(interpretation.topics)
        older = [line for line in self.lines[:-TAIL] if not line.mine]
        return tuple(line for line in older if wanted & set(line.text.lower().split()))[:4]

    def _keep(self, brief: Brief, reply: str) -> None:
        self.lines += [
            replace(brief.messages[0]),
            Line(f"r{len(self.lines)}", self.of.name, reply, self.now, mine=True),
        ]
        self.said.insert(0, reply)
        self.messages += 1
        self.away = 0
