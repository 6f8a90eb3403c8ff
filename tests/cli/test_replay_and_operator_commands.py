"""``soul replay`` and ``soul operator``."""

import asyncio
import json
import re
import sqlite3
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from synthetic_soul.auth.usernames import name_key
from synthetic_soul.compose import open_journal
from synthetic_soul.settings import Settings
from tests.cli.soul_process import Soul, start

HASH = re.compile(r"[0-9a-f]{64}")


@pytest.fixture
def lived(soul: Soul) -> Soul:
    soul("chat", typed="My name is Ann.\nMy dog died yesterday.\n")
    return soul


def test_a_replay_ends_with_the_hash_alone(lived: Soul) -> None:
    result = lived("replay", "jasmine", "--verify")
    assert result.returncode == 0
    lines = result.stdout.splitlines()
    assert re.fullmatch(r"jasmine: \d+ entries, 1 bonds", lines[0])
    assert HASH.fullmatch(lines[-1])


def test_the_hash_is_the_same_under_another_seed_zone_and_locale(lived: Soul) -> None:
    first = lived("replay", "jasmine", "--verify").stdout
    others = ({"PYTHONHASHSEED": "99"}, {"TZ": "Pacific/Apia"}, {"LC_ALL": "tr_TR.UTF-8"})
    for other in others:
        assert lived("replay", "jasmine", "--verify", **other).stdout == first


@pytest.mark.parametrize("at", [0, 40, -12, -1])
def test_a_flipped_byte_is_found_and_its_entry_named(lived: Soul, tmp_path: Path, at: int) -> None:
    db = sqlite3.connect(tmp_path / "kept" / "soul.db")
    (kept,) = db.execute("SELECT body FROM entries WHERE agent='jasmine' AND seq=3").fetchone()
    flipped = bytearray(kept)
    flipped[at] ^= 1
    changed = "UPDATE entries SET body=? WHERE agent='jasmine' AND seq=3"
    db.execute(changed, [bytes(flipped)])
    db.commit()
    db.close()
    result = lived("replay", "jasmine", "--verify")
    assert result.returncode == 1
    assert result.stdout == ""
    assert re.match(r"soul: entry 3 of '?jasmine\b", result.stderr)
    assert len(result.stderr.splitlines()) == 1


def test_a_missing_journal_is_reported(lived: Soul, tmp_path: Path) -> None:
    unknown = lived("replay", "nobody", "--verify")
    assert unknown.returncode == 1
    assert unknown.stderr == "soul: there is no journal of 'nobody'\n"
    empty = lived("replay", "jasmine", DATA_DIR=str(tmp_path / "empty"))
    assert empty.returncode == 1
    assert empty.stderr.startswith("soul: there is no journal at ")


def test_the_operators_role_is_given_and_revoked(soul: Soul, tmp_path: Path) -> None:
    nobody = soul("operator", "ann-k")
    assert nobody.returncode == 1
    assert nobody.stderr == "soul: there is no account with the username 'ann-k'\n"
    claim(tmp_path, "ann-k", "operator@example.com")
    db = tmp_path / "kept" / "soul.db"
    assert role(db) == "user"
    assert soul("operator", "ANN-K").stdout == "ann-k is now operator\n"
    assert role(db) == "operator"
    assert soul("operator", "ann-k", "--revoke").stdout == "ann-k is now user\n"
    assert role(db) == "user"


def role(db: Path) -> str:
    async def look() -> str:
        async with open_journal(Settings(data_dir=db.parent)) as store:
            account = await store.accounts.by_name(name_key("ann-k"))
            assert account is not None
            return account.role

    return asyncio.run(look())


def claim(folder: Path, username: str, email: str) -> None:
    """Claim an account at a server that runs for this alone."""
    with start(folder, "serve", "--port", "0") as server:
        assert server.stdout is not None
        url = re.search(r"http://\S+", server.stdout.readline())
        assert url is not None
        token = post(f"{url[0]}/v1/auth/guest", {})["access_token"]
        form = {"email": email, "username": username, "password": "correct-horse-battery"}
        post(f"{url[0]}/v1/auth/claim", form, str(token))
        server.terminate()
        server.communicate(timeout=30)


def post(url: str, body: object, token: str = "") -> dict[str, object]:
    head = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = Request(url, json.dumps(body).encode(), head, method="POST")  # noqa: S310 - always http
    with urlopen(request, timeout=20) as answer:  # noqa: S310 - as above
        return dict(json.load(answer))
