"""A machine's own ways at the start: signals, streams, addresses, folders; all in one line."""

import json
import re
import signal
import socket
import subprocess
from pathlib import Path
from urllib.request import urlopen

import pytest

from soulscript import Memory
from soulscript.formats import Import, read_file
from synthetic_soul import compose
from synthetic_soul.compose import own_soul, soul_files
from synthetic_soul.settings import Settings
from tests.cli.soul_process import TIMEOUT_SECONDS, Soul, command, environ, start

CJK = "\u6708\u5f71 \U0001f319"
STEPS = ("build", "_listen", "open", "startup", "main_loop")
# Raises the signal in the process itself, as the function named begins: no clock is needed.
AT_STEP = """
import os, sys
from synthetic_soul.cli import command_line, server
from synthetic_soul.cli.commands import serve
from synthetic_soul import main
from synthetic_soul.engine.agents import AgentRegistry
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

number, step = int(sys.argv.pop(1)), sys.argv.pop(1)
homes = [main, serve, SqliteStore, AgentRegistry, server.Server]
home = next(home for home in homes if hasattr(home, step))
real = getattr(home, step)

def struck(*arguments, **options):
    os.kill(os.getpid(), number)
    return real(*arguments, **options)

setattr(home, step, struck)
command_line.run()
"""

IN_TURN = """
import json, pathlib, sys
from synthetic_soul.cli.command_line import run
ended = []
for words in json.loads(sys.argv[1]):
    sys.argv[1:] = words
    try:
        run()
    except SystemExit as end:
        ended.append(end.code)
pathlib.Path("codes").write_text(json.dumps(ended))
"""


def card(folder: Path, name: str, entries: int = 0) -> Path:
    book = [
        {"keys": [f"word{i}"], "content": f"Lore {i}.", "enabled": True, "id": i}
        for i in range(entries)
    ]
    fields = {"name": name, "description": "Keeps a lighthouse.", "personality": "kind"}
    fields |= {"scenario": "", "first_mes": "Come in!", "mes_example": ""}
    document = {"spec": "chara_card_v2", "spec_version": "2.0"}
    path = folder / "card.json"
    data = {**fields, "character_book": {"entries": book}}
    path.write_text(json.dumps({**document, "data": data}), encoding="utf-8")
    return path


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_server_at_any_step_of_its_start(
    tmp_path: Path, step: str, number: signal.Signals
) -> None:
    words = command("serve", "--port", "0")
    words[words.index("-c") + 1] = AT_STEP
    words[words.index("serve") : words.index("serve")] = [str(int(number)), step]
    ended = subprocess.run(  # noqa: S603 - our own program
        words, cwd=tmp_path, env=environ(tmp_path), capture_output=True, timeout=30, check=False
    )
    early = number == signal.SIGINT and step == "build"
    assert ended.returncode == (130 if early else 0)
    assert ended.stderr == b""


