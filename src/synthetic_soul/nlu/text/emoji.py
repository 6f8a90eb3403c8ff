"""Feelings that are drawn instead of written: emoji and emoticons."""

from __future__ import annotations

import re

from synthetic_soul.nlu.text.regex import word_set

_DRAWN = (
    ("happiness .5", "😀 😃 😄 😁 😊 🙂 ☺ 😺 😸 🌞 :) :-) =) :] (: ^^ ^_^ 🙃"),
    ("happiness .6", "😂 🤣 😆 😹 😝 😜 😛 😋 xD XD :D =D :-D :P :p ;P"),
    ("happiness .4 affection .2", "😉 😏 ;) ;-) 😇"),
    ("excitement .6 happiness .5", "🎉 🥳 🤩 🎊 🙌 🚀 🏆 🥇 💃 🕺 🎈 🎂"),
    ("pride .4 happiness .3", "😎 💪 👑 💯"),
    ("contentment .4", "👍 👌 ✅ 👏 😌 🆗"),
    ("love .7 happiness .3", "❤ ♥ 💕 💖 💗 💘 💞 💓 💙 💚 💛 💜 🧡 🖤 🤍 😍 🥰 😻 <3 💝 💟"),
    ("affection .6 love .2", "😘 😗 😚 😙 🤗 💋 🫶 :* 🥹"),
    ("gratitude .5", "🙏"),
    ("sadness .6", "😢 😞 😔 ☹ 🙁 😟 😥 🥺 😿 💧 😓 :( :-( =( :[ ):"),
    ("sadness .8", "😭 😩 😫 :'( ;( T_T T.T ;_; 🥀"),
    ("sadness .8 love .2", "💔 </3"),
    ("anger .7", "😠 😡 🤬 👿 💢 >:( 🖕"),
    ("frustration .5", "😤 😒 🙄 😑 🤦 :/ :-/ :\\ -_- 👎 😣 😖"),
    ("anxiety .5", "😰 😬 😅 🫣 😧 😦"),
    ("fear .7", "😨 😱 👻 D: 🙀"),
    ("surprise .6", "😮 😲 😯 🤯 😳 :O :o :-O o_O 🫢"),
    ("disgust .7", "🤢 🤮 💩 🤧"),
    ("compassion .3", "🫂 🕊"),
    ("embarrassment .5", "🙈 🫠"),
    ("serenity .4", "🧘 🌊 🌿 😴 💤"),
)

_LAUGHING = word_set("😂 🤣 😆 😹 xD XD :D =D :-D")
_MOCKING = word_set("🙄 😒 😑")


def weights(row: str) -> dict[str, float]:
    """Read a table's left column, ``"happiness .5 love .2"``, into emotion and weight."""
    names = row.split()
    return {name: float(weight) for name, weight in zip(names[::2], names[1::2], strict=True)}


DRAWN: dict[str, dict[str, float]] = {
    drawing: weights(row) for row, drawings in _DRAWN for drawing in drawings.split()
}
"""What a drawing says its sender feels: rich emotions, 0..1."""

_TYPED = sorted(
    (re.escape(mark) for mark in DRAWN if all(letter < "\x7f" for letter in mark)),
    key=lambda mark: (-len(mark), mark),
)
_PICTURES = "".join(sorted(mark for mark in DRAWN if len(mark) == 1 and mark > "\x7f"))
EMOTICON = re.compile(
    rf"(?<![\w:/])(?:{'|'.join(_TYPED)})(?![\w/])|[{_PICTURES}][\ufe0f\U0001f3fb-\U0001f3ff]*+",
)
"""Any drawing that is known."""


_DRAWING = re.compile(r"[:;=<^_]|[xX]D|T\.T|[^\x00-\x7f]")
"""What every drawing holds; most texts hold none of it, and are passed at little cost."""


def drawings(text: str) -> list[str]:
    """Return the drawings in ``text``, in order."""
    if not _DRAWING.search(text):
        return []
    return [match[0].rstrip("\ufe0f🏻🏼🏽🏾🏿") for match in EMOTICON.finditer(text)]


def without_drawings(text: str) -> str:
    """Return ``text`` with a space in place of each drawing."""
    return EMOTICON.sub(" ", text) if _DRAWING.search(text) else text


def laughs(drawn: list[str]) -> bool:
    """Whether a drawing laughs."""
    return not _LAUGHING.isdisjoint(drawn)


def mocks(drawn: list[str]) -> bool:
    """Whether a drawing rolls its eyes."""
    return not _MOCKING.isdisjoint(drawn)
