"""Macros of character cards: ``{{char}}``, ``{{user}}``, ``{{random:a,b}}`` and their like.

A soul keeps them as they were written; they are expanded where a text is used. The names follow
SillyTavern and the specification of cards V3; forms that other tools write (``<USER>``,
``{character}``, spaces, any case) mean the same. What is not known is taken out, so nobody ever
sees a macro. Chance is drawn from a seed: the same seed gives the same text. A text may come from
anybody: what its macros add, and how often they draw, is bounded.
"""

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Final, Literal

MAX_NAME_CHARS: Final = 200
"""Characters of a name, as macros tell it."""
_MAX_PASSES: Final = 12  # of macros within macros
_MAX_FIELD_PASSES: Final = 3  # in which fields are put in: they may name one another
_MAX_OFFSET: Final = 14 * 60  # minutes from UTC
_MAX_DICE: Final = 100
_MAX_REPEATS: Final = 20
_UNNAMED: Final = "the person"
_UNNAMED_ADDRESSED: Final = "the visitor"
_GONE: Final = "\0"
"""Stands where a macro said nothing, until the blank that it leaves is taken out."""
_SOMEBODY: Final = "\1"
"""Stands where a person without a known name is meant."""

_MACRO: Final = re.compile(r"\{\{((?:[^{}]++|\{(?!\{)|\}(?!\}))*+)\}\}")
_MORE_BRACES: Final = re.compile(r"(?<!\{)\{{3,}+([^{}]*+)\}{3,}+")
_UNCLOSED: Final = re.compile(r"\{\{\s*[#/]*[A-Za-z_]+:[^{}\n]*")
_NAME: Final = re.compile(
    r"#?\{{1,2}\s*(char|character|bot|user)\s*\}{1,2}|<\s*(char|bot|user)\s*>", re.IGNORECASE
)
_GROUP_TAG: Final = re.compile(r"<(?:group|charifnotgroup)>", re.IGNORECASE)
_PARTS: Final = re.compile(r"\s*([#/]*)\s*([^\s:]*)\s*(:{0,2})(.*)", re.DOTALL)
_IF: Final = re.compile(
    r"\{\{ ?#?if\b([^{}]*)\}\}((?:(?!\{\{ ?#?if\b|\{\{ ?/).)*)\{\{ ?/ ?if ?\}\}",
    re.IGNORECASE | re.DOTALL,
)
_ELSE: Final = re.compile(r"\{\{\s*:?else\s*\}\}", re.IGNORECASE)
_FALSE: Final = frozenset({"", "0", "false", "off", "no", "null", "undefined"})
_WHOLE: Final = re.compile(r"-?[0-9]{1,15}")
_COMMA: Final = re.compile(r"(?<!\\),")
_DICE: Final = re.compile(r"(\d{0,3})d(\d{1,6})([+-]\d{1,6})?|(\d{1,6})", re.IGNORECASE)
_ZONE: Final = re.compile(r"(?:UTC|GMT)?\s*([+-]?\d{1,2})(?::?(\d{2}))?", re.IGNORECASE)
_TELLS_TIME: Final = re.compile(r"\{\{\s*(?:iso)?(?:time|date|weekday)", re.IGNORECASE)
_DRAWS: Final = re.compile(r"\{\{\s*(?:random|pick|roll)", re.IGNORECASE)
_EMPTY_LINE: Final = re.compile(rf"^[ \t]*{_GONE}[{_GONE} \t]*(?:\n|\Z)", re.MULTILINE)
_GAPS: Final = re.compile(f"{_GONE}+")
_CLOSING: Final = ".,;:!?…"
_TRIM: Final = re.compile(r"\{\{\s*trim\s*\}\}", re.IGNORECASE)
_CHARACTER: Final = frozenset({"char", "charifnotgroup", "group", "bot", "agentname"})
_PERSON: Final = frozenset({"user", "user1", "notchar"})
_COMMENTS: Final = frozenset({"comment", "hidden_key", "note"})
_NOUNS: Final = re.compile(r"[^\W\d_]+[^{}]* [^{}]*", re.DOTALL)  # words, no name of a macro
_MOMENT: Final[Mapping[str, str]] = {  # token of Moment.js -> code of ``strftime``
    "YYYY": "%Y", "YY": "%y", "MMMM": "%B", "MMM": "%b", "MM": "%m", "M": "%m", "DD": "%d",
    "D": "%d", "dddd": "%A", "ddd": "%a", "HH": "%H", "H": "%H", "hh": "%I", "h": "%I",
    "mm": "%M", "ss": "%S", "A": "%p", "a": "%p",
}  # fmt: skip
_WITHOUT_ZERO: Final = frozenset({"M", "D", "H", "h"})
_MOMENT_TOKEN: Final = re.compile(r"\[([^\]]*)\]|" + "|".join(sorted(_MOMENT, reverse=True)))
_LAYOUTS: Final[Mapping[str, str]] = {
    "time": "h:mm A", "date": "MMMM D, YYYY", "weekday": "dddd", "isotime": "HH:mm",
    "isodate": "YYYY-MM-DD",
}  # fmt: skip


