import pytest

from synthetic_soul.engine.memory.fact_changes import reconcile
from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.nlu import interpret
from synthetic_soul.voices.base import KnownFact

WORK = {
    "at a bakery in York", "at the market on Sundays", "in a bar in the evenings", "on a farm",
}  # fmt: skip


def known(*facts: tuple[str, str]) -> list[KnownFact]:
    return [KnownFact(f"f{n}", topic, value, n) for n, (topic, value) in enumerate(facts)]


def test_a_new_fact_is_learned() -> None:
    (learned,) = reconcile([FactMention("pet:cat", "Miso")], (), known(("name", "Tomas"))).learned
    assert learned.mention.value == "Miso"
    assert learned.replaces == ()


def test_a_known_fact_is_not_learned_twice() -> None:
    assert reconcile([FactMention("like", "Hiking")], (), known(("like", "hiking"))).learned == ()


def test_a_new_name_replaces_the_old_one() -> None:
    changes = reconcile([FactMention("name", "Bo", corrects=True)], (), known(("name", "Bob")))
    assert changes.learned[0].replaces == ("f0",)
    assert changes.dropped == ()


def test_two_likes_are_both_known() -> None:
    assert (
        reconcile([FactMention("like", "tea")], (), known(("like", "coffee"))).learned[0].replaces
        == ()
    )


def test_a_corrected_like_replaces_the_latest_one() -> None:
    facts = known(("like", "tea"), ("like", "coffee"))
    changes = reconcile([FactMention("like", "cocoa", corrects=True)], (), facts)
    assert changes.learned[0].replaces == ("f1",)


def test_liking_something_ends_disliking_it() -> None:
    assert reconcile([FactMention("like", "Tea")], (), known(("dislike", "tea"))).learned[
        0
    ].replaces == ("f0",)


def test_a_favourite_replaces_the_favourite_of_its_kind_only() -> None:
    facts = known(("favourite:colour", "red"), ("favourite:book", "Emma"))
    assert reconcile([FactMention("favourite:colour", "blue")], (), facts).learned[0].replaces == (
        "f0",
    )


def test_a_retracted_fact_is_dropped() -> None:
    facts = known(("like", "green tea"), ("like", "jazz"))
    changes = reconcile([FactMention("like", "tea", retracts=True)], (), facts)
    assert changes.dropped == (("f0", "retracted"),)
    assert changes.learned == ()


@pytest.mark.parametrize(
    ("said", "ended"),
    [
        ("I stopped working on Sundays.", {"at the market on Sundays"}),
        ("I don't work on Sundays any more.", {"at the market on Sundays"}),
        ("I quit working at the market on Sundays.", {"at the market on Sundays"}),
        ("I quit working at the bakery on Sundays.", set()),
        ("I no longer work in the evenings.", {"in a bar in the evenings"}),
        ("I no longer work before lunch.", set()),
        ("I no longer work at the bakery in the mornings.", set()),
        ("I no longer work at the bakery.", {"at a bakery in York"}),
        ("I stopped working on the railway.", set()),
        ("I quit my job.", WORK),
    ],
)
def test_what_ceased_in_part_ends_only_what_is_of_that_part(said: str, ended: set[str]) -> None:
    facts = known(*(("work", value) for value in sorted(WORK)))
    changes = reconcile(interpret(said).fact_mentions, (), facts)
    dropped = {fact_id for fact_id, _ in changes.dropped}
    assert {fact.value for fact in facts if fact.id in dropped} == ended


@pytest.mark.parametrize(
    ("said", "topic", "value"),
    [
        ("I no longer live in York during the week.", "home", "York"),
        ("I no longer like coffee in the evening.", "like", "coffee"),
        ("I don't play chess on Mondays any more.", "hobby", "chess"),
        ("I stopped smoking indoors.", "like", "smoking"),
        ("I no longer eat meat at lunch.", "like", "meat"),
    ],
)
def test_what_ceased_in_part_still_holds(said: str, topic: str, value: str) -> None:
    facts = known((topic, value))
    assert reconcile(interpret(said).fact_mentions, (), facts).dropped == ()


def test_a_retraction_without_a_value_means_the_whole_topic() -> None:
    assert reconcile(
        [FactMention("work", "", retracts=True)], (), known(("work", "a baker"))
    ).dropped


def test_forgetting_by_topic_by_word_and_altogether() -> None:
    facts = known(("home", "Ghent"), ("person:sister", "Ada"), ("like", "sour cherries"))
    assert reconcile((), ("address",), facts).dropped == (("f0", "asked"),)
    assert reconcile((), ("sister",), facts).dropped == (("f1", "asked"),)
    assert reconcile((), ("cherries",), facts).dropped == (("f2", "asked"),)
    assert len(reconcile((), ("*",), facts).dropped) == 3
    assert reconcile((), ("brother",), facts).dropped == ()
