"""Characters of elizaOS in TypeScript are read as data; nothing of them is executed."""

import json
from typing import Any

import pytest

from soulscript import NotASoulError, NotJsonError, Soul, write
from soulscript.formats import Import, detect, read_source, write_files
from soulscript.formats.personas import object_literal
from support.documents import read, source

CHARACTER = r"""
import { type Character } from "@elizaos/core";
// How she is.
const MOOD = "calm";
const base = { lore: ["Was late once"], adjectives: ["dry"], ...elsewhere };
const SYSTEM = `You are Mira.
Be ${MOOD}, ${process.env.MOOD}.`;

export const character: Character = {
  ...base,
  name: "Mira",
  'username': `mira`,
  system: SYSTEM,
  plugins: ["@a/sql", ...(process.env.KEY ? ["@a/openai"] : [])],
  settings: { secrets: { TOKEN: process.env.TOKEN, PIN: "hunter2" }, voice: { speed: -1.5 } },
  bio: [
    "Repairs clocks" + " in a town", /* no more */
    "Caf\u00e9 \x41 \u{1F570} \ud83d\ude00\n'ok\'\
 on"
  ] as const,
  topics: (["escapements"]),
  knowledge: ["one", "two"].join(", "),
  style: { all: ["curt"], chat: [], post: undefined },
  messageExamples: [[
    { name: "{{name1}}", content: { text: "Late?" } },
    { name: "Mira", content: { text: "  Always. ".trim() } },
  ]],
  isOn: true, isOff: false, none: null, big: 1_000, small: 1.5e1,
} satisfies Character;

export default character;
"""


def soul_of(text: str) -> Soul:
    found = read(text.encode(), "character.ts")
    assert found.format == "eliza"
    assert found.soul is not None
    return found.soul


def document_of(text: str) -> dict[str, Any]:
    return as_json(read(text.encode(), "character.ts"))


def as_json(found: Import) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(
        write_files(found, "eliza", "mira").files["mira.character.json"]
    )
    return document


def left_out(text: str) -> dict[str, str]:
    return {note.path: note.message for note in read(text.encode()).report.of("dropped")}


def short(parts: str, before: str = "") -> str:
    return f"{before}export const character = {{ name: 'Mira', lore: [], {parts} }};"


def test_a_script_becomes_what_its_object_in_json_becomes() -> None:
    document = document_of(CHARACTER)
    assert document == {
        "lore": ["Was late once"],
        "adjectives": ["dry"],
        "name": "Mira",
        "username": "mira",
        "system": "You are Mira.\nBe calm, .",
        "plugins": ["@a/sql"],
        "settings": {"voice": {"speed": -1.5}},
        "bio": ["Repairs clocks in a town", "Café A 🕰 😀\n'ok' on"],
        "topics": ["escapements"],
        "knowledge": "one, two",
        "style": {"all": ["curt"], "chat": []},
        "messageExamples": [
            [
                {"name": "{{name1}}", "content": {"text": "Late?"}},
                {"name": "Mira", "content": {"text": "Always."}},
            ]
        ],
        "isOn": True,
        "isOff": False,
        "none": None,
        "big": 1000,
        "small": 15.0,
    }
    from_json = read(document)
    assert from_json.soul == soul_of(CHARACTER)


def test_what_is_written_is_json_that_reads_as_the_same_soul() -> None:
    soul = soul_of(CHARACTER)
    assert read(document_of(CHARACTER)).soul == soul
    notes = read(CHARACTER.encode()).report
    assert any(note.path == "$" and "as JSON" in note.message for note in notes.of("changed"))


def test_what_only_a_program_works_out_is_left_out_and_named() -> None:
    notes = left_out(CHARACTER)
    assert set(notes) == {
        "settings.secrets",
        "…base.…elsewhere",
        "system",
        "plugins[1]",
        "settings.secrets.TOKEN",
    }
    assert "the text is kept" in notes["system"]
    assert "a choice" in notes["plugins[1]"]
    assert "hunter2" not in write(soul_of(CHARACTER))


