"""The memories of a conversation: folded, written and read, forgotten, bounded, searched."""

import json
import re

import pytest

from synthetic_soul.engine.state import conversation_memories as memories
from synthetic_soul.engine.state.conversation_memories import Memories, subject_terms
from synthetic_soul.mind.events import FragmentKept, Words

DM = "dm:ann"


def fragment(
    id: str, text: str, *sources: str, importance: float = 0.0, parts: tuple[str, ...] = ()
) -> FragmentKept:
    return FragmentKept(
        id=id,
        conversation=DM,
        person="ann",
        type="memory" if parts else "observation",
        words=Words.seal(text, owner="ann", salt=id.encode().ljust(16)),
        importance=importance,
        valence=0.0,
        sources=sources,
        parts=parts,
    )


EVENTS = (
    fragment("a", "She keeps bees.", "m1"),
    fragment("b", "She sold honey.", "m2"),
    fragment("mem", "She keeps bees.", "m1", parts=("a",)),
    fragment("mem", "She keeps bees. She sold honey.", "m1", "m2", parts=("a", "b")),
    fragment("c", "She fears wasps.", "m3"),
)


def folded(*events: FragmentKept, reloaded: bool = False) -> Memories:
    found = Memories()
    for at, event in enumerate(events):
        found.apply(event, at, at + 1)
    return again(found, *events) if reloaded else found


def again(memories: Memories, *events: FragmentKept, hidden: tuple[str, ...] = ()) -> Memories:
    """Return what is dumped and loaded, as another process would."""
    texts = {event.words.digest: event.words.text for event in events if event.words.text}
    return Memories.load(json.loads(json.dumps(memories.dump())), texts, hidden)


def ids(found: Memories) -> list[str]:
    return [each.id for each in found.live]


@pytest.mark.parametrize("reloaded", [False, True])
def test_a_memory_stands_for_its_parts_in_its_last_version(reloaded: bool) -> None:  # noqa: FBT001
    found = folded(*EVENTS, reloaded=reloaded)
    assert ids(found) == ["mem", "c"]
    assert found.live[0].parts == ("a", "b")
    assert [each.id for each in found.open] == ["c"]
    assert [each.id for each in found.parts_of(found.live[0])] == ["a", "b"]


@pytest.mark.parametrize("reloaded", [False, True])
def test_what_is_forgotten_takes_along_what_rests_on_it_and_leaves_the_rest(
    reloaded: bool,  # noqa: FBT001
) -> None:
    found = folded(*EVENTS, reloaded=reloaded)
    found.hide(["m2"])
    assert ids(found) == ["a", "c"]
    later = again(Memories(), hidden=("m2",))
    for at, event in enumerate(EVENTS):
        later.apply(event, at, at + 1)
    assert {each.id for each in later.live} <= {"mem", "a", "c"}
    assert not any("honey" in each.text for each in later.live)


def test_a_fragment_can_be_forgotten_by_its_own_id() -> None:
    found = folded(*EVENTS)
    found.hide(["b"])
    assert ids(found) == ["a", "c"]
    assert found.get("b") is None


def test_what_is_dumped_holds_no_words_and_is_loaded_the_same() -> None:
    found = folded(*EVENTS)
    assert "bees" not in json.dumps(found.dump()).lower()
    loaded = again(found, *EVENTS)
    assert loaded.live == found.live
    assert loaded.open == found.open
    assert loaded.texts == found.texts
    assert loaded.live[0].seqs == (3, 4)


def test_what_was_erased_meanwhile_is_not_loaded() -> None:
    assert ids(again(folded(*EVENTS), *EVENTS[:4])) == ["mem"]
    assert ids(again(folded(*EVENTS), *EVENTS[:2], EVENTS[4])) == ["a", "b", "c"]


def test_erased_words_are_not_kept() -> None:
    gone = EVENTS[0].model_copy(update={"words": Words(digest="d", owner="ann")})
    found = folded(gone)
    assert found.live == ()


@pytest.mark.parametrize("reloaded", [False, True])
def test_one_important_fragment_outlives_hundreds_of_lesser_ones(
    reloaded: bool,  # noqa: FBT001
) -> None:
    many = [fragment(f"x{n}", f"Chair number {n}.", f"m{n}", importance=0.2) for n in range(700)]
    vital = fragment("vital", "Her mother died.", "m", importance=0.9)
    found = folded(vital, *many, reloaded=reloaded)
    assert "vital" in ids(found)
    assert len(found.live) <= memories.MAX_KEPT + memories._SPARE
    merged = fragment("mem0", "Chairs.", "m0", parts=("x0", "x1"), importance=0.2)
    found.apply(merged, 10_000, 10_000)
    assert found.get("vital") is not None


def test_what_shares_rare_words_comes_first_and_importance_weighs() -> None:
    found = folded(
        fragment("plain", "Rain on the lake.", "m1", importance=0.0),
        fragment("vital", "The lake froze.", "m2", importance=0.9),
        fragment("later", "A lake in Finland.", "m3", importance=0.0),
        fragment("other", "A dog called Rex.", "m4", importance=1.0),
    )
    best = found.search("How was the lake?", limit=3)
    assert [(each.id, shared) for each, shared in best] == [
        ("vital", ("lake",)),
        ("later", ("lake",)),
        ("plain", ("lake",)),
    ]
    assert [each.id for each, _ in found.search("lake", limit=1)] == ["vital"]
    assert found.search("Good morning!", limit=3) == []


def test_what_rests_on_a_recalled_line_is_found_with_it() -> None:
    found = folded(*EVENTS)
    assert [each.id for each, _ in found.search("And then?", limit=3, recalled={"m3"})] == ["c"]


def test_a_quotation_is_found_by_what_it_quotes_not_by_what_stands_around_it() -> None:
    text = "They told me: “I sold my boat”. I was glad."
    assert subject_terms(text) == subject_terms("I sold my boat")
    assert "boat" in subject_terms(text)
    assert subject_terms("Sold a boat.") == subject_terms("sold boat")


def test_fragments_that_contain_a_value_are_found_for_forgetting() -> None:
    found = folded(*EVENTS)
    assert found.containing(re.compile("honey")) == ["b"]
    bare = Memories()
    bare.apply(EVENTS[3], 3, 4)
    assert bare.containing(re.compile("honey")) == ["a", "b"]
    assert bare.texts == frozenset()


def test_only_a_note_rests_on_nothing_but_itself() -> None:
    found = folded(*EVENTS)
    note = fragment("n", "I am allergic to nuts.", "n").model_copy(update={"type": "memory"})
    found.apply(note, 9, 10)
    kept = found.get("n")
    assert kept is not None
    assert kept.is_note
    assert not kept.is_consolidated
    assert "n" not in [each.id for each in found.open]
    assert found.live[0].is_consolidated
