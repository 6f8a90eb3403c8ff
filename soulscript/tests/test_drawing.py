"""A memory graph as a picture: what it shows, and that it shows nothing else."""

import re
import time
from collections.abc import Iterable, Mapping
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from soulscript.memory.consolidation import DAY
from soulscript.memory.graph import MemoryGraph
from soulscript.memory.svg import WIDTH, Axis, date, draw, lay_out
from soulscript.model.memory import Memory

SVG = "{http://www.w3.org/2000/svg}"
TAGS = {"svg", "title", "style", "rect", "text", "line", "path", "circle", "g"}
SENTENCE = "a boat with red sails went out and the whole quay stood still until dusk"
WORDS = SENTENCE.split()
HOSTILE = [
    "<script>alert(1)</script>",
    "</title></svg><script>alert(1)</script>",
    '"><image href="https://example.org/x" onload="alert(1)"/>',
    "]]><!ENTITY x SYSTEM 'file:///etc/passwd'>&x;&#0;",
    "</style><foreignObject><iframe src='javascript:alert(1)'/></foreignObject>",
    "\x00\x07\x1b[2J\x9b\u202e\ufffe\U0001ffff",
]


def memory(id: str, at: int = 0, words: str = "a boat", **more: object) -> Memory:
    told = {
        "id": id,
        "core_memory": words,
        "fragments": [],
        "emotional_signature": {"valence": 0.5, "intensity": 0.5},
        "importance_score": 0.5,
        "creation_date": at,
        "last_accessed": at,
    }
    return Memory.model_validate(told | more)


def many(count: int) -> list[Memory]:
    """Memories of some years on a handful of topics, connected here and there."""
    return [
        memory(
            f"m{number:03d}",
            at=1_500_000_000_000 + (number * 7919 % count) * 9 * DAY + number % 3,
            words=" ".join(WORDS[number % 7 : number % 7 + 2 + number % 8]),
            importance_score=(number * 37 % 200) / 100 - 1,
            emotional_signature={
                "valence": (number * 13 % 200) / 100 - 1,
                "intensity": (number * 29 % 200) / 100 - 1,
            },
            connections=[f"m{number * 31 % count:03d}", f"m{number // 2:03d}"],
            metadata={"topic_tags": [WORDS[number % 9], WORDS[number % 4]]},
        )
        for number in range(count)
    ]


def drawn(memories: Iterable[Memory], **options: str) -> ET.Element:
    return ET.fromstring(draw(MemoryGraph(memories), **options))  # noqa: S314 - our own text


def said(picture: ET.Element, kind: str) -> list[str]:
    return [text.text or "" for text in picture.iter(f"{SVG}text") if text.get("class") == kind]


def nodes(picture: ET.Element) -> list[Mapping[str, str]]:
    return [one.attrib for one in picture.iter(f"{SVG}circle") if one.get("class") == "node"]


def test_nothing_to_remember_is_said() -> None:
    picture = drawn([], title="What Ada remembers")
    assert said(picture, "title") == ["What Ada remembers"]
    assert said(picture, "said") == ["nothing is remembered yet"]
    assert nodes(picture) == []


def test_a_memory_shows_its_words_its_day_and_what_it_means() -> None:
    told = memory("m", 5 * DAY, "Lamps on the harbour wall", metadata={"topic_tags": ["sea", "x"]})
    picture = drawn([told])
    assert said(picture, "said") == ["1 memory, 6 Jan 1970 · 0 connections"]
    assert said(picture, "label") == ["Lamps on the harbour wall"]
    assert said(picture, "date") == ["6 Jan 1970, 00:00"]
    assert [one.text for one in picture.iter(f"{SVG}title")][1] == (
        "Lamps on the harbour wall\n6 Jan 1970\nimportance 0.5, valence 0.5, intensity 0.5\n"
        "about sea, x"
    )


