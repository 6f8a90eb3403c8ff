import os
import subprocess
import sys
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic_soul.recall import PAUSE, Findings, Index, Line, Speakers, search

WORDS = st.sampled_from(
    ["dog", "cat", "exam", "sister", "went", "painting", "Lisbon", "猫が好き", "café", "ok"]
)
LINES = st.lists(
    st.builds(
        Line,
        id=st.sampled_from([f"m{number}" for number in range(12)]),
        speaker=st.sampled_from(["anna", "luna", "ben"]),
        text=st.lists(WORDS, max_size=6).map(" ".join),
        at=st.integers(0, 4).map(lambda step: step * (PAUSE // 2 + 1)),
        session=st.sampled_from([None, None, 1, "one"]),
        caption=st.sampled_from(["", "a dog on a boat"]),
    ),
    max_size=12,
    unique_by=lambda line: line.id,
)
CUES = ("my dog", "the exam in Lisbon", "anna's sister", "猫が好き", "cats and cafes yesterday")


def answers(index: Index) -> list[Findings]:
    asking = Speakers(asks="anna", asked="luna")
    return [search(index, cue, k=20, now=PAUSE * 96, speakers=asking, floor=0) for cue in CUES] + [
        search(index, cue, k=3) for cue in CUES
    ]


@given(lines=LINES, data=st.data())
@settings(deadline=None)
def test_the_order_of_insertion_does_not_matter(lines: list[Line], data: st.DataObject) -> None:
    assert answers(Index(data.draw(st.permutations(lines)))) == answers(Index(lines))


@given(lines=LINES, gone=st.sets(st.integers(0, 11)))
@settings(deadline=None)
def test_what_was_removed_might_never_have_been_there(lines: list[Line], gone: set[int]) -> None:
    ids = {f"m{number}" for number in gone}
    index = Index(lines)
    for line_id in sorted(ids):
        index.remove(line_id)
    assert answers(index) == answers(Index(line for line in lines if line.id not in ids))


@given(lines=LINES, more=LINES)
@settings(deadline=None)
def test_an_index_grown_while_in_use_equals_one_built_at_once(
    lines: list[Line], more: list[Line]
) -> None:
    index = Index()
    final: dict[str, Line] = {}
    for line in lines + more:
        index.add(line)
        final[line.id] = line
        search(index, "dog")
    assert answers(index) == answers(Index(final.values()))
    assert len(index) == len(final)


def test_lines_of_one_instant_are_in_the_order_of_their_ids() -> None:
    lines = [Line(f"m{i}", "anna", text, at=0) for i, text in enumerate(["dog", "cat", "fox"])]
    found = {
        tuple(hit.line.id for hit in search(Index(order), "dog", floor=0).hits)
        for order in permutations(lines)
    }
    assert found == {("m0", "m1", "m2")}


def test_nothing_of_an_erased_line_stays_behind() -> None:
    index = Index([Line("m1", "anna", "my secret is pistachio", at=0)])
    assert "m1" in index
    assert index.remove("m1")
    assert "m1" not in index
    assert len(index) == 0
    assert "pistachio" not in repr(vars(index))
    assert "anna" not in index.speaker_names
    with pytest.raises(KeyError):
        index.at(0)


def test_removing_an_unknown_line_says_so() -> None:
    assert not Index().remove("m1")


def test_a_line_added_again_is_replaced() -> None:
    index = Index([Line("m1", "anna", "my dog", at=0), Line("m1", "anna", "my cat", at=0)])
    assert len(index) == 1
    assert search(index, "dog").hits == []
    assert [hit.line.text for hit in search(index, "cat").hits] == ["my cat"]


def test_a_word_said_very_often_can_be_removed_again() -> None:
    index = Index([Line("m1", "anna", "dog " * 1000, at=0), Line("m2", "anna", "dog", at=1)])
    index.remove("m1")
    assert answers(index) == answers(Index([Line("m2", "anna", "dog", at=1)]))


def test_a_pause_ends_a_session() -> None:
    def neighbours(apart: int) -> set[str]:
        lines = [Line("m1", "anna", "the dog", at=0), Line("m2", "anna", "a beagle", at=apart)]
        return {hit.line.id for hit in search(Index(lines), "dog").hits}

    assert neighbours(PAUSE) == {"m1", "m2"}
    assert neighbours(PAUSE + 1) == {"m1"}


def test_a_named_session_outlasts_a_pause_and_ends_at_another_name() -> None:
    lines = [
        Line("m1", "anna", "the dog", at=0, session=1),
        Line("m2", "anna", "a beagle", at=PAUSE * 9, session=1),
        Line("m3", "anna", "a terrier", at=PAUSE * 9 + 1, session=2),
    ]
    assert {hit.line.id for hit in search(Index(lines), "dog").hits} == {"m1", "m2"}


SCRIPT = """
from synthetic_soul.recall import Index, Line, search
words = "dog cat exam sister paint Lisbon café 猫が好き Mia Rufus friend".split()
lines = [
    Line(f"m{i}", words[i % 3], " ".join(words[(i * j) % 11] for j in (1, 2, 5)), at=i * 400_000)
    for i in range(60)
]
index = Index(lines)
for i in range(0, 60, 7):
    index.remove(f"m{i}")
for cue in ("exam dog friend", "Mia and the cat in Lisbon", "猫が好き sister"):
    hits = search(index, cue, k=20, explained=True).hits
    print([(hit.line.id, hit.score.hex(), hit.why) for hit in hits])
"""


def test_the_hash_seed_changes_nothing_to_the_last_bit() -> None:
    def run(seed: str) -> bytes:
        environment = os.environ | {"PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"}
        command = [sys.executable, "-c", SCRIPT]
        return subprocess.run(command, env=environment, check=True, capture_output=True).stdout  # noqa: S603 - our own interpreter and script

    first, *others = [run(seed) for seed in ("0", "1", "4711")]
    assert first.count(b"word:") > 20
    assert others == [first, first]
