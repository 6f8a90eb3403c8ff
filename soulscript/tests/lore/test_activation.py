"""The activation of lore: what it promises whatever the entries are."""

import time
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soulscript.lore import (
    Activation,
    Chat,
    Decorators,
    Fired,
    Line,
    Logic,
    Lorebook,
    LoreEntry,
    LoreSettings,
    Place,
    Span,
    activate,
    rough_tokens,
)
from support import lore

WORDS = ("lamp", "oil", "fog", "king", "Rose", "lamp oil", "x", "fog king Rose", "")
KEYS = ("lamp", "oil", "King", "/la.p/", "/(/", "/(a|a?)+$/", "{{char}}", "", "oil fog")
TRAITS: list[dict[str, Any]] = [
    {"keys": ()},
    {"secondary_keys": ("oil",), "is_selective": True},
    *({"secondary_keys": ("oil", "fog"), "is_selective": True, "logic": each} for each in Logic),
    {"is_enabled": False},
    {"is_constant": True},
    {"are_patterns": True},
    {"whole_words": True},
    {"scan_depth": 0},
    {"scan_depth": 3},
    {"order": 5},
    {"place": Place.OUTLET},
    {"place": Place.DEPTH},
    {"probability": 0},
    {"probability": 40},
    {"groups": ("g",)},
    {"groups": ("g", "h"), "group_weight": 0},
    {"groups": ("h",), "group_override": True},
    {"use_group_scoring": True, "groups": ("g",)},
    {"sticky": 3},
    {"cooldown": 3},
    {"delay": 2},
    {"exclude_recursion": True},
    {"prevent_recursion": True},
    {"delay_until_recursion": 1},
    {"delay_until_recursion": 2},
    {"ignore_budget": True},
    {"decorators": Decorators(activate=True)},
    {"decorators": Decorators(dont_activate=True)},
    {"decorators": Decorators(keep_activate_after_match=True)},
    {"decorators": Decorators(ignore_on_max_context=True)},
    {"decorators": Decorators(activate_only_every=2)},
    {"decorators": Decorators(exclude_keys=("oil",))},
    {"decorators": Decorators(additional_keys=(("oil", "fog"),))},
]


def made(id: str, key: str, content: str, traits: list[dict[str, Any]]) -> LoreEntry:
    entry = LoreEntry(id, content, (key, "lamp"))
    for each in traits:
        entry = replace(entry, **each)
    return entry


lore_entries = st.builds(
    made,
    st.sampled_from("abcdef"),
    st.sampled_from(KEYS),
    st.sampled_from(WORDS),
    st.lists(st.sampled_from(TRAITS), max_size=3),
)
books = st.lists(lore_entries, max_size=6)
said = st.lists(st.sampled_from(WORDS).map(lambda text: Line("Ann", text)), max_size=4).map(tuple)
numbers = st.integers(0, 4)
chats = st.builds(
    Chat,
    lines=said,
    number=numbers,
    character=st.just("Wren"),
    seed=st.sampled_from("stuv"),
    external=st.sampled_from([frozenset[str](), frozenset("a")]),
)
all_settings = st.builds(
    lore.settings,
    scan_depth=numbers,
    budget=st.none() | numbers,
    is_recursive=st.booleans(),
    max_steps=numbers,
    min_activations=numbers,
    use_group_scoring=st.booleans(),
)


@given(books, chats, all_settings)
def test_the_same_arguments_give_the_same_result(
    entries: list[LoreEntry], chat: Chat, chosen_settings: LoreSettings
) -> None:
    book = Lorebook(entries)
    first = activate(book, chat, chosen_settings)
    assert first == activate(book, chat, chosen_settings)
    assert first == activate(entries, chat, chosen_settings)


@given(books, chats, all_settings)
def test_the_budget_is_never_reached_but_by_what_ignores_it(
    entries: list[LoreEntry], chat: Chat, chosen_settings: LoreSettings
) -> None:
    found = activate(entries, chat, chosen_settings)
    counted = [e for e in found.chosen if not e.entry.ignore_budget]
    total = sum(lore.words(each.text) for each in counted)
    assert chosen_settings.budget is None or not counted or total < chosen_settings.budget
    assert found.tokens >= total