Kind = Literal["name", "chance", "time", "text", "unknown"]
"""What a macro stands for: a name, one of several texts, the time, a text of its own."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the macros of a text stand for.

    ``person`` is the name of whoever talks to the character, "" if unknown. ``now`` is the time
    where they are. ``seed`` decides what is random in this text, ``lasting_seed`` what is picked
    once for a conversation. ``fields`` are further macros, by name in lower case ("scenario").
    ``is_addressed``: the text is said to the person, so that one without a name is "you".
    """

    character: str
    person: str = ""
    now: datetime | None = None
    seed: str = ""
    lasting_seed: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    is_addressed: bool = False


@dataclass(slots=True)
class MacroBudget:
    """What the macros of a text, or of several, may still add (characters) and draw (chances).

    Macros beyond it say nothing, and further chances all fall on the first possibility.
    """

    chars: int = 1 << 18
    draws: int = 2_000


def has_macros(text: str) -> bool:
    """Return whether a text may hold a macro."""
    return "{" in text or bool(_NAME.search(text) or _GROUP_TAG.search(text))


def tells_time(text: str) -> bool:
    """Return whether a text expands to another one at another time."""
    return bool(_TELLS_TIME.search(text))


def draws_chance(text: str) -> bool:
    """Return whether a text expands to others with other seeds."""
    return bool(_DRAWS.search(text))


def macro_names(text: str) -> list[str]:
    """Return the name of each macro in a text, in lower case; "" for a comment.

    The names of character and person are "char" and "user" however they are spelt.
    """
    text = _MORE_BRACES.sub(r"{{\1}}", text)
    text = _NAME.sub(_named, _GROUP_TAG.sub("{{char}}", text))
    found: list[str] = []
    for _ in range(_MAX_PASSES):
        names = [_name_of(match[1]) for match in _MACRO.finditer(text)]
        if not names:
            break
        found += [name for name in names if name is not None]
        text = _MACRO.sub("", text)
    return found


def _name_of(inner: str) -> str | None:
    """Return the name of a macro by what stands in its braces; None for mere emphasis."""
    parts = _PARTS.match(inner)
    marks, name, colons, _ = parts.groups() if parts else ("", "", "", "")
    if marks.startswith("//") or name.casefold() in _COMMENTS:
        return ""
    if not colons and name.casefold() not in _KNOWN and _NOUNS.fullmatch(inner.strip()):
        return None
    return {**dict.fromkeys(_CHARACTER, "char"), **dict.fromkeys(_PERSON, "user")}.get(
        name.casefold(), name.casefold()
    )


def kind_of(name: str) -> Kind:
    """Return the kind of a macro by its name, as ``macro_names`` gives it."""
    if name in {"char", "user"}:
        return "name"
    if name in {"random", "pick", "roll"}:
        return "chance"
    if name.partition("_")[0] in {*_LAYOUTS, "datetimeformat"}:
        return "time"
    return "text" if name in _KNOWN else "unknown"


