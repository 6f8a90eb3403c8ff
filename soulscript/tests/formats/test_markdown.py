"""Markdown about a character is read as a soul and written without loss."""

import json
from pathlib import Path
from typing import Any

import pytest

from soulscript import NotASoulError, Soul, load, prompt, read, write
from soulscript.formats.base import Files, Import, Source
from soulscript.formats.markdown import markdown
from soulscript.formats.markdown.chapter_roles import to_soul
from soulscript.formats.markdown.headings import role_of_heading
from soulscript.formats.markdown.outline import parse_sections, plain_text, split_lines
from soulscript.formats.markdown.placeholders import is_placeholder
from support.documents import without_source
from support.files import SAMPLES, SOULS, each_file

SOUL_MD = """\
# SOUL.md - Who You Are

_You keep the lighthouse._ It keeps *you*.

## Core Truths

**Light first.** Whatever else happens.

- Storms are honest
- Storms will pass

## Tensions & Contradictions

- **Light vs sleep:** sleep waits
- I love company but hide from boats
- **Quiet**
- Dust never settles

## Boundaries

- **Privacy:** Never tells who passed (stays silent)
- Won't guess at distances.

## Voice

Short words.

- counts waves aloud
- **Qualities:** low, slow and warm

## Opinions

- **gulls**: loud for their size
- Foghorns are poems.

### Weather
- Rain is a visitor.
- Fog is a guest.

## Vocabulary

- **the Old Lady**: the sea
- ahoy

## Personality

- **Loyal**
- **Stubborn** (0.7): relights at once; never twice
- curious, a little vain
- You are very patient with moths.
- **Reads only books about boats**: and one about trains

You were once an accountant.

## Catchphrases

- Mind the step.

## Pet Peeves

- whistling.
- wet matches

## Relationship

Treats strangers as guests.

They may stay.

---

_This file is yours to change._

## Duty Roster

- Lamp at six

### Sundays

Lamp at seven
"""
IDENTITY_MD = """\
# IDENTITY.md - Who Am I?

- **Name:** Orla
- **Creature:** lighthouse keeper
- **Role:** keeper of the light
- **Pronouns:** she/her
- **Vibe:** Dry, warm under it
- **Emoji:** 🗼
- **Avatar:** faces/orla.png
- **Age:** _(to be set)_
"""
FOLDER: dict[str, bytes] = {
    "SOUL.md": SOUL_MD.encode(),
    "IDENTITY.md": IDENTITY_MD.encode(),
    "STYLE.md": b"# Style\n\n## Rhythm\n\n- pauses before names\n",
    "MEMORY.md": b"# Memory\n\n- The lamp broke in March.\n- The lamp broke in March.\n",
    "USER.md": b"# User\n\n- **Name:** Finn\n- Brings bread\n",
    "TOOLS.md": b"# Tools\n\nNothing to say.\n",
    "faces/orla.png": b"\x89PNG",
}


def folder(**changes: bytes) -> Source:
    files = FOLDER | {name.replace("_", "."): raw for name, raw in changes.items()}
    return Source("orla", files)


def alone(text: str, name: str = "mara.md") -> Source:
    return Source(name, {name: text.encode()})


def soul_in(source: Source) -> Soul:
    soul = markdown.decode(source).soul
    assert soul is not None
    return soul


def written(soul: Soul) -> Files:
    return markdown.encode(Import("markdown", soul), "x").files


def edited(soul: Soul, edit: Any) -> Soul:  # noqa: ANN401 - a function of a document
    document = soul.dump()
    edit(document)
    return Soul.model_validate(document)


# -- reading ---------------------------------------------------------------------------------------


