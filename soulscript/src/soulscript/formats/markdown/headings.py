"""The meaning of headings, labels, file names and first words, from tables by language.

The tables are ``data/headings/*.txt``. What they do not know stays text, so a language that they
lack loses nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parents[2] / "data" / "headings"
_MAX_TITLE_CHARS: Final = 80  # of a heading that are looked at
_PUNCTUATION: Final = re.compile(r"[^\w\s&/+|-]+")
_BRACKETS: Final = re.compile(r"[(（\[【]([^()（）\[\]【】]{0,60})[)）\]】]")
_NUMBER: Final = re.compile(
    r"\s*(?:(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,3}|[ivx]{1,5}|[a-h])[.)：:]|[0-9]{1,3}\s[-–—]|"
    r"第?[一二三四五六七八九十]{1,3}[、.．章节：:]|§\s?[0-9]{1,3})\s*",
    re.IGNORECASE,
)
_PARTS: Final = re.compile(
    r"\s*(?:[&/+|、・]|\b(?:and|und|et|y|e|en|i|и|ve)\b|[与和及]|と|および)\s*"
)
_POSSESSIVES: Final = re.compile(
    r"(?:my|your|the|our|core|key|personal|her|his|their|its|mein|meine|dein|deine|mes|mon|ma|tes|"
    r"ton|ta|mi|mis|tu|tus|meu|minha|meus|seu|sua|seus|mio|mia|miei|tuo|tua|il|la|le|les|el|los|"
    r"mijn|jouw|je|мой|моя|мои|твой|твоя|твои|moj|moja|moje|twoj|twoja|我的|你的|核心|私の|あなたの|"
    r"나의|너의|당신의|내)\s*(?=\S)"
)
_DASHES: Final = re.compile(r"\s[-–—]+\s|[:：]\s?|\s?——\s?|\s?[–—]\s?")
_WORDS: Final = re.compile(r"[a-z]+")
UNIFORM: Final = ("memory", "profile")
"""Roles of files that no heading changes."""
INSTRUCTIONS: Final = "instructions"
"""Role of a file for a coding agent; it is about a character only where it says so."""


def fold(text: str) -> str:
    """Return a heading or a label in the spelling of the tables: lower case, without accents."""
    spelled = unicodedata.normalize("NFKD", text[:_MAX_TITLE_CHARS].lower())
    bare = "".join(sign for sign in spelled if unicodedata.category(sign) != "Mn")
    composed = unicodedata.normalize("NFC", bare).replace("-", " ")
    return " ".join(_PUNCTUATION.sub("", composed).split())


def _rows(file: str) -> Iterator[tuple[str, str]]:
    """Yield the first word of each line with each of the names behind its colon."""
    for line in (_FOLDER / file).read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            word, _, names = line.partition(":")
            yield from ((word.strip(), name.strip()) for name in names.split(","))


_ROLES: Final = {fold(name): role for role, name in _rows("roles.txt")}
_FACTS: Final = {fold(name): fact for fact, name in _rows("facts.txt")}
_FILES: Final = {name: role for role, name in _rows("files.txt")}
_TITLES: Final = frozenset(fold(name) for _, name in _rows("titles.txt"))
_BEING: Final = "|".join(
    re.escape(name).replace(r"\ ", r"\s+").replace("'", "['’]")
    for _, name in sorted(_rows("being.txt"), key=lambda row: -len(row[1]))
)
FACTS: Final = frozenset(_FACTS.values())


def role_of_heading(title: str) -> str | None:
    """Return the role that a heading gives to its body; None for an unknown heading.

    Numbers and emoji do not count. Of a heading in several parts, such as "Voice & Tone" or
    "性格 (Character)", those that are known must agree, and at most half may be unknown.
    """
    title = without_number(title[:_MAX_TITLE_CHARS])
    inner = [match[1] for match in _BRACKETS.finditer(title)]
    outer = _BRACKETS.sub(" ", title)
    for part in [*reversed(_DASHES.split(outer)), outer, *inner]:
        if role := _role_of_part(fold(without_number(part))):
            return role
    return None


def _role_of_part(folded: str) -> str | None:
    if role := _lookup(folded):
        return role
    parts = [part for part in _PARTS.split(folded) if part]
    known = [role for part in parts if (role := _lookup(part))]
    return known[0] if len({*known}) == 1 and 2 * len(known) >= len(parts) else None


def _lookup(folded: str) -> str | None:
    return _ROLES.get(folded) or _ROLES.get(_POSSESSIVES.sub("", folded, count=2))


def without_number(title: str) -> str:
    """Return a heading without its number: "2. Who I am" gives "Who I am"."""
    return _NUMBER.sub("", title, count=1) if _NUMBER.match(title) else title


def fact_of_label(label: str) -> str:
    """Return the fact that a label states, such as "name" for "Имя"; "" for none."""
    return _FACTS.get(fold(label), "")


def role_of_file(name: str, *, alone: bool) -> str | None:
    """Return the role of a file by its name; None for a file that is not about a character.

    A file that is ``alone`` may have any name.
    """
    folder, _, base = name.lower().rpartition("/")
    words = _WORDS.findall(base.replace("_", " "))
    role = next((_FILES[word] for word in words if word in _FILES), None)
    if role is None and folder.rpartition("/")[2] in ("memory", "memories"):
        return "memory"
    return "" if role is None and alone else role


def is_named_as_persona(name: str) -> bool:
    """Return whether a file's name alone says that it describes a character: ``SOUL.md``."""
    words = _WORDS.findall(name.lower().rpartition("/")[2].replace("_", " "))
    return any(_FILES.get(word) in ("", "identity") for word in words)


