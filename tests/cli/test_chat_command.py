"""``soul chat`` through a pipe and on a terminal."""

import json
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.soul_process import TIMEOUT_SECONDS, Soul, command, environ
from tests.support.fake_model import FakeModel, Fault
from tests.support.sample_souls import eliza_character

LINES = "Hello!\nMy name is Ann and I love hiking.\nMy dog died yesterday.\n"
SAID = re.compile(r"^Jasmine \([a-z ]+\): \S")


def replies(text: str) -> list[str]:
    return [line for line in text.splitlines() if SAID.match(line)]


def test_a_pipe_gets_each_reply_once_on_a_line_with_the_feeling_beside_it(soul: Soul) -> None:
    result = soul("chat", typed=LINES)
    assert result.returncode == 0
    assert result.stderr == ""
    lines = result.stdout.splitlines()
    assert lines[0].startswith("Jasmine, companion in conversation, ")
    assert lines[1].startswith("An AI, not a human being.")
    assert len(replies(result.stdout)) == 3
    assert len(lines) == 5
    assert "\x1b" not in result.stdout
    assert "My dog died" not in result.stdout
    assert "compassion" in lines[-1]


def test_a_character_of_another_tool_can_chat(tmp_path: Path, soul: Soul) -> None:
    (tmp_path / "nima.json").write_text(json.dumps(eliza_character()))
    result = soul("chat", "--soul", "nima.json", typed="Who lit the lamp of the island?\n")
    assert result.returncode == 0, result.stderr
    assert re.search(r"Nima, from a .*Eliza.*: \d+ kept", result.stdout)
    assert "mother" in result.stdout


def test_a_card_s_first_message_is_shown_once(tmp_path: Path, soul: Soul) -> None:
    first = "Mind the \x1b[31mthird step, {{user}}."
    data = {"name": "Wr\u202een", "description": "{{char}} keeps a light.", "first_mes": first}
    card = {"spec": "chara_card_v2", "spec_version": "2.0", "data": data}
    (tmp_path / "wren.json").write_text(json.dumps(card))
    shown = soul("chat", "--soul", "wren.json", typed="Hello!\n").stdout
    assert re.search(r"^Wren \([a-z ]+\): Mind the \[31mthird step\.$", shown, re.MULTILINE)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    again = soul("chat", "--soul", "wren.json", typed="Hello!\n").stdout
    assert "third step" not in again


def test_the_same_words_get_the_same_replies(tmp_path: Path, soul: Soul) -> None:
    first = soul("chat", typed=LINES).stdout
    for name, settings in {"a": {"PYTHONHASHSEED": "7"}, "b": {"TZ": "Asia/Tokyo"}}.items():
        again = soul("chat", typed=LINES, DATA_DIR=str(tmp_path / name), **settings).stdout
        assert again == first


def test_the_next_chat_continues_the_conversation(soul: Soul) -> None:
    soul("chat", typed="My name is Ann and I love hiking.\n")
    result = soul("chat", typed="What is my name?\n/quit\nnot said\n")
    assert len(replies(result.stdout)) == 1
    assert "Ann" in result.stdout


def test_commands_list_and_forget_memories(soul: Soul) -> None:
    typed = "My name is Ann and I love hiking.\n/memories\n/forget 2\n/forget 9\n/memories\n"
    lines = soul("chat", typed=typed).stdout.splitlines()[3:]
    assert lines == [
        "  1. you're called Ann",
        "  2. you like hiking",
        "  forgotten: you like hiking",
        "  say which: /forget 1, as numbered by /memories",
        "  1. you're called Ann",
    ]


def test_why_lists_changes_and_their_amounts(soul: Soul) -> None:
    typed = "/why\nMy name is Ann.\nMy dog died yesterday.\n/why\nHow are you?\n/why\n"
    result = soul("chat", typed=typed).stdout
    assert "  nothing has been said yet" in result
    assert re.search(r"^  \+\d\.\d\d  compassion  \(bad news", result, re.MULTILINE)
    assert re.search(r"^  \+\d\.\d\d  compassion towards you ", result, re.MULTILINE)


