"""The cases of ``lore_cases.toml``: what goes in, in which order, and why."""

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from soulscript.lore import Activation, Lorebook, activate
from support import lore

CASES = Path(__file__).parents[1] / "data" / "lore_cases.toml"
RULES: list[dict[str, Any]] = tomllib.loads(CASES.read_text(encoding="utf-8"))["rule"]
PARTS = {
    "name", "from", "entries", "book", "settings", "chat", "line", "lines", "chosen", "why",
    "skipped", "texts", "places", "turns", "number", "prompts", "warnings", "cases",
}  # fmt: skip


def cases() -> Iterator[Any]:
    for rule in RULES:
        shared = {key: value for key, value in rule.items() if key not in {"name", "cases"}}
        for case in rule["cases"]:
            yield pytest.param(shared | case, id=f"{rule['name']}: {case['name']}")


def lines_of(turn: dict[str, Any]) -> list[str]:
    if "line" in turn:
        return [f"{lore.PERSON}: {turn['line']}"]
    lines: list[str] = turn["lines"]
    return lines


def check(found: Activation, turn: dict[str, Any]) -> None:
    chosen = {each.entry.id: each for each in found.chosen}
    assert list(chosen) == turn["chosen"]
    why = [each.reason.kind.value for each in found.chosen]
    assert why == turn.get("why", ["key"] * len(chosen))
    if "skipped" in turn:
        skipped = {each.entry.id: each.kind.value for each in found.skipped}
        assert skipped == turn["skipped"]
    assert {key: chosen[key].text for key in turn.get("texts", {})} == turn.get("texts", {})
    places = {key: lore.place(chosen[key]) for key in turn.get("places", {})}
    assert places == turn.get("places", {})
    assert len(found.warnings) == turn.get("warnings", 0)
    if "prompts" in turn:
        assert found.disabled_prompts == set(turn["prompts"])


@pytest.mark.parametrize("case", list(cases()))
def test_a_case(case: dict[str, Any]) -> None:
    entries = lore.entries(case["entries"])
    by_id = {entry.id: entry for entry in entries}
    book = Lorebook(entries, lore.book_settings(case.get("book", {})))
    parts = dict(case.get("chat", {}))
    parts["earlier"] = {
        key: lore.fired(fields, by_id[key]) for key, fields in parts.get("earlier", {}).items()
    }
    for key in {"names", "tags", "injected"} & parts.keys():
        parts[key] = tuple(parts[key])
    if "external" in parts:
        parts["external"] = frozenset(parts["external"])
    settings = lore.settings(**case.get("settings", {}))
    for turn in case.get("turns", [case]):
        if "number" in turn:
            parts["number"] = turn["number"]
        found = activate(book, lore.chat(lines_of(turn), **parts), settings)
        check(found, turn)
        parts["earlier"] = found.fired


def test_every_case_is_well_formed_and_named_once() -> None:
    for rule in RULES:
        names = [case["name"] for case in rule["cases"]]
        assert len(set(names)) == len(names), rule["name"]
        assert rule["from"] in {"SillyTavern", "V3"}
        for part in [rule, *rule["cases"]]:
            assert part.keys() <= PARTS, part
    assert len({rule["name"] for rule in RULES}) == len(RULES)


def test_there_are_at_least_250_cases() -> None:
    assert sum(len(rule["cases"]) for rule in RULES) >= 250
