"""A machine's own ways at the start: signals, streams, addresses, folders; all in one line."""

import json
import re
import signal
import socket
import subprocess
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path
from urllib.request import urlopen

import pytest

from soulscript import Memory
from soulscript.formats import Import, read_file
from synthetic_soul import compose
from synthetic_soul.compose import own_soul, soul_files
from synthetic_soul.settings import Settings
from tests.cli.soul_process import TIMEOUT_SECONDS, command, environ, start

CJK = "\u6708\u5f71 \U0001f319"
SECRETS = dict.fromkeys(("JWT_SECRET", "PASSWORD_PEPPER"), "0123456789abcdefghijklmnopqrstuv")
# Runs each command in a fork of its own, with its own environment and streams, so that the program
# is loaded once for all of them. ``step`` is the function at whose beginning ``number`` is raised,
# in the process itself: no clock is needed.
FORKS = """
import io, json, os, signal, sys
from pathlib import Path
from synthetic_soul import main
from synthetic_soul.cli import command_line, server
from synthetic_soul.cli.commands import serve
from synthetic_soul.engine.agents import AgentRegistry
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

# A shell that starts this in the background has it ignore the signal.
signal.signal(signal.SIGINT, signal.default_int_handler)
HOMES = [main, serve, SqliteStore, AgentRegistry, server.Server]


def strike(step, number):
    home = next(home for home in HOMES if hasattr(home, step))
    real = getattr(home, step)

    def struck(*arguments, **options):
        os.kill(os.getpid(), number)
        return real(*arguments, **options)

    setattr(home, step, struck)


def run(place, call):
    (place / "stdin").write_text("Hello!\\n")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        flags = os.O_RDONLY if not number else os.O_WRONLY | os.O_CREAT
        os.dup2(os.open(place / name, flags), number)
        mode = "r" if not number else "w"
        stream = os.fdopen(number, mode + "b", closefd=False)
        wrapped = io.TextIOWrapper(stream, encoding=call["encoding"], write_through=True)
        setattr(sys, name, wrapped)
    os.environ |= call["environ"]
    if call["step"]:
        strike(call["step"], call["number"])
    sys.argv[1:] = call["words"]
    command_line.run()


ended = []
for number, call in enumerate(json.loads(Path("calls").read_text())):
    place = Path(str(number)).absolute()
    place.mkdir()
    child = os.fork()
    if not child:
        run(place, call)
        sys.exit(0)
    ended.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
Path("codes").write_text(json.dumps(ended))
"""


@dataclass(frozen=True)
class Call:
    """A command to run in a fork, and what the environment is there."""

    words: tuple[str, ...]
    environ: dict[str, str] = field(default_factory=dict)
    encoding: str = "utf-8"
    step: str = ""
    number: int = 0


@dataclass(frozen=True)
class Ended:
    """How it ended."""

    code: int
    stdout: str
    stderr: str

    @property
    def line(self) -> str:
        """What it said of its error, which must be one line."""
        (line,) = self.stderr.splitlines()
        return line


def forked(folder: Path, *calls: Call, script: str = FORKS, **settings: str) -> list[Ended]:
    """Run commands in one process after each other; nothing may be a traceback."""
    (folder / "calls").write_text(json.dumps([asdict(call) for call in calls]))
    words = command()
    words[words.index("-c") + 1] = script
    subprocess.run(  # noqa: S603 - our own program
        words, cwd=folder, env=environ(folder, **settings), timeout=TIMEOUT_SECONDS, check=True
    )
    codes = json.loads((folder / "codes").read_text())

    def text(number: int, name: str) -> str:
        content = (folder / str(number) / name).read_bytes()
        return content.decode(calls[number].encoding, "replace")

    ended = [
        Ended(code, text(number, "stdout"), text(number, "stderr"))
        for number, code in enumerate(codes)
    ]
    assert not [each for each in ended if "Traceback" in each.stderr]
    return ended


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


def test_a_signal_ends_the_server_at_any_step_of_its_start(tmp_path: Path) -> None:
    steps = ("build", "_listen", "open", "startup", "main_loop")
    struck = list(product(steps, (signal.SIGTERM, signal.SIGINT)))
    calls = [
        Call(("serve", "--port", "0"), step=step, number=int(number)) for step, number in struck
    ]
    for (step, number), ended in zip(struck, forked(tmp_path, *calls), strict=True):
        early = number == signal.SIGINT and step == "build"
        assert (step, number, ended.code) == (step, number, 130 if early else 0)
        assert ended.stderr == ""


def test_the_address_is_printed_once_the_server_answers_there(tmp_path: Path) -> None:
    with start(tmp_path, "serve", "--port", "0") as server:
        try:
            assert server.stdout is not None
            url = re.search(r"http://\S+", server.stdout.readline())
            assert url
            with urlopen(f"{url[0]}/v1/meta/ping", timeout=10) as answer:  # noqa: S310 - http
                assert answer.status == 200
        finally:
            server.terminate()
            server.communicate(timeout=30)
    assert server.returncode == 0


@pytest.mark.skipif(not socket.has_dualstack_ipv6(), reason="there is no IPv6 here")
def test_two_colons_mean_every_address_of_both_families(tmp_path: Path) -> None:
    with start(tmp_path, "serve", "--port", "0", "--host", "[::]", **SECRETS) as server:
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


