"""YAML as plain data: what JSON can hold, within the limits of JSON.

The text is taken event by event, so nothing but texts, numbers, lists and objects is ever made.
Scalars follow the JSON schema of YAML 1.2: ``yes`` and ``2024-01-01`` are texts, as their writers
mean them. A tag, a key that is no text, and an alias that would multiply the text are refused.
"""

import math
import re
from typing import Any, Final

from pydantic import JsonValue
from typing_extensions import override

from soulscript.errors import NotASoulError, Problem, whole_text
from soulscript.jsontext.parser import JsonObject, decoded
from soulscript.jsontext.scanner import MAX_DEPTH, MAX_NUMBER_CHARS

MAX_YAML_BYTES: Final = 1 << 20
_MAX_WEIGHT: Final = 2 << 20  # of all values, aliases written out
_VALUE_WEIGHT: Final = 20  # of a value beside its characters
_MAX_LEVELS: Final = MAX_DEPTH - 4  # levels are left for the soul that will hold the document
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_LINE_CHARS: Final = 100  # after which a text of one line is broken
_WORDS: Final[dict[str, JsonValue]] = {
    "": None, "~": None, "null": None, "true": True, "false": False,
}  # fmt: skip
_TO_ESCAPE: Final = re.compile(
    r"[^\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\U0010ffff]"
)
"""What breaks a line, or is dropped or refused, where it stands unescaped."""
_TEXT_TAG: Final = "tag:yaml.org,2002:str"


def read_yaml(raw: bytes, source: str) -> JsonObject:
    """Read a document whose root is an object.

    Raises ``NotJsonError`` for what is not UTF-8 or too large, ``NotASoulError`` with the place for
    any other fault.
    """
    import yaml  # noqa: PLC0415 - needed for these files alone

    text = decoded(raw, source, MAX_YAML_BYTES).removeprefix("\ufeff")
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    builder = _Builder(source)
    try:
        for event in yaml.parse(text, loader):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        message = f"this is no YAML: {getattr(error, 'problem', None) or 'it cannot be read'}"
        mend = "put texts with special signs between quotes or below a |"
        raise NotASoulError([_problem("bad_yaml", message, mend, source, mark)]) from error
    if not isinstance(builder.root, dict):
        message, mend = "the YAML holds no object", "write a key and a value on each line"
        raise NotASoulError([whole_text("bad_yaml", message, mend, source)])
    return builder.root


def _problem(code: str, message: str, mend: str, source: str, mark: Any) -> Problem:  # noqa: ANN401 - a mark of the parser, or None
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Problem(code, "error", "$", line, column, message, mend, source)


_Holder = list[JsonValue] | JsonObject


class _Builder:
    """Builds a value of the events of a YAML parser, within limits."""

    def __init__(self, source: str) -> None:
        self.root: JsonValue = None
        self._source = source
        self._weight = 0
        # Each open list or object, its anchor, its weight before, and the key that waits.
        self._open: list[tuple[_Holder, str | None, int, list[str]]] = []
        self._anchored: dict[str, tuple[JsonValue, int]] = {}

    def take(self, event: Any) -> None:  # noqa: ANN401 - an event of the parser
        kind = type(event).__name__
        if kind in {"SequenceStartEvent", "MappingStartEvent"}:
            self._check_tag(event)
            if len(self._open) >= _MAX_LEVELS:
                raise self._refusal(
                    event, f"there are more than {_MAX_LEVELS} levels", "flatten it"
                )
            new: _Holder = [] if kind == "SequenceStartEvent" else {}
            self._open.append((new, event.anchor, self._weight, []))
            self._weigh(event, _VALUE_WEIGHT)
        elif kind in {"SequenceEndEvent", "MappingEndEvent"}:
            closed, anchor, before, _ = self._open.pop()
            self._add(event, closed, anchor, self._weight - before)
        elif kind == "ScalarEvent":
            self._check_tag(event)
            if "\0" in event.value:
                raise self._refusal(event, "a NUL character stands here", "take it away")
            weight = _VALUE_WEIGHT + len(event.value)
            self._weigh(event, weight)
            self._add(event, _scalar(event), event.anchor, weight)
        elif kind == "AliasEvent":
            if event.anchor not in self._anchored:
                message, mend = f"*{event.anchor} is not known here", "write the value itself"
                raise self._refusal(event, message, mend)
            known, weight = self._anchored[event.anchor]
            self._weigh(event, weight)
            self._add(event, known, None, weight)
        elif kind == "DocumentStartEvent" and self.root is not None:
            raise self._refusal(event, "a second document begins here", "keep the first alone")

    def _add(self, event: Any, value: JsonValue, anchor: str | None, weight: int) -> None:  # noqa: ANN401 - as above
        if anchor is not None:
            self._anchored[anchor] = (value, weight)
        if not self._open:
            self.root = value
            return
        holder, _, _, keys = self._open[-1]
        if isinstance(holder, list):
            holder.append(value)
        elif keys:
            holder[keys.pop()] = value
        else:
            key = event.value if type(event).__name__ == "ScalarEvent" else value
            if not isinstance(key, str):
                raise self._refusal(event, "this key is no text", "write a text before the :")
            if key in holder:
                raise self._refusal(event, f'the key "{key[:40]}" stands twice', "keep one of them")
            keys.append(key)

    def _check_tag(self, event: Any) -> None:  # noqa: ANN401 - as above
        if event.tag not in {None, "!", _TEXT_TAG}:
            message, mend = f"the tag {event.tag[:60]} asks for more than data", "take it away"
            raise self._refusal(event, message, mend)

    def _weigh(self, event: Any, weight: int) -> None:  # noqa: ANN401 - as above
        self._weight += weight
        if self._weight > _MAX_WEIGHT:
            message = "the values are too many or too long, aliases written out"
            raise self._refusal(event, message, "shorten it")

    def _refusal(self, event: Any, message: str, mend: str) -> NotASoulError:  # noqa: ANN401 - as above
        return NotASoulError([_problem("bad_yaml", message, mend, self._source, event.start_mark)])


def _scalar(event: Any) -> JsonValue:  # noqa: ANN401 - an event of the parser
    text: str = event.value
    is_text = not event.implicit[0] or event.tag == _TEXT_TAG
    return text if is_text else _plain(text)


def _plain(text: str) -> JsonValue:
    """Return what a text without quotes and tag stands for."""
    if text in _WORDS:
        return _WORDS[text]
    number = _NUMBER.fullmatch(text) if len(text) <= MAX_NUMBER_CHARS else None
    if number is None:
        return text
    value = float(text) if number[1] or number[2] else int(text)
    return value if math.isfinite(value) else text


def write_yaml(document: JsonObject) -> bytes:
    """Write a document; texts of several lines as blocks. What it writes it reads as the same."""
    import yaml  # noqa: PLC0415 - as above

    class Dumper(yaml.SafeDumper):
        """Writes every value out: equal lists are no aliases of each other."""

        @override
        def ignore_aliases(self, data: object) -> bool:
            return True

    def as_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        style = '"' if _TO_ESCAPE.search(text) else "|" if "\n" in text else None
        if style is None and _plain(text) != text:
            style = "'"  # "1e5", which YAML 1.1 takes for a text
        return dumper.represent_scalar(_TEXT_TAG, text, style=style)

    Dumper.add_representer(str, as_text)
    written: str = yaml.dump(
        document, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=_LINE_CHARS
    )
    return written.encode()
