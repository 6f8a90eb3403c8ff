"""Descriptions of characters in any language and form reach the prompt whole."""

import time
from pathlib import Path
from typing import Any

import pytest

import soulscript
from soulscript import NotASoulError, Soul, UnknownFormatError, load, prompt
from soulscript.formats import detect, read_file, read_source
from soulscript.formats.base import Files, Import, Source
from soulscript.formats.markdown import markdown
from soulscript.formats.markdown.headings import (
    fact_of_label,
    name_in_text,
    name_in_title,
    role_of_file,
    role_of_heading,
    speaks_of_a_character,
)
from soulscript.formats.markdown.outline import without_emphasis
from soulscript.formats.markdown.placeholders import is_placeholder, without_hint
from support.documents import without_source
from support.files import SAMPLES

FAILING = SAMPLES / "failing" / "formats"


def alone(text: str, name: str = "SOUL.md") -> Source:
    return Source(name, {name: text.encode()})


def read_alone(text: str, name: str = "SOUL.md") -> Import:
    return read_source(alone(text, name))


def soul_of(text: str, name: str = "SOUL.md") -> Soul:
    soul = read_alone(text, name).soul
    assert soul is not None
    return soul


def background(text: str, name: str = "SOUL.md") -> str:
    return soul_of(text, name).entity.background or ""


def written(soul: Soul) -> Files:
    return markdown.encode(Import("markdown", soul), "x").files


def read_again(files: Files) -> Soul:
    soul = read_source(Source("SOUL.md", files)).soul
    assert soul is not None
    return soul


def changed(soul: Soul, **parts: dict[str, Any]) -> Soul:
    document: dict[str, Any] = dict(soul.dump())
    for part, values in parts.items():
        document[part] = {**document[part], **values}
    return Soul.model_validate(document)


# -- any language ----------------------------------------------------------------------------------

