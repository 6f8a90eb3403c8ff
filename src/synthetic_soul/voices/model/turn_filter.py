"""Keep to one turn of one speaker: labels go, and what others would say is no part of a reply.

A model that has read a transcript writes one: its own name before its words, then the person's
next line. Only the beginning of a line can name a speaker, and only a known one: "Note: I like
tea" is a sentence. So each line's beginning is held back until it is certain whose it is.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache
from typing import Final

from synthetic_soul.toml_tables import read_table
from synthetic_soul.voices.model.private_note import NOTE_END, NOTE_HEADING

_MAX_NAME_CHARS: Final = 60
_MAX_LABEL_CHARS: Final = _MAX_NAME_CHARS + 16
"""Characters of a name and what may be added to it, such as "'s response"."""
_MIN_PART_CHARS: Final = 2
_MIN_NOTE_LETTERS: Final = 16
"""Letters and digits of a line of the note that make it known again."""

_LEAD: Final = re.compile(
    r"(?:[^\w\n]|_){0,8}(?:\d\d?:\d\d(?::\d\d)?[ ]?(?:[AaPp][Mm])?[\])]?[ \t|–-]{0,4})?"
)
"""What may stand before a name: signs, and the time of a message."""
_LEAD_PART: Final = re.compile(
    r"(?:[^\w\n]|_){0,8}\d\d?(?::\d{0,2}){0,2}[ ]?(?:[AaPp][Mm]?)?[\])]?[ \t|–-]{0,4}"
)
_COLONS: Final = ":：﹕∶"
_COLON_FIRST: Final = re.compile(rf"\s*[{_COLONS}][ \t]+")
"""What is left of a label whose name was a token."""
_FENCE: Final = "```"
_ASIDE: Final = r"(?:\([^()\n]{1,40}\)|\*[^*\n]{1,40}\*|\[[^\[\]\n]{1,40}\])"
_SIGNS: Final = rf"(?:[^\w\n{_COLONS}]|_){{0,6}}"
_FIRST_SIGNS: Final = rf"(?:[^\w\n{_COLONS}(\[]|_){{0,6}}"
_AFTER_NAME: Final = re.compile(rf"(?P<between>{_FIRST_SIGNS}{_ASIDE}?{_SIGNS})[{_COLONS}][ \t]*")
_AFTER_NAME_PART: Final = re.compile(
    rf"{_FIRST_SIGNS}(?:\([^()\n]{{0,40}}\)?|\*[^*\n]{{0,40}}\*?|\[[^\[\]\n]{{0,40}}\]?)?{_SIGNS}"
)
_SEPARATOR: Final = re.compile(r"\s*[-*_=~#—–]{3,}\s*")
_SEPARATOR_PART: Final = re.compile(r"\s*[-*_=~#—–]{2,}\s*")
_INLINE_ROLES: Final = ("USER", "HUMAN", "ASSISTANT", "User", "Human")
_GLUED_ROLES: Final = ("assistant", "user", "model")


def _beginnings(names: Iterable[str]) -> str:
    return "|".join(sorted({name[:end] for name in names for end in range(1, len(name) + 1)}))


_INLINE: Final = re.compile(
    rf"(?P<end>[.!?…\"”’*)\]])(?:[ \t]+(?:{'|'.join(_INLINE_ROLES)})[ \t]*[:：]"
    rf"|(?:{'|'.join(_GLUED_ROLES)})\n)"
)
"""Another turn on the same line, behind the end of a sentence."""
_INLINE_PART: Final = re.compile(
    rf"[.!?…\"”’*)\]](?:[ \t]+(?:(?:{_beginnings(_INLINE_ROLES)})[ \t]*)?"
    rf"|(?:{_beginnings(_GLUED_ROLES)})?)$"
)
_JSON_KEY: Final = re.compile(r"\{\s*[\"']$")
"""What stands before the first key of an object; ``{{char}}`` has no quote."""
_BRACKETS: Final = {"[": "]", "<": ">", "(": ")", "【": "】", "{": "}"}
_TEMPLATE_LEVEL: Final = 3
"""The least level of a heading of an instruction template ("### Input")."""
_MARKUP: Final = "*_~`"
_QUOTES: Final = frozenset("\"“„«'‘")


class Whose(Enum):
    """Whose line it is, by its beginning."""

    NOBODYS = auto()
    UNCERTAIN = auto()
    OWN = auto()
    OTHERS = auto()
    NOTE = auto()
    NOTE_LINE = auto()
    NOTE_END = auto()
    REASONING = auto()
    REASONING_END = auto()


@dataclass(frozen=True, slots=True)
class Words:
    """The content of ``data/speakers.toml``."""

    own: frozenset[str]
    own_at_start: frozenset[str]
    own_phrases: frozenset[str]
    own_headings: frozenset[str]
    others: frozenset[str]
    other_headings: frozenset[str]
    reasoning: frozenset[str]
    answers: frozenset[str]
    reasoning_ends: frozenset[str]
    bare_own: frozenset[str]
    bare_others: frozenset[str]
    suspicious: frozenset[str]


@cache
def words() -> Words:
    """Return the words with which models name speakers."""
    data: dict[str, list[str]] = read_table("synthetic_soul.voices.model", "speakers")
    return Words(**{name: frozenset(listed) for name, listed in data.items()})


@dataclass(frozen=True, slots=True)
class Label:
    """A label at the beginning of a line: whose it is, and the rest of the line without it."""

    whose: Whose
    rest: str = ""


class Speakers:
    """The names of those who talk: ``own`` is the agent's, ``others`` are everybody else's."""

    def __init__(self, own: str, others: Iterable[str]) -> None:
        self._known = _names_of_agent(own)
        self._others = _longest_first(
            form for each in others for form in _forms_of(each) if form not in self._known.whose
        )

    def label(
        self, line: str, *, at_start: bool, is_whole: bool, is_reasoning: bool = False
    ) -> Label:
        """Read the beginning of a line; ``at_start``: nothing was said before it.

        Without ``is_whole`` the line may still go on. ``is_reasoning``: reasoning came before it,
        which "Answer:" ends.
        """
        lead = _LEAD.match(line)
        assert lead is not None  # noqa: S101 - it matches the empty text
        text = line[lead.end() :]
        if _JSON_KEY.search(lead[0]):
            return Label(Whose.NOBODYS)
        if not is_whole and _LEAD_PART.fullmatch(line):
            return Label(Whose.UNCERTAIN)
        if not text or text == "\n":
            return Label(Whose.NOBODYS if is_whole or len(line) > lead.end() else Whose.UNCERTAIN)
        low = text[:_MAX_LABEL_CHARS].lower()
        names = self._beginning_with(low[:1])
        if not is_whole and any(name.startswith(low) for name in names):
            return Label(Whose.UNCERTAIN)
        name = next((name for name in names if _is_word_at_start(name, low)), "")
        whose = self._whose(name, lead[0], at_start=at_start, ends=is_reasoning)
        if whose is Whose.NOBODYS:
            return Label(whose)
        # A letter may be two in lower case, such as the Turkish İ.
        end = next(end for end in range(len(text) + 1) if len(text[:end].lower()) >= len(name))
        return _after_name(lead[0], name, text[end:], whose, is_whole=is_whole)

    def _beginning_with(self, letter: str) -> Sequence[str]:
        """Return the names that begin with a letter, the longest first."""
        known = self._known.by_letter.get(letter, ())
        others = [name for name in self._others if name.startswith(letter)]
        return _longest_first((*known, *others)) if others else known

    def _whose(self, name: str, lead: str, *, at_start: bool, ends: bool) -> Whose:
        known = words()
        level = lead.count("#")
        if name in self._known.headings and (
            level >= _TEMPLATE_LEVEL or (level and name in known.others)
        ):
            return self._known.headings[name]
        others = Whose.OTHERS if name in self._others else Whose.NOBODYS
        whose = self._known.whose.get(name, others)
        is_strong = name not in known.own_at_start | known.reasoning | known.answers
        is_meant = is_strong or (ends and whose is Whose.OWN)
        is_weakly_meant = at_start and name not in known.answers - known.own_at_start
        return whose if is_meant or is_weakly_meant else Whose.NOBODYS


@dataclass(frozen=True, slots=True)
class _AgentNames:
    """All names that are the same whoever talks to an agent, and the headings of its turns.

    ``by_letter`` holds them by their first letter, the longest first.
    """

    whose: Mapping[str, Whose]
    headings: Mapping[str, Whose]
    by_letter: Mapping[str, Sequence[str]]


@lru_cache(maxsize=256)
def _names_of_agent(own: str) -> _AgentNames:
    known = words()
    whose = dict.fromkeys(known.others, Whose.OTHERS)
    whose |= dict.fromkeys(known.reasoning, Whose.REASONING)
    whose |= dict.fromkeys((*known.answers, *known.own, *known.own_at_start), Whose.OWN)
    for name in _forms_of(own):
        phrases = (f"{name}{phrase}" for phrase in known.own_phrases)
        whose |= dict.fromkeys((name, *phrases), Whose.OWN)
    headings = dict.fromkeys(known.other_headings, Whose.OTHERS)
    headings |= dict.fromkeys(known.own_headings, Whose.OWN)
    by_letter: dict[str, list[str]] = {}
    for name in _longest_first({**whose, **headings}):
        by_letter.setdefault(name[0], []).append(name)
    return _AgentNames(whose, headings, by_letter)


def _longest_first(names: Iterable[str]) -> list[str]:
    return sorted(set(names), key=lambda name: (-len(name), name))


def _is_word_at_start(name: str, low: str) -> bool:
    return low.startswith(name) and not low[len(name) : len(name) + 1].isalnum()


def _after_name(lead: str, name: str, text: str, whose: Whose, *, is_whole: bool) -> Label:
    """Read what stands behind a name: only a colon, or brackets around it, make it a label."""
    match = _AFTER_NAME.match(text)
    if match is not None:
        return _after_colon(lead, match, text[match.end() :], whose, is_whole=is_whole)
    if not is_whole and _AFTER_NAME_PART.fullmatch(text):
        return Label(Whose.UNCERTAIN)
    bracket = _BRACKETS.get(lead[-1:], "")
    is_aside = bracket == ")" and whose is not Whose.OWN  # "(Ada) is how I write you"
    if bracket and text.startswith(bracket) and not is_aside:
        return Label(whose, text.lstrip(bracket).lstrip(" \t"))
    line, newline, rest = text.partition("\n")
    if newline and not line.strip(f"{_MARKUP}#>{_COLONS}]) \t\r"):
        known = words()
        is_bare = name in known.bare_own or name in known.bare_others
        if is_bare or any(mark in lead for mark in "#*"):
            return Label(whose, rest)
    return Label(Whose.NOBODYS)


def _after_colon(
    lead: str, colon: re.Match[str], rest: str, whose: Whose, *, is_whole: bool
) -> Label:
    """Take off the markup behind a colon that began before the name: ``**Name:** words``."""
    for mark in _MARKUP:
        spare = lead.count(mark) - colon["between"].count(mark)
        while spare > 0 and rest.startswith(mark):
            rest, spare = rest[1:].lstrip(" "), spare - 1
        if spare > 0 and not rest and not is_whole:
            return Label(Whose.UNCERTAIN)
    quote = lead[-1:] if lead[-1:] in _QUOTES and not colon["between"].strip() else ""
    if quote and whose is Whose.OTHERS:  # somebody else is quoted
        return Label(Whose.NOBODYS)
    if quote and not rest.strip() and not is_whole:
        return Label(Whose.UNCERTAIN)
    return Label(whose, quote + rest.lstrip(" \t") if quote else rest)


def _forms_of(name: str) -> list[str]:
    """Return how a name is written before a turn: whole, and its first part."""
    whole = " ".join(name.lower().split())[:_MAX_NAME_CHARS]
    first = next((part for part in whole.split() if not part.endswith(".")), "")
    is_part = len(first) >= _MIN_PART_CHARS
    return [form for form in dict.fromkeys((whole, first if is_part else "")) if form]


class NoteLines:
    """The private note that was sent, to know its lines again."""

    def __init__(self, lines: Sequence[str]) -> None:
        known = (_letters(line) for line in lines)
        self._lines = frozenset(line for line in known if len(line) >= _MIN_NOTE_LETTERS)

    def read(self, line: str, *, is_whole: bool) -> Whose:
        """Tell whether a line is one of the note's."""
        said = _letters(line)
        if said in _NOTE_MARKS:
            return _NOTE_MARKS[said] if is_whole else Whose.UNCERTAIN
        if is_whole:
            return Whose.NOTE_LINE if said in self._lines else Whose.NOBODYS
        is_open = any(known.startswith(said) for known in (*_NOTE_MARKS, *self._lines))
        return Whose.UNCERTAIN if is_open else Whose.NOBODYS


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