def test_the_prompt_of_a_folder_reads_as_prose() -> None:
    assert (
        prompt(soul_in(folder()), full=True)
        == """\
You are Orla, a she/her keeper of the light. You are somewhat Loyal, notably Stubborn, somewhat \
curious, somewhat vain and notably patient.

Your communication style is short words, with a dry, warm under it tone. You frequently:
- counts waves aloud
- says “the Old Lady” for the sea
- says “ahoy”

When speaking, you embody these qualities: low, slow, warm.

Your form: lighthouse keeper.

Your background: You keep the lighthouse. It keeps you. ## Tensions & Contradictions - I love \
company but hide from boats - Quiet - Dust never settles ## Opinions - gulls: loud for their size \
- Foghorns are poems. ### Weather - Rain is a visitor. - Fog is a guest. ## Personality - Reads \
only books about boats: and one about trains You were once an accountant. ## Catchphrases - Mind \
the step. ## Pet Peeves - whistling. - wet matches ## Duty Roster - Lamp at six ### Sundays Lamp \
at seven ## Rhythm - pauses before names.

How your traits show:
- Stubborn: relights at once; never twice
- patient: You are very patient with moths.

What you hold to:
- Light first (important): Whatever else happens.
- Storms (important): Storms are honest. Storms will pass
- Light (important): Light vs sleep; when it meets sleep: sleep waits

How you are with people: Treats strangers as guests. They may stay.

Your boundaries:
- Privacy: Never tells who passed (stays silent)
- general: Won't guess at distances. (situational)"""
    )


def test_facts_images_and_memories_of_a_folder_are_read() -> None:
    found = markdown.decode(folder())
    assert found.soul is not None
    extra = found.soul.model_extra or {}
    assert extra["avatar"] == {"default": "neutral", "images": {"neutral": "faces/orla.png"}}
    assert extra["md:emoji"] == "🗼"
    assert found.soul.engine.emoji
    assert {memory.core_memory for memory in found.memories} == {
        "The lamp broke in March.",
        "Name: Finn\nBrings bread",
    }
    assert found.assets == {"faces/orla.png": b"\x89PNG"}


def test_what_is_not_recognised_stays_as_it_is_written() -> None:
    assert (
        soul_in(folder()).entity.background
        == """\
You keep the lighthouse. It keeps you.

## Tensions & Contradictions

- I love company but hide from boats
- Quiet
- Dust never settles

## Opinions

- gulls: loud for their size
- Foghorns are poems.

### Weather

- Rain is a visitor.
- Fog is a guest.

## Personality

- Reads only books about boats: and one about trains

You were once an accountant.

## Catchphrases

- Mind the step.

## Pet Peeves

- whistling.
- wet matches

## Duty Roster

- Lamp at six

### Sundays

Lamp at seven

## Rhythm

- pauses before names"""
    )


def test_every_heading_has_a_note() -> None:
    notes = [str(note) for note in markdown.decode(folder()).report]
    for expected in (
        "kept IDENTITY.md#IDENTITY.md - Who Am I? -> personality.name: its name",
        "changed SOUL.md#Core Truths -> values: what stands under this heading",
        "kept SOUL.md#Duty Roster -> entity.background: as text, in its order",
        "kept SOUL.md# -> soul:source: is about the file, not the character",
        "kept TOOLS.md -> soul:source: says nothing about the character itself",
        "kept faces/orla.png -> faces/orla.png: comes along as it is",
    ):
        assert expected in notes


def test_the_placeholders_of_a_template_count_as_empty() -> None:
    text = (
        "# [Your Name]\n\n- **Age:**\n\nOne-line summary.\n\n## Worldview\n\n- [Belief 1]\n- ...\n"
    )
    found = markdown.decode(alone(text))
    assert found.soul is not None
    assert found.soul.values == ()
    assert prompt(found.soul, full=True) == "You are a companion."


