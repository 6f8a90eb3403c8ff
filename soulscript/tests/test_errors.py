"""How problems and errors are written."""

from soulscript import Problem, SoulscriptError
from soulscript.errors import Severity, spell


def problem(severity: Severity = "error", line: int = 1) -> Problem:
    return Problem(
        "missing", severity, "voice.tone", line, 3, '"tone" is missing', "add it", "a.soul"
    )


def test_a_path_is_written_as_people_do() -> None:
    assert spell(("personality", "core_traits", 2, "strength")) == (
        "personality.core_traits[2].strength"
    )
    assert spell(()) == "$"
    assert spell((0, "a")) == "[0].a"


def test_a_problem_is_written_as_compilers_do() -> None:
    assert str(problem()) == ('a.soul:1:3: error missing at voice.tone: "tone" is missing; add it')


def test_an_error_keeps_all_problems_and_shows_the_errors() -> None:
    error = SoulscriptError([problem("warning"), problem()])
    assert len(error.problems) == 2
    assert str(error) == str(problem())


def test_an_error_shows_twenty_lines_at_most() -> None:
    lines = str(SoulscriptError(problem(line=line) for line in range(1, 31))).splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 10 more"
