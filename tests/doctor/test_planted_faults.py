"""Each planted fault is found, by itself, with what to do; a sound installation has none."""

import shutil
import socket
import sqlite3
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import pytest

from synthetic_soul.compose import compose
from synthetic_soul.doctor.findings import Finding
from synthetic_soul.doctor.name_suggestions import (
    MIN_LIKENESS_ELSEWHERE,
    meant_setting,
    unknown_names,
)
from synthetic_soul.errors import Misconfigured
from synthetic_soul.settings import Settings
from tests.doctor.conftest import SECRET, Provider, examined, wrong
from tests.support.servers import MongoServer, RedisServer

pytestmark = pytest.mark.anyio
STRONG = "Zk3-Vt8_qLw2Rb7yXc5Np0Hd9Ju4Fs6Ga1Me"


class Planted(NamedTuple):
    """A fault: what the environment and ``.env`` set, and what must be said of it."""

    check: str
    message: str
    mend: str
    environ: Mapping[str, str] = MappingProxyType({})
    env_file: str = ""


PLANTED = {
    "a key misspelt": Planted(
        "settings", "OPENAI_APIKEY (.env line 1)", "OPENAI_API_KEY?", {}, f"OPENAI_APIKEY={SECRET}"
    ),
    "a key misspelt elsewhere": Planted(
        "settings", "OPEN_API_KEY (environment)", "OPENAI_API_KEY?", {"OPEN_API_KEY": SECRET}
    ),
    "an address misspelt": Planted(
        "settings", "LLM_BASEURL (environment)", "LLM_BASE_URL?", {"LLM_BASEURL": "http://x"}
    ),
    "a store by another name": Planted(
        "settings", "MONGO_URL (.env line 2)", "MONGO_CONNECTION?", {}, "\nMONGO_URL=mongodb://x"
    ),
    "letters exchanged": Planted(
        "settings", "THINKNIG_RATE (.env line 1)", "THINKING_RATE?", {}, "THINKNIG_RATE=9"
    ),
    "an unknown name": Planted(
        "settings", "FAVOURITE_COLOUR (.env line 1)", "remove it", {}, "FAVOURITE_COLOUR=red"
    ),
    "a number with a unit": Planted(
        "settings", "ACCESS_TOKEN_TTL (environment)", "", {"ACCESS_TOKEN_TTL": "15m"}
    ),
    "two wrong values": Planted(
        "settings", "LOG_LEVEL (.env line 2)", "", {"GUEST_TTL": "1"}, "\nLOG_LEVEL=loud"
    ),
    "a broken line": Planted("settings", ".env line 1 cannot be read", "", {}, "PORT 8000"),
    "a model without an address": Planted(
        "settings", "LLM_MODEL is set and has no effect", "LLM_BASE_URL", {"LLM_MODEL": "m"}
    ),
    "a model of no provider": Planted(
        "settings", "GPT_QUALITY_MODEL is set", "OPENAI_API_KEY", {"GPT_QUALITY_MODEL": "m"}
    ),
    "an address without a model": Planted(
        "model", "LLM_MODEL is not", "", {"LLM_BASE_URL": "http://127.0.0.1:9/v1"}
    ),
    "no origin": Planted(
        "settings", "WEB_UI_DOMAIN", "https://", {"WEB_UI_DOMAIN": "https://*.example.com/x"}
    ),
    "cookies for pages over plain HTTP": Planted(
        "cookies",
        "SECURE_COOKIES is true",
        "HTTPS",
        {"SECURE_COOKIES": "yes", "WEB_UI_DOMAIN": "http://chat.example.com"},
    ),
    "cookies in the open": Planted(
        "cookies",
        "SECURE_COOKIES is false",
        "unset",
        {"SECURE_COOKIES": "no", "WEB_UI_DOMAIN": "chat.example.com"},
    ),
    "a weak secret": Planted(
        "secrets", "JWT_SECRET has fewer than", "token_urlsafe", {"JWT_SECRET": "short"}
    ),
    "an example for a secret": Planted(
        "secrets", "PASSWORD_PEPPER is an example", "token", {"PASSWORD_PEPPER": "changeme" * 6}
    ),
    "no secret beyond this machine": Planted(
        "secrets",
        "JWT_SECRET is not set, and HOST",
        "token",
        {"HOST": "0.0.0.0"},  # noqa: S104 - the fault
    ),
    "a proxy of another kind": Planted(
        "proxy", "all_proxy names a proxy of the kind socks", "HTTP", {"all_proxy": "socks://x:1"}
    ),
    "no such agent": Planted("souls", "BOT_NAME is 'Nobody'", "BOT_NAME", {"BOT_NAME": "Nobody"}),
    "no such soul": Planted("souls", "nowhere.soul", "soul check", {"SOUL": "nowhere.soul"}),
    "Redis without MongoDB": Planted(
        "redis", "REDIS_URL is set without MONGO_CONNECTION", "Redis", {"REDIS_URL": "redis://x"}
    ),
    "no MongoDB address": Planted(
        "store", "MONGO_CONNECTION is no MongoDB address", "", {"MONGO_CONNECTION": "mongodb://"}
    ),
    "a host that is not this machine's": Planted(
        "port",
        "203.0.113.7:0 cannot be listened on",
        "HOST",
        {"HOST": "203.0.113.7", "JWT_SECRET": STRONG, "PASSWORD_PEPPER": STRONG[::-1]},
    ),
    "no model there": Planted(
        "model",
        "model_unreachable",
        "",
        {"LLM_BASE_URL": "http://127.0.0.1:9/v1", "LLM_MODEL": "m", "LLM_TIMEOUT": "3"},
    ),
}