def test_empty_lines_and_unknown_commands_are_not_sent(soul: Soul) -> None:
    result = soul("chat", typed="\n   \n/nonsense\n/help\n/thought\n/memories\n")
    assert replies(result.stdout) == []
    assert "there is no /nonsense" in result.stdout
    assert "/forget    NUMBER" in result.stdout
    assert "none yet" in result.stdout
    assert "nothing yet" in result.stdout


def test_a_message_that_is_too_long_is_refused_and_the_chat_continues(soul: Soul) -> None:
    result = soul("chat", typed="a" * 4001 + "\nHello!\n")
    assert "at most 4000" in result.stdout
    assert len(replies(result.stdout)) == 1


def test_erasing_leaves_no_word_and_the_chat_can_start_again(soul: Soul, tmp_path: Path) -> None:
    typed = "My name is Zephyrine.\n/erase\n/erase yes\nHello!\n/memories\n"
    result = soul("chat", typed=typed).stdout
    assert "type /erase yes" in result
    assert len(replies(result)) == 2
    assert result.rstrip().endswith("nothing yet")
    kept = b"".join(path.read_bytes() for path in (tmp_path / "kept").glob("soul.db*"))
    assert b"Zephyrine" not in kept
    assert len(replies(soul("chat", typed="Hello again!\n").stdout)) == 1


def test_an_agent_can_be_named_and_an_unknown_one_is_reported(soul: Soul) -> None:
    assert soul("chat", "halvard", typed="Hello!\n").stdout.startswith("Halvard, ")
    wrong = soul("chat", "nobody")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("soul: there is no such agent; there are: dr_luna")
    assert "Traceback" not in wrong.stderr


def test_a_soul_file_becomes_the_active_agent(soul: Soul, tmp_path: Path) -> None:
    source = (
        Path(__file__).parents[2] / "src" / "synthetic_soul" / "data" / "souls" / "halvard.soul"
    )
    text = source.read_text(encoding="utf-8").replace("Halvard", "Morten")
    (tmp_path / "morten.soul").write_text(text, encoding="utf-8")
    result = soul("chat", "--soul", "morten.soul", typed="Hello!\n")
    assert result.stdout.startswith("Morten, ")


def test_an_unreachable_model_is_reported_and_the_message_kept(soul: Soul) -> None:
    away = {"LLM_BASE_URL": "http://127.0.0.1:9/v1", "LLM_MODEL": "m", "LLM_TIMEOUT": "20"}
    result = soul("chat", typed="/again\nMy name is Ann.\n/again\n", **away)
    assert result.returncode == 0
    assert "everything you said has been answered" in result.stdout
    assert result.stdout.count("the model that speaks for me cannot be reached") == 2
    assert result.stdout.count("  Check that the server at LLM_BASE_URL runs") == 2
    assert replies(result.stdout) == []


def test_who_chats_reads_why_the_model_failed_and_what_to_do(soul: Soul) -> None:
    with FakeModel() as model:
        model.script.append(refusal(401, "Incorrect API key provided"))
        model.script.append(refusal(404, "model llama9 not found"))
        model.script.append(refusal(402, "Insufficient Balance"))
        model.script.append(Fault("filter", text="No"))
        away = {"LLM_BASE_URL": model.base_url, "LLM_MODEL": "llama9"}
        shown = soul("chat", typed="Hello!\n/again\n/again\n/again\n/again\n", **away).stdout
    said = [line for line in shown.splitlines() if line.startswith("  ")]
    assert said[1:3] == [
        "  Incorrect API key provided",
        "  Check LLM_API_KEY, and that its account may use this model.",
    ]
    assert said[5] == "  model llama9 not found"
    assert said[6].startswith("  Set LLM_MODEL to a model that is served there")
    assert said[9] == "  Insufficient Balance"
    assert (
        said[14] == "  The provider's own rules refused this prompt; another model may answer it."
    )
    assert said[15] == "  /again tries once more"
    assert len(replies(shown)) == 1


