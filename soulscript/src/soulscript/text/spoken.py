"""Direct speech and narration, as in ``*She nods.* "Come in."``."""

import re
from typing import Final

MAX_SPEECH_CHARS: Final = 400
_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)
_STARRED = re.compile(r"\*{1,3}([^*\n]{1,2000})\*{1,3}")
_SPEECH = re.compile(
    r'"([^"\n]{1,2000})"|“([^”\n]{1,2000})”|「([^」\n]{1,2000})」|«([^»\n]{1,2000})»'
)
_END_OF_SENTENCE = re.compile(r"[.!?…。！？][\"”')*]*(?=\s|\Z)|[。！？]")
_MAX_EMPHASIZED_WORDS: Final = 3


def direct_speech(text: str) -> str:
    """Return the direct speech of a text, at most 400 characters without narration.

    Where there is no direct speech, return the narration. Macros stay.
    """
    text = "\n".join(map(_without_announcement, _CODE.split(text)))
    without_actions = _STARRED.sub(_without_stars, text)
    quoted = " ".join("".join(pair) for pair in _SPEECH.findall(_STARRED.sub(r"\1", text)))
    narrated = 2 * len(quoted) >= len(without_actions) or ("*" in text and quoted)
    spoken = " ".join((quoted if narrated else without_actions).split())
    return _shorten(spoken or " ".join(text.replace("*", " ").split()))


def narration(text: str) -> str:
    """Return what a text tells besides direct speech, on one line: what stands between asterisks.

    Where nothing does, return all that is not between quotation marks.
    """
    text = _CODE.sub(" ", text)
    starred = " ".join(_STARRED.findall(text))
    return " ".join((starred or _SPEECH.sub(" ", text)).replace("*", " ").split())


def _without_stars(match: re.Match[str]) -> str:
    """Return a few words in mid-sentence, which are emphasized; what is done, is left out."""
    before = match.string[: match.start()].rstrip(" \t")
    is_inside = bool(before) and (before[-1].isalpha() or before[-1] in ",;:'’")
    is_short = len(match[1].split()) <= _MAX_EMPHASIZED_WORDS
    return match[1] if is_inside and is_short else " "


def _without_announcement(text: str) -> str:
    """Remove the last line before a block of code if it ends with a colon."""
    before, _, last = text.rstrip().rpartition("\n")
    return before if last.endswith(":") else text


def _shorten(text: str) -> str:
    if len(text) <= MAX_SPEECH_CHARS:
        return text
    ends = [match.end() for match in _END_OF_SENTENCE.finditer(text, 0, MAX_SPEECH_CHARS)]
    if ends:
        return text[: ends[-1]]
    return text[:MAX_SPEECH_CHARS].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"
