"""Thoughts follow soul and mood, and tell of a person only what the brief holds."""

from __future__ import annotations

import pytest

from synthetic_soul.mind.expression import VIBES
from synthetic_soul.mind.interpretation import Interpretation
from synthetic_soul.mind.tables.emotions import EMOTIONS
from synthetic_soul.voices.base import Brief, Line
from synthetic_soul.voices.composer.composer import compose, vibe
from tests.voices.briefs import RELATIONSHIPS, brief, fact
from tests.voices.souls import HOUR, NAMES, START, soul
from tests.voices.test_composer import sound


def musing(number: int = 0, **more: object) -> Brief:
    return brief(Interpretation(text=""), purpose="thought", now=START + number * HOUR, **more)  # type: ignore[arg-type]  # fields by name


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("relationship", RELATIONSHIPS)
def test_every_mood_has_a_thought(name: str, relationship: str) -> None:
    for number, felt in enumerate(EMOTIONS):
        for mood in ((0.5, 0.5, 0.0), (0.5, 0.0, 0.0), (-0.5, 0.0, 0.0), (0.0, 0.0, 0.0)):
            made = musing(
                number,
                of=soul(name),
                relationship=RELATIONSHIPS[relationship],
                emotions={felt: 0.6} if number % 3 else {},
                mood=mood,
            )
            sound(compose(made))
            assert vibe(made) in VIBES


def test_thoughts_differ_from_hour_to_hour() -> None:
    for name in NAMES:
        thoughts = {compose(musing(number, of=soul(name))) for number in range(40)}
        assert len(thoughts) >= 12


def test_a_person_comes_in_only_with_what_is_known() -> None:
    alone = [compose(musing(number, person_name="Tomas")) for number in range(40)]
    assert not any("Tomas" in thought for thought in alone)
    known = [
        compose(musing(number, person_name="Tomas", known_facts=(fact("pet:cat", "Miso"),)))
        for number in range(40)
    ]
    assert any("Tomas" in thought for thought in known)
    assert any("Miso" in thought for thought in known)
    recalled = (Line("1", "Tomas", "my knees hurt in the rain", START - HOUR),)
    nameless = [compose(musing(number, recalled_lines=recalled)) for number in range(40)]
    assert any("my knees hurt in the rain" in thought for thought in nameless)
    assert not any("Tomas" in thought for thought in nameless)


def test_hurt_and_anger_show() -> None:
    hurt = musing(relationship=RELATIONSHIPS["hurt"])
    assert vibe(hurt) == "sad"
    cross = musing(emotions={"anger": 0.8})
    assert vibe(cross) == "bittersweet"
    assert compose(hurt) != compose(cross)


def test_the_soul_thinks_of_what_is_its_own() -> None:
    notes = soul("halvard").engine
    own = (*notes.favourites.values(), *notes.opinions.values(), *notes.questions, "duty")
    thoughts = [compose(musing(number, of=soul("halvard"))) for number in range(60)]
    assert any(line[1:] in thought for thought in thoughts for line in own)


def test_a_soul_without_notes_thinks_too() -> None:
    bare = soul("jasmine")
    plain = {key: part for key, part in bare.dump().items() if key != "soul:engine"}
    made = bare.model_validate({**plain, "values": []})
    for number in range(30):
        sound(compose(musing(number, of=made)))