@pytest.mark.parametrize(
    "value",
    [
        "cond ? 'a' : 'b'", "process.env.A || 'b'", "f('a')", "() => 1", "function () {}", "/a/",
        "A.B", "unknown", "new X()", "1 + 2", "-x", "0x10", "1e999", "f`a`", "['a'].map(g)",
        "'a'.join('b')", "['a'].trim()", "['a'].join(x)", "x.join('b')", "f()('b')", "a['b']('c')",
        "tag`a`", "typeof a", "await x", "!0",
    ],
)  # fmt: skip
def test_no_expression_is_worked_out(value: str) -> None:
    text = short(f"bio: 'x', odd: {value}")
    assert "odd" not in document_of(text)
    assert any(path.startswith("odd") for path in left_out(text))


def test_code_within_the_object_is_left_out() -> None:
    text = short("bio: 'x', f() { return 1 }, get g() { return 1 }, async h() {}, [key]: 1, short")
    assert set(left_out(text)) == {"f", "g", "h", "[…]", "short"}
    assert set(document_of(text)) == {"name", "lore", "bio"}


def test_a_substitution_that_is_a_text_is_put_in() -> None:
    text = short("bio: `a ${A} ${B} ${`c`} ${1} ${[1]}`", "const A = 'x'; const B = x.y;")
    assert document_of(text)["bio"] == "a x  c 1 "
    assert left_out(text)["bio"].startswith("the text is kept")


def test_spreads_of_known_lists_and_objects_are_put_in() -> None:
    before = "const L = ['b']; const T = 'x'; const S = { all: ['y'] };"
    text = short("bio: ['a', ...L, ...T], style: { ...S, ...T }, ...{ topics: ['t'] }", before)
    document = document_of(text)
    assert document["bio"] == ["a", "b"]
    assert document["style"] == {"all": ["y"]}
    assert document["topics"] == ["t"]


def test_odd_escapes_hold_no_half_characters_and_no_nul() -> None:
    text = short(r"bio: ['\ud800', '\0', '\u{110000}', '\q', '\t'], ['topics']: [], [`x`]: 1")
    assert document_of(text)["bio"] == ["\ufffd", "\ufffd", "\ufffd", "q", "\t"]
    assert document_of(text)["topics"] == []


@pytest.mark.parametrize(
    "text",
    [
        "export default { name: 'Mira', bio: 'x', lore: [] }",
        "const character = { name: 'Mira', bio: 'x', lore: [] };\nexport default character;",
        "module.exports = { name: 'Mira', bio: 'x', lore: [] };",
        "const a = { name: 'Mira', bio: 'x', lore: [] };\nmodule.exports = { a };",
        "export function make(): Character { return { name: 'Mira', bio: 'x', lore: [] } }",
        "export const all = [{ name: 'Mira', bio: 'x', lore: [] }];",
        "const b = { bio: 'x', lore: [] };\nexport const c: C = { ...b, name: 'Mira' } as C;",
        "\ufeff/* a * b */\n'use strict';\nexport default ({ name: 'Mira', bio: 'x', lore: [] })",
        "export const c = { name: 'Mira', bio: 'x', lore: [] };\nexport const broken = {{{ ;",
        "export { a };\nexport default class {}\nconst c = { name: 'Mira', bio: 'x', lore: [] }",
        "let x, y = 1;\nexport let z;\nexport let c = { name: 'Mira', bio: 'x', lore: [] }",
    ],
)
def test_the_object_is_found_wherever_it_stands(text: str) -> None:
    assert detect(source(text.encode())).name == "eliza-ts"
    soul = soul_of(text)
    assert (soul.name, soul.entity.background) == ("Mira", "x.")


def test_of_several_the_exported_one_counts_and_the_others_are_named() -> None:
    text = "const o = { name: 'Odd', bio: 'x', lore: [] };\n" + short("bio: 'y'")
    assert soul_of(text).name == "Mira"
    assert left_out(text) == {"line 1": "a further object: a soul is one character"}
    later = "const x = [{ name: 'A', bio: '' }, { name: 'B', bio: '', lore: [] }, { name: 'C' }]"
    assert soul_of(f"{later}; const lore = {{ settings: 1 }}").name == "B"


