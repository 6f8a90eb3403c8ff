"""The page's files, read once: what is not in the table cannot be asked for."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

from fastapi.responses import Response

from synthetic_soul.errors import NotFound

TYPES = {
    "css": "text/css",
    "gif": "image/gif",
    "html": "text/html",
    "ico": "image/x-icon",
    "jpg": "image/jpeg",
    "js": "text/javascript",
    "json": "application/json",
    "mjs": "text/javascript",
    "png": "image/png",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff2": "font/woff2",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One file as it is sent."""

    body: bytes
    type: str
    etag: str


class Page:
    """Index and static files of a folder; by default those of ``synthetic_soul.web``."""

    def __init__(self, folder: Traversable | None = None) -> None:
        folder = folder or files("synthetic_soul") / "web"
        self._leaves = dict(_leaves(folder, "")) if folder.is_dir() else {}

    def __contains__(self, path: str) -> bool:
        """Whether there is such a file."""
        return path in self._leaves

    def serve(self, path: str, known: str, headers: Mapping[str, str] | None = None) -> Response:
        """A file, or 304 where ``known`` (If-None-Match) is its ETag; ``NotFound`` for others."""
        leaf = self._leaves.get(path)
        if leaf is None:
            raise NotFound("there is nothing at this address")
        head = {
            **(headers or {}),
            "ETag": leaf.etag,
            "Cache-Control": "no-cache",
            "Content-Security-Policy": POLICY,
        }
        if leaf.etag in known:
            return Response(status_code=304, headers=head)
        return Response(leaf.body, headers=head, media_type=leaf.type)


def _leaves(folder: Traversable, prefix: str) -> Iterator[tuple[str, Leaf]]:
    for item in folder.iterdir():
        name = prefix + item.name
        kind = TYPES.get(item.name.rpartition(".")[2])
        if item.is_dir():
            yield from _leaves(item, f"{name}/")
        elif kind is not None:
            body = item.read_bytes()
            yield name, Leaf(body, kind, f'"{hashlib.sha256(body).hexdigest()[:32]}"')