LANGUAGES = {
    "de": ("Wer du bist", "Persönlichkeit", "Grenzen", "Werte", "Name"),
    "fr": ("Qui tu es", "Personnalité", "Limites", "Valeurs", "Nom"),
    "es": ("Quién eres", "Personalidad", "Límites", "Valores", "Nombre"),
    "it": ("Chi sei", "Personalità", "Limiti", "Valori", "Nome"),
    "pt": ("Quem você é", "Personalidade", "Limites", "Valores", "Nome"),
    "nl": ("Wie je bent", "Persoonlijkheid", "Grenzen", "Waarden", "Naam"),
    "ru": ("Кто ты", "Характер", "Границы", "Ценности", "Имя"),
    "pl": ("Kim jesteś", "Osobowość", "Granice", "Wartości", "Imię"),
    "tr": ("Kimsin", "Kişilik", "Sınırlar", "Değerler", "Ad"),
    "zh": ("你是谁", "性格", "边界", "价值观", "名字"),
    "ja": ("あなたは誰か", "性格", "境界線", "価値観", "名前"),
    "ko": ("너는 누구인가", "성격", "경계", "가치관", "이름"),
    "ar": ("من أنت", "الشخصية", "الحدود", "القيم", "الاسم"),
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_known_headings_of_a_language_have_their_role(language: str) -> None:
    identity, personality, boundaries, values, name = LANGUAGES[language]
    text = (
        f"# SOUL.md\n\n## {identity}\n\n- **{name}:** Tilda\n\n## 2. {personality}\n\n- **aaa**\n\n"
        f"## 🐝 {boundaries}\n\n- bbb\n\n## {values} (x)\n\n- **ccc**: ddd\n"
    )
    soul = soul_of(text)
    assert soul.personality.name == "Tilda"
    assert [trait.trait for trait in soul.personality.core_traits] == ["aaa"]
    assert [item.description for item in soul.relationship.boundaries] == ["bbb"]
    assert [(value.name, value.expression) for value in soul.values] == [("ccc", "ddd")]


@pytest.mark.parametrize(
    "heading", ["Ngươi là ai", "Wee du büs", "1.2 ᎣᏏᏲ", "Как я работаю с пчёлами", "蜂の世話"]
)
def test_text_under_an_unknown_heading_stays_whole_and_in_order(heading: str) -> None:
    table = "| a | b |\n|---|---|\n| c | d |"
    body = f"## {heading}\n\nAbc dé 蜂。\n\n* one\n  two\n* 2 * 3\n\n> four\n\n{table}"
    text = f"# SOUL.md\n\n{body}\n\n```\nfive  five\n```\n"
    assert background(text) == f"{body}\n\n```\nfive  five\n```"
    assert "* 2 * 3 > four | a | b |" in prompt(soul_of(text), full=True)


def test_prose_alone_in_a_file_named_so_is_a_character() -> None:
    assert (
        background("Tilda keeps bees.\n\nShe is blunt.\n") == "Tilda keeps bees.\n\nShe is blunt."
    )
    assert background("ティルダは蜂を飼う。", "persona.txt") == "ティルダは蜂を飼う。"
    with pytest.raises(UnknownFormatError):
        read_alone("Tilda keeps bees.\n", "notes.md")
    with pytest.raises(UnknownFormatError):
        read_alone("  \n", "SOUL.md")


@pytest.mark.skipif(not FAILING.is_dir(), reason="the files are not part of this checkout")
@pytest.mark.parametrize(
    ("folder", "parts"),
    [
        ("20_soulmd_prose_refused", ["You are Tilda", "never lie about honey", "Fix the hive"]),
        ("21_soulmd_chinese_empty", ["蒂尔达", "养蜂人", "冷静", "直接", "不撒谎"]),
        ("22_soulmd_numbered_headings", ["I am Tilda", "blunt", "patient", "briefly"]),
    ],
)
def test_the_failing_samples_reach_the_prompt(folder: str, parts: list[str]) -> None:
    soul = read_file(FAILING / folder / "SOUL.md").soul
    assert soul is not None
    text = prompt(soul, full=True)
    assert [part for part in parts if part not in text] == []
    assert soul.personality.name in {"Tilda", "蒂尔达"}


@pytest.mark.skipif(not FAILING.is_dir(), reason="the files are not part of this checkout")
def test_a_hint_of_the_identity_sample_is_no_name() -> None:
    found = read_file(FAILING / "23_openclaw_identity_placeholder")
    assert found.soul is not None
    assert found.soul.personality.name == "Tilda"
    assert found.soul.voice.tone == "dry"
    assert found.soul.entity.form == ""
    assert "choose" not in prompt(found.soul, full=True)
    assert any("hints of a template" in note.message for note in found.report)


# -- nothing lost, nothing twice -------------------------------------------------------------------


def test_what_reads_as_no_part_of_its_heading_stays_text_under_it() -> None:
    text = (
        "# Mara\n\n## Personality\n\n- **Loyal**: to a fault\n- **Loyal**: to her crew\n"
        "- No drama\n- **Tone**: even\n- Never asks who you are, only what for\n\n"
        "## Boundaries\n\nI will:\n\n- help\n\nI never:\n- lie\n\nPrivate things stay private.\n\n"
        "## Values\n\n- **Light**\n- Dust\n- A sentence that is one whole. And another one.\n\n"
        "| a |\n\n### 1. Order\n\nFirst one.\n\n- Then two\n\n### Table\n\n| x |\n\n### Empty\n\n"
        "## Tensions\n\n- order vs play\n- **Order vs play**: play waits\n"
        "- **Order vs rest**: rest waits\n\n## Vocabulary\n\nA text.\n\n- ahoy\n"
    )
    soul = soul_of(text)
    (trait,) = soul.personality.core_traits
    assert (trait.trait, trait.expression_rules) == ("Loyal", ("to a fault", "to her crew"))
    assert [b.description for b in soul.relationship.boundaries] == ["Private things stay private."]
    values = {value.name: value for value in soul.values}
    assert values["Order"].expression == "First one. Then two"
    assert [conflict.value for conflict in values["Order"].conflicts] == ["play", "rest"]
    assert soul.voice.patterns == ("says “ahoy”",)
    assert soul.entity.background == (
        "## Personality\n\n- No drama\n- Tone: even\n- Never asks who you are, only what for\n\n"
        "## Boundaries\n\nI will:\n\n- help\n\nI never:\n- lie\n\n"
        "## Values\n\n- Light\n\n| a |\n\n### Table\n\n| x |\n\n### Empty\n\n"
        "## Tensions\n\n- order vs play\n\n## Vocabulary\n\nA text."
    )


def test_a_style_has_its_fact_and_its_paragraphs_and_one_tone() -> None:
    soul = soul_of("# Mara\n\n## Vibe\n\n- **Style:** Plain.\n\nDry.\n\nStill dry.\n")
    assert (soul.voice.style, soul.voice.tone) == ("as follows: “Plain. Still dry”", "dry")
    soul = soul_of("# Mara\n\n## 语气\n\n短。\n\n慢。\n")
    assert soul.voice.style == "as follows: “短。 慢。”"


def test_what_stands_behind_a_break_leaves_its_heading() -> None:
    text = "# Mara\n\n## Vibe\n\nDry.\n\n---\n\n_Sail well._\n\n### More\n\nx\n"
    soul = soul_of(text)
    assert soul.voice.tone == "dry"
    assert soul.entity.background == "Sail well.\n\n### More\n\nx"


def test_a_fact_that_is_stated_twice_stays_in_the_text() -> None:
    files = {
        "SOUL.md": b"# Ada\n\n- **Role:** cook\n- **Role:** baker\n- **Age:** 9\n",
        "IDENTITY.md": b"# IDENTITY.md\n\n- **Name:** Orla\n- **Age:** 8\n",
    }
    soul = read_source(Source("x", files)).soul
    assert soul is not None
    assert (soul.personality.name, soul.entity.age, soul.entity.occupation) == ("Orla", "8", "cook")
    assert soul.entity.background == "# Ada\n\n- Role: baker\n- Age: 9"


def test_a_long_fact_is_text() -> None:
    long = "x" * 200
    soul = soul_of(f"# Mara\n\n- **Name:** {long}\n- **Role:** {long}\n")
    assert soul.entity.background == f"- Name: {long}\n- Role: {long}"


def test_tags_of_a_layout_are_left_out() -> None:
    text = '<div id="a">\n  # SOUL.md - Who You Are\n</div>\n\n<rules>\n\nx\n\n</rules>\n'
    assert background(text) == "<rules>\n\nx\n\n</rules>"


def test_emphasis_goes_and_code_stays() -> None:
    assert without_emphasis("**a** _b_ `__c__ *d*` 2*3 [e](f_g_h) snake_case") == (
        "a b `__c__ *d*` 2*3 [e](f_g_h) snake_case"
    )


# -- hints of templates ----------------------------------------------------------------------------


def test_hints_and_placeholders_are_neither_facts_nor_text() -> None:
    text = (
        "# IDENTITY.md - Who Am I?\n\n*Fill this in.*\n\n<!-- a\nb -->\n"
        "- **Name:** [your name here]\n- **Creature:**\n  _(a robot? a ghost?)_\n"
        "- **Vibe:** _(dry? warm?)_\n- **Role:** *e.g. cook*\n- **Age:** {{age}}\n"
        "- **Emoji:** <emoji>\n\n## Traits\n\n- [Trait 1]\n- *e.g. calm*\n- ...\n\n"
        "## Notes\n\n[Notes]\n"
    )
    found = read_alone(text, "IDENTITY.md")
    assert found.soul is not None
    assert prompt(found.soul, full=True) == (
        "You are a companion.\n\nYour background: Fill this in."
    )
    noted = {note.path for note in found.report if "hints of a template" in note.message}
    assert noted == {
        "IDENTITY.md#IDENTITY.md - Who Am I?",
        "IDENTITY.md#Traits",
        "IDENTITY.md#Notes",
    }


def test_a_hint_behind_a_fact_is_left_out() -> None:
    soul = soul_of("# IDENTITY.md\n\n- **Name:** Tilda (choose one)\n- **Role:** cook (retired)\n")
    assert (soul.personality.name, soul.entity.occupation) == ("Tilda", "cook (retired)")


@pytest.mark.parametrize(
    "text", ["[a]", "Belief: [b].", "{{name}}", "<your name>", "____", "TBD", "(optional)", "…"]
)
def test_placeholders_are_told_from_text(text: str) -> None:
    assert is_placeholder(text)


@pytest.mark.parametrize(
    "text", ["{{char}} sings", "{{char}}", "[a] and b", "[Note]: " + "b" * 60, "(sighs)", "todos"]
)
def test_text_is_told_from_placeholders(text: str) -> None:
    assert not is_placeholder(text)


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("  _(pick one)_\n", ""),
        ("- *(or two)*", ""),
        ("- **Vibe:** _(dry?)_", "- **Vibe:**"),
        ("*z. B. ruhig*", ""),
        ("She *(sighs)*", "She *(sighs)*"),
        ("*Be kind.*", "*Be kind.*"),
    ],
)
def test_a_hint_fills_its_line_or_stands_behind_a_label(line: str, rest: str) -> None:
    assert without_hint(line) == (rest, int(rest != line))


