"""A file that was sent, in any format, made into a soul; nothing of it is repeated in an error."""

from typing import TYPE_CHECKING

from soulscript import SoulscriptError
from soulscript.formats import Source, read_source
from synthetic_soul.api.problems import REASONS, NotASoul, ProblemPlace
from synthetic_soul.api.schemas import ReportNote, ReportView

if TYPE_CHECKING:
    from collections.abc import Iterable

    from soulscript import Fate, Problem, Report, Soul
    from soulscript.formats import Import

MOST = 200  # problems, and notes of one fate, that an answer names
NAMES = {"text/markdown": "SOUL.md", "image/png": "soul.png", "application/zip": "soul.zip"}
NAME = "soul.json"
LONGEST = 400  # characters of one text in an answer
ALONE = "these are memories without a character; send a soul, they can come along in it"


def read_soul(body: bytes, kind: str) -> "tuple[Import, Soul]":
    """Read a soul; ``kind`` is its content type, which only names it. Raises ``NotASoul``."""
    name = NAMES.get(kind, NAME)
    try:
        found = read_source(Source(name, {name: body}))
    except SoulscriptError as error:
        raise _refused(error) from None
    if found.soul is None:
        raise NotASoul(ALONE)
    return found, found.soul


def _refused(error: SoulscriptError) -> NotASoul:
    faults = [problem for problem in error.problems if problem.severity == "error"]
    said = "; ".join(f"{fault.path}: {fault.message}" for fault in faults[:REASONS])
    return NotASoul(_shown(f"this is no soul: {said}"), places(error.problems))


def _shown(text: str) -> str:
    """A text as JSON can hold it, of a bearable length: keys of a file stand in paths."""
    return text[:LONGEST].encode("utf-8", "replace").decode()


def places(problems: "Iterable[Problem]") -> list[ProblemPlace]:
    """Problems as an answer names them, the first of them."""
    return [
        ProblemPlace(
            path=_shown(problem.path),
            line=problem.line,
            column=problem.column,
            code=problem.code,
            severity=problem.severity,
            message=_shown(problem.message),
            mend=_shown(problem.mend),
        )
        for problem in list(problems)[:MOST]
    ]


def report_view(report: "Report") -> ReportView:
    """A report as an answer shows it, the first notes of each fate."""

    def notes(fate: "Fate") -> list[ReportNote]:
        return [
            ReportNote(
                path=_shown(n.path), became=_shown(n.became), message=_shown(n.message), rule=n.rule
            )
            for n in report.of(fate)[:MOST]
        ]

    return ReportView(
        kept=notes("kept"),
        changed=notes("changed"),
        defaulted=notes("defaulted"),
        dropped=notes("dropped"),
    )
