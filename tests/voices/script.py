"""One talk of twenty lines, its readings written by hand, for the printed talks in ``talks``.

After a change on purpose, ``pytest --snapshot-update tests/voices`` writes them anew. Read them.
"""

from __future__ import annotations

from pathlib import Path

from synthetic_soul.mind.interpretation import Act, Interpretation, LifeEvent
from synthetic_soul.voices.base import KnownFact, Line, Relationship
from synthetic_soul.voices.composer.composer import compose
from tests.voices.briefs import brief, fact, heard
from tests.voices.souls import DAY, MINUTE, START, soul

TALKS = Path(__file__).parent / "talks"
NAME = fact("name", "Tomas", age=0)
BREAD = fact("hobby", "baking bread in Ghent", age=0)
CAT = fact("pet:cat", "Miso", age=0)
REX = fact("pet:dog", "Rex", age=0)
LOST = fact("lost:pet:dog", "Rex", age=0)
PLAN = fact("plan", "going to Rome in May", age=0)
RENAMED = fact("name", "Thomas", age=0, id="renamed")

# Each line: what is heard, learned, and let go; how much hurts; how long a pause came before.
Facts = tuple[KnownFact, ...]
LINES: tuple[tuple[Interpretation, Facts, Facts, float, int], ...] = (
    (heard("hello", Act.GREET), (), (), 0.0, 0),
    (heard("I'm Tomas", Act.TELL), (NAME,), (), 0.0, MINUTE),
    (heard("I bake bread in Ghent", Act.TELL), (BREAD,), (), 0.0, MINUTE),
    (heard("how are you?", Act.ASK_FEELING), (), (), 0.0, MINUTE),
    (heard("I have a cat called Miso", Act.TELL, topics=("cat", "miso")), (CAT,), (), 0.0, MINUTE),
    (
        heard("what's your favourite colour?", Act.ASK_ABOUT_YOU,
              question_topics=("favourite colour",)),
        (), (), 0.0, MINUTE,
    ),
    (
        heard("my dog Rex died yesterday", Act.BAD_NEWS, Act.TELL, life_event=LifeEvent.DEATH,
              event_subject="my dog Rex", event_clause="my dog Rex died yesterday", valence=-0.9),
        (REX, LOST), (), 0.0, MINUTE,
    ),
    (heard("he was fourteen", Act.TELL), (), (), 0.0, MINUTE),
    (heard("thank you for listening", Act.THANK), (), (), 0.0, MINUTE),
    (
        heard("what's my cat called?", Act.ASK_MEMORY, question_topics=("pet:cat",)),
        (), (), 0.0, DAY // 2,
    ),
    (heard("I'm going to Rome in May", Act.TELL), (PLAN,), (), 0.0, MINUTE),
    (heard("you're useless", Act.INSULT, attitude=-0.8), (), (), 0.45, MINUTE),
    (heard("I watered the plants", Act.TELL), (), (), 0.4, MINUTE),
    (heard("sorry, that was mean", Act.APOLOGISE), (), (), 0.18, MINUTE),
    (heard("hi", Act.GREET), (), (), 0.0, 20 * DAY),
    (
        heard("I got the job!", Act.GOOD_NEWS, life_event=LifeEvent.JOB, event_subject="I",
              valence=0.8),
        (), (), 0.0, MINUTE,
    ),
    (heard("actually my name is Thomas", Act.CORRECT, Act.TELL), (RENAMED,), (NAME,), 0.0, MINUTE),
    (
        heard("what do you know about me?", Act.ASK_MEMORY, question_topics=("*",)),
        (), (), 0.0, MINUTE,
    ),
    (
        heard("what's the capital of France?", Act.ASK, question_topics=("capital", "france")),
        (), (), 0.0, MINUTE,
    ),
    (heard("good night", Act.FAREWELL), (), (), 0.0, MINUTE),
)  # fmt: skip


def perform(name: str) -> list[str]:
    """The replies of one soul to the script."""
    said: list[str] = []
    tail: list[Line] = []
    known: list[KnownFact] = []
    now, last = START, START
    for number, (interpretation, learned, gone, hurt, pause) in enumerate(LINES):
        now += pause
        dated = tuple(KnownFact(one.id, one.topic, one.value, now) for one in learned)
        known = [one for one in known if one.id not in {each.id for each in gone}] + list(dated)
        person = next((one.value for one in reversed(known) if one.topic == "name"), "")
        relationship = Relationship(
            label="acquaintance" if number > 3 else "stranger",
            liking=0.02 * number,
            met_at=START if number else None,
            away=now - last if number else 0,
            messages=number,
            hurt=hurt,
        )
        reply = compose(
            brief(
                interpretation,
                of=soul(name),
                relationship=relationship,
                known_facts=tuple(known),
                learned_facts=dated,
                forgotten_facts=gone,
                recent_lines=tuple(tail[-10:]),
                person_name=person,
                earlier_replies=tuple(said),
                now=now,
                emotions={"contentment": 0.2},
            )
        )
        tail += [
            Line(f"h{number}", person, interpretation.text, now),
            Line(f"r{number}", name, reply, now, mine=True),
        ]
        said.insert(0, reply)
        last = now
    return said[::-1]


def printed(name: str) -> str:
    """The talk as it is kept to be read by eye."""
    pairs = zip(LINES, perform(name), strict=True)
    return "".join(f"> {line[0].text}\n{reply}\n\n" for line, reply in pairs)