_NOTE_MARKS: Final = {
    _letters(NOTE_HEADING): Whose.NOTE,
    _letters(NOTE_END): Whose.NOTE_END,
    **{_letters(end): Whose.REASONING_END for end in words().reasoning_ends},
}
"""The letters of lines that say by themselves what they are."""


class TurnFilter:
    """Filter the text of one reply line by line; ``has_ended`` once somebody else's turn begins.

    ``has_restarted``: all that was returned before the last call was reasoning.
    """

    def __init__(self, speakers: Speakers, note: NoteLines) -> None:
        self.has_ended = False
        self.has_restarted = False
        self._speakers = speakers
        self._note = note
        self._line = ""
        self._is_at_start = True
        self._is_labelled = False
        self._has_text = False
        self._is_reasoning = False
        self._hides: Whose | None = None
        self._shown: list[str] = []
        self._separators = ""
        self._tail = ""
        self._is_code = False
        self._is_list = False
        self._is_introduced = False
        self._line_end = ""

    def feed(self, text: str) -> str:
        """Return what is certain to be the agent's own of the text so far and was not returned."""
        return self._read(text, is_last=False)

    def finish(self) -> str:
        """Return the rest."""
        text = self._read("", is_last=True) + self._tail
        self._tail = ""
        return text

    def _read(self, text: str, *, is_last: bool) -> str:
        self.has_restarted = False
        while (text or (is_last and self._line)) and not self.has_ended:
            line, newline, text = text.partition("\n")
            line += newline
            if self._is_at_start:
                self._line += line
                begun = self._begin(is_whole=bool(newline) or is_last)
                if begun is None:
                    break
                line = begun
            self._take(line)
            self._line_end = line.rstrip()[-1:] or self._line_end
            self._is_at_start = bool(newline)
            if newline:
                self._end_line()
        shown, self._shown = "".join(self._shown), []
        return shown

    def _end_line(self) -> None:
        """Note whether a colon at the end of a line introduces the next ones, up to a blank one."""
        is_colon = self._line_end in _COLONS and bool(self._line_end)
        self._is_list = is_colon or (
            self._is_list and (bool(self._line_end) or self._is_introduced)
        )
        self._is_introduced, self._line_end = is_colon, ""

    def _take(self, text: str) -> None:
        """Show a text, but for separators that nothing follows and another turn on its line."""
        if self._hides is not None or self.has_ended or not text:
            return
        is_blank = text.isspace()
        if (self._separators and is_blank) or _SEPARATOR.fullmatch(text):
            self._separators += text
            return
        self._has_text = self._has_text or not is_blank
        text = self._tail + self._separators + text
        self._separators = ""
        match = _INLINE.search(text)
        if match is not None:
            self.has_ended, self._tail = True, ""
            self._shown.append(text[: match.end("end")])
            return
        part = _INLINE_PART.search(text)
        kept = part.start() if part else len(text)
        self._shown.append(text[:kept])
        self._tail = text[kept:]

    def _begin(self, *, is_whole: bool) -> str | None:
        """Return the line without its labels once it is certain whose it is, else None."""
        while True:
            if self._is_labelled:
                self._line = self._line.lstrip(" \t")
            label = self._label(is_whole=is_whole)
            if label.whose is Whose.UNCERTAIN:
                return None
            if label.whose is not Whose.OWN:
                break
            if self._is_reasoning:
                self._restart()
            self._hides = None
            self._line = label.rest
            self._is_labelled = True
        line, self._line, self._is_labelled = self._line, "", False
        self._is_code ^= line.lstrip(" >").startswith(_FENCE)
        return self._decided(label.whose, line)

    def _label(self, *, is_whole: bool) -> Label:
        if not is_whole and _SEPARATOR_PART.fullmatch(self._line):
            return Label(Whose.UNCERTAIN)
        whose = self._note.read(self._line, is_whole=is_whole)
        if whose is not Whose.NOBODYS:
            return Label(whose)
        label = self._speakers.label(
            self._line,
            at_start=not self._has_text,
            is_whole=is_whole,
            is_reasoning=self._is_reasoning,
        )
        is_shown = self._has_text and self._hides is None and not self._is_reasoning
        if is_shown and (self._is_code or self._is_list) and label.whose is not Whose.UNCERTAIN:
            return Label(Whose.NOBODYS)  # of code, or of a list, as in "My friends:"
        return label

    def _restart(self) -> None:
        """Forget what was shown: it was reasoning."""
        self.has_restarted, self._is_reasoning, self._has_text = True, False, False
        self._shown, self._separators, self._tail = [], "", ""

    def _decided(self, whose: Whose, line: str) -> str:
        match whose:
            case Whose.OTHERS if self._has_text and not self._is_reasoning:
                self.has_ended = True
                return ""
            case Whose.OTHERS | Whose.NOTE:
                self._hides = whose
                return ""
            case Whose.NOTE_END:
                self._hides = None
                return ""
            case Whose.NOTE_LINE:
                return ""
            case Whose.REASONING_END:
                self._restart()
                return ""
            case Whose.REASONING:
                self._is_reasoning = True
        if whose is Whose.NOBODYS and not self._has_text:
            line = _COLON_FIRST.sub("", line, count=1) if _COLON_FIRST.match(line) else line
        if self._hides is Whose.NOTE and not line.strip():
            self._hides = None
        return line
