"""Interpretation of texts about characters, in linear time."""

import time

import pytest

from soulscript.formats.text_interpretation import (
    MAX_GREETING_CHARS,
    MAX_TRAITS,
    expand_macros,
    interpret_personality,
    parse_description,
    parse_dialogues,
    spoken_greeting,
)


def qualities(text: str) -> list[str]:
    return [quality.name for quality in interpret_personality(text).qualities]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kind, brave; clever", ["kind", "brave", "clever"]),
        ("Friendly and helpful.", ["friendly", "helpful"]),
        ("She is very patient, but can be stern with fools.", ["patient", "stern"]),
        ("INTJ, Kind, kind", ["INTJ", "kind"]),
        ("a quiet one", ["quiet one"]),
        ("notably calm, somewhat odd", ["calm", "odd"]),
        ("the sea, of her own, {{char}}, 5, …", []),
        ("x" * 300, []),
        ("one two three four", []),
        ("", []),
    ],
)
def test_qualities_are_found_in_lists_and_in_sentences(text: str, found: list[str]) -> None:
    assert qualities(text) == found


def test_a_quality_has_the_sentence_that_describes_it() -> None:
    text = "Mia is patient and gentle with everything that has four legs. She likes rain."
    mind = interpret_personality(text)
    assert [(q.name, bool(q.rule)) for q in mind.qualities] == [
        ("patient", True),
        ("gentle", False),
    ]
    assert mind.habits == ("likes rain",)


def test_strengths_are_read_back() -> None:
    found = interpret_personality(
        "notably calm, less loud than usual, avoids being rude, somewhat odd"
    )
    assert [quality.strength for quality in found.qualities] == [0.8, -0.3, -0.8, 0.5]


def test_the_number_of_qualities_is_limited() -> None:
    assert (
        len(interpret_personality(", ".join(f"q{'a' * n}" for n in range(30))).qualities)
        == MAX_TRAITS
    )


def test_a_description_is_split_into_its_parts() -> None:
    found = parse_description(
        '[Character("Mia"){\nAge("26")\nPersonality("kind" + "shy")\nBody("tall" + "thin")\n}]\n'
        "[Mia's nature: grim, dry]\nSpecies: elf\nA baker.\n"
        "{{user}}: Hi\n{{char}}: Oh.\n[Setting: a mill]",
        "Mia",
    )
    assert parse_description("[Mia = keeps bees]", "Mia").prose == "Mia keeps bees."
    assert found.prose == "Age: 26.\nBody: tall, thin.\nSpecies: elf\nA baker.\nSetting: a mill."
    assert sorted(quality.strip() for quality in found.qualities) == ["dry", "grim", "kind", "shy"]
    assert found.facts["age"] == "26"
    assert found.facts["species"] == "elf"
    assert found.dialogue == "{{user}}: Hi\n{{char}}: Oh.\n"
    assert len(found.lists) == 2


def test_macros_are_replaced_by_names() -> None:
    assert (
        expand_macros("{{User}} met <BOT>. {{char}} waved.", "Mia", "you")
        == "You met Mia. Mia waved."
    )
    assert expand_macros("{{char}} waved.", "the owl", "you") == "The owl waved."


def test_examples_are_split_into_turns() -> None:
    text = (
        "Once.\n<START>\n{{user}}: Hi\nMia: Oh.\nWell.\nJo: Me too.\nYou: Bye\n{{char}}:\n<START>"
    )
    (turns,) = parse_dialogues(text, "Mia")
    assert turns == [
        {"speaker": "person", "text": "Hi"},
        {"speaker": "character", "text": "Oh.\nWell."},
        {"speaker": "Jo", "text": "Me too."},
        {"speaker": "person", "text": "Bye"},
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('*{{char}} nods.* "Come in, {{user}}." *She waits.* “Tea?”', "Come in, you. Tea?"),
        ("*nods* Come in.", "Come in."),
        ("*Only the wind.*", "Only the wind."),
        ('A sign says "no" and nothing more than that is said by anyone here.',
         'A sign says "no" and nothing more than that is said by anyone here.'),
        ("Look:\n```py\nprint('x')\n```", ""),
        ("Hello.\nIn code:\n```x```\nBye.", "Hello. Bye."),
        ("", ""),
    ],
)  # fmt: skip
def test_a_greeting_is_reduced_to_direct_speech(text: str, said: str) -> None:
    assert spoken_greeting(text, "Mia") == said


def test_a_long_greeting_ends_with_a_sentence_or_a_word() -> None:
    sentences = spoken_greeting("Come in now. " * 100, "Mia")
    assert len(sentences) <= MAX_GREETING_CHARS
    assert sentences.endswith("now.")
    words = spoken_greeting("word " * 200, "Mia")
    assert len(words) <= MAX_GREETING_CHARS + 2
    assert words.endswith("word …")


HOSTILE = [
    "[" * 400_000,
    '[a="b", ' * 60_000,
    'a("b" + ' * 60_000,
    "a" * 500_000,
    " " * 500_000,
    "x, " * 150_000,
    "{{user}}:" * 50_000,
    "\n{{user}}: " * 40_000,
    "*" * 499_999,
    '"' * 499_999,
    "```" * 150_000,
    "is very " * 60_000,
    "Mia is " + "very " * 90_000,
    ". " * 200_000,
    "a:\n" * 150_000,
    "she " * 120_000,
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_no_text_takes_long(text: str) -> None:
    start = time.process_time()
    parse_description(text, "Mia")
    interpret_personality(text)
    list(parse_dialogues(text, "Mia"))
    spoken_greeting(text, "Mia")
    assert time.process_time() - start < 2
