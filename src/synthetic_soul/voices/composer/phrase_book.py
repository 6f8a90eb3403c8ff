"""The phrase book: the sentences of the composer, read from the text files in ``data``.

``data/en/README.md`` explains the notation to writers. ``soul phrases check`` prints the faults
that are found here, each with its file and line.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

from typing_extensions import override

FOLDER: Final = Path(__file__).with_name("data") / "en"
TONGUES: Final = FOLDER.with_name("tongues")
"""What is said in other languages, one file each."""
ANY: Final = "any"
MANNERS: Final = ("warm", "playful", "dry", "gruff", "measured")
"""What a phrase may be marked with besides ``any``; ``register`` reads them off a soul."""
VARIANTS: Final = frozenset({"new", "friend", "dear", "wary", "hurt", "tender"})
"""Last parts of keys that are used beside (or instead of) the plain key in one relationship."""
FIELDS: Final = frozenset({
    "about", "action", "age", "ago", "answer", "asked", "background", "called", "clause",
    "comma", "count", "doing", "echo", "event", "fact", "facts", "favourite", "kind", "liked",
    "looks", "lost", "me", "met", "much", "name", "names", "occupation", "old", "older", "one",
    "opinion", "other", "person", "place", "question", "quote", "scene", "skills", "span",
    "speaker", "state", "story", "thing", "things", "thought", "told", "topic", "trait",
    "value", "when", "who", "whom",
})  # fmt: skip
"""The fields that the composer can fill in; each may be written with a capital, too."""
FIELD: Final = re.compile(r"\{([A-Za-z]+)\}")
MAX_PHRASE_CHARS: Final = 200
_KEY: Final = re.compile(r"\[([a-z_-]+(?:\.[a-z_-]+)*)\]")
_MARKS: Final = (ANY, *MANNERS)
_SPELLINGS: Final = FIELDS | {name.capitalize() for name in FIELDS}


class PhraseFileError(ValueError):
    """Phrase files have faults; the message names each with its file and line."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase and the manners it suits (``any`` suits everyone)."""

    text: str
    manners: tuple[str, ...] = (ANY,)

    @property
    def fields(self) -> frozenset[str]:
        """The names of the fields to fill."""
        return frozenset(FIELD.findall(self.text))

    @property
    def pieces(self) -> tuple[str, ...]:
        """The text between the fields, casefolded, by which an earlier use is recognised.

        Spaces and stops at the edges are left out, because tidying may change them.
        """
        cut = (piece.strip(" .,;:!?").casefold() for piece in FIELD.split(self.text)[::2])
        return tuple(piece for piece in cut if piece)


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault of a phrase file; ``line`` counts from 1, 0 stands for the whole file."""

    file: Path
    line: int
    message: str

    @override
    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{place}: {self.message}"


@dataclass(slots=True)
class PhraseFileReader:
    """Reads files one after the other and collects sections and faults.

    ``heads`` are words that may stand before a colon besides manners; what follows them is kept in
    ``headed``, by key and head.
    """

    heads: frozenset[str] = frozenset()
    sections: dict[str, list[Phrase]] = field(default_factory=dict)
    headed: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    _opened: dict[str, tuple[Path, int]] = field(default_factory=dict)
    _first: dict[tuple[str, str], tuple[Path, int]] = field(default_factory=dict)
    _faulty: set[str] = field(default_factory=set)
    _file: Path = FOLDER
    _key: str = ""

    def read(self, file: Path) -> None:
        """Read one more file."""
        self._file, self._key = file, ""
        try:
            text = file.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            self._fault(0, "this is not UTF-8; save the file as UTF-8")
            return
        except OSError as error:
            self._fault(0, f"the file cannot be read: {error.strerror}")
            return
        for number, line in _logical_lines(text):
            if line.startswith("["):
                self._open(number, line)
            else:
                self._add(number, line)

    def _open(self, number: int, line: str) -> None:
        match = _KEY.fullmatch(line)
        self._key = match[1] if match else "?"
        if not match:
            self._fault(number, f"{line!r} is no key; write it as [small.letters]")
        elif self._key in self._opened:
            file, first = self._opened[self._key]
            self._fault(number, f"[{self._key}] begins in {file.name}:{first}; add phrases there")
        else:
            self._opened[self._key] = (self._file, number)
            self.sections[self._key] = []
            self.headed[self._key] = {head: [] for head in self.heads}

    def _add(self, number: int, line: str) -> None:
        head, colon, text = line.partition(":")
        manners, text = tuple(head.split()), text.strip()
        if head in self.heads and text and self._key in self.headed:
            self.headed[self._key][head].append(text)
            return
        is_sentence = len(manners) > 1 and not {*manners}.intersection(_MARKS)
        if is_sentence or not (colon and manners and text):
            self._fault(number, f"{line!r} is no phrase; write it as 'manner: phrase'")
        elif not self._key:
            self._fault(number, "a phrase stands before the first [key]; begin with a key")
        elif self._check(number, manners, text) and self._key in self.sections:
            self.sections[self._key].append(Phrase(text, manners))

    def _check(self, number: int, manners: tuple[str, ...], text: str) -> bool:
        before = len(self.faults)
        for manner in manners:
            if manner not in _MARKS:
                self._fault(number, f"unknown manner {manner!r}; {hint(manner, _MARKS)}")
        if "{" in text or "}" in text:
            for name in sorted(set(FIELD.findall(text)) - _SPELLINGS):
                self._fault(
                    number, f"unknown field {{{name}}}; {hint(name.lower(), sorted(FIELDS))}"
                )
            if re.search(r"[{}]", FIELD.sub("", text)):
                self._fault(number, "a brace stands alone; a field is written {name}")
        if len(text) > MAX_PHRASE_CHARS:
            self._fault(number, f"{len(text)} characters; at most {MAX_PHRASE_CHARS} fit")
        first = self._first.setdefault((self._key, text), (self._file, number))
        if first != (self._file, number):
            place = f"{first[0].name}:{first[1]}"
            self._fault(number, f"[{self._key}] has this phrase in {place}; keep only one")
        return len(self.faults) == before

    def report(self, key: str, message: str) -> None:
        """Report a fault of a whole section."""
        self._key = key
        self._file, number = self._opened[key]
        self._fault(number, f"[{key}] {message}")

    def check_sections(self) -> None:
        """Report the keys that leave a soul of some manner without a phrase."""
        for key, phrases in self.sections.items():
            plain = any(ANY in phrase.manners for phrase in phrases)
            if not (plain or key in self._faulty or key.rpartition(".")[2] in VARIANTS):
                self.report(key, "has no phrase for everyone; add one marked 'any'")

    def _fault(self, number: int, message: str) -> None:
        self._faulty.add(self._key)
        self.faults.append(Fault(self._file, number, message))


def hint(word: str, known: Iterable[str]) -> str:
    """Return which known word an unknown one may have been meant for."""
    near = get_close_matches(word, list(known), n=1)
    return f"did you mean {near[0]!r}?" if near else f"known are {', '.join(known)}"


def _logical_lines(text: str) -> list[tuple[int, str]]:
    """Return lines with their numbers, without comments; indented ones continue the one above."""
    lines: list[tuple[int, str]] = []
    for number, raw in enumerate(text.splitlines(), start=1):
        if not raw.strip() or raw.startswith("#"):
            continue
        if raw[0] in " \t" and lines:
            first, begun = lines[-1]
            lines[-1] = (first, f"{begun} {raw.strip()}")
        else:
            lines.append((number, raw.strip()))
    return lines


def read_phrases(files: Iterable[Path]) -> tuple[Mapping[str, tuple[Phrase, ...]], list[Fault]]:
    """Return the phrases of these files by key, and every fault found in them."""
    reader = PhraseFileReader()
    for file in files:
        reader.read(file)
    reader.check_sections()
    faults = sorted(reader.faults, key=lambda fault: (str(fault.file), fault.line))
    return {key: tuple(phrases) for key, phrases in reader.sections.items()}, faults


@cache
def phrase_book() -> Mapping[str, tuple[Phrase, ...]]:
    """Return the shipped phrases by key, read once; raise PhraseFileError where one is faulty."""
    files = [file for folder in (FOLDER, TONGUES) for file in sorted(folder.glob("*.txt"))]
    book, faults = read_phrases(files)
    if faults or not book:
        raise PhraseFileError("\n".join(map(str, faults)) or f"{FOLDER}: no phrase files")
    return book