# -- names -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "text", "name"),
    [
        ("Mara Voss", "", "Mara Voss"),
        ("🐾 Dev — Full stack", "", "Dev"),
        ("SOUL.md - Pepper (Developer)", "Pepper ships. So Pepper says.", "Pepper"),
        ("SOUL.md - 蒂尔达", "你是蒂尔达，养蜂人。", "蒂尔达"),
        ("SOUL.md – Тильда", "Ты — Тильда.", "Тильда"),
        ("SOUL.md - 蒂尔达", "蒂尔达", ""),
        ("SOUL.md - Shared Working Principles", "Shared Working Principles, twice.", ""),
        ("SOUL.md — Who You Are", "", ""),
        ("SOUL.md", "", ""),
        ("SOUL.md - The Soul", "", ""),
        ("Shared principles", "", ""),
        ("What matters?", "", ""),
        ("A title of far too many words", "", ""),
    ],
)
def test_a_title_is_a_name_or_none(title: str, text: str, name: str) -> None:
    assert name_in_title(title, f"# {title}\n{text}") == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("You are **Tilda**, a beekeeper.", "Tilda"),
        ("Du bist Tilda Groß — Imkerin.", "Tilda Groß"),
        ("You are Assistant, here to help.", ""),
        ("You are a beekeeper, blunt.", ""),
        ("Then you are Tilda, too.", ""),
    ],
)
def test_a_name_may_stand_in_the_first_sentence(text: str, name: str) -> None:
    assert name_in_text(text) == name


