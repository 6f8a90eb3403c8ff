"""State + event -> state, event by event."""

from __future__ import annotations

from typing import get_args

import pytest

from synthetic_soul.errors import JournalBroken
from synthetic_soul.mind import events, reduce, state
from synthetic_soul.mind.events import (
    ConversationOpened,
    Event,
    FactForgotten,
    Felt,
    FragmentKept,
    MessageRetried,
    PersonErased,
    ReferralGiven,
    Reflected,
    SentimentsMoved,
    SilenceKept,
    SubjectHidden,
    SubjectShown,
    ThoughtHad,
    TraitsMoved,
    TurnFailed,
)
from synthetic_soul.mind.state import Bond, Subject
from tests.mind.lives import (
    ADA,
    APOLOGY,
    BIRTH,
    DAY,
    GREETING,
    GRIEF,
    HOUR,
    INSULT,
    MINUTE,
    PRAISE,
    adoption,
    born,
    fact_learned,
    impulses,
    live,
    message_heard,
    reply_spoken,
    turn,
    words,
)

DM = f"dm:{ADA}"
BYSTANDERS: tuple[Event, ...] = (
    ConversationOpened(id="o1", conversation=DM, person=ADA, words=words()),
    MessageRetried(id="m1", conversation=DM, person=ADA, attempt=1),
    SilenceKept(conversation=DM, answers=(), reason="not_addressed"),
    TurnFailed(conversation=DM, answers=(), code="model_timeout"),
    ThoughtHad(id="t1", words=words(owner=""), vibe="cozy"),
    FragmentKept(
        id="f1",
        conversation=DM,
        person=ADA,
        type="observation",
        words=words(),
        importance=0.5,
        valence=0.5,
    ),
    Reflected(conversation=DM, person=ADA, upto="m1"),
)


def forgotten(fact: str) -> FactForgotten:
    return FactForgotten(id=fact, person=ADA, conversation=DM, cause="asked")


def hidden(*facts: str, subject: str = "", id: str = "s1") -> SubjectHidden:
    said = words(subject) if subject else None
    return SubjectHidden(id=id, person=ADA, conversation=DM, facts=facts, subject=said)


def shown(*facts: str, subjects: tuple[str, ...] = ()) -> SubjectShown:
    return SubjectShown(person=ADA, conversation=DM, facts=facts, subjects=subjects)


@pytest.mark.parametrize("event", BYSTANDERS, ids=lambda event: event.kind)
def test_what_is_only_recorded_changes_neither_mind_nor_bond(event: Event) -> None:
    mind, bond = born(), Bond(ADA, BIRTH, BIRTH)
    after, same = reduce.step(mind, bond, event, BIRTH + HOUR)
    assert after is mind
    assert same is bond
    assert reduce.concerned_person(event) is None


@pytest.mark.parametrize(
    "event",
    [
        message_heard(BIRTH),
        reply_spoken(BIRTH),
        fact_learned("f1"),
        forgotten("f1"),
        hidden("f1"),
        shown("f1"),
        SentimentsMoved(person=ADA, impulses=()),
        ReferralGiven(person=ADA, by="m1"),
        PersonErased(person=ADA),
    ],
    ids=lambda event: event.kind,
)
def test_what_changes_a_bond_names_its_person(event: Event) -> None:
    assert reduce.concerned_person(event) == ADA


def test_every_kind_of_event_is_tried_here() -> None:
    tried = {type(event) for event in BYSTANDERS} | {
        type(event)
        for event in (
            message_heard(0),
            reply_spoken(0),
            fact_learned("f"),
            forgotten("f"),
            hidden("f"),
            shown("f"),
            adoption(),
        )
    }
    tried |= {SentimentsMoved, PersonErased, Felt, TraitsMoved, ReferralGiven}
    assert tried == set(get_args(get_args(events.Event)[0]))


def test_a_journal_must_begin_with_a_soul() -> None:
    with pytest.raises(JournalBroken):
        reduce.step(None, None, message_heard(BIRTH), BIRTH)


