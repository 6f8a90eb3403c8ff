"""Vectors of lines: kept beside them, gone with them, and found by though no word is shared."""

import numpy as np
import pytest
from numpy.typing import NDArray

from synthetic_soul.recall import Index, Line, Speakers, search
from synthetic_soul.recall import index as index_module
from synthetic_soul.recall.columns import Vectors

SEA = np.array([1.0, 0.2, 0.0, 0.1])
CAT = np.array([0.0, 0.1, 1.0, 0.3])
TEXTS = ("my feline sleeps", "the waves are high", "soup is salty", "trains are late")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "VECTOR_LINES", 2)
    monkeypatch.setattr(index_module, "_FEW_EMPTY", 0)


def index_of(*texts: str) -> Index:
    return Index(Line(f"m{n}", "anna", text, n * 1000) for n, text in enumerate(texts))


def put(index: Index, line: str, vector: NDArray[np.float64]) -> bool:
    slot = index.slot(line)
    return slot is not None and index.put_vector(index.origin(slot), vector)


@pytest.fixture
def index() -> Index:
    found = index_of(*TEXTS)
    for line, vector in (("m0", CAT), ("m1", SEA)):
        assert put(found, line, vector)
    return found


def texts(index: Index, cue: str, vector: NDArray[np.float64] | None, k: int = 4) -> list[str]:
    return [hit.line.text for hit in search(index, cue, vector=vector, k=k).hits]


def reloaded(index: Index, *texts: str) -> Index:
    index.mark_vectors_changed()
    again = index_of(*texts or TEXTS)
    again.take_vector_parts([*index.changed_vector_parts().values()])
    return again


def test_a_line_that_shares_no_word_is_found_by_its_meaning(index: Index) -> None:
    assert texts(index, "the kitten?", None) == []
    assert texts(index, "the kitten?", CAT)[0] == TEXTS[0]
    assert texts(index, "the ocean?", SEA)[0] == TEXTS[1]


def test_a_line_without_a_vector_is_still_found_by_its_words(index: Index) -> None:
    assert TEXTS[2] in texts(index, "was the soup fine?", SEA)


def test_vectors_of_another_length_are_not_compared(index: Index) -> None:
    longer = np.ones(7)
    assert texts(index, "the kitten?", longer) == []
    assert put(index, "m2", longer)
    assert index.vectors is not None
    assert index.vectors.dims == 7
    assert index.without_vector(9) == [3, 1, 0]


def test_what_is_hidden_is_not_found_by_its_meaning(index: Index) -> None:
    found = search(index, "the kitten?", vector=CAT, without=["m0"]).hits
    assert "m0" not in [hit.line.id for hit in found]


def test_the_latest_lines_without_a_vector_are_told_first(index: Index) -> None:
    assert index.without_vector(9) == [3, 2]
    assert index.without_vector(1) == [3]
    assert index_of("a", "b").without_vector(9) == [1, 0]


def test_of_a_line_that_is_gone_no_vector_is_put(index: Index) -> None:
    slot = index.slot("m2")
    assert slot is not None
    origin = index.origin(slot)
    index.remove("m2")
    assert not index.put_vector(origin, CAT)
    assert not index.put_no_vector(origin, len(CAT))


def test_they_are_read_back_as_they_were_written(index: Index) -> None:
    again = reloaded(index)
    assert again.without_vector(9) == [3, 2]
    assert again.changed_vector_parts() == {}
    assert again.vectors is not None
    assert index.vectors is not None
    assert (again.vectors.codes == index.vectors.codes).all()
    assert again.vectors.nearest(CAT, 1).tolist() == [0]
    assert put(again, "m3", SEA)
    assert list(again.changed_vector_parts()) == [1]


def test_they_are_read_by_the_lines_they_are_of_wherever_these_stand(index: Index) -> None:
    again = reloaded(index, "not", *TEXTS)
    assert again.vectors is not None
    assert again.vectors.nearest(SEA, 1).tolist() == [1]  # m1 stands where m1 is now
    later = Index([Line("new", "anna", "first", -1), *index_of(*TEXTS).lines()])
    index.mark_vectors_changed()
    later.take_vector_parts([*index.changed_vector_parts().values()])
    assert later.without_vector(9) == [4, 3, 0]
    assert later.vectors is not None
    assert later.vectors.nearest(CAT, 1).tolist() == [1]
    assert set(later.changed_vector_parts()) == {0, 1, 2}  # they stand in other parts now


def test_of_lines_that_are_not_there_nothing_is_read(index: Index) -> None:
    again = reloaded(index, TEXTS[0])
    assert again.without_vector(9) == []
    assert list(again.changed_vector_parts()) == [0]
    assert list(index_of(TEXTS[1]).without_lost_lines([])) == []


def test_a_line_that_lost_its_caption_needs_another_vector() -> None:
    asked = Index()
    asked.add(Line("m0", "anna", "Miso", 0, caption="your cat?"), origin=2, caption_origin=1)
    assert put(asked, "m0", CAT)
    alone = Index()
    alone.add(Line("m0", "anna", "Miso", 0), origin=2)
    alone.take_vector_parts([*asked.changed_vector_parts().values()])
    assert alone.without_vector(9) == [0]