def test_a_title_may_be_a_name_and_sections_may_be_titles() -> None:
    soul = soul_in(alone("---\nname: Unused\nage: 50\n: x\n---\n# Mara Voss\n\nMends nets.\n"))
    assert (soul.name, soul.entity.age) == ("Unused", "50")
    assert soul.entity.background == "# Mara Voss\n\nMends nets."
    soul = soul_in(
        alone("# Identity\nMends nets.\n# Tone\nCool.\n## Of nets\n- soft\n# Notes\nx\n")
    )
    assert soul.entity.background == "Mends nets.\n\n## Of nets\n\n- soft\n\n# Notes\n\nx"
    assert soul.voice.tone == "cool"
    assert (
        soul_in(alone("# A title of far too many words\n\nMends nets.\n")).personality.name is None
    )


def test_facts_may_stand_in_lines_and_styles_may_be_long() -> None:
    text = "# Mara\n\n**Age:** 50\n**Role:** mender\n\n# Voice\n\nSay it once. Then stop.\n\nAsk.\n"
    soul = soul_in(alone(text))
    assert soul.entity.occupation == "mender"
    assert soul.voice.style == "as follows: “Say it once. Then stop. Ask”"
    soul = soul_in(alone("# Mara\n\n## Style\n\n- **Style:** Plain.\n- **Tone:** Even.\n"))
    assert (soul.voice.style, soul.voice.tone) == ("plain", "even")


def test_qualities_in_a_vibe_become_traits_if_there_are_no_others() -> None:
    text = IDENTITY_MD.replace("warm under it", "very warm")
    soul = soul_in(alone(text, "IDENTITY.md"))
    assert [trait.trait for trait in soul.personality.core_traits] == ["dry", "warm"]
    text = "# IDENTITY.md\n\n- **Name:** Orla\n- **Vibe:** like a lamp that somebody forgot\n"
    assert [t.trait for t in soul_in(alone(text)).personality.core_traits] == ["attentive"]


def test_what_is_not_utf8_is_refused() -> None:
    with pytest.raises(NotASoulError, match="UTF-8"):
        markdown.decode(Source("a.md", {"a.md": b"# Voice\n\xff"}))
    with pytest.raises(NotASoulError, match="NUL"):
        markdown.decode(Source("a.md", {"a.md": b"# Voice\n\0"}))


def test_an_age_without_a_number_and_an_invalid_image_are_kept_as_text() -> None:
    text = "# IDENTITY.md\n\n- **Name:** Orla\n- **Age:** older than the pier\n- **Avatar:** ../x\n"
    soul = soul_in(alone(text))
    assert soul.entity.age is None
    assert soul.entity.background == "Age: older than the pier."
    assert (soul.model_extra or {})["md:avatar"] == "../x"
    assert read(write(soul), strict=True).problems == ()


def test_only_files_about_characters_are_detected() -> None:
    assert markdown.detect(folder())
    assert markdown.detect(alone("# Mara\n\n- **Name:** Mara\n- **Age:** 3\n"))
    assert markdown.detect(alone("# About\n", "notes"))
    assert markdown.detect(alone("# My SOUL.md\n"))
    for text in ("plain words", "# -*- mode: json -*-\n{", '{"# Voice": 1}', "# Voice\0"):
        assert not markdown.detect(alone(text))
    assert not markdown.detect(Source("x", {"TOOLS.md": b"# Voice", "a.png": b"# Voice"}))
    assert not markdown.detect(Source("x", {}))


# -- writing ---------------------------------------------------------------------------------------


def test_an_unchanged_folder_is_written_byte_for_byte() -> None:
    found = markdown.decode(folder())
    assert markdown.encode(found, "x").files == FOLDER


def test_edits_are_written_where_they_belong() -> None:
    def edit(document: dict[str, Any]) -> None:
        document["personality"]["name"] = "Oona"
        document["relationship"]["boundaries"][1]["description"] = "Won't name the drowned."
        document["entity"]["occupation"] = "bell ringer"

    changed = edited(soul_in(folder()), edit)
    files = written(changed)
    assert b"- **Name:** Oona\n" in files["IDENTITY.md"]
    assert b"- **Role:** bell ringer\n" in files["IDENTITY.md"]
    expected = SOUL_MD.replace("Won't guess at distances.", "Won't name the drowned.")
    expected = expected.replace("- **Privacy:** Never", "- **Privacy**: Never")
    assert files["SOUL.md"].decode() == expected
    again = markdown.decode(Source("orla", {**files, "faces/orla.png": b""}))
    assert again.soul is not None
    assert without_source(again.soul) == without_source(changed)


