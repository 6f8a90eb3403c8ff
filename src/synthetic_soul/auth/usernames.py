"""Usernames and email addresses: which are valid, and when two are the same.

The rules for a username, as documented:

1. It is normalised (NFKC) and has 3 to 32 characters.
2. It holds letters (with their accents), the digits 0-9, and ``_ . -`` between them, one at a
   time. It begins and ends with a letter or digit and holds at least one letter.
3. All its letters are of one script (Japanese counts as one; so does Korean with Chinese
   characters), and the script is one in everyday use (Unicode UAX 31, table 5). Latin letters
   are those of the ordinary alphabets, not phonetic look-alikes. Characters that are invisible
   or turn the direction of writing are no letters.
4. Two names are the same if they differ only in case or in characters that look alike
   (``name_key``; after the idea of Unicode TR39's skeletons, with a table of our own).
5. Names beginning with ``guest``, names of agents, and a list of others are reserved.
"""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from synthetic_soul.errors import Conflict, InvalidInput

MIN_USERNAME_CHARS = 3
MAX_USERNAME_CHARS = 32
MAX_EMAIL_CHARS = 254
MAX_LOCAL_PART_CHARS = 64

DIGITS = "0123456789"
SIGNS = "_.-"
SHAPE = re.compile(r"[^_.\-]+(?:[_.\-][^_.\-]+)*")
ASCII_LETTERS = "abcdefghijklmnopqrstuvwxyz"
OTHER_LATIN = "ßæœøđłþðħŋəı"  # ordinary letters that do not decompose to a-z


def read_lines(name: str) -> list[str]:
    """Return the lines of a data file of this package."""
    return Path(__file__).with_name("data").joinpath(name).read_text("utf-8").splitlines()


# A letter's script is the first word of its Unicode name.
SCRIPTS = frozenset(read_lines("scripts.txt"))
INVISIBLE = re.compile("FILLER|INHERENT|VARIATION SELECTOR")
# Scripts that are written together, each under one name.
SCRIPT_FAMILIES = {
    "HIRAGANA": "JAPANESE",
    "KATAKANA": "JAPANESE",
    "KATAKANA-HIRAGANA": "JAPANESE",
    "HANGUL": "KOREAN",
    "BOPOMOFO": "CHINESE",
}
FAMILIES_WITH_HAN = {"JAPANESE", "KOREAN", "CHINESE"}
HAN = "CJK"

# Applied after case folding. Digits too: 0 looks like o, 1 like l, and a capital I like l.
LOOKALIKES = str.maketrans(
    {
        char: letter
        for letter, chars in (line.split() for line in read_lines("lookalikes.txt"))
        for char in chars
    }
)
RESERVED_PREFIX = "guest"
RESERVED_NAMES = tuple(read_lines("reserved_names.txt"))

EMAIL = re.compile(
    r"(?P<local>[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*)"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])"
)


def read_username(text: str, *, reserved: Iterable[str] = ()) -> tuple[str, str]:
    """Return the username as shown, and its key; ``InvalidInput`` names the broken rule.

    ``reserved`` are further names that are not available (those of agents): ``Conflict`` with
    code ``username_taken``, as for the name of another account.
    """
    name = unicodedata.normalize("NFKC", text)
    if not MIN_USERNAME_CHARS <= len(name) <= MAX_USERNAME_CHARS:
        raise _bad_name(f"use {MIN_USERNAME_CHARS} to {MAX_USERNAME_CHARS} characters")
    _check_characters(name)
    if len({_family(char) for char in name if char.isalpha()} - _written_together(name)) > 1:
        raise _bad_name("use letters of one script only")
    key = name_key(name)
    taken = {name_key(each) for each in (*RESERVED_NAMES, *reserved)}
    if key.startswith(name_key(RESERVED_PREFIX)) or key in taken:
        raise Conflict("username: this name is taken; choose another", code="username_taken")
    return name, key


def name_key(name: str) -> str:
    """Return the key of a name; names that look the same have the same key."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return unicodedata.normalize("NFKC", folded.translate(LOOKALIKES)).translate(LOOKALIKES)


def read_email(text: str) -> str:
    """Return the address in lower case; ``InvalidInput`` if its form is invalid.

    International domains must be in their xn-- form.
    """
    email = text.strip().casefold()
    match = EMAIL.fullmatch(email) if len(email) <= MAX_EMAIL_CHARS else None
    if match is None or len(match["local"]) > MAX_LOCAL_PART_CHARS:
        raise InvalidInput("email: write an address such as me@example.com", code="invalid_email")
    return email


def _check_characters(name: str) -> None:
    if not SHAPE.fullmatch(name):
        raise _bad_name("put one of _ . - only between letters or digits")
    if not any(char.isalpha() for char in name):
        raise _bad_name("use at least one letter")
    for before, char in zip(" " + name, name, strict=False):
        if not (char in DIGITS or char in SIGNS or _is_letter(char) or _is_accent(before, char)):
            raise _bad_name("use letters, the digits 0-9 and _ . - only")


def _is_letter(char: str) -> bool:
    if unicodedata.category(char) not in {"Lu", "Ll", "Lo", "Lm"}:
        return False
    script = _script(char)
    if script != "LATIN":
        return script in SCRIPTS and not INVISIBLE.search(unicodedata.name(char))
    base = unicodedata.normalize("NFD", char)[0].casefold()
    return base[0] in ASCII_LETTERS or base in OTHER_LATIN


def _is_accent(before: str, char: str) -> bool:
    """Tell whether it is a vowel sign or accent after a letter of its own script.

    Accented letters of Latin, Greek and Cyrillic are single characters after NFKC, so a
    combining mark after one of them is a disguise.
    """
    if unicodedata.category(char) not in {"Mn", "Mc"} or INVISIBLE.search(unicodedata.name(char)):
        return False
    return _script(before) == _script(char)


def _script(char: str) -> str:
    return unicodedata.name(char, "").partition(" ")[0]


def _family(char: str) -> str:
    script = _script(char)
    return SCRIPT_FAMILIES.get(script, script)


def _written_together(name: str) -> set[str]:
    """Return the script to ignore: Chinese characters beside a script written with them."""
    families = {_family(char) for char in name if char.isalpha()}
    return {HAN} if families & FAMILIES_WITH_HAN else set()


def _bad_name(mend: str) -> InvalidInput:
    return InvalidInput(f"username: {mend}", code="invalid_username")
