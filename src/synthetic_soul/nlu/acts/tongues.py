"""What messages in other languages than English do: they greet, thank, tell a name, take leave.

Phrases stand in ``data/tongues``, one file a language. A message that consists of phrases of one
language is in that language, however few words it has. For any other the share of English words
decides whether it is English, and then common words, letters and pieces of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from synthetic_soul.mind.interpretation import Act
from synthetic_soul.nlu.resources import load, names, word_set
from synthetic_soul.nlu.text.language import UNDETERMINED, identify_language, told_language
from synthetic_soul.nlu.text.meanings import meaning_lexicon
from synthetic_soul.nlu.text.normal_form import UNSPACED, normal_form, words_of
from synthetic_soul.nlu.text.vocabulary import COMMON_WORDS, NOT_NAMES, STOP_WORDS

_FOLDER: Final = "tongues"
_MAX_CHARS: Final = 600
_MAX_NAME_WORDS: Final = 4
_MAX_NAME_LETTERS: Final = 8
"""Letters of a name in a script without spaces between words."""
_MAX_ENGLISH: Final = 0.34
"""Share of English words of a message in another language; a few words are in many languages."""
_MAX_ENGLISH_WORDS: Final = 0.7
"""The same where it is not known which of those words the language has, too."""
_MIN_COVERED: Final = 0.5
"""Share of a message that phrases must make up to tell its language."""
_MIN_PLAIN_WORDS: Final = 3
_MIN_KNOWN_WORDS: Final = 2
"""What a message in plain letters must have for its letters to tell its language."""
_ACTS: Final = {
    "greet": Act.GREET, "ask_wellbeing": Act.ASK_FEELING, "thank": Act.THANK,
    "sorrow": Act.BAD_NEWS, "farewell": Act.FAREWELL,
}  # fmt: skip
_MIN_LEFT_WORDS: Final = 2
_MIN_LEFT_LETTERS: Final = 4
"""So much that no phrase covers says something more than courtesies do."""
_ASKS: Final = re.compile(r"[?？؟]")
_KINDS: Final = (*_ACTS, "name", "name_end", "named_before", "introduce", "other", "filler")
_TELLING: Final = frozenset({*_ACTS, "other"})
"""Kinds of phrases by which a language is told."""
_ENDS_NAME: Final = _TELLING | {"name_end", "named_before"}
_SAD: Final = frozenset({"sad", "cry"})
_DEATH: Final = "die"
_CLOSE: Final = word_set("""
    family father mother husband wife boyfriend girlfriend partner son daughter child baby brother
    sister grandparent uncle aunt friend pet
