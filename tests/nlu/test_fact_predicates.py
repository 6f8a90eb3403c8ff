"""How clauses are read: whose a statement is, its tense, its mood, and what it corrects."""

from __future__ import annotations

import pytest

from synthetic_soul.mind.interpretation import FactMention
from synthetic_soul.nlu import interpret
from synthetic_soul.nlu.facts.clause_parts import parts_of
from synthetic_soul.nlu.facts.verb_group import VerbGroup, verb_group
from synthetic_soul.nlu.facts.word_tokens import tokenise


def read(text: str, before: str = "") -> list[str]:
    return [written(fact) for fact in interpret(text, before=before).fact_mentions]


def written(fact: FactMention) -> str:
    return f"{'-' if fact.retracts else ''}{fact.topic} = {fact.value}"


def group(text: str) -> VerbGroup:
    found = verb_group(tokenise(text), 1)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "verb", "tense", "form"),
    [
        ("I live here", "live", "present", ""),
        ("I lived here", "live", "past", ""),
        ("I'm living here", "live", "present", "ing"),
        ("I've been living here", "live", "perfect", "ing"),
        ("I've lived here", "live", "perfect", ""),
        ("I used to live here", "live", "used", ""),
        ("I'm used to it", "be", "present", ""),
        ("I'll live here", "live", "future", ""),
        ("I'm going to live here", "live", "future", ""),
        ("I'm going to Leeds", "go", "present", "ing"),
        ("I'm gonna do it", "do", "future", ""),
        ("I'm a nurse", "be", "present", ""),
        ("I was born here", "bear", "past", "passive"),
        ("I've got a van", "have", "present", ""),
        ("he's got a van", "have", "present", ""),
        ("I'd been a nun", "be", "past", ""),
        ("I do love jazz", "love", "present", ""),
        ("I do the rota", "do", "present", ""),
    ],
)
def test_a_verb_group_has_its_verb_tense_and_form(
    text: str, verb: str, tense: str, form: str
) -> None:
    text = text.replace("gonna", "going to")
    found = group(text)
    assert (found.verb, found.tense.replace("past", "past"), found.form) == (verb, tense, form)


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("I don't live here", {"denied"}),
        ("I never liked it", {"denied"}),
        ("I no longer live here", {"ceased"}),
        ("I would live here", {"modal"}),
        ("I'd live here", {"modal"}),
        ("I want to live here", {"modal"}),
        ("I can't eat it", {"denied", "can"}),
        ("I probably live here", {"unsure"}),
        ("I live here", set()),
    ],
)
def test_a_verb_group_says_whether_it_is_so(text: str, flags: set[str]) -> None:
    found = group(text)
    assert {
        name for name in ("denied", "ceased", "modal", "can", "unsure") if getattr(found, name)
    } == flags


@pytest.mark.parametrize(
    ("text", "clauses"),
    [
        ("I live in Leeds and work as a baker", ["I live in Leeds", "work as a baker"]),
        ("I like tea, coffee and cake", ["I like tea, coffee and cake"]),
        ("I like tea and I hate coffee", ["I like tea", "I hate coffee"]),
        ("my sister, who sings, left", ["my sister", "sings", "left"]),
        ("my mum, Wendy, is 73", ["my mum, Wendy, is 73"]),
        ("I left because it rained", ["I left", "it rained"]),
        ("if it rains, I stay", ["it rains", "I stay"]),
    ],
)
def test_a_sentence_has_its_clauses(text: str, clauses: list[str]) -> None:
    assert [part.text() for part in parts_of(tokenise(text), text)] == clauses


# Each predicate: what one says of oneself, the fact; what is said of another, the fact.
PREDICATES = [
    ("live in Leeds", "home = Leeds", "lives in Leeds", "lives in Leeds"),
    ("work at a bank", "work = at a bank", "works at a bank", "works at a bank"),
    ("play the cello", "hobby = playing the cello", "plays the cello", "plays the cello"),
    ("like old maps", "like = old maps", "likes old maps", "likes old maps"),
    ("hate olives", "dislike = olives", "hates olives", "hates olives"),
    ("have two cats", "possession = two cats", "has two cats", "has two cats"),
    ("speak Dutch", "language = Dutch", "speaks Dutch", "speaks Dutch"),
    ("have asthma", "condition = asthma", "has asthma", "has asthma"),
    ("believe in ghosts", "belief = ghosts", "believes in ghosts", "believes in ghosts"),
]


