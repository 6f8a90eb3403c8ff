"""The pictures of all agents: of souls in files read from beside them, of uploaded ones kept.

Pictures of an uploaded soul are kept by the store, since its file is gone and every process serves
it. Pictures of a soul in a file are read when they are first asked for, and written anew in memory.
"""

import asyncio
import hashlib
import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final

from soulscript import Soul
from synthetic_soul.avatars.images import to_png
from synthetic_soul.avatars.near_expressions import nearest, normal_name
from synthetic_soul.avatars.portraits import NEUTRAL, portraits
from synthetic_soul.caches import LRUCache
from synthetic_soul.stores.base import PictureStore, picture_digest

TTL_MS: Final = 10_000
"""How long pictures that another process has replaced may still be shown."""
MAX_AGENTS: Final = 64
MAX_BODIES: Final = 256
"""Pictures in memory: some 40 KB each as WebP, ten times that as PNG."""
_CALM: Final = (NEUTRAL, "polite_smile")
"""Expressions of the usual picture where the soul names none."""

ReadAssets = Callable[[str], Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Avatar:
    """A picture in WebP, or in PNG where that was asked for, and the digest of the WebP."""

    body: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of an agent's pictures: digests by expression, ``bodies`` if in memory."""

    soul: str
    at: int
    digests: Mapping[str, str]
    bodies: Mapping[str, bytes] = field(repr=False)


class Avatars:
    """Pictures by agent and expression.

    ``read_assets`` returns the files that came with an agent's soul, read now; it runs in a thread.
    ``clock`` gives milliseconds.
    """

    def __init__(
        self, store: PictureStore, read_assets: ReadAssets, clock: Callable[[], int]
    ) -> None:
        self._store = store
        self._read_assets = read_assets
        self._clock = clock
        self._known: LRUCache[str, _Known] = LRUCache(MAX_AGENTS)
        self._bodies: LRUCache[tuple[str, str, bool], bytes] = LRUCache(MAX_BODIES)
        self._working = asyncio.Lock()  # decoding takes processor time: one at a time

    async def version(self, agent: str, soul: Soul, *, uploaded: bool) -> str:
        """Return what changes with any picture of an agent, in hexadecimal digits; "" of none.

        Clients keep the pictures of all expressions under this one version.
        """
        known = await self._of(agent, soul, uploaded=uploaded)
        usual = _usual(soul, known.digests)
        told = json.dumps([usual, *sorted(known.digests.items())])
        return hashlib.sha256(told.encode()).hexdigest() if usual else ""

    async def get(
        self, agent: str, soul: Soul, expression: str, *, uploaded: bool, png: bool = False
    ) -> Avatar | None:
        """Return the picture of an expression, else a near one, else the usual one; None of none.

        "" is the usual one.
        """
        for _ in range(2):  # another process may have replaced what is known here
            known = await self._of(agent, soul, uploaded=uploaded)
            name = _chosen(soul, expression, known.digests)
            if name is None:
                return None
            digest = known.digests[name]
            webp = known.bodies.get(digest) or await self._kept(agent, digest)
            if webp is not None:
                body = await self._as_png(agent, digest, webp) if png else webp
                return Avatar(body, digest)
            self._known.pop(agent)
        return None

    async def replace(self, agent: str, pictures: Mapping[str, bytes]) -> None:
        """Keep these pictures (WebP by expression) of an uploaded soul instead of earlier ones."""
        await self._store.replace(agent, pictures)
        self._known.pop(agent)

    async def _of(self, agent: str, soul: Soul, *, uploaded: bool) -> _Known:
        known = self._current(agent, soul, uploaded=uploaded)
        if known is not None:
            return known
        digests = await self._store.digests(agent) if uploaded else {}
        if digests:
            known = _Known(soul.digest, self._clock(), digests, {})
        else:
            async with self._working:
                known = self._current(agent, soul, uploaded=uploaded)
                known = known or await self._read(agent, soul, uploaded=uploaded)
        self._known.put(agent, known)
        return known

    def _current(self, agent: str, soul: Soul, *, uploaded: bool) -> _Known | None:
        known = self._known.get(agent)
        if known is None or known.soul != soul.digest:
            return None
        return known if not uploaded or 0 <= self._clock() - known.at < TTL_MS else None

    async def _read(self, agent: str, soul: Soul, *, uploaded: bool) -> _Known:
        """Write the pictures of a soul anew that the store does not keep."""

        def read() -> Mapping[str, bytes]:
            # All that is left of an uploaded soul's file are the pictures within its text.
            return portraits(soul, {} if uploaded else self._read_assets(agent)).pictures

        found = await asyncio.to_thread(read)
        digests = {name: picture_digest(body) for name, body in found.items()}
        bodies = {digests[name]: body for name, body in found.items()}
        return _Known(soul.digest, self._clock(), digests, bodies)

    async def _kept(self, agent: str, digest: str) -> bytes | None:
        body = self._bodies.get((agent, digest, False))
        if body is None:
            body = await self._store.read(agent, digest)
            if body is not None:
                self._bodies.put((agent, digest, False), body)
        return body

    async def _as_png(self, agent: str, digest: str, webp: bytes) -> bytes:
        key = (agent, digest, True)
        async with self._working:
            png = self._bodies.get(key)
            if png is None:
                png = await asyncio.to_thread(to_png, webp)
        self._bodies.put(key, png)
        return png


def _chosen(soul: Soul, expression: str, names: Collection[str]) -> str | None:
    """Return the name of the picture to show for an expression; None where there are no names."""
    return (nearest(expression, names) if expression else None) or _usual(soul, names)


def _usual(soul: Soul, names: Collection[str]) -> str | None:
    """Return the name of the usual picture: the soul's default, else a calm one, else its first.

    ``names`` are in no order, as a store keeps them.
    """
    avatar = soul.avatar
    default = normal_name((avatar.default or "") if avatar else "")
    if default in names:
        return default
    calm = (nearest(expression, names) for expression in _CALM)
    listed = (normal_name(image) for image in (avatar.images if avatar else ()))
    first = (name for name in (*calm, *listed) if name in names)
    return next(first, None) or min(names, default=None)
