"""Auth over a real SQLite file and a manual clock."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from synthetic_soul.auth.auth import Auth, Grant, Principal
from synthetic_soul.settings import Settings
from synthetic_soul.stores.sqlite.sqlite_store import SqliteStore

MakeSettings = Callable[..., Settings]
PASSWORD = "tea with honey"
START = 1_700_000_000_000


@dataclass
class Clock:
    """Milliseconds that move only on request."""

    now: int = START

    def __call__(self) -> int:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += int(seconds * 1000)


@dataclass
class AuthUnderTest:
    """Auth, and the parts that a test inspects."""

    auth: Auth
    store: SqliteStore
    clock: Clock
    settings: Settings

    async def guest(self) -> tuple[Grant, Principal]:
        grant = await self.auth.guest()
        return grant, await self.auth.authenticate(grant.access_token)

    async def member(self, name: str = "alice", secret: str = PASSWORD) -> Grant:
        _, who = await self.guest()
        return await self.auth.claim(
            who, email=f"{name}@example.com", username=name, password=secret
        )

    async def refresh(self, grant: Grant) -> Grant:
        return await self.auth.refresh(grant.refresh_token, cookie=grant.csrf, header=grant.csrf)

    async def is_open(self, grant: Grant) -> bool:
        session = await self.store.sessions.get(grant.sid)
        return session is not None and session.revoked_at is None


@pytest.fixture
def make_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeSettings:
    monkeypatch.chdir(tmp_path)  # no .env of ours is read
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)

    def make(**chosen: object) -> Settings:
        return Settings(data_dir=tmp_path / "kept", **chosen)  # type: ignore[arg-type]  # checked by pydantic

    return make


@pytest.fixture
async def env(make_settings: MakeSettings) -> AsyncIterator[AuthUnderTest]:
    settings = make_settings()
    settings.data_dir.mkdir()
    clock = Clock()
    store = SqliteStore(settings.database, clock=clock)
    await store.open()
    auth = Auth(store, settings, clock)
    await auth.open()
    yield AuthUnderTest(auth, store, clock, settings)
    auth.close()
    await store.close()
