"""Macros are expanded where a text is used, and none is ever left."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from soulscript.text.macros import (
    MacroBudget,
    Scene,
    draws_chance,
    expand,
    has_macros,
    kind_of,
    macro_names,
    tells_time,
)

NOW = datetime(2026, 3, 9, 9, 5, tzinfo=UTC)
SCENE = Scene("Mia", "Ada", NOW, seed="a", lasting_seed="b", fields={"scenario": "{{char}} rests"})


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("nothing", "nothing"),
        ("{{char}}, {{ Char }}, {{CHAR}}, <BOT>, <char>, {character}", ", ".join(["Mia"] * 6)),
        ("{{user}} {{ user }} <USER> {user} {{user}", " ".join(["Ada"] * 5)),
        ("<CHARIFNOTGROUP> in <GROUP>", "Mia in Mia"),
        ("{{scenario}} here. {{personality}}", "Mia rests here."),
        ("{{random::{{char}}::{{char}}}}", "Mia"),
        ("{{reverse:abc}}", "cba"),
        ("a{{newline}}b{{newline::2}}c{{space::2}}d", "a\nb\n\nc  d"),
        ("{{roll:1d1}} {{roll:1}} {{roll d1}} {{roll:3d1+2}} {{roll:x}}", "1 1 1 5"),
        ("x {{trim}} \n y", "xy"),
        ("a {{// not seen}} b", "a b"),
        ("a\n{{comment: not seen}}\nb", "a\nb"),
        ("{{hidden_key:dragon}}Well.", "Well."),
        ("It is {{time}}, {{isotime}}.", "It is 9:05 AM, 09:05."),
        ("{{date}}, {{isodate}}, {{weekday}}", "March 9, 2026, 2026-03-09, Monday"),
        ("{{time_UTC+2}} {{time::UTC-1:30}}", "11:05 AM 7:35 AM"),
        ("{{datetimeformat DD.MM.YYYY HH:mm [h]}}", "09.03.2026 09:05 h"),
        ("{{datetimeformat H:mm hh h D/M}} {{datetimeformat}}", "9:05 09 9 9/3"),
        ("{{datetimeformat {x} YYYY}} {{datetimeformat [{0}] {}}}", "{x} 2026 {0} {}"),
        ("{{datetimeformat [{0.__class__} %Y]}}", "{0.__class__} %Y"),
        ("{{{user}}} {{{{char}}}} {{{roll:d1}}}", "Ada Mia 1"),
        ("a {{random:b,{{b}} c", "a"),
        ("a {{getvar::x", "a"),
        ("{{setvar::x::3}}{{incvar::x}}{{addvar::x::2}} {{getvar::x}}", "4 6"),
        ("{{addvar::y::ab}}{{addvar::y::c}}{{getvar::y}}{{decvar::z}}{{getvar}}", "abc-1"),
        ("{{setvar}}{{random}}{{pick}}x", "x"),
        ("{{if scenario}}A{{else}}B{{/if}}{{if !scenario}}C{{/if}}{{#if 0}}D{{/if}}", "A"),
        ("{{if {{getvar::q}}}}A{{else}}{{if 1}}B{{/if}}{{/if}}", "B"),
        ("{{sub}} {{obj}} {{poss}} {{poss_p}} {{ref}}", "they them their theirs themself"),
        ("{{unknown}} {{outlet::x}} {{Blue eyes and hair}}", "Blue eyes and hair"),
        ("open {{ and {{char", "open  and char"),
        ("{{random::{a}::{a} }}", "{a}"),
        ("W++ {a} stays", "W++ {a} stays"),
    ],
)  # fmt: skip
def test_a_macro_says_what_it_stands_for(text: str, expanded: str) -> None:
    assert expand(text, SCENE) == expanded


@pytest.mark.parametrize("text", ["{{random:a\\,b,c}}", "{{random::a,b::c}}", "{{pick:a\\,b,c}}"])
def test_chance_is_drawn_from_the_seed(text: str) -> None:
    drawn = {expand(text, Scene("Mia", seed=str(n), lasting_seed=str(n))) for n in range(40)}
    assert drawn == {"a,b", "c"}
    assert expand(text, SCENE) == expand(text, SCENE)
    assert draws_chance(text)


def test_a_pick_lasts_where_what_is_random_changes() -> None:
    text = "{{pick::a::b::c::d}} {{random::a::b::c::d}} {{roll:d20}}"
    found = [expand(text, Scene("Mia", seed=str(n), lasting_seed="x")) for n in range(30)]
    assert len({line.split()[0] for line in found}) == 1
    assert len({line.split()[1] for line in found}) == 4
    assert all(1 <= int(line.split()[2]) <= 20 for line in found)


def test_the_original_is_put_in_once() -> None:
    scene = Scene("Mia", fields={"original": "Be kind."})
    assert expand("{{original}} {{original}}Be brief.", scene) == "Be kind. Be brief."


def test_fields_that_name_one_another_end() -> None:
    scene = Scene("Mia", fields={"scenario": "a {{personality}}", "personality": "b {{scenario}}"})
    assert set(expand("{{scenario}}", scene).split()) == {"a", "b"}


def test_a_text_grows_only_so_far() -> None:
    scene = Scene("Mia", fields={"scenario": "x" * 100_000})
    assert len(expand("{{scenario}}" * 5000, scene)) == 200_000
    assert len(expand("{{char}}" * 5000, Scene("x" * 50_000))) <= 5000 * 200


def test_several_texts_grow_only_so_far_together() -> None:
    scene, budget = Scene("Mia", fields={"scenario": "x" * 600}), MacroBudget(chars=1_000, draws=2)
    assert [len(expand("{{scenario}}", scene, budget)) for _ in range(3)] == [600, 0, 0]
    drawn = [expand("{{random:a,b,c}}", Scene("", seed=str(n)), MacroBudget()) for n in range(9)]
    assert {*drawn} == {"a", "b", "c"}
    budget = MacroBudget(draws=0)
    assert {expand("{{random:a,b,c}}", Scene("", seed=str(n)), budget) for n in range(9)} == {"a"}


def test_macros_within_macros_end() -> None:
    assert expand("{{reverse:" * 11 + "ab" + "}}" * 11, SCENE) == "ba"
    assert "{{" not in expand("{{reverse:" * 30 + "ab" + "}}" * 30, SCENE)


def test_a_name_is_no_macro() -> None:
    scene = Scene("{{user}}", "{{ scenario }}", fields={"scenario": "secret"})
    assert expand("{{char}} {{user}}", scene) == "user  scenario "


def test_without_a_time_there_are_words_for_it() -> None:
    assert expand("{{time}} {{date}} {{isodate}}", Scene("Mia")) == "now today today"


def test_what_depends_on_the_time_is_known() -> None:
    assert tells_time("{{ isodate }}")
    assert not tells_time("{{char}} has time")
    assert not draws_chance("{{char}}")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Hello, {{user}}!", "Hello!"),
        ('"Ah, {{user}}, you are here." {{char}} waves.', '"Ah, you are here." Mia waves.'),
        ('"{{user}}, come in."', '"Come in."'),
        ("You must be {{user}}!", "You must be the visitor!"),
        ("You're {{user}}, right?", "You're the visitor, right?"),
        ("{{user}} walks in.", "The visitor walks in."),
        ("{{char}} looks at {{user}}.", "Mia looks at you."),
        ("{{user}}'s hand is cold.", "Your hand is cold."),
        ("She takes {{user}}’s coat.", "She takes your coat."),
        ("I see {{user}} daily. {{user}} and I talk.", "I see you daily. You and I talk."),
    ],
)  # fmt: skip
def test_a_person_without_a_name_is_addressed_as_grammar_wants(text: str, said: str) -> None:
    assert expand(text, Scene("Mia", is_addressed=True)) == said


def test_a_person_without_a_name_is_the_person_elsewhere() -> None:
    text = "{{char}} is {{user}}'s friend. {{user}} lives here."
    assert expand(text, Scene("Mia")) == "Mia is the person's friend. The person lives here."


@example("{{<USER>{")
@given(
    st.lists(
        st.sampled_from(
            ["{{", "}}", "{", "}", "char", "user", "random:", "::", "if ", "/if", "else", "a", "\0",
             " ", "//", "setvar::x::", "getvar::x", "time", "\n", "<USER>", "\1", "roll:9d9"]
        ),
        max_size=24,
    ).map("".join)
)  # fmt: skip
def test_no_macro_is_ever_left(text: str) -> None:
    found = expand(text, SCENE)
    assert "{{" not in found
    assert expand(text, SCENE) == found
    if has_macros(text):
        assert not re.search("<user>|\0|\1", found, re.IGNORECASE)
    else:
        assert found == text


@pytest.mark.parametrize(
    "text",
    [
        "{{" * 200_000,
        "{{a" * 100_000,
        "{{if a}}" * 50_000,
        "{{if" + " " * 400_000,
        "{{//" + " " * 400_000,
        "{" * 400_000,
        "{" * 400_000 + "a" + "}" * 400_000,
        "{{roll:100d999}}" * 20_000,
        "{{random:" + "a," * 200_000 + "}}",
    ],
)
def test_no_text_takes_long(text: str) -> None:
    assert "{{" not in expand(text, SCENE)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{char}} and <USER>, {bot}", ["char", "user", "char"]),
        ("{{random:{{char}},b}} {{// no}}{{note: x}}", ["char", "", "", "random"]),
        ("{{ two words }} {{Time_UTC+2}} {{weird::a b}}", ["time_utc+2", "weird"]),
        ("{{{char}}}", ["char"]),
        ("none { } }}", []),
    ],
)
def test_the_macros_of_a_text_are_named(text: str, names: list[str]) -> None:
    assert macro_names(text) == names


def test_macros_within_macros_are_named_within_limits() -> None:
    assert len(macro_names("{{a:" * 50 + "}}" * 50)) == 12


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("char", "name"),
        ("user", "name"),
        ("pick", "chance"),
        ("time_utc+2", "time"),
        ("datetimeformat", "time"),
        ("newline", "text"),
        ("scenario", "text"),
        ("weird", "unknown"),
    ],
)
def test_a_macro_has_a_kind(name: str, kind: str) -> None:
    assert kind_of(name) == kind