def test_a_name_from_the_text_stays_in_the_text() -> None:
    soul = soul_of("# SOUL\n\nHi.\n\nYou are Tilda, a beekeeper.\n")
    assert soul.personality.name == "Tilda"
    assert soul.entity.background == "Hi.\n\nYou are Tilda, a beekeeper."
    assert written(changed(soul, personality={"name": "Tove"}))["SOUL.md"].startswith(b"# SOUL")


def test_an_unknown_title_is_text() -> None:
    assert background("# How bees are kept\n\nx\n") == "# How bees are kept\n\nx"
    assert background("# SOUL.md - Of bees\n\n## Odd\n\nx\n").startswith("# SOUL.md - Of bees\n\n")
    soul = soul_of("# Dev — all of the stack\n\n## Values\n\n- **Calm**: first\n")
    assert (soul.personality.name, soul.entity.background) == ("Dev", "# Dev — all of the stack")


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Verites fondamentales", "values"),
        ("一、核心性格 (Personality)", "personality"),
        ("III. Was ich nicht tue", "boundaries"),
        ("Stimme und Ton", "voice"),
        ("Values and Boundaries", None),
        ("Bees and Hives and Values", None),
        ("Core Truths: Evolution", "values"),
        ("", None),
    ],
)
def test_headings_count_without_numbers_accents_and_brackets(title: str, role: str | None) -> None:
    assert role_of_heading(title) == role


