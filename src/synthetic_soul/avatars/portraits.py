"""The pictures of one soul: found where its avatar (§2.6) names them, and written anew.

An image is a file that came with the soul, or a ``data:`` URI. An ``https`` address is never
fetched, and no client is sent there: whoever runs that address would learn who looks at it.
"""

import base64
import binascii
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from soulscript import Soul
from synthetic_soul.avatars.images import MAX_PIXELS, BadPicture, to_webp
from synthetic_soul.avatars.near_expressions import normal_name
from synthetic_soul.stores.base import MAX_PICTURE_BYTES, MAX_PICTURES

NEUTRAL: Final = "neutral"
MAX_TOTAL_PIXELS: Final = 8 * MAX_PIXELS
"""Pixels of all pictures of one soul as they come: some ten seconds of decoding at most."""
MAX_CANDIDATES: Final = 4
"""Files that are tried where no image of the avatar can be shown."""
_DATA: Final = "data:"
_PICTURE_ENDINGS: Final = (".png", ".webp", ".jpg", ".jpeg", ".gif")


@dataclass(slots=True)
class Portraits:
    """Pictures in WebP by expression, the default one first.

    ``faults`` says by expression, as the soul spells it, why an image is not among them.
    """

    pictures: dict[str, bytes] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)


def portraits(soul: Soul, assets: Mapping[str, bytes]) -> Portraits:
    """Return the pictures of a soul that can be shown; broken ones do not count.

    ``assets`` are the files that came with it. Where its avatar gives none, the first picture among
    the files is the neutral one. It takes up to some seconds: call it in a thread.
    """
    # Some systems pack a name with its accents apart, and some tools write it as in an address.
    files = {_plain(name): raw for name, raw in assets.items()} | dict(assets)
    writing = _Writing()
    for expression, location in _images(soul):
        writing.add(expression, location, files)
    found = writing.found
    for name in [name for name in assets if name.casefold().endswith(_PICTURE_ENDINGS)][
        :MAX_CANDIDATES
    ]:
        if not found.pictures:
            writing.add(NEUTRAL, name, assets)
    return found


def _images(soul: Soul) -> Iterator[tuple[str, str]]:
    """Yield expression and location, the default expression first."""
    avatar = soul.avatar
    if avatar is not None:
        images = avatar.images
        yield from ((name, where) for name, where in images.items() if name == avatar.default)
        yield from ((name, where) for name, where in images.items() if name != avatar.default)


class _Writing:
    """Pictures as they are written anew, within the bounds of one soul."""

    def __init__(self) -> None:
        self.found = Portraits()
        self._by_location: dict[str, bytes] = {}
        self._bytes_left = MAX_PICTURE_BYTES
        self._pixels_left = MAX_TOTAL_PIXELS

    def add(self, expression: str, location: str, assets: Mapping[str, bytes]) -> None:
        """Add the picture at a location, or a fault."""
        name = normal_name(expression)
        if not name or name in self.found.pictures:
            return
        try:
            self.found.pictures[name] = self._written(location, assets)
        except BadPicture as fault:
            self.found.faults.setdefault(expression, str(fault))

    def _written(self, location: str, assets: Mapping[str, bytes]) -> bytes:
        if len(self.found.pictures) >= MAX_PICTURES:
            raise BadPicture(f"{MAX_PICTURES} pictures are kept; this is one more")
        webp = self._by_location.get(location)
        if webp is None:
            decoded = to_webp(_raw(location, assets), max_pixels=self._pixels_left)
            self._pixels_left -= decoded.pixels
            self._by_location[location] = webp = decoded.webp
        if len(webp) > self._bytes_left:
            raise BadPicture(f"all pictures together would take over {MAX_PICTURE_BYTES} bytes")
        self._bytes_left -= len(webp)
        return webp


def _raw(location: str, assets: Mapping[str, bytes]) -> bytes:
    """Return the bytes of an image; ``BadPicture`` says why there are none."""
    if location in assets:
        return assets[location]
    if location.startswith(_DATA):
        try:
            return base64.b64decode(location.partition(",")[2], validate=True)
        except binascii.Error:
            raise BadPicture("its base64 is damaged") from None
    if (plain := _plain(location)) in assets:
        return assets[plain]
    if "://" in location:
        raise BadPicture("addresses are not fetched; put the picture beside the soul, or in it")
    raise BadPicture("the file is not there; send the soul as CHARX to bring files along")


def _plain(name: str) -> str:
    """Return a file's name as it is read, however it is encoded."""
    return unicodedata.normalize("NFC", unquote(name))