@pytest.mark.parametrize(("mine", "fact", "theirs", "said"), PREDICATES)
def test_a_predicate_is_read_of_everybody(mine: str, fact: str, theirs: str, said: str) -> None:
    assert read(f"I {mine}") == [fact]
    assert read(f"my wife and I {mine}") == [fact]
    assert read(f"my sister {theirs}") == [f"person:sister = {said}"]
    assert read(f"She {theirs}.", "My sister called.") == [f"person:sister = {said}"]
    assert read(f"My mate Olly {theirs}") == ["person:friend = Olly", f"person:Olly = {said}"]
    assert read(f"I met a girl called Hannah. She {theirs}.") == [f"person:Hannah = {said}"]
    assert read(f"my sister, who {theirs}, called") == [f"person:sister = {said}"]


@pytest.mark.parametrize(("mine", "theirs"), [(row[0], row[2]) for row in PREDICATES])
@pytest.mark.parametrize(
    "frame",
    [
        "do you think I {mine}?",
        "do I {mine}?",
        "if I {mine}, so what",
        "imagine I {mine}",
        "I would {mine} if I could",
        "I might {mine} one day",
        "I wish I could {mine}",
        'he said "I {mine}" and left',
        "my boss thinks I {mine}",
        "she says I {mine}",
        "you {mine}",
        "*smiles and says I {mine}*",
        "*opens the heavy door* I {mine}",
        "in the film I {mine}",
        "in my dream I {mine}",
        "does she {mine}?",
        "she {theirs}",
        "the man next to me {theirs}",
        "I {mine}. just kidding!",
    ],
)
def test_what_is_not_stated_is_no_fact(frame: str, mine: str, theirs: str) -> None:
    assert read(frame.format(mine=mine, theirs=theirs)) == []


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("I used to live in Leeds", ["experience = lived in Leeds"]),
        ("I lived in Leeds for ten years", ["experience = lived in Leeds for ten years"]),
        ("I've lived in Leeds for ten years", ["home = Leeds for ten years"]),
        ("I've been living in Leeds", ["home = Leeds"]),
        ("I no longer live in Leeds", ["-home = Leeds"]),
        ("I don't live in Leeds any more", ["-home = Leeds"]),
        ("I don't live there any more", ["-home = "]),
        ("I don't live in Leeds", []),
        ("we moved to Leeds", ["home = Leeds"]),
        ("I'm moving to Leeds in May", ["plan = moving to Leeds in May"]),
        ("I was a nurse", ["experience = worked as a nurse"]),
        ("I used to be a nurse", ["experience = worked as a nurse"]),
        ("I'm not a nurse any more", ["-work = a nurse"]),
        ("I've been a nurse for years", ["work = a nurse for years"]),
        ("my sister used to be a nurse", ["person:sister = used to be a nurse"]),
        ("my father was a nurse", ["person:father = was a nurse"]),
        ("I'm not into jazz", ["dislike = jazz"]),
        ("I can't stand jazz", ["dislike = jazz"]),
        ("my sister doesn't like jazz", ["person:sister = doesn't like jazz"]),
        ("I don't smoke", ["habit = don't smoke"]),
        ("I stopped smoking indoors", ["habit = don't smoke indoors"]),
        ("I no longer eat meat at lunch", ["habit = don't eat meat at lunch"]),
        ("I no longer drink coffee after dinner", ["habit = don't drink coffee after dinner"]),
        (
            "I no longer drink coffee before bed, honestly",
            ["habit = don't drink coffee before bed"],
        ),
        ("I stopped working on Sundays", ["-work = on Sundays"]),
        ("I stopped drinking coffee after dinner got cold", ["habit = don't drink coffee"]),
    ],
)
def test_tense_and_negation_decide_what_is_kept(text: str, facts: list[str]) -> None:
    assert read(text) == facts


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("I stopped drinking coffee", ["habit = don't drink coffee"]),
        ("I gave up drinking", ["habit = don't drink"]),
        ("I quit smoking", ["habit = don't smoke"]),
        ("I've stopped eating meat", ["diet = no meat"]),
        ("I stopped working at the bakery", ["-work = at the bakery"]),
        ("I stopped living in Leeds", ["-home = Leeds"]),
    ],
)
@pytest.mark.parametrize(
    "when",
    [
        "", " two weeks ago", " a month ago", " 3 years ago", " twenty-one days ago",
        " in my twenties", " in the late 90s",
        " one year ago",
        " a couple of months ago", " a few weeks ago", " several years ago", " some months ago",
        " half a year ago", " a year and a half ago", " two and a half years ago", " years ago",
        " many years ago", " about two years ago", ", a long time ago", " a while ago",
        " quite a while back", " long ago", " last year", " this morning", " last Friday",
        " yesterday", " recently", " for good", " in 2019", " in May", " in March 2020",
        " at the age of 30",
    ],
)  # fmt: skip
def test_when_something_ceased_is_no_part_of_it(said: str, facts: list[str], when: str) -> None:
    assert read(f"{said}{when}.") == facts


