"""Whatever is sent, interpretation ends soon, stays in bounds and is the same everywhere."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic_soul.nlu import interpret
from synthetic_soul.nlu.affect.emotion_scores import (
    PHRASE_EMOTIONS,
    VALENCE_AND_AROUSAL,
    WORD_EMOTIONS,
)
from synthetic_soul.nlu.resources import alternatives
from synthetic_soul.nlu.text.sentences import (
    CUT_MARK,
    MAX_MESSAGE_CHARS,
    MAX_SENTENCE_CHARS,
    MAX_SENTENCES,
    MAX_STARTS,
    clip,
    first_sentences,
    fitting_sentences,
    normalise,
    segment,
    split_sentences,
)

if TYPE_CHECKING:
    from synthetic_soul.mind.interpretation import Interpretation

PARTS = (
    "i am", "i'm", "you", "my sister", "my dog", "died", "not", "never", "if", "because", "and",
    "but", ",", ".", "?", "!", "...", "\n", '"', "'", "(", ")", "forget", "my name is", "no", "Bo",
    "I like", "actually", "any more", "now", "@", "Jasmine", "how", "are", "what", "😀", ":(", "<3",
    "\u200b", "e\u0301", "\ud800", "\x00", "İ", "ß", "sıster", "ſon",
    "我想", "죽고", "اريد", "мне", "kill", "want to",
)  # fmt: skip
CHAT = st.lists(st.sampled_from(PARTS), max_size=40).map(" ".join)


def in_bounds(interpretation: Interpretation) -> None:
    assert all(0.0 < size <= 1.0 for size in interpretation.feelings.values())
    assert set(interpretation.feelings) <= set(VALENCE_AND_AROUSAL)
    assert -1.0 <= interpretation.valence <= 1.0
    assert -1.0 <= interpretation.attitude <= 1.0
    assert 0.0 <= interpretation.arousal <= 1.0
    assert 0.0 <= interpretation.addressed <= 1.0
    assert 0.0 <= interpretation.confidence <= 1.0
    assert interpretation.acts
    assert len(set(interpretation.acts)) == len(interpretation.acts)
    assert all(fact.topic and len(fact.value) <= 120 for fact in interpretation.fact_mentions)
    assert all(
        fact.value or (fact.retracts and fact.topic in {"work", "home"})
        for fact in interpretation.fact_mentions
    )


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=300), CHAT), st.text(max_size=12), st.booleans())
def test_any_text_is_interpreted_within_bounds(text: str, name: str, group: bool) -> None:  # noqa: FBT001 - drawn by position
    interpretation = interpret(text, name=name, group=group)
    in_bounds(interpretation)
    assert interpretation.text == text
    assert interpretation == interpret(text, name=name, group=group)


@pytest.mark.parametrize(
    "unit",
    ["a", " ", "'", '"', "my ", "i am ", "!", "a,", "i'm ", "you are so ", "(", "\n", "a\n", ". ",
     "😂", "my sister ", "i has been just ", "e\u0301", "我不想", "@a ", "n't", "- ", "if ", "haha",
     "my name is my name is ", "not ", "i like a and b, ", "\ud800", "forget "],
)  # fmt: skip
def test_a_megabyte_of_anything_is_cut_to_pieces_of_bounded_size(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    cut = normalise(text)
    assert len(cut) <= MAX_MESSAGE_CHARS
    parts = segment(cut, "Jasmine")
    assert len(parts) <= MAX_SENTENCES
    assert all(len(piece) <= MAX_SENTENCE_CHARS for piece in split_sentences(cut))
    in_bounds(interpret(text, name="Jasmine", group=True))


def test_what_stands_beyond_the_limit_is_ignored() -> None:
    assert interpret("word " * (MAX_MESSAGE_CHARS // 5) + "my dog died").life_event is None


def test_a_sentence_written_out_grows_by_no_more_than_its_short_forms_allow() -> None:
    (sentence,) = segment("im gtg " * 30)
    assert len(sentence.plain) <= 6 * MAX_SENTENCE_CHARS


PROGRAM = """
from synthetic_soul.nlu import interpret
for text in (
    "hey Jasmine, my dog died and I got the job but you are useless, my sister Ada likes tea",
    "I love hiking, jazz and Ada. Forget my address! What do you think about Lisbon and snow?",
    "quiero morir", "great, another bug… 😂 :( what do you know about my cat Miso?",
):
    print(interpret(text, name="Jasmine", group=True))
