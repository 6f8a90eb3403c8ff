"""Whether somebody is in danger, and the words that lead to help.

A wrong alarm costs a kind sentence, a missed one may cost a life: so patterns catch much, and only
sayings, plots and plain denials are let go. No model is needed, and nothing can switch it off.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from synthetic_soul.mind.interpretation import Crisis
from synthetic_soul.nlu.safety.crisis_latin import LATIN
from synthetic_soul.nlu.safety.crisis_other import OTHER
from synthetic_soul.nlu.safety.crisis_words import (
    DENIAL,
    FICTION,
    IDIOMS,
    KINDS,
    MEDICAL,
    PAST,
)
from synthetic_soul.nlu.safety.referral import referral
from synthetic_soul.nlu.text.regex import compiled, gathered, wide
from synthetic_soul.nlu.text.sentences import MOST, PIECE, pieces

__all__ = ["detect_crisis", "fold", "referral"]

_MARKS = re.compile(r"[\u0300-\u036f\u064b-\u0652\u0640]")
_JOKING = re.compile(r"\bkms\b.{0,40}(?:\b(?:lol|lmao|haha\w*|rofl)\b|😂|🤣)")
_PIECES = 4 * MOST
"""A cry for help is looked for further into a long message than anything else."""
_SCRIPTS = (
    (re.compile(r"[Ѐ-ӿ]"), ("ru",)),
    (re.compile(r"[\u0600-\u06ff]"), ("ar",)),
    (re.compile(r"[\u0900-\u097f]"), ("hi",)),
    (re.compile(r"[\u3040-\u30ff]"), ("ja",)),
    (re.compile(r"[\u1100-\u11ff\uac00-\ud7af]"), ("ko",)),
    (re.compile(r"[\u4e00-\u9fff]"), ("zh", "ja")),
)


def fold(text: str) -> str:
    """Return ``text`` without case and accents, so that hurried spelling still matches."""
    if text.isascii():
        return text.casefold()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", bare.replace("ı", "i"))


@dataclass(frozen=True, slots=True)
class _Tongue:
    language: str
    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    idioms: re.Pattern[str]


def _tongue(language: str, kinds: dict[str, str]) -> _Tongue:
    patterns = tuple((kind, gathered(fold(wide(kinds[kind])))) for kind in KINDS)
    return _Tongue(language, patterns, gathered(fold(wide(IDIOMS[language]))))


_LATIN = tuple(_tongue(language, kinds) for language, kinds in LATIN.items())
_OTHER = {language: _tongue(language, kinds) for language, kinds in OTHER.items()}
_FICTION = gathered(fold(wide(FICTION)))
_DENIAL = compiled(fold(wide(DENIAL)))
_PAST = compiled(PAST)


def _tongues(piece: str) -> tuple[_Tongue, ...]:
    if piece.isascii():
        return (*_LATIN, _OTHER["hi"])
    found = [
        language for script, languages in _SCRIPTS if script.search(piece) for language in languages
    ]
    others = tuple(_OTHER[language] for language in dict.fromkeys(found))
    # Hindi is often typed in Latin letters, so it is tried there too.
    return others or (*_LATIN, _OTHER["hi"])


def _meant(pattern: re.Pattern[str], piece: str, kind: str) -> bool:
    """Whether a match of danger stands in ``piece`` that is not denied, and not long past."""
    if kind == MEDICAL and _PAST.search(piece):
        return False
    return any(not _DENIAL.search(piece[: match.start()]) for match in pattern.finditer(piece))


def _in_piece(piece: str) -> Crisis | None:
    for tongue in _tongues(piece):
        for kind, pattern in tongue.kinds:
            # Most words speak of no danger, so the exceptions are looked at only where some do.
            if pattern.search(piece) and not (_FICTION.search(piece) or _JOKING.search(piece)):
                bare = tongue.idioms.sub("…", piece)
                if _meant(pattern, bare, kind):
                    return Crisis(kind, tongue.language)
    return None


def detect_crisis(text: str) -> Crisis | None:
    """Return the most pressing danger that straightened ``text`` speaks of, or ``None``."""
    found = [_in_piece(fold(piece)[: 2 * PIECE]) for piece in pieces(text)[:_PIECES]]
    pressing = [distress for distress in found if distress]
    return min(pressing, key=lambda distress: KINDS.index(distress.kind), default=None)
