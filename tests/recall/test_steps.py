"""Each step by a conversation so small that switching the step off loses the answer."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from synthetic_soul.recall import PAUSE, Hit, Index, Line, Speakers, Weights
from synthetic_soul.recall import search as findings
from synthetic_soul.recall.candidates import learnt
from synthetic_soul.recall.pool import GROUPS

DAY = 24 * 60 * 60 * 1000
ASKING = Speakers(asks="anna", asked="luna", names={"Dr. Luna": "luna"})


def talk(*rows: str, start: int = 0, session: str | None = None) -> list[Line]:
    """Lines written as "speaker: text", a second apart; their ids say what they are."""
    split = [row.split(": ", 1) for row in rows]
    return [
        Line(f"{start}/{n}", speaker, text, at=start + n * 1000, session=session)
        for n, (speaker, text) in enumerate(split)
    ]


def search(index: Index, cue: str, **options: Any) -> list[Hit]:  # noqa: ANN401 - the search's
    return findings(index, cue, **options).hits


def without(*names: str) -> Weights:
    """The weights without some features, or groups of features."""
    off = {each for name in names for each in GROUPS.get(name, (name,))}
    return {name: 0.0 if name in off else weight for name, weight in learnt().items()}


def texts(hits: list[Hit]) -> list[str]:
    return [hit.line.text for hit in hits]


def test_a_caption_finds_its_line() -> None:
    lines = [Line("m1", "anna", "look at this!", at=0, caption="a kitten in a teapot")]
    assert texts(search(Index(lines), "where was the kitten?")) == ["look at this!"]
    assert search(Index([Line("m1", "anna", "look at this!", at=0)]), "the kitten?") == []


def test_a_rare_word_weighs_more_than_a_common_one() -> None:
    common = [f"anna: the dog barks {n}" for n in range(20)]
    index = Index(talk(*common) + talk("anna: the harmonica is gone", start=DAY))
    assert texts(search(index, "dog harmonica", k=1)) == ["the harmonica is gone"]


def test_a_short_line_beats_a_long_one_with_the_same_word() -> None:
    long = "anna: the cello stood in a corner beside boxes, coats, umbrellas and old shoes"
    between = [f"luna: {word}" for word in ("tea", "milk", "sugar", "cake")]
    index = Index(talk("anna: the cello broke", *between, long))
    assert texts(search(index, "cello", k=1)) == ["the cello broke"]


@pytest.mark.parametrize(
    "rows",
    [
        ("luna: what does Mia play?", "anna: cello, badly"),
        ("luna: what does Mia play?", "anna: hm", "anna: cello, badly"),
        ("anna: cello, badly", "luna: and that is Mia?"),
        ("anna: cello, badly", "anna: every day", "luna: Mia, poor Mia? Mia!", "anna: yes"),
    ],
)
def test_an_answer_is_found_beside_its_question(rows: tuple[str, ...]) -> None:
    lines = talk(*rows)
    hits = search(Index(lines), "Mia", floor=0, explained=True)
    assert [hit.why for hit in hits if hit.line.text == "cello, badly"] == [
        ("neighbour", "session")
    ]
    apart = [replace(line, session=line.id) for line in lines]
    assert "cello, badly" not in texts(search(Index(apart), "Mia", floor=0))


def test_an_answer_comes_before_what_else_stands_beside_its_question() -> None:
    index = Index(talk("anna: so dull here", "luna: what does Mia play?", "anna: cello, badly"))
    assert texts(search(index, "Mia", floor=0)).index("cello, badly") < 2
    assert texts(search(index, "Mia", floor=0, weights=without("neighbours")))[0] != "cello, badly"


def test_a_line_counts_for_more_in_a_session_about_the_cue() -> None:
    filler = [f"anna: packing {word}" for word in ("socks", "maps", "soap", "books")]
    lisbon = talk("anna: off to Lisbon", *filler, "anna: the hotel was noisy")
    rome = talk("anna: off to Rome", *filler, "anna: the hotel was noisy", start=DAY)
    index = Index(lisbon + rome)
    cue = "was the Lisbon hotel noisy"
    assert search(index, cue, k=1)[0].line == lisbon[-1]
    assert search(index, cue, k=1, weights=without("session"))[0].line == rome[-1]


@pytest.mark.parametrize(
    ("cue", "speaker"),
    [
        ("what did anna cook?", "anna"),
        ("what does Ben cook?", "ben"),
        ("what did I cook?", "anna"),
        ("what's my soup again", "anna"),
        ("what do you cook? soup?", "luna"),
        ("is your soup ready", "luna"),
        ("do you remember my soup?", "anna"),
        ("don't you remember my soup?", "anna"),
        ("what soup did I tell you about", "anna"),
        ("tell me about your soup", "luna"),
        ("Luna, what soup did I cook?", "anna"),
        ("what soup does Luna cook?", "luna"),
        ("Dr. Luna, what is Ben's soup?", "ben"),
    ],
)
def test_the_speaker_a_cue_means_comes_first(cue: str, speaker: str) -> None:
    rows = {who: f"{who}: the soup I cook" for who in ("anna", "ben", "luna")}
    last = rows.pop(speaker)
    lines = [*talk(last), *talk(*rows.values(), start=DAY)]
    hits = search(Index(lines), cue, speakers=ASKING, explained=True)
    assert hits[0].line.speaker == speaker
    assert "speaker" in hits[0].why
    off = search(Index(lines), cue, speakers=ASKING, weights=without("speaker"))
    assert off[0].line.speaker != speaker


@pytest.mark.parametrize(
    "cue", ["what do anna and ben cook?", "would you like my soup?", "what soup is there?"]
)
def test_a_cue_that_means_nobody_or_several_prefers_none(cue: str) -> None:
    lines = talk(*(f"{who}: the soup I cook" for who in ("anna", "ben", "luna")))
    assert all(
        "speaker" not in hit.why
        for hit in search(Index(lines), cue, speakers=ASKING, explained=True)
    )


def test_i_and_you_mean_nobody_until_it_is_known_who_speaks() -> None:
    index = Index(talk("anna: the soup I cook"))
    assert "speaker" not in search(index, "what soup do I cook", explained=True)[0].why


def test_a_word_in_two_names_means_neither() -> None:
    index = Index(talk("Anna Berg: my soup") + talk("Ben Berg: my soup", start=DAY))
    assert "speaker" not in search(index, "the soup of Berg", explained=True)[0].why
    assert search(index, "the soup of Anna Berg")[0].line.speaker == "Anna Berg"


def test_a_name_alone_is_looked_for_as_a_word() -> None:
    index = Index(talk("anna: call me anna", "luna: hello"))
    assert texts(search(index, "anna?"))[0] == "call me anna"


def at(month: int, day: int = 10) -> int:
    return int(datetime(2025, month, day, 12, tzinfo=UTC).timestamp() * 1000)


def test_a_month_that_the_cue_names_decides_between_equals() -> None:
    index = Index(talk("anna: the zoo", start=at(5)) + talk("anna: the zoo", start=at(6)))
    cue = "which zoo was it in May?"
    assert [hit.line.at for hit in search(index, cue)] == [at(5), at(6)]
    assert [hit.line.at for hit in search(index, cue, weights=without("date"))] == [at(6), at(5)]


def test_yesterday_is_the_day_before_now() -> None:
    days = [talk("anna: the zoo", start=at(5, day)) for day in (9, 10, 11)]
    index = Index(line for day in days for line in day)
    hit = search(index, "was I at the zoo yesterday?", now=at(5, 11), explained=True)[0]
    assert hit.line.at == at(5, 10)
    assert hit.why == ("word:zoo", "session", "date")


def test_a_cue_that_names_only_a_time_brings_back_its_lines() -> None:
    index = Index(talk("anna: the zoo", start=at(5, 10)) + talk("anna: the sea", start=at(5, 11)))
    assert texts(search(index, "what did we talk about yesterday?", now=at(5, 11))) == ["the zoo"]
    assert search(index, "what did we talk about yesterday?") == []


def test_recency_decides_only_between_equals_then_the_id() -> None:
    lines = [Line(name, "anna", "the zoo", at=at, session=name) for name, at in
             (("c", 1), ("a", 1), ("b", 1), ("d", 2))]  # fmt: skip
    assert [hit.line.id for hit in search(Index(lines), "zoo")] == ["d", "a", "b", "c"]
    better = Line("e", "anna", "the zoo, that zoo", at=0, session="e")
    assert search(Index([*lines, better]), "zoo")[0].line == better


def test_lines_in_view_neither_come_back_nor_lend_their_score() -> None:
    lines = talk("anna: what instrument does Mia play?", "luna: tea?", start=DAY)
    index = Index([*talk("anna: Mia has a cello"), *lines])
    hits = search(
        index, "what instrument does Mia play?", without=[lines[0].id, "unknown"], explained=True
    )
    assert texts(hits) == ["Mia has a cello"]
    assert hits[0].why == ("word:mia", "session")


def test_a_line_in_view_does_not_come_back_as_a_neighbour_either() -> None:
    lines = talk("luna: what does Mia play?", "anna: cello, badly", "anna: every morning")
    hits = search(Index(lines), "Mia plays", without=[lines[1].id])
    assert texts(hits) == ["what does Mia play?", "every morning"]


def test_k_bounds_how_many_come_back() -> None:
    index = Index(talk(*(f"anna: dog {n}" for n in range(300))))
    assert [len(search(index, "dog", k=k, floor=0)) for k in (0, 1, 6, 250)] == [0, 1, 6, 250]


def test_a_word_in_every_line_still_finds_in_a_young_conversation() -> None:
    index = Index(talk("anna: my dog", "luna: a dog?", "anna: a dog named Rufus"))
    assert "a dog named Rufus" in texts(search(index, "what is my dog's name?"))


def test_what_is_shared_with_half_of_all_lines_is_below_the_floor() -> None:
    lines = talk(*(f"anna: work {n}" for n in range(200)))
    apart = [replace(line, session=line.id) for line in lines]
    assert search(Index(apart), "work") == []
    assert len(search(Index(lines), "work", floor=0)) == 6


def test_a_long_message_is_searched_by_its_rarest_words() -> None:
    common = [f"anna: word{n}" for n in range(60)]
    lines = talk(*common, *common, "anna: the harmonica")
    index = Index(replace(line, session=line.id) for line in lines)
    essay = " ".join(row.removeprefix("anna: ") for row in common) + " harmonica unheard"
    reasons = {hit.why[0] for hit in search(index, essay, k=200, floor=0, explained=True)}
    assert "word:harmonica" in reasons
    assert len(reasons) == 40


def test_an_empty_index_and_an_empty_cue_give_nothing() -> None:
    assert search(Index(), "dog") == []
    assert search(Index(), "in May") == []
    assert search(Index(talk("anna: dog")), "") == []
    assert search(Index(talk("anna: ok", start=PAUSE)), "dog") == []
