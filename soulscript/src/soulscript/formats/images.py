"""Which pictures a soul has: the extension ``avatar`` (§2.6), read tolerantly.

{"default": "neutral", "images": {"neutral": "picture.png"}}
"""

from collections.abc import Iterable
from pathlib import PurePosixPath

from soulscript.formats.base import JsonObject
from soulscript.model.soul import AVATAR, Soul

__all__ = ["AVATAR", "DEFAULT", "avatar", "ending", "files_of", "images_of", "is_relative"]

DEFAULT = "neutral"  # the expression of a picture that names none


def images_of(soul: Soul) -> dict[str, str]:
    """Give the soul's pictures: expression -> where it is; the default one comes first."""
    avatar = soul.avatar
    if avatar is None:
        return {}
    named = dict(avatar.images)
    return {key: named[key] for key in dict.fromkeys([avatar.default, *named]) if key in named}


def files_of(soul: Soul) -> tuple[str, ...]:
    """Name the pictures that are files beside the soul: relative, staying within its folder."""
    return tuple(dict.fromkeys(filter(is_relative, images_of(soul).values())))


def is_relative(name: str) -> bool:
    """Whether a name is that of a file in the same folder or below it, on any system."""
    if not name or name.startswith("/") or any(sign in name for sign in '\\:*?"<>|\0\r\n'):
        return False
    return all(part not in {"", ".", ".."} for part in name.split("/"))


def avatar(images: Iterable[tuple[str, str]], default: str = DEFAULT) -> JsonObject:
    """Make the extension of pairs (expression, where the picture is); the first of a name counts.

    The default expression is ``default`` if it is there, else the first.
    """
    named: JsonObject = {}
    for expression, place in images:
        named.setdefault(expression, place)
    return {"default": default if default in named else next(iter(named)), "images": named}


def ending(name: str) -> str:
    """Give the ending of a file's name without the dot, in lower case."""
    return PurePosixPath(name).suffix.removeprefix(".").lower()
