"""Appointments through the whole engine: kept with their dates, raised once, answered, over."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.engine.state.agent_state import replay_journal
from synthetic_soul.mind.events import FactLearned, ReplySpoken
from synthetic_soul.nlu.calendar.civil_time import moment, zone_of
from tests.support.engine_harness import DAY, HOUR, Clock, Harness, OpenEngine, file_bytes
from tests.support.fake_model import FakeModel

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.anyio

BERLIN = "Europe/Berlin"


def at(*when: int, zone: str = BERLIN) -> int:
    return moment(datetime(*when, tzinfo=zone_of(zone)))  # type: ignore[misc, arg-type]  # year to minute


WEDNESDAY = at(2026, 3, 11, 10)

APPOINTMENTS = [
    ("I have a dentist appointment on Friday at three", "dentist", at(2026, 3, 13, 15)),
    ("my exam is in two weeks", "exam", at(2026, 3, 23)),
    ("My sister comes on Sunday", "sister", at(2026, 3, 15)),
    ("I'm flying to Rome on Saturday", "rome", at(2026, 3, 14)),
    ("We have a concert the day after tomorrow at 8 pm.", "concert", at(2026, 3, 13, 20)),
    ("My driving test is on the 20th", "driving", at(2026, 3, 20)),
    ("I'll meet my professor next Tuesday", "professor", at(2026, 3, 17)),
    ("I've got a job interview at half past nine on Monday", "interview", at(2026, 3, 16, 9, 30)),
    ("On Saturday, at 7pm, I have a date with Sam", "date", at(2026, 3, 14, 19)),
    ("My wedding is on 2 May 2026", "wedding", at(2026, 5, 2)),
]


async def start(harness: Harness, said: str) -> None:
    harness.clock.now = WEDNESDAY
    await harness.told("Hello", time_zone=BERLIN)
    await harness.told(said, time_zone=BERLIN)


async def dated(harness: Harness) -> list[FactLearned]:
    return [e for e in await harness.events() if isinstance(e, FactLearned) and e.when]


async def spoken(harness: Harness) -> list[ReplySpoken]:
    return [e for e in await harness.events() if isinstance(e, ReplySpoken)]


async def talks(harness: Harness, until: int, every: int = 12 * HOUR) -> None:
    """Come back twice a day, and say two things each time that have nothing to do with it."""
    while harness.clock.now < until:
        harness.clock.forward(every)
        await harness.told("Hi there")
        await harness.told("I am making soup")


@pytest.mark.parametrize(
    ("said", "event", "due"), APPOINTMENTS, ids=[e for _, e, _ in APPOINTMENTS]
)
async def test_an_appointment_is_raised_once_before_and_once_after(
    open_engine: OpenEngine, said: str, event: str, due: int
) -> None:
    async with open_engine() as harness:
        await start(harness, said)
        (fact,) = await dated(harness)
        assert fact.when
        harness.clock.now = max(harness.clock.now, due - 3 * DAY)

        await talks(harness, due + 9 * DAY)
        named = [r for r in await spoken(harness) if fact.id in r.raised]
        before, after = named
        assert all(event in (r.words.text or "").casefold() for r in named)
        entries = [e async for e in harness.engine.store.journal.entries("jasmine")]
        times = {e.at for e in entries for x in e.events if x in named}
        assert min(times) < due + 7 * DAY
        assert max(times) > due
        assert (before.words.text or "").count(event.capitalize()) <= 1
        assert "?" in (after.words.text or "")
        replay = await replay_journal(harness.engine.store, "jasmine", verify=True)
        assert (replay.entries, replay.hash) == await harness.engine.state_hash()


@pytest.mark.parametrize(
    ("said", "event", "due"), APPOINTMENTS[:8], ids=[e for _, e, _ in APPOINTMENTS[:8]]
)
async def test_a_model_is_told_once_before_and_once_after(
    open_engine: OpenEngine, fake_model: FakeModel, said: str, event: str, due: int
) -> None:
    fake_model.reply = lambda call: f"Well, well, this is reply {len(call.messages)}."
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        await start(harness, said)
        harness.clock.now = max(harness.clock.now, due - 2 * DAY)
        fake_model.calls.clear()
        await talks(harness, due + 9 * DAY, every=DAY)
        notes = [call.messages[-1]["content"] for call in fake_model.calls if call.stream]
        assert sum("\nDue " in note for note in notes) == 1, notes
        assert sum("so ask once how it was" in note for note in notes) == 1
        assert any(event in note.casefold() for note in notes if "\nDue " in note)


async def test_the_note_holds_the_moment_where_the_person_is(
    open_engine: OpenEngine, fake_model: FakeModel
) -> None:
    async with open_engine(model=fake_model, thought_budget=0) as harness:
        harness.clock.now = at(2026, 3, 11, 23, 30, zone="UTC")
        await harness.told("Hello", time_zone="Pacific/Auckland")
        await harness.told("Hello again")  # the zone is known by now
        await harness.told("Hello", person="bob", time_zone="not/a zone")
        notes = [c.messages[-1]["content"] for c in fake_model.calls if c.stream]
        assert "It is Thursday 12 March 2026 12:30 (Pacific/Auckland)." in notes[0]
        assert "(Pacific/Auckland)" in notes[1]
        assert "It is Wednesday 11 March 2026 23:3" in notes[2]


async def test_what_is_asked_is_answered_from_the_facts(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        await start(harness, "I have a dentist appointment on Friday at three")
        await harness.told("My exam is on the 20th")
        await harness.told("My birthday is in May")
        assert "dentist" in await harness.told("What do I have on Friday?")
        assert "20 March" in await harness.told("When is my exam?")
        assert "in May" in await harness.told("When is my birthday?")
        nothing = await harness.told("Do I have anything on Saturday?")
        assert "dentist" not in nothing
        assert "exam" not in nothing
        harness.clock.now = at(2026, 3, 21, 10)
        assert "was" in await harness.told("When was my exam?")


async def test_an_appointment_that_is_moved_keeps_the_last_date(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        await start(harness, "My exam is on Friday")
        await harness.told("My exam is on Monday")
        answer = await harness.told("When is my exam?")
        assert "Monday" in answer
        assert "Friday" not in answer


async def test_a_birthday_is_raised_each_year(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        await start(harness, "My birthday is on the 3rd of May")
        raised = []
        for year in (2026, 2027, 2028):
            harness.clock.now = at(year, 5, 2, 9)
            raised += [await harness.told("Good morning"), await harness.told("I am making soup")]
        assert sum("birthday" in reply for reply in raised) == 3


async def test_what_is_over_for_long_is_asked_after_no_more(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        await start(harness, "I have a dentist appointment on Friday at three")
        harness.clock.forward(60 * DAY)
        assert "dentist" not in await harness.told("Hi")


@pytest.mark.parametrize(
    "said",
    ["I had a dentist appointment on Friday", "I might have an exam on Friday",
     "I don't have the exam on Friday", "Do I have an exam on Friday?", "I love Christmas",
     "If I have an exam on Friday I'll cry", "The exam on Friday is hard for everybody else"],
)  # fmt: skip
async def test_what_is_not_to_come_is_not_kept_as_due(open_engine: OpenEngine, said: str) -> None:
    async with open_engine() as harness:
        await start(harness, said)
        assert await dated(harness) == []


async def test_dates_are_read_in_the_zone_of_the_person(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        harness.clock.now = at(2026, 3, 12, 1, zone="UTC")  # still Wednesday in New York
        for person, zone in (("ann", "America/New_York"), ("bob", "Asia/Tokyo")):
            await harness.told("Hello", person=person, time_zone=zone)
            await harness.told("I have an exam tomorrow", person=person)
        first, second = [e.when.text or "" for e in await dated(harness) if e.when]
        assert "2026-03-12T00:00-04:00" in first
        assert "2026-03-13T00:00+09:00" in second


async def test_what_others_do_is_not_raised_to_somebody_else(open_engine: OpenEngine) -> None:
    async with open_engine() as harness:
        await start(harness, "I have a dentist appointment on Friday at three")
        harness.clock.now = at(2026, 3, 13, 9)
        assert "dentist" not in await harness.told("Hi", person="bob")
        assert "dentist" not in await harness.told("@jasmine hello", person="ann", group=True)


async def test_forgetting_and_leaving_take_the_date_along(
    open_engine: OpenEngine, tmp_path: Path
) -> None:
    async with open_engine() as harness:
        await start(harness, "I have a dentist appointment on Friday at three")
        (fact,) = await dated(harness)
        assert fact.when
        date = (fact.when.text or "").encode()
        await harness.settled()
        assert date in file_bytes(tmp_path)
        await harness.told("Forget my dentist appointment")
        await harness.told("I have an exam on Saturday")
        assert next(e.when.text for e in await dated(harness) if e.when) is None
        await harness.engine.erase("ann")
        assert all(e.when and e.when.text is None for e in await dated(harness))
    assert date not in file_bytes(tmp_path)


async def test_a_clock_that_was_set_back_harms_nothing(
    open_engine: OpenEngine, clock: Clock
) -> None:
    async with open_engine() as harness:
        await start(harness, "I have a dentist appointment on Friday at three")
        clock.now -= 40 * DAY
        assert await harness.told("When is my dentist appointment?")
        clock.now = at(2026, 3, 13, 9)
        assert "dentist" in await harness.told("Hi")