def expand(text: str, scene: Scene, budget: MacroBudget | None = None) -> str:
    """Return a text with what its macros stand for; no macro is left in it.

    ``budget`` may be that of several texts; None: one for this text alone.
    """
    if not has_macros(text):
        return text
    text = text.replace(_GONE, "").replace(_SOMEBODY, "")
    text = _MORE_BRACES.sub(r"{{\1}}", text)
    text = _NAME.sub(_named, _GROUP_TAG.sub("{{char}}", text))
    run = _Expansion(scene, budget or MacroBudget())
    while run.passes < _MAX_PASSES:
        before, run.passes = text, run.passes + 1
        text = _IF.sub(run.block, _MACRO.sub(run.macro, text))
        if text == before:
            break
    text = _UNCLOSED.sub(_GONE, _MACRO.sub(_GONE, _trimmed(text)))
    text = _without_gaps(_EMPTY_LINE.sub("", text.replace("{{", "")))
    text = _with_somebody(text, is_addressed=scene.is_addressed)
    while "{{" in text:  # what stood between two braces may have been left out
        text = text.replace("{{", "")
    return text


def plain_name(name: str) -> str:
    """Return a name as a macro tells it: without braces that would make a macro, and bounded."""
    return name[:MAX_NAME_CHARS].replace("{{", "").replace("}}", "")


def _trimmed(text: str) -> str:
    """Take out ``{{trim}}`` with all blanks around it."""
    parts = _TRIM.split(text)
    for place in range(1, len(parts)):
        parts[place - 1] = parts[place - 1].rstrip()
        parts[place] = parts[place].lstrip()
    return "".join(parts)


def _without_gaps(text: str) -> str:
    """Take out what stands for macros that said nothing, and one of the blanks around it."""
    first, *rest = _GAPS.split(text)
    parts = [first]
    for part in rest:
        is_at_end = not part or part[0].isspace() or part[0] in _CLOSING
        before = parts[-1].rstrip(" \t") if is_at_end else parts[-1]
        parts[-1] = before
        parts.append(part if before and not before[-1].isspace() else part.lstrip(" \t"))
    return "".join(parts)


def _named(match: re.Match[str]) -> str:
    """Write the names of character and person in one way, whatever their brackets."""
    is_person = (match[1] or match[2]).casefold() == "user"
    return "{{user}}" if is_person else "{{char}}"