def test_size_is_importance_colour_is_valence_and_a_ring_is_intensity() -> None:
    picture = drawn(
        [
            memory(
                f"m{number}",
                number * DAY,
                importance_score=level,
                emotional_signature={"valence": level, "intensity": felt},
            )
            for number, (level, felt) in enumerate([(-1.0, 0.0), (0.0, -1.0), (1.0, 1.0)])
        ]
    )
    assert [node["r"] for node in nodes(picture)] == ["3.0", "9.0", "15.0"]
    assert [node["fill"] for node in nodes(picture)] == ["#c9551c", "#a8a8a4", "#267abe"]
    groups = [group for group in picture.iter(f"{SVG}g") if group.find(f"{SVG}title") is not None]
    assert [len(group.findall(f"{SVG}circle")) for group in groups] == [1, 1, 2]


def test_time_runs_from_left_to_right_and_years_may_be_before_our_era() -> None:
    moments = [-63_549_000_000_000, -62_135_596_800_000, 0, 1_700_000_000_000]
    picture = drawn(memory(str(at), at) for at in reversed(moments))
    places = [float(node["cx"]) for node in nodes(picture)]
    assert places == sorted(places)
    assert len(set(places)) == 4
    dates = said(picture, "date")
    assert dates[0].endswith(" BC")
    assert dates[-1] == "14 Nov 2023"
    assert "4 memories, 19 Mar 45 BC to 14 Nov 2023" in said(picture, "said")[0]


def test_connections_are_lines_and_unresolved_ones_stubs() -> None:
    tied = [
        memory("a", 1 * DAY, connections=["b", "b", "a", "lost"]),
        memory("b", 2 * DAY, connections=["a", "other name", *(f"gone {n}" for n in range(9))]),
        memory("c", 2 * DAY, connections=["a"], **{"soul:alias": "other name"}),
    ]
    picture = drawn(tied)
    (told,) = said(picture, "said")
    assert told.startswith("3 memories, 2 Jan 1970 to 3 Jan 1970 · 3 connections · ")
    assert told.endswith(" · 10 connections to memories that are not here")
    kinds = [path.get("class") for path in picture.iter(f"{SVG}path")]
    assert kinds.count("tie") == 3 + 1  # one in the key
    assert kinds.count("stub") == 1 + 3 + 1
    titles = [one.text or "" for one in picture.iter(f"{SVG}title")]
    assert any(title.endswith("not here: lost") for title in titles)


def test_topics_that_are_shared_have_lanes() -> None:
    about = {"one": ["sea"], "two": ["Sea", "work"], "three": ["work"], "four": [], "five": ["\n"]}
    picture = drawn(
        memory(name, at * DAY, metadata={"topic_tags": tags})
        for at, (name, tags) in enumerate(about.items())
    )
    assert said(picture, "topic") == ["Sea", "other topics"]
    eight = drawn(memory(f"m{n}", n, metadata={"topic_tags": [f"t{n % 8}"]}) for n in range(16))
    assert len(said(eight, "topic")) == 7 + 1
    alone = drawn([memory("a"), memory("b", DAY)])
    assert said(alone, "topic") == [""]


def test_long_words_are_broken_and_clipped() -> None:
    (whole, second), (unbroken, rest) = (
        said(drawn([memory("m", words=words)]), "label")
        for words in ("The boat with the red sails came back without anybody on board", "x" * 90)
    )
    assert (whole, second) == ("The boat with the red sails", "came back without anybody on…")
    assert len(unbroken) < 31
    assert rest.endswith("x…")


def test_of_too_many_the_most_important_are_drawn_and_it_is_said() -> None:
    memories = many(420)
    picture = drawn(memories)
    assert len(nodes(picture)) == 300
    assert said(picture, "said")[0].startswith("the 300 most important of 420 memories, ")
    shown = {title.text for title in picture.iter(f"{SVG}title")}
    levels = sorted((one.importance_score for one in memories), reverse=True)
    assert sum(f"importance {levels[0]:g}," in (text or "") for text in shown) >= 1
    assert not any(f"importance {levels[-1]:g}," in (text or "") for text in shown)


