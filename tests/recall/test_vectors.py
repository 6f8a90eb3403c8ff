"""Vectors of lines: kept beside them, gone with them, and found by though no word is shared."""

import numpy as np
import pytest
from numpy.typing import NDArray

from synthetic_soul.recall import Index, Line, Speakers, index_parts, search
from synthetic_soul.recall import index as index_module
from synthetic_soul.recall.columns import Vectors

SEA = np.array([1.0, 0.2, 0.0, 0.1])
CAT = np.array([0.0, 0.1, 1.0, 0.3])
TEXTS = ("my feline sleeps", "the waves are high", "soup is salty", "trains are late")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_parts, "PART_LINES", 2)
    monkeypatch.setattr(index_module, "PART_LINES", 2)
    monkeypatch.setattr(index_module, "_FEW_EMPTY", 0)


def index_of(*texts: str) -> Index:
    return Index(Line(f"m{n}", "anna", text, n * 1000) for n, text in enumerate(texts))


@pytest.fixture
def index() -> Index:
    found = index_of(*TEXTS)
    for line, vector in (("m0", CAT), ("m1", SEA)):
        assert found.put_vector(line, vector)
    return found


def texts(index: Index, cue: str, vector: NDArray[np.float64] | None, k: int = 4) -> list[str]:
    return [hit.line.text for hit in search(index, cue, vector=vector, k=k).hits]


def reloaded(index: Index) -> Index:
    parts = index.changed_parts()
    return Index.load([parts[number] for number in sorted(parts)], list(index.speaker_names))


def test_a_line_that_shares_no_word_is_found_by_its_meaning(index: Index) -> None:
    assert texts(index, "the kitten?", None) == []
    assert texts(index, "the kitten?", CAT)[0] == TEXTS[0]
    assert texts(index, "the ocean?", SEA)[0] == TEXTS[1]


def test_a_line_without_a_vector_is_still_found_by_its_words(index: Index) -> None:
    assert TEXTS[2] in texts(index, "was the soup fine?", SEA)


def test_vectors_of_another_length_are_not_compared(index: Index) -> None:
    longer = np.ones(7)
    assert texts(index, "the kitten?", longer) == []
    assert index.put_vector("m2", longer)
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
    assert not index.put_vector("nobody", CAT)


def test_they_are_read_back_as_they_were_written(index: Index) -> None:
    again = reloaded(index)
    assert again.without_vector(9) == [3, 2]
    assert again.changed_parts() == {}
    assert again.vectors is not None
    assert index.vectors is not None
    assert (again.vectors.codes == index.vectors.codes).all()
    assert again.vectors.nearest(CAT, 1).tolist() == [0]
    assert again.put_vector("m3", SEA)
    assert list(again.changed_parts()) == [1]


def test_an_index_without_vectors_is_written_as_before(index: Index) -> None:
    plain = index_of(*TEXTS).changed_parts()
    index.drop_vectors()
    assert index.changed_parts() == plain
    assert Index.load([*plain.values()], ["", "anna"]).vectors is None


def test_parts_of_which_some_have_no_vectors_are_read_without(index: Index) -> None:
    mixed = [index_of(*TEXTS).changed_parts()[0], index.changed_parts()[1]]
    assert Index.load(mixed, ["", "anna"]).vectors is None
    with pytest.raises(ValueError, match="bytes"):
        Index.load([index.changed_parts().get(0, mixed[0]) + b"x"], ["", "anna"])


def test_nothing_is_left_of_the_vector_of_a_removed_line(index: Index) -> None:
    assert index.vectors is not None
    left = index.vectors.codes[0].tobytes()
    again = reloaded(index)
    again.remove("m0")
    assert again.vectors is not None
    assert not again.vectors.codes[0].any()
    assert left not in b"".join(again.changed_parts().values())
    assert 0 not in again.vectors.nearest(CAT, 9)


def test_a_vector_stays_with_its_line_wherever_that_moves(index: Index) -> None:
    index.add(Line("early", "anna", "first of all", -1))
    index.remove("m3")
    assert index.without_vector(9) == [3, 0]
    assert index.vectors is not None
    assert index.vectors.nearest(CAT, 1).tolist() == [1]
    assert index.slot("m0") == 1


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
        index.put_vector(line, CAT)
    asking = Speakers(asks="anna", asked="luna")
    found = search(index, "my kitten?", vector=CAT, speakers=asking).hits
    assert found[0].line.speaker == "anna"


def test_meaning_makes_no_search_surer() -> None:
    index = index_of("my dog sleeps", "my dog swims", "my dog barks")
    for line, vector in (("m0", SEA), ("m1", SEA), ("m2", CAT)):
        index.put_vector(line, vector)
    cue = "does my dog swim?"
    by_words, by_meaning = search(index, cue), search(index, cue, vector=CAT)
    assert by_meaning.hits[0].score != by_words.hits[0].score
    assert by_meaning.confidence == pytest.approx(by_words.confidence)
