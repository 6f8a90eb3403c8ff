"""What an entry makes: the same for every store."""

from synthetic_soul.mind.events import PersonErased, TraitsMoved
from synthetic_soul.stores.index_entries import Projection, Settled, project
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
    assert project([felt(), TraitsMoved(impulses=())]) == Projection(
        (), (), (), (), (), adopts=False
    )


def test_steps_come_in_the_order_of_events() -> None:
    message = heard(message="m")
    made = project([message, failure(message), retry(message), reply(message, attempt=1)])
    assert made.steps == (
        message,
        Settled("m", 0, "m#0", "failed"),
        retry(message),
        Settled("m", 1, "m#1", "succeeded"),
    )


def test_a_silence_settles_each_message_it_answers() -> None:
    one, two = heard(message="one"), heard(message="two")
    assert project([silence(one, two)]).steps == (
        Settled("one", 0, "one#0", "succeeded"),
        Settled("two", 0, "two#0", "succeeded"),
    )


def test_a_line_is_spoken_when_any_event_of_it_is_said_aloud() -> None:
    a, b = heard(conversation="a"), heard(conversation="b")
    assert project([silence(b), failure(a), a]).lines == (("a", True), ("b", False))
    assert project([reply(a)]).lines == (("a", True),)


def test_thoughts_are_sorted_by_who_may_see_them() -> None:
    assert project([thought(audience="bob"), thought(), thought()]).audiences == ("", "bob")


def test_persons_are_the_named_the_audience_and_the_owners() -> None:
    owned = thought(audience="ann").model_copy(update={"words": sealed("x", "bob")})
    assert project([owned, felt(person="cyd"), felt()]).persons == ("ann", "bob", "cyd")


def test_who_left_is_told() -> None:
    made = project([PersonErased(person="ann")])
    assert (made.erased, made.persons) == (("ann",), ("ann",))


def test_a_soul_that_is_adopted_is_told() -> None:
    assert project([felt(), adopted()]).adopts