def test_the_tables_have_no_fact_and_no_role_for_other_words() -> None:
    assert fact_of_label("Возраст") == "age"
    assert fact_of_label("Hive") == ""
    assert role_of_file("memory/2026-01-02.md", alone=False) == "memory"
    assert role_of_file("notes/2026-01-02.md", alone=False) is None
    assert speaks_of_a_character("# X\n\n**你是蒂尔达**")
    assert not speaks_of_a_character("Run the tests.\nThen you are done.")


# -- workspaces ------------------------------------------------------------------------------------

WORKSPACE: dict[str, bytes] = {
    "SOUL.md": b"""\
# SOUL.md

## Core Truths

**Help.** Just do.

## Continuity

You wake up fresh.
""",
    "IDENTITY.md": b"# IDENTITY.md\n\n- **Name:** Orla\n- **Creature:** ghost\n- **Emoji:** :)\n",
    "USER.md": b"---\nname: Finn\n---\n# USER.md\n\n- **Name:** Finn\n",
    "MEMORY.md": b"# MEMORY.md\n\n- Lamp broke.\n\n## Finn\n\n- Likes rye.\n",
    "memory/2026-03-01.md": b"- Storm at noon.\n",
    "memory/2026-13-01.md": b"- No such day.\n",
    "AGENTS.md": b"""\
# AGENTS.md

## Every Session

Read SOUL.md.

## Persona

You hum.

### At night

You hum low.
""",
    "TOOLS.md": b"---\nrole: tools\n---\n# TOOLS.md\n\n## Style\n\nTabs.\n",
    "HEARTBEAT.md": b"# HEARTBEAT.md\n\nCheck mail.\n",
    "README.md": b"# Values\n\nNot mine.\n",
}


def test_a_workspace_is_persona_memories_profile_and_instructions() -> None:
    found = read_source(Source("orla", WORKSPACE))
    assert found.soul is not None
    assert found.soul.personality.name == "Orla"
    assert found.soul.entity.form == "ghost"
    assert found.soul.entity.background == (
        "## Continuity\n\nYou wake up fresh.\n\nYou hum.\n\n### At night\n\nYou hum low."
    )
    kinds = {m.core_memory: m.metadata and m.metadata.memory_type for m in found.memories}
    assert kinds == {
        "Lamp broke.": "fact",
        "Finn: Likes rye.": "fact",
        "Storm at noon.": "fact",
        "No such day.": "fact",
        "Name: Finn": "profile",
    }
    days = {m.core_memory: m.creation_date for m in found.memories}
    assert days["Storm at noon."] == 1_772_323_200_000
    assert days["No such day."] == 0
    text = prompt(found.soul, full=True)
    assert not [word for word in ("Finn", "Tabs", "Check mail", "Every Session") if word in text]
    unused = {note.path for note in found.report if "says nothing about" in note.message}
    assert unused == {"TOOLS.md", "HEARTBEAT.md", "README.md"}
    assert markdown.encode(found, "x").files == WORKSPACE


# -- agents and instructions -----------------------------------------------------------------------

AGENT = """\
---
name: bee-reviewer
description: >
  Reviews hives
  and honey.
tools: [Read, Grep]
model: opus
traits: [calm, dry]
age: 40
persona: "[fill in]"
---

You are a reviewer of hives.

## Checklist

1. Count bees.
"""


def test_an_agent_has_its_front_matter_and_its_body() -> None:
    found = read_alone(AGENT, "bee-reviewer.md")
    assert found.soul is not None
    assert (found.soul.personality.name, found.soul.entity.age) == ("bee-reviewer", "40")
    assert [trait.trait for trait in found.soul.personality.core_traits] == ["calm", "dry"]
    assert found.soul.entity.background == (
        "Reviews hives and honey.\n\nYou are a reviewer of hives.\n\n## Checklist\n\n1. Count bees."
    )
    noted = {note.path for note in found.report if "for the program" in note.message}
    assert {"bee-reviewer.md#tools", "bee-reviewer.md#model"} <= noted
    assert markdown.encode(found, "x").files == {"bee-reviewer.md": AGENT.encode()}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.agent.md", "---\ndescription: Keeps bees\n---\nCount them.\n"),
        ("x.chatmode.md", "---\ndescription: Keeps bees\n---\nCount them.\n"),
        ("x.md", "---\nname: x\nmodel: y\n---\nCount them.\n"),
        ("x.txt", "You are Tilda, a beekeeper.\n"),
        ("x.md", "# Prompt\n\nDu bist Imkerin.\n"),
    ],
)
def test_agents_and_prompts_are_detected(name: str, text: str) -> None:
    assert detect(alone(text, name)).name == "markdown"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.md", "---\ntitle: A post\nlayout: post\n---\nOn bees.\n"),
        ("x.yaml", "You are: Tilda\n"),
        ("soul.yaml", "a: b\n"),
        ("x.md", "- a\n"),
        ("x.md", "# A\n"),
    ],
)
def test_other_texts_are_not_detected(name: str, text: str) -> None:
    assert not markdown.detect(alone(text, name))


