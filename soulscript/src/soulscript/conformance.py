"""Conformance cases, and a runner that tries a tool on them.

The cases are files that any tool can be tried on, in whatever language it is written; the README
in their folder says what each kind asks for. ``run`` tries this library, or any ``Tool``.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from pydantic import JsonValue

from soulscript.errors import Path as Place
from soulscript.errors import Problem, SoulscriptError, UnreadableError, spell, whole_text
from soulscript.formats import FORMATS, Import, Source, read_file, read_source, write_files
from soulscript.reading.souls import load
from soulscript.system_prompt import prompt
from soulscript.text.display import clipped

KINDS: Final = ("valid", "invalid", "dialects", "memories", "round_trips", "prompts")
EXPECTED: Final = ".expected.json"
PROMPT: Final = ".prompt.txt"
RECIPE: Final = ".recipe.json"

JsonObject = Mapping[str, JsonValue]
Outcome = Literal["passed", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a tool made of a file: whether it can be read, and the document that it printed.

    The document has ``problems``, a list of objects with ``code`` and ``path``, and of what the
    file held ``soul``, ``memories`` (id -> memory) and ``personality_state`` (§5.2).
    """

    readable: bool
    document: JsonObject = field(default_factory=dict)

    @property
    def problems(self) -> frozenset[tuple[str, str]]:
        """Each problem's code and path; what is no problem there counts as none."""
        listed = self.document.get("problems")
        return frozenset(
            (str(one.get("code")), str(one.get("path", "")))
            for one in (listed if isinstance(listed, list) else ())
            if isinstance(one, dict)
        )


Tool = Callable[[Path], Answer]
Prompter = Callable[[Path], str]


@dataclass(frozen=True, slots=True)
class Result:
    """How one case went; ``message`` says why it failed or was skipped."""

    kind: str
    case: str
    outcome: Outcome
    message: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """How all cases went, in the order of their names."""

    results: tuple[Result, ...]

    def __iter__(self) -> Iterator[Result]:
        return iter(self.results)

    @property
    def failed(self) -> tuple[Result, ...]:
        """Those that failed."""
        return tuple(result for result in self.results if result.outcome == "failed")

    def counts(self, kind: str) -> Counter[Outcome]:
        """Say how many cases of a kind passed, failed and were skipped."""
        return Counter(result.outcome for result in self.results if result.kind == kind)


def run(
    given: Path | None = None, tool: Tool | None = None, prompter: Prompter | None = None
) -> Results:
    """Try a tool on every case; without one, this library.

    ``given`` is a folder like the one that comes along. The prompts are skipped where a tool has
    no ``prompter``. ``UnreadableError`` where there are no cases.
    """
    folder = given or shipped()
    own = tool is None
    if own:
        tool, prompter = answer, prompt_of
    found: list[Result] = []
    with tempfile.TemporaryDirectory() as kitchen:
        trial = _Trial(tool or answer, prompter, Path(kitchen), own=own)
        for kind in KINDS:
            found += [trial.of(kind, case) for case in cases(folder / kind)]
    if not found:
        raise _nowhere(folder)
    return Results(tuple(found))


def shipped() -> Path:
    """Return the folder of the cases that come with the package."""
    return Path(__file__).parent / "data" / "conformance"


def answer(path: Path) -> Answer:
    """Say what this library makes of a file: what ``soul check --json`` prints."""
    try:
        found = read_file(path)
    except SoulscriptError as error:
        return Answer(readable=False, document={"problems": listed(error.problems)})
    return Answer(readable=True, document=document_of(found))


def document_of(found: Import) -> dict[str, JsonValue]:
    """Return what was read as one plain JSON object, as the README of the cases describes it."""
    document: dict[str, JsonValue] = {**found.extra, "problems": listed(found.problems)}
    if found.soul is not None:
        document["soul"] = found.soul.dump()
    if found.memories:
        document["memories"] = {memory.id: memory.dump() for memory in found.memories}
    return document


def listed(problems: Iterable[Problem]) -> list[JsonValue]:
    """Return problems as plain JSON."""
    return [
        {
            "code": one.code,
            "severity": one.severity,
            "path": one.path,
            "line": one.line,
            "column": one.column,
            "message": one.message,
            "mend": one.mend,
            "rule": one.rule,
        }
        for one in problems
    ]


def prompt_of(path: Path) -> str:
    """Return the prompt that this library makes of a soul's file."""
    return prompt(load(path).soul)


def cases(folder: Path) -> Iterator[Path]:
    """Iterate over the cases of one kind; what is expected of each stands beside it."""
    for path in sorted(folder.glob("*")):
        if not path.name.endswith((EXPECTED, PROMPT)):
            yield path


def _nowhere(folder: Path) -> UnreadableError:
    message, mend = "there are no cases here", f"name a folder with one of: {', '.join(KINDS)}"
    return UnreadableError([whole_text("unreadable", message, mend, str(folder))])


class _Amiss(Exception):
    """What a tool did otherwise than a case asks."""


