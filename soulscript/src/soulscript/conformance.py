"""The conformance cases, and a runner that tests a tool on them.

The cases are files, so they can test a tool in any language; the README in their folder says what
each kind requires. ``run`` tests this library, or any ``Tool``.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final, Literal

from pydantic import JsonValue

from soulscript.errors import (
    UNREADABLE,
    Problem,
    SoulscriptError,
    UnreadableError,
    spell,
    whole_text,
)
from soulscript.errors import Path as JsonPath
from soulscript.formats import FORMATS, Import, Source, read_file, read_source, write_files
from soulscript.prompts.system_prompt import prompt
from soulscript.reading.souls import load
from soulscript.text.display import clipped

KINDS: Final = ("valid", "invalid", "dialects", "memories", "round_trips", "prompts")
EXPECTED: Final = ".expected.json"
PROMPT: Final = ".prompt.txt"
RECIPE: Final = ".recipe.json"

JsonObject = Mapping[str, JsonValue]
Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A tool's result for a file: whether it can be read, and the document that it printed.

    The document has ``problems``, a list of objects with ``code`` and ``path``, and of the file's
    content ``soul``, ``memories`` (id -> memory) and ``personality_state`` (§5.2).
    """

    readable: bool
    document: JsonObject = field(default_factory=dict)

    @property
    def problems(self) -> frozenset[tuple[str, str]]:
        """Code and path of each problem, without entries that are no problem."""
        problems = self.document.get("problems")
        return frozenset(
            (str(problem.get("code")), str(problem.get("path", "")))
            for problem in (problems if isinstance(problems, list) else ())
            if isinstance(problem, dict)
        )


Tool = Callable[[Path], Answer]
Prompter = Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class Result:
    """The outcome of one case; ``message`` says why it failed or was skipped."""

    kind: str
    case: str
    outcome: Outcome
    message: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """The outcomes of all cases, in the order of their names."""

    results: tuple[Result, ...]

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    @property
    def failed(self) -> tuple[Result, ...]:
        """The results of the cases that failed."""
        return tuple(result for result in self.results if result.outcome == "failed")

    def counts(self, kind: str) -> Counter[Outcome]:
        """Return how many cases of a kind passed, failed and were skipped."""
        return Counter(result.outcome for result in self.results if result.kind == kind)


def run(
    folder: Path | None = None, tool: Tool | None = None, prompter: Prompter | None = None
) -> Results:
    """Test a tool on every case; without a tool, this library.

    ``folder`` is laid out like the one in the package, which is the default. Without a
    ``prompter`` the prompts of a tool are skipped. Raises ``UnreadableError`` if there are no
    cases.
    """
    folder = folder or shipped()
    own = tool is None
    if own:
        tool, prompter = answer, prompt_of
    results: list[Result] = []
    with tempfile.TemporaryDirectory() as scratch:
        runner = _Runner(tool or answer, prompter, Path(scratch), own=own)
        for kind in KINDS:
            results += [runner.result(kind, case) for case in cases(folder / kind)]
    if not results:
        message, mend = "there are no cases here", f"name a folder with one of: {', '.join(KINDS)}"
        raise UnreadableError([whole_text(UNREADABLE, message, mend, str(folder))])
    return Results(tuple(results))


def shipped() -> Path:
    """Return the folder of the cases in the package."""
    return Path(__file__).parent / "data" / "conformance"


def answer(path: Path) -> Answer:
    """Return this library's result for a file: what ``soul check --json`` prints."""
    try:
        content = read_file(path)
    except SoulscriptError as error:
        return Answer(readable=False, document={"problems": listed(error.problems)})
    return Answer(readable=True, document=document_of(content))


def document_of(content: Import) -> dict[str, JsonValue]:
    """Return a file's content as one plain JSON object, as the README of the cases describes it."""
    document: dict[str, JsonValue] = {**content.extra, "problems": listed(content.problems)}
    if content.soul is not None:
        document["soul"] = content.soul.dump()
    if content.memories:
        document["memories"] = {memory.id: memory.dump() for memory in content.memories}
    return document


def listed(problems: Iterable[Problem]) -> list[JsonValue]:
    """Return problems as plain JSON, without their source."""
    rows = map(asdict, problems)
    return [{key: value for key, value in row.items() if key != "source"} for row in rows]


def prompt_of(path: Path) -> str:
    """Return the prompt that this library makes of a soul's file."""
    return prompt(load(path).soul)


def cases(folder: Path) -> Iterator[Path]:
    """Yield the cases of one kind, without the files of what is expected of them."""
    for path in sorted(folder.glob("*")):
        if not path.name.endswith((EXPECTED, PROMPT)):
            yield path


class _MismatchError(Exception):
    """A tool does not do what a case requires."""


