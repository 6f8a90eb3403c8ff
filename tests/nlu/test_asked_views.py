"""How people ask for a view, and what they name in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic_soul.nlu.acts.asked_views import asked_view


@pytest.mark.parametrize(
    ("text", "kind", "parts"),
    [
        ("do u think i shud text her again", "should", {"action": "text her"}),
        ("Should I tell my boss?", "should", {"action": "tell my boss"}),
        ("is it ok if I leave early?", "should", {"action": "leave early"}),
        ("what would you say to Elena?", "say", {"whom": "Elena"}),
        ("what do I even say to her", "say", {"whom": "her"}),
        ("what if I can't find anything", "if", {"clause": "I can't find anything"}),
        ("do you think I'm being petty?", "judge", {"clause": "I'm being petty"}),
        ("am I a bad friend?", "am", {"state": "a bad friend"}),
        ("is he right?", "right", {"who": "he", "state": "right"}),
        ("how do I tell her?", "how", {"action": "tell her"}),
        ("would you go out with a firefighter?", "would", {"action": "go out with a firefighter"}),
        ("have you ever been to a wedding?", "self", {"action": "been to a wedding"}),
        ("whos better cats or dogs", "either", {"one": "cats", "other": "dogs"}),
        ("tea or coffee?", "either", {"one": "tea", "other": "coffee"}),
    ],
)
def test_a_view_is_asked_for(text: str, kind: str, parts: dict[str, str]) -> None:
    asked = asked_view(text)
    assert asked is not None
    assert (asked.kind, asked.parts) == (kind, parts)


@pytest.mark.parametrize(
    "text",
    [
        "I should go.",
        "she said no",
        "do you remember me?",
        "what's your name?",
        "are you there?",
        "",
    ],
)
def test_what_asks_for_no_view(text: str) -> None:
    assert asked_view(text) is None


def test_the_last_sentence_that_asks_for_a_view_counts() -> None:
    asked = asked_view("am I a bad friend? She is so sad. Should I text her? I can't sleep.")
    assert asked is not None
    assert (asked.kind, asked.parts) == ("should", {"action": "text her"})


@given(st.text(max_size=200))
def test_any_text_may_be_read(text: str) -> None:
    asked = asked_view(text)
    assert asked is None or all(asked.parts.values())