def test_the_address_is_printed_once_the_server_answers_there(tmp_path: Path) -> None:
    with start(tmp_path, "serve", "--port", "0") as server:
        try:
            assert server.stdout is not None
            url = re.search(r"http://\S+", server.stdout.readline())
            assert url
            with urlopen(f"{url[0]}/v1/meta/ping", timeout=0.5) as answer:  # noqa: S310 - http
                assert answer.status == 200
        finally:
            server.terminate()
            server.communicate(timeout=30)
    assert server.returncode == 0


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="there is no IPv6 here")
def test_two_colons_mean_every_address_of_both_families(tmp_path: Path) -> None:
    secrets = dict.fromkeys(("JWT_SECRET", "PASSWORD_PEPPER"), "0123456789abcdefghijklmnopqrstuv")
    with start(tmp_path, "serve", "--port", "0", "--host", "[::]", **secrets) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+:(\d+)", server.stdout.readline())
            assert found
            for host in ("127.0.0.1", "[::1]"):
                address = f"http://{host}:{found[1]}/v1/meta/ping"
                with urlopen(address, timeout=10) as answer:
                    assert answer.status == 200
        finally:
            server.terminate()
            server.communicate(timeout=30)


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a..b", "203.0.113.7", "x" * 300])
def test_an_address_that_is_not_this_machines_is_one_line(soul: Soul, host: str) -> None:
    secrets = dict.fromkeys(("JWT_SECRET", "PASSWORD_PEPPER"), "0123456789abcdefghijklmnopqrstuv")
    result = soul("serve", "--host", host, **secrets)
    assert result.returncode == 1
    assert "cannot be listened on (" in result.stderr
    assert "--host (HOST)" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def codes(folder: Path, *calls: tuple[str, ...], closed: str = "", **settings: str) -> list[int]:
    """Run several commands in one process; nothing may be a traceback."""
    words = command(json.dumps(calls))
    words[words.index("-c") + 1] = IN_TURN
    ended = subprocess.run(  # noqa: S603 - our own program
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *words],
        cwd=folder,
        env=environ(folder, **settings),
        input=b"Hello!\n",
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert b"Traceback" not in ended.stderr
    assert ended.returncode == 0, ended.stderr
    found: list[int] = json.loads((folder / "codes").read_text())
    return found


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "latin-1", "cp437"])
def test_what_an_encoding_cannot_hold_is_replaced(tmp_path: Path, encoding: str) -> None:
    path = card(tmp_path, CJK).name
    calls = (
        ("prompt", path),
        ("check", "--report", path),
        ("check", f"{CJK}.json"),
        ("diff", path, path),
        ("chat",),
        ("agents",),
        ("no such command \u6708",),
    )
    settings = {"PYTHONIOENCODING": encoding, "SOUL": path}
    assert codes(tmp_path, *calls, **settings) == [0, 0, 1, 0, 0, 0, 2]


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(tmp_path: Path, closed: str) -> None:
    calls = (("check", "nowhere.soul"), ("agents",), ("chat",), ("schema",), ("--version",))
    assert codes(tmp_path, *calls, closed=closed) == [1, 0, 0, 0, 0]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(  # noqa: S603 - our own program
            command("schema"),
            cwd=tmp_path,
            env=environ(tmp_path),
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr == b"soul: No space left on device\n"


NO_USER = """
import os, pwd
from synthetic_soul.cli.command_line import run

def missing(*_):
    raise KeyError("no entry")

os.environ.pop("HOME", None)
pwd.getpwuid = pwd.getpwnam = missing
run()
"""


def without_user(folder: Path, *words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    line = command(*words)
    line[line.index("-c") + 1] = NO_USER
    return subprocess.run(  # noqa: S603 - our own program
        line,
        cwd=folder,
        env=environ(folder, **settings),
        input="Hello!\n",
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )


def test_a_user_without_home_and_entry_needs_data_dir_alone(tmp_path: Path) -> None:
    refused = without_user(tmp_path, "chat", DATA_DIR="", XDG_DATA_HOME="")
    assert refused.returncode == 1
    assert refused.stderr.startswith("soul: DATA_DIR is not set, and this user has no home folder")
    assert len(refused.stderr.splitlines()) == 1
    talked = without_user(tmp_path, "chat")
    assert (talked.returncode, talked.stderr) == (0, "")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="there is no /proc here")
def test_a_folder_that_cannot_be_written_is_one_line(soul: Soul) -> None:
    for words in (("serve", "--port", "0"), ("chat",)):
        result = soul(*words, DATA_DIR="/proc/kept")
        assert result.returncode == 1
        assert "set DATA_DIR to a folder" in result.stderr
        assert len(result.stderr.splitlines()) == 1


LEFTOVERS = (
    "._mira.soul",
    ".mira.soul",
    ".#mira.soul",
    "~$mira.soul",
    "#mira.soul",
    "mira.soul~",
    "mira.soul.bak",
    ".DS_Store",
    "Thumbs.db",
    "desktop.ini",
)


def test_what_systems_and_editors_leave_among_souls_is_passed_over(
    soul: Soul, tmp_path: Path
) -> None:
    folder = tmp_path / "kept" / "souls"
    folder.mkdir(parents=True)
    for name in LEFTOVERS:
        (folder / name).write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X        ")
    settings = Settings(data_dir=tmp_path / "kept")
    assert not {path.name for path in soul_files(settings).values()} & set(LEFTOVERS)
    assert soul("agents").returncode == 0
    assert "._mira" not in soul("check", str(folder)).stderr


def test_the_companion_of_a_file_on_macos_is_named_as_such(soul: Soul, tmp_path: Path) -> None:
    (tmp_path / "._mira.soul").write_bytes(b"\0\5\x16\7\0\2\0\0Mac OS X        ")
    for words in (("check", "._mira.soul"), ("prompt", "._mira.soul")):
        result = soul(*words)
        assert result.returncode == 1
        assert "what macOS keeps beside a file" in result.stdout + result.stderr


@pytest.mark.parametrize("entries", [40, 160])
def test_a_lorebook_is_read_once_and_in_linear_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, entries: int
) -> None:
    path = card(tmp_path, "Mira", entries)
    compared: list[Memory] = []
    reads: list[Path] = []
    equal, read = Memory.__eq__, read_file

    def counted(one: Memory, other: object) -> bool:
        compared.append(one)
        return equal(one, other)

    def noted(path: Path) -> Import:
        reads.append(path)
        return read(path)

    monkeypatch.setattr(Memory, "__eq__", counted)
    monkeypatch.setattr(compose, "read_file", noted)
    settings = Settings(data_dir=tmp_path / "kept", soul=path)
    engine = compose.compose(settings)
    assert engine.runtime.import_report.startswith("Mira, from a ")
    assert reads == [path]
    assert len(compared) <= 4 * entries
    assert own_soul(path)[0] == engine.runtime.agents.souls["card"]