def test_of_too_many_connections_the_picture_shows_some_and_says_so() -> None:
    names = [f"m{number}" for number in range(60)]
    picture = drawn(
        memory(name, place * DAY, connections=names) for place, name in enumerate(names)
    )
    assert "· 600 of 1,770 connections" in said(picture, "said")[0]
    assert sum(path.get("class") == "tie" for path in picture.iter(f"{SVG}path")) == 601


@pytest.mark.parametrize("count", [5, 40, 300])
def test_no_memory_covers_another(count: int) -> None:
    spots = list(lay_out(many(count)).spots.values())
    assert len(spots) == count
    for place, one in enumerate(spots):
        assert one.x > one.radius
        assert one.x + one.radius < WIDTH
        for other in spots[place + 1 :]:
            apart = (one.x - other.x) ** 2 + (one.y - other.y) ** 2
            assert apart >= (one.radius + other.radius) ** 2


def test_the_same_graph_is_the_same_text_in_whatever_order_it_was_made() -> None:
    memories = many(90)
    assert draw(MemoryGraph(memories)) == draw(MemoryGraph(reversed(memories)))


def test_the_largest_picture_is_quick_and_small() -> None:
    graph = MemoryGraph(many(3000))
    begun = time.perf_counter()
    assert len(draw(graph)) < 500_000
    assert time.perf_counter() - begun < 2


def test_a_memory_of_very_many_words_is_drawn_as_quickly() -> None:
    tags = {"topic_tags": [f"t{number}" for number in range(10_000)]}
    graph = MemoryGraph([memory("m", words="<x> é" * 10**5, metadata=tags)])
    begun = time.perf_counter()
    assert len(draw(graph)) < 10_000
    assert time.perf_counter() - begun < 2


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_of_memories_are_inert(text: str) -> None:
    picture = drawn(
        [
            memory("m", words=text, connections=[text], metadata={"topic_tags": [text, "boats"]}),
            memory(text, DAY, metadata={"topic_tags": [text, "boats"]}, connections=["m"]),
        ],
        title=text,
    )
    assert {element.tag.removeprefix(SVG) for element in picture.iter()} <= TAGS
    for element in picture.iter():
        assert not any(name.startswith("on") or "href" in name for name in element.attrib)
    style = next(picture.iter(f"{SVG}style")).text or ""
    assert "url(" not in style
    assert "@import" not in style
    whole = ET.tostring(picture, encoding="unicode")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\ufffe]", whole)


def test_dates_are_as_exact_as_they_have_to_be() -> None:
    at = 1_650_000_000_000
    assert date(at) == "15 Apr 2022"
    assert date(at, 60_000) == "15 Apr 2022, 05:20"
    assert date(at, 30 * DAY) == "Apr 2022"
    assert date(at, 365 * DAY) == "2022"
    assert date(-62_167_219_200_000, 365 * DAY) == "1 BC"


@pytest.mark.parametrize(
    ("span", "form"),
    [
        (DAY // 3, r"\d+ \w+ 2022, \d\d:\d\d"),
        (9 * DAY, r"\d+ \w+ 2022"),
        (3_000 * DAY, r"\w{3} 20\d\d"),
        (90_000 * DAY, r"2\d\d\d"),
    ],
)
def test_the_dates_between_are_round(span: int, form: str) -> None:
    first = 1_650_000_000_000
    axis = Axis([first, first + span // 2, first + span], 0, 1000)
    ticks = list(axis.ticks())
    assert ticks[0][0] == 0
    assert ticks[-1][0] == 1000
    assert len(ticks) > 3
    assert all(re.fullmatch(form, words) for _, words in ticks[1:-1])
    assert all(a + 139 < b for (a, _), (b, _) in pairwise(ticks))


def test_a_gap_of_centuries_does_not_press_the_rest_into_a_corner() -> None:
    axis = Axis([-5_000_000_000_000, 0, DAY, 2 * DAY], 0, 900)
    assert axis.place(2 * DAY) - axis.place(DAY) > 140