def test_an_empty_journal_has_no_mind() -> None:
    assert reduce.fold([]) == reduce.State(None, {})


def test_a_new_version_of_the_soul_keeps_the_feelings() -> None:
    mind, _ = reduce.step(born(), None, Felt(impulses=impulses(("sadness", 0.8))), BIRTH)
    shy = adoption({"sociability": -0.9}, digest="d2")
    after, _ = reduce.step(mind, None, shy, BIRTH + HOUR)
    assert after.soul == "d2"
    assert state.traits(after, BIRTH + HOUR)["sociability"] == -0.9
    assert state.emotions(after, BIRTH + HOUR) == pytest.approx(
        state.emotions(mind, BIRTH + HOUR), abs=1e-8
    )


def test_a_trait_the_table_does_not_know_is_left_out() -> None:
    assert born({"zeal": 1.0}).traits == born({}).traits


def test_time_never_runs_back() -> None:
    sad = Felt(impulses=impulses(("sadness", 0.5)))
    mind, _ = reduce.step(born(at=BIRTH + DAY), None, sad, BIRTH)
    assert mind.at == BIRTH + DAY
    kind = SentimentsMoved(person=ADA, impulses=impulses(("trust", 1.0)))
    _, bond = live(mind, Bond(ADA, BIRTH, BIRTH + DAY), [kind], BIRTH)
    assert bond.at == BIRTH + DAY
    drift, _ = reduce.step(mind, None, TraitsMoved(impulses=()), BIRTH)
    assert drift.drift_at == BIRTH + DAY


def test_feelings_fade_before_they_are_moved_again() -> None:
    mind, _ = reduce.step(born({}), None, Felt(impulses=impulses(("fear", 1.0))), BIRTH)
    late, _ = reduce.step(mind, None, Felt(impulses=impulses(("fear", 1e-6))), BIRTH + DAY)
    assert state.emotions(late, BIRTH + DAY)["fear"] < 1e-5


def test_a_message_and_a_reply_are_counted() -> None:
    mind, bond = live(born(), None, [message_heard(BIRTH)], BIRTH)
    assert (bond.met_at, bond.heard_at, bond.spoken_at, bond.messages) == (BIRTH, BIRTH, None, 1)
    _, bond = live(mind, bond, [reply_spoken(BIRTH)], BIRTH + MINUTE)
    assert (bond.spoken_at, bond.replies) == (BIRTH + MINUTE, 1)


def test_an_absence_is_remembered_over_a_burst_until_it_is_answered() -> None:
    mind, bond, _ = turn(born(), None, GREETING, BIRTH)
    back = BIRTH + 5 * DAY
    for at in (back, back + 1000, back + 2000):
        mind, bond = live(mind, bond, [message_heard(at)], at)
    assert bond.away == 5 * DAY
    mind, bond = live(mind, bond, [reply_spoken(back)], back + 3000)
    _, bond = live(mind, bond, [message_heard(back)], back + MINUTE)
    assert bond.away == MINUTE - 2000


def test_a_clock_that_went_back_gives_no_negative_absence() -> None:
    mind, bond, _ = turn(born(), None, GREETING, BIRTH)
    _, bond = live(mind, bond, [message_heard(BIRTH)], BIRTH - HOUR)
    assert bond.away == 0
    assert bond.heard_at == BIRTH


def test_facts_are_learned_replaced_and_forgotten() -> None:
    mind, bond = live(born(), None, [fact_learned("f1"), fact_learned("f2")], BIRTH)
    assert [fact.id for fact in bond.facts] == ["f1", "f2"]
    mind, bond = live(mind, bond, [fact_learned("f3", replaces=("f1",))], BIRTH)
    assert [fact.id for fact in bond.facts] == ["f2", "f3"]
    mind, bond = live(mind, bond, [forgotten("f2")], BIRTH)
    assert [fact.id for fact in bond.facts] == ["f3"]
    _, same = reduce.step(mind, bond, forgotten("f2"), BIRTH)
    assert same is bond