def refusal(status: int, message: str) -> Fault:
    body = json.dumps({"error": {"message": message}}).encode()
    return Fault("raw", status=status, body=body)


class Screenful:
    """``soul chat``, or what else is asked for, on a pseudo-terminal."""

    def __init__(self, folder: Path, columns: int, *words: str) -> None:
        pty = pytest.importorskip("pty", reason="pseudo-terminals are a thing of POSIX")
        self._fd, theirs = pty.openpty()
        settings = {"TERM": "xterm", "COLUMNS": str(columns), "LINES": "40"}
        self.process = subprocess.Popen(  # noqa: S603 - our own program
            command(*(words or ("chat",))),
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            cwd=folder,
            env=environ(folder, **settings),
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - nothing else runs in this process yet
        )
        os.close(theirs)
        self.shown = ""

    def until(self, pattern: str, again: str = "") -> str:
        """Read until ``pattern`` is shown; what was shown since the last time.

        ``again`` is typed whenever nothing is shown for some seconds.
        """
        deadline, before = time.monotonic() + TIMEOUT_SECONDS, len(self.shown)
        while not re.search(pattern, plain(self.shown[before:])):
            assert time.monotonic() < deadline, self.shown[before:]
            if select.select([self._fd], [], [], 5.0)[0]:
                self.shown += os.read(self._fd, 65536).decode(errors="replace")
            else:
                self.type(again)
        return plain(self.shown[before:])

    def type(self, text: str) -> None:
        os.write(self._fd, text.encode())

    def wait(self) -> int:
        return self.process.wait(TIMEOUT_SECONDS)

    def close(self) -> None:
        self.process.kill()
        self.process.wait(TIMEOUT_SECONDS)
        os.close(self._fd)


def _own_terminal() -> None:
    import fcntl  # noqa: PLC0415 - POSIX only, as the test is
    import termios  # noqa: PLC0415 - as above

    # Whoever runs the tests in the background has Ctrl+C ignored; a terminal has not.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|[\x01\x02\r]", "", text)


PROMPT = r"\n\s*\nyou {2,}$"


@pytest.fixture
def screens(tmp_path: Path) -> Iterator[Callable[[int], Screenful]]:
    opened: list[Screenful] = []

    def open_one(columns: int) -> Screenful:
        opened.append(Screenful(tmp_path, columns))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()


@pytest.mark.parametrize("columns", [100, 50])
def test_a_terminal_shows_the_mood_beside_the_words(
    screens: Callable[[int], Screenful], columns: int
) -> None:
    screen = screens(columns)
    assert "An AI, not a human being." in screen.until(PROMPT)
    screen.type("Hello!\r")
    shown = screen.until(PROMPT)
    assert "Jasmine" in shown
    assert "deeply at ease" in shown
    assert ("happiness      █" in shown) == (columns == 100)
    screen.type("\x04")
    screen.until("Jasmine will remember where you left off.")
    assert screen.wait() == 0


def test_ctrl_c_ends_the_chat_cleanly(screens: Callable[[int], Screenful]) -> None:
    screen = screens(100)
    screen.until(PROMPT)
    screen.type("Hello!\r")
    screen.until(PROMPT)
    screen.type("half a sen")
    screen.until("half a sen")
    screen.type("\x03")
    # Python's readline misses a signal that comes just before it begins to wait for a key.
    screen.until("Jasmine will remember where you left off.", again="\x03")
    assert screen.wait() == 0
    assert "Traceback" not in screen.shown


if sys.platform == "win32":  # pragma: no cover - the suite runs on POSIX
    pytest.skip("pseudo-terminals are a thing of POSIX", allow_module_level=True)