@pytest.mark.parametrize(
    ("said", "facts"),
    [
        ("I quit drinking this coffee", ["habit = don't drink this coffee"]),
        ("I quit drinking coffee this winter", ["habit = don't drink coffee"]),
        ("I quit drinking green tea", ["habit = don't drink green tea"]),
        ("I live in Leeds while I study law", ["home = Leeds"]),
    ],
)
def test_an_object_is_no_time(said: str, facts: list[str]) -> None:
    assert read(said) == facts


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("I have two brothers, Tom and Al", ["person:brother = Tom and Al"]),
        ("my sister's dog is called Rufus", ["person:sister = has a dog called Rufus"]),
        ("my sister's dog Rufus bit me", ["person:sister = has a dog called Rufus"]),
        ("my mum, Wendy, is 73", ["person:mother = Wendy", "person:Wendy = is 73"]),
        ("the cat (Bo) ate a candle", ["pet:cat = Bo"]),
        ("my daughter is seven", ["person:daughter = is seven"]),
        ("my kids love dinosaurs", ["person:children = love dinosaurs"]),
        ("my cousin maya got married", ["person:cousin = maya", "person:Maya = got married"]),
        ("me and Callum got engaged", ["experience = got engaged"]),
        ("got two cats", ["possession = two cats"]),
        ("living in Leeds is fun", []),
        ("I'm trying to work and study", []),
        ("my son he is 7 year old, name Minh", ["person:son = is 7", "person:son = Minh"]),
        ("I'm like a mother to her", []),
        ("I met someone called David", []),
        ("the boy I tutored left. He's a vegan", []),
        ("I met a boy. He has a dog", []),
        ("I moved to Leeds last week", ["home = Leeds"]),
        ("I moved to New York in 2019", ["home = New York"]),
        ("I just moved to Kyoto from Osaka", ["home = Kyoto"]),
        ("we moved to Bath two years ago", ["home = Bath"]),
        ("I live in Leeds with my sister", ["home = Leeds"]),
    ],
)
def test_names_ages_and_lists_find_their_people(text: str, facts: list[str]) -> None:
    assert read(text) == facts


@pytest.mark.parametrize(
    ("before", "text", "facts"),
    [
        ("I've got a cat called Rufus", "it's Rupert, not Rufus", ["pet:cat = Rupert"]),
        ("I've got a cat called Rufus", "sorry, Rupert not Rufus", ["pet:cat = Rupert"]),
        ("My name is Bob", "it's Bo, not Bob", ["name = Bo"]),
        ("I live in Bristol", "no, Cardiff", ["home = Cardiff"]),
        ("My birthday is on the 3rd of March", "no, in May", ["birthday = the 3rd of May"]),
        ("My birthday is on the 3rd of March", "sorry, 5", []),
        ("I'm 34", "no, 35", ["age = 35"]),
        (
            "I've got a dog called Rufus",
            "sorry, not a dog, he's a cat",
            ["-pet:dog = Rufus", "pet:cat = Rufus"],
        ),
        ("I live in Bristol", "no, thanks", []),
        ("I live in Bristol", "no way", []),
        ("I live in Bristol", "not much, you?", []),
        ("", "it's Rupert, not Rufus", ["name = Rupert"]),
    ],
)
def test_a_correction_changes_the_fact_told_last(before: str, text: str, facts: list[str]) -> None:
    found = interpret(text, before=before).fact_mentions
    assert [written(fact) for fact in found] == facts
    assert all(fact.corrects or fact.retracts for fact in found)


def test_a_name_that_nothing_explains_is_a_guess_that_says_what_it_replaces() -> None:
    (fact,) = interpret("it's Rupert, not Rufus").fact_mentions
    assert not fact.certain
    assert fact.instead_of == "Rufus"


@pytest.mark.parametrize("change", ["we moved to Ghent", "I live in Ghent now"])
def test_a_change_is_told_from_a_mistake(change: str) -> None:
    (fact,) = interpret(change).fact_mentions
    assert fact.changes
    (mended,) = interpret("sorry, I meant I live in Ghent").fact_mentions
    assert mended.corrects
    assert not mended.changes


def test_a_quotation_may_go_on_over_sentences() -> None:
    assert read('He said: "I am a nurse. I live in Leeds. I like jazz." I like tea.') == [
        "like = tea"
    ]
