from __future__ import annotations

from dataclasses import replace

import pytest

from synthetic_soul.mind.interpretation import Interpretation
from synthetic_soul.nlu.calendar.appointments import due_of
from synthetic_soul.voices.base import Line
from synthetic_soul.voices.composer import fact_clauses
from tests.voices.briefs import brief, fact
from tests.voices.souls import DAY, HOUR, START


@pytest.mark.parametrize(
    ("topic", "value", "told"),
    [
        ("name", "Tomas", "you're called Tomas"),
        ("age", "34", "you're 34"),
        ("birthday", "on 3 May", "your birthday is 3 May"),
        ("home", "Ghent", "you live in Ghent"),
        ("home", "near the sea", "you live near the sea"),
        ("origin", "from Lyon", "you come from Lyon"),
        ("work", "a nurse in Leeds", "you're a nurse in Leeds"),
        ("work", "nurse", "you're a nurse"),
        ("work", "engineer", "you're an engineer"),
        ("work", "at the harbour", "you work at the harbour"),
        ("work", "bake bread in Ghent", "you bake bread in Ghent"),
        ("work", "teaching", "your work is teaching"),
        ("work", "retired", "you're retired"),
        ("work", "finance", "you work in finance"),
        ("work", "research assistant", "you're a research assistant"),
        ("study", "law", "you study law"),
        ("like", "hiking in the rain", "you like hiking in the rain"),
        ("dislike", "olives", "you don't like olives"),
        ("favourite:colour", "blue", "your favourite colour is blue"),
        ("person:sister", "Ada", "your sister is called Ada"),
        ("person:sister", "a painter", "your sister is a painter"),
        ("person:sister", "lives in Rome", "your sister lives in Rome"),
        ("person:sister", "Ada who paints", "your sister: Ada who paints"),
        ("person:sister", "sister", "you have a sister"),
        ("pet:cat", "Miso", "you have a cat called Miso"),
        ("pet:owl", "Bo", "you have an owl called Bo"),
        ("pet:cat", "cat", "you have a cat"),
        ("pet:cat", "two cats", "you have two cats"),
        ("pet:cat", "Miso the tabby", "you have a cat, Miso the tabby"),
        ("plan", "going to Rome in May", "you were going to Rome in May"),
        ("plan", "to move", "you were planning to move"),
        ("plan", "visit Rome", "you were planning to visit Rome"),
        ("plan", "a trip", "you were planning a trip"),
        ("allergy", "peanuts", "you're allergic to peanuts"),
        ("language", "Dutch", "you speak Dutch"),
        ("hobby", "playing chess", "you play chess"),
        ("hobby", "learning the violin", "you're learning the violin"),
        ("possession", "a red bike", "you have a red bike"),
        ("experience", "been to Japan", "you've been to Japan"),
        ("experience", "climbed Mont Blanc", "you climbed Mont Blanc"),
        ("shoe size", "43", "your shoe size is 43"),
    ],
)
def test_a_fact_as_a_clause(topic: str, value: str, told: str) -> None:
    assert fact_clauses.clause(topic, value) == told


@pytest.mark.parametrize(
    ("topic", "value", "named"),
    [
        ("name", "Tomas", "your name"),
        ("home", "Ghent", "where you live"),
        ("pet:cat", "Miso", "your cat Miso"),
        ("person:sister", "a painter", "what you told me of your sister"),
        ("favourite:colour", "blue", "your favourite colour"),
        ("like", "tea", "that you like tea"),
        ("plan", "going to Rome", "that you were going to Rome"),
    ],
)
def test_a_fact_let_go_is_named(topic: str, value: str, named: str) -> None:
    assert fact_clauses.noun(topic, value) == named


def test_likes_share_a_clause() -> None:
    held = (fact("name", "Tomas"), fact("like", "tea"), fact("like", "rain"))
    made = brief(Interpretation(text=""), known_facts=held)
    assert fact_clauses.clause_list(made, held) == "you're called Tomas and you like tea and rain"


def test_who_is_mourned_is_told_of_in_the_past() -> None:
    rex = fact("pet:dog", "Rex")
    tail = (Line("1", "Tomas", "my dog Rex died", START - HOUR),)
    assert (
        fact_clauses.current_clause(brief(Interpretation(text="")), rex)
        == "you have a dog called Rex"
    )
    assert (
        fact_clauses.current_clause(brief(Interpretation(text=""), recent_lines=tail), rex)
        == "you had a dog called Rex"
    )
    lost = (rex, fact("lost:pet:dog", "Rex"))
    assert (
        fact_clauses.current_clause(brief(Interpretation(text=""), known_facts=lost), rex)
        == "you had a dog called Rex"
    )
    nameless = (rex, fact("late:pet:dog", "dog"))
    assert (
        fact_clauses.current_clause(brief(Interpretation(text=""), known_facts=nameless), rex)
        == "you had a dog called Rex"
    )


def test_who_was_only_ill_is_not_mourned() -> None:
    miso = fact("pet:cat", "Miso")
    said = ("Oh no, Miso. I'm sorry. How bad is it?",)
    assert (
        fact_clauses.current_clause(brief(Interpretation(text=""), earlier_replies=said), miso)
        == "you have a cat called Miso"
    )


def test_fields_hold_only_what_is_there() -> None:
    assert fact_clauses.phrase_fields(fact("home", "in Lyon with my sister"))["place"] == "Lyon"
    assert "place" not in fact_clauses.phrase_fields(fact("home", "by the sea"))
    assert fact_clauses.phrase_fields(fact("plan", "going to Rome"))["doing"] == "going to Rome"
    assert "called" not in fact_clauses.phrase_fields(fact("pet:cat", "a tabby"))


@pytest.mark.parametrize(
    ("plan", "days"),
    [
        ("going to Rome next week", 11),
        ("seeing Ada tomorrow", 2),
        ("having a party on Sunday", 4),
        ("moving to Leeds next year", 449),
        ("moving to Leeds", 14),
    ],
)
def test_a_plan_is_over_when_its_date_is_or_else_after_two_weeks(plan: str, days: int) -> None:
    told = fact("plan", plan, age=0)
    told = replace(told, when=due_of("plan", plan, START, "UTC"))
    assert not fact_clauses.is_over(told, START + (days - 1) * DAY)
    assert fact_clauses.is_over(told, START + days * DAY)
