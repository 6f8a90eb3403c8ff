"""What lies in DATA_DIR keeps its form."""

import sqlite3
from contextlib import closing
from pathlib import Path

from tests.compatibility.programs import served
from tests.compatibility.records import recorded


def test_a_new_journal_has_the_same_tables(tmp_path: Path) -> None:
    with served(tmp_path, **dict.fromkeys(("JWT_SECRET", "PASSWORD_PEPPER"), "")):
        pass
    files = sorted(path.name for path in tmp_path.iterdir())
    with closing(sqlite3.connect(tmp_path / "soul.db")) as db:
        names = [
            name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type='table'")
        ]
        tables = {name: db.execute(f"PRAGMA table_info({name})").fetchall() for name in names}
        indexes = db.execute("SELECT name, sql FROM sqlite_master WHERE type='index'").fetchall()
        (version,) = db.execute("PRAGMA user_version").fetchone()
        (mode,) = db.execute("PRAGMA journal_mode").fetchone()
    found = {"files": files, "tables": tables, "indexes": sorted(indexes), "version": version}
    recorded("sqlite", {**found, "mode": mode})
