"""The words of a soul, mapped to levels of the rich traits."""

from __future__ import annotations

import pytest

from soulscript import Soul
from synthetic_soul.mind.soul_traits import traits_of
from synthetic_soul.mind.tables.traits import TRAITS


def soul(*core: tuple[str, float], **stated: float) -> Soul:
    """The least soul with these core traits and stated temperament."""
    document = {
        "version": "0.1",
        "entity": {"form": "human", "occupation": "baker"},
        "personality": {"core_traits": [{"trait": t, "strength": s} for t, s in core]},
        "values": [],
        "voice": {"style": "plain", "tone": "calm", "qualities": [], "patterns": []},
        "relationship": {"style": "open", "boundaries": []},
        "soul:engine": {"temperament": stated},
    }
    return Soul.model_validate(document)


def test_every_trait_has_a_level_and_unspoken_ones_are_zero() -> None:
    levels = traits_of(soul(("memetic", 0.9)))
    assert list(levels) == list(TRAITS)
    assert set(levels.values()) == {0.0}


@pytest.mark.parametrize(
    ("word", "trait", "sign"),
    [
        ("curiosity", "curiosity", 1),
        ("Warm-hearted", "friendliness", 1),
        ("sarcastic", "humor", 1),
        ("  Open minded ", "openness", 1),
        ("shy", "sociability", -1),
        ("stoic", "mood_stability", 1),
        ("Emotional Stability", "mood_stability", 1),
        ("dry wit", "humor", 1),
        ("scientific curiosity", "curiosity", 1),
    ],
)
def test_an_authors_word_finds_its_trait(word: str, trait: str, sign: int) -> None:
    assert traits_of(soul((word, 0.8)))[trait] * sign > 0
    assert traits_of(soul((word, -0.8)))[trait] * sign < 0


@pytest.mark.parametrize("denial", ["not very patient", "never patient", "hardly patient"])
def test_what_is_denied_means_its_opposite(denial: str) -> None:
    assert traits_of(soul((denial, 0.5)))["patience"] == pytest.approx(-0.5)
    assert traits_of(soul(("witty but not patient", 0.5)))["humor"] > 0


def test_words_that_a_card_merely_lists_give_a_character_of_middling_strength() -> None:
    words = ("grumpy", "sarcastic", "loyal", "chrono-synclastic", "brave", "fond of marmalade")
    levels = traits_of(soul(*((word, 0.5) for word in words)))
    assert levels["friendliness"] < 0 < levels["loyalty"]
    assert levels["humor"] > 0
    assert max(map(abs, levels.values())) <= 0.5


def test_a_stronger_word_moves_more() -> None:
    assert traits_of(soul(("curious", 0.9)))["curiosity"] == pytest.approx(0.9)
    assert traits_of(soul(("curious", 0.3)))["curiosity"] == pytest.approx(0.3)


def test_words_that_disagree_meet_in_the_middle() -> None:
    level = traits_of(soul(("sociability", 1.0), ("sociability", -0.5)))["sociability"]
    assert level == pytest.approx(0.25)


def test_what_the_author_states_outright_wins() -> None:
    levels = traits_of(soul(("curious", 0.9), curiosity=-0.2, Mood_Stability=0.5, zeal=1.0))
    assert levels["curiosity"] == -0.2
    assert levels["mood_stability"] == 0.5
    assert "zeal" not in levels


def test_a_lite_name_states_its_prototype_unless_that_is_stated_itself() -> None:
    assert traits_of(soul(("x", 0.0), warmth=0.6))["friendliness"] == 0.6
    levels = traits_of(soul(("x", 0.0), friendliness=0.1, warmth=0.6))
    assert levels["friendliness"] == 0.1


def test_no_pile_of_words_leads_out_of_bounds() -> None:
    piled = [(word, 1.0) for word in ("warm", "friendly", "kind", "welcoming", "supportive")]
    assert all(-1 <= level <= 1 for level in traits_of(soul(*piled)).values())
