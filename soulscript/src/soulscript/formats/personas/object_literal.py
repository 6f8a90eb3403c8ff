"""Object literals of TypeScript and JavaScript as data; nothing is ever executed.

Texts, numbers, lists, objects, types beside them (``as const``, ``satisfies``), constants of the
same file, texts joined by ``+`` or ``.join()`` are read. What only a running program can work out,
such as ``process.env``, choices, calls and functions, is left out, and each is noted.
"""

import math
import re
import sys
import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import JsonValue

from soulscript.errors import NotASoulError, Path, Problem, spell, whole_text
from soulscript.jsontext.parser import JsonObject, decoded
from soulscript.jsontext.scanner import MAX_DEPTH
from soulscript.report import Note

MAX_SCRIPT_BYTES: Final = 128 << 10  # the parser takes up to a thousand times the memory
_MAX_SECONDS: Final = 0.5  # of parsing, many times what a script takes
_MAX_NODES: Final = 300_000  # of a syntax tree among which objects are looked for
_PIECE_BYTES: Final = 65_536  # that the parser is given at a time
_MAX_WEIGHT: Final = 2 << 20  # of all values, constants written out
_VALUE_WEIGHT: Final = 20  # of a value beside its characters
_MAX_LEVELS: Final = MAX_DEPTH - 4  # levels are left for the soul that will hold the document
_WRAPPERS: Final = frozenset({
    "parenthesized_expression", "as_expression", "satisfies_expression", "non_null_expression",
})  # fmt: skip
_KEYS: Final = frozenset({
    "property_identifier", "shorthand_property_identifier", "string", "computed_property_name",
})  # fmt: skip
_WORDS: Final[dict[str, JsonValue]] = {"true": True, "false": False, "null": None}
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_CODE_POINT: Final = re.compile(
    r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,6})\})"
)
_NUMBER: Final = re.compile(r"[0-9]{1,15}(\.[0-9]{0,15})?(?:[eE][-+]?[0-9]{1,3})?")
_REASONS: Final = {
    "ternary_expression": "a choice that depends on how the program runs is left out",
    "arrow_function": "code is left out; none is run",
    "function_expression": "code is left out; none is run",
    "method_definition": "code is left out; none is run",
}
_REASON: Final = "what only the running program can work out is left out"
Node = Any
"""A node of ``tree_sitter``, which is imported when it is needed."""


class _Missing:
    """Stands for a value that is not in the text."""


_MISSING: Final = _Missing()
_Value = JsonValue | _Missing


def read_object(
    raw: bytes, source: str, is_wanted: Callable[[Collection[str]], bool]
) -> tuple[JsonObject, list[Note]]:
    """Return the object that a script defines whose keys are wanted, and what was left out of it.

    An exported one comes first. Raises ``NotJsonError`` for what is not UTF-8 or too large,
    ``NotASoulError`` with the place for a script that has none, or has a fault within it.
    """
    text = decoded(raw, source, MAX_SCRIPT_BYTES).removeprefix("\ufeff")
    raw_text = text.encode()
    root = _parsed(raw_text, source)
    script = _Script(root, raw_text, source)
    chosen = next((node for node in script.exported() if is_wanted(script.keys_of(node))), None)
    others = [node for node in _objects(root) if is_wanted(script.own_keys(node))]
    if chosen is None:
        chosen = max(others, key=lambda node: len(script.own_keys(node)), default=None)
    if chosen is None:
        where = _first_fault(root) if root.has_error else root
        message = "no object here describes a character in so many words"
        mend = "bring a file with its name and bio, or save it as JSON"
        raise NotASoulError([_problem(where, message, mend, source)])
    if chosen.has_error:
        message, mend = "this is no TypeScript", "mend what stands here"
        raise NotASoulError([_problem(_first_fault(chosen), message, mend, source)])
    value = script.read(chosen, ())
    for node in others:
        if node.start_byte >= chosen.end_byte or node.end_byte <= chosen.start_byte:
            place = f"line {node.start_point[0] + 1}"
            script.leave_out((place,), "a further object: a soul is one character")
    return (value if isinstance(value, dict) else {}), script.notes


