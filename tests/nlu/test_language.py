"""A language is identified by its common words, and English is never taken for another."""

from __future__ import annotations

import pytest

from synthetic_soul.nlu.text.language import UNDETERMINED, identify_language


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
