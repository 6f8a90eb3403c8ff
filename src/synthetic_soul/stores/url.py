"""The address of a store, as written on a command line: a SQLite file or folder, or MongoDB."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from typing_extensions import override

from synthetic_soul.errors import Misconfigured
from synthetic_soul.settings import DATABASE_FILE

FORMS = "write a path, sqlite:///absolute/path/soul.db, or mongodb://host/name (or mongodb+srv://)"
_SQLITE = "sqlite://"
_MONGO = re.compile(r"mongodb(\+srv)?://[^?]+")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SqliteUrl:
    """A SQLite file."""

    path: Path

    @override
    def __str__(self) -> str:
        return str(self.path)


@dataclass(frozen=True, slots=True)
class MongoUrl:
    """A database of a MongoDB server; ``uri`` may hold a password and is never shown."""

    uri: str = field(repr=False)
    database: str

    @override
    def __str__(self) -> str:
        return _bare(self.uri)


StoreUrl = SqliteUrl | MongoUrl


def parse_url(url: str) -> StoreUrl:
    """Parse the address of a store; ``Misconfigured`` says how one is written.

    A path to a folder, or to nothing that ends in ``.db``, is a DATA_DIR. The password of a URL
    is never part of an error.
    """
    url = url.strip()
    if url.lower().startswith("mongodb"):
        return _mongo(url)
    if url.lower().startswith(_SQLITE):
        path = url[len(_SQLITE) :]
        if not path.startswith("/"):
            raise Misconfigured(f"{url} is not absolute: {FORMS}")
        return _file(Path("/" + path.lstrip("/")))
    if not url or _SCHEME.match(url):
        raise Misconfigured(f"{_bare(url) or 'nothing'} is no address of a store: {FORMS}")
    return _file(Path(url))


def _file(path: Path) -> SqliteUrl:
    folder = path.is_dir() or (path.suffix != ".db" and not path.exists())
    return SqliteUrl((path / DATABASE_FILE if folder else path).absolute())


def _mongo(url: str) -> MongoUrl:
    place = _MONGO.match(url)
    # A password may hold a slash that should have been written %2F: the name is behind the last @.
    behind = place[0].partition("://")[2].rpartition("@")[2] if place else ""
    hosts, _, name = behind.partition("/")
    if not hosts or not name or "/" in name:
        raise Misconfigured(f"{_bare(url)} names no database: {FORMS}")
    return MongoUrl(url, name)


def _bare(url: str) -> str:
    """Return the URL without user, password and options."""
    return re.sub(r"//.*@", "//", url.partition("?")[0])
