"""A model's own macros become what they stand for, however its text is cut into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soulscript.prompts import Scene
from synthetic_soul.voices.macro_reader import MacroReader

SCENE = Scene("Mia", "Ada", seed="a")


def read(pieces: list[str]) -> str:
    reader = MacroReader(SCENE)
    return "".join([*map(reader.feed, pieces), reader.end()])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello {{user}}, I am {{char}}.", "Hello Ada, I am Mia."),
        ("<USER> smiles at {char}", "Ada smiles at Mia"),
        ("{{random:a}} and {{reverse:ab}} end", "a and ba end"),
        ("no { brace } is lost, 1 < 2", "no { brace } is lost, 1 < 2"),
        ("Hello {{us", "Hello us"),
        ("a <b", "a <b"),
    ],
)
def test_each_cut_gives_the_same(text: str, said: str) -> None:
    assert read([text]) == said
    assert read([*text]) == said
    for place in range(len(text)):
        assert read([text[:place], text[place:]]) == said


@given(st.lists(st.sampled_from(["{{", "}}", "{", "}", "user", "<user>", "a ", "\n"]), max_size=20))
def test_no_macro_is_left(pieces: list[str]) -> None:
    said = read(pieces)
    assert "{{user}}" not in said
    assert "<user>" not in said