def _parsed(text: bytes, source: str) -> Node:
    """Return the root of a script's syntax tree. Raises ``NotASoulError`` where it takes too long.

    The parser tries many ways to mend a text that is no script at all, hence the limit.
    """
    # Only scripts need the grammar, a compiled library of a megabyte.
    import tree_sitter  # noqa: PLC0415 - as above
    import tree_sitter_typescript  # noqa: PLC0415 - as above

    language = tree_sitter.Language(tree_sitter_typescript.language_typescript())
    ends = time.thread_time() + _MAX_SECONDS

    def piece(offset: int, _: object) -> bytes:
        return text[offset : offset + _PIECE_BYTES]

    def is_late(_: int, __: bool) -> bool:  # noqa: FBT001 - as the parser calls it
        return time.thread_time() > ends

    try:
        parser = tree_sitter.Parser(language)
        return parser.parse(piece, encoding="utf8", progress_callback=is_late).root_node
    except ValueError as error:
        message, mend = "this is no TypeScript that can be understood", "save the object as JSON"
        raise NotASoulError([whole_text("bad_script", message, mend, source)]) from error


def _objects(root: Node) -> Iterator[Node]:
    """Iterate over the objects of a script that are not too deep, in the order of the text."""
    cursor = root.walk()
    for _ in range(_MAX_NODES):
        if cursor.node.type == "object":
            yield cursor.node
        if cursor.depth < _MAX_LEVELS and cursor.goto_first_child():
            continue
        while not cursor.goto_next_sibling():
            if not cursor.goto_parent():
                return


def _first_fault(node: Node) -> Node:
    """Return the innermost node at the first place that the parser could make nothing of."""
    while inner := next((child for child in node.children if child.has_error), None):
        node = inner
    return node


def _problem(node: Node, message: str, mend: str, source: str) -> Problem:
    line, column = node.start_point
    return Problem("bad_script", "error", "$", line + 1, column + 1, message, mend, source)


def _unwrapped(node: Node) -> Node:
    """Return an expression without the parentheses and types around it."""
    while node is not None and node.type in _WRAPPERS:
        node = next(_parts(node), None)
    return node


def _parts(node: Node) -> Iterator[Node]:
    return (child for child in node.named_children if child.type != "comment")


