from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from synthetic_soul.mind.expression import VIBES
from synthetic_soul.mind.interpretation import Act, LifeEvent
from synthetic_soul.mind.tables.emotions import EMOTIONS
from synthetic_soul.voices.composer.moves.self_disclosure import SPOKEN_AS
from synthetic_soul.voices.composer.phrase_book import (
    ANY,
    FOLDER,
    MANNERS,
    VARIANTS,
    Phrase,
    phrase_book,
    read_phrases,
)

if TYPE_CHECKING:
    from pathlib import Path

BOOK = phrase_book()
NEVER_WITHOUT = (
    "greet", "farewell", "thank", "praise", "love", "comfort", "laugh", "agree", "disagree",
    "insult", "insult.again", "threat", "apology.plain", "apology.wary", "apology.hurt", "curt",
    "sore", "bad", "good", "good.ask", "tender", "tell", "small", "silence", "unclear", "nature",
    "state.even", "recall.none", "recall.none.name", "recall.none.me", "forget.none", "care",
    "care.after", "care.more", "tail", "self.unknown", "opinion.open", "ask.world", "ask.well",
    "request.no", "learn", "follow.any", "wounded.sorry", "wounded.joy",
)  # fmt: skip


@pytest.mark.parametrize("key", NEVER_WITHOUT)
def test_what_must_be_said_can_be_said_by_everyone(key: str) -> None:
    assert [p for p in BOOK[key] if p.manners == (ANY,) and p.fields <= {"comma", "me"}]


def test_every_emotion_life_event_and_vibe_has_its_phrases() -> None:
    for emotion in EMOTIONS:
        assert BOOK[f"state.{SPOKEN_AS.get(emotion, emotion)}"]
    for event in LifeEvent:
        assert f"bad.{event}" in BOOK or f"good.{event}" in BOOK
    for vibe in VIBES:
        assert BOOK[f"muse.{vibe}"]


def test_nothing_cheerful_stands_in_the_grave_sections() -> None:
    cheer = re.compile(r"!|\b(?:great|wonderful|happy|lovely|hooray|congratulations|fun)\b")
    for key, phrases in BOOK.items():
        if key.split(".")[0] in {"bad", "tender", "care"} and key != "tender.joy":
            for phrase in phrases:
                assert not cheer.search(phrase.text), phrase.text


def test_care_gives_no_advice_but_care() -> None:
    for key, phrases in BOOK.items():
        if key.startswith("care"):
            told = " ".join(phrase.text for phrase in phrases).casefold()
            assert not re.search(r"you should|cheer up|calm down|it could be worse|get over", told)


def write(folder: Path, text: str, name: str = "one.txt") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_notation(tmp_path: Path) -> None:
    one = "# comment\n[one]\nany: Plain.\nwarm playful: Warm and\n    long.\n"
    book, faults = read_phrases([write(tmp_path, f"{one}\n[two.dear]\ndry: Dry {{name}}?\n")])
    assert faults == []
    assert book["one"] == (Phrase("Plain."), Phrase("Warm and long.", ("warm", "playful")))
    assert book["two.dear"][0].fields == {"name"}
    assert book["two.dear"][0].pieces == ("dry",)


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("any: early", 1, "before the first [key]"),
        ("[Key!]\nany: x", 1, "is no key; write it as [small.letters]"),
        ("[key]\nany: x\nworm: y", 3, "unknown manner 'worm'; did you mean 'warm'?"),
        ("[key]\nany: x {nam}", 2, "unknown field {nam}; did you mean 'name'?"),
        ("[key]\nno manner here", 2, "write it as 'manner: phrase'"),
        ("[key]\nany:", 2, "write it as 'manner: phrase'"),
        ("[key]\nHello there: x", 2, "write it as 'manner: phrase'"),
        ("[key]\nany: {Nam}", 2, "unknown field {Nam}; did you mean 'name'?"),
        ("[key]\nany: x\n\nwarm: x", 4, "[key] has this phrase in one.txt:2; keep only one"),
        ("[key]\nany: a { b", 2, "a field is written {name}"),
        ("[key]\nany: " + "a" * 201, 2, "201 characters; at most 200"),
        ("# first\n[key]\ndry: x", 2, "add one marked 'any'"),
        ("[key]\nany: x\n[key]\nany: y", 3, "[key] begins in one.txt:1"),
    ],
)
def test_a_fault_names_file_line_and_what_would_be_right(
    tmp_path: Path, text: str, line: int, message: str
) -> None:
    file = write(tmp_path, text)
    _, faults = read_phrases([file])
    assert str(faults[0]).startswith(f"{file}:{line}: ")
    assert message in str(faults[0])


def test_a_file_that_cannot_be_read_is_a_fault(tmp_path: Path) -> None:
    odd = tmp_path / "odd.txt"
    odd.write_bytes(b"[key]\nany: \xff")
    _, faults = read_phrases([odd, tmp_path / "none.txt"])
    told = " ".join(map(str, faults))
    assert len(faults) == 2
    assert "UTF-8" in told
    assert "cannot be read" in told


def test_a_phrase_of_two_files_is_told_once_for_each_key(tmp_path: Path) -> None:
    files = [write(tmp_path, "[a]\nany: x", "a.txt"), write(tmp_path, "[b]\nany: x", "b.txt")]
    assert read_phrases(files)[1] == []


def test_the_manners_are_all_in_use() -> None:
    manners = {manner for phrases in BOOK.values() for p in phrases for manner in p.manners}
    assert manners == {*MANNERS, ANY}


def _used() -> tuple[set[str], list[re.Pattern[str]]]:
    """The texts of the composer's code that may be keys, and the patterns of its f-strings."""
    plain: set[str] = {act.value for act in Act}
    patterns: list[re.Pattern[str]] = []
    for file in FOLDER.parents[1].rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                plain.add(node.value)
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                parts = [
                    re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[\w.-]+"
                    for part in node.values
                ]
                if str(node.values[0].value).endswith("."):
                    patterns.append(re.compile("".join(parts)))
    return plain, patterns


def test_every_key_of_the_files_is_used_by_code() -> None:
    plain, patterns = _used()
    for key in BOOK:
        base, _, last = key.rpartition(".")
        used = {key, base} if last in {*VARIANTS, "again"} else {key}
        assert used & plain or any(pattern.fullmatch(key) for pattern in patterns), key


def test_every_key_that_code_asks_for_is_in_the_files() -> None:
    for file in FOLDER.parents[1].rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                asked = node.args if node.func.attr in {"say", "offer", "used_lately"} else []
                for each in asked:
                    keys = (each.body, each.orelse) if isinstance(each, ast.IfExp) else (each,)
                    for key in keys:
                        if isinstance(key, ast.Constant) and isinstance(key.value, str):
                            assert BOOK.get(key.value), (file.name, key.value)