def test_a_fault_within_the_object_is_named_with_its_place() -> None:
    with pytest.raises(NotASoulError) as caught:
        read(b"export const c = {\n  name: 'Mira',\n  bio: 'x' 'y',\n  lore: [],\n}", "c.ts")
    problem = caught.value.problems[0]
    assert (problem.code, problem.line, problem.source) == ("bad_script", 3, "c.ts")


@pytest.mark.parametrize(
    "text",
    [
        "export const c = f(`name: bio: lore:`) // {\n/* {name: 1,\nbio: 1,\nlore: 1} */",
        "export const c = {\n name: 'a',\n bio: 'b',\n lore: [",
    ],
)
def test_a_script_without_such_an_object_is_refused(text: str) -> None:
    with pytest.raises(NotASoulError, match="describes a character"):
        read(text.encode())


def test_a_wrong_type_is_refused_as_in_json() -> None:
    with pytest.raises(NotASoulError, match="a text is needed"):
        read(short("bio: [[1]]").encode())


NESTED = "".join(f"const a{n + 1} = [{','.join([f'a{n}'] * 9)}];\n" for n in range(9))
JOINED = "".join(f"const a{n + 1} = {' + '.join([f'a{n}'] * 9)};\n" for n in range(9))
ENDLESS = "".join(f"const a{n + 1} = [{','.join([f'a{n}'] * 9)}].join('');\n" for n in range(9))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (short("bio: " + "[" * 30_000 + "]" * 30_000), "levels|describes a character"),
        (short("bio: " + "{a:" * 15_000 + "1" + "}" * 15_000), "levels|describes a character"),
        (short("bio: a", "const a = [a]; "), "levels"),
        (short("bio: a9", "const a0 = 'x';\n" + NESTED), "too many"),
        (short("bio: a9", "const a0 = 'x';\n" + JOINED), "too many"),
        (short("bio: a9", f"const a0 = '{'x' * 4000}';\n" + ENDLESS), "too many"),
        ("export const c = { name: 1, bio: 1, lore: " + "}{" * 50_000, "understood|describes"),
    ],
)
def test_hostile_scripts_are_refused(text: str, message: str) -> None:
    with pytest.raises(NotASoulError, match=message):
        read(text.encode())


def test_a_script_that_takes_the_parser_too_long_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(object_literal, "_MAX_SECONDS", -1.0)
    with pytest.raises(NotASoulError, match="can be understood"):
        read(short("bio: " + "['x'], " * 2_000).encode())


def test_objects_beyond_a_number_of_nodes_are_not_looked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(object_literal, "_MAX_NODES", 10)
    with pytest.raises(NotASoulError, match="describes a character"):
        read(b"const c = [[[[1, { name: 'a', bio: '', lore: [] }]]]]")


def test_a_script_that_is_too_large_or_no_text_is_refused() -> None:
    with pytest.raises(NotJsonError, match="longer"):
        read(short(f"bio: '{'x' * 200_000}'").encode())
    with pytest.raises(NotJsonError, match="UTF-8"):
        read(short("bio: 'x'").encode() + b"\xff")


@pytest.mark.parametrize(
    "text",
    [
        "export const theme = { name: 'dark', style: {}, colors: [] };",
        "# Mira\n\nexport const c = { name: 'a', bio: 'b', lore: [] }",
        "Let us say: { name: 'a', bio: 'b', lore: [] }",
        "",
    ],
)
def test_other_texts_are_no_scripts_of_characters(text: str) -> None:
    from soulscript.formats import FORMATS  # noqa: PLC0415 - its rows are looked at one by one

    assert not FORMATS["eliza-ts"].sees(source(text.encode()))


def test_it_is_read_alone() -> None:
    found = read_source(source(CHARACTER.encode(), "a.ts"))
    with pytest.raises(Exception, match="read but not written"):
        write_files(found, "eliza-ts", "a")
