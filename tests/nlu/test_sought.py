"""What a question seeks in what was said before."""

import pytest

from synthetic_soul.nlu.facts.sought import meant_by, people_in, sought_in
from synthetic_soul.nlu.facts.subjects import company_of


@pytest.mark.parametrize(
    ("question", "kind", "pronouns"),
    [
        ("who did I say she went to Tenerife with?", "person", ("she",)),
        ("How much did I lend her?", "amount", ("she",)),
        ("how many parrots do I have", "amount", ()),
        ("how long did I work there?", "span", ("there",)),
        ("when is the funeral?", "time", ()),
        ("where did I lose my umbrella?", "place", ()),
        ("what was my thesis about again?", "", ()),
    ],
)
def test_the_kind_of_what_is_sought(question: str, kind: str, pronouns: tuple[str, ...]) -> None:
    sought = sought_in(question)
    assert sought is not None
    assert (sought.kind, sought.pronouns) == (kind, pronouns)


@pytest.mark.parametrize("text", ["I have a boat.", "", "nice weather", "tell me more"])
def test_what_asks_nothing_seeks_nothing(text: str) -> None:
    assert sought_in(text) is None


@pytest.mark.parametrize(
    ("question", "holds", "lacks"),
    [
        ("how much was it?", "it cost me £2,000", "it cost me a lot"),
        (
            "how long was it?",
            "eleven years and they did it on a call",
            "a very long time ago it began",
        ),
        ("when is it?", "the exam is on Friday", "the exam is hard"),
        ("where is he?", "he's in Lyon with the kids", "he's tired"),
        ("who came?", "my sister Elena came", "it came with the post"),
    ],
)
def test_how_what_is_sought_looks(question: str, holds: str, lacks: str) -> None:
    sought = sought_in(question)
    assert sought is not None
    assert sought.looks_in(holds)
    assert not sought.looks_in(lacks)


def test_people_are_found_by_name_or_relation() -> None:
    assert people_in("my mate Olly says plenty more fish in the sea") == ["Olly"]
    assert people_in("my landlord put the rent up") == ["your landlord"]


def test_somebody_known_to_be_a_woman_is_rather_meant_by_she() -> None:
    company = company_of("My sister Elena borrowed money. My landlord put the rent up.")
    assert meant_by("she", company) == "Elena sister"
    assert meant_by("he", company) == "landlord"
