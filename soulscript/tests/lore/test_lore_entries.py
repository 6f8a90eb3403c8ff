"""The entries of a soul, read from the memories that a lorebook became."""

from hypothesis import given
from hypothesis import strategies as st

from soulscript.formats import Import
from soulscript.lore import (
    BookSettings,
    Logic,
    Lorebook,
    Place,
    Role,
    activate,
    book_settings_of,
    entries_of,
    entry_of,
)
from soulscript.model.memory import Memory
from soulscript.model.soul import Soul
from support import lore
from support.documents import MORE, Document, card, read


def soul_of(found: Import) -> Soul:
    assert found.soul is not None
    return found.soul


BOOK: Document = MORE["character_book"]


def test_each_enabled_entry_of_a_card_is_one() -> None:
    entries = entries_of(soul_of(read(card(2))))
    assert [(entry.keys, entry.name, entry.is_constant) for entry in entries] == [
        (("lamp", "light"), "lamp", False),
        (("fog",), "", True),
    ]


def test_the_fields_of_sillytavern_are_read() -> None:
    extensions = {
        "position": 4, "depth": 2, "role": 1, "probability": 40, "useProbability": True,
        "group": "g, h,g", "group_override": True, "group_weight": 7, "use_group_scoring": True,
        "scan_depth": 9999, "case_sensitive": True, "match_whole_words": False, "sticky": 1,
        "cooldown": 2, "delay": 3, "exclude_recursion": True, "prevent_recursion": True,
        "delay_until_recursion": 2, "selectiveLogic": 3, "vectorized": True, "automation_id": "q",
        "ignore_budget": True, "triggers": ["swipe"], "match_scenario": True, "outlet_name": "o",
        "display_index": 0,
    }  # fmt: skip
    found = lore.entry(
        {
            "id": "a",
            "keys": ["x"],
            "secondary_keys": ["y"],
            "selective": True,
            "insertion_order": 3,
            "use_regex": True,
            "comment": "a note",
            "characterFilter": {"isExclude": True, "names": ["B"], "tags": ["t"]},
            "extensions": extensions,
        }
    )
    assert (found.place, found.depth, found.role) == (Place.DEPTH, 2, Role.USER)
    assert (found.probability, found.groups, found.group_override) == (40, ("g", "h"), True)
    assert (found.group_weight, found.use_group_scoring, found.scan_depth) == (7, True, 1000)
    assert (found.case_sensitive, found.whole_words) == (True, False)
    assert (found.sticky, found.cooldown, found.delay) == (1, 2, 3)
    assert (found.exclude_recursion, found.prevent_recursion) == (True, True)
    assert (found.delay_until_recursion, found.logic) == (2, Logic.AND_ALL)
    assert (found.is_vectorized, found.automation_id, found.ignore_budget) == (True, "q", True)
    assert (found.triggers, found.sources, found.outlet) == (("swipe",), ("scenario",), "o")
    assert (found.filter_names, found.filter_tags, found.filter_excludes) == (("B",), ("t",), True)
    assert (found.order, found.name, found.are_patterns) == (3, "a note", False)
    assert (found.secondary_keys, found.is_selective) == (("y",), True)


def test_the_role_may_be_a_word() -> None:
    assert lore.entry({"id": "a", "role": "assistant"}).role is Role.ASSISTANT


def test_the_book_says_how_it_is_scanned() -> None:
    said = {"scan_depth": 7, "token_budget": 300, "recursive_scanning": True}
    soul = soul_of(read(card(3, character_book=BOOK | said)))
    assert book_settings_of(soul) == BookSettings(7, 300, recursive_scanning=True)
    assert Lorebook.of(soul).settings == BookSettings(7, 300, recursive_scanning=True)


def test_a_book_that_says_nothing_has_no_settings() -> None:
    odd = {"scan_depth": None, "token_budget": 0, "recursive_scanning": "yes"}
    for document in (card(1), card(2), card(2, character_book=BOOK | odd)):
        assert book_settings_of(soul_of(read(document))) == BookSettings()


def test_the_lore_of_a_card_goes_in_by_its_key() -> None:
    book = Lorebook.of(soul_of(read(card(2))))
    found = activate(book, lore.chat(["Ann: is the LAMP lit?"]), lore.settings())
    assert {each.reason.kind.value for each in found.chosen} == {"key", "constant"}


def test_other_memories_are_no_lore() -> None:
    soul = soul_of(read(card(2)))
    memory = memory_of({"topic_tags": ["lamp"]})
    document = soul.dump() | {"soul:memories": {"m": memory}}
    assert entries_of(Soul.model_validate(document)) == ()


def test_a_memory_without_an_entry_is_one_of_its_topics() -> None:
    found = entry_of(Memory.model_validate(memory_of({"topic_tags": ["lamp"]})))
    assert (found.id, found.keys, found.content) == ("m", ("lamp",), "A lamp.")
    assert found.place is Place.AFTER


def memory_of(metadata: Document, **further: object) -> Document:
    return {
        "id": "m",
        "core_memory": "A lamp.",
        "fragments": [],
        "emotional_signature": {"valence": 0, "intensity": 0},
        "importance_score": 0.5,
        "creation_date": 0,
        "last_accessed": 0,
        "metadata": metadata,
        **further,
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3)
    ),
    max_leaves=3,
)
NAMES = [
    "secondary_keys", "selective", "constant", "use_regex", "insertion_order", "position", "depth",
    "role", "enabled", "disable", "probability", "useProbability", "group", "groupWeight",
    "group_override", "sticky", "cooldown", "delay", "scan_depth", "delay_until_recursion",
    "selectiveLogic", "character_filter", "triggers", "extensions", "case_sensitive",
    "outlet_name", "display_index", "exclude_recursion",
]  # fmt: skip
odd_fields = st.dictionaries(st.sampled_from(NAMES), json_values, max_size=4)


@given(odd_fields, odd_fields, st.text(max_size=30))
def test_odd_entries_are_read(fields: Document, extensions: Document, text: str) -> None:
    entry = fields if "extensions" in fields else fields | {"extensions": extensions}
    memory = memory_of({"topic_tags": ["x", "/(/", "{{char}}"]}, **{"st:entry": entry})
    found = entry_of(Memory.model_validate(memory | {"core_memory": text}))
    book = Lorebook([found])
    turn = activate(book, lore.chat(["Ann: x Wren"], number=3), lore.settings(is_recursive=True))
    assert len(turn.chosen) <= 1
    again = lore.chat(["Ann: q"], number=4, earlier=turn.fired)
    activate(book, again, lore.settings(is_recursive=True))


def test_entries_that_had_no_room_after_all_have_not_gone_in() -> None:
    first = lore.entry({"id": "1", "keys": "q", "sticky": 3})
    second = lore.entry({"id": "2", "keys": "q", "cooldown": 3})
    turn = activate([first, second], lore.chat(["Ann: q"], number=3))
    assert set(turn.fired) == {first.id, second.id}
    left = turn.fired_without({second.id})
    assert left == {first.id: turn.fired[first.id]}
    later = activate([first, second], lore.chat(["Ann: no"], number=5, earlier=left))
    assert [each.reason.kind.value for each in later.chosen] == ["sticky"]
    # What it was before is kept: it stays in for as long as it would have.
    assert later.fired_without({first.id})[first.id] == left[first.id]
    assert later.fired_without(()) == later.fired
