"""The souls that come with the engine: sound, and rich enough to talk without a model."""

import json
from pathlib import Path

import pytest

import synthetic_soul
from soulscript import Soul, load, prompt
from synthetic_soul.mind.tables.traits import TRAITS

FOLDER = Path(synthetic_soul.__file__).parent / "data" / "souls"
SOULS = sorted(FOLDER.glob("*.soul"))


def soul(name: str) -> Soul:
    return load(FOLDER / f"{name}.soul").soul


def test_there_are_five() -> None:
    assert [path.stem for path in SOULS] == ["dr_luna", "halvard", "jasmine", "ottilie", "pemmican"]


@pytest.mark.parametrize("path", SOULS, ids=lambda path: path.stem)
def test_each_reads_strictly_without_a_warning(path: Path) -> None:
    reading = load(path, strict=True)
    assert reading.problems == ()
    assert reading.kept == ("st:examples", "soul:engine")
    assert reading.soul.dump() == json.loads(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", SOULS, ids=lambda path: path.stem)
def test_each_has_something_to_say_without_a_model(path: Path) -> None:
    notes = load(path).soul.engine
    assert not notes.model_extra
    assert set(notes.temperament) <= TRAITS.keys()
    for said in (
        notes.greetings,
        notes.farewells,
        notes.catchphrases,
        notes.comforts,
        notes.stories,
        notes.questions,
    ):
        assert len(said) >= 3
        assert len(set(said)) == len(said)
        assert all(line.strip() == line for line in said)
    assert len(notes.delights) >= 3
    assert len(notes.honesty) >= 2
    assert len(notes.favourites) >= 5
    assert len(notes.opinions) >= 5
    assert all(question.endswith("?") for question in notes.questions)


@pytest.mark.parametrize("path", SOULS, ids=lambda path: path.stem)
def test_no_comfort_is_cheerful(path: Path) -> None:
    for line in load(path).soul.engine.comforts:
        assert "!" not in line


def test_jasmine_is_rich_and_honest() -> None:
    jasmine = soul("jasmine")
    assert jasmine.id == "jasmine"
    assert jasmine.name == "Jasmine"
    assert "Just a Simulation Modeling Interactive Neural Engagement" in (
        jasmine.entity.background or ""
    )
    assert set(jasmine.engine.temperament) == TRAITS.keys()
    assert len(jasmine.engine.favourites) >= 10
    assert len(jasmine.engine.stories) >= 10
    assert len(jasmine.engine.opinions) >= 12
    assert len(jasmine.engine.questions) >= 12
    assert len(jasmine.personality.core_traits) == 7
    assert all(
        "imulation" in line or "rogram" in line or "No body" in line
        for line in jasmine.engine.honesty
    )


def test_the_full_prompt_of_jasmine_leaves_room_for_the_conversation() -> None:
    assert len(prompt(soul("jasmine"), full=True)) <= 3200
