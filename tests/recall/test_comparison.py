"""Orders that depend on several lines; and how sure a search is."""

import pytest

from synthetic_soul.recall import (
    Findings,
    Index,
    Line,
    Speakers,
    Timeline,
    candidates,
    read,
    search,
)
from synthetic_soul.recall.confidence import signs

DAY = 24 * 60 * 60 * 1000
ASKING = Speakers(asks="anna", asked="luna")
SMALL_TALK = [
    ("anna", "the soup was too salty"),
    ("luna", "Oh dear. Drink some water."),
    ("anna", "my neighbour plays the drums again"),
    ("luna", "At night?"),
    ("anna", "all evening, it drives me mad"),
    ("anna", "the river was high this morning"),
]


def talk(*rows: tuple[str, str]) -> Index:
    """Lines of the rows, a day apart, between small talk."""
    lines = []
    for number, row in enumerate(rows):
        for place, (speaker, text) in enumerate([row, *SMALL_TALK]):
            at = number * DAY + place * 60_000
            lines.append(Line(f"{number}/{place}", speaker, text, at))
    return Index(lines)


def ask(index: Index, cue: str, k: int = 10) -> Findings:
    return search(index, cue, k=k, speakers=ASKING)


def order(index: Index, cue: str, *texts: str) -> list[str]:
    found = [hit.line.text for hit in ask(index, cue).hits]
    return sorted(texts, key=lambda text: found.index(text) if text in found else len(found))


OLD = "my essay has 4,500 words, that is the first draft of the essay"
NEW = "I rewrote a lot, the essay has now reached 4,700 words"


@pytest.mark.parametrize(
    ("old", "new", "cue"),
    [
        (OLD, NEW, "how many words does my essay have?"),
        (
            "the dentist appointment is on May 20, the dentist said",
            "the dentist rescheduled to May 27",
            "when is my dentist appointment?",
        ),
        ("I own 45 books", "I own 52 books", "how many books do I own?"),
        (
            "the deadline of the grant is April 1",
            "the new deadline of the grant is April 5, they say",
            "what is the deadline of the grant?",
        ),
    ],
)
def test_a_statement_that_is_out_of_date_comes_after_the_newer_one(
    old: str, new: str, cue: str
) -> None:
    assert order(talk(("anna", old), ("anna", new)), cue, old, new) == [new, old]


@pytest.mark.parametrize(
    ("other", "cue"),
    [
        (("anna", NEW), "how many words did my essay have originally?"),
        (("anna", NEW), "how many words of my essay in total, between both drafts?"),
        (("anna", NEW), "tell me about the words of my essay, the draft"),
        (("luna", NEW), "how many words does my essay have?"),
        (("anna", "the essay was praised a lot"), "how many words does my essay have?"),
        (("anna", "the rent was increased to 700 by the way"), "how many words in my essay?"),
    ],
)
def test_nothing_else_moves_a_newer_line_before_a_better_one(
    other: tuple[str, str], cue: str
) -> None:
    assert order(talk(("anna", OLD), other), cue, OLD, other[1]) == [OLD, other[1]]


def test_a_newer_statement_does_not_depend_on_the_order_of_adding() -> None:
    index = talk(("anna", OLD), ("anna", NEW))
    back = Index(sorted(index.lines(), key=lambda line: line.id, reverse=True))
    cue = "how many words does my essay have?"
    assert ask(back, cue) == ask(index, cue)


DENIED = "I have never taken an online course"
TOLD = "the online course on baking was fun, I finished it"


@pytest.mark.parametrize("many", [DENIED, TOLD])
def test_both_sides_of_a_contradiction_are_among_the_first(many: str) -> None:
    filler = [("anna", f"{many}, said I to number{number}") for number in range(12)]
    index = talk(("anna", TOLD), ("anna", DENIED), *filler)
    texts = [hit.line.text for hit in ask(index, "have I ever taken an online course?", 6).hits]
    assert any("never" in text for text in texts)
    assert any("finished" in text for text in texts)


def test_a_line_that_shares_no_phrase_is_no_other_side() -> None:
    filler = [("anna", f"{DENIED}, said I to number{number}") for number in range(12)]
    index = talk(("anna", "of course she was online"), *filler)
    texts = [hit.line.text for hit in ask(index, "have I ever taken an online course?", 6).hits]
    assert all("never" in text for text in texts)