def test_an_address_that_is_not_this_machines_is_one_line(tmp_path: Path) -> None:
    hosts = ("no.such.host.invalid", "a..b", "203.0.113.7", "x" * 300)
    calls = [Call(("serve", "--host", host)) for host in hosts]
    for ended in forked(tmp_path, *calls, **SECRETS):
        assert ended.code == 1
        assert "cannot be listened on (" in ended.line
        assert "--host (HOST)" in ended.line


def test_what_an_encoding_cannot_hold_is_replaced(tmp_path: Path) -> None:
    path = card(tmp_path, CJK).name
    expected = {
        ("prompt", path): 0,
        ("check", "--report", path): 0,
        ("check", f"{CJK}.json"): 1,
        ("diff", path, path): 0,
        ("chat",): 0,
        ("agents",): 0,
        ("no such command \u6708",): 2,
    }
    calls = [Call(words, encoding="ascii") for words in expected]
    calls += [
        Call(words, encoding=encoding)
        for words, encoding in product(
            [("prompt", path), ("chat",)], ["cp1252", "latin-1", "cp437"]
        )
    ]
    for call, ended in zip(calls, forked(tmp_path, *calls, SOUL=path), strict=True):
        assert (call, ended.code) == (call, expected[call.words])


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


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_do_no_harm(tmp_path: Path, closed: str) -> None:
    calls = (("check", "nowhere.soul"), ("agents",), ("chat",), ("schema",), ("--version",))
    words = command(json.dumps(calls))
    words[words.index("-c") + 1] = IN_TURN
    ended = subprocess.run(  # noqa: S603 - our own program
        ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *words],
        cwd=tmp_path,
        env=environ(tmp_path),
        input=b"Hello!\n",
        capture_output=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert b"Traceback" not in ended.stderr
    assert ended.returncode == 0, ended.stderr
    assert json.loads((tmp_path / "codes").read_text()) == [1, 0, 0, 0, 0]


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

def missing(*_):
    raise KeyError("no entry")

os.environ.pop("HOME", None)
pwd.getpwuid = pwd.getpwnam = missing
"""


def test_a_user_without_home_and_entry_needs_data_dir_alone(tmp_path: Path) -> None:
    without_folder = {"DATA_DIR": "", "XDG_DATA_HOME": ""}
    calls = (Call(("chat",), environ=without_folder), Call(("chat",)))
    refused, talked = forked(tmp_path, *calls, script=NO_USER + FORKS)
    assert refused.code == 1
    assert refused.line.startswith("soul: DATA_DIR is not set, and this user has no home folder")
    assert (talked.code, talked.stderr) == (0, "")


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="there is no /proc here")
def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    calls = (Call(("serve", "--port", "0")), Call(("chat",)))
    for ended in forked(tmp_path, *calls, DATA_DIR="/proc/kept"):
        assert ended.code == 1
        assert "set DATA_DIR to a folder" in ended.line


def test_names_that_are_no_setting_are_told_at_the_start(tmp_path: Path) -> None:
    lines = ("LLM_BASEURL=http://127.0.0.1:9/v1", "LLM_MODLE=m", "TZ=UTC", "WHATEVER=1", "PORT=0")
    (tmp_path / ".env").write_text("\n".join(lines), encoding="utf-8")
    (result,) = forked(tmp_path, Call(("chat",)), OPENAI_APIKEY="sk-no")
    assert result.code == 0
    assert result.stderr.splitlines() == [
        "OPENAI_APIKEY (environment) is no setting; did you mean OPENAI_API_KEY?",
        "LLM_BASEURL (.env line 1) is no setting; did you mean LLM_BASE_URL?",
        "LLM_MODLE (.env line 2) is no setting; did you mean LLM_MODEL?",
        "WHATEVER (.env line 4) is no setting",
    ]


def test_each_bad_setting_has_a_line(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("LOG_LEVEL=debgu\nLLM_CONTEXT=8k\n", encoding="utf-8")
    (result,) = forked(tmp_path, Call(("chat",)), TRUSTED_PROXIES="nginx")
    assert result.code == 1
    starts = ("LLM_CONTEXT (.env line 2): ", "LOG_LEVEL (.env line 1): ", "TRUSTED_PROXIES (env")
    lines = sorted(result.stderr.removeprefix("soul: ").splitlines())
    assert [line.startswith(start) for line, start in zip(lines, starts, strict=True)] == [True] * 3


APPLE_DOUBLE = b"\0\5\x16\7\0\2\0\0Mac OS X        "
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


def test_what_systems_and_editors_leave_among_souls_is_passed_over(tmp_path: Path) -> None:
    folder = tmp_path / "kept" / "souls"
    folder.mkdir(parents=True)
    for name in LEFTOVERS:
        (folder / name).write_bytes(APPLE_DOUBLE)
    settings = Settings(data_dir=tmp_path / "kept")
    assert not {path.name for path in soul_files(settings).values()} & set(LEFTOVERS)
    (tmp_path / "._mira.soul").write_bytes(APPLE_DOUBLE)
    listed, checked, *named = forked(
        tmp_path,
        Call(("agents",)),
        Call(("check", str(folder))),
        Call(("check", "._mira.soul")),
        Call(("prompt", "._mira.soul")),
    )
    assert listed.code == 0
    assert "._mira" not in checked.stderr
    for ended in named:  # the companion of a file on macOS is named as such
        assert ended.code == 1
        assert "what macOS keeps beside a file" in ended.stdout + ended.stderr


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