@pytest.mark.parametrize("name", PLANTED)
async def test_a_planted_fault_is_found(
    name: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = PLANTED[name]
    for variable, value in planted.environ.items():
        monkeypatch.setenv(variable, value)
    if planted.env_file:
        (place / ".env").write_text(planted.env_file)
    found = [finding for finding in wrong(await examined()) if planted.message in finding.message]
    assert [finding.check for finding in found] == [planted.check], wrong(await examined())
    assert planted.mend in found[0].mend


async def sole(check: str, message: str) -> Finding:
    """Examine, and return the only finding with something to mend."""
    found = wrong(await examined())
    assert [finding.check for finding in found] == [check], found
    assert message in found[0].message
    return found[0]


async def journal(place: Path, *, ahead: int = 0) -> Path:
    """Make a journal with a message, as of so many seconds ahead."""
    settings = Settings(data_dir=place / "kept")
    engine = compose(settings, clock=lambda: time.time_ns() // 1_000_000 + ahead * 1_000)
    await engine.start()
    await engine.submit(person="ann", text="Hello!")
    await engine.stop()
    return settings.database


async def test_a_sound_installation_has_nothing_to_mend(
    place: Path, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert wrong(await examined()) == []
    await journal(place)
    (place / ".env").write_text(
        f"LLM_BASE_URL={provider.base_url}\nLLM_MODEL=mira-7b\nLLM_FAST_MODEL=mira-70b\n"
        f"LLM_API_KEY={SECRET}\nCOMPOSE_PROJECT_NAME=soul\nTZ=UTC\n"
    )
    (place / ".env").chmod(0o600)
    for name, value in {"ANTHROPIC_API_KEY": "x", "DATABASE_URL": "y", "OLLAMA_HOST": "z"}.items():
        monkeypatch.setenv(name, value)
    found = await examined()
    assert wrong(found) == []
    assert {"model", "clock", "journal", "store"} <= {finding.check for finding in found}


async def test_it_works_beside_the_server_that_holds_the_journal(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        monkeypatch.setenv("PORT", str(listener.getsockname()[1]))
        engine = compose(Settings(data_dir=place / "kept"))
        await engine.start()
        try:
            found = await examined()
        finally:
            await engine.stop()
        assert wrong(found) == []
        assert "in use by the running process" in next(
            f.message for f in found if f.check == "store"
        )
        assert "is served by" in next(f.message for f in found if f.check == "port")
        assert "cannot be listened on" in (await sole("port", "")).message


def not_a_database(path: Path) -> None:
    path.write_bytes(b"this is no database" * 100)


def later_version(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()


def changed_end(path: Path) -> None:
    with sqlite3.connect(path) as db:
        row = db.execute("SELECT max(rowid), body FROM entries").fetchone()
        db.execute("UPDATE entries SET hash = ? WHERE rowid = ?", ("0" * 64, row[0]))
    db.close()


def shorter(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM entries WHERE agent = 'jasmine' AND seq > 1")
        db.execute(
            "UPDATE journals SET seq = 1, hash = (SELECT hash FROM entries "
            "WHERE agent = 'jasmine' AND seq = 1) WHERE agent = 'jasmine'"
        )
    db.close()


@pytest.mark.parametrize(
    ("spoil", "check", "message"),
    [
        (shorter, "journal", "are lost"),
        (not_a_database, "store", "is not a SQLite database"),
        (later_version, "store", "later version"),
        (changed_end, "journal", "does not match its hash"),
    ],
)
async def test_a_spoilt_journal_is_found(
    place: Path, spoil: Callable[[Path], None], check: str, message: str
) -> None:
    spoil(await journal(place))
    await sole(check, message)


async def test_a_journal_of_the_future_means_a_wrong_clock(place: Path) -> None:
    await journal(place, ahead=86_400)
    assert "NTP" in (await sole("clock", "seconds in the future")).mend


async def test_folders_that_cannot_be_used_are_found(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place / "file").touch()
    monkeypatch.setenv("DATA_DIR", str(place / "file" / "kept"))
    assert "is no folder" in next(f.message for f in wrong(await examined()) if f.check == "folder")
    monkeypatch.setenv("DATA_DIR", "/proc/kept")
    assert "cannot be written" in next(f.message for f in wrong(await examined()))
    monkeypatch.setenv("DATA_DIR", str(place / "kept"))
    (place / "~").mkdir()
    assert "home folder" in (await sole("folder", "called ~")).mend


async def test_a_full_disk_is_found(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(place)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage._replace(free=5 << 20))
    assert "free at least" in (await sole("folder", "5 MiB free")).mend


async def test_secrets_that_others_may_read_are_found(place: Path) -> None:
    (place / "kept").mkdir()
    (place / "kept" / "jwt_secret").write_text(STRONG)
    (place / "kept" / "jwt_secret").chmod(0o644)
    assert "chmod 600" in (await sole("secrets", "jwt_secret can be read by other")).mend
    (place / "kept" / "jwt_secret").chmod(0o600)
    (place / ".env").write_text(f"JWT_SECRET={STRONG}\n")
    (place / ".env").chmod(0o640)
    assert "chmod 600 .env" in (await sole("secrets", ".env can be read")).mend


async def test_a_soul_that_cannot_be_read_is_found(place: Path) -> None:
    (place / "kept" / "souls").mkdir(parents=True)
    (place / "kept" / "souls" / "bad.soul").write_text('{"version": "0.1",\n "personality": }')
    (place / "kept" / "souls" / "._bad.soul").write_bytes(b"\0\5\x16\7")
    assert "soul check" in (await sole("souls", "bad.soul:2:")).mend


@pytest.mark.parametrize(
    ("address", "model", "mend"),
    [
        ("{}", "mira-7", "did you mean mira-7b? "),
        ("{}", "gpt-9", "served there: mira-7b, mira-70b"),
        ("{root}", "mira-7b", "set LLM_BASE_URL to {root}/v1"),
        ("{root}/", "mira-7b", "set LLM_BASE_URL to {root}/v1"),
    ],
)
async def test_a_wrong_address_or_name_of_a_model_is_found(
    place: Path, provider: Provider, address: str, model: str, mend: str
) -> None:
    root = provider.base_url.removesuffix("/v1")
    url = address.format(provider.base_url, root=root)
    (place / ".env").write_text(f"LLM_BASE_URL={url}\nLLM_MODEL={model}\n")
    assert mend.format(root=root) in (await sole("model", "model_name")).mend


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (401, {"message": f"Incorrect API key provided: {SECRET}", "code": "bad"}, "model_key"),
        (429, {"message": "no credit", "code": "insufficient_quota"}, "model_quota"),
        (400, {"message": "flagged", "code": "content_filter"}, "model_policy"),
    ],
)
async def test_a_refusal_is_classified(
    place: Path, provider: Provider, status: int, error: dict[str, str], code: str
) -> None:
    provider.status, provider.error = status, error
    (place / ".env").write_text(
        f"LLM_BASE_URL={provider.base_url}\nLLM_MODEL=mira-7b\nLLM_API_KEY={SECRET}\n"
    )
    (place / ".env").chmod(0o600)
    assert (await sole("model", code)).mend


async def test_a_clock_that_differs_from_the_providers_is_found(
    place: Path, provider: Provider
) -> None:
    provider.drift = -3_600
    (place / ".env").write_text(f"LLM_BASE_URL={provider.base_url}\nLLM_MODEL=mira-7b\n")
    assert "NTP" in (await sole("clock", "differ by 3,6")).mend


@pytest.mark.usefixtures("place")
async def test_a_mongodb_and_a_redis_that_answer_are_sound(
    mongo_standalone: MongoServer, redis_server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MONGO_CONNECTION", mongo_standalone.uri)
    monkeypatch.setenv("DATABASE_NAME", "examined")
    monkeypatch.setenv("REDIS_URL", redis_server.url)
    found = await examined()
    assert wrong(found) == []
    told = {finding.check: finding.message for finding in found}
    assert "MongoDB, database examined: one server, a majority takes writes" in told["store"]
    assert told["redis"] == "it answers"


@pytest.mark.usefixtures("place")
async def test_a_mongodb_and_a_redis_that_are_away_are_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MONGO_CONNECTION", f"mongodb://ann:{SECRET}@127.0.0.1:9/")
    monkeypatch.setenv("REDIS_URL", f"redis://:{SECRET}@127.0.0.1:9/0")
    found = {finding.check: finding for finding in wrong(await examined())}
    assert set(found) == {"store", "redis"}
    assert "start MongoDB" in found["store"].mend
    assert "start Redis" in found["redis"].mend


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("OPENAI_KEY", "OPENAI_API_KEY"),
        ("openai_apikey", "OPENAI_API_KEY"),
        ("OPENAI-API-KEY", "OPENAI_API_KEY"),
        ("MONGODB_URI", "MONGO_CONNECTION"),
        ("REDIS_URI", "REDIS_URL"),
        ("LLM_URL", "LLM_BASE_URL"),
        ("LLM_ENDPOINT", "LLM_BASE_URL"),
        ("SOUL_DATA_DIR", "DATA_DIR"),
        ("DATA_FOLDER", "DATA_DIR"),
        ("LOGLEVEL", "LOG_LEVEL"),
        ("DEEPSEEK_APIKEY", "DEEPSEEK_API_KEY"),
        ("SECURE_COOKIE", "SECURE_COOKIES"),
    ],
)
def test_names_that_people_use_for_a_setting_are_understood(name: str, setting: str) -> None:
    assert meant_setting(name, MIN_LIKENESS_ELSEWHERE) == setting


COMMON = (
    "ANTHROPIC_API_KEY GEMINI_API_KEY OPENROUTER_API_KEY HF_TOKEN DATABASE_URL REDIS_HOST SHELL "
    "MONGO_INITDB_ROOT_USERNAME HOSTNAME USER LOGNAME SSH_AUTH_SOCK XDG_DATA_HOME EDITOR TERM "
    "JAVA_HOME NODE_ENV AWS_SECRET_ACCESS_KEY "
    "POSTGRES_PASSWORD KUBERNETES_SERVICE_HOST SERVER_PORT "
    "OPENAI_BASE_URL OPENAI_ORG_ID OLLAMA_HOST DISPLAY LS_COLORS VIRTUAL_ENV DATADOG_API_KEY HOSTS "
    "JWT_PUBLIC_KEY SOUL_PORT SOUL_SERVICE_HOST "
    "SECRET_KEY_BASE SOULSEEK GPT4ALL_HOME MODEL_PATH WEB_PORT PORTS http_proxy"
)


def test_variables_of_other_programs_are_left_alone() -> None:
    assert unknown_names([], COMMON.split()) == []


def test_a_missing_extra_is_named_and_not_its_module() -> None:
    from synthetic_soul.compose import _cluster  # noqa: PLC0415 - private

    named = r"needs the extra cluster .*synthetic-soul\[cluster\]"
    with pytest.raises(Misconfigured, match=named), _cluster("MONGO_CONNECTION"):
        raise ModuleNotFoundError("No module named 'bson'", name="bson")