def test_vectors_of_others_are_added_and_none_is_lost(index: Index) -> None:
    other = index_of(*TEXTS)
    assert put(other, "m2", SEA)
    assert put(other, "m1", CAT)
    index.mark_vectors_changed()
    other.take_vector_parts([*index.changed_vector_parts().values()])
    assert other.without_vector(9) == [3]
    assert other.vectors is not None
    assert other.vectors.nearest(CAT, 2).tolist() == [0, 1]  # its own of m1 stays
    assert set(other.changed_vector_parts()) == {0, 1}


def test_those_of_another_length_are_not_added(index: Index) -> None:
    other = index_of(*TEXTS)
    assert put(other, "m3", np.ones(7))
    index.mark_vectors_changed()
    other.take_vector_parts([*index.changed_vector_parts().values()])
    assert other.without_vector(9) == [2, 1, 0]


def test_damaged_parts_are_refused(index: Index) -> None:
    part = index.changed_vector_parts()[0]
    for damaged in (part + b"x", part[:-1], b"\2" + part[1:], b""):
        with pytest.raises(ValueError, match=r"part|buffer"):
            index_of(*TEXTS).take_vector_parts([damaged])
    other = index_of(*TEXTS)
    put(other, "m0", np.ones(7))
    with pytest.raises(ValueError, match="lengths"):
        index_of(*TEXTS).take_vector_parts([part, other.changed_vector_parts()[0]])


def test_a_line_without_a_vector_for_good_is_not_looked_for_again(index: Index) -> None:
    slot = index.slot("m3")
    assert slot is not None
    assert index.put_no_vector(index.origin(slot), len(CAT))
    assert put(index, "m2", np.zeros(len(CAT)))  # has no angle
    again = reloaded(index)
    for each in (index, again):
        assert each.without_vector(9) == []
        assert each.vectors is not None
        assert each.vectors.cosines(np.array([2, 3]), -CAT).tolist() == [0, 0]
        assert each.vectors.nearest(-CAT, 9).tolist() == []


def test_the_index_itself_is_written_as_without_vectors(index: Index) -> None:
    assert index.changed_parts() == index_of(*TEXTS).changed_parts()
    index.drop_vectors()
    assert index.changed_vector_parts() == {}
    assert index.vector_part_count == 0


def test_nothing_is_left_of_the_vector_of_a_removed_line(index: Index) -> None:
    assert index.vectors is not None
    left = index.vectors.codes[0].tobytes()
    again = reloaded(index)
    index.mark_vectors_changed()
    parts = [*index.changed_vector_parts().values()]
    assert again.without_lost_lines(parts) == {}
    again.remove("m0")
    assert again.vectors is not None
    assert not again.vectors.codes[0].any()
    kept = again.without_lost_lines(parts)
    assert list(kept) == [0]
    assert left not in b"".join([*again.changed_vector_parts().values(), *kept.values()])
    assert 0 not in again.vectors.nearest(CAT, 9)


def test_a_vector_stays_with_its_line_wherever_that_moves(index: Index) -> None:
    index.changed_vector_parts()
    index.add(Line("early", "anna", "first of all", -1))
    index.remove("m3")
    assert index.without_vector(9) == [3, 0]
    assert index.vectors is not None
    assert index.vectors.nearest(CAT, 1).tolist() == [1]
    assert index.slot("m0") == 1
    assert set(index.changed_vector_parts()) == {0, 1}


def test_of_many_vectors_the_nearest_are_found_by_their_signs() -> None:
    chance = np.random.default_rng(0)
    many = chance.normal(size=(3_000, 96))
    vectors = Vectors(96)
    for slot, vector in enumerate(many):
        vectors.append()
        vectors.put(slot, vector)
    for slot in range(0, 3_000, 151):
        near = many[slot] + 0.3 * chance.normal(size=96)
        found = vectors.nearest(near, 5)
        assert slot in found
        assert len(found) == 5
        assert list(found) == sorted(found)
    cosine = many[0] @ many[1] / np.linalg.norm(many[0]) / np.linalg.norm(many[1])
    assert vectors.cosines(np.array([0]), many[1])[0] == pytest.approx(cosine, abs=0.02)


def test_who_speaks_counts_beside_the_meaning() -> None:
    index = Index(Line(f"m{n}", who, "hm", n) for n, who in enumerate(("anna", "luna")))
    for line in ("m0", "m1"):
        put(index, line, CAT)
    asking = Speakers(asks="anna", asked="luna")
    found = search(index, "my kitten?", vector=CAT, speakers=asking).hits
    assert found[0].line.speaker == "anna"


def test_meaning_makes_no_search_surer() -> None:
    index = index_of("my dog sleeps", "my dog swims", "my dog barks")
    for line, vector in (("m0", SEA), ("m1", SEA), ("m2", CAT)):
        put(index, line, vector)
    cue = "does my dog swim?"
    by_words, by_meaning = search(index, cue), search(index, cue, vector=CAT)
    assert by_meaning.hits[0].score != by_words.hits[0].score
    assert by_meaning.confidence == pytest.approx(by_words.confidence)
