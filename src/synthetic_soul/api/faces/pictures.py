"""The faces that are served: drawn when they are first asked for, and kept.

Anybody may ask, so the work is bounded: there are as many pictures as expressions times hues, one
is drawn at a time, and all of them fit into memory (some 10 KB each).
"""

import asyncio
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce

from synthetic_soul.api.faces.face import NEUTRAL, draw_face, features

HUE_STEP = 15  # degrees; agents whose hues lie closer together look alike
HUE_SEED = 49  # with that of the page, an agent has the same colour in both


PNG = "image/png"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture and its ETag."""

    body: bytes
    etag: str
    media_type: str = PNG


def own_picture(body: bytes, digest: str, media_type: str) -> Picture:
    """Return a picture that a soul brings; ``digest`` is that of its WebP."""
    kind = media_type.rpartition("/")[2]
    return Picture(body, f'"{digest[:32]}-{kind}"', media_type)


class FacePictures:
    """Every expression in every colour."""

    def __init__(self) -> None:
        self._pictures: dict[tuple[str, int], Picture] = {}
        self._drawing = asyncio.Lock()

    async def get(self, agent_id: str, expression: str) -> Picture:
        """Return the face of an agent; an expression that is unknown is a neutral one."""
        key = (expression if expression in features() else NEUTRAL, _hue(agent_id))
        if key not in self._pictures:
            async with self._drawing:
                if key not in self._pictures:
                    png = await asyncio.to_thread(draw_face, *key)
                    self._pictures[key] = Picture(png, f'"{hashlib.sha256(png).hexdigest()[:32]}"')
        return self._pictures[key]


def _hue(agent_id: str) -> int:
    """Return the hue of an agent in degrees, as ``app.js`` computes it, in steps."""
    letters: Iterable[str] = agent_id
    hue = reduce(lambda total, letter: (total * 31 + ord(letter)) % 360, letters, HUE_SEED)
    return hue // HUE_STEP * HUE_STEP
