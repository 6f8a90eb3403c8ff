"""TinyTroupe persons and fragments are read as souls and written without loss."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from soulscript import NotASoulError, Soul, prompt, read, write
from soulscript.formats.base import Import, Source
from soulscript.formats.personas import tinytroupe
from soulscript.formats.personas.tinytroupe import flatten, format_level, parse_level, skill_in
from soulscript.formats.text_interpretation import quality_of, split_degree
from support.documents import without_source
from support.files import SAMPLES, each_file

NINA: dict[str, Any] = {
    "type": "TinyPerson",
    "persona": {
        "name": "Nina",
        "age": 41,
        "gender": "Female",
        "nationality": "Norwegian",
        "residence": "Bergen",
        "education": "A school for boat builders.",
        "long_term_goals": ["To sail around Iceland."],
        "occupation": {
            "title": "Boat Builder",
            "organization": "Fjord & Daughter",
            "description": "You are a boat builder who works with oak.",
        },
        "style": "Blunt, but kind. Never hurries.",
        "personality": {
            "traits": [
                "You are very stubborn and like to be right.",
                "Curious",
                "It rains on you.",
            ],
            "big_five": {
                "openness": "High. Tries it all.",
                "neuroticism": 0.1,
                "extraversion": "?",
            },
        },
        "preferences": {"interests": ["Tides."], "likes": ["Tar."], "dislikes": ["Plastic."]},
        "skills": ["You are proficient in caulking.", "You can read clouds.", "Knots"],
        "beliefs": ["Wood is patient."],
        "behaviors": {"general": ["Hums while sanding."], "routines": {"morning": ["Coffee."]}},
        "health": "Fine.",
        "secrets": ["She cannot swim."],
        "relationships": [
            {"name": "Odd", "description": "Your brother."},
            {"description": "A seal that visits."},
            {"name": "Nobody"},
        ],
        "other_facts": ["You once won a race by sleeping."],
    },
    "mental_faculties": [{"type": "TinyToolUse"}],
}
FRAGMENT: dict[str, Any] = {
    "type": "Fragment",
    "persona": {
        "name": "Ignored",
        "beliefs": ["Wood is patient.", "Dogs know."],
        "behaviors": {"dogs": ["Stops for every dog."]},
        "pets": ["a dog"],
        "health": None,
    },
}


def source(document: Any) -> Source:  # noqa: ANN401 - anything that JSON can hold
    return Source("nina.json", {"nina.json": json.dumps(document).encode()})


def nina() -> dict[str, Any]:
    return copy.deepcopy(NINA)


def soul_in(document: Any) -> Soul:  # noqa: ANN401 - as above
    soul = tinytroupe.decode(source(document)).soul
    assert soul is not None
    return soul


def written(soul: Soul) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        tinytroupe.encode(Import("tinytroupe", soul), "x").files["x.agent.json"]
    )
    return document


def test_the_prompt_of_a_person_reads_as_prose() -> None:
    assert (
        prompt(soul_in(nina()), full=True)
        == """\
You are Nina, a 41 female boat builder. You are notably stubborn, somewhat curious and somewhat \
distinctive.

Your communication style is blunt, but kind. Never hurries. You frequently:
- Hums while sanding.

Your form: human.

Your background: You are Norwegian and live in Bergen. Education: A school for boat builders. You \
are a boat builder who works with oak. Your long-term goals: To sail around Iceland. You are \
interested in: Tides. You like: Tar. You dislike: Plastic. Health: Fine.

You know a lot about: caulking; how to read clouds; Knots.

How your traits show:
- stubborn: You are very stubborn and like to be right.
- distinctive: It rains on you.