def test_parts_that_the_files_cannot_hold_are_carried_in_a_comment() -> None:
    def edit(document: dict[str, Any]) -> None:
        document["values"][0]["importance"] = -0.25
        document["voice"]["patterns"] = ["says --> often"]
        document["entity"]["gender"] = ""
        document["x:y"] = {"z": [1]}

    changed = edited(soul_in(folder()), edit)
    files = written(changed)
    assert files["SOUL.md"].count(b"-->") == 1
    assert files["SOUL.md"].startswith(b"# SOUL.md - Who You Are\n")
    again = soul_in(Source("orla", files))
    assert without_source(again) == without_source(changed)
    assert written(again) == files

    def rename(document: dict[str, Any]) -> None:
        document["personality"]["name"] = "Oona"

    twice = edited(again, rename)
    files = written(twice)
    assert b"- **Name:** Oona\n" in files["IDENTITY.md"]
    assert without_source(soul_in(Source("orla", files))) == without_source(twice)


def test_an_edit_of_the_file_wins_over_the_soul_that_it_carries(luna: dict[str, Any]) -> None:
    luna["x:y"] = 1
    text = written(Soul.model_validate(luna))["x.md"].decode()
    soul = soul_in(alone(text.replace("# Dr. Luna", "# Dr. Moon")))
    assert soul.name == "Dr. Moon"
    assert (soul.model_extra or {})["x:y"] == 1


def test_comments_and_code_are_never_overwritten() -> None:
    text = "# Mara\n\n## Boundaries\n\n<!-- why -->\n- No maps.\n"
    soul = soul_in(alone(text))
    changed = edited(
        soul, lambda found: found["relationship"]["boundaries"][0].update(description="No.")
    )
    files = written(changed)
    assert files["mara.md"].startswith(text.encode())
    assert without_source(soul_in(Source("mara", files))) == without_source(changed)


def test_a_comment_that_is_no_carried_soul_stays_text() -> None:
    for end in (
        "\n<!-- soul:soul\n{no\n-->\n",
        "\n<!-- soul:soul\n[]\n-->\n",
        "\n<!-- soul:soul\n",
    ):
        text = f"# Mara\n\n## Boundaries\n\n- No maps.\n{end}"
        assert written(soul_in(alone(text))) == {"mara.md": text.encode()}


@each_file(SOULS.glob("*.soul"))
def test_native_souls_become_a_readable_file(path: Path) -> None:
    soul = load(path).soul
    text = written(soul)["x.md"].decode()
    shown, mark, carried = text.partition("\n<!-- soul:soul\n")
    assert shown.startswith(f"# {soul.name}\n\n- **Form:**")
    assert "## Values" in shown
    assert mark
    json.loads(carried.removesuffix("\n-->\n"))
    assert without_source(soul_in(alone(text))) == soul.dump()


def test_a_plain_soul_needs_no_comment(luna: dict[str, Any]) -> None:
    luna["values"][0]["conflicts"] = [{"value": "money", "resolution": "money waits"}]
    soul = Soul.model_validate(luna)
    text = written(soul)["x.md"].decode()
    assert "<!--" not in text
    assert without_source(soul_in(alone(text))) == soul.dump()


def test_a_file_that_carries_a_soul_is_written_as_it_was(luna: dict[str, Any]) -> None:
    soul = Soul.model_validate(luna | {"x:own": [1]})
    files = dict(markdown.encode(Import("soul", soul), "luna").files)
    again = markdown.decode(Source("luna.md", files))
    assert b"soul:soul" in files["luna.md"]
    assert dict(markdown.encode(again, "luna").files) == files