@given(books, chats, all_settings)
def test_nothing_that_is_turned_off_or_has_lost_goes_in(
    entries: list[LoreEntry], chat: Chat, chosen_settings: LoreSettings
) -> None:
    found = activate(entries, chat, chosen_settings)
    ids = [each.entry.id for each in found.chosen]
    assert len(set(ids)) == len(ids)
    assert all(each.entry.is_enabled and each.text.strip() for each in found.chosen)
    assert not set(ids) & {each.entry.id for each in found.skipped}
    assert not any(
        e.entry.decorators.dont_activate for e in found.chosen if not e.entry.decorators.activate
    )
    orders = [each.entry.order for each in found.chosen]
    assert orders == sorted(orders)
    assert all(each.reason.words for each in found.chosen)
    assert all(each.words for each in found.skipped)


@given(books, chats, all_settings)
def test_of_each_group_one_goes_in(
    entries: list[LoreEntry], chat: Chat, chosen_settings: LoreSettings
) -> None:
    found = activate(entries, chat, chosen_settings)
    groups = [group for each in found.chosen for group in each.entry.groups]
    assert len(set(groups)) == len(groups)


@settings(max_examples=30)
@given(books, st.lists(st.tuples(st.integers(0, 8), said), min_size=2, max_size=5))
def test_turns_may_follow_in_any_order(
    entries: list[LoreEntry], turns: list[tuple[int, tuple[Line, ...]]]
) -> None:
    book, earlier = Lorebook(entries), dict[str, Fired]()
    for number, lines in turns:
        chat = Chat(lines, number=number, character="Wren", earlier=earlier)
        found = activate(book, chat, lore.settings(is_recursive=True))
        earlier = {key: Fired.load(record.dump()) for key, record in found.fired.items()}
        assert earlier == found.fired
        assert {each.entry.id for each in found.chosen} <= earlier.keys()


# -- reasons ---------------------------------------------------------------------------------------


def reason_of(lines: list[str], entry: LoreEntry, **parts: Any) -> str:  # noqa: ANN401 - of a chat
    found = activate([entry], lore.chat(lines, **parts), lore.settings())
    return found.chosen[0].reason.words


def test_a_reason_is_told_in_words() -> None:
    lamp = LoreEntry("a", "A.", ("lamp",))
    assert reason_of(["Ann: lamp"], lamp) == 'its key "lamp" was found in the newest line'
    older = reason_of(["Ann: lamp", "Ann: x"], lamp)
    assert older == 'its key "lamp" was found in the line 1 before the newest'
    twice = reason_of(["Ann: lamp", "Ann: lamp"], lamp)
    assert twice == 'its key "lamp" was found in the newest line'
    assert reason_of(["Ann: x"], replace(lamp, is_constant=True)) == "it is always in"
    forced = replace(lamp, decorators=Decorators(activate=True))
    assert reason_of(["Ann: x"], forced) == "its decorator @@activate asks for it"
    external = reason_of(["Ann: x"], lamp, external=frozenset("a"))
    assert external == "it was asked for from outside"
    also = replace(lamp, secondary_keys=("oil", "gas"), is_selective=True)
    words = reason_of(["Ann: lamp oil"], also)
    assert words == 'its key "lamp" was found in the newest line, with "oil"'
    source = replace(lamp, sources=("scenario",))
    told = reason_of(["Ann: x"], source, sources={"scenario": "A lamp."})
    assert told == 'its key "lamp" was found in scenario'


def test_a_reason_names_the_entry_that_a_key_was_found_in() -> None:
    entries = [
        LoreEntry("a", "B!", ("x",)),
        LoreEntry("c", "C!", ("x",)),
        LoreEntry("b", "B.", ("c!",)),
    ]
    found = activate(entries, lore.chat(["Ann: x"]), lore.settings(is_recursive=True))
    reason = next(each.reason for each in found.chosen if each.entry.id == "b")
    assert (reason.source, reason.key, reason.back) == ("c", "c!", None)
    assert reason.words == 'its key "c!" was found in the entry "c"'


