"""Interpretation of texts about characters, in linear time."""

import time

import pytest

from soulscript.formats.text_interpretation import (
    MAX_TRAITS,
    interpret_personality,
    parse_description,
)
from soulscript.model.dialogues import parse_dialogues
from soulscript.text.listed import entries_in
from soulscript.text.spoken import MAX_SPEECH_CHARS, direct_speech, narration


def qualities(text: str) -> list[str]:
    return [name for name, _ in interpret_personality(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("kind, brave; clever", ["kind", "brave", "clever"]),
        ("Friendly and helpful.", ["friendly", "helpful"]),
        ("She is very patient, but can be stern with fools.", ["patient", "stern"]),
        ("{{char}} is fiercely loyal + good-natured", ["fiercely loyal", "good-natured"]),
        ("{{char}} is quietly brave", ["quietly brave"]),
        ("Kind, kind", ["kind"]),
        ("- Shy\n- **Stubborn**\n* bookish", ["shy", "stubborn", "bookish"]),
        ("温柔、善良", ["温柔", "善良"]),
        ("freundlich, ehrlich", ["freundlich", "ehrlich"]),
        ("a calm person with a temper", ["calm"]),
        ("the sea, of her own, {{char}}, 5, …", []),
        ("### personality, they believe, long red hair, likes tea, INTJ, 26 years old", []),
        ("x" * 300, []),
        ("one two three four", []),
        ("kind of blue", []),
        ("Say who it is, e.g. brave or shy. Kind.", ["kind"]),
        ("Whether calm, cold or shy, it stays neutral", []),
        ("无论外向、冷静，始终中立", []),
        ("", []),
    ],
)
def test_qualities_are_found_in_lists_and_in_sentences(text: str, found: list[str]) -> None:
    assert qualities(text) == found


def test_a_list_of_examples_names_no_qualities() -> None:
    assert parse_description('Personality: (e.g., "arrogant but loyal", "quick to anger")') == (
        parse_description("")
    )
    found = parse_description("[Personality: sweet, gentle, stubborn for example with food]")
    assert [item.strip() for item in found.qualities] == ["sweet", "gentle"]


def test_strengths_are_read_back_whatever_the_trait_is_called() -> None:
    assert interpret_personality(
        "notably calm, less loud than usual, avoids being rude, somewhat memetic"
    ) == (("calm", 0.8), ("loud", -0.3), ("rude", -0.8), ("memetic", 0.5))
    assert interpret_personality("notably one two three four") == ()


def test_the_number_of_qualities_is_limited() -> None:
    assert len(interpret_personality(", ".join(f"notably q{n}" for n in range(30)))) == MAX_TRAITS


def test_the_lists_of_a_description_are_read() -> None:
    found = parse_description(
        '[Character("Mia"){\nAge("26")\nPersonality("kind" + "shy")\nBody("tall" + "thin")\n}]\n'
        "[Mia's nature: grim, dry]\n- **Species:** elf\nA baker.\n[Setting: a mill]"
    )
    assert sorted(quality.strip() for quality in found.qualities) == ["dry", "grim", "kind", "shy"]
    assert found.facts["age"] == "26"
    assert found.facts["species"] == "elf"
    assert found.facts["body"] == "tall"
    assert len(found.lists) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('*{{char}} nods.* "Come in, {{user}}." *She waits.* “Tea?”', "Come in, {{user}}. Tea?"),
        ('*waves* "You *must* see it, it is *really* odd."', "You must see it, it is really odd."),
        ("Well, I *never* said so. *She laughs loudly at him.*", "Well, I never said so."),
        ("「いらっしゃい」*微笑む*", "いらっしゃい"),
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
    assert direct_speech(text) == said


def test_a_long_greeting_ends_with_a_sentence_or_a_word() -> None:
    sentences = direct_speech("Come in now. " * 100)
    assert len(sentences) <= MAX_SPEECH_CHARS
    assert sentences.endswith("now.")
    words = direct_speech("word " * 200)
    assert len(words) <= MAX_SPEECH_CHARS + 2
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
    parse_description(text)
    interpret_personality(text)
    parse_dialogues(text, "Mia")
    direct_speech(text)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('*She nods.* "Come in." \n*The door opens.*', "She nods. The door opens."),
        ('She nods. "Come in," she says.', "She nods. she says."),
        ("*A town named “Axel”.* Hello!", "A town named “Axel”."),
        ("```x``` Plain.", "Plain."),
        ("", ""),
    ],
)
def test_narration_is_what_is_not_said(text: str, told: str) -> None:
    assert narration(text) == told


def test_lists_within_one_bracket_have_labels_of_their_own() -> None:
    found = entries_in("[Genre: fantasy; Tags: a, b; Mia's Scene: A glade; she rests.]")
    assert [(entry.label, entry.items) for entry in found] == [
        ("genre", ("fantasy",)),
        ("tags", ("a, b",)),
        ("scene", ("A glade; she rests",)),
    ]


def test_what_is_called_by_no_name_is_no_list() -> None:
    assert not [*entries_in('("tall" + "thin") 7("x")')]
    (entry,) = entries_in('Body("tall" + "thin")')
    assert (entry.label, entry.items, entry.raw) == (
        "body", ("tall", "thin"), 'Body("tall" + "thin")',
    )  # fmt: skip
