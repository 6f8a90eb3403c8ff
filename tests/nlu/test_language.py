"""A language is identified by its common words, and English is never taken for another."""

from __future__ import annotations

import pytest

from synthetic_soul.nlu.text.language import UNDETERMINED, identify_language, likely_language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ich bin heute sehr müde", "de"),
        ("je suis très triste aujourd’hui", "fr"),
        ("hola, cómo estás hoy", "es"),
        ("ciao, come ti chiami?", "it"),
        ("olá, eu estou bem", "pt"),
        ("hoe gaat het met jou", "nl"),
        ("как дела?", UNDETERMINED),
        ("元気ですか", UNDETERMINED),
        ("how are you today?", ""),
        ("no, me, I was in a war", ""),
        ("danke", ""),
        ("?!", ""),
        ("", ""),
    ],
)
def test_a_line_is_identified_where_enough_of_its_words_are_common(
    text: str, language: str
) -> None:
    assert identify_language(text) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("quiero morir", "es"),
        ("quiero", "es"),
        ("ich will nicht mehr", "de"),
        ("Selbstmord", "de"),
        ("je veux mourir", "fr"),
        ("voglio morire", "it"),
        ("quero morrer", "pt"),
        ("ik wil dood", "nl"),
        ("jag vill dö", "sv"),
        ("chcę umrzeć", "pl"),
        ("ölmek istiyorum", "tr"),
        ("хочу умереть", "ru"),
        ("أريد أن أموت", "ar"),
        ("मैं मरना चाहता हूँ", "hi"),
        ("main marna chahta hun", "hi_latn"),
        ("死にたい", "ja"),
        ("我想死", "zh"),
        ("죽고 싶어", "ko"),
    ],
)
def test_a_few_words_are_told_where_their_language_is_clear(text: str, language: str) -> None:
    assert likely_language(text) == language
    assert likely_language(text, before="I went to the shop and bought some bread") == language


@pytest.mark.parametrize(
    "text",
    [
        "logout",
        "exit",
        "golems",
        "banshees",
        "krakens",
        "kings",
        "portraits",
        "aquaria",
        "principles",
        "jimmy",
        "do krakens exist?",
        "do trolls exist?",
        "ok",
        "xyzzy",
        "42",
        "👍",
    ],
)
def test_a_few_words_in_no_clear_language_are_english(text: str) -> None:
    assert likely_language(text) == "en"


@pytest.mark.parametrize(
    ("text", "language"),
    [("gracias", "es"), ("obrigado", "pt"), ("aiuto", "it"), ("pomocy", "pl"), ("intihar", "tr")],
)
def test_one_word_that_another_language_knows_is_in_that_language(text: str, language: str) -> None:
    assert likely_language(text) == language


def test_a_word_that_nobody_knows_decides_nothing_for_what_follows() -> None:
    assert likely_language("42", before="krakens") == "en"
    assert likely_language("krakens", before="ich habe heute lange gearbeitet") == "de"


@pytest.mark.parametrize("text", ["ok", "xyzzy", "42", "👍"])
def test_a_few_words_in_no_clear_language_are_in_that_of_what_was_said_before(text: str) -> None:
    assert likely_language(text, before="ich habe heute lange gearbeitet") == "de"
    assert likely_language(text, before="xyzzy") == "en"
