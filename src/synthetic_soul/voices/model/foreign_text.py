"""Text of others in a prompt: kept from posing as a part of the prompt, and cut at sentences.

Whatever is marked in a prompt stands between ``⟦`` and ``⟧``. Nobody else's text may hold these
two, or brackets that look like them. Template tokens such as ``<|im_end|>`` or ``[/INST]`` end a
turn on servers that parse them in a message's text, so a space parts what opens one.
"""

import re
from collections.abc import Callable
from typing import Final

from synthetic_soul.nlu.text.sentences import CUT_MARK, SENTENCE_END, clip

MAX_NAME_CHARS: Final = 60
MAX_TOKEN_CHARS: Final = 64
"""Characters of a template token; what is longer between two brackets is none."""

_OPENING, _CLOSING = "⟦〚⦋⦍⦏⟬〘⟪", "⟧〛⦌⦎⦐⟭〙⟫"
_BRACKETS: Final = _OPENING + _CLOSING
_LOOKALIKES: Final = str.maketrans(dict.fromkeys(_OPENING, "[") | dict.fromkeys(_CLOSING, "]"))
CONTROL_CHARS: Final = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
"""A class of characters that steer a terminal or the direction of writing."""
_CONTROL: Final = re.compile(f"[{CONTROL_CHARS}]")
_TEMPLATE_TOKEN: Final = re.compile(
    rf"(?:<(?=<?[/|｜]?[\w|｜▁/][^\s<>]{{0,{MAX_TOKEN_CHARS}}}>)|\[(?=/?[A-Z][A-Z_]{{2,30}}\])"
    rf"|\[(?=\|[^\s\[\]]{{1,{MAX_TOKEN_CHARS}}}\|\]))"
)
_SUSPECT: Final = re.compile(f"[{CONTROL_CHARS}{_BRACKETS}<\\[]")
"""What a text holds that ``harmless`` has to change; most lines hold none of it."""
_NOT_IN_NAMES: Final = re.compile(r"[:;!?\[\]<>{}|#*⟦⟧\r\n]")
_BLANK: Final = re.compile(r"\s")
_CHARACTER: Final = re.compile(r"(?<=.)", re.DOTALL)


def harmless(text: str) -> str:
    """Return a text that cannot pose as a mark or a template token; its lines stay."""
    if not _SUSPECT.search(text):
        return text
    lines = _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _TEMPLATE_TOKEN.sub(lambda match: f"{match[0]} ", lines.translate(_LOOKALIKES))


def one_line(text: str, limit: int) -> str:
    """Return a harmless text on one line of at most ``limit`` characters, cut between words."""
    return clip(harmless(" ".join(text.split())), limit)


def name_text(name: str) -> str:
    """Return a name on one line, up to a mark that no name has, of at most ``MAX_NAME_CHARS``."""
    return one_line(_NOT_IN_NAMES.split(name.strip(), maxsplit=1)[0], MAX_NAME_CHARS)


def excerpt(text: str, fits: Callable[[str], bool]) -> str:
    """Return the text, or as many of its first sentences as fit, with ``CUT_MARK`` behind them.

    Where the sentences that fit are not half of what would fit, it is cut between words, and where
    there are none, between characters. Return "" where nothing fits.
    """
    if fits(text):
        return text
    sentences, words, characters = (
        _first(text, ends, fits) for ends in (SENTENCE_END, _BLANK, _CHARACTER)
    )
    if len(words) * 2 < len(characters):
        words = characters
    return sentences if len(sentences) * 2 >= len(words) else words


def _first(text: str, ends: re.Pattern[str], fits: Callable[[str], bool]) -> str:
    """Return the longest beginning of a text that fits and closes at one of ``ends``, or ""."""
    places = [match.end() for match in ends.finditer(text)]
    count = _most(places, lambda end: fits(_cut(text, end)))
    return _cut(text, places[count - 1]) if count else ""


def _cut(text: str, end: int) -> str:
    return f"{text[:end].rstrip()} {CUT_MARK}"


def _most(places: list[int], fits: Callable[[int], bool]) -> int:
    """Return how many of the ascending places fit; where one does not, no later one does."""
    low, high = 0, len(places)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(places[middle - 1]) else (low, middle - 1)
    return low
