"""The normal form of a text: how its words were spelt does not count.

People in distress type in a hurry, and filters have taught many to hide words ("k1ll",
"su!cide", "k i l l"). All these have the same normal form as the plain word.
"""

import re
import unicodedata

_WORD = re.compile(
    r"[^\s!\"#$%&()*+,\-./:;<=>?@\[\\\]^_`{|}~…—–‘’“”„«»،؟؛。、！？，．（）「」『』・।¿¡]+"
)
_MARKS = re.compile(
    r"[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0670\u0640\u200b-\u200f\u2060\ufeff]"
)
"""Accents, vowel points, the Arabic lengthening stroke, and what cannot be seen."""
STRETCHED = re.compile(r"([^\W\d_])\1{2,}+")
"""A letter that is written three times or more ("soooo")."""
UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""A letter of Thai, Lao, kana or Chinese: scripts that put no spaces between words."""
_SPELT_OUT = re.compile(r"(?<![^\W_])(?:[^\W_][ .\-_*]){3,}[^\W_](?![^\W_])")
_SEPARATORS = re.compile(r"[ .\-_*]")
_DISGUISED = re.compile(r"(?<!\w)(?=[\w@$!|*]*[a-z])(?=[\w@$!|]*[0-9@$|]|\w+!\w)[a-z0-9@$!|]{3,}")
_HIDDEN = re.compile(r"(?<=[a-z])[*#](?=[a-z])")
_DISGUISES = str.maketrans("013457@$!|", "oieastasii")
_NUMBER_WORD = re.compile(
    r"\d+(?:st|nd|rd|th|am|pm|mg|ml|kg|km|cm|min|hrs?|h|x|k|s|g|m|d)?|[a-z]{1,3}\d+"
)
_VARIANTS = str.maketrans(
    {
        "ı": "i", "ł": "l", "ø": "o", "đ": "d", "ß": "ss", "æ": "ae", "œ": "oe", "ё": "е",
        "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ی": "ي", "ک": "ك", "ة": "ه", "’": "'",
    }
)  # fmt: skip
_LOOKALIKES = str.maketrans("аеорсухіјԁѕ", "aeopcyxijds")
_MIXED = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[a-z]")
_CYRILLIC = re.compile(r"[а-яіј]")


def normal_form(text: str) -> str:
    """Return ``text`` in lower case, without accents, disguises and stretched letters."""
    text = text.casefold()
    if not text.isascii():
        bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
        text = unicodedata.normalize("NFC", bare).translate(_VARIANTS)
        text = _MIXED.sub(_in_one_script, text)
    text = STRETCHED.sub(r"\1", text)
    text = _HIDDEN.sub("", text)
    text = _SPELT_OUT.sub(lambda match: _SEPARATORS.sub("", match[0]), text)
    return _DISGUISED.sub(_undisguised, text)


def words_of(form: str) -> list[str]:
    """Return the words of a text in normal form, with the vowel signs of Indic scripts."""
    return _WORD.findall(form)


def _in_one_script(match: re.Match[str]) -> str:
    """Return a Latin word in which some letters are Cyrillic ones that look the same."""
    word = match[0]
    if _LATIN.search(word) and _CYRILLIC.search(word):
        return word.translate(_LOOKALIKES)
    return word


def _undisguised(match: re.Match[str]) -> str:
    word = match[0]
    return word if _NUMBER_WORD.fullmatch(word) else word.translate(_DISGUISES)
