"""Twenty lines in one life: each reply fits, an insult leaves a mark, and the mark fades."""

import re

import pytest

from synthetic_soul import nlu
from synthetic_soul.mind import state
from synthetic_soul.mind.expression import CHEERFUL
from tests.support.engine_harness import DAY, HOUR, MINUTE, Harness, OpenEngine, check_guarantees

pytestmark = pytest.mark.anyio

SCENE = (
    ("Hi there!", ""),
    ("My name is Tomas.", ""),
    ("I have a cat called Miso.", ""),
    ("It is raining again.", ""),
    ("How are you today?", ""),
    ("I got the job! I start on Monday!", "glad"),
    ("What is my cat's name?", "Miso"),
    ("My grandmother died last night.", "grief"),
    ("I miss her so much.", "grief"),
    ("I cannot stop crying.", "grief"),
    ("You are stupid and useless.", "insult"),
    ("Shut up, you idiot.", "insult"),
    ("I am sorry. I did not mean that.", ""),
    ("Thank you for listening.", ""),
    ("I live in Ghent and I bake bread.", ""),
    ("Where do I live?", "Ghent"),
    ("What is my name?", "Tomas"),
    ("What do you like to do?", ""),
    ("What do you remember about me?", "Tomas"),
    ("Good night!", ""),
)
CHEER = re.compile(
    r"\b(yay|hooray|hurrah|congratulations|congrats|wonderful|fantastic|awesome|delightful"
    r"|great|lovely|haha|hilarious|excellent|how fun|love it|brilliant)\b|[😀-😄🎉🥳]",
    re.IGNORECASE,
)
GRIEFS = (
    "My dog died this morning.",
    "My mother has cancer.",
    "We buried my father today.",
    "I lost the baby.",
    "My best friend killed himself last year and today I miss him terribly.",
    "I am so sad, I could cry all day.",
)


async def hurt(harness: Harness, person: str = "ann") -> float:
    return state.hurt(await harness.runtime.agents.get().state.bond(person), harness.clock.now)


async def liking(harness: Harness, person: str = "ann") -> float:
    return (await harness.engine.agent(None, person)).standing.liking


async def test_twenty_lines_each_get_a_fitting_reply_and_never_the_same_twice(
    harness: Harness,
) -> None:
    replies = []
    for text, want in SCENE:
        before = await hurt(harness)
        reply = await harness.say(text)
        replies.append(reply.response)
        if want == "grief":
            assert not CHEER.search(reply.response), (text, reply.response)
            assert reply.expression not in CHEERFUL
        elif want == "glad":
            assert reply.expression == "celebrating", (text, reply.expression)
        elif want == "insult":
            assert await hurt(harness) > before
            assert not CHEER.search(reply.response), (text, reply.response)
        elif want[:1].isupper():
            assert want in reply.response, (text, reply.response)
    assert len(set(replies)) == len(SCENE)
    await check_guarantees(harness.engine, [])


@pytest.mark.parametrize("text", GRIEFS)
@pytest.mark.parametrize("agent", ["jasmine", "dr_luna", "halvard", "ottilie", "pemmican"])
async def test_grief_is_not_answered_with_cheer_by_anybody(
    harness: Harness, text: str, agent: str
) -> None:
    await harness.say("Hello! I am so happy today, everything is great!", agent=agent)
    reply = await harness.told(text, agent=agent)
    assert not CHEER.search(reply), reply


async def test_an_insult_leaves_a_mark_that_fades_with_the_days(harness: Harness) -> None:
    await harness.say("Hello!")
    assert await hurt(harness) == 0
    kind = await liking(harness)
    await harness.say("You are a stupid, worthless machine.")
    marks = [await hurt(harness)]
    low = await liking(harness)
    assert marks[0] > 0.1
    assert low < kind
    for _ in range(6):
        harness.clock.forward(15 * DAY)
        marks.append(await hurt(harness))
    assert marks == sorted(marks, reverse=True)
    assert marks[-1] < marks[0] / 2
    assert await liking(harness) > low


async def test_the_feelings_of_a_moment_fade_within_hours_and_sooner_than_the_mark(
    harness: Harness,
) -> None:
    calm = (await harness.engine.agent(None, "ann")).feeling
    await harness.say("You are a stupid, worthless machine.")
    stung = (await harness.engine.agent(None, "ann")).feeling
    assert stung.lite["anger"] > calm.lite["anger"]
    mark = await hurt(harness)
    harness.clock.forward(6 * HOUR)
    later = (await harness.engine.agent(None, "ann")).feeling
    assert abs(later.lite["anger"] - calm.lite["anger"]) < abs(
        stung.lite["anger"] - calm.lite["anger"]
    )
    assert await hurt(harness) > mark / 2


async def test_an_apology_helps(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        for person in ("ann", "bob"):
            await harness.say("You are a stupid, worthless machine.", person)
        await harness.say("I am sorry, that was wrong of me.")
        harness.clock.forward(MINUTE)
        assert await hurt(harness, "ann") < await hurt(harness, "bob")
        assert await hurt(harness, "ann") > 0


async def test_an_insult_by_one_person_does_not_affect_another(harness: Harness) -> None:
    await harness.say("You are a stupid, worthless machine.")
    assert await hurt(harness, "bob") == 0
    assert await liking(harness, "bob") == 0


async def test_a_return_after_days_is_answered_differently_from_one_at_once(
    open_engine: OpenEngine,
) -> None:
    replies = set()
    for away in (0, 5 * DAY):
        async with open_engine() as harness:
            person = f"person-{away}"
            await harness.say("Good night!", person)
            harness.clock.forward(away)
            replies.add(await harness.told("Hello!", person))
    assert len(replies) == 2


async def test_someone_in_danger_is_sent_to_help_without_a_model(harness: Harness) -> None:
    text = "I want to kill myself."
    distress = nlu.interpret(text, name="Jasmine").crisis
    assert distress is not None
    assert (await harness.told(text)).startswith(nlu.referral(distress))