def test_a_reason_of_what_stays_in_is_told_in_words() -> None:
    entry = LoreEntry("a", "A.", ("x",), sticky=5)
    sticky = Fired(1, 1, 1, entry.version, Span(1, 6))
    words = reason_of(["Ann: q"], entry, number=3, earlier={"a": sticky})
    assert words == "it stays in for some messages after it went in"
    keeping = LoreEntry("a", "A.", ("x",), decorators=Decorators(keep_activate_after_match=True))
    words = reason_of(["Ann: q"], keeping, number=3, earlier={"a": Fired(1, 1)})
    assert words == "it went in before, and @@keep_activate_after_match keeps it"


def test_a_letter_that_grows_in_small_letters_does_not_shift_the_line() -> None:
    found = activate(
        [LoreEntry("a", "A.", ("lamp",))], lore.chat(["Ann: lamp", "Ann: İİİİİİ"]), lore.settings()
    )
    assert found.chosen[0].reason.back == 1


# -- chance ----------------------------------------------------------------------------------------


def share(entries: list[LoreEntry], id: str) -> float:
    book = Lorebook(entries)
    runs = [
        activate(book, lore.chat(["Ann: x"], seed=str(seed)), lore.settings())
        for seed in range(600)
    ]
    return sum(id in {each.entry.id for each in run.chosen} for run in runs) / len(runs)


def test_a_probability_is_met_as_often_as_it_says() -> None:
    assert share([LoreEntry("a", "A.", ("x",), probability=30)], "a") == pytest.approx(
        0.3, abs=0.06
    )


def test_weights_share_a_group() -> None:
    heavy = LoreEntry("a", "A.", ("x",), groups=("g",), group_weight=75)
    light = LoreEntry("b", "B.", ("x",), groups=("g",), group_weight=25)
    assert share([heavy, light], "a") == pytest.approx(0.75, abs=0.06)


# -- times -----------------------------------------------------------------------------------------


def test_how_often_an_entry_went_in_is_counted_once_a_message() -> None:
    book, earlier = Lorebook([LoreEntry("a", "A.", ("x",))]), dict[str, Fired]()
    for number in (3, 3, 5, 5, 8):
        chat = lore.chat(["Ann: x"], number=number, earlier=earlier)
        earlier = dict(activate(book, chat, lore.settings()).fired)
    assert earlier == {"a": Fired(3, 8, 3)}


def test_records_of_other_books_are_kept() -> None:
    other = {"z": Fired(1, 2, 2, "v", Span(1, 9), Span(1, 9))}
    found = activate([], lore.chat(["Ann: x"], number=5, earlier=other), lore.settings())
    assert found.fired == other


counts = st.integers(-(10**9), 10**9)
spans = st.none() | st.builds(Span, counts, counts, st.booleans())


@given(st.builds(Fired, counts, counts, counts, st.text(), spans, spans))
def test_a_record_is_the_same_after_json(record: Fired) -> None:
    assert Fired.load(record.dump()) == record


@pytest.mark.parametrize("value", [None, 3, [], {}, {"first": "x", "sticky": [1], "cooldown": "y"}])
def test_any_json_is_read_as_a_record(value: Any) -> None:  # noqa: ANN401 - any JSON
    assert Fired.load(value) == Fired(0, 0, 0)


# -- limits ----------------------------------------------------------------------------------------

CATASTROPHES = ["/(a|a?)+$/", "/(.*)*x{2}y/", "/^(\\w+\\s?)*!$/", "/((a+)+)+z/"]


def slow_run(patterns: list[str]) -> tuple[float, Activation]:
    """Return how many seconds patterns take in long lines, and what comes of it."""
    entries = [LoreEntry(f"e{i}", "A.", (key,)) for i, key in enumerate(patterns)]
    chat = lore.chat([f"Ann: {'a' * 4000}", f"Ann: {'ab ' * 900}?"])
    book = Lorebook(entries)
    start = time.perf_counter()
    found = activate(book, chat, lore.settings(is_recursive=True))
    return time.perf_counter() - start, found


def test_catastrophic_patterns_are_bounded_and_named() -> None:
    seconds, found = slow_run(CATASTROPHES)
    assert seconds < 2
    assert any("takes too long" in warning for warning in found.warnings)
    assert {each.kind.value for each in found.skipped} == {"pattern"}