@pytest.mark.parametrize(
    "name", ["AGENTS.md", "CLAUDE.md", ".cursorrules", "copilot-instructions.md"]
)
def test_instructions_for_a_coding_agent_alone_are_refused_by_name(name: str) -> None:
    with pytest.raises(NotASoulError, match="instructions for a coding agent") as caught:
        read_alone("# Build\n\nRun make.\n\n## Style\n\nTabs.\n", name)
    assert caught.value.problems[0].source == name


def test_instructions_with_a_persona_are_read() -> None:
    text = "# Rules\n\nYou are Tilda, blunt.\n\nRun make.\n"
    soul = soul_of(text, "CLAUDE.md")
    assert soul.personality.name == "Tilda"
    assert "Run make." in (soul.entity.background or "")
    soul = soul_of("# Build\n\nRun make.\n\n## Personality\n\n- **dry**\n\nHums.\n", "AGENTS.md")
    assert [trait.trait for trait in soul.personality.core_traits] == ["dry"]
    assert soul.entity.background == "## Personality\n\nHums."


BOMB = "a: &a [x, x]\n" + "".join(
    f"{n}: &{n} [*{p}, *{p}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
)


@pytest.mark.parametrize(
    "front",
    [BOMB, "a: " + "[" * 8_000, "a: [", "a: !!python/object:os.system x", "x: " + "y" * 20_000],
    ids=["aliases", "deep", "open", "object", "long"],
)
def test_hostile_front_matter_is_read_line_by_line(front: str) -> None:
    start = time.process_time()
    soul = soul_of(f"---\nname: Mara\n{front}\n---\nMends nets.\n")
    assert time.process_time() - start < 2
    assert soul.personality.name == "Mara"
    assert soul.entity.background == "Mends nets."


def test_front_matter_may_be_none() -> None:
    assert background("---\n\nMends nets.\n\n---\n\nAnd sails.\n") == "Mends nets.\n\nAnd sails."
    assert background("---\n---\nMends nets.\n") == "Mends nets."
    assert background("---\n- a\nb: c\n---\nMends nets.\n") == "Mends nets."


# -- written again ---------------------------------------------------------------------------------

GERMAN = """\
# SOUL.md – Wer du bist

Du hütest **Bienen**.

## Grenzen

- Keine Lügen.

## Mein Garten

Im Mai blüht der Raps.
<!-- nicht vergessen -->

- Linde
- Klee

## Name und Alter

Siehe oben.
"""


def test_a_changed_background_is_written_where_it_stands() -> None:
    soul = soul_of(GERMAN)
    before = soul.entity.background or ""
    after = before.replace("- Klee", "- Weißklee\n- Heide").replace("Siehe oben.", "Siehe unten.")
    edited = changed(soul, entity={"background": after})
    text = written(edited)["SOUL.md"].decode()
    expected = GERMAN.replace("- Klee", "- Weißklee\n- Heide").replace("oben", "unten")
    assert text == expected
    again = soul_of(text)
    assert without_source(again) == without_source(edited)