@dataclass(frozen=True, slots=True)
class _Trial:
    """One tool, tried on one case after the other; what has to be made is made in ``kitchen``."""

    tool: Tool
    prompter: Prompter | None
    kitchen: Path
    own: bool = False

    def of(self, kind: str, case: Path) -> Result:
        """Try one case."""
        name = case.name.removesuffix(RECIPE)
        if kind == "prompts" and self.prompter is None:
            return Result(kind, name, "skipped", "no command for prompts was given")
        try:
            getattr(self, kind)(self._made(case), _expected(case.with_name(name)))
        except _Amiss as amiss:
            return Result(kind, name, "failed", str(amiss))
        except (OSError, ValueError, SoulscriptError) as error:
            return Result(kind, name, "failed", f"the case cannot be tried: {error}")
        return Result(kind, name, "passed")

    def _made(self, case: Path) -> Path:
        """Make the file of a recipe, a list of [text, times]; another case is the file itself."""
        if not case.name.endswith(RECIPE):
            return case
        made = self.kitchen / case.name.removesuffix(RECIPE)
        recipe = json.loads(case.read_text(encoding="utf-8"))
        made.write_text("".join(text * times for text, times in recipe), encoding="utf-8")
        return made

    # -- what each kind asks for -------------------------------------------------------------------

    def valid(self, path: Path, _: JsonObject) -> None:
        """A soul in the specification's layout is read as it is, without a problem."""
        found = self._read(path)
        _alike("problems", found.document.get("problems"), [])
        _alike("the soul", found.document.get("soul"), json.loads(path.read_text(encoding="utf-8")))

    def invalid(self, path: Path, expected: JsonObject) -> None:
        """What cannot be read is refused, and it is said what is wrong where."""
        found = self.tool(path)
        if found.readable:
            raise _Amiss("it was read, but must be refused")
        _named(found, expected)

    def dialects(self, path: Path, expected: JsonObject) -> None:
        """What was met in the wild is read as its rule says, and each change is told."""
        found = self._read(path)
        _named(found, expected)
        for key in expected.keys() - {"problems"}:
            _alike(key, found.document.get(key), expected[key])

    memories = dialects

    def round_trips(self, path: Path, _: JsonObject) -> None:
        """What was read from any format is the same once it was written and read again."""
        found = self._read(path).document
        if "soul" in found:
            self._again("soul", "again.soul", found["soul"], found["soul"])
        else:
            memories = found.get("memories")
            self._again("memories", "again.memories.json", {"memories": memories}, memories)
        if self.own:
            _back(path)

    def _again(self, key: str, name: str, document: JsonValue, wanted: JsonValue) -> None:
        written = self.kitchen / name
        written.write_text(json.dumps(document), encoding="utf-8")
        again = self._read(written).document
        _alike("problems of what was written", again.get("problems"), [])
        _alike(f"the {key} that was written", again.get(key), wanted)

    def prompts(self, path: Path, _: JsonObject) -> None:
        """A soul makes this prompt, to the letter; line breaks at its end do not count."""
        wanted = path.with_name(path.stem + PROMPT).read_text(encoding="utf-8")
        made = self.prompter(path) if self.prompter else ""
        _alike("the prompt", made.rstrip("\n"), wanted.rstrip("\n"))

    def _read(self, path: Path) -> Answer:
        found = self.tool(path)
        if not found.readable:
            raise _Amiss(f"it was refused: {_spelt(found.problems) or 'nobody says why'}")
        return found


def _expected(case: Path) -> JsonObject:
    path = case.with_name(case.name.rpartition(".")[0] + EXPECTED)
    found: JsonObject = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def _named(found: Answer, expected: JsonObject) -> None:
    """Ask for each expected problem; one without a path may stand anywhere."""
    told = found.problems | {(code, "") for code, _ in found.problems}
    missing = Answer(found.readable, expected).problems - told
    if missing:
        raise _Amiss(f"not told: {_spelt(missing)}; told: {_spelt(found.problems) or 'nothing'}")


def _spelt(problems: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{code} at {path}".removesuffix(" at ") for code, path in sorted(problems))


def _alike(what: str, found: JsonValue, wanted: JsonValue) -> None:
    apart = _apart(found, wanted, ())
    if apart is not None:
        path, here, there = apart
        raise _Amiss(f"{what} at {spell(path)}: found {_brief(here)}, wanted {_brief(there)}")


def _apart(
    found: JsonValue, wanted: JsonValue, path: Place
) -> tuple[Place, JsonValue, JsonValue] | None:
    """Find the first place at which two documents differ."""
    if isinstance(found, dict) and isinstance(wanted, dict):
        both = found | wanted
        for key in both:
            if (key in found) != (key in wanted) and both[key] != []:  # no list is an empty one
                return (*path, key), found.get(key), wanted.get(key)
        shared = [key for key in wanted if key in found]
        pairs = [((*path, key), found[key], wanted[key]) for key in shared]
    elif isinstance(found, list) and isinstance(wanted, list) and len(found) == len(wanted):
        pairs = [((*path, n), *both) for n, both in enumerate(zip(found, wanted, strict=True))]
    else:
        return None if found == wanted else (path, found, wanted)
    return next(filter(None, (_apart(here, there, place) for place, here, there in pairs)), None)


def _brief(value: JsonValue) -> str:
    return clipped(json.dumps(value, ensure_ascii=False), 70)


def _back(path: Path) -> None:
    """This library also gives back the very document that it read."""
    found = read_file(path)
    row = FORMATS[found.format]
    written = write_files(found, row.name, path.name.removesuffix(row.ending)).files
    _alike("files written in its own format", [*written], [path.name])
    back = read_source(Source(path.name, written))
    _alike("what went back", _held(back), _held(found))


def _held(found: Import) -> JsonValue:
    return {**document_of(found), "problems": []}