def test_many_slow_patterns_share_a_limit() -> None:
    seconds, found = slow_run([f"/(a|a?)+[xyz]{{{i + 1}}}$/" for i in range(100)])
    assert seconds < 2
    assert len(found.warnings) > 50


def test_a_pattern_that_is_too_slow_is_left_alone_in_later_turns_of_the_same_run() -> None:
    entries = [LoreEntry("a", "A.", ("/(a|a?)+$/", "go")), LoreEntry("b", "B.", ("/(a|a?)+$/",))]
    chat = lore.chat([f"Ann: go {'a' * 3000}!"])
    found = activate(entries, chat, lore.settings(is_recursive=True))
    assert [each.entry.id for each in found.chosen] == ["a"]
    assert len(found.warnings) == 2


def test_a_long_chain_of_entries_ends() -> None:
    entries = [LoreEntry(f"e{i}", f"key{i + 1}!", (f"key{i}!",)) for i in range(3000)]
    start = time.perf_counter()
    found = activate(entries, lore.chat(["Ann: key0!"]), lore.settings(is_recursive=True))
    assert time.perf_counter() - start < 3
    assert len(found.chosen) == 65


def test_a_long_chat_is_scanned_in_part() -> None:
    lines = tuple(Line("Ann", "lamp" if index == 0 else "x") for index in range(1500))
    found = activate([LoreEntry("a", "A.", ("lamp",))], Chat(lines), LoreSettings(scan_depth=5000))
    assert found.chosen == ()


def test_of_entries_with_one_id_the_first_counts() -> None:
    entries = [LoreEntry("a", "One.", ("x",)), LoreEntry("a", "Two.", ("x",))]
    found = activate(entries, lore.chat(["Ann: x"]), lore.settings())
    assert [each.text for each in found.chosen] == ["One."]


def test_a_book_prepares_its_keys_for_any_names() -> None:
    book = Lorebook([LoreEntry("a", "A.", ("{{char}}!",))])
    for index in range(20):
        chat = Chat((Line("Ann", f"N{index}!"),), character=f"N{index}")
        assert activate(book, chat).chosen
    assert not activate(book, Chat((Line("Ann", "N3!"),), character="N4")).chosen
    book.forget_names()
    assert activate(book, Chat((Line("Ann", "N3!"),), character="N3")).chosen


def test_tokens_are_estimated_if_nobody_counts_them() -> None:
    assert (rough_tokens(""), rough_tokens("a"), rough_tokens("a" * 9)) == (0, 1, 3)
    long = LoreEntry("a", "word " * 2000, ("x",))
    assert [e.kind.value for e in activate([long], lore.chat(["Ann: x"])).skipped] == ["budget"]


def test_500_entries_take_a_few_milliseconds() -> None:
    entries = [
        LoreEntry(f"e{i}", f"About {i}.", (f"town{i}", f"the old mill of {i}"), order=i % 7)
        for i in range(500)
    ]
    book = Lorebook(entries)
    chat = lore.chat([f"Ann: {'we walked to town7 and back again ' * 8}"] * 4)
    chosen = lore.settings(scan_depth=4, is_recursive=True)
    assert activate(book, chat, chosen).chosen
    times = []
    for _ in range(20):
        start = time.perf_counter()
        activate(book, chat, chosen)
        times.append(time.perf_counter() - start)
    assert min(times) < 0.005


@pytest.mark.parametrize(
    ("parts", "remembers"),
    [
        ({}, False),
        ({"sticky": 2}, True),
        ({"cooldown": 1}, True),
        ({"delay": 3}, False),
        ({"decorators": Decorators(keep_activate_after_match=True)}, True),
        ({"decorators": Decorators(dont_activate_after_match=True)}, True),
        ({"decorators": Decorators(activate_only_every=2)}, False),
    ],
)
def test_an_entry_may_depend_on_when_it_went_in(parts: dict[str, Any], *, remembers: bool) -> None:
    assert replace(lore.entry({"id": "a", "keys": ["x"]}), **parts).remembers is remembers
