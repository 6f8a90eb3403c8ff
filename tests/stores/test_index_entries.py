"""What an entry makes: the same for every store."""

from synthetic_soul.mind.events import PersonErased, TraitsMoved
from synthetic_soul.stores.codec import IndexEntries, Settled, index_entries
from tests.contracts.journals import (
    adopted,
    failure,
    felt,
    heard,
    reply,
    retry,
    sealed,
    silence,
    thought,
)


def test_an_entry_of_inner_movements_makes_nothing() -> None:
    assert index_entries([felt(), TraitsMoved(impulses=())]) == IndexEntries(
        (), (), (), (), (), adopts=False
    )


def test_steps_come_in_the_order_of_events() -> None:
    message = heard(message="m")
    made = index_entries([message, failure(message), retry(message), reply(message, attempt=1)])
    assert made.steps == (
        message,
        Settled("m", 0, "m#0", "failed"),
        retry(message),
        Settled("m", 1, "m#1", "succeeded"),
    )


def test_a_silence_settles_each_message_it_answers() -> None:
    one, two = heard(message="one"), heard(message="two")
    assert index_entries([silence(one, two)]).steps == (
        Settled("one", 0, "one#0", "succeeded"),
        Settled("two", 0, "two#0", "succeeded"),
    )


def test_a_line_is_spoken_when_any_event_of_it_is_said_aloud() -> None:
    a, b = heard(conversation="a"), heard(conversation="b")
    assert index_entries([silence(b), failure(a), a]).lines == (("a", True), ("b", False))
    assert index_entries([reply(a)]).lines == (("a", True),)


def test_thoughts_are_sorted_by_who_may_see_them() -> None:
    assert index_entries([thought(audience="bob"), thought(), thought()]).audiences == ("", "bob")


def test_persons_are_the_named_the_audience_and_the_owners() -> None:
    owned = thought(audience="ann").model_copy(update={"words": sealed("x", "bob")})
    assert index_entries([owned, felt(person="cyd"), felt()]).persons == ("ann", "bob", "cyd")


def test_who_left_is_told() -> None:
    made = index_entries([PersonErased(person="ann")])
    assert (made.erased, made.persons) == (("ann",), ("ann",))


def test_a_soul_that_is_adopted_is_told() -> None:
    assert index_entries([felt(), adopted()]).adopts
