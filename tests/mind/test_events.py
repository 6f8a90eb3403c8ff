"""The journal's events as values: sealed words, strict fields, tickets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from synthetic_soul.mind.events import Answered, Event, Felt, Impulse, Words
from tests.mind.lives import BIRTH, adoption, fact_learned, message_heard, reply_spoken

ANY: TypeAdapter[Event] = TypeAdapter(Event)


@given(st.text(), st.binary(min_size=16, max_size=16))
def test_sealed_words_commit_to_their_text(text: str, salt: bytes) -> None:
    sealed = Words.seal(text, owner="ada", salt=salt)
    assert sealed.genuine()
    assert not sealed.model_copy(update={"text": text + "!"}).genuine()


def test_erased_words_are_genuine_and_half_erased_ones_are_not() -> None:
    sealed = Words.seal("tea", owner="ada", salt=bytes(16))
    assert sealed.model_copy(update={"text": None, "salt": None}).genuine()
    assert not sealed.model_copy(update={"text": None}).genuine()
    assert not sealed.model_copy(update={"salt": None}).genuine()


@pytest.mark.parametrize(
    "event",
    [adoption(), message_heard(BIRTH), reply_spoken(BIRTH), fact_learned("f1"), Felt(impulses=())],
)
def test_an_event_survives_json(event: Event) -> None:
    assert ANY.validate_json(ANY.dump_json(event)) == event


def test_an_event_takes_no_unknown_field_and_no_level_out_of_range() -> None:
    with pytest.raises(ValidationError):
        ANY.validate_python({"kind": "felt", "impulses": [], "mood": 1})
    for amount in (1.5, float("nan")):
        with pytest.raises(ValidationError):
            Impulse(dimension="joy", amount=amount, cause="test")


def test_a_ticket_names_message_and_attempt() -> None:
    assert Answered(message="m1", attempt=2).ticket == "m1#2"