class _Expansion:
    """The expansion of one text: variables that it sets, and how many chances it took."""

    def __init__(self, scene: Scene, budget: MacroBudget) -> None:
        self._scene = scene
        self._budget = budget
        self._variables: dict[str, str] = {}
        self._used_original = False
        self._draws = 0
        self._fields: dict[str, str] = {}
        self._names = {
            **_PRONOUNS,
            **dict.fromkeys(_CHARACTER, plain_name(scene.character)),
            **dict.fromkeys(_PERSON, plain_name(scene.person) or _SOMEBODY),
        }
        self.passes = 0

    def block(self, match: re.Match[str]) -> str:
        """Return the part of ``{{if …}}…{{else}}…{{/if}}`` that holds."""
        condition = match[1].replace(_GONE, "").strip(" \t\n:")
        is_negated = condition.startswith("!")
        value = condition.removeprefix("!").strip()
        value = self._field(value.casefold()) or self._variables.get(value, value)
        holds = (value.strip().casefold() not in _FALSE) != is_negated
        then, _, otherwise = _ELSE.sub(_GONE + _GONE, match[2], count=1).partition(_GONE + _GONE)
        return (then if holds else otherwise) or _GONE

    def macro(self, match: re.Match[str]) -> str:
        """Return what a macro without macros in it stands for."""
        parts = _PARTS.match(match[1])
        marks, name, colons, rest = parts.groups() if parts else ("", "", "", "")
        name = name.casefold()
        if marks.startswith("//") or name in _COMMENTS:
            return _GONE
        if name in {"if", "else"} or marks or name == "trim":
            return match[0] if name in {"if", "else", "trim"} else _GONE
        budget = self._budget
        value = self._value(name, colons, rest, match[1]) if budget.chars > 0 else ""
        budget.chars -= max(0, len(value) - len(match[0]))
        return value if value and budget.chars >= 0 else _GONE

    def _value(self, name: str, colons: str, rest: str, whole: str) -> str:
        if name in self._names:
            return self._names[name]
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](self, _arguments(rest, colons))
        if moment := _moment(name, rest, self._scene.now):
            return moment
        if value := self._field(name):
            return value
        # Braces around words are somebody's emphasis; those around a name, a macro not known here.
        return whole.strip() if not colons and _NOUNS.fullmatch(whole.strip()) else ""

    def _field(self, name: str) -> str:
        if name == "original":
            if self._used_original:
                return ""
            self._used_original = True
        if self.passes > _MAX_FIELD_PASSES:
            return ""
        if name not in self._fields:
            self._fields[name] = _NAME.sub(_named, self._scene.fields.get(name, ""))
        return self._fields[name]

    def draw(self, count: int, *, lasting: bool = False) -> int:
        """Return a number below ``count`` that the seed decides."""
        self._draws += 1
        self._budget.draws -= 1
        if self._budget.draws < 0:
            return 0
        seed = self._scene.lasting_seed if lasting else self._scene.seed
        found = hashlib.sha256(f"{seed}\n{self._draws}".encode("utf-8", "surrogatepass"))
        return int.from_bytes(found.digest()[:8]) % count

    def random(self, arguments: list[str]) -> str:
        """Return one of the arguments, another one with each seed."""
        return arguments[self.draw(len(arguments))] if arguments else ""

    def pick(self, arguments: list[str]) -> str:
        """Return one of the arguments, the same through a conversation."""
        return arguments[self.draw(len(arguments), lasting=True)] if arguments else ""

    def roll(self, arguments: list[str]) -> str:
        """Return the sum of dice: ``2d6+1``, ``d20``, ``20``."""
        dice = _DICE.fullmatch("".join(arguments).replace(" ", ""))
        if dice is None:
            return ""
        count = min(int(dice[1] or 1), _MAX_DICE)
        sides = max(1, int(dice[2] or dice[4]))
        return str(sum(1 + self.draw(sides) for _ in range(count)) + int(dice[3] or 0))

    def set_variable(self, arguments: list[str]) -> str:
        """Give a variable of this text a value."""
        if arguments:
            self._variables[arguments[0]] = "::".join(arguments[1:])
        return ""

    def get_variable(self, arguments: list[str]) -> str:
        """Return the value of a variable of this text."""
        return self._variables.get(arguments[0], "") if arguments else ""

    def add_to_variable(self, arguments: list[str], step: int = 0) -> str:
        """Add a number, or append a text, to a variable; return its value if it is counted."""
        name, added = (*arguments, "", "")[:2]
        value = self._variables.get(name, "")
        if step or (_is_whole(value or "0") and _is_whole(added)):
            value = str(_whole(value) + (step or _whole(added)))
        else:
            value += added
        self._variables[name] = value
        return value if step else ""


_Function = Callable[[_Expansion, list[str]], str]
_FUNCTIONS: Final[Mapping[str, _Function]] = {
    "random": _Expansion.random,
    "pick": _Expansion.pick,
    "roll": _Expansion.roll,
    "reverse": lambda _, arguments: ",".join(arguments)[::-1],
    "newline": lambda _, arguments: "\n" * _repeats(arguments),
    "space": lambda _, arguments: " " * _repeats(arguments),
    **dict.fromkeys(("setvar", "setglobalvar"), _Expansion.set_variable),
    **dict.fromkeys(("getvar", "getglobalvar"), _Expansion.get_variable),
    **dict.fromkeys(("addvar", "addglobalvar"), _Expansion.add_to_variable),
    **dict.fromkeys(
        ("incvar", "incglobalvar"), lambda run, arguments: run.add_to_variable(arguments, 1)
    ),
    **dict.fromkeys(
        ("decvar", "decglobalvar"), lambda run, arguments: run.add_to_variable(arguments, -1)
    ),
}
_PRONOUNS: Final[Mapping[str, str]] = {  # of the person, as some tools write them
    "sub": "they", "obj": "them", "poss": "their", "poss_p": "theirs", "ref": "themself",
}  # fmt: skip