@dataclass
class _Script:
    """Reads values of a script, and notes what it leaves out."""

    root: Node
    text: bytes
    source: str
    notes: list[Note] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._weight = 0
        self._levels = 0
        self._constants: dict[str, Node] = {}
        for statement in self.root.named_children:
            inner = statement.child_by_field_name("declaration") or statement
            for part in inner.named_children if inner.type == "lexical_declaration" else ():
                name, value = (part.child_by_field_name(key) for key in ("name", "value"))
                if name is not None and value is not None:
                    self._constants[self._written(name)] = value

    def _written(self, node: Node) -> str:
        return self.text[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def exported(self) -> Iterator[Node]:
        """Iterate over the objects that the script exports, the default one first."""
        values: list[Node] = []
        for statement in self.root.named_children:
            if statement.type != "export_statement":
                continue
            if (value := statement.child_by_field_name("value")) is not None:
                values.insert(0, self._resolved(value))
            declaration = statement.child_by_field_name("declaration")
            parts = declaration.named_children if declaration is not None else ()
            values += [self._resolved(part.child_by_field_name("value")) for part in parts]
        return (node for node in values if node is not None and node.type == "object")

    def _resolved(self, node: Node) -> Node:
        """Return the value that a name stands for, one step on, without what is around it."""
        node = _unwrapped(node)
        if node is not None and node.type == "identifier":
            return _unwrapped(self._constants.get(self._written(node)))
        return node

    def own_keys(self, node: Node) -> set[str]:
        """Return the keys that an object itself names."""
        names = (part.child_by_field_name("key") or part for part in _parts(node))
        return {key for name in names if name.type in _KEYS and (key := self._key(name))}

    def keys_of(self, node: Node) -> set[str]:
        """Return the keys of an object, those of the constants spread into it among them."""
        keys = self.own_keys(node)
        for part in _parts(node):
            inner = (
                self._resolved(next(_parts(part), None)) if part.type == "spread_element" else None
            )
            if inner is not None and inner.type == "object":
                keys |= self.own_keys(inner)
        return keys

    # -- values ------------------------------------------------------------------------------------

    def read(self, node: Node, path: Path) -> _Value:
        """Return a value; what cannot be read of it is left out."""
        node = _unwrapped(node)
        self._weigh(node, _VALUE_WEIGHT)
        self._levels += 1
        if self._levels > _MAX_LEVELS:
            message = f"there are more than {_MAX_LEVELS} levels"
            raise NotASoulError([_problem(node, message, "flatten it", self.source)])
        value = self._value(node, path)
        self._levels -= 1
        return value

    def _value(self, node: Node, path: Path) -> _Value:
        kind = node.type
        readers: dict[str, Callable[[Node, Path], _Value]] = {
            "object": self._object,
            "array": self._array,
            "string": self._text,
            "template_string": self._text,
            "number": self._number,
            "unary_expression": self._number,
            "identifier": self._constant,
            "shorthand_property_identifier": self._constant,
            "binary_expression": self._sum,
            "call_expression": self._call,
        }
        if kind in readers:
            return readers[kind](node, path)
        if kind in _WORDS:
            return _WORDS[kind]
        return self._unknown(node, path)

    def _unknown(self, node: Node, path: Path) -> _Missing:
        if node.type != "undefined":
            self.leave_out(path, _REASONS.get(node.type, _REASON))
        return _MISSING

    def leave_out(self, path: Path, message: str) -> None:
        """Note that what stands at a path is left out."""
        self.notes.append(Note("dropped", spell(path), "", message))

    def _weigh(self, node: Node, weight: int) -> None:
        self._weight += weight
        if self._weight > _MAX_WEIGHT:
            message = "the values are too many or too long, constants written out"
            raise NotASoulError([_problem(node, message, "shorten it", self.source)])

    def _object(self, node: Node, path: Path) -> JsonObject:
        result: JsonObject = {}
        for part in _parts(node):
            if part.type == "spread_element":
                spread = next(_parts(part))
                name = f"…{self._written(spread)}" if spread.type == "identifier" else "…"
                inner = self.read(spread, (*path, name))
                if isinstance(inner, dict):
                    result |= inner
                continue
            named = part.child_by_field_name("key") or part.child_by_field_name("name") or part
            key = self._key(named)
            here = (*path, key if key is not None else "[…]")
            value = self.read(part.child_by_field_name("value") or part, here)
            if key is None:
                self.leave_out(here, "a key that only the running program can work out")
            elif not isinstance(value, _Missing):
                result[key] = value
        return result

    def _key(self, node: Node) -> str | None:
        """Return the key that is written; None for one that is worked out."""
        if node.type == "computed_property_name":
            node = _unwrapped(next(_parts(node), None))
            return self._pieces(node) if node is not None and node.type == "string" else None
        return self._pieces(node) if node.type == "string" else self._written(node)

    def _array(self, node: Node, path: Path) -> list[JsonValue]:
        result: list[JsonValue] = []
        for index, part in enumerate(_parts(node)):
            is_spread = part.type == "spread_element"
            value = self.read(next(_parts(part)) if is_spread else part, (*path, index))
            if is_spread and isinstance(value, list):
                result += value
            elif not is_spread and not isinstance(value, _Missing):
                result.append(value)
        return result

    def _constant(self, node: Node, path: Path) -> _Value:
        value = self._constants.get(self._written(node))
        # A constant that names itself ends at the limit of levels.
        return self._unknown(node, path) if value is None else self.read(value, path)

    def _number(self, node: Node, path: Path) -> _Value:
        written = self._written(node).replace("_", "").replace(" ", "")
        match = _NUMBER.fullmatch(written.removeprefix("-"))
        if match is None:
            return self._unknown(node, path)
        number = float(written) if match[1] or "e" in written.lower() else int(written)
        return number if math.isfinite(number) else self._unknown(node, path)

    # -- texts -------------------------------------------------------------------------------------

    def _text(self, node: Node, path: Path) -> str:
        text = self._pieces(node, path)
        self._weigh(node, len(text))
        return text

    def _pieces(self, node: Node, path: Path = ()) -> str:
        """Return the text of a literal, without substitutions that cannot be worked out."""
        pieces: list[str] = []
        for part in node.named_children:
            if part.type == "escape_sequence":
                pieces.append(_unescaped(self._written(part)))
            elif part.type != "template_substitution":
                pieces.append(self._written(part).replace("\r\n", "\n"))
            else:
                pieces.append(self._substituted(next(_parts(part)), path))
        # Two escapes may be the halves of one character; half a character is none.
        joined = "".join(pieces).replace("\0", "\ufffd").encode("utf-16-le", "surrogatepass")
        return joined.decode("utf-16-le", "replace")

    def _substituted(self, node: Node, path: Path) -> str:
        before = len(self.notes)
        value = self.read(node, path)
        if not isinstance(value, str | int | float):
            del self.notes[before:]
            self.leave_out(path, "the text is kept, but a substitution in it is left out")
        return _as_text(value)

    def _sum(self, node: Node, path: Path) -> _Value:
        """Return texts joined by ``+``."""
        parts: list[Node] = []
        while node.type == "binary_expression":
            operator, right = (node.child_by_field_name(key) for key in ("operator", "right"))
            if operator.type != "+":
                return self._unknown(node, path)
            parts.append(right)
            node = _unwrapped(node.child_by_field_name("left"))
        values = [self.read(part, path) for part in (node, *reversed(parts))]
        if not any(isinstance(value, str) for value in values):
            return self._unknown(node, path)
        text = "".join(map(_as_text, values))
        self._weigh(node, len(text))
        return text

    def _call(self, node: Node, path: Path) -> _Value:
        """Return the result of ``.join()`` on texts, and of ``.trim()`` on one."""
        function, given = (node.child_by_field_name(key) for key in ("function", "arguments"))
        if function.type != "member_expression" or given.type != "arguments":
            return self._unknown(node, path)
        method = self._written(function.child_by_field_name("property"))
        arguments = list(_parts(given))
        if method not in {"join", "trim"} or any(part.type != "string" for part in arguments):
            return self._unknown(node, path)
        value = self.read(function.child_by_field_name("object"), path)
        if method == "trim" and isinstance(value, str):
            return value.strip()
        if method == "join" and isinstance(value, list):
            text = (self._pieces(arguments[0]) if arguments else ",").join(map(_as_text, value))
            self._weigh(node, len(text))
            return text
        return _MISSING if isinstance(value, _Missing) else self._unknown(node, path)


def _as_text(value: _Value) -> str:
    """Return a value as it stands in a text; nothing for what is no text and no number."""
    if isinstance(value, str):
        return value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else ""


def _unescaped(escape: str) -> str:
    if match := _CODE_POINT.fullmatch(escape):
        code = int(next(filter(None, match.groups())), 16)
        return chr(code) if code <= sys.maxunicode else "\ufffd"
    if escape[1:2] in {"\n", "\r", "\u2028", "\u2029"}:
        return ""  # the text goes on in the next line
    return "\ufffd" if escape == "\\0" else _ESCAPES.get(escape[1:], escape[1:])