def test_a_fact_that_ends_stays_with_the_time_it_ended() -> None:
    mind, bond = live(born(), None, [fact_learned("f1"), fact_learned("f2")], BIRTH)
    mind, bond = live(mind, bond, [fact_learned("f3", ends=("f1",))], BIRTH + 1)
    assert [(fact.id, fact.ended_at) for fact in bond.facts] == [
        ("f1", BIRTH + 1),
        ("f2", None),
        ("f3", None),
    ]
    kept = forgotten("f2").model_copy(update={"kept": True, "cause": "retracted"})
    mind, bond = live(mind, bond, [kept], BIRTH + 2)
    mind, bond = live(mind, bond, [fact_learned("f4", ends=("f1", "f2"))], BIRTH + 3)
    assert [fact.ended_at for fact in bond.facts] == [BIRTH + 1, BIRTH + 2, None, None]


def test_a_guess_is_kept_as_one() -> None:
    _, bond = live(born(), None, [fact_learned("f1", certain=False)], BIRTH)
    assert not bond.facts[0].certain
    assert state.bond_from_json(state.bond_to_json(bond)) == bond


def test_what_says_nothing_of_a_fact_is_left_out_of_snapshots() -> None:
    _, bond = live(born(), None, [fact_learned("f1")], BIRTH)
    told = str(state.bond_to_json(bond)["facts"])
    assert "'by'" in told
    assert "ended_at" not in told
    assert "certain" not in told


def test_a_fact_learned_twice_is_known_once() -> None:
    _, bond = live(born(), None, [fact_learned("f1"), fact_learned("f1")], BIRTH)
    assert len(bond.facts) == 1


def test_forgetting_needs_no_bond() -> None:
    mind = born()
    assert reduce.step(mind, None, forgotten("f1"), BIRTH) == (mind, None)


def test_somebody_never_met_can_have_left() -> None:
    after, bond = reduce.step(mind := born(), None, PersonErased(person=ADA), BIRTH)
    assert after is mind
    assert bond is not None
    assert (bond.person, bond.erased, bond.messages) == (ADA, True, 0)


def test_erasure_keeps_the_numbers_and_ends_learning() -> None:
    mind, bond, _ = turn(born(), None, PRAISE, BIRTH)
    mind, bond = live(mind, bond, [fact_learned("f1")], BIRTH)
    fond = state.liking(bond, BIRTH)
    mind, bond = live(mind, bond, [PersonErased(person=ADA), fact_learned("f2")], BIRTH)
    assert bond.erased
    assert bond.facts == ()
    assert state.liking(bond, BIRTH) == fond
    assert bond.messages == 1


def test_traits_drift_slowly_and_come_back_in_months() -> None:
    mind = born()
    kind = TraitsMoved(impulses=impulses(("forgiveness", 1.0)))
    for _ in range(50):
        mind, _ = reduce.step(mind, None, kind, BIRTH)
    moved = state.traits(mind, BIRTH)["forgiveness"] - mind.traits[28]
    assert 0.15 < moved < 0.25
    later = state.traits(mind, BIRTH + 90 * DAY)["forgiveness"] - mind.traits[28]
    assert later == pytest.approx(moved * 0.6, abs=0.02)
    assert mind.traits == born().traits


def journal() -> list[tuple[int, list[Event]]]:
    """Two people in one journal, with facts, silence, drift and an erasure."""
    entries: list[tuple[int, list[Event]]] = [(BIRTH, [adoption()])]
    mind, bond = born(), None
    said = (GREETING, PRAISE, GRIEF, INSULT, APOLOGY)
    for count, interpretation in enumerate(said * 4):
        at = BIRTH + count * 7 * HOUR
        mind, bond, happened = turn(mind, bond, interpretation, at)
        entries.append((at, happened))
        entries.append(
            (
                at,
                [
                    message_heard(at, "bo"),
                    fact_learned(f"f{count}", person="bo"),
                    reply_spoken(at, "bo"),
                ],
            )
        )
    entries.append((at, [*BYSTANDERS, PersonErased(person="bo"), adoption({}, "d2")]))
    return entries