@dataclass(frozen=True, slots=True)
class _Runner:
    """Tests one tool on one case after the other; ``scratch`` is a folder for temporary files."""

    tool: Tool
    prompter: Prompter | None
    scratch: Path
    own: bool = False

    def result(self, kind: str, case: Path) -> Result:
        """Test the tool on one case."""
        name = case.name.removesuffix(RECIPE)
        if kind == "prompts" and self.prompter is None:
            return Result(kind, name, "skipped", "no command for prompts was given")
        try:
            getattr(self, kind)(self._file(case), _expected(case.with_name(name)))
        except _MismatchError as mismatch:
            return Result(kind, name, "failed", str(mismatch))
        except (OSError, ValueError, SoulscriptError) as error:
            return Result(kind, name, "failed", f"the case cannot be tried: {error}")
        return Result(kind, name, "passed")

    def _file(self, case: Path) -> Path:
        """Return a case's file, which is written for a recipe: a list of [text, times]."""
        if not case.name.endswith(RECIPE):
            return case
        path = self.scratch / case.name.removesuffix(RECIPE)
        recipe = json.loads(case.read_text(encoding="utf-8"))
        path.write_text("".join(text * times for text, times in recipe), encoding="utf-8")
        return path

    # -- what each kind requires -------------------------------------------------------------------

    def valid(self, path: Path, _: JsonObject) -> None:
        """Read a soul in the specification's layout unchanged and without a problem."""
        document = self._read(path).document
        _check_equal("problems", document.get("problems"), [])
        _check_equal("the soul", document.get("soul"), json.loads(path.read_text(encoding="utf-8")))

    def invalid(self, path: Path, expected: JsonObject) -> None:
        """Refuse what cannot be read, and report each problem with its path."""
        result = self.tool(path)
        if result.readable:
            raise _MismatchError("it was read, but must be refused")
        _check_problems(result, expected)

    def dialects(self, path: Path, expected: JsonObject) -> None:
        """Read a dialect as its rule says, and report each change."""
        result = self._read(path)
        _check_problems(result, expected)
        for key in expected.keys() - {"problems"}:
            _check_equal(key, result.document.get(key), expected[key])

    memories = dialects

    def round_trips(self, path: Path, _: JsonObject) -> None:
        """Read the same soul or memories again from what was written of a file of any format."""
        document = self._read(path).document
        if "soul" in document:
            self._check_again("soul", "again.soul", document["soul"], document["soul"])
        else:
            memories = document.get("memories")
            written: JsonValue = {"memories": memories}
            self._check_again("memories", "again.memories.json", written, memories)
        if self.own:
            _check_own_format(path)

    def _check_again(self, key: str, name: str, written: JsonValue, expected: JsonValue) -> None:
        path = self.scratch / name
        path.write_text(json.dumps(written), encoding="utf-8")
        document = self._read(path).document
        _check_equal("problems of what was written", document.get("problems"), [])
        _check_equal(f"the {key} that was written", document.get(key), expected)

    def prompts(self, path: Path, _: JsonObject) -> None:
        """Make exactly the expected prompt of a soul, but for line breaks at its end."""
        expected = path.with_name(path.stem + PROMPT).read_text(encoding="utf-8")
        text = self.prompter(path) if self.prompter else ""
        _check_equal("the prompt", text.rstrip("\n"), expected.rstrip("\n"))

    def _read(self, path: Path) -> Answer:
        result = self.tool(path)
        if not result.readable:
            raise _MismatchError(f"it was refused: {_spelt(result.problems) or 'no reason given'}")
        return result


def _expected(case: Path) -> JsonObject:
    path = case.with_name(case.name.rpartition(".")[0] + EXPECTED)
    expected: JsonObject = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return expected


def _check_problems(result: Answer, expected: JsonObject) -> None:
    """Check that each expected problem is reported; one without a path, at any path."""
    reported = result.problems | {(code, "") for code, _ in result.problems}
    missing = Answer(result.readable, expected).problems - reported
    if missing:
        shown = _spelt(result.problems) or "nothing"
        raise _MismatchError(f"not reported: {_spelt(missing)}; reported: {shown}")


def _spelt(problems: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{code} at {path}".removesuffix(" at ") for code, path in sorted(problems))


def _check_equal(label: str, actual: JsonValue, expected: JsonValue) -> None:
    difference = _difference(actual, expected, ())
    if difference is not None:
        path, left, right = difference
        shown = f"found {_brief(left)}, wanted {_brief(right)}"
        raise _MismatchError(f"{label} at {spell(path)}: {shown}")


def _difference(
    actual: JsonValue, expected: JsonValue, path: JsonPath
) -> tuple[JsonPath, JsonValue, JsonValue] | None:
    """Return the first path at which two documents differ, with both values; None if none does."""
    if isinstance(actual, dict) and isinstance(expected, dict):
        union = actual | expected
        for key in union:
            if (key in actual) != (key in expected) and union[key] != []:  # [] may be left out
                return (*path, key), actual.get(key), expected.get(key)
        shared = [key for key in expected if key in actual]
        pairs = [((*path, key), actual[key], expected[key]) for key in shared]
    elif isinstance(actual, list) and isinstance(expected, list) and len(actual) == len(expected):
        items = enumerate(zip(actual, expected, strict=True))
        pairs = [((*path, index), *pair) for index, pair in items]
    else:
        return None if actual == expected else (path, actual, expected)
    inner = (_difference(left, right, place) for place, left, right in pairs)
    return next(filter(None, inner), None)


def _brief(value: JsonValue) -> str:
    return clipped(json.dumps(value, ensure_ascii=False), 70)


def _check_own_format(path: Path) -> None:
    """Check that this library writes a file in its own format and reads the same content again."""
    content = read_file(path)
    row = FORMATS[content.format]
    files = write_files(content, row.name, path.name.removesuffix(row.ending)).files
    _check_equal("files written in its own format", [*files], [path.name])
    again = read_source(Source(path.name, files))
    left, right = ({**document_of(each), "problems": []} for each in (again, content))
    _check_equal("the content read again", left, right)
