"""Which language a line is in that is not English, so that she can say so in it."""

from __future__ import annotations

import re
from typing import Final

_TOKEN: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


def _words(text: str) -> list[str]:
    """Return the words of ``text``, casefolded, with plain apostrophes."""
    return [word.replace("’", "'").casefold() for word in _TOKEN.findall(text)]


_COMMON: Final = {
    "de": (
        "ich du der die das und ist nicht ein eine wie geht es dir heute mir mein bin "
        "bist auch aber war hast habe wir was warum danke guten morgen sehr gut nein ja "
        "kannst mit von"
    ),
    "fr": (
        "je tu il elle nous vous est suis les des une un pas que qui c'est très mon ma "
        "aujourd'hui bonjour merci comment pourquoi avec pour dans j'ai triste oui ça va "
        "et"
    ),
    "es": (
        "yo tú el los las es estoy soy una un que no muy mi cómo te llamas qué hola "
        "gracias por para con está hoy triste sí pero buenos días llamo"
    ),
    "it": (
        "io tu il lo gli è sono una un che non molto mio mia come ti chiami ciao grazie "
        "per con oggi triste sì ma buongiorno stai sto"
    ),
    "pt": (
        "eu tu você os as é estou sou uma um que não muito meu minha como olá obrigado "
        "obrigada por para com hoje triste sim mas bom dia"
    ),
    "nl": (
        "ik jij je de het een is niet en wat hoe gaat met jou mijn ben bent ook maar was "
        "hebt heb wij waarom dank goed heel vandaag nee ja"
    ),
}
_WORDS: Final = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_SHARE: Final = 0.5
_LEAST: Final = 2
_LETTER: Final = re.compile(r"[^\W\d_]")
_LATIN: Final = re.compile(r"[A-Za-zÀ-ɏ]")


def tongue(text: str) -> str:
    """The key of what to say: "tongue.de" and the like, "tongue" of a script that is not Latin.

    Empty where the text may be English, or nothing can be told.
    """
    letters = _LETTER.findall(text)
    latin = sum(bool(_LATIN.match(letter)) for letter in letters)
    if letters and latin * 2 < len(letters):
        return "tongue"
    spoken = [word.strip("'") for word in _words(text)]
    hits = {code: sum(word in known for word in spoken) for code, known in _WORDS.items()}
    code = max(sorted(hits), key=hits.__getitem__)
    enough = hits[code] >= _LEAST and hits[code] >= _SHARE * len(spoken)
    return f"tongue.{code}" if enough and not _ENGLISH.issuperset(spoken) else ""


_ENGLISH: Final = frozenset(_words("no me a i he was is am die war hat in so us on all"))