# -- names -----------------------------------------------------------------------------------------

_MAX_NAME_WORDS: Final = 5  # of a title that is a name
_MAX_NAME_CHARS: Final = 40
_EDGES: Final = re.compile(r"\A[\W_]+|[\W_]+\Z")  # emoji and marks around a name
_SPEAKS: Final = re.compile(rf"(?:{_BEING})(?![^\W_])", re.IGNORECASE)
_SPEAKS_CLOSED_UP: Final = re.compile(
    r"(?:你是|我是|您是|你叫|我叫|あなたは|私は|わたしは|僕は|俺は|당신은|너는|나는|저는)"
)
_LINE_MARKS: Final = " \t>*_#\"'“「•-"
_CAPITALIZED: Final = r"[A-ZÀ-ÖØ-Þ][\w'’.-]{0,20}"
_NAMED: Final = re.compile(
    rf"(?:\A|(?<=[.!?\n]))[\s>*_\"“]*(?i:you are|you['’]re|i am|i['’]m|your name is|my name is|"
    rf"du bist|ich bin|tu es|je suis|eres|soy|sei|sono|voce e|você é|eu sou|je bent|jij bent|"
    rf"ik ben|jesteś|jestem)\s+[*_]{{0,3}}"
    rf"({_CAPITALIZED}(?:\s{_CAPITALIZED}){{0,2}})[*_]{{0,3}}\s{{0,2}}[,.—–(（]"
)
_MAX_NAMED_CHARS: Final = 4_000  # at the start of a text, in which a name is looked for


def speaks_of_a_character(text: str) -> bool:
    """Return whether a line of a text begins as "You are …" does, in any language known here."""
    for line in text.splitlines():
        start = line.lstrip(_LINE_MARKS)[:_MAX_NAME_CHARS]
        if _SPEAKS.match(start) or _SPEAKS_CLOSED_UP.match(start):
            return True
    return False


def name_in_title(title: str, text: str) -> str:
    """Return the name that the first heading of a file is, or names behind the file's name; or "".

    ``text`` is the file's text. "Ada" is one, "SOUL.md - Ada" is one if the text says "You are Ada"
    or has "Ada" in it again; "Shared principles" is none.
    """
    rest = without_file_name(title)
    if rest == title:
        first = _EDGES.sub("", _BRACKETS.sub(" ", _DASHES.split(title, maxsplit=1)[0]))
        return first if _may_be_name(first) else ""
    rest = _EDGES.sub("", _BRACKETS.sub(" ", rest))
    if any(_is_file_word(word) for word in rest.split()) or not _may_be_name(rest):
        return ""
    said = re.compile(rf"(?:{_BEING})\s*(?:[—–-]\s*)?[\s*_「“\"]*{re.escape(rest)}", re.IGNORECASE)
    is_repeated = rest[0].isupper() and text.count(rest) > 1
    return rest if is_repeated or said.search(text[:_MAX_NAMED_CHARS]) else ""


def without_file_name(title: str) -> str:
    """Return a title without the name of a file before it: "SOUL.md - Ada" gives "Ada"."""
    if not any(_is_file_word(word) for word in title.split()):
        return title
    first, *rest = _DASHES.split(title, maxsplit=1)
    return rest[0].strip() if rest and any(map(_is_file_word, first.split())) else ""


def name_in_text(text: str) -> str:
    """Return the name in a sentence such as "You are Ada, a beekeeper." near the start; or ""."""
    match = _NAMED.search(text[:_MAX_NAMED_CHARS])
    return match[1].rstrip(".") if match and _may_be_name(match[1]) else ""


def _is_file_word(word: str) -> bool:
    return any(part in _FILES for part in _WORDS.findall(word.lower()))


def _may_be_name(title: str) -> bool:
    words = title.split()
    is_short = 0 < len(words) <= _MAX_NAME_WORDS and len(title) <= _MAX_NAME_CHARS
    if not is_short or role_of_heading(title) or set("?？!！。,，:：") & set(title):
        return False
    is_capitalized = all(not word[0].isalpha() or not word[0].islower() for word in words)
    return is_capitalized and not _TITLES.intersection(fold(title).split())
