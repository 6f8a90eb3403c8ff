"""Make a provider's words safe to log: without keys, without text of the prompt.

Careless providers repeat the credential, or quote the request in their error.
"""

import re
from collections.abc import Iterable, Sequence
from typing import Final
from urllib.parse import unquote

from synthetic_soul.errors import MAX_REASON_CHARS

_GAP: Final = "…"
_MIN_SECRET_CHARS: Final = 4
_MIN_SECRET_PART: Final = 6
"""Characters of a secret that give it away; masked ones are taken off with fewer."""

_MIN_QUOTE_CHARS: Final = 12
"""Letters and digits in a row, without what stands between them, that count as a quotation."""

_CREDENTIALS: Final = re.compile(
    r"""(?ix)
    \b(?:bearer|basic)\s+[^\s"',;]+
    | (?<=://)[^\s/@]+@
    | \b(?:sk|pk|rk|gsk|hf|xai|nvapi|ghp|tok|org|proj|key|fw|r8|csk|dsk|pplx)[-_][^\s"',;)]{6,}
    | \b(?:AIza|eyJ|AKIA|ya29)[\w.-]{8,}
    | (?<=[?&])(?:api[-_]?key|key|token|access_token)=[^\s&"']+
    | \b(?:api[-_ ]?key|token|secret|password|authorization)["']?\s*[:=]\s*["']?[^\s"',;)]{4,}
    | \b(?=\w*\d)(?=\w*[a-z])\w{24,}\b
    """
)
_TOKEN: Final = re.compile(r"[^\s\"',;:()\[\]{}<>]+")
_MASK: Final = re.compile(r"\*{2,}|•{2,}|x{4,}|\.{3,}|…")
_ESCAPES: Final = re.compile(r"(?:%[0-9A-Fa-f]{2})+|\\+u(?P<unicode>[0-9A-Fa-f]{4})")
_GAPS: Final = re.compile(rf"(?:[\s\"'`,;:.!?()\[\]{{}}\\-]*{_GAP}){{2,}}")


def redact(text: str, *, secrets: Iterable[str], prompt: Sequence[str]) -> str:
    """Return ``text`` as one line of at most ``MAX_REASON_CHARS`` characters that tells no secret.

    Any part of a secret and any longer quotation of ``prompt`` becomes "…".
    """
    kept = _ESCAPES.sub(_unescaped, text).replace("\\n", " ")
    kept = " ".join("".join(char for char in kept if char.isprintable() or char.isspace()).split())
    for secret in secrets:
        kept = _without_secret(kept, secret.strip())
    kept = _CREDENTIALS.sub(_GAP, kept)
    kept = _GAPS.sub(f" {_GAP}", _without_quotes(kept, prompt, _MIN_QUOTE_CHARS)).strip()
    if len(kept) > MAX_REASON_CHARS:
        kept = kept[: MAX_REASON_CHARS - 1].rstrip() + _GAP
    return "" if not any(char.isalnum() for char in kept) else kept


def _unescaped(match: re.Match[str]) -> str:
    """Return what an escape of JSON or of a URL stands for; one may hide what must not be told."""
    return chr(int(match["unicode"], 16)) if match["unicode"] else unquote(match[0])


def _without_secret(text: str, secret: str) -> str:
    if len(secret) < _MIN_SECRET_CHARS:
        return text
    text = _without_quotes(text.replace(secret, _GAP), [secret], _MIN_SECRET_PART)

    def hide(match: re.Match[str]) -> str:
        token = match[0]
        shortest = _MIN_SECRET_CHARS if _MASK.search(token) else _MIN_SECRET_PART
        starts = range(len(token) - shortest + 1)
        shared = any(token[start : start + shortest] in secret for start in starts)
        return _GAP if shared else token

    return _TOKEN.sub(hide, text)


def _without_quotes(text: str, sources: Sequence[str], size: int) -> str:
    """Take off stretches of ``size`` letters and digits or more that occur in the sources.

    They are found however they are quoted, wrapped, spaced or capitalised.
    """
    places = [index for index, char in enumerate(text) if char.isalnum()]
    letters = "".join(text[index].casefold()[:1] for index in places)
    said = "".join(char.casefold()[:1] for part in sources for char in part if char.isalnum())
    known = {said[start : start + size] for start in range(len(said) - size + 1)}
    hidden = [False] * len(text)
    for start in range(len(letters) - size + 1):
        if letters[start : start + size] in known:
            first, last = places[start], places[start + size - 1]
            hidden[first : last + 1] = [True] * (last + 1 - first)
    parts = (_GAP if gone else char for char, gone in zip(text, hidden, strict=True))
    return re.sub(f"{_GAP}+", _GAP, "".join(parts))
