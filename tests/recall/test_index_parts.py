"""An index that is written in parts and read back is the same one."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic_soul.recall import (
    Candidate,
    Index,
    Line,
    Speakers,
    Timeline,
    candidates,
    index_parts,
    read,
)
from synthetic_soul.recall import index as index_module
from tests.recall.test_index import CUES, LINES

STEPS = st.lists(
    st.one_of(LINES, st.sets(st.integers(0, 11)), st.just("save"), st.just("reload")), max_size=6
)


def found(index: Index) -> list[list[Candidate]]:
    timeline = Timeline(index)
    speakers = Speakers(asks="anna", asked="luna")
    queries = [
        read(cue, speakers=speakers, present=timeline.present(), now=0, span=timeline.span)
        for cue in CUES
    ]
    return [candidates(index, query, floor=0, timeline=timeline) for query in queries]


class Written:
    """What a store would hold: the parts, as many as there are."""

    def __init__(self) -> None:
        self.parts: dict[int, bytes] = {}

    def save(self, index: Index) -> None:
        changed, count = index.changed_parts(), index.part_count
        every = self.parts | changed
        self.parts = {number: every[number] for number in range(count)}

    def load(self, names: list[str]) -> Index:
        return Index.load(list(self.parts.values()), names)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_parts, "PART_LINES", 3)
    monkeypatch.setattr(index_module, "PART_LINES", 3)
    monkeypatch.setattr(index_module, "_FEW_EMPTY", 2)


@given(steps=STEPS)
@settings(deadline=None)
def test_whatever_happened_what_is_read_back_equals_what_was_written(
    steps: list[list[Line] | set[int] | str],
) -> None:
    index, written = Index(), Written()
    for step in [*steps, "save"]:
        if isinstance(step, list):
            for line in step:
                index.add(Line(line.id, line.speaker, line.text, line.at, caption=line.caption))
        elif isinstance(step, set):
            for number in step:
                index.remove(f"m{number}")
        else:
            written.save(index)
            if step == "reload":
                index = written.load(list(index.speaker_names))
    again = written.load(list(index.speaker_names))
    assert found(again) == found(index)
    assert len(again) == len(index)
    assert again.unsaved == 0
    assert again.changed_parts() == {}
    assert {f"m{n}" in again for n in range(12)} == {f"m{n}" in index for n in range(12)}
    assert [again.slots_of(name) for name in ("anna", "ben")] == [
        index.slots_of(name) for name in ("anna", "ben")
    ]


def test_a_part_names_no_word_and_a_removed_line_leaves_nothing_of_it() -> None:
    index, written = Index(), Written()
    for number, text in enumerate(("my secret is pistachio", "the ferry was late")):
        index.add(Line(f"m{number}", "anna", text, number), origin=number + 7)
    written.save(index)
    assert b"pistachio" not in written.parts[0]
    digests = index_parts.decode([written.parts[0]])[1]["terms"].values().tolist()
    index = written.load(["", "anna"])
    assert index.origin(0).of_line == 7
    assert index.origin(0).is_of("m0")
    assert not index.origin(0).is_of("m1")
    index.remove("m0")
    written.save(index)
    left = index_parts.decode([written.parts[0]])[1]["terms"].values().tolist()
    assert left == [0] * left.count(0) + digests[left.count(0) :]
    assert left.count(0) == 2


def test_released_lines_are_found_but_not_held() -> None:
    index = Index(Line(f"m{n}", "anna", f"dog {n}", n) for n in range(9))
    before = found(index)
    index.release(2)
    assert found(index) == before
    assert {line.id for line in index.lines()} == {"m7", "m8"}
    assert index.held(0) is None
    with pytest.raises(KeyError):
        index.at(0)
    assert index.slot("m0") == 0
    index.add(Line("m0", "anna", "a cat", 20))
    assert len(index) == 9
    assert index.slots_with(["cat"]) == [9]


@pytest.mark.parametrize("damaged", [b"", b"\0" * 12, b"\1\0\0\0\1\0\0\0\1\0\0\0"])
def test_a_damaged_part_is_refused(damaged: bytes) -> None:
    with pytest.raises(ValueError, match=r"part|buffer"):
        Index.load([damaged], [""])


def test_named_sessions_are_not_written() -> None:
    with pytest.raises(ValueError, match="sessions"):
        Index([Line("m", "anna", "dog", 0, session=1)]).changed_parts()


def test_lines_whose_caption_has_an_origin_are_found_and_removed_by_theirs() -> None:
    index = Index()
    for number in range(3):
        line = Line(f"m{number}", "anna", "yes", number, caption="the ferry")
        index.add(line, origin=number + 1, caption_origin=9 if number else 0)
    captioned = index.captioned_by(9)
    assert [origin.of_line for origin in captioned] == [2, 3]
    index.remove_at(captioned[0])
    index.remove_at(captioned[0])
    assert len(index) == 2
    assert index.slots_with(["ferri"]) == [0, 2]
    assert index.captioned_by(0) == []