def test_a_boundary_in_another_language_keeps_its_heading() -> None:
    soul = soul_of(GERMAN)
    document: dict[str, Any] = dict(soul.dump())
    document["relationship"]["boundaries"][0]["description"] = "Keine Ausreden."
    text = written(Soul.model_validate(document))["SOUL.md"].decode()
    assert text == GERMAN.replace("Lügen", "Ausreden")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Linde", "Linde\n- Ahorn"),
        ("- Linde\n", ""),
        ("raps", "Raps"),
        ("Im Mai blüht der Raps.\n\n- Linde", "Leer"),
        ("Du hütest Bienen.", "Zuerst.\n\nDu hütest Bienen."),
        ("Du hütest Bienen.", "Anders."),
    ],
)
def test_any_change_of_a_background_is_read_again(old: str, new: str) -> None:
    soul = soul_of(GERMAN)
    after = (soul.entity.background or "").replace(old, new)
    edited = changed(soul, entity={"background": after})
    files = written(edited)
    again = read_again(files)
    assert without_source(again) == without_source(edited)
    assert written(again) == files


def test_a_background_from_front_matter_or_none_is_carried() -> None:
    for text in (AGENT, "# Mara\n\n## Boundaries\n\n- No maps.\n", "# SOUL.md\n\nx"):
        soul = soul_of(text)
        edited = changed(soul, entity={"background": "New.\n\nText."})
        files = written(edited)
        assert without_source(read_again(files)) == without_source(edited)


def test_a_very_long_background_is_carried() -> None:
    soul = soul_of("# Mara\n\n## Odd\n\n" + "x\n" * 1_200)
    edited = changed(soul, entity={"background": (soul.entity.background or "") + "\ny"})
    files = written(edited)
    assert b"soul:soul" in files["SOUL.md"]
    assert without_source(read_again(files)) == without_source(edited)


def test_a_soul_is_written_as_prose_and_is_the_same_again(tmp_path: Path) -> None:
    text = "Grew up at sea.\n\n## At night\n\n- hums\n- counts\n\nSleeps late."
    text_read = "# Mara\n\n- **Role:** mender\n\n## Values\n\n- **Calm**: first\n"
    document: dict[str, Any] = dict(soul_of(text_read).dump())
    document["entity"]["background"] = text
    del document["soul:source"]
    soul = Soul.model_validate(document)
    files = written(soul)
    assert f"## Who I am\n\n{text}\n\n## Values".encode() in files["x.md"]
    assert b"<!--" not in files["x.md"]
    (tmp_path / "SOUL.md").write_bytes(files["x.md"])
    again = read_file(tmp_path / "SOUL.md").soul
    assert again is not None
    assert without_source(again) == soul.dump()
    (tmp_path / "mara.soul").write_text(soulscript.write(soul), encoding="utf-8")
    assert load(tmp_path / "mara.soul").soul == soul


def test_a_workspace_is_changed_in_the_file_that_says_it() -> None:
    soul = read_source(Source("orla", WORKSPACE)).soul
    assert soul is not None
    text = (soul.entity.background or "").replace("You hum low.", "You hum high.")
    edited = changed(soul, personality={"name": "Oona"}, entity={"background": text})
    files = written(edited)
    assert {name for name in files if files[name] != WORKSPACE[name]} == {
        "IDENTITY.md",
        "AGENTS.md",
    }
    assert files["AGENTS.md"].endswith(b"You hum high.\n")
    assert without_source(read_again(files)) == without_source(edited)


def test_a_file_that_ends_without_a_line_break_gets_one() -> None:
    soul = soul_of("# SOUL.md\n\n## Odd\n\n- a")
    edited = changed(soul, entity={"background": "## Odd\n\n- a\n- b"})
    assert written(edited)["SOUL.md"] == b"# SOUL.md\n\n## Odd\n\n- a\n- b\n"


def test_a_name_that_is_no_title_is_written_as_a_fact() -> None:
    soul = soul_of("# SOUL.md\n\n- **Name:** the old one\n\n## Voice\n\nSay it. Then stop.\n")
    document: dict[str, Any] = dict(soul.dump())
    del document["soul:source"]
    files = written(Soul.model_validate(document))
    assert files["x.md"].startswith(b"# SOUL.md\n\n- **Name:** the old one\n")
    assert files["x.md"].endswith(b"## Voice\n\nSay it. Then stop\n")
    assert without_source(read_again(files)) == document
