"""Crisis detection: whether somebody is in danger, and the words that lead to help.

A wrong alarm costs a kind sentence, a missed one may cost a life: so patterns catch much, and only
sayings, fiction and plain denials are passed over. No model is needed, and no setting turns it
off. Patterns stand in ``data/crisis``, referrals in ``data/referral``, one file a language.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from synthetic_soul.mind.interpretation import Crisis
from synthetic_soul.nlu.resources import load, names
from synthetic_soul.nlu.text.sentences import MAX_SENTENCE_CHARS, MAX_SENTENCES, split_sentences

MEDICAL = "medical"
KINDS = ("self_harm", MEDICAL, "abuse")
"""Kinds of danger, the most pressing first."""

_MARKS = re.compile(r"[\u0300-\u036f\u064b-\u0652\u0640]")
_MAX_PIECES = 4 * MAX_SENTENCES
"""A cry for help is looked for further into a long message than anything else."""
_MAX_PIECE_CHARS = 2 * MAX_SENTENCE_CHARS
"""Folding may lengthen a sentence."""


def detect_crisis(text: str) -> Crisis | None:
    """Return the most pressing danger that a normalised ``text`` speaks of, or ``None``."""
    pieces = (fold(piece)[:_MAX_PIECE_CHARS] for piece in split_sentences(text)[:_MAX_PIECES])
    crises = [crisis for piece in pieces if (crisis := _crisis_in(piece))]
    return min(crises, key=lambda crisis: KINDS.index(crisis.kind), default=None)


def referral(crisis: Crisis) -> str:
    """Return the words that lead to help, in the language of the crisis (else English)."""
    language = crisis.language if crisis.language in names("referral") else "en"
    words = load(f"referral/{language}")
    opening = words.text(crisis.kind if crisis.kind in KINDS else KINDS[0])
    return f"{opening} {words.text('call')} {words.text('find')}"


def fold(text: str) -> str:
    """Return ``text`` without case and accents, so that hurried spelling still matches."""
    if text.isascii():
        return text.casefold()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold()))
    return unicodedata.normalize("NFC", bare.replace("ı", "i"))


@dataclass(frozen=True, slots=True)
class _Language:
    """The patterns of one language, folded; ``kinds`` in the order of ``KINDS``."""

    code: str
    kinds: tuple[tuple[str, re.Pattern[str]], ...]
    harmless: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class _Shared:
    """What is common to all languages; ``scripts`` pairs letters with languages."""

    scripts: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...]
    latin: tuple[str, ...]
    fiction: re.Pattern[str]
    denial: re.Pattern[str]
    past: re.Pattern[str]
    joke: re.Pattern[str]


@cache
def _language(code: str) -> _Language:
    file = load(f"crisis/{code}")
    fragments = file.fragments()
    kinds = tuple(
        (kind, file.table(kind).pattern("patterns", fragments, prepare=fold)) for kind in KINDS
    )
    return _Language(code, kinds, file.table("harmless").pattern("patterns", prepare=fold))


@cache
def _shared() -> _Shared:
    file = load("crisis/shared")
    fiction, denial, past, joke = (
        file.table(name).pattern("patterns", prepare=fold)
        for name in ("fiction", "denial", "past", "joke")
    )
    scripts = tuple(
        (row.pattern("letters"), tuple(row.texts("languages"))) for row in file.tables("scripts")
    )
    return _Shared(scripts, tuple(file.texts("latin")), fiction, denial, past, joke)


def _languages_of(piece: str) -> tuple[str, ...]:
    shared = _shared()
    if piece.isascii():
        return shared.latin
    codes = [code for letters, codes in shared.scripts if letters.search(piece) for code in codes]
    return tuple(dict.fromkeys(codes)) or shared.latin


def _crisis_in(piece: str) -> Crisis | None:
    shared = _shared()
    for code in _languages_of(piece):
        language = _language(code)
        for kind, pattern in language.kinds:
            # Most texts match no pattern, so the exceptions are searched for only where one does.
            if not pattern.search(piece) or shared.fiction.search(piece):
                continue
            bare = language.harmless.sub("…", piece)
            if not shared.joke.search(piece) and _is_meant(pattern, bare, kind):
                return Crisis(kind, code)
    return None


def _is_meant(pattern: re.Pattern[str], piece: str, kind: str) -> bool:
    """Return whether ``piece`` has a match that is not denied, and no past emergency."""
    shared = _shared()
    if kind == MEDICAL and shared.past.search(piece):
        return False
    return any(
        not shared.denial.search(piece[: match.start()]) for match in pattern.finditer(piece)
    )