def test_a_fold_equals_its_steps() -> None:
    folded = reduce.fold(journal())
    mind, bonds = None, dict[str, Bond]()
    for at, happened in journal():
        for event in happened:
            person = reduce.concerned_person(event)
            mind, bond = reduce.step(mind, bonds.get(person or ""), event, at)
            if person and bond is not None:
                bonds[person] = bond
    assert mind is not None
    assert folded.mind is not None
    assert folded == reduce.State(mind, bonds)
    assert state.state_hash(folded.mind, folded.bonds.values()) == state.state_hash(
        mind, bonds.values()
    )
    assert set(bonds) == {ADA, "bo"}
    assert bonds["bo"].erased


def test_a_fold_can_stop_at_a_snapshot_and_go_on() -> None:
    entries = journal()
    half = reduce.fold(entries[:15])
    assert half.mind is not None
    mind = state.mind_from_json(state.mind_to_json(half.mind))
    bonds = {p: state.bond_from_json(state.bond_to_json(b)) for p, b in half.bonds.items()}
    for at, happened in entries[15:]:
        for event in happened:
            person = reduce.concerned_person(event)
            mind, bond = reduce.step(mind, bonds.get(person or ""), event, at)
            if bond is not None:
                bonds[bond.person] = bond
    assert reduce.State(mind, bonds) == reduce.fold(entries)


def test_removing_the_words_of_a_journal_changes_no_state() -> None:
    def without(event: Event) -> Event:
        if event.kind == "message_heard":
            gone = event.words.model_copy(update={"text": None, "salt": None})
            return event.model_copy(update={"words": gone})
        return event

    entries = journal()
    erased = [(at, [without(event) for event in happened]) for at, happened in entries]
    assert reduce.fold(erased) == reduce.fold(entries)


def test_a_referral_is_on_record_and_the_latest_counts() -> None:
    mind, bond = born(), None
    for at, expected in (
        (BIRTH + HOUR, BIRTH + HOUR),
        (BIRTH + DAY, BIRTH + DAY),
        (0, BIRTH + DAY),
    ):
        mind, bond = reduce.step(mind, bond, ReferralGiven(person=ADA, by="m1"), at)
        assert bond is not None
        assert bond.referred_at == expected
        assert state.bond_from_json(state.bond_to_json(bond)) == bond


def test_an_erased_person_has_neither_a_referral_nor_a_country() -> None:
    here = message_heard(BIRTH).model_copy(update={"country": "DE"})
    mind, bond = reduce.step(born(), None, here, BIRTH)
    assert bond is not None
    assert bond.country == "DE"
    assert state.bond_from_json(state.bond_to_json(bond)) == bond
    referred = ReferralGiven(person=ADA, by="m1")
    for event in (referred, PersonErased(person=ADA), referred, here):
        mind, bond = reduce.step(mind, bond, event, BIRTH + DAY)
    assert bond is not None
    assert (bond.referred_at, bond.country) == (None, "")


def test_a_client_that_does_not_say_where_it_is_changes_no_country() -> None:
    mind, bond = reduce.step(
        born(), None, message_heard(BIRTH).model_copy(update={"country": "DE"}), BIRTH
    )
    _, bond = reduce.step(mind, bond, message_heard(BIRTH + HOUR), BIRTH + HOUR)
    assert bond is not None
    assert bond.country == "DE"


def test_a_time_zone_stays_until_another_is_named_or_the_person_is_erased() -> None:
    said = message_heard(BIRTH)
    mind, bond = reduce.step(born(), None, said.model_copy(update={"time_zone": "Asia/Tokyo"}), 1)
    mind, bond = reduce.step(mind, bond, said, 2)
    assert bond
    assert bond.time_zone == "Asia/Tokyo"
    mind, bond = reduce.step(mind, bond, said.model_copy(update={"time_zone": "UTC"}), 3)
    assert bond
    assert bond.time_zone == "UTC"
    _, bond = reduce.step(mind, bond, PersonErased(person=ADA), 4)
    assert bond
    assert bond.time_zone == ""


