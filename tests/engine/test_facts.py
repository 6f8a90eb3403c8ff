from synthetic_soul.engine.memory.fact_changes import reconcile
from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.voices.base import KnownFact


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