_KNOWN: Final = frozenset({
    *_FUNCTIONS, *_PRONOUNS, *_CHARACTER, *_PERSON, "if", "else", "trim", "", "original",
    "description", "personality", "scenario", "charversion", "char_version", "greeting",
})  # fmt: skip
"""Names of macros that stand for something, times aside; "" is a comment's."""


def _arguments(rest: str, colons: str) -> list[str]:
    """Split ``a::b`` or, where there is none, ``a,b``; a comma behind a backslash is kept."""
    if not rest.strip():
        return []
    if colons == "::" or "::" in rest:
        return [part.strip() for part in rest.split("::")]
    return [part.strip().replace("\\,", ",") for part in _COMMA.split(rest)]


def _repeats(arguments: list[str]) -> int:
    return min(max(1, _whole("".join(arguments)) or 1), _MAX_REPEATS)


def _is_whole(text: str) -> bool:
    return bool(_WHOLE.fullmatch(text))


def _whole(text: str) -> int:
    return int(text) if _is_whole(text) else 0


def _moment(name: str, rest: str, now: datetime | None) -> str:
    """Return a time or a date, "" for any other macro; words for it where it is not known."""
    base, _, zone = name.partition("_")
    layout = rest.strip() if base == "datetimeformat" else _LAYOUTS.get(base, "")
    if not layout:
        return ""
    if now is None:
        return "now" if "time" in base else "today"
    if base == "time" and (offset := _ZONE.fullmatch((zone or rest).strip())):
        minutes = abs(int(offset[1])) * 60 + int(offset[2] or 0)
        minutes = min(minutes, _MAX_OFFSET) * (-1 if offset[1].startswith("-") else 1)
        now = now.astimezone(timezone(timedelta(minutes=minutes)))
    at = now
    return _MOMENT_TOKEN.sub(lambda match: _part_of_time(match, at), layout)


def _part_of_time(match: re.Match[str], at: datetime) -> str:
    if match[1] is not None:  # what stands in brackets is no token
        return match[1]
    told = at.strftime(_MOMENT[match[0]])
    return told.removeprefix("0") or "0" if match[0] in _WITHOUT_ZERO else told


# -- a person without a name -----------------------------------------------------------------------

_CALLED: Final = re.compile(rf",\s*{_SOMEBODY}(?=\s*[.,;:!?…~\"”’*)\n-]|\s*\Z)")
_CALLED_FIRST: Final = re.compile(rf"(?:(?<=[.!?…\"“*(\n] )|(?<=[\"“*(\n])|\A){_SOMEBODY},\s*(\w?)")
_OWN: Final = re.compile(rf"{_SOMEBODY}['’]s\b")
_IS_SOMEBODY: Final = re.compile(
    rf"\b((?:be|am|are|is|was|were|called|named|(?:you|he|she|it)['’](?:re|s))\s+){_SOMEBODY}"
    rf"|{_SOMEBODY}(?=\s+(?:[a-z]+(?<!s)s|has|was)\b)",
    re.IGNORECASE,
)
_STARTS: Final = re.compile(
    r"(?:(?<=[.!?…\"“*(\n] )|(?<=[\"“*(\n])|\A)(you|your|the person|the visitor)\b"
)


def _with_somebody(text: str, *, is_addressed: bool) -> str:
    """Write what stands for a person whose name is not known.

    A call of the name is left out. What is said to the person says "you", unless the grammar wants
    a name there ("you must be …", "… walks in"); any other text, "the person".
    """
    if _SOMEBODY not in text:
        return text
    text = _CALLED_FIRST.sub(lambda match: match[1].upper(), _CALLED.sub("", text))
    if is_addressed:
        text = _OWN.sub("your", text)
        text = _IS_SOMEBODY.sub(lambda match: f"{match[1] or ''}{_UNNAMED_ADDRESSED}", text)
        text = text.replace(_SOMEBODY, "you")
    text = text.replace(_SOMEBODY, _UNNAMED)
    return _STARTS.sub(lambda match: match[1][:1].upper() + match[1][1:], text)
