"""Cues as people write them, over a hand-written chat of a few weeks."""

from __future__ import annotations

import pytest

from synthetic_soul.recall import Index, Line, Speakers, search

HOUR = 60 * 60 * 1000
START = 1_746_093_600_000  # 1 May 2025, 10:00 UTC
TALK = """
0 anna hi! i'm anna, nice to meet you
0 luna Hello Anna! I'm glad you are here. What do you do all day?
0 anna i study biology in Leipzig, second year
0 luna Biology! What drew you to it?
0 anna my grandmother had a huge garden, i spent every summer there
0 luna That sounds like a lovely place to grow up in.
0 anna it was. ok i have to run, talk later
30 anna hey again
30 luna Welcome back! How was your day?
30 anna so so. my sister is being difficult again
30 luna Oh no. What is her name?
30 anna Mia. she's 16 and plays the cello at 6 in the morning
30 luna A cello at six! I would hide the bow.
30 anna haha yes. and my dog howls along with it
30 luna What breed is he?
30 anna a beagle called Rufus, very loud
30 luna Rufus the singing beagle. I like him already.
80 anna i'm so nervous, the genetics exam is on friday
80 luna You have been working hard for it. What worries you most?
80 anna the part about linkage maps, i always mix them up
80 luna Draw one by hand tonight; it helps me when I paint.
80 anna you paint?
80 luna Yes, watercolours mostly. Harbours and old boats.
80 anna that's so cool
150 anna I PASSED!! got a 1.7
150 luna Anna! I am so proud of you. How will you celebrate?
150 anna pizza with Jonas, mushrooms and extra olives, my favourite
150 luna Who is Jonas?
150 anna my best friend, we've known each other since kindergarten
150 luna A friend for life, then.
400 anna guess what, we booked flights to Lisbon!
400 luna How exciting! When do you leave?
400 anna on the 3rd of june, for ten days
400 luna I would love to paint the harbour there.
400 anna i'm a bit scared of flying though
400 luna Breathe slowly and count the rivets on the wing.
400 anna lol ok. also i can't eat shellfish, allergy, so no seafood for me
400 luna Then custard tarts three times a day.
700 anna work at the café is exhausting lately
700 luna What makes it so hard?
700 anna my boss Petra keeps changing the shifts
700 luna That is unfair to you.
"""


@pytest.fixture(scope="module")
def index() -> Index:
    rows = [row.split(" ", 2) for row in TALK.strip().splitlines()]
    return Index(
        Line(f"m{n:02}", speaker, text, at=START + int(hour) * HOUR + n * 30_000)
        for n, (hour, speaker, text) in enumerate(rows)
    )


def top(index: Index, cue: str, k: int = 3) -> list[str]:
    asking = Speakers(asks="anna", asked="luna")
    found = search(index, cue, k=k, now=START + 724 * HOUR, speakers=asking)
    return [hit.line.text for hit in found.hits]


@pytest.mark.parametrize(
    ("cue", "answer"),
    [
        ("what did I say about the exam?", "genetics exam is on friday"),
        ("what's my dog's name?", "beagle called Rufus"),
        ("whats my dog called again lol", "beagle called Rufus"),
        ("do you remember what breed my dog is", "a beagle"),
        ("where do I study?", "Leipzig"),
        ("what am I allergic to?", "shellfish"),
        ("can you tell me who my best friend is", "best friend"),
        ("who is Jonas?", "best friend"),
        ("who's my boss", "Petra"),
        ("Luna, what instrument does Mia play?", "cello"),
        ("what am i scared of", "flying"),
        ("did I tell you about my grandma's garden?", "grandmother had a huge garden"),
        ("what's my favourite pizza?", "extra olives"),
        ("tell me about your paintings", "it helps me when I paint"),
        ("where did we book flights to?", "Lisbon"),
        ("what did I say about the cafe?", "café is exhausting"),
        ("I saw a beagle today", "beagle called Rufus"),
        ("my sister is driving me crazy", "sister is being difficult"),
        ("what did we talk about yesterday?", "Petra"),
    ],
)
def test_the_right_line_is_among_the_first_three(index: Index, cue: str, answer: str) -> None:
    assert any(answer in text for text in top(index, cue))


@pytest.mark.parametrize(
    ("cue", "answer"),
    [
        ("what is my sister called?", "Mia. she's 16"),
        ("what do you paint?", "Yes, watercolours mostly"),
        ("when are we flying to Lisbon?", "on the 3rd of june"),
    ],
)
def test_an_answer_that_shares_no_word_is_among_the_first_six(
    index: Index, cue: str, answer: str
) -> None:
    assert any(text.startswith(answer) for text in top(index, cue, k=6))


@pytest.mark.parametrize(
    "cue",
    [
        "ok lol",
        "haha that's so funny",
        "good morning!",
        "nice",
        "i see",
        "thanks!!",
        "😂😂",
        "what's up",
        "the stock market crashed",
        "do you remember?",
        "hm...",
        "你好",
    ],
)
def test_an_irrelevant_cue_brings_back_nothing(index: Index, cue: str) -> None:
    assert top(index, cue) == []