def test_a_side_that_says_it_in_one_sentence_comes_before_one_that_holds_the_words_apart() -> None:
    apart = "a course, by the way. And my sister, who is online a lot. She has taken photographs"
    index = talk(("anna", apart), ("anna", DENIED), ("anna", TOLD))
    cue = "have I ever taken an online course?"
    assert order(index, cue, apart, TOLD) == [TOLD, apart]


def test_what_a_line_quotes_as_code_is_no_statement() -> None:
    code = "what is this?\n```\nonline course taken, online course, taken course online\n```"
    index = talk(("anna", code), ("anna", DENIED), ("anna", TOLD))
    assert order(index, "have I ever taken an online course?", code, TOLD) == [TOLD, code]


def test_sessions_take_turns_where_a_cue_asks_for_all_of_them() -> None:
    rows = [("anna", f"the garden, the garden has roses{number}") for number in range(3)]
    busy = [("anna", f"my garden, my garden, garden number{number}") for number in range(8)]
    lines = [Line(f"a{n}", *row, at=n * 1000) for n, row in enumerate(busy)]
    lines += [Line(f"b{n}", *row, at=(n + 1) * DAY) for n, row in enumerate(rows)]
    found = ask(Index(lines), "summarize how my garden went over time", 4).hits
    assert len({hit.line.at // DAY for hit in found}) == 4


def test_a_question_about_the_agent_finds_what_the_agent_said() -> None:
    index = talk(
        ("luna", "My favourite colour is teal, like the sea."),
        ("anna", "my favourite colour is red, or another colour"),
    )
    cue = "what did you say your favourite colour was?"
    assert ask(index, cue).hits[0].line.speaker == "luna"
    assert ask(index, "what is my favourite colour?").hits[0].line.speaker == "anna"


def test_a_promise_of_the_agent_is_found() -> None:
    index = talk(("luna", "I promise to read your poem on Sunday."), ("anna", "a poem, I wrote it"))
    assert ask(index, "you promised to read my poem").hits[0].line.speaker == "luna"


def test_an_answer_of_the_one_is_found_by_the_question_of_the_other() -> None:
    lines = [
        Line("q", "luna", "What is your sister called?", at=0),
        Line("a", "anna", "Ada, and she is seven", at=1000),
        Line("n", "luna", "A pretty name!", at=2000),
    ]
    index = Index([*talk(("anna", "hm")).lines(), *lines])
    assert "a" in [hit.line.id for hit in ask(index, "what is my sister called?", 2).hits]


def test_a_search_is_surer_of_what_was_told_than_of_what_was_not() -> None:
    index = talk(("anna", "my brother Ben works in a bakery in Leipzig"), ("luna", "I paint boats"))
    told = ask(index, "where does my brother Ben work?").confidence
    assert told > 0.5
    assert ask(index, "which school did my daughter in Leipzig choose?").confidence < told
    assert ask(index, "what boats do I paint?").confidence < 0.5
    assert ask(index, "what boats do you paint?").confidence > 0.5
    assert ask(index, "quantum chromodynamics?").confidence == 0


@pytest.mark.parametrize(
    ("cue", "by_meant"), [("do I paint boats?", 0), ("do you paint boats?", 1)]
)
def test_a_topic_of_which_only_the_other_one_spoke_is_told_apart(cue: str, by_meant: int) -> None:
    index = talk(("luna", "I paint boats"), ("anna", "the river, the boats"))
    timeline = Timeline(index)
    asked = read(cue, speakers=ASKING, present=timeline.present(), now=None, span=timeline.span)
    found = signs(asked, candidates(index, asked))
    assert found["meant_known"] == 1
    assert (found["meant_share"] > 0.5) == by_meant
    assert (found["meant_lead"] > 0) == by_meant
    assert (found["meant_lead_coverage"] > 0) == by_meant


@pytest.mark.parametrize(
    ("cue", "kind"),
    [
        ("have I ever taken a course?", "whether"),
        ("can you recommend a course?", "request"),
        ("a summary of my course, please", "overview"),
    ],
)
def test_what_is_asked_for_is_a_sign(cue: str, kind: str) -> None:
    index = talk(("anna", TOLD))
    timeline = Timeline(index)
    asked = read(cue, speakers=ASKING, present=timeline.present(), now=None, span=timeline.span)
    found = signs(asked, candidates(index, asked))
    assert {each: found[each] for each in ("whether", "request", "overview")} == {
        each: float(each == kind) for each in ("whether", "request", "overview")
    }
