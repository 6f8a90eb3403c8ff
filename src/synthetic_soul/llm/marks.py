"""Part the words of a model's output from its reasoning and from the tokens of chat templates.

A server may leave in the text what it should have read itself: reasoning between tags, in a
channel, or before a lone closing tag; tokens that end a turn or begin another's. All of these are
marks: a name within ``<…>``, ``<|…|>``, ``[…]``, ``◁…▷`` or ``⟦…⟧``. ``MarkReader`` finds marks
and follows what the words of their names mean (``data/markers.toml``), as a machine of three
states: text is shown, or hidden, or names a role or channel. A quoted mark is plain text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache
from typing import Final

from synthetic_soul.toml_tables import read_table

_MAX_HEADER_CHARS: Final = 40
"""A longer role or channel is none: the text goes on after the mark."""

_MARK: Final = re.compile(
    r"""(?x)
    <(?P<double><)?[ ]?(?P<slash>/)?[ ]?(?P<left>[|｜])?
        (?P<name>(?(left)[\w/]|[A-Za-z])[\w:.\-▁ ]{0,40}?)(?P<rest>[ ][^<>\n]{0,200}?)?
        (?P<right>[|｜])?\s?(?P<empty>/)?>(?(double)>)
    | &lt;(?P<escaped>/?[A-Za-z][\w:.\-]{1,24})&gt;
    | \[\|(?P<bars>/?[\w\- ]{1,40})\|\]
    | \[(?P<square>/?[A-Za-z][A-Za-z_]{0,23}|(?i:end[ ]of[ ][a-z]{4,12}))\]
    | ◁(?P<triangle>/?\w{1,24})▷
    | ⟦(?P<note>[^⟦⟧\n]{1,60})⟧
    """
)
_PARTIAL: Final = re.compile(
    r"""(?x)
    <<?[ ]?/?[ ]?(?:(?:[|｜][\w/]?|[A-Za-z])[\w:.\-▁ ]{0,40}[|｜]?)?\s?/?>?
    | <[ ]?[A-Za-z][\w:.\-▁ ]{1,40}[^<>\n]{0,200}\s?/?
    | &(?:l|lt|lt;/?(?:[A-Za-z][\w:.\-]{0,24})?(?:&|&g|&gt)?)?
    | \[(?:/?[A-Za-z][A-Za-z_]{0,23}|/|\|[\w/\- ]{0,40}\|?|[Ee][Nn][Dd](?:[ ][A-Za-z]{0,12}){1,2})?
    | ◁/?\w{0,24}
    | ⟦[^⟦⟧\n]{0,60}
    """
)
"""What may still become a mark."""

_TRIGGERS: Final = frozenset("<[◁⟦&")
_TRIGGER: Final = re.compile(r"[<\[◁⟦&]")
_BROKEN: Final = re.compile(r"<[|｜/<]|◁|⟦|\[[/|]")
"""The beginning of what can only be a mark, though the output ends within it."""

_BARE_CHANNEL: Final = re.compile(
    r"\s*(?:assistant)?(analysis|commentary|final)(?=[A-Z\"“'*]|<\|message)"
)
_BARE_FINAL: Final = re.compile(r"(?:assistant\s*)+final(?=[^a-z])")
"""Channels whose tokens the server took out: "analysisThe person … assistantfinalHello"."""

_MAX_BARE_CHARS: Final = 24
_HEADER_NAME: Final = re.compile(r"\s*(?P<name>[\w\-]+)[ \t]*(?P<end>\n|$)?")
_CLOSING: Final = frozenset(".!?…,;:)]*_")
"""What may stand before a closing quote; a quote behind anything else but a letter opens."""
_OPENING_QUOTES: Final = frozenset("`\"'“‘«„")


_UNUSED: Final = re.compile(r"(?:unused|ctrl)\d+")
"""Tokens without a name; where they stand, they stand around reasoning."""
_NUMBERED_START: Final = re.compile(r"(?:extra_id|special)_\d+")
"""Tokens without a name that stand before a role."""
_RESERVED: Final = re.compile(r"reserved_\d+")
_FENCE: Final = "```"


class Kind(Enum):
    """What a mark does."""

    TEXT = auto()  # it is none
    DROP = auto()
    OPEN = auto()
    CLOSE = auto()
    ANSWER = auto()
    END = auto()
    ROLE = auto()
    OWN_ROLE = auto()
    OTHER_ROLE = auto()
    CHANNEL = auto()


class Signal(Enum):
    """What happens between two stretches of text."""

    RESET = auto()
    """All text so far was reasoning: it ended with a lone closing mark."""
    END = auto()
    """The turn is over, or somebody else's begins."""


@dataclass(frozen=True, slots=True)
class _Forms:
    """The content of ``data/markers.toml``."""

    hidden: frozenset[str]
    tags: frozenset[str]
    compounds: frozenset[str]
    answers: frozenset[str]
    closing: frozenset[str]
    ends: frozenset[str]
    starts: frozenset[str]
    channels: frozenset[str]
    tokens: frozenset[str]
    square: frozenset[str]
    square_ends: frozenset[str]
    parts: frozenset[str]
    square_hidden: frozenset[str]
    role_tags: frozenset[str]
    own_roles: frozenset[str]
    other_roles: frozenset[str]
    shown_channels: frozenset[str]


@cache
def _forms() -> _Forms:
    data: Mapping[str, list[str]] = read_table("synthetic_soul.llm", "markers")
    return _Forms(**{name: frozenset(words) for name, words in data.items()})


class MarkReader:
    """Read a model's output piece by piece, as stretches of shown text and signals.

    The result is the same however the text is cut. ``has_reasoned`` tells whether anything was
    hidden, ``has_closed`` whether a closing mark came.
    """

    def __init__(self) -> None:
        self.has_reasoned = False
        self._buffer = ""
        self._depth = 0
        self._header: Kind | None = None
        self._header_text = ""
        self._is_bare = False
        self._has_begun = False
        self._has_text = False
        self.has_closed = False
        self._after_close = ""
        self._last = "  "
        self._line = ""
        self._is_code = False
        self._is_struck = False
        self._ended = False

    def feed(self, piece: str) -> list[str | Signal]:
        """Return what is certain of the text so far and was not returned yet."""
        if not self._buffer and self._is_plain and _TRIGGERS.isdisjoint(piece):
            self._shown(piece)
            return [piece]
        self._buffer += piece
        return list(self._read(is_last=False))

    def finish(self) -> list[str | Signal]:
        """Return the rest."""
        found = list(self._read(is_last=True))
        if self._depth and self.has_closed and not self._has_text and self._after_close.strip():
            # It opened twice and closed once: what follows the last closing mark is the reply.
            found.append(self._after_close)
        return found

    @property
    def _is_plain(self) -> bool:
        hides = self._depth or self._header or self._is_bare or self._ended
        return self._has_begun and not hides

    def _shown(self, text: str) -> None:
        self._has_text = self._has_text or not text.isspace()
        self._last = (self._last + text)[-2:]
        *lines, self._line = (self._line + text).split("\n")
        for line in lines:  # in a fenced block of code, tags are what is shown
            self._is_code ^= line.lstrip(" >").startswith(_FENCE)
        self._line = self._line[:_MAX_HEADER_CHARS]

    def _read(self, *, is_last: bool) -> Iterator[str | Signal]:
        if not self._has_begun and not self._begin(is_last=is_last):
            return
        if self._is_bare:
            self._skip_bare()
        while self._buffer and not self._is_bare and not self._ended:
            match = _MARK.search(self._buffer)
            kept = len(self._buffer) if is_last else self._partial()
            if is_last and match is None:
                kept = self._broken()
            if match is None or kept < match.start():
                text, self._buffer = self._buffer[:kept], self._buffer[kept:]
                yield from self._text(text)
                break
            text, self._buffer = self._buffer[: match.start()], self._buffer[match.end() :]
            yield from self._text(text)
            yield from self._mark(match)
        if is_last and self._header is not None:
            yield from self._end_header()

    def _begin(self, *, is_last: bool) -> bool:
        """Look for the bare name of a channel; return whether the beginning is certain."""
        start = self._buffer.lstrip()
        if len(start) < _MAX_BARE_CHARS and start[:1] in {"", "a", "c", "f"} and not is_last:
            return False
        self._has_begun = True
        match = _BARE_CHANNEL.match(self._buffer)
        if match is not None:
            self._buffer = self._buffer[match.end() :]
            is_hidden = match[1] != "final"
            self.has_reasoned |= is_hidden
            if self._buffer.startswith("<"):  # the token before the channel's name is lost
                self._depth = int(is_hidden)
            else:
                self._is_bare = is_hidden
        return True

    def _skip_bare(self) -> None:
        match = _BARE_FINAL.search(self._buffer)
        self._is_bare = match is None
        self._buffer = self._buffer[match.end() if match else -_MAX_BARE_CHARS :]

    def _partial(self) -> int:
        """Return where something begins that may become a mark, else the end of the buffer."""
        starts = (match.start() for match in _TRIGGER.finditer(self._buffer))
        return next((x for x in starts if _PARTIAL.fullmatch(self._buffer, x)), len(self._buffer))

    def _broken(self) -> int:
        """Return where a mark begins that the end of the output breaks off."""
        kept = self._partial()
        begun = self._buffer[kept + 1 :]
        names = _forms().ends | _forms().tokens
        is_token = "_" in begun and any(name.startswith(begun) for name in names)
        is_broken = is_token or _BROKEN.match(self._buffer, kept)
        return kept if is_broken else len(self._buffer)

    def _text(self, text: str) -> Iterator[str | Signal]:
        if self._ended:
            return
        if self._header is not None:
            self._header_text += text
            if "\n" in self._header_text or len(self._header_text) > _MAX_HEADER_CHARS:
                yield from self._end_header()
        elif self._depth:
            self._after_close += text
        elif text:
            self._shown(text)
            yield text

    def _end_header(self, *, by_mark: bool = False) -> Iterator[str | Signal]:
        """Take the name of a role or channel; what follows it on its line is text again.

        ``by_mark``: another mark ends it, so that all of it is the header.
        """
        kind, header = self._header, self._header_text
        self._header, self._header_text = None, ""
        match = _HEADER_NAME.match(header)
        name = match["name"].casefold() if match else ""
        forms = _forms()
        if kind is Kind.CHANNEL:
            is_shown = not name or name in forms.shown_channels
        else:
            is_shown = name not in forms.other_roles and name not in forms.hidden
            if self._has_text:
                self._ended = True
                yield Signal.END
        self._depth = 0 if is_shown else 1
        self.has_reasoned |= kind is Kind.CHANNEL and not is_shown
        known = forms.own_roles | forms.shown_channels | forms.answers
        is_name = name in known or not is_shown
        rest = header[match.end() :] if match and (is_name or match["end"]) else header
        yield from self._text("" if by_mark else rest)

    def _mark(self, match: re.Match[str]) -> Iterator[str | Signal]:
        kind = _kind_of(match, is_hidden=bool(self._depth))
        is_role = kind in {Kind.OWN_ROLE, Kind.OTHER_ROLE} and not match["left"]
        is_inline = is_role and not match["square"] and not self._last.endswith(("\n", "  "))
        is_code = self._is_code and not (match["left"] or match["right"])
        is_spoken_of = not self._depth and (
            is_inline or is_code or self._is_quoted() or self._strikes(match)
        )
        if kind is Kind.TEXT or is_spoken_of:
            yield from self._text(match[0])
            return
        if self._header is not None and match["name"] != "constrain":
            yield from self._end_header(by_mark=True)
        if not self._ended and kind is not Kind.DROP:
            yield from self._act(kind)

    def _is_quoted(self) -> bool:
        """Tell whether a mark stands right after an opening quote: then it is only spoken of."""
        before, quote = self._last[0], self._last[1]
        return quote in _OPENING_QUOTES and not before.isalnum() and before not in _CLOSING

    def _strikes(self, match: re.Match[str]) -> bool:
        """Tell ``<s>…</s>`` in mid-text, which strikes out, from the tokens at either end."""
        if match["name"] != "s" or match["left"] or not self._has_text:
            return False
        was_struck, self._is_struck = self._is_struck, not match["slash"]
        return was_struck or self._is_struck

    def _act(self, kind: Kind) -> Iterator[str | Signal]:
        """Do what a mark means."""
        match kind:
            case Kind.OPEN:
                self._depth += 1
                self.has_reasoned = True
            case Kind.CLOSE | Kind.ANSWER if self._depth:
                self._depth = self._depth - 1 if kind is Kind.CLOSE else 0
                self.has_closed, self._after_close = True, ""
            case Kind.CLOSE | Kind.ANSWER:
                if not self.has_closed and self._has_text:
                    self._has_text, self.has_reasoned = False, True
                    yield Signal.RESET
                self.has_closed = True
            case Kind.ROLE | Kind.CHANNEL:
                self._header, self._depth = kind, 0
            case Kind.OTHER_ROLE | Kind.OWN_ROLE | Kind.END if self._has_text and not self._depth:
                self._ended = True
                yield Signal.END
            case _:
                self._depth = 1 if kind is Kind.OTHER_ROLE else 0


def without_reasoning(text: str) -> str:
    """Return a whole output without reasoning and tokens of templates."""
    reader = MarkReader()
    kept: list[str] = []
    for part in (*reader.feed(text), *reader.finish()):
        if part is Signal.RESET:
            kept.clear()
        elif isinstance(part, str):
            kept.append(part)
    return "".join(kept)


def _kind_of(match: re.Match[str], *, is_hidden: bool) -> Kind:
    if match["note"]:
        return _note_kind(match["note"].casefold())
    if match["triangle"]:
        name = match["triangle"].casefold()
        return _hiding(name.startswith("/")) if name.strip("/") in _forms().tags else Kind.TEXT
    if match["square"]:
        return _square_kind(match["square"])
    if match["escaped"]:
        return _tag_kind(match["escaped"].casefold(), "", is_hidden=is_hidden)
    slash = match["slash"] or ""
    name = re.sub(r"[▁\- ]", "_", (match["name"] or match["bars"]).casefold().strip())
    if match["left"] or match["right"] or match["bars"]:
        is_right = not (match["left"] or match["bars"])
        return _token_kind(slash + name, is_right=is_right)
    kind = _tag_kind(slash + name, (match["rest"] or "").casefold(), is_hidden=is_hidden)
    return Kind.DROP if match["empty"] and kind is Kind.OPEN else kind


def _hiding(closes: bool) -> Kind:  # noqa: FBT001 - which of the two it is
    return Kind.CLOSE if closes else Kind.OPEN


def _note_kind(text: str) -> Kind:
    return _hiding(text.startswith("end")) if "note" in text else Kind.TEXT


def _square_kind(name: str) -> Kind:
    """Return what a mark in square brackets means; in lower case most are stage directions."""
    forms, bare = _forms(), name.strip("/")
    closes = name.startswith("/")
    if bare in forms.square_hidden or (bare.upper() in forms.square_hidden and closes):
        return _hiding(closes)
    if name == "INST":
        return Kind.OTHER_ROLE
    if name in forms.square_ends or (
        " " in name and name.rpartition(" ")[2].lower() in forms.parts
    ):
        return Kind.END
    return Kind.DROP if bare in forms.square else Kind.TEXT


@lru_cache(maxsize=256)
def _token_kind(name: str, *, is_right: bool) -> Kind:
    """Return what a token means; ``is_right``: its only bar stands at its end."""
    forms = _forms()
    words = {word for word in re.split(r"[^a-z]+", name) if word}
    closes = name.startswith("/") or is_right or bool(words & forms.closing)
    kinds = (
        (Kind.ROLE, name in forms.starts and not is_right),
        (Kind.CHANNEL, name in forms.channels and not is_right),
        (Kind.CLOSE, name in forms.channels),
        (Kind.OTHER_ROLE, name in forms.other_roles),
        (Kind.OWN_ROLE, name in forms.own_roles),
        (_hiding(closes), bool(words & forms.hidden)),
        (Kind.DROP if closes else Kind.ANSWER, bool(words & forms.answers)),
        (Kind.END, name in forms.ends or name in forms.starts),
    )
    return next((kind for kind, is_so in kinds if is_so), Kind.DROP)


@lru_cache(maxsize=256)
def _tag_kind(name: str, attributes: str, *, is_hidden: bool) -> Kind:
    """Return what a tag without bars means; most are markup, and text."""
    forms = _forms()
    closes = name.startswith("/")
    bare = name.strip("/")
    words = frozenset(bare.split("_"))
    whole = re.sub(r"[▁\- ]", "_", f"{bare}{attributes.rstrip()}")
    is_folded = bare == "details" and (is_hidden if closes else "reason" in attributes)
    if attributes.strip() and "=" not in attributes and not is_folded:  # words, no attributes
        kind = _hiding(closes) if whole in forms.tags else Kind.END
        return kind if whole in forms.tags | forms.ends else Kind.TEXT
    is_unused = _UNUSED.fullmatch(bare) is not None
    is_compound = "_" in bare and not words.isdisjoint(forms.compounds)
    kinds = (
        (Kind.DROP, is_compound and "no" in words),
        (Kind.DROP, _RESERVED.fullmatch(bare) is not None),
        (Kind.ROLE, _NUMBERED_START.fullmatch(bare) is not None),
        (_hiding(closes or not words.isdisjoint(forms.closing)), is_compound),
        (_hiding(closes), is_folded or bool({bare, whole, bare.rpartition(":")[2]} & forms.tags)),
        (_hiding(is_hidden), is_unused),
        (_hiding(closes), bare == "sys"),
        (Kind.DROP if closes else Kind.ANSWER, bare in forms.answers),
        (Kind.END, name in forms.ends),
        (Kind.OWN_ROLE, not closes and bare in forms.role_tags and bare in forms.own_roles),
        (Kind.OTHER_ROLE, not closes and bare in forms.role_tags),
        (Kind.DROP, bare in forms.role_tags),
        (Kind.TEXT, name not in forms.tokens),
        (Kind.ROLE, name in forms.starts),
    )
    return next((kind for kind, is_so in kinds if is_so), Kind.DROP)