What you hold to:
- Wood (important): Wood is patient."""
    )


def test_temperament_values_and_memories_are_read() -> None:
    found = tinytroupe.decode(source(nina()))
    assert found.soul is not None
    assert found.soul.engine.temperament == {"openness": 0.5, "neuroticism": -0.5}
    assert (found.soul.values[0].model_extra or {}) == {"soul:inferred": True}
    assert [memory.core_memory for memory in found.memories] == [
        "Odd: Your brother.",
        "A seal that visits.",
        "You once won a race by sleeping.",
    ]


def test_every_field_has_a_note() -> None:
    paths = {note.path for note in tinytroupe.decode(source(nina())).report}
    assert {f"persona.{key}" for key in NINA["persona"]} - paths == {
        "persona.occupation",
        "persona.personality",
        "persona.preferences",
        "persona.behaviors",
    }
    assert {"type", "mental_faculties", "persona.behaviors.routines"} <= paths


def test_an_unchanged_person_is_written_as_it_was() -> None:
    assert written(soul_in(nina())) == NINA


def test_an_edit_changes_its_field_alone() -> None:
    document = soul_in(nina()).dump()
    entity: Any = document["entity"]
    values: Any = document["values"]
    entity |= {"age": "42", "background": "You came back from Iceland."}
    values[0] |= {"expression": "Wood forgives."}
    changed = Soul.model_validate(document)
    back = written(changed)
    expected = nina()
    expected["persona"] |= {
        "age": 42,
        "background": "You came back from Iceland.",
        "beliefs": ["Wood forgives."],
    }
    assert {key: back[key] for key in expected} == expected
    assert soul_in(back).dump()["entity"] == document["entity"]


def test_a_single_fragment_gives_a_soul_with_defaults() -> None:
    found = tinytroupe.decode(source(FRAGMENT | {"persona": {"beliefs": ["Dogs know."]}}))
    assert found.soul is not None
    assert prompt(found.soul).startswith("You are a person.")
    assert any("a fragment is part" in note.message for note in found.report.of("defaulted"))
    assert written(found.soul) == FRAGMENT | {"persona": {"beliefs": ["Dogs know."]}}


def test_a_fragment_merges_into_a_person() -> None:
    joined: Any = tinytroupe.merge_fragment(nina(), FRAGMENT)
    persona = joined["persona"]
    assert joined["type"] == "TinyPerson"
    assert persona["name"] == "Nina"
    assert persona["health"] == "Fine."
    assert persona["beliefs"] == ["Wood is patient.", "Dogs know."]
    assert persona["behaviors"]["dogs"] == ["Stops for every dog."]
    assert persona["behaviors"]["general"] == ["Hums while sanding."]
    assert persona["pets"] == ["a dog"]
    assert soul_in(joined).voice.patterns == ("Hums while sanding.", "Stops for every dog.")
    assert nina()["persona"] != persona


def test_a_fragment_merges_into_a_flat_person() -> None:
    assert tinytroupe.merge_fragment({"name": "Flat", "age": None}, {"persona": {"age": 3}}) == {
        "name": "Flat",
        "age": 3,
    }
    assert tinytroupe.merge_fragment({"persona": {}}, {}) == {"persona": {}}
    assert tinytroupe.merge_fragment({"name": "Flat"}, {}) == {"name": "Flat"}


def test_older_flat_files_give_the_same_soul() -> None:
    persona = {
        "name": "Ole",
        "age": "30",
        "country_of_residence": "Norway",
        "occupation": "Cook",
        "occupation_description": "You cook fish.",
        "personality_traits": [{"trait": "You are loud."}, {"trait": "You are Loud and glad."}],
        "professional_interests": [{"interest": "cod"}],
        "personal_interests": ["darts"],
        "skills": [{"skill": "You are able to fillet."}],
        "relationships": {"Nina": "pays late", "Bo": None},
        "personality": ["shy"],
        "preferences": ["salt"],
        "behaviors": "Sings.",
        "education": {"degree": "none", "years": 2},
    }
    for document in (
        {"name": "Ole", "configuration": persona},
        persona,
        {"_configuration": persona},
    ):
        assert tinytroupe.detect(source(document))
        soul = soul_in(document)
        assert [trait.trait for trait in soul.personality.core_traits] == ["shy", "loud"]
        assert soul.personality.core_traits[1].expression_rules == (
            "You are loud.",
            "You are Loud and glad.",
        )
        assert soul.entity.background == (
            "You live in Norway.\nEducation: degree: none; years: 2.\nYou cook fish.\n"
            "You are interested in: cod; darts.\nYou like: salt."
        )
        assert soul.voice.patterns == ("Sings.",)
        assert written(soul) == document


def test_the_organization_is_mentioned_without_a_description() -> None:
    persona = {"occupation": {"title": "Cook", "organization": "The Cod"}, "nationality": "Danish"}
    soul = soul_in({"type": "TinyPerson", "persona": persona | {"relationships": ["Bo: a friend"]}})
    assert soul.entity.background == "You are Danish.\nYou work for The Cod."
    assert soul.entity.occupation == "Cook"
    (name,) = (soul.model_extra or {})["soul:memories"]
    assert name.startswith("relationship-")


def test_a_native_soul_survives_the_format(luna: dict[str, Any]) -> None:
    luna["soul:engine"] = {"temperament": {"openness": 0.9, "discipline": 0.0, "neuroticism": -1.0}}
    luna["personality"]["core_traits"].append(
        {
            "trait": "brave",
            "strength": 0.5,
            "expression_rules": ["You jump first.", "You are brave."],
        }
    )
    soul = Soul.model_validate(luna)
    document = written(soul)
    assert document["persona"]["age"] == 26
    assert document["persona"]["personality"] == {
        "traits": [
            "You are very sarcastic.",
            "You are memetic.",
            "You are not supportive.",
            "You jump first.",
            "You are brave.",
        ],
        "big_five": {"openness": "High.", "conscientiousness": "Medium.", "neuroticism": "Low."},
    }
    again = soul_in(document)
    assert without_source(again) == soul.dump()
    del luna["entity"]["age"], luna["personality"]["name"]
    luna["soul:memories"] = tinytroupe.to_soul(nina())[0]["soul:memories"]
    document = written(Soul.model_validate(luna))
    assert document["persona"]["name"] == "crypto trading psychologist"
    assert document["persona"]["relationships"] == [{"name": "Odd", "description": "Your brother."}]


@pytest.mark.parametrize(
    ("text", "name", "strength"),
    [
        ("You are very organized and plan ahead.", "organized", 0.8),
        ("She is somewhat shy.", "shy", 0.3),
        ("You are a deeply generous person who listens.", "generous", 0.8),
        ("You have a dark sense of humor.", "dark", 0.5),
        ("You are able to fly.", "distinctive", 0.5),
        ("Good with goats", "good with goats", 0.5),
        ("You never stop.", "distinctive", 0.5),
    ],
)
def test_a_sentence_names_its_quality(text: str, name: str, strength: float) -> None:
    assert quality_of(text)[:2] == (name, strength)


def test_a_word_of_degree_is_no_part_of_a_quality() -> None:
    assert split_degree("occasionally dry") == ("dry", 0.3)
    assert split_degree("Calm under pressure") == ("calm under pressure", 0.5)


@pytest.mark.parametrize(
    ("value", "strength"),
    [
        ("Very high. Always.", 0.5),
        ("moderate", 0.0),
        ("Low", -0.5),
        ("unknown", None),
        (True, None),
        ([1], None),
        (0.5, 0.0),
        (4.5, 0.5),
        (0, -0.5),
        (9, 0.5),
        (55, 0.0),
        (-3, None),
    ],
)
def test_the_big_five_are_read_in_words_and_on_usual_scales(
    value: Any,  # noqa: ANN401 - as a document may have it
    strength: float | None,
) -> None:
    assert parse_level(value) == strength


def test_levels_are_written_in_words() -> None:
    assert [format_level(strength) for strength in (0.9, 0.1, -0.5)] == ["High.", "Medium.", "Low."]


def test_a_skill_is_taken_from_its_sentence() -> None:
    assert skill_in("Skilled in making tea.") == "making tea"
    assert skill_in("She knows how to listen.") == "how to listen"
    assert skill_in("Arithmetic") == "Arithmetic"


def test_any_value_flattens_to_texts() -> None:
    assert flatten([{"trait": "a", "years": 2}, ["b", True, None, " "], "c", {}]) == [
        "a; years: 2",
        "b",
        "c",
    ]


def test_wrong_types_are_named_with_their_paths() -> None:
    document = nina()
    document["persona"] |= {"age": [], "name": {}, "style": [1]}
    document["persona"]["personality"]["big_five"] = "high"
    with pytest.raises(NotASoulError) as caught:
        tinytroupe.decode(source(document))
    assert sorted(problem.path for problem in caught.value.problems) == [
        "persona.age",
        "persona.name",
        "persona.personality.big_five",
        "persona.style",
    ]


def test_only_persons_are_detected() -> None:
    assert tinytroupe.detect(source(nina()))
    assert tinytroupe.detect(source(FRAGMENT))
    others: list[Any] = [[], {"name": "x", "age": 3}, {"entity": {}, "age": 3, "occupation": "x"}]
    for other in others:
        assert not tinytroupe.detect(source(other))
    assert soul_in([]).entity.form == "human"


@each_file((SAMPLES / "tinytroupe").glob("*.json"))
def test_published_persons_are_read_and_written_without_loss(path: Path) -> None:
    raw = Source(path.name, {path.name: path.read_bytes()})
    assert tinytroupe.detect(raw)
    soul = tinytroupe.decode(raw).soul
    assert soul is not None
    assert read(write(soul), strict=True).problems == ()
    assert written(soul) == raw.document
    assert soul_in(written(soul)) == soul
