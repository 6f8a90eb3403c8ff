"""Settings are taken as people write them; what cannot be taken is one line with a mend."""

import os
from pathlib import Path

import pytest

from synthetic_soul.errors import Misconfigured
from synthetic_soul.settings import Settings, example, read_settings, variables

SECRET = "sk-hunter2hunter2"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the program is started, with no setting in the environment."""
    for name in os.environ:
        if name.lower() in Settings.model_fields:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(text: str | bytes) -> None:
    Path(".env").write_bytes(text if isinstance(text, bytes) else text.encode())


def refused(text: str | bytes = "") -> str:
    if text:
        write(text)
    with pytest.raises(Misconfigured) as refusal:
        read_settings()
    message = str(refusal.value)
    assert "\n" not in message
    assert SECRET not in message
    return message


def value(name: str) -> object:
    found = getattr(read_settings(), name)
    return found.get_secret_value() if hasattr(found, "get_secret_value") else found


def test_the_example_with_every_line_set_means_the_defaults() -> None:
    defaults = read_settings()
    write("\n".join(line.removeprefix("#") for line in example().splitlines() if "# " not in line))
    assert read_settings() == defaults


@pytest.mark.parametrize("empty", ["", " ", '""', "''", "\t", "   # later"])
@pytest.mark.parametrize("name", ["DATA_DIR", "SOUL", "SECURE_COOKIES", "PORT", "HOST", "JWT_AUD"])
def test_an_empty_value_is_no_value(name: str, empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = read_settings()
    write(f"{name}={empty}\n")
    assert read_settings() == defaults
    if "#" not in empty:
        monkeypatch.setenv(name, empty)
        assert read_settings() == defaults


def test_an_empty_rate_limit_is_none_and_an_empty_variable_leaves_the_file_its_say(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write("RATE_LIMIT_GUEST=\nPORT=8123\n")
    monkeypatch.setenv("PORT", "")
    assert value("rate_limit_guest") == ""
    assert value("port") == 8123


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("~/souls", "{home}/souls"),
        ("~", "{home}"),
        ("$HOME/souls", "{home}/souls"),
        ("${HOME}/souls", "{home}/souls"),
        ('"~/my souls"', "{home}/my souls"),
        ("$OTHER/kept", "/srv/kept"),
        ("'C:\\souls'", "C:\\souls"),
        ("kept", "kept"),
    ],
)
@pytest.mark.parametrize("name", ["data_dir", "soul"])
def test_paths_are_expanded(
    name: str, written: str, meant: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OTHER", "/srv")
    write(f"{name.upper()}={written}\n")
    expected = Path(meant.format(home=folder / "home"))
    assert value(name) == expected
    Path(".env").unlink()
    monkeypatch.setenv(name.upper(), written)
    assert value(name) == expected


def test_a_file_with_a_dollar_in_its_name_is_itself(folder: Path) -> None:
    (folder / "a$b.soul").touch()
    assert read_settings(soul=Path("a$b.soul")).soul == Path("a$b.soul")


@pytest.mark.parametrize(
    ("written", "mend"),
    [
        ("DATA_DIR=$NOWHERE/x", "variable $NOWHERE"),
        ("DATA_DIR=${NOWHERE:-}%NOPE%/x", "variable %NOPE%"),
        ("DATA_DIR=~nobody-of-that-name/x", "no home folder"),
        ('DATA_DIR="C:\\temp\\new"', "control character"),
    ],
)
def test_a_path_that_cannot_be_meant_is_refused(written: str, mend: str) -> None:
    message = refused(written)
    assert message.startswith("DATA_DIR (.env line 1): ")
    assert mend in message


def test_without_any_home_data_dir_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", lambda path: path)  # as with no HOME and no user
    assert refused().startswith("DATA_DIR is not set, and this user has no home folder")


@pytest.mark.parametrize(
    "line",
    [
        f"OPENAI_API_KEY={SECRET}",
        f"export OPENAI_API_KEY={SECRET}",
        f'OPENAI_API_KEY="{SECRET}"',
        f"OPENAI_API_KEY = '{SECRET}'  # mine",
        f"openai_api_key={SECRET}   ",
        f"OPENAI_API_KEY=“{SECRET}”",
        f"OPENAI_API_KEY=\u00a0{SECRET}\u200b",
        f"\n\n  OPENAI_API_KEY=wrong\nOPENAI_API_KEY={SECRET}",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("end", ["\n", "\r\n", ""])
def test_a_line_means_the_same_however_it_is_written_and_saved(
    line: str, encoding: str, end: str
) -> None:
    write((line.replace("\n", end or "\n") + end).encode(encoding))
    assert value("openai_api_key") == SECRET


@pytest.mark.parametrize("quoted", [f'"{SECRET}"', f"'{SECRET}'", f" {SECRET} ", f"„{SECRET}“"])
def test_the_environment_is_read_as_docker_passes_a_file_on(
    quoted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", quoted)
    monkeypatch.setenv("PORT", "'8123' # the second")
    monkeypatch.setenv("LLM_MODEL", "llama3.1:8b\t# small")
    monkeypatch.setenv("PASSWORD_PEPPER", "salt #1 and pepper #2")
    assert value("openai_api_key") == SECRET
    assert (value("port"), value("llm_model")) == (8123, "llama3.1:8b")
    assert value("password_pepper") == "salt #1 and pepper #2"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (b"# f\xfcr mich\nLOG_LEVEL=info\n", 1),
        (b"PORT=8000\n\n# caf\xe9\n", 3),
        (b"PORT=8000\r\nBOT_NAME=Zo\xeb\r\n", 2),
        (f"OPENAI_API_KEY={SECRET}\n".encode() + b"BOT_NAME=\x93Mira\x94\n", 2),
    ],
)
def test_another_encoding_is_named_with_its_line_and_a_mend(content: bytes, line: int) -> None:
    message = refused(content)
    assert message.startswith(f".env line {line} ")
    assert message.endswith("save the file as UTF-8")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("PORT=8000\nOPENAI_API_KEY 'x'\n", 2),
        (f"\n\nOPENAI_API_KEY: {SECRET}\n", 3),
        (f'OPENAI_API_KEY="{SECRET}\n', 1),
        ("PORT=8000\nset LOG_LEVEL=info\n", 2),
        (f'$env:OPENAI_API_KEY = "{SECRET}"\r\n', 1),
        (f"# mine\n--openai-api-key={SECRET}\n", 2),
    ],
)
def test_a_line_that_sets_nothing_is_named(text: str, line: int) -> None:
    assert refused(text).startswith(f".env line {line} cannot be read; write NAME=value")


@pytest.mark.parametrize("secret", ["a${b}c", "${not}set", "a$b$c", "a${x:-}b${nope}", "$${y}"])
def test_a_dollar_of_a_keys_own_stays(secret: str) -> None:
    write(f"LLM_API_KEY={secret}\n")
    assert value("llm_api_key") == secret


def test_a_variable_of_the_file_is_put_in() -> None:
    write("PLACE=garden\nLLM_API_KEY=a${PLACE}${NONE:-b}\n")
    assert value("llm_api_key") == "agardenb"


def test_a_folder_a_dangling_link_and_a_file_that_cannot_be_read_are_named(folder: Path) -> None:
    (folder / ".env").mkdir()
    assert refused().startswith(".env is a folder")
    (folder / ".env").rmdir()
    (folder / ".env").symlink_to("elsewhere")
    assert refused().startswith(".env is a link to a file that is missing")
    (folder / ".env").unlink()
    (folder / ".env").symlink_to(".env")
    assert refused().startswith(".env cannot be read (")


@pytest.mark.parametrize(
    ("written", "meant"),
    [("Yes", True), ("on", True), ("1", True), ("TRUE", True), ("'no'", False), ("Off", False)],
)
def test_yes_and_no_are_read_as_written(written: str, meant: bool) -> None:  # noqa: FBT001 - cases
    write(f"SECURE_COOKIES={written}\n")
    assert value("secure_cookies") is meant


@pytest.mark.parametrize(
    ("line", "mend"),
    [
        ("PORT=8000/tcp", "write a whole number without a unit, such as 8000"),
        ("ACCESS_TOKEN_TTL=15m", "write a whole number without a unit, such as 900"),
        ("LLM_TIMEOUT=60 seconds", "write a number without a unit, such as 60"),
        ("LLM_TIMEOUT=-1", "write a number greater than 0"),
        ("LLM_TIMEOUT=nan", "write a number"),
        ("LLM_TIMEOUT=inf", "write a number less than or equal to"),
        ("LLM_TEMPERATURE=0,7", "write a number without a unit; it is: sampling"),
        ("PORT=99999", "write a number less than or equal to 65535"),
        ("SECURE_COOKIES=maybe", "write true or false"),
        (f"PORT={SECRET}", "write a whole number"),
        ("INNER_LIFE=both", "write 'shared' or 'private'; it is"),
        ("LOG_LEVEL=loud", "write one of debug, info"),
        ("RATE_LIMIT_GUEST=often", "write it as 60/minute"),
        ("HOST=http://localhost", "write an address or a host name alone"),
        ("HOST=localhost:8000", "PORT is apart"),
    ],
)
def test_what_is_no_value_is_named_with_its_place_and_what_would_be_right(
    line: str, mend: str
) -> None:
    message = refused(f"# mine\n{line}\n")
    assert message.startswith(f"{line.partition('=')[0]} (.env line 2): ")
    assert mend in message
    assert "it is: " in message


@pytest.mark.parametrize(("written", "meant"), [("WARN", "warning"), (" Info ", "info")])
def test_the_level_of_the_log_is_read_in_any_case(written: str, meant: str) -> None:
    write(f"LOG_LEVEL={written}\n")
    assert value("log_level") == meant


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("LOCALHOST", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("[::1]", True),
        ("0:0:0:0:0:0:0:1", True),
        ("::ffff:127.0.0.1", True),
        ("::", False),
        ("0.0.0.0", False),  # noqa: S104 - a case
        ("127.example.com", False),
        ("192.168.1.4", False),
    ],
)
def test_only_this_machine_is_loopback(host: str, alone: bool) -> None:  # noqa: FBT001 - cases
    assert read_settings(host=host).loopback is alone


def test_each_setting_knows_its_place(monkeypatch: pytest.MonkeyPatch) -> None:
    write("\nPORT=8123\nLLM_MODEL=a\nOPENAI_APIKEY=x\n")
    monkeypatch.setenv("LLM_MODEL", "b")
    assert variables() == {"port": ("8123", ".env line 2"), "llm_model": ("b", "environment")}


def test_a_file_is_no_folder_for_data(folder: Path) -> None:
    (folder / "taken").touch()
    message = refused("DATA_DIR=taken\n")
    assert message.startswith("DATA_DIR (.env line 1): taken is a file; name a folder")