"""


def test_the_interpretation_is_the_same_for_any_hash_seed() -> None:
    said = {
        subprocess.run(  # noqa: S603 - our own interpreter and a fixed program
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale, "PYTHONUTF8": "1"},
            check=True,
            capture_output=True,
        ).stdout
        for seed, locale in (("0", "C"), ("1", "tr_TR.UTF-8"), ("4242", "C"))
    }
    assert len(said) == 1


def test_every_emotion_has_words_of_its_own() -> None:
    named = {
        emotion for row in (*WORD_EMOTIONS.values(), *PHRASE_EMOTIONS.values()) for emotion in row
    }
    assert named == set(VALENCE_AND_AROUSAL)
    assert len(VALENCE_AND_AROUSAL) == 27


def test_a_pattern_is_split_only_where_no_bracket_is_open() -> None:
    assert alternatives(r"^a(?:b|c)|[|)]d|\|e") == ["^a(?:b|c)", "[|)]d", r"\|e"]


def test_long_text_is_cut_between_words() -> None:
    assert clip("short", 20) == "short"
    assert clip("a rather long line of words", 15) == "a rather long…"


@pytest.mark.parametrize("limit", [100, 300])
@pytest.mark.parametrize(
    "piece", ["a. ", "a! b? ", "Bees. ", "今日は。", "Tea with bees at noon. "]
)
def test_a_quote_reads_each_sentence_of_a_line_once(piece: str, limit: int) -> None:
    said = piece * (MAX_MESSAGE_CHARS // len(piece))
    calls = 0

    def count(_frame: object, event: str, _arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        fitting_sentences(said, "bees and tea", limit)
    finally:
        sys.setprofile(before)
    assert calls <= 20 * MAX_STARTS


@pytest.mark.parametrize("place", range(0, 1_000, 90))
def test_a_quote_is_found_anywhere_in_a_line_of_many_sentences(place: int) -> None:
    parts = ["It is. "] * 1_000
    parts[place] = "The bees swarmed. "
    found = fitting_sentences("".join(parts), "where are the bees", 300)
    assert "The bees swarmed." in found
    assert len(found.removeprefix(CUT_MARK)) <= 301


@pytest.mark.parametrize(
    ("said", "cue", "quoted"),
    [
        ("It rained. A bee came. Tea was hot.", "bee", "It rained. A bee came."),
        ("It rained. A bee came. Tea was hot.", "bee, tea", f"{CUT_MARK} A bee came. Tea was hot."),
        ("Bees. Bees! Bees and tea. Honey.", "tea honey", f"{CUT_MARK} Bees and tea. Honey."),
        ("It rained all of a long day. then the bees", "bees", f"{CUT_MARK} then the bees"),
        ("It rained. A bee came. Tea was hot.", "moon", "It rained. A bee came."),
        ("Short enough.", "moon", "Short enough."),
    ],
)
def test_a_quote_is_what_shares_most_with_what_is_asked(said: str, cue: str, quoted: str) -> None:
    assert fitting_sentences(said, cue, 24) == quoted


@pytest.mark.parametrize("end", [".", "…!?.”", ".)", "。", "...."])
def test_a_run_of_marks_is_one_end(end: str) -> None:
    said = f"A{'.' * 9}x{end}"
    assert first_sentences(f"{said} Then it rained.", 25) == said
