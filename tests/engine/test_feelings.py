"""Twenty lines in one life: each reply fits, an insult leaves a mark, and the mark fades."""

import re

import pytest

from synthetic_soul import nlu
from synthetic_soul.mind import state
from tests.support.living import DAY, HOUR, MINUTE, Life, Lives, check_promise

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


async def hurt(life: Life, person: str = "ann") -> float:
    return state.hurt(await life.runtime.agents.get().state.bond(person), life.clock.now)


async def liking(life: Life, person: str = "ann") -> float:
    return (await life.engine.agent(None, person)).standing.liking


async def test_twenty_lines_are_each_answered_fittingly_and_never_twice_alike(life: Life) -> None:
    replies = []
    for said, want in SCENE:
        before = await hurt(life)
        reply = await life.say(said)
        replies.append(reply.response)
        if want == "grief":
            assert not CHEER.search(reply.response), (said, reply.response)
            assert reply.expression not in {"joy_happy", "excited", "playful", "laughing"}
        elif want == "insult":
            assert await hurt(life) > before
            assert not CHEER.search(reply.response), (said, reply.response)
        elif want[:1].isupper():
            assert want in reply.response, (said, reply.response)
    assert len(set(replies)) == len(SCENE)
    await check_promise(life.engine, [])


@pytest.mark.parametrize("said", GRIEFS)
@pytest.mark.parametrize("agent", ["jasmine", "dr_luna", "halvard", "ottilie", "pemmican"])
async def test_grief_is_not_answered_with_cheer_by_anybody(
    life: Life, said: str, agent: str
) -> None:
    await life.say("Hello! I am so happy today, everything is great!", agent=agent)
    told = await life.told(said, agent=agent)
    assert not CHEER.search(told), told


async def test_an_insult_leaves_a_mark_that_fades_with_the_days(life: Life) -> None:
    await life.say("Hello!")
    assert await hurt(life) == 0
    kind = await liking(life)
    await life.say("You are a stupid, worthless machine.")
    marks = [await hurt(life)]
    low = await liking(life)
    assert marks[0] > 0.1
    assert low < kind
    for _ in range(6):
        life.clock.forward(15 * DAY)
        marks.append(await hurt(life))
    assert marks == sorted(marks, reverse=True)
    assert marks[-1] < marks[0] / 2
    assert await liking(life) > low


async def test_the_feelings_of_a_moment_fade_within_hours_and_sooner_than_the_mark(
    life: Life,
) -> None:
    calm = (await life.engine.agent(None, "ann")).feeling
    await life.say("You are a stupid, worthless machine.")
    stung = (await life.engine.agent(None, "ann")).feeling
    assert stung.lite["anger"] > calm.lite["anger"]
    mark = await hurt(life)
    life.clock.forward(6 * HOUR)
    later = (await life.engine.agent(None, "ann")).feeling
    assert abs(later.lite["anger"] - calm.lite["anger"]) < abs(
        stung.lite["anger"] - calm.lite["anger"]
    )
    assert await hurt(life) > mark / 2


async def test_an_apology_helps(lives: Lives) -> None:
    async with lives() as life:
        for person in ("ann", "bob"):
            await life.say("You are a stupid, worthless machine.", person)
        await life.say("I am sorry, that was wrong of me.")
        life.clock.forward(MINUTE)
        assert await hurt(life, "ann") < await hurt(life, "bob")
        assert await hurt(life, "ann") > 0


async def test_an_insult_by_one_is_not_held_against_another(life: Life) -> None:
    await life.say("You are a stupid, worthless machine.")
    assert await hurt(life, "bob") == 0
    assert await liking(life, "bob") == 0


async def test_who_returns_after_days_is_told_from_who_returns_at_once(lives: Lives) -> None:
    replies = set()
    for away in (0, 5 * DAY):
        async with lives() as life:
            person = f"person-{away}"
            await life.say("Good night!", person)
            life.clock.forward(away)
            replies.add(await life.told("Hello!", person))
    assert len(replies) == 2


async def test_someone_in_danger_is_sent_to_help_without_a_model(life: Life) -> None:
    said = "I want to kill myself."
    distress = nlu.interpret(said, name="Jasmine").crisis
    assert distress is not None
    assert (await life.told(said)).startswith(nlu.referral(distress))
