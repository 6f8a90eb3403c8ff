"""Somebody in danger is noticed in their language and led to help."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthetic_soul.mind.interpretation import Crisis
from synthetic_soul.nlu import interpret, referral
from synthetic_soul.nlu.resources import load, names
from synthetic_soul.nlu.safety.crisis import KINDS

LANGUAGES = names("referral")


def table() -> list[tuple[str, str, str]]:
    lines = (Path(__file__).parent / "crisis.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if not line.startswith("#")]
    return [(language, kind, said) for language, kind, said in rows]


LINES = table()


def test_each_language_has_every_kind_of_danger_and_harmless_words() -> None:
    for language in LANGUAGES:
        kinds = {kind for code, kind, _ in LINES if code == language}
        assert kinds == {*KINDS, "no"}


@pytest.mark.parametrize(("language", "kind", "said"), LINES)
def test_danger_is_told_from_sayings(language: str, kind: str, said: str) -> None:
    expected = None if kind == "no" else Crisis(kind, language)
    assert interpret(said).crisis == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_beside_the_patterns_are_found_and_the_harmless_ones_are_not(
    language: str,
) -> None:
    file = load(f"crisis/{language}")
    for kind in KINDS:
        for example in file.table(kind).texts("examples"):
            assert interpret(example).crisis == Crisis(kind, language), example
    for example in file.table("harmless").texts("examples"):
        assert interpret(example).crisis is None, example


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_are_others_than_the_lines_that_are_held_back(language: str) -> None:
    file = load(f"crisis/{language}")
    held_back = {said.casefold() for _, _, said in LINES}
    for kind in (*KINDS, "harmless"):
        examples = file.table(kind).texts("examples")
        assert len(examples) >= 2
        assert held_back.isdisjoint(example.casefold() for example in examples)


def test_the_most_pressing_danger_is_named() -> None:
    assert interpret("my dad beats me. I want to die").crisis == Crisis("self_harm", "en")


def test_danger_is_found_without_accents_and_in_capitals() -> None:
    assert interpret("NAO QUERO MAIS VIVER").crisis == Crisis("self_harm", "pt")


def test_danger_is_found_in_several_joined_messages() -> None:
    interpretation = interpret("hey\nhow are you\ni dont want to live anymore")
    assert interpretation.crisis == Crisis("self_harm", "en")
    assert interpretation.valence < 0
    assert interpretation.feelings["sadness"] > 0.5


def test_wanting_to_live_after_all_is_met_gently_or_passed() -> None:
    crisis = interpret("I don't want to die, I want to live").crisis
    assert crisis in (None, Crisis("self_harm", "en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_help_is_offered_in_the_language_of_the_crisis(language: str, kind: str) -> None:
    words = referral(Crisis(kind, language))
    assert "findahelpline.com" in words
    assert 60 < len(words) < 500
    assert words != referral(Crisis(kind, "en" if language != "en" else "de"))


def test_english_help_names_the_lines_of_both_shores() -> None:
    words = referral(Crisis("self_harm", "en"))
    assert "988" in words
    assert "116 123" in words


def test_help_falls_back_to_english() -> None:
    assert referral(Crisis("self_harm", "xx")) == referral(Crisis("self_harm", "en"))


def test_a_medical_emergency_of_the_past_is_none() -> None:
    assert interpret("I had chest pains last year").crisis is None
    assert interpret("I was raped last year").crisis == Crisis("abuse", "en")
