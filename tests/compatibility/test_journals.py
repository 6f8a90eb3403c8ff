"""Journals that version 0.1.0 wrote are read, replayed and served as they were then."""

import json
import lzma
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from pydantic_core import from_json

from tests.compatibility.programs import Json, asked, events, served, signed_in, soul
from tests.compatibility.records import JOURNALS, agree

NAMES = ("composer", "model")
ACCOUNTS = {"composer": ("tomas", "ada", "ben"), "model": ("tomas", "ada", "ben", "mia")}
AGENTS = ("jasmine", "kiki", "ottilie")  # much talked to, given over HTTP, only born
FILE = "soul.db"
REPLIES = 12

pytestmark = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def folder(name: str, tmp_path: Path) -> Path:
    """A DATA_DIR with a copy of the journal, and the souls that were shipped then."""
    data = lzma.decompress((JOURNALS / f"{name}.sqlite.xz").read_bytes())
    (tmp_path / FILE).write_bytes(data)
    souls = tmp_path / "souls"
    souls.mkdir()
    for agent, document in shipped(tmp_path).items():
        (souls / f"{agent}.soul").write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def shipped(folder: Path) -> dict[str, Json]:
    """The newest souls of a journal that were in files, by agent."""
    found = {}
    with database(folder) as db:
        for agent, body in db.execute("SELECT agent, body FROM entries ORDER BY agent, seq"):
            for event in from_json(body)["events"]:
                if event["kind"] == "soul_adopted" and not event.get("given"):
                    found[agent] = event["soul"]
    return found


def database(folder: Path) -> closing[sqlite3.Connection]:
    return closing(sqlite3.connect(folder / FILE, isolation_level=None))


def replayed(folder: Path) -> dict[str, list[str]]:
    """What ``soul replay --verify`` prints of each agent: numbers, and the hash."""
    told = {}
    for agent in AGENTS:
        result = soul(folder, "replay", agent, "--verify")
        assert (result.returncode, result.stderr) == (0, "")
        told[agent] = result.stdout.splitlines()
    return told


def kinds(folder: Path) -> dict[str, int]:
    with database(folder) as db:
        bodies = [body for (body,) in db.execute("SELECT body FROM entries")]
    return Counter(event["kind"] for body in bodies for event in from_json(body)["events"])


def forget_snapshots(folder: Path) -> None:
    with database(folder) as db:
        db.execute("DELETE FROM snapshots")
        db.execute("DELETE FROM bonds")


def snapshots(folder: Path) -> dict[str, Json]:
    """What stands in the tables of snapshots."""
    with database(folder) as db:
        minds = db.execute("SELECT agent, version, seq, mind FROM snapshots ORDER BY agent")
        bonds = db.execute("SELECT agent, version, person, bond FROM bonds ORDER BY agent, person")
        return {
            "minds": [[*place, from_json(mind)] for *place, mind in minds],
            "bonds": [[*place, from_json(bond)] for *place, bond in bonds],
        }


def test_a_replay_gives_the_recorded_hash(name: str, folder: Path) -> None:
    agree(JOURNALS / f"{name}.json", {"replay": replayed(folder), "kinds": kinds(folder)})


def test_a_replay_without_snapshots_gives_the_same(name: str, folder: Path) -> None:
    forget_snapshots(folder)
    agree(JOURNALS / f"{name}.json", {"replay": replayed(folder), "kinds": kinds(folder)})


def test_a_journal_that_was_moved_gives_the_same(name: str, folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "moved"
    target.mkdir()
    moved = soul(folder, "migrate", "--from", str(folder), "--to", str(target))
    assert moved.returncode == 0, moved.stderr
    agree(JOURNALS / f"{name}.json", {"replay": replayed(target), "kinds": kinds(target)})


def test_an_engine_folds_to_the_recorded_snapshots(name: str, folder: Path) -> None:
    forget_snapshots(folder)
    with served(folder):
        pass
    agree(JOURNALS / f"{name}.snapshots.json.xz", snapshots(folder))
    agree(JOURNALS / f"{name}.json", {"replay": replayed(folder), "kinds": kinds(folder)})


def lines(client: httpx.Client, **where: str) -> list[Json]:
    """A whole conversation, page by page."""
    found: list[Json] = []
    page = asked(client, "/v1/messages/conversation", limit=40, **where)
    while True:
        found = [*page["messages"], *found]
        if page["before"] is None:
            return found
        page = asked(client, "/v1/messages/conversation", limit=40, before=page["before"], **where)


def replies(talk: list[Json]) -> list[str]:
    return [line["id"] for line in talk if line["from_agent"]][-REPLIES:]


def jobs(talk: list[Json]) -> list[str]:
    return [line["job_id"] for line in talk if line["job_id"]][-REPLIES:]


def export(client: httpx.Client) -> Json:
    """An export without what the hour of asking changes."""
    found = asked(client, "/v1/auth/me/export")
    del found["exported_at"], found["account"]["seen_at"]
    for agent in found["agents"].values():
        standing = agent["standing"]
        told = {key: standing[key] for key in ("messages", "met_at")}
        agent["standing"] = {"of": sorted(standing), **told}
    return found


def thought(client: httpx.Client, agent: str) -> Json:
    """The latest thought without the key that later versions add for other clients."""
    found = asked(client, "/v1/thoughts/latest", agent=agent)
    return (
        {key: value for key, value in found.items() if key != "latest_thought"} if found else found
    )


def answers(client: httpx.Client) -> Json:
    """What somebody of the journal is told of what was."""
    listed = asked(client, "/v1/agents")["agents"]
    told: Json = {
        "agents": [{key: agent[key] for key in ("id", "name", "active")} for agent in listed],
        "group": lines(client, type="group"),
        "export": export(client),
    }
    for agent in ("jasmine", "kiki"):
        talk = lines(client, agent=agent)
        told[agent] = {
            "lines": talk,
            "memories": asked(client, f"/v1/agents/{agent}/memories"),
            "thought": thought(client, agent),
            "why": [asked(client, f"/v1/messages/{name}/why") for name in replies(talk)],
            "jobs": [asked(client, f"/v1/jobs/{name}") for name in jobs(talk)],
            "events": [events(client, f"/v1/jobs/{name}/events") for name in jobs(talk)[-2:]],
        }
    return told


def test_an_engine_serves_what_was_said(name: str, folder: Path) -> None:
    # Before it is served: an engine that runs for some seconds goes on with the journal.
    agree(JOURNALS / f"{name}.json", {"replay": replayed(folder), "kinds": kinds(folder)})
    found = {}
    with served(folder) as address:
        for account in ACCOUNTS[name]:
            if (name, account) == ("model", "mia"):
                continue  # this person has left
            with signed_in(address, account) as client:
                found[account] = answers(client)
    agree(JOURNALS / f"{name}.answers.json.xz", found)