""")
"""Meanings of whom a death saddens."""
_NEGATES: Final = frozenset({"not", "no_longer"})
_BREAK: Final = re.compile(r"[^\w\s'’\-·ʼ]|\n")
_VISIBLE: Final = re.compile(r"\w")


@dataclass(frozen=True, slots=True)
class TongueReading:
    """What a message in another language does.

    ``language`` is an ISO 639-1 code ("tl" for Tagalog), ``UNDETERMINED`` for letters of no known
    language, and empty for English; ``acts`` are found in known languages alone, with ASK or
    SMALL_TALK where more is said than is understood; ``name`` is what the speaker is called.
    """

    language: str = ""
    acts: tuple[Act, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True)
class _Word:
    """One word, or one letter of a script without spaces.

    ``gap`` stands between it and the word before; ``opens``: that holds a stop.
    """

    said: str
    form: str
    gap: str
    opens: bool


@dataclass(frozen=True, slots=True)
class _Phrase:
    language: str
    kind: str
    forms: tuple[str, ...]


@dataclass(slots=True)
class _Scan:
    """The phrases of one language in a message; ``covered`` are the places of their words."""

    kinds: dict[str, None] = field(default_factory=dict)
    covered: set[int] = field(default_factory=set)
    longest: int = 0
    name: str = ""


def read_tongue(text: str, *, name: str = "", before: str = "") -> TongueReading:
    """Return what a message in another language does; an empty reading for English.

    ``name`` is the listener's. ``before`` is what the same person said last: of two languages that
    share a greeting it is the one that they spoke. Never raises on any text.
    """
    text = text[:_MAX_CHARS]
    words = _words(text)
    if not words or _is_borrowed(words):
        return TongueReading()
    own = set(_forms(name))
    scans = {language: _scan(words, language) for language in sorted(_begun(words))}
    language = _whole(words, scans, own, text, before) or _partly(words, scans, own, text)
    if language not in names(_FOLDER):
        return TongueReading(language)
    scan = scans.get(language) or _scan(words, language)
    kinds = [kind for kind in scan.kinds if kind in _ACTS]
    if "sorrow" not in kinds and _is_sad(text, language):
        kinds.append("sorrow")
    acts = [_ACTS[kind] for kind in kinds] + ([Act.TELL] if scan.name else [])
    left = _wanted(words, own) - scan.covered
    if len(left) >= (_MIN_LEFT_LETTERS if UNSPACED.search(text) else _MIN_LEFT_WORDS):
        acts.append(Act.ASK if _ASKS.search(text) else Act.SMALL_TALK)
    return TongueReading(language, tuple(acts), scan.name)


def _whole(
    words: Sequence[_Word], scans: dict[str, _Scan], own: set[str], text: str, before: str
) -> str:
    """Return the language of which every word is, by its phrases; "" without one."""
    wanted = _wanted(words, own)
    fitting = {
        language: scan
        for language, scan in scans.items()
        if wanted <= scan.covered and (scan.name or not _TELLING.isdisjoint(scan.kinds))
    }
    if len(fitting) > 1:
        # A word alone that several languages have resembles none of them more than another.
        for likely in (_earlier(before), told_language(text) if len(words) > 1 else ""):
            if likely in fitting:
                return likely
    order = _by_speakers()
    return min(fitting, key=lambda each: (-fitting[each].longest, order.index(each)), default="")


def _wanted(words: Sequence[_Word], own: set[str]) -> set[int]:
    """Return the places of the words that phrases must cover: no names, no numbers."""
    return {
        place
        for place, word in enumerate(words)
        if word.form not in own and not word.form.isdigit() and not _is_called(words, place)
    }


def _partly(words: Sequence[_Word], scans: dict[str, _Scan], own: set[str], text: str) -> str:
    """Return the language of a message that has other words than the known phrases."""
    scripted = identify_language(text)
    if scripted == UNDETERMINED:
        told = told_language(text)
        return told if told in names(_FOLDER) else UNDETERMINED
    foreign = [word for word in words if word.form not in own and not word.form.isdigit()]
    if len(foreign) <= 1:
        return ""
    covering = {
        language: len(scan.covered)
        for language, scan in scans.items()
        if (scan.name or scan.longest > 1) and len(scan.covered) >= _MIN_COVERED * len(foreign)
    }
    best = max(covering, key=lambda each: (covering[each], each), default="")
    if best and _english_share(foreign, best) <= _MAX_ENGLISH:
        return best
    if scripted and _is_of(foreign, scripted):
        return scripted
    # What pieces of words resemble is reckoned only where it may count: it takes the longest.
    if _english_share(foreign) > _MAX_ENGLISH_WORDS:
        return ""
    told = told_language(text)
    return told if told in names(_FOLDER) and _is_of(foreign, told) else ""


def _is_of(words: Sequence[_Word], language: str) -> bool:
    """Return whether few of the words are English and, in plain letters, some of the language."""
    if _english_share(words, language) > _MAX_ENGLISH:
        return False
    if not all(word.said.isascii() for word in words):
        return True
    vocabulary, lexicon = _vocabulary(language), meaning_lexicon(language)
    forms = {word.form for word in words if not _is_english(word.form)}
    known = sum(form in vocabulary or bool(lexicon.find(form)) for form in forms)
    return len(words) >= _MIN_PLAIN_WORDS and known >= _MIN_KNOWN_WORDS


def _english_share(words: Sequence[_Word], language: str = "") -> float:
    """Return the share of the words that are English and not words of the language, 0..1."""
    known = _vocabulary(language) if language else frozenset()
    english = sum(_is_english(word.form) and word.form not in known for word in words)
    return english / len(words)


def _is_english(form: str) -> bool:
    plain = form.partition("'")[0]
    return form in STOP_WORDS or plain in STOP_WORDS or plain in COMMON_WORDS


def _is_called(words: Sequence[_Word], place: int) -> bool:
    """Return whether a word may be the name of somebody who is greeted: a capital, not first."""
    word = words[place]
    return place > 0 and word.said[:1].isupper() and not _is_english(word.form)


def _earlier(before: str) -> str:
    """Return the language of the last lines, "" for English or none."""
    last = before.strip().rpartition("\n")[2]
    language = told_language(last)
    return "" if language == "en" else language


def _scan(words: Sequence[_Word], language: str) -> _Scan:
    scan = _Scan()
    place = 0
    while place < len(words):
        phrase = _at(words, place, language)
        if phrase is None:
            place += 1
            continue
        end = place + len(phrase.forms)
        kind = _kind(phrase, place, words)
        if kind in {"name", "introduce"}:
            end = _read_name(scan, words, (place, end), phrase)
            if end == place:
                place += 1
                continue
        elif kind == "named_before":
            _read_name_before(scan, words, place)
        if kind in _TELLING:
            scan.kinds.setdefault(kind)
            scan.longest = max(scan.longest, len(phrase.forms))
        scan.covered.update(range(place, end))
        place = end
    return scan


def _kind(phrase: _Phrase, place: int, words: Sequence[_Word]) -> str:
    """Return what a phrase does here: one that also takes leave greets at the start alone."""
    both = (phrase.forms, "farewell") in _table(phrase.language)
    ends = place > 0 and place + len(phrase.forms) == len(words)
    return "farewell" if phrase.kind == "greet" and both and ends else phrase.kind


def _at(words: Sequence[_Word], place: int, language: str) -> _Phrase | None:
    """Return the longest phrase of a language that begins at a word."""
    for phrase in _index().get(words[place].form, ()):
        forms = phrase.forms
        if phrase.language == language and len(forms) <= len(words) - place:
            said = words[place : place + len(forms)]
            is_joined = not any(word.opens for word in said[1:])
            if is_joined and all(w.form == f for w, f in zip(said, forms, strict=True)):
                return phrase
    return None


def _read_name(scan: _Scan, words: Sequence[_Word], span: tuple[int, int], phrase: _Phrase) -> int:
    """Keep the name behind a phrase, and return where it ends; the start where there is none."""
    start, end = span
    soft = phrase.kind == "introduce"
    found = [*_name_words(words, end, phrase.language)]
    first = found[0] if found else None
    is_alone = end + len(found) == len(words) or words[end + len(found)].opens
    alone = is_alone and (start == 0 or "greet" in scan.kinds)
    if first is None or (soft and not (alone and first.said[:1].isupper())):
        return start
    if _is_ordinary(first, phrase.language):
        return start
    said = first.said + "".join(word.gap + word.said for word in found[1:])
    said = _without_ending(said, phrase.language)
    if said:
        scan.name = scan.name or (said[:1].upper() + said[1:])
    return end + len(found) if said else start


def _is_ordinary(word: _Word, language: str) -> bool:
    """Return whether a word is no name: one in small letters that the language knows."""
    if word.said[:1].isupper() or UNSPACED.search(word.said):
        return word.form in NOT_NAMES
    has_case = word.said.lower() != word.said.upper()
    known = word.form in _vocabulary(language)
    return known or (has_case and bool(meaning_lexicon(language).find(word.form)))


def _name_words(words: Sequence[_Word], start: int, language: str) -> Iterator[_Word]:
    """Yield the words of the name that begins at a place."""
    unspaced = start < len(words) and bool(UNSPACED.search(words[start].said))
    most = _MAX_NAME_LETTERS if unspaced else _MAX_NAME_WORDS
    for place in range(start, min(start + most, len(words))):
        word = words[place]
        phrase = _at(words, place, language)
        is_end = phrase is not None and (not unspaced or phrase.kind in _ENDS_NAME)
        is_cased = word.said.lower() != word.said.upper()
        goes_on = place == start or unspaced or not is_cased or _is_part(words, place)
        if (word.opens and place > start) or not goes_on:
            return
        is_particle = is_cased and word.form in _particles() and _is_part(words, place)
        if is_end and not is_particle and (place > start or not word.said[:1].isupper()):
            return
        yield word


def _is_part(words: Sequence[_Word], place: int) -> bool:
    """Return whether a word goes on a name: a capital, or "de" before one."""
    if words[place].said[:1].isupper():
        return True
    follows = words[place + 1 : place + 3]
    is_small = words[place].form in _particles()
    return is_small and any(w.said[:1].isupper() and not w.opens for w in follows)


def _read_name_before(scan: _Scan, words: Sequence[_Word], end: int) -> None:
    """Keep the name in front of a phrase ("Lucía と申します")."""
    start = end
    while start > 0 and start - 1 not in scan.covered and end - start < _MAX_NAME_LETTERS:
        start -= 1
        if words[start].opens:
            break
    said = "".join(word.said for word in words[start:end])
    if said and not scan.name:
        scan.name = said
        scan.covered.update(range(start, end))


def _without_ending(said: str, language: str) -> str:
    """Return a name without the verb that is written together with it ("지민이에요")."""
    if not re.search(r"[\uac00-\ud7a3]", said):
        return said
    for ending in _endings(language):
        if said.endswith(ending) and len(said) > len(ending):
            return said.removesuffix(ending).strip()
    return said


def _is_sad(text: str, language: str) -> bool:
    """Return whether a text tells of sadness, or of the death of somebody close."""
    meanings = meaning_lexicon(language).find(normal_form(text))
    if _DEATH in meanings and not _CLOSE.isdisjoint(meanings):
        return True
    return any(
        meaning in _SAD and _NEGATES.isdisjoint(meanings[max(0, place - 3) : place])
        for place, meaning in enumerate(meanings)
    )


def _is_borrowed(words: Sequence[_Word]) -> bool:
    """Return whether a message is an expression that English has taken from another language."""
    return tuple(word.form for word in words) in _borrowed()


@cache
def _borrowed() -> frozenset[tuple[str, ...]]:
    phrases = load("languages").table("foreign").phrases("borrowed")
    return frozenset(_forms(phrase) for phrase in phrases)


@cache
def _particles() -> frozenset[str]:
    return frozenset(load("languages").table("foreign").words("particles"))


@cache
def _by_speakers() -> tuple[str, ...]:
    return tuple(load("languages").table("foreign").words("others"))


@cache
def _phrases() -> tuple[_Phrase, ...]:
    return tuple(
        _Phrase(language, kind, forms)
        for language in names(_FOLDER)
        for kind in _KINDS
        if kind in load(f"{_FOLDER}/{language}")
        for text in load(f"{_FOLDER}/{language}").phrases(kind)
        if (forms := _forms(text))
    )


@cache
def _index() -> dict[str, tuple[_Phrase, ...]]:
    """Return the phrases by their first word, the longest first."""
    found: dict[str, list[_Phrase]] = {}
    for phrase in _phrases():
        found.setdefault(phrase.forms[0], []).append(phrase)
    return {
        form: tuple(sorted(phrases, key=lambda phrase: -len(phrase.forms)))
        for form, phrases in found.items()
    }


@cache
def _table(language: str) -> frozenset[tuple[tuple[str, ...], str]]:
    return frozenset((p.forms, p.kind) for p in _phrases() if p.language == language)


@cache
def _vocabulary(language: str) -> frozenset[str]:
    """Return the words of a language's phrases, and its common words."""
    common = load("languages").table("common_words")
    listed = [normal_form(word) for word in common.words(language)] if language in common else []
    return frozenset(form for p in _phrases() if p.language == language for form in p.forms).union(
        listed
    )


@cache
def _endings(language: str) -> tuple[str, ...]:
    content = load(f"{_FOLDER}/{language}")
    endings = content.phrases("name_end") if "name_end" in content else []
    return tuple(sorted(endings, key=len, reverse=True))


def _begun(words: Sequence[_Word]) -> set[str]:
    """Return the languages of which a phrase that is no mere filler may begin in a message."""
    index = _index()
    return {
        phrase.language
        for word in words
        for phrase in index.get(word.form, ())
        if phrase.kind not in {"filler", "name_end"}
    }


def _forms(text: str) -> tuple[str, ...]:
    return tuple(word.form for word in _words(text))


def _words(text: str) -> list[_Word]:
    """Return the words of a text with their normal forms, letters of unspaced scripts each."""
    words: list[_Word] = []
    end = 0
    for piece in words_of(text):
        start = text.index(piece, end)
        gap, end = text[end:start], start + len(piece)
        opens = bool(words) and bool(_BREAK.search(gap))
        for said in piece if UNSPACED.search(piece) else (piece,):
            form = normal_form(said)
            if form and (_VISIBLE.search(form) or UNSPACED.search(form)):
                words.append(_Word(said, form, gap, opens))
                gap, opens = "", False
    return words
