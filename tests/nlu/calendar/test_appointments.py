"""What a person tells of their own that is to come."""

from __future__ import annotations

from datetime import datetime

import pytest

from synthetic_soul.nlu.calendar.appointments import (
    appointments_in,
    due_of,
    event_words,
    question_kind,
)
from synthetic_soul.nlu.calendar.civil_time import local, moment, zone_of

ZONE = "Europe/Berlin"
NOW = moment(datetime(2026, 3, 11, 10, tzinfo=zone_of(ZONE)))


@pytest.mark.parametrize(
    ("text", "topic", "value", "start"),
    [
        ("I have a dentist appointment on Friday at three", "plan", "having a dentist appointment",
         "03-13 15:00"),
        ("My exam is today at 5pm.", "plan", "having your exam", "03-11 17:00"),
        ("The exam is on Friday and we're all nervous", "plan", "having your exam", "03-13 00:00"),
        ("The exam of the others is on Friday", None, "", ""),
        ("my sister comes on Sunday", "appointment", "your sister comes", "03-15 00:00"),
        ("I'm flying to Rome on Saturday", "plan", "flying to Rome", "03-14 00:00"),
        ("We'll visit Ada next Tuesday!", "plan", "going to visit Ada", "03-17 00:00"),
        ("my birthday is tomorrow", "birthday", "12 March", "03-12 00:00"),
        ("my birthday is in May", "birthday", "May", "05-01 00:00"),
        ("My mum's birthday is on 3 May", "plan", "having your mum's birthday", "05-03 00:00"),
        ("On Saturday, at 8pm, I have a concert", "plan", "having a concert", "03-14 20:00"),
        ("Am Freitag habe ich eine Prüfung", "appointment:de", "Am Freitag habe ich eine Prüfung",
         "03-13 00:00"),
        ("J'ai un examen la semaine prochaine", "appointment:fr",
         "J'ai un examen la semaine prochaine", "03-16 00:00"),
        ("Mañana tengo una entrevista a las 9", "appointment:es",
         "Mañana tengo una entrevista a las 9", "03-12 09:00"),
        ("Am Freitag habe ich keine Prüfung", None, "", ""),
        ("on Friday I went home", None, "", ""), ("I worked today", None, "", ""),
        ("I'm tired today", None, "", ""), ("I need sleep tonight", None, "", ""),
        ("I work on Mondays", None, "", ""), ("what a Friday", None, "", ""),
        ("the shop opens on Friday", None, "", ""), ("I may go on Friday", None, "", ""),
        ("I won't go on Friday", None, "", ""), ("he said: I have an exam on Friday", None, "", ""),
        ("in 2030 I want a boat", None, "", ""),
    ],
)  # fmt: skip
def test_what_is_to_come_is_read_with_its_date(
    text: str, topic: str | None, value: str, start: str
) -> None:
    found = [
        (each.topic, each.value, f"{local(each.due.start, zone_of(ZONE)):%m-%d %H:%M}")
        for each in appointments_in(text, NOW, ZONE)
    ]
    assert found == ([] if topic is None else [(topic, value, start)])


def test_two_of_one_sentence_are_two() -> None:
    text = "I've got my driving test tomorrow at 9 and on Sunday my mum visits"
    assert [each.value for each in appointments_in(text, NOW, ZONE)] == [
        "having your driving test",
        "your mum visits",
    ]


@pytest.mark.parametrize(
    ("topic", "value", "start", "recurs"),
    [
        ("plan", "having an exam on Friday", "2026-03-13", ""),
        ("plan", "moving to Leeds next year", "2027-01-01", ""),
        ("birthday", "the 3rd of May", "2026-05-03", "yearly"),
        ("birthday", "3 May 1990", "1990-05-03", "yearly"),
    ],
)
def test_a_fact_is_due_when_its_words_say_so(
    topic: str, value: str, start: str, recurs: str
) -> None:
    due = due_of(topic, value, NOW, ZONE)
    assert due
    assert f"{local(due.start, zone_of(ZONE)):%Y-%m-%d}" == start
    assert due.recurs == recurs


@pytest.mark.parametrize(
    ("topic", "value"),
    [("plan", "moving to Leeds"), ("birthday", "some day"), ("like", "Fridays"),
     ("work", "at the bank since May"), ("birthday", "1990")],
)  # fmt: skip
def test_other_facts_are_due_at_no_time(topic: str, value: str) -> None:
    assert due_of(topic, value, NOW, ZONE) is None


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("when is my exam?", "when"), ("What time is my appointment?", "when"),
        ("what do I have on Friday?", "what"), ("Do I have anything tomorrow?", "what"),
        ("am I free on Sunday?", "what"), ("what are my plans this week?", "what"),
        ("what are you doing on Friday?", ""), ("when were you born?", ""),
        ("what did I tell you about Sunday?", ""), ("I have an exam on Friday", ""),
        ("what do you think of my hair today?", ""),
        ("what's on next Friday?", "what"), ("And what is planned for tomorrow?", "what"),
        ("Anything on Sunday?", "what"), ("is there anything on 3 May?", "what"),
        ("what's on TV on Friday?", ""), ("What's the weather on Friday?", ""),
        ("what's up today?", ""), ("what happened on Friday?", ""), ("what's on the table?", ""),
    ],
)  # fmt: skip
def test_questions_about_own_dates(text: str, kind: str) -> None:
    assert question_kind(text) == kind


def test_an_appointment_is_known_again_by_its_words_without_the_date() -> None:
    assert event_words("plan", "having your exam on Friday") == event_words(
        "plan", "having an exam"
    )
    assert event_words("birthday", "3 May") == event_words("birthday", "May") != frozenset()
