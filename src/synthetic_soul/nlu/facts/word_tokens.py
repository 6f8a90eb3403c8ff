"""Tokens of a sentence, with contractions in parts and the place of each in the text."""

import re
from dataclasses import dataclass

from synthetic_soul.nlu.resources import compiled, load, lower

_TITLES = "|".join(load("facts").table("people").words("titles"))
# A title and what follows it is one name: "Mr. Huber".
_TOKEN = compiled(rf"""
    (?:{_TITLES})\b\.?[ ][A-Z](?:['-]?[^\W\d_])*+(?!')
    |[$£€]?\d+(?:[.,]\d+)*[^\W_]*(?:-[^\W_]+)*|[^\W\d_]+(?:['&-][^\W_]+)*+'?(?=\W|$)|[^\W_]+|[^\w\s]
""")
_ENDINGS = {
    "'m": "am", "'re": "are", "'ve": "have", "'ll": "will", "'d": "'d", "'s": "'s",
}  # fmt: skip
_NEGATED = {"won't": "will", "can't": "can", "ain't": "is", "shan't": "shall"}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a part of a contraction, or a mark: as written, in lower case, and its place."""

    text: str
    low: str
    start: int
    end: int

    @property
    def is_word(self) -> bool:
        """Whether it is a word or a number."""
        return self.low[0].isalnum() or self.low[0] in "'$£€"

    @property
    def is_capital(self) -> bool:
        """Whether it begins with a capital."""
        return self.text[:1].isupper()


def tokenise(text: str) -> list[Token]:
    """Return the tokens of a text; "I'm" gives "I" and "am", "don't" gives "do" and "not"."""
    tokens: list[Token] = []
    for match in _TOKEN.finditer(text):
        word, start, end = match[0], match.start(), match.end()
        low = lower(word)
        if "'" in low:
            tokens += _parts(word, low, start, end)
        else:
            tokens.append(Token(word, low, start, end))
    return tokens


def _parts(word: str, low: str, start: int, end: int) -> list[Token]:
    if low in _NEGATED or low.endswith("n't"):
        host = _NEGATED.get(low, low[:-3])
        cut = end - 3
        return [Token(word[: cut - start], host, start, cut), Token("n't", "not", cut, end)]
    at = low.rfind("'")
    ending = low[at:]
    if ending in _ENDINGS and at > 0:
        cut = start + at
        return [
            Token(word[:at], low[:at], start, cut),
            Token(word[at:], _ENDINGS[ending], cut, end),
        ]
    if ending == "'" and at > 0:  # the plural's genitive, "my daughters' names"
        return [Token(word[:at], low[:at], start, end - 1), Token("'", "'s", end - 1, end)]
    return [Token(word, low, start, end)]


def joined(tokens: list[Token]) -> str:
    """Return the words of tokens in lower case, parted by single spaces."""
    return " ".join(token.low for token in tokens)


def without_quotes(text: str, *, inside: bool) -> tuple[str, bool]:
    """Return ``text`` without what stands between double quotes, and whether a quote is open.

    ``inside``: the text begins within a quote that an earlier sentence opened. A title or a name
    of at most four words stays: it says nothing by itself.
    """
    parts = text.split('"')
    kept: list[str] = []
    for part in parts:
        closed = part is not parts[-1] or not inside
        if not inside or (
            closed and len(part.split()) <= _MAX_TITLE_WORDS and not _SPEAKS.search(part)
        ):
            kept.append(part)
        else:
            kept.append(" … ")
        inside = not inside
    return "".join(kept), not inside


_MAX_TITLE_WORDS = 4
_SPEAKS = re.compile(r"\b(?:I|i|my|me|we|am|is|are|was|you)\b|'m\b|'s\b|'re\b")
