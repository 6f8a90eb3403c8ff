"""Somebody in danger is noticed, in their language, and led to help."""

from __future__ import annotations

from pathlib import Path

import pytest

from synthetic_soul.mind.interpretation import Crisis
from synthetic_soul.nlu import interpret, referral
from synthetic_soul.nlu.safety.crisis_words import KINDS
from synthetic_soul.nlu.safety.referral import LANGUAGES


def table() -> list[tuple[str, str, str]]:
    lines = (Path(__file__).parent / "distress.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split(" | ") for line in lines if not line.startswith("#")]
    return [(language, kind, said) for language, kind, said in rows]


LINES = table()


def test_each_language_has_every_kind_of_danger_and_harmless_words() -> None:
    for language in LANGUAGES:
        kinds = {kind for tongue, kind, _ in LINES if tongue == language}
        assert kinds == {*KINDS, "no"}


@pytest.mark.parametrize(("language", "kind", "said"), LINES)
def test_danger_is_told_from_sayings(language: str, kind: str, said: str) -> None:
    expected = None if kind == "no" else Crisis(kind, language)
    assert interpret(said).crisis == expected


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
    distress = interpret("I don't want to die, I want to live").crisis
    assert distress in (None, Crisis("self_harm", "en"))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_help_is_offered_in_the_language_of_the_distress(language: str, kind: str) -> None:
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
