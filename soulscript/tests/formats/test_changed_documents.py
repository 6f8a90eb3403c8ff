"""Documents with arbitrary changes are read as valid souls or refused with a path."""

import copy
import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from soulscript import NotASoulError, NotJsonError, Soul, SoulscriptError, prompt, read, write
from soulscript.formats.base import Import, Source
from soulscript.formats.markdown import markdown
from soulscript.formats.personas import agnai, eliza, letta, oobabooga, pygmalion, tinytroupe
from support.documents import without_source

FORMATS: dict[str, Any] = {
    "eliza": eliza,
    "letta": letta,
    "tinytroupe": tinytroupe,
    "pygmalion": pygmalion,
    "agnai": agnai,
    "oobabooga": oobabooga,
    "markdown": markdown,
}
DOCUMENTS: dict[str, Any] = {
    "eliza": {
        "name": "Mira",
        "bio": ["Repairs clocks"],
        "lore": ["Was late once"],
        "adjectives": ["dry", "patient"],
        "topics": ["pivots"],
        "knowledge": ["time", {"path": "a.md"}],
        "style": {"all": ["curt"], "chat": ["asks"], "post": []},
        "messageExamples": [[{"user": "Mira", "content": {"text": "Tick."}}]],
        "settings": {"secrets": {"K": "v"}, "voice": {}},
    },
    "letta": {
        "agents": [{"name": "Ferry", "agent_type": "a", "block_ids": ["b"], "created_at": "2024"}],
        "blocks": [{"id": "b", "label": "persona", "value": "I float."}, {"id": "c", "label": "x"}],
        "passages": [{"text": "Burnt."}],
        "metadata": {},
    },
    "tinytroupe": {
        "type": "TinyPerson",
        "persona": {
            "name": "Nina",
            "age": 41,
            "occupation": {"title": "Cook", "description": "You cook."},
            "personality": {"traits": ["You are shy."], "big_five": {"openness": "High."}},
            "preferences": {"likes": ["tar"]},
            "beliefs": ["Wood is patient."],
            "relationships": [{"name": "Odd", "description": "Your brother."}],
            "other_facts": ["Won once."],
        },
    },
    "pygmalion": {
        "char_name": "Tilda",
        "char_persona": "A calm beekeeper.",
        "char_greeting": "Mind the hives.",
        "example_dialogue": "You: Hi\nTilda: Hello",
        "description": "",
        "personality": "dry",
    },
    "agnai": {
        "kind": "character",
        "name": "Mira",
        "persona": {"kind": "wpp", "attributes": {"mind": ["calm", "dry"]}},
        "greeting": "Tick.",
        "characterBook": {"entries": [{"entry": "Tock.", "keywords": ["t"], "weight": 1}]},
        "extensions": {},
    },
    "oobabooga": {"name": "Tilda", "context": "Calm.", "greeting": "Hi", "bot": "", "x": [1.5]},
}
PIECES = (
    "# SOUL.md\n", "## Core Truths\n", "## Voice\n", "## Boundaries\n", "## Personality\n",
    "## Odd\n", "## Tensions\n", "- **Name:** Ada\n", "- **Dry** (0.4): so\n", "- plain\n",
    "**Bold.** rest\n", "\n", "text\n", "---\n", "<!--", "-->", "```\n", "[x]\n", "- ", "**", "_",
    "(", ")", ": ", " vs ", "\u2028", "\r\n", "é", "<!-- soul:soul\n", "{}",
)  # fmt: skip
odd_values = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths_in(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - a document
    for key, inner in [*(value.items() if isinstance(value, dict) else enumerate(value))]:
        yield value, key
        if isinstance(inner, dict | list):
            yield from paths_in(inner)


def read_or_error(name: str, source: Source) -> Import | SoulscriptError:
    try:
        found: Import = FORMATS[name].decode(source)
    except (NotASoulError, NotJsonError) as error:
        return error
    return found


@pytest.mark.parametrize("name", DOCUMENTS)
@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_a_changed_document_gives_a_valid_soul_or_an_error(name: str, data: Any) -> None:  # noqa: ANN401
    document = copy.deepcopy(DOCUMENTS[name])
    for _ in range(data.draw(st.integers(1, 3))):
        holder, key = data.draw(st.sampled_from([*paths_in(document)]))
        holder[key] = data.draw(odd_values)
    source = Source("x", {"x": json.dumps(document).encode()})
    FORMATS[name].detect(source)
    found = read_or_error(name, source)
    if isinstance(found, SoulscriptError):
        assert all(problem.path != "$" for problem in found.problems)
        return
    assert found.soul is not None
    assert read(write(found.soul), strict=True).soul == found.soul
    assert prompt(found.soul, full=True)
    files = FORMATS[name].encode(found, "x").files
    assert FORMATS[name].decode(Source("x", files)).soul == found.soul


@settings(max_examples=100, deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=14))
def test_any_markdown_gives_a_valid_soul_and_is_written_byte_for_byte(pieces: list[str]) -> None:
    raw = "".join(pieces).encode("utf-8", "ignore")
    source = Source("SOUL.md", {"SOUL.md": raw})
    markdown.detect(source)
    found = read_or_error("markdown", source)
    if isinstance(found, SoulscriptError):
        assert b"\0" in raw
        return
    soul = found.soul
    assert soul is not None
    assert read(write(soul), strict=True).soul == soul
    assert markdown.encode(Import("markdown", soul), "x").files == source.files


@pytest.mark.parametrize("name", FORMATS)
@settings(max_examples=20, deadline=None)
@given(
    texts=st.lists(
        st.sampled_from(PIECES) | st.text("ab.:*() \n", max_size=9), min_size=6, max_size=6
    )
)
def test_a_native_soul_with_any_texts_survives_every_format(name: str, texts: list[str]) -> None:
    document = {
        "version": "0.1",
        "entity": {"form": texts[0], "occupation": "x", "background": texts[1] or "y"},
        "personality": {
            "name": texts[2] or "z",
            "core_traits": [{"trait": texts[3], "strength": 0.25}],
        },
        "values": [{"name": texts[4], "importance": 1.0, "expression": texts[5]}],
        "voice": {
            "style": texts[5],
            "tone": texts[0],
            "qualities": [texts[1]],
            "patterns": [texts[2]],
        },
        "relationship": {
            "style": texts[3],
            "boundaries": [{"type": texts[4], "description": texts[5], "enforcement": texts[0]}],
        },
    }
    soul = Soul.model_validate(document)
    module = FORMATS[name]
    files = module.encode(Import("soul", soul), "x").files
    assert without_source(module.decode(Source("x", files)).soul) == soul.dump()


def test_markdown_over_the_limits_is_refused_at_once() -> None:
    for text in ("a" * 1_000_001, "\n" * 30_001):
        with pytest.raises(NotASoulError, match="more than"):
            markdown.decode(Source("SOUL.md", {"SOUL.md": text.encode()}))


@pytest.mark.parametrize("piece", ["[", "**a", " but ", "(0.", "You are ", "**a:** b\n"])
def test_odd_texts_are_read_in_linear_time(piece: str) -> None:
    times = []
    for length in (10_000, 80_000):
        text = "# Personality\n" + piece * (length // len(piece))
        start = time.process_time()
        markdown.decode(Source("SOUL.md", {"SOUL.md": text.encode()}))
        times.append(time.process_time() - start)
    # Eight times the length; a quadratic reading would take 64 times as long.
    assert times[1] < 32 * max(times[0], 0.005)