def test_a_reply_that_raises_a_fact_is_remembered_with_that_fact_alone() -> None:
    when = words("day - …")
    first = fact_learned("due").model_copy(update={"when": when})
    mind, bond = reduce.step(born(), None, first, BIRTH)
    mind, bond = reduce.step(mind, bond, fact_learned("other"), BIRTH)
    raised = reply_spoken(BIRTH).model_copy(update={"raised": ("due", "forgotten")})
    _, after = reduce.step(mind, bond, raised, BIRTH + HOUR)
    assert after
    due, other = after.facts
    assert (due.when, due.raised_at) == (when.digest, BIRTH + HOUR)
    assert (other.when, other.raised_at) == (None, None)
    assert state.bond_from_json(state.bond_to_json(after)) == after


def test_a_bond_without_dates_is_written_as_before() -> None:
    _, bond = reduce.step(born(), None, fact_learned("plain"), BIRTH)
    assert bond
    written = state.bond_to_json(bond)
    assert "time_zone" not in written
    assert isinstance(written["facts"], list)
    assert set(written["facts"][0]) == {"id", "topic", "digest", "conversation", "at", "by"}


def after(*events: Event, bond: Bond | None = None) -> Bond:
    for place, event in enumerate(events):
        _, bond = reduce.step(born(), bond, event, BIRTH + place * MINUTE)
    assert bond is not None
    return bond


def test_a_fact_is_hidden_and_shown_again() -> None:
    told = (fact_learned("f1"), fact_learned("f2"))
    bond = after(*told, hidden("f1", "unknown"))
    assert [(fact.id, fact.hidden) for fact in bond.facts] == [("f1", True), ("f2", False)]
    again = after(shown("f1"), bond=bond)
    assert not any(fact.hidden for fact in again.facts)
    assert after(shown(), bond=bond).facts is bond.facts


def test_a_subject_is_hidden_taken_back_and_forgotten() -> None:
    first, second = hidden(subject="my job"), hidden(subject="my brother", id="s2")
    bond = after(first, second)
    assert first.subject is not None
    assert bond.hidden[0] == Subject("s1", first.subject.digest, DM, BIRTH)
    assert [subject.id for subject in after(shown(subjects=("s1",)), bond=bond).hidden] == ["s2"]
    assert [subject.id for subject in after(forgotten("s2"), bond=bond).hidden] == ["s1"]
    assert after(shown(subjects=("s3",)), bond=bond) is bond


def test_nothing_is_shown_to_a_stranger() -> None:
    assert reduce.step(born(), None, shown("f1"), BIRTH)[1] is None


def test_what_corrects_a_hidden_fact_is_hidden_and_what_only_takes_its_room_is_not() -> None:
    bond = after(fact_learned("f1"), hidden("f1"))
    (corrected,) = after(fact_learned("f2", replaces=("f1",)), bond=bond).facts
    assert corrected.hidden
    other = fact_learned("f2", replaces=("f1",)).model_copy(update={"topic": "plan"})
    assert not after(other, bond=bond).facts[0].hidden


def test_nothing_is_hidden_for_who_was_erased() -> None:
    bond = after(fact_learned("f1"), hidden(subject="my job"), PersonErased(person=ADA))
    assert bond.hidden == ()
    assert after(hidden("f1", subject="my job"), bond=bond) is bond


def test_uses_of_a_fact_are_counted() -> None:
    bond = after(fact_learned("f1"), fact_learned("f2"))
    reply = reply_spoken(BIRTH).model_copy(update={"used": ("f1",)})
    one, other = after(reply, reply, bond=bond).facts
    assert (one.used, one.used_at) == (2, BIRTH + MINUTE)
    assert (other.used, other.used_at) == (0, None)


def test_a_fact_says_whether_it_was_inferred() -> None:
    inferred = fact_learned("f1").model_copy(update={"inferred": True})
    assert [fact.inferred for fact in after(inferred, fact_learned("f2")).facts] == [True, False]


def test_what_is_hidden_comes_back_from_a_snapshot() -> None:
    bond = after(fact_learned("f1"), hidden("f1", subject="my job"))
    assert state.bond_from_json(state.bond_to_json(bond)) == bond