def test_an_almost_empty_soul_is_written(luna: dict[str, Any]) -> None:
    luna |= {"entity": {"form": "", "occupation": ""}, "values": []}
    luna["voice"] = {"style": "", "tone": "", "qualities": [], "patterns": []}
    luna["relationship"] = {"style": "", "boundaries": []}
    luna["personality"] = {"core_traits": [{"trait": "odd", "strength": 0.1}]}
    luna["soul:memories"] = to_soul({"MEMORY.md": "- A\n", "SOUL.md": ""})[0]["soul:memories"]
    luna["entity"]["background"] = "One.\n\nTwo."
    soul = Soul.model_validate(luna)
    text = written(soul)["x.md"].decode()
    assert text.startswith(
        "# SOUL.md\n\n## Who I am\n\nOne.\n\nTwo.\n\n## Personality\n\n- **odd** (0.1)\n"
    )
    assert "## Memories\n\n- A\n" in text
    assert without_source(soul_in(alone(text))) == soul.dump()


@each_file((SAMPLES / "soul_md").glob("*.md"))
def test_published_files_are_read_and_written_without_loss(path: Path) -> None:
    raw = Source(path.name, {path.name: path.read_bytes()})
    assert markdown.detect(raw)
    soul = soul_in(raw)
    assert read(write(soul), strict=True).problems == ()
    assert written(soul) == raw.files
    assert soul_in(Source(path.name, written(soul))) == soul


# -- the outline -----------------------------------------------------------------------------------


def test_the_outline_skips_comments_and_keeps_code_as_it_is() -> None:
    text = (
        "\ufeffbefore <!-- a --> after\n<!-- # no\n- no\n--> end\n\n"
        "> quoted\n> more\n\n```\n# code\n```\nlast <!-- open\n# no\n"
    )
    (section,) = parse_sections(text)
    assert [(block.text, block.kind) for block in section.blocks] == [
        ("before  after end", "paragraph"),
        ("quoted more", "quote"),
        ("``` # code ```", "code"),
        ("last", "paragraph"),
    ]
    assert section.left_out == 3


def test_the_outline_joins_items_with_their_continuation_lines() -> None:
    text = "# A #\n1. one\n   more\n2) two\n- [x] three\n* four\n***\n- - -\n## B\n---\nmode\n"
    _, first, second = parse_sections(text)
    assert [(block.text, block.is_item) for block in first.blocks] == [
        ("one more", True),
        ("two", True),
        ("three", True),
        ("four", True),
    ]
    assert (first.title, second.title, second.blocks[0].text) == ("A", "B", "mode")
    assert "".join(split_lines(text)) == text
    assert (first.first, first.last, second.last) == (1, 8, 11)


def test_front_matter_that_never_ends_is_text() -> None:
    soul = soul_in(alone("---\nname: Mara\nno key\n# Voice\n\nSoft.\n"))
    assert soul.entity.background == "name: Mara\nno key"
    assert soul.voice.style == "soft"


def test_plain_text_has_no_marks() -> None:
    assert plain_text("**a** _b_ `c` [d](https://e.org) snake_case 2*3*4 ![f](g)") == (
        "a b c d snake_case 2*3*4 f"
    )


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("🎭 My Core Values", "values"),
        ("Voice & Tone", "voice"),
        ("SOUL.md — Who You Are", "persona"),
        ("What I won't do", "boundaries"),
        ("Red-Lines", "boundaries"),
        ("Deployment", None),
        ("", None),
    ],
)
def test_a_heading_has_the_role_of_its_words(title: str, role: str | None) -> None:
    assert role_of_heading(title) == role


def test_placeholders_are_recognized() -> None:
    for text in (
        "[Belief 1]",
        "Won't: [Boundary]",
        "[Person]: why",
        "(to be set)",
        "...",
        "TBD",
        "",
    ):
        assert is_placeholder(text)
    for text in ("I [mostly] agree", "[a link] and more", "To be or not to be", "Today"):
        assert not is_placeholder(text)
