"""Which passwords anybody would try first: a short list and four rules, all offline.

A password is guessable when, in lower case,

- it is a common word (leet spelling undone) with nothing but digits and signs around it;
- it is one of the account's own words with nothing but digits and signs around it;
- it is a short piece written over and over;
- it is made of runs along a keyboard row, the alphabet or the digits;
- it is fewer than twelve digits and nothing else.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORT_NUMBER = 12  # digits; below this all of them are tried within hours, even against Argon2
RUN = 3  # characters along a row that count as a run
PIECE = 4  # characters that, written over and over, are no password
OWN = 3  # an own word shorter than this says nothing

WORDS = frozenset(
    """
    aaaaaa access account admin administrator alexander amanda america andrea andrew angel
    anthony antonio apple arsenal asdfgh ashley asshole austin azerty babygirl bailey banana
    barcelona baseball basketball batman beautiful benjamin bismillah blahblah blink boomer
    boston bubbles buster butterfly butthead caroline charles charlie charlotte cheese chelsea
    chester chicken chocolate christian christopher classic computer consumer contrasena cookie
    corvette cowboy cowboys daniel danielle default diamond dolphin dragon eminem estrella
    everton example facebook fashion ferrari flower football forever freedom friends fuckoff
    fuckyou garfield george ginger google gemini guitar hannah harley heather hello helloworld
    hockey homelesspa hunter iceman iloveu iloveyou internet jackson jasmine jasper jennifer
    jessica jonathan jordan joseph joshua juventus justin killer kristina lakers letmein
    letmeinn liberty lifehack liverpool loveme lovely loveyou maggie manchester marina martin
    master matrix matthew maverick melissa mercedes merlin metallica michael michelle mickey
    minecraft monkey monster morgan motdepasse mustang mynoob naruto natasha nicole nothing
    oliver orange parola passer passion passw passwd password passwords passwort patrick peanut
    pepper personal phoenix pokemon porsche princess princesa purple pussycat qazwsx querty
    qwerty qwertyui rainbow rangers raiders realmadrid richard robert rockyou samantha samsung
    scooter security senha shadow silver slipknot snoopy soccer somebody sophie spiderman spongebob
    startrek starwars steelers stephanie summer sunshine superman superstar sweety taylor
    teamo tequiero test testing thomas thunder tigger tinkerbell trustno trustnoone twilight
    tyler ultimate unknown user username vanessa vegeta victoria virginia warcraft welcome
    whatever william windows winner winter wizard yankees yellow zaqwsx zxcvbn changeme
    correcthorsebatterystaple syntheticsoul
    """.split()  # noqa: SIM905 - a list of words reads as words
)
ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop[]",
    "qwertzuiopü",
    "azertyuiop",
    "asdfghjkl;",
    "zxcvbnm,./",
    "!@#$%^&*()",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "qazwsxedcrfvtgbyhnujmikolp",
    "йцукенгшщзхъ",
    "фывапролджэ",
    "ячсмитьбю",
)
BOTH_WAYS = tuple(way for row in ROWS for way in (row, row[::-1]))
LEET = str.maketrans("013457@$!|+€", "oieastasiite")
REPEATED = re.compile(r"(.{1,64}?)\1+", re.DOTALL)


def guessable(folded: str, own: Iterable[str] = ()) -> bool:
    """Whether a password, already in lower case, would be among the first guesses."""
    if folded.isdigit() and len(folded) < SHORT_NUMBER:
        return True
    return (
        _is_word(folded, WORDS | frozenset(_pieces(own)))
        or _is_repeated(folded)
        or _is_runs(folded)
    )


def _pieces(own: Iterable[str]) -> Iterable[str]:
    for word in own:
        folded = word.casefold()
        for piece in (folded, folded.partition("@")[0]):
            if len(piece) >= OWN:
                yield piece
                yield _core(piece).translate(LEET)


def _is_word(folded: str, words: frozenset[str]) -> bool:
    core = _core(folded)
    candidates = {folded, core, core.translate(LEET), _core(folded.translate(LEET))}
    return not words.isdisjoint(candidates)


def _core(folded: str) -> str:
    start = next((i for i, char in enumerate(folded) if char.isalpha()), len(folded))
    end = next((i for i in range(len(folded), 0, -1) if folded[i - 1].isalpha()), start)
    return folded[start:end]


def _is_repeated(folded: str) -> bool:
    match = REPEATED.fullmatch(folded)
    return match is not None and (len(match[1]) <= PIECE or _is_word(match[1], WORDS))


def _is_runs(folded: str) -> bool:
    at = 0
    while at < len(folded):
        length = RUN
        while at + length <= len(folded) and _on_a_row(folded[at : at + length]):
            length += 1
        if length == RUN:
            return False
        at += length - 1
    return True


def _on_a_row(piece: str) -> bool:
    return any(piece in row for row in BOTH_WAYS)
